"""Issues of a table, and its shared context."""

from collections import Counter
from collections.abc import Iterator

from attrs import define, field

from capbuild.display import counted
from capbuild.formats.layout import Layout
from capbuild.formats.layouts.candidates import UNSURE, Candidate
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.ledger import Ledger
from capbuild.formats.layouts.regions import Box
from capbuild.formats.layouts.shapes import Form, Long, QuestionRows, Records, Shape
from capbuild.formats.layouts.table_view import TableView, find_misfits, find_places
from capbuild.formats.log import IssueLog
from capbuild.formats.options import Shape as ShapeOption
from capbuild.formats.options import TableOptions
from capbuild.formats.places import find_country
from capbuild.formats.table_state import Account
from capbuild.formats.vocabulary import Role, shorten
from capbuild.model import Issue, Severity
from capbuild.plugins import ReadLimits


@define(eq=False)
class TableContext:
    """Shared objects for reading the tables of one sheet.

    Attributes:
        grid: The cells.
        options: Options in force.
        limits: Limits in force.
        account: Counts of answers.
        log: Log of issues.
        taken: Ids of responses so far.
        several_sheets: Whether other sheets of the file have tables too.
    """

    grid: CellGrid
    options: TableOptions
    limits: ReadLimits
    account: Account
    log: IssueLog
    taken: set[str] = field(factory=set)
    several_sheets: bool = False


#: Reasons with an issue of their own, or requested by the user.
BEYOND = "beyond the last header"

IGNORED = "ignored, as set in the options"


def note_rows(view: TableView, box: Box, context: TableContext) -> None:
    """Report filled-down keys and rows without a header."""
    best = box.candidates[0]
    merged = {r for area in context.grid.merged for r in range(area.top, area.bottom + 1)}
    shape, rows = best.shape, set(view.rows) - merged
    filled = Counter(column for row, column in view.filled_down if row in rows)
    country = shape.country if isinstance(shape, Records) else None
    for column, count in filled.items() if isinstance(shape, Records) else ():
        name = "country" if column == country else repr(shorten(view.header.name(column)))
        why = "as set by fill_country" if context.options.fill_country else f"since each {name} is named once"
        message = f"{count:,} rows name no {name} and have that of a row above them, {why}"
        context.log.add("CB206", Severity.NOTE, message, subject="fill_country")
    if view.unsure_headings:
        row = min(view.unsure_headings)
        text = shorten(view.text(row, view.full(row)[0]))
        message = f"{text!r} has no answer, and is read as the heading of the rows below"
        remedy = "if it is a question, write a word such as 'unknown' as its answer"
        context.log.add("CB124", Severity.NOTE, message, row=context.grid.numbers[row], remedy=remedy)
    headless = not view.header_rows and not isinstance(best.shape, Form)
    if headless and context.options.header_row is None and best.terms["countries"]:
        number = context.grid.numbers[box.rows[0]]
        message = "the table has no header: its first row names a country as those below it do, and is read as data"
        remedy = (
            f'name the columns, as in columns = {{ "column 2" = "..." }}; header_row = {number} takes it for the header'
        )
        context.log.add("CB114", Severity.WARNING, message, row=number, remedy=remedy)


def note_misfits(view: TableView, shape: Shape, context: TableContext) -> dict[int, str]:
    """Return countries of rows that differ from their cells.

    If name and code of a row are of different countries, neither is used, and both are returned; rows that are read as
    one of the two are reported. For a cell with more words than the country, the country is returned.
    """
    if not isinstance(shape, Records | QuestionRows) or shape.country is None:
        return {}
    places = find_places(view, shape.country)
    for row, column, name, code in find_misfits(view, shape.country):
        places[row] = f"{name} ({code})"
        both = find_country(places[row])
        if both is not None:  # a state beside the code of its territory
            message = f"the name {name!r} and the code {code} are of different countries; read as {both.name}"
            remedy = f"correct the one that is wrong, or settle {places[row]!r} in overrides"
            context.log.add("CB404", Severity.WARNING, message, origin=context.grid.origin(row, column), remedy=remedy)
    return places


