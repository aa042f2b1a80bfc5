"""Correlations with missing values, and Cronbach's alpha."""

from collections.abc import Hashable, Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats import Floats, Ties, as_groups, as_table, quotient, rank_scores, t_cdf
from capbuild.undefined import Undefined, UndefinedReason


class Coefficient(StrEnum):
    """Correlation coefficient: Pearson, Spearman or Kendall's tau-b."""

    PEARSON = "pearson"
    SPEARMAN = "spearman"
    KENDALL = "kendall"


def correlation(values: npt.ArrayLike, coefficient: Coefficient | str = Coefficient.PEARSON) -> Floats:
    """Return the correlation of each pair, shape (items, items).

    Each pair uses the units that have both values, and ranks among those units. The result is NaN if fewer than two
    units have both, or if one of the items is constant among them.

    Args:
        values: Table (units, items).
        coefficient: Pearson, Spearman (ties at their mean rank) or Kendall (tau-b).

    Raises:
        ModelError: The coefficient is unknown.

    Source: Kendall (1945), Biometrika 33, 239-251, for tau-b.

    Example:
        >>> correlation([[1.0, 2.0], [2.0, 4.0], [3.0, 9.0]], "spearman").round(3).tolist()
        [[1.0, 1.0], [1.0, 1.0]]
    """
    if coefficient not in set(Coefficient):
        raise ModelError("coefficient", coefficient, f"must be one of {', '.join(Coefficient)}")
    table = as_table(values)
    if coefficient == Coefficient.KENDALL:
        return _compute_kendall(table)
    if coefficient == Coefficient.PEARSON:
        return cross_pearson(table, table)
    return _compute_spearman(table)


def correlate(
    first: npt.ArrayLike, second: npt.ArrayLike, coefficient: Coefficient | str = Coefficient.PEARSON
) -> float | Undefined:
    """Return two vectors' correlation, or why it is undefined.

    Args:
        first: Values of each unit, NaN if missing.
        second: Values of the same units.
        coefficient: Pearson, Spearman (ties at their mean rank) or Kendall (tau-b).

    Example:
        >>> correlate([1.0, 2.0, 3.0], [1.0, 3.0, 2.0])
        0.5
        >>> print(correlate([1.0, 2.0], [5.0, 5.0]))
        undefined: all values are equal
    """
    table = np.column_stack([np.asarray(first, np.float64), np.asarray(second, np.float64)])
    value = float(correlation(table, coefficient)[0, 1])
    if not np.isnan(value):
        return value
    both = int((~np.isnan(table)).all(axis=1).sum())
    if both < 2:
        return Undefined(UndefinedReason.TOO_FEW, f"{both} units have both values")
    return Undefined(UndefinedReason.CONSTANT)


def cross_pearson(first: npt.ArrayLike, second: npt.ArrayLike) -> Floats:
    """Return Pearson correlations between two tables' items.

    The shape is (items of `first`, items of `second`).

    Args:
        first: Table (units, items), NaN if missing.
        second: Table of the same units, with items of its own.

    Example:
        >>> cross_pearson([[1.0], [2.0], [4.0]], [[3.0, 1.0], [2.0, 2.0], [0.0, 4.0]]).round(3)
        array([[-1.,  1.]])
    """
    left, right = _centre(as_table(first)), _centre(as_table(second, "second"))
    if len(left) != len(right):
        raise ModelError("second", len(right), f"must have {len(left)} units")
    x, y = np.nan_to_num(left), np.nan_to_num(right)
    in_x, in_y = (~np.isnan(left)).astype(np.float64), (~np.isnan(right)).astype(np.float64)
    n = in_x.T @ in_y
    sum_x, sum_y = x.T @ in_y, in_x.T @ y
    covariance = x.T @ y - quotient(sum_x * sum_y, n)
    var_x = _spread((x * x).T @ in_y, quotient(sum_x * sum_x, n))
    var_y = _spread(in_x.T @ (y * y), quotient(sum_y * sum_y, n))
    return np.clip(quotient(covariance, np.sqrt(var_x * var_y)), -1, 1)


def _centre(table: Floats) -> Floats:
    """Return columns with mean 0 and maximum absolute value 1.

    Sums of their squares lose no digits.
    """
    spread = table - quotient(np.nansum(table, axis=0), (~np.isnan(table)).sum(axis=0))
    size = np.max(np.nan_to_num(np.abs(spread)), axis=0, initial=0.0)
    return spread / np.where(size > 1e-13 * np.max(np.nan_to_num(np.abs(table)), axis=0, initial=0.0), size, np.inf)


def _spread(squares: Floats, of_mean: Floats) -> Floats:
    """Return the sum of squares about the mean.

    A result within rounding error is 0.
    """
    left = squares - of_mean
    return np.where(left > 1e-13 * squares, left, 0.0)


