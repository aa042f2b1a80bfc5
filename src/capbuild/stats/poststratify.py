"""Weights made to agree with what is known of the population: post-stratification, raking, linear calibration.

Each returns a new design that also knows what it was calibrated to, so that variances shrink accordingly (the residuals
of the linearised values on the calibrating columns; Deville and Sarndal, 1992).
"""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, Ints, as_groups, as_table, as_vector
from capbuild.stats.survey import Calibrator, SurveyDesign

__all__ = ["calibrate", "poststratify", "rake"]


def poststratify(design: SurveyDesign, cells: Sequence[Hashable], totals: Mapping[Hashable, float]) -> SurveyDesign:
    """Return the design with the weights of each cell scaled to its known total.

    Args:
        design: How the rows were drawn.
        cells: Label of the cell of each row.
        totals: Known size of each cell in the population.

    Raises:
        ModelError: A cell has no total, or a total has no row.

    Example:
        >>> design = poststratify(SurveyDesign.of([1.0, 1.0, 1.0]), ["a", "a", "b"], {"a": 6, "b": 5})
        >>> design.weights.tolist()
        [3.0, 3.0, 5.0]
    """
    codes, sizes = _margin(cells, totals, len(design.weights))
    factors = sizes / np.bincount(codes, weights=design.weights)
    calibrator = Calibrator(columns=_dummies(codes), base=design.weights)
    return design.reweighted(design.weights * factors[codes], calibrator)


def rake(
    design: SurveyDesign,
    margins: Sequence[tuple[Sequence[Hashable], Mapping[Hashable, float]]],
    *,
    tolerance: float = 1e-10,
    limit: int = 1000,
) -> SurveyDesign:
    """Return the design with weights scaled to each margin in turn until all margins hold.

    Args:
        design: How the rows were drawn.
        margins: For each margin, the label of each row and the known total of each label.
        tolerance: Largest relative difference of a total at which it stops.
        limit: Most rounds.

    Raises:
        ModelError: A label has no total or a total no row, or the margins do not settle: they disagree about the size
            of the population, or rows that would be needed are missing.

    Example:
        >>> design = SurveyDesign.of([1.0, 1.0, 1.0, 1.0])
        >>> raked = rake(design, [("aabb", {"a": 6, "b": 4}), ("xyxy", {"x": 5, "y": 5})])
        >>> raked.weights.round(6).tolist()
        [3.0, 3.0, 2.0, 2.0]
    """
    rows = len(design.weights)
    coded = [_margin(labels, totals, rows) for labels, totals in margins]
    weights = np.array(design.weights)
    for _ in range(limit):
        off = 0.0
        for codes, sizes in coded:
            factors = sizes / np.bincount(codes, weights=weights)
            off = max(off, float(np.abs(factors - 1).max()))
            weights = weights * factors[codes]
        if off <= tolerance:
            break
    else:
        sums = [float(sizes.sum()) for _, sizes in coded]
        raise ModelError(
            "margins", sums, f"must agree and be reachable; after {limit} rounds they are off by {off:.2g}"
        )
    columns = np.column_stack([_dummies(codes) for codes, _ in coded])
    return design.reweighted(weights, Calibrator(columns=columns, base=design.weights))


def calibrate(design: SurveyDesign, columns: npt.ArrayLike, totals: npt.ArrayLike) -> SurveyDesign:
    """Return the design with weights moved as little as possible (in least squares) so that columns have known totals.

    Args:
        design: How the rows were drawn.
        columns: Values (rows, columns): a column of ones for the size of the population, figures, indicators.
        totals: Known total of each column.

    Raises:
        ModelError: A value is missing, the totals cannot be met, or a weight would not stay positive.

    Example:
        >>> design = calibrate(SurveyDesign.of([1.0, 1.0, 1.0]), [[1.0, 2.0], [1.0, 4.0], [1.0, 6.0]], [6.0, 26.0])
        >>> design.weights.round(6).tolist()
        [1.5, 2.0, 2.5]
    """
    table = as_table(columns, "columns")
    goals = as_vector(totals, "totals", table.shape[1])
    if len(table) != len(design.weights) or np.isnan(table).any():
        raise ModelError("columns", table.shape, f"must have {len(design.weights)} rows without a missing value")
    weighted = table * design.weights[:, None]
    lacking = goals - weighted.sum(axis=0)
    slopes = np.linalg.lstsq(weighted.T @ table, lacking, rcond=None)[0]
    weights = design.weights * (1 + table @ slopes)
    if not np.allclose(weights @ table, goals, rtol=1e-8):
        raise ModelError("totals", goals.tolist(), "must be reachable by weights of these rows")
    if not (weights > 0).all():
        raise ModelError(
            "totals", goals.tolist(), f"must leave every weight positive; the least is {weights.min():.3g}"
        )
    return design.reweighted(weights, Calibrator(columns=table, base=design.weights))


def _margin(labels: Sequence[Hashable], totals: Mapping[Hashable, float], rows: int) -> tuple[Ints, Floats]:
    """Position of each row's label, and the total of each label."""
    names, codes = as_groups(labels, rows, "cells")
    for name in names:
        if name not in totals:
            raise ModelError("totals", name, "must have a total for each cell")
    for name, total in totals.items():
        if not total > 0:
            raise ModelError(f"totals[{name!r}]", total, "must be more than 0")
        if name not in names:
            raise ModelError("cells", name, "must have a row; join it with another cell")
    return codes, np.array([float(totals[name]) for name in names])


def _dummies(codes: Ints) -> Floats:
    return np.asarray(codes[:, None] == np.arange(codes.max() + 1), dtype=np.float64)
