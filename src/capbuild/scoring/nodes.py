"""Scores of one node for all countries, without randomness."""

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve

from capbuild.frozen import FrozenMap
from capbuild.model import (
    Capacity,
    Coverage,
    CriterionResult,
    CriterionState,
    FindingValue,
    Interval,
    Method,
    Missing,
    MissingPolicy,
    Parameter,
    PlausibleLevels,
    ScaleKind,
    Score,
    SourceKind,
)
from capbuild.model.recipe import TOP_STEP
from capbuild.scoring.aggregation import combine_children, even_weights, round_figure
from capbuild.scoring.context import Case, ScoringContext
from capbuild.scoring.criteria_levels import StaircaseResult, step_progress
from capbuild.scoring.direct_scores import latest_values
from capbuild.scoring.methods import find_method
from capbuild.scoring.points import is_unchecked_partly, score_points
from capbuild.undefined import Undefined, UndefinedReason

#: Difference below which the ends of a range are equal, given binary error.
_SAME = 1e-9

_NOT_MET = (CriterionState.NOT_MET, CriterionState.PARTLY)


def uses_points(node: Capacity, setting: ScoringContext) -> bool:
    """True if a node's criteria earn points instead of levels."""
    return bool(node.criteria) and setting.method(node).name == "points"


def has_levels(node: Capacity, setting: ScoringContext) -> bool:
    """True if a directly judged node has levels."""
    ordered = setting.framework.scale_of(node).kind is ScaleKind.ORDINAL
    return ordered and setting.method(node).name != "scaled"


def score_node(node: Capacity, cases: Sequence[Case], setting: ScoringContext) -> None:
    """Add the score of a node to each case.

    Scores of its children must have been added before.
    """
    if node.children:
        scores = _score_parents(node, cases, setting)
    elif not node.criteria:
        scores = [_score_direct(node, case, setting) for case in cases]
    elif uses_points(node, setting):
        scores = [_score_points(node, case, setting) for case in cases]
    else:
        scores = _score_staircases(node, cases, setting)
    for case, score in zip(cases, scores, strict=True):
        case.scores[node.id] = score


def _count_coverage(results: Iterable[CriterionResult]) -> Coverage:
    applicable = [r for r in results if r.state is not CriterionState.NOT_APPLICABLE]
    settled = sum(r.state is not CriterionState.OPEN for r in applicable)
    claimed = sum(r.state is CriterionState.OPEN and _is_judged(r) for r in applicable)
    checked = sum(r.checked for r in applicable)
    return Coverage(answered=settled + claimed, settled=settled, checked=checked, applicable=len(applicable))


def _is_judged(result: CriterionResult) -> bool:
    """True if any source judged it, even if open."""
    return result.claimed or result.judgement is not None


def _count_missing(results: Iterable[CriterionResult]) -> FrozenMap[str, int]:
    """Count missing criteria by kind, including inapplicable ones."""
    counts: dict[str, int] = {}
    for result in results:
        if isinstance(result.value, Missing) and not _is_judged(result):
            counts[result.value.value] = counts.get(result.value.value, 0) + 1
    return FrozenMap(counts)


def _score_staircases(node: Capacity, cases: Sequence[Case], setting: ScoringContext) -> list[Score]:
    columns = [case.results_of(node) for case in cases]
    stairs = setting.staircase(node)
    unchecked = [
        {c.id for c, r in zip(node.criteria, results, strict=True) if is_unchecked_partly(c, r)} for results in columns
    ]
    climbs = stairs.climb_all(
        [{r.target: r.state for r in results} for results in columns],
        [{r.target for r in results if r.state is CriterionState.OPEN and r.claimed} for results in columns],
        unchecked,
    )
    if setting.has_scaled_steps(node):
        unit = setting.unit(node)
        for case, reached in zip(cases, climbs, strict=True):
            case.bounds[node.id] = (reached.level * unit, reached.highest * unit)
    return [
        _score_staircase(node, results, reached, setting, setting.target(node, case.country))
        for case, results, reached in zip(cases, columns, climbs, strict=True)
    ]


