"""Calendar of the plan, and exclusions with reasons."""

import datetime
from collections.abc import Iterable, Sequence
from functools import cached_property

from attrs import evolve, field, frozen

from capbuild.advice.actions import add_money
from capbuild.checks import to_tuple
from capbuild.model import Activity, Money, Plan, PlannedActivity
from capbuild.reports.cells import DASH, Timeline, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.model import (
    Block,
    Bullets,
    Column,
    Figure,
    FigureKind,
    KeyItem,
    Paragraph,
    ReportSection,
)
from capbuild.reports.plan_text import describe_place, describe_plan, explain_left_out, explain_unmet

#: Needs without an activity that are listed with the reason.
_LISTED = 6


def find_activity(name: str, context: ReportContext) -> Activity | None:
    """Return an activity of the catalogue by id."""
    catalogue = context.dossier.catalogue
    return next((a for a in catalogue.activities if a.id == name), None) if catalogue is not None else None


def get_activity_title(activity: str, context: ReportContext) -> str:
    """Return the title of an activity, or its id."""
    entry = find_activity(activity, context)
    return context.t.text(entry.title) if entry is not None else activity


def list_exclusions(plan: Plan, context: ReportContext) -> list[Block]:
    """List unmet needs, impossible wishes and overridden safeguards.

    The result is empty unless the audience sees everything.
    """
    t = context.t
    if not context.disclosure.everything:
        return []
    wishes = [
        Paragraph(strong=t.label(_describe_wish(name, context)), text=explain_unmet(plan, name, t))
        for name in plan.unmet
    ]
    # People give the reason of an override in their own words, which no report translates.
    aside = [Paragraph(strong=t.label(_describe_wish(name, context)), text=why) for name, why in plan.overrides.items()]
    return [
        *_make_list("plan.left_out.strong", len(plan.left_out), _list_left_out(plan, context), context),
        *_make_list("plan.unmet.strong", len(wishes), wishes, context),
        *_make_list("plan.overrides.strong", len(aside), aside, context),
    ]


def _make_list(key: str, count: int, points: Iterable[Paragraph], context: ReportContext) -> list[Block]:
    return [Paragraph(strong=context.t(key, count=count), text=""), Bullets(points=list(points))] if count else []


def _list_left_out(plan: Plan, context: ReportContext) -> list[Paragraph]:
    t, needs = context.t, context.dossier.needs
    titles = {need.id: t.text(need.statement) for need in needs} if needs is not None else {}
    shown = list(plan.left_out)[:_LISTED]
    points = [
        Paragraph(
            strong=t.label(titles.get(name, name)),
            text=explain_left_out(plan, name, t, context.activity_titles),
        )
        for name in shown
    ]
    if len(plan.left_out) > len(shown):
        points.append(Paragraph(text=t("plan.more_left_out", count=len(plan.left_out) - len(shown))))
    return points


def _describe_wish(wish: str, context: ReportContext) -> str:
    """Describe a wish such as `A09 JM`."""
    name, _, code = wish.partition(" ")
    title = get_activity_title(name, context)
    text = name if title == name else f"{name} {title}"
    return f"{text} ({context.name_of(code)})" if code else text


#: Longest calendar that is drawn month by month; a longer one has a step a quarter.
_MONTHS = 30

_QUARTER = 3

#: Lines that fit a brief and a report; if there are more sessions, a line has all of one activity.
_BRIEF, _LONG = 10, 36


@frozen(kw_only=True)
class Session:
    """Planned session with its place in words.

    Attributes:
        planned: The session.
        place: Place of the session; empty if withheld.
    """

    planned: PlannedActivity
    place: str

    @property
    def seats(self) -> int:
        """Seats of all countries in it."""
        return sum(self.planned.seats.values())

    @property
    def label(self) -> str:
        """Place and language, such as "Kingston (en)"."""
        language = self.planned.language
        return f"{self.place} ({language})" if self.place and language else self.place or language


def list_sessions(plan: Plan, context: ReportContext) -> list[Session]:
    """Return the sessions in order of time."""
    ordered = sorted(plan.activities, key=lambda session: (session.start, session.end, session.id))
    return [Session(planned=session, place=_describe_place(session, context)) for session in ordered]


def _describe_place(session: PlannedActivity, context: ReportContext) -> str:
    if session.id in context.disclosure.unplaced:
        return ""
    return describe_place(session, find_activity(session.activity, context), context.t)


