"""Tables in `training/`: deliveries, enrolments under pseudonyms, and evaluations."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from capbuild.errors import did_you_mean
from capbuild.model import (
    Catalogue,
    Delivery,
    Enrolment,
    EnrolmentStatus,
    Evaluation,
    Kirkpatrick,
    Missing,
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


def check_pseudonym(record: Record, column: str, person: str) -> None:
    """Warn about a name of a person in place of a pseudonym."""
    if looks_like_a_person(person):
        remedy = "use a pseudonym such as P-017; the name belongs in private/participants.csv"
        record.warn(column, f"{person!r} looks like a person", remedy, "CB671")


def load_training(
    folder: Path, editions: Editions, catalogue: Catalogue | None, places: Places
) -> tuple[tuple[Delivery, ...], tuple[Enrolment, ...], tuple[Evaluation, ...]]:
    """Return deliveries, enrolments and evaluations, in table order.

    Args:
        folder: The programme's folder.
        editions: Frameworks of the criteria.
        catalogue: Activities and roles; None without a catalogue.
        places: Resolves countries, and collects problems as issues.
    """
    deliveries: dict[str, Delivery] = {}
    for record in _read(folder, "deliveries", DELIVERIES, places):
        delivery = _make_delivery(record, editions, catalogue, places)
        if delivery is not None and record.is_first(delivery.id, f"delivery {delivery.id!r}"):
            deliveries[delivery.id] = delivery
    enrolments: dict[tuple[str, str], Enrolment] = {}
    for record in _read(folder, "enrolments", ENROLMENTS, places):
        enrolment = _make_enrolment(record, deliveries, catalogue, places)
        key = None if enrolment is None else (enrolment.participant, enrolment.delivery)
        if enrolment is not None and key is not None and record.is_first(key, f"{key[0]!r} in {key[1]!r}"):
            enrolments[key] = enrolment
    found = (_make_evaluation(one, deliveries, enrolments) for one in _read(folder, "evaluations", EVALUATIONS, places))
    evaluations = tuple(evaluation for evaluation in found if evaluation is not None)
    return tuple(deliveries.values()), tuple(enrolments.values()), evaluations


def _read(folder: Path, name: str, columns: Sequence[str], places: Places) -> Iterator[Record]:
    return read_records(folder, f"training/{name}.csv", columns, places.issues, places.origins)


def _make_delivery(record: Record, editions: Editions, catalogue: Catalogue | None, places: Places) -> Delivery | None:
    start, end = record.day("start"), record.day("end")
    if start is None:
        if not record.text("start"):
            record.problem("start", "a delivery needs its first day", "write it as 2016-09-12")
        return None
    if catalogue is not None and record.text("activity"):
        record.find_one("activity", [activity.id for activity in catalogue.activities], "activity")
    name = record.text("delivery")
    return record.build(
        Delivery,
        "delivery",
        id=name,
        course=record.text("activity", name),
        start=start,
        end=end or start,
        host=places(record.text("host"), record.origin("host")),
        criteria=record.find_known("criteria", editions.judged, "criterion"),
    )


def _make_enrolment(
    record: Record, deliveries: Collection[str], catalogue: Catalogue | None, places: Places
) -> Enrolment | None:
    check_pseudonym(record, "participant", record.text("participant"))
    if not record.find_one("delivery", deliveries, "delivery"):
        return None
    if catalogue is not None and catalogue.roles and record.text("role"):
        record.find_one("role", [role.id for role in catalogue.roles], "role")
    if not record.text("country"):
        record.problem("country", "an enrolment needs a country", "name the country that sent the person")
    place = places(record.text("country"), record.origin("country"))
    status, sex = record.choice("status", EnrolmentStatus.NOMINATED), record.choice("sex", Sex.NOT_STATED)
    if place is None:
        return None
    return record.build(Enrolment, "participant", country=place, status=status, sex=sex)


def _make_evaluation(
    record: Record, deliveries: Collection[str], enrolled: Collection[tuple[str, str]]
) -> Evaluation | None:
    delivery, person = record.text("delivery"), record.text("participant")
    if not record.find_one("delivery", deliveries, "delivery"):
        return None
    levels = [kirkpatrick.value for kirkpatrick in Kirkpatrick]
    if (level := record.text("level").lower()) not in levels:
        remedy = f"one of: {', '.join(levels)}"
        record.problem("level", f"{level!r} is not a level{did_you_mean(level, levels)}", remedy)
    # An empty cell is a missing answer.
    text, missing = record.text("value").lower(), {"": Missing.NO_ANSWER} | {one.value: one for one in Missing}
    value: float | Missing | None = missing[text] if text in missing else record.number("value")
    maximum = record.number("maximum")
    if person and (person, delivery) not in enrolled:
        message = f"{person!r} is not enrolled in {delivery!r}"
        record.warn("participant", message, "correct it, or enrol the person", "CB841")
    if value is None or level not in levels:
        return None
    if maximum is not None and not isinstance(value, Missing) and value > maximum:
        message = f"{value:g} is above the highest possible value, {maximum:g}"
        record.problem("value", message, "correct one of the two", "CB842")
        return None
    moment = record.text("moment", "after").lower()
    return record.build(Evaluation, level=Kirkpatrick(level), moment=moment, value=value, maximum=maximum)
