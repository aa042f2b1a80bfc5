"""Classes whose annotations are checked: a field takes what its annotation says, and nothing else.

    @model(kw_only=True)
    class Finding:
        country: Country
        target: str
        status: FindingStatus = FindingStatus.CLAIMED

An enum field takes a member or its value, and stores the member. A float field takes a whole number, and never NaN or
infinity; an integer field never takes True. Numbers of numpy become Python's. A moment has a time zone. A field of a
tuple or a map takes any collection, and each member is checked. Anything else is a `ModelError` that names class,
field, rule and value. So equal objects behave alike: no field holds `"yes"` for `Verdict.YES`, or True for 1.

A `converter` of a field tells type checkers what else it takes; `capbuild.checks` has the usual ones. A class whose
name says too little in messages has `_words_`.
"""

import contextlib
import datetime
import math
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import cache
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import attrs
from attrs import Attribute

from capbuild.checks import to_map, to_texts, to_tuple
from capbuild.dates import PartialDate, as_partial_date
from capbuild.errors import ModelError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.text import Text, as_optional_text, as_text

__all__ = ["model"]

#: Converters that do no more than what the annotation asks for.
_IMPLIED = (to_map, to_texts, to_tuple, as_text, as_optional_text, as_partial_date)
#: Enums of up to so many members are listed in a message.
_LISTED = 12


class _Refused(Exception):
    """A value does not fit.

    Attributes:
        value: The value, or the member of it that does not fit.
        rule: What it must be.
        hint: What was probably meant.
        place: Where the member is, such as `[3]`.
    """

    def __init__(self, value: object, rule: str, hint: str = "") -> None:
        super().__init__(rule)
        self.value, self.rule, self.hint, self.place = value, rule, hint, ""


class _Rule:
    """What one annotation takes.

    Attributes:
        exact: Classes whose direct instances are taken as they are.
        convert: Returns any other value as it is stored, or raises `_Refused`.
        words: What is taken, as messages say it.
    """

    __slots__ = ("convert", "exact", "words")

    def __init__(self, words: str, exact: Iterable[type], convert: Callable[[Any], Any] | None = None) -> None:
        self.words = words
        self.exact = frozenset(exact)
        self.convert = convert or self.refuse

    def refuse(self, value: object) -> typing.NoReturn:
        raise _Refused(value, f"must be {self.words}")

    def __call__(self, value: Any) -> Any:
        return value if value.__class__ in self.exact else self.convert(value)