def _score_staircase(
    node: Capacity,
    results: list[CriterionResult],
    reached: StaircaseResult,
    setting: ScoringContext,
    target: float | None,
) -> Score:
    """Return the staircase score of a node."""
    scale = setting.framework.scale_of(node)
    states = {r.target: r.state for r in results}
    method = setting.method(node)
    if method.partly_at_top:  # at the target's own step, a `partly` suffices
        states |= {c.id: CriterionState.MET for c in node.criteria if c.step == target and _is_partly(states[c.id])}
    upto = [c.id for c in node.criteria if target is not None and c.step <= target]
    done = target is not None and reached.level >= target
    allowed = setting.recipe.allow_partial
    lenient: dict[str, Parameter] = {"allow_partial": allowed} if allowed else {}
    lenient |= {"partly": TOP_STEP} if method.partly_at_top else {}
    nothing = (
        Undefined(UndefinedReason.NOT_TESTABLE) if reached.not_testable and reached.level == scale.ends[0] else None
    )
    return Score(
        capacity=node,
        scale=scale,
        level=reached.level,
        plausible=reached.plausible,
        claimed=reached.claimed if reached.claimed != reached.level else None,
        starred=reached.starred,
        method=Method(name="staircase", parameters=lenient) if lenient else None,
        coverage=_count_coverage(results),
        missing=_count_missing(results),
        progress=step_progress(node, results, reached.level),
        above=[c.id for c in node.criteria if c.step > reached.level + 1 and states[c.id] is CriterionState.MET],
        target=target,
        lacking=[] if done else [name for name in upto if states[name] in _NOT_MET],
        open=[] if done else [name for name in upto if states[name] is CriterionState.OPEN],
        results=results,
        undefined=nothing,
    )


def _is_partly(state: CriterionState) -> bool:
    return state is CriterionState.PARTLY


def _score_points(node: Capacity, case: Case, setting: ScoringContext) -> Score:
    results = case.results_of(node)
    scale, method = setting.framework.scale_of(node), setting.method(node)
    maximum, partly = float(method.settings.get("maximum", scale.maximum)), float(method.settings.get("partly", 0.0))
    points = score_points(node.criteria, results, maximum, partly, method.missing)
    if points.lowest is not None and points.highest is not None:
        case.bounds[node.id] = (points.lowest, points.highest)
    return Score(
        capacity=node,
        scale=scale,
        value=_round_figure(points.exact, node, setting),
        exact=points.exact,
        interval=_compute_missing_range(case.bounds.get(node.id)),
        method=method,
        rounding=setting.rounding(node),
        coverage=_count_coverage(results),
        missing=_count_missing(results),
        counted_as_zero=points.counted_as_zero,
        target=setting.target(node, case.country),
        lacking=[r.target for r in results if r.state in _NOT_MET],
        open=[r.target for r in results if r.state is CriterionState.OPEN],
        results=results,
        undefined=None if points.exact is not None else _explain_missing(node.id in case.bounds),
    )


def _explain_missing(applies: bool, value: FindingValue = Missing.NOT_COLLECTED) -> Undefined:
    """Return the reason for no figure."""
    if not applies:
        return Undefined(UndefinedReason.NOT_APPLICABLE)
    name = value.name if isinstance(value, Missing) else ""
    return Undefined(UndefinedReason.__members__.get(name, UndefinedReason.NOBODY_ANSWERED))


def _compute_missing_range(bounds: tuple[float, float] | None) -> Interval | None:
    """Return the range of figures consistent with missing answers."""
    if bounds is None or bounds[1] - bounds[0] < _SAME:
        return None
    return Interval(lower=bounds[0], upper=bounds[1], nominal=None)


def _score_direct(node: Capacity, case: Case, setting: ScoringContext) -> Score:
    """Return the score of a directly judged node."""
    result = case.results[node.id]
    scale, method = setting.framework.scale_of(node), setting.method(node)
    value = result.value if isinstance(result.value, int | float) else None
    level = int(value) if value is not None and scale.levels else None
    base = Score(
        capacity=node,
        scale=scale,
        level=level,
        coverage=_count_coverage([result]),
        missing=_count_missing([result]),
        target=setting.target(node, case.country),
        results=[result],
    )
    applies = result.state is not CriterionState.NOT_APPLICABLE
    if has_levels(node, setting):
        plausible = _find_stated_levels(case, node, result)
        undefined = None if plausible is not None else _explain_missing(applies, result.value)
        disputed = plausible is not None and not plausible.settled
        coverage = evolve(base.coverage, settled=0, checked=0) if disputed else base.coverage
        return evolve(base, plausible=plausible, coverage=coverage, undefined=undefined)
    unit = setting.unit(node)
    exact = None if value is None else value * unit
    if applies:
        low, high = _compute_stated_range(node, case, setting, value)
        case.bounds[node.id] = (low * unit, high * unit)
    zero = [node.id] if exact is None and applies and method.missing is MissingPolicy.ZERO else []
    exact = 0.0 if zero else exact
    return evolve(
        base,
        value=_round_figure(exact, node, setting),
        exact=exact,
        interval=_compute_missing_range(case.bounds.get(node.id)),
        method=method,
        rounding=setting.rounding(node),
        counted_as_zero=zero,
        undefined=None if exact is not None else _explain_missing(applies, result.value),
    )


