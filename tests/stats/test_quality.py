"""Response quality: hand-made returns, each with one fault."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from capbuild.errors import ModelError
from capbuild.stats.quality import (
    count_non_response,
    find_duplicates,
    find_straight_lining,
    find_suspicious_zeros,
)

_ = np.nan
answers = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 5), st.integers(1, 6)), elements=st.sampled_from([1.0, 2.0, 3.0, np.nan])
)


def test_straight_lines():
    table = [
        [3, 3, 3, 3, 3, 3, 3, 3, 3, 1],
        [3, 3, 3, 3, 3, 3, 3, 3, 1, 1],
        [1, 2, 1, 2, 1, 2, 1, 2, 1, 2],
        [3, 3, _, _, _, _, _, _, _, _],
        [3, _, 3, _, 3, _, 3, 3, _, 3],
    ]
    assert find_straight_lining(table).tolist() == [True, False, False, False, True]
    assert find_straight_lining(table, share=0.8).tolist() == [True, True, False, False, True]


@given(answers)
def test_straight_lines_by_counting(table):
    for row, flagged in zip(table, find_straight_lining(table, share=0.7, minimum=2), strict=True):
        given_ = row[~np.isnan(row)]
        most = max((np.sum(given_ == value) for value in given_), default=0)
        assert flagged == (len(given_) >= 2 and most >= 0.7 * len(given_))


def test_copies():
    table = [[1, 2, 3, 4, 5, 1], [5, 4, 3, 2, 1, 1], [1, 2, 3, 4, 5, 2], [1, 2, 3, 4, 5, 1], [_, _, _, _, _, 1]]
    assert [(d.first, d.second) for d in find_duplicates(table)] == [(0, 3)]
    near = find_duplicates(table, share=0.8)
    assert [(d.first, d.second, round(d.same, 2)) for d in near] == [(0, 2, 0.83), (0, 3, 1.0), (2, 3, 0.83)]


def test_non_response():
    asked = np.ones((3, 4), bool)
    asked[0, 3] = asked[2] = False
    found = count_non_response([[1, 2, 3, _], [1, _, _, _], [_, _, _, _]], asked=asked)
    assert found.items.tolist() == [0, 0.5, 0.5, 1]
    assert found.respondents.tolist()[:2] == [0, 0.75]
    assert np.isnan(found.respondents[2])
    assert found.overall == pytest.approx(3 / 7)
    assert count_non_response(np.zeros((0, 3))).overall == 0


def test_zeros_that_stand_for_blanks():
    rng = np.random.default_rng(8)
    body = rng.uniform(20, 90, 150)
    blanked = np.concatenate([body, np.zeros(40)])
    counts = np.concatenate([rng.poisson(1.2, 150).astype(float), np.zeros(40)])  # zero is an honest count here
    honest = blanked.copy()
    honest[60:70] = np.nan  # an item that has missing values of its own
    found = find_suspicious_zeros(np.column_stack([blanked, counts, honest, np.zeros(190)]))
    assert found.suspicious.tolist()[0]
    assert not found.suspicious[2]
    assert not found.suspicious[3]
    assert found.mean[0] == pytest.approx(blanked.mean())
    assert found.mean_without[0] == pytest.approx(body.mean())
    assert np.isnan(found.mean_without[3])
    assert found.share[3] == 1


def test_wrong_arguments_are_named():
    for wrong in (lambda: find_straight_lining([[1.0]], share=0), lambda: find_duplicates([[1.0]], share=2)):
        with pytest.raises(ModelError, match="share"):
            wrong()
    with pytest.raises(ModelError, match="asked"):
        count_non_response([[1.0]], asked=[True])
