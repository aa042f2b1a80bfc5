"""Marks that people set in the column of what they choose: a tick, a cross, a one."""

from collections.abc import Sequence

from capbuild.formats.cells import cell_text
from capbuild_sheets.grids import to_cell
from capbuild_sheets.headrows import filled_cells
from capbuild_sheets.roles import question_column, says_answer, says_evidence
from capbuild_sheets.sheets import Cell, Row

__all__ = ["OPTION", "cell_at", "is_mark", "is_unmarked", "option_roles"]

#: What a layout calls such a column.
OPTION = "option"
_MARKS = frozenset(["x", "X", "✓", "✔", "☑", "☒", "✗", "✘", "√", "●", "■", "•", "*", "1", "ü"])
_BLANKS = frozenset(["☐", "□", "○", "0", "-"])
#: Rows that must be marked for a table to be one of options.
_LEAST = 2


def is_mark(cell: Cell) -> bool:
    """Tell whether a cell is a mark and no more."""
    return cell_text(to_cell(cell)) in _MARKS or cell is True


def is_unmarked(cell: Cell) -> bool:
    """Tell whether a cell says that nothing is chosen: it is blank, an empty box, a zero."""
    return not filled_cells([cell]) or cell_text(to_cell(cell)) in _BLANKS or cell is False


def cell_at(row: Row, index: int) -> Cell:
    """Return a cell of a row by its column from 0; None behind its end."""
    return row[index] if index < len(row) else None


def option_roles(names: Sequence[str], sample: Sequence[Row], *, again: bool = False) -> dict[str, str]:
    """Return the roles of the columns of a table with a column an option; nothing where it is no such table.

    The columns stand beside one another behind the question, hold marks only, and hardly a row has two.

    Args:
        names: The heads.
        sample: Rows below them.
        again: Whether a question may come again: there is a column of countries.

    Example:
        >>> option_roles(["Question", "Yes", "No"], [("Law?", "x", None), ("Unit?", None, "x")])
        {'Question': 'question', 'Yes': 'option', 'No': 'option'}
    """
    question = question_column(names, sample, again=again)
    if question is None:
        return {}
    options: list[int] = []
    for index in range(question + 1, len(names)):
        cells = [cell_at(row, index) for row in sample]
        if not names[index] or says_evidence(names[index]) or not all(is_mark(c) or is_unmarked(c) for c in cells):
            if options:
                break
            continue
        options.append(index)
    marks = [sum(is_mark(cell_at(row, index)) for index in options) for row in sample]
    marked = sum(map(bool, marks))
    if len(options) < 2 or marked < _LEAST or sum(count > 1 for count in marks) > max(1, marked // 5):
        return {}
    if len({names[i] for i in options}) < len(options) or any(says_answer(name) for name in names):
        return {}
    evidence = next((name for i, name in enumerate(names) if says_evidence(name) and i not in options), None)
    roles = {names[question]: "question", **{names[i]: OPTION for i in options}}
    return roles | ({evidence: "comment"} if evidence else {})
