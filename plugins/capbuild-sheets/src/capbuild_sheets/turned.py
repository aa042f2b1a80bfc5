"""Sheets with questions down and countries across: read as if turned, with every origin where the cell really is."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from capbuild.formats import TableOptions, read_table
from capbuild.formats.cells import cell_text
from capbuild.formats.folding import one_line
from capbuild.formats.grid import Grid, GridRow
from capbuild.model import Question, QuestionGroup, Questionnaire, SheetReconciliation
from capbuild.origin import Origin, column_letters
from capbuild.plugins import ReadItem, ReadLimits
from capbuild_sheets.across import countries_across, place_of_head
from capbuild_sheets.grids import to_cell
from capbuild_sheets.headrows import filled_cells
from capbuild_sheets.outline import SheetPlan
from capbuild_sheets.parts import SheetParts
from capbuild_sheets.relocate import relocated
from capbuild_sheets.sheets import Cell, Row, Sheet

__all__ = ["read_turned"]


def _cell(row: Row, index: int) -> Cell:
    return row[index] if index < len(row) else None


def _text(row: Row, index: int) -> str:
    return one_line(cell_text(to_cell(_cell(row, index))))


def read_turned(
    file: str, sheet: Sheet, plan: SheetPlan, parts: SheetParts, *, options: TableOptions, limits: ReadLimits
) -> Iterator[ReadItem]:
    """Yield a response for each country's column.

    Args:
        file: Name of the file.
        sheet: The sheet.
        plan: How it is laid out.
        parts: Its heads, most of them countries, and its rows.
        options: Options in force.
        limits: Limits in force.
    """
    names, body, bottom = parts.names, parts.body, plan.heads.bottom
    role = "respondent" if "respondent" in plan.columns.values() else "country"
    people = _people(names, plan)
    asked = _questions(parts, people, bottom)
    rows = {number: question.row for number, question in enumerate(asked, start=2)}
    table: list[GridRow] = [(1, [role, *(question.text for question in asked)])]
    for number, index in enumerate(people, start=2):
        cells = [to_cell(_cell(body[question.row - bottom - 1], index)) for question in asked]
        table.append((number, [place_of_head(names[index]), *cells]))
    columns = {number: index + 1 for number, index in enumerate(people, start=2)}
    used = evolve(options, header_row=1, shape="respondent", columns={role: role})
    place = _places(bottom, rows, columns)
    for item in read_table(Grid(file, table, sheet.name), used, limits):
        if isinstance(item, SheetReconciliation):
            yield _counted(item, len(names) - len(people), rows)
        elif isinstance(item, Questionnaire):
            yield _worded(item, {question.text: question for question in asked})
        else:
            yield relocated(item, place, lambda origin: f"{sheet.name.strip()}:{column_letters(origin.column or 0)}")


def _people(names: Sequence[str], plan: SheetPlan) -> list[int]:
    """Return the columns that are responses: those the plan names, else those whose heads are countries."""
    named = [i for i, name in enumerate(names) if plan.columns.get(name) in ("respondent", "country")]
    if named:
        return named
    return countries_across(names)


@frozen
class _Asked:
    """A row of the sheet that asks something.

    Attributes:
        row: Its number.
        text: Its question, or the code of it.
        area: The heading it stands under.
        words: The question in words, where another column has its code.
    """

    row: int
    text: str
    area: str
    words: str


def _questions(parts: SheetParts, people: Sequence[int], bottom: int) -> list[_Asked]:
    """Return the rows that ask; one without a cell for any country is a heading."""
    column = _question_column(parts.names, people, parts.body)
    over = _area_column(parts.names, people, parts.body, column)
    others = [i for i in range(min(people, default=1)) if i not in (column, over)]
    words = max(others, key=lambda i: sum(len(_text(row, i)) for row in parts.body), default=None)
    found: list[_Asked] = []
    area = ""
    for number, row in enumerate(parts.body, start=bottom + 1):
        text = _text(row, column)
        if any(filled_cells([_cell(row, i)]) for i in people):
            area = (_text(row, over) if over is not None else "") or area
            found.append(_Asked(number, text, area, _text(row, words) if words is not None else ""))
        else:
            area = text or area
    return found


def _question_column(names: Sequence[str], people: Sequence[int], body: Sequence[Row]) -> int:
    """Return the column that asks: of those before the countries, the one with most different texts."""
    before = [i for i in range(len(names)) if i < min(people, default=1)] or [0]
    return max(before, key=lambda i: (len({_text(row, i) for row in body}), -i))


def _area_column(names: Sequence[str], people: Sequence[int], body: Sequence[Row], asks: int) -> int | None:
    """Return the column that groups the questions: the first before the one that asks, where its texts repeat."""
    body = [row for row in body if any(filled_cells([_cell(row, i)]) for i in people)]
    for index in range(min(people, default=1)):
        texts = {_text(row, index) for row in body} - {""}
        if index < asks and texts and 2 * len(texts) <= len(body) + 1 and not any(text.isdigit() for text in texts):
            return index
    return None


def _places(head: int, rows: Mapping[int, int], columns: Mapping[int, int]) -> Callable[[Origin], Origin]:
    """Return what finds the cell of the sheet that a cell of the turned table was."""

    def place(origin: Origin) -> Origin:
        row = rows.get(origin.column, head) if origin.column is not None else None
        column = columns.get(origin.row) if origin.row is not None else None
        return evolve(origin, row=row, column=column)

    return place


def _worded(form: Questionnaire, asked: Mapping[str, _Asked]) -> Questionnaire:
    """Return the form with the headings of the sheet as groups, and questions in words."""
    areas = dict.fromkeys(one.area for one in asked.values() if one.area)
    questions: list[Question] = []
    for question in form.questions:
        found = asked.get(question.id)
        text = found.words if found is not None and len(found.words) > len(found.text) else question.text
        questions.append(evolve(question, group=(found.area or None) if found is not None else None, text=text))
    return evolve(form, groups=[QuestionGroup(id=name, title=name) for name in areas], questions=questions)


def _counted(account: SheetReconciliation, others: int, rows: Mapping[int, int]) -> SheetReconciliation:
    """Return the account of the turned table, in which rows are columns of the sheet and columns its rows."""
    left = dict(account.rows_left_out)
    if others:
        left["a column of the sheet that is no response"] = others
    columns = [
        evolve(column, column=rows.get(column.column, 1), reason=column.reason or "a row of the sheet")
        for column in account.columns
    ]
    return evolve(account, rows_in=account.rows_in + others, rows_left_out=left, columns=columns)
