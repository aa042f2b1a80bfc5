"""Detection of the tables of a sheet."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from attrs import evolve, frozen

from capbuild.formats.layouts.candidates import Candidate, confidence, signs_of
from capbuild.formats.layouts.cell_grid import CellGrid, are_options, is_period, role_score
from capbuild.formats.layouts.cell_kinds import is_place_name, kind_of
from capbuild.formats.layouts.header import are_group_labels
from capbuild.formats.layouts.region_under_header import TITLED
from capbuild.formats.layouts.shapes import Across, Form, Member, Records
from capbuild.formats.layouts.steps import Titles
from capbuild.formats.values.cells import cell_text
from capbuild.formats.values.numbers import is_number
from capbuild.formats.vocabulary import Role, personal_by_head

#: Gain in score that is required to split a sheet into stacked tables, and into tables side by side.
_BELOW, _BESIDE = 0.12, 0.06
#: Largest number of rows and of parts for splitting a sheet.
_ROWS, _PARTS = 2000, 60
#: Smallest header terms of stacked parts and of parts side by side, and smallest share of countries of the latter.
_HEADER_BELOW, _HEADER_BESIDE, _COUNTRIES = 0.4, 0.35, 0.6

_Choose = Callable[[Sequence[int], Sequence[int]], list[Candidate]]


@frozen(eq=False)
class Box:
    """Part of a sheet with its candidate layouts, best first.

    Attributes:
        rows: Its rows.
        columns: Its columns.
        candidates: The layouts.
        country: Country of the whole part, if given.
        settled: Confidence of the tables of its template that have its first layout; 0 if they did not decide.
    """

    rows: Sequence[int]
    columns: Sequence[int]
    candidates: Sequence[Candidate]
    country: str = ""
    settled: float = 0.0

    @property
    def runner_up(self) -> Candidate | None:
        """Best layout of another shape or header."""
        first, *others = self.candidates
        different = (c for c in others if type(c.shape) is not type(first.shape) or c.header_rows != first.header_rows)
        return next(different, None)

    @property
    def names_country(self) -> bool:
        """True if its best layout names countries."""
        return bool(self.candidates) and self.candidates[0].terms["countries"] >= 0.6

    @property
    def is_form(self) -> bool:
        """True if its best layout is a form.

        A form has labels next to their values, or a single row of values below labels.
        """
        if not self.candidates:
            return False
        best = self.candidates[0]
        below = [row for row in self.rows if best.header_rows and row > best.header_rows[-1]]
        return isinstance(best.shape, Form) or (isinstance(best.shape, Records) and len(below) == 1)

    @property
    def is_titled(self) -> bool:
        """True if only a line above it names a country."""
        best = self.candidates[0] if self.candidates else None
        return best is not None and best.terms["countries"] == TITLED and any(isinstance(s, Titles) for s in best.steps)

    def signs(self, grid: CellGrid) -> dict[str, float]:
        """Return the signs for the confidence in the first layout."""
        return signs_of(grid, self.rows, self.columns, self.candidates)

    def confidence(self, grid: CellGrid) -> float:
        """Return the probability that the first layout is correct.

        It is 1 for a layout from a layout file.
        """
        if "header" not in self.candidates[0].terms:  # not scored
            return 1.0
        return max(self.settled, confidence(self.signs(grid)))

    def cells(self, grid: CellGrid) -> int:
        """Return the number of cells with content."""
        return sum(len(grid.full(row, self.columns)) for row in self.rows)


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield first and last position of runs of true flags."""
    start = None
    for position, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = position
        elif not flag and start is not None:
            yield start, position - 1
            start = None


def _mean(grid: CellGrid, boxes: Sequence[Box]) -> float:
    """Return the mean score of parts, weighted by cells."""
    cells = [box.cells(grid) for box in boxes]
    return sum(n * box.candidates[0].score for n, box in zip(cells, boxes, strict=True)) / max(1, sum(cells))


