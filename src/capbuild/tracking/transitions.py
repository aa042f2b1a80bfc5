"""Transitions of criteria between rounds, each with its cause."""

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
    FindingValue,
)
from capbuild.scoring.reconciliation import current_verdicts
from capbuild.tracking.crosswalk import CommonItem, Overlap

#: States without information on a criterion.
UNSEEN = (CriterionState.OPEN, CriterionState.NOT_APPLICABLE)
_SHORT = (CriterionState.NOT_MET, CriterionState.PARTLY)

#: Kind and respondent of a source.
Judge = tuple[str, str]
Judges = frozenset[Judge]


def join_states(states: Iterable[CriterionState]) -> CriterionState:
    """Return the joint state of criteria that are all required.

    Example:
        >>> join_states([CriterionState.MET, CriterionState.NOT_MET]).value, join_states([CriterionState.MET]).value
        ('partly', 'met')
        >>> join_states([CriterionState.MET, CriterionState.OPEN]).value
        'open'
    """
    applicable = [state for state in states if state is not CriterionState.NOT_APPLICABLE]
    if not applicable:
        return CriterionState.NOT_APPLICABLE
    if len(set(applicable)) == 1:
        return applicable[0]
    if any(state in _SHORT for state in applicable):
        return CriterionState.PARTLY
    return CriterionState.OPEN


@frozen(kw_only=True)
class CountryResults:
    """States of all items of one country and round.

    Attributes:
        states: State by item id; absent items are open.
        judges: Kind and respondent of the sources that count, by id.
        levels: Counting level or value, by id of a directly judged capacity.
    """

    states: FrozenMap[str, CriterionState] = field(factory=FrozenMap, converter=to_map)
    judges: FrozenMap[str, Judges] = field(factory=FrozenMap, converter=to_map)
    levels: FrozenMap[str, FindingValue] = field(factory=FrozenMap, converter=to_map)

    def state(self, names: Iterable[str]) -> CriterionState:
        """Return the joint state of several items."""
        return join_states(self.states.get(name, CriterionState.OPEN) for name in names)

    def find_judges(self, names: Iterable[str]) -> Judges:
        """Return the judges of several items."""
        nobody: Judges = frozenset()
        return nobody.union(*(self.judges.get(name, nobody) for name in names))


def _find_judge(finding: Finding, assessment: Assessment) -> Judge | None:
    source = assessment.source_by_id.get(finding.source)
    return None if source is None else (source.kind.value, source.respondent)


def _find_judges(result: CriterionResult, assessment: Assessment) -> Judges:
    used = result.used_finding
    counted = (used,) if used is not None else result.findings
    judges = frozenset(judge for finding in counted if (judge := _find_judge(finding, assessment)) is not None)
    if used is None or used.consensus or assessment.framework.judgement.agreement is None:
        return judges
    # An agreement rule gives the level of the panel, not of the assessor who happens to have it.
    kinds = {kind for kind, _ in judges}
    valued = [finding for finding in result.findings if isinstance(finding.value, int | float)]
    panel = frozenset(judge for finding in valued if (judge := _find_judge(finding, assessment)) is not None)
    return frozenset(judge for judge in panel if judge[0] in kinds) or judges


@frozen
class SourceVote:
    """Verdict of a kind of source on a criterion.

    Attributes:
        passes: Whether the verdict is that the criterion is met.
        counts: Whether it can support a level; a claim cannot.
    """

    passes: bool
    counts: bool


#: Votes by criterion and source.
Votes = Mapping[str, Mapping[Judge, SourceVote]]


def _select_verdicts(assessment: Assessment) -> Votes:
    """Return the most trusted verdict of each kind of source."""
    votes: dict[str, dict[Judge, SourceVote]] = {}
    for score in assessment.indicators:
        for result in score.results:
            criterion = assessment.framework.criteria.get(result.target)
            if criterion is None or not result.findings:
                continue
            verdicts = votes.setdefault(result.target, {})
            for finding, verdict in current_verdicts(criterion, result.findings, assessment.source_by_id):
                judge = _find_judge(finding, assessment)
                if judge is not None and judge not in verdicts:
                    verdicts[judge] = SourceVote(verdict.passes, finding.status is None or finding.status.counts)
    return votes


