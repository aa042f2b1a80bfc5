"""The section on assumptions: which of them move the results most."""

from capbuild.reports.cells import Words
from capbuild.reports.context import ReportContext
from capbuild.reports.model import Column, Figure, ReportSection, Row, RowGroup

__all__ = ["build_sensitivity_section"]


def build_sensitivity_section(context: ReportContext) -> ReportSection | None:
    """Return how far each assumption moves the results; None where that was not asked for."""
    say, found = context.say, context.dossier.sensitivity
    if found is None or not found.effects:
        return None
    rows = [
        Row(
            cells=[
                Words(text=say(f"assumption.{effect.assumption.name.lower()}")),
                Words(text=say.percent(effect.share)),
                Words(text=say.number(max(one.moved for one in effect.alternatives))),
            ]
        )
        for effect in found
    ]
    figure = Figure(
        id="sensitivity",
        columns=[
            Column(id="assumption", title=say("col.assumption")),
            Column(id="share", title=say("col.assumption.share"), number=True),
            Column(id="moved", title=say("col.assumption.moved"), number=True),
        ],
        groups=[RowGroup(rows=rows)],
        caption=say("caption.sensitivity", count=found.results),
    )
    first = say(f"assumption.{found.effects[0].assumption.name.lower()}")
    return ReportSection(
        id="sensitivity",
        order=750,
        title=say("sensitivity.title"),
        lead=say("sensitivity.lead", first=say.lowered(first), share=say.percent(found.effects[0].share)),
        blocks=[figure],
    )
