"""View of a grid by rows and columns, updated by the steps of a layout; cells are never copied."""

import re
from collections.abc import Mapping, Sequence

from attrs import define, evolve, field

from capbuild.formats.headers import Role, role_word
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.cell_types import kind_of
from capbuild.formats.layouts.header_vocabulary import says, split_fact
from capbuild.formats.layouts.ledger import Ledger
from capbuild.formats.normalisation import fold_header, one_line
from capbuild.formats.values.cells import Cell, cell_text

#: Options as products join them with their question: `Which units? [CERT]`, `CERT:Which units?`.
_BRACKETED, _BEFORE = re.compile(r"(.+?)\s*\[([^\[\]]+)\]"), re.compile(r"([^:]+):([^\s:].*)")
_KEYS = (Role.COUNTRY, Role.RESPONDENT, Role.ID, Role.LANGUAGE, Role.DATE)
#: Share of the columns that a header row must name, each once, to name them all alone.
_COMPLETE = 0.9


@define
class Header:
    """Header of a table.

    Attributes:
        parts: Texts of each column, from the top header row down.
        ids: Id of each column if one of the rows has only ids; else its joined parts.
        texts: Text of each column if ids have a row of their own; else empty.
        given: Column roles given by the options.
    """

    parts: dict[int, list[str]]
    ids: dict[int, str]
    texts: dict[int, str] = field(factory=dict)
    given: dict[int, Role] = field(factory=dict)

    def name(self, column: int) -> str:
        """Return the whole header of a column."""
        return " - ".join(self.parts.get(column, ()))

    def option(self, column: int) -> tuple[str, str]:
        """Return the question and the option of a column.

        The option is the last header row, else follows a dash, is in brackets, or precedes a colon without a space.
        """
        parts = self.parts.get(column, [])
        if len(parts) > 1:
            return " - ".join(parts[:-1]), parts[-1]
        name = parts[0] if parts else ""
        if found := _BRACKETED.fullmatch(name):
            return found[1], found[2]
        if found := _BEFORE.fullmatch(name):
            return found[2], found[1]
        stem, _, last = name.rpartition(" - ")
        return stem.strip(), last.strip()

    def says(self, column: int, role: Role) -> float:
        """Return how strongly a column has a role, 0 for not at all: by the options, else by its header."""
        if column in self.given:
            return 2.0 if self.given[column] is role else 0.0
        whole = says(self.name(column), role)
        if not self.texts:
            return whole
        return max(whole, says(self.ids.get(column, ""), role), says(self.texts.get(column, ""), role))

    def below(self, topic: str, *, without: int | None) -> "Header":
        """Return the header with a topic added above all columns except keys."""
        keys = {c for c in self.parts if c == without or any(self.says(c, role) for role in _KEYS)}
        parts = {c: found if c in keys else [topic, *found] for c, found in self.parts.items()}
        ids = {c: name if c in keys else f"{topic} - {name}" for c, name in self.ids.items()}
        return evolve(self, parts=parts, ids=ids)

    def with_roles(self, options: Mapping[str, str]) -> "Header":
        """Return the header with the roles given by the option `columns`."""
        names = {c: fold_header(self.name(c) or f"column {c + 1}") for c in self.parts}
        found = {c: role for c, name in names.items() if (role := role_word(options.get(name, ""))) is not None}
        return evolve(self, given=found)


def _spread(grid: CellGrid, rows: Sequence[int], columns: Sequence[int]) -> list[dict[int, str]]:
    """Return the texts of each header row by column.

    Groups extend over merged cells, else over runs of blanks with a header below. A column without a header below, a
    key, ends the run.
    """
    found: list[dict[int, str]] = []
    for place, row in reversed(list(enumerate(rows))):
        cells, last = grid.rows[row], place == len(rows) - 1
        areas = [area for area in grid.merged if area.top <= row <= area.bottom]
        wide = any(area.wide for area in areas)
        covered = {column: area for area in areas for column in range(area.left, area.right + 1)}
        texts: dict[int, str] = {}
        current = ""
        centred = {} if last or wide else _centred(cells, columns, found[-1])
        for column in columns:
            cell = cells[centred.get(column, column)]
            if cell is not None and kind_of(cell) == "j":
                current = ""  # a product's note on its columns is not part of a name
            elif cell is not None:
                current = texts[column] = one_line(cell_text(cell))
            elif column in covered and (held := grid.rows[covered[column].top][covered[column].left]) is not None:
                texts[column] = one_line(cell_text(held))
            elif not last and current and not wide and column in found[-1]:
                texts[column] = current
            elif not last and column not in found[-1]:
                current = ""
        found.append(texts)
    return found[::-1]


