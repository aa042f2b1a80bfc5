"""The display of a round: how many levels stand where, by dimension; countries are neither averaged nor ranked."""

from collections import Counter
from collections.abc import Sequence

from capbuild.display import counted
from capbuild.model import AssessmentSet, Score
from capbuild.notebook.pages import SAY, Column, Grid, Page, Shown, is_invented, number
from capbuild.notebook.scoring import verified
from capbuild.reports.cells import Heat, Style, Words
from capbuild.reports.marks import Marks
from capbuild.reports.nodes import families

__all__ = ["page"]

#: Rows that are shown.
_ROWS = 8


def page(subject: AssessmentSet) -> Page:
    """Return what a notebook shows of the assessments of a round."""
    scores = [score for assessment in subject for score in assessment.indicators]
    visited = sum(assessment.visited for assessment in subject)
    return Page(
        title=f"{SAY.text(subject.round.title)}: {counted(len(subject), 'country', 'countries')} assessed",
        facts=[
            Words(text=subject.framework.key),
            Words(text=f"{visited} visited"),
            Words(text=f"{len(subject.unanswered)} not answered yet"),
            *([Words(text=f"{len(subject.unusable)} received, not usable")] if subject.unusable else []),
            Words(text=verified(scores, counted(len(scores), "figure"))),
