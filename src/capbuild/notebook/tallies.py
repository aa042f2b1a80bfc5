"""Displays of tallies, and of harmonised surveys."""

from collections import Counter
from typing import Any

from capbuild.display import counted
from capbuild.notebook.pages import SAY, CodeText, Grid, Page, Row, count_more, count_text, list_columns, shorten
from capbuild.reports.cells import Style, Words
from capbuild.stats.estimate import Estimate
from capbuild.tables.result import Tally, TallyCell

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
    """Return the table of a target.

    It has a row per domain, and a column per option.
    """
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
    """Return the display of harmonised surveys.

    A crosswalk of questions and options has a display too.
    """
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
