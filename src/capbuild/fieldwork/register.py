"""Status of requests, progress, and agendas of visits."""

import datetime
from collections.abc import Iterable
from enum import IntEnum

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import (
    Assessment,
    Capacity,
    Criterion,
    CriterionResult,
    CriterionState,
    Finding,
    Request,
    RequestStatus,
    Score,
)


class RequestState(IntEnum):
    """Status of a request, most urgent first."""

    OVERDUE = 1
    SENT_BACK = 2
    DECLINED = 3
    WAITING = 4
    RECEIVED = 5
    ACCEPTED_LATE = 6
    ACCEPTED = 7
    PLANNED = 8


@frozen(kw_only=True)
class InstrumentProgress:
    """Progress of one instrument.

    Attributes:
        label: Instrument and kind of respondent, such as `survey, police`.
        asked: Requests that went out.
        received: Returned requests.
        accepted: Accepted returns.
        questions: Questions that are still asked of countries.
        overdue: Requests with a past due date that have not come back.
    """

    label: str
    asked: int = 0
    received: int = 0
    accepted: int = 0
    questions: int = 0
    overdue: int = 0


def collection_status(request: Request, on: datetime.date) -> RequestState:
    """Return the status of a request on a day.

    Args:
        request: The request.
        on: The day.
    """
    now = request.as_of(on)
    late = now.days_late(on) > 0
    return {
        RequestStatus.PLANNED: RequestState.PLANNED,
        RequestStatus.OUT: RequestState.OVERDUE if late else RequestState.WAITING,
        RequestStatus.RECEIVED: RequestState.RECEIVED,
        RequestStatus.ACCEPTED: RequestState.ACCEPTED_LATE if late else RequestState.ACCEPTED,
        RequestStatus.RETURNED: RequestState.SENT_BACK,
        RequestStatus.DECLINED: RequestState.DECLINED,
    }[now.status]


def instrument_progress(requests: Iterable[Request], on: datetime.date) -> tuple[InstrumentProgress, ...]:
    """Return the progress of each instrument on a day.

    Example:
        >>> from capbuild.model import Country
        >>> jamaica = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
        >>> asked = Request(country=jamaica, round="baseline", instrument="survey", respondent="police",
        ...                 sent=datetime.date(2016, 1, 11), due=datetime.date(2016, 2, 29))
        >>> instrument_progress([asked], datetime.date(2016, 3, 31))[0].overdue
        1
    """
    groups: dict[str, list[Request]] = {}
    for request in requests:
        groups.setdefault(request.label, []).append(request.as_of(on))
    return tuple(_summarise_requests(label, members, on) for label, members in groups.items())


def _summarise_requests(label: str, members: Iterable[Request], on: datetime.date) -> InstrumentProgress:
    asked = [member for member in members if member.status is not RequestStatus.PLANNED]
    return InstrumentProgress(
        label=label,
        asked=len(asked),
        received=sum(request.received is not None for request in asked),
        accepted=sum(request.status is RequestStatus.ACCEPTED for request in asked),
        questions=sum(len(request.questions) for request in asked if request.status is RequestStatus.RETURNED),
        overdue=sum(collection_status(request, on) is RequestState.OVERDUE for request in asked),
    )


@frozen(kw_only=True)
class AgendaItem:
    """Criterion on the agenda of a visit.

    Attributes:
        capacity: Id of the capacity it belongs to.
        criterion: The criterion; of an indicator that is judged as a whole, one with its id and title.
        conflict: Whether sources disagree.
        decides: Whether it decides between the levels that are open now.
        said: Answers so far.
        lacks_for_target: Whether the country lacks it for its target.
    """

    capacity: str
    criterion: Criterion
    conflict: bool = False
    decides: bool = False
    reported: tuple[Finding, ...] = field(default=(), converter=to_tuple)
    lacks_for_target: bool = False


def visit_agenda(assessment: Assessment) -> tuple[AgendaItem, ...]:
    """Return the criteria that a visit should settle, in order.

    First come criteria on which sources disagree and that decide a level, then other disagreements, then open criteria
    that decide a level, then those that count for the target, then the rest; each group is in framework order. Criteria
    that confirmed findings settle without contradiction are left out. An indicator without criteria is listed until a
    source able to check its level has done so.

    Args:
        assessment: The country's assessment.
    """
    agenda_items = [item for score in assessment.indicators for item in _list_agenda_items(score)]
    return tuple(sorted(agenda_items, key=_sort_key))


def list_criteria(node: Capacity) -> tuple[Criterion, ...]:
    """Return the criteria of an indicator, or the indicator itself.

    A rate has none, since it follows from its quantities.
    """
    if node.is_rate:
        return ()
    return node.criteria or (Criterion(id=node.id, text=node.title),)


def _sort_key(item: AgendaItem) -> tuple[bool, bool, bool]:
    return (not item.conflict, not item.decides, not item.lacks_for_target)


def _list_agenda_items(score: Score) -> list[AgendaItem]:
    criteria = {criterion.id: criterion for criterion in list_criteria(score.capacity)}
    return [
        AgendaItem(
            capacity=score.capacity.id,
            criterion=criteria[result.target],
            conflict=result.conflict,
            decides=result.target in score.deciding or not score.capacity.criteria,
            reported=result.findings,
            lacks_for_target=result.target in score.open,
        )
        for result in score.results
        if result.target in criteria and _needs_visit(result, judged=not score.capacity.criteria)
    ]


def _needs_visit(result: CriterionResult, *, judged: bool) -> bool:
    return result.conflict or result.state is CriterionState.OPEN or (judged and not result.checked)
