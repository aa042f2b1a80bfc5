"""Builders of XML for IATI.

They make elements, narratives, attributes in capbuild's namespace, and IATI codes of the model's terms.
"""

import re
from xml.etree.ElementTree import Element, SubElement

from capbuild.escaping import xml_text
from capbuild.model import OrganisationRole, ResultKind
from capbuild.text import Text

#: Namespace for capbuild's own data. The standard permits elements and attributes of other namespaces.
NAMESPACE = "urn:capbuild:iati:1"

ROLE_CODES = {
    OrganisationRole.FUNDING: "1",
    OrganisationRole.ACCOUNTABLE: "2",
    OrganisationRole.EXTENDING: "3",
    OrganisationRole.IMPLEMENTING: "4",
}

ROLES = {code: role for role, code in ROLE_CODES.items()}

RESULT_TYPES = {
    ResultKind.ACTIVITY: "9",  # IATI has activities around results, not among them
    ResultKind.OUTPUT: "1",
    ResultKind.IMMEDIATE_OUTCOME: "2",
    ResultKind.INTERMEDIATE_OUTCOME: "2",
    ResultKind.ULTIMATE_OUTCOME: "3",
}

#: "Other" (9) becomes an output: the model never shows anything as more than it is.
RESULT_KINDS = {
    "1": ResultKind.OUTPUT,
    "2": ResultKind.INTERMEDIATE_OUTCOME,
    "3": ResultKind.ULTIMATE_OUTCOME,
    "9": ResultKind.OUTPUT,
}

#: Attributes of an indicator without a place in IATI.
DETAILS = ("source", "method", "frequency", "responsible", "computed")

QUALITATIVE = "5"

#: Units with their own measure; all others are counted in units (1).
MEASURES = {
    "%": "2",
    "percent": "2",
    "percentage": "2",
    "nominal": "3",
    "level": "4",
    "levels": "4",
    "qualitative": QUALITATIVE,
}

#: Unit for each measure on reading.
UNITS = {"1": "", "2": "%", "3": "nominal", "4": "level", QUALITATIVE: "qualitative"}


def find_measure(unit: str) -> str:
    """Return the measure code of an indicator.

    Example:
        >>> find_measure("people"), find_measure("%"), find_measure("level"), find_measure("qualitative")
        ('1', '2', '4', '5')
    """
    return MEASURES.get(unit.strip().casefold(), "1")


LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def make_own_name(name: str) -> str:
    """Return a name in capbuild's namespace."""
    return f"{{{NAMESPACE}}}{name}"


def set_marks(element: Element, **values: str) -> None:
    """Set attributes in capbuild's namespace, with `_` for `-`.

    Empty values are skipped.
    """
    for name, value in values.items():
        if value:
            element.set(make_own_name(name.replace("_", "-")), xml_text(value))


def add_narratives(parent: Element, text: Text, name: str = "narrative") -> None:
    """Add a narrative per language, the source first.

    A text of unknown language is written in the language of the activity, marked as unknown.
    """
    for language in text.languages:
        words = text.source if language == text.language else text.translations[language].text
        if not words.strip() and len(text.languages) > 1:
            continue
        element = SubElement(parent, name)
        element.text = xml_text(words)
        if language != "und" and _TAG.fullmatch(language):
            element.set(LANGUAGE, language)
        else:
            set_marks(element, language=language)


def add_text_element(parent: Element, name: str, text: Text, **attributes: str) -> Element:
    """Add an element with narratives."""
    element = SubElement(parent, name, {key: xml_text(value) for key, value in attributes.items()})
    add_narratives(element, text)
    return element


def add_own_text(parent: Element, name: str, text: Text) -> Element:
    """Add an element with narratives in capbuild's namespace."""
    element = SubElement(parent, make_own_name(name))
    add_narratives(element, text, make_own_name("narrative"))
    return element