@frozen(kw_only=True, slots=False)
class Calendar:
    """Months that the calendar covers.

    Attributes:
        start: First day of the first month.
        sessions: Sessions to draw.
    """

    start: datetime.date
    sessions: tuple[Session, ...] = field(converter=to_tuple)

    @cached_property
    def _last(self) -> int:
        return max((self._number_month(s.planned.end) for s in self.sessions), default=0)

    @cached_property
    def step(self) -> int:
        """Months per step: 1, or 3 on a long calendar."""
        return 1 if self._last < _MONTHS else _QUARTER

    @cached_property
    def total(self) -> int:
        """Steps in all: whole quarters."""
        quarters = self._last // _QUARTER + 1
        return quarters * _QUARTER if self.step == 1 else quarters

    def _number_month(self, day: datetime.date) -> int:
        return (day.year - self.start.year) * 12 + day.month - self.start.month

    def stretch(self, sessions: Sequence[Session], context: ReportContext) -> Timeline:
        """Return sessions as drawn in one line."""
        t = context.t
        steps = sorted({step for s in sessions for step in self._list_steps(s)})
        starts = [step for step in steps if step - 1 not in steps]
        ends = [step + 1 for step in steps if step + 1 not in steps]
        first, last = min(s.planned.start for s in sessions), max(s.planned.end for s in sessions)
        label = sessions[0].label if len(sessions) == 1 else t("count.sessions", count=len(sessions))
        return Timeline(
            bars=[(start, end - start) for start, end in zip(starts, ends, strict=True)],
            total=self.total,
            label=label,
            spoken=t.months(first, last),
        )

    def _list_steps(self, session: Session) -> range:
        first, last = (self._number_month(day) // self.step for day in (session.planned.start, session.planned.end))
        return range(first, last + 1)

    def ticks(self, context: ReportContext) -> list[str]:
        """Return a header for each step.

        The first step of each quarter is named, with its year where that changes. A header with a year needs the room
        of two quarters.
        """
        spacing = 1 if self.step == _QUARTER else _QUARTER
        headers: list[str] = []
        dated = -2 * spacing
        for step in range(self.total):
            month = self.start.month - 1 + step * self.step
            day = datetime.date(self.start.year + month // 12, month % 12 + 1, 1)
            yearly = step == 0 or (day.month <= self.step * spacing and day.month - self.step * spacing < 1)
            named = step % spacing == 0 and (self.step == 1 or step % 4 == 0)
            named = named and (yearly or step - dated >= 2 * spacing)
            dated = step if named and yearly else dated
            headers.append(context.t.month(day, year=yearly) if named else "")
        return headers


def make_calendar(plan: Plan, sessions: Sequence[Session]) -> Calendar:
    """Return the calendar of a plan.

    It begins in the month of the plan's start, or of the first session if that is earlier.
    """
    days = [session.planned.start for session in sessions]
    start = plan.limits.start if plan.limits.start is not None else min(days)
    return Calendar(start=min(start, *days).replace(day=1), sessions=sessions)


def build_plan_section(context: ReportContext, *, brief: bool = False) -> ReportSection | None:
    """Build the plan section: calendar, totals and exclusions.

    The result is None without a planned session.

    Args:
        context: Shared data of the report.
        brief: Whether it is the short form of the needs brief.
    """
    plan, t = context.dossier.plan, context.t
    if plan is None or not plan.activities:
        return None
    sessions = list_sessions(plan, context)
    figure = _make_figure(plan, sessions, brief=brief, context=context)
    if brief:
        return context.section("plan", 600, figure, title=t("plan.title.brief"))
    seats, cost = sum_sessions(sessions)
    lead = t(
        "plan.lead" if context.disclosure.costs else "plan.lead.plain",
        count=len(sessions),
        seats=t("count.seats", count=seats),
        cost=_format_amounts(cost, context),
        budget=t.money(plan.limits.budget),
    )
    return context.section("plan", 600, figure, *list_exclusions(plan, context), lead=lead)


def sum_sessions(sessions: Sequence[Session]) -> tuple[int, tuple[Money, ...]]:
    """Return seats, and cost by currency."""
    return sum(session.seats for session in sessions), add_money(session.planned.cost for session in sessions)


def _format_amounts(amounts: Iterable[Money], context: ReportContext) -> str:
    return context.t.joined(map(context.t.money, amounts)) or "–"


def _make_figure(plan: Plan, sessions: Sequence[Session], *, brief: bool, context: ReportContext) -> Figure:
    t, most = context.t, _BRIEF if brief else _LONG
    calendar = make_calendar(plan, sessions)
    currencies = sorted({s.planned.cost.currency for s in sessions})
    currency = currencies[0] if len(currencies) == 1 else ""
    lines = _split_lines(sessions, most)
    shown, others = _pick_lines(lines, most) if brief else (lines, [])
    # The number of unnamed ones that wait is withheld.
    waits = not brief and context.disclosure.everything and any(s.planned.conditions for s in sessions)
    columns = {
        "when": Column(id="when", title=t("col.months"), ticks=calendar.ticks(context)),
        "cost": Column(id="cost", title=currency or t("col.cost"), number=True),
    }

    def make_row(line: Sequence[Session], activities: int = 0) -> Values:
        countries, stretch, activity = _count_countries(line), calendar.stretch(line, context), line[0].planned.activity
        seats, cost = sum_sessions(line)
        amount = t.amount(cost[0].amount) if currency else _format_amounts(cost, context)
        title = Words(before=activity, text=get_activity_title(activity, context))
        if activities:
            count = f"({t('count.sessions', count=len(line))})"
            title, stretch = Words(text=t("plan.others", count=activities), after=count), evolve(stretch, label="")
        return {
            "col.activity": title,
            columns["when"]: stretch,
            "#col.countries": countries or DASH,
            "#col.seats": seats if countries else DASH,
            "#col.waiting": _count_waiting(line) or None if waits else None,
            columns["cost"]: amount if context.disclosure.costs else None,
        }

    rows = [make_row(line) for line in shown]
    if others:
        rows.append(make_row([session for line in others for session in line], len(others)))
    seats, cost = sum_sessions(sessions)
    return context.table(
        "plan",
        rows,
        kind=FigureKind.PLAN,
        caption=_make_caption(plan, sessions, context, grouped=len(lines) < len(sessions), waits=waits),
        key=[KeyItem(mark="months", text=t("key.months"))],
        total={
            "col.activity": t("total"),
            "#col.seats": seats,
            columns["cost"]: t.amount(cost[0].amount) if currency and cost else _format_amounts(cost, context),
        },
    )


def _split_lines(sessions: Sequence[Session], most: int) -> list[list[Session]]:
    """Group sessions into lines.

    Each session has a line; more than `most` sessions are grouped by activity.
    """
    if len(sessions) <= most:
        return [[session] for session in sessions]
    lines: dict[str, list[Session]] = {}
    for session in sessions:
        lines.setdefault(session.planned.activity, []).append(session)
    return list(lines.values())


def _pick_lines(lines: Sequence[list[Session]], most: int) -> tuple[list[list[Session]], list[list[Session]]]:
    """Pick the lines with most countries."""
    if len(lines) <= most:
        return list(lines), []

    def reached(place: int) -> int:
        return _count_countries(lines[place])

    first = set(sorted(range(len(lines)), key=lambda place: -reached(place))[:most])
    return [line for n, line in enumerate(lines) if n in first], [
        line for n, line in enumerate(lines) if n not in first
    ]


def _count_countries(line: Iterable[Session]) -> int:
    """Count the countries with seats in sessions."""
    return len({code for session in line for code in session.planned.seats})


def _count_waiting(line: Sequence[Session]) -> int:
    """Count the countries that wait for a new finding."""
    return len({condition.rsplit(" ", 1)[-1] for session in line for condition in session.planned.conditions})


def _make_caption(
    plan: Plan, sessions: Sequence[Session], context: ReportContext, *, grouped: bool, waits: bool
) -> str:
    t = context.t
    parts = [t("caption.plan.grouped" if grouped else "caption.plan")]
    catalogue = context.dossier.catalogue
    used = {s.planned.activity for s in sessions}
    if (
        context.disclosure.costs
        and catalogue is not None
        and any(a.invented for a in catalogue.activities if a.id in used)
    ):
        parts.append(t("caption.plan.invented"))
    if waits:
        parts.append(t("caption.plan.waiting"))
    if context.disclosure.everything:
        parts.append(describe_plan(plan, t))
    if plan.left_out:
        parts.append(t("caption.plan.left_out", count=len(plan.left_out)))
    if "plan" in context.disclosure.hides:
        parts.append(t("caption.plan.unnamed", count=context.disclosure.minimum_n))
    return " ".join(parts)
