"""Estimates from the sums of an engine: means, shares, standard errors, suppression."""

import math
from collections.abc import Mapping
from typing import Any

from attrs import evolve

from capbuild.errors import ModelError
from capbuild.model import Missing
from capbuild.stats.estimate import Estimate
from capbuild.tables.measures import Measure
from capbuild.tables.result import TallyCell
from capbuild.tables.sums import Stratum, Sums
from capbuild.undefined import Undefined, UndefinedReason

#: A variance below this share of its terms is rounding error: the figures are all equal.
_ROUNDING = 1e-12

#: The sums of one measure in one domain, by stratum.
SumsByStratum = dict[tuple[Any, ...], Sums]


def suppress(cell: TallyCell, minimum_n: int) -> TallyCell | None:
    """Return a cell without disclosive values; None if it has enough respondents."""
    small = cell.rows is not None and cell.rows < minimum_n
    if not small and (not cell.n or cell.n >= minimum_n):
        return None
    few = Undefined(UndefinedReason.TOO_FEW, f"fewer than {minimum_n} respondents")
    return evolve(cell, estimate=few, rows=None if small else cell.rows, n=None, short=None, suppressed=True)


def fill_cell(cell: TallyCell, own: SumsByStratum, centre: float) -> TallyCell:
    """Return a cell with its mean, counts and effective sample size."""
    missing: dict[Missing, int] = {}
    for part in own.values():
        for kind, count in part.missing.items():
            missing[kind] = missing.get(kind, 0) + count
    weight = math.fsum(part.weight for part in own.values())
    squares = math.fsum(part.squares for part in own.values())
    return evolve(
        cell,
        mean=centre + math.fsum(part.total for part in own.values()) / weight if cell.n else None,
        short=sum(part.short for part in own.values()),
        effective=weight**2 / squares if cell.n else 0.0,
        missing={kind: missing[kind] for kind in Missing if kind in missing},
    )


def estimate_mean(
    own: SumsByStratum, strata: Mapping[tuple[Any, ...], Stratum], measure: Measure, level: float, lonely: str
) -> Estimate | Undefined:
    """Estimate a domain's mean with its design-based standard error and interval."""
    inside = {name: part for name, part in own.items() if part.n}
    if not inside:
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    left = {name: _unsampled(strata[name]) for name in inside}
    if lonely == "fail" and any(strata[name].clusters < 2 and left[name] > 0 for name in inside):
        return Undefined(UndefinedReason.TOO_FEW, "a stratum has one cluster only")
    df = sum(part.clusters for part in inside.values()) - len(inside)
    if df < 1:
        return Undefined(UndefinedReason.TOO_FEW, "no degree of freedom is left")
    n = sum(part.n for part in inside.values())
    weight = math.fsum(part.weight for part in inside.values())
    shift = math.fsum(part.total for part in inside.values()) / weight
    value = measure.centre + shift
    se = math.sqrt(math.fsum(_spread(part, strata[name], shift, lonely) for name, part in inside.items())) / weight
    squares = math.fsum(left[name] * part.squares for name, part in inside.items())
    if measure.is_verdict:
        effective = weight**2 / squares if squares else math.inf
        return Estimate.proportion(value, se, n=n, effective=effective, df=df, level=level)
    if squares and all(one <= rounding for one, rounding in (_squares(part, shift) for part in inside.values())):
        return Undefined(UndefinedReason.CONSTANT, "their spread is unknown")
    found = Estimate.symmetric(value, se, level=level, df=df, n=n)
    return evolve(found, low=max(found.low, measure.limits.low), high=min(found.high, measure.limits.high))


def _unsampled(stratum: Stratum) -> float:
    """Return the share of a stratum's clusters that were not drawn."""
    if stratum.population is None:
        return 1.0
    if stratum.clusters > stratum.population + 1e-9:
        raise ModelError("population", stratum.population, f"must be at least the {stratum.clusters} drawn")
    return 1.0 - min(stratum.clusters / stratum.population, 1.0)


def _spread(part: Sums, stratum: Stratum, mean: float, lonely: str) -> float:
    """Return one stratum's contribution to the variance of the weighted total of residuals.

    Source:
        The choices for a stratum with one cluster are those of R's survey (Lumley 2010, Complex Surveys, sec. 2.2).
    """
    drawn, left = stratum.clusters, _unsampled(stratum)
    if left <= 0:
        return 0.0
    squares, rounding = _squares(part, mean)
    if drawn < 2:
        return left * squares if lonely == "adjust" and squares > rounding else 0.0
    between = squares - (part.total - mean * part.weight) ** 2 / drawn
    return left * drawn / (drawn - 1) * between if between > rounding else 0.0


def _squares(part: Sums, mean: float) -> tuple[float, float]:
    """Return the sum over clusters of squared weighted totals of residuals, and its rounding error."""
    scale = part.total_squares + mean**2 * part.weight_squares
    return scale - 2 * mean * part.total_weights, _ROUNDING * scale
