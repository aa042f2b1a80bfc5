"""Looking into a report: its figures, sections and rows by name; shared by the tests of reports."""

from collections.abc import Callable

from attrs import evolve

from capbuild.model import AssessmentSet
from capbuild.plugins import RenderContext
from capbuild.reports import Figure, Report, ReportSection, Row, build

__all__ = ["Context", "figure", "profile", "section", "words"]

Context = Callable[..., RenderContext]


def profile(subject: AssessmentSet, context: RenderContext, code: str) -> Report:
    """Return the profile of a country of a round."""
    return build(subject, evolve(context, kind="profile", country=code))


def figure(report: Report, name: str) -> Figure:
    """Return the figure of an id."""
    return next(figure for figure in report.figures if figure.id == name)


def section(report: Report, name: str) -> ReportSection:
    """Return the section of an id."""
    return next(section for section in report.sections if section.id == name)


def words(row: Row) -> list[str]:
    """Return what each cell of a row says in words."""
    return [cell.words for cell in row.cells]
