"""The plan as a table with bars: months across, filled where a session runs, by rules that follow the dates."""

import datetime
from collections.abc import Iterable

from capbuild_sheets.reporting.making import Making
from capbuild_sheets.writing import CellValue, Head, Page, put

__all__ = ["month_bars"]

#: Months drawn at most; a longer plan keeps its dates in the table.
_MOST = 36
_WIDTH = 2.6


def months_of(days: Iterable[datetime.date]) -> list[datetime.date]:
    """Return the first days of the months from the earliest to the latest day.

    Example:
        >>> [str(m) for m in months_of([datetime.date(2016, 12, 5), datetime.date(2017, 1, 2)])]
        ['2016-12-01', '2017-01-01']
    """
    places = sorted(12 * day.year + day.month - 1 for day in days)
    if not places:
        return []
    return [datetime.date(place // 12, place % 12 + 1, 1) for place in range(places[0], places[-1] + 1)]


def month_bars(making: Making, page: Page, heads: list[Head], rows: list[list[CellValue]], top: int) -> None:
    """Draw the sessions beside their table.

    Args:
        making: What the sheets share.
        page: The sheet with the table.
        heads: Its columns.
        rows: Its rows.
        top: Its first row of cells, from 0.
    """
    from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]

    titles = [head.title for head in heads]
    start, end = titles.index(making.say("col.start")), titles.index(making.say("col.end"))
    days = [day for row in rows for day in (row[start], row[end]) if isinstance(day, datetime.date)]
    months = months_of(days)[:_MOST]
    if not months:
        return
    left = len(heads) + 1
    for place, month in enumerate(months, start=left):
        put(page.sheet, top - 1, place, month, page.styles("month"))
    page.sheet.set_column(left, left + len(months) - 1, _WIDTH)
    bottom = top + len(rows) - 1
    first = f"{xl_col_to_name(left)}${top}"
    begins, ends = f"${xl_col_to_name(start)}{top + 1}", f"${xl_col_to_name(end)}{top + 1}"
    # The first of the next month, in functions that every spreadsheet has.
    rule = f"=AND({begins}<DATE(YEAR({first}),MONTH({first})+1,1),{ends}>={first})"
    page.sheet.conditional_format(
        top, left, bottom, left + len(months) - 1, {"type": "formula", "criteria": rule, "format": page.styles.fill(4)}
    )
