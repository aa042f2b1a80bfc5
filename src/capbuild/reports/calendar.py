"""The plan: sessions on a calendar, with countries, seats and cost, and what an outsider may not subtract."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property

from attrs import evolve, field, frozen

from capbuild.model import Plan, PlannedActivity
from capbuild.reports.cells import Cell, Stretch, Style, Words, to_tuple
from capbuild.reports.model import (
    Block,
    Column,
    Figure,
    FigureKind,
    KeyItem,
    ReportSection,
    Row,
    RowGroup,
)
from capbuild.reports.not_planned import activity_named, activity_title, not_planned
from capbuild.reports.plan_words import how_good
from capbuild.reports.setting import Setting

__all__ = ["Calendar", "Session", "plan_section", "sessions_of"]

#: Longest calendar that is drawn month by month; a longer one has a step a quarter.
_MONTHS = 30
_QUARTER = 3
#: Lines that fit a brief and a report; where there are more sessions, a line holds all of one activity.
_BRIEF, _LONG = 10, 36


@frozen(kw_only=True)
class Session:
    """A planned session as an audience may see it.

    Attributes:
        planned: The session.
        place: Where it is held, in words; empty where that would give a country away.
        language: Its language; empty where that would.
        countries: Alpha-2 codes of the countries that its figures count.
    """

    planned: PlannedActivity
    place: str
    language: str
    countries: frozenset[str]

    @property
    def seats(self) -> int:
        """Seats of the countries that its figures count."""
        return sum(seats for code, seats in self.planned.seats.items() if code in self.countries)

    @property
    def label(self) -> str:
        """Place and language, such as "Kingston (en)"."""
        return f"{self.place} ({self.language})" if self.place and self.language else self.place or self.language


def sessions_of(plan: Plan, setting: Setting) -> list[Session]:
    """Return the sessions in order of time, each with what would give a hidden country away left out."""
    ordered = sorted(plan.activities, key=lambda one: (one.start, one.end, one.id))
    return [_session(one, setting) for one in ordered]


def _session(one: PlannedActivity, setting: Setting) -> Session:
    say, disclosure = setting.say, setting.disclosure
    title = say("plan.title")
    place = _place(one, setting)
    if _place_tells(one, place, setting):
        setting.leave_out(title, say("left_out.place", id=one.id), "place")
        place = ""
    language = one.language
    if disclosure.tells_by_language(language):
        setting.leave_out(title, say("left_out.language", id=one.id), "language", count=disclosure.minimum_n)
        language = ""
    shown = disclosure.countable(one.seats, "plan")
    if len(shown) < len(one.seats):
        what = say("left_out.session", id=one.id, count=len(one.seats) - len(shown))
        setting.leave_out(title, what, "few", count=disclosure.minimum_n)
    return Session(planned=one, place=place, language=language, countries=shown)


def _place(one: PlannedActivity, setting: Setting) -> str:
    if one.place:
        return one.place
    if one.host:
        return setting.called(one.host)
    activity = activity_named(one.activity, setting)
    return setting.say("plan.online" if activity is not None and activity.mode == "online" else "plan.home")


def _place_tells(one: PlannedActivity, place: str, setting: Setting) -> bool:
    """Whether host or place name a country that is hidden: a place nobody has named a host for may be anywhere."""
    disclosure = setting.disclosure
    if not disclosure.hidden:
        return False
    if one.host:
        return not disclosure.names(one.host, "plan") or disclosure.tells(place)
    return bool(one.place)


@frozen(kw_only=True, slots=False)
class Calendar:
    """Months over which sessions are drawn.

    Attributes:
        start: First day of the first month.
        sessions: What is drawn.
    """

    start: datetime.date
    sessions: tuple[Session, ...] = field(converter=to_tuple)

    @cached_property
    def _last(self) -> int:
        return max((self._month(s.planned.end) for s in self.sessions), default=0)

    @cached_property
    def step(self) -> int:
        """Months in a step: 1, or a quarter for a long calendar."""
        return 1 if self._last < _MONTHS else _QUARTER

    @cached_property
    def total(self) -> int:
        """Steps in all: whole quarters."""
        quarters = self._last // _QUARTER + 1
        return quarters * _QUARTER if self.step == 1 else quarters

    def _month(self, day: datetime.date) -> int:
        return (day.year - self.start.year) * 12 + day.month - self.start.month

    def stretch(self, sessions: Sequence[Session], setting: Setting) -> Stretch:
        """Return sessions as they are drawn in one line."""
        say = setting.say
        steps = sorted({step for s in sessions for step in self._steps(s)})
        starts = [step for step in steps if step - 1 not in steps]
        ends = [step + 1 for step in steps if step + 1 not in steps]
        first, last = min(s.planned.start for s in sessions), max(s.planned.end for s in sessions)
        label = sessions[0].label if len(sessions) == 1 else say("count.sessions", count=len(sessions))
        return Stretch(
            bars=[(start, end - start) for start, end in zip(starts, ends, strict=True)],
            total=self.total,
            label=label,
            spoken=say.months(first, last),
        )

    def _steps(self, session: Session) -> range:
        first, last = (self._month(day) // self.step for day in (session.planned.start, session.planned.end))
        return range(first, last + 1)

    def ticks(self, setting: Setting) -> list[str]:
        """Return a head for each step: the first of each quarter is named, with its year where that is new."""
        every = 1 if self.step == _QUARTER else _QUARTER
        heads = []
        for step in range(self.total):
            month = self.start.month - 1 + step * self.step
            day = datetime.date(self.start.year + month // 12, month % 12 + 1, 1)
            yearly = step == 0 or (day.month <= self.step * every and day.month - self.step * every < 1)
            named = step % every == 0 and (self.step == 1 or step % 4 == 0)
            heads.append(setting.say.month(day, year=yearly) if named else "")
        return heads


def make_calendar(plan: Plan, sessions: Sequence[Session]) -> Calendar:
    """Return the calendar of a plan: from its first month, or from that of its first session."""
    days = [session.planned.start for session in sessions]
    start = plan.limits.start if plan.limits.start is not None else min(days)
    return Calendar(start=min(start, *days).replace(day=1), sessions=sessions)


def plan_section(setting: Setting, *, brief: bool = False) -> ReportSection | None:
    """Return the plan on a calendar with its totals, and what it leaves out; None without a plan.

    Args:
        setting: What the report shares.
        brief: Whether it is the short form of the needs brief.
    """
    plan = setting.dossier.plan
    if plan is None or not plan.activities:
        return None
    say = setting.say
    sessions = sessions_of(plan, setting)
    blocks: list[Block] = [
        _figure(plan, sessions, brief, setting),
        *([] if brief else not_planned(plan, setting)),
    ]
    seats, cost = totals(sessions)
    lead = say(
        "plan.lead",
        count=len(sessions),
        seats=say("count.seats", count=seats),
        cost=_money(cost, setting),
        budget=_money({plan.limits.budget.currency: plan.limits.budget.amount}, setting),
    )
    title = say("plan.title.brief" if brief else "plan.title")
    return ReportSection(id="plan", order=600, title=title, lead="" if brief else lead, blocks=blocks)


def totals(sessions: Iterable[Session]) -> tuple[int, dict[str, Decimal]]:
    """Return seats and cost by currency: the sums of what the lines show, so that no total tells of more."""
    cost: dict[str, Decimal] = {}
    seats = 0
    for session in sessions:
        seats += session.seats
        money = session.planned.cost
        cost[money.currency] = cost.get(money.currency, Decimal(0)) + money.amount
    return seats, cost


def _money(amounts: dict[str, Decimal], setting: Setting) -> str:
    say = setting.say
    return say.joined([say("money", currency=c, amount=say.amount(a)) for c, a in sorted(amounts.items())]) or "–"


def _figure(plan: Plan, sessions: Sequence[Session], brief: bool, setting: Setting) -> Figure:
    say, most = setting.say, _BRIEF if brief else _LONG
    calendar = make_calendar(plan, sessions)
    currencies = sorted({s.planned.cost.currency for s in sessions})
    one = currencies[0] if len(currencies) == 1 else ""
    lines = _lines(sessions, most)
    shown, others = _foremost(lines, most) if brief else (lines, [])
    # How many of the unnamed ones wait is theirs to tell.
    waits = not brief and setting.disclosure.everything and any(s.planned.conditions for s in sessions)
    rows = [_row(line, calendar, one, setting, waits=waits) for line in shown]
    if others:
        rows.append(_row([s for line in others for s in line], calendar, one, setting, others=len(others)))
    return Figure(
        id="plan",
        kind=FigureKind.PLAN,
        columns=[
            Column(id="activity", title=say("col.activity")),
            Column(id="when", title=say("col.months"), ticks=calendar.ticks(setting)),
            Column(id="countries", title=say("col.countries"), number=True),
            Column(id="seats", title=say("col.seats"), number=True),
            *([Column(id="waiting", title=say("col.waiting"), number=True)] if waits else []),
            Column(id="cost", title=one or say("col.cost"), number=True),
        ],
        groups=[RowGroup(rows=rows)],
        caption=_caption(plan, sessions, setting, grouped=len(lines) < len(sessions), waits=waits),
        key=[KeyItem(mark="months", text=say("key.months"))],
        total=_total(sessions, one, setting, waits=waits),
    )


def _lines(sessions: Sequence[Session], most: int) -> list[list[Session]]:
    """Sessions by line: one each, or one line an activity where there are more than fit."""
    if len(sessions) <= most:
        return [[session] for session in sessions]
    lines: dict[str, list[Session]] = {}
    for session in sessions:
        lines.setdefault(session.planned.activity, []).append(session)
    return list(lines.values())


def _foremost(lines: Sequence[list[Session]], most: int) -> tuple[list[list[Session]], list[list[Session]]]:
    """The lines with most countries, in order of time, and the others, which then share one line."""
    if len(lines) <= most:
        return list(lines), []

    def reached(place: int) -> int:
        return len({code for session in lines[place] for code in session.countries})

    first = set(sorted(range(len(lines)), key=lambda place: -reached(place))[:most])
    return [line for n, line in enumerate(lines) if n in first], [
        line for n, line in enumerate(lines) if n not in first
    ]


def _row(
    line: Sequence[Session],
    calendar: Calendar,
    currency: str,
    setting: Setting,
    *,
    others: int = 0,
    waits: bool = False,
) -> Row:
    say, activity = setting.say, line[0].planned.activity
    countries = frozenset(code for session in line for code in session.countries)
    seats, cost = totals(line)
    amount = say.amount(cost[currency]) if currency else _money(cost, setting)
    stretch = calendar.stretch(line, setting)
    figures: list[Cell]
    if countries:
        figures = [Words(text=say.number(len(countries))), Words(text=say.number(seats))]
    else:
        planned = any(session.planned.seats for session in line)
        figures = [Words(text=say("withheld") if planned else "–", style=Style.QUIET)] * 2
    return Row(
        cells=[
            Words(text=say("plan.others", count=others), after=f"({say('count.sessions', count=len(line))})")
            if others
            else Words(before=activity, text=activity_title(activity, setting)),
            evolve(stretch, label="") if others else stretch,
            *figures,
            *([_waiting(line, setting)] if waits else []),
            Words(text=amount),
        ]
    )


def _waiting(line: Sequence[Session], setting: Setting) -> Words:
    """In how many countries a new finding must confirm something before a session starts there."""
    codes = {condition.rsplit(" ", 1)[-1] for session in line for condition in session.planned.conditions}
    return Words(text=setting.say.number(len(codes))) if codes else Words(text="–", style=Style.QUIET)


def _total(sessions: Sequence[Session], currency: str, setting: Setting, *, waits: bool) -> Row:
    say = setting.say
    seats, cost = totals(sessions)
    amount = say.amount(cost[currency]) if currency and currency in cost else _money(cost, setting)
    bold = Style.STRONG
    return Row(
        cells=[
            Words(text=say("total"), style=bold),
            Words(text=""),
            Words(text=""),
            Words(text=say.number(seats), style=bold),
            *([Words(text="")] if waits else []),
            Words(text=amount, style=bold),
        ]
    )


def _caption(plan: Plan, sessions: Sequence[Session], setting: Setting, *, grouped: bool, waits: bool) -> str:
    say = setting.say
    parts = [say("caption.plan.grouped" if grouped else "caption.plan")]
    catalogue = setting.dossier.catalogue
    used = {s.planned.activity for s in sessions}
    if catalogue is not None and any(a.invented for a in catalogue.activities if a.id in used):
        parts.append(say("caption.plan.invented"))
    if waits:
        parts.append(say("caption.plan.waiting"))
    if setting.disclosure.everything:
        parts.append(how_good(plan, say))
    if plan.left_out:
        parts.append(say("caption.plan.left_out", count=len(plan.left_out)))
    if setting.disclosure.hidden:
        parts.append(say("caption.plan.unnamed", count=setting.disclosure.minimum_n))
    return " ".join(parts)
