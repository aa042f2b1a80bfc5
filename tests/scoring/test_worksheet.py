"""Worksheets: recalculated, their formulas give the score again, whatever it was made by."""

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.frameworks import load_bundled
from capbuild.model import (
    Capacity,
    Criterion,
    Framework,
    Level,
    Method,
    Missing,
    Recipe,
    RoundingMode,
    RoundingRule,
    Scale,
    Verdict,
)
from capbuild.scoring import Formula, assess
from capbuild.text import Text

ANSWERS = st.sampled_from(
    [
        Verdict.YES,
        Verdict.YES,
        Verdict.PARTLY,
        Verdict.NO,
        Missing.NOT_OBSERVED,
        Missing.NOT_APPLICABLE,
        Missing.NOT_ASKED,
    ]
)
QUICK = Recipe(replications=0)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), partial=st.integers(0, 1), top=st.booleans())
def test_a_staircase_recalculates(data, partial, top, make, world, round_, recalculate):
    """Also where the highest step may be met in part, by a report that nobody checked too."""
    framework = make["staircase"](1)
    if top:
        methods = {"indicator": Method(name="staircase", parameters={"partly": "top step"})}
        framework = evolve(framework, methods=methods)
    answers = {name: data.draw(ANSWERS) for name in framework.criteria}
    findings, sources = world({0: {data.draw(st.sampled_from(["visit", "survey"])) if top else "visit": answers}})
    recipe = Recipe(allow_partial=0 if top else partial)
    if all(value is Missing.NOT_ASKED for value in answers.values()):
        return
    score = assess(findings, framework, recipe, round=round_, sources=sources)["XA"]["S0"]
    sheet = recalculate(score.explain().worksheet())
    found = sheet.beside("Lowest level"), sheet.beside("Highest level")
    assert found == (score.plausible.lowest, score.plausible.highest)
    assert sheet.stale() == []


def test_editing_a_state_moves_the_level(make, world, round_, recalculate):
    framework = make["staircase"](1)
    findings, sources = world({0: {"visit": dict.fromkeys(framework.criteria, Verdict.YES)}})
    score = assess(findings, framework, QUICK, round=round_, sources=sources)["XA"]["S0"]
    rows = [list(row) for row in score.explain().worksheet()]
    assert recalculate(rows).beside("Lowest level") == 4
    line = next(row for row in rows if len(row) > 1 and row[1] == "S0.31")
    line[3] = "not met"
    assert recalculate(rows).beside("Lowest level") == 2
    line[3] = "open"
    assert (recalculate(rows).beside("Lowest level"), recalculate(rows).beside("Highest level")) == (2, 4)


@settings(max_examples=30, deadline=None)
@given(answers=st.lists(ANSWERS, min_size=6, max_size=6), partly=st.sampled_from([0.0, 0.5]))
def test_points_recalculate(answers, partly, world, round_, recalculate):
    criteria = [Criterion(id=f"c{n}", text="x", points=1 + n, no_cases=True) for n in range(6)]
    method = Method(name="points", parameters={"maximum": 120, "partly": partly})
    node = Capacity(id="p", title="P", method=method, criteria=criteria)
    framework = Framework(
        id="f", edition="1", title="F", scales=[Scale(id="s", kind="percent")], roots=[node],
        rounding={"indicator": RoundingRule(digits=1)},
    )  # fmt: skip
    findings, sources = world({0: {"desk": {f"c{n}": value for n, value in enumerate(answers)} | {"none": 1}}})
    found = assess(findings, framework, QUICK, round=round_, sources=sources)
    score = found["XA"]["p"] if found else None
    if score is None or score.value is None:
        return
    sheet = recalculate(score.explain().worksheet())
    assert sheet.beside("Exactly") == pytest.approx(score.exact, abs=1e-9)
    assert sheet.beside("Value") == pytest.approx(score.value, abs=1e-9)
    ends = sheet.beside("If nothing open is met"), sheet.beside("If all that is open is met")
    possible = (score.exact, score.exact) if score.interval is None else (score.interval.lower, score.interval.upper)
    assert ends == pytest.approx(possible)
    assert sheet.stale() == []


METHODS = [
    Method(name="mean"),
    Method(name="minimum"),
    Method(name="geometric"),
    Method(name="harmonic"),
    Method(name="generalised", parameters={"power": 2.0}),
    Method(name="mazziotta-pareto"),
]


@pytest.mark.parametrize("method", METHODS, ids=str)
@pytest.mark.parametrize("mode", RoundingMode)
def test_a_mean_recalculates(method, mode, world, round_, recalculate):
    leaves = [
        Capacity(id=f"d{n}", title=f"D{n}", weight=weight, method=Method(name="value"))
        for n, weight in enumerate((1.0, 2.5, 4.0, 1.0))
    ]
    root = Capacity(id="t", kind="total", title="T", method=method, children=leaves)
    framework = Framework(
        id="f", edition="1", title="F", scales=[Scale(id="s", kind="percent")], roots=[root],
        rounding={"total": RoundingRule(digits=1, mode=mode)},
    )  # fmt: skip
    findings, sources = world({0: {"desk": {"d0": 20.5, "d1": 61.25, "d2": 99.0}}})
    score = assess(findings, framework, QUICK, round=round_, sources=sources)["XA"]["t"]
    sheet = recalculate(score.explain().worksheet())
    assert sheet.beside("Exactly") == pytest.approx(score.exact, abs=1e-9)
    assert sheet.beside("Value") == pytest.approx(score.value, abs=1e-9)


def test_a_level_given_as_a_whole_recalculates(make, world, round_, recalculate):
    findings, sources = world({0: {"survey": {f"D{n}": n % 6 for n in range(20)}}})
    found = assess(findings, make["values"](), QUICK, round=round_, sources=sources)["XA"]
    for score in found:
        assert recalculate(score.explain().worksheet()).beside("Value") == pytest.approx(score.value)


def test_every_score_of_the_built_in_framework_has_a_sheet(world, round_, recalculate):
    framework = load_bundled("police_cyber")
    answers = {name: (Verdict.YES if n % 7 else Verdict.NO) for n, name in enumerate(framework.criteria)}
    findings, sources = world({0: {"visit": answers}})
    found = assess(findings, framework, QUICK, round=round_, sources=sources)["XA"]
    for score in found.indicators:
        assert recalculate(score.explain("es").worksheet()).beside("Lowest level") == score.level


def test_a_text_is_never_a_formula(world, round_):
    node = Capacity(id="c", title=Text("=1+1", "en"), criteria=[Criterion(id="c.a", step=2, text="=HYPERLINK(1)")])
    levels = [Level(code=f"L{n}", order=n, label=str(n)) for n in (1, 2)]
    framework = Framework(id="f", edition="1", title="F", scales=[Scale(id="s", levels=levels)], roots=[node])
    findings, sources = world({0: {"visit": {"c.a": Verdict.YES}}})
    rows = assess(findings, framework, QUICK, round=round_, sources=sources)["XA"]["c"].explain().worksheet()
    assert any("=HYPERLINK(1)" in row for row in rows)
    formulas = [cell for row in rows for cell in row if isinstance(cell, Formula)]
    assert formulas
    assert not any("HYPERLINK" in cell.text for cell in formulas)
