"""Displays of gaps, needs, costs, plans, training, actions and advice."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

from capbuild.advice import Action, ActionPlan, Advice, Message, MessageKind
from capbuild.display import counted
from capbuild.frozen import FrozenMap
from capbuild.model import EnrolmentStatus, Gap, NeedKind, Needs, Plan, PlannedActivity
from capbuild.notebook.pages import ENGLISH, Grid, Page, Values, shorten
from capbuild.planning import Costing, CostRange, Gaps
from capbuild.planning.capacity_needs import SharedNeed, shared_needs
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import Style, Timeline, Words
from capbuild.reports.i18n import get_translator
from capbuild.reports.kinds.action_plan import write_title
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
    def make_row(gap: Gap) -> Values:
        return {
            "Country": gap.country.name,
            "Capacity": shorten(f"{gap.capacity} {gaps.framework[gap.capacity].title}", 60),
            "#Now": _format_current_range(gap),
            "#Target": f"{gap.target:g}",
            "#Lacking": len(gap.lacking),
            "#Open": len(gap.open),
        }

    largest = sorted(gaps, key=lambda gap: -gap.size)
    return Grid(items=largest, make_row=make_row, most=_GAPS, call="by iteration", noun=("gap",))


def _format_current_range(gap: Gap) -> str:
    """Return the range of a gap's level or value.

    An unknown range is shown as a dash.
    """
    if gap.lowest is None or gap.highest is None:
        return "–"
    return f"{gap.lowest:g}" if gap.lowest == gap.highest else f"{gap.lowest:g} to {gap.highest:g}"


_URGENCY = {1: "can wait", 2: "soon", 3: "now"}


def show_needs(needs: Needs) -> Page:
    """Return the display of needs."""
    kinds = Counter(need.kind for need in needs)
    countries = {code for need in needs for code in need.countries}
    facts = [f"{ENGLISH.number(kinds[kind])} {kind.value}" for kind in NeedKind if kinds[kind]]
    return Page(
        title=f"{counted(len(needs), 'need')} of {counted(len(countries), 'country', 'countries')}",
        facts=[f"from {counted(len(needs.gaps), 'gap')}", *facts],
        blocks=[_list_first_needs(needs)],
        foot=["Only a new finding meets a need", "`.gaps` has what they were derived from"],
    )


def _list_first_needs(needs: Needs) -> Grid:
    def make_row(shared: SharedNeed) -> Values:
        need = needs[shared.id]
        return {
            "Need": shorten(str(need.statement), 90),
            "Kind": need.kind.value,
            "When": _URGENCY[need.urgency],
            "#Countries": len(shared.lacking),
            "#Open in": len(shared.open),
            "#People": sum(need.roles.values()),
        }

    return Grid(items=shared_needs(needs), make_row=make_row, most=_NEEDS, call="by iteration", noun=("need",))


#: Most years and rows by another key shown.
_YEARS, _DEAREST = 10, 5


def show_costing(costing: Costing, keys: Sequence[str] = ("indicator",)) -> Page:
    """Return the display of a costing, by year and key.

    Args:
        costing: The costing.
        keys: Keys of its lines; the highest costs of each are shown.
    """
    names = [name for name in costing.countries if name]
    years = {f"Year {year}": amount for year, amount in costing.by_year.items()}
    facts = [counted(len(names), "country", "countries")] if len(names) > 3 else [", ".join(names)]
    grids = [_make_table(costing, "Year", {**years, "Total": costing.total}, _YEARS + 1, "`.by_year`")]
    for key in keys:
        costs = {str(name or f"no {key}"): amount for name, amount in costing.by(key).items()}
        dearest = dict(sorted(costs.items(), key=lambda pair: (-pair[1].high.amount, pair[0])))
        grids.append(_make_table(costing, key.replace("_", " ").capitalize(), dearest, _DEAREST, f'`.by("{key}")`'))
    return Page(
        title=f"{costing.total} in {counted(costing.years, 'year')}",
        facts=[*facts, *costing.assumptions],
        blocks=grids,
        foot=[f"{counted(len(costing.issues), 'remark')}: `.issues`" if costing.issues else '`.by("line")` has all'],
    )


def _make_table(costing: Costing, header: str, costs: Mapping[str, CostRange], most: int, call: str) -> Grid:
    ends = (f"#{costing.currency}, lowest", "#highest") if costing.total.is_range else (f"#{costing.currency}",)

    def make_row(pair: tuple[str, CostRange]) -> Values:
        name, cost = pair
        amounts = (f"{end.amount:,.2f}" for end in (cost.low, cost.high)[: len(ends)])
        return {header: shorten(name, 40), **dict(zip(ends, amounts, strict=True))}

    return Grid(items=costs.items(), make_row=make_row, most=most, call=f"with {call}")


#: Most sessions shown, and the longest calendar to draw, in months.
_SESSIONS, _MONTHS = 5, 24


def show_plan(plan: Plan, titles: Mapping[str, str] = FrozenMap()) -> Page:
    """Return the display of a plan.

    Args:
        plan: The plan.
        titles: Titles of activities by id; the id is shown for others.
    """
    seats = sum(sum(session.seats.values()) for session in plan.activities)
    return Page(
        title=f"{counted(len(plan.activities), 'session')}, {counted(seats, 'seat')}, {plan.cost} of "
        f"{plan.limits.budget}",
        facts=[
            describe_plan(plan, ENGLISH),
            f"held back by {ENGLISH.joined(plan.binding[:3])}" if plan.binding else "",
        ],
        blocks=[_make_calendar(plan, titles)],
        foot=_make_foot(plan),
    )


def _make_calendar(plan: Plan, titles: Mapping[str, str]) -> Grid:
    starts = [session.start for session in plan.activities]
    first = min([*starts, *([plan.limits.start] if plan.limits.start is not None else [])], default=datetime.date.min)
    total = max((_count_months(first, session.end) + 1 for session in plan.activities), default=0)

    def make_row(session: PlannedActivity) -> Values:
        label, begin = ENGLISH.month(session.start), _count_months(first, session.start)
        length = _count_months(session.start, session.end) + 1
        bar = Timeline(bars=[(begin, length)], total=-(-total // 3) * 3, spoken=label)
        travel = session.cost_lines.get("travel")
        open_place = "online or at home" if travel is None or not travel.amount else "not decided"
        place = shorten(str(session.place or session.host or open_place), 40)
        return {
            "When": bar if total <= _MONTHS else label,
            "Activity": shorten(titles.get(session.activity, session.activity), 60),
            "Place": Words(text=place, after=session.language),
            "#Countries": len(session.seats),
            "#Seats": sum(session.seats.values()),
            f"#{plan.limits.budget.currency}": ENGLISH.number(round(float(session.cost.amount), 2)),
        }

    return Grid(items=plan.activities, make_row=make_row, most=_SESSIONS, call="with `.activities`")


def _count_months(start: datetime.date, end: datetime.date) -> int:
    """Return the months between the months of two dates."""
    return (end.year - start.year) * 12 + end.month - start.month


def _make_foot(plan: Plan) -> list[str]:
    sentences = ["Only a new finding meets a criterion"]
    if not plan.left_out:
        return [*sentences, "every need is addressed", "`.activities` has the sessions"]
    return [*sentences, f"{counted(len(plan.left_out), 'need')} not addressed: `.left_out` gives the reasons"]


def show_training(summary: TrainingSummary) -> Page:
    """Return the display of training."""
    people = [f"{ENGLISH.number(summary.people.people[status.value])} {status.value}" for status in EnrolmentStatus]
    return Page(
        title=f"Training: {counted(summary.deliveries, 'delivery', 'deliveries')}",
        facts=[f"{summary.cancelled} called off" if summary.cancelled else "", *people],
        blocks=[Grid(items=summary.levels, make_row=lambda level: _make_level_row(level, summary.minimum_n))],
        foot=[
            "Asked are those who were present",
            "Missing answers are in no mean and never count as zero",
            "Change is of the same people, before and then",
            "`.levels` has intervals and attrition",
        ],
    )


def _make_level_row(result: LevelResult, least: int) -> Values:
    change, difference = result.change, None if result.change is None else result.change.difference
    paired = f"({change.paired} paired)" if change is not None else ""
    top = "" if result.maximum is None else f"of {ENGLISH.number(result.maximum)}"
    few = f"fewer than {least}" if result.small else ""
    not_measured = Words(text="not measured", style=Style.QUIET)
    return {
        "Level": result.level.value,
        "Measured with": shorten(result.instrument, 40) if result.moment else not_measured,
        "When": shorten(result.moment, 20),
        "#Answers": Words(text=ENGLISH.number(result.answers), after=few) if result.moment else None,
        "#Asked": result.asked,
        "#Rate": None if result.response_rate is None else ENGLISH.percent(result.response_rate),
        "#Mean": None if result.mean is None else Words(text=ENGLISH.number(round(result.mean, 1)), after=top),
        "#Change": None if difference is None else Words(text=f"{difference:+.1f}", after=paired),
    }


def show_actions(plan: ActionPlan, language: str = "en") -> Page:
    """Return the display of an action plan in a language."""
    t = get_translator(language, plan.framework)
    writer = AdviceWriter(t=t, framework=plan.framework)
    share = t("actions.sum.share.shown" if plan.withheld else "actions.sum.share")
    sums = [t.labelled(share, "; ".join(map(str, plan.share)))] if plan.share else []
    if plan.other is not None and plan.other_seats:
        sums.append(t.labelled(t("actions.sum.other", count=plan.other_seats), str(plan.other)))
    rows = [_make_action_row(action, writer) for action in plan]
    return Page(
        title=write_title(plan, writer.name(plan.country), t),
        facts=[t.text(plan.round.title)],
        blocks=[Grid(items=rows, most=_ACTIONS, call="with `.actions`")],
        foot=[*sums, "`.actions` has all of them"],
    )


def _make_action_row(action: Action, writer: AdviceWriter) -> Values:
    t = writer.t
    text = writer.action(action.target) if action.target in writer.framework.criteria else ""
    text = t.text(action.text) if action.text is not None else text or writer.title(action.capacity)
    cost = "; ".join([*map(str, action.amounts), *([t("withheld")] if action.withheld else [])])
    status = t(f"advice.{action.status.name.lower()}")
    check = f" ({t(f'actions.check.{action.check.name.lower()}')})" if action.check is not None else ""
    return {
        t("actions.head.action"): f"{action.id} {shorten(text, 120)}",
        t("actions.col.what"): action.target,
        t("actions.costs"): cost or action.booked_by or None,
        t("actions.head.owner"): action.owner or None,
        t("actions.head.due"): f"{t.date(action.due)}{' *' if action.proposed else ''}" if action.due else None,
        t("actions.head.status"): f"{status}{check}",
    }


_LEADS = (MessageKind.LEAD, MessageKind.UNSETTLED, MessageKind.REGION)
#: Kinds of messages in the lead and in the table of steps, and most of the others shown.
_TOLD = (
    *_LEADS, MessageKind.FIRST, MessageKind.THEN, MessageKind.HOLD, MessageKind.MOVES, MessageKind.COST,
    MessageKind.OWN_STEP, MessageKind.CERTAINTY,
)  # fmt: skip
_REST = 8


def show_advice(advice: Advice, language: str = "en") -> Page:
    """Return the display of advice in a language.

    The lead comes first, then the actions, then all other sentences.
    """
    writer = AdviceWriter(t=get_translator(language, advice.framework), framework=advice.framework)
    title = writer.name(advice.country) if advice.country is not None else "All countries"
    rest = [text for message in advice if message.kind not in _TOLD and (text := writer.sentence(message))]
    return Page(
        title=f"{title}, {writer.t.text(advice.round.title)}",
        facts=[writer.sentence(message) for message in advice.of(*_LEADS)],
        blocks=[
            Grid(items=advice.actions, make_row=lambda action: _make_step_row(advice, action, writer)),
            Grid(items=[{"What else stands out": text} for text in rest], most=_REST, call="with `.sentences()`"),
        ],
        foot=["`.sentences()` gives all of it", "`.messages` has figures and evidence"],
    )


def _make_step_row(advice: Advice, message: Message, writer: AdviceWriter) -> Values:
    cost, sure = advice.find_cost(message.capacity), advice.find(MessageKind.CERTAINTY, message.capacity)
    more = f" and {len(message.criteria) - 1} more" if len(message.criteria) > 1 else ""
    return {
        "Step": f"{shorten(writer.action(message.criteria[0]), 70)}{more}",
        "Moves": f"{message.capacity} {writer.write_levels(message)}",
        "Cost, host, date": writer.write_cost(cost) if cost is not None else None,
        "Certainty": writer.certainty_label(sure) if sure is not None else None,
    }
