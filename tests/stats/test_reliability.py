"""Cronbach's alpha."""

import numpy as np
import pytest

from capbuild.errors import ModelError
from capbuild.stats.reliability import cronbach_alpha
from capbuild.undefined import UndefinedReason


def test_by_hand():
    """Variances 5/3 and 9/4 with covariance 3/2, so the sum has 6.9167: 2 (1 - 3.9167 / 6.9167)."""
    table = np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 5.0], [4.0, 4.0]])
    assert cronbach_alpha(table).alpha == pytest.approx(2 * (1 - (5 / 3 + 2.25) / (5 / 3 + 2.25 + 3)))


def test_a_missing_answer_leaves_the_unit_out_or_only_its_pairs():
    table = np.array([[1.0, 2.0, 2.0], [2.0, 2.0, 3.0], [3.0, 5.0, 4.0], [4.0, 4.0, np.nan], [5.0, 1.0, 5.0]])
    complete = cronbach_alpha(table)
    assert complete.units == 4
    assert complete.alpha == cronbach_alpha(table[~np.isnan(table).any(axis=1)]).alpha
    assert cronbach_alpha(table, pairwise=True).alpha != complete.alpha


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[1.0], [2.0]], UndefinedReason.TOO_FEW),
        ([[1.0, 2.0]], UndefinedReason.TOO_FEW),
        ([[1.0, 2.0], [1.0, 2.0]], UndefinedReason.CONSTANT),
        ([[1.0, 2.0], [2.0, 1.0]], UndefinedReason.CONSTANT),
    ],
)
def test_where_there_is_none(table, reason):
    assert cronbach_alpha(table).reason is reason


def test_confidence_is_a_share():
    with pytest.raises(ModelError, match="confidence"):
        cronbach_alpha([[1.0, 2.0]], confidence=95)


@pytest.mark.corpus
def test_attitude_as_psych_prints_it(peers):
    found = cronbach_alpha(peers("cronbach_attitude").table(peers("cronbach_attitude").head))
    reference = peers("cronbach_reference_psych")
    assert found.alpha == pytest.approx(reference.numbers("raw_alpha")[0], abs=1e-12)
    assert found.low == pytest.approx(reference.numbers("raw_alpha.1")[0], abs=1e-9)
    assert found.high == pytest.approx(reference.numbers("raw_alpha.2")[0], abs=1e-9)
    np.testing.assert_allclose(found.dropped, peers("cronbach_alpha_drop").numbers("raw_alpha"), atol=1e-12)


@pytest.mark.corpus
def test_asem_alpha_of_each_pillar(asem):
    raw = asem("00_iData")
    raw.key = raw.text("uCode")
    tables = {"Raw": raw, "Normalised": asem("06_norm_minmax_0_100")}
    for data, pillar, alpha in asem("10_cronbach").rows:
        items = [item for item, group in zip(asem.items, asem.pillars, strict=True) if group == pillar]
        found = cronbach_alpha(tables[data].table(items, asem.units), pairwise=True)
        assert found.alpha == pytest.approx(float(alpha), abs=1e-9), (data, pillar)
