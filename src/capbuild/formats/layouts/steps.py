"""Steps of a layout."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from itertools import chain, pairwise, takewhile
from typing import ClassVar

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.formats.layouts.cell_grid import (
    CellGrid,
    header_role,
    is_bare_total,
    is_date_label,
    is_legend,
    is_note,
    is_numbered,
    is_period,
    is_total,
    role_score,
    split_fact,
)
from capbuild.formats.layouts.cell_kinds import CLASSES, MARKS, is_place_name, kind_of
from capbuild.formats.layouts.header import join_header
from capbuild.formats.layouts.ledger import Bucket
from capbuild.formats.layouts.table_view import TableView
from capbuild.formats.places import is_region_name
from capbuild.formats.values.cells import Cell, cell_text, count_indent
from capbuild.formats.values.numbers import NumberStyle, ascii_digits, is_number, read_number
from capbuild.formats.vocabulary import Role, fold_header, one_line, personal_by_head

_LONG_TEXT = 40


@frozen
class Step:
    """Step of a layout.

    Rows and columns count from 0.
    """

    name: ClassVar[str] = ""

    def apply(self, view: TableView) -> None:
        """Apply the step."""
        raise NotImplementedError


@frozen
class Region(Step):
    """Select a region of the sheet.

    Attributes:
        first: First row.
        last: Last row; None for the last of the sheet.
        columns: Columns.
    """

    name: ClassVar[str] = "region"
    first: int = 0
    last: int | None = None
    columns: tuple[int, ...] = field(default=(), converter=to_tuple)

    def apply(self, view: TableView) -> None:
        """Select the rows with content in the columns."""
        last = len(view.grid.rows) - 1 if self.last is None else self.last
        view.columns = list(self.columns)
        whole = len(self.columns) == len(view.grid.used_columns())
        rows = range(self.first, last + 1)
        view.rows = [row for row in rows if not view.grid.is_blank(row) and (whole or view.full(row))]


def place_in(text: str) -> str:
    """Return the country in a title; empty for none.

    The country is the whole title, or follows a colon or dash.
    """
    parts = [text.rpartition(mark)[2] for mark in (":", "：", " - ", " – ") if mark in text]
    for part in (*parts, text):
        if is_place_name(part.strip()):
            return part.strip()
    return ""


@frozen
class Titles(Step):
    """Book the rows above the header as titles.

    A country in a title applies to the table. A title is a text, or a label and its value. Other rows above the header
    are dropped with a warning.

    Attributes:
        rows: The rows.
    """

    name: ClassVar[str] = "titles"
    rows: tuple[int, ...] = field(default=(), converter=to_tuple)

    def apply(self, view: TableView) -> None:
        """Book the rows."""
        for row in self.rows:
            full = view.full(row)
            texts = [view.text(row, column) for column in full]
            for column, text in zip(full, texts, strict=True):
                country = place_in(text) if not view.country else ""
                view.country = view.country or country
                if country:
                    view.ledger.put(row, column, Bucket.KEY)
                elif _is_title(texts) or (len(full) == 2 and full == view.columns[:2] and len(view.columns) > 2):
                    view.ledger.put(row, column, Bucket.TITLE)
                else:
                    view.ledger.leave(row, [column], "above the header of the table")
            if _is_title(texts) and len(full) % 2 == 0:
                view.pairs.extend((row, label, value) for label, value in zip(full[::2], full[1::2], strict=True))
            elif len(full) == 1 and is_fact(split_fact(texts[0])[0]):
                view.pairs.append((row, full[0], full[0]))
        view.rows = view.without(self.rows)


def is_fact(label: str) -> bool:
    """True if a label names a form's date or author."""
    return is_date_label(label) or role_score(label, Role.RESPONDENT) == 1.0 or personal_by_head(label) is not None


def _is_title(texts: Sequence[str]) -> bool:
    """True if a row is a title.

    It must have one text, or pairs of label and value.
    """
    labels = [text.endswith((":", "：")) for text in texts]
    if len(texts) == 2 and header_role(texts[1]) is None:
        labels[0] = labels[0] or is_fact(texts[0].rstrip(" :")) or bool(place_in(texts[1]))
    return len(texts) == 1 or all(labels[::2])


