"""Arrays with missing values: checks, sums, means, quotients."""

from collections.abc import Hashable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from capbuild.errors import ModelError

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]


def as_table(values: npt.ArrayLike, name: str = "values") -> Floats:
    """Return a float table (units, items), NaN where missing.

    Raises:
        ModelError: The array is not two-dimensional, or a value is infinite.
    """
    return _check_values(values, 2, name)


def as_vector(values: npt.ArrayLike, name: str = "values", length: int | None = None) -> Floats:
    """Return values as a float vector.

    If a length is given, a single number is repeated.

    Raises:
        ModelError: The array is not one-dimensional, has another length, or a value is infinite.
    """
    if length is not None and np.ndim(values) == 0:
        values = np.full(length, values)
    vector = _check_values(values, 1, name)
    if length is not None and len(vector) != length:
        raise ModelError(name, len(vector), f"must have {length} values")
    return vector


def _check_values(values: npt.ArrayLike, dimensions: int, name: str) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != dimensions:
        raise ModelError(name, array.shape, f"must have {dimensions} dimension(s)")
    if np.isinf(array).any():
        where = tuple(int(i) for i in np.argwhere(np.isinf(array))[0])
        raise ModelError(f"{name}{list(where)}", float(array[where]), "must be finite, or NaN where it is missing")
    return array


def as_directions(direction: npt.ArrayLike, items: int) -> Floats:
    """Return one direction per item.

    Raises:
        ModelError: A direction is neither 1 nor -1.
    """
    signs = as_vector(direction, "direction", items)
    wrong = np.abs(signs) != 1
    if wrong.any():
        raise ModelError("direction", float(signs[wrong][0]), "must be 1 or -1")
    return signs


def as_groups(groups: Sequence[Hashable], length: int) -> tuple[tuple[Hashable, ...], Ints]:
    """Return distinct labels, and the index of each position's label.

    Labels are in order of first occurrence.

    Raises:
        ModelError: The number of labels differs from the number of positions.
    """
    if len(groups) != length:
        raise ModelError("groups", len(groups), f"must have {length} labels")
    index: dict[Hashable, int] = {}
    codes = np.array([index.setdefault(label, len(index)) for label in groups], dtype=np.int64)
    return tuple(index), codes


def read_only(array: Floats) -> Floats:
    """Return a read-only copy, for frozen objects."""
    copy = np.array(array, dtype=np.float64)
    copy.flags.writeable = False
    return copy


def quotient(above: npt.ArrayLike, below: npt.ArrayLike) -> Floats:
    """Return `above / below`, NaN where undefined."""
    above, below = np.broadcast_arrays(np.asarray(above, np.float64), np.asarray(below, np.float64))
    out = np.full(above.shape, np.nan)
    np.divide(above, below, out=out, where=(below != 0) & ~np.isnan(above) & ~np.isnan(below))
    return out


def bounds(values: Floats) -> tuple[Floats, Floats]:
    """Return the lowest and highest present value of each column."""
    absent = np.isnan(values)
    low = np.min(np.where(absent, np.inf, values), axis=0, initial=np.inf)
    high = np.max(np.where(absent, -np.inf, values), axis=0, initial=-np.inf)
    empty = absent.all(axis=0)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def count(values: Floats, axis: int = 0) -> Floats:
    """Return the number of present values, as floats."""
    return np.asarray((~np.isnan(values)).sum(axis=axis), dtype=np.float64)


def mean(values: Floats, axis: int = 0) -> Floats:
    """Return the mean of the present values, or NaN."""
    return quotient(np.nansum(values, axis=axis), count(values, axis))


def std(values: Floats, axis: int = 0) -> Floats:
    """Return the sample standard deviation (n - 1).

    It is NaN for fewer than two values.
    """
    spread = values - np.expand_dims(mean(values, axis), axis)
    squares = quotient(np.nansum(spread * spread, axis=axis), count(values, axis) - 1)
    squares[count(values, axis) < 2] = np.nan
    return np.asarray(np.sqrt(squares))


def quantiles(values: Floats, at: Sequence[float]) -> Floats:
    """Return quantiles of each column's present values, shape (len(at), columns).

    They are interpolated between order statistics at `(n - 1) q`, which is type 7 of Hyndman and Fan (1996).
    """
    if not len(values):
        return np.full((len(at), values.shape[1]), np.nan)
    ordered = np.array(values.T, order="C")
    ordered.sort(axis=1)  # contiguous rows sort several times faster than columns; NaN goes last
    last = values.shape[0] - 1 - np.isnan(values).sum(axis=0)
    place = np.maximum(last, 0)[:, None] * np.asarray(at)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(last, 0)[:, None])
    below, above = np.take_along_axis(ordered, low, axis=1), np.take_along_axis(ordered, high, axis=1)
    return np.where(last >= 0, (below + (place - low) * (above - below)).T, np.nan)


def median(values: Floats) -> Floats:
    """Return the median of each column's present values, or NaN."""
    return np.asarray(quantiles(values, [0.5])[0])
