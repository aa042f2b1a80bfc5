"""Fast reading of text columns with polars.

Equal answers of several questions are parsed once.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from enum import Enum, auto
from functools import cached_property
from itertools import compress
from typing import Any

import numpy as np
from attrs import define, evolve, field, frozen

from capbuild.formats.columns import Column as TextColumn
from capbuild.formats.columns import ColumnSample
from capbuild.formats.values.cells import CellReader, CellValue
from capbuild.formats.values.numbers import MANY, read_number
from capbuild.model import QuestionType
from capbuild.tables.building import polars
from capbuild.tables.distinct_cells import DistinctCells
from capbuild.tables.scanned import ScannedColumn

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
    """Return the dictionary number of each column.

    Columns with texts in common share a dictionary.

    Args:
        samples: Distinct texts of each column in a sample.

    Example:
        >>> dictionaries([("yes", "no"), ("Cuba", "Haiti"), ("no", "partly"), ()])
        [0, 1, 0, 2]
    """
    owners: dict[str, int] = {}
    numbers: list[int] = []
    next_number = 0
    for texts in samples:
        owned = Counter(map(owners.get, texts))
        del owned[None]
        number, known = next(iter(owned.most_common(1)), (None, 0))
        if number is None or known < _ALIKE * len(texts):
            number, next_number = next_number, next_number + 1
        numbers.append(number)
        for text in texts:
            owners.setdefault(text, number)
    return numbers


@define(eq=False)
class Words:
    """Dictionary of texts that polars fills while splitting lines.

    Several columns may share one.

    Attributes:
        wide: Whether there may be more than 65,535 distinct texts.
    """

    wide: bool
    _distinct: dict[Any, DistinctCells] = field(factory=dict, init=False, repr=False)

    @cached_property
    def _kept(self) -> Any:
        """Empty column that keeps the dictionary alive.

        Polars drops a dictionary that no column uses.
        """
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
        """Return the dictionary positions of texts, `end` for blanks."""
        return text.to_physical().fill_null(self.end)

    @cached_property
    def texts(self) -> list[str]:
        """Its texts; available after the lines are split."""
        categories: list[str] = self.type.categories.to_series().to_list()
        return categories

    @cached_property
    def _order(self) -> list[int]:
        """Positions of texts and the blank, sorted by text.

        Polars numbers texts in the order of its threads, which varies.
        """
        return [*sorted(range(len(self.texts)), key=self.texts.__getitem__), len(self.texts)]

    @cached_property
    def is_clean(self) -> bool:
        """True if all parsers agree on the texts.

        They agree unless a text has a character that polars might parse differently.
        """
        return has_no_mark("".join(self.texts))

    def distinct(self, reader: CellReader) -> DistinctCells:
        """Return its texts and a blank with their parsed values.

        Columns with equal readers share the result.
        """
        cells = self._distinct.get(reader.reads_as)
        if cells is None:
            cells = self._distinct[reader.reads_as] = DistinctCells(
                (*self.texts, ""), self._reader(reader), self._order
            )
        return cells

    def _reader(self, column: CellReader) -> Callable[[Any], CellValue]:
        """Return the parser of distinct cells.

        In a column of many texts, polars first finds those that can only be text.
        """
        reader = evolve(column, remember=0)
        if reader.numeric or reader.dated or reader.several is not None or len(self.texts) < _MANY_TEXTS:
            return reader
        texts = polars().Series(self.texts, dtype=polars().String)
        prose = set(texts.filter(texts.str.contains(PROSE) & (texts.str.len_bytes() <= reader.longest)))
        return lambda cell: (cell, None, "") if cell in prose else reader(cell)


#: A decimal number that needs no second check: no leading zeros, no exponent, few digits.
PLAIN_NUMBER = r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$"

#: Share of distinct texts in a sample above which a dictionary would be about as long as the column.
_NEARLY_ALL = 0.97

#: Rows of a column that are searched first for the texts of its dictionary.
_ROWS = 1 << 11

#: Texts of a column that are joined at a time.
_JOINED = 1 << 17


class Kind(Enum):
    """Content of a column that decides how it is read."""

    #: Repeated texts, including whole numbers: stored in a dictionary.
    WORDS = auto()
    #: Decimals as programs write them: parsed by polars while it splits lines.
    DECIMALS = auto()
    #: Numbers among other cells: polars parses those that need no second check.
    NUMBERS = auto()
    #: Mostly distinct texts: kept unchanged.
    PROSE = auto()
    #: Respondent names: not parsed.
    NAMES = auto()


@frozen(eq=False)
class Way:
    """Reading plan of one text column.

    Attributes:
        column: The column.
        name: Its name in the frame of texts.
        longest: Largest length of a cell.
        kind: Main content of its cells.
        shares: Number of its dictionary; columns with the same number share one.
    """

    column: TextColumn
    name: str
    longest: int
    kind: Kind = Kind.WORDS
    shares: int = 0

    def parsed(self, words: Words) -> Any:
        """Return the polars type for splitting lines."""
        pl = polars()
        if self.kind is Kind.WORDS:
            return words.type
        return pl.Float64 if self.kind is Kind.DECIMALS else pl.String

    def expressions(self, words: Words) -> list[Any]:
        """Return the polars expressions of the column."""
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
        """Return the plan that checks numbers as texts."""
        return evolve(self, kind=Kind.NUMBERS) if self.kind is Kind.DECIMALS else self

    def make_column(self, frame: Any, words: Words) -> "SplitColumn":
        """Return the column from the frame that `expressions` produced."""
        codes = frame.get_column(self.name)
        if self.kind in (Kind.DECIMALS, Kind.NAMES):
            return SplitColumn(self, words, None, codes)
        direct = frame.get_column(f"{self.name}#") if self.kind in (Kind.NUMBERS, Kind.PROSE) else None
        return SplitColumn(self, words, codes, direct)


@frozen(eq=False)
class SplitColumn:
    """Cells of one text column, as polars read them.

    Attributes:
        way: Reading plan.
        dictionary: Dictionary of its texts, possibly shared with other columns.
        coded: Dictionary positions of texts that are parsed later (polars), its end for other cells; None without such
            texts.
        direct: Values that need no second check (polars), null elsewhere; None if there are none.
    """

    way: Way
    dictionary: Words
    coded: Any
    direct: Any

    @property
    def index(self) -> int:
        """Position of the column, from 0."""
        return self.way.column.index

    @property
    def rows(self) -> int:
        """Number of cells."""
        return len(self.direct if self.coded is None else self.coded)

    @cached_property
    def words(self) -> list[str]:
        """Distinct texts that are parsed later."""
        return [] if self.coded is None else list(compress(self.dictionary.texts, self._find_present))

    @cached_property
    def is_full(self) -> bool:
        """True if no cell is blank."""
        if self.direct is None:
            return bool(self.coded.max() < self.dictionary.end)
        others = 0 if self.coded is None else int((self.coded < self.dictionary.end).sum())
        return bool(self.direct.null_count() == others)

    @property
    def _has_texts(self) -> bool:
        """True if `direct` has texts."""
        return self.direct is not None and self.direct.dtype == polars().String

    def is_exact(self) -> bool:
        """True if polars parsed numbers as `read` does.

        Only `nan` and numbers of many digits may differ.
        """
        if self.way.kind is not Kind.DECIMALS:
            return True
        return bool(
            (self.direct > -MANY).all() and (self.direct < MANY).all()
        )  # polars sorts `nan` above all of the other numbers

    def has(self, text: str) -> bool:
        """True if a cell equals a text.

        In a column of decimals, it is enough that a cell may equal it.
        """
        if self.way.kind is Kind.DECIMALS:
            number = read_number(text, self.way.column.read.style)
            return number is not None and bool((self.direct == number).any())
        return text in self.words or (self._has_texts and bool((self.direct == text).any()))

    def is_clean(self) -> bool:
        """True if all parsers agree on the texts.

        They agree unless a text has a character that polars might parse differently.
        """
        # Searching joined texts takes a third of the time; joining them in parts needs little memory.
        parts = (self.direct.slice(first, _JOINED) for first in range(0, self.rows if self._has_texts else 0, _JOINED))
        clean = all(has_no_mark(part.str.join("").item()) for part in parts)
        return clean and (self.coded is None or self.dictionary.is_clean)

    def is_stripped(self) -> bool:
        """True if names have no outer white space.

        Polars does not strip all kinds of white space.
        """
        if self.way.kind is not Kind.NAMES:
            return True
        return not self.direct.str.contains(f"^[{SEPARATORS}]|[{SEPARATORS}]$").any()

    @cached_property
    def _find_present(self) -> Any:
        """Flags of the dictionary texts that occur (numpy)."""
        blank = len(self.dictionary.texts)
        occurring = np.zeros(blank + 1, np.bool_)
        first, rows = 0, _ROWS
        while first < self.rows and not occurring[:blank].all():
            occurring[np.minimum(self.coded.slice(first, rows).to_numpy(), blank)] = True
            first, rows = first + rows, 2 * rows  # answers repeat: few rows show them all
        return occurring[:blank]

    def scanned(self) -> ScannedColumn:
        """Return the scanned column."""
        pl, column, gaps = polars(), self.way.column, np.array([not self.is_full])
        if self.coded is None:
            codes = pl.select(pl.when(self.direct.is_null()).then(pl.lit(0, pl.UInt8))).to_series()
            distinct, occurring = DistinctCells(("",), evolve(column.read, remember=0)), gaps
        else:
            distinct, occurring, codes = self._find_distinct(gaps)
            if self.direct is not None:
                codes = codes.clip(upper_bound=pl.lit(max(len(distinct.cells) - 1, 0), codes.dtype))
                codes = codes.zip_with(self.direct.is_null(), pl.Series([None], dtype=codes.dtype))
        return ScannedColumn(column.question, column.number, codes, distinct, self.direct, occurring)

    def _find_distinct(self, gaps: Any) -> tuple[DistinctCells, Any, Any]:
        """Return the distinct cells, flags of used ones, and codes.

        Flags are a numpy array, and codes (positions) a polars column. The cells are those of the dictionary, or
        separate ones if most of the dictionary occurs in other columns only.
        """
        distinct, occurring = self.dictionary.distinct(self.way.column.read), np.concatenate([self._find_present, gaps])
        if 2 * np.count_nonzero(occurring) >= len(occurring):
            return distinct, occurring, self.coded
        codes = np.minimum(self.coded.to_numpy(), len(occurring) - 1)
        places = (np.cumsum(occurring) - occurring).astype(codes.dtype)
        order = [int(places[at]) for at in distinct.order or () if occurring[at]]
        own = DistinctCells(tuple(compress(distinct.cells, occurring)), distinct.read, order)
        return own, np.ones(len(own.cells), np.bool_), polars().Series(places[codes])


def plan_column(column: TextColumn, name: str, sample: ColumnSample, longest: int) -> Way:
    """Plan the reading of a column from its sample."""
    texts, filled, distinct = sample.texts, sample.texts.total(), len(sample.texts)
    if 2 * distinct <= filled or filled < 2:
        return Way(column, name, longest)
    style = column.read.style
    sure = (
        style.decimal == "."
        and (style.seen or not style.semicolons)
        and not column.read.number_words
        and not column.unit
    )
    if column.type in (QuestionType.DECIMAL, QuestionType.INTEGER) and sure:
        alone = style.programs and (sample.are_plain or all(read_number(text, style) is not None for text in texts))
        return Way(column, name, longest, Kind.DECIMALS if alone else Kind.NUMBERS)
    if column.type is QuestionType.TEXT and distinct > _NEARLY_ALL * filled:
        return Way(column, name, longest, Kind.PROSE)
    return Way(column, name, longest)