@frozen
class HeaderRows(Step):
    """Join the header rows.

    Attributes:
        rows: The rows; empty for a table without a header.
    """

    name: ClassVar[str] = "header"
    rows: tuple[int, ...] = field(default=(), converter=to_tuple)

    def apply(self, view: TableView) -> None:
        """Book the rows and name the columns."""
        view.header = join_header(view.grid, self.rows, view.columns)
        view.header_rows = self.rows
        for row in self.rows:
            view.ledger.put_row(row, view.columns, Bucket.HEADER)
        view.rows = view.without(self.rows)


#: Largest relative difference of a total from the sum of its rounded parts.
_ROUNDING = 0.006
#: Number of rows right above one that are looked at.
_NEAR = 60


@frozen
class Drop(Step):
    """Drop rows that are certainly not data.

    These are repeated headers, totals, notes, and lone texts below the table.

    Attributes:
        keys: Columns where totals are named; by default the first cell of a row.
        sums_only: Whether a total counts only if its numbers add up, as when rows are questions.
        asked: Columns of the questions. A total next to them, or alone at the end, counts whatever its numbers, unless
            its row names a country.
    """

    name: ClassVar[str] = "drop"
    keys: tuple[int, ...] = field(default=(), converter=to_tuple)
    sums_only: bool = False
    asked: tuple[int, ...] = field(default=(), converter=to_tuple)

    def apply(self, view: TableView) -> None:
        """Book the dropped rows."""
        headers = {self._folded(view, row) for row in view.header_rows}
        again = {row for row in view.rows if any(self._repeats(view, row, header) for header in headers)}
        fullness = [len(view.full(row)) for row in view.rows]
        firsts = [self._first(view, row) for row in view.rows]
        apart = [self._is_total(text) or self._is_aside(view, r) for r, text in zip(view.rows, firsts, strict=True)]
        words = set(chain.from_iterable(view.grid.rows[row] for row in view.rows)).union(view.filled_down.values())
        worded = {cell for cell in words if isinstance(cell, str) and is_total(one_line(cell_text(cell)), alone=True)}
        last = max((i for i in range(len(view.rows)) if fullness[i] > 1 and not apart[i]), default=-1)
        legend = _find_legend(view, self.keys)
        kept: list[int] = []
        for i, row in enumerate(view.rows):
            before = i + 1 < len(view.rows) and view.rows[i + 1] in again and fullness[i] == 1
            reason = "title or note above the header" if before and not self._names_country(view, row) else ""
            reason = reason or ("repeats the header" if row in again and fullness[i] > 1 else "")
            reason = reason or ("note below the table" if row in legend else "")
            reason = reason or self._reason(view, row, fullness[i], kept, worded, below=i > last)
            if reason:
                view.ledger.leave(row, view.columns, reason)
            else:
                kept.append(row)
        totals = {fold_header(first) for first in firsts if self._is_total(first)}
        view.rows = kept
        if self.keys:
            self._leave_total_columns(view, totals)

    @staticmethod
    def _leave_total_columns(view: TableView, totals: Set[str]) -> None:
        """Drop the columns of row sums or means.

        Such a column has a word for a total in its header, and numbers that add up columns. These columns are to its
        left or right, or have its other headers. A column under the name of a row of totals, as in a pivot table, may
        add up a single column.

        Args:
            view: The table.
            totals: Folded names of the rows of totals.
        """
        columns, parts = view.columns, view.header.parts
        for position, column in enumerate(columns):
            names = parts.get(column) or [""]
            least = 1 if fold_header(names[-1]) in totals else 2
            word = next((name for name in names if is_bare_total(name)), None)
            if least == 2 and word is None:
                continue
            before, after = columns[max(0, position - _NEAR) : position][::-1], columns[position + 1 : position + _NEAR]
            rest = [name for name in names if name != word]
            alike = [c for c in (*before, *after) if rest and parts.get(c, [])[-len(rest) :] == rest]
            near = [side[:count] for side in (before, after) for count in range(least, len(side) + 1)]
            if any(_are_sums(view, column, added) for added in (alike, *near) if len(added) >= least):
                view.ledger.leave_column(view.rows, column, "a total or mean of other columns")
                view.columns = [c for c in view.columns if c != column]

    @staticmethod
    def _folded(view: TableView, row: int) -> tuple[str, ...]:
        return tuple(fold_header(view.text(row, column)) for column in view.columns)

    @staticmethod
    def _repeats(view: TableView, row: int, header: Sequence[str]) -> bool:
        return all(fold_header(view.text(row, c)) == text for c, text in zip(view.columns, header, strict=True))

    def _names_country(self, view: TableView, row: int) -> bool:
        return is_place_name(self._first(view, row))

    def _is_total(self, text: str) -> bool:
        return is_total(text, alone=not self.keys and not self.sums_only)

    def _is_of_one(self, view: TableView, row: int) -> bool:
        """True if a row names a country.

        For example, `Population, total` of Peru is an answer.
        """
        return any(is_place_name(view.text(row, column)) for column in view.full(row) if column not in self.asked)

    def _first(self, view: TableView, row: int) -> str:
        full = view.full(row)
        named = [column for column in self.keys if column in full]
        return view.text(row, (named or full)[0])

    def _names_total(self, view: TableView, row: int, first: str) -> bool:
        """True if the country column has a total.

        Sums are then not checked.
        """
        return view.cell(row, self.keys[0]) is not None and is_total(first) and not is_place_name(first)

    def _sums_region(self, view: TableView, row: int, first: str, above: Sequence[int]) -> bool:
        """True if a region sums adjacent rows.

        The region is in place of a country, and its numbers add up those of the rows above or below. If its name is not
        known, all its numbers, two at least, add up those of the same rows.
        """
        named = bool(self.keys) and view.cell(row, self.keys[0]) is not None and len(view.full(row)) > 1
        if not named or is_place_name(first):
            return False
        below = view.rows[view.rows.index(row) + 1 :]
        adds_up = _adds_up if is_region_name(first) else _adds_up_rows
        return any(adds_up(view.grid, view.columns, row, near) for near in (above, below[::-1]))

    @staticmethod
    def _sums_periods(view: TableView, row: int, above: Sequence[int], worded: Set[Cell]) -> bool:
        """True if a row totals the periods above.

        It must have a word for a total in a column of periods, and numbers that add up.
        """
        return any(
            view.cell(row, column) in worded and is_period(view.text(above[-1], column))
            for column in (view.full(row) if above and worded else ())
        ) and _adds_up(view.grid, view.columns, row, above)

    def _is_below_numbers(self, view: TableView, row: int, above: Sequence[int]) -> bool:
        """True if a row begins below numbers.

        In the rows above, its first column has numbers and no countries.
        """
        column, near = view.full(row)[0], above[-_NEAR:]
        numbers = bool(near) and all(CLASSES[kind_of(view.cell(near_row, column))] == "N" for near_row in near)
        return bool(self.keys) and column not in self.keys and column == view.columns[0] and numbers

    def _reason(
        self, view: TableView, row: int, fullness: int, above: Sequence[int], worded: Set[Cell], *, below: bool
    ) -> str:
        """Return why a row is not data.

        The text is empty if it is.

        Args:
            view: The table.
            row: The row.
            fullness: Number of its cells with content.
            above: Data rows above it.
            worded: Cells of the table with a word for a total.
            below: Whether no full row is below it.
        """
        first = self._first(view, row)
        lone = fullness == 1 and len(view.columns) > 1
        if lone and first.startswith("# "):
            return "comment line"
        if not above and numbers_columns(view.grid, row, view.columns):
            after = view.rows[view.rows.index(row) + 1 :][:20]
            cells = [view.grid.rows[r][c] for r in after for c in view.full(r)]
            bracketed = not first[:1].isalnum()
            country = any(view.header.role_score(c, Role.COUNTRY) for c in view.full(row))
            if bracketed or country or 2 * sum(not is_number(cell) for cell in cells) > len(cells):
                return "numbers the columns"
        if lone and is_region_name(first) and not is_place_name(first):
            return "names a region above its countries"
        aside = lone and view.full(row)[0] != view.columns[0]  # a cell within the table, unless it is a note
        last = below and (is_total(first) or kind_of(first) == "u")
        if lone and (is_note(first, marked=not aside) or last):
            return "note below the table"
        if below and self._is_aside(view, row):
            return "note below the table"
        plain = bool(self.keys) and len(view.rows) > 1 and self._names_total(view, row, first)
        least = 1 if self.keys else 2  # among countries, a single row may have a subtotal
        total = fullness > 1 and self._is_total(first)
        if not total and (self._sums_periods(view, row, above, worded) or self._sums_region(view, row, first, above)):
            return "a total or mean of other rows"
        beside = bool(self.asked) and not view.grid.full(row, self.asked)
        listed = bool(self.asked) and len(above) > 1 and is_bare_total(first) and not self._is_of_one(view, row)
        ends = below and (not self.sums_only or listed)
        if total and (plain or beside or ends or _adds_up(view.grid, view.columns, row, above, least)):
            return "a total or mean of other rows"
        edge = lone and below and self._is_note_at_end(view, row, first, above, aside=aside)
        return "note below the table" if edge else ""

    def _is_aside(self, view: TableView, row: int) -> bool:
        """True if a row explains codes or is a signature.

        In a row that explains codes, all cells do. A signature is a label with its value, in place of a country.
        """
        full, first = view.full(row), self._first(view, row)
        label = (first.endswith((":", "：")) or is_fact(first)) and not is_place_name(first.rstrip(" :："))
        signed = label and len(full) == 2 < len(view.columns) and full[0] in self.keys
        return signed or all(is_legend(view.text(row, column)) for column in full)

    def _is_note_at_end(self, view: TableView, row: int, first: str, above: Sequence[int], *, aside: bool) -> bool:
        """True if a last row is a note.

        Its only text follows a gap, is long, or is below numbers, since a short text in the last row may be a country
        without answers. Right of the countries, or beside the questions, the text must follow a gap.
        """
        beside = bool(self.asked) and view.full(row)[0] not in self.asked
        if len(view.columns) <= 2 or (aside and not (self.keys or beside)) or is_number(first) or is_place_name(first):
            return False
        gap = not above or row - above[-1] > 1 or (len(first) > _LONG_TEXT and not aside)
        return gap or self._is_below_numbers(view, row, above)


