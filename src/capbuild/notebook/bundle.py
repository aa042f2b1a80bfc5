"""MIME bundles for notebooks."""

from collections.abc import Callable
from importlib import import_module
from itertools import zip_longest

from capbuild.escaping import terminal_text
from capbuild.notebook.html import to_html
from capbuild.notebook.pages import SAY, CodeText, Grid, Lines, Page, Shown

__all__ = ["has_display", "mimebundle", "to_plain"]

#: Module of each class, imported on first display: a response table loads nothing that a country does not need.
_MODULES = {
    "ActionPlan": "actions",
    "Advice": "advice",
    "Assessment": "assessment",
    "AssessmentSet": "assessment_set",
    "Capacity": "capacity",
    "Change": "change",
    "ChangeSeries": "change",
    "Costing": "costing",
    "Country": "country",
    "Framework": "framework",
    "Gaps": "gaps",
    "HarmonisedSurveys": "harmonised",
    "Needs": "needs",
    "Plan": "plan",
    "Programme": "programme",
    "QuestionAnswers": "survey_questions",
    "QuestionCrosswalk": "harmonised",
    "QuestionTable": "survey_questions",
    "Questionnaire": "questionnaire",
    "Survey": "reading",
    "ResponseTable": "response_table",
    "Score": "score",
    "Sensitivity": "sensitivity",
    "Tally": "tally",
    "TrainingSummary": "training",
}


def _display_module(kind: type) -> str | None:
    """Return the display module of a class, or of its nearest base."""
    own = (base for base in kind.__mro__ if base.__module__.startswith("capbuild."))
    return next((_MODULES[base.__name__] for base in own if base.__name__ in _MODULES), None)


def has_display(kind: type) -> bool:
    """True if a class has an HTML display.

    Example:
        >>> from capbuild.model import Country, Limits
        >>> has_display(Country), has_display(Limits)
        (True, False)
    """
    return _display_module(kind) is not None


def mimebundle(subject: object) -> dict[str, str]:
    """Return the display of an object by media type.

    Always includes `text/plain`, and `text/html` if there is a display.

    Example:
        >>> mimebundle(1)
        {'text/plain': '1'}
        >>> from capbuild.model import Country
        >>> print(mimebundle(Country(alpha_2="BB", alpha_3="BRB", name="Barbados"))["text/plain"].splitlines()[0])
        Barbados
    """
    module = _display_module(type(subject))
    if module is None:
        text = str(subject) if type(subject).__str__ is not object.__str__ else repr(subject)
        return {"text/plain": text}
    make: Callable[[object], Page] = import_module(f"capbuild.notebook.{module}").page
    page = make(subject)
    return {"text/plain": terminal_text(to_plain(page)), "text/html": to_html(page)}


def to_plain(page: Page) -> str:
    """Return a display as lines of text.

    Example:
        >>> print(to_plain(Page(title="Barbados", foot=["`.name` says more"], invented=True)))
        Barbados
        Invented answers. .name says more
    """
    parts = [page.lead.words if page.lead is not None else "", *(cell.words for cell in page.head)]
    lines = [page.title, "  ".join(filter(None, parts)), " · ".join(fact.words for fact in page.facts)]
    for block in page.blocks:
        lines += _make_grid(block) if isinstance(block, Grid) else _list_lines(block)
    notice = f"{SAY('invented')}. " if page.invented else ""
    lines.append(notice + " · ".join(page.foot).replace("`", ""))
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _list_lines(block: Lines) -> list[str]:
    return [f"  {line.words}" for line in block.lines]


def _make_grid(grid: Grid) -> list[str]:
    headers = [column.head for column in grid.columns]
    table = [[_format_one_line(cell) for cell in row] for row in grid.rows]
    if any(headers):
        table.insert(0, headers)
    widths = [max(map(len, column)) for column in zip_longest(*table, fillvalue="")]
    lines = []
    for row in table:
        cells = [
            text.rjust(width) if column.number else text.ljust(width)
            for text, width, column in zip(row, widths, grid.columns, strict=True)
        ]
        lines.append("  " + "  ".join(cells))
    return [*lines, f"  {grid.more}".replace("`", "")]


def _format_one_line(cell: Shown) -> str:
    text = cell.text if isinstance(cell, CodeText) else cell.words
    return " ".join(text.split())
