"""Dictionaries that columns share: questions with the same answers count into the same texts, which are read once."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import Any

from attrs import define, evolve, field

from capbuild.formats.cells import CellReader, CellValue
from capbuild.tables.building import polars
from capbuild.tables.lexicon import Lexicon

__all__ = ["PROSE", "SEPARATORS", "Words", "dictionaries", "has_no_mark"]

#: White space to Python and not to the engine, which leaves it at the ends of a text.
SEPARATORS = "\x1c\x1d\x1e\x1f"
#: A text that can be no word for missing, number or date, and has no white space at its ends.
PROSE = rf"(?s)^[^\s{SEPARATORS}0-9\-−.,].{{39,}}[^\s{SEPARATORS}0-9Z]$"
#: What plain texts have nowhere: the engine may take it otherwise than Python does.
_MARKS = f'"\0{SEPARATORS}'
#: So many texts are read quicker one by one than by the engine.
_MANY_TEXTS = 500
#: The share of a column's texts that another column must have for them to count into one dictionary. Less would put
#: texts together that have nothing to do with each other, and a dictionary has an end.
_ALIKE = 1 / 8


def has_no_mark(text: str) -> bool:
    """Tell whether the engine cannot have taken a text otherwise than Python does."""
    return not any(mark in text for mark in _MARKS)


def dictionaries(samples: Iterable[Collection[str]]) -> list[int]:
    """Return which dictionary each column counts into, as a number: those that have texts in common share one.

    Args:
        samples: The distinct texts of each column in a sample.

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
    """A dictionary of texts that the engine fills while it splits the lines, for one column or for several.

    Attributes:
        wide: Whether there may be more than 65,535 distinct texts.
    """

    wide: bool
    _lexicons: dict[Any, Lexicon] = field(factory=dict, init=False, repr=False)

    @cached_property
    def _kept(self) -> Any:
        """A column of no rows (polars): the engine forgets a dictionary that no column has."""
        pl = polars()
        kind = pl.Categorical(pl.Categories.random(physical=pl.UInt32 if self.wide else pl.UInt16))
        return pl.Series([], dtype=kind)

    @property
    def type(self) -> Any:
        """The type of its texts (polars)."""
        return self._kept.dtype

    @property
    def end(self) -> int:
        """The place that a blank has; no text has it."""
        return (1 << 32) - 1 if self.wide else (1 << 16) - 1

    def places(self, text: Any) -> Any:
        """Return where in the dictionary texts of its type stand, `end` for a blank (polars, an expression)."""
        return text.to_physical().fill_null(self.end)

    @cached_property
    def texts(self) -> list[str]:
        """Its texts; asked once the lines are split."""
        found: list[str] = self.type.categories.to_series().to_list()
        return found

    @cached_property
    def _order(self) -> list[int]:
        """The places of its texts and a blank in the order of the texts: the engine counts them as its threads come."""
        return [*sorted(range(len(self.texts)), key=self.texts.__getitem__), len(self.texts)]

    @cached_property
    def is_clean(self) -> bool:
        """Whether no text has a mark that the engine may take otherwise."""
        return has_no_mark("".join(self.texts))

    def lexicon(self, reader: CellReader) -> Lexicon:
        """Return its texts and a blank, with what they say to a reader: the same for all columns that read alike."""
        found = self._lexicons.get(reader.reads_as)
        if found is None:
            found = self._lexicons[reader.reads_as] = Lexicon((*self.texts, ""), self._reader(reader), self._order)
        return found

    def _reader(self, column: CellReader) -> Callable[[Any], CellValue]:
        """Return what reads the distinct cells; a text that can only be itself is known by one look of the engine."""
        reader = evolve(column, remember=0)
        if reader.numeric or reader.dated or reader.several is not None or len(self.texts) < _MANY_TEXTS:
            return reader
        texts = polars().Series(self.texts, dtype=polars().String)
        prose = set(texts.filter(texts.str.contains(PROSE) & (texts.str.len_bytes() <= reader.longest)))
        return lambda cell: (cell, None, "") if cell in prose else reader(cell)
