"""Intervals of proportions against samplics, statsmodels and scipy, and what they must do by themselves."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.estimate import Estimate
from capbuild.stats.survey import SurveyDesign
from capbuild.stats.surveyestimates import domain_difference, survey_mean, survey_proportion, survey_quantile
from capbuild.undefined import Undefined, UndefinedReason

distributions = pytest.importorskip("scipy.stats", reason="scipy is an oracle")


def simple(yes, n, level=0.9):
    """The interval of a simple random sample."""
    return survey_proportion(SurveyDesign.of([1.0] * n), [1.0] * yes + [0.0] * (n - yes), level=level)


@st.composite
def drawn(draw, *, least=2, most=60):
    """A sample with weights, strata and clusters, each on its own or together, and its answers of 0 and 1."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(least, most))
    weights = rng.lognormal(0, draw(st.sampled_from([0.0, 0.5, 1.5])), n)
    strata = rng.integers(0, draw(st.integers(1, 3)), n).tolist()
    clusters = rng.integers(0, draw(st.integers(2, n)), n).tolist()
    answers = (rng.random(n) < draw(st.sampled_from([0.03, 0.2, 0.5, 0.9, 1.0]))).astype(float)
    design = {"strata": strata if draw(st.booleans()) else None, "clusters": [clusters] if draw(st.booleans()) else ()}
    return weights, answers, design


def _samplics(answers, weights, design, domain=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it has a successor
        from samplics import PopParam, TaylorEstimator

        peer = TaylorEstimator(PopParam.prop, alpha=0.1)
        clusters = design["clusters"]
        peer.estimate(
            y=answers.astype(int),
            samp_weight=weights,
            stratum=design["strata"],
            psu=clusters[0] if clusters else list(range(len(weights))),
            domain=domain,
        )
    return peer


@given(drawn(least=80, most=300))
def test_as_samplics(sample):
    weights, answers, design = sample
    found = survey_proportion(SurveyDesign.of(weights, **design), answers)
    assume(found and 0 < found.value < 1)
    peer = _samplics(answers, weights, design)
    low, high = peer.lower_ci[1], peer.upper_ci[1]
    assert (found.value, found.se) == pytest.approx((peer.point_est[1], peer.stderror[1]), rel=1e-9)
    assert found.df == peer.degree_of_freedom
    # Where it reaches far in log odds, also by the number of respondents and clusters alone, the exact interval may be
    # the better one, and the peer has none.
    assume(math.log(high / (1 - high)) - math.log(low / (1 - low)) <= 1)
    t, n = distributions.t.ppf(0.95, found.df), len(weights)
    assume(t**2 * n / ((n - 1) * weights.sum() ** 2 / (weights**2).sum() * found.value * (1 - found.value)) <= 0.25)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9)


@given(drawn(least=40, most=200), st.integers(2, 4))
def test_domains_as_samplics(sample, domains):
    weights, answers, design = sample
    parts = np.arange(len(weights)) % domains
    made = SurveyDesign.of(weights, **design)
    assume(survey_proportion(made, answers))  # samplics lets a stratum of one cluster pass
    peer = _samplics(answers, weights, design, parts)
    for part in range(domains):
        found = survey_proportion(made, answers, where=parts == part)
        if found and 0 < found.value < 1:
            wanted = (peer.point_est[part][1], peer.stderror[part][1])
            assert (found.value, found.se) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("n", [2, 5, 6, 17, 40, 100])
def test_a_simple_sample_has_the_shorter_interval_of_two_peers(n, level):
    proportion = pytest.importorskip("statsmodels.stats.proportion", reason="statsmodels is the oracle")
    t = distributions.t.ppf((1 + level) / 2, n - 1)
    for yes in range(n + 1):
        found, p = simple(yes, n, level), yes / n
        exact = proportion.proportion_confint(yes, n, alpha=1 - level, method="beta")
        exact = [0.0 if yes == 0 else exact[0], 1.0 if yes == n else exact[1]]
        peers = [exact]
        if 0 < yes < n:
            reach = t / math.sqrt((n - 1) * p * (1 - p))
            peers.append(1 / (1 + np.exp(-(math.log(p / (1 - p)) + reach * np.array([-1, 1])))))
        widths = [high - low for low, high in peers]
        assert [found.low, found.high] == pytest.approx(list(peers[int(np.argmin(widths))]), abs=1e-12)