def _compute_stated_range(
    node: Capacity, case: Case, setting: ScoringContext, used: float | None
) -> tuple[float, float]:
    """Return the range of values given by differing sources.

    Values of visits are used alone if there are any. If the assessors agreed, the range is their value; without any
    value, it is the whole scale.
    """
    judgement = case.results[node.id].judgement
    if judgement is not None and judgement.settled and used is not None:
        return used, used
    if judgement is not None and used is None:
        return judgement.limited(judgement.lowest), judgement.limited(judgement.highest)
    if used is None:
        return setting.scale_range(node)
    given = [value if judgement is None else judgement.limited(value) for value in _select_values(case, node)]
    return min(used, *given), max(used, *given)


def _select_values(case: Case, node: Capacity) -> list[float]:
    """Return the values of visits, or else of all sources."""
    given = latest_values(case.findings.get(node.id, ()), case.sources)
    visited = [value for kind, value in given if kind is SourceKind.VISIT]
    return visited or [value for _, value in given]


def _find_stated_levels(case: Case, node: Capacity, result: CriterionResult) -> PlausibleLevels | None:
    """Return the levels between differing judgements; None without any."""
    judgement = result.judgement
    stated = result.value if isinstance(result.value, int | float) else None
    if stated is None and judgement is None:
        return None
    if stated is None or judgement is None:
        given = [judgement.lowest, judgement.highest] if judgement is not None else _select_values(case, node)
    else:
        given = [] if judgement.settled else _select_values(case, node)
    ends = [value if judgement is None else judgement.limited(value) for value in given]
    levels = [int(value) for value in (*([] if stated is None else [stated]), *ends)]
    return PlausibleLevels(lowest=min(levels), highest=max(levels))


def _round_figure(exact: float | None, node: Capacity, setting: ScoringContext) -> float | None:
    rule = setting.rounding(node)
    return exact if exact is None or rule is None else round_figure(exact, rule)


def _compute_input_figure(figure: float | None, child: Capacity, setting: ScoringContext) -> float | None:
    """Return the figure used for parents.

    It is rounded only if the rounding rule feeds rounded figures up.
    """
    rule = setting.rounding(child)
    return _round_figure(figure, child, setting) if rule is not None and rule.feeds_up else figure


def _score_parents(node: Capacity, cases: Sequence[Case], setting: ScoringContext) -> list[Score]:
    """Score nodes with children: a level, a figure, or neither."""
    bases, name = [_make_parent_base(node, case, setting) for case in cases], setting.method(node).name
    if name == "profile":
        return bases
    if name == "lowest":
        return _score_lowest(node, cases, setting, bases)
    if name == "cumulative":
        whole = _score_staircases(_join_criteria(node), cases, setting)
        return [evolve(score, capacity=node, method=setting.method(node), results=()) for score in whole]
    return [_score_parent(node, case, setting, base) for case, base in zip(cases, bases, strict=True)]


def _make_parent_base(node: Capacity, case: Case, setting: ScoringContext) -> Score:
    """Return a parent's score with coverage and target only."""
    children = [case.scores[child.id] for child in node.children]
    missing: dict[str, int] = {}
    for child in children:
        for kind, count in child.missing.items():
            missing[kind] = missing.get(kind, 0) + count
    return Score(
        capacity=node,
        scale=setting.framework.scale_of(node),
        coverage=sum((c.coverage for c in children), start=Coverage(answered=0, settled=0, applicable=0)),
        missing=missing,
        target=setting.target(node, case.country),
    )


