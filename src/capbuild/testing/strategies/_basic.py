"""Strategies for texts, origins, countries and sources."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from capbuild.dates import PartialDate
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, CountryKind, Membership
from capbuild.model.evidence import Meeting, Source, SourceKind, Visit
from capbuild.model.response import GeoPoint
from capbuild.origin import Origin
from capbuild.testing.strategies._derive import built, identifiers, partial_dates, periods, register_strategy, words
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

_LANGUAGES = ("en", "es", "fr", "nl", "pt-BR", "ar", "und")
_PLACES = st.integers(1, 1_048_576)


def alpha_2_codes() -> SearchStrategy[str]:
    """Two capital letters, whether or not a country has them."""
    return st.from_regex("[A-Z]{2}", fullmatch=True)


@register_strategy(Text)
@st.composite
def texts(draw: st.DrawFn) -> Text:
    """Texts in one to three languages."""
    source = draw(words())
    if draw(st.booleans()):
        return Text(source)
    language, *others = draw(st.lists(st.sampled_from(_LANGUAGES), min_size=1, max_size=3, unique=True))
    return Text(source, language, FrozenMap({tag: draw(built(Translation)) for tag in others}))


@register_strategy(Origin)
def origins(**parts: SearchStrategy[Any]) -> SearchStrategy[Origin]:
    """Origins in files."""
    rows = st.none() | _PLACES
    return built(Origin, **{"row": rows, "column": rows, **parts})


@register_strategy(GeoPoint)
def geo_points(**parts: SearchStrategy[Any]) -> SearchStrategy[GeoPoint]:
    """Points on the earth."""
    return built(GeoPoint, **{"latitude": st.floats(-90, 90), "longitude": st.floats(-180, 180), **parts})


@register_strategy(Country)
@st.composite
def countries(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Country:
    """States, territories with their sovereign, and other countries; codes need not exist."""
    kind = draw(st.sampled_from(CountryKind))
    own, other = draw(st.lists(alpha_2_codes(), min_size=2, max_size=2, unique=True))
    sovereign = other if kind is CountryKind.TERRITORY else None
    fixed = {"alpha_2": st.just(own), "kind": st.just(kind), "sovereign": st.just(sovereign)}
    return draw(built(Country, **{**fixed, **parts}))


@register_strategy(Membership)
@st.composite
def memberships(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Membership:
    """Memberships of countries in groups; the end is never before the start."""
    since, until = sorted(draw(st.tuples(partial_dates(), partial_dates())), key=_earliest)
    ends = {"since": st.none() | st.just(since), "until": st.none() | st.just(until)}
    return draw(built(Membership, **{**ends, **parts}))


def _earliest(day: PartialDate) -> Any:
    return day.earliest


@register_strategy(Source)
@st.composite
def sources(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Source:
    """Sources on one day, several days, or without a date."""
    start, end = draw(periods())
    kept = draw(st.sampled_from(((None, None), (start, None), (start, end))))
    return draw(built(Source, **{"start": st.just(kept[0]), "end": st.just(kept[1]), **parts}))


@register_strategy(Visit)
def visits(**parts: SearchStrategy[Any]) -> SearchStrategy[Visit]:
    """Visits."""
    return built(Visit, **{"source": sources(kind=st.just(SourceKind.VISIT)), **parts})


@register_strategy(Meeting)
def meetings(**parts: SearchStrategy[Any]) -> SearchStrategy[Meeting]:
    """Meetings."""
    return built(Meeting, **{"source": sources(kind=st.just(SourceKind.MEETING)), **parts})
