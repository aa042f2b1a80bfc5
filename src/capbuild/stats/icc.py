"""Reliability of figures given by several raters: the intraclass correlations, and Kendall's W for rankings.

Source: Shrout and Fleiss (1979), six forms from one two-way analysis of variance; intervals from the F distribution,
that of the form "each rater a random one" after McGraw and Wong (1996). Kendall's W with the correction for ties.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, as_table
from capbuild.stats.distributions import chi2_cdf, f_cdf, f_quantile
from capbuild.stats.estimate import LEVEL, check_level
from capbuild.stats.ranks import Ties, ranks
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["Concordance", "Icc", "IccForm", "icc", "kendall_w"]


class IccForm(StrEnum):
    """Which raters, and whether one of them or their mean is used.

    1: each unit had other raters. 2: the raters are a sample, and their bias counts as error. 3: these raters only, and
    their bias does not count. `K`: reliability of the mean of all raters.
    """

    ICC1 = "ICC1"
    ICC2 = "ICC2"
    ICC3 = "ICC3"
    ICC1K = "ICC1k"
    ICC2K = "ICC2k"
    ICC3K = "ICC3k"


@frozen(kw_only=True)
class Icc:
    """An intraclass correlation with its test and interval.

    Attributes:
        form: Which of the six.
        value: The correlation.
        low: Lower end of the interval.
        high: Upper end of the interval.
        level: Confidence level of the interval.
        f: F statistic of the test that the true correlation is zero.
        df1: Its degrees of freedom, of the units.
        df2: Its degrees of freedom, of the error.
        p: P value of that test.
        units: Units used: those that all raters rated.
        raters: Number of raters.
    """

    form: IccForm
    value: float
    low: float
    high: float
    level: float
    f: float
    df1: float
    df2: float
    p: float
    units: int
    raters: int


@frozen(kw_only=True)
class _Anova:
    """Mean squares of a complete two-way table."""

    n: int
    k: int
    units: float
    raters: float
    error: float
    within: float


def icc(ratings: npt.ArrayLike, form: IccForm | str = IccForm.ICC2, *, level: float = LEVEL) -> Icc | Undefined:
    """Return an intraclass correlation of a table (units, raters).

    Units that a rater left out are not used; `units` of the result says how many remain.

    Args:
        ratings: Table (units, raters), NaN where a rater said nothing.
        form: Which of the six correlations.
        level: Confidence level of the interval.

    Returns:
        The correlation; undefined with one rater, with fewer than two complete units, or when all units or all ratings
        are alike so that there is nothing to divide by.

    Raises:
        ModelError: The form is unknown.

    Example:
        >>> found = icc([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
        >>> round(found.value, 2), found.units
        (0.29, 6)
    """
    check_level(level)
    if form not in set(IccForm):
        raise ModelError("form", form, f"must be one of {', '.join(IccForm)}")
    table = _rated_by_all(ratings)
    if isinstance(table, Undefined):
        return table
    if np.ptp(table) == 0:
        return Undefined(UndefinedReason.CONSTANT, f"all ratings are {table[0, 0]:g}")
    anova = _anova(table)
    single = IccForm(form.removesuffix("k"))
    if not (anova.within if single == IccForm.ICC1 else anova.error) > 0:
        return Undefined(UndefinedReason.CONSTANT, "the raters do not differ beyond their own bias")
    if form != single and not anova.units > 1e-12 * anova.within:
        return Undefined(UndefinedReason.CONSTANT, "the means of the units do not differ")
    return _result(anova, IccForm(form), single, level)


def _rated_by_all(ratings: npt.ArrayLike) -> Floats | Undefined:
    """Return the rows that every rater rated; undefined with one rater, or fewer than two such rows."""
    table = as_table(ratings, "ratings")
    if np.isnan(table).all():
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    if table.shape[1] < 2:
        return Undefined(UndefinedReason.ONE_RATER)
    table = table[~np.isnan(table).any(axis=1)]
    return table if len(table) > 1 else Undefined(UndefinedReason.TOO_FEW, f"{len(table)} row(s) rated by all")


def _anova(table: Floats) -> _Anova:
    n, k = table.shape
    centre = table.mean()
    rows, columns = table.mean(axis=1) - centre, table.mean(axis=0) - centre
    residual = table - centre - rows[:, None] - columns
    between_raters, error = n * float(columns @ columns), float((residual**2).sum())
    # What is left by rounding of a table without error is not error.
    error = 0.0 if error < 1e-24 * float((table**2).sum()) else error
    return _Anova(
        n=n,
        k=k,
        units=k * float(rows @ rows) / (n - 1),
        raters=between_raters / (k - 1),
        error=error / ((n - 1) * (k - 1)),
        within=(between_raters + error) / (n * (k - 1)),
    )


def _result(a: _Anova, form: IccForm, single: IccForm, level: float) -> Icc:
    n, k = a.n, a.k
    df1 = n - 1
    df2 = n * (k - 1) if single == IccForm.ICC1 else (n - 1) * (k - 1)
    f = a.units / (a.within if single == IccForm.ICC1 else a.error)
    if single == IccForm.ICC2:
        value, low, high = _random_raters(a, (1 + level) / 2)
    else:
        upper = (1 + level) / 2
        ends = (f, f / f_quantile(upper, df1, df2), f * f_quantile(upper, df2, df1))
        value, low, high = ((x - 1) / (x + k - 1) for x in ends)
    if form != single:  # Spearman and Brown: from one rater to the mean of k
        value, low, high = (k * x / (1 + (k - 1) * x) for x in (value, low, high))
    return Icc(
        form=form,
        value=value,
        low=low,
        high=high,
        level=level,
        f=f,
        df1=float(df1),
        df2=float(df2),
        p=1 - f_cdf(f, df1, df2),
        units=n,
        raters=k,
    )


def _random_raters(a: _Anova, upper: float) -> tuple[float, float, float]:
    """ICC2 and its bounds; the error's degrees of freedom are Satterthwaite's."""
    n, k = a.n, a.k
    value = (a.units - a.error) / (a.units + (k - 1) * a.error + k * (a.raters - a.error) / n)
    of_raters, of_error = k * value * a.raters / a.error, n * (1 + (k - 1) * value) - k * value
    v = (k - 1) * (n - 1) * (of_raters + of_error) ** 2 / ((n - 1) * of_raters**2 + of_error**2)
    rest = k * a.raters + (k * n - k - n) * a.error
    lower, higher = f_quantile(upper, n - 1, v), f_quantile(upper, v, n - 1)
    low = n * (a.units - lower * a.error) / (lower * rest + n * a.units)
    high = n * (higher * a.units - a.error) / (rest + n * higher * a.units)
    return value, low, high


@frozen(kw_only=True)
class Concordance:
    """Kendall's W with Friedman's test.

    Attributes:
        w: Concordance, 0 for none and 1 for one and the same ranking.
        chi2: Friedman's statistic.
        df: Its degrees of freedom.
        p: P value of the test that the rankings are unrelated (chi-squared approximation).
        ranked: How many things were ranked: those that all raters rated.
        raters: Number of raters.
    """

    w: float
    chi2: float
    df: int
    p: float
    ranked: int
    raters: int


def kendall_w(ratings: npt.ArrayLike) -> Concordance | Undefined:
    """Return Kendall's coefficient of concordance of a table (ranked, raters): do the raters order the rows alike?

    `W = 12 S / (m^2 (n^3 - n) - m T)`: n rows, m raters, S the squares of the rank sums about their mean, T the
    correction for ties. Rows that a rater left out are not used.

    Returns:
        The concordance; undefined with one rater, fewer than two complete rows, or raters who see no difference.

    Example:
        >>> kendall_w([[1.0, 2.0], [2.0, 3.0], [9.0, 4.0]]).w
        1.0
    """
    table = _rated_by_all(ratings)
    if isinstance(table, Undefined):
        return table
    n, m = table.shape
    places = ranks(table, ties=Ties.AVERAGE, ascending=True)
    sums = places.sum(axis=1)
    spread = float(((sums - sums.mean()) ** 2).sum())
    ties = sum(float((np.unique(column, return_counts=True)[1] ** 3).sum()) - n for column in places.T)
    below = m * m * (n**3 - n) - m * ties
    if below <= 0:
        return Undefined(UndefinedReason.CONSTANT, "no rater tells the rows apart")
    w = 12 * spread / below
    chi2 = m * (n - 1) * w
    return Concordance(w=w, chi2=chi2, df=n - 1, p=1 - chi2_cdf(chi2, n - 1), ranked=n, raters=m)
