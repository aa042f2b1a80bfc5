"""Contents of a reading by place, and what it omits."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property

from attrs import define, field, frozen

import capbuild as cb
from benchmarks.layouts.generate import Cell, Expected, Fact, Place, Sheet, Table

#: Labels of what stands beside the answers and must not become one.
ASIDE = ("title", "note", "total")


def normalised(*texts: object) -> str:
    """Return texts as lower-case words between spaces."""
    joined = unicodedata.normalize("NFKC", " ".join(str(text) for text in texts if text)).casefold()
    return f" {' '.join(''.join(c if c.isalnum() else ' ' for c in joined).split())} "


def equal(got: object, expected: Expected) -> bool:
    """Return whether a value is the expected one.

    True is not 1, and "5" is not 5.
    """
    if isinstance(got, bool) or isinstance(expected, bool):
        return got is expected
    if isinstance(got, int | float) and isinstance(expected, int | float):
        return math.isclose(got, expected, abs_tol=1e-9)
    if isinstance(got, str) and isinstance(expected, str):
        return got.strip() == expected.strip()
    return type(got) is type(expected) and got == expected


@frozen
class Found:
    """Answer in the response that has it."""

    answer: cb.Answer
    response: cb.Response

    @property
    def country(self) -> str:
        """Alpha-3 code of the response, empty for none."""
        return self.response.country.alpha_3 if self.response.country else ""

    def __str__(self) -> str:
        return f"{self.country or '-'} {self.answer.question!r} = {self.answer.value!r}"


@frozen
class Spot:
    """Cell at its place."""

    sheet: Sheet
    place: Place
    cell: Cell

    @property
    def key(self) -> tuple[str, int, int]:
        """Sheet, row and column."""
        return (self.sheet.name, *self.place)

    @property
    def is_hidden(self) -> bool:
        """True if the sheet, row or column is hidden."""
        row, column = self.place
        return self.sheet.hidden or row in self.sheet.hidden_rows or column in self.sheet.hidden_columns


def spots(table: Table) -> list[Spot]:
    """Return all cells, answers after other text.

    Titles, notes and other text that is aside come first, the other cells last.
    """
    found = [Spot(sheet, place, cell) for sheet in table.sheets for place, cell in sheet.cells.items()]
    return sorted(found, key=lambda spot: (spot.cell.label not in ASIDE, spot.cell.fact is None))


@define
class Index:
    """Contents of a reading by their places."""

    reading: cb.Survey
    table: Table
    by_place: dict[tuple[str, int, int], list[Found]] = field(factory=lambda: defaultdict(list))
    by_row: dict[tuple[str, int], list[Found]] = field(factory=lambda: defaultdict(list))

    def __attrs_post_init__(self) -> None:
        for response in self.reading.responses:
            for answer in response.answers:
                origin = answer.origin or response.origin
                if origin is not None and origin.row is not None:
                    name = self.name(origin.sheet)
                    found = Found(answer, response)
                    self.by_row[name, origin.row].append(found)
                    if origin.column is not None:
                        self.by_place[name, origin.row, origin.column].append(found)

    def name(self, sheet: str | None) -> str:
        """Return a sheet's name, for text files the only one."""
        return sheet or self.table.sheets[0].name

    @cached_property
    def questions(self) -> dict[str, str]:
        """Return the texts of each question.

        They are id, text, unit, groups, parents, and dimensions where a question has them.
        """
        form = self.reading.questionnaire
        found: dict[str, str] = {}
        groups = {group.id: group for group in form.groups} if form else {}
        for question in form.questions if form else ():
            parts = [question.id, question.text.source, question.unit, getattr(question, "dimensions", "")]
            group = groups.get(question.group or "")
            while group is not None:
                parts.append(group.title.source)
                group = groups.get(group.parent or "")
            found[question.id] = normalised(*parts, found.get(question.parent or "", ""))
        return found

    @cached_property
    def choices(self) -> dict[tuple[str, str], str]:
        """Labels of choices by question and code."""
        form = self.reading.questionnaire
        found = form.questions if form else ()
        return {(question.id, choice.code): choice.label.source for question in found for choice in question.choices}

    @cached_property
    def known(self) -> str:
        """All texts that a reading keeps anywhere."""
        parts: list[object] = list(self.questions.values())
        for sheet in self.reading.reconciliation.sheets:
            parts += [column.name for column in sheet.columns]
        parts += self.choices.values()
        for response in self.reading.responses:
            who = response.respondent
            parts += [response.id, response.place, response.date, response.language, response.submitted]
            parts += [who.pseudonym, who.kind, who.role] if who else []
            for answer in response.answers:
                parts += [answer.raw, answer.comment, getattr(answer, "dimensions", "")]
                parts.append(" ".join(answer.value) if isinstance(answer.value, tuple) else answer.value)
        return normalised(*parts)

    def keeps(self, text: str) -> bool:
        """Return whether a key or header is kept.

        It may be kept as it is, as a day, or in parts.
        """
        parts = [part for part in re.split(r"[,;\\]", text) if part.strip()]
        return (
            normalised(text) in self.known
            or (bool(re.match(r"\d{4}-\d\d-\d\d", text)) and normalised(text[:10]) in self.known)
            or all(normalised(part) in self.known for part in parts)
        )

    def has_dimensions(self, found: Found, dims: Sequence[str]) -> bool:
        """Return whether an answer has its dimensions.

        They are in its question, its respondent, or keys in its row.
        """
        who, origin = found.response.respondent, found.answer.origin
        beside = [
            f"{other.value}"
            for other in found.response.answers
            if origin and other.origin and other.origin.row == origin.row and other.origin.column != origin.column
        ]
        own = [getattr(found.answer, "dimensions", ""), getattr(found.response, "dimensions", "")]
        texts = normalised(self.questions.get(found.answer.question, found.answer.question), found.response.date,
                           who.pseudonym if who else "", *own, *beside)  # fmt: skip
        return all(normalised(dim) in texts for dim in dims)

    def is_joined(self, found: Found, fact: Fact) -> bool:
        """Return whether an answer joins several columns."""
        texts = self.questions.get(found.answer.question, normalised(found.answer.question))
        return isinstance(found.answer.value, tuple) and all(normalised(text) in texts for text in fact.asks)

    def is_right(self, found: Found, fact: Fact) -> bool:
        """Return whether an answer agrees with its label."""
        texts = self.questions.get(found.answer.question, normalised(found.answer.question))
        value = found.answer.value
        if found.country != fact.country or not all(normalised(text) in texts for text in fact.asks):
            return False
        if fact.option and isinstance(value, tuple):
            chosen = normalised(*value, *(self.choices.get((found.answer.question, code)) for code in value))
            return (normalised(fact.option) in chosen) == fact.chosen
        if fact.option and normalised(fact.option) not in texts:
            return False
        return self.has_dimensions(found, fact.dims) and any(equal(value, expected) for expected in fact.values)


