"""The published costing worksheet for the Joint External Evaluation: its own example, and the sums made with pandas.

The files may not be copied; where they are absent the tests are skipped.
"""

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest

import capbuild as cb

#: What the publishers' own script gives for the worksheet as it is published: every country score 1, five years.
PUBLISHED = ["3518028332.09", "12203050899.66", "17606489329.02", "16495000313.07", "16495000313.07"]
PUBLISHED_TOTAL = "66317569186.90"

COUNTS = {
    "Intermediate": "Intermediate area count", "Local": "Local area count", "Health facility": "Health facility count",
    "PoE": "Points of Entry Count", "Population": "Population",
    "Additional healthcare workers (doctors, nurses, and midwives)": "Additional doctors, nurses, and midwives",
}  # fmt: skip


@pytest.fixture(scope="module")
def path(corpus):
    found = corpus / "domain" / "ihr" / "jee3_costing_worksheet.xlsx"
    if not found.is_file():
        pytest.skip(f"no costing worksheet at {found}")
    return found


@pytest.fixture(scope="module")
def worksheet(path):
    return cb.read_cost_worksheet(path)


@pytest.fixture(scope="module")
def lines(path):
    """The lines as a frame, each with the amount of one payment: joined by pandas, in decimals."""
    sheets = pd.read_excel(path, sheet_name=None, dtype=object)
    found = sheets["Line items (JEE 3)"].merge(sheets["Unit costs"][["unit_cost", "value"]], on="unit_cost")
    counts = dict(zip(sheets["Multipliers"]["observation"], sheets["Multipliers"]["value"], strict=True))
    number = found["administrative_level"].map(lambda scope: counts[COUNTS[scope]] if scope != "National" else 1)
    amount = found["value"].map(str).map(Decimal)
    for column in (number, found["custom_multiplier_1"], found["custom_multiplier_2"]):
        amount = amount * column.map(lambda cell: Decimal(1) if pd.isna(cell) else Decimal(str(cell)))
    return found.assign(amount=amount, level=found["score_numeric"].astype(int))


def cents(amounts):
    return sum(amounts, start=Decimal(0)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_the_published_example_to_the_cent(worksheet):
    found = cb.cost(worksheet, years=5)
    assert [str(one.low.amount) for one in found.by_year.values()] == PUBLISHED
    assert found.total.low == found.total.high == cb.Money(PUBLISHED_TOTAL, "USD")
    assert (found.countries, len(found.lines), found.price_years) == (("United States",), 1386, (2022,))


def test_paying_every_level_at_once_would_cost_more(lines):
    """The figure that a costing without the climb gives: all levels are paid from the first year on."""
    once, yearly = (lines[lines["cost_type"] == kind]["amount"] for kind in ("One-time", "Recurring"))
    assert cents([*once, *(5 * yearly)]) == Decimal("84283233176.94")


@pytest.mark.parametrize("score", [1, 2, 3, 4])
@pytest.mark.parametrize("years", [1, 3, 8])
def test_every_start_and_horizon_as_pandas_sums_it(worksheet, lines, score, years):
    found = cb.cost(worksheet, scores={("United States", name): score for name in set(lines["metric_id"])}, years=years)
    first = lines["level"] - score
    once, open_ = lines["cost_type"] == "One-time", first >= 1
    for year, amount in found.by_year.items():
        due = open_ & ((once & (first == year)) | (~once & (first <= year)))
        assert amount.low.amount == amount.high.amount == cents(lines["amount"][due])
    times = (first.map(lambda year: max(0, years - year + 1)).where(~once, (first <= years).astype(int))) * open_
    assert found.total.low.amount == cents(lines["amount"] * times)
    sums = (lines["amount"] * times).groupby(lines["metric_id"]).sum()
    assert {name: one.low.amount for name, one in found.by("indicator").items()} == {
        name: cents([amount]) for name, amount in sums.items()
    }


def test_without_scores_it_is_a_range_over_all_levels(worksheet, lines):
    found = cb.cost(worksheet, scores={})
    by_score = {score: cb.cost(worksheet, scores={("United States", n): score for n in set(lines["metric_id"])})
                for score in (1, 2, 3, 4)}  # fmt: skip
    assert found.scale == (1, 4)
    assert found.total.low.amount == by_score[4].total.low.amount == 0
    each = [one.by("indicator") for one in by_score.values()]
    highest = {name: max(one[name].high.amount for one in each) for name in each[0]}
    assert {name: (one.low.amount, one.high.amount) for name, one in found.by("indicator").items()} == {
        name: (0, amount) for name, amount in highest.items()
    }
    assert abs(found.total.high.amount - sum(highest.values())) < 1  # 56 roundings
    assert sum(issue.code == "CB817" for issue in found.issues) == 56
