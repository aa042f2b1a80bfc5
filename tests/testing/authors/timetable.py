"""Write plans and catalogues of activities as a page."""

from html import escape

from capbuild.model import Catalogue, Plan
from capbuild.plugins import OutputFile, Writer, hookimpl

CAPBUILD_API = 1


def row(*cells):
    """Return a row of a table."""
    return "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>\n"


def planned(plan):
    """Yield the rows of a plan."""
    for one in plan.activities:
        seats = sum(one.seats.values())
        yield row(one.id, one.activity, one.start, one.end, one.place, seats, one.cost)
    yield row("limit", "", "", "", "", "", plan.limits.budget if plan.limits else "")


def offered(catalogue):
    """Yield the rows of a catalogue."""
    for one in catalogue.activities:
        yield row(one.id, one.kind.value, one.title.source, one.seats or "", one.cost)


def write(subject, context, options):
    """Yield the page and its rows as text."""
    rows = list(planned(subject) if isinstance(subject, Plan) else offered(subject))
    notice = "<p>All of this is invented.</p>\n" if context.is_invented(subject) else ""
    head = "" if isinstance(subject, Plan) else f"<h1>{escape(subject.title.source)}</h1>\n"
    yield OutputFile("page.html", ["<!DOCTYPE html>\n", head, notice, "<table>\n", *rows, "</table>\n"])
    yield OutputFile("rows/count.txt", [f"{len(rows)}\n"])


@hookimpl
def register_writers():
    """Return the writer."""
    return [
        Writer(name="timetable", title="Timetable", accepts=(Plan, Catalogue), write=write, suffixes=(".html",)),
    ]
