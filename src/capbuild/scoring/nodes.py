"""Scores of one node of a framework, for all countries at once; what is random about them comes later."""

from collections.abc import Iterable, Sequence

from capbuild.frozen import FrozenMap
from capbuild.model import (
    Capacity,
    Coverage,
    CriterionResult,
    CriterionState,
    Method,
    Missing,
    PlausibleLevels,
    ScaleKind,
    Score,
    SourceKind,
)
from capbuild.scoring.cases import Case, Setting
from capbuild.scoring.direct import latest_values
from capbuild.scoring.figures import combine, points, round_figure
from capbuild.scoring.steps import Climb, Stairs, progress
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["is_ordinal", "is_points", "score_node"]

_NOT_MET = (CriterionState.NOT_MET, CriterionState.PARTLY)


def is_points(node: Capacity, setting: Setting) -> bool:
    """Tell whether a node's criteria earn points; the others form a staircase."""
    return bool(node.criteria) and setting.method(node).name == "points"


def is_ordinal(node: Capacity, setting: Setting) -> bool:
    """Tell whether a directly judged node has a level and no value."""
    ordered = setting.framework.scale_of(node).kind is ScaleKind.ORDINAL
    return ordered and setting.method(node).name != "scaled"


def score_node(node: Capacity, cases: Sequence[Case], setting: Setting) -> None:
    """Add the score of a node to each case; its children have theirs already."""
    if node.children:
        found = [_parent_score(node, [case.scores[child.id] for child in node.children], setting) for case in cases]
    elif not node.criteria:
        found = [_direct_score(node, case, setting) for case in cases]
    elif is_points(node, setting):
        found = [_points_score(node, case, setting) for case in cases]
    else:
        found = _staircase_scores(node, cases, setting)
    for case, score in zip(cases, found, strict=True):
        case.scores[node.id] = score


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


def _staircase_scores(node: Capacity, cases: Sequence[Case], setting: Setting) -> list[Score]:
    columns = [case.results_of(node) for case in cases]
    stairs = Stairs(criteria=node.criteria, allow_partial=setting.recipe.allow_partial)
    climbs = stairs.climbs(
        [{r.target: r.state for r in results} for results in columns],
        [{r.target for r in results if r.state is CriterionState.OPEN and r.claimed} for results in columns],
    )
    return [_staircase_score(node, results, reached, setting) for results, reached in zip(columns, climbs, strict=True)]


def _staircase_score(node: Capacity, results: list[CriterionResult], reached: Climb, setting: Setting) -> Score:
    """Level, plausible levels, next step and gap of a node with criteria."""
    target = setting.target(node)
    states = {r.target: r.state for r in results}
    upto = [c.id for c in node.criteria if target is not None and c.step <= target]
    done = target is not None and reached.level >= target
    nothing = Undefined(UndefinedReason.NOT_TESTABLE) if reached.not_testable and reached.level == 1 else None
    return Score(
        capacity=node,
        scale=setting.framework.scale_of(node),
        level=reached.level,
        plausible=reached.plausible,
        claimed=reached.claimed if reached.claimed != reached.level else None,
        starred=reached.starred,
        method=_lenient(setting.recipe.allow_partial),
        coverage=_coverage(results),
        missing=_missing(results),
        progress=progress(node, results, reached.level),
        above=[c.id for c in node.criteria if c.step > reached.level + 1 and states[c.id] is CriterionState.MET],
        target=target,
        lacking=[] if done else [name for name in upto if states[name] in _NOT_MET],
        open=[] if done else [name for name in upto if states[name] is CriterionState.OPEN],
        results=results,
        undefined=nothing,
    )


def _lenient(allowed: int) -> Method | None:
    """The staircase, where it lets something pass that is only partly met."""
    return Method(name="staircase", parameters={"allow_partial": allowed}) if allowed else None


