"""Headers of tables: texts of header rows joined by column."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise

from attrs import define, evolve, field

from capbuild.formats.layouts.cell_grid import Area, CellGrid, is_total, role_score
from capbuild.formats.layouts.cell_kinds import is_place_name, kind_of, text_kind
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.vocabulary import Role, fold_header, one_line, role_word

#: A country before a dash or colon, or with its code in brackets before other words.
_FOLLOWED = re.compile(r"(.+?\([A-Z]{2,3}\)) (?:[-–—/] )?(.+)|(.+?)(?: [-–—/] |: )(.+)")


#: Options as products join them with their question: `Which units? [CERT]`, `CERT:Which units?`.
_BRACKETED, _BEFORE = re.compile(r"(.*\S)\s*\[([^\[\]]+)\]"), re.compile(r"([^:]+):([^\s:].*)")

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

        The option is in the last header row. If there is only one row, the option follows a dash, is in brackets, or
        precedes a colon without a space.
        """
        parts = self.parts.get(column, [])
        if len(parts) > 1:
            return " - ".join(parts[:-1]), parts[-1]
        name = parts[0] if parts else ""
        if match := _BRACKETED.fullmatch(name):
            return match[1], match[2]
        if match := _BEFORE.fullmatch(name):
            return match[2], match[1]
        stem, _, last = name.rpartition(" - ")
        return stem.strip(), last.strip()

    def role_score(self, column: int, role: Role) -> float:
        """Return how strongly a column has a role.

        Roles given by options decide, else the header. The score is 0 if the column does not have the role.
        """
        if column in self.given:
            return 2.0 if self.given[column] is role else 0.0
        whole = role_score(self.name(column), role)
        if not self.texts:
            return whole
        return max(whole, role_score(self.ids.get(column, ""), role), role_score(self.texts.get(column, ""), role))

    def is_total(self, column: int) -> bool:
        """True if a header names a total or mean."""
        return any(map(is_total, self.parts.get(column, ())))

    def below(self, topic: str, *, without: int | None) -> "Header":
        """Add a topic above the header, except above keys."""
        keys = {c for c in self.parts if c == without or any(self.role_score(c, role) for role in _KEYS)}
        parts = {c: texts if c in keys else [topic, *texts] for c, texts in self.parts.items()}
        ids = {c: name if c in keys else f"{topic} - {name}" for c, name in self.ids.items()}
        return evolve(self, parts=parts, ids=ids)

    def with_roles(self, options: Mapping[str, str]) -> "Header":
        """Set the roles given by the option `columns`."""
        names = {c: fold_header(self.name(c) or f"column {c + 1}") for c in self.parts}
        roles = {c: role for c, name in names.items() if (role := role_word(options.get(name, ""))) is not None}
        return evolve(self, given=roles)


def _spread(grid: CellGrid, rows: Sequence[int], columns: Sequence[int]) -> list[dict[int, str]]:
    """Return the texts of each header row by column.

    A group extends over merged cells, else over a run of blanks with a header below. A column without a header below,
    such as a key, ends the run. If other groups of the row are merged, a group extends only over blanks whose headers
    also occur below a merged one.
    """
    levels: list[dict[int, str]] = []
    for place, row in reversed(list(enumerate(rows))):
        cells, last = grid.rows[row], place == len(rows) - 1
        areas = [area for area in grid.merged if area.top <= row <= area.bottom]
        wide = any(area.wide for area in areas)
        covered = {column: area for area in areas for column in range(area.left, area.right + 1)}
        texts: dict[int, str] = {}
        current = ""
        centred = {} if last or wide else _centred(cells, columns, levels[-1])
        again = _like_merged(cells, columns, covered, levels[-1]) if wide and not last else frozenset()
        for column in columns:
            cell = cells[centred.get(column, column)]
            if cell is not None and kind_of(cell) == "j":
                current = ""  # a product's note on its columns is not part of a name
            elif cell is not None:
                current = texts[column] = one_line(cell_text(cell))
            elif column in covered and (spanning := grid.rows[covered[column].top][covered[column].left]) is not None:
                texts[column] = one_line(cell_text(spanning))
            elif not last and current and (column in again if wide else column in levels[-1]):
                texts[column] = current
            elif not last and column not in levels[-1]:
                current = ""
        levels.append(texts)
    return levels[::-1]


