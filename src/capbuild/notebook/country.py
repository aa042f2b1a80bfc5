"""Display of a country: codes, legal status and memberships."""

from capbuild.countries import memberships
from capbuild.countries.group_membership import group_by_id
from capbuild.model import Country
from capbuild.model.country import CountryKind, GroupKind, Membership, MembershipStatus
from capbuild.notebook.pages import CodeText, Column, Grid, Page
from capbuild.reports.cells import Words

#: Most groups shown.
_NAMED = 12


def page(country: Country) -> Page:
    """Return the display of a country."""
    kind = country.kind.value
    if country.sovereign is not None:
        kind = f"{kind} of {country.sovereign}"
    facts = [Words(text=kind)] if country.kind is not CountryKind.OTHER else []
    current = [m for m in memberships(country) if m.until is None]
    rows = [(Words(text="Codes"), CodeText(text=f"{country.alpha_2} {country.alpha_3}"))]
    named = {
        "Member of": [m for m in current if _format_legal_status(m, GroupKind.ORGANISATION)],
        "Party to": [m for m in current if _format_legal_status(m, GroupKind.TREATY)],
        "Region": [m for m in current if _format_legal_status(m, GroupKind.REGION)],
        "Class": [m for m in current if _format_legal_status(m, GroupKind.CLASS)],
    }
    listed = [(Words(text=label), Words(text=_list_names(found))) for label, found in named.items() if found]
    return Page(
        title=country.name,
        facts=facts,
        blocks=[Grid(columns=[Column(), Column()], rows=[*rows, *listed])],
        foot=[f'`capbuild.countries.memberships("{country.alpha_2}")` has dates and sources'],
    )


def _format_legal_status(membership: Membership, kind: GroupKind) -> bool:
    return group_by_id(membership.group).kind is kind


def _list_names(found: list[Membership]) -> str:
    names = [_name(membership) for membership in found[:_NAMED]]
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(names) + more


def _name(membership: Membership) -> str:
    group = group_by_id(membership.group)
    name = str(group.title) if group.kind is GroupKind.REGION else group.id
    return name if membership.status is MembershipStatus.MEMBER else f"{name} ({membership.status.value})"
