"""The writers of this plugin; what renders is heavy to import, and is imported when asked."""

from collections.abc import Iterator

from capbuild.model import Assessment, AssessmentSet, Framework, Plan, Questionnaire, Survey
from capbuild.plugins import NoOptions, RenderContext, Writer
from capbuild.reports import DECISION_COLUMNS, DecisionForm, make_decision_form
from capbuild_sheets.explaining import explanation_writers
from capbuild_sheets.framework_book import framework_writers
from capbuild_sheets.instruments.options import InstrumentOptions
from capbuild_sheets.nominating import nomination_writers
from capbuild_sheets.reviewing import review_writers
from capbuild_sheets.writing import Book, put

__all__ = ["all_writers"]

_WIDTHS = (3, 20, 11, 40, 24, 20, 36, 30, 20, 12, 14, 20, 14, 44)
_OURS = DECISION_COLUMNS.index("decision")


def _report(subject: AssessmentSet | Assessment, context: RenderContext, options: NoOptions) -> Iterator[bytes]:
    from capbuild_sheets.reporting import write_report

    return write_report(subject, context, options)


def _instrument(
    subject: Framework | Questionnaire, context: RenderContext, options: InstrumentOptions
) -> Iterator[bytes]:
    from capbuild_sheets.instruments.writing import write_instrument

    return write_instrument(subject, context, options)


def _responses(reading: Survey, context: RenderContext, options: NoOptions) -> Iterator[bytes]:
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
        aliases=("excel",),
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
        accepts=(Survey,),
        write=_responses,
        suffixes=(".xlsx",),
    )
    plan = Writer(name="plan-xlsx", title="Plan to edit (XLSX)", accepts=(Plan,), write=_plan, suffixes=(".xlsx",))
    forms = [*framework_writers(), *review_writers(), *nomination_writers(), *_decision_writers()]
    return [report, instrument, responses, *explanation_writers(), plan, *forms]


def _decision_book(form: DecisionForm) -> bytes:
    """Return the sheet as a workbook: what was proposed is locked, what is decided is not."""
    book = Book(form.title, notice=form.notice)
    page = book.page("Decisions", title=form.title, lead=form.lead)
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width, None, {"hidden": column == 0})
    page.form_heads(form.header, DECISION_COLUMNS, freeze=3)
    for cells in form.rows:
        for column, text in enumerate(cells):
            put(page.sheet, page.row, column, text, page.styles("input.wrap" if column >= _OURS else "wrap"))
        choices = {"validate": "list", "source": list(form.choices), "error_title": form.header[_OURS]}
        page.sheet.data_validation(page.row, _OURS, page.row, _OURS, choices)
        page.row += 1
    page.lock(["sort", "autofilter"])
    return book.bytes()


def _write(subject: AssessmentSet, context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    yield _decision_book(make_decision_form(subject, context))


def _decision_writers() -> list[Writer]:
    """Return the writer of the sheet; donors and the public are refused."""
    return [
        Writer(
            name="decisions-xlsx",
            title="Sheet on which a team decides what countries proposed (XLSX)",
            accepts=(AssessmentSet,),
            write=_write,
            discloses=True,
        )
    ]
