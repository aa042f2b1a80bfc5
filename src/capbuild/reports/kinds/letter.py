"""Letter to a country: results, requests, support and dates."""

import datetime
from collections.abc import Iterator

from attrs import evolve

from capbuild.advice import Action, Advice, MessageKind
from capbuild.advice.costs import Bookings, make_bookings
from capbuild.model import Assessment, PlannedActivity
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.cells import DASH, Style, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.country_names import write_of_country
from capbuild.reports.kinds.action_plan import (
    build_sign_off,
    list_open,
    make_action_cells,
    make_plan_of_actions,
    make_status_cell,
)
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
)
from capbuild.reports.sections.advice import make_step_table, make_strips
from capbuild.reports.sections.calendar import get_activity_title

#: Steps, recorded actions, these and activities, and sentences on partners that fit two pages.
_STEPS, _ACTIONS, _ROWS, _NAMED, _PARTNERS = 5, 5, 8, 3, 3


def build_letter(assessment: Assessment, context: ReportContext) -> Report:
    """Return the letter to a country, of two pages."""
    t, country = context.t, assessment.country
    thanks = t("letter.thanks.visit" if assessment.visited else "letter.thanks")
    return context.report(
        assessment,
        ReportKind.LETTER,
        country.alpha_2,
        _LetterWriter(assessment, context).sections(),
        title=t("letter.to", of=write_of_country(country, t.language)),
        lead=f"{thanks} {t('letter.lead', round=t.text(assessment.round.title))}",
        numbered=False,
    )


