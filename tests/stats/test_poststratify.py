"""Weights calibrated to known totals, against R's survey package and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.poststratify import calibrate, poststratify, rake
from capbuild.stats.survey import SurveyDesign
from capbuild.stats.surveyestimates import survey_mean, survey_total

SCHOOLS = {"E": 4421, "H": 755, "M": 1018}


@pytest.fixture(scope="module")
def clusters(peers):
    sheet = peers("survey_apiclus1")
    return sheet, SurveyDesign.of(sheet.numbers("pw"), clusters=[sheet.text("dnum")])


def reference(peers, call):
    return next((float(row[3]), float(row[4])) for row in peers("survey_reference").rows if row[0] == call)


@pytest.mark.corpus
def test_poststratified_as_r(peers, clusters):
    sheet, design = clusters
    found = poststratify(design, sheet.text("stype"), SCHOOLS)
    mean = survey_mean(found, sheet.numbers("api00"))
    total = survey_total(found, sheet.numbers("enroll"))
    assert (mean.value, mean.se) == pytest.approx(reference(peers, "postStratify(stype) svymean(~api00)"), rel=1e-12)
    assert (total.value, total.se) == pytest.approx(
        reference(peers, "postStratify(stype) svytotal(~enroll)"), rel=1e-11
    )


@pytest.mark.corpus
def test_raked_as_r(peers, clusters):
    sheet, design = clusters
    margins = [(sheet.text("stype"), SCHOOLS), (sheet.text("sch.wide"), {"No": 1072, "Yes": 5122})]
    found = rake(design, margins)
    # R stops when no total moves by more than one school; ours goes on until the margins hold.
    assert found.weights == pytest.approx(peers("survey_rake_weights").numbers("w"), abs=2e-3)
    mean = survey_mean(found, sheet.numbers("api00"))
    assert (mean.value, mean.se) == pytest.approx(reference(peers, "rake(stype,sch.wide) svymean(~api00)"), rel=2e-6)
    for labels, totals in margins:
        for label, total in totals.items():
            own = np.array([cell == label for cell in labels])
            assert found.weights[own].sum() == pytest.approx(total, rel=1e-9)


@pytest.mark.corpus
def test_calibrated_as_r(peers, clusters):
    sheet, design = clusters
    kinds = np.array(sheet.text("stype"))
    columns = np.column_stack([np.ones(len(kinds)), kinds == "H", kinds == "M", sheet.numbers("api99")])
    found = calibrate(design, columns, [6194, 755, 1018, 3914069])
    mean = survey_mean(found, sheet.numbers("api00"))
    assert (mean.value, mean.se) == pytest.approx(
        reference(peers, "calibrate(~stype+api99) svymean(~api00)"), rel=1e-11
    )


@given(st.integers(0, 10_000))
def test_margins_hold_and_known_totals_have_no_error(seed):
    rng = np.random.default_rng(seed)
    design = SurveyDesign.of(rng.uniform(1, 3, 24))
    one, two = ["a", "b", "c"] * 8, ["x", "y"] * 12
    totals = ({"a": 30, "b": 20, "c": 50}, {"x": 45, "y": 55})
    found = rake(design, [(one, totals[0]), (two, totals[1])])
    for labels, sizes in ((one, totals[0]), (two, totals[1])):
        for label, size in sizes.items():
            holds = np.array([cell == label for cell in labels], dtype=float)
            estimate = survey_total(found, holds)
            assert estimate.value == pytest.approx(size)
            assert estimate.se == pytest.approx(0, abs=1e-6)


def test_poststrata_are_one_margin():
    design = SurveyDesign.of([1.0, 2.0, 3.0, 4.0])
    one = poststratify(design, "aabb", {"a": 9, "b": 14})
    two = rake(design, [("aabb", {"a": 9, "b": 14})])
    dummies = np.array([[1, 0], [1, 0], [0, 1], [0, 1]])
    three = calibrate(design, dummies, [9, 14])
    assert one.weights.tolist() == pytest.approx([3, 6, 6, 8])
    assert two.weights == pytest.approx(one.weights)
    assert three.weights == pytest.approx(one.weights)
    y = [1.0, 5.0, 2.0, 9.0]
    assert survey_mean(one, y).se == pytest.approx(survey_mean(two, y).se) == pytest.approx(survey_mean(three, y).se)


def test_wrong_arguments_are_named():
    design = SurveyDesign.of([1.0, 1.0, 1.0])
    with pytest.raises(ModelError, match="total for each cell"):
        poststratify(design, "aab", {"a": 3})
    with pytest.raises(ModelError, match="must have a row"):
        poststratify(design, "aab", {"a": 3, "b": 3, "c": 1})
    with pytest.raises(ModelError, match="more than 0"):
        poststratify(design, "aab", {"a": 3, "b": 0})
    with pytest.raises(ModelError, match="must agree"):
        rake(design, [("aab", {"a": 3, "b": 3}), ("xyx", {"x": 9, "y": 9})], limit=20)
    with pytest.raises(ModelError, match="reachable"):
        calibrate(design, [[1, 1], [1, 1], [1, 1]], [3, 4])
    with pytest.raises(ModelError, match="positive"):
        calibrate(design, [[1, 1], [1, 2], [1, 9]], [3, 40])
    with pytest.raises(ModelError, match="rows"):
        calibrate(design, [[1.0]], [3])