def item_states(assessment: Assessment) -> dict[str, CriterionState]:
    """Return the state of each item, by id."""
    return {result.target: result.state for score in assessment.indicators for result in score.results}


def country_results(assessment: Assessment) -> CountryResults:
    """Return the states of all items, and their sources."""
    all_results = [result for score in assessment.indicators for result in score.results]
    return CountryResults(
        states=item_states(assessment),
        judges={result.target: _find_judges(result, assessment) for result in all_results},
        levels={result.target: result.value for result in all_results if result.state is CriterionState.VALUED},
    )


def find_move(before: CriterionState, after: CriterionState) -> CriterionMove | None:
    """Return the move of a criterion, or None.

    There is no move if the criterion is unchanged, or not met in both rounds.
    """
    if before in UNSEEN or after in UNSEEN:
        if before in UNSEEN and after in UNSEEN:
            return None
        return CriterionMove.NEWLY_OBSERVED if before in UNSEEN else CriterionMove.NO_LONGER_OBSERVED
    if before in _SHORT and after is CriterionState.MET:
        return CriterionMove.GAINED
    if before is CriterionState.MET and after in _SHORT:
        return CriterionMove.LOST
    return None


def judgement_cause(before: Judges, after: Judges) -> ChangeCause:
    """Return the cause of a change implied by its judges.

    If the judges are the same, the cause is capacity.

    Example:
        >>> police, court, visit = [
        ...     frozenset({one}) for one in [("survey", "police"), ("survey", "court"), ("visit", "")]
        ... ]
        >>> [judgement_cause(police, one).value for one in (police, court, visit)]
        ['capacity', 'respondents', 'source']
    """
    if before == after:
        return ChangeCause.CAPACITY
    same_kinds = {kind for kind, _ in before} == {kind for kind, _ in after}
    return ChangeCause.RESPONDENTS if same_kinds else ChangeCause.SOURCE


