"""Distinct cells of scanned columns.

Each is parsed and encoded once for all columns that share it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import field, frozen

from capbuild.model import AnswerValue
from capbuild.tables.building import integer_type, polars
from capbuild.tables.coding import Coded, code_values

#: A parsed cell: the value (`GAP` for no answer), the original text if it differs from the value, and the problem
#: (empty: none).
ParsedCell = tuple[AnswerValue, str | None, str]

#: Least integer that a column can store.
_LOWEST = -(2**63)


@frozen(eq=False)
class Lookup:
    """Lookup table from codes to cells.

    Attributes:
        cells: The cells (polars), with nulls.
        whole: The same as integers (numpy), which are much faster to take; None if they are not integers.
        gap: Integer that marks a null in `whole`; no cell has it. None without nulls.
    """

    cells: Any = field(repr=False)
    whole: Any = field(repr=False)
    gap: int | None

    @classmethod
    def of(cls, cells: Sequence[Any], kind: Any = None) -> "Lookup":
        """Build a lookup table of numbers, texts or None.

        Args:
            cells: The cells.
            kind: Their type (polars); None: the smallest with room for them.
        """
        pl = polars()
        present = [cell for cell in cells if cell is not None]
        kind = kind if kind is not None else _type_of(present)
        gap = min(present, default=0) - 1 if kind.is_integer() and len(present) < len(cells) else None
        if not kind.is_integer() or (gap is not None and gap < _LOWEST):
            return cls(pl.Series(cells, dtype=kind), None, None)
        filled = [gap if cell is None else cell for cell in cells]
        return cls(pl.Series(cells, dtype=kind), pl.Series(filled, dtype=_type_of(filled)).to_numpy(), gap)

    def take(self, places: Any) -> Any:
        """Return the cell of each code (polars).

        Args:
            places: The codes, from `as_indices`; codes past the end mean the last cell.
        """
        if not isinstance(places, np.ndarray):
            return self.cells.gather(places)
        if self.whole is None:
            return self.cells.gather(np.minimum(places, len(self.cells) - 1))
        pl = polars()
        taken = pl.Series(np.take(self.whole, places, mode="clip"))
        return taken if self.gap is None else taken.zip_with(taken != self.gap, pl.Series([None], dtype=taken.dtype))


@frozen(eq=False)
class EncodedCells:
    """Encoding of a column's answers.

    Attributes:
        coded: The encoded answers, one for each cell of the distinct cells.
        texts: The original texts.
        value: Lookup of values.
        kinds: Lookup of missing reasons; None if one reason applies to all.
        text: Lookup of indices into `texts`; None without original texts.
    """

    coded: Coded
    texts: tuple[str, ...]
    value: Lookup
    kinds: Lookup | None
    text: Lookup | None


@frozen(eq=False)
class DistinctCells:
    """Distinct cells of columns with the same answers.

    Attributes:
        cells: The cells.
        read: Parses a cell. Called once for each.
        order: Indices of the cells in the order of their codes; None: the order of the cells.

    Example:
        >>> distinct = DistinctCells(("yes", "n/a"), lambda text: (text, None, ""))
        >>> distinct.encode(bytes([True, False])).coded.values
        ('yes',)
    """

    cells: tuple[Any, ...]
    read: Callable[[Any], ParsedCell] = field(repr=False)
    order: Sequence[int] | None = field(default=None, repr=False)
    _encoded: dict[bytes, EncodedCells] = field(factory=dict, init=False, repr=False)

    @cached_property
    def found(self) -> tuple[ParsedCell, ...]:
        """Parsed cells."""
        return tuple(map(self.read, self.cells))

    @cached_property
    def has_problems(self) -> bool:
        """True if any cell has a problem."""
        return any(problem for _, _, problem in self.found)

    def values(self, present: Iterable[bool]) -> Iterable[tuple[Any, bool]]:
        """Yield each cell's value, and whether it occurs."""
        return zip((value for value, _, _ in self.found), present, strict=True)

    def raws(self, present: Iterable[bool]) -> dict[int, str]:
        """Return original texts that differ from their values, by cell."""
        pairs = enumerate(zip(self.found, present, strict=True))
        return {at: raw for at, ((_, raw, _), there) in pairs if raw is not None and there}

    def kept(self, present: bytes) -> list[int]:
        """Return the indices of cells that occur, in code order."""
        return [at for at in self.order or range(len(present)) if present[at]]

    def encode(self, present: bytes) -> EncodedCells:
        """Return the encoded answers of a column.

        Columns with the same cells share the result.

        Args:
            present: For each cell, whether it occurs in a row. Other cells must not add a kind of missing.
        """
        encoded_cells = self._encoded.get(present)
        if encoded_cells is None:
            encoded_cells = self._encoded[present] = self._encode(self.kept(present))
        return encoded_cells

    def _encode(self, kept: list[int]) -> EncodedCells:
        coded, size = code_values([self.found[at][0] for at in kept], repeating=True), len(self.cells)
        raws = {at: raw for at in kept if (raw := self.found[at][1]) is not None}
        raws |= {kept[row]: text for row, text in (coded.others or {}).items()}
        texts = tuple(dict.fromkeys(raws.values()))
        known = {text: code for code, text in enumerate(texts)}
        return EncodedCells(
            coded,
            texts,
            Lookup.of(spread(coded.cells, kept, size)),
            Lookup.of(spread(coded.kinds, kept, size)) if coded.kinds is not None else None,
            Lookup.of([known[raws[at]] if at in raws else None for at in range(size)]) if raws else None,
        )


def spread(cells: Sequence[Any], places: Sequence[int], size: int) -> list[Any]:
    """Return a list with cells at given positions.

    Unused positions repeat the first cell.

    Example:
        >>> spread(["yes", "no"], [2, 0], 4)
        ['no', 'yes', 'yes', 'yes']
    """
    spread_cells = [cells[0] if cells else None] * size
    for place, cell in zip(places, cells, strict=True):
        spread_cells[place] = cell
    return spread_cells


def as_indices(codes: Any) -> Any:
    """Return polars codes as a numpy index array.

    One array serves several lookups. Codes with nulls are returned unchanged.
    """
    return codes if codes.null_count() else codes.to_numpy().astype(np.intp)


def _type_of(cells: Sequence[Any]) -> Any:
    """Return the smallest polars type with room for the cells."""
    pl = polars()
    if any(isinstance(cell, str) for cell in cells):
        return pl.String
    if any(isinstance(cell, float) for cell in cells):
        return pl.Float64
    return integer_type(min(cells, default=0), max(cells, default=0))
