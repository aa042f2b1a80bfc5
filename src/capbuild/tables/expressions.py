"""The tally as narwhals expressions, written once: polars, duckdb, pandas, pyarrow and Spark run the same.

There is no division here: Spark's own for it (`try_divide`) is not known to every engine of its protocol. Counts are
few, so their reciprocals are looked up.
"""

import math
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add, or_
from typing import Any

import narwhals as nw
from attrs import frozen

from capbuild.model import Missing
from capbuild.tables.codebook import KIND_CODES, KIND_OF_CODE, NO_ANSWER_GIVEN, OTHER_TEXT, VALUE
from capbuild.tables.measures import Item, LookUp, Measure

__all__ = ["Answers", "answered", "scored"]

_INVALID = KIND_CODES[Missing.INVALID]
#: Kinds that leave the denominator.
_OUT = frozenset({NO_ANSWER_GIVEN, *(code for kind, code in KIND_CODES.items() if not kind.in_denominator)})


def _choose(column: nw.Expr, figures: Mapping[Any, float], otherwise: nw.Expr) -> nw.Expr:
    """Return the figure of each cell, cells of one figure taken together."""
    cells: dict[float, list[Any]] = {}
    for cell, figure in figures.items():
        cells.setdefault(figure, []).append(cell)
    chosen = otherwise
    for figure, of in reversed(cells.items()):
        holds = column == of[0] if len(of) == 1 else column.is_in(of)
        chosen = nw.when(holds).then(nw.lit(figure)).otherwise(chosen)
    return chosen


def _straight(figures: Mapping[Any, float]) -> tuple[float, float] | None:
    """Return slope and start where the figures lie on a straight line of the codes, as those of a Likert scale do."""
    codes = sorted(code for code in figures if isinstance(code, int))
    if len(codes) < 3 or len(codes) != len(figures):
        return None
    slope = figures[codes[1]] - figures[codes[0]]
    start = figures[codes[0]] - slope * codes[0]
    exact = slope == int(slope) and start == int(start)
    return (slope, start) if exact and all(figures[code] == slope * code + start for code in codes) else None


def _figure(item: Item) -> nw.Expr:
    """Return what an item counts, null where it counts nothing."""
    column = nw.col(item.column.name)
    nothing = nw.lit(None, dtype=nw.Float64)
    if item.factor is not None:
        number = column.cast(nw.Float64)
        number = number if item.factor == 1 else number * item.factor
        named = [*item.cells.figures, *item.cells.kinds]
        fits = _fits(number, item)
        if named:
            fits = ~column.is_in(named) if fits is None else fits & ~column.is_in(named)
        plain = number if fits is None else nw.when(fits).then(number).otherwise(nothing)
        figure = _choose(column, item.cells.figures, plain)
    else:
        line = _straight(item.cells.figures)
        if line is not None and not item.cells.kinds:
            figure = column.cast(nw.Float64) * line[0] + line[1]
        else:
            figure = _choose(column, item.cells.figures, nothing)
    if item.others.figures:
        other = nw.col(item.column.missing_name) == OTHER_TEXT
        text = _choose(nw.col(item.column.text_name), item.others.figures, nothing)
        figure = nw.when(other).then(text).otherwise(figure)
    return figure


def _fits(number: nw.Expr, item: Item) -> nw.Expr | None:
    """Return whether a number counts; None where every one does."""
    limits = item.limits
    if not (math.isfinite(limits.low) or math.isfinite(limits.high)):
        return None
    fits = (number >= limits.low) & (number <= limits.high)
    if limits.steps:
        fits = fits & number.is_in([float(step) for step in range(int(limits.low), int(limits.high) + 1)])
    return fits


def _cells_of(look_up: LookUp, kind: int) -> list[Any]:
    return [cell for cell, found in look_up.kinds.items() if found == kind]


def _invalid_number(item: Item) -> nw.Expr | None:
    """Return whether a number is off the scale, or stands where no number counts; None where none can."""
    column = nw.col(item.column.name)
    coded = item.column.coding.value == "coded"
    named = [*item.cells.figures, *item.cells.kinds]
    if coded:
        return None
    if item.factor is None:
        known = ~column.is_in(named) if named else None
        return ~column.is_null() if known is None else ~column.is_null() & known
    number = column.cast(nw.Float64)
    fits = _fits(number if item.factor == 1 else number * item.factor, item)
    if fits is None:
        return None
    return ~(fits | column.is_in(named)) & ~column.is_null() if named else ~fits & ~column.is_null()