def test_six_of_six_and_five_of_six_in_a_large_table():
    domain = np.arange(612) < 6
    design = SurveyDesign.of([1.0] * 612)
    all_of_six = survey_proportion(design, np.where(domain, 1.0, 0.0), where=domain)
    assert (all_of_six.value, all_of_six.high, all_of_six.df) == (1.0, 1.0, 5)
    assert all_of_six.low == pytest.approx(0.05 ** (1 / 6))  # what leaves six of six a chance of 5 %
    five = survey_proportion(design, np.where(np.arange(612) < 5, 1.0, 0.0), where=domain)
    exact = distributions.binomtest(5, 6).proportion_ci(0.9, "exact")
    assert (five.low, five.high) == pytest.approx((exact.low, exact.high))
    assert survey_mean(design, np.arange(612.0), where=domain).df == 5


@given(drawn(), st.sampled_from([0.8, 0.9, 0.99]))
def test_an_interval_lies_within_0_and_1_and_holds_its_estimate(sample, level):
    weights, answers, design = sample
    found = survey_proportion(SurveyDesign.of(weights, **design), answers, level=level)
    if isinstance(found, Undefined):
        assert found.reason == UndefinedReason.TOO_FEW
        return
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high
    assert found.high == 1 or found.value < 1
    assert found.low == 0 or found.value > 0


@given(st.integers(2, 300), st.integers(0, 300), st.sampled_from([0.8, 0.9, 0.95, 0.99]), st.booleans())
def test_more_yes_never_lower_an_end(n, yes, level, alone):
    yes %= n
    rows = n if alone else n + 500
    design, own = SurveyDesign.of([1.0] * rows), np.arange(rows) < n
    fewer, more = (
        survey_proportion(design, np.arange(rows) < count, where=own, level=level) for count in (yes, yes + 1)
    )
    assert fewer.low <= more.low + 1e-12
    assert fewer.high <= more.high + 1e-12


@given(drawn(), st.integers(0, 2**32 - 1), st.floats(1e-6, 1e6), st.integers(1, 20))
def test_order_scale_of_weights_and_missing_rows_change_nothing(sample, seed, scale, added):
    weights, answers, design = sample
    labels = {
        "strata": design["strata"] or [0] * len(weights),
        "clusters": [*design["clusters"]] or [range(len(weights))],
    }
    one = survey_proportion(SurveyDesign.of(weights, **labels), answers)
    order = np.random.default_rng(seed).permutation(len(weights))
    moved = {
        "strata": [labels["strata"][i] for i in order],
        "clusters": [[c[i] for i in order] for c in labels["clusters"]],
    }
    two = survey_proportion(SurveyDesign.of(scale * weights[order], **moved), answers[order])
    more = {
        "strata": [*labels["strata"], *labels["strata"][:1] * added],
        "clusters": [[*c, *[c[0]] * added] for c in labels["clusters"]],
    }
    three = survey_proportion(SurveyDesign.of([*weights, *[1.0] * added], **more), [*answers, *[float("nan")] * added])
    if isinstance(one, Undefined):
        assert one == two == three
        return
    figures = [(e.value, e.se, e.low, e.high, e.df, e.n) for e in (one, two, three)]
    # Rows without an answer in clusters that are there leave everything as it was, also the number of clusters.
    assert figures[1] == pytest.approx(figures[0], rel=1e-7, abs=1e-9)
    assert figures[2] == pytest.approx(figures[0], rel=1e-7, abs=1e-9)


@given(st.integers(5, 40), st.floats(1e-9, 1e-2))
def test_a_yes_that_hardly_counts_is_no_surer_than_none(n, weight):
    design = SurveyDesign.of([weight, *[1.0] * (n - 1)])
    one, none = (survey_proportion(design, [first, *[0.0] * (n - 1)]) for first in (1.0, 0.0))
    assert one.high >= none.high * 0.95


