"""The four levels: counted by hand, and properties that no missing value, order or pseudonym may break."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.model import Country, Enrolment, EnrolmentStatus, Evaluation, Kirkpatrick, Missing
from capbuild.tracking import summarise_training, training_effects
from capbuild.tracking.training_levels import level_results, months_after

XA = Country(alpha_2="XA", alpha_3="XAX", name="Country XA")
PRESENT = ("attended", "completed", "certified")


def enrol(person, delivery="D1", status="completed"):
    return Enrolment(participant=person, delivery=delivery, country=XA, status=status)


def row(value, level="reaction", person=None, moment="after", instrument="form", delivery="D1", maximum=5.0):
    return Evaluation(
        delivery=delivery, participant=person, level=level, moment=moment, instrument=instrument, value=value,
        maximum=maximum,
    )  # fmt: skip


def test_all_four_levels_are_there_counted_by_hand():
    people = [enrol(f"P{n}") for n in range(6)] + [enrol("P9", status="accepted")]
    some = [
        row(4), row(5), row(0), row(Missing.NO_ANSWER),
        *(row(value, "learning", f"P{n}", "before", "test", maximum=20.0) for n, value in enumerate((8, 10, 9, 7))),
        *(row(value, "learning", f"P{n}", "after", "test", maximum=20.0) for n, value in enumerate((12, 11, 15))),
        row(70, "results", None, "6 months", "cases", maximum=None),
        row(Missing.NOT_COLLECTED, "results", None, "6 months", "cases", maximum=None),
    ]  # fmt: skip
    reaction, learning, behaviour, results = level_results(some, people, minimum_n=4)
    # Six were present: three answered, among them one who said 0.
    assert (reaction.answers, reaction.asked, reaction.missing, reaction.mean) == (3, 6, 3, 3.0)
    assert reaction.response_rate == 0.5
    assert (learning.answers, learning.asked, learning.change.paired, learning.change.only_before) == (3, 6, 3, 1)
    assert learning.change.difference == pytest.approx(11 / 3)
    assert (behaviour.level, behaviour.mean, behaviour.response_rate, behaviour.change) == (
        "behaviour",
        None,
        None,
        None,
    )
    # Results without pseudonyms are of services: two were to be counted.
    assert (results.answers, results.asked, results.mean, results.response_rate) == (1, 2, 70, 0.5)
    assert (reaction.small, learning.small, results.small) == (True, True, True)


def test_people_of_a_delivery_that_was_not_measured_again_count_as_asked():
    people = [*(enrol(f"P{n}") for n in range(4)), *(enrol(f"Q{n}", "D2") for n in range(4))]
    some = [
        *(row(1, "behaviour", f"P{n}", "before") for n in range(4)),
        *(row(1, "behaviour", f"Q{n}", "before", delivery="D2") for n in range(4)),
        *(row(3, "behaviour", f"P{n}", "6 months") for n in range(2)),
    ]
    found = next(one for one in level_results(some, people) if one.level is Kirkpatrick.BEHAVIOUR)
    assert (found.answers, found.asked, found.response_rate, found.change.paired) == (2, 8, 0.25, 2)


def test_whom_nobody_asked_is_not_asked():
    people = [enrol(f"P{n}") for n in range(4)]
    some = [row(4, person="P0"), row(Missing.NOT_ASKED, person="P1"), row(Missing.NOT_APPLICABLE, person="P2")]
    assert level_results(some, people)[0].asked == 2


VALUES = st.sampled_from([0.0, 1.0, 2.5, 5.0]) | st.sampled_from(Missing)
ROWS = st.builds(
    row,
    VALUES,
    st.sampled_from(Kirkpatrick),
    st.none() | st.sampled_from("ABCD"),
    st.sampled_from(["before", "after", "6 months", "1 year"]),
    st.sampled_from(["form", "test"]),
    st.sampled_from(["D1", "D2"]),
)
PEOPLE = st.lists(
    st.builds(enrol, st.sampled_from("ABCD"), st.sampled_from(["D1", "D2"]), st.sampled_from(EnrolmentStatus)),
    max_size=8,
    unique_by=lambda one: (one.participant, one.delivery),
)


@settings(max_examples=300)
@given(rows=st.lists(ROWS, max_size=14), people=PEOPLE, data=st.data())
def test_what_is_missing_is_in_no_mean_and_rates_are_shares(rows, people, data):
    found = level_results(rows, people)
    assert list(dict.fromkeys(one.level for one in found)) == list(Kirkpatrick)
    assert level_results(data.draw(st.permutations(rows)), people) == found
    present = sum(one.status.value in PRESENT for one in people)
    for one in found:
        assert one.response_rate is None or 0 <= one.response_rate <= 1
        assert one.missing is None or one.missing >= 0
        assert one.asked is None or one.asked <= max(present, 0) + len(rows)
        same = [r for r in rows if (r.level, r.instrument, r.moment) == (one.level, one.instrument, one.moment)]
        known = [r.value for r in same if not isinstance(r.value, Missing)]
        assert one.answers == len(known)
        assert one.mean == (pytest.approx(sum(known) / len(known)) if known else None)
    # Rows without a value change no mean and no effect, whatever the reason.
    known = [r for r in rows if not isinstance(r.value, Missing)]
    assert [(e.difference, e.paired) for e in training_effects(rows) if e.paired] == [
        (e.difference, e.paired) for e in training_effects(known) if e.paired
    ]


def test_the_summary_says_it_in_words():
    people = [enrol("P1"), enrol("P2", status="certified"), enrol("P3", status="withdrawn")]
    shown = str(summarise_training([], people, [row(4), row(5)])).splitlines()
    assert shown[1:] == [
        "reaction, form, after: 2 of 2, mean 4.5 of 5",
        "learning: not measured",
        "behaviour: not measured",
        "results: not measured",
    ]


@pytest.mark.parametrize(
    ("moment", "months"), [("before", -1), ("after", 0), ("6 months", 6), ("1 month", 1), ("2 years", 24)]
)
def test_moments_are_in_order_of_time(moment, months):
    assert months_after(moment) == months
