"""Contact points and cooperation: confidential, shown by policy only."""

import datetime

from capbuild.model import Assessment, AssessmentSet, ContactPoint, Country, Network, NetworkGap, NetworkGapKind
from capbuild.networks import cooperation_pairs
from capbuild.networks.needs import CountryPair
from capbuild.reports.cells import DASH, Cell, Lines, Style, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.model import Column, Figure, Paragraph, ReportSection

#: Gaps of a contact point, shown in the cell of its network.
_OF_CONTACT = (
    NetworkGapKind.NO_CONTACT,
    NetworkGapKind.LAPSED,
    NetworkGapKind.NOT_TESTED,
    NetworkGapKind.NOT_REACHED,
)


def build_network_section(subject: AssessmentSet, context: ReportContext) -> ReportSection | None:
    """Build the section on cooperation of all countries.

    The result is None if nothing may be shown. Cooperation goes to every audience of the policy, as far as the label of
    each agreement and operation allows. Requests between countries are as confidential as the cases behind them, and
    have their own label. Contact points are in the profile of each country.
    """
    network = context.render_context.dossier.network
    if network is None or context.disclosure.tlp is None:
        return None
    t, day = context.t, subject.round.reference_date
    pairs = [pair for pair in cooperation_pairs(network, day) if pair.asked or pair.was_asked]
    figures = (
        _make_pairs_figure(pairs, context) if pairs else None,
        _make_agreements_figure(network, day, context),
    )
    if not any(figures):
        return None
    left, label = context.disclosure.network_left, context.disclosure.tlp
    note = Paragraph(text=t("network.left_out", count=left, label=label), note=True) if left else None
    return context.section("network", 690, *figures, note, title=t("network.cooperation.title"))


def build_contacts_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build the section on a country's contacts.

    The result is None if there are none, or the audience may not see them.
    """
    network = context.render_context.dossier.network
    if network is None or context.disclosure.tlp is None or not context.disclosure.sources:
        return None
    country, gaps = assessment.country, context.dossier.network_gaps
    points = [contact for contact in network.contacts if contact.country == country]
    network_gaps = [gap for gap in gaps if gap.country == country and gap.kind in _OF_CONTACT]
    names = sorted({*(point.network for point in points), *(gap.network for gap in network_gaps)})
    if not names:
        return None
    row: Values = {
        "col.country": context.name(country),
        **{Column(id=name, title=name): _make_contact_cell(network, country, name, gaps, context) for name in names},
    }
    figure = context.table("contacts", [row], caption=context.t("network.contacts"))
    return context.section("network", 690, figure, lead=context.t("network.lead"))


def _make_contact_cell(
    network: Network, country: Country, name: str, gaps: tuple[NetworkGap, ...], context: ReportContext
) -> Cell:
    t = context.t
    gap = next((g for g in gaps if g.country == country and g.network == name and g.kind in _OF_CONTACT), None)
    points = [p for p in network.contacts if p.country == country and p.network == name]
    lines = [Words(text=_describe_office(point, context)) for point in points]
    if gap is not None:
        when = t("network.since", day=t.date(gap.since)) if gap.since else ""
        text = f"{t(f'network.gap.{gap.kind.name.lower()}')}{when}"
        lines.append(Words(text=text, style=Style.LACKING))
    elif points:
        tested = max((p.last_tested for p in points if p.last_tested is not None), default=None)
        lines.append(Words(text=t("network.reached", day=t.date(tested)) if tested else t("network.present")))
    return Lines(lines=lines) if lines else DASH


def _describe_office(point: ContactPoint, context: ReportContext) -> str:
    """Return an office with its hours and languages."""
    known = context.t.known
    parts = [point.office or known(point.role), known(point.hours), " ".join(point.languages)]
    return context.t.clauses(*(part for part in parts if part))


def _make_pairs_figure(pairs: list[CountryPair], context: ReportContext) -> Figure:
    t = context.t
    rows: list[Values] = [
        {
            "network.col.countries": f"{context.name(pair.one)} – {context.name(pair.other)}",
            **{f"#network.col.{name}": getattr(pair, name) for name in ("asked", "was_asked", "answered")},
            "#network.col.days": t.number(pair.days) if pair.days is not None else DASH,
        }
        for pair in sorted(pairs, key=lambda p: [t.sorted_as(context.name(place)) for place in (p.one, p.other)])
    ]
    return context.table("cooperation", rows, caption=t("network.cooperation"))


def _make_agreements_figure(shown: Network, day: datetime.date, context: ReportContext) -> Figure | None:
    """Make the table of agreements in force and joint operations.

    The result is None if there are none.
    """
    t = context.t
    bonds = [
        (bond.title, bond.countries, bond.in_force, bond.until) for bond in shown.agreements if bond.is_valid_on(day)
    ]
    bonds += [(bond.title, bond.countries, bond.start, bond.end) for bond in shown.operations if bond.start <= day]
    rows: list[Values] = [
        {
            "network.col.bond": t.text(title),
            "network.col.parties": t.joined(sorted(map(context.name, parties), key=t.sorted_as)),
            "network.col.when": " – ".join(t.date(day) for day in (start, end) if day is not None) or DASH,
        }
        for title, parties, start, end in bonds
    ]
    return context.table("bonds", rows, caption=t("network.bonds")) if rows else None
