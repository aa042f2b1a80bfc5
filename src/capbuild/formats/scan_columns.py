"""How the columns of a text table are taken, so that the engine does most of the work and each text is read once."""

import re
from collections import Counter
from collections.abc import Callable
from enum import Enum, auto
from functools import cached_property
from typing import Any

from attrs import evolve, frozen

from capbuild.formats.cells import CellValue
from capbuild.formats.columns import Column as TextColumn
from capbuild.formats.numbers import MANY, read_number
from capbuild.model import QuestionType
from capbuild.tables.building import polars
from capbuild.tables.scanned import ScannedColumn

__all__ = ["PLAIN_NUMBER", "Kind", "Taken", "Way", "way_of"]

#: A decimal number that needs no second look: no leading zeros, no exponent, few digits.
PLAIN_NUMBER = r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$"
#: A text that can be no word for missing, number or date, and has no white space at its ends.
_PROSE = r"(?s)^[^\s0-9\-−.,].{39,}[^\s0-9Z]$"
#: What files without quotation marks, with plain ends of lines, have nowhere.
_MARKS = r'["\r\x00]'
#: From this share of distinct texts in a sample on, a dictionary would be about as long as the column.
_NEARLY_ALL = 0.97
#: So many texts are read quicker one by one than by the engine.
_MANY_TEXTS = 500


class Kind(Enum):
    """What the cells of a column mostly are, which says how they are taken."""

    #: Texts that come again: whole numbers into a dictionary.
    WORDS = auto()
    #: Decimals as programs write them: the engine reads them while it splits the lines.
    DECIMALS = auto()
    #: Numbers among other cells: the engine reads those that need no second look.
    NUMBERS = auto()
    #: Texts that hardly come again: they stay as they are.
    PROSE = auto()
    #: Names of respondents: nothing is read into them.
    NAMES = auto()


@frozen(eq=False)
class Way:
    """How the cells of one column of text are taken.

    Attributes:
        column: The column.
        name: Its name in the frame of texts.
        longest: Characters a cell may have.
        kind: What its cells mostly are.
    """

    column: TextColumn
    name: str
    longest: int
    kind: Kind = Kind.WORDS

    def parsed(self, wide: bool) -> Any:
        """Return the type that the engine gives the column while it splits the lines.

        Args:
            wide: Whether there may be more than 65,535 distinct texts.
        """
        pl = polars()
        if self.kind is Kind.WORDS:
            return _dictionary(wide)
        return pl.Float64 if self.kind is Kind.DECIMALS else pl.String

    def expressions(self, wide: bool) -> list[Any]:
        """Return what the engine makes of the column.

        Args:
            wide: Whether there may be more than 65,535 distinct texts.
        """
        pl = polars()
        text = pl.col(self.name)
        if self.kind is Kind.NAMES:
            return [text.str.strip_chars().replace("", None)]
        if self.kind is Kind.NUMBERS:
            plain = text.str.contains(PLAIN_NUMBER)
            number = pl.when(plain).then(text.cast(pl.Float64, strict=False)).alias(f"{self.name}#")
            return [number, _words(pl.when(~plain).then(text), self.name, wide)]
        if self.kind is Kind.PROSE:
            prose = text.str.contains(_PROSE) & (text.str.len_bytes() <= self.longest)
            return [
                pl.when(prose).then(text).alias(f"{self.name}#"),
                _words(pl.when(~prose).then(text), self.name, wide),
            ]
        return [text]

    def careful(self) -> "Way":
        """Return the way that looks at each text before it is taken for a number."""
        return evolve(self, kind=Kind.NUMBERS) if self.kind is Kind.DECIMALS else self

    def taken(self, frame: Any) -> "Taken":
        """Return the column as it stands in the frame that the engine made of `expressions`."""
        found = frame.get_column(self.name)
        if self.kind in (Kind.DECIMALS, Kind.NAMES):
            return Taken(self, None, found)
        return Taken(
            self, found, frame.get_column(f"{self.name}#") if self.kind in (Kind.NUMBERS, Kind.PROSE) else None
        )


