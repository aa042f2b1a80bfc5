"""The rater model on assessments with known truth, and on the set of the corpus whose truth is kept aside."""

import csv

import numpy as np
import pytest
from capbuild.stats._ratermodel import log_report
from capbuild.stats.fusion import dawid_skene
from capbuild.stats.simulate import Scenario, Source, simulate

from capbuild.errors import ModelError
from capbuild.stats.raters import Priors, draw_interval, fit_raters
from capbuild.undefined import Undefined, UndefinedReason

FAST = {"draws": 250, "warm_up": 200}


@pytest.fixture(scope="module")
def made():
    return simulate(Scenario(capacities=15), seed=11)


@pytest.fixture(scope="module")
def fit(made):
    return fit_raters(made.reports, levels=5, reference=[1], seed=1)


def test_report_of_an_unbiased_source_by_hand():
    table = np.exp(log_report(np.array([0.0, 0.5]), 1.0, np.zeros((3, 3)), 0.0))
    far, near, right = np.exp([-2, -1 / 2, 0])
    whole = right + 2 * near + 2 * far
    assert table[0, 0] == pytest.approx(np.array([right + near + far, near, far]) / whole)  # what lies below is 0
    assert table[1, 0] == pytest.approx(np.array([near + far, right, near + far]) / whole)
    leaning = np.exp(-((np.arange(-2, 3) - 0.5) ** 2) / 2)
    assert table[2, 1] == pytest.approx(np.array([*leaning[:2], leaning[2:].sum()]) / leaning.sum())
    lapsing = np.exp(log_report(np.zeros(1), 1.0, np.zeros((3, 3)), 0.3))
    assert lapsing[0, 0] == pytest.approx(0.7 * table[0, 0] + 0.1)
    free = np.log([1, 1, 1, 5, 1])  # one level too high is five times as likely
    assert np.exp(log_report(np.zeros(1), 1.0, np.zeros((3, 3)), 0.0, free))[0, 0, 1] == pytest.approx(
        5 * near / (whole + 4 * near)
    )


def test_it_is_more_accurate_than_dawid_and_skene():
    hits = {"raters": [], "dawid_skene": [], "visit_or_majority": []}
    for seed in (1, 2, 3):
        made = simulate(seed=seed)
        found = fit_raters(made.reports, levels=5, reference=[1], seed=seed, **FAST)
        plain = dawid_skene(made.reports.reshape(-1, 4), levels=5, tolerance=1e-4)
        hits["raters"].append((found.probabilities.argmax(-1) == made.truth).mean())
        hits["dawid_skene"].append((plain.probabilities.argmax(-1) == made.truth.ravel()).mean())
    assert np.mean(hits["raters"]) > np.mean(hits["dawid_skene"]) + 0.02


def test_what_it_says_of_the_sources(made, fit):
    for number, source in enumerate(fit.sources):
        seen = ~np.isnan(made.reports[:, :, number])
        off = (made.reports[:, :, number] - made.truth)[seen]
        assert source.reports == seen.sum()
        assert source.bias.value == pytest.approx(off.mean(), abs=4 * source.bias.se)
        assert source.right.value == pytest.approx((off == 0).mean(), abs=0.08)
        assert source.within_one.value == pytest.approx((np.abs(off) <= 1).mean(), abs=0.05)
        assert source.confusion.sum(axis=1) == pytest.approx(np.ones(5))
    survey, visit, _, desk = fit.sources
    assert survey.bias.low > 0.2  # it flatters, and the interval says so
    assert visit.right.value > survey.right.value > 0.3
    assert visit.right.value > desk.right.value
    assert sum(country is not None for country in visit.country_bias) == 13


def test_probabilities_and_draws_agree(made, fit):
    assert fit.probabilities.sum(axis=-1) == pytest.approx(np.ones((30, 15)))
    shares = (fit.draws[..., None] == np.arange(5)).mean(axis=0)
    assert np.abs(shares - fit.probabilities).mean() < 0.01
    assert (fit.missing == np.isnan(made.reports).all(axis=2)).all()
    assert ((fit.accepted > 0.05) & (fit.accepted < 0.95)).all()


def test_unvisited_countries_are_less_sure(made, fit):
    visited = ~np.isnan(made.reports[:, :, 1]).all(axis=1)
    low, high = draw_interval(fit.draws.mean(axis=2))
    assert (high - low)[visited].mean() < (high - low)[~visited].mean()