@define
class Reports:
    """Parts of a table that the reading reports.

    Issues and the reconciliation report them as left out.
    """

    index: Index
    cells: set[tuple[str, int, int]] = field(factory=set)
    rows: set[tuple[str, int]] = field(factory=set)
    columns: set[tuple[str, int]] = field(factory=set)
    sheets: set[str] = field(factory=set)
    without_country: set[str] = field(factory=set)
    messages: dict[str, str] = field(factory=lambda: defaultdict(str))
    room: Counter[str] = field(factory=Counter)

    def __attrs_post_init__(self) -> None:
        read = {name for name, _ in self.index.by_row}
        for issue in self.index.reading.issues:
            origin = issue.origin
            name = self.index.name(origin.sheet if origin else None)
            self.messages[name] += normalised(issue.message)
            if issue.code == "CB206":  # rows that name no country; the first ones have an issue each
                self.without_country.add(name)
            if origin is None or (origin.row is None and origin.column is None):
                self.sheets.update({name} - read)
            elif origin.column is None:
                self.rows.add((name, origin.row or 0))
            elif origin.row is None:
                self.columns.add((name, origin.column))
            else:
                self.cells.add((name, origin.row, origin.column))
        for account in self.index.reading.reconciliation.sheets:
            name = self.index.name(account.sheet)
            if account.skipped:
                self.sheets.add(name)
            self.columns.update((name, used.column) for used in account.columns if used.use == "ignored")
            self.room[name] += sum(account.left_out.values())
            self._count_rows(name, sum(n for why, n in account.rows_left_out.items() if "blank" not in why))

    def _count_rows(self, name: str, number: int) -> None:
        """Report rows without answers that are counted.

        The reconciliation gives their number; titles, notes and totals come first.
        """
        sheet = next((sheet for sheet in self.index.table.sheets if sheet.name == name), None)
        if sheet is None:
            return
        labels: dict[int, set[str]] = defaultdict(set)
        for (row, _), cell in sheet.cells.items():
            labels[row].add(cell.label)
        unread = [row for row in labels if (name, row) not in self.index.by_row and (name, row) not in self.rows]
        unread.sort(key=lambda row: (not labels[row] & {*ASIDE}, "answer" in labels[row], row))
        self.rows.update((name, row) for row in unread[:number])

    def covers(self, spot: Spot, text: str, *, counted: bool = True) -> bool:
        """Return whether a cell is reported.

        A cell that is only counted is counted once.
        """
        sheet, row, column = spot.key
        quoted = len(text) > 3 and normalised(text) in self.messages[sheet]
        if sheet in self.sheets or (sheet, row) in self.rows or (sheet, column) in self.columns or quoted:
            return True
        if spot.key in self.cells or not counted:
            return spot.key in self.cells
        self.room[sheet] -= 1
        return self.room[sheet] >= 0
