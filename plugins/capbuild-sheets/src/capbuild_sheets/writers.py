"""The writers of this plugin; what renders is heavy to import, and is imported when asked."""

from collections.abc import Iterator

from capbuild.model import Assessment, AssessmentSet, Framework, Plan, Questionnaire, Reading
from capbuild.plugins import NoOptions, RenderContext, Writer
from capbuild_sheets.deciding import decision_writers
from capbuild_sheets.explaining import explanation_writers
from capbuild_sheets.instruments.options import InstrumentOptions
from capbuild_sheets.nominating import nomination_writers
from capbuild_sheets.reviewing import review_writers

__all__ = ["all_writers"]


def _report(subject: AssessmentSet | Assessment, context: RenderContext, options: NoOptions) -> Iterator[bytes]:
    from capbuild_sheets.reporting import write_report

    return write_report(subject, context, options)


def _instrument(
    subject: Framework | Questionnaire, context: RenderContext, options: InstrumentOptions
) -> Iterator[bytes]:
    from capbuild_sheets.instruments.writing import write_instrument

    return write_instrument(subject, context, options)


def _responses(reading: Reading, context: RenderContext, options: NoOptions) -> Iterator[bytes]:
    from capbuild_sheets.instruments.table_writing import write_responses

    return write_responses(reading, context, options)


def _plan(plan: Plan, context: RenderContext, options: NoOptions) -> Iterator[bytes]:
    from capbuild_sheets.planbook import write_plan

    return write_plan(plan, context, options)


def all_writers() -> list[Writer]:
    """Return the writers of reports, instruments, scores explained, plans to edit and forms for countries."""
    report = Writer(
        name="xlsx",
        title="Excel workbook",
        accepts=(AssessmentSet, Assessment),
        write=_report,
        suffixes=(".xlsx",),
        discloses=True,
        reports=True,
    )
    # XLSForm has the suffix for questionnaires, so this one is asked for by its name.
    instrument = Writer(
        name="xlsx-form",
        title="Survey or visit checklist to fill in (XLSX)",
        accepts=(Questionnaire, Framework),
        write=_instrument,
        options=InstrumentOptions,
    )
    responses = Writer(
        name="responses-xlsx",
        title="Responses as a workbook with codebook (XLSX)",
        accepts=(Reading,),
        write=_responses,
        suffixes=(".xlsx",),
    )
    plan = Writer(name="plan-xlsx", title="Plan to edit (XLSX)", accepts=(Plan,), write=_plan, suffixes=(".xlsx",))
    forms = [*review_writers(), *nomination_writers(), *decision_writers()]
    return [report, instrument, responses, *explanation_writers(), plan, *forms]
