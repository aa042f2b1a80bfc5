"""Frozen classes that check the types of their fields.

    @model(kw_only=True)
    class Finding:
        country: Country
        target: str
        status: FindingStatus = FindingStatus.CLAIMED

An enum field accepts a member or its value, and stores the member. A float field accepts a whole number, and never NaN
or infinity; an integer field never accepts True. Numbers of numpy become Python's. A moment has a time zone. A field of
a tuple or a map accepts any collection, and each member is checked. Anything else is a `ModelError` that names class,
field, rule and value. So equal objects behave alike: no field contains `"yes"` for `Verdict.YES`, or True for 1.

`explains_arguments` does the same for the arguments of a function that is given something else and fails.

A `converter` of a field declares further accepted types; `capbuild.checks` has the usual ones. A class with a
name that is unclear in messages has `_words_`.
"""

import contextlib
import datetime
import functools
import inspect
import math
import sys
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import attrs
from attrs import Attribute

from capbuild._slots import repr_set_fields
from capbuild.checks import to_map, to_texts, to_tuple
from capbuild.dates import PartialDate, as_partial_date
from capbuild.errors import ModelError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.text import Text, as_optional_text, as_text

__all__ = ["explains_arguments", "field_types", "model"]

P = ParamSpec("P")
R = TypeVar("R")

#: Converters that do no more than the annotation requires.
_IMPLIED = (to_map, to_texts, to_tuple, as_text, as_optional_text, as_partial_date)
#: Enums of up to so many members are listed in a message.
_LISTED = 12


class _InvalidValueError(Exception):
    """Value that does not fit its annotation.

    Attributes:
        value: The value, or the member of it that does not fit.
        rule: Requirement on the value.
        hint: Probable intention.
        place: Position of the member, such as `[3]`.
    """

    def __init__(self, value: object, rule: str, hint: str = "") -> None:
        super().__init__(rule)
        self.value, self.rule, self.hint, self.place = value, rule, hint, ""


class _TypeRule:
    """Check of one annotation.

    Attributes:
        exact: Classes whose direct instances are used unchanged.
        convert: Returns any other value as it is stored, or raises `_Refused`.
        words: Accepted values, as named in messages.
    """

    __slots__ = ("convert", "exact", "words")

    def __init__(self, words: str, exact: Iterable[type], convert: Callable[[Any], Any] | None = None) -> None:
        self.words = words
        self.exact = frozenset(exact)
        self.convert = convert or self.make_error

    def make_error(self, value: object) -> typing.NoReturn:
        raise _InvalidValueError(value, f"must be {self.words}")

    def __call__(self, value: Any) -> Any:
        return value if value.__class__ in self.exact else self.convert(value)


def _check_text(value: object) -> str:
    """Return a plain text, also of a derived class."""
    if not isinstance(value, str):
        raise _InvalidValueError(value, "must be a text")
    return str.__str__(value)


def _check_integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise _InvalidValueError(value, "must be a whole number")
    return int(value)


def _check_number(value: object) -> float:
    """Return a finite number; whole numbers stay whole."""
    if value.__class__ is float and math.isfinite(value):
        return value
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise _InvalidValueError(value, "must be a finite number")
    return float(value)


def _check_datetime(value: object) -> datetime.datetime:
    if not isinstance(value, datetime.datetime) or value.tzinfo is None:
        raise _InvalidValueError(value, "must be a datetime with a time zone")
    return value


def _check_multilingual(value: object) -> Text:
    """Return a text, also from strings by language."""
    if isinstance(value, Mapping):
        if value and all(isinstance(part, str) for pair in value.items() for part in pair):
            return as_text(value)
    elif isinstance(value, str | Text):
        return as_text(value)
    raise _InvalidValueError(value, "must be a text")


def _check_partial_date(value: object) -> PartialDate:
    if isinstance(value, str | datetime.date):
        with contextlib.suppress(ValueError):
            return typing.cast("PartialDate", as_partial_date(value))
    raise _InvalidValueError(value, "must be a date, as YYYY, YYYY-MM or YYYY-MM-DD")


