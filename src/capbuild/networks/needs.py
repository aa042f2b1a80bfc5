"""Networks of countries: cooperation, gaps, needs."""

import datetime
from collections.abc import Iterable, Iterator
from operator import attrgetter
from statistics import median

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.model import (
    TLP,
    ContactPoint,
    Country,
    Need,
    NeedKind,
    Needs,
    Network,
    NetworkGap,
    NetworkGapKind,
    RequestOutcome,
)
from capbuild.text import Text, as_text

#: Kind of need, urgency, and the words for each kind of gap.
_SAID: dict[NetworkGapKind, tuple[NeedKind, int, dict[str, str]]] = {
    NetworkGapKind.NO_CONTACT: (NeedKind.COOPERATION, 3, {
        "en": "A contact point in the network {network}", "es": "Un punto de contacto en la red {network}",
        "fr": "Un point de contact dans le réseau {network}", "nl": "Een contactpunt in het netwerk {network}",
        "pt": "Um ponto de contato na rede {network}"}),
    NetworkGapKind.LAPSED: (NeedKind.COOPERATION, 3, {
        "en": "A renewed contact point in the network {network}",
        "es": "Un punto de contacto renovado en la red {network}",
        "fr": "Un point de contact renouvelé dans le réseau {network}",
        "nl": "Een vernieuwd contactpunt in het netwerk {network}",
        "pt": "Um ponto de contato renovado na rede {network}"}),
    NetworkGapKind.NOT_TESTED: (NeedKind.PROCEDURE, 2, {
        "en": "A test of the contact point in the network {network}",
        "es": "Una prueba del punto de contacto en la red {network}",
        "fr": "Un essai du point de contact dans le réseau {network}",
        "nl": "Een test van het contactpunt in het netwerk {network}",
        "pt": "Um teste do ponto de contato na rede {network}"}),
    NetworkGapKind.NOT_REACHED: (NeedKind.PROCEDURE, 3, {
        "en": "A contact point that answers in the network {network}",
        "es": "Un punto de contacto que responda en la red {network}",
        "fr": "Un point de contact qui répond dans le réseau {network}",
        "nl": "Een contactpunt dat antwoordt in het netwerk {network}",
        "pt": "Um ponto de contato que responda na rede {network}"}),
    NetworkGapKind.NO_COMMON_LANGUAGE: (NeedKind.SKILL, 1, {
        "en": "A language in common with every partner in the network {network}",
        "es": "Un idioma en común con todos los socios de la red {network}",
        "fr": "Une langue commune avec chaque partenaire du réseau {network}",
        "nl": "Een gemeenschappelijke taal met elke partner in het netwerk {network}",
        "pt": "Um idioma em comum com cada parceiro da rede {network}"}),
    NetworkGapKind.NO_AGREEMENT: (NeedKind.AGREEMENT, 2, {
        "en": "An agreement with partners that requests go to and come from",
        "es": "Un acuerdo con los socios con los que se intercambian solicitudes",
        "fr": "Un accord avec les partenaires avec lesquels des demandes sont échangées",
        "nl": "Een overeenkomst met partners waarmee verzoeken worden uitgewisseld",
        "pt": "Um acordo com os parceiros com os quais se trocam pedidos"}),
}  # fmt: skip


def network_needs(gaps: Iterable[NetworkGap]) -> tuple[Need, ...]:
    """Return needs for the gaps, one per kind and network.

    Each need has the countries of its gaps, and their strictest label.

    Args:
        gaps: The gaps.
    """
    groups: dict[tuple[NetworkGapKind, str], list[NetworkGap]] = {}
    for gap in gaps:
        groups.setdefault((gap.kind, gap.network), []).append(gap)
    order = list(NetworkGapKind)
    return tuple(
        _make_need(kind, network, shared)
        for (kind, network), shared in sorted(groups.items(), key=lambda g: (order.index(g[0][0]), g[0][1]))
    )


def _make_need(kind: NetworkGapKind, network: str, gaps: list[NetworkGap]) -> Need:
    sort, urgency, words = _SAID[kind]
    statement: Text = as_text({language: text.format(network=network) for language, text in words.items()})
    name = "-".join(part.lower().replace(" ", "-").replace("/", "-") for part in ("net", kind.value, network) if part)
    return Need(
        id=name,
        kind=sort,
        statement=statement,
        countries=sorted({gap.country for gap in gaps}, key=attrgetter("alpha_2")),
        urgency=urgency,
        sources=["network"],
        tlp=TLP.strictest(gap.tlp for gap in gaps if gap.tlp is not None),
    )


def add_network_needs(needs: Needs | None, gaps: Iterable[NetworkGap], *, invented: bool = False) -> Needs | None:
    """Return needs with those of a network appended, or None.

    The result is None if there are no needs at all.

    Args:
        needs: Needs that are known already; None for none.
        gaps: Gaps of the network.
        invented: Whether the gaps come from invented answers.
    """
    added = network_needs(gaps)
    if needs is None:
        return Needs(needs=added, invented=invented) if added else None
    known = {need.id for need in needs}
    return evolve(needs, needs=(*needs.needs, *(need for need in added if need.id not in known)))


