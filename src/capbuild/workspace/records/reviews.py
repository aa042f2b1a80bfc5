"""Tables in `reviews/`: assessment states and proposals."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import evolve

from capbuild.model import (
    Assessment,
    AssessmentSet,
    AssessmentState,
    Country,
    Decision,
    Dissent,
    Framework,
    Issue,
    Proposal,
    Review,
    Scale,
    Score,
    StateRecord,
)
from capbuild.workspace.forms.returned_forms import parse_level
from capbuild.workspace.records.table import Places, Record, read_records
from capbuild.workspace.rounds.editions import Editions

STATES_FILE, PROPOSALS_FILE = "reviews/states.csv", "reviews/proposals.csv"
STATES = ("country", "round", "state", "by", "date", "deadline", "successor", "note")
PROPOSALS = (
    "country", "round", "target", "computed", "proposed", "comment", "evidence", "by", "date",
    "decision", "decided_by", "decided_on", "reason", "file",
)  # fmt: skip


def load_states(folder: Path, editions: Editions, places: Places) -> Iterator[StateRecord]:
    """Yield the states of assessments, in table order.

    Args:
        folder: The programme's folder.
        editions: Framework of each round.
        places: Resolves countries, and collects problems as issues.
    """
    for record in read_records(folder, STATES_FILE, STATES, places.issues):
        place, round_ = _find_subject(record, editions, places)
        state = record.choice("state", AssessmentState.DRAFT)
        day, deadline = record.day("date"), record.day("deadline")
        if day is not None and deadline is not None and deadline < day:
            record.problem("deadline", "the deadline is before the day", "correct one of the two", "CB670")
        origin, made = record.origin("state"), None
        if place is not None and round_:
            made = record.build(StateRecord, country=place, state=state, date=day, deadline=deadline, origin=origin)
        if made is not None:
            yield made


def load_proposals(folder: Path, editions: Editions, places: Places) -> Iterator[Proposal]:
    """Yield the proposals of countries, in table order.

    Args:
        folder: The programme's folder.
        editions: Framework of each round.
        places: Resolves countries, and collects problems as issues.
    """
    for record in read_records(folder, PROPOSALS_FILE, PROPOSALS, places.issues):
        place, round_ = _find_subject(record, editions, places)
        framework, target = editions.by_round.get(round_), record.text("target")
        if framework is not None and not record.find_one("target", framework.names, "target"):
            continue
        decision = record.choice("decision", Decision.OPEN)
        if decision is not Decision.OPEN and not record.text("reason"):
            remedy = "give the reason in the column 'reason'; the country reads it"
            record.problem("reason", f"{target} was {decision.value} without a reason", remedy, "CB847")
        if place is None or framework is None:
            continue
        if decision is Decision.ACCEPTED:
            _check_result(framework, target, record)
        made = record.build(Proposal, country=place, decision=decision, origin=record.origin("target"))
        if made is not None:
            yield made


def _find_subject(record: Record, editions: Editions, places: Places) -> tuple[Country | None, str]:
    place = places(record.text("country"), record.origin("country"))
    return place, record.find_one("round", editions.by_round, "round")


def _check_result(framework: Framework, target: str, record: Record) -> None:
    """Report an accepted result that is not on a scale, which reports cannot show."""
    text = record.text("proposed")
    if not text or target not in framework.capacities:
        return
    scale = framework.scale_of(framework[target])
    if parse_figure(scale, text) is None:
        known = ", ".join(level.code for level in scale.levels) or f"{scale.minimum:g} to {scale.maximum:g}"
        message = f"{text!r} was accepted for {target}, but is not on its scale: it is not printed"
        record.warn("proposed", message, f"write what was accepted: {known}", "CB853")


def _find_latest_state(states: Iterable[StateRecord]) -> StateRecord | None:
    """Return the latest record.

    For the same date, the last row.
    """
    latest = None
    for state in states:
        if latest is None or latest.date is None or state.date is None or state.date >= latest.date:
            latest = state
    return latest


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
