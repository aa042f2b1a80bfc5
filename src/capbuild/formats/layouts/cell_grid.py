"""Cells of a sheet, and words that indicate layouts."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from attrs import define, field

from capbuild._garbage import text_cache
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.values.dates import DayOrder, is_period_header, is_unit_header
from capbuild.formats.values.missing import MISSING_WORDS
from capbuild.formats.vocabulary import Role, fold_header, fold_word, header_meaning, header_words
from capbuild.origin import Origin

_NUMBERED = re.compile(r"(?:(?:[A-Za-z]{0,3}\d+(?:\.\d+)*|[a-zA-Z]|[ivxIVX]+)[.):]|\d{1,2}(?:\.\d{1,2})+)\s+\S")

_NUMBER, _PART = re.compile(r"\d+(?:\.\d+)*"), re.compile(r"(?:\.\d+|\.?[a-z])(?:[.)]|\.\d+)*")

_FOOTNOTE = re.compile(r"[*†‡¹²³©]|\(?\d{1,2}\)? ?[A-Z].{25,}|\d{1,2} ?/ |\w{1,3} ?= ?\w|[(\[][\da-z]{1,2}[)\]] ")

#: Mark of a note before its word: `1) Note: ...`, `* Source: ...`.
_NOTE_MARK = re.compile(r"(?:(?<![*†‡¹²³])[*†‡¹²³]+|[(\[]?[\da-z]{1,2}[)\].])\s*(?=\w)")

_LEGEND = re.compile(r"[^\s=]{1,4}\s?=\s?\w")

#: Longest length of particles such as `of`.
_PARTICLE = 3

_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]\s*$")

#: Word boundary in a name such as `FactValueNumeric`.
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")


@text_cache(50_000)
def header_role(header: str) -> tuple[Role, float] | None:
    """Return the role of a header and its strength.

    The strength is 1 if the whole header names the role, and 0.7 if its first or last part does.
    """
    header = _CAMEL.sub(" ", header)
    meaning = header_meaning(header)
    if meaning is not None:
        return meaning.role, 1.0
    if is_unit_header(header):
        return Role.UNIT, 0.9
    parts = [part for part in re.split(r" - |[(:\[/]", header) if part.strip()]
    if len(parts) > 1:
        bare = _BRACKETS.sub("", header).rpartition(" - ")[2]
        for part in (parts[-1], bare, parts[0]):
            if (meaning := header_meaning(part)) is not None:
                return meaning.role, 0.7
    return None


def role_score(header: str, role: Role) -> float:
    """Return from 0 to 1 how strongly headers name roles."""
    role_match = header_role(header)
    return role_match[1] if role_match is not None and role_match[0] is role else 0.0


def is_date_label(label: str) -> bool:
    """True if a label is for the date of answers."""
    label = label.rstrip(" :：")
    known = header_words("date_label")
    words_ = [word for word in fold_header(label).split() if len(word) > _PARTICLE]
    return (
        fold_header(label) in known or role_score(label, Role.DATE) > 0 or (bool(words_) and known.issuperset(words_))
    )


def split_fact(text: str) -> tuple[str, str]:
    """Split a text at its colon into label and value.

    Without a colon, both are empty.

    Example:
        >>> split_fact("Filled in by: A. Invented"), split_fact("Annex 2")
        (('Filled in by', 'A. Invented'), ('', ''))
    """
    label, colon, value = text.replace("：", ":").partition(":")
    return (label.strip(), value.strip()) if colon and value.strip() else ("", "")


@text_cache(50_000)
def are_options(text: str) -> bool:
    """True if a text is an option, such as `Partly`."""
    head = fold_header(text)
    return (
        any(head in header_words(key) for key in ("options", "yes", "no", "partly")) or fold_word(text) in MISSING_WORDS
    )


@text_cache(50_000)
def is_period(text: str) -> bool:
    """True if a text is a period."""
    return len(text) < 30 and is_period_header(text)


def is_label(text: str) -> bool:
    """True if a text looks like a form label."""
    stripped = text.strip()
    return (
        stripped.endswith((":", "?", "：", "؟", "？"))
        or is_numbered(stripped)
        or role_score(stripped, Role.COUNTRY) > 0
    )


def is_numbered(text: str) -> bool:
    """True if a text begins with its number or letter.

    Examples are `A. Law` and `1.1 Law`.
    """
    return _NUMBERED.match(text.strip()) is not None


def is_numbered_below(code: str, follows: str) -> bool:
    """True if a number is part of another.

    For example, `1.1` and `1a` are parts of `1`.

    Example:
        >>> is_numbered_below("1", "1.2"), is_numbered_below("1.2.", "1.2.a"), is_numbered_below("1", "10")
        (True, True, False)
    """
    code = code.rstrip(".)")
    rest = follows.removeprefix(code)
    return _NUMBER.fullmatch(code) is not None and rest != follows and _PART.fullmatch(rest) is not None


@text_cache(50_000)
def is_total(text: str, *, alone: bool = False) -> bool:
    """True if a text names a total or mean.

    A quantity with a name of its own, such as `Total staff trained in the year`, is not a total.

    Args:
        text: The text.
        alone: Whether no country column identifies the rows, so that only words for a total count.

    Example:
        >>> is_total("Mean (3)"), is_total("TOTAL CARIBBEAN"), is_total("Total staff trained in the year")
        (True, True, False)
        >>> is_total("亚洲合计")  # written without spaces
        True
    """
    folded = fold_header(_BRACKETS.sub("", text))  # the number of rows summed may follow
    if alone:
        return folded in header_words("total.row")
    words = folded.split()
    ends = {words[0], words[-1], " ".join(words[:2])} if words else set()
    names = header_words("total.end") | header_words("total.row")
    unspaced = tuple(name for name in names if "\u4e00" <= name[0] <= "\u9fff")
    ended = bool(ends & names) or folded.startswith(unspaced) or folded.endswith(unspaced)
    return is_bare_total(text) or (len(words) < 4 and len(text) <= 40 and ended)


def is_bare_total(text: str) -> bool:
    """True if a text only says total or mean.

    The quantity that is summed has no name in it.

    Example:
        >>> is_bare_total("Grand total (3)"), is_bare_total("Total budget")
        (True, False)
    """
    return fold_header(_BRACKETS.sub("", text)) in header_words("total")


def is_legend(text: str) -> bool:
    """True if a text explains a code: `H = high`."""
    return _LEGEND.match(text.strip()) is not None


def is_note(text: str, *, marked: bool = True) -> bool:
    """True if a lone text is a source or note.

    A page number counts as a note.

    Args:
        text: The text.
        marked: Whether a footnote mark is enough, as at the edge of a table.
    """
    stripped = text.strip()
    plain = _NOTE_MARK.sub("", stripped, count=1)
    words = fold_header(plain).split()
    label, colon, _ = plain[:30].replace("\N{FULLWIDTH COLON}", ":").partition(":")
    named = bool(colon) and fold_header(label) in header_words("note")  # also in a script without spaces
    first = bool(words) and words[0] in header_words("note") and (":" in plain[:30] or len(words) > 3 or len(words) < 3)
    return not stripped.endswith(("?", "？", "؟")) and (
        first or named or (marked and _FOOTNOTE.match(stripped) is not None)
    )


#: End-of-file character that old programs write after the last line.
_END_OF_FILE = "\x1a"

#: Largest number of distinct texts of a text table that are interned.
_SEEN = 1 << 16


class Area(NamedTuple):
    """Merged range, counted from 0; ends are included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def wide(self) -> bool:
        """True if it spans several columns."""
        return self.right > self.left