def split(grid: CellGrid, rows: Sequence[int], columns: Sequence[int], choose: _Choose) -> list[Box]:
    """Detect the tables in rows and columns of a sheet.

    Args:
        grid: The sheet.
        rows: Rows with content.
        columns: Columns with content.
        choose: Returns the candidate layouts of rows and columns.
    """
    whole = Box(rows, columns, choose(rows, columns))
    if not whole.candidates or not 2 < len(rows) <= _ROWS:
        return [whole]
    best, value = [whole], whole.candidates[0].score
    beside = _split_at_blank_columns(grid, whole, choose)
    if _are_explained(grid, beside) or _name_own_countries(grid, beside) or _are_unlike(beside):
        return beside
    for boxes, cost in ((_below(grid, whole, choose), _BELOW), (beside, _BESIDE)):
        scored = boxes if cost == _BELOW else [box for box in boxes if _is_keyed(box)]  # legends do not count
        if len(boxes) > 1 and (mean := _mean(grid, scored) - cost) > value:
            best, value = boxes, mean
    return best


def _below(grid: CellGrid, whole: Box, choose: _Choose) -> list[Box]:
    """Split tables at blank rows.

    A part that is not a table is joined to the one above.
    """
    blocks = _blocks(grid, whole)
    if not 1 < len(blocks) <= _PARTS:
        return []
    boxes: list[Box] = []
    for block in blocks:
        columns = _used(grid, block, whole.columns)
        candidates_ = choose(block, columns) if len(block) > 1 and len(columns) > 1 else []
        own = bool(candidates_) and candidates_[0].terms["header"] >= _HEADER_BELOW
        if own and boxes and not boxes[-1].candidates:
            boxes[-1] = evolve(boxes[-1], candidates=choose(boxes[-1].rows, boxes[-1].columns))
        if not boxes or (own and not _goes_on(boxes[-1], candidates_, grid, choose, block)):
            boxes.append(Box(block, columns, candidates_))
        else:
            joined = [*boxes[-1].rows, *block]
            boxes[-1] = Box(joined, _used(grid, joined, whole.columns), ())
    boxes = [box if box.candidates else Box(box.rows, box.columns, choose(box.rows, box.columns)) for box in boxes]
    return boxes if all(box.candidates for box in boxes) else []


def _runs_of(grid: CellGrid, whole: Box) -> Iterator[list[int]]:
    """Yield runs of consecutive rows.

    A run ends before a row that looks like a header.
    """
    run: list[int] = []
    for row in whole.rows:
        if run and (row > run[-1] + 1 or (len(run) > 1 and _begins_as_header(grid, row, whole.columns))):
            # Single-text rows right above a header are its titles, and group labels are parts of it.
            cut = len(run)
            while row == run[-1] + 1 and cut > 1 and _is_line(grid, run[cut - 1], whole.columns):
                cut -= 1
            while row == run[-1] + 1 and cut and are_group_labels(grid, [*run[cut - 1 :], row], whole.columns):
                cut -= 1
            if not cut:
                run.append(row)
                continue
            yield run[:cut]
            run = run[cut:]
        run.append(row)
    yield run


def _is_line(grid: CellGrid, row: int, columns: Sequence[int]) -> bool:
    """True if a row is one text, not a country."""
    full = grid.full(row, columns)
    return len(full) == 1 and len(columns) > 1 and not is_place_name(cell_text(grid.rows[row][full[0]]))


def _begins_as_header(grid: CellGrid, row: int, columns: Sequence[int]) -> bool:
    """True if a row begins a table by country.

    The row looks like a header: its first or second cell is a word for country, and it has no answers. Years are not
    answers, nor are options of a scale if the row has no other texts.
    """
    cells = [grid.rows[row][column] for column in grid.full(row, columns)]
    texts = [cell for cell in cells[:2] if isinstance(cell, str) and role_score(cell, Role.COUNTRY) == 1.0]
    if len(cells) < 2 or not texts:
        return False
    answers = [cell for cell in cells if kind_of(cell) in tuple("yb")]
    options = len(answers) > 1 and sum(are_options(cell_text(cell)) for cell in cells) >= len(cells) - 1
    return (not answers or options) and all(is_period(cell_text(cell)) for cell in cells if is_number(cell))


def _is_table(grid: CellGrid, block: Sequence[int], columns: Sequence[int], *, first: bool) -> bool:
    """True if a small block is a table.

    It must have a header, and rows in the same columns.
    """
    full = [grid.full(row, columns) for row in block]
    lines = [i for i, filled in enumerate(full) if len(filled) == 2]
    if len(lines) < 2 or len({tuple(full[i]) for i in lines}) > 1:
        return False
    if any(cell_text(grid.rows[block[i]][full[i][0]]).endswith((":", "：")) for i in lines):
        return False
    header = [cell_text(grid.rows[block[lines[0]]][column]) for column in full[lines[0]]]
    return (len(lines) > 2 and not first) or any(role_score(text, Role.COUNTRY) == 1.0 for text in header)


