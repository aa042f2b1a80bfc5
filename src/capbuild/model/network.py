"""Contact points, cooperation requests, agreements and joint operations."""

import datetime
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import identifier, not_before, to_tuple, unique
from capbuild.model.country import Country
from capbuild.model.evidence import TLP
from capbuild.model.programme import ContactPoint
from capbuild.text import Text, as_text


class RequestOutcome(StrEnum):
    """Outcome of a request for cooperation."""

    WAITING = "waiting"
    ANSWERED = "answered"
    PARTLY = "partly"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


@model(kw_only=True)
class CooperationRequest:
    """Request for help between two countries, without case details.

    Attributes:
        asking: Requesting country.
        asked: Requested country.
        network: Network used, such as `24/7`.
        kind: Kind of request, such as `preservation` or `subscriber data`.
        sent: Date of the request.
        answered: Date of the answer; None without one.
        outcome: Waiting, answered, partly, refused or unanswered.
        tlp: Label that limits sharing.
    """

    asking: Country
    asked: Country
    network: str = field(validator=identifier)
    kind: str = ""
    sent: datetime.date
    answered: datetime.date | None = field(default=None, validator=not_before("sent"))
    outcome: RequestOutcome = RequestOutcome.WAITING
    tlp: TLP = TLP.RED

    @property
    def days(self) -> int | None:
        """Days until the answer, or None."""
        return None if self.answered is None else (self.answered - self.sent).days

    @property
    def countries(self) -> tuple[Country, ...]:
        """Requesting and requested country."""
        return (self.asking, self.asked)


@model(kw_only=True)
class Agreement:
    """Treaty, memorandum or arrangement between countries.

    Attributes:
        id: Id within the programme.
        title: Name.
        kind: `treaty`, `memorandum` or another word.
        parties: Countries bound by it.
        signed: Date of signature.
        in_force: First day in force; None if not in force.
        until: Last day in force; None if open-ended.
        tlp: Label that limits sharing.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    kind: str = ""
    parties: tuple[Country, ...] = field(default=(), converter=to_tuple)
    signed: datetime.date | None = None
    in_force: datetime.date | None = None
    until: datetime.date | None = field(default=None, validator=not_before("signed"))
    tlp: TLP = TLP.AMBER

    def is_valid_on(self, day: datetime.date) -> bool:
        """True if it is in force on a day."""
        return self.in_force is not None and self.in_force <= day and (self.until is None or day <= self.until)

    @property
    def countries(self) -> tuple[Country, ...]:
        """Parties to the agreement."""
        return self.parties


@model(kw_only=True)
class JointOperation:
    """Operation of several countries, by dates and outcomes only.

    Attributes:
        id: Id within the programme.
        title: Name.
        participants: Countries that took part.
        start: First day.
        end: Last day; None for the same day.
        outcomes: Outcomes, one per line; counts, never cases.
        activity: Id of the planned activity.
        tlp: Label that limits sharing.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    participants: tuple[Country, ...] = field(default=(), converter=to_tuple)
    start: datetime.date
    end: datetime.date | None = field(default=None, validator=not_before("start"))
    outcomes: tuple[str, ...] = field(default=(), converter=to_tuple)
    activity: str = ""
    tlp: TLP = TLP.AMBER

    @property
    def countries(self) -> tuple[Country, ...]:
        """Participating countries."""
        return self.participants


class NetworkGapKind(StrEnum):
    """Kind of a gap in a network."""

    NO_CONTACT = "no contact"
    LAPSED = "lapsed"
    NOT_TESTED = "not tested"
    NOT_REACHED = "not reached"
    NO_COMMON_LANGUAGE = "no common language"
    NO_AGREEMENT = "no agreement"


@model(kw_only=True)
class NetworkGap:
    """Obstacle to reaching a country.

    Attributes:
        country: The country.
        kind: No contact, lapsed, not tested, not reached, no common language or no agreement.
        network: The network; empty for all.
        partners: Other countries concerned.
        since: Start date, if known.
        tlp: Label that limits sharing: the strictest of its sources; None for no limit.
    """

    country: Country
    kind: NetworkGapKind
    network: str = ""
    partners: tuple[Country, ...] = field(default=(), converter=to_tuple)
    since: datetime.date | None = None
    tlp: TLP | None = None


@model(kw_only=True)
class Network:
    """Contact points and cooperation of a programme's countries.

    It lists offices only; names of people are in the private folder.

    Attributes:
        contacts: Contact points.
        requests: Requests for cooperation.
        agreements: Agreements between countries.
        operations: Joint operations.
        invented: Whether the data is invented.
    """

    contacts: tuple[ContactPoint, ...] = field(default=(), converter=to_tuple)
    requests: tuple[CooperationRequest, ...] = field(default=(), converter=to_tuple)
    agreements: tuple[Agreement, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda a: a.id, "agreement")
    )
    operations: tuple[JointOperation, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda o: o.id, "operation")
    )
    invented: bool = False

    def __len__(self) -> int:
        return len(self.contacts) + len(self.requests) + len(self.agreements) + len(self.operations)
