"""Writers of the workbooks.

They write reports, instruments, explained scores, plans and forms; each is imported by its first use.
"""

from capbuild.model import Assessment, AssessmentSet, Delivery, Framework, Plan, Questionnaire, Score, Survey
from capbuild.plugins import LazyFunction, NoOptions, Writer
from capbuild.reports import Explanation, NominationOptions
from capbuild_workbooks.instruments.options import InstrumentOptions
from capbuild_workbooks.options import ExplainOptions

_SUFFIXES = (".xlsx",)


def all_writers() -> list[Writer]:
    """Return the writers.

    Writers without a suffix must be requested by name, because the suffix belongs to another writer of the same
    subjects.
    """
    report = Writer(
        name="xlsx",
        title="Excel workbook",
        accepts=(AssessmentSet, Assessment),
        write=LazyFunction("capbuild_workbooks.reporting:write_report"),
        suffixes=_SUFFIXES,
        discloses=True,
        reports=True,
        aliases=("excel",),
    )
    return [
        report,
        # XLSForm has the suffix for questionnaires.
        _make_writer(
            "xlsx-form",
            "Survey or visit checklist to fill in (XLSX)",
            (Questionnaire, Framework),
            "instruments.writing:write_instrument",
            options=InstrumentOptions,
            loses=(),
        ),
        _make_writer(
            "responses-xlsx",
            "Responses as a workbook with codebook (XLSX)",
            (Survey,),
            "instruments.table_writing:write_responses",
            suffixes=_SUFFIXES,
            loses=("details of respondents", "texts as written"),
        ),
        _make_writer(
            "explain-xlsx",
            "A score explained, with live formulas (XLSX)",
            (Score, Explanation),
            "explaining:write_explanation",
            suffixes=_SUFFIXES,
            options=ExplainOptions,
        ),
        _make_writer(
            "explain-country-xlsx",
            "All scores of a country explained, a sheet each (XLSX)",
            (Assessment,),
            "explaining:write_explanation",
            options=ExplainOptions,
        ),
        _make_writer("plan-xlsx", "Plan to edit (XLSX)", (Plan,), "plan_workbook:write_plan", suffixes=_SUFFIXES),
        _make_writer(
            "framework-xlsx",
            "Framework to edit: the template workbook (XLSX)",
            (Framework,),
            "framework_book:write_framework",
        ),
        _make_writer(
            "review-xlsx",
            "Form on which a country reviews its assessment (XLSX)",
            (Assessment,),
            "reviewing:write_review",
            discloses=True,
        ),
        _make_writer(
            "nomination-xlsx",
            "Sheet on which a country nominates people (XLSX)",
            (Delivery,),
            "nominating:write_nomination",
            options=NominationOptions,
            discloses=True,
        ),
        _make_writer(
            "decisions-xlsx",
            "Sheet on which a team decides what countries proposed (XLSX)",
            (AssessmentSet,),
            "form_sheets:write_decisions",
            discloses=True,
        ),
        _make_writer(
            "actions-xlsx",
            "National action plans to fill in (XLSX)",
            (AssessmentSet, Assessment),
            "form_sheets:write_actions",
            discloses=True,
        ),
    ]


def _make_writer(
    name: str,
    title: str,
    accepts: tuple[type, ...],
    home: str,
    *,
    options: type = NoOptions,
    suffixes: tuple[str, ...] = (),
    discloses: bool = False,
    loses: tuple[str, ...] | None = None,
) -> Writer:
    """Return a writer.

    `home` is its module and function within this package.
    """
    write = LazyFunction(f"capbuild_workbooks.{home}")
    return Writer(
        name=name,
        title=title,
        accepts=accepts,
        write=write,
        options=options,
        suffixes=suffixes,
        discloses=discloses,
        loses=loses,
    )
