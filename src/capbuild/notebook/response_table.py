"""The display of a table of responses: what its columns mean. Nothing is read from a frame that is lazy."""

from capbuild.display import counted
from capbuild.notebook.pages import SAY, Page, shortened
from capbuild.notebook.questionnaire import questions_grid
from capbuild.reports.cells import Words
from capbuild.tables import ResponseTable

__all__ = ["page"]


def page(table: ResponseTable) -> Page:
    """Return what a notebook shows of a table of responses."""
    form = table.questionnaire
    return Page(
        title=f"{_rows(table)}, {counted(len(form.questions), 'question')}",
        facts=[
            Words(text=shortened(SAY.text(form.title)) or form.id),
            Words(text=counted(len(table.issues), "issue")),
        ],
        blocks=questions_grid(form, "`.questionnaire`"),
        foot=["`[0]` is one response", "`.codebook` explains every column"],
    )


def _rows(table: ResponseTable) -> str:
    """How many responses there are; to count those of a lazy frame would read them."""
    import narwhals as nw

    frame = nw.from_native(table.frame)
    return "Responses not yet read" if isinstance(frame, nw.LazyFrame) else counted(len(frame), "response")
