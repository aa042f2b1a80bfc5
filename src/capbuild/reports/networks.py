"""Who can be reached, and who works with whom: confidential by default, shown to audiences the policy names."""

import datetime

from capbuild.model import Assessment, AssessmentSet, ContactPoint, Country, Network, NetworkGap, NetworkGapKind
from capbuild.networks import CountryPair, cooperation_pairs
from capbuild.reports.cells import Cell, Lines, Style, Words
from capbuild.reports.model import Block, Column, Figure, Paragraph, ReportSection, Row, RowGroup
from capbuild.reports.setting import Setting

__all__ = ["contacts_section", "network_section"]

#: Gaps of a contact point, which stand in the cell of its network.
_OF_CONTACT = (
    NetworkGapKind.NO_CONTACT,
    NetworkGapKind.LAPSED,
    NetworkGapKind.NOT_TESTED,
    NetworkGapKind.NOT_REACHED,
)


def network_section(subject: AssessmentSet, setting: Setting) -> ReportSection | None:
    """Return contact points and cooperation of all countries; None where nothing of it may be shown.

    Contact points and their gaps go to the team only, since a gap is as telling as a contact; cooperation goes to every
    audience that the policy names, as far as the label of each agreement and operation allows. Requests between
    countries are as confidential as the cases behind them, and carry their own label.
    """
    network = setting.context.dossier.network
    if network is None or setting.disclosure.tlp is None:
        return None
    say, day = setting.say, subject.round.reference_date
    everyone = [*(a.country for a in setting.named), *setting.silent]
    blocks: list[Block] = []
    if setting.disclosure.sources:
        blocks += _contacts_figure(network, everyone, setting)
    pairs = [pair for pair in cooperation_pairs(network, day) if pair.asked or pair.was_asked]
    blocks += [_pairs_figure(pairs, setting)] if pairs else []
    blocks += _bonds_figure(network, day, setting)
    if not blocks:
        return None
    left = setting.disclosure.network_left
    if left:
        blocks.append(Paragraph(text=say("network.left_out", count=left, label=setting.disclosure.tlp), note=True))
    return ReportSection(id="network", order=690, title=say("network.title"), lead=say("network.lead"), blocks=blocks)


def contacts_section(assessment: Assessment, setting: Setting) -> ReportSection | None:
    """Return how a country can be reached; None where nothing of it may be shown."""
    network = setting.context.dossier.network
    if network is None or setting.disclosure.tlp is None or not setting.disclosure.sources:
        return None
    blocks = _contacts_figure(network, [assessment.country], setting)
    say = setting.say
    return (
        ReportSection(id="network", order=690, title=say("network.title"), lead=say("network.lead"), blocks=blocks)
        if blocks
        else None
    )


def _contacts_figure(network: Network, everyone: list[Country], setting: Setting) -> list[Block]:
    say, gaps = setting.say, setting.dossier.network_gaps
    told = {*everyone}
    points = [contact for contact in network.contacts if contact.country in told]
    found = [gap for gap in gaps if gap.country in told and gap.kind in _OF_CONTACT]
    names = sorted({*(point.network for point in points), *(gap.network for gap in found)})
    if not names:
        return []
    ordered = sorted(everyone, key=lambda country: say.sorted_as(setting.name(country)))
    rows = [
        Row(cells=[Words(text=setting.name(c)), *(_contact_cell(network, c, name, gaps, setting) for name in names)])
        for c in ordered
    ]
    columns = [
        Column(id="country", title=say("col.country")),
        *(Column(id=name, title=name) for name in names),
    ]
    return [Figure(id="contacts", columns=columns, groups=[RowGroup(rows=rows)], caption=say("network.contacts"))]


def _contact_cell(
    network: Network, country: Country, name: str, gaps: tuple[NetworkGap, ...], setting: Setting
) -> Cell:
    say = setting.say
    gap = next((g for g in gaps if g.country == country and g.network == name and g.kind in _OF_CONTACT), None)
    points = [p for p in network.contacts if p.country == country and p.network == name]
    lines = [Words(text=_office(point, setting)) for point in points]
    if gap is not None:
        when = say("network.since", day=say.date(gap.since)) if gap.since else ""
        text = f"{say(f'network.gap.{gap.kind.name.lower()}')}{when}"
        lines.append(Words(text=text, style=Style.LACKING))
    elif points:
        tested = max((p.last_tested for p in points if p.last_tested is not None), default=None)
        lines.append(Words(text=say("network.reached", day=say.date(tested)) if tested else say("network.present")))
    return Lines(lines=lines) if lines else Words(text="–", style=Style.QUIET)


def _office(point: ContactPoint, setting: Setting) -> str:
    """Return an office with its hours and languages. Never a pseudonym."""
    known = setting.say.known
    parts = [point.office or known(point.role), known(point.hours), " ".join(point.languages)]
    return setting.say.clauses(*(part for part in parts if part))


def _pairs_figure(pairs: list[CountryPair], setting: Setting) -> Figure:
    say = setting.say
    heads = ("countries", "asked", "was_asked", "answered", "days")
    columns = [Column(id=name, title=say(f"network.col.{name}"), number=name != "countries") for name in heads]
    rows = [
        Row(
            cells=[
                Words(text=f"{setting.name(pair.one)} – {setting.name(pair.other)}"),
                *(Words(text=say.number(n), style=Style.NUMBER) for n in (pair.asked, pair.was_asked, pair.answered)),
                Words(text=say.number(pair.days) if pair.days is not None else "–", style=Style.NUMBER),
            ]
        )
        for pair in sorted(pairs, key=lambda p: [say.sorted_as(setting.name(place)) for place in (p.one, p.other)])
    ]
    return Figure(id="cooperation", columns=columns, groups=[RowGroup(rows=rows)], caption=say("network.cooperation"))


def _bonds_figure(shown: Network, day: datetime.date, setting: Setting) -> list[Block]:
    """Return the agreements in force and the joint operations up to a day, one a row."""
    say = setting.say
    columns = [Column(id=name, title=say(f"network.col.{name}")) for name in ("bond", "parties", "when")]
    bonds = [(one.title, one.countries, one.in_force, one.until) for one in shown.agreements if one.is_valid_on(day)]
    bonds += [(one.title, one.countries, one.start, one.end) for one in shown.operations if one.start <= day]
    if not bonds:
        return []
    rows = [
        Row(
            cells=[
                Words(text=say.text(title)),
                Words(text=say.joined(sorted(map(setting.name, parties), key=say.sorted_as))),
                Words(text=" – ".join(say.date(day) for day in (start, end) if day is not None) or "–"),
            ]
        )
        for title, parties, start, end in bonds
    ]
    return [Figure(id="bonds", columns=columns, groups=[RowGroup(rows=rows)], caption=say("network.bonds"))]
