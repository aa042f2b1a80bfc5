"""Display of a survey: reconciliation, first answers, and issues by cause."""

from collections.abc import Iterator
from pathlib import PurePath

from capbuild.display import counted
from capbuild.model import Issue, Missing, Question, Response, Severity, SheetReconciliation, Survey
from capbuild.model.survey_questions import QuestionTable, answer_code, answer_label
from capbuild.notebook.pages import SAY, CodeText, Column, Grid, Page, Shown, count_text, is_invented, shorten
from capbuild.reports.cells import Style, Words

#: Most sheets, issues, questions and responses shown.
_SHEETS, _ISSUES, _QUESTIONS, _RESPONSES = 4, 4, 5, 3

#: Signs that show the severity without colour.
_SIGNS = {Severity.ERROR: "▲", Severity.WARNING: "!", Severity.NOTE: "·"}


def page(reading: Survey) -> Page:
    """Return the display of a survey."""
    questions = reading.questions
    return Page(
        title=shorten(PurePath(reading.file).name, 100),
        facts=list(_list_facts(reading, questions)),
        blocks=[*_list_sheets(reading), *_list_first_answers(reading, questions), *_list_issue_rows(reading)],
        foot=_make_foot(reading, questions),
        invented=is_invented(reading),
    )


def _list_facts(reading: Survey, questions: QuestionTable) -> Iterator[Words]:
    yield Words(text=reading.format)
    yield Words(text=counted(len(reading), "response"))
    named = [country.name for country in reading.countries]
    if named:
        text = ", ".join(named) if len(named) <= 3 else counted(len(named), "country", "countries")
        unresolved = sum(one.country is None for one in reading)
        yield Words(text=f"{text}, {SAY.number(unresolved)} without country" if unresolved else text)
    yield Words(text=counted(len(questions), "question"))
    tables = reading.layout.tables
    if tables:
        shapes = ", ".join(dict.fromkeys(table.shape for table in tables))
        yield Words(text=f"layout {shapes}, confidence {min(table.confidence for table in tables):.2f}")
    style = Style.LACKING if reading.issues.count(Severity.ERROR) else Style.PLAIN
    yield Words(text=str(reading.issues), style=style)


def _list_first_answers(reading: Survey, questions: QuestionTable) -> list[Grid]:
    """Return the first answers to the most-answered questions."""
    public = [one for one in questions if one.question.personal is None]
    most = {one.id for one in sorted(public, key=lambda one: -one.answered)[:_QUESTIONS]}
    shown = [one for one in public if one.id in most]
    if not shown or not reading.responses:
        return []
    columns = [Column(head="Response"), *(Column(head=shorten(one.id, 24)) for one in shown)]
    rows = [
        (Words(text=_name(response)), *(_make_cell(one.question, response) for one in shown))
        for response in reading.responses[:_RESPONSES]
    ]
    left = {"more response": len(reading) - len(rows), "more question": len(questions) - len(shown)}
    more = " and ".join(counted(count, name) for name, count in left.items() if count > 0)
    return [Grid(columns=columns, rows=rows, more=f"{more} with `.wide()`" if more else "")]


def _name(response: Response) -> str:
    return shorten(response.country.name if response.country is not None else response.place or response.id, 30)


def _make_cell(question: Question, response: Response) -> Words:
    answer = response.get(question.id)
    if answer is None:
        return Words(text="")
    if isinstance(answer.value, Missing):
        return Words(text=answer.value.value, style=Style.QUIET)
    label = answer_label(question, answer.value)
    return Words(text=shorten(", ".join(label) if isinstance(label, tuple) else answer_code(label), 28))


def _list_sheets(reading: Survey) -> list[Grid]:
    sheets = reading.reconciliation.sheets
    if not sheets:
        return []
    headers = ("Rows", "Answers", "Absent", "Left out")
    columns = [Column(head="Sheet"), *(Column(head=head, number=True) for head in headers), Column(head="Adds up")]
    more = f"{counted(len(sheets) - _SHEETS, 'more sheet')} in `.reconciliation`" if len(sheets) > _SHEETS else ""
    return [Grid(columns=columns, rows=[_make_sheet_row(sheet) for sheet in sheets[:_SHEETS]], more=more)]


def _make_sheet_row(sheet: SheetReconciliation) -> tuple[Shown, ...]:
    if sheet.skipped:
        sums = Words(text=f"passed over: {shorten(sheet.skipped, 60)}", style=Style.QUIET)
    else:
        text = f"{SAY.number(sheet.accounted)} of {counted(sheet.cells, 'cell')}"
        sums = Words(text=text, style=Style.PLAIN if sheet.adds_up else Style.LACKING)
    absent, left_out = sum(sheet.absent.values()), sum(sheet.left_out.values())
    counts = (sheet.rows_in, sheet.answers, absent, left_out)
    return (CodeText(text=shorten(sheet.sheet, 40) or "–"), *map(count_text, counts), sums)


def _list_issue_rows(reading: Survey) -> list[Grid]:
    """Return issues by cause, worst first, each with its first origin."""
    causes: dict[tuple[str, str], list[Issue]] = {}
    for issue in reading.issues.worst_first:
        causes.setdefault((issue.code, issue.severity), []).append(issue)
    if not causes:
        return []
    columns = [Column(head="Issue"), Column(head="Times", number=True), *map(_make_head, ("First", "What", "Remedy"))]
    rows = [_make_issue_row(found) for found in list(causes.values())[:_ISSUES]]
    left = len(causes) - len(rows)
    more = f"{SAY.number(left)} more kinds with `.issues.worst_first`" if left > 0 else ""
    return [Grid(columns=columns, rows=rows, more=more)]


def _make_head(text: str) -> Column:
    return Column(head=text)


def _make_issue_row(found: list[Issue]) -> tuple[Shown, ...]:
    issue = found[0]
    style = Style.LACKING if issue.severity is Severity.ERROR else Style.PLAIN
    place = CodeText(text=shorten(str(issue.origin), 48)) if issue.origin is not None else Words(text="–")
    return (
        Words(text=f"{_SIGNS[issue.severity]} {issue.code} {issue.severity.value}", style=style),
        count_text(len(found)),
        place,
        Words(text=shorten(issue.message, 110)),
        Words(text=shorten(issue.remedy, 90) or "none needed", style=Style.QUIET),
    )


def _make_foot(reading: Survey, questions: QuestionTable) -> list[str]:
    first = next((one.id for one in questions if one.answered), "")
    sentences = [f"Read so because: {shorten(reading.why).replace('`', '')}"] if reading.why else []
    sentences.append("`.questions` lists what was asked")
    if first and len(first) <= 30:
        sentences.append(f"`[{first!r}]` holds its answers")
    sentences.append("`.wide()` makes a frame")
    if reading.layout.tables:
        sentences.append("`.layout.show()` draws what each cell was read as")
    if reading.issues:
        sentences.append(f"`.issues` holds {counted(len(reading.issues), 'issue')}")
    return sentences
