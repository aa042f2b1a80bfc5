"""The donor report: results and money at the end of its period, and no country by name."""

import datetime
from collections import Counter
from decimal import Decimal

import pytest
from attrs import evolve

from capbuild.model import AssessmentSet, BudgetLine, Delivery, Dossier, Money, Programme
from capbuild.reports import Gauge, Spread, build
from tests.reports.looking import Context, figure, words

PERIOD = (datetime.date(2017, 1, 1), datetime.date(2017, 9, 30))


def test_results_stand_where_they_stood_at_the_end_of_the_period(
    endline: AssessmentSet, context: Context, money: Programme
) -> None:
    report = build(endline, context(programme=money, kind="donor", audience="donor", period=PERIOD))
    shown = [words(row) for row in figure(report, "results").rows]
    # The actual of 2018 lies beyond the period, and that of one country is never taken for the whole.
    assert shown[0][2:] == ["5 (2015)", "9 (2016)", "12 (2018)", "3 to go"]
    assert shown[1][2:] == ["–", "102 (Jun 2017)", "202 (Jun 2017)", "100 to go, late"]
    assert shown[2][2:] == ["40 (2015)", "8 (Jun 2017)", "10 (2018)", "reached"]
    spread = next(iter(figure(report, "results").rows)).cells[1]
    assert isinstance(spread, Spread)
    assert spread.baseline is not None
    assert spread.value is not None
    assert spread.target is not None
    assert spread.baseline < spread.value < spread.target < 1


def test_sums_counted_after_the_period_are_not_shown_in_it(
    endline: AssessmentSet, context: Context, money: Programme
) -> None:
    early, late = money.budgets
    lines = [
        evolve(early, as_of=datetime.date(2017, 6, 30)),
        evolve(late, as_of=datetime.date(2017, 10, 1)),
    ]
    report = build(
        endline, context(programme=evolve(money, budgets=lines), kind="donor", audience="donor", period=PERIOD)
    )
    table = figure(report, "money-cad")
    courses, equipment = (words(row) for row in table.rows)
    # 181 of 365 days had gone when the 900 of 1,000 were counted: 495.89 would be even, and 900 is 81 % more.
    assert courses[2:] == ["1,000", "900", "200", "−100", "+81%"]
    assert equipment[2:] == ["2,000", "–", "–", "–", "–"]
    assert table.total is not None
    assert words(table.total)[2:] == ["3,000", "–", "–", "–", "–"]
    assert [fact.label for fact in report.facts] == ["Budget, CAD"]
    assert "1 October 2017 only, after this period" in table.caption
    assert "1 budget line" in report.lead
    whole = figure(build(endline, context(programme=money, kind="donor", audience="donor", period=PERIOD)), "money-cad")
    assert whole.total is not None
    # 1,900 spent, where 747.95 and 1,748.29 would be even.
    assert words(whole.total)[2:] == ["3,000", "1,900", "200", "900", "−24%"]


def test_money_is_held_against_an_even_spread(endline: AssessmentSet, context: Context, money: Programme) -> None:
    report = build(endline, context(programme=money, kind="donor", audience="donor", period=PERIOD))
    table = figure(report, "money-cad")
    courses, equipment = (words(row) for row in table.rows)
    # All that was promised is 1,100, of which 900 is paid.
    # 273 of 365 days of 2017: 747.95 of 1,000; 900 is 20 % more, and 100 more than the budget is paid or promised.
    assert courses[2:] == ["1,000", "900", "200", "−100", "+20%"]
    # 639 of 731 days of the programme: 1,748.29 of 2,000; 1,000 is 43 % less.
    assert equipment[2:] == ["2,000", "1,000", "0", "1,000", "−43%"]
    assert Decimal(639) / 731 * 2000 == pytest.approx(Decimal("1748.29"), abs=Decimal("0.01"))
    gauge = next(iter(table.rows)).cells[1]
    assert isinstance(gauge, Gauge)
    assert (gauge.spent, gauge.committed) == (0.9, pytest.approx(0.1))
    assert table.total is not None
    assert words(table.total)[2:6] == ["3,000", "1,900", "200", "900"]
    assert "31 March 2017" in table.caption


def test_two_currencies_are_never_added(endline: AssessmentSet, context: Context, money: Programme) -> None:
    euro = BudgetLine(id="B3", title="Visits", amount=Money(10, "EUR"))
    both = evolve(money, budgets=[*money.budgets, euro])
    report = build(endline, context(programme=both, kind="donor"))
    assert [f.id for f in report.figures if f.id.startswith("money")] == ["money-cad", "money-eur"]


def test_the_donor_is_told_no_name_and_no_group_of_one_or_two(
    endline: AssessmentSet, context: Context, dossier: Dossier, money: Programme
) -> None:
    made = context(programme=money, dossier=dossier, kind="donor", audience="donor", period=PERIOD)
    report = build(endline, made)
    assert not any(a.country.name in str(report) for a in endline)
    assert report.subtitle == "1 January 2017 to 30 September 2017, year 2 of 2. Sums in CAD."
    present = Counter(e.delivery for e in dossier.enrolments if e.status.value == "completed")
    women = Counter(e.delivery for e in dossier.enrolments if e.status.value == "completed" and e.sex.value == "female")
    held = [words(row) for row in figure(report, "held").rows]
    # All countries but one take part in the third session, which would know of each other: it is not shown.
    assert len(held) == 4
    for place, name in ((1, "S02"), (2, "S04")):
        assert held[place][3].split()[0] == str(present[name])
        few = women[name] < 3 or present[name] - women[name] < 3
        assert held[place][4] == ("withheld" if few else str(women[name]))
    # Only two countries take part in the first session.
    assert held[0][2:5] == ["withheld", "withheld", "withheld"]
    assert held[3][-1] == "late: moved to Nov 2017"


def test_a_delivery_counts_once_in_its_period_and_never_for_a_session_of_another_year(
    endline: AssessmentSet, context: Context, dossier: Dossier, money: Programme
) -> None:
    def count_held(year: int, *deliveries: Delivery) -> list[tuple[str, str]]:
        given = evolve(dossier, deliveries=deliveries, enrolments=[], evaluations=[])
        period = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        report = build(endline, context(programme=money, dossier=given, kind="donor", period=period))
        rows = [words(row) for row in figure(report, "held").rows]
        return [(row[1], row[-1]) for row in rows if row[0].endswith("A24")]

    def deliver(day: datetime.date) -> Delivery:
        return Delivery(id="D1", course="A24", title="Mentoring", start=day, end=day)

    # Of the sessions S03 (May 2017) and S07 (January 2018), none is near March 2016.
    early = deliver(datetime.date(2016, 3, 4))
    assert count_held(2016, early) == [("Mar 2016", "held")]
    assert count_held(2017, early) == [("May 2017", "not held")]
    # Before its time: S07 counts in 2017, when it was held, and is not planned again for 2018.
    before = deliver(datetime.date(2017, 12, 4))
    assert count_held(2017, before) == [("May 2017", "not held"), ("Jan 2018", "held")]
    late = deliver(datetime.date(2018, 2, 4))
    assert count_held(2017, late) == [("May 2017", "not held")]
    assert count_held(2018, late) == [("Jan 2018", "held")]
