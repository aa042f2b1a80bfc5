"""Letter to a country: results, requests, support and dates."""

import datetime
from collections.abc import Iterable, Iterator

from attrs import evolve

from capbuild.advice import Action, Advice, MessageKind
from capbuild.advice.costs import Bookings, make_bookings
from capbuild.model import Assessment, PlannedActivity
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import Style, Words
from capbuild.reports.context import ReportContext
from capbuild.reports.country_names import write_of_country
from capbuild.reports.kinds.action_plan import (
    build_sign_off,
    list_open,
    make_action_cells,
    make_plan_of_actions,
    make_status_cell,
)
from capbuild.reports.kinds.country_brief import build_strip_section, make_step_table
from capbuild.reports.model import (
    Block,
    Bullets,
    Column,
    Definitions,
    Figure,
    Paragraph,
    Report,
    ReportKind,
    ReportSection,
    Row,
    RowGroup,
)
from capbuild.reports.sections.calendar import get_activity_title

#: Steps, recorded actions, these and activities, and sentences on partners that fit two pages.
_STEPS, _ACTIONS, _ROWS, _NAMED, _PARTNERS = 5, 5, 8, 3, 3


def build_letter(assessment: Assessment, context: ReportContext) -> Report:
    """Return the letter to a country, of two pages."""
    say, country = context.say, assessment.country
    writer = _LetterWriter(assessment, context)
    sections = [section for section in writer.sections() if section is not None]
    page = context.report(assessment, ReportKind.LETTER, country.alpha_2, sections)
    thanks = say("letter.thanks.visit" if assessment.visited else "letter.thanks")
    return evolve(
        page,
        title=say("letter.to", of=write_of_country(country, say.language)),
        lead=f"{thanks} {say('letter.lead', round=say.text(assessment.round.title))}",
        numbered=False,
    )


