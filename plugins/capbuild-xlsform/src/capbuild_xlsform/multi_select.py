"""Ticked options of multi-select questions with a column for each option."""

from collections.abc import Iterable, Sequence, Set

from capbuild.formats import shorten
from capbuild_xlsform.columns import TICKED, UNTICKED, Column, ColumnFacts
from capbuild_xlsform.records import Stored

__all__ = ["find_ticked", "is_yes_no"]


def is_yes_no(options: Sequence[Column], facts: Sequence[ColumnFacts]) -> bool:
    """Tell whether option columns have 1 and 0 or the like, instead of the option's code.

    That makes a difference where `0` or `no` is a code itself. A column that holds a yes or a no which is not its own
    code shows it; where none does, each is filled in as often as the others, since what is not chosen is left blank
    where codes are written.

    Args:
        options: The columns.
        facts: What the cells of each column of the sheet showed.
    """
    seen = [(column.detail.casefold(), facts[column.index]) for column in options if column.index < len(facts)]
    other = any(word != code for code, found in seen for word in found.marks)
    return other or (len(seen) > 1 and len({found.filled for _, found in seen}) == 1)


def find_ticked(
    joined: Stored, marks: Iterable[tuple[str, str]], fillers: frozenset[str], *, yes_or_no: bool
) -> tuple[Stored, str | None, str]:
    """Return the ticked codes, the joined cell's text, and a message if they differ.

    The codes come in the order of the joined cell where there is one; without ticks that is returned as it is.

    Args:
        joined: What the column of the question itself holds.
        marks: Codes of the options, each with what its column holds.
        fillers: Cells that hold nothing.
        yes_or_no: Whether those columns hold 1 and 0 or the like.

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
    if set(ticked) <= set(words):  # a joined cell of codes: it has the order, and codes that have no column
        return tuple(dict.fromkeys(words)), written, doubt
    by_code = all(code.split() == [code] for code in codes) and (not ticked or bool(set(ticked) & set(words)))
    strangers = [word for word in words if word not in codes] if by_code else []  # joined labels hold no codes
    if 2 * len(strangers) > len(words) and ticked:  # but a word of a label may be one
        strangers = []
    return (*ticked, *strangers), written or None, doubt


def _mismatch_message(words: Sequence[str], codes: Set[str], ticked: Sequence[str], filled: Set[str]) -> str:
    """Return what to tell of a joined cell of codes that says otherwise than the columns of the options."""
    if not words or not set(words) <= codes or set(words) & filled == set(ticked):
        return ""
    return (
        f"the cell says {shorten(' '.join(words))!r}, and the columns of the options say {shorten(' '.join(ticked))!r}"
    )


def _is_own_code(code: str, mark: str) -> bool:
    return mark == code.casefold()


def _is_tick(mark: str, yes_or_no: bool) -> bool:
    """Tell whether a cell that holds the code of its option says that it was chosen."""
    return not (yes_or_no and mark in UNTICKED)
