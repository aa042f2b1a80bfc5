"""Shortest range of levels with a given probability.

Levels are positions on the scale, 0 for the lowest. A distribution is an array with levels on the last axis, summing to
1. There is no mean of levels: the steps between levels are not equal.
"""

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, Ints
from capbuild.stats.estimate import LEVEL, check_probability_level


@frozen(kw_only=True, eq=False)
class LevelRange:
    """Range of adjacent levels for each distribution, with its probability.

    Attributes:
        low: Lowest level of each range, shape (...).
        high: Highest level, same shape.
        probability: Probability of the levels from `low` to `high`: at least the requested one, and often more, since
            levels are discrete.
    """

    low: Ints
    high: Ints
    probability: Floats


def _check_probabilities(probabilities: npt.ArrayLike, name: str = "probabilities") -> Floats:
    """Return probabilities as a checked float array.

    Raises:
        ModelError: There are no levels, a probability is missing or negative, or they do not sum to 1.
    """
    array = np.asarray(probabilities, dtype=np.float64)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ModelError(name, array.shape, "must have the levels in the last dimension")
    if not (array >= 0).all():
        raise ModelError(name, float(np.min(array)), "must not be negative or missing")
    sums = array.sum(axis=-1)
    if not np.allclose(sums, 1, rtol=0, atol=1e-9):
        raise ModelError(name, float(sums.flat[np.argmax(np.abs(sums - 1))]), "must add up to 1")
    return array


def level_range(probabilities: npt.ArrayLike, *, level: float = LEVEL) -> LevelRange:
    """Return the shortest range with at least the given probability.

    Of equally short ranges, the most probable; of ties, the lowest.

    Args:
        probabilities: Distributions, shape (..., levels).
        level: Probability of the range, between 0 and 1.

    Raises:
        ModelError: A distribution is invalid, or the level is not between 0 and 1.

    Example:
        >>> found = level_range([[0.0, 0.78, 0.22], [0.02, 0.95, 0.03]])
        >>> found.low.tolist(), found.high.tolist(), found.probability.tolist()
        ([1, 1], [2, 1], [1.0, 0.95])
    """
    check_probability_level(level)
    array = _check_probabilities(probabilities)
    below = np.concatenate([np.zeros((*array.shape[:-1], 1)), array.cumsum(axis=-1)], axis=-1)
    shape = array.shape[:-1]
    low = np.zeros(shape, dtype=np.int64)
    high = np.full(shape, array.shape[-1] - 1, dtype=np.int64)
    mass = np.ones(shape)
    waiting = np.ones(shape, dtype=np.bool_)
    for length in range(1, array.shape[-1]):
        covered = below[..., length:] - below[..., :-length]
        start = np.round(covered, 12).argmax(axis=-1)
        best = np.take_along_axis(covered, start[..., None], axis=-1)[..., 0]
        done = waiting & (best >= level - 1e-12)
        low = np.where(done, start, low)
        high = np.where(done, start + length - 1, high)
        mass = np.where(done, np.minimum(best, 1.0), mass)
        waiting &= ~done
    return LevelRange(low=low, high=high, probability=mass)