@frozen(eq=False)
class Taken:
    """The cells of one column of text, as the engine took them.

    Attributes:
        way: How they were taken.
        coded: Places in a dictionary of texts that get a second look (polars), null elsewhere; None without one.
        direct: What needs no second look (polars), null elsewhere; None where there is nothing of it.
    """

    way: Way
    coded: Any
    direct: Any

    @property
    def index(self) -> int:
        """Place of the column, counted from 0."""
        return self.way.column.index

    @property
    def rows(self) -> int:
        """How many cells there are."""
        return len(self.direct if self.coded is None else self.coded)

    @cached_property
    def words(self) -> list[str]:
        """The distinct texts that get a second look."""
        return [] if self.coded is None else self.coded.dtype.categories.to_series().to_list()

    @cached_property
    def is_full(self) -> bool:
        """Whether no cell is blank."""
        parts = [part for part in (self.coded, self.direct) if part is not None]
        return bool(sum(self.rows - part.null_count() for part in parts) == self.rows)

    @property
    def _has_texts(self) -> bool:
        """Whether what needs no second look are texts."""
        return self.direct is not None and self.direct.dtype == polars().String

    def holds(self) -> bool:
        """Tell whether the engine read nothing otherwise than `read` does: no `nan`, and no number of many digits."""
        if self.way.kind is not Kind.DECIMALS:
            return True
        return bool((self.direct.abs() < MANY).all())  # `nan` is above all numbers

    def has(self, text: str) -> bool:
        """Tell whether a cell is a text; of a column of decimals, whether it may be."""
        if self.way.kind is Kind.DECIMALS:
            number = read_number(text, self.way.column.read.style)
            return number is not None and bool((self.direct == number).any())
        return text in self.words or (self._has_texts and bool((self.direct == text).any()))

    def is_clean(self) -> bool:
        """Tell whether no text has a mark that may end a cell or a line, or be part of how one is written."""
        if self._has_texts and self.direct.str.contains(_MARKS).any():
            return False
        return re.search(_MARKS, "\n".join(self.words)) is None

    def scanned(self) -> ScannedColumn:
        """Return the column; a blank is the last of its dictionary."""
        cells = self.words if self.is_full else [*self.words, ""]
        column = self.way.column
        codes, read = self._codes(), self._reader(cells)
        return ScannedColumn(column.question, column.number, codes, tuple(cells), read, self.direct, complete=True)

    def _codes(self) -> Any:
        """Return the place of each cell in the dictionary (polars), null where `direct` has it."""
        pl, blank = polars(), len(self.words)
        if self.coded is None:
            return pl.select(pl.when(self.direct.is_null()).then(pl.lit(0, pl.UInt8))).to_series()
        codes = self.coded.to_physical()
        if self.is_full:
            return codes
        if self.direct is None:
            return codes.fill_null(blank)
        blanks = pl.repeat(blank, len(codes), dtype=codes.dtype, eager=True)
        return codes.zip_with(codes.is_not_null() | self.direct.is_not_null(), blanks)

    def _reader(self, cells: list[str]) -> Callable[[Any], CellValue]:
        """Return what reads the distinct cells; a text that can only be itself is known by one look of the engine."""
        reader = evolve(self.way.column.read, remember=0)
        if reader.numeric or reader.several is not None or len(cells) < _MANY_TEXTS:
            return reader
        texts = polars().Series(cells, dtype=polars().String)
        prose = set(texts.filter(texts.str.contains(_PROSE) & (texts.str.len_bytes() <= self.way.longest)))
        return lambda cell: (cell, None, "") if cell in prose else reader(cell)


def _words(text: Any, name: str, wide: bool) -> Any:
    """Return texts as whole numbers into a dictionary of their own."""
    return text.cast(_dictionary(wide)).alias(name)


def _dictionary(wide: bool) -> Any:
    """Return the type of texts that count into a dictionary of their own."""
    pl = polars()
    return pl.Categorical(pl.Categories.random(physical=pl.UInt32 if wide else pl.UInt16))


def way_of(column: TextColumn, name: str, texts: Counter[str], longest: int) -> Way:
    """Return how a column is best taken, judged from the texts of a sample."""
    found, distinct = texts.total(), len(texts)
    if 2 * distinct <= found or found < 2:
        return Way(column, name, longest)
    style = column.read.style
    sure = (
        style.decimal == "."
        and (style.seen or not style.semicolons)
        and not column.read.digit_words
        and not column.unit
    )
    if column.type in (QuestionType.DECIMAL, QuestionType.INTEGER) and sure:
        alone = style.programs and all(read_number(text, style) is not None for text in texts)
        return Way(column, name, longest, Kind.DECIMALS if alone else Kind.NUMBERS)
    if column.type is QuestionType.TEXT and distinct > _NEARLY_ALL * found:
        return Way(column, name, longest, Kind.PROSE)
    return Way(column, name, longest)