def _find_legend(view: TableView, keys: Sequence[int]) -> Set[int]:
    """Return the last rows if they explain values above.

    They are pairs that explain each value of a column. They follow a blank row, or none of them has a country, while
    all other rows have one. Notes may be below them.
    """
    rows = list(view.rows)
    while len(rows) > 1 and len(full := view.full(rows[-1])) == 1 and is_note(view.text(rows[-1], full[0])):
        rows.pop()
    start = next((i for i in range(len(rows) - 1, 0, -1) if rows[i] - rows[i - 1] > 1), len(rows))
    near = rows[-_NEAR:]
    unnamed = list(takewhile(lambda row: not any(is_place_name(view.text(row, key)) for key in keys), reversed(near)))
    start = min(start, len(rows) - len(unnamed)) if keys and len(unnamed) < len(near) else start
    pairs = {tuple(view.full(row)) for row in rows[start : start + _NEAR]}
    if len(rows) - start not in range(2, _NEAR) or len(pairs) > 1 or len(pair := next(iter(pairs))) != 2:
        return frozenset()
    codes = [view.text(row, pair[0]) for row in rows[start:]]
    values = ({view.text(row, column) for row in rows[:start]} - {""} for column in view.columns if column != pair[0])
    least = 1 if pair[0] in keys else 2
    explained = any(len(texts) >= least and texts <= set(codes) for texts in values)
    return frozenset(rows[start:]) if explained and len(set(codes)) == len(codes) else frozenset()


