"""FHIR resources in JSON and XML, alone or in Bundles."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast
from xml.etree.ElementTree import Element

from attrs import define, field, frozen

from capbuild.errors import ReadError
from capbuild.formats import json_list, json_object, json_origin, load_json, load_xml, local_name
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.plugins import InputFile

Json = Mapping[str, Any]
_BLANK = b"\xef\xbb\xbf \t\r\n"
_JSON = re.compile(rb'"resourceType"\s*:\s*"(Questionnaire|QuestionnaireResponse)"')
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
_KINDS = (b"Questionnaire", b"QuestionnaireResponse")
_XML = re.compile(rb"<(?:\w+:)?(Questionnaire|QuestionnaireResponse|Bundle)\b[^>]*http://hl7\.org/fhir")
_OURS = re.compile(rb"<(?:\w+:)?(Questionnaire|QuestionnaireResponse)\b")
#: Elements that are lists in JSON, whatever their number in XML.
_LISTS = frozenset(
    (
        *("answer", "answerOption", "code", "coding", "concept", "contained", "contains", "enableWhen", "entry"),
        *("extension", "identifier", "include", "initial", "item", "option"),
    )
)


def damaged(name: str, why: str) -> ReadError:
    """Return the error for an unreadable FHIR file."""
    return ReadError(
        f"{name} is no readable FHIR file: {why}",
        code="FHIR1",
        origin=Origin(name),
        remedy="ask for the file again, or name another reader with format=",
    )


def is_fhir(source: InputFile) -> bool:
    """True if a file has a Questionnaire or a response."""
    start = source.start.lstrip(_BLANK)
    if start.startswith(b"{"):
        kind = _find_top_type(start)
        if kind is None and b'"linkId"' in start and len(source.start) < source.size:
            kind = _find_top_type(source.content)  # the type may be the last key
        return kind in _KINDS or (kind == b"Bundle" and _JSON.search(start) is not None)
    match = _XML.search(start) if start.startswith(b"<") else None
    return match is not None and (match[1] != b"Bundle" or _OURS.search(start) is not None)


def _find_top_type(data: bytes) -> bytes | None:
    """Return the resource type at a JSON text's top."""
    depth, last = 0, b""
    for token in _TOKEN.finditer(data):
        if depth == 1 and last == b'"resourceType"':
            return token[0].strip(b'"')
        last = token[0]
        depth += (last in (b"{", b"[")) - (last in (b"}", b"]"))
    return None


def is_true(value: object) -> bool:
    """True if a boolean of JSON or XML is true."""
    return value is True or value == "true"


def plain(value: object) -> str:
    """Return a primitive as text, without line breaks."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def value_of(part: Json, prefix: str = "value") -> tuple[str, Any]:
    """Return key and value of a polymorphic element.

    For example, the key is `valueCoding`. Key and value are empty if there is none.

    Example:
        >>> value_of({"valueInteger": 3}), value_of({"linkId": "1"})
        (('valueInteger', 3), ('', None))
    """
    kinds = (key for key in part if key.startswith(prefix) and key[len(prefix) : len(prefix) + 1].isupper())
    key = next(kinds, "")
    return key, part.get(key)


def numbered(part: Json, key: str) -> list[tuple[int, Json]]:
    """Return a list's objects with their indexes from 0."""
    value: object = part.get(key)
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [(position, object_) for position, item in enumerate(items) if (object_ := json_object(item))]


@frozen
class Resource:
    """Resource with its path in the file.

    Attributes:
        data: Its content.
        steps: Its path: keys and indexes.
        contained: Whether another resource contains it.
    """

    data: Json
    steps: tuple[str | int, ...] = ()
    contained: bool = False

    @property
    def kind(self) -> str:
        """Type of the resource."""
        return str(self.data.get("resourceType") or "")


@define
class Resources:
    """Resources of a file.

    Attributes:
        file: Name of the file.
        root: Name of the root element of XML; empty for JSON.
        all: The resources, including contained ones.
        issues: Problems of the text.
    """

    file: str
    root: str
    all: list[Resource] = field(factory=list[Resource])
    issues: list[Issue] = field(factory=list[Issue])

    def of(self, kind: str) -> list[Resource]:
        """Return the resources of a type."""
        return [resource for resource in self.all if resource.kind == kind]

    def origin(self, *steps: str | int) -> Origin:
        """Return the origin of a value."""
        if not self.root:
            return json_origin(self.file, *steps)
        path = "".join(f"[{step + 1}]" if isinstance(step, int) else f"/{step}" for step in steps)
        return Origin(self.file, path=f"/{self.root}{path}")


def load_resources(source: InputFile) -> Resources:
    """Return the resources of a file.

    Raises:
        ReadError: It is neither FHIR JSON nor FHIR XML.
        LimitError: It exceeds the depth limit.
    """
    issues: list[Issue] = []
    if source.start.lstrip(_BLANK).startswith(b"<"):
        root = load_xml(source)
        name, top = local_name(root), json_object(_as_json(root))
    else:
        name, top = "", json_object(load_json(source, issues))
    resources = Resources(source.name, name, list(_list_nested(top, ())), issues)
    if not any(resource.kind in ("Questionnaire", "QuestionnaireResponse") for resource in resources.all):
        raise damaged(source.name, "it has neither a Questionnaire nor a QuestionnaireResponse")
    return resources


def _list_nested(data: Json, steps: tuple[str | int, ...]) -> Iterator[Resource]:
    """Yield a resource, its contained ones and a Bundle's."""
    yield Resource(data, steps)
    for number, resource in numbered(data, "contained"):
        yield Resource(resource, (*steps, "contained", number), contained=True)
    if data.get("resourceType") == "Bundle":
        for number, entry in numbered(data, "entry"):
            inner = json_object(entry.get("resource"))
            if inner:
                yield from _list_nested(inner, (*steps, "entry", number, "resource"))


# --- XML ---


def _as_json(node: Element) -> Json | str:
    """Return an XML element as JSON.

    Primitives are text, and their extensions are under `_name`.
    """
    if node.get("value") is not None:
        return str(node.get("value"))
    resource: dict[str, Any] = {}
    if local_name(node)[:1].isupper():
        resource["resourceType"] = local_name(node)
    if node.get("url") is not None:
        resource["url"] = node.get("url")
    for child in node:
        name = local_name(child)
        value = _as_json(child)
        if name in ("contained", "resource") and len(child):
            value = _as_json(child[0])
        more = [_as_json(element) for element in child if local_name(element) == "extension"]
        if isinstance(value, str) and more:
            resource[f"_{name}"] = {"extension": more}
        if name in _LISTS and not isinstance(value, str):
            resource.setdefault(name, []).append(value)
        else:
            resource.setdefault(name, value)
    return resource


def extensions(part: Json, name: str) -> list[Json]:
    """Return the extensions with a name.

    The name is the last part of their address.
    """
    return [extension for extension in json_list(part.get("extension")) if address_end(extension) == name]


def address_end(extension: Json) -> str:
    """Return the last part of an extension's address."""
    return str(extension.get("url") or "").rpartition("/")[2]
