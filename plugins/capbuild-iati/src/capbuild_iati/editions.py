"""Editions of the standard: what a file declares, and files of 1.x brought into the shape of 2.03."""

import re
from collections import Counter
from xml.etree.ElementTree import Element, SubElement

from capbuild.errors import ReadError
from capbuild_iati.tree import LANGUAGE

__all__ = ["edition_of", "migrate"]

_TEXTS = ("title", "description", "reporting-org", "participating-org", "recipient-country", "activity-website")
_SINGLE = ("title",)
_ROLES = {"funding": "1", "donor": "1", "accountable": "2", "extending": "3", "implementing": "4"}
#: 1.01 knew a start and an end, and did not say whether they were planned.
_DATES = {"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4", "start": "1", "end": "3"}
_TRANSACTIONS = {"if": "1", "c": "2", "d": "3", "e": "4", "ip": "5", "lr": "6", "r": "7", "ic": "11"}
_READ = re.compile(r"2\.0[123]")
_OLD = re.compile(r"1\.0?\d?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def edition_of(root: Element, name: str) -> str:
    """Return the edition that a file declares; empty when it declares none.

    Raises:
        ReadError: It holds no activities, or is of an edition that is not known (IATI202).
    """
    if root.tag != "iati-activities":
        raise ReadError(
            f"{name} holds {root.tag!r}, not 'iati-activities'", code="IATI202", remedy="give an activity file"
        )
    edition = (root.get("version") or "").strip()
    if edition and not _READ.fullmatch(edition) and not _OLD.fullmatch(edition):
        raise ReadError(
            f"{name} is of edition {edition!r}, which is not known",
            code="IATI202",
            remedy="editions 2.01, 2.02 and 2.03 are read, 1.x is migrated",
        )
    return edition


def migrate(activity: Element, edition: str) -> list[str]:
    """Bring an activity of edition 1.x into the shape of 2.03.

    Returns:
        What was done, in words; nothing for editions of 2.
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
    """Put bare text into a narrative, which 2.01 asked for."""
    for element in list(activity.iter()):
        if element.tag in _TEXTS and element.find("narrative") is None and (element.text or "").strip():
            narrative = SubElement(element, "narrative")
            narrative.text = (element.text or "").strip()
            element.text = None
            if LANGUAGE in element.attrib:
                narrative.set(LANGUAGE, element.attrib.pop(LANGUAGE))
            done[f"text of <{element.tag}> made a narrative"] += 1


def _merge_languages(activity: Element, done: Counter[str]) -> None:
    """Gather an element that 1.x repeated for each language into one."""
    for parent in list(activity.iter()):
        for tag in _SINGLE:
            found = parent.findall(tag)
            for other in found[1:]:
                found[0].extend(other.findall("narrative"))
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
