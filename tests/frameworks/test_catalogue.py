"""The built-in catalogue: the counts of its brief, criteria that exist, texts that agree in five languages."""

from collections import Counter

import pytest
from attrs import evolve

from capbuild.frameworks import load_bundled, load_catalogue
from capbuild.frameworks.lint import lint_catalogue
from capbuild.model import Activity, Cost, Money
from capbuild.plugins import default_host
from capbuild.text import Text, TranslationStatus


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue("police_cyber/catalogue")


@pytest.fixture(scope="module")
def framework():
    return load_bundled("police_cyber")


def test_counts(catalogue):
    kinds = Counter(activity.kind.value for activity in catalogue.activities)
    assert kinds == {
        "course": 17,
        "equipment": 6,
        "mentoring": 4,
        "legal advice": 5,
        "operation": 2,
        "awareness": 1,
    }
    assert len([role for role in catalogue.roles if role.id != "R-SOLO"]) == 12
    assert len(catalogue.competences) == 15
    assert {one.id for one in catalogue.competences if one.critical} == {"C03", "C05", "C07", "C10"}


def test_a_row_of_roles_and_competences_as_it_was_written(catalogue):
    examiner = next(role for role in catalogue.roles if role.id == "R07")
    written = "2 3 3 4 4 3 1 2 0 1 1 4 3 0 2"
    assert [examiner.required.get(f"C{n:02}", 0) for n in range(1, 16)] == [int(level) for level in written.split()]


def test_what_is_intrusive_and_its_safeguard(catalogue):
    armed = {activity.id for activity in catalogue.activities if activity.intrusive}
    assert armed == {"A05", "A06", "A07", "A08", "A09", "A10", "A19", "A20", "A23", "A33"}
    assert (catalogue.safeguard.capacity, catalogue.safeguard.level) == ("MAN-3", 2)
    assert catalogue.safeguard.activities == ("A17", "A29")


def test_every_activity_says_that_it_is_invented(catalogue):
    assert all(activity.invented for activity in catalogue.activities)
    assert "invented" in str(catalogue.notes["invented"])


def test_every_activity_says_what_it_is_for_and_every_course_what_it_teaches():
    for one in load_catalogue("police_cyber/catalogue", "2.0").activities:
        assert one.objective.source
        assert one.assessment.source
        assert one.providers
        assert bool(one.syllabus.source) == (one.kind.value == "course")


def test_a_seat_costs_its_share_of_a_full_session_and_a_journey_unless_online():
    cost = Cost(per_session=Money(1_000, "USD"), per_seat=Money(20, "USD"), travel_per_seat=Money(900, "USD"))
    course = Activity(id="A", kind="course", title="A", seats=3, cost=cost)
    assert str(course.cost_per_seat()) == "USD 353.33"
    assert str(course.cost_per_seat(abroad=True)) == "USD 1,253.33"
    assert str(evolve(course, mode="online").cost_per_seat(abroad=True)) == "USD 353.33"
    assert evolve(course, cost=Cost(recurring=Money(5, "USD"))).cost_per_seat() is None


def test_every_criterion_of_levels_two_and_three_is_moved_but_one(catalogue, framework):
    moved = {name for activity in catalogue.activities for name in activity.addresses}
    assert [name for name, one in framework.criteria.items() if one.step <= 3 and name not in moved] == ["COO-5.3c"]


def test_texts_are_sound(catalogue):
    assert lint_catalogue(catalogue) == ()


def test_every_translation_says_how_far_it_is(catalogue):
    for activity in catalogue.activities:
        assert set(activity.title.translations) == {"es", "fr", "nl", "pt"}
        assert {one.status for one in activity.title.translations.values()} == {TranslationStatus.DRAFT}


def test_the_lint_finds_texts_without_translation_or_with_other_numbers(catalogue):
    first, second, *others = catalogue.activities
    dutch = first.title.translations["nl"]
    numbered = {**first.title.translations, "nl": evolve(dutch, text=f"{dutch.text} 17")}
    wrong = evolve(first.title, translations=numbered)
    broken = evolve(
        catalogue, activities=[evolve(first, title=wrong), evolve(second, title=Text("Only English", "en")), *others]
    )
    assert [issue.message for issue in lint_catalogue(broken)] == [
        "A01 in nl has other numbers than its source",
        *(f"A02 has no text in {language}" for language in ("es", "fr", "nl", "pt")),
    ]


def test_activities_that_wait_for_each_other_are_a_cycle(catalogue):
    first, second, third, *others = (evolve(one, prerequisites=(), requires=()) for one in catalogue.activities)
    rest = [evolve(one, addresses=()) for one in others]
    before = evolve(first, prerequisites=["A02"], addresses=["X"])
    later = evolve(third, prerequisites=["A01"], addresses=())  # waits for the cycle, and is not part of it
    for after, criteria in ((evolve(second, prerequisites=["A01"]), False), (evolve(second, requires=["X"]), True)):
        made = evolve(catalogue, activities=[before, after, later, *rest])
        assert made.find_cycle(criteria=True) == ("A01", "A02")
        assert made.find_cycle() == (() if criteria else ("A01", "A02"))
    assert catalogue.find_cycle(criteria=True) == ()


def test_the_host_knows_it():
    assert "police-cyber-activities" in {one.id for one in default_host().catalogues.values()}


def test_the_second_edition_holds_the_first_and_three_kinds_of_joint_work(catalogue):
    later, edition = load_catalogue("police_cyber/catalogue", "2.0"), load_bundled("police_cyber", "2.0")
    assert later.framework == edition.key
    assert later.activities[:35] == catalogue.activities
    assert lint_catalogue(later) == ()
    moved = {name for activity in later.activities for name in activity.addresses}
    assert [name for name, one in edition.criteria.items() if one.step <= 3 and name not in moved] == ["COO-5.3c"]
    joint = {one.id: one.countries_min for one in later.activities[35:] if one.kind.value == "operation"}
    assert joint == {"A47": 3, "A48": 3, "A49": 1}
    assert all(one.invented and one.id in later.notes for one in later.activities[35:])
