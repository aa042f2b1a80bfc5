"""Tally as narwhals expressions, common to all engines.

Engines are polars, duckdb, pandas, pyarrow and Spark. There is no division: Spark's division (`try_divide`) is not
known to every engine of its protocol. Counts are small, so their reciprocals are looked up.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import add, or_
from typing import Any

import narwhals as nw
from attrs import frozen

from capbuild.model import Missing
from capbuild.tables.codebook import KIND_CODES, KIND_OF_CODE, NO_ANSWER_GIVEN, OTHER_TEXT, VALUE, Coding
from capbuild.tables.measures import CellFigures, Item, Measure

#: Up to this many cells are compared one by one; more use `is_in`.
_FEW = 4
_INVALID = KIND_CODES[Missing.INVALID]
#: Codes of missing kinds outside the denominator.
_OUT = frozenset({NO_ANSWER_GIVEN, *(code for kind, code in KIND_CODES.items() if not kind.in_denominator)})


def _test_among(column: nw.Expr, cells: Sequence[Any]) -> nw.Expr:
    """Test whether a cell is one of some cells.

    The result is null for a null. A few cells are compared one by one, which is cheapest.
    """
    if len(cells) > _FEW:
        return column.is_in(cells)
    compared: list[nw.Expr] = [column == cell for cell in cells]
    return reduce(or_, compared)


def _choose(column: nw.Expr, figures: Mapping[Any, float], otherwise: nw.Expr) -> nw.Expr:
    """Return the figure of each cell."""
    cells: dict[float, list[Any]] = {}
    for cell, figure in figures.items():
        cells.setdefault(figure, []).append(cell)
    chosen = otherwise
    for figure, of in reversed(cells.items()):
        chosen = nw.when(_test_among(column, of)).then(nw.lit(figure)).otherwise(chosen)
    return chosen


def _fit_straight_line(figures: Mapping[Any, float]) -> tuple[float, float] | None:
    """Return slope and intercept if figures are linear in codes.

    They usually are on a Likert scale.
    """
    codes = sorted(code for code in figures if isinstance(code, int))
    if len(codes) < 3 or len(codes) != len(figures):
        return None
    slope = figures[codes[1]] - figures[codes[0]]
    start = figures[codes[0]] - slope * codes[0]
    exact = slope == int(slope) and start == int(start)
    return (slope, start) if exact and all(figures[code] == slope * code + start for code in codes) else None


def _compute_figure(item: Item, *, filled: bool) -> nw.Expr:
    """Return the figure of an item.

    Args:
        item: The item.
        filled: True for 0 instead of null without a figure.
    """
    column = nw.col(item.column.name)
    nothing = nw.lit(0.0) if filled else nw.lit(None, dtype=nw.Float64)

    def where(test: nw.Expr | None, figure: nw.Expr) -> nw.Expr:
        if test is None and not filled:
            return figure
        return nw.when(~column.is_null() if test is None else test).then(figure).otherwise(nothing)

    line = _find_line(item)
    if item.factor is not None:
        figure = _choose(column, item.cells.figures, where(_test_counted(item), _number(item)))
    elif line is not None:
        figure = where(None, column.cast(nw.Float64) * line[0] + line[1])
    else:
        figure = _choose(column, item.cells.figures, nothing)
    if item.others.figures:
        text = _choose(nw.col(item.column.text_name), item.others.figures, nothing)
        figure = nw.when(_is_text(item)).then(text).otherwise(figure)
    return figure


def _has_figure(item: Item) -> nw.Expr:
    """Test whether an item has a figure.

    The test is false or null if it has none.
    """
    column = nw.col(item.column.name)
    figures = list(item.cells.figures)
    counts = _test_counted(item) if item.factor is not None else None
    if counts is None and (item.factor is not None or _find_line(item) is not None):
        has = ~column.is_null()
    else:
        tests = [counts] if counts is not None else []
        tests += [_test_among(column, figures)] if figures else []
        has = reduce(or_, tests) if tests else nw.lit(False)
    if item.others.figures:
        text = _test_among(nw.col(item.column.text_name), list(item.others.figures))
        has = nw.when(_is_text(item)).then(text).otherwise(has)
    return has


def _find_line(item: Item) -> tuple[float, float] | None:
    """Return the line through all figures, or None."""
    return _fit_straight_line(item.cells.figures) if item.factor is None and not item.cells.kinds else None


def _is_text(item: Item) -> nw.Expr:
    """Test whether a cell contains text, not a number."""
    return (nw.col(item.column.missing_name) == OTHER_TEXT).fill_null(False)


def _number(item: Item) -> nw.Expr:
    """Return the number of a numeric cell times the factor."""
    number = nw.col(item.column.name).cast(nw.Float64)
    return number if item.factor in (None, 1) else number * item.factor


def _test_counted(item: Item) -> nw.Expr | None:
    """Test whether a number counts; None if all do.

    A number counts if it is within limits, and its cell has no other meaning.
    """
    column, named = nw.col(item.column.name), [*item.cells.figures, *item.cells.kinds]
    fits = _test_range(_number(item), item)
    if not named:
        return fits
    # A pandas null is not a number, differs from every cell and is outside all limits.
    return (~column.is_null() if fits is None else fits) & ~_test_among(column, named)


def _test_range(number: nw.Expr, item: Item) -> nw.Expr | None:
    """Test whether a number is within limits; None without limits."""
    limits = item.limits
    if not (math.isfinite(limits.low) or math.isfinite(limits.high)):
        return None
    fits = (number >= limits.low) & (number <= limits.high)
    if limits.steps:
        fits = fits & number.is_in([float(step) for step in range(int(limits.low), int(limits.high) + 1)])
    return fits


def _test_invalid(item: Item) -> nw.Expr | None:
    """Test whether a number is invalid.

    The test is None if no number can be. A number is invalid off the scale, and always if the mapping gives numbers no
    factor.
    """
    column = nw.col(item.column.name)
    named = [*item.cells.figures, *item.cells.kinds]
    if item.column.coding is Coding.CODED:
        return None
    unnamed = ~column.is_null() & ~_test_among(column, named) if named else ~column.is_null()
    if item.factor is None:
        return unnamed
    fits = _test_range(_number(item), item)
    return None if fits is None else unnamed & ~fits


def _list_cells(look_up: CellFigures, kind: int) -> list[Any]:
    return [cell for cell, kind_ in look_up.kinds.items() if kind_ == kind]


def _index_kinds(item: Item) -> dict[int, nw.Expr]:
    """Return tests of missing reasons, by code."""
    column = item.column
    by_kind: dict[int, list[nw.Expr]] = {}
    if column.kinds:
        companion = nw.col(column.missing_name)
        for code in column.kinds:
            if code not in (VALUE, OTHER_TEXT):
                by_kind.setdefault(code, []).append(companion == code)
        if OTHER_TEXT in column.kinds:
            for code in sorted(set(item.others.kinds.values())):
                text = _test_among(nw.col(column.text_name), _list_cells(item.others, code))
                by_kind.setdefault(code, []).append((companion == OTHER_TEXT) & text)
    else:
        code = NO_ANSWER_GIVEN if column.absent is None else KIND_CODES[column.absent]
        by_kind[code] = [nw.col(column.name).is_null()]
    for code in sorted(set(item.cells.kinds.values())):
        by_kind.setdefault(code, []).append(_test_among(nw.col(column.name), _list_cells(item.cells, code)))
    invalid = _test_invalid(item)
    if invalid is not None:
        by_kind.setdefault(_INVALID, []).append(invalid)
    return {code: reduce(or_, tests) for code, tests in by_kind.items()}


def _count(tests: Iterable[nw.Expr]) -> nw.Expr:
    """Count the true tests in each row; nulls are false."""
    return reduce(add, (test.fill_null(False).cast(nw.Int8) for test in tests))


def _compute_reciprocal(count: nw.Expr, out: nw.Expr | None, items: int, at_least: float) -> nw.Expr:
    """Return 1 / number of items answered.

    It is null if too few of the asked items were answered. The required number is computed for each count in advance,
    so that the engine only looks it up.
    """
    reciprocal = nw.lit(None, dtype=nw.Float64)
    for number in range(1, items + 1):
        fewest = next(outside for outside in range(items + 1) if number >= (items - outside) * at_least)
        if out is None and fewest:
            continue
        holds = count == number
        if out is not None and fewest:
            holds = holds & (out >= fewest)
        reciprocal = nw.when(holds).then(nw.lit(1.0 / number)).otherwise(reciprocal)
    return reciprocal


@frozen(eq=False)
class Answers:
    """Columns of a measure: items, then the respondent's figure.

    Attributes:
        made: Expressions of the item columns.
        figure: The respondent's figure, from those columns; null if there is none.
        some: Test whether anything was answered; None if the figure shows it.
        kinds: Codes of the kinds of missing that can occur, with the name of the column that counts each.
    """

    made: tuple[nw.Expr, ...]
    figure: nw.Expr
    some: nw.Expr | None
    kinds: Mapping[int, str]


def answered(measure: Measure, prefix: str, at_least: float, known: Mapping[int, str] | None = None) -> Answers:
    """Return the columns of one measure.

    Args:
        measure: The measure.
        prefix: Prefix of its column names.
        at_least: Share of the items in the denominator that must be answered.
        known: Kinds of missing already counted by another measure of the same columns.
    """
    by_kind: dict[int, list[nw.Expr]] = {}
    for item in measure.items:
        for code, test in _index_kinds(item).items():
            by_kind.setdefault(code, []).append(test)
    kinds = {code: f"{prefix}_k{code}" for code in sorted(by_kind) if code in KIND_OF_CODE}
    expressions = [_count(by_kind[code]).alias(name) for code, name in kinds.items()] if known is None else []
    kinds = kinds if known is None else dict(known)
    if len(measure.items) == 1:
        expressions.append(_compute_figure(measure.items[0], filled=False).alias(f"{prefix}_x"))
        return Answers(tuple(expressions), nw.col(f"{prefix}_x") - measure.centre, None, kinds)
    total, count, out = (nw.col(f"{prefix}_{part}") for part in ("total", "count", "out"))
    expressions.append(
        reduce(add, (_compute_figure(item, filled=True) for item in measure.items)).alias(f"{prefix}_total")
    )
    expressions.append(_count(_has_figure(item) for item in measure.items).alias(f"{prefix}_count"))
    outside = [test for code, tests in by_kind.items() if code in _OUT for test in tests]
    if outside:
        expressions.append(_count(outside).alias(f"{prefix}_out"))
    share = _compute_reciprocal(count, out if outside else None, len(measure.items), at_least)
    return Answers(tuple(expressions), total * share - measure.centre, (count > 0).cast(nw.Int8), kinds)
