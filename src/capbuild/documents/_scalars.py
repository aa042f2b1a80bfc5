"""Strict hooks for scalars, unions and types that JSON lacks.

A guess would be a hidden wrong result: `None` is not `'None'`, `'false'` is not true, 3.9 is not 3, True is not 1.
"""

import datetime
import json
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from typing import Any

from attrs import frozen
from cattrs import Converter

from capbuild.dates import PartialDate
from capbuild.errors import did_you_mean
from capbuild.model.evidence import FindingValue, Verdict
from capbuild.model.recipe import Parameter
from capbuild.model.response import AnswerCode, AnswerValue, GeoPoint, Missing
from capbuild.model.training import MeasuredValue

_LONGEST = 60

_CONTAINERS = {dict: "an object", list: "a list", tuple: "a list", type(None): "null"}


class InvalidValueError(ValueError):
    """Value that does not fit its type.

    The message names the valid values. The package turns it into a `DocumentError`.
    """


def describe_value(value: object) -> str:
    """Return a short description of a JSON value.

    Example:
        >>> describe_value([1, 2]), describe_value("no"), describe_value(None), describe_value(True)
        ('a list', '"no"', 'null', 'true')
    """
    words = _CONTAINERS.get(type(value))
    if words is not None:
        return words
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def invalid_value(rule: str, value: object) -> InvalidValueError:
    """Return the error for an invalid value.

    Example:
        >>> print(invalid_value("a text", 3))
        must be a text, not 3
    """
    return InvalidValueError(f"must be {rule}, not {describe_value(value)}")


def with_note(error: Exception, note: str) -> Exception:
    """Return the error with another note on its location."""
    error.__notes__ = [*getattr(error, "__notes__", []), note]
    return error


#: Patterns of texts that represent other types, shared with the JSON Schemas.
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"

OFFSET = r"(Z|[+-][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)"

PATTERNS: dict[type, str] = {
    datetime.date: DATE,
    datetime.datetime: f"{DATE}T{TIME}{OFFSET}?",
    datetime.time: f"{TIME}{OFFSET}?",
    PartialDate: r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?",
    Decimal: r"-?[0-9]+(\.[0-9]+)?([Ee][+-]?[0-9]{1,6})?",
}

_WORDS: dict[type, str] = {
    datetime.date: "a date as YYYY-MM-DD",
    datetime.datetime: "a datetime as YYYY-MM-DDThh:mm:ss with its offset",
    datetime.time: "a time as hh:mm:ss",
    PartialDate: "a date as YYYY, YYYY-MM or YYYY-MM-DD",
    Decimal: "a decimal number as text",
}

_PLAIN_EXPONENT = 30


def read_text_value(raw: object, _: object = None) -> str:
    """Return a text; other types are refused."""
    if type(raw) is not str:
        raise invalid_value("a text", raw)
    return raw


def read_bool(raw: object, _: object = None) -> bool:
    """Return true or false; other types are refused."""
    if type(raw) is not bool:
        raise invalid_value("true or false", raw)
    return raw


def read_int(raw: object, _: object = None) -> int:
    """Return an integer written as one."""
    if type(raw) is not int:
        raise invalid_value("a whole number", raw)
    return raw


def read_float(raw: object, _: object = None) -> float:
    """Return a finite number; whole numbers are accepted."""
    if type(raw) is float and math.isfinite(raw):
        return raw
    if type(raw) is int:
        try:
            return float(raw)
        except OverflowError:
            raise InvalidValueError("must be a number that a computer can hold") from None
    raise invalid_value("a finite number", raw)


def write_float(value: float) -> float:
    """Return a canonical number: 1 as 1.0, -0.0 as 0.0."""
    return float(value) + 0.0


def write_decimal(value: Decimal) -> str:
    """Return an amount as canonical text.

    It has no trailing zeros, and an exponent only if the plain form would be long.
    """
    if not value:
        return "0"
    sign, digits, _ = value.as_tuple()
    stripped = "".join(map(str, digits)).rstrip("0")
    exponent = value.adjusted() - len(stripped) + 1
    plain = Decimal((sign, tuple(map(int, stripped)), exponent))
    return format(plain, "f") if abs(value.adjusted()) <= _PLAIN_EXPONENT else str(plain)


def _make_parser(cls: type, parse: Callable[[str], Any]) -> Callable[[object, object], Any]:
    """Return a cattrs hook for texts with a pattern.

    Args:
        cls: The type.
        parse: Parses a text that matches; raises ValueError if it is invalid.
    """
    pattern = re.compile(PATTERNS[cls])

    def structure(raw: object, _: object = None) -> Any:
        if type(raw) is not str or pattern.fullmatch(raw) is None:
            raise invalid_value(_WORDS[cls], raw)
        try:
            return parse(raw)
        except ValueError:
            raise invalid_value(_WORDS[cls], raw) from None

    return structure


date_in = _make_parser(datetime.date, datetime.date.fromisoformat)

datetime_in = _make_parser(datetime.datetime, datetime.datetime.fromisoformat)

time_in = _make_parser(datetime.time, datetime.time.fromisoformat)


def write_date(value: datetime.date) -> str:
    """Return the ISO text of a date; datetimes are refused."""
    if type(value) is not datetime.date:
        raise InvalidValueError(f"must be a date, not {value!r}")
    return value.isoformat()