def note_short_rows(view: TableView, context: TableContext) -> None:
    """Report text rows that end before the last header."""
    if not context.grid.lengths or not view.header_rows:
        return
    headers = context.grid.lengths[view.header_rows[-1]]
    for row in view.rows:
        if (cells := context.grid.lengths[row]) < headers:
            message = f"the row has {cells} cells below {headers} headers; the missing ones are read as blank"
            remedy = "check the end of the row, and the quotes around texts with separators"
            context.log.add("CB109", Severity.WARNING, message, row=context.grid.numbers[row], remedy=remedy)


def note_layout(layout: Layout, view: TableView, context: TableContext) -> None:
    """Report a missing country column and columns of personal data."""
    row = context.grid.numbers[view.header_rows[-1]] if view.header_rows else None
    if Role.COUNTRY not in layout.keys and context.options.country is None and not view.country:
        remedy = 'name the column, columns = { "its header" = "country" }, or set country = "..." for the whole file'
        context.log.add("CB104", Severity.WARNING, "no column names a country", row=row, remedy=remedy)
    for part in layout.parts:
        if part.column.personal is not None and not context.options.drop_personal:
            name = part.column.name or part.column.question
            message = f"{name!r} looks personal ({part.column.personal.value})"
            remedy = "drop_personal = true leaves such columns out"
            context.log.add("CB132", Severity.WARNING, message, row=row, column=part.column.number, remedy=remedy)


def doubt_layout(box: Box, context: TableContext, *, given: bool) -> Iterator[Issue]:
    """Report an uncertain table.

    The issue has the options that select the next layout.
    """
    best, other, sure = box.candidates[0], box.runner_up, 1.0
    given = given or bool(context.options.columns)
    # Records without a country or a header have a warning of their own, CB104 or CB114.
    warned = isinstance(best.shape, Records) and not (best.terms["countries"] and best.header_rows)
    if not given and not warned:
        sure = box.confidence(context.grid)
    if box.settled >= UNSURE:
        message = f"the table is read as {best.shape.name}{_below(best, context)}, as others with its labels are"
        yield Issue.note("CB124", message, context.grid.origin(box.rows[0]))
    if sure >= UNSURE:
        return
    draft = "look at the answers; capbuild inspect FILE --draft writes a layout to correct"
    options = _options_for(best, other, context) if other is not None else ""
    beside = f"; {other.shape.name}{_below(other, context)} comes next" if other is not None else ""
    yield Issue.warning(
        "CB124",
        f"the table is read as {best.shape.name}{_below(best, context)}, with confidence {sure:.2f}{beside}",
        context.grid.origin(box.rows[0]),
        f"{draft}, or try {options}" if options else draft,
    )


def _below(layout: Candidate, context: TableContext) -> str:
    rows = ", ".join(str(context.grid.numbers[row]) for row in layout.header_rows)
    if not rows and not isinstance(layout.shape, Form):
        return " without a header"
    return f" below row {rows}" if rows else ""


def _options_for(best: Candidate, other: Candidate, context: TableContext) -> str:
    """Return the options that select another layout.

    The text is empty if no options do.
    """
    options = context.options
    if options.header_row is not None or options.shape is not None or len(other.header_rows) > 1:
        return ""
    settings = []
    if best.header_rows != other.header_rows:
        settings.append(f"header_row = {context.grid.numbers[other.header_rows[0]] if other.header_rows else 0}")
    if type(best.shape) is not type(other.shape):
        shape = {Long: ShapeOption.LONG, Records: ShapeOption.RESPONDENT}.get(type(other.shape))
        if shape is None:
            return ""
        settings.append(f'shape = "{shape}"')
    return ", ".join(settings)


def left_out_issues(ledger: Ledger) -> Iterator[Issue]:
    """Report cells that were left out."""
    for left in ledger.left_out():
        row, column = left.cells[0]
        if left.reason in (BEYOND, IGNORED):
            continue
        yield Issue(
            code="CB123",
            severity=Severity.NOTE if left.known else Severity.WARNING,
            message=f"{counted(left.count, 'cell')} left out ({left.reason}): {left.quoted(ledger.grid)}",
            origin=ledger.grid.origin(row, column),
            remedy="" if left.known else "give them a header, or assign them a use in a layout",
        )
