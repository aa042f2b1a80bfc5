"""Points, means and rounding, by hand."""

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.frameworks import framework_from_toml
from capbuild.model import (
    Answer,
    Capacity,
    Country,
    Finding,
    Framework,
    Method,
    Missing,
    Recipe,
    Round,
    RoundingMode,
    RoundingRule,
    Scale,
    Source,
    Verdict,
)
from capbuild.scoring import AnswerReader, assess, assess_country
from capbuild.scoring.aggregation import combine_children, round_figure
from capbuild.scoring.findings import unread_issues
from capbuild.scoring.methods import RegisteredMethod
from capbuild.undefined import UndefinedReason

LAND = Country(alpha_2="XA", alpha_3="XAA", name="Testland")
ROUND = Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2020, 1, 1))
SOURCE = Source(id="s", kind="desk", title="S")


@pytest.mark.parametrize(
    ("value", "rule", "expected"),
    [
        (72.5, RoundingRule(), 73),
        (73.5, RoundingRule(mode=RoundingMode.HALF_EVEN), 74),
        (72.5, RoundingRule(mode=RoundingMode.HALF_EVEN), 72),
        (72.9, RoundingRule(mode=RoundingMode.DOWN), 72),
        (2.675, RoundingRule(digits=2), 2.68),
        (-0.5, RoundingRule(), -1),
        ((60 + 80 + 60) / 3, RoundingRule(), 67),
    ],
)
def test_rounding_is_decimal(value, rule, expected):
    assert round_figure(value, rule) == expected


@given(st.lists(st.integers(0, 100), min_size=1, max_size=8))
def test_half_up_agrees_with_exact_fractions(values):
    mean = Fraction(sum(values), len(values))
    exact = (mean + Fraction(1, 2)).__floor__()
    assert round_figure(sum(values) / len(values), RoundingRule()) == exact


POINTS = """
[framework]
id = "p"
edition = "1"
title = "Points"
[[scales]]
id = "s"
kind = "points"
maximum = 120
[methods]
indicator = "points"
total = "mean"
[[nodes]]
id = "total"
kind = "total"
title = "Total"
[[nodes]]
id = "i"
title = "I"
parent = "total"
criteria = [{id = "a", text = "a", points = 3}, {id = "b", text = "b", points = 3}, {id = "c", text = "c", points = 6}]
"""


def points(values, recipe=None):
    framework = framework_from_toml(POINTS)
    findings = [Finding(country=LAND, target=name, value=value, source="s") for name, value in values.items()]
    return assess_country(LAND, framework, findings, round=ROUND, sources=[SOURCE], recipe=recipe)


def test_points_are_a_share_of_the_maximum():
    result = points({"a": Verdict.YES, "b": Verdict.NO, "c": Verdict.YES})
    assert (result["i"].value, result["total"].value) == (90.0, 90.0)


def test_what_is_missing_widens_the_range_and_leaves_the_value_whatever_its_kind():
    unknown = points({"a": Verdict.YES, "b": Missing.DONT_KNOW, "c": Verdict.NO})["i"]
    skipped = points({"a": Verdict.YES, "b": Missing.NOT_ASKED, "c": Verdict.NO})["i"]
    assert (unknown.value, unknown.interval.lower, unknown.interval.upper) == (40.0, 30.0, 60.0)
    assert (skipped.value, skipped.interval.lower, skipped.interval.upper) == (40.0, 30.0, 60.0)
    assert unknown.interval.nominal is None
    assert str(skipped.coverage) == "2 of 3"


def test_nothing_answered_is_undefined_not_zero():
    result = points({})
    assert (result["i"].value, result["i"].undefined.reason) == (None, UndefinedReason.NOBODY_ANSWERED)
    assert (result["total"].value, result["total"].undefined.reason) == (None, UndefinedReason.NOBODY_ANSWERED)


def test_a_mean_below_the_coverage_a_recipe_asks_is_undefined():
    result = points({"a": Verdict.YES}, Recipe(minimum_coverage=0.5))
    assert result["total"].undefined.reason is UndefinedReason.BELOW_COVERAGE


def test_a_method_nobody_registered_is_named():
    with pytest.raises(ModelError, match="did you mean 'mean'"):
        combine_children(Method(name="meen"), {"a": 1.0}, [1.0], {})


def test_a_plugins_method_is_used_and_a_built_in_one_is_not_replaced():
    children, functions = (
        {"a": 2.0, "b": 8.0},
        {
            name: RegisteredMethod(name=name, title=name, function=function)
            for name, function in {"middle": lambda v, w: v[1], "mean": lambda v, w: 0.0}.items()
        },
    )
    assert combine_children(Method(name="middle"), children, [1, 1], functions) == 8.0
    assert combine_children(Method(name="mean"), children, [1, 1], functions) == 5.0


