"""Parts of framework files: scales, criteria, bands and rounding."""

from collections.abc import Collection

from capbuild.documents.toml import TomlTable
from capbuild.model import (
    Band,
    ConsistencyRule,
    Criterion,
    Level,
    Scale,
)
from capbuild.model.conditions import parse_condition
from capbuild.model.framework import ANSWERS


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


def read_scale(table: TomlTable) -> Scale | None:
    """Return a scale, or None on errors."""
    first = table.get("first_level", int, 1)
    levels = [one for place, inner in enumerate(table.tables("levels"), first) if (one := _read_level(inner, place))]
    return table.build(Scale, levels=levels)


def _read_level(table: TomlTable, order: int) -> Level | None:
    if "label" not in table.data:
        table.add_error("label", "a level needs a label", 'add label = "..."')
    return table.build(Level, code=table.get("code", str, f"L{order}"), order=order)


def read_band(table: TomlTable) -> Band | None:
    """Return a band, or None on errors."""
    for key in ("label", "lower"):
        if key not in table.data:
            table.add_error(key, f"a band needs a {key}", "add it")
    return table.build(Band)


def read_criterion(table: TomlTable) -> Criterion | None:
    """Return a criterion, or None on errors."""
    if "text" not in table.data:
        table.add_error("text", "a criterion needs a text", 'add text = "..."')
    sample, window = (table.get(key, int, 0) or None for key in ("sample", "window_months"))
    return table.build(Criterion, sample=sample, window_months=window)
