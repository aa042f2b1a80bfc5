"""Tables with a label on every cell.

They are made from a seed; the model and the texts are here.
"""

from __future__ import annotations

import datetime
import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from attrs import define, field, frozen
from babel import Locale
from pycountry import countries as iso_countries

from capbuild import Missing

Place = tuple[int, int]
Scalar = str | int | float | datetime.date
Expected = Scalar | Missing | tuple[str, ...]

LABELS = ("answer", "header", "key", "title", "note", "total", "comment", "personal")
LANGUAGES = ("en", "es", "fr", "nl", "pt", "it", "de", "ar", "ru", "zh", "id", "sw")
#: Countries of tables: none with a name that is also another word or country.
POOL = (
    "BB JM CU PE HN KE NP MA VN FI CL UY EC PA CR BO PY BZ HT GY SR TT BR AR MX ES FR PT IT DE GR TR EG TN DZ SN GH CM "
    "UG TZ ZM ZW MZ AO NA BW LK TH KH MY PH ID JP MN UA PL RO BG HU AT NO SE DK IS EE LV LT"
)
HEADS = (
    "country agency institution department unit date language id name email comment year sex indicator question answer "
    "value code description source region section timestamp respondent"
)


@frozen
class Fact:
    """Answer that a cell has.

    Attributes:
        country: Alpha-3 code, empty for none.
        asks: Texts that the question has in its id, text or section.
        dims: Texts of its dimensions, such as a year.
        values: Accepted values.
        option: Option that the cell marks, if it is one of several columns of a multi-select.
        chosen: Whether it marks it.
    """

    country: str
    asks: tuple[str, ...]
    dims: tuple[str, ...] = ()
    values: tuple[Expected, ...] = ()
    option: str = ""
    chosen: bool = True


@frozen
class Value:
    """Content of a cell and its accepted values.

    Attributes:
        cell: Content of the file.
        values: Accepted values; the content itself if empty.
        shown: Number format of a workbook.
        remark: Comment on the cell.
        option: Option that the cell marks.
        chosen: Whether it marks it.
    """

    cell: Scalar
    values: tuple[Expected, ...] = ()
    shown: str = ""
    remark: str = ""
    option: str = ""
    chosen: bool = True


@frozen
class Cell:
    """Cell with its label.

    Attributes:
        value: Content.
        label: One of `LABELS`.
        fact: The answer, if it is one.
        of: Answer that a comment belongs to.
        at: Sheet, row and column when the table was made; variations move cells.
    """

    value: Value
    label: str
    fact: Fact | None = None
    of: Place | None = None
    at: tuple[int, int, int] = (0, 0, 0)


@frozen
class Column:
    """Column of a table.

    It has header texts from top to bottom, its label and what it asks.
    """

    headers: tuple[str, ...]
    label: str = "answer"
    asks: tuple[str, ...] | None = None
    dims: tuple[str, ...] = ()


@frozen
class Row:
    """Row of a table.

    It has country, contents, and what the row adds to the question.
    """

    country: str
    values: Sequence[Value | Scalar | None]
    asks: tuple[str, ...] = ()
    dims: tuple[str, ...] = ()
    label: str = ""


