"""Scores of directly judged capacities, and source bias."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median_low

import numpy as np
from attrs import evolve, field, frozen

from capbuild.checks import to_map
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, Capacity, Finding, Recipe, Scale, Source, SourceKind
from capbuild.scoring.context import Case, ScoringContext, cases_of
from capbuild.scoring.reconciliation import latest_findings
from capbuild.scoring.reliability import (
    ReportCounts,
    SourceClass,
    SourceComparison,
    SourceReliability,
    compare_sources,
    count_verdicts,
    source_reliabilities,
)
from capbuild.stats.arrays import Floats
from capbuild.stats.change import paired_change
from capbuild.stats.estimate import Estimate
from capbuild.stats.raters import RaterFit, RaterReports, fit_raters
from capbuild.undefined import Undefined, UndefinedReason

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
    """Return each respondent's latest value, with kind of source.

    A respondent has several values if they contradict each other on one day.
    """
    valued = [f for f in findings if isinstance(f.value, int | float) and f.source in sources]
    return [(sources[f.source].kind, float(f.value)) for f in latest_findings(valued, sources)]  # type: ignore[arg-type]  # a number: asked above


def _scale_range(scale: Scale) -> tuple[int, int] | None:
    """Return the lowest and highest step of a short scale.

    The result is None unless the scale has a few whole steps.
    """
    low, high = scale.ends
    whole = low == int(low) and high == int(high) and 2 <= high - low + 1 <= _MOST_LEVELS
    return (int(low), int(high)) if whole else None


def _compute_medians(case: Case, node: Capacity) -> dict[SourceKind, float]:
    """Return the lower median value by kind of source.

    Agencies of one country share a bias, so that they count as one report.
    """
    reported: dict[SourceKind, list[float]] = {}
    for kind, value in latest_values(case.findings.get(node.id, ()), case.sources):
        reported.setdefault(kind, []).append(value)
    return {kind: median_low(values) for kind, values in reported.items()}


def _count_scale(nodes: Sequence[Capacity], ends: tuple[int, int], cases: Sequence[Case]) -> ReportCounts | None:
    """Count reported levels on one scale.

    The result is None if a value is not on the scale.
    """
    cells = {
        (row, column): _compute_medians(case, node)
        for column, node in enumerate(nodes)
        for row, case in enumerate(cases)
    }
    kinds = [kind for kind in SourceKind if any(kind in cell for cell in cells.values())]
    reports = np.zeros((len(kinds), len(cases), len(nodes), ends[1] - ends[0] + 1))
    for (row, column), medians in cells.items():
        for kind, value in medians.items():
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
    """Fit one scale from items that several sources judged.

    The result is None unless visits and another kind of source can be compared: otherwise bias and level cannot be
    separated.
    """
    compared = compare_sources(counts, recipe)
    kinds = {reliability.source.kind for reliability in compared.reliability}
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

    Capacities on one scale are fitted jointly. A fit requires visits and another kind of source: otherwise bias and
    level are not identifiable, and no level is estimated.

    Args:
        cases: The countries.
        setting: Framework, recipe and targets.
    """
    fits: dict[str, DirectFit] = {}
    for lowest, counts in count_levels(cases, setting):
        direct_fit = _fit_scale(lowest, counts, setting.recipe)
        fits |= {} if direct_fit is None else dict.fromkeys(counts.items, direct_fit)
    return fits


_CRITERIA = "share of criteria met"


@frozen(kw_only=True)
class SourceBias:
    """Difference of one kind of source from visits.

    The bias is only reported: levels are not corrected by it, while probabilities and the policy `model` account for
    it. The interval is Student's over countries, limited to the possible range of a difference. Each country counts
    once, since the errors of its answers are dependent.

    Attributes:
        kind: The source.
        measure: Quantity compared: the share of criteria met, or the id of a scale in its own unit.
        estimate: Mean over countries of its reports minus visits; 0.1 means 10 criteria more in 100.
            Undefined with fewer than two countries, or if all differences are equal.
        pairs: Number of criteria or capacities that both judged.
        agreed: Number judged alike.
        by_country: The difference in each country, by alpha-2 code.
    """

    kind: SourceKind
    measure: str
    estimate: Estimate | Undefined
    pairs: int
    agreed: int
    by_country: FrozenMap[str, float] = field(converter=to_map)

    def __str__(self) -> str:
        rests = f"{self.pairs} compared in {len(self.by_country)} countries, {self.agreed} alike"
        if isinstance(self.estimate, Undefined):
            return f"{self.kind.value}, {self.measure}: {self.estimate} ({rests})"
        low, high = self.estimate.low, self.estimate.high
        return f"{self.kind.value}, {self.measure}: {self.estimate.value:+.2f} ({low:+.2f} to {high:+.2f}; {rests})"


