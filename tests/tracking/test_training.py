"""Training: counts and pairs by hand, t intervals from tables, and output kept apart from outcome."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.model import Activity, Catalogue, Country, Delivery, Enrolment, EnrolmentStatus, Evaluation
from capbuild.tracking import count_enrolments, follow_up_deliveries, training_effects
from capbuild.tracking.follow_up import FollowUpObservation
from capbuild.undefined import UndefinedReason

XA, XB, JM = (Country(alpha_2=code, alpha_3=f"{code}X", name=f"Country {code}") for code in ("XA", "XB", "JM"))


def enrol(person, status="completed", delivery="D1", country=XA, sex="female", role="R03"):
    return Enrolment(participant=person, delivery=delivery, country=country, status=status, sex=sex, role=role)


def test_who_completed_was_nominated_accepted_and_attended():
    some = [
        enrol("P1", "certified"),
        enrol("P2", "completed", sex="male"),
        enrol("P3", "attended"),
        enrol("P4", "accepted", sex="male"),
        enrol("P5", "nominated", sex="not stated"),
        enrol("P6", "withdrawn"),
    ]
    (whole,) = count_enrolments(some)
    assert dict(whole.people) == {
        "nominated": 6, "accepted": 4, "attended": 3, "completed": 2, "certified": 1, "withdrawn": 1,
    }  # fmt: skip
    by_sex = {one.group["sex"]: one for one in count_enrolments(some, ["sex"], minimum_n=2)}
    assert {sex: one.people["completed"] for sex, one in by_sex.items()} == {"female": 1, "male": 1, "not stated": 0}
    assert {sex for sex, one in by_sex.items() if one.small} == {"not stated"}


def test_countries_are_grouped_by_their_codes():
    some = [enrol("P1", country=JM), enrol("P2", country=XA), enrol("P3", country=JM)]
    found = count_enrolments(some, ["country"])
    assert [(one.group["country"], one.people["completed"]) for one in found] == [("JM", 2), ("XA", 1)]


@given(statuses=st.lists(st.sampled_from([s.value for s in EnrolmentStatus]), max_size=12), turn=st.booleans())
def test_steps_never_grow_and_order_is_irrelevant(statuses, turn):
    some = [enrol(f"P{n}", status, country=(XA, XB, JM)[n % 3]) for n, status in enumerate(statuses)]
    found = count_enrolments(some, ["country"])
    assert count_enrolments(some[:: -1 if turn else 1], ["country"]) == found
    for one in found:
        steps = [one.people[s.value] for s in EnrolmentStatus if s is not EnrolmentStatus.WITHDRAWN]
        assert steps == sorted(steps, reverse=True)


def evaluate(pairs, level="learning", moment="after", maximum=20.0, delivery="D1"):
    for person, (before, after) in pairs.items():
        for when, value in (("before", before), (moment, after)):
            if value is not None:
                yield Evaluation(
                    delivery=delivery, participant=person, level=level, moment=when, value=value, maximum=maximum
                )


def test_pairs_under_pseudonyms_with_attrition_shown():
    pairs = {"P1": (8, 12), "P2": (10, 11), "P3": (9, 15), "P4": (7, None), "P5": (None, 18)}
    nobody = Evaluation(delivery="D1", level="learning", moment="after", value=20, maximum=20)
    (found,) = training_effects([*evaluate(pairs), nobody], minimum_n=5)
    assert (found.paired, found.only_before, found.only_after, found.anonymous) == (3, 1, 1, 1)
    assert found.attrition == 0.25
    # Differences 4, 1, 6: mean 11/3, sd 2.516611, t(0.95, 2) = 2.919986.
    assert found.difference == pytest.approx(11 / 3)
    reach = 2.919986 * 2.516611 / 3**0.5
    assert (found.interval.lower, found.interval.upper) == pytest.approx((11 / 3 - reach, 11 / 3 + reach), abs=1e-4)
    assert found.within_noise is True
    assert found.small is True
    # Over everybody, the difference of means is another one, and is nowhere called an effect.
    assert found.difference != pytest.approx((12 + 11 + 15 + 18 + 20) / 5 - (8 + 10 + 9 + 7) / 4)


def test_what_cannot_be_compared_is_not():
    some = [*evaluate({"P1": (3, 4)}, maximum=5.0), *evaluate({"P1": (8, 12)}, maximum=20.0)]
    found = training_effects(some)
    assert [(one.maximum, one.difference) for one in found] == [(5.0, 1), (20.0, 4)]
    assert all(one.interval is None and one.undefined.reason is UndefinedReason.TOO_FEW for one in found)
    assert training_effects([*evaluate({"P1": (None, 4)})]) == ()
    (gone,) = training_effects([*evaluate({"P1": (3, None), "P2": (None, 4)})])
    assert (gone.paired, gone.difference, gone.attrition) == (0, None, 1.0)


DAY = datetime.date(2016, 9, 1)


def held(name="D1", course="A01", day=DAY, **more):
    return Delivery(id=name, course=course, start=day, end=day, **more)


def test_from_activity_over_criterion_to_what_was_observed(make_round, make_staircase):
    framework = make_staircase()
    before = make_round(framework, {"XA": {"visit": {"A.2a": "n", "A.2b": "n", "A.3a": "n", "B.2a": "n", "B.3a": "n"}}})
    after = {"visit": {"A.2a": "y", "A.2b": "y", "A.3a": "n"}, "meeting": {"B.3a": "y"}}
    after = make_round(framework, {"XA": after}, "endline")
    activity = Activity(id="A01", kind="course", title="x", addresses=["A.2a", "A.2b", "A.3a", "B.2a", "B.3a"])
    catalogue = Catalogue(id="c", title="C", activities=[activity])
    people = [enrol("P1"), enrol("P2", "attended"), enrol("P3", country=XB), enrol("P4", "withdrawn")]
    found = list(follow_up_deliveries([held()], people, before, after, catalogue))
    assert {one.criterion: one.seen for one in found} == {
        "A.2a": FollowUpObservation.GAINED, "A.2b": FollowUpObservation.GAINED,
        "A.3a": FollowUpObservation.NOT_MET, "B.2a": FollowUpObservation.NOT_OBSERVED,
        "B.3a": FollowUpObservation.OTHER_CAUSE,
    }  # fmt: skip
    assert {(one.attended, one.completed) for one in found} == {(2, 1)}


@pytest.mark.parametrize(
    ("delivery", "seen"),
    [
        (held(day=datetime.date(2017, 4, 1)), [FollowUpObservation.TOO_LATE]),
        (held(day=datetime.date(2016, 3, 1)), [FollowUpObservation.TOO_EARLY]),
        (held(cancelled=True), []),
        (held(name="D2"), []),
    ],
)
def test_what_cannot_have_been_seen_is_not_called_an_outcome(make_round, make_staircase, delivery, seen):
    framework = make_staircase()
    before = make_round(framework, {"XA": {"visit": {"A.2a": "n"}}})
    after = make_round(framework, {"XA": {"visit": {"A.2a": "y"}}}, "endline")
    from attrs import evolve

    found = follow_up_deliveries([evolve(delivery, criteria=["A.2a"])], [enrol("P1")], before, after)
    assert [one.seen for one in found] == seen


@given(
    table=st.dictionaries(
        st.sampled_from(["P1", "P2", "P3", "P4"]),
        st.tuples(st.none() | st.integers(0, 20), st.none() | st.integers(0, 20)),
    )
)
@settings(max_examples=60)
def test_everybody_measured_is_counted_once(table):
    for one in training_effects(evaluate(table)):
        with_before = sum(before is not None for before, _ in table.values())
        with_after = sum(after is not None for _, after in table.values())
        assert one.paired + one.only_before == with_before
        assert one.paired + one.only_after == with_after
