"""From findings to the scores of a country, and of all countries of a round."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import field, frozen

from capbuild.frozen import FrozenMap
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Capacity,
    Country,
    Coverage,
    CriterionResult,
    CriterionState,
    Evidence,
    Finding,
    Framework,
    Missing,
    PlausibleLevels,
    Recipe,
    Round,
    RoundingRule,
    ScaleKind,
    Score,
    SizeProfile,
    Source,
    TargetProfile,
)
from capbuild.scoring.figures import combine, points, round_figure
from capbuild.scoring.reconciling import reconcile, reconcile_values
from capbuild.scoring.steps import progress, staircase
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["assess", "assess_country"]

#: Absences that say that nothing was learnt at all.
_SILENCE = (Missing.NO_ANSWER, Missing.NOT_ASKED, Missing.NOT_COLLECTED)


@frozen(kw_only=True)
class _Task:
    """What is the same for every node of one country."""

    framework: Framework
    recipe: Recipe
    targets: TargetProfile | None
    sources: Mapping[str, Source]
    findings: Mapping[str, Sequence[Finding]]
    methods: Mapping[str, Callable[..., float]] = field(factory=dict)

    def target(self, node: Capacity) -> float | None:
        if self.targets is not None and node.id in self.targets.targets:
            return self.targets.targets[node.id]
        return node.target

    def rounding(self, node: Capacity) -> RoundingRule | None:
        return self.recipe.rounding.get(node.kind) or self.framework.rounding.get(node.kind)


def _coverage(results: Iterable[CriterionResult]) -> Coverage:
    applicable = [r for r in results if r.state is not CriterionState.NOT_APPLICABLE]
    settled = sum(r.state is not CriterionState.OPEN for r in applicable)
    claimed = sum(r.state is CriterionState.OPEN and r.claimed for r in applicable)
    return Coverage(answered=settled + claimed, settled=settled, applicable=len(applicable))


def _missing(results: Iterable[CriterionResult]) -> FrozenMap[str, int]:
    """How many criteria are missing, by kind; a claim is not missing, and what cannot apply is told too."""
    counts: dict[str, int] = {}
    for result in results:
        if isinstance(result.value, Missing) and not result.claimed:
            counts[result.value.value] = counts.get(result.value.value, 0) + 1
    return FrozenMap(counts)


def _staircase_score(node: Capacity, task: _Task) -> Score:
    """Level, plausible levels, next step and gap of a node with criteria."""
    results = [
        reconcile(criterion, task.findings.get(criterion.id, ()), task.sources, task.recipe)
        for criterion in node.criteria
    ]
    low, plausible, claimed = staircase(node, results, task.recipe.allow_partial)
    target = task.target(node)
    states = {r.target: r.state for r in results}
    upto = [c.id for c in node.criteria if target is not None and c.step <= target]
    not_met = (CriterionState.NOT_MET, CriterionState.PARTLY)
    reached = target is not None and plausible.lowest >= target
    nothing = Undefined(UndefinedReason.NOT_TESTABLE) if low.not_testable and low.level == 1 else None
    return Score(
        capacity=node,
        scale=task.framework.scale_of(node),
        level=low.level,
        plausible=plausible,
        claimed=claimed,
        starred=low.starred,
        coverage=_coverage(results),
        missing=_missing(results),
        progress=progress(node, results, low.level),
        above=[c.id for c in node.criteria if c.step > low.level + 1 and states[c.id] is CriterionState.MET],
        target=target,
        lacking=[] if reached else [name for name in upto if states[name] in not_met],
        open=[] if reached else [name for name in upto if states[name] is CriterionState.OPEN],
        results=results,
        undefined=nothing,
    )


def _points_score(node: Capacity, task: _Task) -> Score:
    results = [
        reconcile(criterion, task.findings.get(criterion.id, ()), task.sources, task.recipe)
        for criterion in node.criteria
    ]
    scale = task.framework.scale_of(node)
    settings = task.framework.method_of(node).parameters
    found = points(
        node.criteria, results, float(settings.get("maximum", scale.maximum)), float(settings.get("partly", 0.0))
    )
    exact = None if found is None else found[0]
    return Score(
        capacity=node,
        scale=scale,
        value=_rounded(exact, node, task),
        exact=exact,
        interval=None if found is None else found[1],
        coverage=_coverage(results),
        missing=_missing(results),
        target=task.target(node),
        lacking=[r.target for r in results if r.state in (CriterionState.NOT_MET, CriterionState.PARTLY)],
        open=[r.target for r in results if r.state is CriterionState.OPEN],
        results=results,
        undefined=None if found else Undefined(UndefinedReason.NOBODY_ANSWERED),
    )


def _direct_score(node: Capacity, task: _Task) -> Score:
    """A node that sources judge as a whole, by a level order or a value."""
    result = reconcile_values(node.id, task.findings.get(node.id, ()), task.sources, task.recipe)
    scale = task.framework.scale_of(node)
    found = result.value if isinstance(result.value, int | float) else None
    level = int(found) if found is not None and scale.levels else None
    method = task.framework.method_of(node)
    exact = found
    if found is not None and method.name == "scaled":
        exact = found / (len(scale.levels) or scale.maximum) * float(method.parameters.get("maximum", 100))
    ordinal_only = scale.kind is ScaleKind.ORDINAL and method.name != "scaled"
    plausible = PlausibleLevels(lowest=level, highest=level) if level is not None and ordinal_only else None
    return Score(
        capacity=node,
        scale=scale,
        level=level,
        plausible=plausible,
        value=None if ordinal_only else _rounded(exact, node, task),
        exact=None if ordinal_only else exact,
        coverage=_coverage([result]),
        missing=_missing([result]),
        target=task.target(node),
        results=[result],
        undefined=None if found is not None else Undefined(UndefinedReason.NOBODY_ANSWERED),
    )


def _rounded(exact: float | None, node: Capacity, task: _Task) -> float | None:
    rule = task.rounding(node)
    return exact if exact is None or rule is None else round_figure(exact, rule)


def _fed(child: Score, task: _Task) -> float | None:
    """The figure a node above is computed from: the rounded one only where the rule says so."""
    rule = task.rounding(child.capacity)
    return child.value if rule is not None and rule.feeds_up else child.exact


def _parent_score(node: Capacity, children: Sequence[Score], task: _Task) -> Score:
    coverage = sum((c.coverage for c in children), start=Coverage(answered=0, settled=0, applicable=0))
    missing: dict[str, int] = {}
    for child in children:
        for kind, count in child.missing.items():
            missing[kind] = missing.get(kind, 0) + count
    method = task.recipe.methods.get(node.id) or task.recipe.methods.get(node.kind) or task.framework.method_of(node)
    exact, undefined = None, None
    if method.name != "profile":
        present = [(v, child.capacity.weight) for child in children if (v := _fed(child, task)) is not None]
        if not present:
            undefined = Undefined(UndefinedReason.NOBODY_ANSWERED)
        elif coverage.ratio < task.recipe.minimum_coverage:
            undefined = Undefined(UndefinedReason.BELOW_COVERAGE, f"{coverage} answered")
        else:
            values, weights = zip(*present, strict=True)
            exact = combine(method.name, values, weights, method.parameters, task.methods)
    return Score(
        capacity=node,
        scale=task.framework.scale_of(node),
        value=_rounded(exact, node, task),
        exact=exact,
        coverage=coverage,
        missing=missing,
        target=task.target(node),
        undefined=undefined,
    )


def _walk(node: Capacity, task: _Task, scores: dict[str, Score]) -> Score:
    """Score a node after its children; store parents before children, as the framework lists them."""
    place: dict[str, Score] = {}
    if node.children:
        children = [_walk(child, task, place) for child in node.children]
        score = _parent_score(node, children, task)
    elif not node.criteria:
        score = _direct_score(node, task)
    elif task.framework.method_of(node).name == "points":
        score = _points_score(node, task)
    else:
        score = _staircase_score(node, task)
    scores[node.id] = score
    scores.update(place)
    return score


def assess_country(
    country: Country,
    framework: Framework,
    findings: Iterable[Finding],
    *,
    round: Round,  # noqa: A002 - the field's word
    sources: Iterable[Source] = (),
    evidence: Iterable[Evidence] = (),
    recipe: Recipe | None = None,
    targets: TargetProfile | None = None,
    size: SizeProfile | None = None,
    methods: Mapping[str, Callable[..., float]] | None = None,
    invented: bool = False,
) -> Assessment:
    """Return the assessment of one country.

    Args:
        country: The country.
        framework: What it is judged by.
        findings: All findings about it; those that speak of nothing in the framework are kept as `unmapped`.
        round: The round.
        sources: Occasions on which something was learnt.
        evidence: What supports the findings.
        recipe: How scores are made; None for the default.
        targets: What should be reached.
        size: Size of the service.
        methods: Functions that plugins registered, by method name.
        invented: Whether answers are invented.
    """
    by_target: dict[str, list[Finding]] = {}
    unmapped: list[Finding] = []
    leaves = {node.id for node in framework.indicators if not node.criteria}
    for finding in findings:
        known = finding.target in framework.criteria or finding.target in leaves
        (by_target.setdefault(finding.target, []) if known else unmapped).append(finding)
    origins = tuple(sources)
    task = _Task(
        framework=framework,
        recipe=recipe or Recipe(),
        targets=targets,
        sources={source.id: source for source in origins},
        findings=by_target,
        methods=methods or {},
    )
    scores: dict[str, Score] = {}
    for root in framework.roots:
        _walk(root, task, scores)
    return Assessment(
        country=country,
        framework=framework,
        round=round,
        recipe=task.recipe,
        scores=scores,
        sources=origins,
        evidence=evidence,
        size=size,
        unmapped=unmapped,
        invented=invented,
    )


def _is_silent(findings: Iterable[Finding]) -> bool:
    return all(finding.value in _SILENCE for finding in findings)


def assess(
    findings: Iterable[Finding],
    framework: Framework,
    recipe: Recipe | None = None,
    *,
    round: Round,  # noqa: A002 - the field's word
    countries: Iterable[Country] = (),
    sources: Iterable[Source] = (),
    evidence: Mapping[Country, Sequence[Evidence]] | None = None,
    targets: TargetProfile | None = None,
    sizes: Mapping[Country, SizeProfile] | None = None,
    methods: Mapping[str, Callable[..., float]] | None = None,
    inputs: Mapping[str, str] | None = None,
    invented: bool = False,
) -> AssessmentSet:
    """Return the assessments of all countries that findings speak of.

    A country of `countries` without a finding that says anything is silent: it gets no assessment, no level and
    no zero.

    Args:
        findings: Findings about any number of countries.
        framework: What they are judged by.
        recipe: How scores are made; None for the default.
        round: The round.
        countries: Countries that should have answered.
        sources: Occasions on which something was learnt; one without a country belongs to all it speaks of.
        evidence: What supports the findings, by country.
        targets: What should be reached.
        sizes: Size of the service, by country.
        methods: Functions that plugins registered, by method name.
        inputs: Hash of each file the findings came from, by name.
        invented: Whether answers are invented.
    """
    by_country: dict[Country, list[Finding]] = {country: [] for country in countries}
    for finding in findings:
        by_country.setdefault(finding.country, []).append(finding)
    known = {source.id: source for source in sources}
    ordered = sorted(by_country, key=lambda c: c.name)
    silent = [country for country in ordered if _is_silent(by_country[country])]
    assessments = []
    for country in ordered:
        if country in silent:
            continue
        used = {finding.source for finding in by_country[country]}
        assessments.append(
            assess_country(
                country,
                framework,
                by_country[country],
                round=round,
                sources=[source for name, source in known.items() if name in used],
                evidence=(evidence or {}).get(country, ()),
                recipe=recipe,
                targets=targets,
                size=(sizes or {}).get(country),
                methods=methods,
                invented=invented,
            )
        )
    return AssessmentSet(
        framework=framework,
        round=round,
        recipe=recipe or Recipe(),
        assessments=assessments,
        silent=silent,
        inputs=inputs or {},
        invented=invented,
    )
