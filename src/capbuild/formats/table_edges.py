"""Remove titles above and notes below exported tables."""

from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from typing import Any, TypeVar

from capbuild.formats.layouts.cell_grid import is_note
from capbuild.formats.layouts.cell_kinds import is_place_name
from capbuild.formats.log import IssueLog
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.values.dates import day_order
from capbuild.formats.values.numbers import is_number
from capbuild.formats.vocabulary import shorten
from capbuild.model import Severity

_Cells = TypeVar("_Cells", bound=Sequence[Any])
#: Smallest number of filled cells in the row after a title.
_WIDE = 3
#: Lines above a header that are checked.
_TITLES = 20


def drop_edges(rows: Iterable[tuple[int, _Cells]], lines: MutableMapping[int, str]) -> Iterator[tuple[int, _Cells]]:
    """Drop titles above and notes below a table.

    A title is a lone text in the first cell above the header. A note is such a text below the last row, after a gap or
    with a word for note. Tables of fewer than three columns are unchanged.

    Args:
        rows: Row numbers and cells.
        lines: Mapping to which the removed lines are added, by row number.

    Example:
        >>> lines = {}
        >>> rows = [(1, ["Survey"]), (2, ["start", "law", "unit"]), (3, ["5 May", "yes", "no"]), (4, ["Source: us"])]
        >>> [number for number, _ in drop_edges(rows, lines)], lines
        ([2, 3], {1: 'Survey', 4: 'Source: us'})
    """
    waiting: list[tuple[int, _Cells]] = []
    begun = False
    for number, cells in rows:
        full = [position for position, cell in enumerate(cells) if cell is not None and cell_text(cell).strip()]
        if full in ([], [0]) and (begun or len(waiting) < _TITLES):
            waiting.append((number, cells))
            continue
        if not begun and len(full) >= _WIDE:
            lines.update({row: text for row, cells in waiting if (text := _first(cells))})
            waiting.clear()
        begun = True
        yield from waiting
        waiting.clear()
        yield number, cells
    gap = False
    for number, cells in waiting:
        text = _first(cells)
        if begun and text and (is_note(text) or (gap and not _may_be_key(text))):
            lines[number] = text
            gap = True
        else:
            gap = gap or not text
            yield number, cells


def _first(cells: Sequence[Cell]) -> str:
    return cell_text(cells[0]).strip() if cells else ""


def _may_be_key(text: str) -> bool:
    return is_number(text) or is_place_name(text) or day_order([text]) is not None or text[:4].isdigit()


def log_edges(lines: MutableMapping[int, str], log: IssueLog) -> None:
    """Report the removed lines of a table."""
    for number, text in sorted(lines.items()):
        message = f"1 cell left out (no row of the table): {shorten(text, 40)!r}"
        log.add("CB123", Severity.NOTE, message, row=number, column=1)
