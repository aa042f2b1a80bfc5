"""From the files of a bundled framework (a structure and one message file a language) to a `Framework`."""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from capbuild.model import Capacity, Check, Criterion, Elsewhere, Framework, Level, Method, Scale
from capbuild.text import Text, Translation, TranslationStatus

__all__ = ["load_bundled"]

_LABELS = ("answer.", "check.", "respondent.")


class _Messages:
    """Texts by key, each with all its translations."""

    def __init__(self, source: Mapping[str, str], others: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
        self.source = source
        self.others = others

    def text(self, key: str) -> Text:
        return Text(
            self.source[key],
            "en",
            {
                language: Translation(entry["text"], TranslationStatus(entry["status"]), entry["source"])
                for language, messages in self.others.items()
                if (entry := messages.get(key)) is not None
            },
        )

    def under(self, *prefixes: str) -> dict[str, Text]:
        return {key: self.text(key) for key in self.source if key.startswith(prefixes)}


def _criterion(data: Mapping[str, Any], messages: _Messages) -> Criterion:
    name = data["id"]
    return Criterion(
        id=name,
        step=data["step"],
        check=Check(data["check"]),
        text=messages.text(f"criterion.{name}"),
        small=messages.text(f"small.{name}") if data.get("small") else None,
        elsewhere=Elsewhere(data.get("elsewhere", "allowed")),
        no_cases=data.get("no_cases", False),
        sample=data.get("sample"),
        window_months=data.get("window_months"),
        public=data.get("public", True),
    )


def _indicator(data: Mapping[str, Any], messages: _Messages) -> Capacity:
    name = data["id"]
    return Capacity(
        id=name,
        kind="indicator",
        title=messages.text(f"indicator.{name}.title"),
        definition=messages.text(f"indicator.{name}.definition"),
        why=messages.text(f"indicator.{name}.why"),
        evidence=messages.text(f"indicator.{name}.evidence"),
        respondents=data["respondents"],
        sources=data["sources"],
        criteria=[_criterion(criterion, messages) for criterion in data["criteria"]],
    )


def _dimension(data: Mapping[str, Any], messages: _Messages) -> Capacity:
    name = data["id"]
    return Capacity(
        id=name,
        kind="dimension",
        title=messages.text(f"dimension.{name}.title"),
        definition=messages.text(f"dimension.{name}.question"),
        children=[_indicator(indicator, messages) for indicator in data["indicators"]],
    )


def _levels(codes: list[str], messages: _Messages) -> list[Level]:
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
    place = files("capbuild.frameworks") / folder

    def read(name: str) -> Any:
        return json.loads((place / f"{name}.json").read_text("utf-8"))

    structure = read("structure")
    source, *others = structure["languages"]
    messages = _Messages(read(source), {language: read(language) for language in others})
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
    )
