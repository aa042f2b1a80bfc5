"""Status of requests on a day, and progress by instrument."""

import datetime
from collections.abc import Iterable
from enum import IntEnum

from attrs import frozen

from capbuild.model import Request, RequestStatus


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
        received: Those that came back.
        accepted: Those that were accepted.
        questions: Questions that are still asked of countries.
        overdue: Requests whose due date is past and that have not come back.
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
    return tuple(_count_requests(label, members, on) for label, members in groups.items())


def _count_requests(label: str, members: Iterable[Request], on: datetime.date) -> InstrumentProgress:
    asked = [one for one in members if one.status is not RequestStatus.PLANNED]
    return InstrumentProgress(
        label=label,
        asked=len(asked),
        received=sum(one.received is not None for one in asked),
        accepted=sum(one.status is RequestStatus.ACCEPTED for one in asked),
        questions=sum(len(one.questions) for one in asked if one.status is RequestStatus.RETURNED),
        overdue=sum(collection_status(one, on) is RequestState.OVERDUE for one in asked),
    )