def _centred(cells: Sequence[Cell], columns: Sequence[int], below: Mapping[int, str]) -> dict[int, int]:
    """Return the group cell of each column, where groups are above the middle of headers that repeat; else empty.

    Args:
        cells: Cells of the row of groups.
        columns: Columns of the table.
        below: Texts of the header row below, by column.
    """
    blocks: list[list[int]] = [[]]
    for column in filter(below.__contains__, columns):
        if below[column] in (below[other] for other in blocks[-1]):
            blocks.append([])
        blocks[-1].append(column)
    again = set.intersection(*({below[column] for column in block} for block in blocks))
    blocks = [[column for column in block if below[column] in again or cells[column] is not None] for block in blocks]
    groups = [[column for column in block if cells[column] is not None] for block in blocks]
    if len(blocks) < 2 or any(len(group) != 1 for group in groups):
        return {}
    if all(block[0] == group[0] for block, group in zip(blocks, groups, strict=True)):
        return {}  # they begin with their columns
    return {column: group[0] for block, group in zip(blocks, groups, strict=True) for column in block}


def join_header(grid: CellGrid, rows: Sequence[int], columns: Sequence[int]) -> Header:
    """Join header rows into one header.

    Example:
        >>> grid = CellGrid("a.csv", [[None, "Law", None], ["Country", "Act", "Year"], ["Peru", "yes", 2013]])
        >>> join_header(grid, [0, 1], [0, 1, 2]).ids
        {0: 'Country', 1: 'Law - Act', 2: 'Law - Year'}
    """
    spread = _spread(grid, rows, columns)
    parts = {c: list(dict.fromkeys(texts[c] for texts in spread if c in texts)) for c in columns}
    joined = {c: " - ".join(found) for c, found in parts.items()}
    whole = [texts for texts in spread if _is_complete(texts, columns)]
    if len(whole) < 2 or len(whole) < sum(map(bool, spread)):
        return Header(parts, joined)
    ids = min(whole, key=lambda texts: sum(map(len, texts.values())))
    others = {c: " - ".join(found[c] for found in whole if found is not ids and found.get(c)) for c in columns}
    return Header(parts, {c: ids.get(c, "") for c in columns}, others)


def _is_complete(texts: dict[int, str], columns: Sequence[int]) -> bool:
    return len(set(texts.values())) >= _COMPLETE * len(columns)


@define(eq=False)
class TableView:
    """Table state while layout steps are applied.

    Attributes:
        grid: The grid.
        ledger: Its ledger.
        rows: Remaining rows.
        columns: Remaining columns.
        header: The header.
        header_rows: Header rows.
        country: Country of the whole table; empty if unknown.
        row_country: Countries of rows below a country heading.
        row_section: Question headings of rows.
        filled_down: Cells filled from a cell above.
        pairs: Lines of label and value above the table: row, label column, value column; the columns are equal if one
            cell has both.
    """

    grid: CellGrid
    ledger: Ledger
    rows: list[int] = field(factory=list)
    columns: list[int] = field(factory=list)
    header: Header = field(factory=lambda: Header({}, {}))
    header_rows: tuple[int, ...] = ()
    country: str = ""
    row_country: dict[int, str] = field(factory=dict)
    row_section: dict[int, str] = field(factory=dict)
    filled_down: dict[tuple[int, int], Cell] = field(factory=dict)
    pairs: list[tuple[int, int, int]] = field(factory=list)

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, or its filled-down value."""
        found = self.grid.rows[row][column]
        return self.filled_down.get((row, column)) if found is None else found

    def text(self, row: int, column: int) -> str:
        """Return a cell as one line of text."""
        return one_line(cell_text(self.cell(row, column)))

    def fact(self, row: int, label: int, value: int) -> tuple[str, Cell]:
        """Return label and value of a line above the table."""
        if label == value:
            return split_fact(self.text(row, label))
        return self.text(row, label).rstrip(" :：").strip(), self.grid.rows[row][value]

    def full(self, row: int) -> list[int]:
        """Return the columns of the table that have content in a row."""
        return self.grid.full(row, self.columns)

    def without(self, rows: Sequence[int]) -> list[int]:
        """Return the remaining rows except some."""
        gone = set(rows)
        return [row for row in self.rows if row not in gone]