def _content(cell: Cell, seen: dict[Cell, Cell]) -> Cell:
    """Return a cell of a text table, None if blank.

    The first distinct texts are interned, because texts repeat.
    """
    if not isinstance(cell, str):
        return cell
    content = cell if cell and not cell.isspace() and cell != _END_OF_FILE else None
    if len(seen) < _SEEN:
        seen[cell] = content
    return content


def _kept(count: int, used: set[int]) -> list[int]:
    """Return used positions, and the first of each unused run."""
    return [place for place in range(count) if place in used or place - 1 in used]


def _are_named(rows: Sequence[Sequence[Cell]]) -> bool:
    """True if rows have row names without a header.

    R writes such tables. Each row has one cell more than the header, and the names differ. If the first header names a
    role other than the id, the names must be row numbers.
    """
    header, *below = rows
    names = [cell_text(row[0]) for row in below]
    if len(set(names)) < len(names) or all(row[-1] is None for row in below):
        return False
    role = header_role(cell_text(header[0]))
    numbers = names == [str(number) for number in range(1, len(names) + 1)]
    return role is None or (numbers and role[0] is not Role.ID)


@define(eq=False)
class CellGrid:
    """All cells of one sheet.

    Attributes:
        file: Name of the file, as origins print it.
        rows: Cells of each row; blank cells are None. All rows are padded to the widest.
        sheet: Name of the sheet; None for a text file.
        numbers: Row numbers in the file, from 1; consecutive by default.
        letters: Column numbers in the file, from 1; consecutive by default.
        merged: Merged ranges.
        semicolons: Whether semicolons separate cells, or may be typed in text, as in a workbook.
        order: Order of day and month seen elsewhere in the file.
        usual: Usual number of cells per row of a text table; 0 in a workbook.
        lengths: Number of cells of each row of a text table.
        headed: Whether the first row is certainly the header.
        flagged: Whether flags follow numbers, as in databank tables.
        width: Number of columns.
        filled: One byte per cell, row by row: 1 if not blank.
        count: Number of cells that are not blank.
    """

    file: str
    rows: list[list[Cell]] = field(repr=False)
    sheet: str | None = None
    numbers: Sequence[int] = field(default=(), repr=False)
    letters: Sequence[int] = field(default=(), repr=False)
    merged: tuple[Area, ...] = ()
    semicolons: bool = False
    order: DayOrder | None = None
    usual: int = 0
    lengths: Sequence[int] = field(default=(), repr=False)
    headed: bool = False
    flagged: bool = False
    width: int = field(init=False)
    filled: bytearray = field(init=False, repr=False)
    count: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.width = max(map(len, self.rows), default=0)
        self.filled = bytearray()
        for row in self.rows:
            row.extend([None] * (self.width - len(row)))
            self.filled += b"\1" * self.width if None not in row else bytes([cell is not None for cell in row])
        self.count = self.filled.count(1)
        self.numbers = self.numbers or range(1, len(self.rows) + 1)
        self.letters = self.letters or range(1, self.width + 1)

    @classmethod
    def of_text(
        cls,
        file: str,
        rows: Iterable[tuple[int, Sequence[Cell]]],
        sheet: str | None = None,
        *,
        letters: Sequence[int] = (),
        semicolons: bool = False,
        order: DayOrder | None = None,
        headed: bool = False,
        flagged: bool = False,
    ) -> "CellGrid":
        """Return the grid of a text table.

        Blank texts become None.

        Args:
            file: Name of the file.
            rows: Row numbers and cells.
            sheet: Name of the sheet; None for a text file.
            letters: Column numbers in the file; consecutive by default.
            semicolons: Whether semicolons separate cells.
            order: Order of day and month seen elsewhere in the file.
            headed: Whether the first row is certainly the header.
            flagged: Whether flags follow numbers.

        Example:
            >>> CellGrid.of_text("a.csv", [(1, ["Country", " "]), (3, ["Peru"])]).rows
            [['Country', None], ['Peru', None]]
        """
        numbers: list[int] = []
        cells: list[list[Cell]] = []
        seen: dict[Cell, Cell] = {}
        for number, row in rows:
            numbers.append(number)
            cells.append([c if c.__class__ is not str else seen[c] if c in seen else _content(c, seen) for c in row])
        lengths = Counter(map(len, cells))
        usual = lengths.most_common(1)[0][0] if lengths else 0
        if cells and len(cells[0]) == usual - 1 > 0 and lengths[usual] == len(cells) - 1 > 0 and _are_named(cells):
            cells[0].insert(0, None)
        widths = [len(row) for row in cells]
        usual = max(usual, next((len(row) for row in cells if any(cell is not None for cell in row)), 0))
        return cls(
            file,
            cells,
            sheet,
            numbers=numbers,
            letters=letters,
            semicolons=semicolons,
            order=order,
            usual=usual,
            lengths=widths,
            headed=headed,
            flagged=flagged,
        )

    @classmethod
    def of_sheet(
        cls,
        file: str,
        rows: Sequence[Sequence[Cell]],
        sheet: str,
        *,
        merged: Iterable[Area] = (),
        order: DayOrder | None = None,
    ) -> "CellGrid":
        """Return the grid of a sheet.

        Each run of blank rows or columns is reduced to its first.

        Example:
            >>> grid = CellGrid.of_sheet("a.xlsx", [["Country"], [], [], ["Peru", None, None, None, 5]], "Q")
            >>> grid.rows, grid.numbers, grid.letters
            ([['Country', None, None], [None, None, None], ['Peru', None, 5]], [1, 2, 4], [1, 2, 5])
        """
        used = {column for row in rows for column, cell in enumerate(row) if cell is not None}
        kept_columns = _kept(max(used, default=-1) + 1, used)
        kept_rows = _kept(len(rows), {position for position, row in enumerate(rows) if any(c is not None for c in row)})
        cells = [[row[c] if c < len(row) else None for c in kept_columns] for row in (rows[r] for r in kept_rows)]
        areas = []
        for area in merged:
            top, bottom = bisect_left(kept_rows, area.top), bisect_right(kept_rows, area.bottom) - 1
            left, right = bisect_left(kept_columns, area.left), bisect_right(kept_columns, area.right) - 1
            if top <= bottom and left <= right:
                areas.append(Area(top, left, bottom, right))
        numbers, letters = [row + 1 for row in kept_rows], [column + 1 for column in kept_columns]
        return cls(
            file, cells, sheet, numbers=numbers, letters=letters, merged=tuple(areas), semicolons=True, order=order
        )

    def is_blank(self, row: int) -> bool:
        """True if all cells of a row are blank."""
        return self.filled.find(1, row * self.width, (row + 1) * self.width) < 0

    def used_columns(self) -> list[int]:
        """Return the columns with content."""
        return [column for column in range(self.width) if self.filled[column :: self.width].find(1) >= 0]

    def full(self, row: int, columns: Iterable[int]) -> list[int]:
        """Return the given columns that have content in a row."""
        cells = self.rows[row]
        return [column for column in columns if cells[column] is not None]

    def origin(self, row: int, column: int | None = None) -> Origin:
        """Return the origin of a row or cell."""
        # A header that is stored apart has the number 0 and no position.
        number = self.numbers[row] or None
        return Origin(self.file, self.sheet, number, None if column is None else self.letters[column])
