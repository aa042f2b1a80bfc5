"""Results: slots as written, actuals counted by hand, words for where a target stands."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.model import Country, Delivery, Enrolment, Result, ResultIndicator
from capbuild.tracking import target_progress
from capbuild.tracking.result_targets import TargetTrack, parse_slot
from capbuild.tracking.results import ResultRecords, compute_results

XA, XB = (Country(alpha_2=code, alpha_3=f"{code}X", name=f"Country {code}") for code in ("XA", "XB"))


def test_keys_as_they_are_written(make_round, make_staircase):
    one = make_round(make_staircase(), {"XA": {"visit": {"A.2a": "y"}}}).round
    assert parse_slot("baseline", [one]).end == datetime.date(2016, 3, 31)
    assert parse_slot("2016-04; JM; sex=female; group").groups == {"country": "JM", "sex": "female", "group": "group"}
    span = parse_slot("2016-04-01/2017-03-31")
    assert (span.start, span.end) == (datetime.date(2016, 4, 1), datetime.date(2017, 3, 31))
    assert parse_slot("JM").period == ""


def result(computed, kind="output", targets=None, **more):
    indicator = ResultIndicator(id="i", title="I", computed=computed, targets=targets or {})
    return Result(id="r", kind=kind, title="R", indicators=[indicator], **more)


def records(**more):
    def day(text):
        return datetime.date.fromisoformat(text)

    deliveries = [
        Delivery(id="D1", course="A01", start=day("2016-12-30"), end=day("2017-01-03"), host=XA),
        Delivery(id="D2", course="A09", start=day("2017-05-01"), end=day("2017-05-02"), host=XB),
        Delivery(id="D3", course="A09", start=day("2017-06-01"), end=day("2017-06-02"), cancelled=True),
    ]
    people = [
        Enrolment(participant="P1", delivery="D1", country=XA, status="completed", sex="female"),
        Enrolment(participant="P2", delivery="D1", country=XB, status="attended", sex="male"),
        Enrolment(participant="P3", delivery="D2", country=XA, status="certified", sex="male"),
        Enrolment(participant="P4", delivery="D3", country=XA, status="completed", sex="male"),
    ]
    return ResultRecords(deliveries=deliveries, enrolments=people, **more)


def actuals(one, known):
    return dict(compute_results([one], known)[0].indicators[0].actuals)


def test_people_are_counted_where_their_delivery_ended():
    assert actuals(result("enrolments completed"), records()) == {
        "2017": 2, "2017; XA": 2, "2017; sex=female": 1, "2017; sex=male": 1,
    }  # fmt: skip
    assert actuals(result("enrolments attended", activities=["A01"]), records())["2017"] == 2
    assert actuals(result("deliveries held"), records()) == {"2017": 2, "2017; XA": 1, "2017; XB": 1}
    # A target's own period is counted too.
    found = actuals(result("deliveries held", targets={"2017-01-01/2017-03-31": 1}), records())
    assert found["2017-01-01/2017-03-31"] == 1


def test_findings_are_counted_by_round(make_round, make_staircase):
    framework = make_staircase()
    first = {"A.2a": "n", "A.2b": "n", "A.3a": "y"}
    before = make_round(framework, {"XA": {"visit": first}, "XB": {"visit": {"A.2a": "y"}}})
    after = make_round(
        framework,
        {"XA": {"visit": {"A.2a": "y", "A.2b": "y", "B.2a": "y"}, "meeting": {"A.3a": "y"}}},
        "endline",
    )
    known = records(rounds=[before, after])
    # XB is in one round only: what was met there is no part of the sums that are compared.
    met = {"baseline": 1, "baseline; XA": 1, "baseline; XB": 1, "endline": 4, "endline; XA": 4}
    # Of what a visit judged twice, A.2a and A.2b, nothing was met before and both are now.
    alike = {"baseline; compared=like for like": 0, "endline; compared=like for like": 2}
    assert actuals(result("criteria met", "immediate outcome"), known) == met | alike
    assert actuals(result("criteria gained", "immediate outcome"), known) == {"endline": 2, "endline; XA": 2}
    assert actuals(result("criteria met", "immediate outcome", criteria=["B"]), known)["endline"] == 1
    assert actuals(result("criteria observed", "immediate outcome", criteria=["A.2a"]), known) == {
        "baseline": 1, "endline": 1,
    }  # fmt: skip
    made = compute_results([result("criteria met", "immediate outcome")], known)
    assert dict(made[0].indicators[0].baselines) == {"baseline": 1}


def test_only_what_is_like_for_like_and_reliable_is_an_outcome(make_round, make_staircase):
    """Two criteria by the same visit, one that a lone survey answers otherwise, one by another kind of source."""
    framework = make_staircase()
    before = {"XA": {"visit": {"A.2a": "n", "A.2b": "n", "A.3a": "n"}, "survey police": {"B.2a": "n"}}}
    after = {"XA": {"visit": {"A.2a": "y", "A.2b": "y"}, "survey police": {"B.2a": "y", "A.3a": "y"}}}
    known = records(rounds=[make_round(framework, before), make_round(framework, after, "endline")])
    found = actuals(result("criteria gained", "immediate outcome"), known)
    assert found == {"endline": 2, "endline; XA": 2, "endline; move=uncertain": 1, "endline; move=other cause": 1}


COUNTRIES = st.sets(st.sampled_from(["XA", "XB", "XC", "XD"]), min_size=1)


@settings(max_examples=40)
@given(first=COUNTRIES, middle=COUNTRIES, last=COUNTRIES)
def test_sums_are_over_countries_in_the_first_round_and_the_last(make_round, make_staircase, first, middle, last):
    """Nothing changes in any country, so whatever comes and goes, no sum may move where all are in the middle too."""
    framework = make_staircase()
    answers = {"XA": "y", "XB": "n", "XC": "y", "XD": "y"}
    rounds = [
        make_round(framework, {code: {"visit": {"A.2a": answers[code]}} for code in sorted(codes)}, name)
        for codes, name in ((first, "baseline"), (middle, "midline"), (last, "endline"))
    ]
    found = actuals(result("criteria met", "immediate outcome"), records(rounds=rounds))
    both = first & last
    expected = sum(answers[code] == "y" for code in both)
    assert found.get("baseline") == found.get("endline") == (expected if both else None)
    if both <= middle and both:
        assert found["midline"] == expected


def test_an_output_never_becomes_an_outcome():
    for kind in ("immediate outcome", "intermediate outcome", "ultimate outcome"):
        with pytest.raises(ModelError, match="an outcome needs findings"):
            compute_results([result("enrolments completed", kind)], records())
    with pytest.raises(ModelError, match="must be one of"):
        compute_results([result("people happy")], records())


def test_what_is_recorded_by_hand_wins_over_what_is_computed():
    one = result("deliveries held")
    from attrs import evolve

    by_hand = evolve(one, indicators=[evolve(one.indicators[0], actuals={"2017": 7.0})])
    assert actuals(by_hand, records())["2017"] == 7


@pytest.mark.parametrize(
    ("actual", "today", "ascending", "track"),
    [
        (100, "2016-06-30", True, TargetTrack.MET),
        (55, "2016-07-01", True, TargetTrack.ON_TRACK),
        (45, "2016-07-01", True, TargetTrack.BEHIND),
        (99, "2017-01-01", True, TargetTrack.LATE),
        (None, "2016-07-01", True, TargetTrack.NOT_MEASURED),
        (-1, "2016-07-01", False, TargetTrack.MET),
    ],
)
def test_words_for_where_a_target_stands(actual, today, ascending, track):
    # From 0 at the end of 2015 to 100 at the end of 2016: half way on 1 July (183 of 366 days).
    indicator = ResultIndicator(
        id="i",
        title="I",
        ascending=ascending,
        baselines={"2015": 0},
        targets={"2016": 100 if ascending else 0},
        actuals={} if actual is None else {"2016": actual},
    )
    (found,) = target_progress(
        [Result(id="r", kind="output", title="R", indicators=[indicator])], datetime.date.fromisoformat(today)
    )
    assert found.track is track
    if ascending and today == "2016-07-01" and actual is not None:
        assert found.expected == pytest.approx(50)


def test_a_target_of_one_group_needs_a_figure_of_that_group():
    indicator = ResultIndicator(
        id="i", title="I", targets={"2016; sex=female": 5}, actuals={"2016": 9, "2016; sex=male": 9}
    )
    (found,) = target_progress(
        [Result(id="r", kind="output", title="R", indicators=[indicator])], datetime.date(2016, 6, 1)
    )
    assert found.track is TargetTrack.NOT_MEASURED
