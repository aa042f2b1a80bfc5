"""Display of a national action plan: actions with cost, owner, date and status."""

from capbuild.advice import Action, ActionPlan
from capbuild.display import counted
from capbuild.notebook.pages import SAY, Column, Grid, Page, is_invented, shorten
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import Words
from capbuild.reports.i18n import get_translator

#: Most actions shown.
_MOST = 8


def page(plan: ActionPlan) -> Page:
    """Return the display of an action plan."""
    writer = AdviceWriter(say=get_translator("en", plan.framework), framework=plan.framework)
    left = len(plan.actions) - _MOST
    columns = [Column(head=head) for head in ("Action", "Cost", "Owner", "Due", "Status")]
    grid = Grid(
        columns=columns,
        rows=[_make_row(action, plan, writer) for action in plan.actions[:_MOST]],
        more=f"{SAY.number(left)} more with `.actions`" if left > 0 else "",
    )
    return Page(
        title=f"{plan.country.name}, {plan.round.title}",
        facts=[Words(text=counted(len(plan.actions), "action"))],
        blocks=[grid] if plan.actions else [],
        foot=["`.actions` has all of them"],
        invented=is_invented(plan),
    )


def _make_row(action: Action, plan: ActionPlan, writer: AdviceWriter) -> tuple[Words, ...]:
    if action.text is not None:
        text = str(action.text)
    elif action.target in plan.framework.criteria:
        text = writer.action(action.target)
    else:
        text = action.target or action.capacity
    cost = " + ".join(map(str, action.amounts))
    cells = (f"{action.id} {shorten(text, 70)}", cost, action.owner, SAY.date(action.due), action.status.value)
    return tuple(Words(text=cell or "–") for cell in cells)
