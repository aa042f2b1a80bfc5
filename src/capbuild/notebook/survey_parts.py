"""Displays of what a survey consists of: responses, answers, issues, layout and reconciliation."""

from pathlib import PurePath

from capbuild.display import counted
from capbuild.model import (
    Answer,
    Issue,
    Issues,
    Layout,
    Missing,
    Reconciliation,
    Response,
    Severity,
    SheetReconciliation,
)
from capbuild.model.survey_questions import answer_code
from capbuild.notebook.pages import SAY, CodeText, Column, Grid, Lines, Page, Shown, count_text, shorten
from capbuild.reports.cells import Style, Words

#: Most sheets, answers and causes of issues shown.
_SHEETS, _ANSWERS, _CAUSES = 4, 12, 12

#: Signs that show the severity without colour.
_SIGNS = {Severity.ERROR: "▲", Severity.WARNING: "!", Severity.NOTE: "·"}

Part = Answer | Issue | Issues | Layout | Reconciliation | Response


def page(subject: Part) -> Page:
    """Return the display of a part of a survey."""
    match subject:
        case Answer():
            return _make_answer_page(subject)
        case Response():
            return _make_response_page(subject)
        case Issue():
            return _make_issue_page(subject)
        case Issues():
            blocks = list_causes(subject, _CAUSES)
            return Page(title=str(subject), blocks=blocks, foot=["`.worst_first` holds each, errors first"])
        case Layout():
            return _make_layout_page(subject)
        case _:
            rows, out = subject.total("rows_in"), subject.total("rows_out")
            facts = [f"{SAY.number(out)} of {counted(rows, 'row')} became responses", *_verdict(subject)]
            return Page(
                title=counted(len(subject.sheets), "sheet"),
                facts=[Words(text=fact) for fact in facts] if subject.sheets else [],
                blocks=list_sheets(subject),
                foot=["`.sheets` holds the use of each column"],
            )


def _verdict(subject: Reconciliation) -> list[str]:
    cells = counted(subject.total("cells"), "cell")
    return [f"all {cells} accounted for" if subject.adds_up else f"not all {cells} accounted for"]


def name_response(response: Response) -> str:
    """Return the country of a response, else its place or id."""
    return shorten(response.country.name if response.country is not None else response.place or response.id, 30)


def _make_response_page(response: Response) -> Page:
    facts = [
        f"response {response.id}",
        response.respondent.kind if response.respondent is not None else "",
        response.status.value,
        response.language or "",
        SAY.date(response.date) if response.date is not None else "",
        counted(len(response), "answer"),
    ]
    rows = [
        (CodeText(text=shorten(answer.question, 30)), _make_value(answer), Words(text=shorten(answer.raw or "", 40)))
        for answer in response.answers[:_ANSWERS]
    ]
    left = len(response) - len(rows)
    return Page(
        title=name_response(response),
        facts=[Words(text=fact) for fact in facts if fact],
        blocks=[
            Grid(
                columns=[Column(head="Question"), Column(head="Answer"), Column(head="As written")],
                rows=rows,
                more=f"{SAY.number(left)} more with `.answers`" if left > 0 else "",
            )
        ]
        if rows
        else [],
        foot=["`.answers` holds each with its cell", "`.get(id)` is the answer to a question"],
    )


def _make_value(answer: Answer) -> Words:
    value = answer.value
    if isinstance(value, Missing):
        return Words(text=value.value, style=Style.QUIET)
    return Words(text=shorten(", ".join(value) if isinstance(value, tuple) else answer_code(value), 60))


def _make_answer_page(answer: Answer) -> Page:
    facts = [
        f"written as {shorten(answer.raw, 60)!r}" if answer.raw else "",
        f"repeat {answer.repeat}" if answer.repeat else "",
        shorten(answer.comment or "", 120),
        str(answer.origin) if answer.origin is not None else "",
    ]
    return Page(
        title=shorten(answer.question, 100),
        lead=_make_value(answer),
        facts=[Words(text=fact) for fact in facts if fact],
        foot=["`.value` holds it", "`.origin` is its place in the file"],
    )


def _make_issue_page(issue: Issue) -> Page:
    return Page(
        title=f"{issue.code} {issue.severity.value}",
        facts=[Words(text=str(issue.origin))] if issue.origin is not None else [],
        blocks=[Lines(lines=[Words(text=text) for text in (issue.message, issue.remedy) if text])],
        foot=["`.origin` is the place"],
    )


def _make_layout_page(layout: Layout) -> Page:
    rows = [
        (
            CodeText(text=shorten(f"{table.sheet}!{table.range}" if table.sheet else table.range, 40)),
            Words(text=table.shape),
            Words(text=f"{table.confidence:.2f}", style=Style.NUMBER),
            Words(text=table.runner_up or "–", style=Style.QUIET),
            Words(text=shorten(", ".join(table.steps), 80), style=Style.QUIET),
        )
        for table in layout.tables[:_SHEETS]
    ]
    left = len(layout.tables) - len(rows)
    found = counted(len(layout.tables), "table") if rows else "without tables to detect"
    heads = ("Cells", "Shape", "Confidence", "Else", "Steps")
    return Page(
        title=shorten(PurePath(layout.file).name, 100),
        facts=[Words(text=layout.format), Words(text=found)],
        blocks=[
            Grid(
                columns=[Column(head=head, number=head == "Confidence") for head in heads],
                rows=rows,
                more=f"{SAY.number(left)} more with `.tables`" if left > 0 else "",
            )
        ]
        if rows
        else [],
        foot=["`.show()` draws what each cell was read as" if rows else "`.format` names the reader"],
    )


def list_sheets(reconciliation: Reconciliation) -> list[Grid]:
    """Return the first sheets with their sums, or nothing."""
    sheets = reconciliation.sheets
    if not sheets:
        return []
    headers = ("Rows", "Values", "Missing", "Left out")
    columns = [Column(head="Sheet"), *(Column(head=head, number=True) for head in headers), Column(head="Adds up")]
    left = len(sheets) - _SHEETS
    more = f"{counted(left, 'more sheet')} in `.reconciliation.sheets`" if left > 0 else ""
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


def list_causes(issues: Issues, most: int = 4) -> list[Grid]:
    """Return issues by cause, worst first, each with its first origin."""
    causes: dict[tuple[str, str], list[Issue]] = {}
    for issue in issues.worst_first:
        causes.setdefault((issue.code, issue.severity), []).append(issue)
    if not causes:
        return []
    columns = [Column(head="Issue"), Column(head="Times", number=True), *map(_make_head, ("First", "What", "Remedy"))]
    rows = [_make_issue_row(found) for found in list(causes.values())[:most]]
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
