"""Displays of tallies, and of harmonised surveys."""

from collections import Counter
from typing import Any

from capbuild.display import counted
from capbuild.notebook.pages import ENGLISH, CodeText, Grid, Page, Values, shorten
from capbuild.reports.cells import Style, Words
from capbuild.reports.model import Column
from capbuild.stats.estimate import Estimate
from capbuild.tables.result import Tally, TallyCell

#: Most domains shown.
_TALLY_SHOWN = 8


def show_tally(tally: Tally) -> Page:
    """Return the display of a tally."""
    hidden = sum(cell.suppressed for cell in tally.cells)
    facts = [f"by {', '.join(tally.by)}" if tally.by else "all respondents together"]
    if tally.minimum_n > 1:
        facts += [f"{ENGLISH.number(hidden)} suppressed", f"at least {counted(tally.minimum_n, 'respondent')} a cell"]
    targets = dict.fromkeys(cell.target for cell in tally.cells)
    levels = {cell.estimate.level for cell in tally.cells if isinstance(cell.estimate, Estimate)}
    facts += [f"intervals of {ENGLISH.share(level)}" for level in sorted(levels)]
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
    """Return a table of domains by options for a target."""
    kind = "Share" if cells[0].is_verdict else "Mean"
    options = {(cell.option, cell.quantile): cell.label or cell.option or kind for cell in cells}
    columns = [Column(id=str(key), title=shorten(label, 24)) for key, label in options.items()]
    domains: dict[tuple[str | None, ...], list[TallyCell]] = {}
    for cell in cells:
        domains.setdefault(cell.domain_labels, []).append(cell)

    def make_row(own: list[TallyCell]) -> Values:
        return {
            **{name.capitalize(): part for name, part in zip(tally.by, own[0].domain_labels, strict=True)},
            "Target": CodeText(text=shorten(own[0].target, 30)),
            "#Respondents": own[0].n,
            **dict(zip(columns, map(_make_figure, own), strict=True)),
        }

    return Grid(items=domains.values(), make_row=make_row, most=_TALLY_SHOWN, call="with `.to_pandas()`")


def _make_figure(cell: TallyCell) -> Words:
    if cell.suppressed:
        return Words(text="too few to be shown", style=Style.OPEN)

    def text_value(figure: float) -> str:
        return ENGLISH.share(figure) if cell.is_verdict else ENGLISH.number(round(figure, 2))

    if isinstance(cell.estimate, Estimate):
        value, low, high = (text_value(x) for x in (cell.estimate.value, cell.estimate.low, cell.estimate.high))
        return Words(text=ENGLISH("value.interval", value=value, low=low, high=high))
    if cell.mean is not None:
        return Words(text=text_value(cell.mean), after="no interval")
    return Words(text=str(cell.estimate), style=Style.OPEN)


#: Most rows shown.
_MOST = 8


def show_harmonised(subject: Any) -> Page:
    """Return the display of harmonised surveys or of a crosswalk."""
    return _make_survey_page(subject) if hasattr(subject, "survey") else _make_crosswalk_page(subject)


def _make_survey_page(found: Any) -> Page:
    rows = []
    for wave, survey in found.waves.items():
        kept = {row.question for row in found.crosswalk if row.wave == wave and not row.option and row.target}
        rows.append({"Survey": wave, "#Responses": len(survey), "#Questions kept": len(kept)})
    return Page(
        title=str(found),
        blocks=[Grid(items=rows)],
        foot=["`.survey` has all responses", "`.to_pandas()` has each value beside the original", "`.crosswalk`"],
    )


def _make_crosswalk_page(found: Any) -> Page:
    count = Counter(row.certainty.value for row in found.rows)

    def make_row(row: Any) -> Values:
        return {
            "Survey": row.wave,
            "Question": row.question,
            "Option": row.option or None,
            "Text": shorten(row.text, 50),
            "Target": row.target or row.proposed or None,
            "Certainty": row.certainty.value,
            "Reason": row.reason or None,
        }

    return Page(
        title=f"{counted(len(found.rows), 'row')}, {len(found.open_rows)} without a target",
        facts=[f"{ENGLISH.number(number)} {name}" for name, number in count.items()],
        blocks=[Grid(items=found.rows, make_row=make_row, most=_MOST, call="with `.rows`")],
        foot=["`.to_csv()` is the table to correct", "`.open_rows` wait for a person"],
    )
