"""Clauses on the content of a single reading."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import unescape
from typing import Any, ClassVar
from xml.etree import ElementTree

from capbuild.model import Answer, GeoPoint, Issue, Missing, Question, QuestionType, Response, Survey
from capbuild.origin import Origin
from capbuild.plugins.guards import UNASKED
from capbuild.testing.conformance._plugin import PluginConformance
from capbuild.testing.conformance.edits import TextTable, file_kind, leaves
from capbuild.testing.conformance.sample import (
    Sample,
    answer_key,
    expected_differences,
    form_of,
    form_texts,
    given_count,
    print_reading,
    summarize_answers,
    summarize_form,
)
from capbuild.testing.conformance.values import MISSING_WORDS, type_fault, value_fault
from capbuild.testing.contract import fail_clause, require_clause
from capbuild.testing.golden import check_golden

#: Codes of issues about failed plugins.
FAILURES = ("CB503", "CB511", "CB512", "CB515", "CB518")
_CHOSEN = (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)


def is_unasked(issue: Issue) -> bool:
    """True for the host's issue about answers to a question that is not in the form."""
    return issue.code == "CB131" and issue.message.endswith(UNASKED)


class ContentClauses(PluginConformance):
    """Clauses for the content read from a sample.

    Attributes:
        own_texts: Texts that the format adds to a form itself, such as "Other".
    """

    own_texts: ClassVar[Collection[str]] = ()

    def readings(self) -> Iterator[tuple[Sample, Survey]]:
        """Yield each sample with its reading."""
        raise NotImplementedError

    def text_at(self, sample: Sample, origin: Origin) -> str | None:
        """Return the content at an origin in a sample."""
        raise NotImplementedError

    def test_as_expected(self) -> None:
        """Check that readings are as expected.

        No part of the plugin may fail.
        """
        self.clause("as expected")
        for sample, reading in self.readings():
            failed = [issue.message for issue in reading.issues if issue.code in FAILURES]
            require_clause(not failed, "as expected", f"{sample.name}: {failed[:1]}")
            differences = list(_surprises(sample, reading))
            if sample.expect is not None:
                differences += expected_differences(sample.expect, summarize_answers(reading))
            if sample.form is not None:
                differences += expected_differences(sample.form, summarize_form(reading.questionnaire))
            listed = "".join(f"\n  {difference}" for difference in differences[:10])
            more = f"\n  and {len(differences) - 10} more" if len(differences) > 10 else ""
            require_clause(not differences, "as expected", f"{sample.name}{listed}{more}")
            if self.golden is not None:
                check_golden("\n".join(print_reading(reading)), self.golden / f"{sample.name}.txt")

    def test_unique_ids(self) -> None:
        """Check that response ids are unique.

        Each response must answer a question only once.
        """
        self.clause("unique ids")
        for sample, reading in self.readings():
            names = _repeated(response.id for response in reading.responses)
            require_clause(not names, "unique ids", f"{sample.name}: several responses are {names[0] if names else ''}")
            for response in reading.responses:
                keys = _repeated(map(answer_key, response.answers))
                require_clause(not keys, "unique ids", f"{sample.name}: {response.id} answers {keys} twice")
            places = _repeated(str(response.origin) for response in reading.responses if _is_record(response.origin))
            require_clause(not places, "unique ids", f"{sample.name}: two responses are at {places}")

    def test_values_from_text(self) -> None:
        """Check that values match their texts.

        Values must also fit the types of questions and the words for missing values.
        """
        self.clause("values from text")
        for sample, reading in self.readings():
            form, reported = form_of(reading), {issue.origin for issue in reading.issues}
            for response in reading.responses:
                for answer in response.answers:
                    asked = form.get(answer.question)
                    if asked is None:
                        asked = Question(id=answer.question, text="?", type=QuestionType.UNKNOWN)
                    kept = isinstance(answer.value, str) and answer.origin in reported  # as found, with an issue
                    fault = "" if answer.is_missing or kept else type_fault(asked, answer.value)
                    fault = fault or self._value_fault(sample, asked, answer)
                    what = f"{sample.name}: {answer.question} of {response.id} is {answer.value!r}"
                    require_clause(not fault, "values from text", f"{what}: {fault}")

    def _value_fault(self, sample: Sample, asked: Question, answer: Answer) -> str:
        text = answer.raw
        if text is None and answer.origin is not None and _is_cell(sample, answer.origin):
            text = self.text_at(sample, answer.origin)
        elif text is None and answer.is_missing:
            text = ""
        return "" if text is None else value_fault(asked, answer, text, {**MISSING_WORDS, **sample.words})

    def test_form_fits(self) -> None:
        """Check that answers belong to questions of the form.

        The form must be consistent, with texts from the file.
        """
        self.clause("form fits")
        for sample, reading in self.readings():
            for fault in self._form_faults(sample, reading):
                fail_clause("form fits", f"{sample.name}: {fault}")

    def _form_faults(self, sample: Sample, reading: Survey) -> Iterator[str]:
        form = reading.questionnaire
        if form is None:
            return
        answered = {answer.question for response in reading.responses for answer in response}
        unknown = sorted(answered - set(form.by_id))
        if unknown:
            yield f"answers to {unknown}, which are no questions of the form"
        for asked in form.questions:
            yield from _question_faults(asked, form.by_id, answered)
        yield from _order_faults(reading)
        texts = file_kind(sample.name, sample.content) not in ("", "xlsx")
        if texts and len(form) > 2 and not form.inferred and all(str(q.text.source) == q.id for q in form.questions):
            yield "no question has a text but its id"
        if not form.inferred:
            yield from _invented_texts(sample, reading, self.own_texts)

    def test_adds_up_with_the_file(self) -> None:
        """Check that the reconciliation matches file and responses."""
        self.clause("adds up with the file")
        for sample, reading in self.readings():
            for fault in (*_find_count_faults(reading), *_row_faults(sample, reading)):
                fail_clause("adds up with the file", f"{sample.name}: {fault}")