def _kinds(item: Item) -> dict[int, nw.Expr]:
    """Return, by code of a kind, whether an item is missing for that reason; only kinds that can occur."""
    column = item.column
    found: dict[int, list[nw.Expr]] = {}
    if column.kinds:
        companion = nw.col(column.missing_name)
        for code in column.kinds:
            if code not in (VALUE, OTHER_TEXT):
                found.setdefault(code, []).append(companion == code)
        if OTHER_TEXT in column.kinds:
            for code in sorted(set(item.others.kinds.values())):
                text = nw.col(column.text_name).is_in(_cells_of(item.others, code))
                found.setdefault(code, []).append((companion == OTHER_TEXT) & text)
    else:
        code = NO_ANSWER_GIVEN if column.absent is None else KIND_CODES[column.absent]
        found[code] = [nw.col(column.name).is_null()]
    for code in sorted(set(item.cells.kinds.values())):
        found.setdefault(code, []).append(nw.col(column.name).is_in(_cells_of(item.cells, code)))
    invalid = _invalid_number(item)
    if invalid is not None:
        found.setdefault(_INVALID, []).append(invalid)
    return {code: reduce(or_, tests) for code, tests in found.items()}


def _count(tests: Iterable[nw.Expr]) -> nw.Expr:
    """Return how many of some tests hold in a row; a null is no."""
    return reduce(add, (test.fill_null(False).cast(nw.Int8) for test in tests))


def _reciprocal(count: nw.Expr, highest: int) -> nw.Expr:
    made = nw.lit(1.0)
    for number in range(2, highest + 1):
        made = nw.when(count == number).then(nw.lit(1.0 / number)).otherwise(made)
    return made


@frozen(eq=False)
class Answers:
    """The columns of one measure before respondents are scored.

    Attributes:
        figures: Names of the columns of its items' figures.
        out: Name of the column that counts the items outside the denominator; empty where none can be.
        kinds: Codes of the kinds of missing that can occur, with the name of the column that counts each.
        made: The expressions that make those columns.
    """

    figures: tuple[str, ...]
    out: str
    kinds: Mapping[int, str]
    made: tuple[nw.Expr, ...]


def answered(measure: Measure, prefix: str) -> Answers:
    """Return the columns of one measure before respondents are scored.

    Args:
        measure: The measure.
        prefix: Begins the names of its columns.
    """
    figures = {f"{prefix}_x{number}": _figure(item) for number, item in enumerate(measure.items)}
    by_kind: dict[int, list[nw.Expr]] = {}
    for item in measure.items:
        for code, test in _kinds(item).items():
            by_kind.setdefault(code, []).append(test)
    kinds = {code: f"{prefix}_k{code}" for code in sorted(by_kind) if code in KIND_OF_CODE}
    made = [expression.alias(name) for name, expression in figures.items()]
    made += [_count(by_kind[code]).alias(name) for code, name in kinds.items()]
    outside = [test for code, tests in by_kind.items() if code in _OUT for test in tests]
    several = len(measure.items) > 1
    if outside and several:
        made.append(_count(outside).alias(f"{prefix}_out"))
    return Answers(tuple(figures), f"{prefix}_out" if outside and several else "", kinds, tuple(made))


def scored(answers: Answers, prefix: str, centre: float, at_least: float) -> tuple[nw.Expr, ...]:
    """Return a respondent's figure less the centre, and whether too little was answered for one.

    Args:
        answers: The columns of the measure.
        prefix: Begins the names of the columns made: `_y` the figure, `_short` whether it is refused.
        centre: What is taken off.
        at_least: Share of the items in the denominator that must be answered.
    """
    if len(answers.figures) == 1:
        return ((nw.col(answers.figures[0]) - centre).alias(f"{prefix}_y"),)
    items = [nw.col(name) for name in answers.figures]
    total = reduce(add, (item.fill_null(0.0) for item in items))
    count = reduce(add, ((~item.is_null()).cast(nw.Int8) for item in items))
    asked = nw.lit(len(items)) if not answers.out else nw.lit(len(items)) - nw.col(answers.out)
    enough = (count > 0) & (count.cast(nw.Float64) >= asked.cast(nw.Float64) * at_least)
    mean = total * _reciprocal(count, len(items)) - centre
    figure = nw.when(enough).then(mean).otherwise(nw.lit(None, dtype=nw.Float64))
    return figure.alias(f"{prefix}_y"), ((count > 0) & ~enough).cast(nw.Int8).alias(f"{prefix}_short")
