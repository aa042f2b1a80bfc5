"""Display of a tally: first cells, with suppressed ones marked."""

from capbuild.display import counted
from capbuild.notebook.pages import SAY, CodeText, Column, Grid, Page, count_text
from capbuild.reports.cells import Style, Words
from capbuild.stats.estimate import Estimate
from capbuild.tables.result import Tally, TallyCell

__all__ = ["page"]

#: Cells that are shown.
_SHOWN = 6


def page(tally: Tally) -> Page:
    """Return the display of a tally."""
    hidden = sum(cell.suppressed for cell in tally.cells)
    facts = [Words(text=f"by {', '.join(tally.by) or 'nothing'}"), Words(text=f"{SAY.number(hidden)} suppressed")]
    facts.append(Words(text=f"at least {counted(tally.minimum_n, 'respondent')} a cell"))
    levels = {cell.estimate.level for cell in tally.cells if isinstance(cell.estimate, Estimate)}
    facts += [Words(text=f"intervals of {SAY.share(level)}") for level in sorted(levels)]
    return Page(
        title=counted(len(tally.cells), "cell"),
        facts=facts,
        blocks=_cells(tally),
        foot=["`.cells` holds all", '`.findings("survey")` makes findings of them'],
    )


def _cells(tally: Tally) -> list[Grid]:
    if not tally.cells:
        return []
    options = any(cell.option for cell in tally.cells)
    heads = (*(name.capitalize() for name in tally.by), "Target", *(["Option"] if options else []))
    columns = [*(Column(head=head) for head in heads), Column(head="Respondents", number=True), Column(head="Figure")]
    rows = [
        (
            *(Words(text=str(part)) for part in cell.domain),
            CodeText(text=cell.target),
            *([Words(text=cell.option)] if options else []),
            count_text(cell.n),
            _figure(cell),
        )
        for cell in tally.cells[:_SHOWN]
    ]
    left = len(tally.cells) - _SHOWN
    return [Grid(columns=columns, rows=rows, more=f"{SAY.number(left)} more with `.cells`" if left > 0 else "")]


def _figure(cell: TallyCell) -> Words:
    if cell.suppressed:
        return Words(text="too few to be shown", style=Style.OPEN)

    def text_value(figure: float) -> str:
        return SAY.share(figure) if cell.is_verdict else SAY.number(round(figure, 2))

    if isinstance(cell.estimate, Estimate):
        value, low, high = (text_value(x) for x in (cell.estimate.value, cell.estimate.low, cell.estimate.high))
        return Words(text=SAY("value.interval", value=value, low=low, high=high))
    if cell.mean is not None:
        return Words(text=text_value(cell.mean), after=str(cell.estimate))
    return Words(text=str(cell.estimate), style=Style.OPEN)