def _score_parent(node: Capacity, case: Case, setting: ScoringContext, base: Score) -> Score:
    children, method = [case.scores[child.id] for child in node.children], setting.method(node)
    given = {
        child.capacity.id: _compute_input_figure(setting.figure(child), child.capacity, setting) for child in children
    }
    zero = [name for name, figure in given.items() if figure is None and method.missing is MissingPolicy.ZERO]
    given |= dict.fromkeys(zero, 0.0)
    exact, undefined = _combine_children(node, given, base.coverage, setting)
    if bounds := _compute_parent_bounds(node, case, setting):
        case.bounds[node.id] = bounds
    return evolve(
        base,
        value=_round_figure(exact, node, setting),
        exact=exact,
        interval=_compute_missing_range(case.bounds.get(node.id)),
        method=method,
        rounding=setting.rounding(node),
        inputs={} if exact is None else {name: figure for name, figure in given.items() if figure is not None},
        counted_as_zero=(*zero, *(name for child in children for name in child.counted_as_zero)),
        undefined=undefined,
    )


def _combine_children(
    node: Capacity, given: Mapping[str, float | None], coverage: Coverage, setting: ScoringContext
) -> tuple[float | None, Undefined | None]:
    """Return a parent's figure, or the reason for none."""
    known = sum(figure is not None for figure in given.values())
    if not known:
        return None, Undefined(UndefinedReason.NOBODY_ANSWERED)
    if coverage.ratio < setting.recipe.minimum_coverage:
        return None, Undefined(UndefinedReason.BELOW_COVERAGE, f"{coverage} answered")
    exact = combine_children(setting.method(node), given, [child.weight for child in node.children], setting.methods)
    if exact is None:
        return None, Undefined(UndefinedReason.BELOW_COVERAGE, f"{known} of {len(given)} parts have a figure")
    return exact, None


def _compute_parent_bounds(node: Capacity, case: Case, setting: ScoringContext) -> tuple[float, float] | None:
    """Return the range of a parent from its children."""
    inside = [child for child in node.children if child.id in case.bounds]
    if not inside:
        return None
    method = setting.method(node)
    ends = [
        {
            child.id: _compute_input_figure(case.bounds[child.id][side], child, setting) if child in inside else None
            for child in node.children
        }
        for side in (0, 1)
    ]
    bounds = find_method(method, setting.methods).bounds
    if bounds is not None and ends[0] != ends[1]:
        lows, highs = ([end[child.id] for child in inside] for end in ends)
        return bounds(lows, highs, even_weights([child.weight for child in inside]), **method.settings)
    weights = [child.weight for child in node.children]
    low, high = (combine_children(method, end, weights, setting.methods) for end in ends)
    return None if low is None or high is None else (low, high)


# Levels of nodes, from levels or criteria of their children


def _join_criteria(node: Capacity) -> Capacity:
    """Return a node with the criteria of all its descendants."""
    inside = [criterion for leaf in node.leaves for criterion in leaf.criteria]
    return evolve(node, children=(), criteria=inside)


def _score_lowest(
    node: Capacity, cases: Sequence[Case], setting: ScoringContext, bases: Sequence[Score]
) -> list[Score]:
    """Score each country by the lowest level of its children.

    A child without a level leaves all levels open up to the lowest known one. Inapplicable children are skipped.

    Args:
        node: The node.
        cases: The countries, with scores of the children.
        setting: Framework, recipe and targets.
        bases: Score of the node in each country, with coverage and target, without a level.
    """
    scores = []
    for case, base in zip(cases, bases, strict=True):
        children = [case.scores[child.id] for child in node.children]
        levels = _find_lowest(children, setting.framework.scale_of(node).ends)
        reason = UndefinedReason.NOBODY_ANSWERED if base.coverage.applicable else UndefinedReason.NOT_APPLICABLE
        inputs = {c.capacity.id: float(c.level) for c in children if c.level is not None}
        scores.append(
            evolve(
                base,
                plausible=levels,
                level=None if levels is None or not levels.settled else levels.lowest,
                method=setting.method(node),
                inputs=inputs if levels is not None else {},
                undefined=Undefined(reason) if levels is None else None,
            )
        )
    return scores


def _find_lowest(children: Sequence[Score], ends: tuple[float, float]) -> PlausibleLevels | None:
    """Return the possible levels of the lowest child.

    The result is None if no child has a level.
    """
    applying = [child for child in children if child.coverage.applicable]
    if not any(child.plausible is not None for child in applying):
        return None
    spans = [
        (int(ends[0]), int(ends[1])) if score.plausible is None else (score.plausible.lowest, score.plausible.highest)
        for score in applying
    ]
    return PlausibleLevels(lowest=min(low for low, _ in spans), highest=min(high for _, high in spans))
