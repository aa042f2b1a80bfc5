"""States and accepted proposals of assessments."""

from collections.abc import Iterable, Iterator

from attrs import evolve

from capbuild.model import (
    Assessment,
    AssessmentSet,
    AssessmentState,
    Decision,
    Dissent,
    Issue,
    Proposal,
    Review,
    Scale,
    Score,
    StateRecord,
)
from capbuild.workspace.forms.returned_forms import parse_level


def _find_latest_state(states: Iterable[StateRecord]) -> StateRecord | None:
    """Return the latest record, by date and then by row."""
    latest = None
    for state in states:
        if latest is None or latest.date is None or state.date is None or state.date >= latest.date:
            latest = state
    return latest


def parse_figure(scale: Scale, text: str) -> float | None:
    """Parse an accepted level or value.

    The result is the order of the level, or the value. It is None if it is not on the scale.
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

    The result is None if the proposal has no level or value.
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

    Computed results do not change. An accepted proposal of a level or value becomes a review of the score, and a
    rejected one a recorded dissent.

    Args:
        assessed: The round.
        states: States of its assessments.
        proposals: Proposals.
    """
    own = [state_record for state_record in states if state_record.round == assessed.round.id]
    asked = [proposal for proposal in proposals if proposal.round == assessed.round.id]
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
            target=dissent.target,
            statement=" ".join(part for part in (dissent.proposed, dissent.comment, dissent.evidence) if part)
            or "disagrees",
            by=dissent.by,
            date=dissent.date,
            answer=dissent.reason,
        )
        for dissent in proposals
        if dissent.decision is Decision.REJECTED
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
