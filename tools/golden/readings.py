"""Golden results of `capbuild.read`, one for each file."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from functools import partial
from itertools import chain, groupby, islice
from typing import Any

from attrs import evolve

from capbuild.errors import CapbuildError
from capbuild.io import read
from capbuild.model import Answer, Missing, Question, Questionnaire, Response, SheetReconciliation, Survey
from capbuild.plugins import Host, InputFile
from tools.golden.digests import digest, encoded, preview

__all__ = ["HOST", "Show", "answers_in_full", "result_of"]

#: The plugin that fails on purpose is left out.
HOST = Host()

#: Attributes of a response that its answers do not tell.
_OF_RESPONSE = ("id", "place", "respondent", "questionnaire", "version", "language", "status", "date", "submitted")


class Show(IntEnum):
    """Part of a file that its golden result shows."""

    DIGESTS = 0
    QUESTIONS = 1
    ANSWERS = 2


def result_of(source: InputFile, options: Mapping[str, Any] | None = None, *, show: Show) -> dict[str, Any] | str:
    """Return a file's golden result, or its refusal."""
    try:
        reading = read(source, options=options, host=HOST)
    except CapbuildError as error:
        return f"refused: {type(error).__name__} {error.code}"
    return _described(reading, show=show)


def _described(reading: Survey, *, show: Show) -> dict[str, Any]:
    responses, form = reading.responses, reading.questionnaire
    named = {r.respondent.pseudonym for r in responses if r.respondent is not None}
    about = digest(encoded([getattr(response, name) for name in _OF_RESPONSE]) for response in responses)
    origins = digest(chain.from_iterable(map(_places, responses)))
    made = {
        "reader": reading.format,
        "responses": f"{len(responses)}, respondents {len(named)}, digest {about}, origins {origins}",
        "countries": _countries(responses, show=show),
        "issues": _counted(f"{issue.code} {issue.severity.value}" for issue in reading.issues),
        "details": digest([encoded(reading.details)]) if reading.details else "",
        "sheets": {
            sheet.sheet if show else str(number): _sheet(sheet)
            for number, sheet in enumerate(reading.reconciliation.sheets, start=1)
        },
        "form": _form(form),
        "questions": _questions(form, responses, show=show),
    }
    return {name: value for name, value in made.items() if value}


def _counted(names: Iterable[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(Counter(names).items()))


def _countries(responses: Iterable[Response], *, show: Show) -> str:
    codes = Counter(response.country.alpha_2 if response.country else "none" for response in responses)
    made = digest(f"{code} {count}" for code, count in sorted(codes.items()))
    if show and len(codes) <= 40:
        return _counted(codes.elements())
    none = codes.pop("none", 0)
    return f"{len(codes)}, none {none}, digest {made}"


def _places(response: Response) -> Iterator[str]:
    for place in (response.origin, *(answer.origin for answer in response.answers)):
        yield f"{place.sheet} {place.row} {place.column} {place.path}" if place is not None else ""


def _sheet(sheet: SheetReconciliation) -> str:
    """Return the buckets of a sheet.

    Reasons are counted, since their words may change.
    """
    if sheet.skipped:
        return "skipped"
    used = [(use.value, len(list(group))) for use, group in groupby(column.use for column in sheet.columns)]
    personal = _counted(column.personal.value for column in sheet.columns if column.personal)
    absent = "".join(f", {kind} {count}" for kind, count in sorted(sheet.absent.items()))
    return (
        f"rows {sheet.rows_in}: {sheet.rows_out} used, left out {_buckets(sheet.rows_left_out)}; "
        f"cells {sheet.cells}: {sheet.answers} answers{absent}, left out {_buckets(sheet.left_out)}; "
        f"columns: {', '.join(f'{use} {count}' for use, count in used) or 'none'}"
        f"{'; personal: ' if personal else ''}{personal}"
    )


def _buckets(counts: Mapping[str, int]) -> str:
    return "+".join(map(str, sorted(counts.values(), reverse=True))) or "0"


def _form(form: Questionnaire | None) -> str:
    if form is None:
        return "none"
    kind = "inferred" if form.inferred else "given"
    rest = digest([encoded(evolve(form, questions=(), mappings=()))])
    return f"{kind}, {len(form.questions)} questions, {len(form.groups)} groups, digest {rest}"


def _questions(form: Questionnaire | None, responses: Iterable[Response], *, show: Show) -> dict[str, str] | list[str]:
    """Return a line for each question.

    It has the digest of its definition, and count and digest of its answers; in samples, the answers.
    """
    asked: dict[str, Question | None] = {question.id: question for question in form.questions} if form else {}
    given: dict[str, list[tuple[int, Answer]]] = {}
    for number, response in enumerate(responses):
        for answer in response.answers:
            given.setdefault(answer.question, []).append((number, answer))
    lines: dict[str, str] = {}
    for name in (*asked, *(one for one in given if one not in asked)):
        key = name if show else digest([name])
        while key in lines:
            key += "'"
        lines[key] = _question(asked.get(name), given.get(name, []), show=show)
    return lines if show else [f"{key} {line}" for key, line in lines.items()]


def _question(question: Question | None, answers: list[tuple[int, Answer]], *, show: Show) -> str:
    defined = digest([encoded(question)]) if question is not None else "undefined"
    line = (
        f"{defined} {len(answers)} {digest(map(partial(_answer, full=True), answers))}" if answers else f"{defined} 0"
    )
    if show < Show.ANSWERS:
        return line
    kind = question.type.value if question is not None else "undefined"
    return f"{line} {kind}: {preview(_answer(one, full=False) for one in islice(answers, 20))}"


def _answer(numbered: tuple[int, Answer], *, full: bool) -> str:
    """Return an answer as text.

    In full, it has the number of its response and everything beside the value.
    """
    number, answer = numbered
    value = answer.value
    shown = f"<{value.value}>" if isinstance(value, Missing) else value if isinstance(value, str) else encoded(value)
    if not full:
        return shown
    cited = encoded(answer.citations) if answer.citations else ""
    return f"{number} {type(value).__name__} {shown} {answer.raw!r} {answer.comment!r} {answer.repeat} {cited}"


def answers_in_full(source: InputFile, options: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Yield all that is read, as text lines to compare."""
    try:
        reading = read(source, options=options, host=HOST)
    except CapbuildError as error:
        yield f"refused: {type(error).__name__} {error.code}: {error.message}"
        return
    yield f"{reading.format}: {reading.why}"
    yield from (f"issue {issue}" for issue in reading.issues)
    yield from (f"sheet {encoded(sheet)}" for sheet in reading.reconciliation.sheets)
    if reading.questionnaire is not None:
        yield f"form {encoded(evolve(reading.questionnaire, questions=()))}"
        yield from (f"question {digest([one.id])} {encoded(one)}" for one in reading.questionnaire.questions)
    for number, response in enumerate(reading.responses):
        yield f"response {number} {encoded(evolve(response, answers=()))} {' '.join(_places(response))[:200]}"
        for answer in response.answers:
            yield f"{number} {digest([answer.question])} {answer.question!r} {_answer((number, answer), full=True)}"
