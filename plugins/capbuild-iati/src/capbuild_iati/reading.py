"""Activity files as programmes. Document types and entities are refused, and nothing is fetched."""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, ParseError

from attrs import frozen

from capbuild.countries import country_by_code
from capbuild.errors import CountryError, LimitError, ReadError, did_you_mean
from capbuild.model import (
    Country,
    Issues,
    Organisation,
    OrganisationRole,
    Participation,
    ParticipationRole,
    Phase,
    Programme,
    Severity,
)
from capbuild.plugins import ReadLimits
from capbuild.text import Text
from capbuild_iati.codes import ROLES
from capbuild_iati.document import IatiReading
from capbuild_iati.editions import edition_of, migrate
from capbuild_iati.reading_money import read_budgets
from capbuild_iati.reading_results import read_results
from capbuild_iati.source import Source, own_id
from capbuild_iati.tree import LANGUAGE, own

__all__ = ["read_iati", "scan_iati"]

#: Elements of an activity that are read, or that say the same as others that are.
_READ = frozenset(
    {
        "iati-identifier", "reporting-org", "title", "description", "participating-org", "activity-status",
        "activity-date", "recipient-country", "location", "budget", "transaction", "related-activity", "result",
    }
)  # fmt: skip


def read_iati(
    data: bytes, *, activity: str = "", name: str = "activities.xml", limits: ReadLimits | None = None
) -> Programme:
    """Return the programme that an activity file holds.

    Args:
        data: The file.
        activity: IATI identifier or programme id, where the file holds several.
        name: Name of the file, for messages.
        limits: Limits in force.

    Raises:
        ReadError: It is no activity file, holds none or several to choose from, or is of an unknown edition.
        LimitError: It is larger or deeper than the limits allow.
    """
    reading = scan_iati(data, name=name, limits=limits)
    found = {programme.id: programme for programme in reading.programmes}
    if activity:
        if activity not in found:
            raise ReadError(
                f"{name} has no activity {activity!r}{did_you_mean(activity, found)}",
                code="IATI207",
                remedy=f"activities are: {', '.join(list(found)[:10]) or 'none'}",
            )
        return found[activity]
    if len(found) != 1:
        raise ReadError(
            f"{name} holds {len(found)} programmes",
            code="IATI207",
            remedy=f"choose one with activity=: {', '.join(list(found)[:10]) or 'none'}",
        )
    return next(iter(found.values()))


def scan_iati(data: bytes, *, name: str = "activities.xml", limits: ReadLimits | None = None) -> IatiReading:
    """Return every programme of an activity file with all that was migrated, odd or not kept.

    Raises:
        ReadError: It is not XML, declares a document type, is no activity file, or is of an unknown edition.
        LimitError: It is larger or deeper than the limits allow.
    """
    root = _parsed(data, name, limits or ReadLimits())
    edition = edition_of(root, name)
    activities = [_Activity.of(element, number, name, edition) for number, element in _numbered(root)]
    below = _phases(activities)
    programmes: dict[str, Programme] = {}
    issues = Issues()
    for one in activities:
        if any(one in parts for parts in below.values()):
            continue
        programme = _programme(one, below.get(one.identifier, ()))
        if programme.id in programmes:
            one.source.report("IATI204", f"activity {programme.id!r} stands twice; the second is not kept.")
        programmes.setdefault(programme.id, programme)
    for one in activities:
        issues += one.source.issues
    return IatiReading(edition=edition, programmes=tuple(programmes.values()), issues=issues)


