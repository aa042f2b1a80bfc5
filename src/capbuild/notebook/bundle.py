"""What a notebook is given for an object, by media type."""

from collections.abc import Callable
from importlib import import_module
from itertools import zip_longest

from capbuild.notebook.html import as_html
from capbuild.notebook.pages import SAY, Code, Grid, Lines, Page, Shown

__all__ = ["as_plain", "has_display", "mimebundle"]

#: Module of each class. They are imported when first shown: a table of responses loads what a country never needs.
_MODULES = {
    "Assessment": "assessment",
    "AssessmentSet": "assessment_set",
    "Capacity": "capacity",
    "Change": "change",
    "ChangeSeries": "change",
    "Costing": "costing",
    "Country": "country",
    "Framework": "framework",
    "Needs": "needs",
    "Plan": "plan",
    "Programme": "programme",
    "Questionnaire": "questionnaire",
    "Reading": "reading",
    "ResponseTable": "response_table",
    "Score": "score",
    "Sensitivity": "sensitivity",
    "Tally": "tally",
    "TrainingSummary": "training",
}


def _module_of(kind: type) -> str | None:
    """Return the module that shows a class or the nearest one it inherits from, of this package's own."""
    own = (base for base in kind.__mro__ if base.__module__.startswith("capbuild."))
    return next((_MODULES[base.__name__] for base in own if base.__name__ in _MODULES), None)


def has_display(kind: type) -> bool:
    """Tell whether a class is drawn; any other shows as plain text.

    Example:
        >>> from capbuild.model import Country, Limits
        >>> has_display(Country), has_display(Limits)
        (True, False)
    """
    return _module_of(kind) is not None


def mimebundle(subject: object) -> dict[str, str]:
    """Return what a notebook shows for an object, by media type: `text/plain` always, `text/html` where it is drawn.

    Example:
        >>> mimebundle(1)
        {'text/plain': '1'}
        >>> from capbuild.model import Country
        >>> print(mimebundle(Country(alpha_2="BB", alpha_3="BRB", name="Barbados"))["text/plain"].splitlines()[0])
        Barbados
    """
    module = _module_of(type(subject))
    if module is None:
        text = str(subject) if type(subject).__str__ is not object.__str__ else repr(subject)
        return {"text/plain": text}
    make: Callable[[object], Page] = import_module(f"capbuild.notebook.{module}").page
    page = make(subject)
    return {"text/plain": as_plain(page), "text/html": as_html(page)}


def as_plain(page: Page) -> str:
    """Return a display as lines of text.

    Example:
        >>> print(as_plain(Page(title="Barbados", foot=["`.name` says more"], invented=True)))
        Barbados
        Invented answers. .name says more
    """
    parts = [page.lead.words if page.lead is not None else "", *(cell.words for cell in page.head)]
    lines = [page.title, "  ".join(filter(None, parts)), " · ".join(fact.words for fact in page.facts)]
    for block in page.blocks:
        lines += _grid(block) if isinstance(block, Grid) else _lines(block)
    notice = f"{SAY('invented')}. " if page.invented else ""
    lines.append(notice + " · ".join(page.foot).replace("`", ""))
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _lines(block: Lines) -> list[str]:
    return [f"  {line.words}" for line in block.lines]


def _grid(grid: Grid) -> list[str]:
    heads = [column.head for column in grid.columns]
    table = [[_one_line(cell) for cell in row] for row in grid.rows]
    if any(heads):
        table.insert(0, heads)
    widths = [max(map(len, column)) for column in zip_longest(*table, fillvalue="")]
    lines = []
    for row in table:
        cells = [
            text.rjust(width) if column.number else text.ljust(width)
            for text, width, column in zip(row, widths, grid.columns, strict=True)
        ]
        lines.append("  " + "  ".join(cells))
    return [*lines, f"  {grid.more}".replace("`", "")]


def _one_line(cell: Shown) -> str:
    text = cell.text if isinstance(cell, Code) else cell.words
    return " ".join(text.split())
