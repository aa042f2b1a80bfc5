"""JSON Schemas (2020-12) of all documents, derived from the classes."""

import datetime
import inspect
import math
import re
import types
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin

import attrs

from capbuild import checks
from capbuild.dates import PartialDate
from capbuild.documents import _json
from capbuild.documents._assessments import INHERITED
from capbuild.documents._scalars import PATTERNS, UNIONS
from capbuild.documents.converter import shared_converter
from capbuild.documents.envelope import VERSION, class_of
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, CountryByCode
from capbuild.text import Text

_FIELD = re.compile(r"    (\w+): (.*)")

_SECTION = re.compile(r"[A-Z]\w*:.*")


@attrs.frozen(kw_only=True)
class FieldRules:
    """Rules of one field, as stated by its validators.

    Attributes:
        minimum: Lowest number.
        maximum: Highest number.
        pattern: Pattern of the whole text.
        identifier: Whether it is text without surrounding white space.
        unique_by: Field that is unique over items.
        not_before: Field whose value it must not precede.

    Example:
        >>> from capbuild.model import Evidence
        >>> rules = field_rules(attrs.fields(Evidence).reliability)
        >>> rules.minimum, rules.maximum
        (1, 3)
    """

    minimum: float | None = None
    maximum: float | None = None
    pattern: re.Pattern[str] | None = None
    identifier: bool = False
    unique_by: Callable[[Any], Any] | None = None
    not_before: str | None = None


def field_rules(attribute: "attrs.Attribute[Any]") -> FieldRules:
    """Return the rules that a field's validators state."""
    rules: dict[str, Any] = {}
    for validator in getattr(attribute.validator, "_validators", (attribute.validator,)):
        if validator is checks.identifier:
            rules["identifier"] = True
        elif inspect.isfunction(validator):
            rules |= _read_closure(validator)
    return FieldRules(**rules)


def _read_closure(validator: Callable[..., Any]) -> dict[str, Any]:
    """Return the values in a check's closure."""
    made_by = validator.__qualname__.partition(".")[0]
    nonlocals = inspect.getclosurevars(validator).nonlocals
    if made_by == checks.between.__name__:
        return {"minimum": nonlocals["low"], "maximum": None if nonlocals["high"] == math.inf else nonlocals["high"]}
    if made_by == checks.matches.__name__:
        return {"pattern": nonlocals["pattern"]}
    if made_by == checks.unique.__name__:
        return {"unique_by": nonlocals["key"]}
    if made_by == checks.not_before.__name__:
        return {"not_before": nonlocals["first"]}
    return {}


def class_summary(cls: type[Any]) -> str:
    """Return the first line of a class's docstring.

    Example:
        >>> from capbuild.model import Level
        >>> class_summary(Level).startswith("Step of a scale")
        True
    """
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def field_notes(cls: type[Any]) -> dict[str, str]:
    """Return a class's field descriptions, from `Attributes:`.

    Example:
        >>> from capbuild.model import Coverage
        >>> field_notes(Coverage)["settled"]
        'Criteria settled by the evidence.'
    """
    lines = (inspect.getdoc(cls) or "").splitlines()
    notes: dict[str, str] = {}
    name = ""
    for line in lines[lines.index("Attributes:") + 1 :] if "Attributes:" in lines else ():
        start = _FIELD.fullmatch(line)
        if start is not None:
            name = start[1]
            notes[name] = start[2]
        elif line.startswith("        ") and name:
            notes[name] += f" {line.strip()}"
        elif _SECTION.fullmatch(line):
            break
    return notes


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
    """Return the self-contained JSON Schema of a kind of document.

    It has the ranges and patterns of single fields. Rules over several fields are in the descriptions, and are checked
    on reading.

    Raises:
        DocumentError: CB012, there is no such kind.

    Example:
        >>> schema("coverage")["$defs"]["Coverage"]["properties"]["settled"]["minimum"]
        0
    """
    cls = class_of(kind)
    maker = _SchemaBuilder(INHERITED.get(cls, {}))
    data = maker.build(cls)
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
    """Return the text of a schema file in `docs/reference/schema`."""
    return _json.write_json(schema(kind)) + "\n"


