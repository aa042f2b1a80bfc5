"""Tables with a question a row and a column an option: the head of the column that is marked is the answer."""

from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from capbuild.formats.cells import cell_text
from capbuild.formats.folding import shorten
from capbuild.model import Issue, Response, Severity
from capbuild.origin import Origin
from capbuild.plugins import ReadItem
from capbuild_sheets.grids import to_cell
from capbuild_sheets.marks import OPTION, cell_at, is_mark, is_unmarked
from capbuild_sheets.parts import SheetParts
from capbuild_sheets.relocate import relocated
from capbuild_sheets.sheets import Row

__all__ = ["Ticked", "ticked"]


@frozen(eq=False)
class Ticked:
    """A table whose columns of options were put together.

    Attributes:
        parts: The table, with one column of answers in place of the first of them.
        name: The head of that column.
        options: The columns, from 0.
        marked: The column of the first mark of each row that has one, by the row's number.
        several: What is marked in rows with more than one mark, by the row's number.
    """

    parts: SheetParts
    name: str
    options: tuple[int, ...]
    marked: Mapping[int, int]
    several: Mapping[int, str]

    def placed(self, item: ReadItem) -> ReadItem:
        """Return what was read with the places of the marks."""
        first = self.options[0] + 1

        def place(origin: Origin) -> Origin:
            column = self.marked.get(origin.row or 0)
            return evolve(origin, column=column + 1) if column is not None and origin.column == first else origin

        return relocated(item, place, lambda _origin: item.id if isinstance(item, Response) else "")

    def issues(self, file: str, sheet: str) -> Iterator[Issue]:
        """Yield an issue for each row with more than one mark."""
        for row, text in self.several.items():
            yield Issue(
                code="CB201",
                severity=Severity.WARNING,
                message=f"several options are marked: {shorten(text)}; all are kept in one text",
                origin=Origin(file, sheet, row, self.marked[row] + 1),
                remedy="take out the marks that do not count",
            )


def ticked(parts: SheetParts, columns: Mapping[str, str], top: int) -> Ticked | None:
    """Return a table with its columns of options put together; None where none is one.

    Args:
        parts: The table.
        columns: The roles of its columns, by head.
        top: The row above its first.
    """
    options = tuple(i for i, name in enumerate(parts.names) if columns.get(name) == OPTION)
    if not options:
        return None
    body: list[Row] = []
    marked: dict[int, int] = {}
    several: dict[int, str] = {}
    for number, row in enumerate(parts.body, start=top + 1):
        found = [i for i in options if is_mark(cell_at(row, i))]
        # What is neither a mark nor blank is an answer in words, and kept.
        words = [cell_at(row, i) for i in options if i not in found and not is_unmarked(cell_at(row, i))]
        said = "; ".join([*(parts.names[i] for i in found), *(cell_text(to_cell(cell)) for cell in words)])
        cells = [None if i in options else cell for i, cell in enumerate(row)]
        if said:
            cells.extend([None] * (options[0] + 1 - len(cells)))
            cells[options[0]] = said
            marked[number] = found[0] if found else options[0]
        if len(found) > 1:
            several[number] = said
        body.append(tuple(cells))
    name = " / ".join(parts.names[i] for i in options)
    names = [f"({head} is an option)" if i in options else head for i, head in enumerate(parts.names)]
    names[options[0]] = name
    empty = parts.empty | {names[i] for i in options[1:]}
    made = SheetParts(tuple(names), tuple(body), parts.after, frozenset(empty))
    return Ticked(made, name, options, marked, several)
