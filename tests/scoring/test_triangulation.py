"""Findings side by side, the agenda of the next visit, and how self-reports differ from visits: by hand."""

import pytest
from scipy import stats

from capbuild.model import Missing, Recipe, Verdict
from capbuild.scoring import assess, source_bias, triangulate
from capbuild.undefined import Undefined, UndefinedReason

YES, NO, PARTLY = Verdict.YES, Verdict.NO, Verdict.PARTLY


@pytest.fixture(scope="module")
def found(make, world, round_):
    framework = make["staircase"](2)
    clear = dict.fromkeys(framework.criteria, YES)
    table = {
        0: {
            "survey police": clear | {"S0.30": YES, "S1.40": YES},
            "survey cert": {"S0.30": NO, "S1.40": NO},
            "desk": {"S0.30": YES},
        },
        1: {"survey police": clear, "visit": {"S0.20": NO, "S0.30": YES}},
        2: {"survey police": {"S0.20": PARTLY, "S0.21": Missing.REFUSED}},
    }
    findings, sources = world(table)
    return assess(findings, framework, Recipe(replications=0), round=round_, sources=sources)


def test_every_finding_stands_beside_the_others(found):
    row = triangulate(found).find("XA", "S0.30")
    assert {kind: [f.value for f in findings] for kind, findings in row.findings.items()} == {
        "survey": [NO, YES],
        "desk": [YES],
    }
    assert row.conflict
    assert triangulate(found).find("XA", "S0.20").conflict is False
    assert len(triangulate(found)) == sum(1 for a in found for s in a.indicators for r in s.results if r.findings)


def test_each_policy_says_what_counts(found):
    row = triangulate(found).find("XA", "S0.30")
    expected = {
        "best evidence": NO,
        "median": YES,
        "minimum": NO,
        "consensus": Missing.NOT_OBSERVED,
    }
    assert {name: row.by_policy[name] for name in expected} == expected
    assert {"lead agency", "most reliable", "model"} <= set(row.by_policy)


def test_who_maintains_something_else_is_on_record(found):
    row = triangulate(found).find("XA", "S0.30")
    assert sorted((d.by, str(d.statement)) for d in row.dissents) == [("desk", "yes"), ("survey police", "yes")]
    assert triangulate(found).find("XA", "S0.20").dissents == ()


def test_the_agenda_begins_with_what_would_narrow_most_and_leaves_out_what_was_seen(found):
    agenda = triangulate(found).agenda
    assert [(item.row.country.alpha_2, item.row.target) for item in agenda] == [("XA", "S1.40"), ("XA", "S0.30")] or [
        item.row.target for item in agenda
    ] == ["S0.30", "S1.40"]
    assert agenda[0].narrowing >= agenda[1].narrowing > 0
    # A no to step 3 leaves levels 2 to 4 open, one to step 4 only 3 and 4.
    assert {item.row.target: item.levels for item in agenda} == {"S0.30": 3, "S1.40": 2}
    assert triangulate(found).find("XB", "S0.20").conflict


def test_one_country_can_be_looked_at_alone(found):
    alone = triangulate(found["XA"])
    assert {row.country.alpha_2 for row in alone} == {"XA"}
    assert [item.row.target for item in alone.agenda] == [item.row.target for item in triangulate(found).agenda]


def test_bias_is_the_mean_over_countries_with_students_interval(make, world, round_):
    framework = make["staircase"](2)
    names = list(framework.criteria)
    seen = [[YES] * 6 + [NO] * 6, [YES] * 9 + [NO] * 3, [YES] * 3 + [NO] * 9]
    told = [[YES] * 9 + [NO] * 3, [YES] * 10 + [NO] * 2, [YES] * 7 + [NO] * 5]
    table = {
        n: {"visit": dict(zip(names, seen[n], strict=True)), "survey": dict(zip(names, told[n], strict=True))}
        for n in range(3)
    }
    findings, sources = world(table)
    (bias,) = source_bias(assess(findings, framework, round=round_, sources=sources))
    differences = [3 / 12, 1 / 12, 4 / 12]
    low, high = stats.t.interval(0.9, 2, loc=sum(differences) / 3, scale=stats.sem(differences))
    assert bias.estimate.value == pytest.approx(sum(differences) / 3)
    assert (bias.estimate.low, bias.estimate.high) == pytest.approx((low, high))
    assert (bias.pairs, bias.agreed) == (36, 28)
    assert dict(bias.by_country) == pytest.approx(dict(zip(("XA", "XB", "XC"), differences, strict=True)))


def test_bias_of_values_is_in_their_unit(make, world, round_):
    framework = make["values"](2)
    table = {n: {"visit": {"D0": 2, "D1": 3}, "survey": {"D0": 3 + n, "D1": 3}} for n in range(2)}
    findings, sources = world(table)
    (bias,) = source_bias(assess(findings, framework, Recipe(replications=0), round=round_, sources=sources))
    assert (bias.measure, bias.estimate.value, bias.pairs, bias.agreed) == ("l", 0.75, 4, 2)


def test_one_country_tells_no_interval_and_none_no_bias(make, world, round_):
    framework = make["staircase"](1)
    findings, sources = world({0: {"visit": {"S0.20": NO}, "survey": {"S0.20": YES}}, 1: {"survey": {"S0.20": YES}}})
    (bias,) = source_bias(assess(findings, framework, round=round_, sources=sources))
    assert isinstance(bias.estimate, Undefined)
    assert bias.estimate.reason is UndefinedReason.TOO_FEW
    findings, sources = world({0: {"survey": {"S0.20": YES}}})
    assert source_bias(assess(findings, framework, round=round_, sources=sources)) == ()
