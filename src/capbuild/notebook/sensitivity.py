"""Display of a sensitivity analysis: assumptions by effect."""

from capbuild.display import counted
from capbuild.model import Sensitivity
from capbuild.notebook.pages import SAY, Column, Grid, Page, count_text
from capbuild.reports.cells import Words


def page(found: Sensitivity) -> Page:
    """Return the display of a sensitivity analysis."""
    columns = [
        Column(head="Assumption"),
        Column(head="Share", number=True),
        Column(head="With"),
        Column(head="Results moved", number=True),
    ]
    rows = [
        (
            Words(text=effect.assumption.value if place == 0 else ""),
            Words(text=SAY.percent(effect.share) if place == 0 else ""),
            Words(text=one.name),
            count_text(one.moved),
        )
        for effect in found
        for place, one in enumerate(effect.alternatives)
    ]
    return Page(
        title=f"Sensitivity of {counted(found.results, 'result')}, {found.round}",
        facts=[Words(text="one assumption changed at a time")],
        blocks=[Grid(columns=columns, rows=rows)],
        foot=["A share is that of all squared distances", "`.effects` holds them, with distances"],
    )
