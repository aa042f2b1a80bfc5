"""Tables in `training/`: deliveries, enrolments under pseudonyms, and evaluations."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from attrs import define, field

from capbuild.errors import did_you_mean
from capbuild.model import (
    Catalogue,
    Delivery,
    Enrolment,
    EnrolmentStatus,
    Evaluation,
    Issue,
    Kirkpatrick,
    Missing,
    Severity,
    Sex,
)
from capbuild.workspace.privacy.pseudonyms import looks_like_a_person
from capbuild.workspace.records.table import Places, Record, read_records
from capbuild.workspace.rounds.editions import Editions

DELIVERIES = (
    "delivery", "activity", "title", "start", "end", "place", "host", "language", "trainers", "criteria", "cancelled",
)  # fmt: skip
ENROLMENTS = ("participant", "delivery", "country", "role", "sex", "status")
EVALUATIONS = ("delivery", "participant", "level", "moment", "instrument", "value", "maximum")

E = TypeVar("E", bound=StrEnum)


def parse_member(record: Record, column: str, kind: type[E], default: E) -> E:
    """Parse an enum member.

    If it is empty or, with an issue, unknown, the default is returned.
    """
    text = record.text(column).lower()
    if not text:
        return default
    try:
        return kind(text)
    except ValueError:
        known = [one.value for one in kind]
        record.problem(column, f"{text!r} is no {column}{did_you_mean(text, known)}", f"one of: {', '.join(known)}")
        return default


@define
class TrainingRecords:
    """Reader of the tables in `training/`.

    Attributes:
        folder: The programme's folder.
        framework: Framework of the criteria.
        catalogue: Activities and roles; None without a catalogue.
        places: Resolves countries.
        issues: Collects problems.
    """

    folder: Path
    editions: Editions
    catalogue: Catalogue | None
    places: Places
    issues: list[Issue]
    _deliveries_by_id: dict[str, Delivery] = field(factory=dict, init=False)
    _enrolled: dict[tuple[str, str], Enrolment] = field(factory=dict, init=False)

    def deliveries(self) -> tuple[Delivery, ...]:
        """Return the deliveries, in table order."""
        for record in self._read("deliveries", DELIVERIES):
            found = self._make_delivery(record)
            if found is not None and self._is_new(record, found.id in self._deliveries_by_id, f"delivery {found.id!r}"):
                self._deliveries_by_id[found.id] = found
        return tuple(self._deliveries_by_id.values())

    def enrolments(self) -> tuple[Enrolment, ...]:
        """Return the enrolments; read deliveries first."""
        for record in self._read("enrolments", ENROLMENTS):
            enrolment = self._make_enrolment(record)
            if enrolment is None:
                continue
            key = (enrolment.participant, enrolment.delivery)
            if self._is_new(record, key in self._enrolled, f"{enrolment.participant!r} in {enrolment.delivery!r}"):
                self._enrolled[key] = enrolment
        return tuple(self._enrolled.values())

    def evaluations(self) -> Iterator[Evaluation]:
        """Yield the evaluations; read enrolments first."""
        for record in self._read("evaluations", EVALUATIONS):
            evaluation = self._make_evaluation(record)
            if evaluation is not None:
                yield evaluation

    def _read(self, name: str, columns: Sequence[str]) -> Iterator[Record]:
        return read_records(self.folder, f"training/{name}.csv", columns, self.issues, self.places.origins)

    def _is_new(self, record: Record, known: bool, what: str) -> bool:
        if known:
            record.problem("", f"{what} appears twice; the first row counts", "remove one of them", "CB672")
        return not known

    def _is_known(self, record: Record, column: str, name: str, known: object, what: str) -> bool:
        """True if a name is known; others are issues."""
        names = list(known) if hasattr(known, "__iter__") else []
        if name in names:
            return True
        remedy = f"correct it, or add {what} of this id"
        record.problem(column, f"there is no {what} {name!r}{did_you_mean(name, names)}", remedy, "CB840")
        return False

    def _make_delivery(self, record: Record) -> Delivery | None:
        start, end = record.day("start"), record.day("end")
        if start is None:
            if not record.text("start"):
                record.problem("start", "a delivery needs its first day", "write it as 2016-09-12")
            return None
        activity = record.text("activity")
        if self.catalogue is not None and activity:
            self._is_known(record, "activity", activity, [a.id for a in self.catalogue.activities], "activity")
        judged = self.editions.judged
        criteria = [c for c in record.words("criteria") if self._is_known(record, "criteria", c, judged, "criterion")]
        host = self.places(record.text("host"), record.origin("host"))
        name = record.text("delivery")
        return record.build(
            Delivery,
            "delivery",
            id=name,
            course=activity or name,
            start=start,
            end=end or start,
            host=host,
            criteria=criteria,
        )

    def _make_enrolment(self, record: Record) -> Enrolment | None:
        person, delivery, role = record.text("participant"), record.text("delivery"), record.text("role")
        if looks_like_a_person(person):
            remedy = "use a pseudonym such as P-017; the name belongs in private/participants.csv"
            record.problem("participant", f"{person!r} looks like a person", remedy, "CB671", Severity.WARNING)
        if not self._is_known(record, "delivery", delivery, self._deliveries_by_id, "delivery"):
            return None
        if role and self.catalogue is not None and self.catalogue.roles:
            self._is_known(record, "role", role, [r.id for r in self.catalogue.roles], "role")
        if not record.text("country"):
            record.problem("country", "an enrolment needs a country", "name the country that sent the person")
        place = self.places(record.text("country"), record.origin("country"))
        status = parse_member(record, "status", EnrolmentStatus, EnrolmentStatus.NOMINATED)
        sex = parse_member(record, "sex", Sex, Sex.NOT_STATED)
        if place is None:
            return None
        return record.build(Enrolment, "participant", country=place, status=status, sex=sex)

    def _make_evaluation(self, record: Record) -> Evaluation | None:
        delivery, person = record.text("delivery"), record.text("participant")
        if not self._is_known(record, "delivery", delivery, self._deliveries_by_id, "delivery"):
            return None
        level = self._parse_level(record)
        value, maximum = self._parse_value(record), record.number("maximum")
        if person and (person, delivery) not in self._enrolled:
            message = f"{person!r} is not enrolled in {delivery!r}"
            record.problem("participant", message, "correct it, or enrol the person", "CB841", Severity.WARNING)
        if value is None or level is None:
            return None
        if maximum is not None and not isinstance(value, Missing) and value > maximum:
            message = f"{value:g} is above the highest possible value, {maximum:g}"
            record.problem("value", message, "correct one of the two", "CB842")
            return None
        moment = record.text("moment", "after").lower()
        return record.build(Evaluation, level=level, moment=moment, value=value, maximum=maximum)

    @staticmethod
    def _parse_level(record: Record) -> Kirkpatrick | None:
        """Parse a Kirkpatrick level; None with an issue if invalid."""
        text, known = record.text("level").lower(), [kirkpatrick.value for kirkpatrick in Kirkpatrick]
        if text in known:
            return Kirkpatrick(text)
        record.problem("level", f"{text!r} is not a level{did_you_mean(text, known)}", f"one of: {', '.join(known)}")
        return None

    @staticmethod
    def _parse_value(record: Record) -> float | Missing | None:
        """Parse a measurement or missing value; None if invalid.

        An empty cell is a missing answer.
        """
        text = record.text("value").lower()
        missings = {missing.value: missing for missing in Missing} | {"": Missing.NO_ANSWER}
        return missings[text] if text in missings else record.number("value")
