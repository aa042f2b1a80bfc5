"""The model behind `raters`: what is believed beforehand, and how probable a report is at each true level.

Names of array sizes: C countries, Q capacities, L levels.
"""

from functools import cache

import numpy as np
from attrs import frozen

from capbuild.stats.arrays import Floats, Ints

__all__ = ["Priors", "evidence_of", "log_prior", "log_report", "log_sum"]


@frozen(kw_only=True)
class Priors:
    """What is believed of sources and countries before the reports are read; in levels unless said otherwise.

    Attributes:
        bias: Spread of the mean bias of a source about zero.
        reference_bias: The same for a source that is taken as the reference, close to unbiased in every country: also
            the spread of its bias between countries.
        country_bias: Typical spread of another source's bias between countries.
        reference_error: Typical spread of the reference's errors.
        error: Typical spread of another source's errors about its bias.
        free: Spread, in log odds, of distances from the truth about the bell that bias and error give; a reference has
            the bell alone.
        shape: Typical spread, in log odds, of single reports about what distances give; it is learnt for others, and
            stays for a reference.
        lapse: How often, typically, a report has nothing to do with the truth, 0 to 1.
        place: Typical spread of countries and of capacities, in log odds for each level.
    """

    bias: float = 2.0
    reference_bias: float = 0.1
    country_bias: float = 0.3
    reference_error: float = 0.35
    error: float = 0.55
    free: float = 1.0
    shape: float = 0.25
    lapse: float = 0.03
    place: float = 0.4


def log_report(bias: Floats, error: float, shape: Floats, lapse: float, free: Floats | float = 0.0) -> Floats:
    """Return log P(report | true level) of one source in each country, shape (L, C, L), the true level first.

    How far a report lies from the true level: a bell about the bias, times free odds for each distance (`free`), alike
    at all levels. What would lie beyond an end of the scale is reported as that end. Then free odds for each pair of
    level and report (`shape`); with probability `lapse` any level alike.
    """
    size = len(shape)
    steps, squares = _steps(size)
    score = free - squares / (2 * error**2) + (bias / error**2)[:, None] * steps
    # Reductions are called as such: on tables this small the methods of arrays cost more than the sums.
    score -= np.maximum.reduce(score, axis=1, keepdims=True)
    odds = np.exp(score, out=score)
    odds /= np.add.reduce(odds, axis=1, keepdims=True)
    table = (odds @ _ends(size)).reshape(len(bias), size, size).swapaxes(0, 1)
    table *= np.exp(shape)[:, None, :]
    table *= (1 - lapse) / np.add.reduce(table, axis=2, keepdims=True)
    table += lapse / size
    return np.log(table, out=table)


@cache
def _steps(size: int) -> tuple[Ints, Ints]:
    """Every distance of a report from the truth, shape (2L - 1,), and its square."""
    steps = np.arange(1 - size, size)
    return steps, steps**2


@cache
def _ends(size: int) -> Floats:
    """Which report each distance makes at each level, shape (2L - 1, L * L)."""
    levels = np.arange(size)
    said = np.clip(levels[:, None] + np.arange(1 - size, size)[None, :], 0, size - 1)  # (L, 2L - 1)
    return np.asarray((said.T[:, :, None] == levels).reshape(2 * size - 1, -1), dtype=np.float64)


def log_prior(shares: Floats, country: Floats, capacity: Floats) -> Floats:
    """Return log P(level) of each cell, shape (L, C, Q)."""
    levels = np.arange(len(shares)) - (len(shares) - 1) / 2
    score = shares[:, None, None] + levels[:, None, None] * (country[:, None] + capacity[None, :])
    return np.asarray(score - log_sum(score))


def log_sum(score: Floats) -> Floats:
    """Return the log of the sum of exponentials over levels, the first axis."""
    top = np.maximum.reduce(score, axis=0)
    odds = score - top
    total = np.add.reduce(np.exp(odds, out=odds), axis=0)
    return np.asarray(np.log(total, out=total) + top)


def evidence_of(table: Floats, row: Ints) -> Floats:
    """Return what one source's table says of each cell, shape (L, C, Q), 0 where it said nothing."""
    flat = np.zeros((len(table), table[0].size + 1))
    flat[:, :-1] = table.reshape(len(table), -1)
    return flat.take(row, axis=1)
