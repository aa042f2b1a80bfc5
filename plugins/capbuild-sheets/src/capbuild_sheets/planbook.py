"""A plan as a workbook that a planner edits: one row a session, the budget by year and country beside it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from capbuild.model import Plan, Programme
from capbuild.planning.editing import EDIT_HEADS, edit_rows
from capbuild.plugins import InputFile, NoOptions, RenderContext, Writer
from capbuild_sheets.workbook import open_workbook

__all__ = ["plan_writers", "read_plan_rows"]

_WIDTHS = {"title": 44, "seats": 48, "activity": 10, "session": 10, "month": 10}


def _write(plan: Plan, context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    from capbuild_sheets.writing import Book, Head

    title = context.programme.title.get(context.language) if isinstance(context.programme, Programme) else "Plan"
    notice = "Answers, prices, effects and limits are invented." if plan.invented else ""
    book = Book(title, notice=notice)
    lead = "Change activity, month, language, host and seats; add or delete rows. Title and cost are not read back."
    page = book.page("Sessions", title=title, lead=lead)
    heads = [
        Head(name.capitalize(), width=_WIDTHS.get(name, 12), style="money" if name == "cost" else "cell")
        for name in EDIT_HEADS
    ]
    rows = edit_rows(plan, context.dossier.catalogue, context.language)
    page.table("sessions", heads, [(*row[:-1], float(row[-1])) for row in rows])
    spent = book.page("Budget", lead="Cost of sessions by the year in which they begin, and an equal part a seat.")
    years = sorted({one.start.year for one in plan.activities})
    money = [Head(str(year), style="money") for year in years]
    spent.table("budget", [Head("Country"), *money, Head("All", style="money")], list(_budget(plan, years)))
    yield book.bytes()


def _budget(plan: Plan, years: list[int]) -> Iterator[tuple[str | float, ...]]:
    shares: dict[tuple[str, int], Decimal] = {}
    for one in plan.activities:
        seats = sum(one.seats.values())
        for code, count in one.seats.items():
            key = code, one.start.year
            shares[key] = shares.get(key, Decimal(0)) + one.cost.amount * count / seats
    for code in sorted({code for code, _ in shares}):
        amounts = [shares.get((code, year), Decimal(0)) for year in years]
        yield (code, *(round(float(amount), 2) for amount in amounts), round(float(sum(amounts)), 2))


def plan_writers() -> list[Writer]:
    """Return the writer `plan-xlsx`."""
    return [Writer(name="plan-xlsx", title="Plan to edit (XLSX)", accepts=(Plan,), write=_write, suffixes=(".xlsx",))]


def read_plan_rows(path: str | Path) -> list[Mapping[str, object]]:
    """Return the rows of an edited plan, for `capbuild.planning.editing.edit_plan`.

    Args:
        path: A workbook with a sheet whose heads name activity, month and seats.

    Raises:
        ReadError: It is no workbook.
    """
    place = Path(path)
    for sheet in open_workbook(InputFile(place.name, path=place)).sheets:
        for number, row in enumerate(sheet.rows):
            heads = ["" if cell is None else str(cell).strip().casefold() for cell in row]
            if {"activity", "month", "seats"} <= set(heads):
                rows = (dict(zip(heads, line, strict=False)) for line in sheet.rows[number + 1 :])
                return [line for line in rows if line.get("activity")]
    return []
