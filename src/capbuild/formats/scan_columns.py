"""How the columns of a text table are taken, so that the engine does most of the work and each text is read once."""

from collections.abc import Iterable
from typing import Any

from attrs import evolve, frozen

from capbuild.formats.columns import Column as TextColumn
from capbuild.model import QuestionType
from capbuild.tables.building import polars
from capbuild.tables.scanned import ScannedColumn

__all__ = ["PLAIN_NUMBER", "Way", "way_of"]

#: A decimal number that needs no second look: no leading zeros, no exponent, few digits.
PLAIN_NUMBER = r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$"
#: A text that can be no word for missing, number or date, and has no white space at its ends.
_PROSE = r"(?s)^[^\s0-9\-−.,].{39,}[^\s0-9Z]$"
#: From this share of distinct texts in a sample on, a dictionary would be about as long as the column.
_NEARLY_ALL = 0.97


@frozen(eq=False)
class Way:
    """How the cells of one column of text are taken.

    Attributes:
        column: The column.
        name: Its name in the frame of texts.
        numbers: Whether most cells are distinct decimal numbers, which the engine reads.
        prose: Whether nearly all cells are distinct texts, which stay as they are.
        names: Whether the column names respondents: nothing is read into its texts.
        longest: Characters a cell may have.
    """

    column: TextColumn
    name: str
    numbers: bool = False
    prose: bool = False
    names: bool = False
    longest: int = 1_000_000

    def expressions(self, wide: bool) -> list[Any]:
        """Return what the engine makes of the column.

        Args:
            wide: Whether there may be more than 65,535 distinct texts.
        """
        pl = polars()
        text = pl.col(self.name)
        if self.names:
            return [text.str.strip_chars().replace("", None)]
        if self.numbers:
            plain = text.str.contains(PLAIN_NUMBER)
            number = pl.when(plain).then(text.cast(pl.Float64, strict=False)).alias(f"{self.name}#")
            return [number, _words(pl.when(~plain).then(text), self.name, wide)]
        if self.prose:
            prose = text.str.contains(_PROSE) & (text.str.len_bytes() <= self.longest)
            return [
                pl.when(prose).then(text).alias(f"{self.name}#"),
                _words(pl.when(~prose).then(text), self.name, wide),
            ]
        return [text]

    def parsed(self, wide: bool) -> Any:
        """Return the type that the engine gives the column while it splits the lines."""
        pl = polars()
        direct = self.names or self.numbers or self.prose
        return pl.String if direct else _dictionary(wide)

    def scanned(self, frame: Any) -> ScannedColumn:
        """Return the column of the frame that the engine made; a blank is the last of its dictionary."""
        pl, column = polars(), self.column
        words = frame.get_column(self.name)
        texts = words.dtype.categories.to_series().to_list()
        blank = len(texts)
        codes = words.to_physical()
        direct = frame.get_column(f"{self.name}#") if self.numbers or self.prose else None
        if direct is None:
            codes = codes.fill_null(blank)
        else:
            blanks = pl.repeat(blank, len(codes), dtype=codes.dtype, eager=True)
            codes = codes.zip_with(codes.is_not_null() | direct.is_not_null(), blanks)
        reader = evolve(column.read, remember=0)
        return ScannedColumn(column.question, column.number, codes, (*texts, ""), reader, direct)


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
        return Way(column, name)
    style = column.read.style
    sure = (
        style.decimal == "."
        and (style.seen or not style.semicolons)
        and not column.read.digit_words
        and not column.unit
    )
    if column.type in (QuestionType.DECIMAL, QuestionType.INTEGER) and sure:
        return Way(column, name, numbers=True)
    prose = column.type is QuestionType.TEXT and distinct > _NEARLY_ALL * len(found)
    return Way(column, name, prose=prose, longest=longest)
