"""The rows that hold data: without titles, blank rows, comment lines, repeated heads and the notes below."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import define, field, frozen

from capbuild.formats.account import Account
from capbuild.formats.another import HEADS, AnotherTable
from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.folding import fold_head
from capbuild.formats.grid import GridRow
from capbuild.formats.heads import Role
from capbuild.formats.layout import Layout
from capbuild.formats.numbers import is_number
from capbuild.formats.options import Shape
from capbuild.formats.places import is_code, names_country, names_region
from capbuild.formats.vocabulary import words

__all__ = ["ANOTHER", "body_rows", "is_total", "names_sum"]

#: Why the rows of another table are left out.
ANOTHER = "row of another table"
#: What old programs write behind the last line.
_END_OF_FILE = "\x1a"
#: Rows that may be notes below the table; more in a row are data.
_HELD = 50
_LONG_TEXT = 60
#: What a footnote begins with: `*`, `1/`, `(2)`, `a)`; and what spells a code out: `1 = none`.
_MARK = re.compile(r"[*©†‡¹²³]|\d{1,2} ?/ |\w{1,3} ?= ?\w|[(\[]?[\da-z]{1,2}[)\]] ")
#: Words at either end of what a row of totals is called: no country's name begins or ends with one.
_TOTALS = words("total.end")
_NOTES = words("note", "total.end")
#: What a row is called where no country shows that it is none of the others.
_ONLY_TOTALS = words("total.row")
#: What a row is called that says something of the rows above it, where a country would stand.
_SUMS = words("total.row", "total.statistic")
#: Why rows are no data.
_BLANK = "blank"
_REPEATED = HEADS[0]
_SUM = "a total or mean of other rows"
_TITLE = "title or note above the heads"


@frozen
class _Passed:
    """Why a row is no data, or that it may be a note below the table, or the title of its next page."""

    reason: str = ""
    maybe_note: bool = False
    maybe_title: bool = False


def _is_note(text: str) -> bool:
    """Tell whether a lone text in the first column speaks about the table: a source, a note, a long sentence."""
    first = fold_head(text).partition(" ")[0]
    return len(text) > _LONG_TEXT or _MARK.match(text) is not None or first in _NOTES


def _look(cells: Sequence[Cell], heads: Sequence[Cell], width: int, *, countries: bool) -> _Passed | None:
    """Look at one row; None for plain data, which nearly every row is."""
    blanks = cells.count("") + cells.count(None)
    first = cells[0] if cells else None
    if len(cells) - blanks > 1 and first and not (isinstance(first, str) and first.isspace()):
        return _Passed(_REPEATED) if first == heads[0] and list(cells) == list(heads) else None
    filled = [index for index, cell in enumerate(cells) if cell_text(cell)]
    if not filled:
        return _Passed(_BLANK)
    if countries and len(filled) == 1 and names_region(cell_text(cells[filled[0]])):
        return _Passed("names a region above its countries")
    if filled != [0]:
        return None
    text = cell_text(first)
    if text == _END_OF_FILE:
        return _Passed(_BLANK)
    if text.startswith("# "):
        return _Passed("comment line")
    note = width > 1 and _is_note(text)
    return _Passed(maybe_note=note, maybe_title=True) if note or width > 2 else None


def names_sum(text: str) -> bool:
    """Tell whether a text that stands where a country would names a total or mean of other rows.

    Example:
        >>> names_sum("Grand total:"), names_sum("TOTAL CARIBBEAN"), names_sum("Peru")
        (True, True, False)
    """
    if len(text) > 40:
        return False
    folded = fold_head(text)
    parts = folded.split()
    return folded in _SUMS or (bool(parts) and bool(_TOTALS.intersection((parts[0], parts[-1], "".join(parts[:2])))))


def _is_sum(cells: Sequence[Cell], place: int) -> bool:
    """Tell whether a row is named as a total or mean where its country would stand, or first where it names none."""
    cell = cells[place] if place < len(cells) else None
    if place and cells and not cell_text(cell):
        cell = cells[0]
    return isinstance(cell, str) and names_sum(cell)


def is_total(text: str) -> bool:
    """Tell whether a text is the word for a total and no more, as in a table without countries.

    Example:
        >>> is_total("TOTAL GENERAL:"), is_total("Total staff"), is_total("Media")
        (True, False, False)
    """
    return len(text) <= 40 and fold_head(text) in _ONLY_TOTALS


def _is_total_row(cells: Sequence[Cell]) -> bool:
    """Tell whether a row is named as a total in its first cell, and holds numbers only behind it."""
    first = cells[0] if cells else None
    if not isinstance(first, str) or not is_total(first):
        return False
    others = [cell for cell in cells[1:] if cell_text(cell)]
    return bool(others) and all(not isinstance(cell, str) or cell.strip()[0].isdigit() for cell in others)


def _names_country(row: GridRow) -> bool:
    """Tell whether a row begins with a country, which may have no answers."""
    text = cell_text(row[1][0])
    return names_country(text) or is_code(text)


@define
class _Foot:
    """Rows that may be the notes below a table: they are held until a row of data follows, or none.

    Attributes:
        place: The column of countries; None without one.
        width: Columns of the table.
        held: The rows, each with whether it is a note where nothing follows.
        gap: Whether a blank row stands above.
        other: Cells of the rows of a second, narrower table below a blank row, such as one of footnotes; 0 without.
    """

    place: int | None
    width: int
    held: list[tuple[GridRow, bool]] = field(factory=list)
    gap: bool = False
    other: int = 0

    def takes(self, row: GridRow, passed: _Passed | None) -> bool:
        """Hold a row that may be a note; tell whether it is one."""
        if len(self.held) >= _HELD:
            return False
        if passed is not None:
            # Below a blank row, or a note, what stands alone and names no country says something of the table.
            below = self.gap or any(note for _, note in self.held)
            self.held.append((row, passed.maybe_note or (self.place is not None and below and not _names_country(row))))
            return True
        if self.gap and self.place is not None and self._is_of_another(row[1]):
            self.other = self.other or len(row[1])
            self.held.append((row, True))
            return True
        return False

    def _is_of_another(self, cells: Sequence[Cell]) -> bool:
        """Tell whether a row is of a narrower table, which begins with heads, and names no country."""
        size, place = len(cells), self.place or 0
        named = place < size and (names_country(text := cell_text(cells[place])) or is_code(text))
        if not 1 < size < self.width or named:
            return False
        return size == self.other or (not self.other and not any(map(is_number, cells)) and all(map(cell_text, cells)))

    def released(self) -> list[GridRow]:
        """Return the rows that were held, since data follow."""
        rows = [row for row, _ in self.held]
        self.held.clear()
        self.gap, self.other = False, 0
        return rows

    def above_heads(self) -> tuple[list[GridRow], int]:
        """Return what was held above heads that come again: the rows that name a country, and how many others."""
        held = self.released()
        countries = list(filter(_names_country, held))
        return countries, len(held) - len(countries)

    def data(self) -> list[GridRow]:
        """Return the rows that are data though nothing follows: notes stand last, or among countries."""
        alone = sum(len(cells) == self.other for (_, cells), _ in self.held) == 1  # one row is no table
        held = [(row, note and not (alone and len(row[1]) == self.other)) for row, note in self.held]
        last = max((order for order, (_, note) in enumerate(held, start=1) if not note), default=0)
        return [row for order, (row, note) in enumerate(held) if not note or (self.place is None and order < last)]


@frozen
class _Frame:
    """What stands around the data of a table: it shows of most rows, one by one, that they are none.

    Attributes:
        top: Number of the row of heads; 0 without one.
        heads: The heads.
        layout: How the table is laid out.
        place: The column of countries; None without one.
        apart: Rows beside the heads that say something of them, by number, with what they do.
    """

    top: int
    heads: Sequence[Cell]
    layout: Layout
    place: int | None
    apart: Mapping[int, str]

    @property
    def arranged(self) -> bool:
        """Whether a person arranged the table, with its heads among its rows, and no country owns a row."""
        return self.place is None and self.top > 0 and self.layout.shape is not Shape.LONG

    def look(self, cells: Sequence[Cell]) -> _Passed | None:
        """Look at one row; None for plain data, which nearly every row is."""
        return _look(cells, self.heads, self.layout.width, countries=self.place is not None)

    def reason(self, row: GridRow, passed: _Passed | None, *, first: bool) -> str:
        """Return why a row is no data; empty where it may be. The first row sums up nothing."""
        number, cells = row
        why = passed.reason if passed is not None else ""
        if number in self.apart:
            return self.apart[number]
        if number < self.top:
            return why if why == _BLANK else _TITLE
        if why or first:
            return why
        sums = _is_sum(cells, self.place) if self.place is not None else self.arranged and _is_total_row(cells)
        return _SUM if sums else ""


def _of_first(rows: Iterable[GridRow], top: int, account: Account, another: AnotherTable | None) -> Iterator[GridRow]:
    """Yield all rows but the heads, up to the heads of another table; count each."""
    for row in rows:
        if row[0] == top:
            continue
        account.rows_in += 1
        if another is not None and another.row:
            account.leave_row(ANOTHER if any(map(cell_text, row[1])) else _BLANK)
        else:
            yield row


def body_rows(
    rows: Iterable[GridRow],
    head: GridRow | None,
    layout: Layout,
    account: Account,
    apart: Mapping[int, str] | None = None,
    *,
    another: AnotherTable | None = None,
) -> Iterator[GridRow]:
    """Yield the rows of data, and count every other one with its reason.

    Args:
        rows: All rows of the table.
        head: The row of heads, None when there is none.
        layout: How the table is laid out.
        account: Takes the counts.
        apart: Rows beside the heads that say something of them, by number, with what they do.
        another: Looks for the heads of another table; its rows are counted and left out.
    """
    country = layout.keys.get(Role.COUNTRY)
    place = country.index if country is not None else None
    top, heads = head if head is not None else (0, [None])
    frame, foot = _Frame(top, heads, layout, place, apart or {}), _Foot(place, layout.width)
    for row in _of_first(rows, top, account, another):
        passed = frame.look(row[1])
        reason = frame.reason(row, passed, first=account.rows_in == 1)
        if another is not None and passed is None and reason in {"", _SUM}:
            reason = another.met(row, gap=foot.gap) or reason
        if reason in HEADS:
            countries, others = foot.above_heads()
            yield from countries
            account.leave_row(_TITLE, others)
        if reason:
            account.leave_row(reason)
            foot.gap = foot.gap or (reason == _BLANK and row[0] > top)
        elif not ((passed is not None or foot.gap) and foot.takes(row, passed)):
            if foot.held or foot.gap:
                yield from foot.released()
            yield row
    kept = foot.data()
    yield from kept
    account.leave_row("note below the table", len(foot.held) - len(kept))
