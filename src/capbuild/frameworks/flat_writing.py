"""Frameworks as flat tables and as TOML, for `framework_from_toml`."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from capbuild.documents.toml import changed_fields, text_table, toml_key, toml_value
from capbuild.model import AnswerScale, Capacity, Framework, Method, Scale
from capbuild.text import Text

#: Arrays of tables of a framework file, each written as `[[name]]`.
_ARRAYS = ("scales", "answers", "bands", "profiles", "rules", "nodes")
#: Fields of a framework with tables of their own.
_TABLES = ("scales", "roots", "methods", "rounding", "bands", "labels", "answers", "judgement", "profiles", "rules")
_LIST_ITEMS = ("criteria", "levels", "options")


def framework_to_toml(framework: Framework) -> str:
    """Write a framework as TOML that reads back as equal.

    Example:
        >>> from capbuild.frameworks import framework_from_toml, load_bundled
        >>> text = framework_to_toml(load_bundled("police_cyber"))
        >>> framework_from_toml(text) == load_bundled("police_cyber")
        True
    """
    return format_tables(framework_tables(framework))


def framework_tables(framework: Framework) -> dict[str, Any]:
    """Return a framework as the tables of its file.

    Texts are strings, or tables by language.
    """
    top: dict[str, Any] = {"framework": _list_plain_fields(framework, *_TABLES)}
    top["framework"] |= {"languages": list(framework.languages)}
    top["scales"] = [_scale(scale) for scale in framework.scales]
    top["answers"] = [_make_answers(scale) for scale in framework.answers]
    top["methods"] = {kind: _make_method(method) for kind, method in framework.methods.items()}
    top["rounding"] = {kind: _list_plain_fields(rule) for kind, rule in framework.rounding.items()}
    top["judgement"] = _list_plain_fields(framework.judgement)
    top["bands"] = [_list_plain_fields(band) for band in framework.bands]
    top["profiles"] = [_list_plain_fields(profile) for profile in framework.profiles]
    top["labels"] = _make_value(framework.labels)
    top["rules"] = [
        {"if": rule.condition, "then": rule.expected, "text": _make_value(rule.text)} for rule in framework.rules
    ]
    top["nodes"] = [node for root in framework.roots for node in _list_nodes(root, None)]
    return {key: value for key, value in top.items() if value}


def _scale(scale: Scale) -> dict[str, Any]:
    first = {"first_level": 0} if scale.levels and scale.levels[0].order == 0 else {}
    return (
        _list_plain_fields(scale, "levels")
        | first
        | {"levels": [_list_plain_fields(level, "order") for level in scale.levels]}
    )


def _make_answers(scale: AnswerScale) -> dict[str, Any]:
    return {"id": scale.id, "options": [_list_plain_fields(option) for option in scale.options]}


def _list_nodes(node: Capacity, parent: str | None) -> Iterator[dict[str, Any]]:
    above = {} if parent is None else {"parent": parent}
    node_table = {"id": node.id} | above | _list_plain_fields(node, "id", "children", "criteria", "method")
    if node.method is not None:
        node_table["method"] = _make_method(node.method)
    if node.criteria:
        node_table["criteria"] = [_list_plain_fields(criterion) for criterion in node.criteria]
    yield node_table
    for child in node.children:
        yield from _list_nodes(child, node.id)


def _make_method(method: Method) -> str | dict[str, Any]:
    return {"name": method.name, **method.parameters} if method.parameters else method.name


def _list_plain_fields(one: Any, *left_out: str) -> dict[str, Any]:
    """Return an object's non-default fields, as TOML values."""
    return {name: _make_value(value) for name, value in changed_fields(one, *left_out).items()}


def _make_value(value: Any) -> Any:
    if isinstance(value, Text):
        return text_table(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _make_value(item) for key, item in value.items()}
    return list(map(_make_value, value)) if isinstance(value, tuple) else value


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
            blocks += [f"[[{name}]]\n{_format_pairs(table)}" for table in value]
        else:
            blocks.append(f"[{name}]\n{_format_pairs(value)}")
    return "\n".join(blocks)


def _format_pairs(table: Mapping[str, Any]) -> str:
    return "".join(
        f"{toml_key(key)} = {_items(value) if key in _LIST_ITEMS else toml_value(value)}\n"
        for key, value in table.items()
    )


def _items(values: Sequence[Any]) -> str:
    """Return an array with one item per line."""
    return "[\n" + "".join(f"    {toml_value(value)},\n" for value in values) + "]"
