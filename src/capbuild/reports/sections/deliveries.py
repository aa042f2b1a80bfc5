"""Planned and delivered activities of a reporting period, with participants."""

import datetime
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import ActivityKind, Delivery, Enrolment, Sex
from capbuild.reports.cells import DASH, Style, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.model import Paragraph, ReportSection
from capbuild.reports.sections.calendar import Session, find_activity, get_activity_title, list_sessions

#: Days between a planned session and a delivery of another id that can be it: half a year.
_NEAR_DAYS = 183


@frozen(kw_only=True)
class PeriodActivity:
    """Activity planned or delivered in the period.

    Attributes:
        session: As planned; None for sessions without a plan.
        delivery: As delivered; None if not delivered.
        present: Enrolments, under pseudonyms.
        countries: Codes of the countries that took part or are planned to.
        until: End of the period.
    """

    session: Session | None = None
    delivery: Delivery | None = None
    present: tuple[Enrolment, ...] = field(default=(), converter=to_tuple)
    countries: frozenset[str] = frozenset()
    until: datetime.date

    @property
    def activity(self) -> str:
        """Id of the activity."""
        if self.session is not None:
            return self.session.planned.activity
        return self.delivery.course if self.delivery is not None else ""

    @property
    def start(self) -> datetime.date:
        """Planned start, or the actual one without a plan."""
        if self.session is not None:
            return self.session.planned.start
        return self.delivery.start if self.delivery is not None else self.until

    @property
    def is_delivered(self) -> bool:
        """True if delivered by the end of the period."""
        return self.delivery is not None and not self.delivery.cancelled and self.delivery.start <= self.until

    @property
    def seats(self) -> int | None:
        """Planned seats; None without a plan."""
        return self.session.seats if self.session is not None else None

    @property
    def women(self) -> int:
        """Women among those present."""
        return sum(enrolment.sex is Sex.FEMALE for enrolment in self.present)


def list_activities(start: datetime.date, end: datetime.date, context: ReportContext) -> list[PeriodActivity]:
    """Return planned and delivered activities of a period, by date.

    A delivery belongs to the planned session of the same id, else to the nearest free session of the same activity
    within half a year. It counts in the period in which it took place, whatever the planned date.
    """
    dossier = context.dossier
    sessions = list_sessions(dossier.plan, context) if dossier.plan is not None else []
    pairs = _pair_deliveries(sessions, dossier.deliveries)
    activities = [_make_activity(session, delivery, end, context) for session, delivery in pairs]
    inside = [period_activity for period_activity in activities if start <= _find_start(period_activity) <= end]
    return sorted(inside, key=lambda period_activity: (period_activity.start, period_activity.activity))


def _make_activity(
    session: Session | None, delivery: Delivery | None, until: datetime.date, context: ReportContext
) -> PeriodActivity:
    delivered = delivery is not None and not delivery.cancelled and delivery.start <= until
    enrolments = context.dossier.enrolments if delivered else ()
    came = [
        enrolment
        for enrolment in enrolments
        if delivery and enrolment.delivery == delivery.id and enrolment.status.was_present
    ]
    planned = frozenset(session.planned.seats) if session is not None else frozenset()
    return PeriodActivity(
        session=session,
        delivery=delivery,
        present=came,
        countries=frozenset(enrolment.country.alpha_2 for enrolment in came) or planned,
        until=until,
    )


def _find_start(one: PeriodActivity) -> datetime.date:
    return one.delivery.start if one.delivery is not None and one.is_delivered else one.start


