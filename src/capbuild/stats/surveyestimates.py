"""Estimates from a survey design: means, totals, ratios, proportions, quantiles, domains, and their differences.

Rows without a value do not count, as a domain that leaves them out: the clusters stay in the variance. Intervals are
Student's with the degrees of freedom of the domain: its first-stage clusters less its strata. The interval of a
proportion is that of `Estimate.proportion`. Where all values are equal and not everybody was asked, nothing is known of
their spread, and a mean is undefined.
"""

import math
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, as_groups, as_vector
from capbuild.stats.distributions import t_quantile
from capbuild.stats.estimate import LEVEL, Estimate, check_level
from capbuild.stats.survey import SurveyDesign
from capbuild.undefined import Undefined, UndefinedReason

__all__ = [
    "Domain",
    "by_domain",
    "design_effect",
    "domain_difference",
    "survey_mean",
    "survey_proportion",
    "survey_quantile",
    "survey_ratio",
    "survey_total",
]

#: A spread below this share of the values is rounding.
_ROUNDING = 1e-13


def survey_total(
    design: SurveyDesign, values: npt.ArrayLike, *, where: npt.ArrayLike | None = None, level: float = LEVEL
) -> Estimate | Undefined:
    """Return the total of a variable in the population, or in a domain of it.

    Args:
        design: How the rows were drawn.
        values: Value of each row, NaN where it is missing; the total is of those that have one.
        where: True for the rows of the domain; all when None.
        level: Confidence level of the interval.

    Returns:
        The estimate; undefined when no row has a value or a stratum has one cluster.

    Raises:
        ModelError: The lengths differ.

    Example:
        >>> design = SurveyDesign.of([5.0, 5.0, 5.0])
        >>> survey_total(design, [1.0, 2.0, 6.0]).value
        45.0
    """
    y, own = _rows(design, values, where)
    if not own.any():
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    found = _linearised(design, float(design.weights @ y), y, own)
    return found if isinstance(found, Undefined) else found.student(level)


def survey_mean(
    design: SurveyDesign, values: npt.ArrayLike, *, where: npt.ArrayLike | None = None, level: float = LEVEL
) -> Estimate | Undefined:
    """Return the mean of a variable in the population, or in a domain of it.

    The change of a panel between two rounds is the mean of the differences of its rows.

    Args:
        design: How the rows were drawn.
        values: Value of each row, NaN where it is missing.
        where: True for the rows of the domain; all when None.
        level: Confidence level of the interval.

    Example:
        >>> design = SurveyDesign.of([1.0, 1.0, 2.0])
        >>> survey_mean(design, [4.0, 8.0, 6.0]).value
        6.0
    """
    y, own = _rows(design, values, where)
    return _mean(design, _ratio(design, y, own.astype(np.float64), own), level, own)


def survey_ratio(
    design: SurveyDesign,
    above: npt.ArrayLike,
    below: npt.ArrayLike,
    *,
    where: npt.ArrayLike | None = None,
    level: float = LEVEL,
) -> Estimate | Undefined:
    """Return the ratio of two totals, such as trained officers to officers.

    Rows that lack one of the two do not count. Undefined also when the divisor's total is zero.

    Args:
        design: How the rows were drawn.
        above: Value of each row above the line, NaN where it is missing.
        below: Value of each row below the line, NaN where it is missing.
        where: True for the rows of the domain; all when None.
        level: Confidence level of the interval.

    Example:
        >>> survey_ratio(SurveyDesign.of([1.0, 1.0, 1.0]), [1.0, 2.0, 3.0], [2.0, 4.0, 2.0]).value
        0.75
    """
    y, own = _rows(design, above, where)
    x, both = _rows(design, below, own)
    return _mean(design, _ratio(design, np.where(both, y, 0.0), x, both), level, both)


def survey_proportion(
    design: SurveyDesign, holds: npt.ArrayLike, *, where: npt.ArrayLike | None = None, level: float = LEVEL
) -> Estimate | Undefined:
    """Return the share of rows for which something holds, with an interval between 0 and 1.

    Args:
        design: How the rows were drawn.
        holds: 1 or 0 for each row, or a value between them, NaN where it is unknown.
        where: True for the rows of the domain; all when None.
        level: Confidence level of the interval.

    Raises:
        ModelError: The lengths differ, or a value is not from 0 to 1.

    Source:
        See `capbuild.stats.estimate.Estimate.proportion`.

    Example:
        >>> found = survey_proportion(SurveyDesign.of([1.0] * 10), [1.0] * 9 + [0.0])
        >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
        (0.9, 0.606, 0.995)
    """
    y, own = _rows(design, holds, where)
    if ((y < 0) | (y > 1)).any():
        raise ModelError("holds", float(y[(y < 0) | (y > 1)][0]), "must be from 0 to 1")
    found = _ratio(design, y, own.astype(np.float64), own)
    if isinstance(found, Undefined):
        return found
    return Estimate.proportion(
        found.value, found.se, n=found.n, effective=design.effective_size(own), df=found.df, level=level
    )


