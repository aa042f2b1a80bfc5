"""Messages of advice, with the evidence behind each."""

import datetime
from collections.abc import Iterator
from enum import StrEnum

from attrs import field

from capbuild._lazy import provided
from capbuild._typed import model
from capbuild.checks import identifier, to_map, to_tuple, unique
from capbuild.display import NotebookDisplay, counted
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model import Country, Finding, Framework, Money, Round


class MessageKind(StrEnum):
    """Kind of a message: the rule that makes it."""

    LEAD = "lead"
    UNSETTLED = "unsettled"
    HOLD = "hold"
    OPEN = "open"
    FIRST = "first"
    THEN = "then"
    MOVES = "moves"
    COST = "cost"
    OWN_STEP = "own step"
    IDLE_SEATS = "idle seats"
    CERTAINTY = "certainty"
    HELP = "help"
    OFFER = "offer"
    ASK = "ask"
    CHANGE = "change"
    UNKNOWN = "unknown"
    REGION = "region"
    STANDING = "standing"
    DIMENSION = "dimension"
    SHARED = "shared"
    PRACTICE = "practice"
    VISITS = "visits"
    MEETINGS = "meetings"
    TRAINING = "training"
    OPERATIONS = "operations"
    FOLLOWED = "followed"


class Reason(StrEnum):
    """Reason for an action, request or knowledge gap."""

    QUICK = "quick"
    DEEPEST = "deepest"
    NEXT = "next"
    RIGHTS = "rights"
    OWNERS = "owners"
    ANSWERS = "answers"
    SEATS = "seats"
    VISIT = "visit"
    NOT_SEEN = "not seen"
    CONFLICT = "conflict"
    UNMAPPED = "unmapped"
    NO_HOST = "no host"
    NO_PRICE = "no price"


class Certainty(StrEnum):
    """Certainty that the steps of an action are missing."""

    CHECK = "check"
    ASK = "ask"
    ONE_SOURCE = "one source"
    REPORTED = "reported"
    FIRM = "firm"


@model(kw_only=True)
class Message:
    """Message: figures with their evidence.

    Attributes:
        id: Stable id, such as `BB.baseline.hold.COO-1`.
        kind: The rule that made it.
        country: Country of the message; None for a region.
        capacity: Capacity of the message; empty for all.
        capacities: Further capacities, in the order to name them.
        criteria: Criteria behind it, the first to act on first.
        findings: Findings behind it, with their cells.
        sessions: Ids of the planned sessions behind it, or of past visits, meetings, deliveries and operations.
        activities: Ids of their activities, in order.
        countries: Other countries in the message.
        counts: Numbers by name.
        levels: Level orders by name: `now`, `high`, `then` and `target`.
        cost: Cost of the country's seats; None if no price is recorded or disclosed.
        date: Due date, or date of observation.
        host: Host of its sessions; None for none or several.
        languages: Languages shared with a partner.
        reason: Reason.
        certainty: Certainty.
        proposed: Whether the date is only proposed.

    Raises:
        ModelError: It has no evidence.
    """

    id: str = field(validator=identifier)
    kind: MessageKind
    country: Country | None = None
    capacity: str = ""
    capacities: tuple[str, ...] = field(default=(), converter=to_tuple)
    criteria: tuple[str, ...] = field(default=(), converter=to_tuple)
    findings: tuple[Finding, ...] = field(default=(), converter=to_tuple)
    sessions: tuple[str, ...] = field(default=(), converter=to_tuple)
    activities: tuple[str, ...] = field(default=(), converter=to_tuple)
    countries: tuple[Country, ...] = field(default=(), converter=to_tuple)
    counts: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    levels: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    cost: Money | None = None
    date: datetime.date | None = None
    host: Country | None = None
    languages: tuple[str, ...] = field(default=(), converter=to_tuple)
    reason: Reason | None = None
    certainty: Certainty | None = None
    proposed: bool = False

    def __attrs_post_init__(self) -> None:
        if not self.evidence:
            raise ModelError("Message", self.id, "must name a criterion, capacity, finding or session that it rests on")

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the criteria, capacities and sessions behind it."""
        own = (*self.criteria, *(f.target for f in self.findings), *self.sessions)
        named = (*((self.capacity,) if self.capacity else ()), *self.capacities)
        return tuple(dict.fromkeys((*own, *named)))


@model(kw_only=True, repr=False)
class Advice(NotebookDisplay):
    """Advice for a country or a region, in messages.

    Attributes:
        country: The country; None for a region.
        round: Round of the assessments.
        framework: Framework of their capacities.
        messages: The messages, most important first.
        invented: Whether it rests on invented answers.

    Example: see `docs/explanation/advice.md`. `str(advice)` is the advice in English sentences.
    """

    country: Country | None = None
    round: Round
    framework: Framework
    messages: tuple[Message, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda one: one.id, "message")
    )
    invented: bool = False

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)

    def of(self, *kinds: MessageKind | str) -> tuple[Message, ...]:
        """Return the messages of some kinds, in order."""
        return tuple(message for message in self.messages if message.kind in kinds)

    def find(self, kind: MessageKind | str, capacity: str = "") -> Message | None:
        """Return the first message of a kind on a capacity."""
        return next(
            (message for message in self.messages if message.kind == kind and message.capacity == capacity), None
        )

    def find_cost(self, capacity: str) -> Message | None:
        """Return the message on the cost of a capacity's action.

        If the action is the country's own step, this is the message that says so. The result is None without an
        action.
        """
        return self.find(MessageKind.COST, capacity) or self.find(MessageKind.OWN_STEP, capacity)

    @property
    def actions(self) -> tuple[Message, ...]:
        """Actions in order: what to do first, then the rest."""
        return self.of(MessageKind.FIRST, MessageKind.THEN)

    def sentences(self, language: str = "en") -> list[str]:
        """Return the messages as sentences."""
        sentences: list[str] = provided("advice_sentences")(self, language)
        return sentences

    def __str__(self) -> str:
        notice = ["Answers are invented."] if self.invented else []
        return "\n".join([*notice, *self.sentences()])

    def __repr__(self) -> str:
        whom = f"{self.country.alpha_2!r}" if self.country is not None else "region"
        return f"Advice({whom}, {self.round.id!r}, {counted(len(self), 'message')})"
