"""Requests to countries: instrument, due date and return."""

import datetime
from enum import StrEnum

from attrs import evolve, field

from capbuild._typed import model
from capbuild.checks import identifier, not_before, to_tuple
from capbuild.model.country import Country
from capbuild.origin import Origin


class RequestStatus(StrEnum):
    """Status of a request."""

    PLANNED = "planned"
    OUT = "out"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DECLINED = "declined"


@model(kw_only=True)
class Request:
    """Survey form, visit or meeting requested from a country.

    The focal point is a pseudonym; only the private folder has the name. Dates in an impossible order are kept as
    recorded and reported.

    Attributes:
        country: The country.
        round: Id of its round.
        instrument: Instrument: `survey`, `visit`, `meeting` or another word.
        respondent: Kind of respondent addressed, such as `police`.
        language: Its language.
        focal_point: Pseudonym of the recipient.
        sent: Date of sending; None while planned.
        due: Due date.
        reminders: Dates of reminders.
        received: Date of receipt.
        status: Planned, out, received, accepted, returned with questions, or declined.
        questions: Questions to the country, if it was sent back.
        file: Returned file, in the programme's folder.
        note: Remark; never case material or personal data.
        origin: Its row; not part of equality.

    Example:
        >>> from datetime import date
        >>> jamaica = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
        >>> asked = Request(country=jamaica, round="baseline", instrument="survey", respondent="police",
        ...                 sent=date(2016, 1, 11), due=date(2016, 2, 29), received=date(2016, 3, 2), status="accepted")
        >>> asked.label, asked.days_late(date(2016, 3, 31))
        ('survey, police', 2)
        >>> earlier = asked.as_of(date(2016, 3, 1))
        >>> earlier.status.value, earlier.days_late(date(2016, 3, 1))
        ('out', 1)
    """

    country: Country
    round: str = field(validator=identifier)
    instrument: str = field(validator=identifier)
    respondent: str = ""
    language: str = ""
    focal_point: str = ""
    sent: datetime.date | None = None
    due: datetime.date | None = field(default=None, validator=not_before("sent"))
    reminders: tuple[datetime.date, ...] = field(default=(), converter=to_tuple)
    received: datetime.date | None = field(default=None, validator=not_before("sent"))
    status: RequestStatus = RequestStatus.OUT
    questions: tuple[str, ...] = field(default=(), converter=to_tuple)
    file: str = ""
    note: str = ""
    origin: Origin | None = field(default=None, eq=False)

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """Unique key: round, country, instrument, kind of respondent, focal point."""
        return (self.round, self.country.alpha_2, self.instrument, self.respondent, self.focal_point)

    @property
    def label(self) -> str:
        """Instrument and kind of respondent, such as `survey, police`."""
        return f"{self.instrument}, {self.respondent}" if self.respondent else self.instrument

    @property
    def is_open(self) -> bool:
        """True if the country still has to send something."""
        return self.status in (RequestStatus.OUT, RequestStatus.RETURNED)

    def as_of(self, day: datetime.date) -> "Request":
        """Return the request as it was on a date."""
        received = self.received if self.received is not None and self.received <= day else None
        status = self.status
        if self.received is not None and received is None:
            status = RequestStatus.OUT
        if status is RequestStatus.OUT and (self.sent is None or self.sent > day):
            status = RequestStatus.PLANNED
        came = status in (RequestStatus.RECEIVED, RequestStatus.ACCEPTED, RequestStatus.RETURNED)
        return evolve(
            self,
            received=received,
            status=status,
            reminders=[reminded for reminded in self.reminders if reminded <= day],
            questions=self.questions if came else (),
            file=self.file if came else "",
        )

    def days_late(self, day: datetime.date) -> int:
        """Return the days late on a date, at least 0."""
        waits = self.status is RequestStatus.OUT
        if self.due is None or (self.received is None and not waits):
            return 0
        return max(((self.received or day) - self.due).days, 0)