def _points_score(node: Capacity, case: Case, setting: Setting) -> Score:
    results = case.results_of(node)
    scale = setting.framework.scale_of(node)
    settings = setting.method(node).parameters
    found = points(
        node.criteria, results, float(settings.get("maximum", scale.maximum)), float(settings.get("partly", 0.0))
    )
    exact = None if found is None else found[0]
    return Score(
        capacity=node,
        scale=scale,
        value=_rounded(exact, node, setting),
        exact=exact,
        interval=None if found is None else found[1],
        method=setting.method(node),
        rounding=setting.rounding(node),
        coverage=_coverage(results),
        missing=_missing(results),
        target=setting.target(node),
        lacking=[r.target for r in results if r.state in _NOT_MET],
        open=[r.target for r in results if r.state is CriterionState.OPEN],
        results=results,
        undefined=None if found else Undefined(UndefinedReason.NOBODY_ANSWERED),
    )


def _direct_score(node: Capacity, case: Case, setting: Setting) -> Score:
    """A node that sources judge as a whole, by a level order or a value."""
    result = case.results[node.id]
    scale = setting.framework.scale_of(node)
    found = result.value if isinstance(result.value, int | float) else None
    level = int(found) if found is not None and scale.levels else None
    method = setting.method(node)
    exact = found
    if found is not None and method.name == "scaled":
        exact = found / (len(scale.levels) or scale.maximum) * float(method.parameters.get("maximum", 100))
    ordinal_only = is_ordinal(node, setting)
    plausible = _told_levels(case, node, level) if level is not None and ordinal_only else None
    return Score(
        capacity=node,
        scale=scale,
        level=level,
        plausible=plausible,
        value=None if ordinal_only else _rounded(exact, node, setting),
        exact=None if ordinal_only else exact,
        method=None if ordinal_only else method,
        rounding=None if ordinal_only else setting.rounding(node),
        coverage=_coverage([result]),
        missing=_missing([result]),
        target=setting.target(node),
        results=[result],
        undefined=None if found is not None else Undefined(UndefinedReason.NOBODY_ANSWERED),
    )


def _told_levels(case: Case, node: Capacity, level: int) -> PlausibleLevels:
    """The levels that sources gave, where they differ and no visit decides."""
    said = latest_values(case.findings.get(node.id, ()), case.sources)
    if len(said) < 2 or any(kind is SourceKind.VISIT for kind, _ in said):
        return PlausibleLevels(lowest=level, highest=level)
    told = (level, *(int(value) for value in said.values()))
    return PlausibleLevels(lowest=min(told), highest=max(told))


def _rounded(exact: float | None, node: Capacity, setting: Setting) -> float | None:
    rule = setting.rounding(node)
    return exact if exact is None or rule is None else round_figure(exact, rule)


def _fed(child: Score, setting: Setting) -> float | None:
    """The figure a node above is computed from: the rounded one only where the rule says so."""
    rule = setting.rounding(child.capacity)
    return child.value if rule is not None and rule.feeds_up else child.exact


def _parent_score(node: Capacity, children: Sequence[Score], setting: Setting) -> Score:
    coverage = sum((c.coverage for c in children), start=Coverage(answered=0, settled=0, applicable=0))
    missing: dict[str, int] = {}
    for child in children:
        for kind, count in child.missing.items():
            missing[kind] = missing.get(kind, 0) + count
    method = setting.method(node)
    exact, undefined = None, None
    given = {child.capacity.id: _fed(child, setting) for child in children}
    fed = {name: figure for name, figure in given.items() if figure is not None}
    if method.name != "profile":
        if not fed:
            undefined = Undefined(UndefinedReason.NOBODY_ANSWERED)
        elif coverage.ratio < setting.recipe.minimum_coverage:
            undefined = Undefined(UndefinedReason.BELOW_COVERAGE, f"{coverage} answered")
        else:
            exact = combine(method, given, [child.capacity.weight for child in children], setting.methods)
            if exact is None:
                few = f"{len(fed)} of {len(children)} parts have a figure"
                undefined = Undefined(UndefinedReason.BELOW_COVERAGE, few)
    return Score(
        capacity=node,
        scale=setting.framework.scale_of(node),
        value=_rounded(exact, node, setting),
        exact=exact,
        method=method if method.name != "profile" else None,
        rounding=setting.rounding(node) if method.name != "profile" else None,
        inputs={} if exact is None else fed,
        coverage=coverage,
        missing=missing,
        target=setting.target(node),
        undefined=undefined,
    )
