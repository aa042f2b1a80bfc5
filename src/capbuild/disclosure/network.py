"""A network as an audience may see it: by label, and by the countries that each entry ties."""

from collections.abc import Iterable

from attrs import evolve

from capbuild.disclosure.groups import Groups
from capbuild.disclosure.outcome import Log, Redaction
from capbuild.model import TLP, Country, Network, NetworkGap
from capbuild.text import Text

__all__ = ["shown_gaps", "shown_network"]


def shown_network(
    network: Network, groups: Groups, label: TLP | None, *, sources: bool, log: Log
) -> tuple[Network, int]:
    """Return the parts of a network that an audience is shown, and how many are marked too strictly for it.

    Contact points go to those who see sources only. What ties a country that is not named is not counted either: that
    there is more of it would tell of that country. Partners outside the programme have no consent to give.
    """

    def is_open(parties: Iterable[Country], title: Text | None = None) -> bool:
        named = all(not groups.hides(place.alpha_2) for place in parties)
        return named and (title is None or not any(groups.tells(title.get(name)) for name in title.languages))

    known = Network(
        contacts=[c for c in network.contacts if sources and is_open(c.countries)],
        requests=[r for r in network.requests if is_open(r.countries)],
        agreements=[a for a in network.agreements if is_open(a.countries, a.title)],
        operations=[o for o in network.operations if is_open(o.countries, o.title)],
        invented=network.invented,
    )
    shown = Network(
        contacts=[c for c in known.contacts if _allows(c.tlp, label)],
        requests=[r for r in known.requests if _allows(r.tlp, label)],
        agreements=[a for a in known.agreements if _allows(a.tlp, label)],
        operations=[o for o in known.operations if _allows(o.tlp, label)],
        invented=network.invented,
    )
    left = len(known) - len(shown)
    if left:
        log[Redaction(section="network.title", what="network", why="marked", count=left)] = None
    return shown, left


def shown_gaps(gaps: Iterable[NetworkGap], groups: Groups, label: TLP | None) -> list[NetworkGap]:
    """Return the gaps of countries that are named, as far as the label of what they were found in allows."""
    found = []
    for gap in gaps:
        if groups.hides(gap.country.alpha_2) or not _allows(gap.tlp, label):
            continue
        partners = [place for place in gap.partners if not groups.hides(place.alpha_2)]
        if partners or not gap.partners:
            found.append(evolve(gap, partners=partners))
    return found


def _allows(own: TLP | None, label: TLP | None) -> bool:
    return own is None or label is None or own.allows(label)
