"""Strategies for consistent scores and assessments."""

from itertools import pairwise
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from capbuild.frozen import FrozenMap
from capbuild.model.assessment import Assessment, AssessmentSet, Round, UnusableReason
from capbuild.model.capacity import Capacity, Scale
from capbuild.model.change import Change, ChangeSeries
from capbuild.model.country import Country
from capbuild.model.evidence import Evidence, Finding, FindingStatus, Verdict
from capbuild.model.framework import Framework
from capbuild.model.recipe import Recipe
from capbuild.model.response import Missing
from capbuild.model.review import Dissent
from capbuild.model.score import Coverage, CriterionResult, CriterionState, PlausibleLevels, Score
from capbuild.testing.strategies._derive import built, countries, identifiers, register_strategy, sources, strategy
from capbuild.testing.strategies._frameworks import capacities, frameworks, recipes, scales

_STATES = {
    Verdict.YES: CriterionState.MET,
    Verdict.ELSEWHERE: CriterionState.MET,
    Verdict.PARTLY: CriterionState.PARTLY,
    Verdict.NO: CriterionState.NOT_MET,
    Missing.NOT_APPLICABLE: CriterionState.NOT_APPLICABLE,
}


@register_strategy(PlausibleLevels)
@st.composite
def plausible_levels(draw: st.DrawFn, /, *, lowest: int = 1, highest: int = 5) -> PlausibleLevels:
    """Generate ranges of plausible levels.

    Their probabilities are empty, or sum to 1.
    """
    low, high = sorted(draw(st.tuples(st.integers(lowest, highest), st.integers(lowest, highest))))
    if draw(st.booleans()):
        return PlausibleLevels(lowest=low, highest=high)
    share = 1.0 if low == high else draw(st.floats(0, 1))
    shares = {high: 1 - share, low: share}
    return PlausibleLevels(lowest=low, highest=high, probabilities=FrozenMap(shares))


@register_strategy(ChangeSeries)
@st.composite
def change_series(draw: st.DrawFn, /) -> ChangeSeries:
    """Generate change series of three or four rounds.

    Each step starts at the round where the previous one ended.
    """
    rounds = draw(st.lists(identifiers(), min_size=3, max_size=4, unique=True))

    def change(before: str, after: str) -> Change:
        return draw(built(Change, before=st.just(before), after=st.just(after)))

    return ChangeSeries(steps=[change(*both) for both in pairwise(rounds)], whole=change(rounds[0], rounds[-1]))


@register_strategy(Coverage)
@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    """Generate coverage counts: settled, answered, applicable, in non-decreasing order."""
    settled, answered, applicable = sorted(draw(st.tuples(*[st.integers(0, 300)] * 3)))
    return Coverage(settled=settled, answered=answered, applicable=applicable)


@register_strategy(CriterionResult)
@st.composite
def criterion_results(
    draw: st.DrawFn,
    /,
    *,
    target: SearchStrategy[str] | None = None,
    finding: SearchStrategy[Finding] | None = None,
) -> CriterionResult:
    """Generate results whose state follows from the deciding finding.

    The first confirmed finding decides.

    Args:
        draw: Given by hypothesis.
        target: Id of the criterion.
        finding: Strategy of its findings; their target is set to the criterion.
    """
    name = draw(identifiers() if target is None else target)
    drawn = draw(st.lists(built(Finding) if finding is None else finding, max_size=2))
    findings = tuple(evolve(item, target=name) for item in drawn)
    used = next((n for n, finding in enumerate(findings) if finding.status is FindingStatus.CONFIRMED), None)
    value = Missing.NOT_COLLECTED if used is None else findings[used].value
    state = _STATES.get(value, CriterionState.OPEN) if isinstance(value, Verdict | Missing) else CriterionState.MET
    conflict = len({item.value for item in findings}) > 1
    applies = state is not CriterionState.NOT_APPLICABLE
    return CriterionResult(
        target=name,
        state=state,
        value=value,
        findings=findings,
        used=used,
        conflict=conflict,
        probability=draw(st.none() | st.floats(0, 1)) if applies else None,
    )


def _coverage(results: tuple[CriterionResult, ...]) -> Coverage:
    applicable = [r for r in results if r.state is not CriterionState.NOT_APPLICABLE]
    answered = [r for r in applicable if r.findings]
    settled = [r for r in answered if r.used is not None and not isinstance(r.value, Missing)]
    return Coverage(answered=len(answered), settled=len(settled), applicable=len(applicable))


@register_strategy(Score)
@st.composite
def scores(
    draw: st.DrawFn,
    /,
    *,
    capacity: SearchStrategy[Capacity] | None = None,
    scale: SearchStrategy[Scale] | None = None,
    finding: SearchStrategy[Finding] | None = None,
    **parts: SearchStrategy[Any],
) -> Score:
    """Generate scores within their scale.

    Each criterion of the capacity has a result.

    Args:
        draw: Given by hypothesis.
        capacity: The capacity.
        scale: Its scale.
        finding: Strategy of findings; their targets are set to the capacity's criteria.
        parts: Strategies for other fields.
    """
    node = draw(capacities() if capacity is None else capacity)
    measure = draw(scales() if scale is None else scale)
    results = tuple(draw(criterion_results(target=st.just(c.id), finding=finding)) for c in node.criteria)
    ids = st.sampled_from([c.id for c in node.criteria]) if node.criteria else st.nothing()
    names = st.lists(ids, max_size=2, unique=True).map(tuple) if node.criteria else st.just(())
    fixed: dict[str, SearchStrategy[Any]] = {
        "capacity": st.just(node),
        "scale": st.just(measure),
        "coverage": st.just(_coverage(results)),
        "results": st.just(results),
        "above": names,
        "lacking": names,
        "open": names,
    }
    return draw(built(Score, **{**fixed, **draw(_figure(measure)), **parts}))