def _like_merged(
    cells: Sequence[Cell], columns: Sequence[int], covered: Mapping[int, Area], below: Mapping[int, str]
) -> frozenset[int]:
    """Return the blank columns of a group without merging.

    They are right of the group, and have the same headers as a merged group.

    Args:
        cells: Cells of the row of groups.
        columns: Columns of the table.
        covered: Merged cells of the row by column.
        below: Texts of the header row below, by column.
    """
    runs: list[list[int]] = []
    for column in columns:
        if column not in covered and cells[column] is None and runs:
            runs[-1].append(column)
        elif column not in covered or column == covered[column].left or not runs:
            runs.append([column])
        else:
            runs[-1].append(column)
    headers = {run[0]: tuple(below.get(column, "") for column in run) for run in runs}
    merged = {headers[run[0]] for run in runs if len(run) > 1 and all(column in covered for column in run)}
    alike = (run for run in runs if run[0] not in covered and len(run) > 1 and headers[run[0]] in merged)
    return frozenset(column for run in alike for column in run[1:])


def _centred(cells: Sequence[Cell], columns: Sequence[int], below: Mapping[int, str]) -> dict[int, int]:
    """Return the group cell of each column.

    Groups are centred above repeated headers; otherwise the result is empty.

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
    parts = {c: list(dict.fromkeys(chain(*(_levels(texts[c]) for texts in spread if c in texts)))) for c in columns}
    joined = {c: " - ".join(texts) for c, texts in parts.items()}
    whole = [texts for texts in spread if _is_complete(texts, columns)]
    if len(whole) < 2 or len(whole) < sum(map(bool, spread)):
        return Header(parts, joined)
    ids = min(whole, key=lambda texts: sum(map(len, texts.values())))
    others = {c: " - ".join(texts[c] for texts in whole if texts is not ids and texts.get(c)) for c in columns}
    return Header(parts, {c: ids.get(c, "") for c in columns}, others)


def _levels(text: str) -> Iterable[str]:
    """Split a header that begins or ends with a country.

    The parts are those that two header rows would have. Other texts are returned whole.
    """
    match = _FOLLOWED.fullmatch(text)
    parts = [part for part in match.groups() if part] if match else [text]
    return parts if is_place_name(parts[0]) or is_place_name(parts[-1]) else [text]


def are_group_labels(grid: CellGrid, rows: Sequence[int], columns: Sequence[int]) -> bool:
    """True if labels are above runs of named columns.

    The columns are named in the rows right below. There must be at least two labels, each right above a name, one above
    several columns and none above the first. Labels of lines with values do not qualify. Labels above the same names,
    as options above `n` and `%`, may be of any kind.

    Example:
        >>> lines = [[None, "Law", None, "Staff"], ["Country", "Act", "Year", "Number"], ["Peru", "yes", 2013, 12]]
        >>> grid = CellGrid("a.csv", lines)
        >>> are_group_labels(grid, [0, 1], [0, 1, 2, 3]), are_group_labels(grid, [1, 2], [0, 1, 2, 3])
        (True, False)
    """
    full = [j for j, column in enumerate(columns) if grid.rows[rows[0]][column] is not None]
    adjacent = all(grid.numbers[below] == grid.numbers[above] + 1 for above, below in pairwise(rows))
    if len(full) < 2 or not full[0] or not adjacent:
        return False
    labels = [cell_text(grid.rows[rows[0]][columns[j]]) for j in full]
    texts = all(text_kind(text) in "wqsk" and not text.rstrip().endswith((":", "：")) for text in labels)
    below = [cell_text(grid.rows[rows[1]][column]) for column in columns]
    blocks = {tuple(below[first:after]) for first, after in pairwise((*full, len(columns)))}
    texts = texts or (len(blocks) == 1 and len(set(next(iter(blocks)))) > 1)
    named = all(any(grid.rows[row][column] is not None for row in rows[1:]) for column in columns[full[0] :])
    nested = all(grid.rows[rows[1]][columns[j]] is not None for j in full)
    return texts and named and nested and any(after - before > 1 for before, after in pairwise((*full, len(columns))))


def _is_complete(texts: dict[int, str], columns: Sequence[int]) -> bool:
    return len(set(texts.values())) >= _COMPLETE * len(columns)