class _LetterWriter:
    """Writer of the parts of one letter."""

    def __init__(self, assessment: Assessment, context: ReportContext) -> None:
        self.assessment, self.context, self.t = assessment, context, context.t
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

    def _section(self, name: str, order: int, key: str, *blocks: Block | None, lead: str = "") -> ReportSection:
        return self.context.section(name, order, *blocks, title=self.t(key), lead=lead)

    def _bullets(self, texts: list[str]) -> Bullets | None:
        return Bullets(points=[Paragraph(text=text) for text in texts]) if texts else None

    def _build_position(self) -> ReportSection:
        steps, table = self.advice.actions, None
        strips = make_strips(self.assessment, self.context, weighted=True)
        if steps:
            shown = steps[:_STEPS]
            table = make_step_table(shown, len(steps) - len(shown), self.advice, self.writer, self.context)
        lead = " ".join(self._sentences(MessageKind.LEAD, MessageKind.UNSETTLED, MessageKind.CHANGE))
        return self._section("standing", 100, "letter.standing", *strips, table, lead=lead)

    def _build_requests(self) -> ReportSection:
        asks = self._sentences(MessageKind.ASK)
        return self._section("requests", 200, "letter.ask", self._bullets([*asks, self.t("letter.comments")]))

    def _list_recorded(self) -> list[Action]:
        """Return recorded actions, open ones first, then by date.

        The result is empty for audiences other than the country and the team.
        """
        if not self.context.disclosure.sources:
            return []
        recorded = [action for action in make_plan_of_actions(self.assessment, self.context) if action.recorded]
        still = list_open(recorded)
        return sorted(recorded, key=lambda one: (one not in still, one.due is None, one.due or datetime.date.max))

    def _build_actions(self) -> ReportSection | None:
        t, shown = self.t, self.actions
        left = len(self.recorded) - len(shown)
        if not shown:
            return None
        priced = any(action.cost is not None for action in shown)
        caption = [t("letter.actions.caption")] if priced and self.bookings.sessions else []
        caption += [t("letter.actions.more", count=left)] if left else []
        figure = self.context.table("actions", map(self._make_action_row, shown), caption=" ".join(caption))
        return self._section("actions", 250, "letter.actions", figure, lead=t("letter.actions.lead"))

    def _make_action_row(self, one: Action) -> Values:
        t, agreed = self.t, self.t("actions.to_agree")
        due = t.date(one.due) or agreed
        priced = Words(text=t.money(one.cost), after=f"({t.known(one.payer) or agreed})") if one.cost else None
        action, owner = make_action_cells(one, self.writer, self.context, self.assessment)
        return {
            "actions.col.action": action,
            "col.owner": owner,
            "col.due": f"{due} *" if one.proposed else due,
            "#col.cost": priced,
            "col.status": make_status_cell(one, self.context),
        }

    def _build_offer(self) -> ReportSection:
        t, sessions = self.t, self.bookings.sessions
        # Seats of one country are between it and the team: with them, anybody could take them from a total.
        table = self._make_sessions(sessions) if sessions and self.context.disclosure.sources else None
        lead, past = t("letter.get.none"), self.bookings.past
        if sessions:
            lead = t("letter.get.plain" if table is None else "letter.get.sessions")
        elif past:
            seats, last = self.bookings.count_seats(past), max(session.end for session in past)
            lead = t("letter.get.past", count=seats, date=t.date(last))
        lead = " ".join([lead, *self._sentences(MessageKind.IDLE_SEATS)])
        return self._section("offer", 300, "letter.get", table, lead=lead)

    def _make_sessions(self, sessions: list[PlannedActivity]) -> Figure:
        """Make the table of activities with seats.

        It has the country's seats and its share of their cost.
        """
        t, lines = self.t, dict[str, list[PlannedActivity]]()
        for session in sessions:
            lines.setdefault(session.activity, []).append(session)
        currencies = sorted({session.cost.currency for session in sessions})
        cost = Column(id="cost", title=t.listed(t("col.cost"), *currencies), number=True)
        most = _ROWS - len(self.actions)
        rows = [
            {**self._make_row(name, line), cost: self._find_cost(line)} for name, line in list(lines.items())[:most]
        ]
        total: Values = {
            "col.activity": t("total"),
            "#col.seats": self.bookings.seats,
            cost: self._find_cost(sessions) or "",
        }
        left = list(lines)[most:]
        caption = [t("letter.get.caption")] if self.bookings.shares is not None else []
        caption += [f"+ {self.context.list_activities(left, _NAMED)}."] if left else []
        return self.context.table("sessions", rows, total=total, caption=" ".join(caption))

    def _make_row(self, activity: str, line: list[PlannedActivity]) -> Values:
        own = {session.id for session in line}
        costs = self.advice.of(MessageKind.COST)
        areas = list(dict.fromkeys(message.capacity for message in costs if own.intersection(message.sessions)))
        return {
            "col.activity": Words(text=get_activity_title(activity, self.context), after=activity, style=Style.STRONG),
            "col.when": self.t.months(min(session.start for session in line), max(session.end for session in line)),
            "col.answers": self.writer.areas(areas) if areas else DASH,
            "#col.seats": self.bookings.count_seats(line),
        }

    def _find_cost(self, line: list[PlannedActivity]) -> str | None:
        """Return the cost of the country's seats.

        The cost is a dash if it is withheld, and None if sessions have no cost.
        """
        if self.bookings.shares is None:
            return None
        cost = self.bookings.sum_costs(line)
        return self.t.amount(cost.amount) if cost is not None else "–"

    def _build_days(self) -> ReportSection | None:
        """Build the section on important dates, in order.

        The result is None if there are no dates.
        """
        t, sessions = self.t, self.bookings.sessions
        days = {
            message.date: t("letter.day.reply")
            for message in self.advice.of(MessageKind.ASK)
            if message.date is not None
        }
        if sessions:
            first, last = sessions[0], max(sessions, key=lambda session: session.end)
            days.setdefault(first.start, "")
            days[first.start] = t("letter.day.first", activity=get_activity_title(first.activity, self.context))
            days[last.end] = t("letter.day.last", activity=get_activity_title(last.activity, self.context))
        if not days:
            return None
        entries = [(t.date(day), text) for day, text in sorted(days.items())]
        return self._section("days", 400, "letter.when", Definitions(entries=entries))

    def _build_partners(self) -> ReportSection | None:
        texts = self._sentences(MessageKind.HELP, MessageKind.OFFER)[:_PARTNERS]
        return self._section("partners", 500, "letter.partners", self._bullets(texts)) if texts else None

    def _build_limits(self) -> ReportSection:
        known = self._bullets(self._sentences(MessageKind.UNKNOWN))
        return self._section("limits", 600, "sure.title", known, lead=self.t("letter.sure"))

    def _build_close(self) -> ReportSection:
        signed = build_sign_off(self.assessment.country, self.context)
        close = Paragraph(text=self.t("letter.close"))
        return evolve(signed, lead=self.t("letter.consent"), blocks=[close, *signed.blocks])