_PLAIN: dict[Any, _TypeRule] = {
    str: _TypeRule("a text", [str], _check_text),
    int: _TypeRule("a whole number", [int], _check_integer),
    float: _TypeRule("a finite number", [int], _check_number),
    bool: _TypeRule("true or false", [bool]),
    datetime.date: _TypeRule("a date", [datetime.date]),
    datetime.datetime: _TypeRule("a datetime with a time zone", [], _check_datetime),
    types.NoneType: _TypeRule("None", [types.NoneType]),
    Text: _TypeRule("a text", [Text], _check_multilingual),
    PartialDate: _TypeRule("a date, as YYYY, YYYY-MM or YYYY-MM-DD", [PartialDate], _check_partial_date),
}


def _enum_rule(cls: type[Enum]) -> _TypeRule:
    members = {member.value: member for member in cls}
    words = f"one of {', '.join(map(repr, members))}" if len(members) <= _LISTED else f"a value of {cls.__name__}"

    def convert(value: object) -> Enum:
        by_value = members.get(value) if value.__class__ is str else None
        if by_value is None:
            raise _InvalidValueError(
                value, f"must be {words}", did_you_mean(value, members) if isinstance(value, str) else ""
            )
        return by_value

    return _TypeRule(words, [cls], convert)


def _class_rule(cls: type) -> _TypeRule:
    def convert(value: object) -> object:
        if not isinstance(value, cls):
            raise _InvalidValueError(value, f"must be {words}")
        return value

    words = getattr(cls, "_words_", cls.__name__)
    return _TypeRule(words, [cls], convert)


def _tuple_rule(members: tuple[Any, ...]) -> _TypeRule:
    member = _make_rule(members[0])
    if len(members) != 2 or members[1] is not ...:
        rules = [_make_rule(member) for member in members]
        words = f"{len(rules)} values"

        def convert_each(value: Iterable[Any]) -> tuple[Any, ...]:
            items = _check_items(value, words)
            if len(items) != len(rules):
                raise _InvalidValueError(value, f"must be {words}")
            return tuple(
                _check_inside(f"[{position}]", rule, member)
                for position, (rule, member) in enumerate(zip(rules, items, strict=True))
            )

        return _TypeRule(words, [], convert_each)
    words = f"a collection, each {member.words}"
    exact = member.exact

    def convert(value: Iterable[Any]) -> tuple[Any, ...]:
        items = _check_items(value, words)
        if exact.issuperset(map(type, items)):
            return items
        return tuple(_check_inside(f"[{position}]", member, part) for position, part in enumerate(items))

    return _TypeRule(words, [], convert)


def _check_items(value: Iterable[Any], words: str) -> tuple[Any, ...]:
    if value.__class__ is tuple:
        return value
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise _InvalidValueError(value, f"must be {words}")
    return tuple(value)


def _map_rule(members: tuple[Any, ...]) -> _TypeRule:
    key, item = map(_make_rule, members)
    words = f"a mapping of {key.words} to {item.words}"
    keys, items = key.exact, item.exact

    def convert(value: Mapping[Any, Any]) -> FrozenMap[Any, Any]:
        if value.__class__ is not FrozenMap and not isinstance(value, Mapping):
            raise _InvalidValueError(value, f"must be {words}")
        frozen_map = value if value.__class__ is FrozenMap else FrozenMap(value)
        if keys.issuperset(map(type, frozen_map)) and items.issuperset(map(type, frozen_map.values())):
            return frozen_map
        return FrozenMap(
            {_check_inside(f"[{k!r}]", key, k): _check_inside(f"[{k!r}]", item, v) for k, v in frozen_map.items()},
        )

    return _TypeRule(words, [], convert)


def _check_inside(place: str, rule: _TypeRule, value: object) -> Any:
    try:
        return rule(value)
    except _InvalidValueError as refused:
        refused.place = place + refused.place
        raise


def _union_rule(members: tuple[Any, ...]) -> _TypeRule:
    rules = [_make_rule(member) for member in members]
    named = dict.fromkeys(rule.words for rule in rules)
    if _PLAIN[float].words in named:
        named.pop(_PLAIN[int].words, None)
    words = " or ".join(named)

    def convert(value: object) -> Any:
        inner: _InvalidValueError | None = None
        hint = ""
        for rule in rules:
            try:
                return rule(value)
            except _InvalidValueError as refused:
                inner = refused if refused.place else inner
                hint = hint or refused.hint
        raise inner or _InvalidValueError(value, f"must be {words}", hint)

    return _TypeRule(words, frozenset().union(*(rule.exact for rule in rules)), convert)


def _accept_anything(value: object) -> object:
    return value


