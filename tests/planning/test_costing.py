"""What closing gaps costs, against hand counts, and against a country that is followed year by year."""

import pickle
from collections import Counter
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import product

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.errors import CapbuildError, IssuesError, PlanError
from capbuild.model import Money
from capbuild.origin import Origin
from capbuild.planning import CostLine, cost
from capbuild.planning.gap_costs import CostWorksheet, StartLevel


def line(name, **changes):
    return CostLine(**{"id": name, "indicator": "P1", "level": 2, "payment": "once", "price": Money(100)} | changes)


def said(found):
    return {key: str(amount) for key, amount in found.items()}


def test_a_country_climbs_one_level_a_year():
    lines = [
        line("a", level=2),
        line("b", level=3, payment="recurring", price=Money("10.10"), quantity=3),
        line("c", level=4, price=Money("0.005")),
    ]
    found = cost(lines, scores={"P1": 1})
    # Year 1: level 2, once. Years 2 to 5: 3 x 10.10. Year 3: level 4, half a cent, rounded up.
    assert said(found.by_year) == dict(enumerate(["USD 100", "USD 30.30", "USD 30.31", "USD 30.30", "USD 30.30"], 1))
    assert str(found.total) == "USD 221.21"
    assert said(found.by("line")) == {"a": "USD 100", "b": "USD 121.20", "c": "USD 0.01"}
    assert said(found.by("payment", "level")) == {
        ("once", 2): "USD 100", ("once", 4): "USD 0.01", ("recurring", 3): "USD 121.20"
    }  # fmt: skip
    assert not found.issues
    assert str(cost(lines, scores={"P1": 3}, years=1).total) == "USD 0.01"


def test_a_missing_score_is_a_range_and_never_a_level():
    lines = [line("a", level=1, price=Money(70)), line("b", level=2, payment="recurring", price=Money(100))]
    known = {level: cost(lines, scores={"P1": level}, years=3).total.low for level in (0, 1, 2)}
    assert [str(amount) for amount in known.values()] == ["USD 270", "USD 300", "USD 0"]
    for scores in ({}, {"P1": None}):
        found = cost(lines, scores=scores, years=3)
        assert (found.total.low, found.total.high) == (Money(0), Money(300))
        (issue,) = found.issues
        assert (issue.code, issue.severity.value) == ("CB817", "warning")
        assert "levels 0 to 2" in issue.message
    half = cost(lines, scores={"P1": (1, 2)}, years=3)
    assert [(issue.code, issue.severity.value) for issue in half.issues] == [("CB817", "note")]
    assert str(half.total) == "USD 0 to USD 300"


@pytest.mark.parametrize("score", [1, 1.0, 1.9, Decimal("1.5")])
def test_a_level_that_is_begun_is_not_reached(score):
    assert str(cost([line("a")], scores={"P1": score}, years=1).total) == "USD 100"


def test_lines_without_a_level_are_never_guessed():
    sheet = [line("a", level=None), line("b", indicator=""), line("c", level=None, first_year=2, payment="recurring")]
    found = cost(sheet, scores={"P1": 1}, years=3)
    assert said(found.by("line")) == {"c": "USD 200"}
    assert [(issue.code, issue.message[:17]) for issue in found.issues] == [
        ("CB818", "line a has no lev"),
        ("CB818", "line b has no ind"),
    ]


def test_what_is_bought_once_is_bought_again_after_its_lifetime():
    found = cost([line("a", level=2, lifetime=2)], scores={"P1": 1}, years=6, inflation="0.1")
    assert [str(one) for one in found.by_year.values()] == [
        "USD 100", "USD 0", "USD 121", "USD 0", "USD 146.41", "USD 0",
    ]  # fmt: skip


def test_a_target_below_the_level_and_lines_that_come_later_are_told():
    lines = [line("a", level=2), line("b", level=5)]
    starts = [StartLevel(indicator="P1", lowest=3, highest=3, target=2)]
    found = cost(CostWorksheet(lines=lines, starts=starts))
    assert str(found.total) == "USD 0"
    assert [issue.code for issue in found.issues] == ["CB819"]
    late = cost(lines, scores={"P1": 1}, years=3)
    assert [(issue.code, issue.message) for issue in late.issues] == [
        ("CB818", "1 line first paid after year 3, and not in the total")
    ]
    assert [issue.code for issue in cost([line("a", level=1)], scores={"P1": 1}, scale=(1, 5)).issues] == ["CB818"]


