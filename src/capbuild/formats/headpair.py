"""Two rows of heads without merged cells, as exports and tables of text have them: groups above, heads proper below."""

from collections.abc import Sequence
from itertools import pairwise

from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.folding import one_line
from capbuild.formats.heads import Role, head_meaning
from capbuild.formats.numbers import is_number
from capbuild.formats.periods import says_period

__all__ = ["group_spans", "is_grouped", "is_pair", "joined_pair"]

_JOINT = " - "


def _texts(cells: Sequence[Cell], width: int) -> list[str]:
    texts = [one_line(cell_text(cell)) for cell in cells[:width]]
    return texts + [""] * (width - len(texts))


def _are_heads(texts: Sequence[str]) -> bool:
    """Tell whether there are two or more words or years, and no numbers."""
    found = [text for text in texts if text]
    return len(found) > 1 and all(says_period(text) or not is_number(text) for text in found)


def is_pair(top: Sequence[Cell], low: Sequence[Cell], after: Sequence[Cell]) -> bool:
    """Tell whether a row goes on with the heads of the row above it.

    It is blank below the first of them, where the next row says something, has heads only, and one of them stands where
    the row above has none.

    Args:
        top: The row above.
        low: The row.
        after: The next row that holds something.

    Example:
        >>> is_pair(["Country", "2013", "", "2014", ""], ["", "Men", "Women", "Men", "Women"], ["Peru", 1, 2, 3, 4])
        True
        >>> is_pair(["Country", "Unit", "Law"], ["", "Police", "yes"], ["Peru", "Courts", "no"])
        False
    """
    width = max(len(top), len(low))
    above, below = _texts(top, width), _texts(low, width)
    key = next((i for i, text in enumerate(above) if text), width)
    if key == width or below[key] or not (len(after) > key and cell_text(after[key])):
        return False
    gaps = any(text and not above[i] for i, text in enumerate(below))
    return gaps and _are_heads(above) and _are_heads(below) and not any(below[:key])


def is_grouped(top: Sequence[Cell], low: Sequence[Cell]) -> bool:
    """Tell whether a row groups the heads below it: its labels come again side by side, and none stands above a key.

    Args:
        top: The row above.
        low: The row of heads.

    Example:
        >>> is_grouped(["", "Legal", "Legal", "Technical"], ["Country", "Law", "Court", "CERT"])
        True
        >>> is_grouped(["", "Scores of 2021", "", ""], ["Country", "Law", "Court", "CERT"])
        False
    """
    width = max(len(top), len(low))
    above, below = _texts(top, width), _texts(low, width)
    start = next((i for i, text in enumerate(above) if text), width)
    meanings = [head_meaning(text) for text in below]
    keyed = any(found is not None and found.role is Role.COUNTRY for found in meanings[:start])
    repeats = any(one and one == other for one, other in pairwise(above))
    return keyed and repeats and all(below) and all(above[start:]) and _are_heads(above) and _are_heads(below)


def group_spans(top: Sequence[Cell], low: Sequence[Cell]) -> list[tuple[int, int]]:
    """Return the first and the last column, from 0, of each group whose label in the row above is taken to reach on.

    A label reaches over the blanks behind it where the same heads stand below several labels, or where all labels are
    periods. Otherwise nobody can tell how far it reaches.

    Example:
        >>> group_spans(["Country", "2013", "", "2014", ""], ["", "Men", "Women", "Men", "Women"])
        [(1, 2), (3, 4)]
        >>> group_spans(["Country", "Police", "", "Courts", ""], ["", "Staff", "Cars", "Judges", "Clerks"])
        []
    """
    width = max(len(top), len(low))
    above, below = _texts(top, width), _texts(low, width)
    spans: list[tuple[int, int]] = []
    for start in (i for i in range(width) if above[i] and below[i]):
        end = start
        while end + 1 < width and below[end + 1] and not above[end + 1]:
            end += 1
        if end > start:
            spans.append((start, end))
    alike = len(spans) > 1 and len({tuple(below[start : end + 1]) for start, end in spans}) == 1
    return spans if alike or all(says_period(above[start]) for start, _ in spans) else []


def joined_pair(top: Sequence[Cell], low: Sequence[Cell]) -> list[str]:
    """Return the heads of two rows joined.

    Example:
        >>> joined_pair(["Country", "2013", "", "Law"], ["", "Men", "Women", ""])
        ['Country', '2013 - Men', '2013 - Women', 'Law']
    """
    width = max(len(top), len(low))
    above, below = _texts(top, width), _texts(low, width)
    for start, end in group_spans(top, low):
        above[start : end + 1] = [above[start]] * (end - start + 1)
    return [_JOINT.join(dict.fromkeys(filter(None, pair))) for pair in zip(above, below, strict=True)]
