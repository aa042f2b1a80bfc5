"""Display of advice: lead, actions with cost and certainty, other sentences."""

from capbuild.advice import Advice, Message, MessageKind
from capbuild.notebook.pages import Column, Grid, Page, is_invented, shorten
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import Words
from capbuild.reports.i18n import get_translator

_LEADS = (MessageKind.LEAD, MessageKind.UNSETTLED, MessageKind.REGION)
#: Kinds of regional messages, shown on one line each.
_LINES = (MessageKind.DIMENSION, MessageKind.SHARED, MessageKind.PRACTICE, MessageKind.CHANGE)


def page(advice: Advice) -> Page:
    """Return the display of advice."""
    writer = AdviceWriter(say=get_translator("en", advice.framework), framework=advice.framework)
    title = advice.country.name if advice.country is not None else "All countries"
    leads = [Words(text=writer.sentence(one)) for one in advice.of(*_LEADS)]
    blocks = [grid for grid in (_make_actions(advice, writer), _make_lines(advice, writer)) if grid.rows]
    return Page(
        title=f"{title}, {advice.round.title}",
        facts=leads,
        blocks=blocks,
        foot=["`.sentences()` says all of it", "`.messages` has figures and evidence"],
        invented=is_invented(advice),
    )


def _make_actions(advice: Advice, writer: AdviceWriter) -> Grid:
    columns = [Column(head="Step"), Column(head="Moves"), Column(head="Cost, host, date"), Column(head="Certainty")]
    return Grid(columns=columns, rows=[_make_action_row(advice, one, writer) for one in advice.actions])


def _make_action_row(advice: Advice, one: Message, writer: AdviceWriter) -> tuple[Words, Words, Words, Words]:
    cost = advice.find(MessageKind.COST, one.capacity) or advice.find(MessageKind.OWN_STEP, one.capacity)
    sure = advice.find(MessageKind.CERTAINTY, one.capacity)
    more = f" and {len(one.criteria) - 1} more" if len(one.criteria) > 1 else ""
    return (
        Words(text=f"{shorten(writer.action(one.criteria[0]), 70)}{more}"),
        Words(text=f"{one.capacity} {writer.write_levels(one)}"),
        Words(text=writer.write_cost(cost) if cost is not None else "–"),
        Words(text=writer.certainty_label(sure) if sure is not None else "–"),
    )


def _make_lines(advice: Advice, writer: AdviceWriter) -> Grid:
    rows = [(Words(text=writer.sentence(one)),) for one in advice.of(*_LINES)]
    return Grid(columns=[Column(head="What else stands out")], rows=rows)
