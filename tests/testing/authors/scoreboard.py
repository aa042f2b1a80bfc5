"""Write scores as a table of text."""

import csv
import io

from capbuild.model import AssessmentSet
from capbuild.plugins import Writer, hookimpl
from capbuild.reports import escape_formula

CAPBUILD_API = 1
HEADER = ["country", "capacity", "title", "result", "answered", "note"]


def line(cells):
    """Return one line of the table."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([escape_formula(cell) for cell in cells])
    return out.getvalue()


def result_of(score):
    """Return the result in words."""
    if score.undefined is not None or (score.level is None and score.plausible is None and score.value is None):
        return "no result"
    if score.level is not None:
        checked = "" if score.verified else " (reported)"
        return f"{score.scale.level(score.level).label.source}{checked}"
    if score.value is not None:
        return f"{score.value:g}"
    return f"not verified, {score.plausible}"


def write(subject, context, options):
    """Yield the lines."""
    yield line(HEADER)
    for assessment in subject.assessments:
        note = "invented" if assessment.invented else ""
        for score in assessment:
            yield line(
                [
                    assessment.country.name,
                    score.capacity.id,
                    score.capacity.title.source,
                    result_of(score),
                    f"{score.coverage.answered} of {score.coverage.applicable}",
                    note,
                ]
            )
    if subject.invented:
        yield line(["every answer is invented", "", "", "", "", ""])


@hookimpl
def register_writers():
    """Return the writer."""
    return [Writer(name="scoreboard", title="Scoreboard", accepts=(AssessmentSet,), write=write, suffixes=(".csv",))]