def test_currencies_need_rates_and_rates_are_kept():
    lines = [line("a", price=Money(100, "EUR")), line("b", price=Money(100, "CAD")), line("c")]
    with pytest.raises(PlanError) as caught:
        cost(lines, scores={"P1": 1})
    assert caught.value.code == "CB812"
    with pytest.raises(IssuesError) as listed:
        cost(lines, scores={"P1": 1}, currency="USD")
    assert [(issue.code, issue.message[:16]) for issue in listed.value.issues] == [
        ("CB812", "prices are in CA"),
        ("CB812", "prices are in EU"),
    ]
    found = cost(lines, scores={"P1": 1}, rates={"EUR": "1.1", "CAD": 0.75})
    assert str(found.total) == "USD 285"
    assert found.assumptions == ("1 CAD = 0.75 USD", "1 EUR = 1.1 USD")
    table = CostWorksheet(lines=lines, rates={"EUR": "1.1", "CAD": "0.75"})
    in_euro = cost(table, scores={"P1": 1}, currency="EUR")
    assert str(in_euro.total) == "EUR 259.09"  # 285 / 1.1
    assert in_euro.assumptions == ("1 CAD = 0.6818181818 EUR", "1 USD = 0.9090909091 EUR")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: line("a", price=Money(-1)), lambda: line("a", quantity=-1), lambda: line("a", quantity="many"),
        lambda: line("a", first_year=1), lambda: line("a", payment="recurring", lifetime=2), lambda: line("a", price=5),
        lambda: StartLevel(indicator="P1", lowest=1), lambda: StartLevel(indicator="P1", lowest=3, highest=2),
        lambda: cost([line("a")], years=0), lambda: cost([line("a")], inflation=-1),
        lambda: cost([line("a")], rates={"EUR": 0}), lambda: cost([line("a")], currency="dollar"),
        lambda: cost([line("a")]).by("colour"), lambda: cost([line("a"), line("a")]),
        lambda: cost([line("a", level=9)], scale=(1, 5)), lambda: cost([line("a")], scores={"P1": 9}, scale=(1, 5)),
        lambda: cost(CostWorksheet(lines=[line("a")], starts=[StartLevel(indicator="P1"),
                                                              StartLevel(indicator="P1", lowest=1, highest=1)])),
    ],
)  # fmt: skip
def test_what_cannot_be_costed_is_an_error_of_the_library(wrong):
    with pytest.raises(CapbuildError):
        wrong()


def test_every_contradiction_is_listed():
    with pytest.raises(IssuesError) as caught:
        cost([line("a"), line("a"), line("b", level=7), line("c", price=Money(1, "EUR"))],
             scores={"P1": 0}, scale=(1, 5), currency="USD")  # fmt: skip
    assert [issue.code for issue in caught.value.issues] == ["CB815", "CB815", "CB815", "CB812"]
    assert all(issue.remedy for issue in caught.value.issues)


def test_scores_and_targets_come_from_assessments(capbuild_programme):
    baseline = capbuild_programme.baseline
    score = next(score for one in baseline for score in one.indicators if score.verified and score.level == 2)
    country = next(one.country.name for one in baseline if score in one.indicators)
    lines = [line(f"L{level}", indicator=score.capacity.id, level=level) for level in (2, 3)]
    found = cost(lines, scores=baseline, years=9)
    assert found.invented
    assert str(found.by("country", "line")[country, "L2"]) == "USD 0"
    assert str(found.by("country", "line")[country, "L3"]) == "USD 100"
    assert {start.country for start in found.starts} == {
        *(one.country.name for one in baseline), *(one.name for one in baseline.silent)
    }  # fmt: skip
    silent = {one.name for one in baseline.silent}
    assert all(start.lowest is None for start in found.starts if start.country in silent)


def test_a_costing_is_a_frame_and_can_be_pickled():
    found = cost([line("a"), line("b", payment="recurring", title="Train")], scores={"P1": 1}, years=2)
    assert found.to_polars().select("line", "year", "low", "high", "title").rows() == [
        ("a", 1, 100.0, 100.0, None), ("b", 1, 100.0, 100.0, "Train"), ("b", 2, 100.0, 100.0, "Train"),
    ]  # fmt: skip
    assert pickle.loads(pickle.dumps(found)) == found


# A country followed year by year, in fractions: it knows levels, purchases and bills, and no formula for the year.


def bills(lines, levels, targets, years, growth, rates):
    """Return what is paid by (country, line, year), where countries stand at some levels."""
    paid = Counter()
    for (country, indicator), level in levels.items():
        reached, bought = level, {}
        for year in range(1, years + 1):
            reached = min(reached + 1, targets.get((country, indicator), 99))
            for one in lines:
                if one.indicator != indicator or one.country not in ("", country):
                    continue
                if one.level <= level or one.level > reached:
                    continue
                age = year - bought.setdefault(one.id, year)
                if one.payment == "recurring" or age == 0 or (one.lifetime and age % one.lifetime == 0):
                    price = Fraction(one.price.amount) * Fraction(one.quantity) * rates[one.price.currency]
                    paid[country, one.id, year] += price * growth ** (year - 1)
    return paid


def cents(amount):
    exact = Context(prec=400).divide(Decimal(amount.numerator), Decimal(amount.denominator))
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


