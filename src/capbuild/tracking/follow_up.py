"""From an activity over a criterion to what a later round observed: the people are output, what was seen is outcome."""

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
from capbuild.tracking.transitions import UNSEEN, results_of

__all__ = ["FollowUp", "Seen", "criteria_of", "followed_up"]


class Seen(StrEnum):
    """What a later round saw of a criterion that an activity was held for.

    Gained and lost are reliable and like for like; see `CriterionChange`. `uncertain` was gained or lost like for like,
    but no more surely than answers given anew would show.
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
    """From an activity over a criterion to what was observed: the people are output, what was seen is outcome.

    That a criterion was gained after a course does not show that it was gained through it.

    Attributes:
        delivery: Id of the delivery.
        course: Id of its course or activity.
        country: The country.
        criterion: Id of the criterion that it was held for.
        attended: People of the country who attended.
        completed: People who completed.
        before: State in the earlier round.
        after: State in the later round.
        seen: What the later round saw.
    """

    delivery: str
    course: str
    country: Country
    criterion: str
    attended: int = 0
    completed: int = 0
    before: CriterionState = CriterionState.OPEN
    after: CriterionState = CriterionState.OPEN
    seen: Seen = Seen.NOT_OBSERVED


def criteria_of(delivery: Delivery, catalogue: Catalogue | None) -> tuple[str, ...]:
    """Return the criteria a delivery was held for: its own, or those that its activity addresses."""
    if delivery.criteria or catalogue is None:
        return delivery.criteria
    activities = {one.id: one for one in catalogue.activities}
    activity = activities.get(delivery.course)
    return () if activity is None else activity.addresses


def _seen(before: CriterionState, after: CriterionState, moved: CriterionChange | None) -> Seen:
    if after in UNSEEN:
        return Seen.NOT_OBSERVED
    if before in UNSEEN:
        return Seen.NEWLY_MET if after is CriterionState.MET else Seen.NOT_MET
    if moved is not None:
        if moved.reliable:
            return Seen.GAINED if moved.move is CriterionMove.GAINED else Seen.LOST
        return Seen.UNCERTAIN if moved.like_for_like else Seen.OTHER_CAUSE
    return Seen.MET_BEFORE if after is CriterionState.MET else Seen.NOT_MET


def _judged(assessment: Assessment | None) -> Mapping[str, CriterionState]:
    return {} if assessment is None else results_of(assessment).states


def followed_up(
    deliveries: Iterable[Delivery],
    enrolments: Iterable[Enrolment],
    before: AssessmentSet,
    after: AssessmentSet,
    catalogue: Catalogue | None = None,
) -> Iterator[FollowUp]:
    """Yield what was observed of each criterion that a delivery was held for, in each country that attended.

    Nothing is said across two editions of a framework: one id may ask two things.

    Args:
        deliveries: Activities as they were held; those called off are left out.
        enrolments: Who took part.
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
        moved = {(one.country, one.criterion): one for one in compare(before, after).criteria}
    people: dict[tuple[str, str], Counter[EnrolmentStatus]] = {}
    for one in enrolments:
        people.setdefault((one.delivery, one.country), Counter()).update(one.status.steps)
    for delivery in deliveries:
        criteria = criteria_of(delivery, catalogue)
        for assessment in after if criteria and not delivery.cancelled else ():
            counts = people.get((delivery.id, assessment.country.alpha_2), Counter())
            if not counts[EnrolmentStatus.ATTENDED]:
                continue
            old, new = _judged(before.get(assessment.country)), _judged(assessment)
            for name in criteria:
                first, second = old.get(name, CriterionState.OPEN), new.get(name, CriterionState.OPEN)
                seen = _seen(first, second, moved.get((assessment.country, name)))
                if delivery.end > after.round.reference_date:
                    seen = Seen.TOO_LATE
                elif delivery.end <= before.round.reference_date:
                    seen = Seen.TOO_EARLY
                yield FollowUp(
                    delivery=delivery.id,
                    course=delivery.course,
                    country=assessment.country,
                    criterion=name,
                    attended=counts[EnrolmentStatus.ATTENDED],
                    completed=counts[EnrolmentStatus.COMPLETED],
                    before=first,
                    after=second,
                    seen=seen,
                )