def _surprises(sample: Sample, reading: Survey) -> Iterator[str]:
    """Yield invalid answers, and countries that no record names."""
    for response in reading.responses:
        named = (sample.expect or {}).get(response.id, {})
        for answer in response.answers:
            if answer.value is Missing.INVALID and not (isinstance(named, Mapping) and answer_key(answer) in named):
                yield f"{answer_key(answer)} of {response.id} is invalid ({answer.raw!r}), which is not expected"
    records = list(_record_texts(sample, reading))
    labels = {text for _, text in form_texts(reading.questionnaire)}
    for response, _ in records:
        place = (response.place or "").strip()
        others = [texts for other, texts in records if other.respondent != response.respondent]
        own = [texts for other, texts in records if other.respondent == response.respondent]
        elsewhere = any(place in text for texts in others for text in texts)
        if place and elsewhere and place not in labels and not any(place in text for texts in own for text in texts):
            yield f"{response.id} is of {response.place!r}, which is not in its record"


def _record_texts(sample: Sample, reading: Survey) -> Iterator[tuple[Response, list[str]]]:
    """Yield responses with the texts of their record."""
    if sample.edit is not None or file_kind(sample.name, sample.content) not in ("table", "json", "xml", "zip"):
        return
    try:
        all_leaves = list(leaves(sample.name, sample.content))
    except (ValueError, LookupError):
        return
    for response in reading.responses:
        origin = response.origin
        if origin is None or origin.file != sample.name:
            continue
        if origin.path is not None and origin.path.startswith("$."):
            inside = [text for place, text in all_leaves if (place.path or "").startswith(origin.path)]
        elif origin.path is None and origin.row is not None:
            inside = [text for place, text in all_leaves if place.row == origin.row and place.sheet == origin.sheet]
        else:
            continue
        if inside:
            yield response, inside


def _repeated(names: Any) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _is_record(origin: Origin | None) -> bool:
    return origin is not None and (origin.row is not None or origin.path is not None) and origin.column is None


def _is_cell(sample: Sample, origin: Origin) -> bool:
    return file_kind(sample.name, sample.content, origin) not in ("lines", "")


def _order_faults(reading: Survey) -> Iterator[str]:
    """Yield responses with answers out of order.

    Answers of a row must be in the order of the questions or of the columns.
    """
    order = {name: position for position, name in enumerate(form_of(reading))}
    for response in reading.responses:
        cells = [a for a in response if a.origin is not None and not a.repeat]
        columns = [a.origin.column for a in cells if a.origin is not None and a.origin.column is not None]
        asked = [order[a.question] for a in cells if a.question in order]
        if columns != sorted(columns) and asked != sorted(asked):
            yield f"the answers of {response.id} are neither in the order of the questions nor of the file"
            return


def _question_faults(asked: Question, form: Any, answered: set[str]) -> Iterator[str]:
    if asked.parent is not None and asked.parent not in form:
        yield f"{asked.id} belongs to {asked.parent!r}, which is no question"
    if asked.parent == asked.id:
        yield f"{asked.id} belongs to itself"
    if asked.skip is not None:
        lost = [name for name in asked.skip.questions if name not in form]
        if lost:
            yield f"{asked.id} is asked after {lost}, which are no questions"
        if asked.id in asked.skip.questions:
            yield f"{asked.id} is asked after itself"
    yield from _choice_faults(asked)
    if asked.type is QuestionType.NOTE and asked.id in answered:
        yield f"{asked.id} is a note, and is answered"
    if any(not text.strip() for _, text in form_texts_of(asked)):
        yield f"{asked.id} has an empty text"