def numbers_columns(grid: CellGrid, row: int, columns: Sequence[int]) -> bool:
    """True if a row numbers the columns.

    Printed tables have rows such as `(1) (2) (3)` or `A B C`.
    """
    texts = [cell_text(grid.rows[row][column]) for column in grid.full(row, columns)]
    bare = [text.strip("()[]") for text in texts]
    if len(bare) < 3 or 2 * len(bare) <= len(columns) or bare[0] not in ("1", "A", "a"):
        return False
    return bare == [str(i + 1) if bare[0] == "1" else chr(ord(bare[0]) + i) for i in range(len(bare))]


def _number(cell: Cell) -> float | None:
    if isinstance(cell, bool) or not is_number(cell):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    styles = (NumberStyle(mark, seen=True) for mark in ".,")
    text = ascii_digits(cell_text(cell))
    return next((number for style in styles if (number := read_number(text, style)) is not None), None)


def _are_sums(view: TableView, column: int, added: Sequence[int]) -> bool:
    """True if numbers of a column sum other columns.

    They may also be the means, if all are. A sum may include numbers that are not given.
    """
    sums = means = True
    lines = 0
    for row in view.rows:
        if (total := _number(view.grid.rows[row][column])) is None:
            continue
        numbers = [x for c in added if (x := _number(view.grid.rows[row][c])) is not None]
        if len(numbers) < len(added) and sum(numbers) < total and min(numbers, default=0.0) >= 0:
            continue
        lines, close = lines + 1, _ROUNDING * max(1.0, abs(total))
        sums = sums and bool(numbers) and abs(sum(numbers) - total) <= close
        means = means and bool(numbers) and abs(sum(numbers) / len(numbers) - total) <= close
        if not (sums or means):
            return False
    return lines > (len(added) > 1)


