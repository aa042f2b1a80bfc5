"""One row of a findings table as a finding, whether assessors filled it in or a frame holds it."""

import datetime
from collections.abc import Mapping
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
    Route,
    Severity,
    Source,
    SourceKind,
    Verdict,
)
from capbuild.model import Mapping as QuestionMapping
from capbuild.origin import Origin
from capbuild.scoring.findings import AnswerReader, Unread, finding_status, unread_issues
from capbuild.text import Text

__all__ = ["FindingRow", "FindingRows"]

_Word = TypeVar("_Word", bound=StrEnum)


@frozen
class FindingRow:
    """The cells of one row as text, and where each stands.

    Attributes:
        cells: Text by head; a head without a cell is absent, or empty.
        at: Place of each cell, by head.
    """

    cells: Mapping[str, str]
    at: Mapping[str, Origin]

    def text(self, head: str) -> str:
        """Return the text of a cell without spaces around it; empty where there is none."""
        return self.cells.get(head, "").strip()


@define
class FindingRows:
    """Makes findings of rows; what does not fit becomes an issue at its cell.

    Attributes:
        framework: What the findings speak of.
        issues: Where problems go.
        code: Code of what does not fit its column.
        remedy: What to do about an answer that is none.
    """

    framework: Framework
    issues: list[Issue]
    code: str
    remedy: str
    _reader: AnswerReader = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._reader = AnswerReader.make(self.framework)

    def problem(self, message: str, origin: Origin | None, remedy: str = "", code: str = "") -> None:
        """Note an error."""
        self.issues.append(
            Issue(code=code or self.code, severity=Severity.ERROR, message=message, origin=origin, remedy=remedy)
        )

    def finding(self, row: FindingRow, source: Source, country: Country, **own: Any) -> Finding | None:
        """Return the finding of a row; None where it speaks of nothing, or cannot be one.

        Args:
            row: The row.
            source: Where it was learnt.
            country: The country.
            own: Attributes that the caller knows better.
        """
        target = row.text("criterion")
        if target not in self.framework.criteria and target not in self.framework.capacities:
            known = (*self.framework.criteria, *self.framework.capacities)
            message = f"{self.framework.key} has no {target!r}{did_you_mean(target, known)}"
            self.problem(message, row.at["criterion"], "correct the id", "CB302")
            return None
        problems = len(self.issues)
        value = self._value(row, target)
        seen = Basis.SEEN if source.kind is SourceKind.VISIT else Basis.TOLD
        basis = self.word(row, "basis", Basis) or seen
        criterion = self.framework.criteria.get(target)
        check = criterion.check if criterion is not None else Check.DOCUMENT
        raw, note = row.text("answer"), row.cells.get("note", "")
        language = row.cells.get("note_language") or source.language or "und"
        given: dict[str, Any] = {
            "status": finding_status(check, source.kind, value, basis),
            "confidence": self.whole(row, "confidence"),
            "route": self.word(row, "route", Route),
            "reason": row.cells.get("reason", ""),
            "sample": self.whole(row, "sample"),
            "note": Text(note, language) if note else None,
            "marking": row.cells.get("marking", ""),
            "raw": raw if isinstance(value, Verdict | Missing) and raw not in ("", value.value) else None,
            "origin": row.at.get("answer", row.at["criterion"]),
        }
        if "as_of" not in own:
            given["as_of"] = self.day(row, "as_of") or source.end or source.start
        if len(self.issues) > problems and not isinstance(value, Missing):
            value, given["raw"] = Missing.INVALID, raw
        try:
            return Finding(country=country, target=target, value=value, source=source.id, basis=basis, **(given | own))
        except ModelError as error:
            self.problem(error.message, row.at["criterion"], "correct the row: see docs/reference/workspace.md")
            return None

    def _value(self, row: FindingRow, target: str) -> FindingValue:
        """Return what the answer says; what is no answer is kept as invalid, and an issue says so."""
        raw = row.text("answer")
        if not raw:
            return Missing.NO_ANSWER
        number = None if target in self.framework.criteria else _number(raw)
        answer = Answer(target, raw if number is None else number, raw=raw, origin=row.at["answer"])
        read = self._reader.read(answer, QuestionMapping(question=target, target=target))
        if not isinstance(read, Unread):
            return read
        (issue,) = unread_issues([read])
        self.problem(issue.message, issue.origin, self.remedy, issue.code)
        return Missing.INVALID

    def word(self, row: FindingRow, head: str, kind: type[_Word]) -> _Word | None:
        """Return the member of an enumeration that a cell names; None where it names none."""
        text = row.text(head)
        if not text:
            return None
        try:
            return kind(text.lower())
        except ValueError:
            known = [member.value for member in kind]
            message = f"{text!r} is no {head}{did_you_mean(text.lower(), known)}"
            self.problem(message, row.at[head], f"one of: {', '.join(known)}")
            return None

    def whole(self, row: FindingRow, head: str) -> int | None:
        """Return the whole number of a cell."""
        text = row.text(head)
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            self.problem(
                f"{head} must be a whole number, not {text!r}", row.at[head], "write digits, or leave it empty"
            )
            return None
        return int(text)

    def number(self, row: FindingRow, head: str) -> float | None:
        """Return the number of a cell."""
        text = row.text(head)
        found = _number(text)
        if text and found is None:
            self.problem(f"{head} must be a number, not {text!r}", row.at[head])
        return found

    def day(self, row: FindingRow, head: str) -> datetime.date | None:
        """Return the date of a cell."""
        text = row.text(head)
        if not text:
            return None
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            message = f"{head} must be a date such as 2016-05-31, not {text!r}"
            self.problem(message, row.at[head], "write dates as 2016-05-31, or leave it empty")
            return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