def survey_quantile(
    design: SurveyDesign,
    values: npt.ArrayLike,
    probability: float,
    *,
    where: npt.ArrayLike | None = None,
    level: float = LEVEL,
) -> Estimate | Undefined:
    """Return a quantile: the smallest value that the share asked for does not exceed.

    The interval is Woodruff's: Student's of the share of rows up to the quantile, read off the distribution, or that of
    `survey_proportion` where all rows are up to it; the standard error is its width over twice the quantile of
    Student's distribution.

    Args:
        design: How the rows were drawn.
        values: Value of each row, NaN where it is missing.
        probability: 0.5 for the median.
        where: True for the rows of the domain.
        level: Confidence level of the interval.

    Raises:
        ModelError: The probability or the level is not between 0 and 1.

    Example:
        >>> survey_quantile(SurveyDesign.of([1.0, 1.0, 1.0, 1.0]), [5.0, 1.0, 3.0, 9.0], 0.5).value
        3.0
    """
    check_level(probability, "probability")
    check_level(level)
    y, own = _rows(design, values, where)
    if not own.any():
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    order = np.argsort(y[own], kind="stable")
    ascending = y[own][order]
    upto = np.cumsum(design.weights[own][order])
    value = _at(ascending, upto, probability)
    share = survey_proportion(design, np.where(own, y <= value, np.nan), level=level)
    if isinstance(share, Undefined):
        return share
    if share.se:
        share = Estimate.symmetric(share.value, share.se, level=level, df=share.df, n=share.n)
    q = t_quantile((1 + level) / 2, share.df)
    low, high = _at(ascending, upto, share.low), _at(ascending, upto, share.high)
    return Estimate(value=value, se=(high - low) / (2 * q), low=low, high=high, level=level, df=share.df, n=share.n)


def _at(ascending: Floats, upto: Floats, share: float) -> float:
    """Smallest value whose cumulative weight reaches a share."""
    goal = min(max(share, 0.0), 1.0) * upto[-1]
    return float(ascending[min(int(np.searchsorted(upto, goal * (1 - 1e-12))), len(ascending) - 1)])


@frozen(kw_only=True)
class Domain:
    """An estimate for a part of the population, and whether it may be shown.

    Attributes:
        label: Label of the domain.
        estimate: The estimate, or why there is none.
        rows: Rows with a value.
        clusters: First-stage clusters they come from.
        small: True when there are fewer rows than the least number: the figure could point at a respondent, and its
            standard error is not to be trusted.
    """

    label: Hashable
    estimate: Estimate | Undefined
    rows: int
    clusters: int
    small: bool


def by_domain(
    design: SurveyDesign,
    values: npt.ArrayLike,
    domains: Sequence[Hashable],
    *,
    minimum: int = 5,
    level: float = LEVEL,
) -> tuple[Domain, ...]:
    """Return the mean of each domain, in order of appearance, small ones flagged.

    Args:
        design: How the rows were drawn.
        values: Value of each row, NaN where it is missing.
        domains: Label of the domain of each row.
        minimum: Fewest rows of a domain that is not small.
        level: Confidence level of the intervals.

    Example:
        >>> design = SurveyDesign.of([1.0, 1.0, 1.0, 1.0, 1.0])
        >>> found = by_domain(design, [1.0, 3.0, 5.0, 8.0, 6.0], ["a", "a", "a", "b", "b"], minimum=3)
        >>> [(domain.label, domain.estimate.value, domain.small) for domain in found]
        [('a', 3.0, False), ('b', 7.0, True)]
    """
    labels, codes = as_groups(domains, len(design.weights), "domains")
    found = []
    for code, label in enumerate(labels):
        own = _rows(design, values, codes == code)[1]
        found.append(
            Domain(
                label=label,
                estimate=survey_mean(design, values, where=own, level=level),
                rows=int(own.sum()),
                clusters=len(np.unique(design.stages[0][own])),
                small=int(own.sum()) < minimum,
            )
        )
    return tuple(found)


