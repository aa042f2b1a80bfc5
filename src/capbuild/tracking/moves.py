"""Criteria gained, lost, newly observed and no longer observed, each with its cause."""

from collections.abc import Iterable, Iterator

from attrs import field, frozen

from capbuild.checks import to_map
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Assessment,
    ChangeCause,
    CriterionChange,
    CriterionMove,
    CriterionResult,
    CriterionState,
)
from capbuild.tracking.crosswalk import Common, Pair

__all__ = ["UNSEEN", "Results", "joint", "moves", "observed_twice", "results_of"]

#: States that say nothing of how a criterion stands.
UNSEEN = (CriterionState.OPEN, CriterionState.NOT_APPLICABLE)
_SHORT = (CriterionState.NOT_MET, CriterionState.PARTLY)

Judge = frozenset[tuple[str, str]]


def joint(states: Iterable[CriterionState]) -> CriterionState:
    """Return how criteria stand together, as one that asks for all of them.

    Example:
        >>> joint([CriterionState.MET, CriterionState.NOT_MET]).value, joint([CriterionState.MET]).value
        ('partly', 'met')
        >>> joint([CriterionState.MET, CriterionState.OPEN]).value
        'open'
    """
    found = [state for state in states if state is not CriterionState.NOT_APPLICABLE]
    if not found:
        return CriterionState.NOT_APPLICABLE
    if len(set(found)) == 1:
        return found[0]
    if any(state in _SHORT for state in found):
        return CriterionState.PARTLY
    return CriterionState.OPEN


@frozen(kw_only=True)
class Results:
    """How everything stands in one country and round.

    Attributes:
        states: State by id of what is judged; what is not there is open.
        judges: Kind and respondent of the sources that count, by id.
    """

    states: FrozenMap[str, CriterionState] = field(factory=FrozenMap, converter=to_map)
    judges: FrozenMap[str, Judge] = field(factory=FrozenMap, converter=to_map)

    def state(self, names: Iterable[str]) -> CriterionState:
        """Return how several stand together."""
        return joint(self.states.get(name, CriterionState.OPEN) for name in names)

    def judge(self, names: Iterable[str]) -> Judge:
        """Return who judged them."""
        nobody: Judge = frozenset()
        return nobody.union(*(self.judges.get(name, nobody) for name in names))


def _judge(result: CriterionResult, assessment: Assessment) -> Judge:
    counted = (result.used_finding,) if result.used_finding is not None else result.findings
    sources = [assessment.source_by_id.get(finding.source) for finding in counted]
    return frozenset((one.kind.value, one.respondent) for one in sources if one is not None)


def results_of(assessment: Assessment) -> Results:
    """Return how everything stands in an assessment."""
    every = [result for score in assessment.indicators for result in score.results]
    return Results(
        states={result.target: result.state for result in every},
        judges={result.target: _judge(result, assessment) for result in every},
    )


def move_of(before: CriterionState, after: CriterionState) -> CriterionMove | None:
    """Return what happened to a criterion; None where it is as it was, or short of being met in both rounds."""
    if before in UNSEEN or after in UNSEEN:
        if before in UNSEEN and after in UNSEEN:
            return None
        return CriterionMove.NEWLY_OBSERVED if before in UNSEEN else CriterionMove.NO_LONGER_OBSERVED
    if before in _SHORT and after is CriterionState.MET:
        return CriterionMove.GAINED
    if before is CriterionState.MET and after in _SHORT:
        return CriterionMove.LOST
    return None


def _cause(pair: Pair, before: Results, after: Results, *, again: tuple[Results, Results] | None) -> ChangeCause:
    """Return why a criterion moved: the rules, where either round by the other's rules shows no move."""
    old, new = before.state(pair.before), after.state(pair.after)
    if again is not None:
        by_new_rules, by_old_rules = again
        if (
            move_of(by_new_rules.state(pair.before), new) is None
            or move_of(old, by_old_rules.state(pair.after)) is None
        ):
            return ChangeCause.METHOD
    if old in UNSEEN or new in UNSEEN:
        return ChangeCause.SCOPE
    same = before.judge(pair.before) == after.judge(pair.after)
    return ChangeCause.CAPACITY if same else ChangeCause.SOURCE


def moves(
    before: Assessment,
    after: Assessment,
    shared: Common,
    *,
    again: tuple[Assessment, Assessment] | None = None,
) -> Iterator[CriterionChange]:
    """Yield every criterion of one country that moved, in the order of the later edition.

    Args:
        before: The earlier assessment.
        after: The later one.
        shared: What both judge.
        again: Where the rules of scoring differ: the earlier one by the later's rules, and the later by the earlier's.
    """
    first, second = results_of(before), results_of(after)
    other = None if again is None else (results_of(again[0]), results_of(again[1]))
    for pair in shared.pairs:
        old, new = first.state(pair.before), second.state(pair.after)
        move = move_of(old, new)
        if move is not None:
            yield CriterionChange(
                country=after.country,
                criterion=pair.id,
                move=move,
                before=old,
                after=new,
                cause=_cause(pair, first, second, again=other),
                capacity=pair.capacity,
            )


def observed_twice(before: Assessment, after: Assessment, shared: Common) -> Iterator[str]:
    """Yield the capacity of each criterion that was settled in both rounds."""
    first, second = results_of(before), results_of(after)
    for pair in shared.pairs:
        if first.state(pair.before) not in UNSEEN and second.state(pair.after) not in UNSEEN:
            yield pair.capacity
