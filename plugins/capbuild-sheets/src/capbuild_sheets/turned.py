"""Sheets with questions down and countries across: read as if turned, with every origin where the cell really is."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from capbuild.formats import TableOptions, read_table
from capbuild.formats.cells import Cell as TableCell
from capbuild.formats.cells import cell_text
from capbuild.formats.folding import one_line
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.periods import says_unit
from capbuild.model import Question, QuestionGroup, Questionnaire, QuestionType, SheetReconciliation
from capbuild.origin import Origin, column_letters
from capbuild.plugins import ReadItem, ReadLimits
from capbuild_sheets.across import columns_below_countries, countries_across, place_of_head
from capbuild_sheets.grids import to_cell
from capbuild_sheets.headrows import filled_cells
from capbuild_sheets.outline import SheetPlan
from capbuild_sheets.parts import SheetParts
from capbuild_sheets.relocate import relocated
from capbuild_sheets.roles import says_answer, says_evidence
from capbuild_sheets.sheets import Cell, Row, Sheet

__all__ = ["read_turned"]


_NUMBERS = (QuestionType.INTEGER, QuestionType.DECIMAL)


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
    people = _people(sheet, names, plan)
    used_columns = [index for person in people for index in person.columns.values()]
    asked = _questions(parts, used_columns, bottom)
    heads, sources = _table_heads(asked, people)
    table: list[GridRow] = [(1, [role, *heads])]
    places: dict[tuple[int, int], tuple[int, int]] = {}
    for number, person in enumerate(people, start=2):
        cells: list[TableCell] = [person.place]
        for column, (question, head) in enumerate(sources, start=2):
            index = person.columns.get(head, -1)
            cells.append(to_cell(_cell(body[question.row - bottom - 1], index)) if index >= 0 else None)
            places[number, column] = (question.row, index + 1 if index >= 0 else person.first + 1)
        table.append((number, cells))
    rows = {column: question.row for column, (question, _) in enumerate(sources, start=2)}
    columns = {number: person.first + 1 for number, person in enumerate(people, start=2)}
    used = evolve(options, header_row=1, shape="respondent", columns={role: role})
    place = _place_of(bottom, rows, columns, places)
    for item in read_table(Grid(file, table, sheet.name, semicolons=True), used, limits):
        if isinstance(item, SheetReconciliation):
            yield _counted(item, len(names) - len(used_columns), rows)
        elif isinstance(item, Questionnaire):
            yield _worded(item, dict(zip(heads, (question for question, _ in sources), strict=True)))
        else:
            yield relocated(item, place, lambda origin: f"{sheet.name.strip()}:{column_letters(origin.column or 0)}")


@frozen
class _Person:
    """A country, or a respondent, with its columns.

    Attributes:
        place: Its name.
        columns: Its columns from 0, by the head each has below the name; one without head where it has one column.
    """

    place: str
    columns: dict[str, int]

    @property
    def first(self) -> int:
        """Its first column."""
        return min(self.columns.values())


def _table_heads(asked: Sequence["_Asked"], people: Sequence[_Person]) -> tuple[list[str], list[tuple["_Asked", str]]]:
    """Return the heads of the turned table, and for each the question and the head below the country it stands for.

    Evidence beside the only column of answers is a comment on it; where countries have several columns of answers,
    each is a question of its own: `Law? [2016]`.
    """
    below = list(dict.fromkeys(head for person in people for head in person.columns))
    evidence = [head for head in below if says_evidence(head) and not says_answer(head)]
    answers = [head for head in below if head not in evidence]
    alone = len(answers) == 1 and len(evidence) < 2
    heads: list[str] = []
    sources: list[tuple[_Asked, str]] = []
    for question in asked:
        for head in answers + evidence:
            name = question.text if alone else f"{question.text} [{head}]"
            heads.append(f"{name} comment" if alone and head in evidence else name)
            sources.append((question, head))
    return heads, sources


def _people(sheet: Sheet, names: Sequence[str], plan: SheetPlan) -> list[_Person]:
    """Return the responses: those whose columns the plan names, else countries with heads below, else countries."""
    named = [i for i, name in enumerate(names) if plan.columns.get(name) in ("respondent", "country")]
    below = [] if named else columns_below_countries(sheet.rows, plan.heads.bottom - 2)
    if below:
        return [_Person(found.place, found.columns) for found in below]
    return [_Person(place_of_head(names[i]), {"": i}) for i in named or countries_across(names)]


@frozen
class _Asked:
    """A row of the sheet that asks something.

    Attributes:
        row: Its number.
        text: Its question, or the code of it.
        area: The heading it stands under.
        words: The question in words, where another column has its code.
        unit: The unit of its numbers, where a column has one.
    """

    row: int
    text: str
    area: str
    words: str
    unit: str = ""


def _questions(parts: SheetParts, people: Sequence[int], bottom: int) -> list[_Asked]:
    """Return the rows that ask; one without a cell for any country is a heading."""
    column = _question_column(parts.names, people, parts.body)
    over = _area_column(parts.names, people, parts.body, column)
    unit = next((i for i in range(min(people, default=1)) if i != column and says_unit(parts.names[i])), None)
    others = [i for i in range(min(people, default=1)) if i not in (column, over, unit)]
    words = max(others, key=lambda i: sum(len(_text(row, i)) for row in parts.body), default=None)
    found: list[_Asked] = []
    area = ""
    for number, row in enumerate(parts.body, start=bottom + 1):
        text = _text(row, column)
        if any(filled_cells([_cell(row, i)]) for i in people):
            area = (_text(row, over) if over is not None else "") or area
            asked = [_text(row, i) if i is not None else "" for i in (words, unit)]
            found.append(_Asked(number, text, area, *asked))
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


def _place_of(
    head: int,
    rows: Mapping[int, int],
    columns: Mapping[int, int],
    cells: Mapping[tuple[int, int], tuple[int, int]],
) -> Callable[[Origin], Origin]:
    """Return what finds the cell of the sheet that a cell of the turned table was."""

    def place(origin: Origin) -> Origin:
        if origin.row is not None and origin.column is not None and (origin.row, origin.column) in cells:
            row, column = cells[origin.row, origin.column]
            return evolve(origin, row=row, column=column)
        found = rows.get(origin.column, head) if origin.column is not None else None
        return evolve(origin, row=found, column=columns.get(origin.row) if origin.row is not None else None)

    return place


def _worded(form: Questionnaire, asked: Mapping[str, _Asked]) -> Questionnaire:
    """Return the form with the headings of the sheet as groups, and questions in words."""
    areas = dict.fromkeys(one.area for one in asked.values() if one.area)
    questions: list[Question] = []
    for question in form.questions:
        found = asked.get(question.id)
        text = found.words if found is not None and len(found.words) > len(found.text) else question.text
        if found is not None and text == found.words and question.id.startswith(f"{found.text} ["):
            text += question.id.removeprefix(found.text)
        unit = found.unit if found is not None and question.type in _NUMBERS else ""
        area = (found.area or None) if found is not None else None
        questions.append(evolve(question, group=area, text=text, unit=question.unit or unit))
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