def domain_difference(
    design: SurveyDesign, values: npt.ArrayLike, first: npt.ArrayLike, second: npt.ArrayLike, *, level: float = LEVEL
) -> Estimate | Undefined:
    """Return the mean of one domain less that of another, their covariance counted.

    The interval has one degree of freedom less than that of a mean, as in the regression on the domain.

    Args:
        design: How the rows were drawn.
        values: Value of each row, NaN where it is missing.
        first: True for the rows of the first domain.
        second: True for those of the second.
        level: Confidence level of the interval.

    Example:
        >>> design = SurveyDesign.of([1.0, 1.0, 1.0, 1.0])
        >>> north = np.array([True, True, False, False])
        >>> domain_difference(design, [1.0, 3.0, 5.0, 9.0], north, ~north).value
        -5.0
    """
    parts = []
    for where in (first, second):
        y, own = _rows(design, values, where)
        population = float(design.weights @ own)
        if not population:
            return Undefined(UndefinedReason.NOBODY_ANSWERED, "a domain has no value")
        mean = float(design.weights @ y) / population
        parts.append((mean, np.where(own, y - mean, 0.0) / population, own))
    (one, z1, own1), (two, z2, own2) = parts
    either = own1 | own2
    return _mean(design, _linearised(design, one - two, z1 - z2, either, lost=1), level, either)


def design_effect(design: SurveyDesign, values: npt.ArrayLike) -> float | Undefined:
    """Return the variance of a mean over that of a simple random sample of as many rows from the same population.

    Example:
        >>> round(design_effect(SurveyDesign.of([50.0] * 4, clusters=["aabb"]), [1.0, 2.0, 6.0, 7.0]), 2)
        2.94
    """
    found = survey_mean(design, values)
    if isinstance(found, Undefined):
        return found
    y, own = _rows(design, values, None)
    w, n = design.weights[own], int(own.sum())
    population = float(w.sum())
    spread = float(w @ (y[own] - found.value) ** 2) / population * n / (n - 1)
    simple = spread / n * (1 - n / population)
    if simple <= 0:
        return Undefined(UndefinedReason.CONSTANT, "a simple random sample would have no error")
    return found.se**2 / simple


def _rows(design: SurveyDesign, values: npt.ArrayLike, where: npt.ArrayLike | None) -> tuple[Floats, Bools]:
    """Values with 0 for the rows that do not count, and which do."""
    y = as_vector(values, "values", len(design.weights))
    inside = np.ones(len(y), np.bool_) if where is None else np.asarray(where, dtype=np.bool_)
    if inside.shape != y.shape:
        raise ModelError("where", inside.shape, f"must have {len(y)} values")
    own = inside & ~np.isnan(y)
    return np.where(own, y, 0.0), own


@frozen(kw_only=True)
class _Found:
    """An estimate before it has an interval: its standard error, and whether all clusters are alike."""

    value: float
    se: float
    df: int
    n: int
    alike: bool

    def student(self, level: float) -> Estimate:
        return Estimate.symmetric(self.value, self.se, level=level, df=self.df, n=self.n)


def _ratio(design: SurveyDesign, y: Floats, x: Floats, own: Bools) -> _Found | Undefined:
    if not own.any():
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    below = float(design.weights @ x)
    if not below:
        return Undefined(UndefinedReason.NOT_APPLICABLE, "the divisor's total is 0")
    ratio = float(design.weights @ y) / below
    return _linearised(design, ratio, (y - ratio * x) / below, own)


def _linearised(
    design: SurveyDesign, value: float, linearised: Floats, own: Bools, *, lost: int = 0
) -> _Found | Undefined:
    variance = design.variance(linearised, where=own)
    df = design.domain_degrees_of_freedom(own) - lost
    if isinstance(variance, Undefined):
        return variance
    if df < 1:
        return Undefined(UndefinedReason.TOO_FEW, "no degree of freedom is left")
    se = math.sqrt(max(variance, 0.0))
    clusters = np.bincount(design.stages[0], weights=design.weights * linearised)
    deviation = float(np.abs(clusters).sum())
    alike = deviation <= _ROUNDING * abs(value)
    rounding = alike or se <= _ROUNDING * deviation
    return _Found(value=value, se=0.0 if rounding else se, df=df, n=int(own.sum()), alike=alike)


def _mean(design: SurveyDesign, found: _Found | Undefined, level: float, own: Bools) -> Estimate | Undefined:
    """Return Student's interval of a mean; undefined where values that stand for others are all alike."""
    if isinstance(found, Undefined):
        return found
    if found.alike and not math.isinf(design.effective_size(own)):
        return Undefined(UndefinedReason.CONSTANT, "their spread is unknown")
    return found.student(level)
