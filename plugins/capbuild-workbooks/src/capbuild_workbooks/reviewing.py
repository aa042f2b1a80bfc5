"""Review form of an assessment as a workbook."""

from collections.abc import Iterator

from capbuild.model import Assessment
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports import REVIEW_COLUMNS, ReviewForm, ReviewRow, make_review_form
from capbuild_workbooks.writing import Book, Page

_WIDTHS = (11, 52, 24, 58, 26, 40, 40)
_OURS = 4


def _facts(page: Page, form: ReviewForm) -> None:
    page.write_facts(form.facts, ("code", "cell", "cell"))
    for name, label in form.questions:
        page.write((name, label, ""), ("code", "strong", "input"))
        if name == "agree":
            page.add_list(2, form.agreeing, error_type="information")
    page.row += 1


def _row(page: Page, row: ReviewRow) -> None:
    styles = ("code", "indicator" if row.capacity else "wrap", "indicator" if row.capacity else "strong", "quiet")
    theirs = len(REVIEW_COLUMNS) - _OURS
    cells = (row.target, row.statement, row.computed, row.basis, *[""] * theirs)
    page.write(cells, (*styles, *["input.wrap"] * theirs))
    if row.choices:
        # Other answers are allowed: a country may write more than a level.
        page.add_list(_OURS, row.choices, error_type="information")


def review_book(form: ReviewForm) -> bytes:
    """Return the review form as a workbook.

    All cells are locked except those that the country fills in.
    """
    book = Book(form.title, notice=form.notice, label=form.label)
    page = book.page("Review", title=form.title)
    page.set_widths(_WIDTHS)
    for line in form.lead:
        page.block(line, len(REVIEW_COLUMNS) - 1)
    page.row += 1
    _facts(page, form)
    page.write_form_headers(form.header, REVIEW_COLUMNS, freeze=2)
    for row in form.rows:
        _row(page, row)
    page.lock(["autofilter"])
    return book.bytes()


def write_review(subject: Assessment, context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    """Yield the form on which a country reviews its assessment."""
    yield review_book(make_review_form(subject, context))
