"""Reads activity files. Refuses DTDs and entities, and fetches nothing."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from attrs import evolve, frozen

from capbuild.errors import ModelError, ReadError, did_you_mean
from capbuild.formats import load_xml
from capbuild.model import Issues, Money, Phase, Programme, ProgrammeDocument, Severity
from capbuild.plugins import InputFile, ReadLimits
from capbuild.text import Text
from capbuild_iati.document import IatiActivity, IatiReading
from capbuild_iati.options import STATUSES, IatiOptions
from capbuild_iati.reader_budgets import read_budgets
from capbuild_iati.reader_parties import read_organisations, read_participations
from capbuild_iati.reader_results import Keys, read_results
from capbuild_iati.results import SlotReader, list_programme_days
from capbuild_iati.source import Node, Source
from capbuild_iati.tree import LANGUAGE, make_own_name

_TEXTS = ("title", "description", "reporting-org", "participating-org", "recipient-country", "activity-website")
_SINGLE = ("title",)
_ROLES = {"funding": "1", "donor": "1", "accountable": "2", "extending": "3", "implementing": "4"}
#: 1.01 had a start and an end, without stating whether they were planned.
_DATES = {"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4", "start": "1", "end": "3"}
_TRANSACTIONS = {"if": "1", "c": "2", "d": "3", "e": "4", "ip": "5", "lr": "6", "r": "7", "ic": "11"}
_READ = re.compile(r"2\.0[123]")
_OLD = re.compile(r"1\.0?\d?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

#: Characters permitted in addresses; others are escaped, unless already escaped.
_ADDRESS = "%/:=&?~#+!$,;'@()*"


def read_iati(
    data: bytes, *, activity: str = "", name: str = "activities.xml", limits: ReadLimits | None = None
) -> Programme:
    """Return the programme of an activity file.

    Args:
        data: The file.
        activity: IATI identifier or programme id, if the file has several.
        name: File name for messages.
        limits: Limits in force.

    Raises:
        ReadError: It is not an activity file, has no activity or several to choose from, or has an unknown edition.
        LimitError: It exceeds the size or depth limits.
    """
    reading = scan_iati(data, name=name, limits=limits)
    programmes = {programme.id: programme for programme in reading.programmes}
    if activity:
        if activity not in programmes:
            raise ReadError(
                f"{name} has no activity {activity!r}{did_you_mean(activity, programmes)}",
                code="IATI207",
                remedy=f"activities are: {', '.join(list(programmes)[:10]) or 'none'}",
            )
        return programmes[activity]
    if len(programmes) != 1:
        raise ReadError(
            f"{name} contains {len(programmes)} programmes",
            code="IATI207",
            remedy=f"choose one with activity=: {', '.join(list(programmes)[:10]) or 'none'}",
        )
    return next(iter(programmes.values()))


def scan_iati(data: bytes, *, name: str = "activities.xml", limits: ReadLimits | None = None) -> IatiReading:
    """Return all programmes of an activity file, with their issues.

    Elements that were migrated, are unusual or were not read are reported as issues.

    Raises:
        ReadError: It is not XML, declares a document type, is not an activity file, or has an unknown edition.
        LimitError: It exceeds the size or depth limits.
    """
    source = InputFile(name, data=data, limits=limits or ReadLimits())
    root = load_xml(source)
    edition = _find_edition(root, source)
    elements = enumerate(root.findall("iati-activity"), start=1)
    activities = [_Activity.of(element, number, name, edition) for number, element in elements]
    below = _group_phases(activities)
    parts = [part for parts_below in below.values() for part in parts_below]
    read: dict[str, IatiActivity] = {}
    for activity in activities:
        if activity in parts:
            continue
        programme = _make_programme(activity, below.get(activity.identifier, ()))
        if programme.programme.id in read:
            activity.source.report(
                "IATI204", f"activity {programme.programme.id!r} appears twice; the second is not kept."
            )
        read.setdefault(programme.programme.id, programme)
    return IatiReading(
        edition=edition,
        activities=tuple(read.values()),
        issues=Issues(issue for activity in activities for issue in activity.source.issues),
    )


@frozen(eq=False)
class _Activity:
    """An activity of the file.

    Attributes:
        node: The activity in the form of 2.03.
        source: Its location and issues.
        identifier: Its IATI identifier, or position in the file.
    """

    node: Node
    source: Source
    identifier: str

    @classmethod
    def of(cls, element: Element, number: int, name: str, edition: str) -> "_Activity":
        source = Source(name, f"iati-activity[{number}]", element.get(LANGUAGE) or "und")
        for done in _migrate(element, edition):
            source.report("IATI208", f"migrated from {edition or '1.x'}: {done}.", Severity.NOTE)
        node = Node(element)
        identifier = node.find("iati-identifier")
        for name_ in (LANGUAGE, "hierarchy"):
            node.get(name_)
        return cls(node, source, (identifier.text.strip() if identifier else "") or f"activity-{number}")

    @property
    def name(self) -> str:
        """Capbuild's own id, or its IATI identifier."""
        return self.node.own("id").strip() or self.identifier


