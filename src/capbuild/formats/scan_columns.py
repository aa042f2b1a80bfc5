"""How the columns of a text table are taken, so that the engine does most of the work and each text is read once."""

from enum import Enum, auto
from functools import cached_property
from itertools import compress
from typing import Any

import numpy as np
from attrs import evolve, frozen

from capbuild.formats.columns import Column as TextColumn
from capbuild.formats.numbers import MANY, read_number
from capbuild.formats.sample import ColumnSample
from capbuild.formats.scan_words import PROSE, SEPARATORS, Words, has_no_mark
from capbuild.model import QuestionType
from capbuild.tables.building import polars
from capbuild.tables.lexicon import Lexicon
from capbuild.tables.scanned import ScannedColumn

__all__ = ["PLAIN_NUMBER", "Kind", "Taken", "Way", "way_of"]

#: A decimal number that needs no second look: no leading zeros, no exponent, few digits.
PLAIN_NUMBER = r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$"
#: From this share of distinct texts in a sample on, a dictionary would be about as long as the column.
_NEARLY_ALL = 0.97
#: Rows of a column that are looked through first for the texts of its dictionary.
_ROWS = 1 << 11
#: Texts of a column that are joined at a time.
_JOINED = 1 << 17


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
        shares: Which dictionary its texts count into; columns with the same number share one.
    """

    column: TextColumn
    name: str
    longest: int
    kind: Kind = Kind.WORDS
    shares: int = 0

    def parsed(self, words: Words) -> Any:
        """Return the type that the engine gives the column while it splits the lines (polars)."""
        pl = polars()
        if self.kind is Kind.WORDS:
            return words.type
        return pl.Float64 if self.kind is Kind.DECIMALS else pl.String

    def expressions(self, words: Words) -> list[Any]:
        """Return what the engine makes of the column (polars)."""
        pl = polars()
        text = pl.col(self.name)
        if self.kind is Kind.NAMES:
            return [text.str.strip_chars().replace("", None)]
        if self.kind is Kind.NUMBERS:
            plain = text.str.contains(PLAIN_NUMBER)
            number = pl.when(plain).then(text.cast(pl.Float64, strict=False)).alias(f"{self.name}#")
            return [number, words.places(pl.when(~plain).then(text).cast(words.type)).alias(self.name)]
        if self.kind is Kind.PROSE:
            prose = text.str.contains(PROSE) & (text.str.len_bytes() <= self.longest)
            return [
                pl.when(prose).then(text).alias(f"{self.name}#"),
                words.places(pl.when(~prose).then(text).cast(words.type)).alias(self.name),
            ]
        return [words.places(text) if self.kind is Kind.WORDS else text]

    def careful(self) -> "Way":
        """Return the way that looks at each text before it is taken for a number."""
        return evolve(self, kind=Kind.NUMBERS) if self.kind is Kind.DECIMALS else self

    def taken(self, frame: Any, words: Words) -> "Taken":
        """Return the column as it stands in the frame that the engine made of `expressions`."""
        found = frame.get_column(self.name)
        if self.kind in (Kind.DECIMALS, Kind.NAMES):
            return Taken(self, words, None, found)
        direct = frame.get_column(f"{self.name}#") if self.kind in (Kind.NUMBERS, Kind.PROSE) else None
        return Taken(self, words, found, direct)


@frozen(eq=False)
class Taken:
    """The cells of one column of text, as the engine took them.

    Attributes:
        way: How they were taken.
        dictionary: What its texts count into, with those of other columns.
        coded: Places in the dictionary of texts that get a second look (polars), its end for other cells; None without
            such texts.
        direct: What needs no second look (polars), null elsewhere; None where there is nothing of it.
    """

    way: Way
    dictionary: Words
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
        return [] if self.coded is None else list(compress(self.dictionary.texts, self._is_present))

    @cached_property
    def is_full(self) -> bool:
        """Whether no cell is blank."""
        if self.direct is None:
            return bool(self.coded.max() < self.dictionary.end)
        others = 0 if self.coded is None else int((self.coded < self.dictionary.end).sum())
        return bool(self.direct.null_count() == others)

    @property
    def _has_texts(self) -> bool:
        """Whether what needs no second look are texts."""
        return self.direct is not None and self.direct.dtype == polars().String

    def holds(self) -> bool:
        """Tell whether the engine read nothing otherwise than `read` does: no `nan`, and no number of many digits."""
        if self.way.kind is not Kind.DECIMALS:
            return True
        return bool(
            (self.direct > -MANY).all() and (self.direct < MANY).all()
        )  # the engine has `nan` above all numbers

    def has(self, text: str) -> bool:
        """Tell whether a cell is a text; of a column of decimals, whether it may be."""
        if self.way.kind is Kind.DECIMALS:
            number = read_number(text, self.way.column.read.style)
            return number is not None and bool((self.direct == number).any())
        return text in self.words or (self._has_texts and bool((self.direct == text).any()))

    def is_clean(self) -> bool:
        """Tell whether no text has a mark that the engine may take otherwise."""
        # Joined, texts are looked through in a third of the time; in parts, they need no memory to speak of.
        parts = (self.direct.slice(first, _JOINED) for first in range(0, self.rows if self._has_texts else 0, _JOINED))
        clean = all(has_no_mark(part.str.join("").item()) for part in parts)
        return clean and (self.coded is None or self.dictionary.is_clean)

    def is_stripped(self) -> bool:
        """Tell whether names have no white space at their ends, of which the engine leaves some kinds."""
        if self.way.kind is not Kind.NAMES:
            return True
        return not self.direct.str.contains(f"^[{SEPARATORS}]|[{SEPARATORS}]$").any()

    @cached_property
    def _is_present(self) -> Any:
        """Whether each text of the dictionary stands in the column (numpy)."""
        blank = len(self.dictionary.texts)
        standing = np.zeros(blank + 1, np.bool_)
        first, rows = 0, _ROWS
        while first < self.rows and not standing[:blank].all():
            standing[np.minimum(self.coded.slice(first, rows).to_numpy(), blank)] = True
            first, rows = first + rows, 2 * rows  # answers repeat: few rows show them all
        return standing[:blank]

    def scanned(self) -> ScannedColumn:
        """Return the column."""
        pl, column, gaps = polars(), self.way.column, np.array([not self.is_full])
        if self.coded is None:
            codes = pl.select(pl.when(self.direct.is_null()).then(pl.lit(0, pl.UInt8))).to_series()
            lexicon, standing = Lexicon(("",), evolve(column.read, remember=0)), gaps
        else:
            lexicon, standing, codes = self._lexicon(gaps)
            if self.direct is not None:
                codes = codes.clip(upper_bound=pl.lit(max(len(lexicon.cells) - 1, 0), codes.dtype))
                codes = codes.zip_with(self.direct.is_null(), pl.Series([None], dtype=codes.dtype))
        return ScannedColumn(column.question, column.number, codes, lexicon, self.direct, standing)

    def _lexicon(self, gaps: Any) -> tuple[Lexicon, Any, Any]:
        """Return a lexicon, which of its cells stand in the column (numpy), and the place of each cell (polars).

        It is that of the dictionary, or where most of it stands in other columns only, one of its own.
        """
        lexicon, standing = self.dictionary.lexicon(self.way.column.read), np.concatenate([self._is_present, gaps])
        if 2 * np.count_nonzero(standing) >= len(standing):
            return lexicon, standing, self.coded
        codes = np.minimum(self.coded.to_numpy(), len(standing) - 1)
        places = (np.cumsum(standing) - standing).astype(codes.dtype)
        order = [int(places[at]) for at in lexicon.order or () if standing[at]]
        own = Lexicon(tuple(compress(lexicon.cells, standing)), lexicon.read, order)
        return own, np.ones(len(own.cells), np.bool_), polars().Series(places[codes])


def way_of(column: TextColumn, name: str, sample: ColumnSample, longest: int) -> Way:
    """Return how a column is best taken, judged from a sample."""
    texts, found, distinct = sample.texts, sample.texts.total(), len(sample.texts)
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
        alone = style.programs and (sample.are_plain or all(read_number(text, style) is not None for text in texts))
        return Way(column, name, longest, Kind.DECIMALS if alone else Kind.NUMBERS)
    if column.type is QuestionType.TEXT and distinct > _NEARLY_ALL * found:
        return Way(column, name, longest, Kind.PROSE)
    return Way(column, name, longest)
