"""Marks that people set in the column of what they choose: a tick, a cross, a one."""

from collections.abc import Sequence

from capbuild.formats.cells import cell_text
from capbuild.formats.personal import personal_by_head
from capbuild_sheets.grids import to_cell
from capbuild_sheets.headrows import filled_cells
from capbuild_sheets.roles import question_column, says_answer, says_evidence
from capbuild_sheets.sheets import Cell, Row
from capbuild_sheets.steps import are_levels

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
    options = _marked_columns(names, sample, 0 if question is None else question + 1)
    if question is None and not again and are_levels([names[i].rpartition(" - ")[2] for i in options]):
        question = _labels(names, sample, options)
    if question is None:
        return {}
    marks = [sum(is_mark(cell_at(row, index)) for index in options) for row in sample]
    marked = sum(map(bool, marks))
    if len(options) < 2 or marked < _LEAST or sum(count > 1 for count in marks) > max(1, marked // 5):
        return {}
    steps = options if are_levels([names[i] for i in options]) else []  # `Score 0`, `Score 1`: no answers of their own
    answers = any(says_answer(name) for i, name in enumerate(names) if i not in steps)
    if len({names[i] for i in options}) < len(options) or answers:
        return {}
    evidence = next((name for i, name in enumerate(names) if says_evidence(name) and i not in options), None)
    roles = {names[question]: "question", **{names[i]: OPTION for i in options}}
    roles |= dict.fromkeys((name for name in names[:question] if name and not again), "description")
    return roles | ({evidence: "comment"} if evidence else {})


def _marked_columns(names: Sequence[str], sample: Sequence[Row], first: int) -> list[int]:
    """Return the first columns beside one another that hold marks only, from one on."""
    options: list[int] = []
    for index in range(first, len(names)):
        cells = [cell_at(row, index) for row in sample]
        if not names[index] or says_evidence(names[index]) or not all(is_mark(c) or is_unmarked(c) for c in cells):
            if options:
                break
            continue
        options.append(index)
    return options


def _labels(names: Sequence[str], sample: Sequence[Row], options: Sequence[int]) -> int | None:
    """Return the column before levels of a scale whose texts differ in every row that is marked; None without one."""
    rows = [row for row in sample if any(is_mark(cell_at(row, index)) for index in options)]
    for index in reversed(range(options[0])):
        texts = [cell for row in rows if isinstance(cell := cell_at(row, index), str) and cell.strip()]
        if len(texts) == len(set(texts)) == len(rows) and names[index] and personal_by_head(names[index]) is None:
            return index
    return None
