"""Readers of form-product exports in texts and workbooks."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from attrs import evolve

from capbuild.formats import Grid, TextTable, cell_text, drop_edges, is_criterion_id, one_line
from capbuild.model import (
    Answer,
    Issue,
    Question,
    QuestionGroup,
    Questionnaire,
    Respondent,
    Response,
    SheetReconciliation,
)
from capbuild.plugins import Claim, Confidence, InputFile, Reader, ReadItem
from capbuild_sheets.annotations import with_annotations
from capbuild_sheets.forms.dialect import FormDialect, Start, read_table_starts
from capbuild_sheets.forms.form_table import FormTable
from capbuild_sheets.forms.options import FormOptions
from capbuild_sheets.forms.products import DIALECTS
from capbuild_sheets.hidden_cells import unseen_issues
from capbuild_sheets.sheets import Sheet, grid_rows
from capbuild_sheets.workbook import is_workbook, open_workbook


def _sniff(dialect: FormDialect, source: InputFile) -> Claim | None:
    claims = [_claim(dialect, start) for start in read_table_starts(source)]
    return max(filter(None, claims), key=lambda claim: claim.confidence, default=None)


def _claim(dialect: FormDialect, start: Start) -> Claim | None:
    """Return a dialect's claim.

    If headers are criteria, the claim is raised to a signature, because table readers claim criteria as well.
    """
    claim = dialect.claim(start)
    if claim is None or claim.confidence is not Confidence.SHAPE:
        return claim
    criteria = sum(is_criterion_id(cell_text(cell)) for cell in start.rows[0])
    return Claim(Confidence.SIGNATURE, f"{claim.why}, and criteria as headers") if criteria else claim


def _read(dialect: FormDialect, source: InputFile, options: FormOptions) -> Iterator[ReadItem]:
    options.refuse_layout(source.name)
    if not is_workbook(source):
        text = TextTable.open(source)
        table = FormTable(text.grid(), dialect, options, source.limits)
        yield from table.responses()
        yield from text.issues
        yield from table.closing()
        return
    book = open_workbook(source)
    yield from book.issues
    tables, unseen = [], list[Issue]()
    for sheet in book.sheets:
        rows = drop_edges(grid_rows(sheet.rows[:60], sheet.width), {})
        start = Start(sheet.name, [list(row) for _, row in rows])
        if sheet.hidden or not sheet.rows or dialect.claim(start) is None:
            yield SheetReconciliation(sheet=sheet.name, skipped=_skipped(sheet, dialect))
            continue
        grid = Grid(source.name, grid_rows(sheet.rows, sheet.width), sheet.name)
        tables.append(FormTable(grid, dialect, options, source.limits))
        unseen.extend(unseen_issues(source.name, sheet))
    children = [table for table in tables if table.parent is not None]
    mains = [table for table in tables if table.parent is None] or children
    joined = _joined(mains, [table for table in children if table not in mains])
    yield from with_annotations(joined, source.name, book.sheets)
    yield from unseen


def _skipped(sheet: Sheet, dialect: FormDialect) -> str:
    if sheet.hidden:
        return "it is hidden"
    return f"it is no table of the {dialect.title}" if sheet.rows else "it is empty"


def _joined(mains: list[FormTable], children: list[FormTable]) -> Iterator[ReadItem]:
    """Yield the responses of the main tables.

    Rows of child tables become repeats in them.
    """
    below: dict[str, list[Answer]] = {}
    waiting: list[ReadItem] = []
    forms: list[Questionnaire] = []
    for child in children:
        for item in _all_of(child):
            if isinstance(item, Response):
                _gather(item, child, below)
            elif isinstance(item, Questionnaire):
                forms.append(_as_block(item, child))
            else:
                waiting.append(item)
    for table in mains:
        for item in _all_of(table):
            if isinstance(item, Response):
                yield _with_blocks(item, table, below)
            elif isinstance(item, Questionnaire):
                forms.insert(0, item)
            else:
                yield item
    yield from waiting
    for key, answers in below.items():
        message = (
            f"rows of a repeated block belong to {key!r}, which is not in this file; they are a response of their own"
        )
        remedy = "ask for an export of the whole survey"
        origin = answers[0].origin
        yield Issue.error("SHEET5", message, origin, remedy)
        yield Response(
            id=str(origin), respondent=Respondent(pseudonym=key or "unknown"), answers=answers, origin=origin
        )
    yield from _merged(forms)


def _all_of(table: FormTable) -> Iterator[ReadItem]:
    """Yield the items of a table."""
    yield from table.responses()
    yield from table.closing()


def _block(table: FormTable) -> str:
    return one_line(table.grid.sheet or "") or "repeated"


def _gather(response: Response, child: FormTable, below: dict[str, list[Answer]]) -> None:
    head = child.parent.question if child.parent is not None else ""
    link = response.get(head)
    key = cell_text(link.value) if link is not None and isinstance(link.value, str | int) else ""
    answers = below.setdefault(key, [])
    times = max((answer.repeat for answer in answers if answer.question.startswith(f"{_block(child)}/")), default=0) + 1
    answers.extend(evolve(a, question=f"{_block(child)}/{a.question}", repeat=times) for a in response.answers)


def _with_blocks(response: Response, table: FormTable, below: dict[str, list[Answer]]) -> Response:
    key = response.get(table.key.question) if table.key is not None else None
    if key is None or not isinstance(key.value, str | int):
        return response
    answers = below.pop(cell_text(key.value), None)
    return evolve(response, answers=(*response.answers, *answers)) if answers else response


def _as_block(form: Questionnaire, child: FormTable) -> Questionnaire:
    name = _block(child)
    questions = [
        evolve(q, id=f"{name}/{q.id}", group=name, parent=f"{name}/{q.parent}" if q.parent else None)
        for q in form.questions
    ]
    return evolve(form, groups=[QuestionGroup(id=name, title=name, repeat=True)], questions=questions)


def _merged(forms: list[Questionnaire]) -> Iterator[Questionnaire]:
    """Yield the merged questionnaire, nothing if there is none."""
    if not forms:
        return
    first, *others = forms
    groups = {group.id: group for form in forms for group in form.groups}
    questions: dict[str, Question] = {}
    for form in (first, *others):
        for question in form.questions:
            questions.setdefault(question.id, question)
    yield evolve(first, groups=list(groups.values()), questions=list(questions.values()))


def _facts(dialect: FormDialect, source: InputFile) -> dict[str, Any]:
    from capbuild_sheets.counts import form_facts

    return form_facts(source, list(_read(dialect, source, FormOptions())))


def form_readers() -> list[Reader]:
    """Return a reader for each dialect."""
    return [
        Reader(
            name=dialect.name,
            title=dialect.title,
            sniff=partial(_sniff, dialect),
            read=partial(_read, dialect),
            facts=partial(_facts, dialect),
            options=FormOptions,
            suffixes=(".csv", ".xlsx"),
            experimental=dialect.experimental,
        )
        for dialect in DIALECTS
    ]
