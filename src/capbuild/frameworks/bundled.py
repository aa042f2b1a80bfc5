"""Bundled frameworks: a structure with one message file per language."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from capbuild.documents.toml import TomlTable
from capbuild.errors import DocumentError
from capbuild.frameworks.flat import read_tables
from capbuild.frameworks.flat_writing import framework_tables
from capbuild.frameworks.messages import Messages, add_tables, load_texts, read_part
from capbuild.model import (
    Capacity,
    Check,
    ConsistencyRule,
    Criterion,
    Crosswalk,
    CrosswalkLink,
    CrosswalkRelation,
    Elsewhere,
    Framework,
    Issue,
    Level,
    Method,
    Scale,
)

#: Files of a later edition, in the order of their nodes.
_PARTS = ("framework", "criteria", "survey", "law", "quantities")
_LABELS = ("answer.", "check.", "group.", "respondent.")


def _make_criterion(data: Mapping[str, Any], messages: Messages) -> Criterion:
    name = data["id"]
    return Criterion(
        id=name,
        step=data["step"],
        check=Check(data["check"]),
        text=messages.text(f"criterion.{name}"),
        action=messages.text(f"action.{name}"),
        small=messages.text(f"small.{name}") if data.get("small") else None,
        elsewhere=Elsewhere(data.get("elsewhere", "allowed")),
        no_cases=data.get("no_cases", False),
        sample=data.get("sample"),
        window_months=data.get("window_months"),
        public=data.get("public", True),
        implies=data.get("implies", ()),
    )


def _make_indicator(data: Mapping[str, Any], messages: Messages) -> Capacity:
    name = data["id"]
    return Capacity(
        id=name,
        kind="indicator",
        title=messages.text(f"indicator.{name}.title"),
        short=messages.text(f"indicator.{name}.short"),
        definition=messages.text(f"indicator.{name}.definition"),
        why=messages.text(f"indicator.{name}.why"),
        evidence=messages.text(f"indicator.{name}.evidence"),
        respondents=data["respondents"],
        sources=data["sources"],
        criteria=[_make_criterion(criterion, messages) for criterion in data["criteria"]],
    )


def _make_dimension(data: Mapping[str, Any], messages: Messages) -> Capacity:
    name = data["id"]
    return Capacity(
        id=name,
        kind="dimension",
        title=messages.text(f"dimension.{name}.title"),
        definition=messages.text(f"dimension.{name}.question"),
        children=[_make_indicator(indicator, messages) for indicator in data["indicators"]],
    )


def _list_levels(codes: list[str], messages: Messages) -> list[Level]:
    return [
        Level(
            code=code,
            order=order,
            label=messages.text(f"level.{code}.label"),
            definition=messages.text(f"level.{code}.definition"),
        )
        for order, code in enumerate(codes, start=1)
    ]


@lru_cache(maxsize=8)
def load_bundled(folder: str, edition: str = "") -> Framework:
    """Return a framework that ships with capbuild.

    Args:
        folder: Its folder, such as `police_cyber`.
        edition: A later edition, such as `2.0`; the first one by default.

    Example:
        >>> framework = load_bundled("police_cyber")
        >>> framework
        Framework('police-cyber', edition '1.0', 25 indicators, 240 criteria)
        >>> framework["COO-1"].title.get("es")
        'Punto de contacto permanente'
        >>> load_bundled("police_cyber", "2.0")
        Framework('police-cyber', edition '2.0', 139 indicators, 349 criteria)
    """
    if edition:
        return _make_later_edition(folder, edition)
    structure, messages = load_texts(folder)
    return Framework(
        id=structure["id"],
        edition=structure["edition"],
        provider=structure["provider"],
        title=messages.text("framework.title"),
        description=messages.text("framework.description"),
        licence=structure["licence"],
        languages=structure["languages"],
        scales=[Scale(id="levels", levels=_list_levels(structure["levels"], messages))],
        roots=[_make_dimension(dimension, messages) for dimension in structure["dimensions"]],
        methods={"indicator": Method(name="staircase"), "dimension": Method(name="profile")},
        labels=messages.under(*_LABELS),
        notes=messages.under("rule."),
        rules=[
            ConsistencyRule(
                condition=rule["if"], expected=rule["then"], text=messages.text(f"consistency.{rule['id']}")
            )
            for rule in structure["consistency"]
        ],
    )


def _make_later_edition(folder: str, edition: str) -> Framework:
    """Make a later edition of a bundled framework.

    The first edition is extended by the edition's files.
    """
    top = framework_tables(load_bundled(folder))
    for name in _PARTS:
        add_tables(top, read_part(folder, edition, name))
    changes = top.pop("changes")
    for node in top["nodes"]:
        for table in (node, *node.get("criteria", ())):
            table.update(changes.get(table["id"], {}))
    issues: list[Issue] = []
    tables = read_tables(TomlTable(f"{folder}-{edition}.toml", (), top, issues, {}, "CB010"))
    if tables is None:
        raise DocumentError(f"{folder} {edition} is damaged: {issues[0]}", code="CB010")
    return tables


@lru_cache(maxsize=1)
def bundled_crosswalks() -> tuple[Crosswalk, ...]:
    """Return the crosswalks between editions of bundled frameworks.

    Example:
        >>> (link,) = {one.relation.value for one in bundled_crosswalks()[0].links}
        >>> bundled_crosswalks()[0].after, link
        ('police-cyber 2.0', 'exact')
    """
    data = read_part("police_cyber", "2.0", "crosswalk")
    links = [CrosswalkLink(**{**link, "relation": CrosswalkRelation(link["relation"])}) for link in data["links"]]
    return (Crosswalk(before=data["before"], after=data["after"], links=links),)
