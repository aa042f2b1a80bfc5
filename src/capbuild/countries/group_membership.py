"""Membership of countries in organisations, treaties, regions and classes."""

import datetime
from collections.abc import Mapping
from functools import cache

from capbuild._typed import explains_arguments
from capbuild.countries.normalisation import fold_name
from capbuild.countries.registry import country_by_code, read_rows
from capbuild.errors import CountryError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, Group, GroupKind, Membership, MembershipStatus
from capbuild.text import as_text


@cache
def _load_groups() -> Mapping[str, Group]:
    return FrozenMap(
        (
            row["id"],
            Group(
                id=row["id"],
                title=as_text(dict(title.split(":", 1) for title in row["title"].split("|"))),
                kind=GroupKind(row["kind"]),
                source=row["source"],
            ),
        )
        for row in (*read_rows("groups.csv"), *read_rows("m49.csv"))
    )


def groups() -> tuple[Group, ...]:
    """Return all groups: organisations, treaties, classes and M49 regions.

    Example:
        >>> [group.id for group in groups()][:4], len([g for g in groups() if g.id.startswith("M49:")])
        (['UN', 'INTERPOL', 'OAS', 'CARICOM'], 29)
    """
    return tuple(_load_groups().values())


def group_by_id(group: str) -> Group:
    """Return the group with an id, title or acronym.

    Examples are `CARICOM`, `M49:029`, `Unión Africana` and `OEA`. Case, accents and punctuation are ignored.

    Raises:
        CountryError: There is no such group.

    Example:
        >>> group_by_id("m49:029").title.get("es"), group_by_id("African Union").id, group_by_id("Caribe").id
        ('Caribe', 'AU', 'M49:029')
    """
    group_id = _index_ids().get(fold_name(group))
    if group_id is None:
        titles = sorted({known.title.get(language) for known in groups() for language in known.title.languages})
        near = did_you_mean(group.upper(), _load_groups()) or did_you_mean(group, titles)
        raise CountryError(
            f"no group is called {group!r}{near}",
            text=group,
            remedy="groups() lists all that are known; what could not be sourced is absent",
        )
    return _load_groups()[group_id]


@cache
def _index_ids() -> Mapping[str, str]:
    """Return group ids by folded id, title and acronym.

    Names that several groups share are left out.
    """
    claims: dict[str, set[str]] = {}
    for row in (*read_rows("groups.csv"), *read_rows("m49.csv")):
        titles = (title.split(":", 1)[1] for title in row["title"].split("|"))
        for name in (row["id"], *titles, *row.get("aliases", "").split("|")):
            claims.setdefault(fold_name(name), set()).add(row["id"])
    return FrozenMap((name, min(ids)) for name, ids in claims.items() if name and len(ids) == 1)


@cache
def _load_memberships() -> tuple[Membership, ...]:
    memberships = [
        _parse_membership(row["group"], row["status"], row["source"], entry)
        for row in read_rows("memberships.csv")
        for entry in row["countries"].split()
    ]
    memberships += [
        _parse_membership(row["id"], MembershipStatus.MEMBER, row["source"], entry)
        for row in read_rows("m49.csv")
        for entry in row["countries"].split()
    ]
    return tuple(memberships)


@cache
def _index_memberships() -> Mapping[str, tuple[Membership, ...]]:
    by_group: dict[str, list[Membership]] = {}
    for membership in _load_memberships():
        by_group.setdefault(membership.group, []).append(membership)
    return FrozenMap((group, tuple(own)) for group, own in by_group.items())


def _parse_membership(group: str, status: str, source: str, entry: str) -> Membership:
    """Parse `code`, `code@since` or `code@since/until`."""
    code, _, dates = entry.partition("@")
    since, _, until = dates.partition("/")
    return Membership(
        group=group,
        country=country_by_code(code),
        status=MembershipStatus(status),
        since=since or None,
        until=until or None,
        source=source,
    )


def memberships(country: Country | str | None = None, group: str | None = None) -> tuple[Membership, ...]:
    """Return memberships with dates and sources.

    `country` and `group` restrict them; by default all are returned.

    Raises:
        UnknownCountry: The code is not one of ISO 3166-1.
        CountryError: There is no such group.

    Example:
        >>> [(m.status.value, str(m.since)) for m in memberships("TC", "CARICOM")]
        [('associate', '1991-07')]
    """
    place = country_by_code(country) if isinstance(country, str) else country
    code = None if place is None else place.alpha_2
    all_memberships = _load_memberships() if group is None else _index_memberships().get(group_by_id(group).id, ())
    return tuple(m for m in all_memberships if code in (None, m.country.alpha_2))


@explains_arguments
def members(
    group: str,
    on: datetime.date | None = None,
    status: MembershipStatus | str | None = MembershipStatus.MEMBER,
) -> tuple[Country, ...]:
    """Return the countries of a group, ordered by code.

    Args:
        group: Id, title or acronym of the group.
        on: Date; by default, members without an end date. For dates known to the year or month only, any day of it
            counts.
        status: Member, associate, observer, suspended or sub-bureau; None for all. A suspended member is a member.

    Raises:
        CountryError: There is no such group.

    Example:
        >>> len(members("CARICOM", on=datetime.date(1990, 1, 1))), len(members("CARICOM"))
        (13, 15)
        >>> [country.name for country in members("INTERPOL", status="sub-bureau")][-2:]
        ['Turks and Caicos Islands', 'British Virgin Islands']
    """
    wanted = None if status is None else MembershipStatus(status)
    countries = {
        m.country
        for m in memberships(group=group)
        if wanted in (None, m.status) and (m.until is None if on is None else m.is_valid_on(on))
    }
    return tuple(sorted(countries, key=lambda country: country.alpha_2))
