"""Comparison of rounds over matched countries and capacities, starting from criteria."""

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
    ChangeCause,
    ChangeSeries,
    CriterionChange,
    Crosswalk,
)
from capbuild.tracking.crosswalk import find_crosswalk, find_overlap
from capbuild.tracking.decomposition import Methods, Splits, has_values, rescore_by_other_rules, split_by_cause
from capbuild.tracking.differences import ChangeContext, find_differences, mean_changes
from capbuild.tracking.probabilities import MoveProbabilities, estimate_moves
from capbuild.tracking.transitions import CountryComparison, compare_country, find_moves, observed_in_both

__all__ = ["compare"]


def _find_unmatched(before: AssessmentSet, after: AssessmentSet) -> dict[str, str]:
    """Return why countries of one round only cannot be compared."""
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


def _visit_caution(before: Assessment, after: Assessment) -> str:
    """Return a caution if a country was visited in one round only."""
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
    """Return changes between two rounds, or over a series.

    Compares only countries assessed in both rounds, and only items of both editions. First the criteria: gained and
    lost if settled in both rounds, newly observed or no longer observed if settled in one. Each has its cause, see
    `ChangeCause`; gained and lost ones also have the probability of a true change. Only like-for-like, reliable changes
    count, see `Change.counts`. Then the different levels and values, each with whether it may be no change at all.
    Differences of values are split by cause.

    Args:
        baseline: The earlier round.
        endline: The later round.
        later: Further rounds, in chronological order: the result is then a series.
        crosswalk: Crosswalk between the editions, if they differ, in either direction. For
            a series over several editions, one for each compared pair.
        methods: Registered functions of plugins, by method name, if the framework uses them.

    Returns:
        The changes, empty for none; for more than two rounds, from each to the next and from the first to the last.

    Raises:
        ComparisonError: CB801, the editions differ and no crosswalk joins them; CB802, the crosswalk does not fit;
            CB803, no country is in both rounds; CB804, two frameworks of one edition differ.

    Example: see `docs/how-to/compare-rounds.md`.
    """
    rounds = (baseline, endline, *later)

    def compared(before: AssessmentSet, after: AssessmentSet) -> Change:
        walk = crosswalk
        if walk is not None and not isinstance(walk, Crosswalk):
            walk = find_crosswalk(walk, before.framework, after.framework)
        return _compare_pair(before, after, walk, methods)

    if not later:
        return compared(baseline, endline)
    return ChangeSeries(steps=[compared(*both) for both in pairwise(rounds)], whole=compared(rounds[0], rounds[-1]))


def _compare_pair(
    baseline: AssessmentSet, endline: AssessmentSet, crosswalk: Crosswalk | None, methods: Methods | None
) -> Change:
    shared = find_overlap(baseline.framework, endline.framework, crosswalk)
    matched = _match_countries(baseline, endline, methods)
    both = [(one.before, one.after) for one in matched]
    valued = has_values(both)
    splits = split_by_cause(baseline, endline, shared, methods) if valued else {}
    likely = estimate_moves(matched, shared, endline.recipe)
    confidence = endline.recipe.confidence
    moved = {
        one.after.country.alpha_2: tuple(
            find_moves(one, shared, likely.criteria.get(one.after.country.alpha_2, {}), confidence)
        )
        for one in matched
    }
    judged = {
        one.after.country.alpha_2: {p.capacity: one.move_cause(p) for p in shared.pairs if one.is_judged_level(p)}
        for one in matched
    }
    assessments = [(pair, one.has_same_judges(pair)) for one in matched for pair in observed_in_both(one, shared)]
    nodes = list(endline.framework.walk())
    return Change(
        before=baseline.round.id,
        after=endline.round.id,
        framework=endline.framework.key,
        earlier_framework=None if baseline.framework.key == endline.framework.key else baseline.framework.key,
        matched=[after.country.alpha_2 for _, after in both],
        unmatched=_find_unmatched(baseline, endline),
        cautions={new.country.alpha_2: unmatched for old, new in both if (unmatched := _visit_caution(old, new))},
        comparable=shared.share,
        incomparable=shared.left,
        observed=_count_by_node(nodes, (pair.capacity for pair, _ in assessments)),
        like_for_like=_count_by_node(nodes, (pair.capacity for pair, alike in assessments if alike)),
        confidence=confidence,
        criteria=[one for own in moved.values() for one in own],
        capacities=[
            change
            for old, new in both
            for change in find_differences(
                old, new, shared, _change_context(new.country.alpha_2, splits, (moved, judged), likely, confidence)
            )
        ],
        means=mean_changes(both, shared, endline.recipe.confidence, splits) if valued else (),
        invented=baseline.invented or endline.invented,
    )


def _match_countries(
    baseline: AssessmentSet, endline: AssessmentSet, methods: Methods | None
) -> list[CountryComparison]:
    """Return the countries assessed in both rounds.

    Raises:
        ComparisonError: CB803, there are none.
    """
    again = rescore_by_other_rules(baseline, endline, methods)
    found = [
        compare_country(old, new, again and (again[0][new.country], again[1][new.country]))
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


def _count_by_node(nodes: Iterable[Capacity], names: Iterable[str]) -> dict[str, int]:
    """Return counts by name, in framework order."""
    counts = Counter(names)
    return {node.id: counts[node.id] for node in nodes if node.id in counts}


def _change_context(
    code: str,
    splits: Splits,
    moves: tuple[Mapping[str, Sequence[CriterionChange]], Mapping[str, Mapping[str, ChangeCause]]],
    likely: MoveProbabilities,
    confidence: float,
) -> ChangeContext:
    """Return the context of a country's changes: moved criteria, causes of judged levels."""
    own: dict[str, list[CriterionChange]] = {}
    for one in moves[0][code]:
        own.setdefault(one.capacity, []).append(one)
    return ChangeContext(
        splits=splits.get(code, {}),
        moved=own,
        judged=moves[1][code],
        levels=likely.levels.get(code, {}),
        confidence=confidence,
    )
