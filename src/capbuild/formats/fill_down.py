"""Countries that are named once, in the first of the rows they stand for: filled down where a person says so."""

from collections.abc import Iterable, Iterator

from attrs import define

from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.grid import GridRow

__all__ = ["FillDown"]


@define
class FillDown:
    """Gives rows that name no country that of the row above them.

    Nothing in a table of text tells a country that is left out from one that goes without saying, so this is done only
    where the option `fill_country` says it.

    Attributes:
        place: The column of countries.
        filled: Rows that were given a country.

    Example:
        >>> fill = FillDown(0)
        >>> list(fill.rows([(2, ["Peru", "Police"]), (3, ["", "Courts"]), (4, ["Cuba", "Police"])])), fill.filled
        ([(2, ['Peru', 'Police']), (3, ['Peru', 'Courts']), (4, ['Cuba', 'Police'])], 1)
    """

    place: int
    filled: int = 0

    def rows(self, rows: Iterable[GridRow]) -> Iterator[GridRow]:
        """Yield the rows; those above the first country, and those that end before its column, stay as they are."""
        last: Cell = None
        for number, cells in rows:
            if len(cells) <= self.place:
                yield number, cells
            elif cell_text(cells[self.place]):
                last = cells[self.place]
                yield number, cells
            elif last is None or not any(map(cell_text, cells)):
                yield number, cells
            else:
                self.filled += 1
                yield number, [*cells[: self.place], last, *cells[self.place + 1 :]]
