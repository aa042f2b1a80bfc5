"""A second table below the first in one text file: where its heads stand, and what is said of it."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from attrs import define, field

from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.folding import fold_head, shorten
from capbuild.formats.grid import GridRow
from capbuild.formats.heads import Role, head_meaning
from capbuild.formats.layout import Layout
from capbuild.formats.log import IssueLog
from capbuild.formats.numbers import is_number
from capbuild.formats.periods import says_period
from capbuild.formats.places import is_code, names_country
from capbuild.model import Severity

__all__ = ["HEADS", "AnotherTable", "says_country"]

#: Why a row that holds heads is no data.
HEADS = ("repeats the heads", "heads of another table")
#: What is shown of its heads.
_SHOWN = 5


@lru_cache(maxsize=8192)
def says_country(text: str) -> bool:
    """Tell whether a text that stands where a country would is a head that says so, and names none.

    Example:
        >>> says_country("Country"), says_country("País"), says_country("Peru"), says_country("Land")
        (True, True, False, True)
    """
    found = head_meaning(text)
    return found is not None and found.role is Role.COUNTRY and not names_country(text) and not is_code(text)


def _says_the_same(one: str, other: str) -> bool:
    first, second = head_meaning(one), head_meaning(other)
    same = first is not None and second is not None and first.role is second.role
    return same or fold_head(one) == fold_head(other)


@define
class AnotherTable:
    """Looks for the heads of another table among the rows below those of the first.

    They are texts that differ from the first heads, with a word for country in the column of countries. Below a blank
    row it may stand elsewhere; and in a table without countries it is the head of who answered, or of what is asked.

    Attributes:
        head: The row of heads of the first table.
        layout: How it is laid out.
        apart: Numbers of the rows beside those heads that say something of them.
        row: Where the heads of the other stand; 0 as long as none was met.
        heads: Those heads.
    """

    head: GridRow
    layout: Layout
    apart: Collection[int] = ()
    row: int = 0
    heads: Sequence[Cell] = ()
    _country: int = field(init=False)
    _keys: dict[int, str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        keys = self.layout.keys
        self._country = keys[Role.COUNTRY].index if Role.COUNTRY in keys else -1
        named = [keys.get(Role.RESPONDENT), keys.get(Role.ID), self.layout.question]
        texts = {column.index: fold_head(column.name) for column in named if column is not None}
        self._keys = {index: text for index, text in texts.items() if text}

    def met(self, row: GridRow, *, gap: bool) -> str:
        """Return why a row is no data: it says the heads again, or is those of another table, whose all rows below are.

        Args:
            row: The row.
            gap: Whether a blank row stands above it, with a title between them at most.
        """
        number, cells = row
        if number < self.head[0] or number in self.apart:
            return ""
        country = cells[self._country] if 0 <= self._country < len(cells) else None
        told = isinstance(country, str) and says_country(country) and (gap or self._is_plain(country))
        if not told and not (gap and self._says_key(cells)):
            return ""
        texts = [text for cell in cells if (text := cell_text(cell))]
        if len(texts) < 2 or any(is_number(text) and not says_period(text) for text in texts):
            return ""
        if self._is_same(cells):
            return HEADS[0]
        self.row, self.heads = number, cells
        return HEADS[1]

    def _says_key(self, cells: Sequence[Cell]) -> bool:
        """Tell whether a row has a plain word for country and no country, or the head of another key in its column."""
        texts = [cell for cell in cells if isinstance(cell, str) and cell]
        if self._country >= 0:
            plain = any(says_country(text) and self._is_plain(text) for text in texts)
            return plain and not any(map(names_country, texts))
        return any(i < len(cells) and fold_head(cell_text(cells[i])) == text for i, text in self._keys.items())

    def _is_same(self, cells: Sequence[Cell]) -> bool:
        """Tell whether the heads are those of the first table, or say the same in other words."""
        here, there = ([text for cell in row if (text := cell_text(cell))] for row in (cells, self.head[1]))
        return len(here) == len(there) and all(map(_says_the_same, here, there))

    def _is_plain(self, text: str) -> bool:
        """Tell whether a text is the head of the column of countries, or no other word than country."""
        found = head_meaning(text)
        heads = self.head[1]
        head = cell_text(heads[self._country]) if self._country < len(heads) else ""
        return fold_head(text) == fold_head(head) or (found is not None and found.rank == 0)

    def note(self, rows: int, log: IssueLog) -> None:
        """Tell of the table, if one was met.

        Args:
            rows: Its rows below its heads.
            log: Takes the issue.
        """
        if not self.row:
            return
        named = [repr(shorten(text, 30)) for cell in self.heads if (text := cell_text(cell))]
        shown = ", ".join(named[:_SHOWN]) + (", ..." if len(named) > _SHOWN else "")
        message = f"another table begins here, with the heads {shown}; its {rows:,} rows are not read"
        remedy = "save it as a file of its own; capbuild[sheets] reads files of up to 1 MB with several tables"
        log.add("CB121", Severity.ERROR, message, row=self.row, remedy=remedy)
