"""Displays of gaps, needs, costs, plans, training, actions and advice."""

import datetime
from collections import Counter
from collections.abc import Mapping

from capbuild.advice import Action, ActionPlan, Advice, Message, MessageKind
from capbuild.display import counted
from capbuild.model import EnrolmentStatus, Gap, NeedKind, Needs, Plan, PlannedActivity
from capbuild.notebook.pages import SAY, Grid, MonthBar, Page, Row, count_more, count_text, list_columns, shorten
from capbuild.planning import Costing, CostRange, Gaps
from capbuild.planning.capacity_needs import shared_needs
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import Style, Words
from capbuild.reports.i18n import get_translator
from capbuild.reports.plan_text import describe_plan
from capbuild.tracking.training_levels import LevelResult, TrainingSummary

#: Numbers of largest gaps, needs and first actions shown; needs are those shared by most countries.
_GAPS, _NEEDS, _ACTIONS = 8, 6, 8


def show_gaps(gaps: Gaps) -> Page:
    """Return the display of gaps."""
    countries = {gap.country.alpha_2 for gap in gaps}
    certain = sum(bool(gap.lacking) for gap in gaps)
    country = f'country="{gaps[0].country.alpha_2}"' if len(gaps) else ""
    return Page(
        title=f"{counted(len(gaps), 'gap')} of {counted(len(countries), 'country', 'countries')}",
        facts=[f"{certain} with criteria lacking", f"{len(gaps) - certain} without"],
        blocks=[_make_gap_grid(gaps)],
        foot=[f"`.filter({country})` narrows them", "`.to_polars()` has all columns"],
    )


def _make_gap_grid(gaps: Gaps) -> Grid:
    rows = [
        (
            gap.country.name,
            shorten(f"{gap.capacity} {gaps.framework[gap.capacity].title}", 60),
            _format_current_range(gap),
            f"{gap.target:g}",
            count_text(len(gap.lacking)),
            count_text(len(gap.open)),
        )
        for gap in sorted(gaps, key=lambda gap: -gap.size)[:_GAPS]
    ]
    columns = list_columns("Country", "Capacity", numbers=["Now", "Target", "Lacking", "Open"])
    return Grid(columns=columns, rows=rows, more=count_more(len(gaps) - _GAPS, "by iteration", "gap"))


def _format_current_range(gap: Gap) -> str:
    """Return the range of a gap's level or value.

    An unknown range is a dash.
    """
    if gap.lowest is None or gap.highest is None:
        return "–"
    return f"{gap.lowest:g}" if gap.lowest == gap.highest else f"{gap.lowest:g} to {gap.highest:g}"


_URGENCY = {1: "can wait", 2: "soon", 3: "now"}


def show_needs(needs: Needs) -> Page:
    """Return the display of needs."""
    kinds = Counter(need.kind for need in needs)
    countries = {code for need in needs for code in need.countries}
    facts = [f"{SAY.number(kinds[kind])} {kind.value}" for kind in NeedKind if kinds[kind]]
    return Page(
        title=f"{counted(len(needs), 'need')} of {counted(len(countries), 'country', 'countries')}",
        facts=[f"from {counted(len(needs.gaps), 'gap')}", *facts],
        blocks=[_list_first_needs(needs)],
        foot=["Only a new finding meets a need", "`.gaps` has what they were derived from"],
    )


def _list_first_needs(needs: Needs) -> Grid:
    shared = shared_needs(needs)
    rows = [
        (
            shorten(str(need.statement), 90),
            need.kind.value,
            _URGENCY[need.urgency],
            count_text(len(shared_need.lacking)),
            count_text(len(shared_need.open)),
            count_text(sum(need.roles.values())),
        )
        for shared_need, need in ((one, needs[one.id]) for one in shared[:_NEEDS])
    ]
    columns = list_columns("Need", "Kind", "When", numbers=["Countries", "Open in", "People"])
    return Grid(columns=columns, rows=rows, more=count_more(len(shared) - _NEEDS, "by iteration", "need"))


#: Most years and indicators shown.
_YEARS, _INDICATORS = 10, 5


