"""The sheet on which a team decides what countries proposed, as a workbook: a decision is chosen from a list."""

from collections.abc import Iterator

from capbuild.model import AssessmentSet
from capbuild.plugins import NoOptions, RenderContext, Writer
from capbuild.reports import DECISION_COLUMNS, DecisionForm, decision_form
from capbuild_sheets.writing import Book, put

__all__ = ["decision_book", "decision_writers"]

_WIDTHS = (3, 20, 11, 40, 24, 20, 36, 30, 20, 12, 14, 20, 14, 44)
_OURS = DECISION_COLUMNS.index("decision")


def decision_book(form: DecisionForm) -> bytes:
    """Return the sheet as a workbook: what was proposed is locked, what is decided is not."""
    book = Book(form.title, notice=form.notice)
    page = book.page("Decisions", title=form.title, lead=form.lead)
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width, None, {"hidden": column == 0})
    page.form_heads(form.heads, DECISION_COLUMNS, freeze=3)
    for cells in form.rows:
        for column, text in enumerate(cells):
            put(page.sheet, page.row, column, text, page.styles("input.wrap" if column >= _OURS else "wrap"))
        choices = {"validate": "list", "source": list(form.choices), "error_title": form.heads[_OURS]}
        page.sheet.data_validation(page.row, _OURS, page.row, _OURS, choices)
        page.row += 1
    page.lock(["sort", "autofilter"])
    return book.bytes()


def _write(subject: AssessmentSet, context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    yield decision_book(decision_form(subject, context))


def decision_writers() -> list[Writer]:
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
