"""Multi-select and ranking answers from one column per option."""

from collections.abc import Sequence

from attrs import frozen

from capbuild.formats import Cell, Column, cell_text, cell_words, fold_word
from capbuild.model import AnswerValue, Missing
from capbuild_sheets.forms.question_plan import Kind, Unit


@frozen
class Chosen:
    """Answer combined from option columns.

    Attributes:
        value: Chosen options, or a missing value.
        raw: Cells as found, if they say more than the value.
        column: First column with content.
    """

    value: AnswerValue
    raw: str | None
    column: Column


def chosen_options(unit: Unit, cells: Sequence[Cell]) -> Chosen:
    """Return the answer to a question with one column per option.

    All blank is no answer; all 0 is an answer with no option chosen.

    Args:
        unit: The question with its columns.
        cells: The cells of the row.
    """
    found = zip(unit.labels, unit.columns, strict=False)
    given = [(label, column, text) for label, column in found if (text := cell_text(cells[column.index]))]
    first = given[0][1] if given else unit.columns[0]
    other = (unit.labels[-1],) if unit.other is not None and cell_text(cells[unit.other.index]) else ()
    if len(given) == 1 and not other:
        absent = first.read(given[0][2])[0]
        if isinstance(absent, Missing):
            return Chosen(absent, given[0][2], first)
    if not given and not other:
        return Chosen(Missing.NO_ANSWER, None, first)
    if unit.kind is Kind.RANKS:
        last = len(given) + 1
        ranked = sorted(given, key=lambda i: int(i[2]) if i[2].isdecimal() and len(i[2]) < 4 else last)
        return Chosen(tuple(i[0] for i in ranked), " | ".join(f"{i[0]}: {i[2]}" for i in ranked), first)
    off = cell_words("no", "no_mark")
    ticked = tuple(label for label, _, text in given if (word := fold_word(text)) != "0" and word not in off)
    said = [f"{label}: {text}" for label, _, text in given if not _only_ticks(label, text)]
    return Chosen(ticked + other, " | ".join(said) or None, first)


def _only_ticks(label: str, text: str) -> bool:
    """Return True if a cell only says whether its option was chosen."""
    word = fold_word(text)
    return word.isdecimal() or word in cell_words("yes", "no", "yes_mark", "no_mark") or word == fold_word(label)
