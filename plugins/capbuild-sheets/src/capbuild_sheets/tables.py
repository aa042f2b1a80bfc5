"""Reads one sheet by its plan: through the table engine, with every row of the sheet in the account."""

from collections.abc import Iterator

from attrs import evolve

from capbuild.formats import TableOptions, read_table
from capbuild.formats.days import DayOrder
from capbuild.formats.folding import fold_head
from capbuild.formats.grid import Grid, GridRow
from capbuild.model import ColumnUse, ColumnUsed, Questionnaire, Response, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import ReadItem, ReadLimits
from capbuild_sheets.beside import moved, title_of, titled
from capbuild_sheets.filled import read_filled
from capbuild_sheets.graded import Graded, graded
from capbuild_sheets.grids import grid_rows
from capbuild_sheets.headrows import filled_cells
from capbuild_sheets.longsheet import Preamble, areas_of, grouped
from capbuild_sheets.marks import OPTION
from capbuild_sheets.outline import SheetPlan
from capbuild_sheets.parts import SheetParts, cut
from capbuild_sheets.relocate import relocated
from capbuild_sheets.sections import COUNTRY, country_rows, sectioned, with_sections
from capbuild_sheets.sheets import Sheet
from capbuild_sheets.ticked import Ticked, ticked
from capbuild_sheets.turned import read_turned

__all__ = ["read_sheet", "sheet_options", "sheet_rows"]

_NOTE = "note below the table"
_EMPTY = "the column is empty"
_OPTION = "an option of the question before it"


def sheet_rows(sheet: Sheet, plan: SheetPlan, parts: SheetParts) -> Iterator[GridRow]:
    """Yield titles, the joined heads and the body, each with its number."""
    width = len(parts.names)
    yield from grid_rows(sheet.rows[plan.first_row - 1 : max(plan.heads.top - 1, 0)], width, plan.first_row)
    top = _head_row(plan, parts)
    if top:
        yield top, list(parts.names)
    yield from grid_rows(parts.body, width, top + 1)


def _head_row(plan: SheetPlan, parts: SheetParts) -> int:
    """Return the row of heads; a table without heads whose columns are named by number gets one of its own."""
    return plan.heads.bottom or int(any(parts.names))


def sheet_options(options: TableOptions, plan: SheetPlan, parts: SheetParts) -> TableOptions:
    """Return the options of the reader with what the plan adds; what the user says comes first."""
    columns = {**dict.fromkeys(parts.empty, "ignore"), **plan.columns, **options.columns}
    return evolve(
        options,
        header_row=_head_row(plan, parts),
        shape=options.shape or _shape(options, plan, parts),
        columns=columns,
        country=options.country or plan.country,
        fill_country=options.fill_country or plan.fill_country,
    )


def _shape(options: TableOptions, plan: SheetPlan, parts: SheetParts) -> str | None:
    """Return what a row is; None for a row that looks like a series, where the user says something of its columns."""
    told = plan.shape == "long" and not plan.columns and any(fold_head(name) in options.columns for name in parts.names)
    return None if told else plan.shape


def _told(options: TableOptions, plan: SheetPlan) -> TableOptions:
    """Return the options with what the plan says of columns, which are a form's labels."""
    return evolve(options, columns={**plan.columns, **options.columns})


def read_sheet(
    file: str,
    sheet: Sheet,
    plan: SheetPlan,
    options: TableOptions,
    limits: ReadLimits,
    *,
    order: DayOrder | None = None,
) -> Iterator[ReadItem]:
    """Yield what a sheet says; at last its account, in which every row of the sheet is counted.

    Args:
        file: Name of the file, for origins.
        sheet: The sheet.
        plan: How it is laid out.
        options: Options in force.
        limits: Limits in force.
        order: Which number of a date is the day elsewhere in the workbook.

    Raises:
        ReadError: It cannot be read with these options.
    """
    if plan.skip:
        yield SheetReconciliation(sheet=sheet.name, skipped=plan.skip)
        return
    if plan.right:
        part, inner = plan.part_of(sheet), evolve(plan, left=0, right=0, legend=0)
        title = title_of(part, plan.first_row, plan.heads)
        for item in read_sheet(file, part, inner, options, limits, order=order):
            found = moved(titled(item, title), plan.left - 1)
            yield _with_legend(found, sheet, plan) if isinstance(found, SheetReconciliation) and plan.legend else found
        return
    if plan.form:
        yield from read_filled(file, sheet, plan, options=_told(options, plan), limits=limits, order=order)
        return
    if plan.sections:
        yield from _read_sections(file, sheet, plan, options, limits, order=order)
        return
    yield from _read_table(file, sheet, plan, options, limits, order=order)


