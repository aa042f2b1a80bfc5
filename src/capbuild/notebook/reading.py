"""Display of a survey: reconciliation, first answers, and issues by cause."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from capbuild.display import counted
from capbuild.model import Missing, Question, Response, Severity, Survey
from capbuild.model.survey_questions import QuestionTable, answer_code, answer_label
from capbuild.notebook.pages import SAY, Column, Grid, Page, is_invented, shorten
from capbuild.notebook.survey_parts import list_causes, list_sheets, name_response
from capbuild.reports.cells import Style, Words
from capbuild.text import fold_text

#: Most questions and responses shown.
_QUESTIONS, _RESPONSES = 5, 3


def page(reading: Survey) -> Page:
    """Return the display of a survey."""
    questions = reading.questions
    return Page(
        title=shorten(PurePath(reading.file).name, 100),
        facts=list(_list_facts(reading, questions)),
        blocks=[
            *list_sheets(reading.reconciliation),
            *_list_first_answers(reading, questions),
            *list_causes(reading.issues),
        ],
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
    """Return the first answers to questions: those with a text of their own before weights and other bare columns."""
    public = [one for one in questions if one.question.personal is None and one.answered]
    most = {one.id for one in sorted(public, key=lambda one: not _has_text(one.question))[:_QUESTIONS]}
    shown = [one for one in public if one.id in most]
    if not shown or not reading.responses:
        return []
    columns = [Column(head="Response"), *(Column(head=shorten(one.id, 24)) for one in shown)]
    rows = [
        (Words(text=name_response(response)), *(_make_cell(one.question, response) for one in shown))
        for response in reading.responses[:_RESPONSES]
    ]
    left = {"more response": len(reading) - len(rows), "more question": len(questions) - len(shown)}
    more = " and ".join(counted(count, name) for name, count in left.items() if count > 0)
    return [Grid(columns=columns, rows=rows, more=f"{more} with `.wide()`" if more else "")]


def _has_text(question: Question) -> bool:
    """True if a question has more than its id as a text."""
    name, text = (re.sub(r"[\W_]", "", fold_text(part)) for part in (question.id, question.text.source))
    return name != text


def _make_cell(question: Question, response: Response) -> Words:
    answer = response.get(question.id)
    if answer is None:
        return Words(text="")
    if isinstance(answer.value, Missing):
        return Words(text=answer.value.value, style=Style.QUIET)
    label = answer_label(question, answer.value)
    return Words(text=shorten(", ".join(label) if isinstance(label, tuple) else answer_code(label), 28))


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
