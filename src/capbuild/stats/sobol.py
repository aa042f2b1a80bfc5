"""Sobol' indices: how much of the variance of a result each uncertain choice makes, alone and with the others."""

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, quotient
from capbuild.stats.sobol_points import MOST_DIMENSIONS, sobol_points
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["SobolIndices", "radial_design", "sobol_indices"]

#: Figures of the bootstrap that are held at once.
_AT_ONCE = 1 << 22


def radial_design(base: int, factors: int, *, seed: int = 0) -> Floats:
    """Return the points at which a function is to be run, of shape (base * (factors + 2), factors).

    Blocks of `base` rows: A, B, then for each factor A with that factor's column taken from B. A and B are one Sobol'
    sequence of twice the dimensions.

    Args:
        base: Number of points in A; a power of two is best.
        factors: Number of factors, at most half of `MOST_DIMENSIONS`.
        seed: Seed of the random shift.

    Raises:
        ModelError: There are no factors, too many, or fewer than two points.

    Source: Saltelli et al. (2010), Computer Physics Communications 181, 259-270.

    Example:
        >>> radial_design(8, 3).shape
        (40, 3)
    """
    if not 1 <= factors <= MOST_DIMENSIONS // 2:
        raise ModelError("factors", factors, f"must be from 1 to {MOST_DIMENSIONS // 2}")
    if base < 2:
        raise ModelError("base", base, "must be at least 2")
    points = sobol_points(base, 2 * factors, seed=seed)
    a, b = points[:, :factors], points[:, factors:]
    mixed = np.where(np.eye(factors, dtype=np.bool_)[:, None, :], b, a)
    return np.concatenate([a, b, mixed.reshape(-1, factors)])


@frozen(kw_only=True, eq=False)
class SobolIndices:
    """First-order and total indices, each of shape (factors, outputs); NaN for an output that does not vary.

    Attributes:
        first: Share of the variance that the factor makes alone.
        total: Share that it makes alone and in interaction with others.
        first_interval: Bootstrap interval of `first`, of shape (2, factors, outputs).
        total_interval: Bootstrap interval of `total`.
        variance: Variance of each output, of shape (outputs,); NaN for one with a missing result.
        confidence: Coverage of the intervals.
        consistent: Whether `first` is below `total`, as theory demands, within the joint bootstrap. Where it is not,
            the sample is too small to say anything.
    """

    first: Floats
    total: Floats
    first_interval: Floats
    total_interval: Floats
    variance: Floats
    confidence: float
    consistent: Bools

    @property
    def undefined(self) -> dict[int, Undefined]:
        """The outputs without indices, with the reason."""
        missing = Undefined(UndefinedReason.TOO_FEW, "a result is missing in some replications")
        constant = Undefined(UndefinedReason.CONSTANT, "the result does not vary")
        without = np.flatnonzero(np.isnan(self.first).all(axis=0))
        return {int(i): missing if np.isnan(self.variance[i]) else constant for i in without}


def sobol_indices(
    results: npt.ArrayLike, factors: int, *, confidence: float = 0.9, resamples: int = 500, seed: int = 0
) -> SobolIndices:
    """Estimate Sobol' indices from results at the points of `radial_design`, in its order.

    Results are centred first, without which the first-order estimate drowns in the square of the mean:
    `S = mean(yB (yAB - yA)) / V` and `T = mean((yA - yAB)^2) / (2 V)`. The bootstrap draws whole rows of the design, so
    variance and both indices move together.

    Args:
        results: Results (base * (factors + 2),) or, for several outputs, (base * (factors + 2), outputs).
        factors: Number of factors of the design.
        confidence: Coverage of the intervals, between 0 and 1.
        resamples: Number of bootstrap resamples.
        seed: Seed of the bootstrap.

    Raises:
        ModelError: The number of results does not fit the design, or one of them is infinite.

    Source: Saltelli et al. (2010) for the first order; Jansen (1999), Computer Physics Communications 117, 35-43, for
    the total.

    Example:
        >>> points = radial_design(512, 2)
        >>> found = sobol_indices(100 + 2 * points[:, 0] + points[:, 1], 2)
        >>> found.first[:, 0].round(2), found.total[:, 0].round(2)
        (array([0.8, 0.2]), array([0.8, 0.2]))
    """
    y = np.asarray(results, np.float64)
    y = y[:, None] if y.ndim == 1 else y
    if y.ndim != 2 or len(y) == 0 or len(y) % (factors + 2):
        raise ModelError("results", y.shape, f"must be a multiple of {factors + 2} results")
    if np.isinf(y).any():
        raise ModelError("results", "infinity", "must be finite, or NaN where missing")
    base = len(y) // (factors + 2)
    known = ~np.isnan(y).any(axis=0)
    y = np.where(known, y, 0.0)
    blocks = (y - y.mean(axis=0)).reshape(factors + 2, base, -1)
    varies = np.ptp(y, axis=0) > 1e-12 * np.max(np.abs(y), axis=0, initial=0.0)
    every = np.full((1, base), 1.0 / base)
    first, total, variance = _indices(blocks, every, varies)
    firsts, totals = _bootstrap(blocks, varies, resamples, seed)
    tail = (1 - confidence) / 2
    excess = _quantiles(firsts - totals, [tail])[0]
    return SobolIndices(
        first=first[0],
        total=total[0],
        first_interval=_quantiles(firsts, [tail, 1 - tail]),
        total_interval=_quantiles(totals, [tail, 1 - tail]),
        variance=np.where(known, variance[0], np.nan),
        confidence=confidence,
        consistent=~(excess > 0) & ~(first[0] > total[0] + 0.1),
    )


def _indices(blocks: Floats, rows: Floats, varies: Bools) -> tuple[Floats, Floats, Floats]:
    """Return first-order and total indices (resamples, factors, outputs) and variances, for weights of the rows."""
    a, b, mixed = blocks[0], blocks[1], blocks[2:]
    moved = mixed - a
    centre = rows @ (a + b) / 2
    variance = rows @ (a * a + b * b) / 2 - centre**2
    below = np.where(varies & (variance > 0), variance, np.nan)[:, None, :]
    covariance = _over_rows(rows, b * moved) - centre[:, None, :] * _over_rows(rows, moved)
    return quotient(covariance, below), quotient(_over_rows(rows, moved**2) / 2, below), variance


def _over_rows(rows: Floats, figures: Floats) -> Floats:
    """Return weighted means over the rows, of shape (resamples, factors, outputs), by one product."""
    factors, base, outputs = figures.shape
    flat = figures.transpose(1, 0, 2).reshape(base, factors * outputs)
    return (rows @ flat).reshape(len(rows), factors, outputs)


def _bootstrap(blocks: Floats, varies: Bools, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """Return the indices of each resample; a few outputs at a time, all with the same resampled rows."""
    base = blocks.shape[1]
    rows = np.random.default_rng(seed).multinomial(base, np.full(base, 1 / base), size=resamples) / base
    step = max(1, _AT_ONCE // max(1, resamples * (len(blocks) - 2)))
    parts = [
        _indices(blocks[:, :, start : start + step], rows, varies[start : start + step])[:2]
        for start in range(0, blocks.shape[2], step)
    ]
    return np.concatenate([first for first, _ in parts], axis=2), np.concatenate([total for _, total in parts], axis=2)


def _quantiles(figures: Floats, at: list[float]) -> Floats:
    return np.asarray(np.quantile(figures, at, axis=0))