def _group_phases(activities: Sequence[_Activity]) -> dict[str, list[_Activity]]:
    """Group dated child activities by parent identifier."""
    present = {activity.identifier for activity in activities}
    below: dict[str, list[_Activity]] = {}
    for member in activities:
        parents: list[str] = []
        for related in member.node.findall("related-activity"):
            kind, other = related.get("type"), related.get("ref").strip()
            if (
                kind == "1"
                and other in present - {member.identifier}
                and not parents
                and _find_days(member) is not None
            ):
                parents.append(other)
            elif kind != "2" or other not in present:
                related.leave()
        for parent in parents:
            below.setdefault(parent, []).append(member)
    return below


def _find_days(activity: _Activity) -> tuple[datetime.date, datetime.date] | None:
    """Return an activity's first and last day, preferring planned."""
    days = {node.get("type"): node for node in activity.node.findall("activity-date")}
    used = [days.get("1") or days.get("2"), days.get("3") or days.get("4")]
    for node in activity.node.findall("activity-date"):
        if node not in used:
            node.leave()
    start, end = (activity.source.day(node) for node in used)
    return (start, end) if start is not None and end is not None else None


def _make_programme(one: _Activity, parts: Sequence[_Activity]) -> IatiActivity:
    node, source = one.node, one.source
    texts = _read_descriptions(node, source)
    organisations, reporting = read_organisations(node, source)
    invented = node.find(make_own_name("invented"))
    programme = Programme(
        id=one.name,
        title=source.titled(node, one.name),
        description=texts.get("general"),
        organisations=organisations,
        phases=_read_phases(parts, source) or _make_whole_phase(one),
        participations=list(read_participations(node, source)),
        budgets=read_budgets(node, source),
        currency=_read_currency(node, source),
        documents=list(_read_documents(node, source)),
        languages=node.own("languages").split() or [node.get(LANGUAGE) or "en"],
        notice=texts.get("notice"),
        disclaimer=texts.get("disclaimer"),
        invented=invented is not None and invented.text == "true",
    )
    keys = Keys(SlotReader(programme), *(_find_days(one) or ()))
    programme = evolve(programme, results=list(read_results(node, source, keys)))
    options = {"identifier": one.identifier, **reporting, **_read_facts(one), **_list_derived(one, programme)}
    for part in parts:
        _pass_over_repeated(part.node)
        part.source.report_unread(part.node)
    source.report_unread(node)
    issues = Issues(issue for activity in (one, *parts) for issue in activity.source.issues)
    return IatiActivity(programme=programme, options=IatiOptions(**options), issues=issues)


def _read_currency(node: Node, source: Source) -> str:
    """Return an activity's currency, empty if not a code."""
    code = node.get("default-currency")
    try:
        return Money(0, code).currency if code else ""
    except ModelError:
        source.report("IATI205", f"{code[:40]!r} is no code of a currency.", remedy="write it as USD")
        return ""


def _read_facts(activity: _Activity) -> dict[str, Any]:
    """Return facts for writer options: status, sector, shares."""
    facts: dict[str, Any] = {"sector": ""}
    for node in activity.node.findall("activity-status"):
        facts["status"] = node.get("code")
    for node in activity.node.findall("sector"):
        if facts["sector"] or node.get("vocabulary", "1") != "1":
            node.leave()
        else:
            facts["sector"] = node.get("code")
    if facts.get("status", STATUSES[0]) not in STATUSES:
        activity.source.report("IATI205", f"{facts.pop('status')!r} is not a status of an activity.")
    shares: dict[str, float] = {}
    for node in activity.node.findall("recipient-country"):
        if node.has("percentage"):
            share = activity.source.number(node.get("percentage"), f"the share of {node.get('code')!r}")
            shares |= {node.get("code"): share} if share is not None else {}
    return {**facts, "shares": shares}


def _list_derived(activity: _Activity, programme: Programme) -> dict[str, Any]:
    """Return derived days, such as those of rounds."""
    dates = list(activity.node.findall("activity-date"))
    if not any(node.own("derived") for node in dates):
        return {}
    for node in dates:
        node.pass_over()
    known = sorted(list_programme_days(programme))
    days = _find_days(activity)
    return {} if days is None or (known and days == (known[0], known[-1])) else {"start": days[0], "end": days[1]}


def _pass_over_repeated(part: Node) -> None:
    """Skip elements that capbuild repeats in each activity."""
    if part.own("id"):
        for tag in ("reporting-org", "participating-org", "activity-status", "recipient-country", "location", "sector"):
            for node in part.findall(tag):
                node.pass_over()


def _read_descriptions(activity: Node, source: Source) -> dict[str, Text]:
    """Return the first general description, and those marked by capbuild."""
    texts: dict[str, Text] = {}
    for node in activity.findall("description"):
        kind = node.get("type", "1")
        use = node.own("use") or ("general" if kind == "1" else "")
        if not use or use in texts:
            node.leave()
            continue
        text = source.text(node)
        if text is not None:
            texts[use] = text
    return texts


