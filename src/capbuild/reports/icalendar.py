"""Calendars in the iCalendar format (RFC 5545), and a plan as one."""

import datetime
from collections.abc import Iterable, Iterator

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.escaping import readable_text
from capbuild.model import Activity, Plan, PlannedActivity, Programme
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports.i18n import Translator, get_translator

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
        place: Where; empty where that is not known.
        category: Its kind; empty for none.
    """

    uid: str
    start: datetime.date
    end: datetime.date
    summary: str
    notes: tuple[str, ...] = field(default=(), converter=to_tuple)
    place: str = ""
    category: str = ""

    def lines(self, owner: str, stamp: str) -> Iterator[str]:
        """Yield its content lines, not yet folded."""
        after = self.end + datetime.timedelta(days=1)
        yield "BEGIN:VEVENT"
        yield f"UID:{_escape(f'{self.uid}@{owner}')}"
        yield f"DTSTAMP:{stamp}"
        yield f"DTSTART;VALUE=DATE:{self.start:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{after:%Y%m%d}"
        yield f"SUMMARY:{_escape(self.summary)}"
        yield f"DESCRIPTION:{_escape(chr(10).join(filter(None, self.notes)))}"
        if self.place:
            yield f"LOCATION:{_escape(self.place)}"
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
        stamp: Day that stands for the moment of making (`DTSTAMP`), so that equal events give equal bytes.
    """
    moment = f"{stamp:%Y%m%d}T000000Z"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//capbuild//plan//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escape(title)}",
        *(line for one in events for line in one.lines(owner, moment)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def write_icalendar(plan: Plan, context: RenderContext, _options: NoOptions | None = None) -> Iterator[str]:
    """Yield a plan as an iCalendar stream, one event per session.

    The moment at which each event was made (`DTSTAMP`) is the first day of the plan, so that one plan always gives
    the same bytes. What is invented says so in every event.
    """
    say = get_translator(context.language)
    programme = context.programme if isinstance(context.programme, Programme) else None
    start = plan.limits.start or min((one.start for one in plan.activities), default=datetime.date(1970, 1, 1))
    known = {one.id: one for one in (context.dossier.catalogue.activities if context.dossier.catalogue else ())}
    notice = [say("invented")] if context.is_invented(plan) else []
    yield format_calendar(
        [_make_event(one, known.get(one.activity), notice, say) for one in plan.activities],
        title=programme.title.get(say.language) if programme is not None else "capbuild",
        owner=programme.id if programme is not None else "plan",
        stamp=start,
    )


def _make_event(one: PlannedActivity, activity: Activity | None, notice: list[str], say: Translator) -> Event:
    seats = ", ".join(f"{code} {count}" for code, count in one.seats.items())
    return Event(
        uid=f"{one.id}-{one.activity}",
        start=one.start,
        end=one.end,
        summary=one.activity if activity is None else f"{one.activity} {activity.title.get(say.language)}",
        notes=[*notice, seats, str(one.cost), *one.conditions],
        place=one.place,
        category="" if activity is None else activity.kind.value,
    )


def _escape(text: str) -> str:
    text = readable_text(text)
    for old, new in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(old, new)
    return text


def _fold(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets (RFC 5545).

    No character is cut; each piece but the first begins with a space.
    """
    piece, size = "", 0
    for sign in line:
        width = len(sign.encode("utf-8"))
        if size + width > _LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    yield piece
