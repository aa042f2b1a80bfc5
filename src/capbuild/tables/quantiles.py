"""Weighted quantiles of numbers in a tally, with Woodruff intervals."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

import narwhals as nw
from attrs import evolve, frozen

from capbuild.stats.distributions import t_quantile
from capbuild.stats.estimate import Estimate
from capbuild.tables.engine import collect_rows
from capbuild.tables.estimation import estimate_mean, fill_cell, suppress
from capbuild.tables.measures import Measure
from capbuild.tables.result import TallyCell
from capbuild.tables.sums import DomainSums, SumPlan, Sums, decode_cells, score_rows

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
    found: DomainSums,
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
        found: The sums.
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
        for (domain, stratum), (rows, held) in found.by_domain.items():
            parts.setdefault(domain, {})[stratum] = (rows, held[number])
        for domain, strata in parts.items():
            own = {stratum: part for stratum, (_, part) in strata.items()}
            blank = TallyCell(
                domain=domain,
                target=measure.target,
                estimate=estimate_mean(own, found.strata, measure, level, lonely),
                rows=sum(rows for rows, _ in strata.values()),
                n=sum(part.n for part in own.values()),
            )
            cell = suppress(blank, minimum_n) or fill_cell(blank, own, measure.centre)
            for probability in probabilities:
                label = "median" if probability == _MEDIAN else f"quantile {probability:g}"
                named = evolve(cell, quantile=probability, label=label)
                if not cell.suppressed and domain in values:
                    named = _fill_quantile(named, values[domain], found, measure, level=level, lonely=lonely)
                cells.append(named)
    return cells


def _count_values(plan: SumPlan, frame: Any, number: int) -> dict[tuple[Any, ...], list[_Value]]:
    """Return the sorted figures of one measure by domain, counted by the engine."""
    y, w = nw.col(f"m{number}_y"), nw.col("w_")
    scored = score_rows(plan, frame).filter(~y.is_null())
    products = scored.select(*plan.nested, y.alias("y_"), nw.col("rows_"), w, (w * w).alias("w2_"))
    summed = products.group_by(*plan.nested, "y_").agg(*(nw.col(name).sum() for name in ("rows_", "w_", "w2_")))
    found: dict[tuple[Any, ...], list[_Value]] = {}
    for row in sorted(collect_rows(summed), key=lambda row: float(row["y_"])):
        value = _Value(
            decode_cells(plan.strata, row),
            row[plan.cluster.physical] if plan.clustered and plan.cluster is not None else None,
            float(row["y_"]) + plan.measures[number].centre,
            int(row["rows_"]),
            float(row["w_"]),
            float(row["w2_"]),
        )
        found.setdefault(decode_cells(plan.keys, row), []).append(value)
    return found


def _fill_quantile(
    cell: TallyCell, values: Sequence[_Value], found: DomainSums, measure: Measure, *, level: float, lonely: str
) -> TallyCell:
    """Return a cell with its quantile instead of the mean."""
    total = sum(value.weight for value in values)
    shares = [share / total for share in accumulate(value.weight for value in values)]
    figure = _find_quantile(cell.quantile or 0.0, values, shares)
    below = Measure(target=measure.target, items=measure.items, is_verdict=True)
    alone = not any(value.cluster is not None for value in values)
    share = estimate_mean(_sum_below(values, figure, alone=alone), found.strata, below, level, lonely)
    if not isinstance(share, Estimate):
        return evolve(cell, mean=figure, estimate=share)
    low, high = (_find_quantile(end, values, shares) for end in (share.low, share.high))
    se = (high - low) / (2 * t_quantile((1 + level) / 2, share.df))
    low, high = min(low, figure), max(high, figure)
    estimate = Estimate(value=figure, se=se, low=low, high=high, level=level, df=share.df, n=share.n)
    return evolve(cell, mean=figure, estimate=estimate)


def _find_quantile(probability: float, values: Sequence[_Value], shares: Sequence[float]) -> float:
    """Return the least figure whose cumulative weight reaches the probability, or the midpoint of two."""
    place = min(bisect_left(shares, probability - _SAME), len(values) - 1)
    figure = values[place].figure
    if abs(shares[place] - probability) > _SAME:
        return figure
    return (figure + next((value.figure for value in values[place + 1 :] if value.weight), figure)) / 2


def _sum_below(values: Iterable[_Value], figure: float, *, alone: bool) -> dict[tuple[Any, ...], Sums]:
    """Return the sums, by stratum, of the share of respondents with a figure or less.

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
    pairs = [] if alone else list(_cluster_sums(values, figure))
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


def _cluster_sums(values: Sequence[_Value], figure: float) -> Iterator[tuple[float, float]]:
    """Yield weights up to a figure and in total, by cluster."""
    clusters: dict[Any, list[_Value]] = {}
    for value in values:
        clusters.setdefault(value.cluster, []).append(value)
    for own in clusters.values():
        yield sum(value.weight for value in own if value.figure <= figure), sum(value.weight for value in own)
