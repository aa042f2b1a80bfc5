"""Report workbook: all sheets in order."""

import datetime
from collections.abc import Iterable, Iterator

from capbuild.disclosure import disclose
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, RenderContext, collector_paused
from capbuild.reports import (
    Cell,
    Column,
    Figure,
    Heat,
    ReportKind,
    ReportSection,
    TidyTable,
    TileMap,
    Words,
    build,
    tidy_tables,
)
from capbuild.scoring import Formula
from capbuild_workbooks.reporting.columns import SHEETS, sheet_rows
from capbuild_workbooks.reporting.heat_map import HeatRange, countries_chart, heat_page, level_counts_page, levels_page
from capbuild_workbooks.reporting.overview_sheet import Making, about_page, begin_about, names_of
from capbuild_workbooks.writing import Book, CellValue, Head, Page, put

#: Largest number of months drawn; a longer plan has its dates in the table.
_MOST = 36
_WIDTH = 2.6

#: Column widths in characters, by content.
_NUMBER, _SHORT, _LONG = 13.0, 22.0, 46.0

#: Number of frozen columns.
_FREEZE = {"countries": 2, "scores": 3, "criteria": 3, "findings": 2, "gaps": 2, "needs": 1, "sessions": 2}


def write_report(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[bytes]:
    """Yield the workbook of a round or country.

    It contains what may be disclosed to the audience. The same input always gives the same bytes.

    Raises:
        WriteError: CB703, the disclosure policy does not name the audience, or the country has not consented.
    """
    with collector_paused():  # A workbook has about a hundred thousand cell objects.
        yield _workbook(subject, context)


def _workbook(subject: AssessmentSet | Assessment, context: RenderContext) -> bytes:
    subject, context = disclose(subject, context)
    report = build(subject, context)
    if report.kind is ReportKind.COUNTRY and isinstance(subject, AssessmentSet):
        subject = subject[report.id]
    foot = " · ".join(part for part in (report.title, report.disclaimer) if part)
    making = Making(
        book=Book(report.title, notice=report.invented, label=report.tlp, foot=foot),
        report=report,
        subject=subject,
        language=report.language,
        names=names_of(subject, report.language),
    )
    about = begin_about(making)
    if report.kind in (ReportKind.REGIONAL, ReportKind.COUNTRY):
        _data(making, context)
    else:
        _figure_pages(making)
    about_page(making, about)
    return making.book.bytes()


def _data(making: Making, context: RenderContext) -> None:
    """Write a region's or country's figures, then their data."""
    # A country's own report has a strip of its levels; the sheet of levels shows them in full.
    heat = heat_page(making) if making.report.kind is ReportKind.REGIONAL else None
    if heat is not None and heat.first:
        _one_page(making, heat)
    levels_page(making)
    level_counts_page(making)
    tables = {table.name: table for table in tidy_tables(making.subject, context)}
    for name in SHEETS:
        # The findings sheet has the same content in more detail.
        if name in tables and not (name == "criteria" and "findings" in tables):
            _data_page(making, tables[name])


def _data_page(making: Making, table: TidyTable) -> None:
    headers, rows = sheet_rows(table, making)
    page = making.page(table.name)
    if table.name == "countries":
        _with_open(making, headers, rows)
    first, last = page.table(table.name, headers, rows, freeze=_FREEZE.get(table.name, 1), empty=making.t("none"))
    if last < first:
        return
    if table.name == "sessions":
        _month_bars(making, page, headers, rows, first)
    elif table.name == "countries" and last > first:
        titles = [head.title for head in headers]
        if making.t("col.settled") in titles:
            columns = (1, titles.index(making.t("col.settled")), titles.index(making.t("chart.open")))
            countries_chart(making, page, columns, (first, last))


def _with_open(making: Making, headers: list[Head], rows: list[list[CellValue]]) -> None:
    """Add a column of open criteria for the chart."""
    titles = [head.title for head in headers]
    if making.t("col.settled") not in titles:
        return
    criteria, settled = titles.index(making.t("col.criteria")), titles.index(making.t("col.settled"))
    headers.append(Head(making.t("chart.open"), width=9, style="number"))
    for row in rows:
        whole, done = row[criteria], row[settled]
        row.append(whole - done if isinstance(whole, int) and isinstance(done, int) else None)


def _figure_pages(making: Making) -> None:
    """Write a sheet for each section with figures."""
    for section in making.report.sections:
        figures = [block for block in section.blocks if isinstance(block, Figure | TileMap)]
        if figures:
            _page(making, section, figures)


def _page(making: Making, section: ReportSection, figures: list[Figure | TileMap]) -> None:
    page = making.book.page(section.title, lead=section.lead)
    making.sheets.append((page.name, section.lead))
    for number, figure in enumerate(figures):
        headers, rows = _map_rows(figure) if isinstance(figure, TileMap) else _figure_rows(figure)
        page.table(figure.id, headers, rows, freeze=1 if number == 0 else -1)
        page.block(figure.caption, max(len(headers) - 1, 1))
        page.row += 1


def _map_rows(figure: TileMap) -> tuple[list[Head], list[list[CellValue]]]:
    headers = [Head(title, width=_SHORT) for title in figure.header]
    return headers, [[tile.name, tile.spoken] for tile in figure.tiles]


def _figure_rows(figure: Figure) -> tuple[list[Head], list[list[CellValue]]]:
    """Return a figure's rows, with a column for its groups."""
    grouped = any(group.title for group in figure.groups)
    headers = [Head(figure.columns[0].group or "\u00a0", width=_SHORT, style="wrap")] if grouped else []
    headers += [_head(column, position) for position, column in enumerate(figure.columns)]
    rows: list[list[CellValue]] = []
    for group in figure.groups:
        for row in group.rows:
            before: list[CellValue] = [group.title] if grouped else []
            rows.append([*before, *(_cell(cell) for cell in row.cells)])
    return headers, rows


def _head(column: Column, place: int) -> Head:
    if column.number:
        return Head(column.title, width=_NUMBER, style="decimal")
    return Head(column.title, width=_LONG if place == 0 else _SHORT, style="wrap")


def _cell(cell: Cell) -> CellValue:
    if isinstance(cell, Heat) and cell.value is not None:
        return cell.value
    if isinstance(cell, Words) and not cell.before and not cell.after and cell.text.isdigit():
        return int(cell.text)
    return cell.words


def _one_page(making: Making, heat: HeatRange) -> None:
    """Write a sheet with a drop-down for the country."""
    from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

    page = making.page("one", landscape=False)
    quoted = heat.sheet.replace("'", "''")
    names = f"'{quoted}'!{xl_range_abs(heat.top, 0, heat.bottom, 0)}"
    chosen = xl_rowcol_to_cell(page.row, 1, row_abs=True, col_abs=True)
    page.write((making.t("choose"), heat.first[0]), ("strong", "input"))
    page.add_list(1, f"={names}")
    page.row += 1
    page.write([making.t(key) for key in ("col.capacity", "col.indicator", "col.result")], "head")
    top = page.row
    page.sheet.freeze_panes(top, 0)
    for number, (code, title) in enumerate(heat.columns, start=1):
        cells = f"'{quoted}'!{xl_range_abs(heat.top, number, heat.bottom, number)}"
        result = Formula(f"=INDEX({cells},MATCH({chosen},{names},0))", _cached_value(heat.first[number]))
        page.write((code, title, result), ("code", "wrap", "upright"))
    _colours(page, heat, (top, top + len(heat.columns) - 1))
    page.set_widths((10, 56, 12))


def _cached_value(value: CellValue) -> float | str | None:
    """Return the cached result of a formula, displayed before recalculation."""
    return value if isinstance(value, str | int | float) else None


def _colours(page: Page, heat: HeatRange, rows: tuple[int, int]) -> None:
    """Add conditional formats for any selected country.

    Levels are coloured and ranges striped.
    """
    area = (rows[0], 2, rows[1], 2)
    for figure, shade in heat.shades.items():
        rule = {"type": "cell", "criteria": "==", "value": int(figure), "format": page.styles.fill(shade)}
        page.sheet.conditional_format(*area, rule)
    test = f"=ISTEXT($C{rows[0] + 1})"
    page.sheet.conditional_format(*area, {"type": "formula", "criteria": test, "format": page.styles.fill(None)})


def _months_of(days: Iterable[datetime.date]) -> list[datetime.date]:
    """Return the first day of each month between dates.

    Example:
        >>> [str(m) for m in _months_of([datetime.date(2016, 12, 5), datetime.date(2017, 1, 2)])]
        ['2016-12-01', '2017-01-01']
    """
    places = sorted(12 * day.year + day.month - 1 for day in days)
    if not places:
        return []
    return [datetime.date(place // 12, place % 12 + 1, 1) for place in range(places[0], places[-1] + 1)]


def _month_bars(making: Making, page: Page, headers: list[Head], rows: list[list[CellValue]], top: int) -> None:
    """Draw the sessions as bars beside their table.

    Args:
        making: Shared state of the sheets.
        page: The sheet with the table.
        headers: Its columns.
        rows: Its rows.
        top: First data row, from 0.
    """
    from xlsxwriter.utility import xl_col_to_name

    titles = [head.title for head in headers]
    start, end = titles.index(making.t("col.start")), titles.index(making.t("col.end"))
    days = [day for row in rows for day in (row[start], row[end]) if isinstance(day, datetime.date)]
    months = _months_of(days)[:_MOST]
    if not months:
        return
    left = len(headers) + 1
    for position, month in enumerate(months, start=left):
        put(page.sheet, top - 1, position, month, page.styles("month"))
    page.sheet.set_column(left, left + len(months) - 1, _WIDTH)
    bottom = top + len(rows) - 1
    first = f"{xl_col_to_name(left)}${top}"
    begins, ends = f"${xl_col_to_name(start)}{top + 1}", f"${xl_col_to_name(end)}{top + 1}"
    # First day of the next month, in functions that every spreadsheet program has.
    rule = f"=AND({begins}<DATE(YEAR({first}),MONTH({first})+1,1),{ends}>={first})"
    page.sheet.conditional_format(
        top, left, bottom, left + len(months) - 1, {"type": "formula", "criteria": rule, "format": page.styles.fill(4)}
    )