def network_gaps(
    network: Network, countries: Iterable[Country], on: datetime.date, *, tested_within: int = 365
) -> tuple[NetworkGap, ...]:
    """Return a network's gaps on a day, by country.

    A country lacks a contact in a network in which other countries have one. A contact has lapsed after its last day of
    validity; it is untested without a test in the last `tested_within` days, and not reached if it did not answer that
    test. Two countries lack a common language if no contacts of theirs in a network share one, and an agreement if one
    sent a request to the other and none is in force between them.

    A gap has the strictest label of the records that show it; a missing contact has that of the network's contacts.

    Args:
        network: Known contacts.
        countries: Countries that should be reachable.
        on: The day.
        tested_within: Days after which a test no longer counts.
    """
    expected = sorted(countries, key=lambda country: country.name)
    names = sorted({contact.network for contact in network.contacts})
    gaps: list[NetworkGap] = []
    for name in names:
        members = {c: [p for p in network.contacts if p.network == name and p.country == c] for c in expected}
        strictest = TLP.strictest(point.tlp for points in members.values() for point in points)
        for country, points in members.items():
            gap = _find_contact_gap(country, name, points, on, tested_within)
            gaps += [] if gap is None else [gap if points else evolve(gap, tlp=strictest)]
        gaps += _find_language_gaps(name, members)
    gaps += _find_agreement_gaps(network, expected, on)
    order = list(NetworkGapKind)
    return tuple(sorted(gaps, key=lambda gap: (gap.country.name, order.index(gap.kind), gap.network)))


def _find_contact_gap(
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


def _find_language_gaps(name: str, members: dict[Country, list[ContactPoint]]) -> Iterator[NetworkGap]:
    spoken = {c: {tongue for point in points for tongue in point.languages} for c, points in members.items()}
    known = {country: tongues for country, tongues in spoken.items() if tongues}
    for country, tongues in known.items():
        apart = [other for other, theirs in known.items() if other != country and not tongues & theirs]
        if apart:
            kind = NetworkGapKind.NO_COMMON_LANGUAGE
            label = TLP.strictest(point.tlp for place in (country, *apart) for point in members[place])
            yield NetworkGap(country=country, kind=kind, network=name, partners=apart, tlp=label)


def _find_agreement_gaps(network: Network, expected: list[Country], on: datetime.date) -> Iterator[NetworkGap]:
    bound = {
        frozenset((party, other))
        for agreement in network.agreements
        if agreement.is_valid_on(on)
        for party in agreement.parties
        for other in agreement.parties
        if party != other
    }
    asked = [request for request in network.requests if request.sent <= on]
    for country in expected:
        own = [
            agreement
            for agreement in asked
            if country in agreement.countries and frozenset(agreement.countries) not in bound
        ]
        lacking = {other for cooperation_request in own for other in cooperation_request.countries if other != country}
        if lacking:
            yield NetworkGap(
                country=country,
                kind=NetworkGapKind.NO_AGREEMENT,
                partners=sorted(lacking, key=lambda place: place.name),
                tlp=TLP.strictest(cooperation_request.tlp for cooperation_request in own),
            )


@frozen(kw_only=True)
class CountryPair:
    """Cooperation between two countries, in alphabetical order.

    Attributes:
        one: The first country.
        other: The second country.
        asked: Requests from the first to the second.
        was_asked: Requests from the second to the first.
        answered: Requests of both that were answered, in part or in full.
        days: Median days to an answer; None without any.
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
    """Return the pairs of countries that cooperate on a day.

    Args:
        network: Known contacts.
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
        pairs |= {_sort_pair(party, other) for party in parties for other in parties if party != other}
    return tuple(
        _make_pair(network, country, other, on)
        for country, other in sorted(pairs, key=lambda p: (p[0].name, p[1].name))
    )


def _sort_pair(country: Country, other: Country) -> tuple[Country, Country]:
    return (country, other) if country.name <= other.name else (other, country)


def _make_pair(network: Network, country: Country, other: Country, on: datetime.date) -> CountryPair:
    between = [r for r in network.requests if r.sent <= on and {r.asking, r.asked} == {country, other}]
    pair_requests = [r for r in between if r.answered is not None and r.answered <= on]
    answered = [r for r in pair_requests if r.outcome in (RequestOutcome.ANSWERED, RequestOutcome.PARTLY)]
    days = [r.days for r in answered if r.days is not None]
    return CountryPair(
        one=country,
        other=other,
        asked=sum(r.asking == country for r in between),
        was_asked=sum(r.asking == other for r in between),
        answered=len(answered),
        days=median(days) if days else None,
        agreements=[a.id for a in network.agreements if a.is_valid_on(on) and {country, other} <= {*a.parties}],
        operations=[o.id for o in network.operations if o.start <= on and {country, other} <= {*o.participants}],
    )
