"""The reader `sheets`: workbooks of any kind, each sheet for what it is."""

from collections.abc import Iterator

from attrs import evolve

from capbuild.errors import ReadError
from capbuild.formats import find_header
from capbuild.formats.cells import cell_text
from capbuild.formats.csv_table import sniff_text
from capbuild.formats.heads import Role, head_meaning, is_criterion_id
from capbuild.model import Issue, Questionnaire, Severity
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, ReadItem
from capbuild_sheets.drafting import Draft, far_below
from capbuild_sheets.grids import grid_rows, to_cell
from capbuild_sheets.headrows import Heads
from capbuild_sheets.layouts import apply_layout
from capbuild_sheets.options import SheetsOptions
from capbuild_sheets.outline import SheetPlan, order_of_days, plan_workbook
from capbuild_sheets.pasted import in_first_column, pasted_issue, with_pasted
from capbuild_sheets.places import place_of_sheet
from capbuild_sheets.sheets import Sheet, Workbook
from capbuild_sheets.tables import read_sheet
from capbuild_sheets.unseen import unseen_issues
from capbuild_sheets.workbook import open_workbook, peek_workbook

__all__ = ["SUFFIXES", "read_sheets", "sniff_sheets"]

_LOOK = 40
_TEXTS = (".csv", ".tsv", ".tab", ".psv", ".txt")
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb", ".xltx", ".xltm", ".ots")


def sniff_sheets(source: InputFile) -> Claim | None:
    """Claim a workbook by its kind; more surely where its heads are those of this library's own instruments."""
    named = source.suffix in SUFFIXES
    try:
        book = peek_workbook(source)
    except ReadError as error:
        return Claim(Confidence.NAME, f"a workbook that cannot be opened: {error.message}") if named else None
    if book is None:
        text = named and sniff_text(source) is not None  # a table of text, which the reader of text reads
        return Claim(Confidence.NAME, f"the name ends in {source.suffix}") if named and not text else None
    if any(map(_is_own_instrument, book.sheets)):
        return Claim(Confidence.SHAPE, "a workbook whose heads or questions are criteria")
    if any(map(_says_all, book.sheets)):
        return Claim(Confidence.SHAPE, "a workbook whose heads say country, question and answer")
    # Readers of text claim such a name too, and cannot read it.
    sure = Confidence.SHAPE if source.suffix in _TEXTS else Confidence.NAME
    return Claim(sure, f"a workbook ({book.kind}) with {len(book.sheets)} sheets")


def _heads(sheet: Sheet) -> tuple[int, list[str]]:
    """Return the row that looks like the heads, from 0, and its texts; no texts where none does."""
    rows = sheet.rows[:_LOOK]
    index = find_header(list(grid_rows(rows, sheet.width))) if not sheet.hidden and rows else None
    return (index, [cell_text(to_cell(cell)) for cell in rows[index]]) if index is not None else (0, [])


def _roles(heads: list[str]) -> set[Role]:
    return {meaning.role for head in heads if (meaning := head_meaning(head))}


def _says_all(sheet: Sheet) -> bool:
    """Tell whether the heads say country, question and answer in so many words."""
    heads = _heads(sheet)[1]
    plain = {meaning.role for head in heads if (meaning := head_meaning(head)) and meaning.rank == 0}
    return Role.ANSWER in plain and {Role.COUNTRY, Role.QUESTION} <= _roles(heads)


def _is_own_instrument(sheet: Sheet) -> bool:
    """Tell whether criteria stand in the heads beside a country, or in a column of questions."""
    index, heads = _heads(sheet)
    rows, roles = sheet.rows[:_LOOK], _roles(heads)
    if sum(map(is_criterion_id, heads)) > 1:
        return Role.COUNTRY in roles or place_of_sheet(sheet.name) is not None
    asked = [i for i, head in enumerate(heads) if (meaning := head_meaning(head)) and meaning.role is Role.QUESTION]
    below = [cell_text(to_cell(row[asked[0]])) for row in rows[index + 1 :] if asked and len(row) > asked[0]]
    return bool(below) and 2 * sum(map(is_criterion_id, below)) > len(below)


def read_sheets(source: InputFile, options: SheetsOptions) -> Iterator[ReadItem]:
    """Yield what the sheets of a workbook say, an account of each sheet, and the form at last.

    Raises:
        ReadError: It is no workbook, is protected, damaged, or cannot be read with these options.
    """
    book, pasted = with_pasted(open_workbook(source))
    yield from book.issues
    plans = _plans(book, options)
    draft = Draft(source.name)
    order = order_of_days(book, plans)
    told: set[str] = set()
    for plan in plans:
        for item in read_sheet(source.name, book[plan.name], plan, options, source.limits, order=order):
            if isinstance(item, Questionnaire):
                draft.add(item)
            else:
                yield in_first_column(item, plan.name) if plan.name in pasted else item
        if plan.name in pasted and not plan.skip and plan.name not in told:
            yield pasted_issue(source.name, plan.name, pasted[plan.name])
        if not plan.skip and plan.name not in told:
            told.add(plan.name)
            yield from unseen_issues(source.name, book[plan.name])
        if plan.doubt:
            yield _doubtful(source.name, plan)
        if plan.beyond and not plan.skip:
            yield far_below(source.name, plan)
    if draft.form is not None:
        yield draft.form
    elif not any(plan.doubt for plan in plans):
        yield _nothing(source.name)


def _plans(book: Workbook, options: SheetsOptions) -> tuple[SheetPlan, ...]:
    if options.layout:
        return apply_layout(book, options.layout)
    absent = [name for name in options.sheets if name not in {sheet.name for sheet in book.sheets}]
    if absent:
        known = ", ".join(sheet.name for sheet in book.sheets)
        raise ReadError(f"there is no sheet {absent[0]!r}", code="CB116", remedy=f"the sheets are: {known}")
    plans = plan_workbook(book, options.sheets)
    if options.header_row is None:
        return plans
    heads = Heads(options.header_row, options.header_row)
    return tuple(
        plan if plan.skip and not plan.doubt else evolve(plan, skip="", doubt="", heads=heads) for plan in plans
    )


def _doubtful(file: str, plan: SheetPlan) -> Issue:
    return Issue(
        code="SHEET4",
        severity=Severity.WARNING,
        message=f"the sheet is not understood and was left out: {plan.doubt}",
        origin=Origin(file, plan.name),
        remedy="write its layout with draft_layout, correct it, and read again with layout = ...",
    )


def _nothing(file: str) -> Issue:
    return Issue(
        code="CB117",
        severity=Severity.ERROR,
        message="no sheet holds a table",
        origin=Origin(file),
        remedy="name the sheets to read in sheets, or write a layout with draft_layout",
    )