def _adds_up(grid: CellGrid, columns: Sequence[int], row: int, above: Sequence[int], least: int = 2) -> bool:
    """True if a row sums or averages rows above.

    Args:
        grid: The grid.
        columns: Columns of the table.
        row: The row.
        above: Rows above it.
        least: Smallest number of rows in the sum.
    """
    sure = False
    for column in grid.full(row, columns):
        value = _number(grid.rows[row][column])
        numbers = [_number(grid.rows[r][column]) for r in above]
        others = [number for number in numbers if number is not None]
        if value is None or len(others) < least:
            continue
        # A subtotal sums the rows right above it; some of them may have no number.
        added = [number or 0.0 for number in numbers]
        sums = {sum(added[i:]) for i in range(max(0, len(added) - _NEAR), len(added) + 1 - least)} | {sum(others)}
        filled = sum(grid.rows[r][column] is not None for r in above)  # some people count answers like `NS` as 0
        means = {sum(others) / count for count in (len(others), filled)}
        if not any(abs(total - value) <= _ROUNDING * max(1.0, abs(value)) for total in sums | means):
            return False
        sure = True
    return sure


def _adds_up_rows(grid: CellGrid, columns: Sequence[int], row: int, above: Sequence[int]) -> bool:
    """True if the numbers of a row, two at least, sum those of the same rows right above it."""
    values = {c: value for c in grid.full(row, columns) if (value := _number(grid.rows[row][c])) is not None}
    sums, rows = dict.fromkeys(values, 0.0), above[: -_NEAR - 1 : -1]
    for count, near in enumerate(rows if len(values) > 1 else (), 1):
        sums = {c: total + (_number(grid.rows[near][c]) or 0.0) for c, total in sums.items()}
        if count > 1 and all(abs(sums[c] - value) <= _ROUNDING * max(1.0, abs(value)) for c, value in values.items()):
            return True
    return False


@frozen
class FillDown(Step):
    """Fill key columns down into blank cells.

    Attributes:
        columns: The columns.
    """

    name: ClassVar[str] = "fill_down"
    columns: tuple[int, ...] = field(default=(), converter=to_tuple)

    def apply(self, view: TableView) -> None:
        """Fill the blank cells."""
        for column in self.columns:
            current: Cell = None
            for row in view.rows:
                cell = view.grid.rows[row][column]
                if cell is not None:
                    current = cell
                elif current is not None:
                    view.filled_down[row, column] = current


_ASKS = ("?", "\N{FULLWIDTH QUESTION MARK}", "\N{ARABIC QUESTION MARK}")


