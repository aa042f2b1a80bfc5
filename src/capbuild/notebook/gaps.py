"""Display of gaps: the largest, with levels and open criteria."""

from capbuild.display import counted
from capbuild.model import Gap
from capbuild.notebook.pages import Column, Grid, Page, count_text, is_invented, shorten
from capbuild.planning import Gaps
from capbuild.reports.cells import Words

#: Largest gaps shown.
_ROWS = 8


def page(gaps: Gaps) -> Page:
    """Return the display of gaps."""
    countries = {gap.country.alpha_2 for gap in gaps}
    certain = sum(bool(gap.lacking) for gap in gaps)
    return Page(
        title=f"{counted(len(gaps), 'gap')} of {counted(len(countries), 'country', 'countries')}",
        facts=[Words(text=f"{certain} with criteria lacking"), Words(text=f"{len(gaps) - certain} without")],
        blocks=[_make_gap_grid(gaps)] if len(gaps) else [],
        foot=[f"`{_format_example_filter(gaps)}` narrows them", "`.to_polars()` has all columns"],
        invented=is_invented(gaps),
    )


def _format_example_filter(gaps: Gaps) -> str:
    """Return an example call of `filter` for the first gap."""
    return f'.filter(country="{gaps[0].country.alpha_2}")' if len(gaps) else ".filter()"


def _make_gap_grid(gaps: Gaps) -> Grid:
    columns = [
        Column(head="Country"),
        Column(head="Capacity"),
        Column(head="Now", number=True),
        Column(head="Target", number=True),
        Column(head="Lacking", number=True),
        Column(head="Open", number=True),
    ]
    largest = sorted(gaps, key=lambda gap: -gap.size)[:_ROWS]
    rows = [
        (
            Words(text=gap.country.name),
            Words(text=shorten(f"{gap.capacity} {gaps.framework[gap.capacity].title}", 60)),
            Words(text=_format_current_range(gap)),
            Words(text=f"{gap.target:g}"),
            count_text(len(gap.lacking)),
            count_text(len(gap.open)),
        )
        for gap in largest
    ]
    left = len(gaps) - _ROWS
    return Grid(columns=columns, rows=rows, more=f"{counted(left, 'more gap')} by iteration" if left > 0 else "")


def _format_current_range(gap: Gap) -> str:
    """Return the lowest and highest level or value, or a dash if unknown."""
    if gap.lowest is None or gap.highest is None:
        return "–"
    return f"{gap.lowest:g}" if gap.lowest == gap.highest else f"{gap.lowest:g} to {gap.highest:g}"
