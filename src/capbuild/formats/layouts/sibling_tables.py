"""Common layouts of tables with the same labels.

Uncertain layouts are settled by the sheets of other countries, and by the other files of a folder.
"""

from collections.abc import Iterable

from attrs import evolve, frozen

from capbuild.formats.layouts.candidates import UNSURE, Candidate
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.cell_kinds import is_place_name
from capbuild.formats.layouts.regions import Box
from capbuild.formats.layouts.shapes import Form, Records
from capbuild.formats.layouts.steps import HeaderRows, Region, Titles
from capbuild.formats.values.cells import cell_text
from capbuild.formats.vocabulary import fold_header

#: Rows with labels that are compared.
_ROWS = 200

#: Steps with rows, which differ between tables of one layout.
_ROW_STEPS = (Region, Titles, HeaderRows)
#: Common features of tables with one layout: the shape, and the texts of the header.
_Signature = tuple[type, tuple[str, ...]]
_NO_LAYOUT: _Signature = (type(None), ())


@frozen(eq=False)
class SiblingTable:
    """Evidence of a table on the layout that it shares with others.

    Attributes:
        labels: Texts of its first column.
        scores: Best score of each of its layouts.
        best: Its best layout; without one, its confidence is 0.
        confidence: Probability that this is correct.
        layout: The layout itself.
        columns: Its columns, with their numbers.
    """

    labels: frozenset[str]
    scores: dict[_Signature, float]
    best: _Signature
    confidence: float
    layout: Candidate | None
    columns: tuple[tuple[int, int], ...]

    def has_label(self, text: str) -> bool:
        """True if a label begins the text of a question, which need not be answered."""
        return any(map(fold_header(text).startswith, self.labels))

    def is_like(self, other: "SiblingTable") -> bool:
        """True if two tables come from one template.

        They have most labels in common, or one of them has the header of the other.
        """
        shared = (sign for sign in (self.best, other.best) if sign in self.scores and sign in other.scores)
        headed = any(len(set(filter(None, texts))) > 1 for _, texts in shared)
        return headed or 2 * len(self.labels & other.labels) > len(self.labels | other.labels)


def describe_sibling(grid: CellGrid, box: Box) -> SiblingTable:
    """Describe a table for its siblings.

    A header is repeated in each of them, except for the country, while an answer next to the first label is not.
    Repeated labels are not answers, so records have a header.
    """
    texts = (cell_text(grid.rows[row][box.columns[0]]) for row in box.rows[:_ROWS])
    named = [
        candidate for candidate in box.candidates if candidate.header_rows or not isinstance(candidate.shape, Records)
    ]
    scores = {_sign(grid, box, one): one.score for one in sorted(named, key=lambda candidate: candidate.score)}
    labels = frozenset(filter(None, map(fold_header, texts)))
    columns = tuple((column, grid.letters[column]) for column in box.columns)
    if not box.candidates:
        return SiblingTable(labels, scores, _NO_LAYOUT, 0.0, None, columns)
    best = box.candidates[0]
    return SiblingTable(labels, scores, _sign(grid, box, best), box.confidence(grid), best, columns)


def settle_by_siblings(grid: CellGrid, box: Box, own: SiblingTable, others: Iterable[SiblingTable]) -> Box:
    """Rank the layouts of an uncertain table by all tables of its template.

    Args:
        grid: The grid.
        box: The table.
        own: Its description.
        others: Other tables, of this template or not.
    """
    alike = [other for other in others if own.confidence < UNSURE and own.is_like(other)]
    if not alike:
        return box
    signed = [(_sign(grid, box, one), one) for one in box.candidates]
    # A form with few answers is no candidate where it is alone.
    lent = [(other.best, other.layout) for other in alike if other.columns == own.columns and other.layout is not None]
    signed += [(sign, one) for sign, one in lent if isinstance(one.shape, Form) and sign not in own.scores]
    if not signed:
        return box
    tables = {sign: [own, *alike] if sign in own.scores else alike for sign, _ in signed}
    means = {sign: sum(one.scores.get(sign, 0.0) for one in some) / len(some) for sign, some in tables.items()}
    best = max(means, key=lambda sign: means[sign])
    ranked = sorted((evolve(one, score=means[sign]) for sign, one in signed), key=lambda one: -one.score)
    sure = max((other for other in alike if other.best == best), key=lambda other: other.confidence, default=None)
    if sure is not None and (best, sure.layout) in lent and sure.layout is not None:
        ranked[0] = _with_columns(ranked[0], sure.layout)
    return evolve(box, candidates=ranked, settled=sure.confidence if sure is not None else 0.0)


def _with_columns(layout: Candidate, other: Candidate) -> Candidate:
    """Return a layout with the columns of another one under the same header.

    Few rows may not show what a column is.
    """
    own = [step for step in layout.steps if isinstance(step, _ROW_STEPS)]
    below = [step for step in other.steps if not isinstance(step, _ROW_STEPS)]
    return Candidate((*own, *below), other.terms, layout.score)


def _sign(grid: CellGrid, box: Box, layout: Candidate) -> _Signature:
    texts = (cell_text(grid.rows[row][column]) for row in layout.header_rows for column in box.columns)
    return type(layout.shape), tuple("" if is_place_name(text) else fold_header(text) for text in texts)
