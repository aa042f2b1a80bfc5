"""Bundled frameworks: a structure with one message file per language."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from capbuild.frameworks.messages import Messages, load_texts
from capbuild.model import Capacity, Check, ConsistencyRule, Criterion, Elsewhere, Framework, Level, Method, Scale

__all__ = ["load_bundled"]

_LABELS = ("answer.", "check.", "respondent.")


def _criterion(data: Mapping[str, Any], messages: Messages) -> Criterion:
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


def _indicator(data: Mapping[str, Any], messages: Messages) -> Capacity:
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
        criteria=[_criterion(criterion, messages) for criterion in data["criteria"]],
    )


def _dimension(data: Mapping[str, Any], messages: Messages) -> Capacity:
    name = data["id"]
    return Capacity(
        id=name,
        kind="dimension",
        title=messages.text(f"dimension.{name}.title"),
        definition=messages.text(f"dimension.{name}.question"),
        children=[_indicator(indicator, messages) for indicator in data["indicators"]],
    )


def _levels(codes: list[str], messages: Messages) -> list[Level]:
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
def load_bundled(folder: str) -> Framework:
    """Return a framework that ships with capbuild.

    Args:
        folder: Its folder, such as `police_cyber`.

    Example:
        >>> framework = load_bundled("police_cyber")
        >>> framework
        Framework('police-cyber', edition '1.0', 25 indicators, 240 criteria)
        >>> framework["COO-1"].title.get("es")
        'Punto de contacto permanente'
    """
    structure, messages = load_texts(folder)
    return Framework(
        id=structure["id"],
        edition=structure["edition"],
        provider=structure["provider"],
        title=messages.text("framework.title"),
        description=messages.text("framework.description"),
        licence=structure["licence"],
        languages=structure["languages"],
        scales=[Scale(id="levels", levels=_levels(structure["levels"], messages))],
        roots=[_dimension(dimension, messages) for dimension in structure["dimensions"]],
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