@frozen(kw_only=True)
class CountryComparison:
    """One country in two rounds.

    Attributes:
        before: The earlier assessment.
        after: The later one.
        first: Its states.
        second: Its states.
        votes: Votes of sources in the earlier and the later round.
        again: If scoring rules differ: the earlier one by the later's rules, and the later by the earlier's.
    """

    before: Assessment
    after: Assessment
    first: CountryResults
    second: CountryResults
    votes: tuple[Votes, Votes]
    again: tuple[CountryResults, CountryResults] | None = None

    def pair_states(self, pair: CommonItem) -> tuple[CriterionState, CriterionState]:
        """Return the states of a pair in both rounds."""
        return self.first.state(pair.before), self.second.state(pair.after)

    def pair_move(self, pair: CommonItem) -> CriterionMove | None:
        """Return the move of a pair."""
        return find_move(*self.pair_states(pair))

    def _find_votes(self, pair: CommonItem) -> tuple[Mapping[Judge, SourceVote], Mapping[Judge, SourceVote]]:
        """Return the votes on a pair in both rounds; none if the criterion differs between editions."""
        if not pair.same or len(pair.before) != 1:
            return {}, {}
        return self.votes[0].get(pair.before[0], {}), self.votes[1].get(pair.after[0], {})

    def repeated_votes(self, pair: CommonItem) -> dict[Judge, tuple[SourceVote, SourceVote]]:
        """Return votes of sources that judged in both rounds.

        The result is empty if the criterion differs between editions.
        """
        old, new = self._find_votes(pair)
        return {judge: (vote, new[judge]) for judge, vote in old.items() if judge in new}

    def single_votes(self, pair: CommonItem) -> dict[Judge, tuple[SourceVote | None, SourceVote | None]]:
        """Return votes of sources that judged in one round only."""
        old, new = self._find_votes(pair)
        return {judge: (old.get(judge), new.get(judge)) for judge in old.keys() ^ new.keys()}

    def has_same_judges(self, pair: CommonItem) -> bool:
        """True if the same deciding sources judged in both rounds."""
        if not pair.same:
            return False
        before, after = self.first.find_judges(pair.before), self.second.find_judges(pair.after)
        return before == after or (before | after) <= self.repeated_verdicts(pair).keys()

    def repeated_verdicts(self, pair: CommonItem) -> dict[Judge, tuple[bool, bool]]:
        """Return verdicts of the sources that decide in both rounds."""
        both = self.repeated_votes(pair).items()
        return {judge: (old.passes, new.passes) for judge, (old, new) in both if old.counts and new.counts}

    def _is_moved_by_rules(self, pair: CommonItem) -> bool:
        """True if the move disappears under the other round's rules."""
        if self.again is None:
            return False
        rounds = ((self.again[0], self.second), (self.first, self.again[1]))
        if self.is_judged_level(pair):
            return any(old.levels.get(pair.before[0]) == new.levels.get(pair.after[0]) for old, new in rounds)
        return any(find_move(old.state(pair.before), new.state(pair.after)) is None for old, new in rounds)

    def is_judged_level(self, pair: CommonItem) -> bool:
        """True for a directly judged capacity in both rounds."""
        return set(self.pair_states(pair)) == {CriterionState.VALUED}

    def move_cause(self, pair: CommonItem) -> ChangeCause:
        """Return the cause of a move.

        The cause is the rules if there is no move once both rounds are scored by the rules of one.
        """
        old, new = self.pair_states(pair)
        if self._is_moved_by_rules(pair):
            return ChangeCause.METHOD
        if old in UNSEEN or new in UNSEEN:
            return ChangeCause.SCOPE
        if not pair.same:
            return ChangeCause.FRAMEWORK
        judges = self.first.find_judges(pair.before), self.second.find_judges(pair.after)
        through = judgement_cause(*judges)
        if through is not ChangeCause.CAPACITY and self.has_same_judges(pair):
            # Other sources decide, but all of them judged both times: it moved if they all saw it move.
            moved = {after for before, after in self.repeated_verdicts(pair).values() if before is not after}
            through = ChangeCause.CAPACITY if moved == {self.pair_move(pair) is CriterionMove.GAINED} else through
        return through


def compare_country(
    before: Assessment, after: Assessment, again: tuple[Assessment, Assessment] | None = None
) -> CountryComparison:
    """Return the comparison of one country.

    Args:
        before: The earlier assessment.
        after: The later one.
        again: If scoring rules differ: the earlier one by the later's rules, and the later by the earlier's.
    """
    return CountryComparison(
        before=before,
        after=after,
        first=country_results(before),
        second=country_results(after),
        votes=(_select_verdicts(before), _select_verdicts(after)),
        again=None if again is None else (country_results(again[0]), country_results(again[1])),
    )


def find_moves(
    compared: CountryComparison, shared: Overlap, probable: Mapping[str, tuple[float, float]], confidence: float
) -> Iterator[CriterionChange]:
    """Yield each moved criterion, in order of the later edition.

    Args:
        compared: The country in both rounds.
        shared: Comparable part of both editions.
        probable: Probability that each criterion was gained, and that it was lost, by id of its pair.
        confidence: Probability from which a move counts as change.
    """
    for pair in shared.pairs:
        move = compared.pair_move(pair)
        if move is None:
            continue
        cause, (old, new) = compared.move_cause(pair), compared.pair_states(pair)
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


def observed_in_both(compared: CountryComparison, shared: Overlap) -> Iterator[CommonItem]:
    """Yield each pair settled in both rounds."""
    for pair in shared.pairs:
        if not set(compared.pair_states(pair)) & set(UNSEEN):
            yield pair
