"""The costing worksheet, against sums made by hand."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.errors import PlanError
from capbuild.model import Money
from capbuild.planning.costing import costing_from_tables


def tables(**changes):
    """A worksheet of four lines."""
    line = {
        "include": True, "metric_id": "P1", "score_numeric": "2", "line_item_id": "a", "unit_cost": "Meeting",
        "administrative_level": "National", "cost_type": "One-time", "custom_multiplier_1": 2,
        "custom_multiplier_2": None, "action": "Meet", "optional_cost": False,
    }  # fmt: skip
    lines = [
        line,
        {**line, "line_item_id": "b", "cost_type": "Recurring", "administrative_level": "Intermediate"},
        {**line, "line_item_id": "c", "score_numeric": "3", "unit_cost": "Kit", "custom_multiplier_1": 0.083},
        {**line, "line_item_id": "d", "include": False, "cost_type": "Recurring"},
        {**line, "line_item_id": "e", "metric_id": "P2", "cost_type": "Recurring", "custom_multiplier_2": 0},
    ]
    found = {
        "Country scores": [
            {"metric_id": "P1", "country_score_numeric": 1},
            {"metric_id": "P2", "country_score_numeric": 1},
        ],
        "Multipliers": [
            {"observation": "Country name", "value": "Nowhere"},
            {"observation": "Intermediate area count", "value": "3"},
        ],
        "Unit costs": [
            {"unit_cost": "Meeting", "value": 500, "currency": "USD (2022)"},
            {"unit_cost": "Kit", "value": 69.99, "currency": "USD (2022)"},
        ],
        "Line items": lines,
    }
    return list({**found, **changes}.items())


def test_five_years_by_hand():
    found = costing_from_tables(tables())
    # Once 500 x 2 and 69.99 x 0.083; each year 500 x 2 x 3.
    assert [one.amount for one in found.by_year] == [Decimal("4005.81"), *[Decimal(3000)] * 4]
    assert found.total == Money("16005.81", "USD")
    assert (found.country, found.currency) == ("Nowhere", "USD")


def test_what_is_left_out_costs_nothing_in_any_year():
    found = costing_from_tables(tables())
    left_out = next(line for line in found.lines if line.id == "d")
    assert [found.exact(left_out, year) for year in range(1, 6)] == [0] * 5
    assert left_out.amount == 1000


def test_a_level_that_is_reached_costs_nothing():
    stands = [{"metric_id": "P1", "country_score_numeric": 2}]
    found = costing_from_tables(tables(**{"Country scores": stands}))
    assert found.by("metric")["P1"] == Money("5.81", "USD")


def test_an_empty_multiplier_is_one_and_zero_is_zero():
    found = costing_from_tables(tables())
    amounts = {line.id: line.amount for line in found.lines}
    assert amounts == {"a": 1000, "b": 3000, "c": Decimal("5.80917"), "d": 1000, "e": 0}


def test_the_parts_sum_to_the_whole():
    found = costing_from_tables(tables(), years=3)
    for what in ("line", "metric", "unit_cost", "scope", "type"):
        assert sum(money.amount for money in found.by(what).values()) == found.total.amount
    with pytest.raises(PlanError):
        found.by("colour")


@st.composite
def worksheets(draw):
    """Worksheets of the same shape, with prices and multipliers of up to four decimals."""
    part = st.decimals(0, 9999, places=4)
    rows = draw(
        st.lists(
            st.tuples(part, st.sampled_from([None, 0, "0.333", "1,500", 7]), *[st.booleans()] * 3),
            min_size=1, max_size=9,
        )
    )  # fmt: skip
    line = {"metric_id": "P1", "score_numeric": 2, "custom_multiplier_2": None}
    lines = [
        {**line, "line_item_id": f"L{n}", "unit_cost": f"U{n}", "include": kept, "custom_multiplier_1": factor,
         "cost_type": "Recurring" if yearly else "One-time",
         "administrative_level": "Intermediate" if wide else "National"}
        for n, (_, factor, kept, yearly, wide) in enumerate(rows)
    ]  # fmt: skip
    prices = [{"unit_cost": f"U{n}", "value": str(row[0]), "currency": "USD"} for n, row in enumerate(rows)]
    return tables(**{"Line items": lines, "Unit costs": prices}), rows


@settings(max_examples=60)
@given(worksheets(), st.integers(1, 6))
def test_years_lines_and_total_agree_to_the_cent(worksheet, years):
    sheet, rows = worksheet
    found = costing_from_tables(sheet, years=years)
    whole = Decimal(0)
    for price, factor, kept, yearly, wide in rows:
        times = Decimal(1) if factor is None else Decimal(str(factor).replace(",", ""))
        whole += price * times * (3 if wide else 1) * (years if yearly else 1) if kept else 0
    assert found.total.amount == whole.quantize(Decimal("0.01"), ROUND_HALF_UP)
    for parts in (found.by_year, found.by("line").values(), found.by("metric").values(), found.by("type").values()):
        assert sum(part.amount for part in parts) == found.total.amount
    for line, (_, _, kept, _, _) in zip(found.lines, rows, strict=True):
        assert kept or (found.by("line")[line.id].amount, found.exact(line, 1), found.exact(line, years)) == (0, 0, 0)
    shorter = evolve(found, years=1)
    assert shorter.total == found.by_year[0]


def test_every_problem_is_told_at_once():
    broken = [
        {"line_item_id": "x", "metric_id": "P1", "unit_cost": "Rocket", "cost_type": "Sometimes",
         "administrative_level": "Moon", "custom_multiplier_1": "many", "score_numeric": 2}
    ]  # fmt: skip
    with pytest.raises(PlanError) as caught:
        costing_from_tables(tables(**{"Line items": broken}))
    assert caught.value.code == "CB815"
    for part in ("'Rocket'", "'sometimes'", "'Moon'", "'many'", "Line items:2"):
        assert part in caught.value.message


def test_a_line_that_is_taken_out_needs_no_correction():
    broken = {
        "line_item_id": "x",
        "metric_id": "P1",
        "unit_cost": "Rocket",
        "cost_type": "Sometimes",
        "include": "no",
        "administrative_level": "Moon",
    }
    found = costing_from_tables(tables(**{"Line items": [broken]}))
    assert (found.total.amount, found.by("line")["x"].amount) == (0, 0)


@pytest.mark.parametrize("factor", ["1,5", "1.000,5", "1,50"])
def test_a_comma_that_may_be_a_decimal_comma_is_asked_about(factor):
    line = {"line_item_id": "x", "metric_id": "P1", "unit_cost": "Meeting", "cost_type": "Recurring",
            "custom_multiplier_1": factor, "score_numeric": 2, "administrative_level": "National"}  # fmt: skip
    with pytest.raises(PlanError, match="multiplier is no number"):
        costing_from_tables(tables(**{"Line items": [line]}))


def test_a_missing_table_is_named():
    with pytest.raises(PlanError, match="no table of multipliers, unit costs"):
        costing_from_tables([pair for pair in tables() if pair[0] in ("Country scores", "Line items")])
