"""Results: slots as written, actuals counted by hand, words for where a target stands."""

import datetime

import pytest

from capbuild.errors import ModelError
from capbuild.model import Delivery, Enrolment, Result, ResultIndicator
from capbuild.tracking import Records, Track, computed_results, read_slot, standings


def test_keys_as_they_are_written(make_round, make_staircase):
    one = make_round(make_staircase(), {"XA": {"visit": {"A.2a": "y"}}}).round
    assert read_slot("baseline", [one]).end == datetime.date(2016, 3, 31)
    assert read_slot("2016-04; JM; sex=female; group").groups == {"country": "JM", "sex": "female", "group": "group"}
    span = read_slot("2016-04-01/2017-03-31")
    assert (span.start, span.end) == (datetime.date(2016, 4, 1), datetime.date(2017, 3, 31))
    assert read_slot("JM").period == ""


def result(computed, kind="output", targets=None, **more):
    indicator = ResultIndicator(id="i", title="I", computed=computed, targets=targets or {})
    return Result(id="r", kind=kind, title="R", indicators=[indicator], **more)


def records(**more):
    def day(text):
        return datetime.date.fromisoformat(text)

    deliveries = [
        Delivery(id="D1", course="A01", start=day("2016-12-30"), end=day("2017-01-03"), host="XA"),
        Delivery(id="D2", course="A09", start=day("2017-05-01"), end=day("2017-05-02"), host="XB"),
        Delivery(id="D3", course="A09", start=day("2017-06-01"), end=day("2017-06-02"), cancelled=True),
    ]
    people = [
        Enrolment(participant="P1", delivery="D1", country="XA", status="completed", sex="female"),
        Enrolment(participant="P2", delivery="D1", country="XB", status="attended", sex="male"),
        Enrolment(participant="P3", delivery="D2", country="XA", status="certified", sex="male"),
        Enrolment(participant="P4", delivery="D3", country="XA", status="completed", sex="male"),
    ]
    return Records(deliveries=deliveries, enrolments=people, **more)


def actuals(one, known):
    return dict(computed_results([one], known)[0].indicators[0].actuals)


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
    before = make_round(framework, {"XA": {"visit": {"A.2a": "n", "A.2b": "y"}}, "XB": {"visit": {"A.2a": "n"}}})
    after = make_round(framework, {"XA": {"visit": {"A.2a": "y", "A.2b": "y", "B.2a": "y"}}}, "endline")
    known = records(rounds=[before, after])
    assert actuals(result("criteria met", "immediate outcome"), known) == {
        "baseline": 1, "baseline; XA": 1, "baseline; XB": 0, "endline": 3, "endline; XA": 3,
    }  # fmt: skip
    assert actuals(result("criteria gained", "immediate outcome"), known) == {"endline": 1, "endline; XA": 1}
    assert actuals(result("criteria met", "immediate outcome", criteria=["B"]), known)["endline"] == 1
    assert actuals(result("criteria observed", "immediate outcome", criteria=["A.2a"]), known) == {
        "baseline": 2, "endline": 1,
    }  # fmt: skip


def test_an_output_never_becomes_an_outcome():
    for kind in ("immediate outcome", "intermediate outcome", "ultimate outcome"):
        with pytest.raises(ModelError, match="an outcome needs findings"):
            computed_results([result("enrolments completed", kind)], records())
    with pytest.raises(ModelError, match="must be one of"):
        computed_results([result("people happy")], records())


def test_what_is_recorded_by_hand_wins_over_what_is_computed():
    one = result("deliveries held")
    from attrs import evolve

    by_hand = evolve(one, indicators=[evolve(one.indicators[0], actuals={"2017": 7.0})])
    assert actuals(by_hand, records())["2017"] == 7


@pytest.mark.parametrize(
    ("actual", "today", "ascending", "track"),
    [
        (100, "2016-06-30", True, Track.MET),
        (55, "2016-07-01", True, Track.ON_TRACK),
        (45, "2016-07-01", True, Track.BEHIND),
        (99, "2017-01-01", True, Track.LATE),
        (None, "2016-07-01", True, Track.NOT_MEASURED),
        (-1, "2016-07-01", False, Track.MET),
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
    (found,) = standings(
        [Result(id="r", kind="output", title="R", indicators=[indicator])], datetime.date.fromisoformat(today)
    )
    assert found.track is track
    if ascending and today == "2016-07-01" and actual is not None:
        assert found.expected == pytest.approx(50)


def test_a_target_of_one_group_needs_a_figure_of_that_group():
    indicator = ResultIndicator(
        id="i", title="I", targets={"2016; sex=female": 5}, actuals={"2016": 9, "2016; sex=male": 9}
    )
    (found,) = standings([Result(id="r", kind="output", title="R", indicators=[indicator])], datetime.date(2016, 6, 1))
    assert found.track is Track.NOT_MEASURED
