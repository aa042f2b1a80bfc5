"""Strict hooks for what JSON has no type for, and for scalars that would otherwise be guessed at.

A guess is a wrong result that nobody sees: `None` is not `'None'`, `'false'` is not true, 3.9 is not 3, True is not 1.
"""

import datetime
import math
import re
from collections.abc import Callable
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from typing import Any

from cattrs import Converter

from capbuild.dates import PartialDate
from capbuild.documents._misfit import Misfit, misfit
from capbuild.errors import did_you_mean

#: Patterns of texts that stand for other types, shared with the JSON Schemas.
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
    datetime.datetime: "a moment as YYYY-MM-DDThh:mm:ss with its offset",
    datetime.time: "a time as hh:mm:ss",
    PartialDate: "a date as YYYY, YYYY-MM or YYYY-MM-DD",
    Decimal: "a decimal number as text",
}
_PLAIN_EXPONENT = 30


def text_in(raw: object, _: object = None) -> str:
    """A text, and nothing that could be shown as one."""
    if type(raw) is not str:
        raise misfit("a text", raw)
    return raw


def bool_in(raw: object, _: object = None) -> bool:
    """True or false, not what Python takes for them."""
    if type(raw) is not bool:
        raise misfit("true or false", raw)
    return raw


def int_in(raw: object, _: object = None) -> int:
    """A whole number written as one."""
    if type(raw) is not int:
        raise misfit("a whole number", raw)
    return raw


def float_in(raw: object, _: object = None) -> float:
    """A finite number; a whole one is taken too."""
    if type(raw) is float and math.isfinite(raw):
        return raw
    if type(raw) is int:
        try:
            return float(raw)
        except OverflowError:
            raise Misfit("must be a number that a computer can hold") from None
    raise misfit("a finite number", raw)


def float_out(value: float) -> float:
    """Equal numbers are written alike: 1 as 1.0, and -0.0 as 0.0."""
    return float(value) + 0.0


def decimal_out(value: Decimal) -> str:
    """Equal amounts are written alike: no zeros at the end of a fraction, and no exponent where it can be helped."""
    if not value:
        return "0"
    sign, digits, _ = value.as_tuple()
    stripped = "".join(map(str, digits)).rstrip("0")
    exponent = value.adjusted() - len(stripped) + 1
    plain = Decimal((sign, tuple(map(int, stripped)), exponent))
    return format(plain, "f") if abs(value.adjusted()) <= _PLAIN_EXPONENT else str(plain)


def _parser(cls: type, parse: Callable[[str], Any]) -> Callable[[object, object], Any]:
    """Return a hook for a type that is written as text of one pattern; `parse` raises ValueError on the rest."""
    pattern = re.compile(PATTERNS[cls])

    def structure(raw: object, _: object = None) -> Any:
        if type(raw) is not str or pattern.fullmatch(raw) is None:
            raise misfit(_WORDS[cls], raw)
        try:
            return parse(raw)
        except ValueError:
            raise misfit(_WORDS[cls], raw) from None

    return structure


date_in = _parser(datetime.date, datetime.date.fromisoformat)
datetime_in = _parser(datetime.datetime, datetime.datetime.fromisoformat)
time_in = _parser(datetime.time, datetime.time.fromisoformat)


def date_out(value: datetime.date) -> str:
    """ISO text of a date; a moment in its place would be read back as something else."""
    if type(value) is not datetime.date:
        raise Misfit(f"must be a date, not {value!r}")
    return value.isoformat()


@cache
def _members(cls: type[Enum]) -> dict[str, Enum]:
    return {member.value: member for member in cls}


def enum_in(raw: object, cls: type[Enum]) -> Enum:
    """A member of an enum, by its value."""
    members = _members(cls)
    member = members.get(raw) if type(raw) is str else None
    if member is None:
        near = did_you_mean(raw, members) if isinstance(raw, str) else ""
        choices = ", ".join(map(repr, members))
        raise Misfit(f"{misfit(f'one of {choices}', raw)}{near}")
    return member


def add_scalars(converter: Converter) -> None:
    """Register the hooks of all scalars and enums."""
    readers: dict[type, Callable[..., Any]] = {
        str: text_in,
        bool: bool_in,
        int: int_in,
        float: float_in,
        datetime.date: date_in,
        datetime.datetime: datetime_in,
        datetime.time: time_in,
        PartialDate: _parser(PartialDate, PartialDate.parse),
        Decimal: _parser(Decimal, Decimal),
    }
    writers: dict[type, Callable[[Any], Any]] = {
        float: float_out,
        datetime.date: date_out,
        datetime.datetime: datetime.datetime.isoformat,
        PartialDate: str,
        Decimal: decimal_out,
    }
    for cls, reader in readers.items():
        converter.register_structure_hook(cls, reader)
    for cls, writer in writers.items():
        converter.register_unstructure_hook(cls, writer)
    # Both: an enum of texts is nearer to `str` than to `Enum`, and would get the hook of texts.
    for base in (StrEnum, Enum):
        converter.register_structure_hook(base, enum_in)
        converter.register_unstructure_hook(base, lambda member: member.value)
