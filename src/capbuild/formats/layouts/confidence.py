"""Confidence in a table layout: the probability that it is correct, from a few signs."""

import math
from collections.abc import Mapping, Sequence

from capbuild.formats.layouts.candidates import Candidate
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.cell_types import MARKS, UNCHECKED
from capbuild.formats.layouts.header_vocabulary import is_period
from capbuild.formats.layouts.shapes import Form, Records
from capbuild.formats.layouts.table_view import join_header
from capbuild.formats.values.cells import cell_text

#: Weights of the signs; the intercept has an empty name.
#:
#: Fitted by `python -m benchmarks.layouts.calibrate --fit 1 2 3 4 5 6`: logistic regression on generated tables of six
#: seeds, both plain and made harder. Score terms that add nothing, `edge` and `countries`, have no weight.
SIGNS: Mapping[str, float] = {
    "": -12.94, "margin": 0.72, "header": 3.38, "consistency": 4.6, "keys": 3.58, "explained": 1.01, "vocabulary": 1.91,
    "owned": 1.95, "form": 2.49, "periods": -2.07, "marks": -21.73, "again": -5.32,
}  # fmt: skip
#: Confidence below which a table is reported as uncertain; 5% of correctly read tables are below it.
UNSURE = 0.8
#: Cap on the margin over a layout with another shape.
_MARGIN = 2.0
#: Rows sampled to classify a column.
_ROWS = 24


def confidence(signs: Mapping[str, float], weights: Mapping[str, float] = SIGNS) -> float:
    """Return the probability, 0 to 1, that a layout with these signs is correct."""
    return 1 / (1 + math.exp(-weights[""] - sum(weights[name] * value for name, value in signs.items())))


def signs_of(
    grid: CellGrid, rows: Sequence[int], columns: Sequence[int], found: Sequence[Candidate]
) -> dict[str, float]:
    """Return the signs for the confidence in a layout.

    Args:
        grid: The grid.
        rows: Rows of the table.
        columns: Its columns.
        found: Its candidate layouts, best first.
    """
    best = found[0]
    others = (best.score - one.score for one in found if type(one.shape) is not type(best.shape))
    names = ("header", "consistency", "keys", "explained", "vocabulary")
    return {
        "margin": min(_MARGIN, *others, _MARGIN),
        **{name: best.terms[name] for name in names},
        "owned": float(best.terms["countries"] > 0),
        "form": float(isinstance(best.shape, Form)),
        **_unread(grid, rows, columns, best),
    }


def _unread(grid: CellGrid, rows: Sequence[int], columns: Sequence[int], best: Candidate) -> dict[str, float]:
    """Return signs of another layout in record columns: periods, check marks, and repeated country headers."""
    found = {"periods": 0.0, "marks": 0.0, "again": 0.0}
    if not isinstance(best.shape, Records):
        return found
    header, country = join_header(grid, best.header_rows, columns), best.shape.country
    grouped = {column for group in best.shape.groups for column in group}
    asked = [column for column in columns if column != country and column not in grouped]
    body = [row for row in rows if not best.header_rows or row > best.header_rows[-1]][:_ROWS]
    if asked:
        found["periods"] = sum(any(map(is_period, header.parts[c])) for c in asked) / len(asked)
        marks = sum(_has_only_marks(grid, body, c) for c in asked)
        unchecked = any(cell_text(grid.rows[row][c]) in UNCHECKED for row in body for c in asked)
        # Columns that say no are questions; a single one is not an option of a multi-select.
        found["marks"] = marks / len(asked) if marks > 1 and not unchecked else 0.0
    if country is not None and header.parts[country]:
        found["again"] = float(any(header.parts[c] == header.parts[country] for c in asked))
    return found


def _has_only_marks(grid: CellGrid, rows: Sequence[int], column: int) -> bool:
    cells = (cell for row in rows if (cell := grid.rows[row][column]) is not None)
    first = next(cells, None)
    return cell_text(first) in MARKS and all(cell_text(cell) in MARKS for cell in cells)