def _parsed(data: bytes, name: str, limits: ReadLimits) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    limits.check_size(name, len(data))
    try:
        root: Element = fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise ReadError(
            f"{name} declares a document type or entities, which an activity file never needs",
            code="IATI201",
            remedy="ask for the file again without its <!DOCTYPE>",
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise ReadError(f"{name} is not XML: {error}", code="IATI201", remedy="ask for the file again") from error
    _check_nesting(root, name, limits.nesting)
    return root


def _check_nesting(root: Element, name: str, limit: int) -> None:
    level, depth = [root], 1
    while level := [child for element in level for child in element]:
        depth += 1
        if depth > limit:
            raise LimitError(f"{name} nests deeper than {limit} elements", remedy="raise limits.nesting")


def _numbered(root: Element) -> Iterator[tuple[int, Element]]:
    return enumerate(root.findall("iati-activity"), start=1)


@frozen(eq=False)
class _Activity:
    """An activity of the file.

    Attributes:
        element: The activity in the shape of 2.03.
        source: Where it stands, and what was found odd.
        identifier: Its IATI identifier, or its place in the file.
    """

    element: Element
    source: Source
    identifier: str

    @classmethod
    def of(cls, element: Element, number: int, name: str, edition: str) -> "_Activity":
        source = Source(name, f"iati-activity[{number}]", element.get(LANGUAGE) or "und")
        for done in migrate(element, edition):
            source.report("IATI208", f"migrated from {edition or '1.x'}: {done}.", Severity.NOTE)
        identifier = (element.findtext("iati-identifier") or "").strip()
        return cls(element, source, identifier or f"activity-{number}")

    @property
    def related(self) -> Iterator[tuple[str, str]]:
        """Type and identifier of related activities."""
        for one in self.element.findall("related-activity"):
            yield one.get("type", ""), one.get("ref", "").strip()


def _phases(activities: Sequence[_Activity]) -> dict[str, list[_Activity]]:
    """Return the activities below each one, by identifier, where both stand in the file and both have days."""
    present = {one.identifier for one in activities}
    below: dict[str, list[_Activity]] = {}
    for one in activities:
        parents = [ref for kind, ref in one.related if kind == "1" and ref in present and ref != one.identifier]
        if parents and _days(one) is not None:
            below.setdefault(parents[0], []).append(one)
    return below


def _days(one: _Activity) -> tuple[str, str] | None:
    """First and last day as written: planned ones, else actual ones."""
    days = {element.get("type", ""): element.get("iso-date", "") for element in one.element.findall("activity-date")}
    start, end = days.get("1") or days.get("2"), days.get("3") or days.get("4")
    return (start, end) if start and end else None


def _programme(one: _Activity, parts: Sequence[_Activity]) -> Programme:
    element, source = one.element, one.source
    texts = {use: source.text(d) for use, d in _descriptions(element)}
    source.not_kept(child.tag for child in element if child.tag not in _READ and not child.tag.startswith("{"))
    name = own_id(element, one.identifier)
    return Programme(
        id=name,
        title=source.text(element.find("title")) or Text(name),
        description=texts.get("general"),
        organisations=list(_organisations(element, source)),
        phases=_read_phases(parts, source) or _whole(one),
        participations=list(_participations(element, source)),
        results=list(read_results(element, source)),
        budgets=read_budgets(element, source),
        languages=[element.get(LANGUAGE) or "en"],
        notice=texts.get("notice"),
        disclaimer=texts.get("disclaimer"),
        invented=element.findtext(own("invented")) == "true",
    )


def _descriptions(activity: Element) -> Iterator[tuple[str, Element]]:
    """The first general description, and those that capbuild marked with their use."""
    general = False
    for element in activity.findall("description"):
        use = element.get(own("use"), "")
        if use:
            yield use, element
        elif not general and element.get("type", "1") == "1":
            general = True
            yield "general", element


def _organisations(activity: Element, source: Source) -> Iterator[Organisation]:
    """Organisations in the order of the file, each with all its roles."""
    roles: dict[str, list[OrganisationRole]] = {}
    first: dict[str, Element] = {}
    for number, element in enumerate(activity.findall("participating-org"), start=1):
        written = source.text(element)
        name = own_id(
            element, element.get("ref", "").strip() or (str(written) if written else f"organisation-{number}")
        )
        code = element.get("role", "")
        if code not in ROLES:
            source.report("IATI205", f"organisation {name!r} has a role that is not known: {code!r}.")
            continue
        first.setdefault(name, element)
        known = roles.setdefault(name, [])
        known += [ROLES[code]] if ROLES[code] not in known else []
    for name, element in first.items():
        reference = element.get("ref", "")
        yield Organisation(id=name, name=source.text(element) or Text(name), roles=roles[name], reference=reference)


def _read_phases(parts: Sequence[_Activity], source: Source) -> list[Phase]:
    phases: dict[str, Phase] = {}
    for part in parts:
        phase = _phase(part)
        if phase is None or phase.id in phases:
            source.report("IATI204", f"activity {part.identifier!r} below this one makes no phase.")
        else:
            phases[phase.id] = phase
    return list(phases.values())


def _whole(one: _Activity) -> list[Phase]:
    """Return the days of an activity without parts as its one phase; days that we derived say nothing more."""
    if any(element.get(own("derived")) for element in one.element.findall("activity-date")):
        return []
    days = [one.source.date(day) for day in _days(one) or ()]
    if len(days) != 2 or days[0] is None or days[1] is None:
        return []
    title = one.source.text(one.element.find("title")) or Text(one.identifier)
    if days[1] < days[0]:
        one.source.report("IATI205", f"activity {one.identifier!r} ends before it starts; its days are not kept.")
        return []
    return [Phase(id="whole", title=title, start=days[0], end=days[1])]


def _phase(part: _Activity) -> Phase | None:
    written = _days(part)
    days = [part.source.date(day) for day in written or ()]
    if len(days) != 2 or days[0] is None or days[1] is None or days[1] < days[0]:
        return None
    name = own_id(part.element, part.identifier)
    texts = {use: part.source.text(d) for use, d in _descriptions(part.element)}
    title = part.source.text(part.element.find("title")) or Text(name)
    part.source.not_kept(child.tag for child in part.element if child.tag in ("budget", "transaction", "result"))
    return Phase(id=name, title=title, start=days[0], end=days[1], description=texts.get("general"))


def _participations(activity: Element, source: Source) -> Iterator[Participation]:
    seen: set[str] = set()
    names = {role.value: role for role in ParticipationRole}
    for element in activity.findall("recipient-country"):
        country = _country(element, source)
        if country is not None and country.alpha_2 not in seen:
            seen.add(country.alpha_2)
            role = names.get(element.get(own("role"), ""), ParticipationRole.PARTICIPANT)
            yield Participation(country=country, role=role)


def _country(element: Element, source: Source) -> Country | None:
    code = element.get("code", "").strip()
    try:
        return country_by_code(code)
    except (CountryError, KeyError, ValueError):
        source.report("IATI205", f"recipient-country {code!r} is not a country.", remedy="use the ISO 3166-1 code")
        return None
