"""Columns of a fast reader.

Each distinct cell is parsed once, by the parser of the slow reader.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from capbuild.model import Missing
from capbuild.tables.building import integer_type, polars
from capbuild.tables.codebook import KIND_CODES, NO_ANSWER_GIVEN, OTHER_TEXT, VALUE, Coding, Column
from capbuild.tables.coding import GAP, Coded, code_values
from capbuild.tables.distinct_cells import DistinctCells, Lookup, as_indices, spread

if TYPE_CHECKING:
    from polars import Series


#: Integers below it are exact as floats.
_EXACT = 2**53

#: Numbers checked first to detect decimals.
_FIRST = 1000


@frozen(eq=False)
class ScannedColumn:
    """Cells of one scanned column, before they join a table.

    Attributes:
        question: Id of the question.
        place: Number of the column in the file, from 1; None if the file has no columns.
        codes: Index into the distinct cells for each row (polars, integers), null if `direct` has the value; an index
            past their end means the last cell.
        distinct: The distinct cells and their parsed values.
        direct: Numbers or texts that need no parsing (polars), null elsewhere; None if there are none.
        occurring: Whether each distinct cell occurs in a row (numpy); None: it is counted.

    Example:
        >>> import polars as pl
        >>> distinct = DistinctCells(("yes", "n/a"), lambda text: (text, None, ""))
        >>> column = ScannedColumn("P1", 2, pl.Series([0, 1, 0]), distinct)
        >>> made, physical = column.answers("p1")
        >>> made.coding.value, made.values, physical["p1"].to_list(), column.counts
        ('coded', ('yes', 'n/a'), [0, 1, 0], (2, 1))
    """

    question: str
    place: int | None
    codes: Any = field(repr=False)
    distinct: DistinctCells
    direct: Any = field(default=None, repr=False)
    occurring: Any = field(default=None, repr=False)

    @property
    def cells(self) -> tuple[Any, ...]:
        """Distinct cells."""
        return self.distinct.cells

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Number of rows of each distinct cell."""
        codes, size = self.codes.drop_nulls().to_numpy(), len(self.cells)
        return tuple(np.bincount(np.minimum(codes, max(size - 1, 0)), minlength=size).tolist())

    @cached_property
    def present(self) -> bytes:
        """For each distinct cell, whether it occurs in a row."""
        flags = self.occurring if self.occurring is not None else np.array(self.counts, dtype=np.bool_)
        return bytes(flags.astype(np.bool_).tobytes())

    def count_missing(self, kind: Missing) -> int:
        """Return the number of cells with a kind of missing."""
        pairs = zip(self.distinct.found, self.counts, strict=True)
        return sum(count for (value, _, _), count in pairs if value is kind)

    @property
    def problems(self) -> list[tuple[str, int]]:
        """Problems of cells, with the number of cells of each."""
        if not self.distinct.has_problems:
            return []
        pairs = zip(self.distinct.found, self.counts, strict=True)
        return [(problem, count) for (_, _, problem), count in pairs if problem and count]

    def as_dictionary(self) -> "ScannedColumn":
        """Return the column with every distinct cell in the dictionary."""
        if self.direct is None:
            return self
        pl = polars()
        more = self.direct.drop_nulls().unique(maintain_order=True)
        places = pl.int_range(len(self.cells), len(self.cells) + len(more), dtype=pl.UInt32, eager=True)
        codes = self.direct.replace_strict(more, places, default=None, return_dtype=pl.UInt32)
        codes = codes.zip_with(codes.is_not_null(), self.codes.cast(pl.UInt32))
        distinct = DistinctCells((*self.cells, *more.to_list()), self.distinct.read)
        return evolve(self, codes=codes, distinct=distinct, direct=None, occurring=None)

    def mapped(self, change: Callable[[Any], Any]) -> tuple[Coded, Any]:
        """Map each distinct cell to another value.

        The result is the encoding of these values, and its physical column.

        Args:
            change: From a cell to a value, or None. Called once for each distinct cell.
        """
        whole = self.as_dictionary()
        kept = whole.distinct.kept(whole.present)
        coded = code_values(
            [GAP if (changed := change(whole.cells[at])) is None else changed for at in kept], repeating=True
        )
        return coded, Lookup.of(spread(coded.cells, kept, len(whole.cells))).take(as_indices(whole.codes))

    def texts(self, change: Callable[[Any], str | None], *, as_is: bool = False) -> "Series":
        """Return a text for each row (polars), or null.

        Args:
            change: From a cell to a text, or None. Called once for each distinct cell.
            as_is: True if `change` leaves the texts in `direct` as they are.
        """
        pl = polars()
        kept = as_is and self.direct is not None and self.direct.dtype == pl.String
        whole = self if kept else self.as_dictionary()
        looked_up = Lookup.of([change(cell) for cell in whole.cells], pl.String).take(as_indices(whole.codes))
        series: Series = self.direct.zip_with(self.direct.is_not_null(), looked_up) if kept else looked_up
        return series

    def answers(self, name: str) -> tuple[Column, dict[str, Any]]:
        """Return the column of answers and its physical columns."""
        if self.direct is None:
            return self._encode_column(name)
        fitting = (str,) if self.direct.dtype == polars().String else (int, float)
        others = [value for value, present in self._list_values() if present and value is not GAP]
        if any(isinstance(v, bool) or not isinstance(v, (*fitting, str, Missing)) or _is_inexact(v) for v in others):
            return self.as_dictionary().answers(name)
        return self._with_direct(name, fitting)

    def _list_values(self) -> Iterable[tuple[Any, bool]]:
        return self.distinct.values(map(bool, self.present))

    def _make_column(self, name: str, coded: Coded, texts: Iterable[str]) -> Column:
        return Column(
            name=name,
            question=self.question,
            coding=coded.coding,
            values=coded.values,
            absent=coded.absent,
            kinds=sorted(set(coded.kinds)) if coded.kinds is not None else (),
            texts=tuple(texts),
            place=self.place,
        )

    def _encode_column(self, name: str) -> tuple[Column, dict[str, Any]]:
        encoded, places = self.distinct.encode(self.present), as_indices(self.codes)
        column = self._make_column(name, encoded.coded, encoded.texts)
        physical = {name: encoded.value.take(places)}
        if encoded.kinds is not None:
            physical[column.missing_name] = encoded.kinds.take(places)
        if encoded.text is not None:
            physical[column.text_name] = encoded.text.take(places)
        return column, physical

    def _with_direct(self, name: str, fitting: tuple[type, ...]) -> tuple[Column, dict[str, Any]]:
        """Merge the direct values with the parsed distinct cells."""
        pl, direct, numbers = polars(), self.direct, str not in fitting
        cells: list[Any] = [v if present and isinstance(v, fitting) else None for v, present in self._list_values()]
        kinds = [_find_kind(value, numbers=numbers) if present else VALUE for value, present in self._list_values()]
        gaps = {kind for kind in kinds if kind != VALUE}
        mixed = len(gaps) > 1 or OTHER_TEXT in gaps
        coding = _number_coding(direct, cells) if numbers else Coding.TEXT
        coded = Coded(
            coding, cells, (), None if mixed else _find_missing(gaps), sorted({VALUE, *gaps}) if mixed else None
        )
        raws = self.distinct.raws(map(bool, self.present))
        texts = {at: raw for at, raw in raws.items() if not numbers or kinds[at] != VALUE}
        texts |= {at: self.distinct.found[at][0] for at, kind in enumerate(kinds) if kind == OTHER_TEXT}  # type: ignore[misc]
        column = self._make_column(name, coded, dict.fromkeys(texts.values()))
        whole = direct
        if any(cell is not None for cell in cells):
            patch = pl.Series([None if c is None else float(c) if numbers else c for c in cells], dtype=direct.dtype)
            whole = direct.zip_with(direct.is_not_null(), patch.gather(self.codes))
        physical = {name: _narrow_type(whole) if coding is Coding.INTEGER else whole}
        if mixed:
            physical[column.missing_name] = Lookup.of(kinds).take(self.codes).fill_null(VALUE)
        if texts:
            known = {text: code for code, text in enumerate(column.texts)}
            text_codes = [known[texts[at]] if at in texts else None for at in range(len(self.cells))]
            physical[column.text_name] = Lookup.of(text_codes).take(self.codes)
        return column, physical


