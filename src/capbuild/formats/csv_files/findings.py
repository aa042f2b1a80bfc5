"""Built-in plugin: write a completed checklist as a findings table (CSV).

It is the table of findings stored in a programme's folder.
"""

import datetime
from collections.abc import Iterator, Mapping

from capbuild.escaping import format_csv
from capbuild.model import Answer, AnswerValue, Missing, Response, Survey
from capbuild.plugins import NoOptions, RenderContext, Writer

#: Attributes of an answer, as in `TEC-2.2a [basis]`.
_BESIDE = ("basis", "confidence", "as_of", "sample", "route", "reason", "evidence_kind")
_HEADS = (
    "country", "criterion", "answer", "basis", "confidence", "as_of", "sample", "route", "reason", "note",
    "note_language", "evidence_kind", "evidence_title", "evidence_link",
)  # fmt: skip


def _text(value: AnswerValue) -> str:
    if isinstance(value, Missing):
        return value.name.lower()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _rows(response: Response, targets: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield a row for each criterion with an answer or an attribute."""
    place = response.country.alpha_2 if response.country is not None else response.place or ""
    told = {answer.question: answer for answer in response.answers}
    for answer in response.answers:
        target = targets.get(answer.question)
        if target is None:
            continue
        beside = {name: told.get(f"{answer.question} [{name}]") for name in _BESIDE}
        if answer.value is Missing.NO_ANSWER and not answer.comment and not any(beside.values()):
            continue
        yield [place, target, *_cells(answer, beside, response.language or "")]


def _cells(answer: Answer, beside: Mapping[str, Answer | None], language: str) -> Iterator[str]:
    yield "" if answer.value is Missing.NO_ANSWER else _text(answer.value)
    for name in _BESIDE[:-1]:
        found = beside[name]
        yield _text(found.value) if found is not None else ""
    yield answer.comment or ""
    yield language if answer.comment or answer.citations else ""
    kind = beside["evidence_kind"]
    yield _text(kind.value) if kind is not None else ""
    cited = answer.citations[0] if answer.citations else None
    yield cited.title if cited is not None else ""
    yield cited.link if cited is not None else ""


def _write(reading: Survey, _context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    form = reading.questionnaire
    targets = {mapping.question: mapping.target for mapping in form.mappings} if form is not None else {}
    rows = (row for response in reading.responses for row in _rows(response, targets))
    yield ("\ufeff" + format_csv([_HEADS, *rows], end="\r\n")).encode("utf-8", "replace")


FINDINGS_CSV = Writer(
    name="findings-csv",
    title="Findings table of a visit, meeting or desk review (CSV)",
    accepts=(Survey,),
    write=_write,
)
