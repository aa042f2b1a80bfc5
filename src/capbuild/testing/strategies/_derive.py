"""Strategies derived from the types and rules of fields."""

import datetime
import types
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from capbuild.dates import PartialDate
from capbuild.documents.schemas import FieldRules, field_rules
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, CountryKind, Membership
from capbuild.model.evidence import Meeting, Source, SourceKind, Visit
from capbuild.model.response import GeoPoint
from capbuild.origin import Origin
from capbuild.text import Text, Translation

__all__ = [
    "alpha_2_codes",
    "countries",
    "geo_points",
    "identifiers",
    "meetings",
    "memberships",
    "origins",
    "sources",
    "texts",
    "visits",
]

T = TypeVar("T")

Maker = Callable[..., SearchStrategy[Any]]

#: Maximum items of a collection without a strategy of its own.
FEW = 3

_NO_RULES = FieldRules()

_WIDEST = 1_000_000

#: Hand-written strategies, for classes with dependent fields.
MAKERS: dict[type[Any], Maker] = {}


def register_strategy(cls: type[Any]) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Register a function as the strategy of a class."""

    def register(maker: Callable[..., T]) -> Callable[..., T]:
        MAKERS[cls] = maker  # type: ignore[assignment]  # makes T, kept as Any
        return maker

    return register


def words() -> SearchStrategy[str]:
    """Generate texts in any script, including empty ones."""
    return st.text(max_size=12)


def identifiers() -> SearchStrategy[str]:
    """Generate non-empty texts without surrounding white space."""
    return words().map(str.strip).filter(bool)


def unique_identifiers(least: int = 0) -> SearchStrategy[list[str]]:
    """Generate a few different identifiers."""
    return st.lists(identifiers(), min_size=least, max_size=FEW, unique=True)


def dates() -> SearchStrategy[datetime.date]:
    """Generate dates in the years of programmes, and others."""
    likely = st.dates(datetime.date(2000, 1, 1), datetime.date(2040, 12, 31))
    return st.one_of(likely, st.dates())


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    """Generate dates of year, month or day precision."""
    day = draw(dates())
    parts = draw(st.integers(1, 3))
    return PartialDate(*(day.year, day.month, day.day)[:parts])


def periods() -> SearchStrategy[tuple[datetime.date, datetime.date]]:
    """Generate a first and a last day."""
    return st.tuples(dates(), dates()).map(lambda pair: (min(pair), max(pair)))


def moments() -> SearchStrategy[datetime.datetime]:
    """Generate date-times with offsets of whole minutes from UTC."""
    offsets = st.integers(-14 * 60, 14 * 60).map(lambda m: datetime.timezone(datetime.timedelta(minutes=m)))
    first, last = datetime.datetime(1000, 1, 1), datetime.datetime(9000, 1, 1)
    return st.datetimes(first, last, timezones=offsets).map(lambda moment: moment.replace(fold=0))


def numbers(rules: FieldRules = _NO_RULES) -> SearchStrategy[float]:
    """Generate finite numbers within a range."""
    return st.floats(rules.minimum, rules.maximum, allow_nan=False, allow_infinity=False)


def _whole_numbers(rules: FieldRules) -> SearchStrategy[int]:
    low = -_WIDEST if rules.minimum is None else int(rules.minimum)
    return st.integers(low, low + _WIDEST if rules.maximum is None else int(rules.maximum))


def _texts_of_rule(rules: FieldRules) -> SearchStrategy[str]:
    if rules.pattern is not None:
        return st.from_regex(rules.pattern, fullmatch=True)
    return identifiers() if rules.identifier else words()


_SCALARS: dict[type, Callable[[FieldRules], SearchStrategy[Any]]] = {
    str: _texts_of_rule,
    bool: lambda _: st.booleans(),
    int: _whole_numbers,
    float: numbers,
    datetime.date: lambda _: dates(),
    datetime.datetime: lambda _: moments(),
    datetime.time: lambda _: st.times(),
    PartialDate: lambda _: partial_dates(),
    Decimal: lambda _: st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=2),
}


def type_strategy(tp: Any, rules: FieldRules = _NO_RULES) -> SearchStrategy[Any]:
    """Return the strategy of a field's type and rules."""
    if get_origin(tp) in (types.UnionType, Union):
        return st.one_of([st.none() if part is type(None) else type_strategy(part, rules) for part in get_args(tp)])
    if get_origin(tp) is Annotated:
        return type_strategy(get_args(tp)[0], rules)
    if get_origin(tp) is tuple:
        items = type_strategy(get_args(tp)[0])
        return st.lists(items, max_size=FEW, unique_by=rules.unique_by).map(tuple)
    if get_origin(tp) is FrozenMap:
        keys, values = map(type_strategy, get_args(tp))
        return st.dictionaries(keys, values, max_size=FEW).map(FrozenMap)
    return _SCALARS[tp](rules) if tp in _SCALARS else strategy(tp)


def strategy(cls: type[T], **parts: SearchStrategy[Any]) -> SearchStrategy[T]:
    """Return a strategy for values of a class or enum.

    Args:
        cls: The class.
        parts: Strategies for single fields, instead of the derived ones.

    Raises:
        TypeError: The class is not in the model.

    Example:
        >>> from capbuild.model import Coverage, Severity
        >>> strategy(Coverage), strategy(Severity)
        (coverages(), sampled_from(capbuild.model.reading.Severity))
    """
    if issubclass(cls, Enum):
        return st.sampled_from(cls)
    if cls in MAKERS:
        made_strategy: SearchStrategy[T] = MAKERS[cls](**parts)
        return made_strategy
    return built(cls, **parts)


