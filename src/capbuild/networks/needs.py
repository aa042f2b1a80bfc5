"""Needs from gaps of a network, one per kind and network."""

from collections.abc import Iterable
from operator import attrgetter

from attrs import evolve

from capbuild.model import TLP, Need, NeedKind, Needs, NetworkGap, NetworkGapKind
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
    """Return needs from network gaps, with countries and strictest label.

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

    Args:
        needs: Needs that are known already; None for none.
        gaps: What is missing in the network.
        invented: Whether the gaps come from invented answers.
    """
    added = network_needs(gaps)
    if needs is None:
        return Needs(needs=added, invented=invented) if added else None
    known = {need.id for need in needs}
    return evolve(needs, needs=(*needs.needs, *(need for need in added if need.id not in known)))
