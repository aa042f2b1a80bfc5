"""Comparison of rounds over matched countries and capacities."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, overload

from attrs import field, frozen

from capbuild._typed import explains_arguments
from capbuild.errors import ComparisonError
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Capacity,
    Change,
    ChangeCause,
    ChangeSeries,
    Country,
    Criterion,
    CriterionChange,
    Crosswalk,
    Recipe,
    SourceKind,
)
from capbuild.scoring.reliability import SourceClass
from capbuild.tracking.crosswalk import CommonItem, Overlap, find_crosswalk, find_overlap
from capbuild.tracking.decomposition import Methods, Splits, has_values, rescore_by_other_rules, split_by_cause
from capbuild.tracking.differences import ChangeContext, find_differences, mean_changes
from capbuild.tracking.reasons import NotCompared, write_reason
from capbuild.tracking.transitions import (
    CountryComparison,
    Judge,
    SourceVote,
    compare_country,
    find_moves,
    observed_in_both,
)

if TYPE_CHECKING:
    from capbuild.stats.transitions import PairedReports, SourceRates, TransitionFit

_DIGITS = 3

_Step = list[CommonItem]
#: Votes of one criterion in both rounds, each with the class of its source.
_PairedVotes = list[tuple[SourceClass, SourceVote | None, SourceVote | None]]


@frozen(kw_only=True)
class _MoveProbabilities:
    """Probability of a true change.

    Attributes:
        criteria: Probability that each criterion was gained, and that it was lost, by alpha-2 code and id of its pair.
        levels: Probability that each capacity rose, and that it fell, by alpha-2 code and id; only if all its criteria
            are identical in both editions.
    """

    criteria: Mapping[str, Mapping[str, tuple[float, float]]] = field(factory=dict)
    levels: Mapping[str, Mapping[str, tuple[float, float]]] = field(factory=dict)


def _group_steps(shared: Overlap, nodes: Sequence[Capacity]) -> dict[str, list[_Step]]:
    """Return the pairs of each capacity by step, lowest first.

    Only criteria that are identical in both editions are included.
    """
    pairs = {pair.after[0]: pair for pair in shared.pairs if pair.same and len(pair.after) == 1}
    by_node: dict[str, list[_Step]] = {}
    for node in nodes:
        steps: dict[int, _Step] = {}
        for criterion in node.criteria:
            if criterion.id in pairs:
                steps.setdefault(criterion.step, []).append(pairs[criterion.id])
        if steps:
            by_node[node.id] = [steps[step] for step in sorted(steps)]
    return by_node


def _pair_votes(compared: CountryComparison, pair: CommonItem, criterion: Criterion, recipe: Recipe) -> _PairedVotes:
    votes: dict[Judge, tuple[SourceVote | None, SourceVote | None]] = {**compared.repeated_votes(pair)}
    if compared.before.visited and compared.after.visited:
        # Visits do not exaggerate: the findings of one visit inform a step as much as those of both.
        votes |= {judge: both for judge, both in compared.single_votes(pair).items() if judge[0] == SourceKind.VISIT}
    paired_votes = []
    for (kind, _), both in sorted(votes.items()):
        if kind in recipe.trust:
            source = SourceKind(kind)
            claims = criterion.check.needs_visit and source is not SourceKind.VISIT
            paired_votes.append((SourceClass(source, claims), *both))
    return paired_votes


@frozen
class _StepTable:
    """Steps of all countries in one table.

    Attributes:
        countries: Alpha-2 code of each step's country.
        steps: The pairs of each step.
        paired_votes: Reports on each of its criteria.
        places: Index of each step in its capacity, from 0.
        ladders: Positions of the steps of each capacity, by country and id.
        whole: Ids of capacities with all criteria included.
    """

    countries: list[str] = field(factory=list)
    steps: list[_Step] = field(factory=list)
    paired_votes: list[list[_PairedVotes]] = field(factory=list)
    places: list[int] = field(factory=list)
    ladders: dict[tuple[str, str], list[int]] = field(factory=dict)
    whole: set[str] = field(factory=set)

    @classmethod
    def build(cls, matched: Sequence[CountryComparison], shared: Overlap, recipe: Recipe) -> "_StepTable":
        table = cls()
        if not matched:
            return table
        framework = matched[0].after.framework
        ladders = _group_steps(shared, framework.indicators)
        table.whole.update(n for n, steps in ladders.items() if sum(map(len, steps)) == len(framework[n].criteria))
        for compared in matched:
            code = compared.after.country.alpha_2
            for name, steps in ladders.items():
                table.ladders[code, name] = list(range(len(table.steps), len(table.steps) + len(steps)))
                for position, step in enumerate(steps):
                    table.countries.append(code)
                    table.steps.append(step)
                    table.places.append(position)
                    table.paired_votes.append(
                        [_pair_votes(compared, pair, framework.criteria[pair.after[0]], recipe) for pair in step]
                    )
        return table

    def source_classes(self) -> list[SourceClass]:
        """Return the classes of sources that judged in both rounds."""
        return sorted(
            {source for step in self.paired_votes for found_classes in step for source, _, _ in found_classes}
        )

    def to_arrays(self, classes: Sequence[SourceClass]) -> "PairedReports":
        """Return the reports as arrays."""
        import numpy as np

        from capbuild.stats.transitions import PairedReports

        width = max(len(step) for step in self.steps)
        at = {source: position for position, source in enumerate(classes)}
        counts = np.zeros((2, 2, len(self.steps), width, len(classes)))
        applies = np.zeros((len(self.steps), width), np.bool_)
        for row, step in enumerate(self.paired_votes):
            applies[row, : len(step)] = True
            for column, report_rows in enumerate(step):
                for source, *votes in report_rows:
                    for round_, vote in enumerate(votes):
                        if vote is not None:
                            counts[round_, int(vote.passes), row, column, at[source]] += 1
        ladders = np.full((len(self.ladders), max(self.places) + 1), -1, np.int64)
        for row, own in enumerate(self.ladders.values()):
            ladders[row, : len(own)] = own
        return PairedReports(
            before=counts[0],
            after=counts[1],
            applies=applies,
            steps=np.array(self.places, np.int64),
            ladders=ladders,
        )


def _report_rates(classes: Sequence[SourceClass], recipe: Recipe) -> "SourceRates":
    import numpy as np

    from capbuild.stats.transitions import SourceRates

    trust = [recipe.trust[source.kind.value] for source in classes]
    return SourceRates(
        shares=np.array([[prior.unmet for prior in trust], [prior.met for prior in trust]]),
        weight=np.array([prior.weight for prior in trust]),
    )


def _estimate_moves(matched: Sequence[CountryComparison], shared: Overlap, recipe: Recipe) -> _MoveProbabilities:
    """Return probabilities of true changes, over all countries jointly.

    Only reports of kinds of source and respondent in both rounds are used, since their constant errors cancel out,
    and of visits only those to countries visited in both. The trust in sources starts with the recipe and is learnt
    from both rounds; see `capbuild.stats.transitions`.

    Args:
        matched: The countries of both rounds.
        shared: Comparable part of both editions.
        recipe: Recipe with the priors of sources; without any there is no probability.
    """
    table = _StepTable.build(matched, shared, recipe)
    classes = table.source_classes()
    if not classes:
        return _MoveProbabilities()
    from capbuild.stats.transitions import fit_transitions

    reports = table.to_arrays(classes)
    return _to_probabilities(table, fit_transitions(reports, _report_rates(classes, recipe)), reports)


def _to_probabilities(table: _StepTable, fit: "TransitionFit", reports: "PairedReports") -> _MoveProbabilities:
    criteria: dict[str, dict[str, tuple[float, float]]] = {}
    for row, (code, step) in enumerate(zip(table.countries, table.steps, strict=True)):
        own = criteria.setdefault(code, {})
        for column, pair in enumerate(step):
            own[pair.id] = _round_probability(fit.gained[row, column], fit.lost[row, column])
    levels: dict[str, dict[str, tuple[float, float]]] = {}
    for row, (code, name) in enumerate(table.ladders):
        if name in table.whole:
            levels.setdefault(code, {})[name] = _round_probability(*fit.change_probabilities(reports.ladders[row]))
    return _MoveProbabilities(criteria=criteria, levels=levels)


def _round_probability(first: float, second: float) -> tuple[float, float]:
    """Round to the printed digits; further digits differ between machines."""
    return min(round(float(first), _DIGITS), 1.0), min(round(float(second), _DIGITS), 1.0)


def _find_unmatched(before: AssessmentSet, after: AssessmentSet) -> dict[str, str]:
    """Return why countries without an assessment in one of the rounds cannot be compared."""
    rounds = (before, after)
    countries = {c.alpha_2: c for round_ in rounds for c in (*round_.countries, *round_.silent)}
    unmatched: dict[str, str] = {}
    for code, country in sorted(countries.items()):
        absent = [round_ for round_ in rounds if country not in round_]
        if not absent or (len(absent) == 2 and any(country not in round_.silent for round_ in rounds)):
            continue
        quiet = len(absent) == 2 and not any(code in round_.unusable for round_ in rounds)
        reasons = (_describe_absence(country, round_) for round_ in absent)
        unmatched[code] = write_reason(NotCompared.SILENT_BOTH) if quiet else "; ".join(reasons)
    return unmatched


def _describe_absence(country: Country, round_: AssessmentSet) -> str:
    """Return why a country has no assessment in a round."""
    if country not in round_.silent:
        return write_reason(NotCompared.NOT_IN, round=round_.round.id)
    reason = round_.unusable.get(country.alpha_2)
    if reason is None:
        return write_reason(NotCompared.SILENT, round=round_.round.id)
    return write_reason(NotCompared.UNUSABLE, round=round_.round.id, why=reason.value)


def _visit_caution(before: Assessment, after: Assessment) -> str:
    """Return a caution if only one round had a visit."""
    if before.visited != after.visited:
        when, not_when = (before, after) if before.visited else (after, before)
        return f"visited for {when.round.id}, not for {not_when.round.id}: what only a visit can see was seen once"
    if before.modes != after.modes:
        kinds = (", ".join(kind.value for kind in assessment.modes) or "nothing" for assessment in (before, after))
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


@explains_arguments
def compare(
    baseline: AssessmentSet,
    endline: AssessmentSet,
    *later: AssessmentSet,
    crosswalk: Crosswalk | Sequence[Crosswalk] | None = None,
    methods: Methods | None = None,
) -> Change | ChangeSeries:
    """Return changes between two rounds, or over a series.

    Only countries assessed in both rounds and items of both editions are compared. Criteria are gained or lost if
    they are settled in both rounds, and newly observed or no longer observed if they are settled in one. Each of
    these moves has a cause (`ChangeCause`), and a gain or loss also has the probability that it is a true change.
    Only like-for-like, reliable changes count (`Change.counts`). Levels and values that differ have a mark if there
    may be no change at all. Differences of values are split by cause.

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
    both = [(comparison.before, comparison.after) for comparison in matched]
    valued = has_values(both)
    splits = split_by_cause(baseline, endline, shared, methods) if valued else {}
    likely = _estimate_moves(matched, shared, endline.recipe)
    confidence = endline.recipe.confidence
    moved = {
        comparison.after.country.alpha_2: tuple(
            find_moves(comparison, shared, likely.criteria.get(comparison.after.country.alpha_2, {}), confidence)
        )
        for comparison in matched
    }
    judged = {
        pair.after.country.alpha_2: {p.capacity: pair.move_cause(p) for p in shared.pairs if pair.is_judged_level(p)}
        for pair in matched
    }
    assessments = [
        (pair, matched_pair.has_same_judges(pair))
        for matched_pair in matched
        for pair in observed_in_both(matched_pair, shared)
    ]
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
        criteria=[criterion_change for own in moved.values() for criterion_change in own],
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
    comparisons = [
        compare_country(old, new, again and (again[0][new.country], again[1][new.country]))
        for new in endline
        if (old := baseline.get(new.country)) is not None
    ]
    if not comparisons:
        raise ComparisonError(
            f"no country is in both {baseline.round.id} and {endline.round.id}",
            code="CB803",
            remedy="compare rounds that have countries in common",
        )
    return comparisons


def _count_by_node(nodes: Iterable[Capacity], names: Iterable[str]) -> dict[str, int]:
    """Return counts by name, in framework order."""
    counts = Counter(names)
    return {node.id: counts[node.id] for node in nodes if node.id in counts}


def _change_context(
    code: str,
    splits: Splits,
    moves: tuple[Mapping[str, Sequence[CriterionChange]], Mapping[str, Mapping[str, ChangeCause]]],
    likely: _MoveProbabilities,
    confidence: float,
) -> ChangeContext:
    """Return the moves and causes of a country's changes."""
    own: dict[str, list[CriterionChange]] = {}
    for change in moves[0][code]:
        own.setdefault(change.capacity, []).append(change)
    return ChangeContext(
        splits=splits.get(code, {}),
        moved=own,
        judged=moves[1][code],
        levels=likely.levels.get(code, {}),
        confidence=confidence,
    )
