"""Gaps of a network: missing contacts, languages and agreements."""

import datetime
from collections.abc import Iterable, Iterator

from attrs import evolve

from capbuild.model import TLP, ContactPoint, Country, Network, NetworkGap, NetworkGapKind


def network_gaps(
    network: Network, countries: Iterable[Country], on: datetime.date, *, tested_within: int = 365
) -> tuple[NetworkGap, ...]:
    """Return the gaps of a network on a day, by country.

    A country has no contact in a network that other countries have one in; a contact has lapsed when the day it was
    promised to is past, is untested when nobody tried it in the last `tested_within` days, and was not reached when it
    did not answer then. Two countries have no common language when none of their contacts in a network share one;
    they have no agreement when one asked the other and nothing is in force between them.

    A gap may be passed on as far as the strictest entry that it was found in; that there is no contact, as far as the
    strictest contact of that network.

    Args:
        network: What is known.
        countries: Countries that should be reachable.
        on: The day.
        tested_within: Days after which a test no longer counts.
    """
    expected = sorted(countries, key=lambda country: country.name)
    names = sorted({contact.network for contact in network.contacts})
    found: list[NetworkGap] = []
    for name in names:
        members = {c: [p for p in network.contacts if p.network == name and p.country == c] for c in expected}
        strictest = TLP.strictest(point.tlp for points in members.values() for point in points)
        for country, points in members.items():
            gap = _contact_gap(country, name, points, on, tested_within)
            found += [] if gap is None else [gap if points else evolve(gap, tlp=strictest)]
        found += _language_gaps(name, members)
    found += _agreement_gaps(network, expected, on)
    order = list(NetworkGapKind)
    return tuple(sorted(found, key=lambda gap: (gap.country.name, order.index(gap.kind), gap.network)))


def _contact_gap(
    country: Country, name: str, points: list[ContactPoint], on: datetime.date, within: int
) -> NetworkGap | None:
    """Return the gap of a country's best contact, or None."""
    current = [point for point in points if point.valid_until is None or point.valid_until >= on]
    recent = [p for p in current if p.last_tested is not None and 0 <= (on - p.last_tested).days <= within]
    if not points:
        kind, days = NetworkGapKind.NO_CONTACT, []
    elif not current:
        kind, days = NetworkGapKind.LAPSED, [point.valid_until for point in points]
    elif not recent:
        kind, days = NetworkGapKind.NOT_TESTED, [point.last_tested for point in current]
    elif not any(point.reached for point in recent) and any(point.reached is False for point in recent):
        kind, days = NetworkGapKind.NOT_REACHED, [point.last_tested for point in recent]
    else:
        return None
    since = max((day for day in days if day is not None), default=None)
    label = TLP.strictest(point.tlp for point in points)
    return NetworkGap(country=country, kind=kind, network=name, since=since, tlp=label)


def _language_gaps(name: str, members: dict[Country, list[ContactPoint]]) -> Iterator[NetworkGap]:
    spoken = {c: {tongue for point in points for tongue in point.languages} for c, points in members.items()}
    known = {country: tongues for country, tongues in spoken.items() if tongues}
    for country, tongues in known.items():
        apart = [other for other, theirs in known.items() if other != country and not tongues & theirs]
        if apart:
            kind = NetworkGapKind.NO_COMMON_LANGUAGE
            label = TLP.strictest(point.tlp for one in (country, *apart) for point in members[one])
            yield NetworkGap(country=country, kind=kind, network=name, partners=apart, tlp=label)


def _agreement_gaps(network: Network, expected: list[Country], on: datetime.date) -> Iterator[NetworkGap]:
    bound = {
        frozenset((one, other))
        for agreement in network.agreements
        if agreement.is_valid_on(on)
        for one in agreement.parties
        for other in agreement.parties
        if one != other
    }
    asked = [request for request in network.requests if request.sent <= on]
    for country in expected:
        own = [one for one in asked if country in one.countries and frozenset(one.countries) not in bound]
        lacking = {other for one in own for other in one.countries if other != country}
        if lacking:
            yield NetworkGap(
                country=country,
                kind=NetworkGapKind.NO_AGREEMENT,
                partners=sorted(lacking, key=lambda place: place.name),
                tlp=TLP.strictest(one.tlp for one in own),
            )
