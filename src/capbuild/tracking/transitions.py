"""Criteria gained, lost, newly observed and no longer observed, each with its cause."""

from collections.abc import Iterable, Iterator, Mapping

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
    Finding,
)
from capbuild.scoring.reconciliation import current_verdicts
from capbuild.tracking.crosswalk import Common, Pair

__all__ = [
    "UNSEEN",
    "Comparison",
    "Judge",
    "Results",
    "Vote",
    "comparison_of",
    "joint",
    "judged_through",
    "move_of",
    "moves",
    "observed_twice",
    "results_of",
]

#: States that say nothing of how a criterion stands.
UNSEEN = (CriterionState.OPEN, CriterionState.NOT_APPLICABLE)
_SHORT = (CriterionState.NOT_MET, CriterionState.PARTLY)

#: Kind and respondent of a source.
Judge = tuple[str, str]
Judges = frozenset[Judge]


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
    judges: FrozenMap[str, Judges] = field(factory=FrozenMap, converter=to_map)

    def state(self, names: Iterable[str]) -> CriterionState:
        """Return how several stand together."""
        return joint(self.states.get(name, CriterionState.OPEN) for name in names)

    def judged_by(self, names: Iterable[str]) -> Judges:
        """Return who judged them."""
        nobody: Judges = frozenset()
        return nobody.union(*(self.judges.get(name, nobody) for name in names))


def _judge(finding: Finding, assessment: Assessment) -> Judge | None:
    source = assessment.source_by_id.get(finding.source)
    return None if source is None else (source.kind.value, source.respondent)


def _judges(result: CriterionResult, assessment: Assessment) -> Judges:
    counted = (result.used_finding,) if result.used_finding is not None else result.findings
    return frozenset(judge for finding in counted if (judge := _judge(finding, assessment)) is not None)


@frozen
class Vote:
    """What a kind of source and respondent says of a criterion in one round.

    Attributes:
        passes: Whether it says that the criterion is met.
        counts: Whether a level may rest on it; a claim does not count.
    """

    passes: bool
    counts: bool


#: Votes by criterion, and by who gave them.
Votes = Mapping[str, Mapping[Judge, Vote]]


def _votes(assessment: Assessment) -> Votes:
    """Return what each kind of source and respondent says of each criterion: its most trusted verdict."""
    found: dict[str, dict[Judge, Vote]] = {}
    for score in assessment.indicators:
        for result in score.results:
            criterion = assessment.framework.criteria.get(result.target)
            if criterion is None or not result.findings:
                continue
            said = found.setdefault(result.target, {})
            for finding, verdict in current_verdicts(criterion, result.findings, assessment.source_by_id):
                judge = _judge(finding, assessment)
                if judge is not None and judge not in said:
                    said[judge] = Vote(verdict.passes, finding.status is None or finding.status.counts)
    return found


