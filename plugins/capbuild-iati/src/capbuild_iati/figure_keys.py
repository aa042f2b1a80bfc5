"""Keys of baselines, targets and actuals: period, country and groups.

A key of the model is a text, such as `2016; BB; sex=women`. IATI has a period, a location and dimensions.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce

from attrs import evolve, frozen

from capbuild.dates import PartialDate
from capbuild.errors import ModelError
from capbuild.model import Country, Programme

#: Dimension name of a group without a name in the key, such as `women`.
GROUP = "group"

_Span = tuple[datetime.date, datetime.date]


@frozen(kw_only=True)
class Slot:
    """Period, country and groups of a figure.

    Attributes:
        start: First day of its period; None for a key without a period.
        end: Last day.
        country: Alpha-2 code of its country.
        dimensions: Dimensions with their values.
    """

    start: datetime.date | None = None
    end: datetime.date | None = None
    country: str | None = None
    dimensions: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """Equivalent key, as rebuilt by readers that ignore capbuild's namespace."""
        parts = [] if self.start is None or self.end is None else [format_period(self.start, self.end)]
        parts += [self.country] if self.country else []
        parts += [value if name == GROUP else f"{name}={value}" for name, value in self.dimensions]
        return "; ".join(parts)


def format_period(start: datetime.date, end: datetime.date) -> str:
    """Return the shortest name of a period.

    Example:
        >>> format_period(datetime.date(2016, 1, 1), datetime.date(2016, 12, 31))
        '2016'
        >>> format_period(datetime.date(2016, 2, 1), datetime.date(2016, 2, 29))
        '2016-02'
        >>> format_period(datetime.date(2015, 4, 1), datetime.date(2016, 3, 31))
        '2015-04-01/2016-03-31'
    """
    if start == end:
        return start.isoformat()
    for short in (PartialDate(start.year), PartialDate(start.year, start.month)):
        if (short.earliest, short.latest) == (start, end):
            return str(short)
    return f"{start}/{end}"


def list_programme_days(programme: Programme) -> Iterator[datetime.date]:
    """Yield first and last days of phases, rounds and budgets."""
    for phase in programme.phases:
        yield from (phase.start, phase.end)
    for one in programme.rounds:
        yield from (one.start or one.reference_date, one.end or one.reference_date)
    for budget in programme.budgets:
        if budget.year is not None:
            yield from (datetime.date(budget.year, 1, 1), datetime.date(budget.year, 12, 31))


def _parse_span(text: str) -> _Span | None:
    """Return first and last day of `2016`, `2016-04`, days or ranges."""
    first, stroke, last = (part.strip() for part in text.partition("/"))
    try:
        start = PartialDate.parse(first)
        end = PartialDate.parse(last) if stroke else start
    except ModelError:
        return None
    return (start.earliest, end.latest) if start.earliest <= end.latest else None


class SlotReader:
    """Reads keys, using a programme's phases, rounds and country names."""

    def __init__(self, programme: Programme) -> None:
        spans: dict[str, _Span] = {phase.id: (phase.start, phase.end) for phase in programme.phases}
        spans |= {r.id: (r.start or r.reference_date, r.end or r.reference_date) for r in programme.rounds}
        self._spans: Mapping[str, _Span] = spans
        self._countries = _map_names(programme.countries)

    def read(self, key: str) -> Slot:
        """Return the slot of a key; unknown parts are groups."""
        return reduce(self._add, (part.strip() for part in key.split(";")), Slot())

    def _add(self, slot: Slot, part: str) -> Slot:
        span = self._spans.get(part) or _parse_span(part)
        if span is not None and slot.start is None:
            return evolve(slot, start=span[0], end=span[1])
        if part in self._countries and slot.country is None:
            return evolve(slot, country=self._countries[part])
        name, equals, value = part.partition("=")
        named = (name.strip(), value.strip()) if equals and name.strip() else (GROUP, part)
        return evolve(slot, dimensions=(*slot.dimensions, named)) if part else slot


def _map_names(countries: Iterable[Country]) -> dict[str, str]:
    return {name: c.alpha_2 for c in countries for name in (c.alpha_2, c.alpha_3, c.name)}