def _pair_deliveries(
    sessions: Sequence[Session], deliveries: Iterable[Delivery]
) -> list[tuple[Session | None, Delivery | None]]:
    ordered = sorted(deliveries, key=lambda one: (one.start, one.id))
    own = {session.planned.id for session in sessions} & {one.id for one in ordered}
    matched = {one.id: one for one in ordered if one.id in own}
    loose = {one.id: one for one in ordered if one.id not in own}
    near = [
        (abs((session.planned.start - one.start).days), one.start, one.id, session.planned.id)
        for session in sessions
        for one in loose.values()
        if session.planned.activity == one.course and session.planned.id not in own
    ]
    for days, _, delivery, planned in sorted(near):
        if days <= _NEAR_DAYS and delivery in loose and planned not in matched:
            matched[planned] = loose.pop(delivery)
    pairs = [(session, matched.get(session.planned.id)) for session in sessions]
    return [*pairs, *((None, one) for one in loose.values())]


def build_deliveries_section(every: Sequence[PeriodActivity], context: ReportContext) -> ReportSection | None:
    """Build the section on activities of the period."""
    if not every:
        return None
    t, until = context.t, every[0].until
    placed = any(_describe_place(period_activity) for period_activity in every)
    rows = [_make_activity_row(period_activity, placed=placed, context=context) for period_activity in every]
    figure = context.table("held", rows, caption=t("caption.held", count=context.disclosure.minimum_n))
    later = sum(not delivery.cancelled and delivery.start > until for delivery in context.dossier.deliveries)
    note = Paragraph(text=t("held.later", count=later, day=t.date(until)), note=True) if later else None
    return context.section("held", 200, figure, note)


def can_show_people(period_activity: PeriodActivity, context: ReportContext) -> bool:
    """True if enough people attended for a count."""
    return context.disclosure.everything or len(period_activity.present) >= context.disclosure.minimum_n


def can_show_women(period_activity: PeriodActivity, context: ReportContext) -> bool:
    """True if women can be counted separately.

    There must be enough women, and enough others, to reveal nobody.
    """
    if context.disclosure.everything:
        return True
    least = context.disclosure.minimum_n
    return period_activity.women >= least and len(period_activity.present) - period_activity.women >= least


def _make_activity_row(one: PeriodActivity, *, placed: bool, context: ReportContext) -> Values:
    t = context.t
    withheld = Words(text=t("withheld"), style=Style.QUIET)
    people, women = DASH, DASH
    activity = find_activity(one.activity, context)
    handed_over = activity is not None and activity.kind is ActivityKind.EQUIPMENT
    if one.is_delivered and not handed_over:
        seats = t("of", total=one.seats) if one.seats else ""
        shown = can_show_people(one, context)
        people = Words(text=t.number(len(one.present)), after=seats) if shown else withheld
        women = Words(text=t.number(one.women)) if can_show_women(one, context) else withheld
    joined = (one.is_delivered and not handed_over) or (one.session is not None and one.session.planned.seats)
    return {
        "col.activity": Words(text=get_activity_title(one.activity, context), after=one.activity, style=Style.STRONG),
        "col.when": t.month(one.start),
        "col.place": (_describe_place(one) or t("withheld")) if placed else None,
        "#col.countries": len(one.countries) or (withheld if joined else DASH),
        "#seats=col.seats_filled": people,
        "#col.women": women,
        "state=col.held": _describe_state(one, context),
    }


def _describe_place(period_activity: PeriodActivity) -> str:
    if period_activity.session is not None:
        return period_activity.session.place
    return period_activity.delivery.place if period_activity.delivery is not None else ""


def _describe_state(period_activity: PeriodActivity, context: ReportContext) -> Words:
    t = context.t
    if period_activity.is_delivered:
        return Words(text=t("held.held"))
    if period_activity.delivery is not None and period_activity.delivery.cancelled:
        return Words(text=t("held.cancelled"), style=Style.LACKING)
    if period_activity.delivery is not None:
        return Words(text=t("held.moved", month=t.month(period_activity.delivery.start)), style=Style.LACKING)
    if period_activity.session is not None and period_activity.session.planned.end <= period_activity.until:
        return Words(text=t("held.not_held"), style=Style.LACKING)
    return Words(text=t("held.planned"))