@define
class Sheet:
    """Sheet of labelled cells."""

    name: str
    index: int = 0
    cells: dict[Place, Cell] = field(factory=dict)
    merged: list[tuple[int, int, int, int]] = field(factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(factory=set)
    hidden_columns: set[int] = field(factory=set)

    @property
    def height(self) -> int:
        """Number of rows."""
        return max(row for row, _ in self.cells)

    @property
    def width(self) -> int:
        """Number of columns."""
        return max(column for _, column in self.cells)

    def put(self, row: int, column: int, value: Value | Scalar | None, label: str, **more: Any) -> None:
        """Fill a cell; blank values are left out."""
        if value is None:
            return
        if (row, column) in self.cells or label not in LABELS:
            raise ValueError(f"{self.name}: cell {row}, {column} is filled already, or has no label {label!r}")
        content = value if isinstance(value, Value) else Value(value)
        self.cells[row, column] = Cell(content, label, at=(self.index, row, column), **more)

    def answer(
        self, row: int, column: int, value: Value | Scalar | None, country: str, *asks: str, dims: Sequence[str] = ()
    ) -> None:
        """Fill a cell with an answer."""
        if value is not None:
            found = value if isinstance(value, Value) else Value(value)
            fact = Fact(country, asks, tuple(dims), found.values or (found.cell,), found.option, found.chosen)
            self.put(row, column, found, "answer", fact=fact)

    def line(self, row: int, label: str, *values: Value | Scalar | None, left: int = 1) -> int:
        """Fill a row with one label's cells; return the next."""
        for place, value in enumerate(values, left):
            self.put(row, place, value, label)
        return row + 1

    def fill(
        self, columns: Sequence[Column], rows: Sequence[Row], top: int = 1, left: int = 1, *, merge: bool = False
    ) -> int:
        """Fill a table with its header; return the row below."""
        body = top + len(columns[0].headers)
        self.header(columns, top, left, merge=merge)
        for number, row in enumerate(rows, body):
            for place, (column, value) in enumerate(zip(columns, row.values, strict=True), left):
                label = row.label or column.label
                if label == "answer":
                    asks = (*(column.headers if column.asks is None else column.asks), *row.asks)
                    self.answer(number, place, value, row.country, *filter(None, asks), dims=(*row.dims, *column.dims))
                elif label == "comment":
                    self.put(number, place, value, label, of=(number, place - 1))
                else:
                    self.put(number, place, value, label)
        return body + len(rows)

    def header(self, columns: Sequence[Column], top: int, left: int, *, merge: bool = False) -> None:
        """Fill header rows.

        A text that continues in the next column of an upper row is written once.
        """
        for level in range(len(columns[0].headers)):
            starts = [i for i, column in enumerate(columns) if i == 0 or _differs(columns[i - 1], column, level)]
            for start, end in zip(starts, [*starts[1:], len(columns)], strict=True):
                self.put(top + level, left + start, columns[start].headers[level] or None, "header")
                if merge and end - start > 1 and columns[start].headers[level]:
                    self.merged.append((top + level, left + start, top + level, left + end - 1))


def _differs(one: Column, other: Column, level: int) -> bool:
    return level == len(one.headers) - 1 or one.headers[: level + 1] != other.headers[: level + 1]


@define
class Table:
    """File of labelled sheets.

    Attributes:
        kind: Kind of layout.
        language: Language of its texts.
        sheets: The sheets.
        stem: Name of the file without its ending.
        plain: Whether it is one table of records with one header row in the first cell.
        delimiter: The only delimiter of the product, if it has one.
    """

    kind: str
    language: str
    sheets: list[Sheet] = field(factory=list)
    stem: str = "table"
    plain: bool = False
    delimiter: str = ""

    def sheet(self, name: str = "Sheet1", *, hidden: bool = False) -> Sheet:
        """Add a sheet."""
        self.sheets.append(Sheet(name, len(self.sheets), hidden=hidden))
        return self.sheets[-1]


@frozen
class Question:
    """Question with a source of answers."""

    text: str
    make: Callable[[], Value | None]


@define
class Maker:
    """Source of texts, countries and answers in one language."""

    language: str
    rng: random.Random
    blanks: float = 0.06

    @property
    def words(self) -> dict[str, Any]:
        """Texts of the language."""
        return texts()[self.language]

    def __getitem__(self, head: str) -> str:
        headers: list[str] = self.words["headers"].split("|")
        return headers[HEADS.split().index(head)]

    def pick(self, name: str, number: int = 0) -> list[str]:
        """Return texts of a list, or a random sample."""
        found: list[str] = self.words[name]
        return self.rng.sample(found, number) if number else list(found)

    def countries(self, number: int) -> list[tuple[str, str]]:
        """Return codes and names of countries."""
        names = Locale(self.language).territories
        return [(alpha_3(code), names[code]) for code in sorted(self.rng.sample(POOL.split(), number))]

    def maybe(self, value: Value) -> Value | None:
        """Return a value, or seldom a blank."""
        return None if self.rng.random() < self.blanks else value

    def yes_no(self) -> Value | None:
        """Return yes, no or partly."""
        place = self.rng.choices((0, 1, 2), (5, 4, 2))[0]
        return self.maybe(Value(self.words["answers"][place], self.accepted(place)))

    def accepted(self, place: int) -> tuple[Expected, ...]:
        """Return the accepted readings of an answer word.

        It is yes (0), no (1) or partly (2).
        """
        text = self.words["answers"][place]
        return (text, place == 0) if place < 2 else (text,)

    def number(self) -> Value | None:
        """Return a count."""
        return self.maybe(Value(self.rng.choice((0, *range(1, 400)))))

    def level(self) -> Value | None:
        """Return one of three levels."""
        return self.maybe(Value(self.rng.choice(self.words["levels"])))

    def text(self) -> Value | None:
        """Return a short text."""
        return self.maybe(Value(self.rng.choice(self.words["remarks"])))

    def day(self) -> Value:
        """Return a date."""
        day = datetime.date(2016, self.rng.randint(1, 12), self.rng.randint(1, 28))
        return Value(day, (day, day.isoformat()))

    def decimal(self) -> Value:
        """Return a number with one decimal."""
        return Value(self.rng.randint(10, 989) / 10)

    def several(self, separator: str, end: str = "") -> Value:
        """Return one to three options, joined."""
        options = self.words["options"]
        chosen = tuple(sorted(self.rng.sample(options, self.rng.randint(1, 3)), key=options.index))
        joined = separator.join(chosen) + end
        return Value(joined, (chosen, joined))

    def questions(self, number: int = 5) -> list[Question]:
        """Return questions of several types.

        From 4 on they include a count and a level.
        """
        asked = [Question(text, self.yes_no) for text in self.pick("questions", max(number - 2, 2))]
        asked.append(Question(self.pick("numbers", 1)[0], self.number))
        return [*asked, Question(self.words["open"], self.level)][:number]

    def indicators(self, number: int = 3) -> list[Question]:
        """Return indicators that are counts."""
        return [Question(text, self.number) for text in self.pick("numbers", number)]


@frozen
class Kind:
    """Layout of a table.

    It has the function that makes it, and whether it is one plain table of records.
    """

    make: Callable[[Table, Maker], None]
    plain: bool


@cache
def texts() -> dict[str, dict[str, Any]]:
    """Return the texts of all languages."""
    return tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))