def _goes_on(before: Box, found: Sequence[Candidate], grid: CellGrid, choose: _Choose, block: Sequence[int]) -> bool:
    """True if a block continues the table above.

    It must have the same header, or lines of the same form.
    """
    if not before.candidates:
        return False
    above, best = before.candidates[0], found[0]

    def header(candidate: Candidate) -> list[list[str]]:
        return [[cell_text(grid.rows[row][c]) for c in grid.full(row, before.columns)] for row in candidate.header_rows]

    if above.header_rows and best.header_rows and best.header_rows[0] == block[0] and header(above) == header(best):
        return True
    plain = isinstance(best.shape, Records) and best.shape.country is None
    unnamed = isinstance(best.shape, Form) and best.terms["countries"] < 1.0
    if not isinstance(above.shape, Form) or not (plain or unnamed):
        return False
    rows = [*before.rows, *block]
    joined = choose(rows, _used(grid, rows, before.columns))
    return bool(joined) and isinstance(joined[0].shape, Form)


def _used(grid: CellGrid, rows: Sequence[int], columns: Sequence[int]) -> list[int]:
    return [column for column in columns if any(grid.rows[row][column] is not None for row in rows)]


def _blocks(grid: CellGrid, whole: Box) -> list[list[int]]:
    """Split rows into blocks at blank rows.

    A small block is a title of the next one, or a final note.
    """
    out: list[list[int]] = []
    waiting: list[list[int]] = []
    for block in _runs_of(grid, whole):
        thin = all(len(grid.full(row, whole.columns)) <= 2 for row in block)
        begins = _begins_as_header(grid, block[0], whole.columns)
        small = thin and len(whole.columns) > 2 and len(block) <= 4 and not begins
        if small and not _is_table(grid, block, whole.columns, first=not out):
            waiting.append(block)
        else:
            out.append([row for part in (*waiting, block) for row in part])
            waiting = []
    for block in waiting:
        if out and _is_narrow(grid, block, whole.columns):
            out.append(block)
        else:
            out[-1:] = [[*(out[-1] if out else ()), *block]]
    return out


def _is_narrow(grid: CellGrid, block: Sequence[int], columns: Sequence[int]) -> bool:
    """True if rows below a table may be another.

    Each row must have content in the same columns, at least two.
    """
    full = {tuple(grid.full(row, columns)) for row in block}
    return len(block) > 1 and len(full) == 1 and len(next(iter(full))) > 1


def _repeated(grid: CellGrid, whole: Box) -> list[tuple[int, ...]]:
    """Return groups of columns with equal headers, side by side."""
    headers = whole.candidates[0].header_rows
    names = [tuple(cell_text(grid.rows[row][column]) for row in headers) for column in whole.columns]
    starts = [i for i, name in enumerate(names) if any(name) and name == names[0]]
    edges = [(a, b) for a, b in pairwise((*starts, len(names))) if b - a > 1]
    return [tuple(whole.columns[a:b]) for a, b in edges] if len(edges) == len(starts) > 1 else []


def _is_keyed(box: Box) -> bool:
    """True if a part has a header and keys."""
    if not box.candidates:
        return False
    first = box.candidates[0]
    named = first.terms["countries"] >= _COUNTRIES or not isinstance(first.shape, Records)
    return named and first.terms["header"] >= _HEADER_BESIDE


def _are_legends(grid: CellGrid, whole: Box, boxes: Sequence[Box]) -> bool:
    """True if one part is a table with legends.

    All other parts must be its legends. A legend explains the values of a column, or is below the table in columns
    without a header.
    """
    tables = list(filter(_is_keyed, boxes))
    header = whole.candidates[0].header_rows
    return len(tables) == 1 and all(
        box is tables[0]
        or _explains(grid, box, tables[0])
        or (
            box.candidates
            and box.rows[-1] > tables[0].rows[-1]
            and not all(any(grid.rows[row][column] is not None for row in header) for column in box.columns)
        )
        for box in boxes
    )


