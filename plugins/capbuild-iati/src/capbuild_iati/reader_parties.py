"""Organisations and countries of an activity file."""

import datetime
from collections.abc import Iterator
from typing import Any

from attrs import evolve

from capbuild.countries import country_by_code
from capbuild.errors import CountryError
from capbuild.model import Country, Organisation, OrganisationRole, Participation, ParticipationRole
from capbuild.text import Text
from capbuild_iati.source import Node, Source
from capbuild_iati.tree import ROLES


def read_organisations(activity: Node, source: Source) -> tuple[list[Organisation], dict[str, str]]:
    """Return organisations in file order, and the reporting options.

    An organisation that only reports has no roles.
    """
    organisations: dict[str, Organisation] = {}
    for number, node in enumerate(activity.findall("participating-org"), start=1):
        code = node.get("role")
        organisation = _read_organisation(node, source, f"organisation-{number}")
        if code not in ROLES:
            source.report("IATI205", f"organisation {organisation.id!r} has a role that is not known: {code!r}.")
            continue
        known = organisations.setdefault(organisation.id, organisation)
        _leave_other_name(node, organisation, known)
        organisations[organisation.id] = evolve(known, roles=dict.fromkeys((*known.roles, ROLES[code])))
    reporting = activity.find("reporting-org")
    if reporting is None:
        return list(organisations.values()), {}
    reporter = _read_organisation(reporting, source, "reporting")
    same = [
        organisation.id
        for organisation in organisations.values()
        if reporter.id == organisation.id or reporter.reference == organisation.reference != ""
    ]
    named = organisations.setdefault(same[0] if same else reporter.id, reporter)
    _leave_other_name(reporting, reporter, named)
    reference = reporter.reference if reporter.reference != named.reference else ""
    options = {"reporting": named.id, "reporting_type": reporting.get("type"), "reference": reference}
    return list(organisations.values()), {name: value for name, value in options.items() if value}


def _leave_other_name(node: Node, written: Organisation, organisation: Organisation) -> None:
    """Record an organisation's other name as unread."""
    if written.name != organisation.name:
        for narrative in node.findall("narrative"):
            narrative.leave()


def _read_organisation(node: Node, source: Source, fallback: str) -> Organisation:
    name, reference = source.text(node), node.get("ref").strip()
    identifier = node.own("id").strip() or reference or (str(name) if name else fallback)
    roles: tuple[OrganisationRole, ...] = ()
    return Organisation(id=identifier, name=name or Text(identifier), roles=roles, reference=reference)


def read_participations(activity: Node, source: Source) -> Iterator[Participation]:
    """Yield an activity's countries, with capbuild's own records."""
    seen: set[str] = set()
    names = {role.value: role for role in ParticipationRole}
    for node in activity.findall("recipient-country"):
        country = _read_country(node, source)
        if country is None or country.alpha_2 in seen:
            node.leave()
            continue
        seen.add(country.alpha_2)
        role, name = node.own("role"), source.text(node)
        if role and name is not None:
            country = evolve(country, name=str(name))
        yield Participation(
            country=country,
            role=names.get(role, ParticipationRole.PARTICIPANT),
            languages=node.own("languages").split(),
            visit=node.own("visit") == "true",
            since=_read_own_day(node, source, "since"),
            until=_read_own_day(node, source, "until"),
            target=node.own("target") or None,
        )
    for node in activity.findall("location"):
        if activity.own("id") and node.get("ref") in seen:
            node.pass_over()  # written as reference for results
        else:
            node.leave()


def _read_own_day(node: Node, source: Source, name: str) -> datetime.date | None:
    return source.date(node.own(name))


def _read_country(node: Node, source: Source) -> Country | None:
    code: Any = node.get("code").strip()
    try:
        return country_by_code(code)
    except (CountryError, KeyError, ValueError):
        source.report("IATI205", f"recipient-country {code!r} is not a country.", remedy="use the ISO 3166-1 code")
        return None
