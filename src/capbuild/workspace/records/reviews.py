"""Tables in `reviews/`: assessment states and proposals."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import define, evolve

from capbuild.errors import did_you_mean
from capbuild.model import (
    Assessment,
    AssessmentSet,
    AssessmentState,
    Country,
    Decision,
    Dissent,
    Issue,
    Proposal,
    Review,
    Scale,
    Score,
    Severity,
    StateRecord,
)
from capbuild.workspace.forms.returned_forms import parse_level
from capbuild.workspace.records.table import Places, Record, read_records
from capbuild.workspace.records.training import parse_member
from capbuild.workspace.rounds.editions import Editions

STATES_FILE, PROPOSALS_FILE = "reviews/states.csv", "reviews/proposals.csv"
STATES = ("country", "round", "state", "by", "date", "deadline", "successor", "note")
PROPOSALS = (
    "country", "round", "target", "computed", "proposed", "comment", "evidence", "by", "date",
    "decision", "decided_by", "decided_on", "reason", "file",
)  # fmt: skip


@define
class ReviewRecords:
    """Reader of the tables in `reviews/`.

    Attributes:
        folder: The programme's folder.
        editions: Framework of each round.
        places: Resolves countries.
        issues: Collects problems.
    """

    folder: Path
    editions: Editions
    places: Places
    issues: list[Issue]

    def states(self) -> Iterator[StateRecord]:
        """Yield the states of assessments, in table order."""
        for record in read_records(self.folder, STATES_FILE, STATES, self.issues):
            state = self._make_state(record)
            if state is not None:
                yield state

    def _make_state(self, record: Record) -> StateRecord | None:
        place, round_ = self._find_subject(record)
        state = parse_member(record, "state", AssessmentState, AssessmentState.DRAFT)
        day, deadline = record.day("date"), record.day("deadline")
        if day is not None and deadline is not None and deadline < day:
            record.problem("deadline", "the deadline is before the day", "correct one of the two", "CB670")
        if place is None or round_ is None:
            return None
        origin = record.origin("state")
        return record.build(StateRecord, country=place, state=state, date=day, deadline=deadline, origin=origin)

    def proposals(self) -> Iterator[Proposal]:
        """Yield the proposals of countries, in table order."""
        for record in read_records(self.folder, PROPOSALS_FILE, PROPOSALS, self.issues):
            proposal = self._make_proposal(record)
            if proposal is not None:
                yield proposal

    def _make_proposal(self, record: Record) -> Proposal | None:
        place, round_ = self._find_subject(record)
        target = record.text("target")
        if round_ is not None and not self._has_target(round_, target, record):
            return None
        decision = parse_member(record, "decision", Decision, Decision.OPEN)
        if decision is not Decision.OPEN and not record.text("reason"):
            remedy = "give the reason in the column 'reason'; the country reads it"
            record.problem("reason", f"{target} was {decision.value} without a reason", remedy, "CB847")
        if place is None or round_ is None:
            return None
        if decision is Decision.ACCEPTED:
            self._check_result(round_, target, record)
        return record.build(Proposal, country=place, decision=decision, origin=record.origin("target"))

    def _has_target(self, round_: str, target: str, record: Record) -> bool:
        """Check that a round has a proposal's target."""
        framework = self.editions.by_round[round_]
        known = (*framework.capacities, *framework.criteria)
        if target not in known:
            message = f"{framework.key} has no {target!r}{did_you_mean(target, known)}"
            record.problem("target", message, "correct the id", "CB840")
        return target in known

    def _check_result(self, round_: str, target: str, record: Record) -> None:
        """Report an accepted result off its scale."""
        framework, text = self.editions.by_round[round_], record.text("proposed")
        if not text or target not in framework.capacities:
            return
        scale = framework.scale_of(framework[target])
        if parse_figure(scale, text) is None:
            known = ", ".join(level.code for level in scale.levels) or f"{scale.minimum:g} to {scale.maximum:g}"
            message = f"{text!r} was accepted for {target}, but is not on its scale: it is not printed"
            record.problem("proposed", message, f"write what was accepted: {known}", "CB853", Severity.WARNING)

    def _find_subject(self, record: Record) -> tuple[Country | None, str | None]:
        place = self.places(record.text("country"), record.origin("country"))
        round_ = record.text("round")
        rounds = self.editions.by_round
        if round_ not in rounds:
            remedy = f"rounds are: {', '.join(rounds)}"
            record.problem("round", f"there is no round {round_!r}{did_you_mean(round_, rounds)}", remedy, "CB840")
            return place, None
        return place, round_


def _find_latest_state(states: Iterable[StateRecord]) -> StateRecord | None:
    """Return the latest record, the last row of a date."""
    record = None
    for state in states:
        if record is None or record.date is None or state.date is None or state.date >= record.date:
            record = state
    return record


def parse_figure(scale: Scale, text: str) -> float | None:
    """Parse an accepted level or value.

    Returns order or value; None off the scale.
    """
    if scale.levels:
        return parse_level(scale, text)
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if scale.minimum <= value <= scale.maximum else None


def _make_review(score: Score, accepted: Proposal) -> Review | None:
    """Return the review of a computed figure.

    None for a proposal without a level or value.
    """
    reason = accepted.reason or accepted.comment or "accepted"
    figure = parse_figure(score.scale, accepted.proposed)
    if figure is None:
        return None
    if score.scale.levels:
        return Review(level=int(figure), reason=reason, by=accepted.decided_by)
    return Review(value=figure, reason=reason, by=accepted.decided_by)


def add_reviews(assessed: AssessmentSet, states: Iterable[StateRecord], proposals: Iterable[Proposal]) -> AssessmentSet:
    """Add states and proposals to a round.

    Computed results do not change. An accepted proposal of a level or value becomes a review of the score. A rejected
    one becomes a recorded dissent.

    Args:
        assessed: The round.
        states: States of its assessments.
        proposals: Proposals.
    """
    own = [state_record for state_record in states if state_record.round == assessed.round.id]
    asked = [one for one in proposals if one.round == assessed.round.id]
    if not own and not asked:
        return assessed
    return evolve(
        assessed,
        assessments=[
            _add_review(
                assessment,
                _find_latest_state(state for state in own if state.country == assessment.country),
                [proposal for proposal in asked if proposal.country == assessment.country],
            )
            for assessment in assessed
        ],
    )


def _add_review(assessment: Assessment, latest: StateRecord | None, proposals: list[Proposal]) -> Assessment:
    scores = dict(assessment.scores)
    for proposal in proposals:
        score = scores.get(proposal.target)
        if proposal.decision is Decision.ACCEPTED and score is not None:
            scores[proposal.target] = evolve(score, review=_make_review(score, proposal) or score.review)
    dissents = [
        Dissent(
            target=one.target,
            statement=" ".join(part for part in (one.proposed, one.comment, one.evidence) if part) or "disagrees",
            by=one.by,
            date=one.date,
            answer=one.reason,
        )
        for one in proposals
        if one.decision is Decision.REJECTED
    ]
    return evolve(
        assessment,
        scores=scores,
        state=assessment.state if latest is None else latest.state,
        standing=latest,
        dissents=[*assessment.dissents, *dissents],
    )


def check_states(states: Iterable[StateRecord]) -> Iterator[Issue]:
    """Yield issues of states, such as withdrawals without a successor."""
    for state in states:
        if state.state is AssessmentState.WITHDRAWN and not state.successor:
            yield Issue.warning(
                "CB848",
                f"{state.country} {state.round} was withdrawn without naming a successor",
                state.origin,
                "name it in the column 'successor'",
            )
