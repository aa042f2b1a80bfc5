"""Training: roles, competences, courses, deliveries, enrolments and evaluations."""

import datetime
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, not_before, to_map, to_tuple
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model.country import CountryByCode, as_country, as_optional_country
from capbuild.model.response import Missing
from capbuild.text import Text, as_optional_text, as_text


@model(kw_only=True)
class Competence:
    """Ability of a person.

    Attributes:
        id: Stable id, such as `C05`.
        title: Name.
        critical: Whether at least two people should have it.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    critical: bool = False


@model(kw_only=True)
class Role:
    """Job in the service, with its required competence levels.

    Attributes:
        id: Stable id, such as `R07`.
        title: Name.
        required: Level by competence id: 0 not needed, 1 aware, 2 assisted, 3 independent, 4 leads.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    required: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)

    def __attrs_post_init__(self) -> None:
        bad = {name: level for name, level in self.required.items() if not 0 <= level <= 4}
        if bad:
            raise ModelError("Role.required", bad, "must hold levels between 0 and 4")


@model(kw_only=True)
class Delivery:
    """Single occasion of an activity: a course, visit or handover.

    Attributes:
        id: Id within the programme.
        course: Id of the course, or of another activity of the catalogue.
        start: First day.
        end: Last day.
        place: Where.
        host: Host country, or its alpha-2 code.
        language: Language of the delivery.
        trainers: Number of trainers.
        criteria: Criteria addressed; by default those of the activity.
        title: Its own name, if any.
        cancelled: Whether it was cancelled.
    """

    id: str = field(validator=identifier)
    course: str = field(validator=identifier)
    start: datetime.date
    end: datetime.date = field(validator=not_before("start"))
    place: str = ""
    host: CountryByCode | None = field(default=None, converter=as_optional_country)
    language: str = ""
    trainers: int = field(default=1, validator=between(0))
    criteria: tuple[str, ...] = field(default=(), converter=to_tuple)
    title: Text | None = field(default=None, converter=as_optional_text)
    cancelled: bool = False


class EnrolmentStatus(StrEnum):
    """Status of a participant in a delivery."""

    NOMINATED = "nominated"
    ACCEPTED = "accepted"
    ATTENDED = "attended"
    COMPLETED = "completed"
    CERTIFIED = "certified"
    WITHDRAWN = "withdrawn"

    @property
    def was_present(self) -> bool:
        """True if the person attended, completed or was certified."""
        return EnrolmentStatus.ATTENDED in self.steps

    @property
    def steps(self) -> tuple["EnrolmentStatus", ...]:
        """All statuses reached so far.

        A person who completed was also nominated, accepted and attended. A person who withdrew was at least nominated.

        Example:
            >>> [step.value for step in EnrolmentStatus.ATTENDED.steps]
            ['nominated', 'accepted', 'attended']
        """
        order = [status for status in EnrolmentStatus if status is not EnrolmentStatus.WITHDRAWN]
        if self is EnrolmentStatus.WITHDRAWN:
            return (EnrolmentStatus.NOMINATED, self)
        return tuple(order[: order.index(self) + 1])


class Sex(StrEnum):
    """Sex as recorded for reporting."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    NOT_STATED = "not stated"


@model(kw_only=True)
class Enrolment:
    """Enrolment of one person in a delivery, under a pseudonym.

    Attributes:
        participant: Pseudonym.
        delivery: Id of the delivery.
        country: The country, or its alpha-2 code.
        status: Nominated, accepted, attended, completed, certified or withdrawn.
        sex: Sex as recorded for reporting.
        role: Id of the role.
    """

    participant: str = field(validator=identifier)
    delivery: str = field(validator=identifier)
    country: CountryByCode = field(converter=as_country)
    status: EnrolmentStatus = EnrolmentStatus.NOMINATED
    sex: Sex = Sex.NOT_STATED
    role: str | None = None


class Kirkpatrick(StrEnum):
    """Kirkpatrick's four levels of training evaluation."""

    REACTION = "reaction"
    LEARNING = "learning"
    BEHAVIOUR = "behaviour"
    RESULTS = "results"


#: A measurement, or the reason for none.
MeasuredValue = int | float | Missing


@model(kw_only=True)
class Evaluation:
    """Measurement of one participant; pairs are formed by pseudonym.

    Attributes:
        delivery: Id of the delivery.
        participant: Pseudonym; None for anonymous answers.
        level: Reaction, learning, behaviour or results.
        moment: `before`, `after`, or a follow-up such as `6 months`.
        instrument: Instrument.
        value: The measurement, or a kind of missing, which is never zero.
        maximum: Highest possible value.
    """

    delivery: str = field(validator=identifier)
    participant: str | None = None
    level: Kirkpatrick
    moment: str = "after"
    instrument: str = ""
    value: MeasuredValue
    maximum: float | None = None