AMOUNTS = st.decimals(0, 9999, places=4)


@st.composite
def worksheets(draw):
    count = draw(st.integers(1, 6))
    lines = [
        CostLine(
            id=f"L{number}", country=draw(st.sampled_from(["", "", "A", "B"])),
            indicator=draw(st.sampled_from(["P1", "P2"])), level=draw(st.integers(1, 5)),
            payment=(payment := draw(st.sampled_from(["once", "recurring"]))),
            lifetime=draw(st.none() | st.integers(1, 4)) if payment == "once" else None,
            quantity=draw(AMOUNTS), price=Money(draw(AMOUNTS), draw(st.sampled_from(["USD", "EUR"]))),
        )
        for number in range(count)
    ]  # fmt: skip
    keys = list(product("AB", ["P1", "P2"]))
    scores = {key: draw(st.none() | st.integers(0, 5)) for key in keys}
    targets = {key: target for key in keys if (target := draw(st.none() | st.integers(0, 6))) is not None}
    return lines, scores, targets


@settings(max_examples=200)
@given(worksheets(), st.integers(1, 8), st.decimals(0, "0.2", places=3), st.decimals("0.1", 3, places=2))
def test_costs_are_those_of_countries_followed_year_by_year(sheet, years, inflation, rate):
    lines, scores, targets = sheet
    starts = [
        StartLevel(country=country, indicator=name, lowest=level, highest=level, target=targets.get((country, name)))
        for (country, name), level in scores.items()
    ]
    found = cost(
        CostWorksheet(lines=lines, starts=starts), years=years, inflation=inflation, currency="USD",
        rates={"EUR": rate}, scale=(0, 5),
    )  # fmt: skip
    rates = {"USD": Fraction(1), "EUR": Fraction(rate)}
    ways = []
    for levels in product(*(range(6) if level is None else [level] for level in scores.values())):
        where = dict(zip(scores, levels, strict=True))
        ways.append(bills(lines, where, targets, years, 1 + Fraction(inflation), rates))
    totals = {
        (): [sum(one.values()) for one in ways],
        **{("year", year): [sum(v for k, v in one.items() if k[2] == year) for one in ways]
           for year in range(1, years + 1)},
        **{("line", one.id): [sum(v for k, v in way.items() if k[1] == one.id) for way in ways] for one in lines},
    }  # fmt: skip
    shown = {
        (): found.total,
        **{("year", year): amount for year, amount in found.by_year.items()},
        **{("line", name): amount for name, amount in found.by("line").items()},
    }
    expected = {key: (cents(Fraction(min(sums))), cents(Fraction(max(sums)))) for key, sums in totals.items()}
    assert {key: (amount.low.amount, amount.high.amount) for key, amount in shown.items()} == expected
    missing = {key for key, level in scores.items() if level is None}
    warned = {issue.message for issue in found.issues if issue.code == "CB817"}
    asked = {(start.country, start.indicator) for start in found.starts}
    assert len(warned) == len(missing & asked)


@settings(max_examples=100)
@given(worksheets(), st.integers(2, 6))
def test_more_years_never_cost_less_and_the_first_years_stay_the_same(sheet, years):
    lines, scores, _ = sheet
    longer = cost(lines, scores=scores, years=years, currency="USD", rates={"EUR": 2}, scale=(0, 5))
    shorter = evolve(longer, years=years - 1)
    assert [longer.by_year[year] for year in shorter.by_year] == list(shorter.by_year.values())
    assert shorter.total.low <= longer.total.low
    assert shorter.total.high <= longer.total.high


def test_a_costing_says_what_it_rests_on():
    sheet = CostWorksheet(
        lines=[line("a", price_year=2015), line("b", level=3, price_year=2014)],
        starts=[
            StartLevel(indicator="P1", country="TT", lowest=1, highest=1),
            StartLevel(indicator="P1", country="JM"),
        ],
    )
    found = cost(sheet, years=3, inflation="0.05")
    assert (found.countries, found.price_years) == (("JM", "TT"), (2014, 2015))
    assert found.assumptions == (
        "prices of 2014 and 2015",
        "inflation of 5 % a year from year 2 on",
        "levels 1 to 3 where there is no score",
    )
    # TT: 100 in year 1 and 105 in year 2. JM: from nothing at level 3 to 205 at level 1.
    assert repr(found) == "Costing(USD 205 to USD 410 in 3 years, 2 countries, 2 lines)"


def test_what_is_read_from_another_cell_is_the_same():
    line = CostLine(id="a", indicator="P1", level=3, payment="once", price=Money(100), origin=Origin("a.csv", row=2))
    start = StartLevel(indicator="P1", lowest=1, highest=2, origin=Origin("a.csv", row=2))
    for one in (line, start):
        assert evolve(one, origin=Origin("b.csv", row=9)) == one
