"""Editable plan workbook with sessions and budget.

It has one row per session, and the budget by year and country.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from capbuild_sheets.workbook import open_workbook

from capbuild.model import Catalogue, Money, Plan, Programme
from capbuild.planning import EDIT_COLUMNS, split_budget, sum_budget, to_edit_rows
from capbuild.plugins import InputFile, NoOptions, RenderContext
from capbuild_workbooks.writing import Book, Head

_LEAD = (
    "What is paid in each year: sessions when they start, upkeep month by month to the end of the plan. Seats, "
    "journeys and upkeep are a country's own; what a session costs as a whole is shared by seats."
)
_WIDTHS = {"title": 44, "seats": 48, "activity": 10, "session": 10, "month": 10}


def write_plan(plan: Plan, context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    """Yield a plan's workbook, with editable sessions and budget."""
    title = context.programme.title.get(context.language) if isinstance(context.programme, Programme) else "Plan"
    book = Book(title, notice=plan.notice)
    lead = "Change activity, month, language, host and seats; add or delete rows. Title and cost are not read back."
    page = book.page("Sessions", title=title, lead=lead)
    headers = [
        Head(name.capitalize(), width=_WIDTHS.get(name, 12), style="money" if name == "cost" else "cell")
        for name in EDIT_COLUMNS
    ]
    cost = EDIT_COLUMNS.index("cost")
    rows = to_edit_rows(plan, context.dossier.catalogue, context.language)
    page.table("sessions", headers, [(*row[:cost], float(row[cost]), *row[cost + 1 :]) for row in rows])
    page.sheet.set_column(EDIT_COLUMNS.index("form"), EDIT_COLUMNS.index("form"), None, None, {"hidden": True})
    spent = book.page("Budget", lead=_LEAD)
    columns = sorted({(share.year, share.kind) for share in split_budget(plan, context.dossier.catalogue)})
    money = [Head(f"{year} {kind}", style="money", width=16) for year, kind in columns]
    rows_by_country = list(_budget(plan, columns, context.dossier.catalogue))
    spent.table("budget", [Head("Country"), *money, Head("All", style="money")], rows_by_country)
    yield book.bytes()


def _budget(
    plan: Plan, columns: Sequence[tuple[int, str]], catalogue: Catalogue | None
) -> Iterator[tuple[str | float, ...]]:
    """Yield one budget row per country and a total row.

    Sums are exact, so the total equals the plan's cost.
    """
    shares = sum_budget(plan, "country", "year", "kind", catalogue=catalogue)
    none = Money(0, plan.limits.budget.currency)
    sums = [none] * len(columns)
    for code in sorted({code for code, _, _ in shares}, key=str):
        amounts = [shares.get((code, *column), none) for column in columns]
        sums = [before + amount for before, amount in zip(sums, amounts, strict=True)]
        yield _line(str(code), amounts, none)
    yield _line("All", sums, none)


def _line(name: str, amounts: Sequence[Money], none: Money) -> tuple[str | float, ...]:
    return (name, *(float(amount.amount) for amount in amounts), float(sum(amounts, start=none).amount))


def read_plan_rows(path: str | Path) -> list[Mapping[str, object]]:
    """Return the rows of an edited plan, for `capbuild.planning.replanning.edit_plan`.

    Args:
        path: A workbook with a sheet that has the headers activity, month and seats.

    Raises:
        ReadError: It is not a workbook.
    """
    place = Path(path)
    for sheet in open_workbook(InputFile(place.name, path=place)).sheets:
        for number, row in enumerate(sheet.rows):
            headers = ["" if cell is None else str(cell).strip().casefold() for cell in row]
            if {"activity", "month", "seats"} <= set(headers):
                rows = (dict(zip(headers, line, strict=False)) for line in sheet.rows[number + 1 :])
                return [line for line in rows if line.get("activity")]
    return []