def _explains(grid: CellGrid, legend: Box, table: Box) -> bool:
    """True if a part explains a column of a table.

    Its first column lists each value once. It has the header of that column, or is a list next to the table that ends
    before the table does.
    """

    def texts(box: Box, column: int, without: Sequence[int] = ()) -> list[str]:
        return [text for row in box.rows if row not in without and (text := cell_text(grid.rows[row][column]))]

    codes = texts(legend, legend.columns[0])
    explained = [texts(table, column) for column in table.columns]
    same = [values for values in explained if codes[:1] and values[:1] == codes[:1]]
    if len(set(codes)) == len(codes) > 2 and any(set(values) <= set(codes) for values in same):
        return True
    header = table.candidates[0].header_rows
    inside = legend.rows[-1] < table.rows[-1] and len(codes) == len(legend.rows)
    column_texts = [set(texts(table, column, header)) for column in table.columns]
    return (
        inside
        and len(set(codes)) == len(codes)
        and any(len(texts) > 1 and texts <= set(codes) for texts in column_texts)
    )


def _are_explained(grid: CellGrid, boxes: Sequence[Box]) -> bool:
    """True if parts explain the only table among them."""
    tables = list(filter(_is_keyed, boxes))
    return len(boxes) > len(tables) == 1 and all(box is tables[0] or _explains(grid, box, tables[0]) for box in boxes)


def _name_own_countries(grid: CellGrid, boxes: Sequence[Box]) -> bool:
    """True if several parts have different countries.

    Countries are under a word for country, or in the header. Most rows must have another country in the next part.
    """

    def differ(one: dict[int, str], other: dict[int, str]) -> bool:
        both = one.keys() & other.keys()
        return 2 * sum(one[row] != other[row] for row in both) > len(both)

    return len(boxes) > 1 and all(differ(*pair) for pair in pairwise(_countries_by_row(grid, box) for box in boxes))


def _are_unlike(boxes: Sequence[Box]) -> bool:
    """True if some parts have records, others questions in rows."""
    shapes = {isinstance(box.candidates[0].shape, Records) for box in boxes if _is_keyed(box)}
    return len(shapes) > 1 and all(map(_is_keyed, boxes))


def _countries_by_row(grid: CellGrid, box: Box) -> dict[int, str]:
    """Return the country of each row.

    The result is empty unless the countries have a header with a word for country, or one such as `Name`.
    """
    if not _is_keyed(box) or box.candidates[0].terms["countries"] < _COUNTRIES:
        return {}
    best = box.candidates[0]
    if isinstance(best.shape, Across) and best.shape.member is Member.COUNTRY:
        header = [cell_text(grid.rows[row][c]) for row in best.header_rows for c in best.shape.members]
        return dict.fromkeys(box.rows, "; ".join(filter(is_place_name, header)))
    column = getattr(best.shape, "country", None)
    texts = {row: cell_text(grid.rows[row][column]) for row in box.rows} if column is not None else {}
    headers = [texts.pop(row, "") for row in best.header_rows]
    has_headers = any(role_score(text, Role.COUNTRY) or personal_by_head(text) for text in headers)
    return {row: text for row, text in texts.items() if text} if has_headers else {}


def _split_at_blank_columns(grid: CellGrid, whole: Box, choose: _Choose) -> list[Box]:
    """Split tables at blank columns.

    Each part must have its own countries or questions.
    """
    columns = range(whole.columns[0], whole.columns[-1] + 1)
    used = [any(grid.rows[row][c] is not None for row in whole.rows) for c in columns]
    sides = [tuple(range(columns[start], columns[end] + 1)) for start, end in _runs(used)]
    sides = sides if len(sides) > 1 else _repeated(grid, whole)
    if not 1 < len(sides) <= _PARTS:
        return []

    def side(columns: Sequence[int]) -> Box:
        rows = [row for row in whole.rows if grid.full(row, columns)]
        return Box(rows, columns, choose(rows, columns) if len(columns) > 1 else ())

    boxes = [side(columns) for columns in sides]
    if all(map(_is_keyed, boxes)):
        return boxes
    if all(len(columns) > 1 for columns in sides) and _are_legends(grid, whole, boxes):
        return boxes
    joined: list[Box] = []  # a blank column within a table: what has no keys belongs to the table left of it
    for box in boxes:
        apart = _is_keyed(box) or not joined
        joined = [*joined, box] if apart else [*joined[:-1], side((*joined[-1].columns, *box.columns))]
    return joined if 1 < len(joined) < len(boxes) and all(map(_is_keyed, joined)) else []
