"""Neighbouring columns that are the steps of one scale, `Capacity - High`, `Capacity - Low`, one of which is marked."""

from collections.abc import Container, Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from capbuild.formats.cells import cell_text
from capbuild.formats.folding import fold_head, shorten
from capbuild.model import Issue, Response, Severity
from capbuild.origin import Origin
from capbuild.plugins import ReadItem
from capbuild_sheets.grids import to_cell
from capbuild_sheets.marks import cell_at, is_mark, is_unmarked
from capbuild_sheets.parts import SheetParts
from capbuild_sheets.relocate import relocated
from capbuild_sheets.sheets import Row
from capbuild_sheets.steps import are_steps

__all__ = ["Graded", "graded", "scales_in"]

_JOINT = " - "
#: Rows by which a scale is told, no more than a scan looks at; rows that must be marked.
_SAMPLE, _LEAST = 400, 3


@frozen(eq=False)
class Graded:
    """A table whose columns of steps were put together.

    Attributes:
        parts: The table, with one column in place of the first of each scale.
        marked: The column of the mark, by row and first column of the scale, all from 1.
        several: What is marked in rows with more than one mark, likewise.
    """

    parts: SheetParts
    marked: Mapping[tuple[int, int], int] = field(repr=False)
    several: Mapping[tuple[int, int], str] = field(repr=False)

    def placed(self, item: ReadItem) -> ReadItem:
        """Return what was read with the places of the marks."""

        def place(origin: Origin) -> Origin:
            column = self.marked.get((origin.row or 0, origin.column or 0))
            return origin if column is None else evolve(origin, column=column)

        return relocated(item, place, lambda _origin: item.id if isinstance(item, Response) else "")

    def issues(self, file: str, sheet: str) -> Iterator[Issue]:
        """Yield an issue for each answer with more than one mark."""
        for (row, first), text in self.several.items():
            yield Issue(
                code="CB201",
                severity=Severity.WARNING,
                message=f"several options are marked: {shorten(text)}; all are kept in one text",
                origin=Origin(file, sheet, row, self.marked[row, first]),
                remedy="take out the marks that do not count",
            )


def scales_in(names: Sequence[str], body: Sequence[Row], told: Container[str] = ()) -> dict[str, tuple[int, ...]]:
    """Return the columns of each scale from 0, by what it is about.

    Its steps exclude one another by their words, its columns hold marks only, and no row of a sample has two of them.

    Args:
        names: The heads.
        body: The rows below them.
        told: Heads that the user speaks of, as plain words; they stay as they are.

    Example:
        >>> rows = [("x", None), (None, "x"), ("x", None)]
        >>> scales_in(["Capacity - High", "Capacity - Low"], rows), scales_in(["Unit - Police", "Unit - Army"], rows)
        ({'Capacity': (0, 1)}, {})
    """
    found: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        about, joint, _ = name.rpartition(_JOINT)
        if joint and fold_head(name) not in told:
            found.setdefault(about, []).append(index)
    sample = body[:_SAMPLE]
    return {
        about: tuple(group)
        for about, group in found.items()
        if about not in names
        and group == list(range(group[0], group[0] + len(group)))
        and _is_scale(names, group, sample)
    }


def _step(name: str) -> str:
    return name.rpartition(_JOINT)[2]


def _is_scale(names: Sequence[str], group: Sequence[int], sample: Sequence[Row]) -> bool:
    steps = {fold_head(_step(names[index])) for index in group}
    if len(group) < 2 or len(steps) < len(group) or not are_steps(steps):
        return False
    cells = [[cell_at(row, index) for index in group] for row in sample]
    if not all(is_mark(cell) or is_unmarked(cell) for row in cells for cell in row):
        return False
    if any(cell_text(to_cell(cell)) == "1" for row in cells for cell in row):  # it may count something
        return False
    marks = [[is_mark(cell) for cell in row] for row in cells]
    columns = {row.index(True) for row in marks if any(row)}
    return len(columns) > 1 and sum(map(any, marks)) >= _LEAST and all(sum(row) < 2 for row in marks)


def graded(parts: SheetParts, top: int, told: Container[str] = ()) -> Graded | None:
    """Return a table with the columns of each scale put together; None where it has none.

    Args:
        parts: The table.
        top: The row above its first.
        told: Heads that the user speaks of.
    """
    scales = scales_in(parts.names, parts.body, told)
    if not scales:
        return None
    marked: dict[tuple[int, int], int] = {}
    several: dict[tuple[int, int], str] = {}
    body = []
    for number, row in enumerate(parts.body, start=top + 1):
        cells = list(row)
        for group in scales.values():
            found = [index for index in group if not is_unmarked(cell_at(row, index))]
            said = "; ".join(_step(parts.names[i]) if is_mark(row[i]) else cell_text(to_cell(row[i])) for i in found)
            cells.extend([None] * (group[-1] + 1 - len(cells)))
            cells[group[0] : group[-1] + 1] = [said or None, *[None] * (len(group) - 1)]
            if found:
                marked[number, group[0] + 1] = found[0] + 1
            if len(found) > 1:
                several[number, group[0] + 1] = said
        body.append(tuple(cells))
    names = list(parts.names)
    for about, group in scales.items():
        names[group[0]] = about
        for index in group[1:]:
            names[index] = f"({parts.names[index]} is an option)"
    empty = parts.empty | {names[index] for group in scales.values() for index in group[1:]}
    return Graded(SheetParts(tuple(names), tuple(body), parts.after, frozenset(empty)), marked, several)
