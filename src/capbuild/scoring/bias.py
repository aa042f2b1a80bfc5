"""Bias of self-assessment against visits, by kind of source."""

from collections.abc import Iterable, Sequence

import numpy as np
from attrs import evolve, field, frozen

from capbuild.checks import to_map
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, SourceKind
from capbuild.scoring.context import Case, cases_of
from capbuild.scoring.direct_scores import latest_values
from capbuild.scoring.reliability import ReportCounts, SourceReliability, count_verdicts, source_reliabilities
from capbuild.stats.change import paired_change
from capbuild.stats.estimate import Estimate
from capbuild.undefined import Undefined, UndefinedReason

_CRITERIA = "share of criteria met"


@frozen(kw_only=True)
class SourceBias:
    """Difference of one kind of source from visits.

    Reported only: levels do not apply it.

    Probabilities and the policy `model` account for it. The interval is Student's over countries, within the possible
    range of a difference. Each country counts once, since the errors of its answers are dependent.

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
    """Return the bias from pairs (reported, visited) of each country.

    At most `most`; None if nothing is comparable.
    """
    known = [(case, own) for case, own in zip(cases, pairs, strict=True) if own]
    if not known:
        return None
    reported = [float(np.mean([pair[0] for pair in own])) for _, own in known]
    visited = [float(np.mean([pair[1] for pair in own])) for _, own in known]
    found = paired_change(visited, reported) if len(known) > 1 else Undefined(UndefinedReason.TOO_FEW, "one country")
    estimate = found if isinstance(found, Undefined) else found.estimate
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
    for kind in sorted({one.kind for one in counts.classes} - {SourceKind.VISIT}):
        reported = counts.majority_levels(counts.sum_kinds([kind]))
        both = (visited >= 0) & (reported >= 0)
        pairs = [
            [(float(reported[row, at]), float(visited[row, at])) for at in np.flatnonzero(both[row])]
            for row in range(len(cases))
        ]
        found = _compare_pairs(kind, _CRITERIA, 1.0, cases, pairs)
        if found is not None:
            yield found


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
        found = _compare_pairs(kind, name, widths[name], cases, own)
        if found is not None:
            yield found


def source_bias(assessments: AssessmentSet) -> tuple[SourceBias, ...]:
    """Return the bias of each kind of source in visited countries.

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
    """Return the reliability of each class of sources in a round.

    Args:
        assessments: The countries of a round.
    """
    return source_reliabilities(count_verdicts(cases_of(assessments), assessments.framework), assessments.recipe)
