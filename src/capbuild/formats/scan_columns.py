"""Columns of a scanned text table: each distinct text is read once, by the reader of cells that `read` uses too."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from capbuild.formats.cells import CellValue
from capbuild.formats.columns import Column as TextColumn
from capbuild.model import Missing, QuestionType
from capbuild.tables import Coding, Column
from capbuild.tables.building import integer_type, polars
from capbuild.tables.codebook import KIND_CODES, OTHER_TEXT, VALUE
from capbuild.tables.coding import GAP, Coded, code_values

__all__ = ["Scanned", "Way", "way_of"]

#: A decimal number that needs no second look: no leading zeros, no exponent, few digits.
_PLAIN = r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$"
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
            plain = text.str.contains(_PLAIN)
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
    sure = style.decimal == "." and (style.seen or not style.semicolons) and not column.read.digit_words
    if column.type in (QuestionType.DECIMAL, QuestionType.INTEGER) and sure:
        return Way(column, name, numbers=True)
    prose = column.type is QuestionType.TEXT and distinct > _NEARLY_ALL * len(found)
    return Way(column, name, prose=prose, longest=longest)


@frozen(eq=False)
class Scanned:
    """A column of the frame that the engine made, before it is part of a table.

    Attributes:
        way: How it was taken.
        codes: The dictionary code of each cell, null where the engine read the cell or the cell is blank.
        texts: The dictionary.
        direct: What the engine read, null elsewhere; None where it read nothing.
        read: What each text of the dictionary says.
        counts: How often each text of the dictionary stands, then how often a blank does.
    """

    way: Way
    codes: Any
    texts: tuple[str, ...]
    direct: Any
    read: tuple[CellValue, ...]
    counts: tuple[int, ...] = field(default=())

    @classmethod
    def of(cls, way: Way, frame: Any) -> "Scanned":
        """Return one column of the frame that the engine made; each text is read once."""
        pl = polars()
        words = frame.get_column(way.name)
        texts = words.dtype.categories.to_series().to_list()
        physical = words.to_physical()
        direct = frame.get_column(f"{way.name}#") if way.numbers or way.prose else None
        blank = len(texts)
        codes = physical.cast(integer_type(0, blank))
        codes = (
            codes.fill_null(blank)
            if direct is None
            else codes.zip_with(
                codes.is_not_null() | direct.is_not_null(), pl.repeat(blank, len(codes), dtype=codes.dtype, eager=True)
            )
        )
        tally = codes.drop_nulls().value_counts()
        times = dict(
            zip(tally.get_column(tally.columns[0]).to_list(), tally.get_column("count").to_list(), strict=True)
        )
        reader = evolve(way.column.read, remember=0)
        read = tuple(reader(text) for text in (*texts, ""))
        return cls(way, codes, (*texts, ""), direct, read, tuple(times.get(code, 0) for code in range(blank + 1)))

    @property
    def gaps(self) -> dict[Missing, int]:
        """Cells that are missing, by kind."""
        found: dict[Missing, int] = {}
        for (value, _, _), count in zip(self.read, self.counts, strict=True):
            if isinstance(value, Missing) and count:
                found[value] = found.get(value, 0) + count
        return found

    @property
    def problems(self) -> list[tuple[str, int]]:
        """What is wrong with cells, with how many there are of each."""
        pairs = zip(self.read, self.counts, strict=True)
        return [(problem, count) for (_, _, problem), count in pairs if problem and count]

    def mapped(self, change: Callable[[str], Any]) -> tuple[Coded, Any]:
        """Return another value for each text, coded, and the physical column of its codes.

        Args:
            change: From a text to a value, None where there is none. It is asked once for each text.
        """
        made = [GAP if (value := change(text)) is None else value for text in self.texts]
        coded = code_values(_only(made, self.counts), repeating=True)
        return coded, _gather(coded.cells, self.codes)

    def answers(self, name: str) -> tuple[Column, dict[str, Any]]:
        """Return the column of answers, and its physical columns."""
        used = [
            value if count else Missing.NO_ANSWER for (value, _, _), count in zip(self.read, self.counts, strict=True)
        ]
        raws = [
            raw if raw is not None and count else None
            for (_, raw, _), count in zip(self.read, self.counts, strict=True)
        ]
        if self.direct is None:
            return self._from_dictionary(name, code_values(_only(used, self.counts), repeating=True), raws)
        return self._with_direct(name, used, raws)

    def _column(self, name: str, coded: Coded, texts: Mapping[int, str]) -> Column:
        return Column(
            name=name,
            question=self.way.column.question,
            coding=coded.coding,
            values=coded.values,
            absent=coded.absent,
            kinds=sorted(set(coded.kinds)) if coded.kinds is not None else (),
            texts=tuple(dict.fromkeys(texts.values())),
            place=self.way.column.number,
        )

    def _from_dictionary(self, name: str, coded: Coded, raws: list[str | None]) -> tuple[Column, dict[str, Any]]:
        texts = {at: raw for at, raw in enumerate(raws) if raw is not None} | (coded.others or {})
        column = self._column(name, coded, texts)
        physical = {name: _gather(coded.cells, self.codes)}
        if coded.kinds is not None:
            physical[column.missing_name] = _gather(coded.kinds, self.codes)
        return column, physical | self._texts(column, texts)

    def _texts(self, column: Column, texts: Mapping[int, str]) -> dict[str, Any]:
        if not texts:
            return {}
        known = {text: code for code, text in enumerate(column.texts)}
        codes = [known[texts[at]] if at in texts else None for at in range(len(self.texts))]
        return {column.text_name: _gather(codes, self.codes)}

    def _with_direct(self, name: str, used: list[Any], raws: list[str | None]) -> tuple[Column, dict[str, Any]]:
        """Join what the engine read with what the dictionary says of the other cells."""
        pl = polars()
        numbers = self.way.numbers
        fitting = (int, float) if numbers else (str,)
        if any(isinstance(v, bool) or not isinstance(v, (*fitting, str, Missing)) for v in used):
            return self._as_dictionary(name)
        cells = [v if isinstance(v, fitting) else None for v in used]
        strays = {at: v for at, v in enumerate(used) if numbers and isinstance(v, str)}
        kinds = [
            OTHER_TEXT if at in strays else KIND_CODES[v] if isinstance(v, Missing) else VALUE
            for at, v in enumerate(used)
        ]
        gaps = {kind for kind, count in zip(kinds, self.counts, strict=True) if count and kind != VALUE}
        coding = _number_coding(self.direct, cells) if numbers else Coding.TEXT
        told = len(gaps) > 1 or OTHER_TEXT in gaps
        absent = next((kind for kind, code in KIND_CODES.items() if code in gaps), Missing.NO_ANSWER)
        coded = Coded(coding, cells, (), None if told else absent, sorted({VALUE, *gaps}) if told else None)
        texts = {at: raw for at, raw in enumerate(raws) if raw is not None and (numbers is False or kinds[at] != VALUE)}
        texts |= strays
        column = self._column(name, coded, texts)
        direct = self.direct
        patch = pl.Series([None if c is None else float(c) if numbers else c for c in cells], dtype=direct.dtype)
        whole = direct.zip_with(direct.is_not_null(), patch.gather(self.codes))
        physical = {name: _small(whole) if coding is Coding.INTEGER else whole}
        if told:
            physical[column.missing_name] = _gather(kinds, self.codes).fill_null(VALUE)
        return column, physical | self._texts(column, texts)

    def _as_dictionary(self, name: str) -> tuple[Column, dict[str, Any]]:
        """Read every distinct cell one by one: dates or truth values stand among the numbers or texts."""
        pl = polars()
        taken = self.direct.cast(pl.String) if self.way.numbers else self.direct
        words = pl.Series(list(self.texts), dtype=pl.String).gather(self.codes)
        texts = taken.zip_with(taken.is_not_null(), words).replace("", None)
        again = texts.cast(pl.Categorical(pl.Categories.random(physical=pl.UInt32))).alias(self.way.name)
        way = Way(self.way.column, self.way.name)
        return Scanned.of(way, pl.DataFrame([again])).answers(name)


def _only(values: list[Any], counts: Iterable[int]) -> list[Any]:
    """Keep what stands for a row; an unused text must not bring a kind of missing with it."""
    pairs = list(zip(values, counts, strict=True))
    filler = next((value for value, count in pairs if count), GAP)
    return [value if count else filler for value, count in pairs]


def _gather(cells: list[Any], codes: Any) -> Any:
    """Return the cell of each code."""
    pl = polars()
    present = [cell for cell in cells if cell is not None]
    if any(isinstance(cell, str) for cell in present):
        kind = pl.String
    elif any(isinstance(cell, float) for cell in present):
        kind = pl.Float64
    else:
        kind = integer_type(min(present, default=0), max(present, default=0))
    return pl.Series(cells, dtype=kind).gather(codes)


def _number_coding(direct: Any, cells: Iterable[Any]) -> Coding:
    whole = all(isinstance(cell, int) for cell in cells if cell is not None)
    return Coding.INTEGER if whole and bool((direct == direct.round(0)).all()) else Coding.NUMBER


def _small(numbers: Any) -> Any:
    low, high = numbers.min(), numbers.max()
    return numbers.cast(integer_type(int(low or 0), int(high or 0)))
