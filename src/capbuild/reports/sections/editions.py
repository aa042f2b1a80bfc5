"""Comparability of framework editions in a report."""

from capbuild.model import Change
from capbuild.reports.cells import Words
from capbuild.reports.context import ReportContext
from capbuild.reports.model import Column, Figure, ReportSection, Row, RowGroup


def describe_editions(change: Change, context: ReportContext) -> str:
    """Describe how editions were matched and compared.

    Empty within one edition.
    """
    if change.earlier_framework is None:
        return ""
    return context.say(
        "change.editions",
        before=change.earlier_framework,
        after=change.framework,
        share=context.say.percent(change.comparable),
    )


def make_editions_figure(change: Change, context: ReportContext) -> Figure | None:
    """Make the table of uncompared items, by reason.

    For those who see sources; None if all is compared.

    The reasons are the crosswalk's own text.
    """
    if change.earlier_framework is None or not change.incomparable or not context.disclosure.sources:
        return None
    by_reason: dict[str, list[str]] = {}
    for name, why in change.incomparable.items():
        by_reason.setdefault(why, []).append(name)
    say = context.say
    return Figure(
        id="not-compared",
        columns=[Column(id="what", title=say("col.not_compared")), Column(id="why", title=say("col.not_compared_why"))],
        groups=[
            RowGroup(
                rows=[
                    Row(cells=[Words(text=", ".join(names)), Words(text=why)])
                    for why, names in sorted(by_reason.items())
                ]
            )
        ],
        caption=say("caption.not_compared", before=change.earlier_framework, after=change.framework),
    )


def build_refusal_section(title: str, context: ReportContext, order: int) -> ReportSection | None:
    """Build the section that explains a missing comparison between editions."""
    earlier = context.dossier.earlier
    if context.dossier.change is not None or earlier is None or earlier.framework.key == context.framework.key:
        return None
    lead = context.say("change.refused", before=earlier.framework.key, after=context.framework.key)
    return ReportSection(id="change", order=order, title=title, lead=lead)
