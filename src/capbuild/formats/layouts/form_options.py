"""Options printed on a form.

Each has a box, or a cell for its mark.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.cell_kinds import UNCHECKED, split_check_mark
from capbuild.formats.layouts.layout_score import Sample
from capbuild.formats.values.cells import cell_text
from capbuild.formats.values.type_inference import are_exceptions

#: Columns of a mark and of its option; equal if a box is before the option.
OptionPair = tuple[int, int]


def find_options(sample: Sample) -> tuple[OptionPair, ...]:
    """Return the columns of printed options; empty for none.

    Either cells have a box before the option (`☐ Yes`), or a column repeats the option from line to line, and the
    column next to it has marks, with some exceptions. An option that was never chosen has no such column of marks.
    """
    boxed = _find_boxed(sample)
    if boxed:
        return boxed
    rows = [dict(zip(sample.columns, map(cell_text, cells), strict=True)) for cells in sample.cells]
    printed = {c: text for c in sample.columns if (text := _repeated([row[c] for row in rows if row[c]]))}
    lines = [row for row in rows if sum(row[c] == text for c, text in printed.items()) > 1]
    texts = {c: texts_ for c in sample.columns if (texts_ := [row[c] for row in lines if row[c]])}
    counts = {c: (sum(bool(split_check_mark(text)[0]) for text in cells), len(cells)) for c, cells in texts.items()}
    marks = {c for c, (marked, count) in counts.items() if marked and are_exceptions(count - marked, marked)}
    for side in (1, -1):
        options = [c for c in printed if c + side in marks or c + side not in texts]
        used = {c + side for c in options}
        if not marks or not marks <= used or len({printed[c] for c in options}) < max(2, len(options)):
            continue
        # Marks before the options begin behind the labels.
        before = options[0] - 1
        if (side == 1) == (before in texts and before not in marks):
            return tuple((c + side if c + side in marks else c, c) for c in options)
    return ()


def _find_boxed(sample: Sample) -> tuple[OptionPair, ...]:
    """Return the columns with boxes before options."""
    split = [[split_check_mark(cell_text(cell)) for cell in row] for row in sample.cells]
    boxed = [[j for j, (mark, rest) in enumerate(row) if mark and rest] for row in split]
    places = sorted({j for row in boxed if len(row) > 1 for j in row})
    empty = any(row[j][0] in UNCHECKED for row in split for j in places)
    return tuple((sample.columns[j], sample.columns[j]) for j in places) if empty else ()


def _repeated(texts: Sequence[str]) -> str:
    """Return the text that most cells repeat.

    It must occur at least twice and must not be a mark. The result is empty if there is none.
    """
    text, times = Counter(texts).most_common(1)[0] if texts else ("", 0)
    return text if times > 1 and 2 * times > len(texts) and not split_check_mark(text)[0] else ""


def option_lines(
    grid: CellGrid, rows: Iterable[int], options: Sequence[OptionPair]
) -> dict[int, tuple[OptionPair, ...]]:
    """Return the options of each line.

    A line without marks has options if they are the same as in a marked line.
    """
    offered = {row: tuple(_offered(grid, row, options)) for row in rows if options}
    offered_twice = {row: pairs for row, pairs in offered.items() if len(pairs) > 1}
    texts = {row: tuple(option_text(grid, row, pair) for pair in pairs) for row, pairs in offered_twice.items()}
    marked = {texts[row] for row, pairs in offered_twice.items() if any(_mark(grid, row, pair) for pair in pairs)}
    return {row: pairs for row, pairs in offered_twice.items() if texts[row] in marked}


def option_text(grid: CellGrid, row: int, pair: OptionPair) -> str:
    """Return the text of an option, without its box."""
    text = cell_text(grid.rows[row][pair[1]])
    return split_check_mark(text)[1] if pair[0] == pair[1] and _mark(grid, row, pair) else text


def is_chosen(grid: CellGrid, row: int, pair: OptionPair) -> bool:
    """True if an option has more than an empty box."""
    mark = _mark(grid, row, pair)
    return bool(mark) and mark not in UNCHECKED


def _offered(grid: CellGrid, row: int, options: Sequence[OptionPair]) -> Iterator[OptionPair]:
    yield from (pair for pair in options if grid.rows[row][pair[1]] is not None)


def _mark(grid: CellGrid, row: int, pair: OptionPair) -> str:
    return split_check_mark(cell_text(grid.rows[row][pair[0]]))[0]
