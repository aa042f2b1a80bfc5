"""The report workbook, sheet after sheet."""

from collections.abc import Iterator

from capbuild.disclosure import disclose
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports import ReportKind, TidyTable, build, tidy_tables
from capbuild.tables.views import collector_paused
from capbuild_sheets.reporting.about import about_page, begin_about
from capbuild_sheets.reporting.columns import SHEETS, shown_rows
from capbuild_sheets.reporting.figures import figure_pages
from capbuild_sheets.reporting.heat import heat_page
from capbuild_sheets.reporting.levels import levels_page
from capbuild_sheets.reporting.making import Making, names_of
from capbuild_sheets.reporting.one import one_page
from capbuild_sheets.reporting.plan import month_bars
from capbuild_sheets.reporting.standing import countries_chart, standing_page
from capbuild_sheets.writing import Book, CellValue, Head

__all__ = ["write_report"]

#: Columns that stay in view beside the first.
_FREEZE = {"countries": 2, "scores": 3, "criteria": 3, "findings": 2, "gaps": 2, "needs": 1, "sessions": 2}


def write_report(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[bytes]:
    """Yield the workbook of a round, or of one country: what the audience may see, the same bytes each time.

    Raises:
        WriteError: The disclosure policy does not name the audience, or the country has not consented. Code CB703.
    """
    with collector_paused():  # a cell is an object, and a workbook holds a hundred thousand
        yield _workbook(subject, context)


def _workbook(subject: AssessmentSet | Assessment, context: RenderContext) -> bytes:
    subject, context = disclose(subject, context)
    report = build(subject, context, profiles=False)
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
        figure_pages(making)
    about_page(making, about)
    return making.book.bytes()


def _data(making: Making, context: RenderContext) -> None:
    """Write the figures of a region or a country, and behind them all that they were made of."""
    heat = heat_page(making)
    if heat is not None and heat.first:
        one_page(making, heat)
    levels_page(making)
    standing_page(making)
    tables = {table.name: table for table in tidy_tables(making.subject, context)}
    for name in SHEETS:
        # What findings tell in detail needs no second telling.
        if name in tables and not (name == "criteria" and "findings" in tables):
            _data_page(making, tables[name])


def _data_page(making: Making, table: TidyTable) -> None:
    heads, rows = shown_rows(table, making)
    page = making.page(table.name)
    if table.name == "countries":
        _with_open(making, heads, rows)
    first, last = page.table(table.name, heads, rows, freeze=_FREEZE.get(table.name, 1), empty=making.say("none"))
    if last < first:
        return
    if table.name == "sessions":
        month_bars(making, page, heads, rows, first)
    elif table.name == "countries" and last > first:
        titles = [head.title for head in heads]
        if making.say("col.settled") in titles:
            columns = (1, titles.index(making.say("col.settled")), titles.index(making.say("chart.open")))
            countries_chart(making, page, columns, (first, last))


def _with_open(making: Making, heads: list[Head], rows: list[list[CellValue]]) -> None:
    """Add the criteria that are not settled, which the chart lays end to end with those that are."""
    titles = [head.title for head in heads]
    if making.say("col.settled") not in titles:
        return
    criteria, settled = titles.index(making.say("col.criteria")), titles.index(making.say("col.settled"))
    heads.append(Head(making.say("chart.open"), width=9, style="number"))
    for row in rows:
        whole, done = row[criteria], row[settled]
        row.append(whole - done if isinstance(whole, int) and isinstance(done, int) else None)