def _is_inexact(value: Any) -> bool:
    """True if a float cannot represent an integer."""
    return isinstance(value, int) and abs(value) >= _EXACT


def _find_kind(value: Any, *, numbers: bool) -> int:
    """Return the code of a missing reason or value."""
    if value is GAP:
        return NO_ANSWER_GIVEN
    if isinstance(value, Missing):
        return KIND_CODES[value]
    return OTHER_TEXT if numbers and isinstance(value, str) else VALUE


def _find_missing(gaps: set[int]) -> Missing | None:
    """Return the common meaning of all gaps, or None."""
    if NO_ANSWER_GIVEN in gaps:
        return None
    return next((kind for kind, code in KIND_CODES.items() if code in gaps), Missing.NO_ANSWER)


def _number_coding(direct: Any, cells: Iterable[Any]) -> Coding:
    first = direct.head(_FIRST).drop_nulls().to_numpy()
    whole = bool((first == np.floor(first)).all()) and all(isinstance(cell, int) for cell in cells if cell is not None)
    whole = whole and bool(((direct == direct.floor()) & (direct.abs() < _EXACT)).all())
    return Coding.INTEGER if whole else Coding.NUMBER


def _narrow_type(numbers: Any) -> Any:
    low, high = numbers.min(), numbers.max()
    return numbers.cast(integer_type(int(low or 0), int(high or 0)))


def _make_fact_column(name: str, coding: Coding, **how: Any) -> Column:
    return Column(name=f"response_{name}", question=name, coding=coding, **how)


def constant_fact(name: str, value: Any) -> Column:
    """Return a fact that all responses share, without storage.

    Example:
        >>> constant_fact("language", "es").is_stored
        False
    """
    return _make_fact_column(name, Coding.CONSTANT, values=[value])


def row_fact(name: str, pattern: str) -> Column:
    """Return a fact made from row numbers, without storage.

    Args:
        name: Name of the fact.
        pattern: Its text, with braces for the row number, such as `row {}`.
    """
    return _make_fact_column(name, Coding.FROM_ROW, values=[pattern])


def row_numbers(first: int, rows: int) -> tuple[Column, dict[str, Any]]:
    """Make the column of consecutive row numbers."""
    column = _make_fact_column("row", Coding.INTEGER)
    kind = integer_type(0, first + rows)
    return column, {column.name: polars().int_range(first, first + rows, eager=True, dtype=kind)}


def column_fact(name: str, column: ScannedColumn, change: Callable[[Any], Any]) -> tuple[Column | None, dict[str, Any]]:
    """Return a fact from a column, with its physical column.

    The fact is None, and there is no physical column, if no cell has the fact.

    Args:
        name: Name of the fact.
        column: The column.
        change: From a cell to the fact, or None.
    """
    coded, codes = column.mapped(change)
    if not coded.values:
        return None, {}
    if codes.null_count() == 0 and len(coded.values) == 1:
        return constant_fact(name, coded.values[0]), {}
    fact_column = _make_fact_column(name, coded.coding, values=coded.values, absent=coded.absent)
    return fact_column, {fact_column.name: codes}
