"""Chart of a tally: stacked shares of options, or means with intervals."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from capbuild.charts.theme import OUTLINE, chart_data, finish_chart, load_altair
from capbuild.errors import ModelError
from capbuild.stats.estimate import Estimate
from capbuild.tables import Tally, TallyCell

if TYPE_CHECKING:
    import altair

_WHOLE = "all respondents"


def tally_bars(tally: Tally) -> "altair.TopLevelMixin":
    """Return a tally as stacked bars of shares, or dots with intervals, each question on an axis of its own.

    Cells with too few respondents stay blank.

    Args:
        tally: The tally of one question or more.

    Raises:
        CapbuildError: CB750, Altair is not installed.
        ModelError: The tally has no cells.
    """
    if not tally.cells:
        raise ModelError("tally", tally, "must have cells to be drawn")
    names = list(dict.fromkeys(cell.target for cell in tally))
    parts = [_draw([cell for cell in tally if cell.target == name], len(names) > 1) for name in names]
    rows = [_make_row(cell) for cell in tally]
    title = f"{', '.join(names)}{' by ' + ', '.join(tally.by) if tally.by else ''}"
    hidden = sum(cell.suppressed for cell in tally)
    notes = [f"{hidden} figures are not shown: too few respondents."] if hidden else []
    notes += [f"{issue.message}." for issue in tally.issues]
    described = "; ".join(f"{row['domain']} {row['option']}: {row['words']}" for row in rows[:40])
    chart = load_altair().vconcat(*parts).resolve_scale(color="independent") if len(parts) > 1 else parts[0]
    return finish_chart(chart, title, notes, invented=False, description=described, language="en")


def _draw(cells: Sequence[TallyCell], several: bool) -> Any:
    """Return the chart of one question."""
    draw = _draw_shares if all(cell.option for cell in cells) and not _is_multiple(cells) else _draw_figures
    title = {"title": cells[0].target} if several else {}
    return draw([_make_row(cell) for cell in cells]).properties(width=420, height=load_altair().Step(24), **title)


def _is_multiple(cells: Sequence[TallyCell]) -> bool:
    """True if respondents could choose several options, so that shares can exceed 1 in total."""
    sums: dict[tuple[Any, ...], float] = {}
    for cell in cells:
        sums[cell.domain] = sums.get(cell.domain, 0.0) + (cell.mean or 0.0)
    return any(total > 1 + 1e-9 for total in sums.values())


def _make_row(cell: TallyCell) -> dict[str, Any]:
    estimate = cell.estimate if isinstance(cell.estimate, Estimate) else None
    figure = f"{cell.mean:.0%}" if cell.is_verdict and cell.mean is not None else f"{cell.mean or 0:.3g}"
    return {
        "domain": " · ".join(part or "no answer" for part in cell.domain_labels) or _WHOLE,
        "target": cell.target,
        "option": cell.label or cell.option,
        "value": None if cell.suppressed else cell.mean,
        "low": None if estimate is None else estimate.low,
        "high": None if estimate is None else estimate.high,
        "respondents": cell.n,
        "words": "not shown" if cell.mean is None or cell.suppressed else figure,
    }


def _draw_shares(rows: list[dict[str, Any]]) -> Any:
    alt = load_altair()
    order = list(dict.fromkeys(row["option"] for row in rows))
    places = {option: place for place, option in enumerate(order)}
    data = chart_data({**row, "place": places[row["option"]]} for row in rows)
    return (
        alt.Chart(data)
        .mark_bar(stroke=OUTLINE, strokeWidth=1, height=18)
        .encode(
            y=alt.Y("domain:N", sort=None, title=None),
            x=alt.X("value:Q", stack="zero", title=None, axis=alt.Axis(format="%", orient="top")),
            color=alt.Color("option:N", sort=order, title=None, scale=alt.Scale(scheme="tealblues")),
            order=alt.Order("place:Q"),
            tooltip=["domain:N", "option:N", "words:N", "respondents:Q"],
        )
    )


def _draw_figures(rows: list[dict[str, Any]]) -> Any:
    alt = load_altair()
    data = chart_data({**row, "label": _format_label(row)} for row in rows)
    base = alt.Chart(data).encode(
        y=alt.Y("label:N", sort=None, title=None), tooltip=["label:N", "words:N", "respondents:Q"]
    )
    lines = base.mark_rule(stroke=OUTLINE, strokeWidth=2).encode(
        x=alt.X("low:Q", title=None, axis=alt.Axis(orient="top", grid=True)), x2="high:Q"
    )
    return lines + base.mark_point(filled=True, size=70, opacity=1, color="#0B6E8A").encode(x="value:Q")


def _format_label(row: dict[str, Any]) -> str:
    return " · ".join(filter(None, (row["domain"], row["option"])))
