"""The response quality panel: made cases by hand, and the table of cyber indices with its two copies."""

import csv
import io

import pytest
from attrs import evolve

from capbuild.io import read
from capbuild.model import Method, Missing, Recipe, Verdict, ZeroMeaning
from capbuild.scoring import assess, assess_quality, assess_reading_quality
from capbuild.scoring.findings import absence_issues
from capbuild.undefined import Undefined, UndefinedReason

YES, NO = Verdict.YES, Verdict.NO
QUICK = Recipe(replications=0)


@pytest.fixture(scope="module")
def panel(make, world, round_):
    framework = make["staircase"](4)
    names = list(framework.criteria)
    mixed = {name: (YES if n % 3 else NO) for n, name in enumerate(names)}
    table = {
        0: {"survey": dict.fromkeys(names, YES)},
        1: {"survey police": mixed, "survey cert": dict(mixed)},
        2: {"survey": {"S0.20": NO, "S0.21": NO, "S0.30": YES, "S0.31": YES, "S0.40": Missing.REFUSED}},
        3: {"survey": {"S0.20": YES, "S0.21": Missing.NOT_ASKED}, "visit": {"S0.20": NO}},
    }
    findings, sources = world(table)
    return assess_quality(assess(findings, framework, QUICK, round=round_, sources=sources))


def test_straight_lines_copies_and_contradictions_are_found(panel):
    assert [flag.subject for flag in panel.of_kind("straight line")] == ["XA XA-survey"]
    (copy,) = panel.of_kind("duplicate")
    assert {copy.subject, copy.other} == {"XB XB-survey police", "XB XB-survey cert"}
    (contradiction,) = [flag for flag in panel.of_kind("contradiction") if flag.subject.startswith("XC")]
    assert "all of step 3 is claimed and nothing of step 2" in contradiction.detail


@pytest.mark.parametrize("differing", [0, 1, 2])
@pytest.mark.parametrize(("second", "one_office"), [("survey police", True), ("survey cert", False)])
def test_two_submissions_of_one_office_are_told_where_one_answer_differs(
    make, world, round_, differing, second, one_office
):
    framework = make["staircase"](4)
    names = list(framework.criteria)[:14]
    first = {name: (YES if n % 3 else NO) for n, name in enumerate(names)}
    again = first | {name: (NO if first[name] is YES else YES) for name in names[:differing]}
    findings, sources = world({0: {"survey police": first, second: again}})
    if second == "survey police":
        findings, sources = world({0: {"survey police": first}})
        other = [evolve(finding, source="again", value=again[finding.target]) for finding in findings]
        findings, sources = [*findings, *other], [*sources, evolve(sources[0], id="again")]
    found = assess_quality(assess(findings, framework, QUICK, round=round_, sources=sources))
    assert len(found.of_kind("duplicate")) == (differing <= (1 if one_office else 0))


def test_what_was_not_asked_is_no_non_response(panel):
    assert panel.left_out["XC XC-survey"] == pytest.approx(1 / 5)
    assert panel.left_out["XD XD-survey"] == 0
    assert panel.unanswered["S0.40"] == pytest.approx(1 / 4)


def test_agreement_counts_pairs_of_sources(panel):
    assert (panel.by_country["XB"].share, panel.by_country["XB"].pairs) == (1.0, 24)
    assert (panel.by_country["XD"].share, panel.by_country["XD"].pairs) == (0.0, 1)
    assert panel.by_item["S0.20"].share == pytest.approx(1 / 2)
    alone = panel.by_country["XA"].share
    assert isinstance(alone, Undefined)
    assert alone.reason is UndefinedReason.ONE_RATER


def test_values_off_their_scale_are_found(make, world, round_):
    framework = make["values"](2)
    findings, sources = world({0: {"survey": {"D0": 7, "D1": 5}}})
    found = assess_quality(assess(findings, framework, QUICK, round=round_, sources=sources))
    assert [(flag.subject, flag.detail) for flag in found.of_kind("out of range")] == [
        ("XA XA-survey", "D0 is 7, which must be 0 to 5")
    ]


@pytest.mark.parametrize(("zero", "flags"), [(None, ["D0"]), (ZeroMeaning.POINTS, [])])
def test_zeros_to_which_the_framework_gives_a_meaning_are_no_blanks(make, world, round_, zero, flags):
    framework = evolve(make["values"](1), zero=zero)
    given = [0] * 8 + [3, 4] * 6
    findings, sources = world({number: {"survey": {"D0": value}} for number, value in enumerate(given)})
    found = assess_quality(assess(findings, framework, QUICK, round=round_, sources=sources))
    assert [one.subject for one in found.of_kind("zeros")] == flags


def test_not_applicable_is_said_to_count_as_the_rule_of_the_framework_counts_it(make, world, round_):
    framework = make["points"](1)
    findings, sources = world({0: {"survey": dict.fromkeys(list(framework.criteria)[:2], Missing.NOT_APPLICABLE)}})
    strict = Method(name="points", parameters={"missing": "zero", "rule": "no evidence, no points"})
    (node,) = framework.indicators
    (root,) = framework.roots
    zero = evolve(framework, roots=[evolve(root, children=[evolve(node, method=strict)])])
    for one, effect in ((framework, "is kept out of the level"), (zero, "counts as 0 by the framework's rule")):
        (issue,) = absence_issues(findings, one)
        assert effect in issue.message
    score = assess(findings, zero, QUICK, round=round_, sources=sources)["XA"][node.id]
    assert set(score.counted_as_zero) >= {one.target for one in findings}


def test_nothing_asked_is_undefined(make, round_):
    found = assess_quality(assess([], make["values"](2), QUICK, round=round_))
    assert (found.returns, found.flags, found.overall.reason) == (0, (), UndefinedReason.NOBODY_ANSWERED)


@pytest.mark.corpus
def test_zeros_that_were_blanks_are_flagged_and_blanks_are_not(corpus):
    path = corpus / "domain" / "indices" / "cyber_indices_blank_missing.csv"
    blank = assess_reading_quality(read(path))
    assert (blank.of_kind("zeros"), blank.issues) == ((), ())
    assert blank.unanswered["CEI"] == pytest.approx(84 / 192)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    text = "\n".join(",".join(cell or "0" for cell in row) for row in rows)
    filled = assess_reading_quality(read(text.encode(), name="zeros.csv"))
    flags = {flag.subject: flag.detail for flag in filled.of_kind("zeros")}
    assert set(flags) == {"CEI", "DDL", "NCSI"}
    assert "the mean is 40.9, and 51.7 if they are blanks" in flags["DDL"]
    assert {issue.code for issue in filled.issues} == {"CB207"}
    assert filled.overall == 0
