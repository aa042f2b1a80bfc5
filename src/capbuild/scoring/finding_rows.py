"""Findings from rows of a table."""

import datetime
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from attrs import define, field, frozen

from capbuild.errors import ModelError, did_you_mean
from capbuild.model import (
    Answer,
    Basis,
    Check,
    Country,
    Finding,
    FindingValue,
    Framework,
    Issue,
    Missing,
    QuestionMapping,
    Route,
    Source,
    SourceKind,
    Verdict,
)
from capbuild.origin import Origin
from capbuild.scoring.answer_words import ANSWER_CODES, CONSENSUS, find_level, fold_text
from capbuild.scoring.findings import AnswerReader, UnreadAnswer, finding_status, resolve_target, unread_issues
from capbuild.text import Text

_Word = TypeVar("_Word", bound=StrEnum)


@frozen
class FindingRow:
    """Cells of one row as text, with their positions.

    Attributes:
        cells: Text by column name; a missing cell is absent or empty.
        at: Position of each cell, by column name.
    """

    cells: Mapping[str, str]
    at: Mapping[str, Origin]

    def cell_text(self, column: str) -> str:
        """Return the stripped text of a cell; empty if absent."""
        return self.cells.get(column, "").strip()


@define
class FindingParser:
    """Parser of rows as findings, with issues for invalid cells.

    Attributes:
        framework: Framework of the findings.
        issues: Collects problems.
        code: Code of invalid cells.
    """

    framework: Framework
    issues: list[Issue]
    code: str
    _unread: list[tuple[int, UnreadAnswer]] = field(factory=list, init=False)
    _reader: AnswerReader = field(init=False)
    _titles: Mapping[str, set[str]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._reader = AnswerReader.make(self.framework)
        titles: dict[str, set[str]] = {}
        judged = [(node.id, node.title) for node in self.framework.indicators if not node.criteria]
        for name, text in (
            *judged,
            *((criterion.id, criterion.text) for criterion in self.framework.criteria.values()),
        ):
            for language in text.languages:
                title = text.get(language)
                titles.setdefault(fold_text(title), set()).add(name)
                titles.setdefault(fold_text(f"{name} {title}"), set()).add(name)
        self._titles = titles

    def fit_shares(self, rows: Iterable[FindingRow]) -> None:
        """Read numbers as shares, such as 0.4, if all fit.

        Assessors also write levels: if all numbers are 1, they are the lowest level.
        """
        numbers = ((self._find_target(row.cell_text("criterion")), _to_number(row.cell_text("answer"))) for row in rows)
        answers = [Answer(target, number) for target, number in numbers if target is not None and number is not None]
        if any(answer.value != 1 for answer in answers):
            self._reader = self._reader.with_shares(answers)

    def _find_target(self, written: str) -> str | None:
        """Return the target with an id, a title or both.

        The result is None if the text is unknown or ambiguous.
        """
        if written in self.framework.criteria or written in self.framework.capacities:
            return written
        targets = self._titles.get(fold_text(written), set())
        return next(iter(targets)) if len(targets) == 1 else None

    def add_error(self, message: str, origin: Origin | None, remedy: str = "", code: str = "") -> None:
        """Add an error."""
        self.issues.append(Issue.error(code or self.code, message, origin, remedy))

    def _parse_target(self, row: FindingRow) -> str | None:
        """Return the target of a row; None with an issue if it names none, or its text is that of another."""
        written = row.cell_text("criterion")
        target, several = self._find_target(written), sorted(self._titles.get(fold_text(written), ()))
        others = self._titles.get(fold_text(row.cell_text("text")), set())
        if target is not None and (not others or target in others):
            return target
        code, remedy = "CB302", "write the id"
        if target is not None:
            message = f"the id is that of {target}, and the text that of {min(others)}: the row was not read"
            code, remedy = "CB214", "correct one of them"
        elif several:
            message = f"{written!r} is the title of {', '.join(several)}"
        else:
            known = (*self.framework.criteria, *self.framework.capacities)
            message = f"{self.framework.key} has no {written!r}{did_you_mean(written, known)}"
            remedy = "write the id or the title of a criterion or indicator"
        self.add_error(message, row.at["criterion"], remedy, code)
        return None

    def parse_finding(self, row: FindingRow, source: Source, country: Country, **own: Any) -> Finding | None:
        """Return the finding of a row.

        The result is None if the row has no target or is not a valid finding; an issue is added.

        Args:
            row: The row.
            source: Its source.
            country: The country.
            own: Attributes that override the row.
        """
        target = self._parse_target(row)
        if target is None:
            return None
        problems = len(self.issues)
        if _to_number(row.cell_text("answer")) is None and not self._is_level(row.cell_text("answer"), target):
            target = resolve_target(target, self.framework)
        value = self._parse_value(row, target)
        seen = Basis.SEEN if source.kind is SourceKind.VISIT else Basis.TOLD
        basis = self.parse_enum(row, "basis", Basis) or seen
        criterion = self.framework.criteria.get(target)
        check = criterion.check if criterion is not None else Check.DOCUMENT
        raw, note = row.cell_text("answer"), row.cells.get("note", "")
        language = row.cells.get("note_language") or source.language or "und"
        given: dict[str, Any] = {
            "status": finding_status(check, source.kind, value, basis),
            "confidence": self.parse_integer(row, "confidence"),
            "respondent": row.cell_text("assessor") or None,
            "consensus": fold_text(row.cell_text("assessor")) in CONSENSUS,
            "route": self.parse_enum(row, "route", Route),
            "reason": row.cells.get("reason", ""),
            "sample": self.parse_integer(row, "sample"),
            "note": Text(note, language) if note else None,
            "marking": row.cells.get("marking", ""),
            "raw": raw if isinstance(value, Verdict | Missing) and raw not in ("", value.value) else None,
            "origin": row.at.get("answer", row.at["criterion"]),
        }
        if "as_of" not in own:
            given["as_of"] = self.parse_date(row, "as_of") or source.end or source.start
        if len(self.issues) > problems and not isinstance(value, Missing):
            value, given["raw"] = Missing.INVALID, raw
        try:
            return Finding(country=country, target=target, value=value, source=source.id, basis=basis, **(given | own))
        except ModelError as error:
            name = error.field.rpartition(".")[2]
            column = name if name in row.at else "criterion"
            self.add_error(error.plain_message, row.at[column], f"correct the {column}, or leave it empty")
            return None

    def _is_level(self, answer: str, target: str) -> bool:
        """True if an answer names a level of a capacity."""
        node = self.framework.capacities.get(target)
        return node is not None and find_level(answer, self.framework.scale_of(node), node.level_texts) is not None

    def _parse_value(self, row: FindingRow, target: str) -> FindingValue:
        """Return the parsed answer; invalid ones are reported by `report_unread`."""
        raw = row.cell_text("answer")
        if not raw:
            return Missing.NO_ANSWER
        number = None if target in self.framework.criteria else _to_number(raw)
        answer = Answer(target, raw if number is None else number, raw=raw, origin=row.at["answer"])
        read = self._reader.read(answer, QuestionMapping(question=target, target=target))
        if not isinstance(read, UnreadAnswer):
            return read
        self._unread.append((len(self.issues), read))
        return Missing.INVALID

    def report_unread(self) -> None:
        """Report answer words without meaning, and numbers off the scale."""
        for issue in reversed(unread_issues([answer for _, answer in self._unread], self._suggest)):
            place = next(number for number, answer in self._unread if answer.origin == issue.origin)
            self.issues.insert(place, Issue.error(issue.code, issue.message, issue.origin, issue.remedy))
        self._unread.clear()

    def _suggest(self, answer: UnreadAnswer) -> str:
        if answer.allowed or answer.meanings:
            return f"write {answer.allowed or answer.meanings}"
        own = self.framework.answers_of(self.framework.owner(answer.target))
        codes = ANSWER_CODES if own is None else [option.code for option in own.options]
        return f"write one of: {', '.join(codes)}"

    def parse_enum(self, row: FindingRow, column: str, kind: type[_Word]) -> _Word | None:
        """Return the enum member named by a cell, or None."""
        text = row.cell_text(column)
        if not text:
            return None
        try:
            return kind(text.lower())
        except ValueError:
            known = [member.value for member in kind]
            message = f"{text!r} is not a valid {column}{did_you_mean(text.lower(), known)}"
            self.add_error(message, row.at[column], f"one of: {', '.join(known)}")
            return None

    def parse_integer(self, row: FindingRow, column: str) -> int | None:
        """Return the whole number of a cell."""
        text = row.cell_text(column)
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            self.add_error(
                f"{column} must be a whole number, not {text!r}", row.at[column], "write digits, or leave it empty"
            )
            return None
        return int(text)

    def parse_number(self, row: FindingRow, column: str) -> float | None:
        """Return the number of a cell."""
        text = row.cell_text(column)
        number = _to_number(text)
        if text and number is None:
            self.add_error(f"{column} must be a number, not {text!r}", row.at[column])
        return number

    def parse_date(self, row: FindingRow, column: str) -> datetime.date | None:
        """Return the date of a cell, without time of day."""
        text = row.cell_text(column)
        if not text:
            return None
        try:
            return datetime.datetime.fromisoformat(text).date()
        except ValueError:
            message = f"{column} must be a date such as 2016-05-31, not {text!r}"
            self.add_error(message, row.at[column], "write dates as 2016-05-31, or leave it empty")
            return None


def _to_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
