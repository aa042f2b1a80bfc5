"""Frameworks as flat tables and as TOML, for `framework_from_toml`."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

import attrs

from capbuild.documents.toml_writing import text_table, toml_key, toml_value
from capbuild.model import AnswerScale, Capacity, Framework, Method, Scale
from capbuild.text import Text

__all__ = ["format_tables", "framework_tables", "framework_to_toml"]

#: Arrays of tables of a framework file, each written as `[[name]]`.
_ARRAYS = ("scales", "answers", "bands", "profiles", "rules", "nodes")
#: Fields of a framework with tables of their own.
_TABLES = ("scales", "roots", "methods", "rounding", "bands", "labels", "answers", "judgement", "profiles", "rules")
_LIST_ITEMS = ("criteria", "levels", "options")


def framework_to_toml(framework: Framework) -> str:
    """Return a framework as TOML, which reads back as the same framework.

    Example:
        >>> from capbuild.frameworks import framework_from_toml, load_bundled
        >>> text = framework_to_toml(load_bundled("police_cyber"))
        >>> framework_from_toml(text) == load_bundled("police_cyber")
        True
    """
    return format_tables(framework_tables(framework))


def framework_tables(framework: Framework) -> dict[str, Any]:
    """Return a framework as the tables of its file.

    Texts are strings, or tables of languages.
    """
    top: dict[str, Any] = {"framework": _plain(framework, *_TABLES)}
    top["framework"] |= {"languages": list(framework.languages)}
    top["scales"] = [_scale(scale) for scale in framework.scales]
    top["answers"] = [_answers(scale) for scale in framework.answers]
    top["methods"] = {kind: _method(method) for kind, method in framework.methods.items()}
    top["rounding"] = {kind: _plain(rule) for kind, rule in framework.rounding.items()}
    top["judgement"] = _plain(framework.judgement)
    top["bands"] = [_plain(band) for band in framework.bands]
    top["profiles"] = [_plain(profile) for profile in framework.profiles]
    top["labels"] = _value(framework.labels)
    top["rules"] = [
        {"if": rule.condition, "then": rule.expected, "text": _value(rule.text)} for rule in framework.rules
    ]
    top["nodes"] = [one for root in framework.roots for one in _nodes(root, None)]
    return {key: value for key, value in top.items() if value}


def _scale(scale: Scale) -> dict[str, Any]:
    first = {"first_level": 0} if scale.levels and scale.levels[0].order == 0 else {}
    return _plain(scale, "levels") | first | {"levels": [_plain(level, "order") for level in scale.levels]}


def _answers(scale: AnswerScale) -> dict[str, Any]:
    return {"id": scale.id, "options": [_plain(option) for option in scale.options]}


def _nodes(node: Capacity, parent: str | None) -> Iterator[dict[str, Any]]:
    above = {} if parent is None else {"parent": parent}
    made = {"id": node.id} | above | _plain(node, "id", "children", "criteria", "method")
    if node.method is not None:
        made["method"] = _method(node.method)
    if node.criteria:
        made["criteria"] = [_plain(criterion) for criterion in node.criteria]
    yield made
    for child in node.children:
        yield from _nodes(child, node.id)


def _method(method: Method) -> str | dict[str, Any]:
    return {"name": method.name, **method.parameters} if method.parameters else method.name


def _plain(one: Any, *left_out: str) -> dict[str, Any]:
    """Return an object's non-default fields, as TOML values."""
    found = {}
    for field in attrs.fields(type(one)):
        value = getattr(one, field.name)
        usual = field.default.factory() if isinstance(field.default, attrs.Factory) else field.default  # type: ignore[arg-type]
        if field.name not in left_out and value is not None and value != usual:
            found[field.name] = _value(value)
    return found


def _value(value: Any) -> Any:
    if isinstance(value, Text):
        return text_table(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _value(one) for key, one in value.items()}
    return list(map(_value, value)) if isinstance(value, tuple) else value


def format_tables(top: Mapping[str, Any]) -> str:
    """Return the tables of a framework as TOML text.

    Example:
        >>> print(format_tables({"framework": {"id": "f"}, "nodes": [{"id": "a", "title": {"en": "A"}}]}), end="")
        [framework]
        id = "f"
        <BLANKLINE>
        [[nodes]]
        id = "a"
        title = { en = "A" }
    """
    blocks = []
    for name, value in top.items():
        if name in _ARRAYS:
            blocks += [f"[[{name}]]\n{_pairs(table)}" for table in value]
        else:
            blocks.append(f"[{name}]\n{_pairs(value)}")
    return "\n".join(blocks)


def _pairs(table: Mapping[str, Any]) -> str:
    return "".join(
        f"{toml_key(key)} = {_items(value) if key in _LIST_ITEMS else toml_value(value)}\n"
        for key, value in table.items()
    )


def _items(values: Sequence[Any]) -> str:
    """Return an array with one item per line."""
    return "[\n" + "".join(f"    {toml_value(value)},\n" for value in values) + "]"
