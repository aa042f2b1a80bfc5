"""Ticked options of multi-select questions with a column for each option."""

from collections.abc import Iterable, Sequence, Set

from capbuild.formats import shorten
from capbuild_xlsform.columns import TICKED, UNTICKED, Column, ColumnStatistics
from capbuild_xlsform.records import Stored


def is_yes_no(options: Sequence[Column], facts: Sequence[ColumnStatistics]) -> bool:
    """Return True if option columns have 1 and 0 or the like.

    Others have the option's code.

    It matters if `0` or `no` is itself a code. A yes or no that is not the column's own code proves it. Otherwise all
    columns must be filled equally often, since exports with codes leave options that were not chosen blank.

    Args:
        options: The columns.
        facts: Statistics of each column of the sheet.
    """
    seen = [(column.detail.casefold(), facts[column.index]) for column in options if column.index < len(facts)]
    other = any(word != code for code, found in seen for word in found.marks)
    return other or (len(seen) > 1 and len({found.filled for _, found in seen}) == 1)


def find_ticked(
    joined: Stored, marks: Iterable[tuple[str, str]], fillers: frozenset[str], *, yes_or_no: bool
) -> tuple[Stored, str | None, str]:
    """Return the ticked codes, the joined cell's text, and a message if they differ.

    Codes are in the order of the joined cell if there is one; without ticks, the joined cell is returned unchanged.

    Args:
        joined: Value of the question's own column.
        marks: Option codes with the cells of their columns.
        fillers: Cells that mean nothing.
        yes_or_no: Whether the option columns have 1 and 0 or the like.

    Example:
        >>> find_ticked("1 99", [("1", "1"), ("0", "0"), ("99", "1")], frozenset(), yes_or_no=True)
        (('1', '99'), '1 99', '')
        >>> find_ticked("", [("1", ""), ("0", "0")], frozenset(), yes_or_no=False)
        (('0',), None, '')
        >>> find_ticked("a", [("a", "0"), ("b", "1")], frozenset(), yes_or_no=True)
        (('b',), 'a', "the cell says 'a', and the columns of the options say 'b'")
    """
    marks = list(marks)
    known = [(code, mark.casefold()) for code, mark in marks if mark and mark not in fillers]
    if not known:
        return joined, None, ""
    ticked = [
        code for code, mark in known if mark in TICKED or (_is_own_code(code, mark) and _is_tick(mark, yes_or_no))
    ]
    written = str(joined) if isinstance(joined, str) else ""
    if not ticked and not written:
        return (), None, ""
    codes = {code for code, _ in marks}
    words = written.split()
    doubt = _mismatch_message(words, codes, ticked, {code for code, _ in known})
    if set(ticked) <= set(words):  # A joined cell of codes has the order, and codes without a column.
        return tuple(dict.fromkeys(words)), written, doubt
    by_code = all(code.split() == [code] for code in codes) and (not ticked or bool(set(ticked) & set(words)))
    strangers = [word for word in words if word not in codes] if by_code else []  # Joined labels have no codes.
    if 2 * len(strangers) > len(words) and ticked:  # But a word of a label may equal one.
        strangers = []
    return (*ticked, *strangers), written or None, doubt


def _mismatch_message(words: Sequence[str], codes: Set[str], ticked: Sequence[str], filled: Set[str]) -> str:
    """Return a message if a joined cell of codes contradicts the option columns."""
    if not words or not set(words) <= codes or set(words) & filled == set(ticked):
        return ""
    return (
        f"the cell says {shorten(' '.join(words))!r}, and the columns of the options say {shorten(' '.join(ticked))!r}"
    )


def _is_own_code(code: str, mark: str) -> bool:
    return mark == code.casefold()


def _is_tick(mark: str, yes_or_no: bool) -> bool:
    """Return True if a cell with its option's code means that it was chosen."""
    return not (yes_or_no and mark in UNTICKED)
