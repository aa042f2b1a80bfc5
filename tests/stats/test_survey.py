"""Survey estimates against R's survey package on all designs of the corpus, and what they must do by themselves."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.survey import SurveyDesign
from capbuild.stats.surveyestimates import (
    by_domain,
    design_effect,
    domain_difference,
    survey_mean,
    survey_proportion,
    survey_quantile,
    survey_ratio,
    survey_total,
)
from capbuild.undefined import Undefined, UndefinedReason


@pytest.fixture(scope="module")
def designs(peers):
    """Each sample of the corpus with its design, by the name that the reference uses."""

    def sample(name):
        return peers(f"survey_{name}")

    strat, one, two, simple = (sample(name) for name in ("apistrat", "apiclus1", "apiclus2", "apisrs"))
    return {
        "apistrat_fpc": (
            strat,
            SurveyDesign.of(strat.numbers("pw"), strata=strat.text("stype"), populations=[strat.numbers("fpc")]),
        ),
        "apistrat_nofpc": (strat, SurveyDesign.of(strat.numbers("pw"), strata=strat.text("stype"))),
        "apiclus1_fpc": (
            one,
            SurveyDesign.of(one.numbers("pw"), clusters=[one.text("dnum")], populations=[one.numbers("fpc")]),
        ),
        "apiclus1_nofpc": (one, SurveyDesign.of(one.numbers("pw"), clusters=[one.text("dnum")])),
        "apiclus2_fpc": (
            two,
            SurveyDesign.of(
                two.numbers("pw"),
                clusters=[two.text("dnum"), two.text("snum")],
                populations=[two.numbers("fpc1"), two.numbers("fpc2")],
            ),
        ),
        "apisrs_fpc": (simple, SurveyDesign.of(simple.numbers("pw"), populations=[simple.numbers("fpc")])),
    }


def equals(sheet, column, value):
    return np.array([cell == value for cell in sheet.text(column)])


def estimate(call, stat, sheet, design):
    """Our estimate for a call of the reference, at its confidence of 95 %."""
    api, options = sheet.numbers("api00"), {"level": 0.95}
    return {
        "svymean(~api00)": lambda: survey_mean(design, api, **options),
        "svymean(~api00) ci t": lambda: survey_mean(design, api, **options),
        "svytotal(~enroll)": lambda: survey_total(design, sheet.numbers("enroll"), **options),
        "svyratio(~api.stu,~enroll)": lambda: survey_ratio(
            design, sheet.numbers("api.stu"), sheet.numbers("enroll"), **options
        ),
        "svymean(~stype)": lambda: survey_mean(design, equals(sheet, "stype", stat[-1]), **options),
        "svyquantile(~api00)": lambda: survey_quantile(design, api, float(stat), **options),
        "svyby(~api00,~stype,svymean)": lambda: survey_mean(design, api, where=equals(sheet, "stype", stat), **options),
        "svyciprop(~I(sch.wide=='Yes'),logit)": lambda: survey_proportion(
            design, equals(sheet, "sch.wide", "Yes"), **options
        ),
        "svyttest(enroll~comp.imp)": lambda: domain_difference(
            design,
            sheet.numbers("enroll"),
            equals(sheet, "comp.imp", "Yes"),
            equals(sheet, "comp.imp", "No"),
            **options,
        ),
        "svycontrast(api00-api99): paired change": lambda: survey_mean(design, api - sheet.numbers("api99"), **options),
    }[call]()


ELSEWHERE = ("postStratify", "rake", "calibrate")  # test_poststratify.py
NOT_OURS = ("as.svrepdesign", "svyglm")  # replicate weights and regression


@pytest.mark.corpus
def test_as_r_survey(peers, designs):
    compared = 0
    for call, name, stat, value, se, extra in peers("survey_reference").rows:
        if call.startswith(ELSEWHERE + NOT_OURS):
            continue
        found = estimate(call, stat, *designs[name])
        expected = {"ci_low": found.low, "ci_high": found.high}.get(stat, found.value)
        assert expected == pytest.approx(float(value), rel=2e-9), (call, name, stat)  # R fits the share by iteration
        if se not in {"", "NA"}:
            assert found.se == pytest.approx(float(se), rel=1e-9, abs=1e-9), (call, name, stat)
        if call.endswith("ci t"):
            assert found.df == float(extra)
        elif ";" in extra and not extra.startswith("t="):
            assert [found.low, found.high] == pytest.approx([float(x) for x in extra.split(";")], rel=1e-9)
        elif extra.startswith("t="):
            assert found.value / found.se == pytest.approx(float(extra[2:].split(";")[0]), rel=1e-9)
        elif call == "svymean(~api00)":
            sheet, design = designs[name]
            assert design_effect(design, sheet.numbers("api00")) == pytest.approx(float(extra), rel=1e-10)
        compared += 1
    assert compared == 92


@pytest.mark.corpus
def test_as_samplics(peers, designs):
    for _, name, _, value, se in peers("survey_python_check").rows:
        sheet, design = designs[name]
        found = survey_mean(design, sheet.numbers("api00"))
        assert (found.value, found.se) == pytest.approx((float(value), float(se)), rel=1e-12)


def test_simple_random_sample_by_hand():
    y = [2.0, 4.0, 9.0]
    found = survey_mean(SurveyDesign.of([4.0] * 3, populations=[[12] * 3]), y)
    assert found.value == 5
    assert found.se == pytest.approx(math.sqrt((1 - 3 / 12) * 13 / 3))  # the sample variance is 13
    assert found.df == 2
    everybody = survey_mean(SurveyDesign.of([1.0] * 3, populations=[[3] * 3]), y)
    assert everybody.se == 0
    assert everybody.low == everybody.high == 5


def test_clusters_carry_labels_within_their_stratum():
    # Cluster "1" of stratum "n" is another than cluster "1" of stratum "s".
    design = SurveyDesign.of([1.0] * 6, strata="nnnsss", clusters=["112112"])
    assert design.clusters == 4
    assert design.degrees_of_freedom == 2


@given(st.integers(0, 10_000))
def test_order_labels_and_weight_scale_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    y, w = rng.normal(size=16), rng.uniform(1, 5, 16)
    strata, clusters = rng.permutation([0, 1] * 8), rng.integers(0, 6, 16)
    order = rng.permutation(16)
    one = survey_mean(SurveyDesign.of(w, strata=strata.tolist(), clusters=[clusters.tolist()]), y)
    renamed = [f"c{9 - c}" for c in clusters[order]]
    two = survey_mean(SurveyDesign.of(3 * w[order], strata=strata[order].tolist(), clusters=[renamed]), y[order])
    if isinstance(one, Undefined):
        assert one == two
    else:
        assert (one.value, one.se, one.df) == pytest.approx((two.value, two.se, two.df))


def test_missing_values_are_a_domain():
    design = SurveyDesign.of([1.0, 2.0, 3.0, 4.0], clusters=["aabb"])
    gap = survey_mean(design, [1.0, 2.0, np.nan, 4.0])
    domain = survey_mean(design, [1.0, 2.0, 99.0, 4.0], where=[True, True, False, True])
    assert gap == domain
    assert gap.n == 3


def test_domains_are_flagged_when_small():
    design = SurveyDesign.of([1.0] * 7)
    found = by_domain(design, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, np.nan], list("aaaaabb"), minimum=3)
    assert [(d.label, d.rows, d.clusters, d.small) for d in found] == [("a", 5, 5, False), ("b", 1, 1, True)]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (survey_mean(SurveyDesign.of([1.0, 1.0]), [np.nan, np.nan]), UndefinedReason.NOBODY_ANSWERED),
        (survey_total(SurveyDesign.of([1.0, 1.0]), [np.nan, np.nan]), UndefinedReason.NOBODY_ANSWERED),
        (survey_mean(SurveyDesign.of([1.0, 1.0], strata="ab"), [1.0, 2.0]), UndefinedReason.TOO_FEW),
        (survey_ratio(SurveyDesign.of([1.0, 1.0]), [1.0, 2.0], [0.0, 0.0]), UndefinedReason.NOT_APPLICABLE),
        (survey_mean(SurveyDesign.of([1.0, 3.0]), [0.3, 0.3]), UndefinedReason.CONSTANT),
        (
            domain_difference(SurveyDesign.of([1.0] * 4), [2.0, 2.0, 7.0, 7.0], [1, 1, 0, 0], [0, 0, 1, 1]),
            UndefinedReason.CONSTANT,
        ),
        (survey_quantile(SurveyDesign.of([1.0, 1.0]), [np.nan] * 2, 0.5), UndefinedReason.NOBODY_ANSWERED),
        (design_effect(SurveyDesign.of([9.0, 9.0]), [3.0, 3.0]), UndefinedReason.CONSTANT),
        (design_effect(SurveyDesign.of([9.0, 9.0]), [np.nan, np.nan]), UndefinedReason.NOBODY_ANSWERED),
        (survey_proportion(SurveyDesign.of([1.0, 1.0]), [np.nan, np.nan]), UndefinedReason.NOBODY_ANSWERED),
        (survey_quantile(SurveyDesign.of([1.0, 1.0], strata="ab"), [1.0, 2.0], 0.5), UndefinedReason.TOO_FEW),
        (survey_mean(SurveyDesign.of([1.0]), [1.0]), UndefinedReason.TOO_FEW),
        (survey_mean(SurveyDesign.of([1.0], populations=[[1]]), [1.0]), UndefinedReason.TOO_FEW),
        (
            survey_mean(SurveyDesign.of([1.0] * 3, clusters=["aab", "xyz"], populations=[[4] * 3]), [1.0, 2.0, 3.0]),
            UndefinedReason.TOO_FEW,
        ),
        (
            domain_difference(SurveyDesign.of([1.0, 1.0]), [1.0, 2.0], [True, True], [False, False]),
            UndefinedReason.NOBODY_ANSWERED,
        ),
    ],
)
def test_undefined(found, reason):
    assert isinstance(found, Undefined)
    assert found.reason == reason


def test_wrong_arguments_are_named():
    with pytest.raises(ModelError, match="weights"):
        SurveyDesign.of([1.0, 0.0])
    with pytest.raises(ModelError, match="strata"):
        SurveyDesign.of([1.0, 1.0], strata="a")
    with pytest.raises(ModelError, match="at most 1 stages"):
        SurveyDesign.of([1.0, 1.0], populations=[[2, 2], [2, 2]])
    with pytest.raises(ModelError, match="at least the 2 drawn"):
        survey_mean(SurveyDesign.of([1.0, 1.0], populations=[[1, 1]]), [1.0, 2.0])
    with pytest.raises(ModelError, match="linearised"):
        SurveyDesign.of([1.0, 1.0]).variance([1.0])
    with pytest.raises(ModelError, match="where"):
        survey_mean(SurveyDesign.of([1.0, 1.0]), [1.0, 2.0], where=[True])
    with pytest.raises(ModelError, match="probability"):
        survey_quantile(SurveyDesign.of([1.0, 1.0]), [1.0, 2.0], 1.0)