def results_of(assessment: Assessment) -> Results:
    """Return how everything stands in an assessment."""
    every = [result for score in assessment.indicators for result in score.results]
    return Results(
        states={result.target: result.state for result in every},
        judges={result.target: _judges(result, assessment) for result in every},
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


def judged_through(before: Judges, after: Judges) -> ChangeCause:
    """Return what a difference comes through by who judged: capacity where they are the same.

    Example:
        >>> police, court, visit = [
        ...     frozenset({one}) for one in [("survey", "police"), ("survey", "court"), ("visit", "")]
        ... ]
        >>> [judged_through(police, one).value for one in (police, court, visit)]
        ['capacity', 'respondents', 'source']
    """
    if before == after:
        return ChangeCause.CAPACITY
    alike = {kind for kind, _ in before} == {kind for kind, _ in after}
    return ChangeCause.RESPONDENTS if alike else ChangeCause.SOURCE


@frozen(kw_only=True)
class Comparison:
    """One country in two rounds.

    Attributes:
        before: The earlier assessment.
        after: The later one.
        first: How everything stands in the earlier one.
        second: How everything stands in the later one.
        votes: What sources said in the earlier round, and in the later one.
        again: Where the rules of scoring differ: the earlier one by the later's rules, and the later by the earlier's.
    """

    before: Assessment
    after: Assessment
    first: Results
    second: Results
    votes: tuple[Votes, Votes]
    again: tuple[Results, Results] | None = None

    def states(self, pair: Pair) -> tuple[CriterionState, CriterionState]:
        """Return how a pair stands in both rounds."""
        return self.first.state(pair.before), self.second.state(pair.after)

    def move(self, pair: Pair) -> CriterionMove | None:
        """Return what happened to a pair."""
        return move_of(*self.states(pair))

    def votes_of(self, pair: Pair) -> dict[Judge, tuple[Vote, Vote]]:
        """Return what those said who judged a criterion in both rounds; nothing where it is not the same one."""
        if not pair.same or len(pair.before) != 1:
            return {}
        old, new = self.votes[0].get(pair.before[0], {}), self.votes[1].get(pair.after[0], {})
        return {judge: (vote, new[judge]) for judge, vote in old.items() if judge in new}

    def votes_once(self, pair: Pair) -> dict[Judge, tuple[Vote | None, Vote | None]]:
        """Return what those said who judged a criterion in one round only."""
        if not pair.same or len(pair.before) != 1:
            return {}
        old, new = self.votes[0].get(pair.before[0], {}), self.votes[1].get(pair.after[0], {})
        return {judge: (old.get(judge), new.get(judge)) for judge in old.keys() ^ new.keys()}

    def is_judged_alike(self, pair: Pair) -> bool:
        """Whether those whose word counts in either round judged the same criterion in both."""
        if not pair.same:
            return False
        before, after = self.first.judged_by(pair.before), self.second.judged_by(pair.after)
        return before == after or (before | after) <= self.heard_twice(pair).keys()

    def heard_twice(self, pair: Pair) -> dict[Judge, tuple[bool, bool]]:
        """Return whether a criterion is met, for those whose word counts in both rounds."""
        both = self.votes_of(pair).items()
        return {judge: (old.passes, new.passes) for judge, (old, new) in both if old.counts and new.counts}

    def cause(self, pair: Pair) -> ChangeCause:
        """Return why a pair moved; the rules, where either round by the other's rules shows no move."""
        old, new = self.states(pair)
        if self.again is not None:
            by_new_rules, by_old_rules = self.again
            if (
                move_of(by_new_rules.state(pair.before), new) is None
                or move_of(old, by_old_rules.state(pair.after)) is None
            ):
                return ChangeCause.METHOD
        if old in UNSEEN or new in UNSEEN:
            return ChangeCause.SCOPE
        if not pair.same:
            return ChangeCause.FRAMEWORK
        judges = self.first.judged_by(pair.before), self.second.judged_by(pair.after)
        through = judged_through(*judges)
        if through is not ChangeCause.CAPACITY and self.is_judged_alike(pair):
            # Different ones decide, but all of them spoke both times: it moved if it did in their own eyes.
            moved = {after for before, after in self.heard_twice(pair).values() if before is not after}
            through = ChangeCause.CAPACITY if moved == {self.move(pair) is CriterionMove.GAINED} else through
        return through


def comparison_of(
    before: Assessment, after: Assessment, again: tuple[Assessment, Assessment] | None = None
) -> Comparison:
    """Return what is compared of one country.

    Args:
        before: The earlier assessment.
        after: The later one.
        again: Where the rules of scoring differ: the earlier one by the later's rules, and the later by the earlier's.
    """
    return Comparison(
        before=before,
        after=after,
        first=results_of(before),
        second=results_of(after),
        votes=(_votes(before), _votes(after)),
        again=None if again is None else (results_of(again[0]), results_of(again[1])),
    )


def moves(
    compared: Comparison, shared: Common, probable: Mapping[str, tuple[float, float]], confidence: float
) -> Iterator[CriterionChange]:
    """Yield every criterion of one country that moved, in the order of the later edition.

    Args:
        compared: The country in both rounds.
        shared: What both judge.
        probable: Probability of each criterion to have been gained, and to have been lost, by id of its pair.
        confidence: Probability from which a move counts as change.
    """
    for pair in shared.pairs:
        move = compared.move(pair)
        if move is None:
            continue
        cause, (old, new) = compared.cause(pair), compared.states(pair)
        likely = None
        if move in (CriterionMove.GAINED, CriterionMove.LOST) and pair.id in probable:
            likely = probable[pair.id][move is CriterionMove.LOST]
        yield CriterionChange(
            country=compared.after.country,
            criterion=pair.id,
            move=move,
            before=old,
            after=new,
            cause=cause,
            capacity=pair.capacity,
            probability=likely,
            reliable=cause is ChangeCause.CAPACITY and likely is not None and likely >= confidence,
        )


def observed_twice(compared: Comparison, shared: Common) -> Iterator[Pair]:
    """Yield each pair that was settled in both rounds."""
    for pair in shared.pairs:
        if not set(compared.states(pair)) & set(UNSEEN):
            yield pair
