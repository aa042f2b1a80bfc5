"""The writers of this plugin; what renders is heavy to import, and is imported when asked."""

from collections.abc import Iterator

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, RenderContext, Writer
from capbuild_sheets.explaining import explanation_writers

__all__ = ["all_writers"]


def _report(subject: AssessmentSet | Assessment, context: RenderContext, options: NoOptions) -> Iterator[bytes]:
    from capbuild_sheets.reporting import write_report

    return write_report(subject, context, options)


def all_writers() -> list[Writer]:
    """Return the writers of reports and of scores explained."""
    report = Writer(
        name="xlsx",
        title="Excel workbook",
        accepts=(AssessmentSet, Assessment),
        write=_report,
        suffixes=(".xlsx",),
        discloses=True,
    )
    return [report, *explanation_writers()]
