"""Displays of programmes, frameworks, capacities and countries."""

from typing import Any

from attrs import evolve

from capbuild.countries import memberships
from capbuild.countries.group_membership import group_by_id
from capbuild.display import counted
from capbuild.model import Capacity, Country, Criterion, Framework, OrganisationRole, Programme
from capbuild.model.country import CountryKind, GroupKind, Membership, MembershipStatus
from capbuild.notebook.pages import ENGLISH, CodeText, Grid, Page, Values, make_facts_grid, shorten
from capbuild.notebook.surveys import list_causes
from capbuild.reports.cells import Words

#: Most countries shown.
_COUNTRIES = 6


def show_programme(subject: Any) -> Page:
    """Return the display of a programme, or of its folder."""
    if isinstance(subject, Programme):
        return _make_programme_page(subject)
    if not subject.usable:
        return Page(
            title=shorten(subject.folder.as_posix(), 100),
            blocks=[list_causes(subject.folder_issues)],
            foot=["`.validate()` lists every issue of the folder"],
        )
    shown = _make_programme_page(subject.programme)
    foot = ["`.programme` has the settings"]
    if subject.rounds:
        foot.append(f"`.assess({subject.rounds[-1].id!r})` has the scores of a round")
    facts: list[Words | str] = [shorten(subject.folder.as_posix(), 100), *shown.facts]
    return evolve(shown, facts=facts, foot=[*foot, "`.validate()` lists every issue"])


def _make_programme_page(programme: Programme) -> Page:
    return Page(
        title=shorten(ENGLISH.text(programme.title)),
        facts=[shorten(ENGLISH.text(programme.description), 200)],
        blocks=[make_facts_grid(_list_fact_rows(programme))],
        foot=_make_programme_foot(programme),
        invented=programme.invented,
    )


def _list_fact_rows(programme: Programme) -> list[tuple[str, str]]:
    """Return known facts as label and text."""
    phases = [f"{ENGLISH.text(p.title)} ({_format_span(p.start.year, p.end.year)})" for p in programme.phases[:4]]
    rounds = [f"{ENGLISH.text(r.title)} (as of {ENGLISH.date(r.reference_date)})" for r in programme.rounds[:4]]
    funders = [ENGLISH.text(o.name) for o in programme.with_role(OrganisationRole.FUNDING)]
    doers = [ENGLISH.text(o.name) for o in programme.with_role(OrganisationRole.IMPLEMENTING)]
    return [
        ("Participants", _format_participants(programme)),
        ("Framework", programme.framework),
        ("Implemented by", ENGLISH.joined(doers[:4])),
        ("Funded by", ENGLISH.joined(funders[:4])),
        ("Phases", ENGLISH.joined(phases)),
        ("Rounds", ENGLISH.joined(rounds)),
        ("Targets", ENGLISH.text(programme.targets.title) if programme.targets is not None else ""),
        ("Results", counted(len(programme.results), "result") if programme.results else ""),
        ("Report languages", ", ".join(programme.languages)),
    ]


def _format_span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _format_participants(programme: Programme) -> str:
    names = [country.name for country in programme.countries]
    if not names:
        return ""
    visits = sum(participation.visit for participation in programme.participations)
    visited = f"; {visits} of the {ENGLISH.number(len(names))} were visited" if visits else ""
    listed = ENGLISH.joined(names)
    if len(names) > _COUNTRIES:
        listed = ENGLISH("and_more", count=len(names) - _COUNTRIES, listed=", ".join(names[:_COUNTRIES]))
    return f"{ENGLISH.number(len(names))}: {listed}{visited}"


def _make_programme_foot(programme: Programme) -> list[str]:
    notes = (
        [shorten(ENGLISH.text(programme.disclaimer).replace("`", "").rstrip("."), 120)] if programme.disclaimer else []
    )
    return [*notes, "`.participations` and `.rounds` hold the details"]


#: Most parts and levels shown.
_PARTS, _LEVELS = 8, 7


def show_framework(framework: Framework) -> Page:
    """Return the display of a framework."""
    facts = [
        framework.key,
        framework.provider,
        ENGLISH("count.indicators", count=len(framework.indicators)),
        ENGLISH("count.criteria", count=len(framework.criteria)) if framework.criteria else "",
        f"in {', '.join(framework.languages)}",
        framework.licence,
    ]
    return Page(
        title=shorten(ENGLISH.text(framework.title)),
        facts=[shorten(fact, 80) for fact in facts],
        blocks=[_list_parts(framework), _scale(framework)],
        foot=_make_framework_foot(framework),
    )


