"""Display of a plan: contents, cost, calendar and left-out needs."""

import datetime

from capbuild.display import counted
from capbuild.model import Plan, PlannedActivity
from capbuild.notebook.pages import SAY, Column, Grid, MonthBar, Page, Shown, count_text, is_invented, shorten
from capbuild.reports.cells import Words
from capbuild.reports.plan_text import describe_plan

#: Most sessions shown, and the longest calendar to draw, in months.
_SESSIONS, _MONTHS = 5, 24


def page(plan: Plan) -> Page:
    """Return the display of a plan."""
    seats = sum(sum(session.seats.values()) for session in plan.activities)
    budget = plan.limits.budget
    facts = [
        Words(text=describe_plan(plan, SAY)),
    ]
    if plan.binding:
        facts.append(Words(text=f"held back by {SAY.joined(plan.binding[:3])}"))
    return Page(
        title=f"{counted(len(plan.activities), 'session')}, {counted(seats, 'seat')}, {plan.cost} of {budget}",
        facts=facts,
        blocks=_list_calendar(plan),
        foot=_make_foot(plan),
        invented=is_invented(plan),
    )


def _list_calendar(plan: Plan) -> list[Grid]:
    if not plan.activities:
        return []
    first = min(session.start for session in plan.activities)
    first = plan.limits.start if plan.limits.start is not None and plan.limits.start <= first else first
    total = max(_count_months(first, session.end) + 1 for session in plan.activities)
    columns = [Column(head="When"), Column(head="Activity"), Column(head="Place")]
    columns += [Column(head=head, number=True) for head in ("Countries", "Seats", plan.limits.budget.currency)]
    rows = [_make_session_row(session, first, total) for session in plan.activities[:_SESSIONS]]
    left = len(plan.activities) - _SESSIONS
    return [Grid(columns=columns, rows=rows, more=f"{SAY.number(left)} more with `.activities`" if left > 0 else "")]


def _make_session_row(session: PlannedActivity, first: datetime.date, total: int) -> tuple[Shown, ...]:
    _, month, year = SAY.date(session.start).split()
    label = f"{month[:3]} {year}"
    when: Shown = Words(text=label)
    if total <= _MONTHS:
        length = _count_months(session.start, session.end) + 1
        when = MonthBar(label=label, start=_count_months(first, session.start), length=length, total=-(-total // 3) * 3)
    amount = Words(text=SAY.number(round(float(session.cost.amount), 2)))
    return (
        when,
        Words(text=shorten(session.activity, 40)),
        Words(text=shorten(str(session.place or session.host or "online or at home"), 40), after=session.language),
        count_text(len(session.seats)),
        count_text(sum(session.seats.values())),
        amount,
    )


def _count_months(start: datetime.date, end: datetime.date) -> int:
    """Return the months between the months of two dates."""
    return (end.year - start.year) * 12 + end.month - start.month


def _make_foot(plan: Plan) -> list[str]:
    sentences = ["Only a new finding meets a criterion"]
    if not plan.left_out:
        return [*sentences, "every need is addressed", "`.activities` holds the sessions"]
    return [*sentences, f"{counted(len(plan.left_out), 'need')} not addressed: `.left_out` says why"]
