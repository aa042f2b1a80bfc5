"""Calendars in the iCalendar format, from plans.

Source: RFC 5545.
"""

import datetime
from collections.abc import Iterable, Iterator

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.countries import country_by_code
from capbuild.errors import CapbuildError
from capbuild.escaping import readable_text
from capbuild.model import Activity, OrganisationRole, Plan, PlannedActivity, Programme
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports.country_names import get_country_name
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.plan_text import describe_place

#: Longest line, in octets of UTF-8, without its end.
_LINE = 75


@frozen(kw_only=True)
class Event:
    """Event of a calendar, on whole days.

    Attributes:
        uid: Id within the programme.
        start: First day.
        end: Last day.
        summary: Title.
        notes: Lines of its description; empty ones are left out.
        place: Place; empty if not known.
        category: Its kind; empty for none.
        organiser: Name of the host; empty if not known. Calendars contain no addresses.
        sequence: Revision number: a calendar program replaces events with a lower one.
    """

    uid: str
    start: datetime.date
    end: datetime.date
    summary: str
    notes: tuple[str, ...] = field(default=(), converter=to_tuple)
    place: str = ""
    category: str = ""
    organiser: str = ""
    sequence: int = 0

    def lines(self, owner: str, stamp: str) -> Iterator[str]:
        """Yield its content lines, not yet folded."""
        after = self.end + datetime.timedelta(days=1)
        yield "BEGIN:VEVENT"
        yield f"UID:{_escape(f'{self.uid}@{owner}')}"
        yield f"DTSTAMP:{stamp}"
        yield f"SEQUENCE:{self.sequence}"
        yield f"DTSTART;VALUE=DATE:{self.start:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{after:%Y%m%d}"
        yield f"SUMMARY:{_escape(self.summary)}"
        yield f"DESCRIPTION:{_escape(chr(10).join(filter(None, self.notes)))}"
        if self.place:
            yield f"LOCATION:{_escape(self.place)}"
        if self.organiser:
            # A parameter in quotation marks has no quotation marks and no line ends; there is no way to escape them.
            name = " ".join(readable_text(self.organiser).replace('"', "'").split())
            yield f'ORGANIZER;CN="{name}":invalid:nomail'
        if self.category:
            yield f"CATEGORIES:{_escape(self.category)}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"


def format_calendar(events: Iterable[Event], *, title: str, owner: str, stamp: datetime.date) -> str:
    """Return events as an iCalendar stream.

    Args:
        events: The events.
        title: Name of the calendar.
        owner: Id of the programme, after the ids of the events.
        stamp: Date used as the time of creation (`DTSTAMP`), so that equal events give equal bytes.
    """
    moment = f"{stamp:%Y%m%d}T000000Z"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//capbuild//plan//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escape(title)}",
        *(line for event in events for line in event.lines(owner, moment)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def write_icalendar(plan: Plan, context: RenderContext, _options: NoOptions | None = None) -> Iterator[str]:
    """Write a plan as an iCalendar stream.

    Each session is an event, marked if the data is invented. The time of creation of an event (`DTSTAMP`) is the first
    day of the plan, so that the same plan always gives the same bytes. The plan of a later round is a later revision
    (`SEQUENCE`).
    """
    t = get_translator(context.language)
    programme = context.programme if isinstance(context.programme, Programme) else None
    start = plan.limits.start or min((session.start for session in plan.activities), default=datetime.date(1970, 1, 1))
    organiser, sequence = _find_organiser(programme, t), _count_revision(programme, context)
    activities = {
        activity.id: activity
        for activity in (context.dossier.catalogue.activities if context.dossier.catalogue else ())
    }
    notice = [t("invented")] if context.is_invented(plan) else []
    yield format_calendar(
        [
            evolve(
                _make_event(activity, activities.get(activity.activity), notice, t),
                organiser=organiser,
                sequence=sequence,
            )
            for activity in plan.activities
        ],
        title=programme.title.get(t.language) if programme is not None else "capbuild",
        owner=programme.id if programme is not None else "plan",
        stamp=start,
    )


def _find_organiser(programme: Programme | None, t: Translator) -> str:
    """Return the implementing organisations, empty if none is recorded."""
    organisations = programme.with_role(OrganisationRole.IMPLEMENTING) if programme is not None else ()
    return t.joined([organisation.name.get(t.language) for organisation in organisations])


def _count_revision(programme: Programme | None, context: RenderContext) -> int:
    """Count the rounds before that of the plan's needs.

    This is the revision number of the plan.
    """
    needs = context.dossier.needs
    if programme is None or needs is None or needs.as_of is None:
        return 0
    return sum(round_.reference_date < needs.as_of for round_ in programme.rounds)


def _name_country(code: str, t: Translator) -> str:
    try:
        return get_country_name(country_by_code(code), t.language)
    except CapbuildError:  # a country of the programme's own
        return code


def _make_event(session: PlannedActivity, activity: Activity | None, notice: list[str], t: Translator) -> Event:
    names = {_name_country(code, t): count for code, count in session.seats.items()}
    seats = ", ".join(f"{name} {names[name]}" for name in sorted(names, key=t.sorted_as))
    return Event(
        uid=f"{session.id}-{session.activity}",
        start=session.start,
        end=session.end,
        summary=session.activity if activity is None else f"{session.activity} {activity.title.get(t.language)}",
        notes=[*notice, seats, t.money(session.cost), *session.conditions],
        place=describe_place(session, activity, t),
        category="" if activity is None else activity.kind.value,
    )


def _escape(text: str) -> str:
    text = readable_text(text)
    for old, new in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(old, new)
    return text


def _fold(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets.

    Source: RFC 5545. No character is cut; each piece but the first begins with a space.
    """
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode("utf-8"))
        if size + width > _LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    yield piece
