"""Activities of a reporting period: what was planned, what was held, who took part."""

import datetime
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from capbuild.model import Delivery, Enrolment, Sex
from capbuild.reports.calendar import Session, sessions_of
from capbuild.reports.cells import Cell, Style, Words, to_tuple
from capbuild.reports.context import Setting
from capbuild.reports.model import Block, Column, Figure, Paragraph, ReportSection, Row, RowGroup
from capbuild.reports.plan_exclusions import activity_title

__all__ = ["Held", "held_in", "held_section"]


@frozen(kw_only=True)
class Held:
    """An activity of the period: planned, held, or both.

    Attributes:
        session: As planned; None for what was held without a plan.
        delivery: As held; None for what was not.
        present: Who took part, under pseudonyms.
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
        """Day it was planned for; the day it was held where there was no plan."""
        if self.session is not None:
            return self.session.planned.start
        return self.delivery.start if self.delivery is not None else self.until

    @property
    def held(self) -> bool:
        """Whether it was held by the end of the period."""
        return self.delivery is not None and not self.delivery.cancelled and self.delivery.start <= self.until

    @property
    def seats(self) -> int | None:
        """Seats planned; None where there was no plan."""
        return self.session.seats if self.session is not None else None

    @property
    def women(self) -> int:
        """Women among those present."""
        return sum(one.sex is Sex.FEMALE for one in self.present)


def held_in(start: datetime.date, end: datetime.date, setting: Setting) -> list[Held]:
    """Return what was planned for or held in a period, in order of time.

    A delivery belongs to the planned session of its own id, else to the nearest free one of the same activity.
    """
    dossier = setting.dossier
    sessions = sessions_of(dossier.plan, setting) if dossier.plan is not None else []
    pairs = _paired(sessions, dossier.deliveries)
    every = [_held(session, delivery, end, setting) for session, delivery in pairs]
    inside = [one for one in every if start <= one.start <= end or (one.held and _held_on(one) >= start)]
    return sorted(inside, key=lambda one: (one.start, one.activity))


def _held(session: Session | None, delivery: Delivery | None, until: datetime.date, setting: Setting) -> Held:
    held = delivery is not None and not delivery.cancelled and delivery.start <= until
    every = setting.dossier.enrolments if held else ()
    came = [one for one in every if delivery and one.delivery == delivery.id and one.status.present]
    planned = frozenset(session.planned.seats) if session is not None else frozenset()
    return Held(
        session=session,
        delivery=delivery,
        present=came,
        countries=frozenset(one.country for one in came) or planned,
        until=until,
    )


def _held_on(one: Held) -> datetime.date:
    return one.delivery.start if one.delivery is not None else datetime.date.min


def _paired(
    sessions: Sequence[Session], deliveries: Iterable[Delivery]
) -> list[tuple[Session | None, Delivery | None]]:
    free = {session.planned.id: session for session in sessions}
    found: dict[str, Delivery] = {}
    loose: list[Delivery] = []
    later = sorted(deliveries, key=lambda one: (one.start, one.id))
    for delivery in later:
        if delivery.id in free:
            found[delivery.id] = delivery
            del free[delivery.id]
    for delivery in later:
        if delivery.id in found:
            continue
        near = [s for s in free.values() if s.planned.activity == delivery.course]
        if near:
            best = min(near, key=lambda s: (abs((s.planned.start - delivery.start).days), s.planned.id))
            found[best.planned.id] = delivery
            del free[best.planned.id]
        else:
            loose.append(delivery)
    planned = [(session, found.get(session.planned.id)) for session in sessions]
    return [*planned, *((None, delivery) for delivery in loose)]


def held_section(every: Sequence[Held], setting: Setting) -> ReportSection | None:
    """Return the activities of the period; None where there were none."""
    if not every:
        return None
    say = setting.say
    placed = any(_place(one, setting) for one in every)
    figure = Figure(
        id="held",
        columns=[
            Column(id="activity", title=say("col.activity")),
            Column(id="when", title=say("col.when")),
            *([Column(id="place", title=say("col.place"))] if placed else []),
            Column(id="countries", title=say("col.countries"), number=True),
            Column(id="seats", title=say("col.seats_filled"), number=True),
            Column(id="women", title=say("col.women"), number=True),
            Column(id="state", title=say("col.held")),
        ],
        groups=[RowGroup(rows=[_row(one, placed, setting) for one in every])],
        caption=say("caption.held", count=setting.disclosure.minimum_n),
    )
    blocks: list[Block] = [figure]
    until = every[0].until
    later = sum(not one.cancelled and one.start > until for one in setting.dossier.deliveries)
    if later:
        blocks.append(Paragraph(text=say("held.later", count=later, day=say.date(until)), note=True))
    return ReportSection(id="held", order=200, title=say("held.title"), blocks=blocks)


def shows_people(one: Held, setting: Setting) -> bool:
    """Whether people are counted: too few would be recognised."""
    return setting.disclosure.everything or len(one.present) >= setting.disclosure.minimum_n


def shows_women(one: Held, setting: Setting) -> bool:
    """Whether women are counted apart: neither they nor the others may be too few, and none or all tells of each."""
    if setting.disclosure.everything:
        return True
    least = setting.disclosure.minimum_n
    return one.women >= least and len(one.present) - one.women >= least


def _row(one: Held, placed: bool, setting: Setting) -> Row:
    say = setting.say
    withheld = Words(text=say("withheld"), style=Style.QUIET)
    dash = Words(text="–", style=Style.QUIET)
    people, women = dash, dash
    if one.held:
        seats = say("of", total=one.seats) if one.seats else ""
        shown = shows_people(one, setting)
        people = Words(text=say.number(len(one.present)), after=seats) if shown else withheld
        women = Words(text=say.number(one.women)) if shows_women(one, setting) else withheld
    joined = one.held or (one.session is not None and one.session.planned.seats)
    absent = withheld if joined else dash
    countries: Cell = Words(text=say.number(len(one.countries))) if one.countries else absent
    return Row(
        cells=[
            Words(text=activity_title(one.activity, setting), after=one.activity, style=Style.STRONG),
            Words(text=say.month(one.start)),
            *([Words(text=_place(one, setting) or say("withheld"))] if placed else []),
            countries,
            people,
            women,
            _state(one, setting),
        ]
    )


def _place(one: Held, setting: Setting) -> str:
    if one.session is not None:
        return one.session.place
    return one.delivery.place if one.delivery is not None else ""


def _state(one: Held, setting: Setting) -> Words:
    say = setting.say
    if one.held:
        return Words(text=say("held.held"))
    if one.delivery is not None and one.delivery.cancelled:
        return Words(text=say("held.cancelled"), style=Style.LACKING)
    if one.delivery is not None:
        return Words(text=say("held.moved", month=say.month(one.delivery.start)), style=Style.LACKING)
    if one.session is not None and one.session.planned.end <= one.until:
        return Words(text=say("held.not_held"), style=Style.LACKING)
    return Words(text=say("held.planned"))
