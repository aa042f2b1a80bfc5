"""A plan as an iCalendar file (RFC 5545)."""

import datetime
from collections.abc import Iterator

from attrs import frozen

from capbuild.model import Catalogue, Plan, PlannedActivity, Programme
from capbuild.plugins import NoOptions, RenderContext, Writer
from capbuild.reports.i18n import Translator, get_translator

__all__ = ["make_calendar_writer", "write_icalendar"]

#: Longest line, in octets of UTF-8, without its end.
_LINE = 75


def write_icalendar(plan: Plan, context: RenderContext, _options: NoOptions | None = None) -> Iterator[str]:
    """Yield a plan as an iCalendar stream, one event per session.

    The moment at which each event was made (`DTSTAMP`) is the first day of the plan, so that one plan always gives
    the same bytes. What is invented says so in every event.
    """
    say = get_translator(context.language)
    catalogue = context.dossier.catalogue
    programme = context.programme if isinstance(context.programme, Programme) else None
    start = plan.limits.start or min((one.start for one in plan.activities), default=datetime.date(1970, 1, 1))
    made = _Events(
        plan,
        catalogue,
        say,
        stamp=f"{start:%Y%m%d}T000000Z",
        owner=programme.id if programme is not None else "plan",
        invented=context.is_invented(plan),
    )
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//capbuild//plan//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escape(programme.title.get(say.language) if programme is not None else 'capbuild')}",
        *(line for one in plan.activities for line in made.event(one)),
        "END:VCALENDAR",
    ]
    yield "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


@frozen
class _Events:
    """Makes the event of a session."""

    plan: Plan
    catalogue: Catalogue | None
    say: Translator
    stamp: str
    owner: str
    invented: bool

    def event(self, one: PlannedActivity) -> Iterator[str]:
        activities = self.catalogue.activities if self.catalogue is not None else ()
        activity = next((known for known in activities if known.id == one.activity), None)
        title = one.activity if activity is None else f"{one.activity} {activity.title.get(self.say.language)}"
        after = one.end + datetime.timedelta(days=1)
        seats = ", ".join(f"{code} {count}" for code, count in one.seats.items())
        notice = [self.say("invented")] if self.invented else []
        yield "BEGIN:VEVENT"
        yield f"UID:{one.id}-{one.activity}@{self.owner}"
        yield f"DTSTAMP:{self.stamp}"
        yield f"DTSTART;VALUE=DATE:{one.start:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{after:%Y%m%d}"
        yield f"SUMMARY:{_escape(title)}"
        yield f"DESCRIPTION:{_escape(chr(10).join([*notice, seats, str(one.cost), *one.conditions]))}"
        if one.place:
            yield f"LOCATION:{_escape(one.place)}"
        if activity is not None:
            yield f"CATEGORIES:{_escape(activity.kind.value)}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"


def _escape(text: str) -> str:
    for old, new in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(old, new)
    return "".join(sign for sign in text if sign >= " " or sign == "\t")


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


def make_calendar_writer() -> Writer:
    """Return the writer `ics`."""
    return Writer(
        name="ics", title="Calendar of a plan (iCalendar)", accepts=(Plan,), write=write_icalendar, suffixes=(".ics",)
    )