def test_a_seed_decides_and_labels_of_units_do_not():
    made = simulate(Scenario(countries=8, capacities=6), seed=3)
    one, two = (fit_raters(made.reports, levels=5, reference=[1], seed=9, **FAST) for _ in range(2))
    assert (one.draws == two.draws).all()
    assert (one.probabilities == two.probabilities).all()
    order = np.random.default_rng(0).permutation(8)
    long = {"draws": 600, "warm_up": 200}
    there = fit_raters(made.reports, levels=5, reference=[1], seed=9, **long)
    moved = fit_raters(made.reports[order], levels=5, reference=[1], seed=10, **long)
    assert np.abs(moved.probabilities - there.probabilities[order]).mean() < 0.03  # but for chance


def test_without_reports_the_country_speaks():
    made = simulate(Scenario(country_spread=1.5, cell_spread=0.4), seed=5)
    reports = made.reports.copy()
    strongest = int(made.truth.mean(axis=1).argmax())
    reports[strongest, 0] = np.nan
    found = fit_raters(reports, levels=5, reference=[1], seed=0, **FAST)
    assert found.missing[strongest, 0]
    everywhere = found.probabilities.mean(axis=(0, 1)) @ np.arange(5)
    assert found.probabilities[strongest, 0] @ np.arange(5) > everywhere


def test_two_levels_serve_for_criteria():
    sources = (Source(name="claims", bias=0.35, error=0.3), Source(name="visit", error=0.2, countries=0.5))
    made = simulate(Scenario(levels=2, sources=sources, cell_spread=0.5, capacities=25), seed=2)
    found = fit_raters(made.reports, levels=2, reference=[1], seed=1, **FAST)
    claimed = made.reports[:, :, 0] == 1
    # A claim is believed about as often as it is true.
    assert found.probabilities[claimed][:, 1].mean() == pytest.approx(made.truth[claimed].mean(), abs=0.08)


def test_a_source_without_a_report_and_no_reference():
    made = simulate(Scenario(countries=6, capacities=5), seed=3)
    reports = np.concatenate([made.reports, np.full((6, 5, 1), np.nan)], axis=2)
    found = fit_raters(reports, levels=5, seed=0, draws=20, warm_up=20)
    assert found.sources[4] == Undefined(UndefinedReason.NOBODY_ANSWERED)
    assert np.isfinite(found.probabilities).all()


def test_undefined_and_wrong():
    assert fit_raters(np.full((2, 2, 2), np.nan), levels=3).reason == UndefinedReason.NOBODY_ANSWERED
    one = np.stack([np.ones((2, 2)), np.full((2, 2), np.nan)], axis=2)
    assert fit_raters(one, levels=3).reason == UndefinedReason.ONE_RATER
    assert fit_raters(one, levels=3, reference=[0], draws=10, warm_up=0)
    for wrong, rule in ((np.ones((2, 2)), "shape"), (np.full((2, 2, 2), 3.0), "level from 0 to 2")):
        with pytest.raises(ModelError, match=rule):
            fit_raters(wrong, levels=3)
    with pytest.raises(ModelError, match="levels"):
        fit_raters(one, levels=1)
    with pytest.raises(ModelError, match="draws"):
        fit_raters(one, levels=3, draws=1)


def test_priors_are_used():
    made = simulate(Scenario(countries=8, capacities=6), seed=3)
    loose = fit_raters(made.reports, levels=5, reference=[1], seed=1, **FAST)
    tight = fit_raters(
        made.reports, levels=5, reference=[1], seed=1, priors=Priors(bias=0.01, country_bias=0.01), **FAST
    )
    assert abs(tight.sources[0].bias.value) < abs(loose.sources[0].bias.value)


@pytest.mark.corpus
def test_survey_visit_meeting_desk(peers):
    sources = ["self_survey", "visit", "meeting", "desk"]
    with (peers.path / "ds_evidence_input.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    reports = np.full((30, 20, 4), np.nan)
    for row in rows:
        country, question = row["task"].split("|")
        reports[int(country[1:]), int(question[1:]), sources.index(row["worker"])] = int(row["label"]) - 1
    found = fit_raters(reports, levels=5, reference=[1], seed=0)
    # The truth is not here. It must tell the flatterer, trust the visit most, and stay near Dawid and Skene elsewhere.
    assert found.sources[0].bias.low > 0.3
    right = [source.right.value for source in found.sources]
    assert right.index(max(right)) == 1
    plain = {row[0]: int(row[2]) - 1 for row in peers("ds_evidence_labels").rows}
    levels = found.probabilities.argmax(-1)
    same = [levels[int(task[1:3]), int(task[5:7])] == level for task, level in plain.items()]
    assert np.mean(same) > 0.95
