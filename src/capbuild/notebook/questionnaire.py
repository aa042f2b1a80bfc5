"""Display of a questionnaire: questions, languages and mappings."""

from capbuild.display import counted
from capbuild.model import Questionnaire
from capbuild.notebook.pages import SAY, CodeText, Column, Grid, Page, count_text, shorten
from capbuild.reports.cells import Words

#: Most questions shown.
_SHOWN = 5


def page(form: Questionnaire) -> Page:
    """Return the display of a questionnaire."""
    personal = sum(question.personal is not None for question in form.questions)
    facts = [
        f"{form.id}, version {form.version}",
        counted(len(form.questions), "question"),
        counted(len(form.groups), "group") if form.groups else "",
        f"in {', '.join(form.languages)}" if form.languages else "",
        f"{counted(len(form.mappings), 'mapping')} to criteria" if form.mappings else "",
        f"{SAY.number(personal)} ask for personal data" if personal else "",
        "inferred from answers" if form.inferred else "",
    ]
    return Page(
        title=shorten(SAY.text(form.title)) or form.id,
        facts=[Words(text=shorten(fact, 80)) for fact in facts if fact],
        blocks=questions_grid(form, "`.questions`"),
        foot=["`.questions` holds all", "`.mappings` says what they speak of"],
    )


def questions_grid(form: Questionnaire, call: str) -> list[Grid]:
    """Return the first questions as a table, or nothing.

    With the call that shows the others.
    """
    rows = [
        (
            CodeText(text=shorten(question.id, 30)),
            Words(text=shorten(SAY.text(question.text), 110)),
            Words(text=question.type.value),
            count_text(len(question.choices)),
        )
        for question in form.questions[:_SHOWN]
    ]
    left = len(form.questions) - _SHOWN
    columns = [*(Column(head=head) for head in ("Id", "Question", "Answer")), Column(head="Choices", number=True)]
    more = f"{SAY.number(left)} more with {call}" if left > 0 else ""
    return [Grid(columns=columns, rows=rows, more=more)] if rows else []
