"""The reader `csv-sheet`: a table of text that is laid out as people lay out sheets, and is read as one.

Such files are sheets that were saved as text: countries across, rows that name the country of those below, a filled-in
form, options or steps of a scale that are marked, several tables below one another. Plain tables of text are left to
the reader `csv`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import PurePath

from attrs import evolve, frozen

from capbuild.errors import ReadError
from capbuild.formats import CsvOptions, TextTable, read_table
from capbuild.formats.csv_table import sniff_text, text_cells
from capbuild.formats.facts import text_facts
from capbuild.formats.folding import fold_head
from capbuild.formats.grid import GridRow
from capbuild.formats.heads import Role, head_meaning
from capbuild.model import Issue, Questionnaire, Response, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Capability, Claim, Confidence, InputFile, Reader, ReadItem
from capbuild_sheets.drafting import Draft, far_below
from capbuild_sheets.forms.products import DIALECTS
from capbuild_sheets.forms.starts import starts_of
from capbuild_sheets.graded import scales_in
from capbuild_sheets.headrows import filled_cells, joined_heads
from capbuild_sheets.marks import OPTION
from capbuild_sheets.outline import SheetPlan, order_of_days, plan_workbook
from capbuild_sheets.relocate import relocated
from capbuild_sheets.sheets import Cell, Row, Sheet, Workbook
from capbuild_sheets.tables import read_sheet

__all__ = ["text_sheet_reader", "typed_cell"]

#: No person lays out what is larger, in bytes; rows by which the layout is told.
_LARGEST, _SAMPLE = 1_000_000, 400
#: Columns that a person lays out at most.
_WIDEST = 1000
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,11})\.\d{1,9}", re.ASCII)


@frozen(eq=False)
class _TextSheet:
    """A table of text as a sheet.

    Attributes:
        sheet: Its rows without gaps.
        lines: The line on which each row starts.
    """

    sheet: Sheet
    lines: tuple[int, ...]

    @classmethod
    def of(cls, rows: Iterable[GridRow], name: str, delimiter: str) -> "_TextSheet":
        """Return rows of texts as a sheet; a text that can only be one number is that number."""
        points = delimiter != ";"  # between semicolons a point may set thousands apart
        lines: list[int] = []
        sheet: list[Row] = []
        for number, cells in rows:
            row = [typed_cell(cell, points=points) for cell in cells]
            while row and row[-1] is None:
                row.pop()
            lines.append(number)
            sheet.append(tuple(row))
        return cls(Sheet(name=name, rows=tuple(sheet)), tuple(lines))

    def placed(self, item: ReadItem) -> ReadItem:
        """Return what was read with the lines of the file, which has no sheets."""

        def place(origin: Origin) -> Origin:
            row = origin.row
            known = row is not None and 0 < row <= len(self.lines)
            return evolve(origin, sheet=None, row=self.lines[row - 1] if known and row is not None else row)

        if isinstance(item, SheetReconciliation):
            return evolve(item, sheet="")
        if isinstance(item, Questionnaire):
            return evolve(item, id=fold_head(self.sheet.name).replace(" ", "-") or "table", title=self.sheet.name)
        name = item.id.removeprefix(f"{self.sheet.name.strip()}:") if isinstance(item, Response) else ""
        return relocated(item, place, lambda origin: str(origin.row) if name.isdigit() else name)


def typed_cell(cell: object, *, points: bool) -> Cell:
    """Return a text as a cell; one that can only be one number is that number, and a blank one nothing.

    Args:
        cell: The text.
        points: Whether a point is a decimal mark.
    """
    if not isinstance(cell, str):
        return str(cell) if cell is not None else None
    text = cell.strip()
    if _INTEGER.fullmatch(text):
        return int(text)
    if points and _DECIMAL.fullmatch(text):
        return float(text)
    return cell if text else None


def _opened(source: InputFile, options: CsvOptions, rows: int | None = None) -> tuple[_TextSheet, TextTable]:
    table = TextTable.open(source, delimiter=options.delimiter, encoding=options.encoding)
    return _TextSheet.of(islice(table.rows(), rows), PurePath(source.name).stem, table.delimiter), table


def _plans(sheet: Sheet) -> tuple[SheetPlan, ...]:
    """Return the plans of a sheet that only the reader of sheets understands; none for any other."""
    if sheet.width > _WIDEST:
        return ()
    plans = plan_workbook(Workbook(kind="csv", sheets=(sheet,)))
    if any(plan.skip or plan.right for plan in plans):
        return ()
    apart = len(plans) > 1 and all(_is_table(plan, plans[0], sheet) for plan in plans)
    return plans if apart or (len(plans) == 1 and _is_odd(plans[0], sheet)) else ()


def _is_table(plan: SheetPlan, first: SheetPlan, sheet: Sheet) -> bool:
    """Tell whether a table below another is one of answers: it names countries, or is no narrower than the first.

    A narrower one holds the footnotes of the first, as databanks write them.
    """
    heads = filled_cells(sheet.rows[plan.heads.bottom - 1])
    found = (head_meaning(cell) for cell in heads if isinstance(cell, str))
    if plan.country or "country" in plan.columns.values() or any(m and m.role is Role.COUNTRY for m in found):
        return True
    return len(heads) >= len(filled_cells(sheet.rows[first.heads.bottom - 1]))


def _is_odd(plan: SheetPlan, sheet: Sheet) -> bool:
    """Tell whether a table is laid out otherwise than plain ones."""
    odd = plan.turned or plan.form or plan.sections or OPTION in plan.columns.values()
    if odd or (plan.shape == "long" and plan.country):
        return True
    names = joined_heads(sheet, plan.heads) if plan.heads.bottom else []
    return bool(scales_in(names, sheet.rows[plan.heads.bottom :]))


def _sniff(source: InputFile) -> Claim | None:
    """Claim a table of text that is laid out as a sheet, where no reader of such tables is sure of it."""
    if source.size > _LARGEST:
        return None
    claim = sniff_text(source)
    if claim is None or claim.confidence > Confidence.NAME:
        return None
    try:
        sheet = _opened(source, CsvOptions(), _SAMPLE)[0].sheet
    except ReadError:
        return None
    if not _plans(sheet) or any(dialect.claim(start) for dialect in DIALECTS for start in starts_of(source)):
        return None
    return Claim(Confidence.SHAPE, "a table of text laid out as a sheet")


def _read(source: InputFile, options: CsvOptions) -> Iterator[ReadItem]:
    text, table = _opened(source, options)
    source.limits.check_cells(source.name, sum(map(len, text.sheet.rows)))
    plans = _plans(text.sheet)
    if not plans or options.header_row is not None or options.shape is not None:
        table = TextTable.open(source, delimiter=options.delimiter, encoding=options.encoding)
        yield from read_table(table.grid(), options, source.limits)
        yield from table.issues
        return
    order = order_of_days(Workbook(kind="csv", sheets=(text.sheet,)), plans)
    draft = Draft(source.name)
    if len(plans) > 1:
        yield text.placed(_several(source.name, plans))
    yield from table.issues
    for plan in plans:
        for item in read_sheet(source.name, text.sheet, plan, options, source.limits, order=order):
            found = text.placed(item)
            if isinstance(found, Questionnaire):
                draft.add(found)
            else:
                yield found
        if plan.beyond:
            yield text.placed(far_below(source.name, plan))
    if draft.form is not None:
        yield draft.form


def _several(file: str, plans: Sequence[SheetPlan]) -> Issue:
    return Issue(
        code="CB121",
        severity=Severity.NOTE,
        message=f"{len(plans)} tables stand below one another, and were read apart",
        origin=Origin(file, "", plans[1].heads.top),
        remedy='format = "csv" reads the first of them only',
    )


def text_sheet_reader() -> Reader:
    """Return the reader of sheets that were saved as text."""
    return Reader(
        name="csv-sheet",
        title="Sheet saved as text (CSV, TSV)",
        sniff=_sniff,
        read=_read,
        cells=text_cells,
        facts=text_facts,
        options=CsvOptions,
        capabilities=(Capability.RESPONSES, Capability.MANY_COUNTRIES),
        suffixes=(".csv", ".tsv"),
    )