_ANYTHING = _TypeRule("anything", [], _accept_anything)
_PLAIN |= {Any: _ANYTHING, object: _ANYTHING, None: _PLAIN[types.NoneType]}


@cache
def _make_rule(annotation: Any) -> _TypeRule:
    """Return the check of an annotation."""
    origin, members = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if origin in (typing.Union, types.UnionType):
        return _union_rule(members)
    if origin is tuple:
        return _tuple_rule(members)
    if origin is FrozenMap:
        return _map_rule(members)
    if origin in (Iterable, Sequence, Collection) and members:
        return _tuple_rule((members[0], ...))
    if isinstance(annotation, type):
        return _enum_rule(annotation) if issubclass(annotation, Enum) else _class_rule(annotation)
    return _class_rule(origin) if isinstance(origin, type) else _ANYTHING


@cache
def field_types(cls: type[Any]) -> dict[str, tuple[Any, Any]]:
    """Return type and default of each field of a class.

    The type is that of its values other than None; the default is `attrs.NOTHING` for a required field.

    Example:
        >>> from capbuild.model import Phase
        >>> field_types(Phase)["description"]
        (<class 'capbuild.text.Text'>, None)
    """
    hints = typing.get_type_hints(cls)
    by_field = {}
    for field in attrs.fields(cls):
        members = [kind for kind in typing.get_args(hints[field.name]) if kind is not types.NoneType]
        optional = typing.get_origin(hints[field.name]) in (typing.Union, types.UnionType) and len(members) == 1
        by_field[field.name] = (members[0] if optional else hints[field.name], field.default)
    return by_field


def _resolve_annotation(module: str, annotation: Any) -> Any:
    """Return an annotation without forward references.

    The module of the annotation must be imported completely.
    """
    holder = type("_", (), {"__annotations__": {"it": annotation}})
    return typing.get_type_hints(holder, vars(sys.modules[module]))["it"]


def _typed_field(cls: type, attribute: "Attribute[Any]") -> "Attribute[Any]":
    """Return a field that checks its value."""
    converter: Any = attribute.converter
    annotation, module = attribute.type, cls.__module__
    name = f"{cls.__name__}.{attribute.name}"
    implied = converter in _IMPLIED or (isinstance(converter, type) and issubclass(converter, Enum))
    before: Any = None if implied else converter
    rule: _TypeRule | None = None
    exact: frozenset[type] = frozenset()

    def check(value: Any) -> Any:
        nonlocal rule, exact
        if value.__class__ in exact:
            return value
        if rule is None:  # resolved at first use: the annotation may name a class that comes later
            rule = _make_rule(_resolve_annotation(module, annotation))
            exact = rule.exact
        try:
            return rule(value)
        except _InvalidValueError as refused:
            raise ModelError(name + refused.place, refused.value, refused.rule, refused.hint) from None

    def convert(value: Any) -> Any:
        return check(before(value))

    return attribute.evolve(converter=check if before is None else convert)


def _transform_fields(cls: type, fields: list[Any]) -> list[Any]:
    return [field if field.inherited or not field.init else _typed_field(cls, field) for field in fields]


def explains_arguments(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that explains arguments of a wrong type.

    Arguments are checked only after a call has failed. A wrong type then raises a `ModelError` that names the argument.
    """

    @functools.wraps(function)
    def call(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        except (AttributeError, TypeError):
            _check_arguments(function, inspect.signature(function).bind(*arguments, **named).arguments)
            raise

    return call


def _check_arguments(function: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    hints = typing.get_type_hints(function)
    parameters = inspect.signature(function).parameters
    for name, value in arguments.items():
        several = parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
        try:
            for item in value if several else (value,):
                _make_rule(hints[name])(item)
        except _InvalidValueError as refused:
            place = f"{function.__name__}.{name}{refused.place}"
            raise ModelError(place, refused.value, refused.rule, refused.hint) from None


if TYPE_CHECKING:
    from attrs import frozen as model
else:

    def model(cls=None, **settings):
        """Return a frozen attrs class with checked annotations.

        The arguments are those of `attrs.frozen`.
        """
        if cls is None:
            return lambda own: model(own, **settings)
        if cls.__repr__ is object.__repr__:
            cls.__repr__ = repr_set_fields
        return attrs.frozen(cls, field_transformer=_transform_fields, **{"repr": False, **settings})