@cache
def _index_members(cls: type[Enum]) -> dict[str, Enum]:
    return {member.value: member for member in cls}


def read_enum(raw: object, cls: type[Enum]) -> Enum:
    """Return the enum member with a value."""
    members = _index_members(cls)
    member = members.get(raw) if type(raw) is str else None
    if member is None:
        near = did_you_mean(raw, members) if isinstance(raw, str) else ""
        choices = ", ".join(map(repr, members))
        raise InvalidValueError(f"{invalid_value(f'one of {choices}', raw)}{near}")
    return member


def add_scalar_hooks(converter: Converter) -> None:
    """Register the hooks of all scalars and enums."""
    readers: dict[type, Callable[..., Any]] = {
        str: read_text_value,
        bool: read_bool,
        int: read_int,
        float: read_float,
        datetime.date: date_in,
        datetime.datetime: datetime_in,
        datetime.time: time_in,
        PartialDate: _make_parser(PartialDate, PartialDate.parse),
        Decimal: _make_parser(Decimal, Decimal),
    }
    writers: dict[type, Callable[[Any], Any]] = {
        float: write_float,
        datetime.date: write_date,
        datetime.datetime: datetime.datetime.isoformat,
        PartialDate: str,
        Decimal: write_decimal,
    }
    for cls, reader in readers.items():
        converter.register_structure_hook(cls, reader)
    for cls, writer in writers.items():
        converter.register_unstructure_hook(cls, writer)
    # Both: an enum of texts is closer to `str` than to `Enum`, and would get the hook of texts.
    for base in (StrEnum, Enum):
        converter.register_structure_hook(base, read_enum)
        converter.register_unstructure_hook(base, lambda member: member.value)


@frozen
class UnionType:
    """Members of a union.

    Attributes:
        name: Its name in a schema.
        plain: Types written as plain JSON.
        lists: Whether a list of texts is a member.
        tags: Types written as an object with a single key, by that key.
    """

    name: str
    plain: tuple[type, ...]
    lists: bool = False
    tags: Mapping[str, type] = {}

    @property
    def description(self) -> str:
        """Description of the members."""
        names = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
        parts = [names[cls] for cls in self.plain] + ["a list of texts"] * self.lists
        return ", ".join(parts + [f'{{"{tag}": ...}}' for tag in self.tags])


#: Unions of the model, with the form of each member.
UNIONS: dict[Any, UnionType] = {
    Parameter: UnionType("Parameter", (str, bool, int, float)),
    FindingValue: UnionType("FindingValue", (int, float), tags={"verdict": Verdict, "missing": Missing}),
    MeasuredValue: UnionType("MeasuredValue", (int, float), tags={"missing": Missing}),
    AnswerCode: UnionType("AnswerCode", (str, int, float)),
    AnswerValue: UnionType(
        "AnswerValue",
        (str, bool, int, float),
        lists=True,
        tags={
            "date": datetime.date,
            "datetime": datetime.datetime,
            "time": datetime.time,
            "place": GeoPoint,
            "missing": Missing,
        },
    ),
}


def _make_union_reader(union: UnionType, readers: Mapping[str, Callable[[Any, Any], Any]]) -> Callable[[Any, Any], Any]:
    def structure(raw: Any, _: object = None) -> Any:
        kind = type(raw)
        if kind in union.plain:
            return read_float(raw) if kind is float else raw
        if kind is list and union.lists and all(type(item) is str for item in raw):
            return tuple(raw)
        if kind is not dict or len(raw) != 1 or not union.tags:
            raise invalid_value(f"one of {union.description}", raw)
        ((tag, value),) = raw.items()
        if tag not in readers:
            near = did_you_mean(tag, readers)
            raise InvalidValueError(f"must be one of {union.description}, not an object with the key {tag!r}{near}")
        return readers[tag](value, union.tags[tag])

    return structure


def _make_union_writer(union: UnionType, writers: Mapping[type, Callable[[Any], Any]]) -> Callable[[Any], Any]:
    tag_of = {cls: tag for tag, cls in union.tags.items()}

    def unstructure(value: Any) -> Any:
        kind = type(value)
        if kind in union.plain:
            return value
        if kind is tuple and union.lists:
            return list(value)
        if kind not in tag_of:
            raise InvalidValueError(f"must be one of {union.description}, not {value!r}")
        return {tag_of[kind]: writers[kind](value)}

    return unstructure


def add_union_hooks(converter: Converter) -> None:
    """Register the hooks of all unions.

    The hooks of scalars, enums and classes must be registered before.
    """
    readers = {datetime.date: date_in, datetime.datetime: datetime_in, datetime.time: time_in}
    writers: dict[type, Callable[[Any], Any]] = {datetime.date: write_date, datetime.time: datetime.time.isoformat}
    for tp, union in UNIONS.items():
        ins = {t: readers.get(cls) or converter.get_structure_hook(cls) for t, cls in union.tags.items()}
        outs = {cls: writers.get(cls) or converter.get_unstructure_hook(cls) for cls in union.tags.values()}
        converter.register_structure_hook(tp, _make_union_reader(union, ins))
        converter.register_unstructure_hook(tp, _make_union_writer(union, outs))
