"""Estimates from the sums of an engine."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

import narwhals as nw
from attrs import evolve, frozen

from capbuild.errors import ModelError
from capbuild.model import Missing
from capbuild.stats.distributions import t_quantile
from capbuild.stats.estimate import Estimate
from capbuild.tables.measures import Measure
from capbuild.tables.result import TallyCell
from capbuild.tables.sums import DomainSums, Stratum, SumPlan, Sums, collect_rows, decode_cells, score_rows
from capbuild.undefined import Undefined, UndefinedReason

#: A variance below this share of its terms is rounding error: the figures are all equal.
_ROUNDING = 1e-12

#: The sums of one measure in one domain, by stratum.
SumsByStratum = dict[tuple[Any, ...], Sums]


def suppress(cell: TallyCell, minimum_n: int) -> TallyCell | None:
    """Return a suppressed cell, or None if respondents are enough.

    A suppressed cell has no disclosive values.
    """
    small = cell.rows is not None and cell.rows < minimum_n
    if not small and (not cell.n or cell.n >= minimum_n):
        return None
    few = Undefined(UndefinedReason.TOO_FEW, f"fewer than {minimum_n} respondents")
    return evolve(cell, estimate=few, rows=None if small else cell.rows, n=None, short=None, suppressed=True)


def fill_cell(cell: TallyCell, own: SumsByStratum, centre: float) -> TallyCell:
    """Fill a cell with mean, counts and effective size."""
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
    """Estimate a domain's mean, with design-based interval."""
    inside = {name: part for name, part in own.items() if part.n}
    if not inside:
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    left = {name: _compute_unsampled_share(strata[name]) for name in inside}
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
    if squares and all(
        square <= rounding for square, rounding in (_sum_squares(part, shift) for part in inside.values())
    ):
        return Undefined(UndefinedReason.CONSTANT, "their spread is unknown")
    estimate = Estimate.symmetric(value, se, level=level, df=df, n=n)
    return evolve(estimate, low=max(estimate.low, measure.limits.low), high=min(estimate.high, measure.limits.high))


def _compute_unsampled_share(stratum: Stratum) -> float:
    """Return the share of clusters that were not drawn."""
    if stratum.population is None:
        return 1.0
    if stratum.clusters > stratum.population + 1e-9:
        raise ModelError("population", stratum.population, f"must be at least the {stratum.clusters} drawn")
    return 1.0 - min(stratum.clusters / stratum.population, 1.0)


def _spread(part: Sums, stratum: Stratum, mean: float, lonely: str) -> float:
    """Return a stratum's share of the variance of weighted residuals.

    Source:
        The choices for a stratum with one cluster are those of R's survey (Lumley 2010, Complex Surveys, sec. 2.2).
    """
    drawn, left = stratum.clusters, _compute_unsampled_share(stratum)
    if left <= 0:
        return 0.0
    squares, rounding = _sum_squares(part, mean)
    if drawn < 2:
        return left * squares if lonely == "adjust" and squares > rounding else 0.0
    between = squares - (part.total - mean * part.weight) ** 2 / drawn
    return left * drawn / (drawn - 1) * between if between > rounding else 0.0


def _sum_squares(part: Sums, mean: float) -> tuple[float, float]:
    """Return the squared totals of residuals, and rounding error."""
    scale = part.total_squares + mean**2 * part.weight_squares
    return scale - 2 * mean * part.total_weights, _ROUNDING * scale


#: Cumulative weights closer than this are equal.
_SAME = 1e-12

_MEDIAN = 0.5


@frozen
class _Value:
    """Respondents of one stratum and cluster who share a figure."""

    stratum: tuple[Any, ...]
    cluster: Any
    figure: float
    n: int
    weight: float
    squares: float


def quantile_cells(
    plan: SumPlan,
    frame: Any,
    sums: DomainSums,
    probabilities: Sequence[float],
    *,
    minimum_n: int,
    level: float,
    lonely: str,
) -> list[TallyCell]:
    """Return the quantiles of each numeric measure, by domain.

    A quantile is the least figure whose cumulative weight reaches the probability. If the cumulative weight equals it,
    the quantile is the midpoint of this figure and the next: the median of 1, 2, 3 and 4 is 2.5. The interval
    (Woodruff) has the figures at both ends of the design-based interval of the share of respondents with this figure or
    less.

    Args:
        plan: Plan of the sums.
        frame: The frame (narwhals); the engine counts each figure of each domain.
        sums: The sums.
        probabilities: Shares of respondents, such as 0.5.
        minimum_n: Minimum number of respondents of a cell that is not suppressed.
        level: Confidence level of the intervals.
        lonely: Contribution of a stratum with one cluster to the variance.

    Source:
        Woodruff (1952), Confidence intervals for medians and other position measures, JASA 47, 635-646; the definition
        is the second of Hyndman and Fan (1996), Sample quantiles in statistical packages.
    """
    cells: list[TallyCell] = []
    for number, measure in enumerate(plan.measures):
        if measure.is_verdict:
            continue
        values = _count_values(plan, frame, number)
        parts: dict[tuple[Any, ...], dict[tuple[Any, ...], tuple[int, Sums]]] = {}
        for (domain, stratum), (rows, cell_sums) in sums.by_domain.items():
            parts.setdefault(domain, {})[stratum] = (rows, cell_sums[number])
        for domain, strata in parts.items():
            own = {stratum: part for stratum, (_, part) in strata.items()}
            blank = TallyCell(
                domain=domain,
                target=measure.target,
                estimate=estimate_mean(own, sums.strata, measure, level, lonely),
                rows=sum(rows for rows, _ in strata.values()),
                n=sum(part.n for part in own.values()),
            )
            cell = suppress(blank, minimum_n) or fill_cell(blank, own, measure.centre)
            for probability in probabilities:
                label = "median" if probability == _MEDIAN else f"quantile {probability:g}"
                named = evolve(cell, quantile=probability, label=label)
                if not cell.suppressed and domain in values:
                    named = _fill_quantile(named, values[domain], sums, measure, level=level, lonely=lonely)
                cells.append(named)
    return cells


