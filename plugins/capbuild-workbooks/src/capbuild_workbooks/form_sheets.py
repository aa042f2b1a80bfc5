"""Form workbooks for decisions and action plans."""

from collections.abc import Iterator

from attrs import frozen

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports import ACTION_FORM_COLUMNS, DECISION_COLUMNS, DecisionForm, make_action_form, make_decision_form
from capbuild_workbooks.writing import Book


@frozen(kw_only=True)
class _FormSheet:
    """Workbook layout of a form with one row per item.

    Attributes:
        name: Name of the sheet.
        columns: Column ids.
        widths: Column widths.
        inputs: Columns that users fill in.
        choice: Column with a drop-down list.
        hidden: Hidden columns.
        locked: Whether all other cells are locked.
    """

    name: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    inputs: frozenset[str]
    choice: str
    hidden: frozenset[str]
    locked: bool = True

    def book(self, form: DecisionForm) -> bytes:
        """Return a form as a workbook."""
        book = Book(form.title, notice=form.notice)
        page = book.page(self.name, title=form.title, lead=form.lead)
        for column, (name, width) in enumerate(zip(self.columns, self.widths, strict=True)):
            page.sheet.set_column(column, column, width, None, {"hidden": name in self.hidden})
        page.write_form_headers(form.header, self.columns, freeze=3)
        styles = ["input.wrap" if name in self.inputs else "wrap" for name in self.columns]
        place = self.columns.index(self.choice)
        for cells in form.rows:
            page.write(cells, styles)
            page.add_list(place, form.choices, error_title=form.header[place])
        if self.locked:
            page.lock(["sort", "autofilter"])
        return book.bytes()


_DECISIONS = _FormSheet(
    name="Decisions",
    columns=DECISION_COLUMNS,
    widths=(3, 20, 11, 40, 24, 20, 36, 30, 20, 12, 14, 20, 14, 44),
    inputs=frozenset(DECISION_COLUMNS[DECISION_COLUMNS.index("decision") :]),
    choice="decision",
    hidden=frozenset({"id"}),
)
# Users may add rows: countries also plan actions without a known gap.
_ACTIONS = _FormSheet(
    name="Actions",
    columns=ACTION_FORM_COLUMNS,
    widths=(8, 18, 11, 48, 22, 12, 12, 9, 16, 14, 12, 12, 30, 12, 12, 9, 12, 26, 3),
    inputs=frozenset({"owner", "due", "cost", "currency", "payer", "status", "closed", "note"}),
    choice="status",
    hidden=frozenset({"digest"}),
    locked=False,
)


def write_decisions(subject: AssessmentSet, context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    """Yield the sheet of a round's proposals.

    Audiences of donors and the public are refused.
    """
    yield _DECISIONS.book(make_decision_form(subject, context))


def write_actions(subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    """Yield the actions of one or all countries.

    Audiences of donors and the public are refused.
    """
    yield _ACTIONS.book(make_action_form(subject, context))
