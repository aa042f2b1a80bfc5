"""A plan as a calendar: what another library reads is what the plan says."""

import datetime

import icalendar
import pytest
from attrs import evolve

from capbuild.frameworks import load_catalogue
from capbuild.io import render
from capbuild.model import (
    TLP,
    DisclosurePolicy,
    Dossier,
    Limits,
    Money,
    Needs,
    Organisation,
    OrganisationRole,
    Plan,
    PlannedActivity,
    Programme,
    Round,
    RoundKind,
)

#: Long, and with every sign that a calendar file has to escape.
PLACE = 'Panamá; Hotel "Sol", 2, ' + "calle de la investigación " * 4 + "y final"
TITLE = "Digital evidence for prosecutors and judges"


@pytest.fixture(scope="module")
def plan():
    sessions = [
        PlannedActivity(
            id=f"S{n:03d}", activity="A13", start=datetime.date(2016, 7, 4 + n), end=datetime.date(2016, 7, 6 + n),
            host="PA", place=PLACE, language="es", seats={"PA": 2, "CR": n + 1},
            cost=Money(30_000, "USD"), conditions=["MAN-3 PA"],
        )
        for n in range(3)
    ]  # fmt: skip
    limits = Limits(budget=Money(100_000, "USD"), start=datetime.date(2016, 7, 1), months=6)
    return Plan(activities=sessions, limits=limits, invented=True)


@pytest.fixture(scope="module")
def text(plan):
    dossier = Dossier(catalogue=load_catalogue("police_cyber/catalogue"), plan=plan)
    return render(plan, "ics", dossier=dossier)


def test_another_library_reads_every_session(plan, text):
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert len(events) == 3
    for one, event in zip(plan.activities, events, strict=True):
        assert event.decoded("DTSTART") == one.start
        # The end of a whole-day event is the day after (RFC 5545, 3.6.1).
        assert event.decoded("DTEND") == one.end + datetime.timedelta(days=1)
        assert str(event["SUMMARY"]) == f"A13 {TITLE}"
        assert str(event["LOCATION"]) == one.place
        assert f"Costa Rica {one.seats['CR']}, Panama 2" in str(event["DESCRIPTION"])
        assert "MAN-3 PA" in str(event["DESCRIPTION"])


def test_every_event_says_that_it_is_invented_and_has_its_own_name(text):
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert all("nvented" in str(event["DESCRIPTION"]) for event in events)
    assert len({str(event["UID"]) for event in events}) == 3


def test_lines_are_folded_as_the_standard_says(text):
    lines = text.split("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode("utf-8")) for line in lines) <= 75
    assert any(line.startswith(" ") for line in lines)


def test_the_same_bytes_twice_in_the_language_asked_for(plan):
    dossier = Dossier(catalogue=load_catalogue("police_cyber/catalogue"), plan=plan)
    french = render(plan, "ics", dossier=dossier, language="fr")
    assert french == render(plan, "ics", dossier=dossier, language="fr")
    summary = str(icalendar.Calendar.from_ical(french).walk("VEVENT")[0]["SUMMARY"])
    assert summary == "A13 La preuve numérique pour procureurs et juges"


def test_an_empty_plan_is_a_calendar_too():
    empty = Plan(limits=Limits(budget=Money(0, "USD")))
    assert icalendar.Calendar.from_ical(render(empty, "ics")).walk("VEVENT") == []


def test_places_have_names_and_the_plan_of_a_later_round_is_a_later_revision(plan):
    days = datetime.date(2016, 3, 31), datetime.date(2017, 11, 30)
    programme = Programme(
        id="demo",
        title="Demo",
        disclosure=DisclosurePolicy(audiences={"team": TLP.RED}),
        organisations=[Organisation(id="ACT", name='The "Bureau"', roles=[OrganisationRole.IMPLEMENTING])],
        rounds=[
            Round(id=f"r{n}", kind=RoundKind.BASELINE, title="Round", reference_date=day) for n, day in enumerate(days)
        ],
    )
    hosted = evolve(plan, activities=[evolve(plan.activities[0], place="PA")])
    texts = [
        render(
            hosted,
            "ics",
            language="fr",
            programme=programme,
            dossier=Dossier(needs=Needs(needs=(), gaps=(), as_of=day)),
        )
        for day in days
    ]
    first, second = (icalendar.Calendar.from_ical(text).walk("VEVENT")[0] for text in texts)
    assert str(first["LOCATION"]) == "Panama"
    assert first["ORGANIZER"].params["CN"] == "The 'Bureau'"
    assert (int(first["SEQUENCE"]), int(second["SEQUENCE"])) == (0, 1)
    assert first["UID"] == second["UID"]
