"""Columns as a fast reader finds them: each distinct cell is read once, by what reads every cell in `read`."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from capbuild.model import AnswerValue, Missing
from capbuild.tables.building import integer_type, polars
from capbuild.tables.codebook import KIND_CODES, NO_ANSWER_GIVEN, OTHER_TEXT, VALUE, Coding, Column
from capbuild.tables.coding import GAP, Coded, code_values

__all__ = ["Found", "ScannedColumn"]

#: What a cell says: the value (`GAP` where there is no answer at all), the text as found where the value is not that
#: text, and what is wrong with it (empty: nothing).
Found = tuple[AnswerValue, str | None, str]

#: Whole numbers below it are the same as floats.
_EXACT = 2**53
#: Least whole number that a column holds.
_LOWEST = -(2**63)
#: Numbers that are looked at first, to tell decimals.
_FIRST = 1000


@frozen(eq=False)
class ScannedColumn:
    """The cells of one column, before they are part of a table.

    Attributes:
        question: Id of the question.
        place: Number of the column in the file, from 1; None where there are no columns.
        codes: Where in the dictionary the cell of each row stands (polars, whole numbers), null where `direct` has it.
        cells: The dictionary.
        read: Says what a cell is. It is asked once for each cell of the dictionary.
        direct: Numbers or texts that need no second look (polars), null elsewhere; None where there are none.
        complete: Whether every cell of the dictionary is known to stand in a row.

    Example:
        >>> import polars as pl
        >>> column = ScannedColumn("P1", 2, pl.Series([0, 1, 0]), ("yes", "n/a"), lambda text: (text, None, ""))
        >>> made, physical = column.answers("p1")
        >>> made.coding.value, made.values, physical["p1"].to_list(), column.counts
        ('coded', ('yes', 'n/a'), [0, 1, 0], (2, 1))
    """

    question: str
    place: int | None
    codes: Any = field(repr=False)
    cells: tuple[Any, ...]
    read: Callable[[Any], Found] = field(repr=False)
    direct: Any = field(default=None, repr=False)
    complete: bool = False

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How often each cell of the dictionary comes."""
        return tuple(np.bincount(self.codes.drop_nulls().to_numpy(), minlength=len(self.cells)).tolist())

    @cached_property
    def used(self) -> tuple[bool, ...]:
        """Whether each cell of the dictionary stands in a row."""
        return (True,) * len(self.cells) if self.complete else tuple(map(bool, self.counts))

    @cached_property
    def found(self) -> tuple[Found, ...]:
        """What each cell of the dictionary says."""
        return tuple(map(self.read, self.cells))

    @property
    def gaps(self) -> dict[Missing, int]:
        """Cells that are missing, by kind."""
        found: dict[Missing, int] = {}
        for (value, _, _), count in zip(self.found, self.counts, strict=True):
            if isinstance(value, Missing) and count:
                found[value] = found.get(value, 0) + count
        return found

    @property
    def problems(self) -> list[tuple[str, int]]:
        """What is wrong with cells, with how many there are of each."""
        if not any(problem for _, _, problem in self.found):
            return []
        pairs = zip(self.found, self.counts, strict=True)
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
        return evolve(self, codes=codes, cells=(*self.cells, *more.to_list()), direct=None)

    def mapped(self, change: Callable[[Any], Any]) -> tuple[Coded, Any]:
        """Return another value for each cell, coded, and the physical column of its codes.

        Args:
            change: From a cell to a value, None where there is none. It is asked once for each distinct cell.
        """
        whole = self.as_dictionary()
        made = [GAP if (value := change(cell)) is None else value for cell in whole.cells]
        coded = code_values(_only(made, whole.used), repeating=True)
        return coded, _gather(coded.cells, whole.codes)

    def texts(self, change: Callable[[Any], str | None], *, as_is: bool = False) -> Any:
        """Return a text for each row (polars), null where there is none.

        Args:
            change: From a cell to a text, None where there is none. It is asked once for each distinct cell.
            as_is: Whether a text that needs no second look is what it would be changed to.
        """
        pl = polars()
        kept = as_is and self.direct is not None and self.direct.dtype == pl.String
        whole = self if kept else self.as_dictionary()
        made = pl.Series([change(cell) for cell in whole.cells], dtype=pl.String).gather(whole.codes)
        return self.direct.zip_with(self.direct.is_not_null(), made) if kept else made

    def answers(self, name: str) -> tuple[Column, dict[str, Any]]:
        """Return the column of answers, and its physical columns."""
        if self.direct is None:
            used = [value if stands else Missing.NO_ANSWER for value, stands in self._values()]
            return self._from_dictionary(name, code_values(_only(used, self.used), repeating=True), self._raws())
        fitting = (str,) if self.direct.dtype == polars().String else (int, float)
        others = [value for value, stands in self._values() if stands and value is not GAP]
        if any(isinstance(v, bool) or not isinstance(v, (*fitting, str, Missing)) or _loses(v) for v in others):
            return self.as_dictionary().answers(name)
        return self._with_direct(name, fitting)

    def _values(self) -> Iterable[tuple[Any, bool]]:
        return zip((value for value, _, _ in self.found), self.used, strict=True)

    def _raws(self) -> dict[int, str]:
        """Return the texts as found that stand beside the values, by their place in the dictionary."""
        pairs = enumerate(zip(self.found, self.used, strict=True))
        return {at: raw for at, ((_, raw, _), stands) in pairs if raw is not None and stands}

    def _column(self, name: str, coded: Coded, texts: Mapping[int, str]) -> Column:
        return Column(
            name=name,
            question=self.question,
            coding=coded.coding,
            values=coded.values,
            absent=coded.absent,
            kinds=sorted(set(coded.kinds)) if coded.kinds is not None else (),
            texts=tuple(dict.fromkeys(texts.values())),
            place=self.place,
        )

    def _from_dictionary(self, name: str, coded: Coded, raws: Mapping[int, str]) -> tuple[Column, dict[str, Any]]:
        texts = {**raws, **(coded.others or {})}
        column = self._column(name, coded, texts)
        places = _places(self.codes)
        physical = {name: _gather(coded.cells, places)}
        if coded.kinds is not None:
            physical[column.missing_name] = _gather(coded.kinds, places)
        return column, physical | self._texts(column, texts, places)

    def _texts(self, column: Column, texts: Mapping[int, str], places: Any) -> dict[str, Any]:
        if not texts:
            return {}
        known = {text: code for code, text in enumerate(column.texts)}
        codes = [known[texts[at]] if at in texts else None for at in range(len(self.cells))]
        return {column.text_name: _gather(codes, places)}

    def _with_direct(self, name: str, fitting: tuple[type, ...]) -> tuple[Column, dict[str, Any]]:
        """Join what needs no second look with what the dictionary says of the other cells."""
        pl, direct, numbers = polars(), self.direct, str not in fitting
        cells: list[Any] = [v if stands and isinstance(v, fitting) else None for v, stands in self._values()]
        kinds = [_kind(value, numbers) if stands else VALUE for value, stands in self._values()]
        gaps = {kind for kind in kinds if kind != VALUE}
        told = len(gaps) > 1 or OTHER_TEXT in gaps
        coding = _number_coding(direct, cells) if numbers else Coding.TEXT
        coded = Coded(coding, cells, (), None if told else _absent(gaps), sorted({VALUE, *gaps}) if told else None)
        texts = {at: raw for at, raw in self._raws().items() if not numbers or kinds[at] != VALUE}
        texts |= {at: self.found[at][0] for at, kind in enumerate(kinds) if kind == OTHER_TEXT}  # type: ignore[misc]
        column = self._column(name, coded, texts)
        whole = direct
        if any(cell is not None for cell in cells):
            patch = pl.Series([None if c is None else float(c) if numbers else c for c in cells], dtype=direct.dtype)
            whole = direct.zip_with(direct.is_not_null(), patch.gather(self.codes))
        physical = {name: _small(whole) if coding is Coding.INTEGER else whole}
        if told:
            physical[column.missing_name] = _gather(kinds, self.codes).fill_null(VALUE)
        return column, physical | self._texts(column, texts, self.codes)


