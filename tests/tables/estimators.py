"""Means and shares of a survey, estimated row by row: what tallies are compared with."""

import math
import statistics
from collections import defaultdict

from scipy import stats

from capbuild.stats.estimate import LEVEL, Estimate
from capbuild.undefined import Undefined, UndefinedReason

ROUNDING = 1e-13


def survey_estimate(values, where, *, weights, strata=None, clusters=None, share=False):
    """Mean or share of the rows of a domain; the variance is between first-stage clusters within strata."""
    rows = range(len(values))
    strata, clusters = strata or [""] * len(values), clusters or rows
    inside = {row for row in rows if where[row] and not math.isnan(values[row])}
    if not inside:
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    population = math.fsum(weights[row] for row in inside)
    value = math.fsum(weights[row] * values[row] for row in inside) / population
    sums = defaultdict(float)
    for row in rows:
        sums[strata[row], clusters[row]] += weights[row] * (values[row] - value) / population if row in inside else 0.0
    used, variance = {strata[row] for row in inside}, 0.0
    for stratum in used:
        own = [total for (place, _), total in sums.items() if place == stratum]
        if len(own) < 2:
            return Undefined(UndefinedReason.TOO_FEW, "a stratum has one cluster only")
        variance += len(own) * statistics.variance(own)
    df = len({(strata[row], clusters[row]) for row in inside}) - len(used)
    if df < 1:
        return Undefined(UndefinedReason.TOO_FEW, "no degree of freedom is left")
    deviation, se = math.fsum(map(abs, sums.values())), math.sqrt(variance)
    alike = deviation <= ROUNDING * abs(value)
    se = 0.0 if alike or se <= ROUNDING * deviation else se
    if share:
        effective = population**2 / math.fsum(weights[row] ** 2 for row in inside)
        return Estimate.proportion(value, se, n=len(inside), effective=effective, df=df)
    if alike:
        return Undefined(UndefinedReason.CONSTANT, "their spread is unknown")
    reach = stats.t.ppf((1 + LEVEL) / 2, df) * se
    return Estimate(value=value, se=se, low=value - reach, high=value + reach, level=LEVEL, df=df, n=len(inside))
