"""External series: beside our own results, never in them."""

import csv
import io

import pytest

from capbuild.errors import ModelError
from capbuild.model import ExternalSeries, Missing
from capbuild.tracking import contrast_series
from capbuild.tracking.external import has_suspicious_zeros


def series(**more):
    given = {"id": "i", "provider": "P", "edition": "1", "title": "Index", "capacities": ["A"], "maximum": 100.0}
    return ExternalSeries(**given | more)


def test_places_follow_the_direction_and_nothing_is_blended(make_round, make_staircase):
    assessed = make_round(
        make_staircase(),
        {code: {"visit": {"A.2a": "y", "A.2b": "y", "A.3a": "n"}} for code in ("XA", "XB", "XC", "XD")},
    )
    values = {"XA": 10.0, "XB": 30.0, "XC": 30.0, "XZ": 99.0}
    (up,) = contrast_series(assessed, [series(values=values, missing={"XD": Missing.CONFIDENTIAL})])
    assert [(row.country.alpha_2, row.theirs, row.place) for row in up.rows] == [
        ("XA", 10.0, 3), ("XB", 30.0, 1), ("XC", 30.0, 1), ("XD", None, None),
    ]  # fmt: skip
    assert [row.missing for row in up.rows] == [None, None, None, Missing.CONFIDENTIAL]
    assert up.matched_count == 3
    assert all(str(row.levels) == "L2" for row in up.rows)
    (down,) = contrast_series(assessed, [series(values=values, ascending=False)])
    assert [row.place for row in down.rows] == [1, 2, 2, None]
    assert down.rows[3].missing is Missing.NOT_COLLECTED


def test_a_value_off_the_scale_is_refused():
    with pytest.raises(ModelError, match="must lie between"):
        series(values={"XA": 101.0})
    with pytest.raises(ModelError, match="must not name countries that have a value"):
        series(values={"XA": 1.0}, missing={"XA": Missing.NOT_COLLECTED})


@pytest.mark.corpus
def test_the_copy_with_zeros_for_blanks_is_told_from_the_one_with_blanks(corpus):

    path = corpus / "domain" / "indices" / "cyber_indices_blank_missing.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    blank = [float(row["CEI"]) for row in rows if row["CEI"]]
    zeros = [float(row["CEI"] or 0) for row in rows]
    assert not has_suspicious_zeros(blank)
    assert has_suspicious_zeros(zeros)
