"""Capacities that sources judge as a whole: levels behind reports that differ, estimated together for all countries."""

from collections.abc import Mapping, Sequence
from statistics import median_low

import numpy as np
from attrs import frozen

from capbuild.model import Capacity, Finding, Recipe, Scale, Source, SourceKind
from capbuild.scoring.context import Case, Setting
from capbuild.scoring.reconciliation import latest_of_each
from capbuild.scoring.reliability import Compared, ReportCounts, SourceClass, compare_sources
from capbuild.stats.arrays import Floats
from capbuild.stats.raters import RaterFit, Reports, fit_raters

__all__ = ["DirectFit", "count_levels", "fit_direct", "latest_values"]

_MOST_LEVELS = 12  # a scale with more steps is taken as one of values


@frozen(kw_only=True, eq=False)
class DirectFit:
    """Levels of capacities on one scale, in all countries.

    Attributes:
        nodes: Position of each capacity.
        compared: How far sources are believed.
        lowest: Value of the lowest level.
        fit: Probabilities, countries and capacities in the order of the cases.
    """

    nodes: Mapping[str, int]
    compared: Compared
    lowest: int
    fit: RaterFit

    def chances(self, node: str) -> Floats:
        """Return the probability of each level of a capacity in each view, shape (countries, views, levels)."""
        above = np.stack([share[:, self.nodes[node], :, 0] for share in self.fit.levels], axis=-1)
        return np.concatenate([np.clip(1 - above.sum(axis=-1, keepdims=True), 0, 1), above], axis=-1)

    def probabilities(self, node: str) -> Floats:
        """Return the probability of each level of a capacity, shape (countries, levels)."""
        return np.asarray(self.fit.probabilities[:, self.nodes[node]])


def latest_values(findings: Sequence[Finding], sources: Mapping[str, Source]) -> list[tuple[SourceKind, float]]:
    """Return the values that speakers gave last, each with its kind of source; several of one contradictory day."""
    valued = [f for f in findings if isinstance(f.value, int | float) and f.source in sources]
    return [(sources[f.source].kind, float(f.value)) for f in latest_of_each(valued, sources)]  # type: ignore[arg-type]  # a number: asked above


def _ends(scale: Scale) -> tuple[int, int] | None:
    """Lowest and highest of a scale of few whole steps; None for another."""
    low, high = (1, len(scale.levels)) if scale.levels else (scale.minimum, scale.maximum)
    whole = low == int(low) and high == int(high) and 2 <= high - low + 1 <= _MOST_LEVELS
    return (int(low), int(high)) if whole else None


def _voices(case: Case, node: Capacity) -> dict[SourceKind, float]:
    """One value for each kind of source, the lower median of its respondents: agencies of one country flatter alike."""
    said: dict[SourceKind, list[float]] = {}
    for kind, value in latest_values(case.findings.get(node.id, ()), case.sources):
        said.setdefault(kind, []).append(value)
    return {kind: median_low(values) for kind, values in said.items()}


def _count(nodes: Sequence[Capacity], ends: tuple[int, int], cases: Sequence[Case]) -> ReportCounts | None:
    """Count the levels that kinds of sources report on one scale; None where a value is not on it."""
    cells = {(row, column): _voices(case, node) for column, node in enumerate(nodes) for row, case in enumerate(cases)}
    kinds = [kind for kind in SourceKind if any(kind in found for found in cells.values())]
    reports = np.zeros((len(kinds), len(cases), len(nodes), ends[1] - ends[0] + 1))
    for (row, column), found in cells.items():
        for kind, value in found.items():
            if value != int(value) or not ends[0] <= value <= ends[1]:
                return None
            reports[kinds.index(kind), row, column, int(value) - ends[0]] = 1
    items = {node.id: at for at, node in enumerate(nodes)}
    applies = np.ones(reports.shape[1:3], np.bool_)
    classes = [SourceClass(kind, False) for kind in kinds]
    return ReportCounts(items=items, classes=classes, reports=reports, applies=applies)


def count_levels(cases: Sequence[Case], setting: Setting) -> list[tuple[int, ReportCounts]]:
    """Count what sources report of capacities that they judge as a whole: the lowest level and the counts by scale."""
    groups: dict[tuple[int, int], list[Capacity]] = {}
    for node in setting.framework.indicators:
        ends = None if node.criteria else _ends(setting.framework.scale_of(node))
        if ends is not None:
            groups.setdefault(ends, []).append(node)
    counted = [(ends[0], _count(nodes, ends, cases)) for ends, nodes in groups.items()]
    return [(lowest, counts) for lowest, counts in counted if counts is not None]


def _fit(lowest: int, counts: ReportCounts, recipe: Recipe) -> DirectFit | None:
    """Fit one scale where visits and others judged the same; None where nothing tells a bias from a level."""
    compared = compare_sources(counts, recipe)
    kinds = {one.source.kind for one in compared.reliability}
    if SourceKind.VISIT not in kinds or len(kinds) == 1:
        return None
    shape = counts.reports.shape[1:]
    reports = Reports(
        counts=compared.counts,
        applies=counts.applies,
        starts=np.arange(shape[1]),
        steps=np.zeros(shape[1], np.int64),
        besides=np.zeros(shape),
    )
    model = fit_raters(reports, compared.models, truth=compared.truth, reference=compared.reference)
    return DirectFit(nodes=counts.items, compared=compared, lowest=lowest, fit=model.posterior())


def fit_direct(cases: Sequence[Case], setting: Setting) -> dict[str, DirectFit]:
    """Return the fit of each directly judged capacity that has one.

    Capacities on one scale are fitted together. A fit needs a visit beside another source: without one, nothing tells
    a bias from a level, and none is made up.

    Args:
        cases: The countries.
        setting: What they are judged by.
    """
    fits: dict[str, DirectFit] = {}
    for lowest, counts in count_levels(cases, setting):
        found = _fit(lowest, counts, setting.recipe)
        fits |= {} if found is None else dict.fromkeys(counts.items, found)
    return fits
