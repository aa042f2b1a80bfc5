"""Displays of a survey, its parts and its questionnaire."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from capbuild.display import counted
from capbuild.formats.layouts.candidates import UNSURE
from capbuild.model import (
    Answer,
    DetectedTable,
    Issue,
    Issues,
    Layout,
    Missing,
    Question,
    Questionnaire,
    Reconciliation,
    Response,
    Severity,
    SheetReconciliation,
    Survey,
)
from capbuild.model.survey_questions import QuestionTable, answer_code, answer_label
from capbuild.notebook.pages import ENGLISH, CodeText, Grid, Lines, Page, Values, shorten
from capbuild.reports.cells import Style, Words
from capbuild.reports.model import Column
from capbuild.text import fold_text

if TYPE_CHECKING:
    from capbuild.tables import ResponseTable

#: Most sheets, answers and causes of issues shown.
_SHEETS, _ANSWERS, _CAUSES = 4, 12, 12

#: Signs that show the severity without colour.
_SIGNS = {Severity.ERROR: "▲", Severity.WARNING: "!", Severity.NOTE: "·"}

Part = Answer | Issue | Issues | Layout | Reconciliation | Response


def show_survey_part(subject: Part) -> Page:
    """Return the display of a part of a survey."""
    match subject:
        case Answer():
            return _make_answer_page(subject)
        case Response():
            return _make_response_page(subject)
        case Issue():
            return _make_issue_page(subject)
        case Issues():
            blocks = [list_causes(subject, _CAUSES)]
            return Page(title=str(subject), blocks=blocks, foot=["`.worst_first` has each, errors first"])
        case Layout():
            return _make_layout_page(subject)
        case _:
            rows, out = subject.total("rows_in"), subject.total("rows_out")
            cells = f"all {counted(subject.total('cells'), 'cell')} accounted for"
            facts = [f"{ENGLISH.number(out)} of {counted(rows, 'row')} became responses"]
            facts.append(cells if subject.adds_up else f"not {cells}")
            return Page(
                title=counted(len(subject.sheets), "sheet"),
                facts=facts if subject.sheets else [],
                blocks=[list_sheets(subject)],
                foot=["`.sheets` has the use of each column"],
            )


def name_response(response: Response) -> str:
    """Return the country of a response, else place or id."""
    return shorten(response.country.name if response.country is not None else response.place or response.id, 30)


def _make_response_page(response: Response) -> Page:
    facts = [
        f"response {response.id}",
        response.respondent.kind if response.respondent is not None else "",
        response.status.value,
        response.language or "",
        ENGLISH.date(response.date) if response.date is not None else "",
        counted(len(response), "answer"),
    ]

    def make_row(answer: Answer) -> Values:
        name = CodeText(text=shorten(answer.question, 30))
        return {"Question": name, "Answer": _make_value(answer), "As written": shorten(answer.raw or "", 40)}

    return Page(
        title=name_response(response),
        facts=facts,
        blocks=[Grid(items=response.answers, make_row=make_row, most=_ANSWERS, call="with `.answers`")],
        foot=["`.answers` has each with its cell", "`.get(id)` is the answer to a question"],
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
        facts=facts,
        foot=["`.value` has it", "`.origin` is its place in the file"],
    )


def _make_issue_page(issue: Issue) -> Page:
    return Page(
        title=f"{issue.code} {issue.severity.value}",
        facts=[str(issue.origin)] if issue.origin is not None else [],
        blocks=[Lines(lines=[Words(text=text) for text in (issue.message, issue.remedy) if text])],
        foot=["`.origin` is the place"],
    )


def _make_layout_page(layout: Layout) -> Page:
    tables = layout.tables
    return Page(
        title=shorten(PurePath(layout.file).name, 100),
        facts=[layout.format, counted(len(tables), "table") if tables else "without tables to detect"],
        blocks=[list_tables(layout)],
        foot=["`.show()` draws what each cell was read as" if tables else "`.format` names the reader"],
    )


def list_tables(layout: Layout) -> Grid:
    """Return the tables of a layout, with their confidence."""

    def make_row(table: DetectedTable) -> Values:
        sure = table.confidence >= UNSURE
        other = Words(text=table.runner_up or "–", style=Style.QUIET)
        return {
            "Cells": CodeText(text=shorten(f"{table.sheet}!{table.range}" if table.sheet else table.range, 40)),
            "Layout": table.shape,
            "#Confidence": Words(text=f"{table.confidence:.2f}", style=Style.NUMBER if sure else Style.LACKING),
            "Runner-up": other if sure else f"{table.runner_up} is nearly as plausible",
            "Steps": Words(text=shorten(", ".join(table.steps), 80), style=Style.QUIET),
        }

    return Grid(items=layout.tables, make_row=make_row, most=_SHEETS, call="with `.tables`")


def list_sheets(reconciliation: Reconciliation) -> Grid:
    """Return the first sheets with their sums."""
    call = "in `.reconciliation.sheets`"
    return Grid(items=reconciliation.sheets, make_row=_make_sheet_row, most=_SHEETS, call=call, noun=("sheet",))


def _make_sheet_row(sheet: SheetReconciliation) -> Values:
    if sheet.skipped:
        sums = Words(text=f"passed over: {shorten(sheet.skipped, 60)}", style=Style.QUIET)
    else:
        text = f"{ENGLISH.number(sheet.accounted)} of {counted(sheet.cells, 'cell')}"
        text, style = (text, Style.PLAIN) if sheet.adds_up else (f"{text}: does not add up", Style.LACKING)
        sums = Words(text=text, style=style)
    return {
        "Sheet": CodeText(text=shorten(sheet.sheet, 40) or "–"),
        "#Rows": sheet.rows_in,
        "#Columns": len(sheet.columns),
        "#Values": sheet.answers,
        "#Missing": sum(sheet.absent.values()),
        "#Left out": sum(sheet.left_out.values()),
        "Adds up": sums,
    }


def list_causes(issues: Issues, most: int = 4) -> Grid:
    """Return issues by cause, worst first."""
    causes: dict[tuple[str, str], list[Issue]] = {}
    for issue in issues.worst_first:
        causes.setdefault((issue.code, issue.severity), []).append(issue)
    call = "kinds with `.issues.worst_first`"
    return Grid(items=causes.values(), make_row=_make_issue_row, most=most, call=call)


def _make_issue_row(issues: list[Issue]) -> Values:
    issue = issues[0]
    style = Style.LACKING if issue.severity is Severity.ERROR else Style.PLAIN
    return {
        "Issue": Words(text=f"{_SIGNS[issue.severity]} {issue.code} {issue.severity.value}", style=style),
        "#Times": len(issues),
        "First": CodeText(text=shorten(str(issue.origin), 48)) if issue.origin is not None else None,
        "What": shorten(issue.message, 110),
        "Remedy": Words(text=shorten(issue.remedy, 90) or "none needed", style=Style.QUIET),
    }


#: Most questions shown.
_SHOWN = 5


def show_questionnaire(form: Questionnaire) -> Page:
    """Return the display of a questionnaire."""
    personal = sum(question.personal is not None for question in form.questions)
    facts = [
        f"{form.id}, version {form.version}",
        counted(len(form.questions), "question"),
        counted(len(form.groups), "group") if form.groups else "",
        f"in {', '.join(form.languages)}" if form.languages else "",
        f"{counted(len(form.mappings), 'mapping')} to criteria" if form.mappings else "",
        f"{ENGLISH.number(personal)} ask for personal data" if personal else "",
        "inferred from answers" if form.inferred else "",
    ]
    return Page(
        title=shorten(ENGLISH.text(form.title)) or form.id,
        facts=[shorten(fact, 80) for fact in facts],
        blocks=[questions_grid(form, "`.questions`")],
        foot=["`.questions` has all", "`.mappings` gives their indicators"],
    )


def questions_grid(form: Questionnaire, call: str) -> Grid:
    """Return the first questions as a table.

    Args:
        form: The questionnaire.
        call: Call that shows the others, such as "`.questions`".
    """

    def make_row(question: Question) -> Values:
        return {
            "Id": CodeText(text=shorten(question.id, 30)),
            "Question": shorten(ENGLISH.text(question.text), 110),
            "Answer": question.type.value,
            "#Choices": len(question.choices),
        }

    return Grid(items=form.questions, make_row=make_row, most=_SHOWN, call=f"with {call}")


#: Most questions and responses shown.
_QUESTIONS, _RESPONSES = 5, 3


def show_survey(reading: Survey) -> Page:
    """Return the display of a survey."""
    questions = reading.questions
    return Page(
        title=shorten(PurePath(reading.file).name, 100),
        facts=_list_facts(reading, questions),
        blocks=[
            list_sheets(reading.reconciliation),
            *_list_first_answers(reading, questions),
            list_causes(reading.issues),
        ],
        foot=_make_foot(reading, questions),
    )


def _list_facts(reading: Survey, questions: QuestionTable) -> Iterator[Words | str]:
    yield reading.format
    yield counted(len(reading), "response")
    named = [country.name for country in reading.countries]
    if named:
        text = ", ".join(named) if len(named) <= 3 else counted(len(named), "country", "countries")
        unresolved = sum(response.country is None for response in reading)
        yield f"{text}, {ENGLISH.number(unresolved)} without country" if unresolved else text
    yield counted(len(questions), "question")
    tables = reading.layout.tables
    if tables:
        shapes = ", ".join(dict.fromkeys(table.shape for table in tables))
        yield f"layout {shapes}, confidence {min(table.confidence for table in tables):.2f}"
    style = Style.LACKING if reading.issues.count(Severity.ERROR) else Style.PLAIN
    yield Words(text=str(reading.issues), style=style)


def _list_first_answers(reading: Survey, questions: QuestionTable) -> list[Grid]:
    """Return the first answers to the most telling questions.

    Questions with a text come before weights and other columns without one; personal data is left out.
    """
    public = [question for question in questions if question.question.personal is None and question.answered]
    most = {summary.id for summary in sorted(public, key=lambda summary: not _has_text(summary.question))[:_QUESTIONS]}
    shown = [summary for summary in public if summary.id in most]
    if not shown or not reading.responses:
        return []
    left = len(questions) - len(shown)
    columns = {Column(id=summary.id, title=shorten(summary.id, 24)): summary.question for summary in shown}

    def make_row(response: Response) -> Values:
        return {
            "Response": name_response(response),
            **{column: _make_cell(question, response) for column, question in columns.items()},
        }

    call = f"and {counted(left, 'more question')} with `.wide()`" if left else "with `.wide()`"
    return [Grid(items=reading.responses, make_row=make_row, most=_RESPONSES, call=call, noun=("response",))]


def _has_text(question: Question) -> bool:
    """True if a question's text is more than its id."""
    name, text = (re.sub(r"[\W_]", "", fold_text(part)) for part in (question.id, question.text.source))
    return name != text


