"""The register in numbers: how far each instrument has come, and how each request stands on a day."""

import datetime
from collections.abc import Iterable
from enum import IntEnum

from attrs import frozen

from capbuild.model import Request, RequestStatus

__all__ = ["Progress", "Standing", "progress", "standing"]


class Standing(IntEnum):
    """How a request stands, what calls for a look first."""

    OVERDUE = 1
    SENT_BACK = 2
    DECLINED = 3
    WAITING = 4
    RECEIVED = 5
    ACCEPTED_LATE = 6
    ACCEPTED = 7
    PLANNED = 8


@frozen(kw_only=True)
class Progress:
    """How far one instrument has come.

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


def standing(request: Request, on: datetime.date) -> Standing:
    """Return how a request stands on a day, as of that day.

    Args:
        request: The request.
        on: The day.
    """
    now = request.as_of(on)
    late = now.days_late(on) > 0
    return {
        RequestStatus.PLANNED: Standing.PLANNED,
        RequestStatus.OUT: Standing.OVERDUE if late else Standing.WAITING,
        RequestStatus.RECEIVED: Standing.RECEIVED,
        RequestStatus.ACCEPTED: Standing.ACCEPTED_LATE if late else Standing.ACCEPTED,
        RequestStatus.RETURNED: Standing.SENT_BACK,
        RequestStatus.DECLINED: Standing.DECLINED,
    }[now.status]


def progress(requests: Iterable[Request], on: datetime.date) -> tuple[Progress, ...]:
    """Return how far each instrument has come on a day, in the order in which they first appear.

    Example:
        >>> from capbuild.model import Country
        >>> jamaica = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
        >>> asked = Request(country=jamaica, round="baseline", instrument="survey", respondent="police",
        ...                 sent=datetime.date(2016, 1, 11), due=datetime.date(2016, 2, 29))
        >>> progress([asked], datetime.date(2016, 3, 31))[0].overdue
        1
    """
    groups: dict[str, list[Request]] = {}
    for request in requests:
        groups.setdefault(request.label, []).append(request.as_of(on))
    return tuple(_counted(label, members, on) for label, members in groups.items())


def _counted(label: str, members: Iterable[Request], on: datetime.date) -> Progress:
    asked = [one for one in members if one.status is not RequestStatus.PLANNED]
    return Progress(
        label=label,
        asked=len(asked),
        received=sum(one.received is not None for one in asked),
        accepted=sum(one.status is RequestStatus.ACCEPTED for one in asked),
        questions=sum(len(one.questions) for one in asked if one.status is RequestStatus.RETURNED),
        overdue=sum(standing(one, on) is Standing.OVERDUE for one in asked),
    )