def alpha_3(code: str) -> str:
    """Return the three-letter code of a two-letter code."""
    return next(country.alpha_3 for country in iso_countries if country.alpha_2 == code)


def english_name(code: str) -> str:
    """Return a country's English name by three-letter code."""
    return str(Locale("en").territories[next(country.alpha_2 for country in iso_countries if country.alpha_3 == code)])


def _registry() -> dict[str, Kind]:
    from benchmarks.layouts.kinds import KINDS

    for name in ("products", "pages", "topics", "headings", "printed"):  # they register their layouts
        import_module(f"benchmarks.layouts.{name}")
    return KINDS


def kinds() -> list[str]:
    """Return the names of the layouts."""
    return list(_registry())


def make(kind: str, language: str, seed: int) -> Table:
    """Make one table."""
    found = _registry()[kind]
    table = Table(kind, language, plain=found.plain)
    found.make(table, Maker(language, random.Random(f"{kind} {language} {seed}")))
    return table


def tables(seed: int = 1, number: int = 0) -> Iterator[Table]:
    """Make tables of all kinds.

    Each is in every language by default.

    Args:
        seed: Seed of all contents.
        number: How many tables, kinds in turn; 0 for each kind in each language once.
    """
    names = kinds()
    for turn in range(number or len(names) * len(LANGUAGES)):
        again, place = divmod(turn, len(names))
        yield make(names[place], LANGUAGES[(again + place) % len(LANGUAGES)], seed + again // len(LANGUAGES))
