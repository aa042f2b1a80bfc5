"""Displays of questions, their answers and tallies, and of harmonised surveys."""

from collections import Counter
from statistics import median
from typing import Any

from capbuild.display import counted
from capbuild.model import Question
from capbuild.model.survey_questions import QuestionAnswers, QuestionSummary, QuestionTable
from capbuild.notebook.pages import SAY, CodeText, Grid, Page, Row, count_more, count_text, list_columns, shorten
from capbuild.reports.cells import Style, Words
from capbuild.stats.estimate import Estimate
from capbuild.tables.result import Tally, TallyCell

#: Most rows shown.
_QUESTION_SHOWN = 12


def show_question_part(subject: QuestionTable | QuestionAnswers | QuestionSummary | Question) -> Page:
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
            shorten(SAY.text(choice.label), 80),
            Words(text=choice.missing.value if choice.missing is not None else "", style=Style.QUIET),
        )
        for choice in question.choices[:_QUESTION_SHOWN]
    ]
    call = "with `.question.choices`" if counts else "with `.choices`"
    more = count_more(len(question.choices) - len(rows), call)
    return Page(
        title=shorten(SAY.text(question.text), 120) or question.id,
        facts=[shorten(fact, 80) for fact in facts],
        blocks=[Grid(columns=list_columns("Code", "Option", "Missing"), rows=rows, more=more)],
        foot=["`.question` holds its definition" if counts else "`.type` is the kind of answer"],
    )


def _make_table_page(table: QuestionTable) -> Page:
    columns = [*list_columns("Id", "Question", "Answer", "Options", numbers=["Answered"]), *list_columns("Missing")]
    more = count_more(len(table) - _QUESTION_SHOWN, "with `.to_pandas()`")
    return Page(
        title=counted(len(table), "question"),
        blocks=[Grid(columns=columns, rows=map(_make_question_row, table.items[:_QUESTION_SHOWN]), more=more)],
        foot=['`.search("law")` finds by id, text and options', "`.to_pandas()` holds all"],
    )


def _make_question_row(one: QuestionSummary) -> Row:
    missing = ", ".join(f"{kind.value} {SAY.number(count)}" for kind, count in one.missing.items())
    return (
        CodeText(text=shorten(one.id, 30)),
        shorten(SAY.text(one.question.text), 80) if one.question.text.source != one.id else "",
        one.question.type.value,
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
    rows = [
        (shorten(label, 80), count_text(count), SAY.share(count / answered))
        for label, count in counts[:_QUESTION_SHOWN]
        if answered
    ]
    more = count_more(len(counts) - len(rows), "with `.counts`")
    return Page(
        title=shorten(SAY.text(question.text), 120),
        facts=facts,
        blocks=[Grid(columns=list_columns("Answer", numbers=["Times", "Share"]), rows=rows, more=more)],
        foot=["`.values` and `.labels` hold them", "`.to_pandas()` gives each with its cell", "`.plot()` draws them"],
    )


#: Most domains shown.
_TALLY_SHOWN = 8


def show_tally(tally: Tally) -> Page:
    """Return the display of a tally."""
    hidden = sum(cell.suppressed for cell in tally.cells)
    facts = [f"by {', '.join(tally.by)}" if tally.by else "all respondents together"]
    if tally.minimum_n > 1:
        facts += [f"{SAY.number(hidden)} suppressed", f"at least {counted(tally.minimum_n, 'respondent')} a cell"]
    targets = dict.fromkeys(cell.target for cell in tally.cells)
    levels = {cell.estimate.level for cell in tally.cells if isinstance(cell.estimate, Estimate)}
    facts += [f"intervals of {SAY.share(level)}" for level in sorted(levels)]
    return Page(
        title=counted(len(tally.cells), "cell"),
        facts=facts,
        blocks=[_make_target_grid(tally, [c for c in tally.cells if c.target == name]) for name in targets],
        foot=[
            *(issue.message for issue in tally.issues),
            "`.to_pandas()` holds all",
            "`.plot()` draws them",
            *(['`.findings("survey")` makes findings of them'] if tally.by == ("country",) else []),
        ],
    )


def _make_target_grid(tally: Tally, cells: list[TallyCell]) -> Grid:
    """Return the table of a target: a row per domain, a column per option."""
    kind = "Share" if cells[0].is_verdict else "Mean"
    options = {(cell.option, cell.quantile): cell.label or cell.option or kind for cell in cells}
    domains: dict[tuple[str | None, ...], list[TallyCell]] = {}
    for cell in cells:
        domains.setdefault(cell.domain_labels, []).append(cell)
    labels = [shorten(label, 24) for label in options.values()]
    columns = list_columns(*(name.capitalize() for name in tally.by), "Target", numbers=["Respondents"])
    target = CodeText(text=shorten(cells[0].target, 30))
    rows: list[Row] = [
        (*(part or "–" for part in domain), target, count_text(own[0].n), *map(_make_figure, own))
        for domain, own in list(domains.items())[:_TALLY_SHOWN]
    ]
    more = count_more(len(domains) - len(rows), "with `.to_pandas()`")
    return Grid(columns=[*columns, *list_columns(*labels)], rows=rows, more=more)


def _make_figure(cell: TallyCell) -> Words:
    if cell.suppressed:
        return Words(text="too few to be shown", style=Style.OPEN)

    def text_value(figure: float) -> str:
        return SAY.share(figure) if cell.is_verdict else SAY.number(round(figure, 2))

    if isinstance(cell.estimate, Estimate):
        value, low, high = (text_value(x) for x in (cell.estimate.value, cell.estimate.low, cell.estimate.high))
        return Words(text=SAY("value.interval", value=value, low=low, high=high))
    if cell.mean is not None:
        return Words(text=text_value(cell.mean), after="no interval")
    return Words(text=str(cell.estimate), style=Style.OPEN)


#: Most rows shown.
_MOST = 8


def show_harmonised(subject: Any) -> Page:
    """Return the display of harmonised surveys, or of a crosswalk of questions and options."""
    return _make_survey_page(subject) if hasattr(subject, "survey") else _make_crosswalk_page(subject)


def _make_survey_page(found: Any) -> Page:
    rows = []
    for wave, survey in found.waves.items():
        kept = {row.question for row in found.crosswalk if row.wave == wave and not row.option and row.target}
        rows.append((wave, SAY.number(len(survey)), SAY.number(len(kept))))
    return Page(
        title=str(found),
        blocks=[Grid(columns=list_columns("Survey", numbers=["Responses", "Questions kept"]), rows=rows)],
        foot=["`.survey` has all responses", "`.to_pandas()` has each value beside the original", "`.crosswalk`"],
    )


def _make_crosswalk_page(found: Any) -> Page:
    count = Counter(row.certainty.value for row in found.rows)
    rows = [
        (row.wave, row.question, row.option, shorten(row.text, 50), row.target or row.proposed, row.certainty.value,
         row.reason)
        for row in found.rows[:_MOST]
    ]  # fmt: skip
    columns = list_columns("Survey", "Question", "Option", "Text", "Target", "Certainty", "Reason")
    more = count_more(len(found.rows) - _MOST, "with `.rows`")
    return Page(
        title=f"{counted(len(found.rows), 'row')}, {len(found.open_rows)} without a target",
        facts=[f"{SAY.number(number)} {name}" for name, number in count.items()],
        blocks=[Grid(columns=columns, rows=[[cell or "–" for cell in row] for row in rows], more=more)],
        foot=["`.to_csv()` is the table to correct", "`.open_rows` wait for a person"],
    )
