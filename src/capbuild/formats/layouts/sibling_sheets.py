"""Common layouts of sheets with the same labels.

Uncertain layouts are settled by the sheets of other countries.
"""

from collections.abc import Iterator, Sequence

from attrs import evolve

from capbuild.formats.layouts.candidates import UNSURE, Candidate
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.cell_kinds import is_place_name
from capbuild.formats.layouts.regions import Box
from capbuild.formats.layouts.shapes import Records
from capbuild.formats.values.cells import cell_text
from capbuild.formats.vocabulary import fold_header

#: Common features of sheets with one layout: the shape, and the texts of the header.
_Signature = tuple[type, tuple[str, ...]]


def settle_by_siblings(sheets: Sequence[tuple[CellGrid, Box]]) -> Iterator[Box]:
    """Rank uncertain layouts by all sheets with their labels.

    The table of each sheet is yielded. A layout is ranked by its scores in all these sheets. The header of a table is
    repeated on each of them, except for the country, while an answer next to the first label is not. Repeated labels
    are not answers, so records have a header.

    Args:
        sheets: Sheets of one country and one table each.
    """
    labels = [_labels(grid, box) for grid, box in sheets] if len(sheets) > 1 else []
    scores: list[dict[_Signature, float]] = []
    for place, (grid, box) in enumerate(sheets):
        if not labels or box.confidence(grid) >= UNSURE:
            yield box
            continue
        scores = scores or [_scores(*sheet) for sheet in sheets]
        own = labels[place]
        alike = [found for found, other in zip(scores, labels, strict=True) if 2 * len(own & other) > len(own | other)]
        ranked = [
            evolve(one, score=sum(found.get(_signature(grid, box, one), 0.0) for found in alike) / len(alike))
            for one in box.candidates
        ]
        yield evolve(box, candidates=sorted(ranked, key=lambda candidate: -candidate.score))


def _labels(grid: CellGrid, box: Box) -> frozenset[str]:
    texts = (cell_text(grid.rows[row][box.columns[0]]) for row in box.rows)
    return frozenset(filter(None, map(fold_header, texts)))


def _scores(grid: CellGrid, box: Box) -> dict[_Signature, float]:
    """Return the best score of each layout of a sheet."""
    named = [one for one in box.candidates if one.header_rows or not isinstance(one.shape, Records)]
    return {_signature(grid, box, one): one.score for one in sorted(named, key=lambda candidate: candidate.score)}


def _signature(grid: CellGrid, box: Box, layout: Candidate) -> _Signature:
    texts = (cell_text(grid.rows[row][column]) for row in layout.header_rows for column in box.columns)
    return type(layout.shape), tuple("" if is_place_name(text) else fold_header(text) for text in texts)
