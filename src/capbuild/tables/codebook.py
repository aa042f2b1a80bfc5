"""Codebook of a table: its columns and their values."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any

from attrs import field, frozen

from capbuild.checks import identifier, to_map, to_tuple
from capbuild.errors import DocumentError, ModelError
from capbuild.frozen import FrozenMap
from capbuild.model import AnswerValue, Country, CountryKind, GeoPoint, Missing, Questionnaire, ResponseStatus

#: Value of one cell of a table: an answer, or a fact about the response.
StoredValue = AnswerValue | ResponseStatus | Country | None

#: JSON: texts, numbers and booleans as they are, everything else as an object with one key.
Plain = Any

_READ: dict[str, Callable[[Any], Any]] = {
    "missing": lambda name: Missing[name],
    "chosen": tuple,
    "moment": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "point": lambda parts: GeoPoint(*parts),
    "status": ResponseStatus,
    "country": lambda parts: _load_country(*parts),
}


def _load_country(alpha_2: str, alpha_3: str, name: str, kind: str, sovereign: str | None) -> Country:
    return Country(alpha_2=alpha_2, alpha_3=alpha_3, name=name, kind=CountryKind(kind), sovereign=sovereign)


def to_plain(value: StoredValue) -> Plain:
    """Convert a value to plain JSON.

    Example:
        >>> to_plain(("law", "unit")), to_plain(datetime.date(2016, 3, 14)), to_plain(3)
        ({'chosen': ['law', 'unit']}, {'date': '2016-03-14'}, 3)
    """
    tagged: dict[str, Any] | None = None
    if isinstance(value, ResponseStatus):
        tagged = {"status": value.value}
    elif isinstance(value, Missing):
        tagged = {"missing": value.name}
    elif isinstance(value, tuple):
        tagged = {"chosen": list(value)}
    elif isinstance(value, datetime.datetime):
        tagged = {"moment": value.isoformat()}
    elif isinstance(value, datetime.date | datetime.time):
        tagged = {"date" if isinstance(value, datetime.date) else "time": value.isoformat()}
    elif isinstance(value, Country):
        tagged = {"country": [value.alpha_2, value.alpha_3, value.name, value.kind.value, value.sovereign]}
    elif isinstance(value, GeoPoint):
        tagged = {"point": [value.latitude, value.longitude, value.altitude, value.accuracy]}
    return value if tagged is None else tagged


def from_plain(plain: Plain) -> Any:
    """Convert the output of `to_plain` back to a value.

    Raises:
        DocumentError: It is not valid.

    Example:
        >>> from_plain(to_plain(GeoPoint(13.1, -59.6))), from_plain({"missing": "REFUSED"}).value
        (GeoPoint(latitude=13.1, longitude=-59.6), 'refused')
    """
    if not isinstance(plain, dict):
        return plain
    try:
        ((kind, stored),) = plain.items()
        return _READ[kind](stored)
    except (KeyError, ValueError, TypeError) as error:
        raise DocumentError(f"a codebook contains {plain!r}, which is no value") from error


#: Codes of the companion column with reasons for missing values. They are written to files: never renumber.
VALUE = 0

KIND_CODES: dict[Missing, int] = {
    Missing.NOT_ASKED: 1,
    Missing.NOT_APPLICABLE: 2,
    Missing.DONT_KNOW: 3,
    Missing.REFUSED: 4,
    Missing.NO_ANSWER: 5,
    Missing.NOT_COLLECTED: 6,
    Missing.CONFIDENTIAL: 7,
    Missing.NOT_OBSERVED: 8,
    Missing.INVALID: 9,
}

#: The value is in the companion column of texts: a word in a column of numbers.
OTHER_TEXT = 10

#: The response has no answer to this question.
NO_ANSWER_GIVEN = 11

KIND_OF_CODE: dict[int, Missing] = {code: kind for kind, code in KIND_CODES.items()}


class Coding(StrEnum):
    """Encoding of a physical column's values."""

    #: Indices into `Column.values`, from 0.
    CODED = "coded"
    #: Integers.
    INTEGER = "integer"
    #: Decimal numbers.
    NUMBER = "number"
    #: Texts, for free texts that hardly repeat.
    TEXT = "text"
    #: Values of several types that hardly repeat, as JSON.
    TAGGED = "tagged"
    #: The same value in every row; there is no physical column.
    CONSTANT = "constant"
    #: A text made from the row number by the pattern in `values`; there is no physical column.
    FROM_ROW = "from row"


