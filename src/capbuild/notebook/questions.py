"""Displays of questions and their answers."""

from statistics import median

from capbuild.display import counted
from capbuild.model import Choice, Question
from capbuild.model.survey_questions import QuestionAnswers, QuestionSummary, QuestionTable
from capbuild.notebook.pages import ENGLISH, CodeText, Grid, Page, Values, shorten
from capbuild.reports.cells import Style, Words

#: Most rows shown.
_MOST = 12


def show_question_part(subject: QuestionTable | QuestionAnswers | QuestionSummary | Question) -> Page:
    """Return the display of questions, a question, or its answers."""
    match subject:
        case QuestionAnswers():
            return _make_answers_page(subject)
        case QuestionTable():
            return _make_table_page(subject)
        case Question():
            return _make_question_page(subject, [])
        case _:
            missing = [f"{kind.value} {ENGLISH.number(count)}" for kind, count in subject.missing.items()]
            return _make_question_page(subject.question, [f"{ENGLISH.number(subject.answered)} answered", *missing])


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
    call = "with `.question.choices`" if counts else "with `.choices`"
    return Page(
        title=shorten(ENGLISH.text(question.text), 120) or question.id,
        facts=[shorten(fact, 80) for fact in facts],
        blocks=[Grid(items=question.choices, make_row=_make_choice_row, most=_MOST, call=call)],
        foot=["`.question` has its definition" if counts else "`.type` is the kind of answer"],
    )


def _make_choice_row(choice: Choice) -> Values:
    return {
        "Code": CodeText(text=shorten(choice.code, 30)),
        "Option": shorten(ENGLISH.text(choice.label), 80),
        "Missing": Words(text=choice.missing.value if choice.missing is not None else "", style=Style.QUIET),
    }


def _make_table_page(table: QuestionTable) -> Page:
    return Page(
        title=counted(len(table), "question"),
        blocks=[Grid(items=table.items, make_row=_make_question_row, most=_MOST, call="with `.to_pandas()`")],
        foot=['`.search("law")` finds by id, text and options', "`.to_pandas()` holds all"],
    )


def _make_question_row(summary: QuestionSummary) -> Values:
    missing = ", ".join(f"{kind.value} {ENGLISH.number(count)}" for kind, count in summary.missing.items())
    return {
        "Id": CodeText(text=shorten(summary.id, 30)),
        "Question": shorten(ENGLISH.text(summary.question.text), 80)
        if summary.question.text.source != summary.id
        else "",
        "Answer": summary.question.type.value,
        "Options": Words(text=shorten(", ".join(summary.options), 50), style=Style.QUIET),
        "#Answered": summary.answered,
        "Missing": Words(text=missing, style=Style.QUIET),
    }


def _make_answers_page(answers: QuestionAnswers) -> Page:
    question, missing, answered = answers.question, answers.missing, answers.answered
    counting = answered + sum(missing.values())
    facts = [
        question.id,
        question.type.value,
        f"{ENGLISH.number(answered)} of {counted(counting, 'answer')} with a value",
    ]
    if counting < len(answers):
        facts.append(f"{ENGLISH.number(len(answers) - counting)} of test, withdrawn or replaced responses, not counted")
    facts += [f"{kind.value} {ENGLISH.number(count)}" for kind, count in missing.items()]
    numbers = answers.numbers
    if numbers and not question.choices and question.personal is None:
        low, high = min(numbers), max(numbers)
        facts.append(f"from {low:g} to {high:g}, median {median(numbers):g} {question.unit}".strip())
    if question.personal is not None:
        facts.append(f"{question.personal.value}, not shown")
    counts = answers.counts.items() if question.personal is None and answered else ()

    def make_row(pair: tuple[str, int]) -> Values:
        return {"Answer": shorten(pair[0], 80), "#Times": pair[1], "#Share": ENGLISH.share(pair[1] / answered)}

    return Page(
        title=shorten(ENGLISH.text(question.text), 120),
        facts=facts,
        blocks=[Grid(items=counts, make_row=make_row, most=_MOST, call="with `.counts`")],
        foot=["`.values` and `.labels` hold them", "`.to_pandas()` gives each with its cell", "`.plot()` draws them"],
    )
