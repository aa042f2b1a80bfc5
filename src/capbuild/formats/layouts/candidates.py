"""Candidate layouts of a region.

Headers are ranked first, by cheap terms; then each shape is tried if it has the columns it needs.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from attrs import frozen

from capbuild.formats.headers import role_word
from capbuild.formats.layouts.evidence import WEIGHTS, Sample, score
from capbuild.formats.layouts.form_candidates import form_candidates
from capbuild.formats.layouts.header_candidates import rank_headers
from capbuild.formats.layouts.question_candidates import question_candidates
from capbuild.formats.layouts.record_candidates import record_candidates
from capbuild.formats.layouts.region_under_header import Found, HeadedRegion
from capbuild.formats.layouts.shapes import Shape
from capbuild.formats.layouts.steps import HeaderRows, Step
from capbuild.formats.normalisation import fold_header
from capbuild.formats.options import TableOptions


@frozen(eq=False)
class Candidate:
    """A layout with its evidence.

    Attributes:
        steps: Its steps; the last is the shape.
        terms: Terms of its score.
        score: The score.
    """

    steps: tuple[Step, ...]
    terms: Mapping[str, float]
    score: float

    @property
    def shape(self) -> Shape:
        """The last step."""
        return cast("Shape", self.steps[-1])

    @property
    def header_rows(self) -> tuple[int, ...]:
        """Rows of the header."""
        return next((step.rows for step in self.steps if isinstance(step, HeaderRows)), ())


def candidates(
    sample: Sample,
    options: TableOptions,
    country: str = "",
    *,
    weights: Mapping[str, float] = WEIGHTS,
    header: tuple[int, ...] | None = None,
) -> list[Candidate]:
    """Return the candidate layouts of a region, best first.

    Args:
        sample: The region.
        options: Options in force.
        country: Country named by the sheet or file.
        weights: Weights of the terms.
        header: Given header rows; an empty tuple for a table without a header.
    """
    found: list[Found] = []
    for start, body, told, edge in rank_headers(sample, header):
        view = HeadedRegion(sample, start, body, told, edge, country, options)
        for one in _shapes(view):
            sample.limits.check_time(sample.grid.file)
            found.append(one)
    if header is None:
        found.extend(form_candidates(sample, country))
    made = [Candidate(tuple(steps), terms, score(terms, weights)) for steps, terms in found]
    return sorted(made, key=lambda one: -one.score)


def _shapes(view: HeadedRegion) -> Iterator[Found]:
    """Yield a layout for each shape with the columns it needs."""
    names = {fold_header(view.header.name(c)) for c in view.sample.columns}
    asked = any(name in names and role_word(text) is None for name, text in view.options.columns.items())
    asking: list[Found] = []
    if view.body_start and not asked:  # a column named by a question id has answers
        asking = list(question_candidates(view))
    # If the options name the question column, a row is not a response.
    if not asking or not view.asks_in_rows or view.options.shape is not None:
        yield from record_candidates(view)
    yield from asking
