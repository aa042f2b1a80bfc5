"""Display of a response table; does not read lazy frames."""

from capbuild.display import counted
from capbuild.notebook.pages import SAY, Page, shorten
from capbuild.notebook.questionnaire import questions_grid
from capbuild.reports.cells import Words
from capbuild.tables import ResponseTable


def page(table: ResponseTable) -> Page:
    """Return the display of a response table."""
    form = table.questionnaire
    return Page(
        title=f"{_count_rows(table)}, {counted(len(form.questions), 'question')}",
        facts=[
            Words(text=shorten(SAY.text(form.title)) or form.id),
            Words(text=counted(len(table.issues), "issue")),
        ],
        blocks=questions_grid(form, "`.questionnaire`"),
        foot=["`[0]` is one response", "`.codebook` explains every column"],
    )


def _count_rows(table: ResponseTable) -> str:
    """Number of responses; unknown for a lazy frame."""
    import narwhals as nw

    frame = nw.from_native(table.frame)
    return "Responses not yet read" if isinstance(frame, nw.LazyFrame) else counted(len(frame), "response")
