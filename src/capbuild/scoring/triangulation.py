"""Triangulation of survey, visit, meeting and desk findings."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Capacity,
    Country,
    Criterion,
    CriterionResult,
    CriterionState,
    Dissent,
    Finding,
    FindingValue,
    Framework,
    Missing,
    Recipe,
    ReconciliationPolicy,
    Source,
    SourceKind,
    Verdict,
)
from capbuild.model.country import country_code
from capbuild.scoring.context import Case, ScoringContext, cases_of
from capbuild.scoring.evidence import reweigh_evidence
from capbuild.scoring.judgements import reconcile_values
from capbuild.scoring.nodes import uses_points
from capbuild.scoring.posterior import Posterior
from capbuild.scoring.reconciliation import ReconciliationContext, current_verdicts, reconcile
from capbuild.scoring.reliability import count_verdicts, sort_by_reliability, source_reliabilities
from capbuild.stats.arrays import Floats
from capbuild.text import Text


@frozen(kw_only=True)
class TriangulationRow:
    """Findings on one criterion or capacity in one country.

    Attributes:
        country: The country.
        capacity: Id of the capacity.
        target: Id of the criterion, or of the capacity itself.
        findings: All findings by kind of source, in original order.
        by_policy: The value that counts under each policy, by policy name.
        conflict: Whether sources differ.
        met: Probability that a criterion is met, given all evidence; None if unknown.
        dissents: Current findings that differ from the deciding one, for the record.
    """

    country: Country
    capacity: str
    target: str
    findings: FrozenMap[str, tuple[Finding, ...]] = field(converter=to_map)
    by_policy: FrozenMap[str, FindingValue] = field(factory=FrozenMap, converter=to_map)
    conflict: bool = False
    met: float | None = None
    dissents: tuple[Dissent, ...] = field(default=(), converter=to_tuple)


@frozen(kw_only=True)
class OpenConflict:
    """Disagreement for the next visit to resolve.

    Attributes:
        row: The findings.
        levels: Number of possible levels while unsettled; for points, of figures.
        narrowing: Expected reduction of doubt about the level by settling it, 0 to 1. Doubt is the probability that two
            draws of the truth give different levels; for points it counts by the points at stake.
    """

    row: TriangulationRow
    levels: int
    narrowing: float

    def __str__(self) -> str:
        return (
            f"{self.row.country}: {self.row.target}, {self.levels} levels open, removes {self.narrowing:.0%} of doubt"
        )


@frozen(kw_only=True)
class Triangulation:
    """Findings of all sources by country and criterion.

    Attributes:
        rows: One per criterion and country with findings.
        agenda: Conflicts not settled by a visit, sorted by how much settling them would narrow a level.
    """

    rows: tuple[TriangulationRow, ...] = field(converter=to_tuple)
    agenda: tuple[OpenConflict, ...] = field(default=(), converter=to_tuple)

    @property
    def conflicts(self) -> tuple[TriangulationRow, ...]:
        """Rows with differing sources."""
        return tuple(row for row in self.rows if row.conflict)

    def find(self, country: Country | str, target: str) -> TriangulationRow | None:
        """Return the row of a country and criterion, or None.

        Raises:
            CountryError: The text names no country, or several.
        """
        code = country_code(country, (row.country for row in self.rows))
        return next((row for row in self.rows if row.country.alpha_2 == code and row.target == target), None)

    def __iter__(self) -> Iterator[TriangulationRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@frozen(kw_only=True)
class _TriangulationContext:
    """Inputs shared by all rows."""

    framework: Framework
    setting: ScoringContext
    posterior: Posterior | None
    kinds: tuple[SourceKind, ...]

    def probability(self, row: int, target: str) -> float | None:
        known = self.posterior is not None and target in self.posterior.criteria
        return self.posterior.probability(row, target) if self.posterior is not None and known else None


def _list_policies(recipe: Recipe, kinds: Sequence[SourceKind]) -> Iterator[tuple[ReconciliationPolicy, Recipe]]:
    """Return the reconciliation policies, each with its inputs."""
    lead = recipe.lead or tuple(kind.value for kind in kinds)
    for policy in ReconciliationPolicy:
        if (policy is ReconciliationPolicy.LEAD_AGENCY and not lead) or (
            policy is ReconciliationPolicy.MODEL and not recipe.trust
        ):
            continue
        yield policy, evolve(recipe, reconciliation=policy, lead=lead)


def _apply_policies(
    criterion: Criterion | None, result: CriterionResult, case: Case, context: _TriangulationContext, met: float | None
) -> dict[str, FindingValue]:
    guidance = ReconciliationContext(kinds=context.kinds, met=met)
    by_policy = {}
    for policy, recipe in _list_policies(context.setting.recipe, context.kinds):
        if criterion is None:
            criterion_result = reconcile_values(result.target, result.findings, case.sources, recipe, guidance)
        else:
            criterion_result = reconcile(criterion, result.findings, case.sources, recipe, guidance)
        by_policy[policy.value] = criterion_result.value
    return by_policy


def _find_dissents(criterion: Criterion | None, result: CriterionResult, case: Case) -> list[Dissent]:
    """Return current findings that differ from the deciding one."""
    if criterion is None:
        findings: list[tuple[Finding, FindingValue]] = [
            (f, f.value) for f in result.findings if not isinstance(f.value, Missing | Verdict)
        ]
    else:
        findings = list(current_verdicts(criterion, result.findings, case.sources))
    return [
        Dissent(
            target=result.target,
            statement=Text(str(getattr(value, "value", value)), "en"),
            by=_make_speaker_key(finding, case.sources),
            date=finding.as_of,
        )
        for finding, value in findings
        if value != result.value and finding is not result.used_finding
    ]


def _make_speaker_key(finding: Finding, sources: Mapping[str, Source]) -> str:
    source = sources.get(finding.source)
    return finding.source if source is None else f"{source.kind.value} {source.respondent}".strip()


def _make_row(
    node: Capacity, criterion: Criterion | None, row: int, case: Case, context: _TriangulationContext
) -> TriangulationRow | None:
    result = case.results.get(criterion.id if criterion else node.id)
    if result is None or not result.findings:
        return None
    by_kind: dict[str, tuple[Finding, ...]] = {}
    for finding in result.findings:
        source = case.sources.get(finding.source)
        kind = source.kind.value if source else SourceKind.EXTERNAL.value
        by_kind[kind] = (*by_kind.get(kind, ()), finding)
    met = context.probability(row, result.target)
    return TriangulationRow(
        country=case.country,
        capacity=node.id,
        target=result.target,
        findings=by_kind,
        by_policy=_apply_policies(criterion, result, case, context, met),
        conflict=result.conflict,
        met=met,
        dissents=_find_dissents(criterion, result, case) if result.conflict else [],
    )


def _is_visited(row: TriangulationRow) -> bool:
    """True if a visit has judged it."""
    seen = row.findings.get(SourceKind.VISIT.value, ())
    return any(not isinstance(finding.value, Missing) for finding in seen)


def _compute_impurity(shares: Floats) -> float:
    """Return the Gini impurity: probability that two draws differ."""
    return float(1 - (shares**2).sum())


def _make_conflict(
    row: TriangulationRow, node: Capacity, case: Case, number: int, context: _TriangulationContext
) -> OpenConflict:
    """Make a conflict with the doubt that resolving it removes."""
    chance = 0.5 if row.met is None else row.met
    if not node.criteria:
        values = {f.value for findings in row.findings.values() for f in findings if isinstance(f.value, int | float)}
        levels = case.scores[node.id].plausible
        known = levels.probabilities.values() if levels is not None else ()
        shares = np.array(list(known) or [1 / len(values)] * len(values))
        return OpenConflict(row=row, levels=len(values), narrowing=_compute_impurity(shares))
    if uses_points(node, context.setting):
        worth = {criterion.id: criterion.points for criterion in node.criteria}
        share = worth[row.target] / (sum(worth.values()) or 1.0)
        return OpenConflict(row=row, levels=2, narrowing=share * _compute_impurity(np.array([chance, 1 - chance])))
    stairs = context.setting.staircase(node)
    states = {result.target: result.state for result in case.results_of(node)}
    climb = stairs.climb_all([states | {row.target: CriterionState.OPEN}], [set()])[0]
    met = np.array([_compute_probability(states[c.id], context.probability(number, c.id)) for c in node.criteria])
    readings = np.tile(met, (3, 1))
    readings[:, [c.id for c in node.criteria].index(row.target)] = (chance, 1.0, 0.0)
    now, yes, no = (_compute_impurity(shares) for shares in stairs.distribution(readings, np.zeros_like(readings)))
    open_ = len([order for order in stairs.orders if climb.level <= order <= climb.highest])
    return OpenConflict(row=row, levels=open_, narrowing=max(now - chance * yes - (1 - chance) * no, 0.0))


def _compute_probability(state: CriterionState, met: float | None) -> float:
    """Return the probability that a criterion is met.

    Without an estimate, it is that of the state: 1, 0, or one half while open.
    """
    if state is CriterionState.NOT_APPLICABLE:
        return 1.0
    if met is None:
        return 0.5 if state is CriterionState.OPEN else float(state is CriterionState.MET)
    return met


def triangulate(assessments: AssessmentSet | Assessment) -> Triangulation:
    """Return all findings by criterion, and conflicts to resolve first.

    Args:
        assessments: One country, or all of a round, which then jointly inform the reliability of sources.

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
        >>> found = triangulate(baseline)
        >>> len(found), sorted(found.rows[0].findings)[-1]
        (6, 'survey')
    """
    given, cases = assessments, cases_of(assessments)
    setting = ScoringContext(framework=given.framework, recipe=given.recipe)
    evidence = reweigh_evidence(cases, setting)
    kinds = sort_by_reliability(source_reliabilities(count_verdicts(cases, given.framework), given.recipe))
    posterior = evidence.posterior if isinstance(evidence.posterior, Posterior) else None
    context = _TriangulationContext(framework=given.framework, setting=setting, posterior=posterior, kinds=kinds)
    rows: list[TriangulationRow] = []
    agenda: list[OpenConflict] = []
    for number, case in enumerate(cases):
        for node in given.framework.indicators:
            for criterion in node.criteria or (None,):
                row = _make_row(node, criterion, number, case, context)
                if row is None:
                    continue
                rows.append(row)
                if row.conflict and not _is_visited(row):
                    agenda.append(_make_conflict(row, node, case, number, context))
    agenda.sort(key=lambda item: (-round(item.narrowing, 9), item.row.country.name, item.row.target))
    return Triangulation(rows=rows, agenda=agenda)