#: LAW 20, LAB 30, STAFF 80 with weights 1, 1, 2; then the same without STAFF.
@pytest.mark.parametrize(
    ("name", "settings", "whole", "without_staff"),
    [
        ("mean", {}, 52.5, 25.0),
        ("mean", {"minimum_share": 0.67}, 52.5, None),
        ("mean", {"minimum_share": 0.66}, 52.5, 25.0),
        ("mean", {"floor LAB": 40, "ceiling": 35}, 35.0, 25.0),
        ("mean", {"floor LAB": 30, "ceiling": 35}, 52.5, 25.0),
        ("mean", {"floor STAFF": 90, "ceiling": 10}, 10.0, 25.0),  # what has no figure does not fail
        ("geometric", {"minimum_share": 0.5}, (20 * 30 * 80**2) ** 0.25, 600**0.5),
        ("geometric", {"floor LAW": 21, "ceiling": 22, "minimum_share": 1}, 22.0, None),
        ("minimum", {"minimum_share": 1}, 20.0, None),
        ("harmonic", {}, 4 / (1 / 20 + 1 / 30 + 2 / 80), 24.0),
    ],
)
def test_must_haves_and_the_least_share_of_parts(name, settings, whole, without_staff):
    def total(values):
        leaves = [
            Capacity(id=key, title=key, weight=weight, method=Method(name="value"))
            for key, weight in (("LAW", 1), ("LAB", 1), ("STAFF", 2))
        ]
        method = Method(name=name, parameters=settings)
        root = Capacity(id="total", kind="total", title="T", method=method, children=leaves)
        framework = Framework(id="f", edition="1", title="F", scales=[Scale(id="s", kind="percent")], roots=[root])
        visit = Source(id="v", kind="visit", title="V", country=LAND)
        findings = [Finding(country=LAND, target=key, value=value, source="v") for key, value in values.items()]
        return assess(findings, framework, Recipe(replications=20), round=ROUND, sources=[visit])["XA"]["total"]

    found = total({"LAW": 20, "LAB": 30, "STAFF": 80})
    assert found.value == pytest.approx(whole)
    found = total({"LAW": 20, "LAB": 30})
    if without_staff is None:
        assert (found.value, found.undefined.reason) == (None, UndefinedReason.BELOW_COVERAGE)
        assert "2 of 3 parts" in found.undefined.detail
    else:
        assert found.value == pytest.approx(without_staff)


def test_settings_of_a_method_are_checked():
    children = {"LAW": 20.0, "LAB": 30.0}
    for settings, rule in (
        ({"floor LUB": 1, "ceiling": 2}, "did you mean 'LAB'"),
        ({"floor LAB": 1}, "ceiling"),
        ({"minimum_shares": 1}, "did you mean 'minimum_share'"),
        ({"minimum_share": 2}, "from 0 to 1"),
    ):
        with pytest.raises(ModelError, match=rule):
            combine_children(Method(name="mean", parameters=settings), children, [1, 1], {})


def test_what_a_programme_says_a_text_means_comes_before_what_the_reader_took_it_for():
    reader = AnswerReader.make(framework_from_toml(POINTS), words={"n/a": "no"})
    missing = Answer("a", Missing.NOT_APPLICABLE, raw="n/a")
    assert reader.read(missing, reader.targets("a")[0]) is Verdict.NO
    assert (
        AnswerReader.make(framework_from_toml(POINTS)).read(missing, reader.targets("a")[0]) is Missing.NOT_APPLICABLE
    )


RUBRIC = """
[framework]
id = "rubric"
edition = "1"
title = "Rubric"
[[scales]]
id = "stages"
kind = "ordinal"
first_level = 0
levels = [{ code = "L0", label = "None" }, { code = "L1", label = "Draft" }, { code = "L2", label = "In force" }]
[[nodes]]
id = "LAW"
title = "Law on waste"
scale = "stages"
level_texts = { L1 = "A bill is before parliament.", L2 = { en = "The law is in force.", es = "La ley está vigente." } }
"""


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("L2", 2),
        ("2", 2),
        ("in force", 2),
        ("La ley está vigente.", 2),
        ("a bill is before parliament.", 1),
        ("None", 0),
    ],
)
def test_a_judged_level_may_be_answered_by_the_words_of_its_text(text, level):
    reader = AnswerReader.make(framework_from_toml(RUBRIC))
    assert reader.read(Answer("LAW", text), reader.targets("LAW")[0]) == level


def test_what_names_no_level_is_told_with_the_levels():
    reader = AnswerReader.make(framework_from_toml(RUBRIC))
    (issue,) = unread_issues([reader.read(Answer("LAW", "yes and no"), reader.targets("LAW")[0])])
    assert issue.remedy.endswith("a level by its number, code or name (L0, L1, L2)")