def test_everybody_asked_leaves_no_doubt():
    design = SurveyDesign.of([1.0] * 6, populations=[[6] * 6])
    for answers in ([1.0] * 6, [1.0] * 5 + [0.0]):
        found = survey_proportion(design, answers)
        assert found.low == found.value == found.high == pytest.approx(sum(answers) / 6)
    half = survey_proportion(SurveyDesign.of([1.0] * 6, populations=[[12] * 6]), [1.0] * 6)
    assert half.low == pytest.approx(distributions.binomtest(12, 12).proportion_ci(0.9, "exact").low)


def test_two_stages_are_drawn_whole_only_if_both_are():
    clusters = ["aabb", "1212"]
    whole = SurveyDesign.of([1.0] * 4, clusters=clusters, populations=[[2] * 4, [2] * 4])
    assert math.isinf(whole.effective_size(np.ones(4, bool)))
    quarter = SurveyDesign.of([1.0] * 4, clusters=clusters, populations=[[4] * 4, [4] * 4])
    assert quarter.effective_size(np.ones(4, bool)) == pytest.approx(4 / (1 - 1 / 4))
    assert SurveyDesign.of([1.0] * 4, clusters=clusters, populations=[[2] * 4]).effective_size(np.ones(4, bool)) == 4


def test_a_stratum_of_one_cluster_matters_where_the_domain_has_rows_in_it():
    design = SurveyDesign.of([1.0] * 7, strata="aaabbbc")
    y = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0]
    here = np.array([s in "ab" for s in "aaabbbc"])
    assert survey_proportion(design, y).reason == UndefinedReason.TOO_FEW
    found, alone = survey_proportion(design, y, where=here), SurveyDesign.of([1.0] * 6, strata="aaabbb")
    assert found == survey_proportion(alone, y[:6])
    assert found.df == 4


def test_a_domain_of_one_cluster_has_no_interval():
    design = SurveyDesign.of([1.0] * 9, clusters=["aaabbbccc"])
    found = survey_proportion(design, [1.0, 0.0, 1.0] * 3, where=[True] * 3 + [False] * 6)
    assert (found.reason, found.detail) == (UndefinedReason.TOO_FEW, "no degree of freedom is left")


def test_shares_of_a_stratum_are_known_and_means_that_are_alike_are_not():
    by_stratum = survey_mean(SurveyDesign.of([1.0] * 4, strata="aabb"), [1.0, 1.0, 0.0, 0.0])
    assert (by_stratum.value, by_stratum.se) == (0.5, 0.0)
    alike = survey_mean(SurveyDesign.of([1.0, 2.0, 3.0]), [0.1, 0.1, 0.1])
    assert alike.reason == UndefinedReason.CONSTANT
    assert survey_mean(SurveyDesign.of([1.0] * 3, populations=[[3] * 3]), [0.1] * 3).se == 0
    both = domain_difference(SurveyDesign.of([1.0] * 4), [1.0] * 4, [1, 1, 0, 0], [0, 0, 1, 1])
    assert both.reason == UndefinedReason.CONSTANT


def test_the_highest_quantile_of_a_small_sample_is_unsure():
    found = survey_quantile(SurveyDesign.of([1.0] * 6), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 0.95)
    assert (found.value, found.low, found.high) == (6.0, 4.0, 6.0)  # 0.607 of six rows is the fourth
    assert found.se > 0


def test_half_answers_are_shares_too():
    # All said partly: their spread is unknown, and the interval is that of three of six.
    found = survey_proportion(SurveyDesign.of([1.0] * 6), [0.5] * 6)
    assert (found.low, found.high) == pytest.approx(distributions.binomtest(3, 6).proportion_ci(0.9, "exact"))
    with pytest.raises(ModelError, match="from 0 to 1"):
        survey_proportion(SurveyDesign.of([1.0] * 3), [0.0, 1.0, 2.0])
    with pytest.raises(ModelError, match="level"):
        Estimate.proportion(0.5, 0.1, n=9, effective=9, df=8, level=1.0)


def test_populations_are_the_same_in_a_stratum():
    design = SurveyDesign.of([1.0] * 4, populations=[[8, 8, 9, 9]])
    with pytest.raises(ModelError, match="must be the same in all of a stratum"):
        survey_mean(design, [1.0, 2.0, 3.0, 4.0])