@frozen
class Sections(Step):
    """Step that books one-text rows as headings.

    Headings are countries or question groups of the rows below. An unanswered question has one text too. If rows are
    questions, a text is therefore a heading only if it looks like one.

    Attributes:
        countries: Whether headings are countries.
        key: The country column; a country alone in it is not a heading.
        asked: Columns of the questions; empty if rows are responses.
        shared: Whether several respondents answer next to one another, so that few questions are blank for all.
    """

    name: ClassVar[str] = "sections"
    countries: bool = False
    key: int | None = None
    asked: tuple[int, ...] = field(default=(), converter=to_tuple)
    shared: bool = False

    def apply(self, view: TableView) -> None:
        """Book the headings and assign them to the rows below."""
        kept: list[int] = []
        current = ""
        firsts = [view.text(row, view.full(row)[0]) for row in view.rows if len(view.full(row)) > 1]
        asking = 2 * sum(text.endswith(_ASKS) for text in firsts) > len(firsts)
        plain = self._plain(view, firsts)
        unmarked = _options_without_mark(view)
        lone = (view.text(row, full[0]) for row in view.rows if len(full := view.full(row)) == 1)
        times = Counter([*lone, *firsts])
        before = -1
        headings = self._headings(view) if self.asked and not self.countries else None
        for row in view.rows:
            # A region above its countries was dropped; rows right below it do not belong to the country above it.
            regions = (_region_alone(view, r) for r in range(before + 1, row)) if self.countries else ()
            current = next(filter(None, regions), current)
            before = row
            full = view.full(row)
            text = view.text(row, full[0]).strip(" :")
            heading = (
                len(full) == 1
                and not (asking and text.endswith(_ASKS))  # among questions it is one without an answer
                and full[0] in view.columns[:2]
                and full[0] != self.key
                and (is_period(text) or not is_number(view.grid.rows[row][full[0]]))
                and (self.countries or (view.text(row, full[0]) not in plain and row not in unmarked))
                and (headings is None or row in headings)
            )
            # Among countries, a text that occurs once is an unknown country: rows below it do not belong to the one
            # above.
            known = not self.countries or is_place_name(text) or times[view.text(row, full[0])] == 1
            if heading and known:
                current = text
                view.ledger.put(row, full[0], Bucket.KEY if self.countries else Bucket.HEADER)
                continue
            kept.append(row)
            if current:
                (view.row_country if self.countries else view.row_section)[row] = current
        view.rows = kept

    def _headings(self, view: TableView) -> set[int]:
        """Return the rows that look like headings.

        A heading is above a row with an answer or another heading. It differs from answered questions in its columns,
        number, capitals, colon or missing question mark, or recurs without an answer. A text without such a sign is a
        heading only if all rows are below one, or several respondents have no answer; it is reported.
        """
        lone = {row for row in view.rows if len(view.full(row)) == 1}
        others = [row for row in view.rows if row not in lone]
        questions = [view.text(row, view.grid.full(row, self.asked)[0]) for row in others if self._in_asked(view, row)]
        columns = {self._in_asked(view, row) for row in others}
        merged = {(area.top, area.left) for area in view.grid.merged if area.wide}
        signs = {_heading_signs(text) for text in questions}
        asking = 2 * sum(text.endswith(_ASKS) for text in questions) > len(questions)
        asked_too = any(text.endswith(_ASKS) for text in questions)
        times = Counter(view.text(row, view.full(row)[0]) for row in lone)

        def differs(row: int) -> bool:
            column = view.full(row)[0]
            text = view.text(row, column)
            recurs = times[text] > 1 and text not in questions
            apart = self._in_asked(view, row) not in columns or (row, column) in merged
            is_heading = asking or _heading_signs(text) not in signs or (text.endswith(_ASKS) and not asked_too)
            return apart or recurs or is_heading

        def may_head(row: int, below: int) -> bool:
            asks = view.text(row, view.full(row)[0]).endswith(_ASKS)
            return (below not in lone or below in headings) and (not asks or (self.shared and not asking))

        isolated = not any(pair[0] in lone and pair[1] in lone for pair in pairwise(view.rows))
        covered = len(lone) > 1 and view.rows[0] in lone and isolated
        headings: set[int] = set()
        below: int | None = None
        for row in reversed(view.rows):
            if row in lone and below is not None:
                marked = below not in lone and self._has_marks(view, below)  # an option of the question above
                sure = marked or differs(row)
                if marked or (may_head(row, below) and (sure or covered or self.shared)):
                    headings.add(row)
                    view.unsure_headings.extend(() if sure else [row])
            below = row
        return headings

    def _has_marks(self, view: TableView, row: int) -> bool:
        """True if the answers in a row are marks."""
        texts = [view.text(row, column) for column in view.full(row) if column not in self.asked]
        return bool(texts) and all(text in MARKS for text in texts)

    def _in_asked(self, view: TableView, row: int) -> tuple[int, ...]:
        """Return the question columns that have content in a row."""
        return tuple(view.grid.full(row, self.asked))

    @staticmethod
    def _plain(view: TableView, firsts: Sequence[str]) -> set[str]:
        """Return lone texts that are not headings.

        They are options that were not chosen, and similar lines below questions. Options recur below each question. If
        there is only one question, its question mark distinguishes it from them.
        """
        lone = [view.text(row, full[0]) for row in view.rows if len(full := view.full(row)) == 1]
        again = {text for text, count in Counter([*lone, *firsts]).items() if count > 1}
        if again:
            return again if not again.isdisjoint(firsts) else set()
        marks = (*_ASKS, ":", "：")
        asked = any(text.endswith(marks) for text in lone) and not any(text.endswith(marks) for text in firsts)
        return {text for text in lone if asked and not text.endswith(marks)}


