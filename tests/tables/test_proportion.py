"""Intervals of shares against samplics, statsmodels and scipy, and what they must do by themselves."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.model import Answer, QuestionMapping, Response
from capbuild.stats.estimate import Estimate
from capbuild.tables import ResponseTable, SampleDesign, tally
from capbuild.undefined import Undefined, UndefinedReason

distributions = pytest.importorskip("scipy.stats", reason="scipy is an oracle")


def simple(yes, n, level=0.9, rows=None):
    """The interval of a simple random sample, or of a domain of n rows of it."""
    p, rows = yes / n, rows or n
    se = math.sqrt(p * (1 - p) / n * rows / (rows - 1))
    return Estimate.proportion(p, se, n=n, effective=n, df=n - 1, level=level)


@st.composite
def drawn(draw, *, least=2, most=60):
    """A sample with weights, strata and clusters, each on its own or together, and its answers of 0 and 1."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(least, most))
    weights = rng.lognormal(0, draw(st.sampled_from([0.0, 0.5, 1.5])), n)
    strata = rng.integers(0, draw(st.integers(1, 3)), n).tolist()
    clusters = rng.integers(0, draw(st.integers(2, n)), n).tolist()
    answers = (rng.random(n) < draw(st.sampled_from([0.03, 0.2, 0.5, 0.9, 1.0]))).astype(float)
    design = {"strata": strata if draw(st.booleans()) else None, "clusters": clusters if draw(st.booleans()) else None}
    return weights, answers, design


def shares(answers, weights, parts=None, *, strata=None, clusters=None, population=None, level=0.9):
    """The shares of yes that a tally finds, by part of the sample; the only one where it has no parts."""
    columns = {"weight": weights, "population": population, "strata": strata, "cluster": clusters, "part": parts}
    columns = {name: list(column) for name, column in columns.items() if column is not None}
    responses = []
    for row, answer in enumerate(answers):
        about = [Answer("q", "yes" if answer else "no")]
        for name, column in columns.items():
            number = name in ("weight", "population")
            about.append(Answer(name, float(column[row]) if number else f"{name} {column[row]}"))
        responses.append(Response(id=str(row + 2), answers=about))
    named = {name: [name] if name == "strata" else name for name in columns if name != "part"}
    by = [] if parts is None else ["part"]
    asked = [QuestionMapping(question="q", target="C-1")]
    table = ResponseTable.from_responses(responses)
    found = tally(table, asked, by=by, design=SampleDesign(**named), minimum_n=1, level=level)
    return {cell.domain[0]: cell.estimate for cell in found} if by else found["C-1"].estimate


def _samplics(answers, weights, design, domain=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it has a successor
        from samplics import PopParam, TaylorEstimator

        peer = TaylorEstimator(PopParam.prop, alpha=0.1)
        peer.estimate(
            y=answers.astype(int),
            samp_weight=weights,
            stratum=design["strata"],
            psu=design["clusters"] or list(range(len(weights))),
            domain=domain,
        )
    return peer


@settings(max_examples=30)
@given(drawn(least=80, most=300))
def test_as_samplics(sample):
    weights, answers, design = sample
    found = shares(answers, weights, **design)
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


@settings(max_examples=30)
@given(drawn(least=40, most=200), st.integers(2, 4))
def test_domains_as_samplics(sample, domains):
    weights, answers, design = sample
    parts = np.arange(len(weights)) % domains
    assume(shares(answers, weights, **design))  # samplics lets a stratum of one cluster pass
    peer = _samplics(answers, weights, design, parts)
    for part, found in shares(answers, weights, parts, **design).items():
        own = int(part.removeprefix("part "))
        if found and 0 < found.value < 1:
            wanted = (peer.point_est[own][1], peer.stderror[own][1])
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


@given(drawn(), st.sampled_from([0.8, 0.9, 0.99]))
def test_an_interval_lies_within_0_and_1_and_holds_its_estimate(sample, level):
    weights, answers, design = sample
    found = shares(answers, weights, **design, level=level)
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
    fewer, more = (simple(count, n, level, rows=n if alone else n + 500) for count in (yes, yes + 1))
    assert fewer.low <= more.low + 1e-12
    assert fewer.high <= more.high + 1e-12


@given(st.integers(5, 40), st.floats(1e-9, 1e-2))
def test_a_yes_that_hardly_counts_is_no_surer_than_none(n, weight):
    one, none = (shares([first, *[0.0] * (n - 1)], [weight, *[1.0] * (n - 1)]) for first in (1.0, 0.0))
    assert one.high >= none.high * 0.95


def test_everybody_asked_leaves_no_doubt():
    for answers in ([1.0] * 6, [1.0] * 5 + [0.0]):
        found = shares(answers, [1.0] * 6, population=[6] * 6)
        assert found.low == found.value == found.high == pytest.approx(sum(answers) / 6)
    half = shares([1.0] * 6, [1.0] * 6, population=[12] * 6)
    assert half.low == pytest.approx(distributions.binomtest(12, 12).proportion_ci(0.9, "exact").low)


def test_a_stratum_of_one_cluster_matters_where_the_domain_has_rows_in_it():
    answers, strata = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0], "aaabbbc"
    assert shares(answers, [1.0] * 7, strata=strata).reason == UndefinedReason.TOO_FEW
    found = shares(answers, [1.0] * 7, ["in" if s in "ab" else "out" for s in strata], strata=strata)["part in"]
    alone = shares(answers[:6], [1.0] * 6, strata=strata[:6])
    assert (found.value, found.se, found.low, found.df) == pytest.approx((alone.value, alone.se, alone.low, 4))


def test_a_domain_of_one_cluster_has_no_interval():
    parts = ["in"] * 3 + ["out"] * 6
    found = shares([1.0, 0.0, 1.0] * 3, [1.0] * 9, parts, clusters="aaabbbccc")["part in"]
    assert (found.reason, found.detail) == (UndefinedReason.TOO_FEW, "no degree of freedom is left")


def test_half_answers_are_shares_too():
    # All said partly: their spread is unknown, and the interval is that of three of six.
    found = Estimate.proportion(0.5, 0.0, n=6, effective=6, df=5)
    assert (found.low, found.high) == pytest.approx(distributions.binomtest(3, 6).proportion_ci(0.9, "exact"))
    with pytest.raises(ModelError, match="level"):
        Estimate.proportion(0.5, 0.1, n=9, effective=9, df=8, level=1.0)
