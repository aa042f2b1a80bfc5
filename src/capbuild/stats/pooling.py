"""Results of several completed data sets pooled into one, by Rubin's rules.

Source: Rubin (1987), with the degrees of freedom of Barnard and Rubin (1999) for a sample that is not large.
"""

import math

import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import as_vector
from capbuild.stats.estimate import LEVEL, Estimate
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["Pooled", "pool"]


@frozen(kw_only=True)
class Pooled:
    """An estimate pooled over imputations, and what missing answers cost it.

    Attributes:
        estimate: Mean of the estimates, with its standard error, degrees of freedom and interval; `n` is the number of
            imputations.
        within: Mean of their variances.
        between: Variance between them.
        total: `within + (1 + 1/m) between`, the square of the standard error.
        relative_increase: Increase of the variance by missing answers, as a share of `within`.
        share_missing: Share of the variance that comes from missing answers (lambda).
        information_missing: Fraction of missing information (fmi).
    """

    estimate: Estimate
    within: float
    between: float
    total: float
    relative_increase: float
    share_missing: float
    information_missing: float


def pool(
    estimates: npt.ArrayLike, variances: npt.ArrayLike, *, df_complete: float = math.inf, level: float = LEVEL
) -> Pooled | Undefined:
    """Pool one estimate over m imputed data sets.

    Args:
        estimates: Estimate in each data set, shape (m,).
        variances: Its variance (squared standard error) in each, shape (m,).
        df_complete: Degrees of freedom that complete data would have; infinite for a large sample.
        level: Confidence level of the interval.

    Returns:
        The pooled result; undefined with fewer than two imputations.

    Raises:
        ModelError: The lengths differ, a value is missing, a variance is negative, or all variances are zero.

    Example:
        >>> found = pool([10.0, 12.0, 11.0], [4.0, 4.0, 4.0])
        >>> found.estimate.value, found.within, found.between, round(found.total, 4)
        (11.0, 4.0, 1.0, 5.3333)
    """
    found = as_vector(estimates, "estimates")
    spread = as_vector(variances, "variances", len(found))
    if not (spread >= 0).all() or found.sum() != found.sum():
        raise ModelError("estimates, variances", (found.tolist(), spread.tolist()), "must not be missing or negative")
    m = len(found)
    if m < 2:
        return Undefined(UndefinedReason.TOO_FEW, f"{m} imputation(s)")
    within, between = float(spread.mean()), float(found.var(ddof=1))
    extra = (1 + 1 / m) * between
    total = within + extra
    if not within:
        raise ModelError("variances", spread.tolist(), "must not all be zero")
    share = extra / total
    df = _degrees(m, share, df_complete)
    increase = extra / within
    information = 0.0 if not between else (increase + 2 / (df + 3)) / (1 + increase)
    return Pooled(
        estimate=Estimate.symmetric(float(found.mean()), math.sqrt(total), level=level, df=df, n=m),
        within=within,
        between=between,
        total=total,
        relative_increase=increase,
        share_missing=share,
        information_missing=information,
    )


def _degrees(m: int, share: float, complete: float) -> float:
    squared = share**2  # of a share that is next to nothing it is zero
    large = (m - 1) / squared if squared else math.inf
    if math.isinf(complete):
        return large
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    return observed if math.isinf(large) else large * observed / (large + observed)
