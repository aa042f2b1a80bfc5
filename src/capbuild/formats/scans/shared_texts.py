"""Text dictionaries shared by columns: equal answers of several questions are parsed once."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import Any

from attrs import define, evolve, field

from capbuild.formats.values.cells import CellReader, CellValue
from capbuild.tables.building import polars
from capbuild.tables.distinct_cells import DistinctCells

#: White space in Python but not in polars, which does not strip it.
SEPARATORS = "\x1c\x1d\x1e\x1f"
#: Text that cannot be a missing code, number or date, and has no outer white space.
PROSE = rf"(?s)^[^\s{SEPARATORS}0-9\-−.,].{{39,}}[^\s{SEPARATORS}0-9Z]$"
#: Characters that plain texts never have; polars may parse them differently from Python.
_MARKS = f'"\0{SEPARATORS}'
#: Number of texts below which Python is faster than polars.
_MANY_TEXTS = 500
#: Share of a column's texts that must occur in another column for them to share a dictionary. With less, unrelated
#: texts would be combined, and the size of a dictionary is limited.
_ALIKE = 1 / 8


def has_no_mark(text: str) -> bool:
    """True if polars certainly parsed a text as Python does."""
    return not any(mark in text for mark in _MARKS)


def dictionaries(samples: Iterable[Collection[str]]) -> list[int]:
    """Return the dictionary number of each column; columns with common texts share one.

    Args:
        samples: Distinct texts of each column in a sample.

    Example:
        >>> dictionaries([("yes", "no"), ("Cuba", "Haiti"), ("no", "partly"), ()])
        [0, 1, 0, 2]
    """
    owners: dict[str, int] = {}
    found: list[int] = []
    made = 0
    for texts in samples:
        owned = Counter(map(owners.get, texts))
        del owned[None]
        number, known = next(iter(owned.most_common(1)), (None, 0))
        if number is None or known < _ALIKE * len(texts):
            number, made = made, made + 1
        found.append(number)
        for text in texts:
            owners.setdefault(text, number)
    return found


@define(eq=False)
class Words:
    """Dictionary of texts that polars fills while it splits lines, for one or more columns.

    Attributes:
        wide: Whether there may be more than 65,535 distinct texts.
    """

    wide: bool
    _lexicons: dict[Any, DistinctCells] = field(factory=dict, init=False, repr=False)

    @cached_property
    def _kept(self) -> Any:
        """Empty column (polars) that keeps the dictionary alive; polars drops dictionaries without a column."""
        pl = polars()
        kind = pl.Categorical(pl.Categories.random(physical=pl.UInt32 if self.wide else pl.UInt16))
        return pl.Series([], dtype=kind)

    @property
    def type(self) -> Any:
        """Polars type of its texts."""
        return self._kept.dtype

    @property
    def end(self) -> int:
        """Position of blanks; never that of a text."""
        return (1 << 32) - 1 if self.wide else (1 << 16) - 1

    def places(self, text: Any) -> Any:
        """Return the dictionary positions of texts of its type, `end` for blanks (polars expression)."""
        return text.to_physical().fill_null(self.end)

    @cached_property
    def texts(self) -> list[str]:
        """Its texts; available after the lines are split."""
        found: list[str] = self.type.categories.to_series().to_list()
        return found

    @cached_property
    def _order(self) -> list[int]:
        """Positions of texts and the blank, sorted by text.

        Polars numbers them in thread order.
        """
        return [*sorted(range(len(self.texts)), key=self.texts.__getitem__), len(self.texts)]

    @cached_property
    def is_clean(self) -> bool:
        """Whether no text has a character that polars might parse differently."""
        return has_no_mark("".join(self.texts))

    def lexicon(self, reader: CellReader) -> DistinctCells:
        """Return its texts and a blank with their parsed values.

        Columns with equal readers share a lexicon.
        """
        found = self._lexicons.get(reader.reads_as)
        if found is None:
            found = self._lexicons[reader.reads_as] = DistinctCells(
                (*self.texts, ""), self._reader(reader), self._order
            )
        return found

    def _reader(self, column: CellReader) -> Callable[[Any], CellValue]:
        """Return the parser of distinct cells; polars finds the texts that cannot be anything else."""
        reader = evolve(column, remember=0)
        if reader.numeric or reader.dated or reader.several is not None or len(self.texts) < _MANY_TEXTS:
            return reader
        texts = polars().Series(self.texts, dtype=polars().String)
        prose = set(texts.filter(texts.str.contains(PROSE) & (texts.str.len_bytes() <= reader.longest)))
        return lambda cell: (cell, None, "") if cell in prose else reader(cell)