def _text(value: object) -> str:
    """A plain text, also for a text of a derived class such as an enum's."""
    if not isinstance(value, str):
        raise _Refused(value, "must be a text")
    return str.__str__(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise _Refused(value, "must be a whole number")
    return int(value)


def _number(value: object) -> float:
    """A finite number; whole numbers stay whole."""
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise _Refused(value, "must be a finite number")
    return float(value)


def _moment(value: object) -> datetime.datetime:
    if not isinstance(value, datetime.datetime) or value.tzinfo is None:
        raise _Refused(value, "must be a datetime with a time zone")
    return value


def _any_text(value: object) -> Text:
    """A text, also from a string, or from strings by language."""
    if isinstance(value, Mapping):
        if value and all(isinstance(one, str) for pair in value.items() for one in pair):
            return as_text(value)
    elif isinstance(value, str | Text):
        return as_text(value)
    raise _Refused(value, "must be a text")


def _partial_date(value: object) -> PartialDate:
    if isinstance(value, str | datetime.date):
        with contextlib.suppress(ValueError):
            return typing.cast("PartialDate", as_partial_date(value))
    raise _Refused(value, "must be a date, as YYYY, YYYY-MM or YYYY-MM-DD")


_PLAIN = {
    str: _Rule("a text", [str], _text),
    int: _Rule("a whole number", [int], _whole),
    float: _Rule("a finite number", [int], _number),
    bool: _Rule("true or false", [bool]),
    datetime.date: _Rule("a date", [datetime.date]),
    datetime.datetime: _Rule("a datetime with a time zone", [], _moment),
    types.NoneType: _Rule("None", [types.NoneType]),
    Text: _Rule("a text", [Text], _any_text),
    PartialDate: _Rule("a date, as YYYY, YYYY-MM or YYYY-MM-DD", [PartialDate], _partial_date),
}


def _of_enum(cls: type[Enum]) -> _Rule:
    members = {member.value: member for member in cls}
    words = f"one of {', '.join(map(repr, members))}" if len(members) <= _LISTED else f"a value of {cls.__name__}"

    def convert(value: object) -> Enum:
        found = members.get(value) if value.__class__ is str else None
        if found is None:
            raise _Refused(value, f"must be {words}", did_you_mean(value, members) if isinstance(value, str) else "")
        return found

    return _Rule(words, [cls], convert)


def _of_class(cls: type) -> _Rule:
    def convert(value: object) -> object:
        if not isinstance(value, cls):
            raise _Refused(value, f"must be {words}")
        return value

    words = getattr(cls, "_words_", cls.__name__)
    return _Rule(words, [cls], convert)


def _of_tuple(members: tuple[Any, ...]) -> _Rule:
    member = _rule(members[0])
    if len(members) != 2 or members[1] is not ...:
        rules = [_rule(one) for one in members]
        words = f"{len(rules)} values"

        def convert_each(value: Iterable[Any]) -> tuple[Any, ...]:
            found = _items(value, words)
            if len(found) != len(rules):
                raise _Refused(value, f"must be {words}")
            return tuple(
                _inside(f"[{place}]", rule, one) for place, (rule, one) in enumerate(zip(rules, found, strict=True))
            )

        return _Rule(words, [], convert_each)
    words = f"a collection, each {member.words}"
    exact = member.exact

    def convert(value: Iterable[Any]) -> tuple[Any, ...]:
        found = _items(value, words)
        if all(one.__class__ in exact for one in found):
            return found
        return tuple(_inside(f"[{place}]", member, one) for place, one in enumerate(found))

    return _Rule(words, [], convert)


def _items(value: Iterable[Any], words: str) -> tuple[Any, ...]:
    if value.__class__ is tuple:
        return value
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise _Refused(value, f"must be {words}")
    return tuple(value)


def _of_map(members: tuple[Any, ...]) -> _Rule:
    key, item = map(_rule, members)
    words = f"a mapping of {key.words} to {item.words}"
    keys, items = key.exact, item.exact

    def convert(value: Mapping[Any, Any]) -> FrozenMap[Any, Any]:
        if not isinstance(value, Mapping):
            raise _Refused(value, f"must be {words}")
        found = value if value.__class__ is FrozenMap else FrozenMap(value)
        if all(k.__class__ in keys and v.__class__ in items for k, v in found.items()):
            return found
        return FrozenMap(
            {_inside(f"[{k!r}]", key, k): _inside(f"[{k!r}]", item, v) for k, v in found.items()},
        )

    return _Rule(words, [], convert)


def _inside(place: str, rule: _Rule, value: object) -> Any:
    try:
        return rule(value)
    except _Refused as refused:
        refused.place = place + refused.place
        raise


def _of_union(members: tuple[Any, ...]) -> _Rule:
    rules = [_rule(one) for one in members]
    named = dict.fromkeys(rule.words for rule in rules)
    if _PLAIN[float].words in named:
        named.pop(_PLAIN[int].words, None)
    words = " or ".join(named)

    def convert(value: object) -> Any:
        inner: _Refused | None = None
        hint = ""
        for rule in rules:
            try:
                return rule(value)
            except _Refused as refused:
                inner = refused if refused.place else inner
                hint = hint or refused.hint
        raise inner or _Refused(value, f"must be {words}", hint)

    return _Rule(words, frozenset().union(*(rule.exact for rule in rules)), convert)


def _anything(value: object) -> object:
    return value


@cache
def _rule(annotation: Any) -> _Rule:
    """Return what an annotation takes."""
    origin, members = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if annotation is None:
        return _PLAIN[types.NoneType]
    if origin in (typing.Union, types.UnionType):
        return _of_union(members)
    if origin is tuple:
        return _of_tuple(members)
    if origin is FrozenMap:
        return _of_map(members)
    if isinstance(annotation, type):
        return _of_enum(annotation) if issubclass(annotation, Enum) else _of_class(annotation)
    return _of_class(origin) if isinstance(origin, type) else _Rule("anything", [], _anything)


def _resolved(module: str, annotation: Any) -> Any:
    """Return an annotation without forward references, once the module is complete."""
    holder = type("_", (), {"__annotations__": {"it": annotation}})
    return typing.get_type_hints(holder, vars(sys.modules[module]))["it"]


def _checked(cls: type, attribute: "Attribute[Any]") -> "Attribute[Any]":
    """Return a field that checks what it is given."""
    given: Any = attribute.converter
    annotation, module = attribute.type, cls.__module__
    name = f"{cls.__name__}.{attribute.name}"
    implied = given in _IMPLIED or (isinstance(given, type) and issubclass(given, Enum))
    before: Any = None if implied else given
    rule: _Rule | None = None
    exact: frozenset[type] = frozenset()

    def check(value: Any) -> Any:
        nonlocal rule, exact
        if value.__class__ in exact:
            return value
        if rule is None:  # resolved at first use: the annotation may name a class that comes later
            rule = _rule(_resolved(module, annotation))
            exact = rule.exact
        try:
            return rule(value)
        except _Refused as refused:
            raise ModelError(name + refused.place, refused.value, refused.rule, refused.hint) from None

    def convert(value: Any) -> Any:
        return check(before(value))

    return attribute.evolve(converter=check if before is None else convert)


def _transformed(cls: type, fields: list[Any]) -> list[Any]:
    return [one if one.inherited or not one.init else _checked(cls, one) for one in fields]


if TYPE_CHECKING:
    from attrs import frozen as model
else:

    def model(cls=None, **settings):
        """Return a frozen attrs class whose annotations are checked; takes what `attrs.frozen` takes."""
        return attrs.frozen(cls, field_transformer=_transformed, **settings)
