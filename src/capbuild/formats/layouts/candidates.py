"""Candidate layouts of a region, and their confidence.

The confidence is the probability that the best layout is correct.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from attrs import frozen

from capbuild.formats.layouts.cell_grid import CellGrid, are_options, is_period, role_score
from capbuild.formats.layouts.cell_kinds import MARKS, UNCHECKED, is_mark, is_place_name
from capbuild.formats.layouts.form_candidates import form_candidates
from capbuild.formats.layouts.header import join_header
from capbuild.formats.layouts.header_candidates import rank_headers
from capbuild.formats.layouts.layout_score import WEIGHTS, Sample, score
from capbuild.formats.layouts.question_candidates import question_candidates
from capbuild.formats.layouts.region_under_header import Found, HeadedRegion
from capbuild.formats.layouts.shapes import Form, Records, Shape
from capbuild.formats.layouts.steps import HeaderRows, Sections, Step
from capbuild.formats.options import TableOptions
from capbuild.formats.values.cells import cell_text
from capbuild.formats.values.dates import is_unit_header
from capbuild.formats.values.numbers import is_number
from capbuild.formats.values.type_inference import are_exceptions
from capbuild.formats.vocabulary import Role, fold_header, role_word

#: Headers of tables with answers as rows.
_ASKED = (Role.QUESTION, Role.ANSWER)


def record_candidates(view: HeadedRegion) -> Iterator[Found]:
    """Yield the layout with one response per row."""
    if _has_country_line(view):
        return
    extra, cost = view.row_steps(records=True)
    if view.by_country:
        extra, cost = [*extra, *view.sections], 0.03
    elif view.has_headings:
        extra, cost = [*extra, Sections()], 0.03
    pure = [share for column, share in view.pure.items() if column != view.country]
    if view.country is not None:
        places = view.texts(view.country, view.every)
        unique = 0.5 + 0.5 * len(set(places)) / max(1, len(places))
    else:
        rows = list(zip(*(view.texts(c, view.every) for c in view.sample.columns), strict=True))
        unique = 0.2 + 0.5 * len(set(rows)) / max(1, len(rows))
    # A label and its country, `Country: Peru`, are not the header of a country column.
    label = not view.countries and any(is_place_name(view.header.name(column)) for column in view.sample.columns)
    vocabulary = 0.5 * view.place.said if view.place is not None and not label else 0.0
    # Headers for question and answer mean that rows are answers; so does one for the units of questions.
    asked, answered = (any(view.header.role_score(c, r) for c in view.sample.columns) for r in _ASKED)
    worded = (view.header.name(c) for c in view.sample.columns if view.main_class(c) == "T")
    measured = view.country is None and any(map(is_unit_header, worded))
    if asked and (answered or measured):
        vocabulary -= 0.35
    groups = tuple(_groups(view))
    terms = {
        "consistency": sum(pure) / len(pure) if pure else 0.4,
        "keys": 0.5 * unique if _names_others(view) else unique,
        "countries": view.countries,
        "vocabulary": 0.35 + vocabulary + 0.15 * bool(groups),
    }
    yield view.layout(Records(country=view.country, groups=groups), terms, extra, cost)


def _has_country_line(view: HeadedRegion) -> bool:
    """True if two columns begin with a country line.

    An example is `Country`, then `Peru`. The columns are then a form, unless a plain header is right below. An option
    is not a header, nor is a line with a single row below it. Titles may be above.
    """
    if len(view.sample.columns) != 2:
        return False
    rows = (i for i, row in enumerate(view.sample.words) if all(row))
    place = next(rows, 0)
    label, value = view.sample.words[place]
    line = role_score(label.rstrip(" :"), Role.COUNTRY) > 0 and is_place_name(value)
    named = view.country is not None and any(map(is_place_name, view.texts(view.country)))
    headed = view.start == place + 1 == view.body_start - 1 and len(view.every) > 1
    headed = headed and not are_options(view.sample.words[place + 1][1])  # an answer
    return line and not named and not headed


def _names_others(view: HeadedRegion) -> bool:
    """True if a second country column names other countries.

    Both columns must have the same header.
    """
    if view.country is None:
        return False
    header, places = view.header.parts[view.country][-1:], view.texts(view.country)
    others = [c for c in view.sample.columns if c != view.country]
    named = bool(header) and role_score(header[0], Role.COUNTRY) > 0
    again = [c for c in others if named and view.header.parts[c][-1:] == header]
    pairs = [(place_, other) for c in again for place_, other in zip(places, view.texts(c), strict=True) if other]
    return 2 * sum(place_ != other for place_, other in pairs) > len(pairs) > 0


def _groups(view: HeadedRegion) -> Iterator[tuple[int, ...]]:
    """Yield groups of adjacent columns of check marks.

    Each column is an option of the question in the header above.
    """
    run: list[int] = []
    for column in [*view.sample.columns, -1]:
        above, option = view.header.option(column)
        named_by_options = fold_header(view.header.name(column)) in view.options.columns
        goes_on = bool(run) and above == view.header.option(run[-1])[0]
        # An option that was never chosen has no mark.
        unmarked = bool(above) and not any(view.texts(column))
        ticked = unmarked or (bool(above) and _has_marks(view, [column]))
        joined = len(view.header.parts.get(column, ())) == 1 and not are_options(option)
        marked = ticked and not named_by_options and (not joined or (goes_on and unmarked) or _is_ticked(view, column))
        if run and not (marked and goes_on):
            # Of options such as `Yes` and `No` below a question, one may be chosen in all rows.
            below = [len(view.header.parts[c]) > 1 and are_options(view.header.option(c)[1]) for c in run]
            least = 1 if len(run) > 1 and all(below) else 2
            if sum(any(view.texts(c)) for c in run) >= least and _has_marks(view, run):
                yield tuple(run)
            run = []
        if marked:
            run.append(column)


def _has_marks(view: HeadedRegion, columns: Sequence[int]) -> bool:
    """True if columns have check marks.

    A single column may have one other cell, a group of columns some exceptions.
    """
    cells = [(text, view.header.option(column)[1]) for column in columns for text in view.texts(column) if text]
    # Ones with blanks between them are marks where a header groups their options, and no other number is among them.
    ones = {text for text, _ in cells if is_number(text)} == {"1"} and all(_is_grouped(view, c) for c in columns)
    other = sum(not (is_mark(*cell) or (ones and cell[0] == "1")) for cell in cells)
    return bool(cells) and (other <= 1 if len(columns) == 1 else are_exceptions(other, len(cells) - other))


def _is_grouped(view: HeadedRegion, column: int) -> bool:
    """True if a column below a question has blank cells."""
    parts = view.header.parts.get(column, ())
    return len(parts) > 1 and not is_period(parts[-1]) and "" in view.texts(column)


def _is_ticked(view: HeadedRegion, column: int) -> bool:
    """True if a cell ticks the option of its column."""
    option = view.header.option(column)[1]
    return any(text not in UNCHECKED and is_mark(text, option) for text in view.texts(column))


@frozen(eq=False)
class Candidate:
    """Layout with its evidence.

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
        """Shape of the layout, which is its last step."""
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
    layouts: list[Found] = []
    for start, body, header_score, edge in rank_headers(sample, header):
        view = HeadedRegion(sample, start, body, header_score, edge, country, options)
        for shape in _shapes(view):
            sample.limits.check_time(sample.grid.file)
            layouts.append(shape)
    if header is None:
        layouts.extend(form_candidates(sample, country))
    candidates_ = [Candidate(tuple(steps), terms, score(terms, weights)) for steps, terms in layouts]
    return sorted(candidates_, key=lambda candidate: -candidate.score)