def show_costing(costing: Costing) -> Page:
    """Return the display of a costing."""
    names = [name for name in costing.countries if name]
    years = {f"Year {year}": amount for year, amount in costing.by_year.items()}
    dearest = sorted(costing.by("indicator").items(), key=lambda pair: -pair[1].high.amount)
    facts = [counted(len(names), "country", "countries")] if len(names) > 1 else names
    return Page(
        title=f"{costing.total} in {counted(costing.years, 'year')}",
        facts=[*facts, *costing.assumptions],
        blocks=[
            _make_table(costing, "Year", years, _YEARS, "`.by_year`"),
            _make_table(costing, "Indicator", dict(dearest), _INDICATORS, '`.by("indicator")`'),
        ],
        foot=[f"{counted(len(costing.issues), 'remark')}: `.issues`" if costing.issues else '`.by("line")` has all'],
    )


def _make_table(costing: Costing, header: str, costs: Mapping[str, CostRange], most: int, call: str) -> Grid:
    ends = (f"{costing.currency}, lowest", "highest") if costing.total.is_range else (costing.currency,)
    rows = [
        (shorten(name or "no indicator", 40), *(f"{end.amount:,.2f}" for end in (cost.low, cost.high)[: len(ends)]))
        for name, cost in list(costs.items())[:most]
    ]
    return Grid(
        columns=list_columns(header, numbers=ends), rows=rows, more=count_more(len(costs) - most, f"with {call}")
    )


#: Most sessions shown, and the longest calendar to draw, in months.
_SESSIONS, _MONTHS = 5, 24


def show_plan(plan: Plan) -> Page:
    """Return the display of a plan."""
    seats = sum(sum(session.seats.values()) for session in plan.activities)
    budget = plan.limits.budget
    return Page(
        title=f"{counted(len(plan.activities), 'session')}, {counted(seats, 'seat')}, {plan.cost} of {budget}",
        facts=[describe_plan(plan, SAY), f"held back by {SAY.joined(plan.binding[:3])}" if plan.binding else ""],
        blocks=_list_calendar(plan),
        foot=_make_foot(plan),
    )


def _list_calendar(plan: Plan) -> list[Grid]:
    if not plan.activities:
        return []
    first = min(session.start for session in plan.activities)
    first = plan.limits.start if plan.limits.start is not None and plan.limits.start <= first else first
    total = max(_count_months(first, session.end) + 1 for session in plan.activities)
    columns = list_columns("When", "Activity", "Place", numbers=["Countries", "Seats", plan.limits.budget.currency])
    rows = [_make_session_row(session, first, total) for session in plan.activities[:_SESSIONS]]
    more = count_more(len(plan.activities) - _SESSIONS, "with `.activities`")
    return [Grid(columns=columns, rows=rows, more=more)]


