"""Directly judged capacities, estimated from differing sources."""

from collections.abc import Mapping, Sequence
from statistics import median_low

import numpy as np
from attrs import frozen

from capbuild.model import Capacity, Finding, Recipe, Scale, Source, SourceKind
from capbuild.scoring.context import Case, ScoringContext
from capbuild.scoring.reconciliation import latest_findings
from capbuild.scoring.reliability import ReportCounts, SourceClass, SourceComparison, compare_sources
from capbuild.stats.arrays import Floats
from capbuild.stats.raters import RaterFit, RaterReports, fit_raters

_MOST_LEVELS = 12  # a scale with more steps counts as values


@frozen(kw_only=True, eq=False)
class DirectFit:
    """Estimated levels of capacities on one scale, in all countries.

    Attributes:
        nodes: Position of each capacity.
        compared: Estimated reliability of sources.
        lowest: Value of the lowest level.
        fit: Probabilities, countries and capacities in the order of the cases.
    """

    nodes: Mapping[str, int]
    compared: SourceComparison
    lowest: int
    fit: RaterFit

    def view_probabilities(self, node: str) -> Floats:
        """Return level probabilities by view, shape (countries, views, levels)."""
        place = self.nodes[node]
        above = np.stack([share[:, 0, :, 0] for share in self.fit.levels(slice(place, place + 1))], axis=-1)
        return np.concatenate([np.clip(1 - above.sum(axis=-1, keepdims=True), 0, 1), above], axis=-1)

    def probabilities(self, node: str) -> Floats:
        """Return level probabilities of a capacity, shape (countries, levels)."""
        return np.asarray(self.fit.probabilities[:, self.nodes[node]])


def latest_values(findings: Sequence[Finding], sources: Mapping[str, Source]) -> list[tuple[SourceKind, float]]:
    """Return the latest value of each speaker, with its source kind.

    Several values if a speaker contradicts itself on one day.
    """
    valued = [f for f in findings if isinstance(f.value, int | float) and f.source in sources]
    return [(sources[f.source].kind, float(f.value)) for f in latest_findings(valued, sources)]  # type: ignore[arg-type]  # a number: asked above


def _scale_range(scale: Scale) -> tuple[int, int] | None:
    """Return the range of a scale with few whole steps, else None."""
    low, high = scale.ends
    whole = low == int(low) and high == int(high) and 2 <= high - low + 1 <= _MOST_LEVELS
    return (int(low), int(high)) if whole else None


def _compute_medians(case: Case, node: Capacity) -> dict[SourceKind, float]:
    """Return the lower median value by kind of source.

    Agencies of one country share a bias.
    """
    reported: dict[SourceKind, list[float]] = {}
    for kind, value in latest_values(case.findings.get(node.id, ()), case.sources):
        reported.setdefault(kind, []).append(value)
    return {kind: median_low(values) for kind, values in reported.items()}


def _count_scale(nodes: Sequence[Capacity], ends: tuple[int, int], cases: Sequence[Case]) -> ReportCounts | None:
    """Count reported levels on one scale.

    None if a value is not on it.
    """
    cells = {
        (row, column): _compute_medians(case, node)
        for column, node in enumerate(nodes)
        for row, case in enumerate(cases)
    }
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


def count_levels(cases: Sequence[Case], setting: ScoringContext) -> list[tuple[int, ReportCounts]]:
    """Count reported levels of directly judged capacities."""
    groups: dict[tuple[int, int], list[Capacity]] = {}
    for node in setting.framework.indicators:
        ends = None if node.criteria else _scale_range(setting.framework.scale_of(node))
        if ends is not None:
            groups.setdefault(ends, []).append(node)
    counted = [(ends[0], _count_scale(nodes, ends, cases)) for ends, nodes in groups.items()]
    return [(lowest, counts) for lowest, counts in counted if counts is not None]


def _fit_scale(lowest: int, counts: ReportCounts, recipe: Recipe) -> DirectFit | None:
    """Fit one scale, if visits and other sources judged the same items.

    None if bias and level cannot be separated.
    """
    compared = compare_sources(counts, recipe)
    kinds = {one.source.kind for one in compared.reliability}
    if SourceKind.VISIT not in kinds or len(kinds) == 1:
        return None
    shape = counts.reports.shape[1:]
    reports = RaterReports(
        counts=compared.counts,
        applies=counts.applies,
        starts=np.arange(shape[1]),
        steps=np.zeros(shape[1], np.int64),
        besides=np.zeros(shape),
    )
    model = fit_raters(reports, compared.models, truth=compared.truth, reference=compared.reference)
    return DirectFit(nodes=counts.items, compared=compared, lowest=lowest, fit=model.posterior())


def fit_direct(cases: Sequence[Case], setting: ScoringContext) -> dict[str, DirectFit]:
    """Return the fit of each directly judged capacity, if possible.

    Fits capacities on one scale jointly. A fit requires a visit and another source: otherwise bias and level are not
    identifiable, and no level is estimated.

    Args:
        cases: The countries.
        setting: Framework, recipe and targets.
    """
    fits: dict[str, DirectFit] = {}
    for lowest, counts in count_levels(cases, setting):
        found = _fit_scale(lowest, counts, setting.recipe)
        fits |= {} if found is None else dict.fromkeys(counts.items, found)
    return fits