def _make_cell(question: Question, response: Response) -> Words | str:
    answer = response.get(question.id)
    if answer is None:
        return ""
    if isinstance(answer.value, Missing):
        return Words(text=answer.value.value, style=Style.QUIET)
    label = answer_label(question, answer.value)
    return shorten(", ".join(label) if isinstance(label, tuple) else answer_code(label), 28)


def _make_foot(reading: Survey, questions: QuestionTable) -> list[str]:
    first = next((question.id for question in questions if question.answered), "")
    sentences = [f"Read so because: {shorten(reading.why).replace('`', '')}"] if reading.why else []
    sentences.append("`.questions` lists what was asked")
    if first and len(first) <= 30:
        sentences.append(f"`[{first!r}]` has its answers")
    sentences.append("`.wide()` makes a frame")
    if reading.layout.tables:
        sentences.append("`.layout.show()` draws what each cell was read as")
    if reading.issues:
        sentences.append(f"`.issues` contains {counted(len(reading.issues), 'issue')}")
    return sentences


def show_response_table(table: "ResponseTable") -> Page:
    """Return the display of a response table."""
    form = table.questionnaire
    return Page(
        title=f"{_describe_size(table)}, {counted(len(form.questions), 'question')}",
        facts=[shorten(ENGLISH.text(form.title)) or form.id, counted(len(table.issues), "issue")],
        blocks=[questions_grid(form, "`.questionnaire`")],
        foot=["`[0]` is one response", "`.codebook` explains every column"],
    )


def _describe_size(table: "ResponseTable") -> str:
    """Number of responses; unknown for a lazy frame."""
    import narwhals as nw

    frame = nw.from_native(table.frame)
    return "Responses not yet read" if isinstance(frame, nw.LazyFrame) else counted(len(frame), "response")