class _LetterWriter:
    """Writer of the parts of one letter."""

    def __init__(self, assessment: Assessment, context: ReportContext) -> None:
        self.assessment, self.context, self.say = assessment, context, context.say
        own = context.disclosure.own_costs
        costs = own if own is not None else context.disclosure.costs
        self.advice: Advice = context.advise(assessment)
        self.writer: AdviceWriter = context.writer(assessment)
        self.bookings: Bookings = make_bookings(assessment, context.dossier, costs)
        self.recorded = self._list_recorded()
        still = list_open(self.recorded)
        self.actions = [action for action in self.recorded if action in still or action.check is not None][:_ACTIONS]

    def sections(self) -> Iterator[ReportSection | None]:
        """Yield the sections in order."""
        yield self._build_position()
        yield self._build_requests()
        yield self._build_actions()
        yield self._build_offer()
        yield self._build_days()
        yield self._build_partners()
        yield self._build_limits()
        yield self._build_close()

    def _sentences(self, *kinds: MessageKind) -> list[str]:
        return [text for message in self.advice.of(*kinds) if (text := self.writer.sentence(message))]

    def _bullets(self, texts: Iterable[str]) -> Bullets:
        return Bullets(points=[Paragraph(text=text) for text in texts])

    def _build_position(self) -> ReportSection:
        strip = build_strip_section(self.assessment, self.context)
        blocks: list[Block] = [*(strip.blocks if strip is not None else ())]
        steps = self.advice.actions
        if steps:
            shown = steps[:_STEPS]
            table = make_step_table(shown, len(steps) - len(shown), self.advice, self.writer, self.context)
            blocks.append(table)
        lead = " ".join(self._sentences(MessageKind.LEAD, MessageKind.UNSETTLED, MessageKind.CHANGE))
        return ReportSection(id="standing", order=100, title=self.say("letter.standing"), lead=lead, blocks=blocks)

    def _build_requests(self) -> ReportSection:
        asks = self._sentences(MessageKind.ASK)
        blocks = [self._bullets([*asks, self.say("letter.comments")])]
        return ReportSection(id="requests", order=200, title=self.say("letter.ask"), blocks=blocks)

    def _list_recorded(self) -> list[Action]:
        """Return the recorded actions by date, open ones first.

        Only the country and the team may see them.
        """
        if not self.context.disclosure.sources:
            return []
        recorded = [action for action in make_plan_of_actions(self.assessment, self.context) if action.recorded]
        still = list_open(recorded)
        return sorted(recorded, key=lambda one: (one not in still, one.due is None, one.due or datetime.date.max))

    def _build_actions(self) -> ReportSection | None:
        say, shown = self.say, self.actions
        left = len(self.recorded) - len(shown)
        if not shown:
            return None
        priced = any(action.cost is not None for action in shown)
        columns = [
            *self.context.columns("actions.col.action", "col.owner", "col.due"),
            *([Column(id="cost", title=say("col.cost"), number=True)] if priced else []),
            Column(id="status", title=say("col.status")),
        ]
        caption = [say("letter.actions.caption")] if priced and self.bookings.sessions else []
        figure = Figure(
            id="actions",
            columns=columns,
            groups=[RowGroup(rows=[self._make_action_row(action, priced=priced) for action in shown])],
            caption=" ".join([*caption, *([say("letter.actions.more", count=left)] if left else [])]),
        )
        title, lead = say("letter.actions"), say("letter.actions.lead")
        return ReportSection(id="actions", order=250, title=title, lead=lead, blocks=[figure])

    def _make_action_row(self, action: Action, *, priced: bool) -> Row:
        say = self.say
        agreed = say("actions.to_agree")
        due = say.date(action.due) or agreed
        cost = Words(text="–")
        if action.cost is not None:
            cost = Words(text=say.money(action.cost), after=f"({say.known(action.payer) or agreed})")
        return Row(
            cells=[
                *make_action_cells(action, self.writer, self.context, self.assessment),
                Words(text=f"{due} *" if action.proposed else due),
                *([cost] if priced else []),
                make_status_cell(action, self.context),
            ]
        )

    def _build_offer(self) -> ReportSection:
        say, sessions = self.say, self.bookings.sessions
        blocks: list[Block] = []
        # Seats of one country are between it and the team: with them, anybody could take them from a total.
        if sessions and self.context.disclosure.sources:
            blocks.append(self._make_sessions(sessions))
        lead, past = say("letter.get.none"), self.bookings.past
        if sessions:
            lead = say("letter.get.sessions" if blocks else "letter.get.plain")
        elif past:
            seats, last = self.bookings.count_seats(past), max(session.end for session in past)
            lead = say("letter.get.past", count=seats, date=say.date(last))
        lead = " ".join([lead, *self._sentences(MessageKind.IDLE_SEATS)])
        return ReportSection(id="offer", order=300, title=say("letter.get"), lead=lead, blocks=blocks)

    def _make_sessions(self, sessions: list[PlannedActivity]) -> Figure:
        """Make the table of activities with seats.

        Seats are those of the country, with its share of their cost.
        """
        say, lines = self.say, dict[str, list[PlannedActivity]]()
        for session in sessions:
            lines.setdefault(session.activity, []).append(session)
        priced = self.bookings.shares is not None
        most = _ROWS - len(self.actions)
        rows = [self._make_row(name, line) for name, line in list(lines.items())[:most]]
        total = [say("total"), "", "", say.number(self.bookings.seats), *self._list_cost(sessions)]
        currencies = sorted({session.cost.currency for session in sessions})
        columns = [
            *self.context.columns("col.activity", "col.when", "col.answers", "col.seats", numbers=("seats",)),
            *([Column(id="cost", title=", ".join([say("col.cost"), *currencies]), number=True)] if priced else []),
        ]
        left = list(lines)[most:]
        caption = [say("letter.get.caption")] if priced else []
        return Figure(
            id="sessions",
            columns=columns,
            groups=[RowGroup(rows=rows)],
            total=Row(cells=[Words(text=text, style=Style.STRONG) for text in total]),
            caption=" ".join([*caption, *([f"+ {self.context.list_activities(left, _NAMED)}."] if left else [])]),
        )

    def _make_row(self, activity: str, line: list[PlannedActivity]) -> Row:
        say = self.say
        steps = {name: message.capacity for message in self.advice.of(MessageKind.COST) for name in message.sessions}
        areas = list(dict.fromkeys(steps[session.id] for session in line if session.id in steps))
        texts = [
            say.months(min(session.start for session in line), max(session.end for session in line)),
            self.writer.areas(areas) if areas else "–",
            say.number(self.bookings.count_seats(line)),
            *self._list_cost(line),
        ]
        title = Words(text=get_activity_title(activity, self.context), after=activity, style=Style.STRONG)
        return Row(cells=[title, *(Words(text=text) for text in texts)])

    def _list_cost(self, line: list[PlannedActivity]) -> list[str]:
        """Return the cost of the country's seats.

        It is a dash if withheld, and empty without costs.
        """
        cost = self.bookings.sum_costs(line)
        if self.bookings.shares is None:
            return []
        return [self.say.amount(cost.amount) if cost is not None else "–"]

    def _build_days(self) -> ReportSection | None:
        """Build the section on important dates.

        Dates are in order; None if there are none.
        """
        say, sessions = self.say, self.bookings.sessions
        days = {one.date: say("letter.day.reply") for one in self.advice.of(MessageKind.ASK) if one.date is not None}
        if sessions:
            first, last = sessions[0], max(sessions, key=lambda session: session.end)
            days.setdefault(first.start, "")
            days[first.start] = say("letter.day.first", activity=get_activity_title(first.activity, self.context))
            days[last.end] = say("letter.day.last", activity=get_activity_title(last.activity, self.context))
        if not days:
            return None
        entries = [(say.date(day), text) for day, text in sorted(days.items())]
        return ReportSection(id="days", order=400, title=say("letter.when"), blocks=[Definitions(entries=entries)])

    def _build_partners(self) -> ReportSection | None:
        texts = self._sentences(MessageKind.HELP, MessageKind.OFFER)[:_PARTNERS]
        if not texts:
            return None
        title = self.say("letter.partners")
        return ReportSection(id="partners", order=500, title=title, blocks=[self._bullets(texts)])

    def _build_limits(self) -> ReportSection:
        texts = self._sentences(MessageKind.UNKNOWN)
        blocks: list[Block] = [self._bullets(texts)] if texts else []
        lead = self.say("letter.sure")
        return ReportSection(id="limits", order=600, title=self.say("sure.title"), lead=lead, blocks=blocks)

    def _build_close(self) -> ReportSection:
        signed = build_sign_off(self.assessment.country, self.context)
        close = Paragraph(text=self.say("letter.close"))
        return evolve(signed, lead=self.say("letter.consent"), blocks=[close, *signed.blocks])
