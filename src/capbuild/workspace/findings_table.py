"""The findings tables that assessors fill in: visits, meetings and desk reviews, one row a criterion."""

import csv
import datetime
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from attrs import define, field

from capbuild.errors import ModelError, did_you_mean
from capbuild.model import (
    Basis,
    Check,
    Country,
    Evidence,
    EvidenceKind,
    Finding,
    Framework,
    Issue,
    Missing,
    Route,
    Severity,
    Source,
    Verdict,
)
from capbuild.origin import Origin
from capbuild.scoring import answer_value, finding_status
from capbuild.text import Text

__all__ = ["COLUMNS", "QUIET", "FindingsTable"]

#: Columns of a findings table, in the order of the template; meetings and desk reviews begin with `country`.
COLUMNS = (
    "criterion",
    "answer",
    "basis",
    "confidence",
    "as_of",
    "sample",
    "route",
    "reason",
    "note",
    "note_language",
    "evidence_kind",
    "evidence_title",
    "evidence_link",
    "evidence_marking",
    "marking",
)

#: Columns that a checklist prints for the person who fills it in; they say nothing about the country.
QUIET = ("why", "text", "check")
#: Columns of checklists that stand for one of the table's.
_SAME = {"evidence": "evidence_title"}

Place = Callable[[str, Origin], Country | None]


@define
class FindingsTable:
    """Reads one findings table.

    Attributes:
        framework: What the findings speak of.
        issues: Where problems go.
        evidence: Evidence found, by country.
    """

    framework: Framework
    issues: list[Issue]
    evidence: dict[Country, list[Evidence]] = field(factory=dict)

    def read(self, path: Path, name: str, source: Source, place: Place) -> Iterator[Finding]:
        """Yield the findings of a table.

        Args:
            path: The file.
            name: Its name in origins.
            source: Where the findings come from; its country is meant where the table has no country column.
            place: Resolves the text of a country column.
        """
        heads, rows = self._rows(path, name)
        if not heads:
            return
        unknown = [head for head in heads if head and head not in (*COLUMNS, *QUIET, "indicator", "country")]
        for head in unknown:
            self._problem(
                f"unknown column {head!r}{did_you_mean(head, COLUMNS)}",
                Origin(name, row=1),
                "see docs/reference/workspace.md",
                "CB603",
            )
        for row, cells in rows:
            at = {head: Origin(name, row=row, column=column) for column, head in enumerate(heads, start=1)}
            country = place(cells["country"], at["country"]) if cells.get("country") else source.country
            if country is not None and cells.get("criterion"):
                finding = self._finding(cells, at, source, country)
                if finding is not None:
                    yield finding

    def _rows(self, path: Path, name: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
        """Return the heads and the rows below them; title rows above and notes (`#`) are passed over."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.reader(stream)
                heads: list[str] = []
                rows: list[tuple[int, dict[str, str]]] = []
                for cells in reader:
                    stripped = [cell.strip() for cell in cells]
                    if not heads:
                        lowered = [cell.lower() for cell in stripped]
                        heads = [_SAME.get(head, head) for head in lowered] if "criterion" in lowered else []
                    elif any(stripped) and not stripped[0].startswith("#"):
                        rows.append((reader.line_num, dict(zip(heads, stripped, strict=False))))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self._problem(f"{name} cannot be read: {error}", Origin(name), "save it as CSV in UTF-8", "CB603")
            return [], []
        if not heads:
            self._problem(f"{name} has no column 'criterion'", Origin(name), f"columns: {', '.join(COLUMNS)}", "CB603")
        return heads, rows

    def _problem(self, message: str, origin: Origin, remedy: str = "", code: str = "CB603") -> None:
        self.issues.append(Issue(code=code, severity=Severity.ERROR, message=message, origin=origin, remedy=remedy))

    def _finding(
        self, cells: Mapping[str, str], at: Mapping[str, Origin], source: Source, country: Country
    ) -> Finding | None:
        target = cells["criterion"]
        if target not in self.framework.criteria and target not in self.framework.capacities:
            known = (*self.framework.criteria, *self.framework.capacities)
            message = f"{self.framework.key} has no {target!r}{did_you_mean(target, known)}"
            self._problem(message, at["criterion"], "correct the id", "CB302")
            return None
        raw = cells.get("answer", "")
        value = Missing.NO_ANSWER if not raw else answer_value(raw, self.framework)
        if value is None:
            message = f"{raw!r} is not an answer to {target}. Kept out of the level."
            self._problem(message, at["answer"], "one of the answers below the table", "CB201")
            value = Missing.INVALID
        basis = self._word(cells, at, "basis", Basis, Basis.SEEN if source.kind.value == "visit" else Basis.TOLD)
        criterion = self.framework.criteria.get(target)
        check = criterion.check if criterion else Check.DOCUMENT
        note, language = cells.get("note", ""), cells.get("note_language", "") or source.language or "und"
        try:
            return Finding(
                country=country,
                target=target,
                value=value,
                source=source.id,
                status=finding_status(check, source.kind, value, basis),
                basis=basis,
                confidence=self._whole(cells, at, "confidence"),
                as_of=self._day(cells, at) or source.end or source.start,
                route=self._word(cells, at, "route", Route, None),
                reason=cells.get("reason", ""),
                sample=self._whole(cells, at, "sample"),
                note=Text(note, language) if note else None,
                evidence=self._evidence(cells, at, source, country),
                marking=cells.get("marking", ""),
                raw=raw if isinstance(value, Verdict | Missing) and raw != value.value else None,
                origin=at.get("answer", at["criterion"]),
            )
        except ModelError as error:
            self._problem(error.message, at["criterion"])
            return None

    def _word(
        self, cells: Mapping[str, str], at: Mapping[str, Origin], key: str, kind: type[StrEnum], default: Any
    ) -> Any:
        word = cells.get(key, "")
        if not word:
            return default
        try:
            return kind(word.lower())
        except ValueError:
            self._problem(f"{word!r} is no {key}", at[key], f"one of: {', '.join(member.value for member in kind)}")
            return default

    def _whole(self, cells: Mapping[str, str], at: Mapping[str, Origin], key: str) -> int | None:
        text = cells.get(key, "")
        if not text:
            return None
        if not text.isdigit():
            self._problem(f"{key} must be a whole number, not {text!r}", at[key])
            return None
        return int(text)

    def _day(self, cells: Mapping[str, str], at: Mapping[str, Origin]) -> datetime.date | None:
        text = cells.get("as_of", "")
        if not text:
            return None
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            self._problem(f"as_of must be a date such as 2016-05-31, not {text!r}", at["as_of"])
            return None

    def _evidence(
        self, cells: Mapping[str, str], at: Mapping[str, Origin], source: Source, country: Country
    ) -> tuple[str, ...]:
        """Return the id of the evidence a row names, after keeping it."""
        title, link = cells.get("evidence_title", ""), cells.get("evidence_link", "")
        if not title and not link:
            return ()
        kept = self.evidence.setdefault(country, [])
        name = f"{source.id}-e{len(kept) + 1}"
        kept.append(
            Evidence(
                id=name,
                kind=self._word(cells, at, "evidence_kind", EvidenceKind, EvidenceKind.DOCUMENT),
                title=Text(title or link, cells.get("note_language", "") or source.language or "und"),
                link=link,
                date=source.start,
                marking=cells.get("evidence_marking", ""),
                origin=at.get("evidence_title") or at.get("evidence_link"),
            )
        )
        return (name,)