class _SchemaBuilder:
    """Builder of schemas and the definitions of their classes."""

    def __init__(self, inherited: Mapping[type[Any], tuple[str, ...]]) -> None:
        self.inherited = inherited
        self.definitions: dict[str, Schema] = {}

    def build(self, tp: Any) -> Schema:
        """Return the schema of a type."""
        if tp == CountryByCode:
            return self._define("CountryByCode", self._make_country_schema)
        if tp in UNIONS:
            return self._define(UNIONS[tp].name, lambda: self._make_union_schema(tp))
        if get_origin(tp) in (types.UnionType, Union):
            return _make_nullable(self.build(get_args(tp)[0]))
        if get_origin(tp) is tuple:
            return {"type": "array", "items": self.build(get_args(tp)[0])}
        if get_origin(tp) is FrozenMap:
            return self._map_schema(*get_args(tp))
        if tp in _SCALARS:
            pattern = {"pattern": f"^{PATTERNS[tp]}$"} if tp in PATTERNS else {}
            return {**_SCALARS[tp], **pattern}
        if issubclass(tp, Enum):
            return self._define(tp.__name__, lambda: _make_enum_schema(tp))
        return self._define(
            tp.__name__, lambda: self._make_text_schema() if tp is Text else self._make_class_schema(tp)
        )

    def _define(self, name: str, make: Any) -> Schema:
        if name not in self.definitions:
            self.definitions[name] = {}  # terminates for classes that contain themselves
            self.definitions[name] = make()
        return {"$ref": f"#/$defs/{name}"}

    def _map_schema(self, key: Any, value: Any) -> Schema:
        names = {"propertyNames": {"pattern": _WHOLE_NUMBER}} if key is int else {}
        return {"type": "object", **names, "additionalProperties": self.build(value)}

    def _make_union_schema(self, tp: Any) -> Schema:
        union = UNIONS[tp]
        options = [self.build(cls) for cls in union.plain]
        options += [{"type": "array", "items": {"type": "string"}}] * union.lists
        options += [_make_object_schema({tag: self.build(cls)}, [tag]) for tag, cls in union.tags.items()]
        return {"description": f"One of: {union.description}.", "anyOf": options}

    def _make_country_schema(self) -> Schema:
        note = "The alpha-2 code of a country of ISO 3166-1, or `other` and a number for one that is not named."
        code = {"description": note, "type": "string", "pattern": "^([A-Z]{2}|other [1-9][0-9]*)$"}
        whole = "A country, in full where its code is user-assigned."
        return {"description": whole, "anyOf": [code, self.build(Country)]}

    def _make_text_schema(self) -> Schema:
        plain = {"description": "A text whose language is not known.", "type": "string"}
        return {"description": class_summary(Text), "anyOf": [plain, self._make_class_schema(Text)]}

    def _make_class_schema(self, cls: type[Any]) -> Schema:
        fields = attrs.fields(attrs.resolve_types(cls))
        left_out = self.inherited.get(cls, ())
        notes = field_notes(cls)
        properties = {field.name: self._make_field_schema(field, notes.get(field.name, "")) for field in fields}
        required = [f.name for f in fields if f.default is attrs.NOTHING and f.name not in left_out]
        return {"description": class_summary(cls), **_make_object_schema(properties, required)}

    def _make_field_schema(self, field: "attrs.Attribute[Any]", note: str) -> Schema:
        schema = _apply_rules(self.build(field.type), field_rules(field))
        default = {} if field.default is attrs.NOTHING else {"default": _find_default(field)}
        return {**({"description": note} if note else {}), **schema, **default}


def _make_nullable(made: Schema) -> Schema:
    if isinstance(made.get("type"), str):
        return {**made, "type": [made["type"], "null"]}
    return {"anyOf": [made, {"type": "null"}]}


def _make_object_schema(properties: Schema, required: list[str]) -> Schema:
    needed = {"required": required} if required else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": False}


def _make_enum_schema(cls: type[Enum]) -> Schema:
    return {"description": class_summary(cls), "type": "string", "enum": [member.value for member in cls]}


def _find_default(field: "attrs.Attribute[Any]") -> Any:
    factory = getattr(field.default, "factory", None)
    value = field.default if factory is None else factory()
    if isinstance(value, FrozenMap | tuple) and not value:
        return {} if isinstance(value, FrozenMap) else []
    return shared_converter().unstructure(value, field.type)


def _apply_rules(made: Schema, rules: FieldRules) -> Schema:
    """Return the schema of a type with a field's rules.

    A rule on numbers or texts does not restrict other types.
    """
    if "anyOf" in made:
        return {**made, "anyOf": [_apply_rules(option, rules) for option in made["anyOf"]]}
    extra: Schema = {}
    types = made.get("type", ())
    if "integer" in types or "number" in types:
        extra = {"minimum": rules.minimum, "maximum": rules.maximum}
    elif "string" in types and rules.identifier:
        extra = {"pattern": _IDENTIFIER}
    elif "string" in types and rules.pattern is not None:
        extra = {"pattern": f"^(?:{_to_ecma(rules.pattern.pattern)})$"}
    return {**made, **{name: value for name, value in extra.items() if value is not None}}


def _to_ecma(pattern: str) -> str:
    """Return a pattern whose dot also matches line breaks.

    JSON Schema has no flag for this.
    """
    # A dot in a class, or after a backslash, is literal.
    return re.sub(r"\[[^\]]*\]|\\.|\.", lambda match: r"[\s\S]" if match[0] == "." else match[0], pattern)