@frozen(kw_only=True)
class Column:
    """Column of answers to a question, or of a fact.

    Attributes:
        name: Name of the physical column: lower case, unique ignoring case, so that every engine accepts it.
        question: Id of the question, or name of the fact.
        repeat: Number of the repeat of a repeated block, from 1; 0 outside repeats.
        coding: Encoding of the values.
        values: Values of the codes, from 0; the value of a constant; the pattern of a text made from the row.
        absent: Meaning of a null if there is no companion column `missing`; None: no answer was given.
        kinds: Codes in the companion column `missing`, including 0; empty if there is no such column.
        texts: Values of the codes in the companion column of texts; empty if there is no such column.
        comments: Values of the codes in the companion column of comments; empty if there is no such column.
        place: Number of the column in the file, from 1, for origins; None if it differs between rows.
        step: Path of a cell below the path of its response, in tree-shaped files; empty if it differs.
        own_rows: True if a companion column has file rows that differ from the rows of the responses, as in a long
            table.
    """

    name: str = field(validator=identifier)
    question: str
    repeat: int = 0
    coding: Coding = field(converter=Coding)
    values: tuple[StoredValue, ...] = field(default=(), converter=to_tuple)
    absent: Missing | None = Missing.NO_ANSWER
    kinds: tuple[int, ...] = field(default=(), converter=to_tuple)
    texts: tuple[str, ...] = field(default=(), converter=to_tuple)
    comments: tuple[str, ...] = field(default=(), converter=to_tuple)
    place: int | None = None
    step: str = ""
    own_rows: bool = False

    @property
    def is_stored(self) -> bool:
        """True if there is a physical column."""
        return self.coding not in (Coding.CONSTANT, Coding.FROM_ROW)

    @property
    def missing_name(self) -> str:
        """Name of the companion column with reasons for missing values."""
        return f"{self.name}__missing"

    @property
    def text_name(self) -> str:
        """Name of the companion column of original texts."""
        return f"{self.name}__text"

    @property
    def comment_name(self) -> str:
        """Name of the companion column of comments."""
        return f"{self.name}__comment"

    @property
    def row_name(self) -> str:
        """Name of the companion column of file rows."""
        return f"{self.name}__row"

    @property
    def physical(self) -> tuple[str, ...]:
        """Names of all its physical columns."""
        stored = (
            (self.name, self.is_stored),
            (self.missing_name, bool(self.kinds)),
            (self.text_name, bool(self.texts)),
            (self.comment_name, bool(self.comments)),
            (self.row_name, self.own_rows),
        )
        return tuple(name for name, there in stored if there)


@frozen(kw_only=True)
class Codebook:
    """Meaning of a table's columns.

    Attributes:
        questionnaire: Questions, choices and languages; inferred if the file has none.
        columns: Columns of answers, in the order of the answers.
        facts: Columns of facts about a response: `id`, `place`, `country`, `respondent`, `language`, `row`, ...
        file: Name of the source file, for origins.

    Raises:
        ModelError: Two columns have the same name, ignoring case.
    """

    questionnaire: Questionnaire
    columns: tuple[Column, ...] = field(default=(), converter=to_tuple)
    facts: FrozenMap[str, Column] = field(factory=FrozenMap, converter=to_map)
    file: str = ""

    def __attrs_post_init__(self) -> None:
        seen: set[str] = set()
        for name in self.physical:
            if name.lower() in seen:
                raise ModelError("Codebook.columns", name, "must have names that differ whatever the case")
            seen.add(name.lower())

    @property
    def physical(self) -> tuple[str, ...]:
        """Names of all physical columns, facts first."""
        return tuple(name for column in (*self.facts.values(), *self.columns) for name in column.physical)

    @cached_property
    def _by_question(self) -> dict[str, Column]:
        by_question: dict[str, Column] = {}
        for column in self.columns:
            by_question.setdefault(column.question, column)
        return by_question

    def find(self, name: str) -> Column | None:
        """Return the column of a fact or question, or None.

        A fact takes precedence; of a question's columns, the first one is returned.
        """
        return self.facts.get(name) or self._by_question.get(name)

    def __getitem__(self, name: str) -> Column:
        column = self.find(name)
        if column is None:
            raise KeyError(name)
        return column

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.find(name) is not None

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)


#: Version of the layout of tables in files; files of later versions are rejected.
_VERSION = 1


def _dump_column(column: Column) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": column.name, "question": column.question, "coding": column.coding.value}
    if column.repeat:
        plain["repeat"] = column.repeat
    if column.values:
        plain["values"] = [to_plain(value) for value in column.values]
    if column.absent is not Missing.NO_ANSWER:
        plain["absent"] = column.absent.name if column.absent is not None else None
    for name in ("kinds", "texts", "comments"):
        if stored := getattr(column, name):
            plain[name] = list(stored)
    if column.place is not None:
        plain["place"] = column.place
    if column.step:
        plain["step"] = column.step
    if column.own_rows:
        plain["own_rows"] = True
    return plain


def _load_column(plain: Mapping[str, Any]) -> Column:
    absent = plain.get("absent", Missing.NO_ANSWER.name)
    return Column(
        name=plain["name"],
        question=plain["question"],
        repeat=plain.get("repeat", 0),
        coding=Coding(plain["coding"]),
        values=[from_plain(value) for value in plain.get("values", ())],
        absent=Missing[absent] if absent is not None else None,
        kinds=plain.get("kinds", ()),
        texts=plain.get("texts", ()),
        comments=plain.get("comments", ()),
        place=plain.get("place"),
        step=plain.get("step", ""),
        own_rows=plain.get("own_rows", False),
    )


def codebook_to_plain(codebook: Codebook) -> dict[str, Any]:
    """Convert columns to plain JSON, without the questionnaire."""
    return {
        "version": _VERSION,
        "file": codebook.file,
        "facts": {name: _dump_column(column) for name, column in codebook.facts.items()},
        "columns": [_dump_column(column) for column in codebook.columns],
    }


def codebook_from_plain(plain: Mapping[str, Any], questionnaire: Questionnaire) -> Codebook:
    """Build a codebook from the output of `codebook_to_plain`.

    Args:
        plain: Its columns.
        questionnaire: Its questionnaire.

    Raises:
        DocumentError: It is of a later version or not valid.
    """
    try:
        if plain["version"] > _VERSION:
            raise DocumentError(
                f"the table is of version {plain['version']}, and this capbuild knows {_VERSION}",
                code="CB011",
                remedy="install a newer capbuild",
            )
        return Codebook(
            questionnaire=questionnaire,
            columns=[_load_column(column) for column in plain["columns"]],
            facts={name: _load_column(column) for name, column in plain["facts"].items()},
            file=plain["file"],
        )
    except (KeyError, TypeError, ValueError, AttributeError, ModelError) as error:
        raise DocumentError(f"the codebook of the table cannot be understood: {error!r}") from error