def _compare_pairs(
    kind: SourceKind, measure: str, most: float, cases: Sequence[Case], pairs: Sequence[Sequence[tuple[float, float]]]
) -> SourceBias | None:
    """Return the bias from each country's (reported, visited) pairs.

    The interval is within `most` of 0. The result is None if nothing is comparable.
    """
    known = [(case, own) for case, own in zip(cases, pairs, strict=True) if own]
    if not known:
        return None
    reported = [float(np.mean([pair[0] for pair in own])) for _, own in known]
    visited = [float(np.mean([pair[1] for pair in own])) for _, own in known]
    change = paired_change(visited, reported) if len(known) > 1 else Undefined(UndefinedReason.TOO_FEW, "one country")
    estimate = change if isinstance(change, Undefined) else change.estimate
    if isinstance(estimate, Estimate):
        estimate = evolve(estimate, low=max(estimate.low, -most), high=min(estimate.high, most))
    return SourceBias(
        kind=kind,
        measure=measure,
        estimate=estimate,
        pairs=sum(len(own) for _, own in known),
        agreed=sum(a == b for _, own in known for a, b in own),
        by_country={case.country.alpha_2: a - b for (case, _), a, b in zip(known, reported, visited, strict=True)},
    )


def _compare_criteria(cases: Sequence[Case], counts: ReportCounts) -> Iterable[SourceBias]:
    visited = counts.majority_levels(counts.sum_kinds([SourceKind.VISIT]))
    for kind in sorted({class_.kind for class_ in counts.classes} - {SourceKind.VISIT}):
        reported = counts.majority_levels(counts.sum_kinds([kind]))
        both = (visited >= 0) & (reported >= 0)
        pairs = [
            [(float(reported[row, at]), float(visited[row, at])) for at in np.flatnonzero(both[row])]
            for row in range(len(cases))
        ]
        bias = _compare_pairs(kind, _CRITERIA, 1.0, cases, pairs)
        if bias is not None:
            yield bias


def _compare_values(cases: Sequence[Case], assessments: AssessmentSet) -> Iterable[SourceBias]:
    framework = assessments.framework
    leaves = [node for node in framework.indicators if not node.criteria]
    pairs: dict[tuple[SourceKind, str], list[list[tuple[float, float]]]] = {}
    for row, case in enumerate(cases):
        for node in leaves:
            reported = latest_values(case.findings.get(node.id, ()), case.sources)
            visited = [value for kind, value in reported if kind is SourceKind.VISIT]
            for kind, value in reported if visited else ():
                if kind is not SourceKind.VISIT:
                    key = (kind, framework.scale_of(node).id)
                    pairs.setdefault(key, [[] for _ in cases])[row].append((value, min(visited)))
    widths = {scale.id: scale.ends[1] - scale.ends[0] for scale in framework.scales}
    for (kind, name), own in sorted(pairs.items()):
        bias = _compare_pairs(kind, name, widths[name], cases, own)
        if bias is not None:
            yield bias


def source_bias(assessments: AssessmentSet) -> tuple[SourceBias, ...]:
    """Return the bias of kinds of sources in visited countries.

    Args:
        assessments: The countries of a round.

    Returns:
        One bias per comparable kind of source and measure; none without visits.

    Example:
        >>> import datetime
        >>> from capbuild.model import Capacity, Criterion, Framework, Level, Round, Scale
        >>> from capbuild.scoring.simulation import SimulationScenario
        >>> from capbuild.scoring import assess, simulate_round
        >>> levels = [Level(code=f"L{n}", order=n, label=str(n)) for n in (1, 2)]
        >>> lab = Capacity(id="LAB", title="Lab", criteria=[Criterion(id="LAB.a", step=2, check="O", text="Seen")])
        >>> framework = Framework(id="f", edition="1", title="F", scales=[Scale(id="s", levels=levels)], roots=[lab])
        >>> made = simulate_round(framework, SimulationScenario(countries=6, visited=3, survey_answered=1.0), seed=1)
        >>> day = Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2016, 3, 31))
        >>> baseline = assess(made.findings, framework, round=day, sources=made.sources)
        >>> [(bias.kind.value, bias.pairs) for bias in source_bias(baseline)][-1]
        ('survey', 2)
    """
    cases = cases_of(assessments)
    counts = count_verdicts(cases, assessments.framework)
    return (*_compare_criteria(cases, counts), *_compare_values(cases, assessments))


def source_reliability(assessments: AssessmentSet) -> tuple[SourceReliability, ...]:
    """Return the reliability of each source class.

    Args:
        assessments: The countries of a round.
    """
    return source_reliabilities(count_verdicts(cases_of(assessments), assessments.framework), assessments.recipe)