def _loses(value: Any) -> bool:
    """Tell whether a whole number has more digits than a decimal holds."""
    return isinstance(value, int) and abs(value) >= _EXACT


def _kind(value: Any, numbers: bool) -> int:
    """Return the code of why there is no value, or that there is one."""
    if value is GAP:
        return NO_ANSWER_GIVEN
    if isinstance(value, Missing):
        return KIND_CODES[value]
    return OTHER_TEXT if numbers and isinstance(value, str) else VALUE


def _absent(gaps: set[int]) -> Missing | None:
    """Return what every gap stands for, where they are of one kind at most."""
    if NO_ANSWER_GIVEN in gaps:
        return None
    return next((kind for kind, code in KIND_CODES.items() if code in gaps), Missing.NO_ANSWER)


def _only(values: list[Any], used: Iterable[bool]) -> list[Any]:
    """Keep what stands for a row; an unused cell must not bring a kind of missing with it."""
    pairs = list(zip(values, used, strict=True))
    filler = next((value for value, stands in pairs if stands), GAP)
    return [value if stands else filler for value, stands in pairs]


def _places(codes: Any) -> Any:
    """Return codes as numpy takes cells by them, so that it need not make them so each time; as they are with gaps."""
    return codes if codes.null_count() else codes.to_numpy().astype(np.intp)


def _gather(cells: list[Any], codes: Any) -> Any:
    """Return the cell of each code.

    Args:
        cells: The cells, numbers or texts, None for none.
        codes: The codes (polars); or as `_places` gives them.
    """
    pl = polars()
    present = [cell for cell in cells if cell is not None]
    kind = _type_of(present)
    places = codes if isinstance(codes, np.ndarray) else _places(codes)
    gap = min(present, default=0) - 1 if kind.is_integer() and len(present) < len(cells) else None
    if not kind.is_integer() or not isinstance(places, np.ndarray) or (gap is not None and gap < _LOWEST):
        return pl.Series(cells, dtype=kind).gather(places)
    # Whole numbers are taken much quicker without gaps, for which a number stands that no cell is.
    whole = [gap if cell is None else cell for cell in cells]
    taken = pl.Series(np.take(pl.Series(whole, dtype=_type_of(whole)).to_numpy(), places))
    return taken if gap is None else pl.select(pl.when(pl.lit(taken) != gap).then(pl.lit(taken))).to_series()


def _type_of(cells: list[Any]) -> Any:
    """Return the smallest polars type of cells."""
    pl = polars()
    if any(isinstance(cell, str) for cell in cells):
        return pl.String
    if any(isinstance(cell, float) for cell in cells):
        return pl.Float64
    return integer_type(min(cells, default=0), max(cells, default=0))


def _number_coding(direct: Any, cells: Iterable[Any]) -> Coding:
    whole = all(isinstance(cell, int) for cell in cells if cell is not None)
    for numbers in (direct.head(_FIRST), direct):
        whole = whole and bool(((numbers == numbers.floor()) & (numbers.abs() < _EXACT)).all())
    return Coding.INTEGER if whole else Coding.NUMBER


def _small(numbers: Any) -> Any:
    low, high = numbers.min(), numbers.max()
    return numbers.cast(integer_type(int(low or 0), int(high or 0)))
