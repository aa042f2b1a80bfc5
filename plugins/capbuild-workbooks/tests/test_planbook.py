"""A plan goes out as a workbook, is edited with another library, and comes back with its differences."""

import datetime
import io

import openpyxl
import pytest
from attrs import evolve
from capbuild_workbooks.plan_workbook import read_plan_rows

from capbuild.errors import PlanError
from capbuild.io import render
from capbuild.model import Activity, Catalogue, Cost, Country, Gap, Limits, Money, Need, Needs
from capbuild.planning import ChangeKind, edit_plan, plan

JM = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")


@pytest.fixture
def asked():
    course = Activity(
        id="A1", kind="course", title="Seize", addresses=["k1"], seats=6, languages=["en"],
        cost=Cost(per_session=Money(1000, "USD"), per_seat=Money(50, "USD")), invented=True,
    )  # fmt: skip
    catalogue = Catalogue(id="c", title="C", activities=[course])
    need = Need(id="N", kind="skill", statement="N", countries=["JM"], capacities=["X"], criteria=["k1"])
    gap = Gap(country=JM, capacity="X", target=2, lacking=["k1"], size=1, probability=1)
    limits = Limits(budget=Money(1200, "USD"), start=datetime.date(2016, 7, 1), months=6)
    return Needs(needs=[need], gaps=[gap]), catalogue, limits


@pytest.fixture
def edit(asked, tmp_path):
    made = plan(*asked)

    def change(**cells):
        book = openpyxl.load_workbook(io.BytesIO(render(made, "plan-xlsx")))
        page = book["Sessions"]
        headers = next(row for row in page.iter_rows() if row[1].value == "Activity")
        for name, value in cells.items():
            column = next(cell.column for cell in headers if cell.value.casefold() == name)
            page.cell(headers[0].row + 1, column, value)
        book.save(tmp_path / "plan.xlsx")
        return edit_plan(*asked, made, read_plan_rows(tmp_path / "plan.xlsx"))

    return change


def test_untouched_it_is_the_same_plan(edit):
    found = edit()
    assert (found.changes, found.broken) == ((), ())
    assert found.plan.cost == Money(1100, "USD")


def test_a_month_and_seats_changed(edit):
    found = edit(month="2016-09", seats="JM 1")
    assert found.broken == ()
    (change,) = found.changes
    assert (change.kind, change.after.start.month, dict(change.after.seats)) == (ChangeKind.MOVED, 9, {"JM": 1})
    assert found.plan.cost == Money(1050, "USD")


def test_what_breaks_a_limit_is_told_and_makes_no_plan(edit):
    found = edit(seats="JM 4")
    assert found.plan is None
    assert found.broken == ("A1 gives JM more than it asks for",)
    assert [change.kind for change in found.changes] == [ChangeKind.RESIZED]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"activity": "A9"}, "activity 'A9' is not in the catalogue"),
        ({"month": "next year"}, "month 'next year' is not one of"),
        ({"month": "2019-01"}, "month '2019-01' is not one of"),
        ({"seats": "a few"}, "seats 'a few' are not countries with numbers"),
        ({"seats": "ZZ 2"}, "seats name ZZ"),
    ],
)
def test_cells_that_cannot_be_read_are_told(edit, cells, said):
    with pytest.raises(PlanError, match=said):
        edit(**cells)


def test_what_is_invented_says_so_and_two_files_are_one(asked):
    made = plan(*asked)
    first = render(made, "plan-xlsx")
    assert first == render(made, "plan-xlsx")
    book = openpyxl.load_workbook(io.BytesIO(first))
    for page in book:
        assert any("invented" in str(cell.value) for row in page.iter_rows() for cell in row if cell.value)


def test_the_budget_by_year_and_country_is_what_the_plan_costs(asked):
    needs, catalogue, limits = asked
    kept = Activity(
        id="A2", kind="equipment", title="Bench", addresses=["k1"],
        cost=Cost(per_session=Money(20, "USD"), recurring=Money(12, "USD")),
    )  # fmt: skip
    rich = evolve(limits, start=datetime.date(2016, 11, 1), months=4, must=["A1", "A2"])
    made = plan(needs, evolve(catalogue, activities=[*catalogue.activities, kept]), rich)
    page = openpyxl.load_workbook(io.BytesIO(render(made, "plan-xlsx")))["Budget"]
    rows = [[cell.value for cell in row if cell.value is not None] for row in page.iter_rows()]
    headers = next(row for row in rows if row and row[0] == "Country")
    country, every = (next(row for row in rows if row and row[0] == name) for name in ("JM", "All"))
    assert country[1:] == every[1:]
    assert headers[-1] == "All"
    assert every[-1] == sum(every[1:-1]) == float(made.cost.amount)
    # Kept to the end of the plan from the month after it is delivered.
    bench = next(one for one in made.activities if one.activity == "A2")
    months = 3 - (bench.start.year * 12 + bench.start.month - 2016 * 12 - 11)
    assert sum(n for head, n in zip(headers, every, strict=True) if head.endswith("recurring")) == months
