"""Validators and converters for attrs classes, one rule each.

A validator raises `ModelError` (CB001) that names class, field, value and rule; a converter raises it where nothing can
be made of the value. The model uses them, and so may the options of a plugin:

    @frozen(kw_only=True)
    class Options:
        sheets: tuple[str, ...] = field(default=(), converter=to_tuple)
        rows: int = field(default=1000, validator=between(1))
"""

import datetime
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import Attribute

from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap, freeze
from capbuild.text import Text, as_text

__all__ = [
    "Validator",
    "between",
    "identifier",
    "matches",
    "not_before",
    "to_map",
    "to_texts",
    "to_tuple",
    "unique",
]

#: Takes the instance, the attribute and the value, as attrs calls it.
Validator = Callable[[Any, "Attribute[Any]", Any], None]
_LESS = {True: "before", False: "below"}


def _fail(instance: object, attribute: "Attribute[Any]", value: object, rule: str) -> None:
    raise ModelError(f"{type(instance).__name__}.{attribute.name}", value, rule)


def matches(pattern: re.Pattern[str], rule: str) -> Validator:
    """Return a validator that the whole text fits a pattern."""

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            _fail(instance, attribute, value, rule)

    return check


def between(low: float, high: float = math.inf) -> Validator:
    """Return a validator that a number is in [low, high].

    NaN is refused; values that are not numbers, such as None, pass.
    """
    rule = f"must be at least {low:g}" if high == math.inf else f"must lie between {low:g} and {high:g}"

    def check(instance: object, attribute: "Attribute[Any]", value: object) -> None:
        if isinstance(value, int | float) and not low <= value <= high:
            _fail(instance, attribute, value, rule)

    return check


def not_before(first: str) -> Validator:
    """Return a validator of the order of two fields.

    The fields are dates or numbers; a missing value passes.

    Args:
        first: Name of the field that comes first.
    """

    def check(instance: object, attribute: "Attribute[Any]", value: Any) -> None:
        start = getattr(instance, first, None)
        if start is not None and value is not None and value < start:
            shown = start.isoformat() if isinstance(start, datetime.date) else f"{start:g}"
            _fail(instance, attribute, value, f"must not be {_LESS[isinstance(start, datetime.date)]} {first}, {shown}")

    return check


def unique(key: Callable[[Any], object], what: str) -> Validator:
    """Return a validator that no two items share a key.

    Args:
        key: Returns the key of an item.
        what: Name of the key, for the message.
    """

    def check(instance: object, attribute: "Attribute[Any]", value: Iterable[Any]) -> None:
        seen: set[object] = set()
        for item in value:
            name = key(item)
            if name in seen:
                _fail(instance, attribute, name, f"must not name the same {what} twice")
            seen.add(name)

    return check


def identifier(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse an empty text, or white space at its ends."""
    if not isinstance(value, str) or not value or value != value.strip():
        _fail(instance, attribute, value, "must be a text without white space at its ends")


def to_tuple(value: Iterable[Any]) -> tuple[Any, ...]:
    """Return any iterable but a string as a tuple.

    The function is not generic: mypy lets the type variables of a generic converter leak into the class.
    """
    if isinstance(value, str):
        raise ModelError("value", value, "must be a collection, not one text")
    return tuple(value)


def to_map(value: Mapping[Any, Any]) -> FrozenMap[Any, Any]:
    """Return any mapping as a `FrozenMap`."""
    return freeze(value)


def to_texts(value: Mapping[Any, Text | str]) -> FrozenMap[Any, Text]:
    """Return a mapping to texts or strings as a `FrozenMap`."""
    return FrozenMap({key: as_text(text) for key, text in value.items()})