def _choice_faults(asked: Question) -> Iterator[str]:
    free = (*_CHOSEN, QuestionType.UNKNOWN, QuestionType.NOTE, QuestionType.BOOLEAN)
    if asked.choices and asked.type not in free and not any(choice.missing for choice in asked.choices):
        yield f"{asked.id} has choices, and is of type {asked.type.value}"
    if asked.type in _CHOSEN and not asked.choices and not asked.inferred:
        yield f"{asked.id} is of type {asked.type.value}, and has no choices"
    codes = {choice.code for choice in asked.choices}
    labels = {choice.label.source for choice in asked.choices}
    other = [choice for choice in asked.choices if choice.label.source != choice.code]
    swapped = [choice.code for choice in other if choice.code in labels and choice.label.source in codes]
    if swapped:
        yield f"codes and labels of {asked.id} are mixed up: {swapped}"


def form_texts_of(asked: Question) -> Iterator[tuple[str, str]]:
    """Yield the texts of one question in its source language."""
    yield "text", asked.text.source
    for choice in asked.choices:
        yield f"choice {choice.code}", choice.label.source


def _exact(text: str) -> str:
    return " ".join(re.sub(r"<[^<>]*>", " ", unescape(text)).split())


def _invented_texts(sample: Sample, reading: Survey, own: Collection[str]) -> Iterator[str]:
    """Yield texts of the form that no file contains."""
    texts = list(_file_texts(sample))
    if not texts:
        return
    whole, words = "\n".join(map(_exact, texts)), set(re.findall(r"\w+", " ".join(map(_exact, texts))))
    for place, text in form_texts(reading.questionnaire):
        named = place.rpartition(" of ")[2] == text  # the id replaces a missing text
        if (
            text not in own
            and not named
            and _exact(text) not in whole
            and not set(re.findall(r"\w+", _exact(text))) <= words
        ):
            yield f"the {place} is {text[:60]!r}, which is not in the file"


def _file_texts(sample: Sample) -> Iterator[str]:
    """Yield the texts of a sample and its companion files.

    Files that the kit cannot parse are skipped.
    """
    files = [(sample.name, sample.content)]
    files += [("option", option) for option in sample.options.values() if isinstance(option, bytes)]
    for name, data in files:
        if file_kind(name, data) in ("xlsx", ""):
            return
        try:
            for _, text in leaves(name, data):
                yield text
                if text.startswith("{") and text.endswith("}"):  # an embedded form
                    yield from _json_texts(text)
            if file_kind(name, data) == "xml":
                yield "".join(ElementTree.fromstring(data).itertext())  # noqa: S314 - a sample; text around elements too
        except (ValueError, LookupError):
            return
    yield from map(str, sample.options.values())


def _find_count_faults(reading: Survey) -> Iterator[str]:
    account, given = reading.reconciliation, given_count(reading.responses)
    several = any(isinstance(a.value, tuple | GeoPoint) or a.comment for r in reading.responses for a in r)
    places = Counter(answer.origin for response in reading.responses for answer in response)
    if several or any(count > 1 for origin, count in places.items() if _is_cell_place(origin)):
        return
    if account.total("answers") != given:
        yield f"{account.total('answers')} answers are counted, and {given} came out"
    kinds = Counter(a.value.value for r in reading.responses for a in r if isinstance(a.value, Missing))
    counted: Counter[str] = Counter()
    for sheet in account.sheets:
        counted.update(dict(sheet.absent))
    if +counted != kinds:
        yield f"{dict(+counted)} are counted as missing, and {dict(kinds)} came out"


def _is_cell_place(origin: Origin | None) -> bool:
    return origin is not None and (origin.column is not None or origin.path is not None)


def _row_faults(sample: Sample, reading: Survey) -> Iterator[str]:
    """Yield differences between rows and reconciliation."""
    origins = [o for r in reading.responses for o in (*(a.origin for a in r.answers), r.origin) if o is not None]
    kind = file_kind(sample.name, sample.content, origins[0] if origins else None)
    if not origins or kind not in ("table", "lines") or any(o.row is None or o.sheet or o.path for o in origins):
        return
    used = {origin.row or 0 for origin in origins}
    accounted = reading.reconciliation.total("rows_left_out") + len({i.origin for i in reading.issues})
    lost = [row for row in _filled_rows(sample.content, kind) if row > min(used) and row not in used]
    if len(lost) > accounted:
        yield f"lines {lost} are not read, and {accounted} are accounted for"
    accounts = reading.reconciliation
    across = any(o.column is None for r in reading.responses for o in [r.origin] if o is not None)
    if kind == "table" and across and accounts.total("rows_out") not in (len(used), len(reading.responses)):
        yield f"{accounts.total('rows_out')} rows are accounted for, and responses come from {len(used)}"


def _json_texts(text: str) -> Iterator[str]:
    """Yield the texts of a JSON document; none if invalid."""
    try:
        yield from (inner for _, inner in leaves("text.json", text.encode()))
    except (ValueError, LookupError):
        return


def _filled_rows(data: bytes, kind: str) -> Sequence[int]:
    if kind == "lines":
        return [n for n, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1) if line.strip()]
    table = TextTable.parse(data)
    return [start for position, start in enumerate(table.starts) if any(cell.strip() for cell in table.cells(position))]
