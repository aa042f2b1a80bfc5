"""Frameworks as people write them: one TOML file whose nodes name their parents."""

import tomllib
from collections.abc import Mapping
from typing import Any

from capbuild.errors import DocumentError, ModelError, did_you_mean
from capbuild.model import Band, Capacity, Criterion, Framework, Level, Method, RoundingMode, RoundingRule, Scale
from capbuild.origin import Origin
from capbuild.text import as_text

__all__ = ["framework_from_toml"]

Node = dict[str, Any]

_NODE_KEYS = (
    "criteria",
    "definition",
    "id",
    "kind",
    "method",
    "parent",
    "scale",
    "target",
    "title",
    "weight",
)
_TOP_KEYS = ("bands", "framework", "labels", "methods", "nodes", "rounding", "scales")


def framework_from_toml(text: str, name: str = "framework.toml") -> Framework:
    """Return the framework that a TOML text describes.

    The text has a table `framework` (id, edition, title, ...), `scales` (id, kind, levels, minimum, maximum),
    `methods` and `rounding` by node kind, and an array `nodes`, each with `id`, `kind`, `title` and `parent`
    (none for the top). A node without children may have `criteria`, each with `id`, `step` and `text`.

    Args:
        text: The TOML text.
        name: Name of the file, for messages.

    Raises:
        DocumentError: It does not fit; lists every problem. Code CB020 for a cycle or an unknown parent, CB021
            for a name that stands twice.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DocumentError(f"{name} is not valid TOML: {error}", origin=Origin(name)) from error
    nodes: list[Node] = data.get("nodes", [])
    problems = _shape_problems(data, nodes)
    if problems:
        raise DocumentError(
            f"{name} is no framework", problems=problems, origin=Origin(name), remedy="see docs/reference/workspace.md"
        )
    _check_tree(nodes, name)
    try:
        return _build(data, nodes)
    except (ModelError, TypeError, ValueError) as error:
        message = error.message if isinstance(error, ModelError) else str(error)
        raise DocumentError(f"{name}: {message}", origin=Origin(name)) from error


def _shape_problems(data: Mapping[str, Any], nodes: list[Node]) -> list[tuple[str, str]]:
    head = data.get("framework", {})
    problems = [("framework." + key, "is missing") for key in ("id", "edition", "title") if key not in head]
    problems += _unknown("", data, _TOP_KEYS)
    if not nodes:
        problems.append(("nodes", "must hold at least one node"))
    for number, node in enumerate(nodes):
        problems += [(f"nodes[{number}].{key}", "is missing") for key in ("id", "title") if key not in node]
        problems += _unknown(f"nodes[{number}].", node, _NODE_KEYS)
    return problems


def _unknown(place: str, table: Mapping[str, Any], known: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(place + key, f"unknown key {key!r}{did_you_mean(key, known)}") for key in table if key not in known]


def _check_tree(nodes: list[Node], name: str) -> None:
    """Every parent exists, no id stands twice, and no node is its own ancestor."""
    parents: dict[str, str | None] = {}
    for node in nodes:
        if node["id"] in parents:
            raise DocumentError(f"node {node['id']!r} stands twice", code="CB021", origin=Origin(name))
        parents[node["id"]] = node.get("parent")
    unknown = [
        (f"nodes.{child}.parent", f"{parent!r} is no node{did_you_mean(parent, parents)}")
        for child, parent in parents.items()
        if parent is not None and parent not in parents
    ]
    if unknown:
        raise DocumentError(f"{name} names unknown parents", problems=unknown, code="CB020", origin=Origin(name))
    for start in parents:
        path = [start]
        while (above := parents[path[-1]]) is not None:
            path.append(above)
            if above == start or len(path) > len(parents):
                shown = " -> ".join(path)
                raise DocumentError(
                    f"the framework has a cycle: {shown}", code="CB020", origin=Origin(name), remedy="give one a parent"
                )


def _build(data: Mapping[str, Any], nodes: list[Node]) -> Framework:
    children: dict[str | None, list[Node]] = {}
    for node in nodes:
        children.setdefault(node.get("parent"), []).append(node)

    def grow(node: Node) -> Capacity:
        method = node.get("method")
        return Capacity(
            id=node["id"],
            kind=node.get("kind", "indicator"),
            title=as_text(node["title"]),
            definition=node.get("definition"),
            criteria=[_criterion(c) for c in node.get("criteria", ())],
            children=[grow(child) for child in children.get(node["id"], ())],
            weight=float(node.get("weight", 1.0)),
            scale=node.get("scale"),
            method=_method(method) if method is not None else None,
            target=node.get("target"),
        )

    return Framework(
        **{key: value for key, value in data["framework"].items() if key != "title"},
        title=as_text(data["framework"]["title"]),
        scales=[_scale(scale) for scale in data.get("scales", [{"id": "percent", "kind": "percent"}])],
        roots=[grow(root) for root in children.get(None, ())],
        methods={kind: _method(method) for kind, method in data.get("methods", {}).items()},
        rounding={kind: _rounding(rule) for kind, rule in data.get("rounding", {}).items()},
        bands=[Band(**band) for band in data.get("bands", ())],
        labels={key: as_text(text) for key, text in data.get("labels", {}).items()},
    )


def _criterion(data: Mapping[str, Any]) -> Criterion:
    return Criterion(**{**data, "text": as_text(data["text"])})


def _method(data: str | Mapping[str, Any]) -> Method:
    """A method by name, or a table with a name and parameters."""
    if isinstance(data, str):
        return Method(name=data)
    return Method(name=data["name"], parameters={k: v for k, v in data.items() if k != "name"})


def _rounding(data: Mapping[str, Any]) -> RoundingRule:
    mode = RoundingMode(data.get("mode", RoundingMode.HALF_UP.value))
    return RoundingRule(digits=data.get("digits", 0), mode=mode, feeds_up=data.get("feeds_up", False))


def _scale(data: Mapping[str, Any]) -> Scale:
    levels = [
        Level(code=str(level.get("code", f"L{order}")), order=order, label=as_text(level["label"]))
        for order, level in enumerate(data.get("levels", ()), start=1)
    ]
    return Scale(**{**data, "levels": levels})