def _heading_signs(text: str) -> tuple[str, bool, bool]:
    """Return the signs that distinguish headings from questions.

    The signs are the kind of number, capitals, and a colon.

    Example:
        >>> _heading_signs("A. LAW"), _heading_signs("1.12 Staff:")
        (('A.', True, False), ('9.9', False, True))
    """
    number = text.split(maxsplit=1)[0] if is_numbered(text) else ""
    kind = re.sub(r"\d+", "9", re.sub(r"[A-Z]+", "A", re.sub(r"[a-z]+", "a", number)))
    return kind, text.isupper(), text.endswith((":", "："))


def _options_without_mark(view: TableView) -> set[int]:
    """Return rows of options that were never chosen.

    Such rows have no mark, and are below a question among rows that have marks only.
    """
    unmarked: set[int] = set()
    open_rows: list[int] = []
    asked = marked = False
    for row in view.rows:
        full = view.full(row)
        text = view.text(row, full[0])
        if len(full) == 1:
            if text.endswith(_ASKS):
                unmarked.update(open_rows if marked else ())
                open_rows, asked, marked = [], True, False
            elif asked and not is_numbered(text):
                open_rows.append(row)
            continue
        marked = all(view.text(row, c) in MARKS for c in full[1:])
        unmarked.update(open_rows if asked and marked else ())
        open_rows, asked = [], asked and marked
    return unmarked | set(open_rows if marked else ())


def _region_alone(view: TableView, row: int) -> str:
    """Return the region that is alone in a row."""
    texts = [text for column in view.columns if (text := cell_text(view.grid.rows[row][column]))]
    return texts[0].strip(" :") if len(texts) == 1 and is_region_name(texts[0]) and not is_place_name(texts[0]) else ""


def _find_children(grid: CellGrid, rows: Iterable[int], column: int) -> dict[int, list[int]]:
    """Return the rows of an outline with those below them.

    Rows below are indented. Without indents, they are the rows below a country that name none.
    """
    cells = {row: cell for row in rows if (cell := grid.rows[row][column]) is not None}
    indented = any(map(count_indent, cells.values()))
    children: dict[int, list[int]] = {}
    parent: int | None = None
    for row, cell in cells.items():
        below = indented and parent is not None and count_indent(cell) > count_indent(cells[parent])
        if parent is not None and (below or not (indented or is_place_name(cell_text(cell)))):
            children[parent].append(row)
        else:
            parent, children[row] = row, []
    return children


@frozen
class Outline(Step):
    """Step that gives the rows of an outline their country.

    It is the country of the parent row, unless the rows below are countries. A parent that sums its children is a
    total.

    Attributes:
        column: Column of countries and their children.
    """

    name: ClassVar[str] = "outline"
    column: int = 0

    @staticmethod
    def sums_countries(grid: CellGrid, columns: Sequence[int], rows: Sequence[int], column: int) -> bool:
        """True if parents are countries that sum their children.

        All parents, at least two, must be such countries.
        """
        children = _find_children(grid, rows, column)
        named = all(is_place_name(cell_text(grid.rows[row][column])) for row in children)
        sums = [_adds_up(grid, columns, row, below, len(below)) for row, below in children.items() if below]
        return named and len(sums) > 1 and all(sums)

    def apply(self, view: TableView) -> None:
        """Find parents and children."""
        children = _find_children(view.grid, view.rows, self.column)
        for row, below in children.items():
            above, names = view.text(row, self.column), (view.text(child, self.column).strip() for child in below)
            if is_place_name(above) or not any(map(is_place_name, names)):  # else countries below a region
                view.row_country.update(dict.fromkeys(below, above))
        others = [column for column in view.columns if column != self.column]
        sums = [row for row, below in children.items() if below and _adds_up(view.grid, view.columns, row, below)]
        for row in sums:
            view.ledger.leave(row, others, "a total or mean of other rows")
            view.ledger.put(row, self.column, Bucket.KEY)
        view.rows = view.without(sums)
