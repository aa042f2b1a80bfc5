"""Parts of framework files: scales, criteria, bands and rounding."""

from collections.abc import Collection

from capbuild.documents.toml import TomlTable, read_choice
from capbuild.model import (
    Band,
    Check,
    ConsistencyRule,
    Criterion,
    Elsewhere,
    Level,
    RoundingMode,
    RoundingRule,
    Scale,
    ScaleKind,
)
from capbuild.model.conditions import parse_condition
from capbuild.model.framework import ANSWERS
from capbuild.text import Text

__all__ = [
    "all_texts",
    "optional_text",
    "read_band",
    "read_consistency_rule",
    "read_criterion",
    "read_rounding",
    "read_scale",
]


def read_consistency_rule(table: TomlTable, names: Collection[str]) -> ConsistencyRule | None:
    """Return a rule on answers, or None on errors.

    Args:
        table: Its table, with `if`, `then` and `text`.
        names: Known ids.
    """
    parts = {key: table.make(lambda key=key: table.required(key)) for key in ("if", "then")}  # type: ignore[misc]
    if "text" not in table.data:
        table.add_error("text", "a rule needs a text", 'add text = "...": what the contradiction means')
    text = table.text("text")
    table.report_unknown()
    checked = [
        table.make(lambda words=words: parse_condition(words, names, ANSWERS), key)  # type: ignore[misc]
        for key, words in parts.items()
        if words is not None
    ]
    if None in checked or None in parts.values():
        return None
    return table.make(lambda: ConsistencyRule(condition=parts["if"] or "", expected=parts["then"] or "", text=text))


def optional_text(table: TomlTable, key: str) -> Text | None:
    """Return a text, or None."""
    return table.text(key) if key in table.data else None


def all_texts(table: TomlTable) -> dict[str, Text]:
    """Return all values of a table as text."""
    return {key: table.text(key) for key in table.data}


def read_scale(table: TomlTable) -> Scale | None:
    """Return a scale, or None on errors."""
    kind = read_choice(table, "kind", ScaleKind, ScaleKind.ORDINAL)
    first = table.get("first_level", int, 1)
    levels = [one for place, inner in enumerate(table.tables("levels"), first) if (one := _read_level(inner, place))]
    made = table.make(
        lambda: Scale(
            id=table.required("id"),
            kind=kind,
            levels=levels,
            minimum=table.number("minimum", 0.0),
            maximum=table.number("maximum", 100.0),
            unit=table.get("unit", str, ""),
            ascending=table.get("ascending", bool, True),
        )
    )
    table.report_unknown()
    return made


def read_rounding(table: TomlTable) -> RoundingRule | None:
    """Return a rounding rule, or None on errors."""
    mode = read_choice(table, "mode", RoundingMode, RoundingMode.HALF_UP)
    digits, feeds_up = table.get("digits", int, 0), table.get("feeds_up", bool, False)
    table.report_unknown()
    return table.make(lambda: RoundingRule(digits=digits, mode=mode, feeds_up=feeds_up))


def _read_level(table: TomlTable, order: int) -> Level | None:
    if "label" not in table.data:
        table.add_error("label", "a level needs a label", 'add label = "..."')
    made = table.make(
        lambda: Level(
            code=table.get("code", str, f"L{order}"),
            order=order,
            label=table.text("label"),
            definition=optional_text(table, "definition"),
        )
    )
    table.report_unknown()
    return made


def read_band(table: TomlTable) -> Band | None:
    """Return a band, or None on errors."""
    for key in ("label", "lower"):
        if key not in table.data:
            table.add_error(key, f"a band needs a {key}", "add it")
    made = table.make(
        lambda: Band(
            code=table.required("code"),
            label=table.text("label"),
            lower=table.number("lower", 0.0),
            upper=table.number("upper"),
        )
    )
    table.report_unknown()
    return made


def read_criterion(table: TomlTable) -> Criterion | None:
    """Return a criterion, or None on errors."""
    if "text" not in table.data:
        table.add_error("text", "a criterion needs a text", 'add text = "..."')
    check = read_choice(table, "check", Check, Check.DOCUMENT)
    elsewhere = read_choice(table, "elsewhere", Elsewhere, Elsewhere.ALLOWED)
    made = table.make(
        lambda: Criterion(
            id=table.required("id"),
            step=table.get("step", int, 1),
            check=check,
            text=table.text("text"),
            survey=optional_text(table, "survey"),
            action=optional_text(table, "action"),
            small=optional_text(table, "small"),
            elsewhere=elsewhere,
            no_cases=table.get("no_cases", bool, False),
            sample=table.get("sample", int, 0) or None,
            window_months=table.get("window_months", int, 0) or None,
            public=table.get("public", bool, True),
            points=table.number("points", 1.0),
            implies=table.names("implies"),
        )
    )
    table.report_unknown()
    return made
