"""Reader of Qualtrics surveys and response exports."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import define, evolve, field

from capbuild.errors import ModelError, ReadError
from capbuild.formats import IssueLog, find_country_question
from capbuild.model import (
    Answer,
    AnswerValue,
    ColumnUse,
    ColumnUsed,
    Missing,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    Respondent,
    Response,
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

__all__ = ["read_file"]

_TEST = re.compile(r"preview|test|spam", re.IGNORECASE)
#: Codes of previews, test responses and spam.
_TEST_CODES = frozenset(("1", "2", "8", "9", "12", "17", "40"))
_UNFINISHED = frozenset(("0", "false", "falsch", "falso", "faux"))
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b")
_DROPPED = "dropped: it looks personal"
_LOOP = "loop"
#: Rows to examine for the country column.
_SAMPLE = 500


def read_file(source: InputFile, options: QualtricsOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of a file.

    Args:
        source: A survey or an export.
        options: Options in force.

    Raises:
        ReadError: It is neither, or damaged.
        LimitError: It exceeds the size or depth limits.
    """
    try:
        if is_survey(source):
            yield read_survey(source).form
            yield SheetReconciliation(skipped="it is a survey definition without responses")
            return
        yield from _ExportReader.open(source, options).read()
    except ModelError as error:
        raise ReadError(
            f"{source.name} has a value that no survey has: {error.message}",
            code="QUAL1",
            origin=Origin(source.name),
            remedy="ask for the export again",
        ) from error


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
        log: Collected issues.
        country: Columns of the country, once searched.
    """

    export: Export
    options: QualtricsOptions
    form: Questionnaire
    parts: list[Part]
    about: dict[str, int]
    labels: dict[str, dict[str, str]]
    log: IssueLog
    counts: Counter[str] = field(factory=Counter)
    absent: Counter[str] = field(factory=Counter)
    left: Counter[str] = field(factory=Counter)
    left_out: Counter[str] = field(factory=Counter)
    ids: set[str] = field(factory=set)
    country: Part | None = None
    marks: bool = False
    day_first: bool | None = None

    @classmethod
    def open(cls, source: InputFile, options: QualtricsOptions) -> "_ExportReader":
        """Open an export, and the definition in the options."""
        export = open_export(source)
        survey = None if options.definition is None else read_survey(options.definition)
        questions, parts = find_parts(export, survey, options.unanswered)
        about: dict[str, int] = {}
        for place, head in enumerate(export.heads):
            for name in (head.field or head.name, head.label):
                if plain_name(name) in ABOUT:
                    about.setdefault(ABOUT[plain_name(name)], place)
                    break
        made = cls(
            export,
            options,
            _join_forms(survey, questions, parts, source),
            parts,
            about,
            survey.labels if survey else {},
            IssueLog(source.name),
        )
        made.marks = any(cell.strip() == options.unanswered for row in export.rows for cell in row.cells)
        dated = [about[name] for name in ("sent", "recorded") if name in about]
        made.day_first = _find_day_first(made.cell(row, place) for row in export.rows for place in dated)
        return made

    def cell(self, row: Row, place: int | None) -> str:
        """Return the text of a cell; empty if missing."""
        return row.cells[place].strip() if place is not None and place < len(row.cells) else ""

    def read(self) -> Iterator[ReadItem]:
        """Yield the questionnaire, responses, issues and reconciliation."""
        yield self.form
        country = self.country = self._find_country()
        if country is None and self.options.country is None:
            message = "no question asks for the country"
            remedy = "name it with country_question, or the country of all responses with country"
            self.log.add("CB104", Severity.WARNING, message, remedy=remedy)
        for part in self.parts if not self.options.drop_personal else ():
            kind = self.form[part.question].personal
            if kind is not None:
                message = f"{part.question!r} looks personal ({kind.value})"
                self.log.add("CB132", Severity.WARNING, message, column=part.columns[0] + 1,
                             row=self.export.header_rows or None,
                             remedy="drop_personal = true leaves such columns out")  # fmt: skip
        for row in self.export.rows:
            if any(cell.strip() for cell in row.cells):
                yield self._make_response(row, country)
            else:
                self.left["blank"] += 1
            if any(cell.strip() for cell in row.cells[len(self.export.heads) :]):
                self.log.add("QUAL2", Severity.WARNING, "the row has more cells than the header", row=row.number,
                             remedy="check the quotes of this row")  # fmt: skip
            yield from self.log.drain()
        if self.counts["tests"]:
            message = (
                f"previews, tests and spam are {self.counts['tests']:,} of the responses; they are kept, not counted"
            )
            self.log.add("QUAL3", Severity.NOTE, message, remedy="correct their status in the file if they are real")
        yield from self.export.issues
        yield from self.log.close()
        yield self._make_reconciliation()

    # --- one response ---

    def _make_response(self, row: Row, country: Part | None) -> Response:
        about = {name: self.cell(row, place) for name, place in self.about.items()}
        status = self._status(about)
        moment = about.get("sent") or about.get("recorded") or ""
        zone = self.export.heads[self.about["sent" if about.get("sent") else "recorded"]].zone if moment else ""
        date, submitted = self._parse_moment(moment, zone)
        if moment and date is None:
            self.log.add("QUAL4", Severity.WARNING, f"{moment!r} is not a date", row=self._read_row(row),
                         subject="dates", remedy="export dates as 2016-03-31 09:00:00")  # fmt: skip
        name, language = self._id(row, about.get("id", "")), language_tag(about.get("language", ""))
        return Response(
            id=name,
            place=self._place(row, country) or self.options.country,
            questionnaire=None if self.form.inferred else self.form.id,
            respondent=Respondent(pseudonym=name, language=language),
            language=language or None,
            status=status,
            date=date,
            submitted=None if status is ResponseStatus.PARTIAL else submitted,
            answers=[answer for part in self.parts for answer in self._list_answers(row, part)],
            origin=self.export.origin(row),
        )

    def _read_row(self, row: Row) -> int | None:
        return None if self.export.is_json else row.number

    def _id(self, row: Row, found: str) -> str:
        name = found or str(row.number)
        if name in self.ids:
            self.log.add("QUAL5", Severity.WARNING, f"response id {name!r} is a duplicate", row=self._read_row(row),
                         remedy="check whether the response was exported twice")  # fmt: skip
            name = f"{name} ({row.number})"
        self.ids.add(name)
        return name

    def _status(self, about: dict[str, str]) -> ResponseStatus:
        status = about.get("status", "")
        if status in _TEST_CODES or _TEST.search(status):
            self.counts["tests"] += 1
            return ResponseStatus.TEST
        left = about.get("finished", "1").casefold() in _UNFINISHED
        return ResponseStatus.PARTIAL if left else ResponseStatus.SUBMITTED

    def _parse_moment(self, text: str, zone: str) -> tuple[datetime.date | None, datetime.datetime | None]:
        """Return day and time of a date; no time if the export has no time zone."""
        slashed = _SLASHED.match(text)
        try:
            if slashed is not None:
                if self.day_first is None:
                    return None, None
                first, second, year = (int(number) for number in slashed.groups())
                day, month = (first, second) if self.day_first else (second, first)
                return datetime.date(year if year > 99 else 2000 + year, month, day), None
            found = datetime.datetime.fromisoformat(text)
            if found.tzinfo is None and zone:
                found = found.replace(tzinfo=ZoneInfo(zone))
        except (ValueError, OSError, ZoneInfoNotFoundError):
            return None, None
        return found.date(), found if found.tzinfo is not None else None

    def _find_country(self) -> Part | None:
        """Return the country columns: by name, question text, or cells."""
        whole = {part.question: part for part in self.parts if not part.codes}
        rows = self.export.rows[:_SAMPLE]
        answers = {
            name: dict.fromkeys(filter(None, (self._place(row, part) for row in rows))) for name, part in whole.items()
        }
        asked = find_country_question(self.form, answers, file=self.export.file, named=self.options.country_question)
        return whole.get(asked.id) if asked is not None else None

    def _place(self, row: Row, part: Part | None) -> str | None:
        """Return the country of a row as written, or as the label of its code."""
        text = self.cell(row, part.columns[0]) if part is not None else ""
        if part is None or text in ("", self.options.unanswered):
            return None
        choice = self.form[part.question].choice(self._find_code(part.question, text) or text)
        return choice.label.source if choice is not None else text

    # --- answers ---

    def _list_answers(self, row: Row, part: Part) -> Iterator[Answer]:
        asked = self.form[part.question]
        if self.options.drop_personal and self._is_personal(part):
            self.left_out[_DROPPED] += len(part.columns)
            return
        cells = [self.cell(row, place) for place in part.columns]
        value, place = (
            self._join_codes(row, part, cells) if part.codes else (self._make_value(row, part, asked, cells[0]), 0)
        )
        kept = isinstance(value, str) and value == cells[place]
        raw = None if kept or not cells[place] or (part.codes and cells[place] == "1") else cells[place]
        if isinstance(value, Missing):
            self.absent[value.value] += 1
        else:
            self.counts["answers"] += 1
        yield Answer(part.question, value, raw, None, part.loop, (), self.export.origin(row, part.columns[place]))

    def _find_missing(self, row: Row, places: Sequence[int], cells: Sequence[str]) -> Missing:
        """Return the kind of missing: not shown, or shown and not answered."""
        if self.options.unanswered in cells or "0" in cells:
            return Missing.NO_ANSWER
        if row.shown is not None:
            named = {self.export.heads[place].field or self.export.heads[place].name for place in places}
            asked = {name.partition("_")[0] for name in named if name.startswith("QID")}
            return Missing.NO_ANSWER if (named | asked) & row.shown else Missing.NOT_ASKED
        return Missing.NOT_ASKED if self.marks else Missing.NO_ANSWER

    def _join_codes(self, row: Row, part: Part, cells: list[str]) -> tuple[AnswerValue, int]:
        """Return the chosen codes in several columns, and the column of the first."""
        chosen = [place for place, cell in enumerate(cells) if not is_unticked(cell, self.options.unanswered)]
        if not chosen:
            return self._find_missing(row, part.columns, cells), 0
        if self.form[part.question].type is QuestionType.RANKING:
            chosen.sort(key=lambda place: (not cells[place].isdecimal(), cells[place].zfill(9)))
        return tuple(part.codes[place] for place in chosen), chosen[0]

    def _make_value(self, row: Row, part: Part, asked: Question, cell: str) -> AnswerValue:
        if cell in ("", self.options.unanswered):
            return self._find_missing(row, part.columns, [cell])
        if asked.type in (QuestionType.INTEGER, QuestionType.DECIMAL):
            try:
                return int(cell) if re.fullmatch(r"-?\d{1,15}", cell) else _parse_finite(cell)
            except ValueError:
                return cell
        if asked.type is QuestionType.SELECT_MULTIPLE:
            return self._split(asked, cell)
        if asked.type is not QuestionType.SELECT_ONE:
            return cell
        code = self._find_code(asked.id, cell)
        choice = asked.choice(code) if code else None
        if choice is None:
            self.log.add("QUAL6", Severity.WARNING, f"{cell!r} is not a choice of {asked.id}", row=self._read_row(row),
                         column=part.columns[0] + 1 if self._read_row(row) else None, subject=asked.id,
                         remedy="give the definition that was in use, or correct the cell")  # fmt: skip
            return cell
        return choice.missing or choice.code

    def _find_code(self, question: str, cell: str) -> str | None:
        """Return the code of a choice, by code or label in any language."""
        if self.form[question].choice(cell) is not None:
            return cell
        return self.labels.get(question, {}).get(" ".join(cell.split()).casefold())

    def _split(self, asked: Question, cell: str) -> tuple[str, ...]:
        """Return the codes of a comma-joined cell; labels may contain commas."""
        found: list[str] = []
        pieces = cell.split(",")
        while pieces:
            for size in range(len(pieces), 0, -1):
                code = self._find_code(asked.id, ",".join(pieces[:size]).strip())
                if code is not None or size == 1:
                    found.append(code or pieces[0].strip() or cell)
                    del pieces[:size]
                    break
        return tuple(dict.fromkeys(found))

    # --- reconciliation ---

    def _is_personal(self, part: Part) -> bool:
        return self.form[part.question].personal is not None

    def _make_reconciliation(self) -> SheetReconciliation:
        answers, absent, left = self.counts["answers"], dict(self.absent), dict(self.left_out)
        rows = len(self.export.rows)
        return SheetReconciliation(
            rows_in=rows,
            rows_out=rows - self.left.total(),
            rows_left_out=dict(self.left),
            columns=tuple(self._list_columns()),
            cells=answers + sum(absent.values()) + sum(left.values()),
            answers=answers,
            absent=absent,
            left_out=left,
        )

    def _list_columns(self) -> Iterator[ColumnUsed]:
        part_by_column = {place: part for part in self.parts for place in part.columns}
        for place, head in enumerate(self.export.heads):
            use, reason, part = ColumnUse.IGNORED, "it has no name and no content", part_by_column.get(place)
            personal = personal_of(head)
            if part is not None:
                personal = self.form[part.question].personal
                use, reason = ColumnUse.QUESTION, f"part of {part.question}" if part.codes else ""
                if part is self.country:
                    use, reason = ColumnUse.COUNTRY, "also an answer"
                elif personal is not None:
                    reason = _DROPPED if self.options.drop_personal else "kept as an answer; drop_personal drops it"
                    use = ColumnUse.PERSONAL
            elif place in self.about.values() or plain_name(head.field or head.name) in ABOUT:
                use, reason, personal = ColumnUse.METADATA, "", None
            yield ColumnUsed(
                name=head.name or f"column {place + 1}", column=place + 1, use=use, reason=reason, personal=personal
            )


def _join_forms(survey: Survey | None, drafted: list[Question], parts: list[Part], source: InputFile) -> Questionnaire:
    """Return the definition with the export's further questions, or a draft."""
    loops = {part.question for part in parts if part.loop}
    if survey is not None:
        known = survey.form.by_id
        more = [question for question in drafted if question.id not in known]
        return evolve(survey.form, questions=(*survey.form.questions, *more))
    group = (QuestionGroup(id=_LOOP, title="Loop", repeat=True),) if loops else ()
    return Questionnaire(
        id=PurePath(source.name).stem or source.name or "survey",
        title=PurePath(source.name).stem or source.name or "survey",
        groups=group,
        questions=[evolve(one, group=_LOOP) if one.id in loops else one for one in drafted],
        inferred=True,
    )


def _parse_finite(text: str) -> float:
    """Return a number; infinities and NaN are refused.

    Raises:
        ValueError: It is not a finite number.
    """
    found = float(text)
    if abs(found) > 1e300 or found != found:  # noqa: PLR0124 - NaN differs from itself
        raise ValueError(text)
    return found


def _find_day_first(texts: Iterator[str]) -> bool | None:
    """True if days precede months in dates with slashes, by a number above 12."""
    pairs = [(int(found[1]), int(found[2])) for text in texts if (found := _SLASHED.match(text))]
    first, second = any(one > 12 for one, _ in pairs), any(two > 12 for _, two in pairs)
    return None if first == second else first