@st.composite
def _figure(draw: st.DrawFn, scale: Scale) -> dict[str, SearchStrategy[Any]]:
    """Generate a level or value of a scale."""
    if scale.levels:
        plausible = draw(st.none() | plausible_levels(lowest=scale.orders[0], highest=scale.orders[-1]))
        level = None if plausible is None else plausible.lowest
        figures: dict[str, Any] = {"plausible": plausible, "level": level, "claimed": None, "target": None}
        return {name: st.just(figure) for name, figure in figures.items()} | {"value": st.none(), "exact": st.none()}
    values = st.none() | st.floats(scale.minimum, scale.maximum, allow_nan=False)
    return {"value": values, "exact": values, "plausible": st.none(), "level": st.none(), "claimed": st.none()}


@register_strategy(Assessment)
@st.composite
def assessments(
    draw: st.DrawFn,
    /,
    *,
    framework: SearchStrategy[Framework] | None = None,
    country: SearchStrategy[Country] | None = None,
    round: SearchStrategy[Round] | None = None,  # noqa: A002 (named as the field)
    recipe: SearchStrategy[Recipe] | None = None,
    **parts: SearchStrategy[Any],
) -> Assessment:
    """Generate assessments of one country and framework.

    Args:
        draw: Given by hypothesis.
        framework: The framework.
        country: The country.
        round: The round.
        recipe: The recipe of the scores.
        parts: Strategies for other fields.

    Example:
        >>> from hypothesis import given, settings
        >>> @settings(max_examples=5)
        ... @given(assessments())
        ... def speaks_of_its_country(assessment):
        ...     assert {finding.country for finding in assessment.findings} <= {assessment.country}
        >>> speaks_of_its_country()
    """
    frame = draw(frameworks() if framework is None else framework)
    home = draw(countries() if country is None else country)
    heard = draw(st.lists(sources(country=st.none() | st.just(home)), min_size=1, max_size=2, unique_by=lambda s: s.id))
    shown = draw(st.lists(built(Evidence), max_size=1))
    finding = built(
        Finding,
        country=st.just(home),
        source=st.sampled_from([source.id for source in heard]),
        evidence=st.just(tuple(piece.id for piece in shown)),
    )
    judged = draw(st.lists(st.sampled_from(list(frame.walk())), max_size=3, unique_by=lambda node: node.id))
    drawn_scores = {
        node.id: draw(scores(capacity=st.just(node), scale=st.just(frame.scale_of(node)), finding=finding))
        for node in judged
    }
    dissents = built(Dissent, target=st.sampled_from([*frame.capacities, *frame.criteria]))
    fixed: dict[str, SearchStrategy[Any]] = {
        "country": st.just(home),
        "framework": st.just(frame),
        "round": built(Round) if round is None else round,
        "recipe": recipes() if recipe is None else recipe,
        "scores": st.just(FrozenMap(drawn_scores)),
        "sources": st.just(tuple(heard)),
        "evidence": st.just(tuple(shown)),
        "dissents": st.lists(dissents, max_size=1).map(tuple),
        "unmapped": st.lists(finding, max_size=1).map(tuple),
    }
    return draw(built(Assessment, **{**fixed, **parts}))


@register_strategy(AssessmentSet)
@st.composite
def assessment_sets(
    draw: st.DrawFn,
    /,
    *,
    framework: SearchStrategy[Framework] | None = None,
    countries: SearchStrategy[Country] = strategy(Country),  # noqa: B008 (a strategy is a frozen description)
    **parts: SearchStrategy[Any],
) -> AssessmentSet:
    """Generate assessment sets of one framework.

    Most assessments share round and recipe; some differ.

    Args:
        draw: Given by hypothesis.
        framework: The framework.
        countries: Strategy of countries, including non-respondents.
        parts: Strategies for other fields.
    """
    frame = draw(frameworks() if framework is None else framework)
    round_, recipe = draw(built(Round)), draw(recipes())
    places = draw(st.lists(countries, max_size=3, unique_by=lambda country: country.alpha_2))
    heard = draw(st.integers(0, min(2, len(places))))
    own_round = st.one_of(st.just(round_), st.just(round_), built(Round))
    own_recipe = st.one_of(st.just(recipe), st.just(Recipe()), recipes())
    drawn_assessments = [
        draw(assessments(framework=st.just(frame), country=st.just(place), round=own_round, recipe=own_recipe))
        for place in places[:heard]
    ]
    fixed: dict[str, Any] = {
        "framework": frame,
        "round": round_,
        "recipe": recipe,
        "assessments": tuple(drawn_assessments),
        "silent": tuple(places[heard:]),
    }
    unusable = {place.alpha_2: draw(st.sampled_from(UnusableReason)) for place in places[heard:] if draw(st.booleans())}
    fixed["unusable"] = FrozenMap(unusable)
    return draw(built(AssessmentSet, **{**{name: st.just(value) for name, value in fixed.items()}, **parts}))
