"""Display of a tally: a table per target, with suppressed cells marked."""

from collections.abc import Iterator

from capbuild.display import counted
from capbuild.notebook.pages import SAY, CodeText, Column, Grid, Page, count_text, shorten
from capbuild.reports.cells import Style, Words
from capbuild.stats.estimate import Estimate
from capbuild.tables.result import Tally, TallyCell

#: Most domains shown.
_SHOWN = 8


def page(tally: Tally) -> Page:
    """Return the display of a tally."""
    hidden = sum(cell.suppressed for cell in tally.cells)
    facts = [Words(text=f"by {', '.join(tally.by)}" if tally.by else "all respondents together")]
    if tally.minimum_n > 1:
        facts.append(Words(text=f"{SAY.number(hidden)} suppressed"))
        facts.append(Words(text=f"at least {counted(tally.minimum_n, 'respondent')} a cell"))
    levels = {cell.estimate.level for cell in tally.cells if isinstance(cell.estimate, Estimate)}
    facts += [Words(text=f"intervals of {SAY.share(level)}") for level in sorted(levels)]
    return Page(
        title=counted(len(tally.cells), "cell"),
        facts=facts,
        blocks=_list_cells(tally),
        foot=[
            *(issue.message for issue in tally.issues),
            "`.to_pandas()` holds all",
            "`.plot()` draws them",
            *(['`.findings("survey")` makes findings of them'] if tally.by == ("country",) else []),
        ],
    )


def _list_cells(tally: Tally) -> list[Grid]:
    targets = dict.fromkeys(cell.target for cell in tally.cells)
    return [
        grid for name in targets for grid in _list_target_grids(tally, [c for c in tally.cells if c.target == name])
    ]


def _list_target_grids(tally: Tally, cells: list[TallyCell]) -> Iterator[Grid]:
    """Yield a table per target: a row per domain, a column per option."""
    kind = "Share" if cells[0].is_verdict else "Mean"
    options = {(cell.option, cell.quantile): cell.label or cell.option or kind for cell in cells}
    domains: dict[tuple[str | None, ...], list[TallyCell]] = {}
    for cell in cells:
        domains.setdefault(cell.domain_labels, []).append(cell)
    labels = [shorten(label, 24) for label in options.values()]
    headers = [*(name.capitalize() for name in tally.by), "Target", "Respondents", *labels]
    target = CodeText(text=shorten(cells[0].target, 30))
    rows = [
        (*map(_make_domain_cell, domain), target, count_text(own[0].n), *map(_make_figure, own))
        for domain, own in list(domains.items())[:_SHOWN]
    ]
    left = len(domains) - len(rows)
    yield Grid(
        columns=[Column(head=head, number=place == len(tally.by) + 1) for place, head in enumerate(headers)],
        rows=rows,
        more=f"{SAY.number(left)} more with `.to_pandas()`" if left > 0 else "",
    )


def _make_domain_cell(part: str | None) -> Words:
    return Words(text=part or "–")


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