def _shapes(view: HeadedRegion) -> Iterator[Found]:
    """Yield a layout for each shape with its columns."""
    names = {fold_header(view.header.name(c)) for c in view.sample.columns}
    asked = any(name in names and role_word(text) is None for name, text in view.options.columns.items())
    asking: list[Found] = []
    if view.body_start and not asked:  # a column named by a question id has answers
        asking = list(question_candidates(view))
    # If the options name the question column, a row is not a response.
    if not asking or not view.asks_in_rows or view.options.shape is not None:
        yield from record_candidates(view)
    yield from asking


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
    """Return the probability that a layout is correct.

    It is computed from the layout's signs, as a logistic function.
    """
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
    others = (best.score - candidate.score for candidate in found if type(candidate.shape) is not type(best.shape))
    names = ("header", "consistency", "keys", "explained", "vocabulary")
    return {
        "margin": min(_MARGIN, *others, _MARGIN),
        **{name: best.terms[name] for name in names},
        "owned": float(best.terms["countries"] > 0),
        "form": float(isinstance(best.shape, Form)),
        **_unread(grid, rows, columns, best),
    }


def _unread(grid: CellGrid, rows: Sequence[int], columns: Sequence[int], best: Candidate) -> dict[str, float]:
    """Return periods, check marks and repeated headers among records."""
    shares = {"periods": 0.0, "marks": 0.0, "again": 0.0}
    if not isinstance(best.shape, Records):
        return shares
    header, country = join_header(grid, best.header_rows, columns), best.shape.country
    grouped = {column for group in best.shape.groups for column in group}
    asked = [column for column in columns if column != country and column not in grouped]
    body = [row for row in rows if not best.header_rows or row > best.header_rows[-1]][:_ROWS]
    if asked:
        shares["periods"] = sum(any(map(is_period, header.parts[c])) for c in asked) / len(asked)
        marks = sum(_has_only_marks(grid, body, c) for c in asked)
        unchecked = any(cell_text(grid.rows[row][c]) in UNCHECKED for row in body for c in asked)
        # Columns with a word for no are questions; a single one is not an option of a multi-select.
        shares["marks"] = marks / len(asked) if marks > 1 and not unchecked else 0.0
    if country is not None and header.parts[country]:
        shares["again"] = float(any(header.parts[c] == header.parts[country] for c in asked))
    return shares


def _has_only_marks(grid: CellGrid, rows: Sequence[int], column: int) -> bool:
    cells = (cell for row in rows if (cell := grid.rows[row][column]) is not None)
    first = next(cells, None)
    return cell_text(first) in MARKS and all(cell_text(cell) in MARKS for cell in cells)