def _make_session_row(session: PlannedActivity, first: datetime.date, total: int) -> Row:
    _, month, year = SAY.date(session.start).split()
    label = f"{month[:3]} {year}"
    when: MonthBar | str = label
    if total <= _MONTHS:
        length = _count_months(session.start, session.end) + 1
        when = MonthBar(label=label, start=_count_months(first, session.start), length=length, total=-(-total // 3) * 3)
    return (
        when,
        shorten(session.activity, 40),
        Words(text=shorten(str(session.place or session.host or "online or at home"), 40), after=session.language),
        count_text(len(session.seats)),
        count_text(sum(session.seats.values())),
        SAY.number(round(float(session.cost.amount), 2)),
    )


def _count_months(start: datetime.date, end: datetime.date) -> int:
    """Return the months between the months of two dates."""
    return (end.year - start.year) * 12 + end.month - start.month


def _make_foot(plan: Plan) -> list[str]:
    sentences = ["Only a new finding meets a criterion"]
    if not plan.left_out:
        return [*sentences, "every need is addressed", "`.activities` has the sessions"]
    return [*sentences, f"{counted(len(plan.left_out), 'need')} not addressed: `.left_out` gives the reasons"]


_DASH = Words(text="–", style=Style.NUMBER)


def show_training(summary: TrainingSummary) -> Page:
    """Return the display of training."""
    people = [f"{SAY.number(summary.people.people[status.value])} {status.value}" for status in EnrolmentStatus]
    columns = list_columns("Level", "Measured with", "When", numbers=["Answers", "Asked", "Rate", "Mean", "Change"])
    return Page(
        title=f"Training: {counted(summary.deliveries, 'delivery', 'deliveries')}",
        facts=[f"{summary.cancelled} called off" if summary.cancelled else "", *people],
        blocks=[Grid(columns=columns, rows=map(_make_level_row, summary.levels))],
        foot=[
            "Missing answers are in no mean and never count as zero",
            "Change is of the same people, before and then",
            "`.levels` has intervals and attrition",
        ],
    )


def _make_level_row(result: LevelResult) -> Row:
    change = result.change.difference if result.change is not None else None
    mean = "" if result.mean is None else f"{SAY.number(round(result.mean, 1))}"
    top = "" if result.maximum is None else f"of {SAY.number(result.maximum)}"
    return (
        result.level.value,
        shorten(result.instrument, 40) if result.moment else Words(text="not measured", style=Style.QUIET),
        shorten(result.moment, 20),
        count_text(result.answers) if result.moment else _DASH,
        count_text(result.asked),
        _DASH if result.response_rate is None else Words(text=SAY.percent(result.response_rate), style=Style.NUMBER),
        Words(text=mean, after=top, style=Style.NUMBER) if mean else _DASH,
        _DASH if change is None else Words(text=f"{change:+.1f}", style=Style.NUMBER),
    )


def show_actions(plan: ActionPlan) -> Page:
    """Return the display of an action plan."""
    writer = AdviceWriter(say=get_translator("en", plan.framework), framework=plan.framework)
    grid = Grid(
        columns=list_columns("Action", "Cost", "Owner", "Due", "Status"),
        rows=[_make_row(action, plan, writer) for action in plan.actions[:_ACTIONS]],
        more=count_more(len(plan.actions) - _ACTIONS, "with `.actions`"),
    )
    return Page(
        title=f"{plan.country.name}, {plan.round.title}",
        facts=[counted(len(plan.actions), "action")],
        blocks=[grid],
        foot=["`.actions` has all of them"],
    )


def _make_row(action: Action, plan: ActionPlan, writer: AdviceWriter) -> Row:
    if action.text is not None:
        text = str(action.text)
    elif action.target in plan.framework.criteria:
        text = writer.action(action.target)
    else:
        text = action.target or action.capacity
    cost = " + ".join(map(str, action.amounts))
    cells = (f"{action.id} {shorten(text, 70)}", cost, action.owner, SAY.date(action.due), action.status.value)
    return tuple(cell or "–" for cell in cells)


_LEADS = (MessageKind.LEAD, MessageKind.UNSETTLED, MessageKind.REGION)
#: Kinds of regional messages, shown on one line each.
_LINES = (MessageKind.DIMENSION, MessageKind.SHARED, MessageKind.PRACTICE, MessageKind.CHANGE)


def show_advice(advice: Advice) -> Page:
    """Return the display of advice."""
    writer = AdviceWriter(say=get_translator("en", advice.framework), framework=advice.framework)
    title = advice.country.name if advice.country is not None else "All countries"
    lines = [(writer.sentence(message),) for message in advice.of(*_LINES)]
    columns = list_columns("Step", "Moves", "Cost, host, date", "Certainty")
    return Page(
        title=f"{title}, {advice.round.title}",
        facts=[writer.sentence(message) for message in advice.of(*_LEADS)],
        blocks=[
            Grid(columns=columns, rows=[_make_action_row(advice, action, writer) for action in advice.actions]),
            Grid(columns=list_columns("What else stands out"), rows=lines),
        ],
        foot=["`.sentences()` gives all of it", "`.messages` has figures and evidence"],
    )


def _make_action_row(advice: Advice, message: Message, writer: AdviceWriter) -> Row:
    cost = advice.find(MessageKind.COST, message.capacity) or advice.find(MessageKind.OWN_STEP, message.capacity)
    sure = advice.find(MessageKind.CERTAINTY, message.capacity)
    more = f" and {len(message.criteria) - 1} more" if len(message.criteria) > 1 else ""
    return (
        f"{shorten(writer.action(message.criteria[0]), 70)}{more}",
        f"{message.capacity} {writer.write_levels(message)}",
        writer.write_cost(cost) if cost is not None else "–",
        writer.certainty_label(sure) if sure is not None else "–",
    )
