"""Dawid and Skene, against crowd-kit and the 1979 data; the ordinal prior; a small case by hand."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats.fusion import dawid_skene, ordinal_prior, report_counts
from capbuild.stats.simulate import Scenario, Source, simulate


def anaesthesia(peers):
    rows = np.array([[int(cell) for cell in row] for row in peers("ds_anesthesia_long").rows])
    return report_counts(rows[:, 0] - 1, rows[:, 1] - 1, rows[:, 2] - 1, shape=(45, 5, 4))


@pytest.mark.corpus
def test_as_crowdkit_on_the_data_of_1979(peers):
    # crowd-kit stops after four steps here, before the likelihood is at its top; ours goes on.
    counts = anaesthesia(peers)
    found = dawid_skene(counts, levels=4, limit=4)
    beliefs = peers("ds_anesthesia_DawidSkene_probas")
    order = [int(task) - 1 for task in beliefs.key]
    assert found.probabilities[order] == pytest.approx(beliefs.table(["1", "2", "3", "4"]), abs=2e-10)
    priors = peers("ds_anesthesia_DawidSkene_priors")
    labels = [int(label) - 1 for label in priors.key]
    assert found.probabilities.mean(axis=0)[labels] == pytest.approx(priors.numbers("prior"), abs=1e-9)
    next_step = dawid_skene(counts, levels=4, limit=5)
    confusion = peers("ds_anesthesia_DawidSkene_confusion")
    for row, by_truth in zip(confusion.rows, confusion.table(["1", "2", "3", "4"]), strict=True):
        assert next_step.confusion[int(row[0]) - 1, :, int(row[1]) - 1] == pytest.approx(by_truth, abs=1e-6)
    rest = dawid_skene(counts, levels=4)
    assert rest.converged
    assert rest.log_likelihood > next_step.log_likelihood > found.log_likelihood
    assert rest.shares.round(2).tolist() == [0.40, 0.42, 0.11, 0.07]  # as printed in 1979


@pytest.mark.corpus
def test_as_crowdkit_on_survey_visit_meeting_desk(peers):
    with (peers.path / "ds_evidence_input.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tasks, workers = sorted({row["task"] for row in rows}), sorted({row["worker"] for row in rows})
    counts = report_counts(
        [tasks.index(row["task"]) for row in rows],
        [workers.index(row["worker"]) for row in rows],
        [int(row["label"]) - 1 for row in rows],
        shape=(600, 4, 5),
    )
    found = dawid_skene(counts, levels=5)
    beliefs = peers("ds_evidence_DawidSkene_probas")
    given_order = [tasks.index(task) for task in beliefs.key]
    assert found.probabilities[given_order] == pytest.approx(beliefs.table(["1", "2", "3", "4", "5"]), abs=1e-6)
    # The ordinal prior leaves most cells as they are, and no report impossible.
    smooth = dawid_skene(counts, levels=5, prior=ordinal_prior(5))
    assert (smooth.probabilities.argmax(1) == found.probabilities.argmax(1)).mean() > 0.95
    assert smooth.confusion.min() > 1e-4


def test_one_step_by_hand():
    # Two sources, two cells that agree, one that does not: after one step from even votes.
    found = dawid_skene([[0, 0], [1, 1], [0, 1]], levels=2, limit=1)
    # Expected counts of source 0 at level 0: 1 + 1/2 of "0"; at level 1: 1 of "1" and 1/2 of "0".
    assert found.confusion[0] == pytest.approx(np.array([[1, 0], [1 / 3, 2 / 3]]), abs=1e-9)
    assert found.confusion[1] == pytest.approx(np.array([[2 / 3, 1 / 3], [0, 1]]), abs=1e-9)
    assert found.shares.tolist() == [0.5, 0.5]
    assert found.probabilities[2] == pytest.approx([1 / 2, 1 / 2])
    assert not dawid_skene([[0, 0, 0], [1, 1, 0], [0, 1, 1]], levels=2, limit=1).converged


def test_a_source_that_always_inflates_is_turned_round():
    truth = np.repeat([0, 1, 2], 30)
    rng = np.random.default_rng(0)
    noisy = np.where(rng.random(90) < 0.85, truth, rng.integers(0, 3, 90))
    other = np.where(rng.random(90) < 0.85, truth, rng.integers(0, 3, 90))
    inflated = np.minimum(truth + 1, 2)
    found = dawid_skene(np.column_stack([noisy, other, inflated]), levels=3)
    assert found.confusion[2, 0].argmax() == 1
    assert (found.probabilities.argmax(1) == truth).mean() > (noisy == truth).mean()


def test_cells_and_sources_without_a_report():
    found = dawid_skene([[0, np.nan], [1, np.nan], [np.nan, np.nan]], levels=2)
    assert found.missing.tolist() == [False, False, True]
    assert found.probabilities[2] == pytest.approx(found.shares)
    assert found.confusion[1] == pytest.approx(np.full((2, 2), 0.5))
    nothing = dawid_skene(np.full((3, 2), np.nan), levels=4)
    assert nothing.missing.all()
    assert nothing.probabilities == pytest.approx(np.full((3, 4), 0.25))


def test_ordinal_prior_rows():
    prior = ordinal_prior(5, strength=4, decay=0.5)
    assert prior.sum(axis=1) == pytest.approx(np.full(5, 4.0))
    assert prior[2] == pytest.approx(prior[2][::-1])
    assert np.diff(prior[0]).max() < 0
    assert ordinal_prior(3, decay=1, strength=3).tolist() == np.ones((3, 3)).tolist()
    assert ordinal_prior(3, strength=0).sum() == 0


def test_prior_helps_where_truth_is_known():
    sources = (
        Source(name="survey", bias=0.5),
        Source(name="desk", error=0.9),
        Source(name="visit", error=0.3, answered=0.4),
    )
    plain, smooth = [], []
    for seed in range(6):
        made = simulate(Scenario(sources=sources), seed=seed)
        cells, truth = made.reports.reshape(600, 3), made.truth.ravel()
        for prior, hits in ((0.0, plain), (ordinal_prior(5), smooth)):
            hits.append(
                (dawid_skene(cells, levels=5, prior=prior, tolerance=1e-4).probabilities.argmax(1) == truth).mean()
            )
    assert np.mean(smooth) > np.mean(plain)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_order_of_cells_and_sources_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 3, (12, 3)).astype(float)
    rows, columns = rng.permutation(12), rng.permutation(3)
    one = dawid_skene(table, levels=3, prior=1.0, tolerance=1e-6)
    two = dawid_skene(table[rows][:, columns], levels=3, prior=1.0, tolerance=1e-6)
    assert two.probabilities == pytest.approx(one.probabilities[rows], abs=1e-4)
    assert one.probabilities.sum(axis=1) == pytest.approx(np.ones(12))


def test_wrong_arguments_are_named():
    with pytest.raises(ModelError, match="level from 0 to 2"):
        dawid_skene([[0, 3]], levels=3)
    with pytest.raises(ModelError, match="counts"):
        dawid_skene(np.zeros((2, 2, 4)), levels=3)
    with pytest.raises(ModelError, match="prior"):
        dawid_skene([[0, 1]], levels=3, prior=[1.0, 2.0])
    with pytest.raises(ModelError, match="lie within"):
        report_counts([0], [0], [5], shape=(1, 1, 3))
    with pytest.raises(ModelError, match="strength"):
        ordinal_prior(3, strength=-1)
    with pytest.raises(ModelError, match="decay"):
        ordinal_prior(3, decay=2)