def _list_parts(framework: Framework) -> Grid:
    def make_row(node: Capacity) -> Values:
        return {**_make_node_row(node), "#Criteria": sum(len(leaf.criteria) for leaf in node.leaves)}

    return Grid(items=framework.dimensions, make_row=make_row, most=_PARTS, call="with `.walk()`", noun=("part",))


def _make_node_row(node: Capacity) -> Values:
    return {
        "Id": CodeText(text=node.id),
        "Part": shorten(ENGLISH.text(node.title), 90),
        "#Indicators": len(node.leaves),
    }


def _scale(framework: Framework) -> Grid:
    scale = framework.scales[0]
    if scale.levels:
        text = ", ".join(str(level) for level in scale.levels[:_LEVELS])
    else:
        text = f"{ENGLISH.number(scale.minimum)} to {ENGLISH.number(scale.maximum)} {scale.unit}".rstrip()
    return make_facts_grid([("Scale", text)])


def _make_framework_foot(framework: Framework) -> list[str]:
    if not framework.indicators:
        return ["`.walk()` yields its nodes"]
    return [f'`["{framework.indicators[0].id}"]` is one indicator', "`.walk()` yields all nodes"]


#: Most criteria or nodes shown.
_SHOWN = 6


def show_capacity(capacity: Capacity) -> Page:
    """Return the display of a capacity."""
    facts = [capacity.kind, counted(len(capacity.leaves), "indicator") if capacity.children else ""]
    facts.append(counted(sum(len(leaf.criteria) for leaf in capacity.leaves), "criterion", "criteria"))
    definition = shorten(ENGLISH.text(capacity.definition), 240)
    return Page(
        title=f"{capacity.id} {shorten(ENGLISH.text(capacity.title))}",
        facts=[*facts, definition],
        blocks=[_list_children(capacity) if capacity.children else _list_criteria(capacity)],
        foot=["`.children` are the nodes below it" if capacity.children else "`.criteria` have all their rules"],
    )


def _list_children(capacity: Capacity) -> Grid:
    return Grid(items=capacity.children, make_row=_make_node_row, most=_SHOWN, call="with `.children`")


def _list_criteria(capacity: Capacity) -> Grid:
    def make_row(criterion: Criterion) -> Values:
        return {
            ENGLISH("col.criterion"): CodeText(text=criterion.id),
            "#Step": criterion.step,
            "Fact that must be true": shorten(ENGLISH.text(criterion.text), 130),
            ENGLISH("col.check"): ENGLISH(f"check.{criterion.check.value}"),
        }

    return Grid(items=capacity.criteria, make_row=make_row, most=_SHOWN, call="with `.criteria`")


#: Most groups shown.
_GROUPS = 12


def show_country(country: Country) -> Page:
    """Return the display of a country."""
    kind = country.kind.value
    if country.sovereign is not None:
        kind = f"{kind} of {country.sovereign}"
    current = [m for m in memberships(country) if m.until is None]
    labels = {
        "Member of": GroupKind.ORGANISATION,
        "Party to": GroupKind.TREATY,
        "Region": GroupKind.REGION,
        "Class": GroupKind.CLASS,
    }
    named = {label: [m for m in current if group_by_id(m.group).kind is own] for label, own in labels.items()}
    listed = [(label, _list_names(countries)) for label, countries in named.items() if countries]
    codes = CodeText(text=f"{country.alpha_2} {country.alpha_3}")
    return Page(
        title=country.name,
        facts=[kind] if country.kind is not CountryKind.OTHER else [],
        blocks=[make_facts_grid([("Codes", codes), *listed])],
        foot=[f'`capbuild.countries.memberships("{country.alpha_2}")` has dates and sources'],
    )


def _list_names(found: list[Membership]) -> str:
    names = [_name(membership) for membership in found[:_GROUPS]]
    more = f" and {len(found) - _GROUPS} more" if len(found) > _GROUPS else ""
    return ", ".join(names) + more


def _name(membership: Membership) -> str:
    group = group_by_id(membership.group)
    name = str(group.title) if group.kind is GroupKind.REGION else group.id
    return name if membership.status is MembershipStatus.MEMBER else f"{name} ({membership.status.value})"