def _read_sections(
    file: str, sheet: Sheet, plan: SheetPlan, options: TableOptions, limits: ReadLimits, *, order: DayOrder | None
) -> Iterator[ReadItem]:
    """Yield what a table says in which rows of their own name the countries."""
    rows = len(country_rows(sheet.rows, plan.heads.bottom))
    told = evolve(plan, sections=False, columns={**plan.columns, COUNTRY: "country"})
    for item in _read_table(file, sectioned(sheet, plan.heads.bottom), told, options, limits, order=order):
        yield with_sections(item, rows, sheet.width) if isinstance(item, SheetReconciliation) else item


def _read_table(
    file: str, sheet: Sheet, plan: SheetPlan, options: TableOptions, limits: ReadLimits, *, order: DayOrder | None
) -> Iterator[ReadItem]:
    """Yield what a table of rows, or of columns of answers, says."""
    parts = cut(sheet, plan)
    marks: Ticked | Graded | None = ticked(parts, plan.columns, plan.heads.bottom)
    if marks is None and plan.heads.bottom and not plan.turned and plan.shape != "long":
        marks = graded(parts, plan.heads.bottom, options.columns)
    if marks is not None:
        yield from marks.issues(file, sheet.name)
        told = {head: role for head, role in plan.columns.items() if role != OPTION}
        added = {marks.name: "answer"} if isinstance(marks, Ticked) else {}
        parts, plan = marks.parts, evolve(plan, columns={**told, **added})
    used = sheet_options(options, plan, parts)
    if plan.turned:
        yield from read_turned(file, sheet, plan, parts, options=used, limits=limits)
        return
    # A number that is text in a workbook was typed where its marks mean something else: 1.200 may be 1200.
    grid = Grid(file, sheet_rows(sheet, plan, parts), sheet.name, semicolons=True, order=order)
    items = read_table(grid, used, limits)
    if used.shape == "long" and plan.country:
        above = Preamble.of(grid, sheet, plan, drop_personal=options.drop_personal)
        items = _as_visit(items, above, plan, parts)
    shifted = _head_row(plan, parts) - plan.heads.bottom
    for item in items:
        if isinstance(item, SheetReconciliation):
            yield _closed(item, parts)
        else:
            found = _shifted(item, shifted) if shifted else item if marks is None else marks.placed(item)
            yield titled(found, title_of(sheet, plan.first_row, plan.heads)) if plan.shared else found


def _with_legend(account: SheetReconciliation, sheet: Sheet, plan: SheetPlan) -> SheetReconciliation:
    """Return the account with the columns of the legend beside the table."""
    added = [
        ColumnUsed(name="", column=column, use=ColumnUse.IGNORED, reason="a legend beside the table")
        for column in range(plan.legend, sheet.width + 1)
    ]
    return evolve(account, columns=[*account.columns, *added])


def _shifted(item: ReadItem, rows: int) -> ReadItem:
    """Return what was read from a table that stands some rows higher than it was read."""

    def place(origin: Origin) -> Origin:
        return evolve(origin, row=max(origin.row - rows, 1) if origin.row else None)

    return relocated(item, place, lambda origin: f"{(origin.sheet or '').strip()}:{origin.row}")


def _closed(account: SheetReconciliation, parts: SheetParts) -> SheetReconciliation:
    """Return the account with the rows below the table and the empty columns in it."""
    if account.skipped:
        return account
    left = dict(account.rows_left_out)
    for row in parts.after:
        reason = _NOTE if filled_cells(row) else "blank"
        left[reason] = left.get(reason, 0) + 1
    columns = [
        column
        if column.name not in parts.empty
        else evolve(column, name="", reason=_EMPTY if column.name.endswith("is empty)") else _OPTION)
        for column in account.columns
    ]
    ignored = "ignored as the options say"
    cells = dict(account.left_out)
    if (
        parts.empty
        and not any(c.use is ColumnUse.IGNORED and c.reason == ignored for c in columns)
        and ignored in cells
    ):
        cells[_EMPTY] = cells.pop(ignored)
    return evolve(
        account, rows_in=account.rows_in + len(parts.after), rows_left_out=left, columns=columns, left_out=cells
    )


def _as_visit(items: Iterator[ReadItem], preamble: Preamble, plan: SheetPlan, parts: SheetParts) -> Iterator[ReadItem]:
    """Read a sheet that is one country's: the lines above the table belong to it, and areas group its questions."""
    areas, numbers = areas_of(plan, parts.names, parts.body)
    taken = 0
    for item in items:
        if isinstance(item, Response):
            taken += 1
            yield preamble.added(item, plan) if taken == 1 else item
            yield from preamble.issues() if taken == 1 else ()
        elif isinstance(item, Questionnaire):
            yield grouped(item, areas, numbers, preamble.questions())
        elif isinstance(item, SheetReconciliation):
            yield preamble.counted(item) if taken else item
        else:
            yield item
