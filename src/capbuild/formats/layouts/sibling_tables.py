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
from capbuild.formats.values.cells import cell_text
from capbuild.formats.vocabulary import fold_header

#: Rows with labels that are compared.
_ROWS = 200

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
        form: Its best layout, if this has no header that can be found in another table.
        letters: Numbers of its columns.
    """

    labels: frozenset[str]
    scores: dict[_Signature, float]
    best: _Signature
    confidence: float
    form: Candidate | None
    letters: tuple[int, ...]

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
    letters = tuple(grid.letters[column] for column in box.columns)
    if not box.candidates:
        return SiblingTable(labels, scores, _NO_LAYOUT, 0.0, None, letters)
    best = box.candidates[0]
    form = best if isinstance(best.shape, Form) else None
    return SiblingTable(labels, scores, _sign(grid, box, best), box.confidence(grid), form, letters)


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
    # A form with few answers is no candidate where it is alone.
    lent = [other for other in alike if other.form and other.letters == own.letters and other.best not in own.scores]
    lender = max(lent, key=lambda other: other.scores[other.best], default=None)
    signed = [(_sign(grid, box, one), one) for one in box.candidates]
    signed += [(lender.best, lender.form)] if lender is not None and lender.form is not None else []
    tables = [own, *alike]
    means = {sign: sum(table.scores.get(sign, 0.0) for table in tables) / len(tables) for sign, _ in signed}
    if not means:
        return box
    best = max(means, key=lambda sign: means[sign])
    ranked = sorted((evolve(one, score=means[sign]) for sign, one in signed), key=lambda one: -one.score)
    sure = max((other.confidence for other in alike if other.best == best), default=0.0)
    return evolve(box, candidates=ranked, settled=sure)


def _sign(grid: CellGrid, box: Box, layout: Candidate) -> _Signature:
    texts = (cell_text(grid.rows[row][column]) for row in layout.header_rows for column in box.columns)
    return type(layout.shape), tuple("" if is_place_name(text) else fold_header(text) for text in texts)
