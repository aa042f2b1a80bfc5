"""Levels of nodes, from levels or criteria of their children."""

from collections.abc import Sequence

from attrs import evolve

from capbuild.model import Capacity, PlausibleLevels, Score
from capbuild.scoring.context import Case, ScoringContext
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["criteria_below", "score_lowest"]


def criteria_below(node: Capacity) -> Capacity:
    """Return a node with the criteria of all its descendants."""
    inside = [criterion for leaf in node.leaves for criterion in leaf.criteria]
    return evolve(node, children=(), criteria=inside)


def score_lowest(node: Capacity, cases: Sequence[Case], setting: ScoringContext, bases: Sequence[Score]) -> list[Score]:
    """Return the lowest level of the children, one score per country.

    A child without a level leaves every level open up to the lowest known one; inapplicable children are skipped.

    Args:
        node: The node.
        cases: The countries, with scores of the children.
        setting: Framework, recipe and targets.
        bases: Score of the node in each country, with coverage and target, without a level.
    """
    found = []
    for case, base in zip(cases, bases, strict=True):
        children = [case.scores[child.id] for child in node.children]
        levels = _find_lowest(children, setting.framework.scale_of(node).ends)
        reason = UndefinedReason.NOBODY_ANSWERED if base.coverage.applicable else UndefinedReason.NOT_APPLICABLE
        inputs = {c.capacity.id: float(c.level) for c in children if c.level is not None}
        found.append(
            evolve(
                base,
                plausible=levels,
                level=None if levels is None or not levels.settled else levels.lowest,
                method=setting.method(node),
                inputs=inputs if levels is not None else {},
                undefined=Undefined(reason) if levels is None else None,
            )
        )
    return found


def _find_lowest(children: Sequence[Score], ends: tuple[float, float]) -> PlausibleLevels | None:
    """Return the possible levels of the lowest child; None if no child has one."""
    applying = [child for child in children if child.coverage.applicable]
    if not any(child.plausible is not None for child in applying):
        return None
    spans = [
        (int(ends[0]), int(ends[1])) if one.plausible is None else (one.plausible.lowest, one.plausible.highest)
        for one in applying
    ]
    return PlausibleLevels(lowest=min(low for low, _ in spans), highest=min(high for _, high in spans))
