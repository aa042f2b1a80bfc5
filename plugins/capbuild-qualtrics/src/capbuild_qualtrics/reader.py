"""Reader of Qualtrics surveys and response exports."""

import datetime
import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import define, evolve

from capbuild.formats import DecodedCell, RecordColumn, RecordReader, RecordRows, SurveyRecord
from capbuild.model import (
    ColumnUse,
    ColumnUsed,
    Missing,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    ResponseStatus,
    Severity,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem
from capbuild_qualtrics.columns import ABOUT, Part, find_parts, is_unticked, personal_of
from capbuild_qualtrics.exports import Export, Row, is_survey, open_export, plain_name
from capbuild_qualtrics.options import QualtricsOptions
from capbuild_qualtrics.survey import Survey, language_tag, read_survey

_TEST = re.compile(r"preview|test|spam", re.IGNORECASE)
#: Codes of previews, test responses and spam.
_TEST_CODES = frozenset(("1", "2", "8", "9", "12", "17", "40"))
_WRITE_DATE = "export dates as 2016-03-31 09:00:00"
_FINISHED = frozenset(("1", "true", "wahr", "verdadero", "verdadeiro", "vero", "vrai", "waar"))
_UNFINISHED = frozenset(("0", "false", "falsch", "falso", "faux", "onwaar"))
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b")
_LOOP = "loop"


def read_file(source: InputFile, options: QualtricsOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of a file.

    Args:
        source: A survey or an export.
        options: Options in force.

    Raises:
        ReadError: It is neither, or damaged.
        LimitError: It exceeds the size or depth limits.
    """
    if is_survey(source):
        survey = read_survey(source)
        yield survey.form
        yield from survey.issues
        yield SheetReconciliation(skipped="it is a survey definition without responses")
        return
    yield from _ExportReader.open(source, options).read()


@define(eq=False)
class _ExportReader:
    """Reads one export.

    Attributes:
        export: The export.
        options: Options in force.
        form: Its questionnaire.
        parts: Columns of each answer.
        about: Columns about the response, by attribute.
        labels: Codes by folded label, for each question.
        reader: Builder of the responses.
        marks: Whether unanswered questions have a code of their own.
        day_first: Whether dates with slashes begin with the day; None if unknown.
    """

    export: Export
    options: QualtricsOptions
    form: Questionnaire
    parts: list[Part]
    about: dict[str, int]
    labels: dict[str, dict[str, str]]
    reader: RecordReader
    marks: bool = False
    day_first: bool | None = None

    @classmethod
    def open(cls, source: InputFile, options: QualtricsOptions) -> "_ExportReader":
        """Open an export, and the definition in the options."""
        export = open_export(source)
        survey = None if options.definition is None else read_survey(options.definition)
        questions, parts, doubts = find_parts(export, survey, options.unanswered)
        about: dict[str, int] = {}
        for place, head in enumerate(export.headers):
            for name in (head.field or head.name, head.label):
                if plain_name(name) in ABOUT:
                    about.setdefault(ABOUT[plain_name(name)], place)
                    break
        form = _join_forms(survey, questions, parts, source)
        reader = RecordReader.with_options(form, source, options, other_apart=True)
        for issue in survey.issues if survey is not None else ():
            reader.log.add(issue.code, issue.severity, issue.message, remedy=issue.remedy or "", origin=issue.origin)
        for doubt in doubts:
            origin = Origin(source.name) if export.is_json else Origin(source.name, row=1, column=doubt.column + 1)
            reader.log.add(doubt.code, Severity.WARNING, doubt.message, remedy=doubt.remedy, origin=origin)
        opened = cls(export, options, form, parts, about, survey.labels if survey else {}, reader)
        opened.marks = any(options.unanswered in map(str.strip, row.cells) for row in export.rows)
        dated = [about[name] for name in ("sent", "recorded") if name in about]
        opened.day_first = _find_day_first(opened.cell(row, place) for row in export.rows for place in dated)
        return opened

    def cell(self, row: Row, place: int | None) -> str:
        """Return the text of a cell; empty if missing."""
        return row.cells[place].strip() if place is not None and place < len(row.cells) else ""

    def read(self) -> Iterator[ReadItem]:
        """Yield the questionnaire, responses, issues and reconciliation."""
        yield from self.export.issues
        columns = [self._column(part) for part in self.parts]
        yield from self.reader.read_rows(
            self._records(), columns, self.export.origin, self._list_columns(), fixed_columns=not self.export.is_json
        )

    # --- one response ---

    def _records(self) -> Iterator[RecordRows[Row]]:
        tests, width = 0, len(self.export.headers)
        for row in self.export.rows:
            if any(cell.strip() for cell in row.cells[len(self.export.headers) :]):
                self._note(row, "QUAL2", "the row has more cells than the header", "check the quotes of this row")
            if any(row.cells) and len(row.cells) < len(self.export.headers):
                self._note(row, "QUAL2", "the row has fewer cells than the header", "export the file again")
            if any(cell.strip() for cell in row.cells):
                record = self._make_record(row)
                tests += record.status is ResponseStatus.TEST
                lacking = [""] * (width - len(row.cells))
                yield record, [(row, (*map(str.strip, row.cells[:width]), *lacking, row.shown))]
            else:
                self.reader.account.rows_left_out["blank"] += 1
        if tests:
            message = f"previews, tests and spam are {tests:,} of the responses; they are kept, not counted"
            remedy = "correct their status in the file if they are real"
            self.reader.log.add("QUAL3", Severity.NOTE, message, remedy=remedy)

    def _note(self, row: Row, code: str, message: str, remedy: str) -> None:
        self.reader.log.add(code, Severity.WARNING, message, origin=self.export.origin(row), remedy=remedy)

    def _make_record(self, row: Row) -> SurveyRecord:
        about = {name: self.cell(row, place) for name, place in self.about.items()}
        moment = about.get("sent") or about.get("recorded") or ""
        place = self.about["sent" if about.get("sent") else "recorded"] if moment else 0
        zone = self.export.headers[place].zone if moment else ""
        parsed = self._parse_moment(moment, zone)
        finished = about.get("finished", "")
        if finished and finished.casefold() not in _FINISHED | _UNFINISHED:
            message = f"Finished is {finished[:40]!r}, neither true nor false; the response is read as finished"
            self._note(row, "QUAL5", message, "correct the cell")
        if moment and parsed is None:
            origin = self.export.origin(row, place)
            self.reader.log.add(
                "QUAL4", Severity.WARNING, f"{moment!r} is not a date", origin=origin, remedy=_WRITE_DATE
            )
        return SurveyRecord(
            id=about.get("id") or str(row.number),
            origin=self.export.origin(row),
            moment=parsed or "",
            status=_find_status(about),
            language=language_tag(about.get("language", "")) or None,
        )

    def _parse_moment(self, text: str, zone: str) -> datetime.date | None:
        """Return the date or time in a text, else None.

        A time without a zone is taken to be in `zone`, that of the export.
        """
        slashed = _SLASHED.match(text)
        try:
            if slashed is not None:
                if self.day_first is None:
                    return None
                first, second, year = (int(number) for number in slashed.groups())
                day, month = (first, second) if self.day_first else (second, first)
                return datetime.date(year if year > 99 else 2000 + year, month, day)
            moment = datetime.datetime.fromisoformat(text)
            return moment.replace(tzinfo=ZoneInfo(zone)) if moment.tzinfo is None and zone else moment
        except (ValueError, OSError, ZoneInfoNotFoundError):
            return None

    # --- answers ---

    def _column(self, part: Part) -> RecordColumn:
        """Return the column of an answer; it depends on its cells, and on the questions that were shown."""
        return RecordColumn((*part.columns, len(self.export.headers)), partial(self._decode, part))

    def _decode(self, part: Part, found: Sequence[Any]) -> Iterator[DecodedCell]:
        """Yield the value in the cells of an answer."""
        cells, shown, place = list(found[:-1]), found[-1], 0
        value: str | list[str] | None = None
        if part.codes:
            value, place = self._join_codes(part, cells)
        elif cells[0] not in ("", self.options.unanswered):
            value = self._find_codes(part.question, cells[0])
        absent = Missing.NO_ANSWER if value is not None else self._find_missing(shown, part.columns, cells)
        raw = None if value == cells[place] or (part.codes and cells[place] == "1") else cells[place] or None
        yield DecodedCell(part.question, value, absent, raw, part.loop, part.columns[place])

    def _find_missing(self, shown: frozenset[str] | None, places: Sequence[int], cells: Sequence[str]) -> Missing:
        """Return the kind of a missing answer.

        The question was either not shown, or shown and not answered.
        """
        if self.options.unanswered in cells or "0" in cells:
            return Missing.NO_ANSWER
        if shown is not None:
            named = {self.export.headers[place].field or self.export.headers[place].name for place in places}
            asked = {name.partition("_")[0] for name in named if name.startswith("QID")}
            return Missing.NO_ANSWER if (named | asked) & shown else Missing.NOT_ASKED
        return Missing.NOT_ASKED if self.marks else Missing.NO_ANSWER

    def _join_codes(self, part: Part, cells: list[str]) -> tuple[list[str] | None, int]:
        """Return the chosen codes of several columns, and the first."""
        chosen = [place for place, cell in enumerate(cells) if not is_unticked(cell, self.options.unanswered)]
        if not chosen:
            return None, 0
        if self.form[part.question].type is QuestionType.RANKING:
            chosen.sort(key=lambda place: (not cells[place].isdecimal(), cells[place].zfill(9)))
        return [part.codes[place] for place in chosen], chosen[0]

    def _find_codes(self, question: str, cell: str) -> str | list[str]:
        """Return a cell with codes in place of labels.

        Labels in a comma-joined cell may contain commas themselves.
        """
        if self.form[question].type is not QuestionType.SELECT_MULTIPLE:
            return self._find_code(question, cell) or cell
        codes: list[str] = []
        pieces = cell.split(",")
        while pieces:
            for size in range(len(pieces), 0, -1):
                text = ",".join(pieces[:size]).strip()
                code = self._find_code(question, text)
                if code is not None or size == 1:
                    codes.append(code or pieces[0].strip() or cell)
                    del pieces[:size]
                    break
        return list(dict.fromkeys(codes))

    def _find_code(self, question: str, text: str) -> str | None:
        """Return the code of a choice, by code or label.

        The result is None if unknown. A label that is also another choice's code is read as the code.
        """
        if self.form[question].choice(text):
            return text
        return self.labels.get(question, {}).get(" ".join(text.split()).casefold())

    # --- columns ---

    def _list_columns(self) -> Iterator[ColumnUsed]:
        part_by_column = {place: part for part in self.parts for place in part.columns}
        for place, head in enumerate(self.export.headers):
            use, reason, part = ColumnUse.IGNORED, "it has no name and no content", part_by_column.get(place)
            personal = personal_of(head)
            if part is not None:
                personal = self.form[part.question].personal
                use, reason = ColumnUse.QUESTION, f"part of {part.question}" if part.codes else ""
                if place in self.about.values():
                    reason = "also the date of the response"
                if not part.codes and part.question == self.reader.country_question:
                    use, reason = ColumnUse.COUNTRY, "also an answer"
                elif personal is not None:
                    dropped = self.options.drop_personal
                    reason = "dropped: it looks personal" if dropped else "kept as an answer; drop_personal drops it"
                    use = ColumnUse.PERSONAL
            elif place in self.about.values() or plain_name(head.field or head.name) in ABOUT:
                use, reason, personal = ColumnUse.METADATA, "", None
            yield ColumnUsed(
                name=head.name or f"column {place + 1}", column=place + 1, use=use, reason=reason, personal=personal
            )


def _find_status(about: dict[str, str]) -> ResponseStatus:
    status = about.get("status", "")
    if status in _TEST_CODES or _TEST.search(status):
        return ResponseStatus.TEST
    left = about.get("finished", "1").casefold() in _UNFINISHED
    return ResponseStatus.PARTIAL if left else ResponseStatus.SUBMITTED


def _join_forms(survey: Survey | None, drafted: list[Question], parts: list[Part], source: InputFile) -> Questionnaire:
    """Return the definition with further questions, or a draft."""
    loops = {part.question for part in parts if part.loop}
    if survey is not None:
        frozen_map = survey.form.by_id
        more = [question for question in drafted if question.id not in frozen_map]
        return evolve(survey.form, questions=(*survey.form.questions, *more))
    group = (QuestionGroup(id=_LOOP, title="Loop", repeat=True),) if loops else ()
    return Questionnaire(
        id=PurePath(source.name).stem or source.name or "survey",
        title=PurePath(source.name).stem or source.name or "survey",
        groups=group,
        questions=[evolve(question, group=_LOOP) if question.id in loops else question for question in drafted],
        inferred=True,
    )


def _find_day_first(texts: Iterator[str]) -> bool | None:
    """True if days precede months in slashed dates.

    A number above 12 shows the order. The result is None if no date or dates of both orders do.
    """
    pairs = [(int(match[1]), int(match[2])) for text in texts if (match := _SLASHED.match(text))]
    first, second = any(number > 12 for number, _ in pairs), any(two > 12 for _, two in pairs)
    return None if first == second else first