def built(cls: type[T], **parts: SearchStrategy[Any]) -> SearchStrategy[T]:
    """Return a strategy that fills fields by type and rules.

    Strategies in `parts` replace those of their fields.
    """
    any_class: Any = cls
    if parts:
        return st.builds(_in_order(any_class, frozenset(parts)), **{**_of_fields(any_class), **parts})
    whole: SearchStrategy[T] = _whole(any_class)
    return whole


@cache
def _whole(cls: Any) -> SearchStrategy[Any]:
    fields = _of_fields(cls)
    return st.builds(_in_order(cls, frozenset()), **fields)


def _in_order(cls: Any, given: frozenset[str]) -> Callable[..., Any]:
    """Return a constructor that orders dependent values.

    Values of fields in `given` are not exchanged.
    """
    pairs = [(field_rules(field).not_before, field.name) for field in attrs.fields(cls)]
    ordered = [(first, last) for first, last in pairs if first is not None and not {first, last} <= given]

    def make(**values: Any) -> Any:
        for first, last in ordered:
            start, end = values[first], values[last]
            if start is not None and end is not None and end < start:
                values[first] = start if first in given else end
                values[last] = end if last in given else start
        return cls(**values)

    return make if ordered else cls


@cache
def _of_fields(cls: Any) -> dict[str, SearchStrategy[Any]]:
    """Return the strategy of each field.

    The result is cached, because strategies are built while others draw.
    """
    if not attrs.has(cls):
        raise TypeError(f"{cls!r} is no class of the model")
    return {field.name: _of_field(field) for field in attrs.fields(attrs.resolve_types(cls))}


def _of_field(field: "attrs.Attribute[Any]") -> SearchStrategy[Any]:
    # Deferred, so that a recursive class terminates.
    return st.deferred(lambda: type_strategy(field.type, field_rules(field)))


_LANGUAGES = ("en", "es", "fr", "nl", "pt-BR", "ar", "und")

_PLACES = st.integers(1, 1_048_576)


def alpha_2_codes() -> SearchStrategy[str]:
    """Generate codes of two capital letters, assigned or not."""
    return st.from_regex("[A-Z]{2}", fullmatch=True)


@register_strategy(Text)
@st.composite
def texts(draw: st.DrawFn) -> Text:
    """Generate texts in one to three languages."""
    source = draw(words())
    if draw(st.booleans()):
        return Text(source)
    language, *others = draw(st.lists(st.sampled_from(_LANGUAGES), min_size=1, max_size=3, unique=True))
    return Text(source, language, FrozenMap({tag: draw(built(Translation)) for tag in others}))


@register_strategy(Origin)
def origins(**parts: SearchStrategy[Any]) -> SearchStrategy[Origin]:
    """Generate origins in files."""
    rows = st.none() | _PLACES
    return built(Origin, **{"row": rows, "column": rows, **parts})


@register_strategy(GeoPoint)
def geo_points(**parts: SearchStrategy[Any]) -> SearchStrategy[GeoPoint]:
    """Generate points on the earth."""
    return built(GeoPoint, **{"latitude": st.floats(-90, 90), "longitude": st.floats(-180, 180), **parts})


@register_strategy(Country)
@st.composite
def countries(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Country:
    """Generate states, territories and other countries.

    Territories have a sovereign; codes need not be assigned.
    """
    kind = draw(st.sampled_from(CountryKind))
    own, other = draw(st.lists(alpha_2_codes(), min_size=2, max_size=2, unique=True))
    sovereign = other if kind is CountryKind.TERRITORY else None
    fixed = {"alpha_2": st.just(own), "kind": st.just(kind), "sovereign": st.just(sovereign)}
    return draw(built(Country, **{**fixed, **parts}))


@register_strategy(Membership)
@st.composite
def memberships(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Membership:
    """Generate memberships that do not end before they start."""
    since, until = sorted(draw(st.tuples(partial_dates(), partial_dates())), key=_earliest)
    ends = {"since": st.none() | st.just(since), "until": st.none() | st.just(until)}
    return draw(built(Membership, **{**ends, **parts}))


def _earliest(day: PartialDate) -> Any:
    return day.earliest


@register_strategy(Source)
@st.composite
def sources(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Source:
    """Generate sources with one day, several or none."""
    start, end = draw(periods())
    kept = draw(st.sampled_from(((None, None), (start, None), (start, end))))
    return draw(built(Source, **{"start": st.just(kept[0]), "end": st.just(kept[1]), **parts}))


@register_strategy(Visit)
def visits(**parts: SearchStrategy[Any]) -> SearchStrategy[Visit]:
    """Generate visits."""
    return built(Visit, **{"source": sources(kind=st.just(SourceKind.VISIT)), **parts})


@register_strategy(Meeting)
def meetings(**parts: SearchStrategy[Any]) -> SearchStrategy[Meeting]:
    """Generate meetings."""
    return built(Meeting, **{"source": sources(kind=st.just(SourceKind.MEETING)), **parts})
