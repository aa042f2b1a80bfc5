"""Plugin that checks reports a second time.

It finds uniform responses and marks them for tables, and adds levels from one source and notes on reading reports.
"""

from collections.abc import Iterator
from statistics import median

from capbuild.model import Assessment, AssessmentSet, Issue, Question, QuestionType, Response, Survey
from capbuild.plugins import ChartKind, DerivedAnswers, LazyFunction, RegisteredMethod, hookimpl
from capbuild.reports import Paragraph, Report, ReportSection

CAPBUILD_API = 1

#: Fewer answers than this can be the same by chance.
_ENOUGH = 8


_UNIFORM = Question(id="second-look.uniform", text="Same answer to every question", type=QuestionType.BOOLEAN)


def _list_uniform(reading: Survey) -> Iterator[tuple[Response, list[object]]]:
    """Yield uniform responses and their answers.

    Such a response has the same answer to every question.
    """
    for response in reading.responses:
        values: list[object] = [one.value for one in response if not one.is_missing and one.question != _UNIFORM.id]
        if len(values) >= _ENOUGH and len(set(values)) == 1:
            yield response, values


@hookimpl
def enrich_reading(reading: Survey) -> list[DerivedAnswers]:
    """Mark uniform responses, so that tables can exclude them."""
    values = {response.id: True for response, _ in _list_uniform(reading)}
    return [DerivedAnswers(question=_UNIFORM, values=values)] if values else []


@hookimpl
def check_reading(reading: Survey) -> Iterator[Issue]:
    """Report responses with the same answer to every question."""
    for response, values in _list_uniform(reading):
        yield Issue(
            code="LOOK1",
            severity="warning",
            message=f"all {len(values)} answers are {values[0]!r}",
            origin=response.origin,
            remedy="ask who filled it in, and how",
        )


@hookimpl
def check_assessment(assessment: Assessment) -> Iterator[Issue]:
    """Report a country with only one source."""
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
    """Return a section on limits of levels, for outside readers."""
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


@hookimpl
def register_charts() -> list[ChartKind]:
    """Return the chart of sources."""
    draw = LazyFunction("capbuild_second_look.charts:draw_sources")
    return [ChartKind(name="sources", title="Sources", accepts=(AssessmentSet,), draw=draw)]