def _count_values(plan: SumPlan, frame: Any, number: int) -> dict[tuple[Any, ...], list[_Value]]:
    """Return the sorted figures of a measure, by domain."""
    y, w = nw.col(f"m{number}_y"), nw.col("w_")
    scored = score_rows(plan, frame).filter(~y.is_null())
    products = scored.select(*plan.nested, y.alias("y_"), nw.col("rows_"), w, (w * w).alias("w2_"))
    summed = products.group_by(*plan.nested, "y_").agg(*(nw.col(name).sum() for name in ("rows_", "w_", "w2_")))
    by_cell: dict[tuple[Any, ...], list[_Value]] = {}
    for row in sorted(collect_rows(summed), key=lambda row: float(row["y_"])):
        value = _Value(
            decode_cells(plan.strata, row),
            row[plan.cluster.physical] if plan.clustered and plan.cluster is not None else None,
            float(row["y_"]) + plan.measures[number].centre,
            int(row["rows_"]),
            float(row["w_"]),
            float(row["w2_"]),
        )
        by_cell.setdefault(decode_cells(plan.keys, row), []).append(value)
    return by_cell


def _fill_quantile(
    cell: TallyCell, values: Sequence[_Value], sums: DomainSums, measure: Measure, *, level: float, lonely: str
) -> TallyCell:
    """Return a cell with its quantile instead of the mean."""
    total = sum(value.weight for value in values)
    shares = [share / total for share in accumulate(value.weight for value in values)]
    figure = _find_quantile(cell.quantile or 0.0, values, shares)
    below = Measure(target=measure.target, items=measure.items, is_verdict=True)
    alone = not any(value.cluster is not None for value in values)
    share = estimate_mean(_sum_below(values, figure, alone=alone), sums.strata, below, level, lonely)
    if not isinstance(share, Estimate):
        return evolve(cell, mean=figure, estimate=share)
    low, high = (_find_quantile(end, values, shares) for end in (share.low, share.high))
    se = (high - low) / (2 * t_quantile((1 + level) / 2, share.df))
    low, high = min(low, figure), max(high, figure)
    estimate = Estimate(value=figure, se=se, low=low, high=high, level=level, df=share.df, n=share.n)
    return evolve(cell, mean=figure, estimate=estimate)


def _find_quantile(probability: float, values: Sequence[_Value], shares: Sequence[float]) -> float:
    """Return the least figure whose cumulative weight reaches a probability.

    At equality it is the midpoint of this figure and the next.
    """
    place = min(bisect_left(shares, probability - _SAME), len(values) - 1)
    figure = values[place].figure
    if abs(shares[place] - probability) > _SAME:
        return figure
    return (figure + next((value.figure for value in values[place + 1 :] if value.weight), figure)) / 2


def _sum_below(values: Iterable[_Value], figure: float, *, alone: bool) -> dict[tuple[Any, ...], Sums]:
    """Sum the respondents up to a figure, by stratum.

    Args:
        values: Figures of a domain.
        figure: The figure.
        alone: True if every respondent is a cluster.
    """
    strata: dict[tuple[Any, ...], list[_Value]] = {}
    for value in values:
        strata.setdefault(value.stratum, []).append(value)
    return {stratum: _sum_stratum(own, figure, alone=alone) for stratum, own in strata.items()}


def _sum_stratum(values: Sequence[_Value], figure: float, *, alone: bool) -> Sums:
    reached = [value for value in values if value.figure <= figure]
    n, squares = sum(value.n for value in values), sum(value.squares for value in values)
    own = sum(value.squares for value in reached)
    pairs = [] if alone else list(_list_cluster_sums(values, figure))
    return Sums(
        n=n,
        clusters=n if alone else len(pairs),
        short=0,
        weight=sum(value.weight for value in values),
        squares=squares,
        total=sum(value.weight for value in reached),
        total_squares=own if alone else sum(a * a for a, _ in pairs),
        total_weights=own if alone else sum(a * b for a, b in pairs),
        weight_squares=squares if alone else sum(b * b for _, b in pairs),
    )


def _list_cluster_sums(values: Sequence[_Value], figure: float) -> Iterator[tuple[float, float]]:
    """Yield each cluster's weights up to a figure, and total."""
    clusters: dict[Any, list[_Value]] = {}
    for value in values:
        clusters.setdefault(value.cluster, []).append(value)
    for own in clusters.values():
        yield sum(value.weight for value in own if value.figure <= figure), sum(value.weight for value in own)
