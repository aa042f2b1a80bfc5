"""Comparing rounds: matched countries and capacities only, criteria first, and no false difference."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import overload

from capbuild.errors import ComparisonError
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Capacity,
    Change,
    ChangeSeries,
    CriterionChange,
    Crosswalk,
)
from capbuild.tracking.crosswalk import common, crosswalk_between
from capbuild.tracking.decomposition import Methods, Splits, by_each_other, has_values, split
from capbuild.tracking.differences import Beside, differences, means
from capbuild.tracking.probabilities import Probabilities, probabilities
from capbuild.tracking.transitions import Comparison, comparison_of, moves, observed_twice

__all__ = ["compare"]


def _unmatched(before: AssessmentSet, after: AssessmentSet) -> dict[str, str]:
    """Say of each country in one round only why it cannot be compared."""
    rounds = ((before, after), (after, before))
    found: dict[str, str] = {}
    for own, other in rounds:
        silent = {country.alpha_2 for country in other.silent}
        for country in own.countries:
            if country not in other:
                why = "silent in" if country.alpha_2 in silent else "not in"
                found[country.alpha_2] = f"{why} {other.round.id}"
    both = {country.alpha_2 for country in before.silent} & {country.alpha_2 for country in after.silent}
    return dict(sorted((found | dict.fromkeys(both, "silent in both rounds")).items()))


def _caution(before: Assessment, after: Assessment) -> str:
    """Say what a reader must know of how a country was looked at; empty when it was alike."""
    if before.visited != after.visited:
        when, not_when = (before, after) if before.visited else (after, before)
        return f"visited for {when.round.id}, not for {not_when.round.id}: what only a visit can see was seen once"
    if before.modes != after.modes:
        kinds = (", ".join(kind.value for kind in one.modes) or "nothing" for one in (before, after))
        return "rests on {} before, on {} after".format(*kinds)
    return ""


@overload
def compare(
    baseline: AssessmentSet,
    endline: AssessmentSet,
    *,
    crosswalk: Crosswalk | Sequence[Crosswalk] | None = None,
    methods: Methods | None = None,
) -> Change: ...


@overload
def compare(
    baseline: AssessmentSet,
    endline: AssessmentSet,
    third: AssessmentSet,
    /,
    *later: AssessmentSet,
    crosswalk: Crosswalk | Sequence[Crosswalk] | None = None,
    methods: Methods | None = None,
) -> ChangeSeries: ...


def compare(
    baseline: AssessmentSet,
    endline: AssessmentSet,
    *later: AssessmentSet,
    crosswalk: Crosswalk | Sequence[Crosswalk] | None = None,
    methods: Methods | None = None,
) -> Change | ChangeSeries:
    """Return what changed from one round to another, or over a series of rounds.

    Only countries that both rounds assessed count, and only what both editions judge. First come the criteria: gained
    and lost where they were settled in both rounds, newly observed and no longer observed where they were in one.
    Each has its cause, see `ChangeCause`, and those gained or lost the probability that the truth moved; what counts as
    change is like for like and reliable, see `Change.counts`. Then levels and values that differ, each with whether it
    may be no change at all. Differences of values are split by cause.

    Args:
        baseline: The earlier round.
        endline: The later round.
        later: Further rounds, in order of time: the result is then a series.
        crosswalk: How the earlier edition is read as the later one, where the editions differ; either way round. For
            a series over several editions, one for each two that are compared.
        methods: Functions that plugins registered, by method name, where the framework uses them.

    Returns:
        What is otherwise than before, empty when nothing is; for more than two rounds, that from each to the next and
        from the first to the last.

    Raises:
        ComparisonError: CB801, the editions differ and no crosswalk joins them; CB802, the crosswalk does not fit;
            CB803, no country is in both rounds; CB804, two frameworks of one edition differ.

    Example: see `docs/how-to/compare-rounds.md`.
    """
    rounds = (baseline, endline, *later)

    def compared(before: AssessmentSet, after: AssessmentSet) -> Change:
        walk = crosswalk
        if walk is not None and not isinstance(walk, Crosswalk):
            walk = crosswalk_between(walk, before.framework, after.framework)
        return _compare(before, after, walk, methods)

    if not later:
        return compared(baseline, endline)
    return ChangeSeries(steps=[compared(*both) for both in pairwise(rounds)], whole=compared(rounds[0], rounds[-1]))


def _compare(
    baseline: AssessmentSet, endline: AssessmentSet, crosswalk: Crosswalk | None, methods: Methods | None
) -> Change:
    shared = common(baseline.framework, endline.framework, crosswalk)
    matched = _matched(baseline, endline, methods)
    both = [(one.before, one.after) for one in matched]
    valued = has_values(both)
    splits = split(baseline, endline, shared, methods) if valued else {}
    likely = probabilities(matched, shared, endline.recipe)
    confidence = endline.recipe.confidence
    moved = {
        one.after.country.alpha_2: tuple(
            moves(one, shared, likely.criteria.get(one.after.country.alpha_2, {}), confidence)
        )
        for one in matched
    }
    twice = [(pair, one.is_judged_alike(pair)) for one in matched for pair in observed_twice(one, shared)]
    nodes = list(endline.framework.walk())
    return Change(
        before=baseline.round.id,
        after=endline.round.id,
        framework=endline.framework.key,
        earlier_framework=None if baseline.framework.key == endline.framework.key else baseline.framework.key,
        matched=[after.country.alpha_2 for _, after in both],
        unmatched=_unmatched(baseline, endline),
        cautions={new.country.alpha_2: said for old, new in both if (said := _caution(old, new))},
        comparable=shared.share,
        incomparable=shared.left,
        observed=_by_node(nodes, (pair.capacity for pair, _ in twice)),
        like_for_like=_by_node(nodes, (pair.capacity for pair, alike in twice if alike)),
        confidence=confidence,
        criteria=[one for own in moved.values() for one in own],
        capacities=[
            change
            for old, new in both
            for change in differences(old, new, shared, _beside(new.country.alpha_2, splits, moved, likely, confidence))
        ],
        means=means(both, shared, endline.recipe.confidence, splits) if valued else (),
        invented=baseline.invented or endline.invented,
    )


def _matched(baseline: AssessmentSet, endline: AssessmentSet, methods: Methods | None) -> list[Comparison]:
    """Return the countries that both rounds assessed.

    Raises:
        ComparisonError: CB803, there is none.
    """
    again = by_each_other(baseline, endline, methods)
    found = [
        comparison_of(old, new, again and (again[0][new.country], again[1][new.country]))
        for new in endline
        if (old := baseline.get(new.country)) is not None
    ]
    if not found:
        raise ComparisonError(
            f"no country is in both {baseline.round.id} and {endline.round.id}",
            code="CB803",
            remedy="compare rounds that have countries in common",
        )
    return found


def _by_node(nodes: Iterable[Capacity], names: Iterable[str]) -> dict[str, int]:
    """Count names in the framework's order."""
    counts = Counter(names)
    return {node.id: counts[node.id] for node in nodes if node.id in counts}


def _beside(
    code: str,
    splits: Splits,
    moved: Mapping[str, Sequence[CriterionChange]],
    likely: Probabilities,
    confidence: float,
) -> Beside:
    """Return what is known of one country beside its scores."""
    own: dict[str, list[CriterionChange]] = {}
    for one in moved[code]:
        own.setdefault(one.capacity, []).append(one)
    return Beside(
        splits=splits.get(code, {}),
        moved=own,
        levels=likely.levels.get(code, {}),
        confidence=confidence,
    )