def _compute_spearman(table: Floats) -> Floats:
    """Return Spearman's correlation of each pair of items.

    Each pair is ranked among the units that have both values. A table without missing cells is ranked only once.
    """
    places = rank_scores(table, ties=Ties.AVERAGE)
    holes = np.isnan(table)
    if not holes.any():
        return cross_pearson(places, places)
    out = np.empty((table.shape[1], table.shape[1]))
    for item in range(table.shape[1]):
        others = np.where(holes[:, [item]], np.nan, table)
        own = np.where(holes, np.nan, table[:, [item]])  # one column for each partner
        ranked, partner = rank_scores(own, ties=Ties.AVERAGE), rank_scores(others, ties=Ties.AVERAGE)
        out[item] = _compute_pearson(ranked, partner)
    return out


def _compute_pearson(first: Floats, second: Floats) -> Floats:
    """Return correlations of two tables, column by column.

    Both tables must have the same missing cells.
    """
    n = (~np.isnan(first)).sum(axis=0)
    x, y = (np.nan_to_num(part - quotient(np.nansum(part, axis=0), n)) for part in (first, second))
    return np.clip(quotient((x * y).sum(axis=0), np.sqrt((x * x).sum(axis=0) * (y * y).sum(axis=0))), -1, 1)


def _compute_kendall(table: Floats) -> Floats:
    """Return Kendall's tau-b of each pair of items.

    Each unit in turn is compared with all later ones.
    """
    items = table.shape[1]
    agree, untied = np.zeros((items, items)), np.zeros((items, items))
    for unit in range(len(table) - 1):
        gap = table[unit + 1 :] - table[unit]
        sign, known = np.nan_to_num(np.sign(gap)), (~np.isnan(gap)).astype(np.float64)
        agree += sign.T @ sign
        untied += np.abs(sign).T @ known  # pairs not tied on the row's item, among those with both values
    return quotient(agree, np.sqrt(untied * untied.T))


def p_values(values: npt.ArrayLike) -> Floats:
    """Return the two-sided p-values of Pearson correlations.

    They have shape (items, items), with 0 on the diagonal, and are those of `t = r sqrt((n - 2) / (1 - r^2))` with n -
    2 degrees of freedom. The result is NaN if fewer than three units have both values.

    Example:
        >>> p_values([[1.0, 2.0], [2.0, 1.0], [3.0, 4.0], [4.0, 3.0]]).round(3).tolist()
        [[0.0, 0.4], [0.4, 0.0]]
    """
    table = as_table(values)
    r = cross_pearson(table, table)
    present = (~np.isnan(table)).astype(np.float64)
    freedom = present.T @ present - 2
    exists = ~np.isnan(r) & (freedom > 0)
    out = np.full(r.shape, np.nan)
    for i, j in np.argwhere(np.triu(exists)):
        rest = max(1 - r[i, j] ** 2, 1e-300)
        out[i, j] = out[j, i] = 2 * t_cdf(-abs(r[i, j]) * np.sqrt(freedom[i, j] / rest), freedom[i, j])
    np.fill_diagonal(out, np.where(np.diag(exists), 0.0, np.nan))
    return out


@frozen(kw_only=True)
class CorrelatedPair:
    """Pair of items in a group with an unusual correlation.

    Attributes:
        group: Label of their group.
        first: Column of the first item.
        second: Column of the second item.
        correlation: Their correlation.
    """

    group: Hashable
    first: int
    second: int
    correlation: float


def correlated_pairs(
    values: npt.ArrayLike,
    groups: Sequence[Hashable],
    *,
    above: float | None = None,
    below: float | None = None,
    coefficient: Coefficient | str = Coefficient.PEARSON,
) -> tuple[CorrelatedPair, ...]:
    """Return item pairs with high or low correlation.

    Only pairs within a group are compared. They are returned in column order.

    Args:
        values: Table (units, items).
        groups: Group of each item; only pairs within a group are compared.
        above: Minimum correlation of redundant items; None to list none.
        below: Maximum correlation of contradictory items; None to list none.
        coefficient: Pearson, Spearman or Kendall.

    Example:
        >>> correlated_pairs([[1.0, 9.0], [2.0, 8.0], [3.0, 7.0]], ["law", "law"], below=-0.5)[0].group
        'law'
    """
    table = as_table(values)
    labels, codes = as_groups(groups, table.shape[1])
    coefficients = correlation(table, coefficient)
    flagged = np.zeros(coefficients.shape, dtype=np.bool_)
    if above is not None:
        flagged |= np.nan_to_num(coefficients) > above
    if below is not None:
        flagged |= np.nan_to_num(coefficients) < below
    pairs = np.argwhere(np.triu(flagged & (codes[:, None] == codes), 1))
    return tuple(
        CorrelatedPair(group=labels[codes[i]], first=int(i), second=int(j), correlation=float(coefficients[i, j]))
        for i, j in pairs
    )
