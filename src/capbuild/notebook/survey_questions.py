"""Displays of a survey's questions, and of the answers to one."""

from statistics import median

from capbuild.display import counted
from capbuild.model import Question
from capbuild.model.survey_questions import QuestionAnswers, QuestionSummary, QuestionTable
from capbuild.notebook.pages import SAY, CodeText, Column, Grid, Page, Shown, count_text, shorten
from capbuild.reports.cells import Style, Words

#: Most rows shown.
_SHOWN = 12


def page(subject: QuestionTable | QuestionAnswers | QuestionSummary | Question) -> Page:
    """Return the display of questions, of one, or of the answers to one."""
    match subject:
        case QuestionAnswers():
            return _make_answers_page(subject)
        case QuestionTable():
            return _make_table_page(subject)
        case Question():
            return _make_question_page(subject, [])
        case _:
            missing = [f"{kind.value} {SAY.number(count)}" for kind, count in subject.missing.items()]
            return _make_question_page(subject.question, [f"{SAY.number(subject.answered)} answered", *missing])


def _make_question_page(question: Question, counts: list[str]) -> Page:
    facts = [
        question.id,
        question.type.value,
        question.unit,
        f"in {question.group}" if question.group else "",
        f"asks for personal data: {question.personal.value}" if question.personal is not None else "",
        "inferred from answers" if question.inferred else "",
        *counts,
    ]
    rows = [
        (
            CodeText(text=shorten(choice.code, 30)),
            Words(text=shorten(SAY.text(choice.label), 80)),
            Words(text=choice.missing.value if choice.missing is not None else "", style=Style.QUIET),
        )
        for choice in question.choices[:_SHOWN]
    ]
    left = len(question.choices) - len(rows)
    more = f"{SAY.number(left)} more with {'`.question.choices`' if counts else '`.choices`'}" if left > 0 else ""
    columns = [Column(head=head) for head in ("Code", "Option", "Missing")]
    return Page(
        title=shorten(SAY.text(question.text), 120) or question.id,
        facts=[Words(text=shorten(fact, 80)) for fact in facts if fact],
        blocks=[Grid(columns=columns, rows=rows, more=more)] if rows else [],
        foot=["`.question` holds its definition" if counts else "`.type` is the kind of answer"],
    )


def _make_table_page(table: QuestionTable) -> Page:
    headers = ("Id", "Question", "Answer", "Options")
    columns = [*(Column(head=head) for head in headers), Column(head="Answered", number=True), Column(head="Missing")]
    left = len(table) - _SHOWN
    more = f"{SAY.number(left)} more with `.to_pandas()`" if left > 0 else ""
    rows = [_make_question_row(one) for one in table.items[:_SHOWN]]
    return Page(
        title=counted(len(table), "question"),
        blocks=[Grid(columns=columns, rows=rows, more=more)] if rows else [],
        foot=['`.search("law")` finds by id, text and options', "`.to_pandas()` holds all"],
    )


def _make_question_row(one: QuestionSummary) -> tuple[Shown, ...]:
    missing = ", ".join(f"{kind.value} {SAY.number(count)}" for kind, count in one.missing.items())
    return (
        CodeText(text=shorten(one.id, 30)),
        Words(text=shorten(SAY.text(one.question.text), 80) if one.question.text.source != one.id else ""),
        Words(text=one.question.type.value),
        Words(text=shorten(", ".join(one.options), 50), style=Style.QUIET),
        count_text(one.answered),
        Words(text=missing, style=Style.QUIET),
    )


def _make_answers_page(answers: QuestionAnswers) -> Page:
    question, missing, answered = answers.question, answers.missing, answers.answered
    counting = answered + sum(missing.values())
    facts = [
        question.id,
        question.type.value,
        f"{SAY.number(answered)} of {counted(counting, 'answer')} with a value",
    ]
    if counting < len(answers):
        facts.append(f"{SAY.number(len(answers) - counting)} of test, withdrawn or replaced responses, not counted")
    facts += [f"{kind.value} {SAY.number(count)}" for kind, count in missing.items()]
    numbers = answers.numbers
    if numbers and not question.choices and question.personal is None:
        low, high = min(numbers), max(numbers)
        facts.append(f"from {low:g} to {high:g}, median {median(numbers):g} {question.unit}".strip())
    if question.personal is not None:
        facts.append(f"{question.personal.value}, not shown")
    counts = [] if question.personal is not None else list(answers.counts.items())
    columns = [Column(head="Answer"), Column(head="Times", number=True), Column(head="Share", number=True)]
    rows = [
        (Words(text=shorten(label, 80)), count_text(count), Words(text=SAY.share(count / answered)))
        for label, count in counts[:_SHOWN]
        if answered
    ]
    left = len(counts) - len(rows)
    more = f"{SAY.number(left)} more with `.counts`" if left > 0 else ""
    return Page(
        title=shorten(SAY.text(question.text), 120),
        facts=[Words(text=fact) for fact in facts],
        blocks=[Grid(columns=columns, rows=rows, more=more)] if rows else [],
        foot=["`.values` and `.labels` hold them", "`.to_pandas()` gives each with its cell", "`.plot()` draws them"],
    )
