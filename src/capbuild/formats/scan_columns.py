"""How the columns of a text table are taken, so that the engine does most of the work and each text is read once."""

import re
from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import Any

from attrs import evolve, frozen

from capbuild.formats.cells import CellValue
from capbuild.formats.columns import Column as TextColumn
from capbuild.formats.numbers import MANY, read_number
from capbuild.model import QuestionType
from capbuild.tables.building import polars
from capbuild.tables.scanned import ScannedColumn

__all__ = ["PLAIN_NUMBER", "Kind", "Way", "way_of"]

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

    def holds(self, frame: Any) -> bool:
        """Tell whether the engine read nothing otherwise than `read` does: no `nan`, and no number of many digits."""
        if self.kind is not Kind.DECIMALS:
            return True
        return bool((frame.get_column(self.name).abs() < MANY).all())  # `nan` is above all numbers

    def careful(self) -> "Way":
        """Return the way that looks at each text before it is taken for a number."""
        return evolve(self, kind=Kind.NUMBERS) if self.kind is Kind.DECIMALS else self

    def _direct(self, frame: Any) -> Any:
        """Return what needs no second look (polars), null elsewhere; None where there is nothing of it."""
        if self.kind in (Kind.DECIMALS, Kind.NAMES):
            return frame.get_column(self.name)
        return frame.get_column(f"{self.name}#") if self.kind in (Kind.NUMBERS, Kind.PROSE) else None

    def words(self, frame: Any) -> list[str]:
        """Return the distinct texts that get a second look."""
        if self.kind in (Kind.DECIMALS, Kind.NAMES):
            return []
        return list(frame.get_column(self.name).dtype.categories.to_series())

    def has(self, frame: Any, text: str) -> bool:
        """Tell whether a cell is a text; of a column of decimals, whether it may be."""
        direct = self._direct(frame)
        if self.kind is Kind.DECIMALS:
            number = read_number(text, self.column.read.style)
            return number is not None and bool((direct == number).any())
        kept = direct is not None and direct.dtype == polars().String and bool((direct == text).any())
        return kept or text in self.words(frame)

    def is_clean(self, frame: Any) -> bool:
        """Tell whether no text has a mark that may end a cell or a line, or be part of how one is written."""
        direct = self._direct(frame)
        if direct is not None and direct.dtype == polars().String and direct.str.contains(_MARKS).any():
            return False
        return re.search(_MARKS, "\n".join(self.words(frame))) is None

    def is_full(self, frame: Any) -> bool:
        """Tell whether no cell is blank."""
        missing = frame.get_column(self.name).null_count()
        direct = self._direct(frame)
        return bool(missing == 0 or (direct is not None and missing + direct.null_count() == frame.height))

    def scanned(self, frame: Any) -> ScannedColumn:
        """Return the column of the frame that the engine made; a blank is the last of its dictionary."""
        pl, column = polars(), self.column
        direct, cells = self._direct(frame), self.words(frame)
        if self.kind is Kind.DECIMALS:
            codes = pl.select(pl.when(direct.is_null()).then(pl.lit(0, pl.UInt8))).to_series()
        else:
            codes = frame.get_column(self.name).to_physical()
            if direct is None:
                codes = codes.fill_null(len(cells))
            elif not self.is_full(frame):
                blanks = pl.repeat(len(cells), len(codes), dtype=codes.dtype, eager=True)
                codes = codes.zip_with(codes.is_not_null() | direct.is_not_null(), blanks)
        if not self.is_full(frame):
            cells.append("")
        read = self._reader(cells)
        return ScannedColumn(column.question, column.number, codes, tuple(cells), read, direct, complete=True)

    def _reader(self, cells: list[str]) -> Callable[[Any], CellValue]:
        """Return what reads the distinct cells; a text that can only be itself is known by one look of the engine."""
        reader = evolve(self.column.read, remember=0)
        if reader.numeric or reader.several is not None or len(cells) < _MANY_TEXTS:
            return reader
        texts = polars().Series(cells, dtype=polars().String)
        prose = set(texts.filter(texts.str.contains(_PROSE) & (texts.str.len_bytes() <= self.longest)))
        return lambda cell: (cell, None, "") if cell in prose else reader(cell)


def _words(text: Any, name: str, wide: bool) -> Any:
    """Return texts as whole numbers into a dictionary of their own."""
    return text.cast(_dictionary(wide)).alias(name)


def _dictionary(wide: bool) -> Any:
    """Return the type of texts that count into a dictionary of their own."""
    pl = polars()
    return pl.Categorical(pl.Categories.random(physical=pl.UInt32 if wide else pl.UInt16))


def way_of(column: TextColumn, name: str, texts: Iterable[str], longest: int) -> Way:
    """Return how a column is best taken, judged from the texts of a sample."""
    found = [text for text in texts if text]
    distinct = len(set(found))
    if 2 * distinct <= len(found) or len(found) < 2:
        return Way(column, name, longest)
    style = column.read.style
    sure = (
        style.decimal == "."
        and (style.seen or not style.semicolons)
        and not column.read.digit_words
        and not column.unit
    )
    if column.type in (QuestionType.DECIMAL, QuestionType.INTEGER) and sure:
        alone = style.programs and all(read_number(text, style) is not None for text in found)
        return Way(column, name, longest, Kind.DECIMALS if alone else Kind.NUMBERS)
    if column.type is QuestionType.TEXT and distinct > _NEARLY_ALL * len(found):
        return Way(column, name, longest, Kind.PROSE)
    return Way(column, name, longest)
