"""Second look: uniform responses, levels from one source, notes on reading reports."""

from collections.abc import Iterator
from statistics import median

from capbuild.model import Assessment, Issue, Survey
from capbuild.plugins import RegisteredMethod, hookimpl
from capbuild.reports import Paragraph, Report, ReportSection

CAPBUILD_API = 1

#: Fewer answers than this can be the same by chance.
_ENOUGH = 8


@hookimpl
def check_reading(reading: Survey) -> Iterator[Issue]:
    """Question a response with the same answer to every question."""
    for response in reading.responses:
        said = [answer.value for answer in response if not answer.is_missing]
        if len(said) >= _ENOUGH and len(set(said)) == 1:
            yield Issue(
                code="LOOK1",
                severity="warning",
                message=f"all {len(said)} answers are {said[0]!r}",
                origin=response.origin,
                remedy="ask who filled it in, and how",
            )


@hookimpl
def check_assessment(assessment: Assessment) -> Iterator[Issue]:
    """Question a country with only one source."""
    spoken = {finding.source for finding in assessment.findings}
    if len(spoken) == 1:
        yield Issue(
            code="LOOK2",
            severity="note",
            message=f"{assessment.country}: everything rests on {spoken.pop()}",
            remedy="plan a visit, or ask a second service",
        )


@hookimpl
def report_sections(report: Report, audience: str) -> list[ReportSection]:
    """Return a section on the limits of levels, for readers outside the team."""
    if audience == "team":
        return []
    words = "A level says what was shown to exist. It does not say how good people are at their work."
    return [ReportSection(id="second-look", order=950, title="How to take this", blocks=[Paragraph(text=words)])]


def _median(values: tuple[float, ...], weights: tuple[float, ...]) -> float:
    return median(values)


@hookimpl
def register_methods() -> list[RegisteredMethod]:
    """Return the median, which one odd value does not move."""
    return [RegisteredMethod(name="second-look-median", title="Median", function=_median)]
