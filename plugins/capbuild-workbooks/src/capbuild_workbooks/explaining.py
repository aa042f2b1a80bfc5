"""Workbook that explains a score with live formulas.

Users can change an answer and see the recalculated score.
"""

from collections.abc import Iterable, Sequence

from capbuild.model import Assessment, CriterionState, Score
from capbuild.plugins import RenderContext
from capbuild.reports import Explanation, explain
from capbuild.scoring import Cell, Formula
from capbuild_workbooks.options import ExplainOptions
from capbuild_workbooks.writing import Book, Page

#: Columns of the widest rows: number, id, statement, state, four figures, findings.
_WIDTHS = (24, 13, 56, 15, 9, 11, 9, 9, 80)
_STATE, _STATE_HEAD = 3, "State"
_STATES = [state.value for state in CriterionState if state is not CriterionState.VALUED]
_RESULTS = ("Value", "Level", "Lowest level", "Highest level")


def _is_head(row: Sequence[Cell]) -> bool:
    """True for a row of four or more filled texts."""
    return len(row) >= 4 and all(isinstance(cell, str) and cell for cell in row)


def _style(cell: Cell, place: int, row: Sequence[Cell], *, head: bool) -> str:
    if head:
        return "head" if place < _STATE or place == len(_WIDTHS) - 1 or cell == _STATE_HEAD else "head.number"
    if place == _STATE and cell in _STATES:
        return "input"
    if row[0] in _RESULTS:
        return "strong"
    value = cell.value if isinstance(cell, Formula) else cell
    if isinstance(value, str):
        return "wrap"
    if place == 0:
        return "truth"
    return "number" if isinstance(value, int) else "decimal"


def _fill(page: Page, rows: Iterable[Sequence[Cell]]) -> None:
    """Write rows at fixed positions.

    Formulas refer to cells, so no row may move.
    """
    page.set_widths(_WIDTHS)
    for row in rows:
        head = _is_head(row)
        styles = [_style(cell, position, row, head=head) for position, cell in enumerate(row)]
        page.write(row, styles)
        if "input" in styles:
            page.add_list(styles.index("input"), _STATES)


def _add(book: Book, explained: Explanation) -> None:
    rows = explained.worksheet(notice=book.notice)
    page = book.page(explained.score.capacity.id, title=explained.title, lead=explained.rule)
    _fill(page, rows[page.row :])  # the page already has title, notice, rule and a blank row


def explanation_book(scores: Iterable[Score | Explanation], *, language: str = "en", notice: str = "") -> bytes:
    """Return a workbook that explains scores.

    Each score has a sheet with live formulas.

    Args:
        scores: Scores or explanations.
        language: Language of the framework's texts.
        notice: Notice on every sheet, such as that answers are invented.
    """
    explanations = [item if isinstance(item, Explanation) else explain(item, language) for item in scores]
    book = Book(explanations[0].title if len(explanations) == 1 else "Scores, explained", notice=notice)
    for explained in explanations:
        _add(book, explained)
    return book.bytes()


def write_explanation(subject: object, context: RenderContext, options: ExplainOptions) -> Iterable[bytes]:
    """Yield a workbook with live formulas for scores."""
    language = options.language or context.language
    words = getattr(context.programme, "notice", None)
    notice = "" if words is None else words.get(language)
    if context.is_invented(subject) and not notice:
        notice = "Answers are invented."
    if isinstance(subject, Assessment):
        scores: Sequence[Score | Explanation] = list(subject)
    else:
        assert isinstance(subject, Score | Explanation)  # noqa: S101 - the host has looked
        scores = [subject]
    yield explanation_book(scores, language=language, notice=notice)
