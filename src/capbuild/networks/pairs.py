"""Cooperation between pairs of countries."""

import datetime
from statistics import median

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import Country, Network, RequestOutcome


@frozen(kw_only=True)
class CountryPair:
    """Cooperation between two countries, in alphabetical order.

    Attributes:
        one: The first country.
        other: The second country.
        asked: Requests from the first to the second.
        was_asked: Requests from the second to the first.
        answered: Requests of both that were answered, in part or in full.
        days: Median days to an answer; None where none came.
        agreements: Ids of agreements in force.
        operations: Ids of operations that both took part in.
    """

    one: Country
    other: Country
    asked: int = 0
    was_asked: int = 0
    answered: int = 0
    days: float | None = None
    agreements: tuple[str, ...] = field(default=(), converter=to_tuple)
    operations: tuple[str, ...] = field(default=(), converter=to_tuple)


def cooperation_pairs(network: Network, on: datetime.date) -> tuple[CountryPair, ...]:
    """Return every pair of countries with any cooperation, on a day.

    Args:
        network: What is known.
        on: The day; what came later has not happened yet.
    """
    pairs: set[tuple[Country, Country]] = set()
    for request in network.requests:
        if request.sent <= on:
            pairs.add(_sort_pair(request.asking, request.asked))
    for parties in (
        *(a.parties for a in network.agreements if a.is_valid_on(on)),
        *(o.participants for o in network.operations if o.start <= on),
    ):
        pairs |= {_sort_pair(one, other) for one in parties for other in parties if one != other}
    return tuple(
        _make_pair(network, one, other, on) for one, other in sorted(pairs, key=lambda p: (p[0].name, p[1].name))
    )


def _sort_pair(one: Country, other: Country) -> tuple[Country, Country]:
    return (one, other) if one.name <= other.name else (other, one)


def _make_pair(network: Network, one: Country, other: Country, on: datetime.date) -> CountryPair:
    between = [r for r in network.requests if r.sent <= on and {r.asking, r.asked} == {one, other}]
    pair_requests = [r for r in between if r.answered is not None and r.answered <= on]
    answered = [r for r in pair_requests if r.outcome in (RequestOutcome.ANSWERED, RequestOutcome.PARTLY)]
    days = [r.days for r in answered if r.days is not None]
    return CountryPair(
        one=one,
        other=other,
        asked=sum(r.asking == one for r in between),
        was_asked=sum(r.asking == other for r in between),
        answered=len(answered),
        days=median(days) if days else None,
        agreements=[a.id for a in network.agreements if a.is_valid_on(on) and {one, other} <= {*a.parties}],
        operations=[o.id for o in network.operations if o.start <= on and {one, other} <= {*o.participants}],
    )
