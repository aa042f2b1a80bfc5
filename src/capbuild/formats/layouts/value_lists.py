"""Recognise tables that list the values of others, as the choices of drop-down lists."""

import math
from collections.abc import Sequence

from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.regions import Box
from capbuild.formats.layouts.shapes import Records
from capbuild.formats.values.cells import cell_text

#: Largest probability that answers look like lists by chance.
_CHANCE = 0.05

#: A table with its grid.
_Table = tuple[CellGrid, Box]


def find_lists(tables: Sequence[_Table]) -> list[Box]:
    """Return the tables whose columns list values of others.

    Their columns have each value once, from the top on and without gaps, and end in different rows. At least two
    have all values of a column of another table.
    """
    lists = [table for table in tables if _looks_like_lists(*table)]
    others = [table for table in tables if table not in lists] if lists else []
    known = [set(filter(None, _body(grid, box, column))) for grid, box in others for column in box.columns]
    known = [values for values in known if values]

    def explains(listed: set[str]) -> bool:
        return any(values <= listed for values in known)

    return [box for grid, box in lists if sum(explains(set(_body(grid, box, column))) for column in box.columns) > 1]


def _looks_like_lists(grid: CellGrid, box: Box) -> bool:
    """True if answers of records would rarely be in these cells by chance.

    In `n` rows, `k` answers are in the first rows once in `comb(n, k)` cases, and of `k` options or more, each is
    chosen once in `k! / k ** k` cases or fewer.
    """
    if not box.candidates or not isinstance(box.candidates[0].shape, Records) or not box.candidates[0].header_rows:
        return False
    chance = 0.0  # a logarithm
    for column in box.columns:
        texts = _body(grid, box, column)
        listed = [text for text in texts if text]
        if texts[: len(listed)] != listed or len(set(listed)) < len(listed):
            return False
        if 0 < (k := len(listed)) < (n := len(texts)):
            chance += 2 * math.lgamma(k + 1) + math.lgamma(n - k + 1) - math.lgamma(n + 1) - k * math.log(k)
    return chance < math.log(_CHANCE)


def _body(grid: CellGrid, box: Box, column: int) -> list[str]:
    """Return the texts of a column below the header."""
    header = box.candidates[0].header_rows[-1] if box.candidates and box.candidates[0].header_rows else -1
    return [cell_text(grid.rows[row][column]) for row in box.rows if row > header]
