"""What is known of each unit, and which units are kept."""

import numpy as np
import pytest
from capbuild_index.describe import availability, availability_by_group, screen

from capbuild.errors import ModelError

NAN = np.nan
TABLE = np.array([[1.0, 0.0, 3.0, 4.0], [NAN, NAN, 3.0, 0.0], [NAN, NAN, NAN, NAN]])


def test_counts_by_hand():
    known = availability(TABLE)
    assert known.missing.tolist() == [0, 2, 4]
    assert known.zeros.tolist() == [1, 1, 0]
    assert known.available.tolist() == [1.0, 0.5, 0.0]
    np.testing.assert_array_equal(known.nonzero, [0.75, 0.5, NAN])


def test_groups_by_hand():
    labels, shares = availability_by_group(TABLE, ["law", "law", "staff", "law"])
    assert labels == ("law", "staff")
    np.testing.assert_allclose(shares, [[1, 1], [1 / 3, 1], [0, 0]])


def test_screening_says_why_and_removes_nothing():
    found = screen(TABLE, minimum_available=0.5, minimum_nonzero=0.6)
    assert found.kept.tolist() == [True, False, False]
    assert found.reason(0) is None
    assert found.reason(1) == "50% of the values are not zero"
    assert found.reason(2).startswith("0% of the items have a value and")


def test_no_threshold_keeps_all():
    assert screen(TABLE).kept.all()


def test_a_threshold_is_a_share():
    with pytest.raises(ModelError, match="minimum_available"):
        screen(TABLE, minimum_available=90)


@pytest.mark.corpus
def test_asem_availability(asem):
    table = asem("02_denominated").table(asem.items, asem.units)
    known, summary = availability(table), asem("03_avail_summary")
    rows = [summary.key.index(unit) for unit in asem.units]
    np.testing.assert_array_equal(known.missing, summary.numbers("N_missing")[rows])
    np.testing.assert_array_equal(known.zeros, summary.numbers("N_zero")[rows])
    np.testing.assert_allclose(known.available, summary.numbers("Dat_Avail")[rows], atol=1e-12)
    np.testing.assert_allclose(known.nonzero, summary.numbers("Non_Zero")[rows], atol=1e-12)
    labels, shares = availability_by_group(table, asem.pillars)
    np.testing.assert_allclose(shares, asem("03_avail_by_group").table(list(labels), asem.units), atol=1e-12)


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "thresholds"),
    [
        ("03_screen_byNA", {"minimum_available": 0.9}),
        ("03_screen_byzeros", {"minimum_nonzero": 0.2}),
        ("03_screen_byNAandzeros", {"minimum_available": 0.95, "minimum_nonzero": 0.05}),
    ],
)
def test_asem_screening(asem, name, thresholds):
    found = screen(asem("02_denominated").table(asem.items, asem.units), **thresholds)
    sheet = asem(name)
    included = dict(zip(sheet.key, sheet.text("Included"), strict=True))
    assert [bool(kept) for kept in found.kept] == [included[unit] == "TRUE" for unit in asem.units]
