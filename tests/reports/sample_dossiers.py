"""Sample dossier of two rounds.

Tests of reports and writers use it. Everything in it is invented and marked as such.
"""

import datetime
from collections.abc import Iterator
from itertools import count

from capbuild.model import (
    Activity,
    ActivityKind,
    AssessmentSet,
    Catalogue,
    Delivery,
    Dossier,
    Enrolment,
    EnrolmentStatus,
    Gap,
    LeftOut,
    LeftOutReason,
    Limits,
    Money,
    Need,
    NeedKind,
    Needs,
    Plan,
    PlannedActivity,
    Recommendation,
    Sex,
)
from capbuild.tracking import compare

_START = datetime.date(2017, 1, 1)
#: Id, title, kind, seats and price of a session in Canadian dollars.
_ACTIVITIES = (
    ("A01", "First responder: seize, isolate, record", ActivityKind.COURSE, 24, 15_000),
    ("A09", "Mobile-device examination", ActivityKind.COURSE, 12, 55_000),
    ("A24", "Unit mentoring", ActivityKind.MENTORING, 12, 45_000),
    ("A29", "Procedure-writing week", ActivityKind.COURSE, 15, 25_000),
)
_PLACES = {"BB": "Bridgetown", "CO": "Bogotá", "JM": "Kingston", "GD": "St George’s", "BS": "Nassau"}


def sample_needs(subject: AssessmentSet) -> Needs:
    """Return the needs of a round, with gaps.

    Each indicator with unmet criteria in any country has one.
    """
    kinds = list(NeedKind)
    needs, gaps = [], []
    for place, node in enumerate(subject.framework.indicators):
        mine = [
            Gap(
                country=a.country,
                capacity=node.id,
                level=a[node.id].level,
                target=a[node.id].target or 1,
                lacking=a[node.id].lacking,
                open=a[node.id].open,
                size=len(a[node.id].lacking),
            )
            for a in subject
            if node.id in a and a[node.id].target is not None and (a[node.id].lacking or a[node.id].open)
        ]
        gaps += mine
        having = [gap for gap in mine if gap.lacking]
        if having:
            needs.append(
                Need(
                    id=f"N-{node.id}",
                    kind=kinds[place % len(kinds)],
                    statement=node.title,
                    countries=[gap.country for gap in having],
                    capacities=[node.id],
                    criteria=sorted({name for gap in having for name in gap.lacking}),
                    roles={"officer": 2 * len(having)},
                    urgency=1 + place % 3,
                )
            )
    return Needs(needs=needs, gaps=gaps, invented=True)


def sample_catalogue() -> Catalogue:
    """Return a catalogue of activities with invented prices."""
    activities = [
        Activity(id=id_, title=title, kind=kind, seats=seats, languages=["en", "es"], invented=True)
        for id_, title, kind, seats, _ in _ACTIVITIES
    ]
    return Catalogue(id="made-up", title="Made-up activities", activities=activities)


def sample_plan(needs: Needs, sessions: int = 8) -> Plan:
    """Return a plan with sessions for the needs in turn.

    The last need is left out.

    Raises:
        ValueError: There is no need.
    """
    *answered, last = list(needs)
    made = []
    for place, need in zip(range(sessions), answered, strict=False):
        id_, _, _, most, price = _ACTIVITIES[place % len(_ACTIVITIES)]
        month = _START.month + 2 * place
        start = datetime.date(_START.year + (month - 1) // 12, (month - 1) % 12 + 1, 6)
        end = start + datetime.timedelta(days=95 if id_ == "A24" else 4)
        host = next((country for country in need.countries if country.alpha_2 in _PLACES), None)
        made.append(
            PlannedActivity(
                id=f"S{place + 1:02}",
                activity=id_,
                start=start,
                end=end,
                host=host,
                place=_PLACES[host.alpha_2] if host else "",
                language="es" if host and host.alpha_2 == "CO" else "en",
                seats={country.alpha_2: max(most // max(len(need.countries), 1), 1) for country in need.countries},
                cost=Money(price, "CAD"),
                addresses=[need.id],
            )
        )
    limits = Limits(budget=Money(450_000, "CAD"), start=_START)
    why = LeftOut(reason=LeftOutReason.NO_ROOM)
    return Plan(activities=made, limits=limits, left_out={last.id: str(why)}, left_out_for={last.id: [why]})


def sample_dossier(before: AssessmentSet, after: AssessmentSet) -> Dossier:
    """Return a complete dossier.

    It has change, needs, plan, and deliveries of the first courses.
    """
    needs = sample_needs(after)
    plan = sample_plan(needs)
    deliveries = list(_deliveries(plan))
    return Dossier(
        earlier=before,
        needs=needs,
        recommendations=[
            Recommendation(id="R1", needs=[need.id], text="Name an owner and a date.", owner="unit head", due=_START)
            for need in list(needs)[:1]
        ],
        catalogue=sample_catalogue(),
        plan=plan,
        change=compare(before, after),
        deliveries=deliveries,
        enrolments=list(_enrolments(plan, deliveries)),
    )


def _deliveries(plan: Plan) -> Iterator[Delivery]:
    """Yield half of the sessions as planned, and one late.

    The late one is two months late.
    """
    half = len(plan.activities) // 2
    for place, session in enumerate(plan.activities[: half + 1]):
        late = datetime.timedelta(days=61 if place == half else 0)
        yield Delivery(
            id=session.id,
            course=session.activity,
            start=session.start + late,
            end=session.end + late,
            place=session.place,
            host=session.host,
            language=session.language,
        )


def _enrolments(plan: Plan, deliveries: list[Delivery]) -> Iterator[Enrolment]:
    numbers = count(1)
    seats = {activity.id: activity.seats for activity in plan.activities}
    for delivery in deliveries:
        for code, places in seats[delivery.id].items():
            for _ in range(places):
                number = next(numbers)
                yield Enrolment(
                    participant=f"P{number:04}",
                    delivery=delivery.id,
                    country=code,
                    status=EnrolmentStatus.WITHDRAWN if number % 11 == 0 else EnrolmentStatus.COMPLETED,
                    sex=Sex.FEMALE if number % 3 == 0 else Sex.MALE,
                )