def _read_documents(activity: Node, source: Source) -> Iterator[ProgrammeDocument]:
    for node in activity.findall("document-link"):
        url, format_ = quote(node.get("url").strip(), safe=_ADDRESS), node.get("format")
        title = source.text(node.find("title"))
        try:
            yield ProgrammeDocument(
                title=title or Text(url),
                url=url,
                format="" if node.own("guessed") else format_,
                categories=[code for category in node.findall("category") if (code := category.get("code").strip())],
                languages=[code for language in node.findall("language") if (code := language.get("code").strip())],
                date=source.day(node.find("document-date")),
                description=source.text(node.find("description")),
            )
        except ModelError as error:
            node.leave()
            source.report("IATI205", f"{url!r} is not an address of a document: {error.message}.")


def _read_phases(parts: Sequence[_Activity], source: Source) -> list[Phase]:
    phases: dict[str, Phase] = {}
    for part in parts:
        phase = _make_phase(part, part.name)
        if phase is None or phase.id in phases:
            source.report("IATI204", f"activity {part.identifier!r} below this one is not a phase.")
        else:
            phases[phase.id] = phase
    return list(phases.values())


def _make_whole_phase(activity: _Activity) -> list[Phase]:
    """Return an undivided activity as one phase.

    The result is empty if its dates are marked as derived from its parts.
    """
    if any(node.own("derived") for node in activity.node.findall("activity-date")):
        return []
    phase = _make_phase(activity, "whole")
    return [] if phase is None else [evolve(phase, description=None)]


def _make_phase(one: _Activity, name: str) -> Phase | None:
    days = _find_days(one)
    if days is None:
        return None
    if days[1] < days[0]:
        one.source.report("IATI205", f"activity {one.identifier!r} ends before it starts; its days are not kept.")
        return None
    title = one.source.titled(one.node, one.name)
    description = _read_descriptions(one.node, one.source).get("general")
    return Phase(id=name, title=title, start=days[0], end=days[1], description=description)


def _find_edition(root: Element, source: InputFile) -> str:
    """Return the declared edition of a file; empty if none.

    Raises:
        ReadError: It has no activities, or an unknown edition (IATI202).
    """
    if root.tag != "iati-activities":
        raise source.error(f"contains {root.tag!r}, not 'iati-activities'", "IATI202", "give an activity file")
    edition = (root.get("version") or "").strip()
    if edition and not _READ.fullmatch(edition) and not _OLD.fullmatch(edition):
        remedy = "editions 2.01, 2.02 and 2.03 are read, 1.x is migrated"
        raise source.error(f"is of edition {edition!r}, which is not known", "IATI202", remedy)
    return edition


def _migrate(activity: Element, edition: str) -> list[str]:
    """Convert an activity of edition 1.x to 2.03.

    Returns:
        Description of the changes; empty for editions 2.x.
    """
    if edition.startswith("2"):
        return []
    done: Counter[str] = Counter()
    if not edition:
        done["edition not declared: read as 1.x"] += 1
    _wrap_texts(activity, done)
    _merge_languages(activity, done)
    _recode(activity, done)
    return [what if count == 1 else f"{what} ({count} times)" for what, count in done.items()]


def _wrap_texts(activity: Element, done: Counter[str]) -> None:
    """Put bare text into a narrative, as 2.01 requires."""
    for element in list(activity.iter()):
        if element.tag in _TEXTS and element.find("narrative") is None and (element.text or "").strip():
            narrative = SubElement(element, "narrative")
            narrative.text = (element.text or "").strip()
            element.text = None
            if LANGUAGE in element.attrib:
                narrative.set(LANGUAGE, element.attrib.pop(LANGUAGE))
            done[f"text of <{element.tag}> made a narrative"] += 1


def _merge_languages(activity: Element, done: Counter[str]) -> None:
    """Merge elements repeated by language in 1.x."""
    for parent in list(activity.iter()):
        for tag in _SINGLE:
            elements = parent.findall(tag)
            for other in elements[1:]:
                elements[0].extend(other.findall("narrative"))
                parent.remove(other)
                done[f"<{tag}> of several languages made one"] += 1


def _recode(activity: Element, done: Counter[str]) -> None:
    """Replace words and letters by the numbers of 2.01."""
    places = (("participating-org", "role", _ROLES), ("activity-date", "type", _DATES))
    for tag, attribute, codes in (*places, ("transaction-type", "code", _TRANSACTIONS)):
        for element in activity.iter(tag):
            code = codes.get((element.get(attribute) or "").strip().casefold())
            if code is not None:
                element.set(attribute, code)
                done[f"{attribute} of <{tag}> made a number"] += 1
    for tag in ("activity-date", "transaction-date", "period-start", "period-end"):
        for element in activity.iter(tag):
            if "iso_date" in element.attrib and "iso-date" not in element.attrib:
                element.set("iso-date", element.attrib.pop("iso_date"))
                done[f"iso_date of <{tag}> made iso-date"] += 1
            match = _DAY.match((element.text or "").strip())
            if "iso-date" not in element.attrib and match:
                element.set("iso-date", match.group())
                done[f"text of <{tag}> taken as its day"] += 1
