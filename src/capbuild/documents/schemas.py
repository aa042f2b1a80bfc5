"""JSON Schemas (2020-12) of all documents, made from the classes and held to them by the tests."""

import datetime
import re
import types
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin

import attrs

from capbuild.dates import PartialDate
from capbuild.documents import _json
from capbuild.documents._assessments import INHERITED
from capbuild.documents._kinds import class_of
from capbuild.documents._scalars import PATTERNS
from capbuild.documents._unions import UNIONS
from capbuild.documents.converter import shared_converter
from capbuild.documents.migrations import VERSION
from capbuild.documents.rules import Rules, field_notes, rules_of, summary_of
from capbuild.frozen import FrozenMap
from capbuild.text import Text

__all__ = ["schema", "schema_text"]

Schema = dict[str, Any]

_SCALARS: dict[type, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime.date: {"type": "string", "format": "date"},
    datetime.datetime: {"type": "string"},
    datetime.time: {"type": "string"},
    PartialDate: {"type": "string"},
    Decimal: {"type": "string"},
}
_IDENTIFIER = r"^\S([\s\S]*\S)?$"
_WHOLE_NUMBER = r"^(0|-?[1-9][0-9]*)$"


def schema(kind: str) -> Schema:
    """Return the JSON Schema of one kind of document, whole in itself.

    Ranges and patterns are given where one field alone decides; rules that several fields must keep together are in
    the descriptions and are checked when a document is read.

    Raises:
        DocumentError: CB012, there is no such kind.

    Example:
        >>> schema("coverage")["$defs"]["Coverage"]["properties"]["settled"]["minimum"]
        0
    """
    cls = class_of(kind)
    maker = _Maker(INHERITED.get(cls, {}))
    data = maker.of(cls)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:capbuild:document:{VERSION}:{kind}",
        "title": f"capbuild document: {kind}",
        "type": "object",
        "properties": {
            "capbuild": {
                "description": "Version of the document format.",
                "type": "string",
                "pattern": rf"^{VERSION.major}\.[0-9]+$",
            },
            "kind": {"description": "What `data` is.", "const": kind},
            "data": data,
        },
        "required": ["capbuild", "kind", "data"],
        "additionalProperties": False,
        "$defs": dict(sorted(maker.definitions.items())),
    }


def schema_text(kind: str) -> str:
    """Return the JSON Schema of one kind as the text of its file under `docs/reference/schema`."""
    return _json.write(schema(kind)) + "\n"


class _Maker:
    """Makes the schema of a type and, on the way, the definitions of all classes in it."""

    def __init__(self, inherited: Mapping[type[Any], tuple[str, ...]]) -> None:
        self.inherited = inherited
        self.definitions: dict[str, Schema] = {}

    def of(self, tp: Any) -> Schema:
        """Return the schema of a type."""
        if tp in UNIONS:
            return self._defined(UNIONS[tp].name, lambda: self._union(tp))
        if get_origin(tp) in (types.UnionType, Union):
            return _or_null(self.of(get_args(tp)[0]))
        if get_origin(tp) is tuple:
            return {"type": "array", "items": self.of(get_args(tp)[0])}
        if get_origin(tp) is FrozenMap:
            return self._map(*get_args(tp))
        if tp in _SCALARS:
            pattern = {"pattern": f"^{PATTERNS[tp]}$"} if tp in PATTERNS else {}
            return {**_SCALARS[tp], **pattern}
        if issubclass(tp, Enum):
            return self._defined(tp.__name__, lambda: _enum(tp))
        return self._defined(tp.__name__, lambda: self._text() if tp is Text else self._class(tp))

    def _defined(self, name: str, make: Any) -> Schema:
        if name not in self.definitions:
            self.definitions[name] = {}  # so that a class that contains itself ends here
            self.definitions[name] = make()
        return {"$ref": f"#/$defs/{name}"}

    def _map(self, key: Any, value: Any) -> Schema:
        names = {"propertyNames": {"pattern": _WHOLE_NUMBER}} if key is int else {}
        return {"type": "object", **names, "additionalProperties": self.of(value)}

    def _union(self, tp: Any) -> Schema:
        union = UNIONS[tp]
        options = [self.of(cls) for cls in union.plain]
        options += [{"type": "array", "items": {"type": "string"}}] * union.lists
        options += [_object({tag: self.of(cls)}, [tag]) for tag, cls in union.tags.items()]
        return {"description": f"One of: {union.words}.", "anyOf": options}

    def _text(self) -> Schema:
        plain = {"description": "A text whose language is not known.", "type": "string"}
        return {"description": summary_of(Text), "anyOf": [plain, self._class(Text)]}

    def _class(self, cls: type[Any]) -> Schema:
        fields = attrs.fields(attrs.resolve_types(cls))
        left_out = self.inherited.get(cls, ())
        notes = field_notes(cls)
        properties = {field.name: self._field(field, notes.get(field.name, "")) for field in fields}
        required = [f.name for f in fields if f.default is attrs.NOTHING and f.name not in left_out]
        return {"description": summary_of(cls), **_object(properties, required)}

    def _field(self, field: "attrs.Attribute[Any]", note: str) -> Schema:
        made = _with_rules(self.of(field.type), rules_of(field))
        default = {} if field.default is attrs.NOTHING else {"default": _default(field)}
        return {**({"description": note} if note else {}), **made, **default}


def _or_null(made: Schema) -> Schema:
    if isinstance(made.get("type"), str):
        return {**made, "type": [made["type"], "null"]}
    return {"anyOf": [made, {"type": "null"}]}


def _object(properties: Schema, required: list[str]) -> Schema:
    needed = {"required": required} if required else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": False}


def _enum(cls: type[Enum]) -> Schema:
    return {"description": summary_of(cls), "type": "string", "enum": [member.value for member in cls]}


def _default(field: "attrs.Attribute[Any]") -> Any:
    factory = getattr(field.default, "factory", None)
    value = field.default if factory is None else factory()
    if isinstance(value, FrozenMap | tuple) and not value:
        return {} if isinstance(value, FrozenMap) else []
    return shared_converter().unstructure(value, field.type)


def _with_rules(made: Schema, rules: Rules) -> Schema:
    """Add a field's rules to the schema of its type; a rule about numbers or texts says nothing of other types."""
    if "anyOf" in made:
        return {**made, "anyOf": [_with_rules(option, rules) for option in made["anyOf"]]}
    extra: Schema = {}
    types = made.get("type", ())
    if "integer" in types or "number" in types:
        extra = {"minimum": rules.minimum, "maximum": rules.maximum}
    elif "string" in types and rules.identifier:
        extra = {"pattern": _IDENTIFIER}
    elif "string" in types and rules.pattern is not None:
        extra = {"pattern": f"^(?:{_ecma(rules.pattern.pattern)})$"}
    return {**made, **{name: value for name, value in extra.items() if value is not None}}


def _ecma(pattern: str) -> str:
    """The model's patterns let a dot stand for a line break too; JSON Schema has no flag for that."""
    # A dot in a class, or behind a backslash, is only a dot.
    return re.sub(r"\[[^\]]*\]|\\.|\.", lambda found: r"[\s\S]" if found[0] == "." else found[0], pattern)
