"""Follow-up of training: people reached, and criteria observed later."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from attrs import frozen

from capbuild.model import (
    Assessment,
    AssessmentSet,
    Catalogue,
    Country,
    CriterionChange,
    CriterionMove,
    CriterionState,
    Delivery,
    Enrolment,
    EnrolmentStatus,
)
from capbuild.tracking.transitions import UNSEEN, item_states


class FollowUpObservation(StrEnum):
    """Later observation of a criterion addressed by a delivery.

    Gains and losses are reliable and like for like (see `CriterionChange`). Uncertain observations are like for like,
    but no more certain than a repeated answer.
    """

    GAINED = "gained"
    MET_BEFORE = "met before"
    NOT_MET = "not met"
    LOST = "lost"
    UNCERTAIN = "uncertain"
    OTHER_CAUSE = "judged by other sources or rules"
    NEWLY_MET = "met, not observed before"
    NOT_OBSERVED = "not observed again"
    TOO_LATE = "held after the round"
    TOO_EARLY = "held before the earlier round"


@frozen(kw_only=True)
class FollowUp:
    """Delivery with people reached and criteria observed later.

    That a criterion was gained after a course is no evidence that the course caused it.

    Attributes:
        delivery: Id of the delivery.
        course: Id of its course or activity.
        country: The country.
        criterion: Id of the addressed criterion.
        attended: People of the country who attended.
        completed: People who completed.
        before: State in the earlier round.
        after: State in the later round.
        seen: Observation in the later round.
    """

    delivery: str
    course: str
    country: Country
    criterion: str
    attended: int = 0
    completed: int = 0
    before: CriterionState = CriterionState.OPEN
    after: CriterionState = CriterionState.OPEN
    seen: FollowUpObservation = FollowUpObservation.NOT_OBSERVED


def delivery_criteria(delivery: Delivery, catalogue: Catalogue | None) -> tuple[str, ...]:
    """Return the criteria of a delivery, or else its activity's."""
    if delivery.criteria or catalogue is None:
        return delivery.criteria
    activities = {activity.id: activity for activity in catalogue.activities}
    activity = activities.get(delivery.course)
    return () if activity is None else activity.addresses


def _make_observation(
    before: CriterionState, after: CriterionState, moved: CriterionChange | None
) -> FollowUpObservation:
    if after in UNSEEN:
        return FollowUpObservation.NOT_OBSERVED
    if before in UNSEEN:
        return FollowUpObservation.NEWLY_MET if after is CriterionState.MET else FollowUpObservation.NOT_MET
    if moved is not None:
        if moved.reliable:
            return FollowUpObservation.GAINED if moved.move is CriterionMove.GAINED else FollowUpObservation.LOST
        return FollowUpObservation.UNCERTAIN if moved.like_for_like else FollowUpObservation.OTHER_CAUSE
    return FollowUpObservation.MET_BEFORE if after is CriterionState.MET else FollowUpObservation.NOT_MET


def _list_states(assessment: Assessment | None) -> Mapping[str, CriterionState]:
    return {} if assessment is None else item_states(assessment)


def follow_up_deliveries(
    deliveries: Iterable[Delivery],
    enrolments: Iterable[Enrolment],
    before: AssessmentSet,
    after: AssessmentSet,
    catalogue: Catalogue | None = None,
) -> Iterator[FollowUp]:
    """Yield later observations of criteria addressed by each delivery.

    There is one observation per criterion and country that attended. There are none across two editions of a
    framework, since one id may stand for different criteria.

    Args:
        deliveries: Deliveries; cancelled ones are left out.
        enrolments: Participants.
        before: The earlier round.
        after: The later round.
        catalogue: Activities with the criteria they address.
    """
    if before.framework.key != after.framework.key:
        return
    from capbuild.tracking.comparison import compare

    if not set(before.countries) & set(after.countries):
        moved = {}
    else:
        moved = {(change.country, change.criterion): change for change in compare(before, after).criteria}
    people: dict[tuple[str, str], Counter[EnrolmentStatus]] = {}
    for enrolment in enrolments:
        people.setdefault((enrolment.delivery, enrolment.country.alpha_2), Counter()).update(enrolment.status.steps)
    for delivery in deliveries:
        criteria = delivery_criteria(delivery, catalogue)
        for assessment in after if criteria and not delivery.cancelled else ():
            counts = people.get((delivery.id, assessment.country.alpha_2), Counter())
            if not counts[EnrolmentStatus.ATTENDED]:
                continue
            old, new = _list_states(before.get(assessment.country)), _list_states(assessment)
            for name in criteria:
                first, second = old.get(name, CriterionState.OPEN), new.get(name, CriterionState.OPEN)
                observation = _make_observation(first, second, moved.get((assessment.country, name)))
                if delivery.end > after.round.reference_date:
                    observation = FollowUpObservation.TOO_LATE
                elif delivery.end <= before.round.reference_date:
                    observation = FollowUpObservation.TOO_EARLY
                yield FollowUp(
                    delivery=delivery.id,
                    course=delivery.course,
                    country=assessment.country,
                    criterion=name,
                    attended=counts[EnrolmentStatus.ATTENDED],
                    completed=counts[EnrolmentStatus.COMPLETED],
                    before=first,
                    after=second,
                    seen=observation,
                )
