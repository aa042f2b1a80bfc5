"""Who is right when sources disagree: bias and reliability of each source, and the level behind their reports.

A report lies so many levels from the true one, and what would lie beyond an end of the scale is reported as that end.
How likely each distance is, is alike at all levels but for what the data show against it: a bell about the bias of the
source in that country, with free odds for each distance; now and then a report is a lapse. The bias of a source varies
between countries about a mean of its own, so that a self-assessment that flatters in most countries is corrected also
where no visit checked it, and less surely there.
Levels come from a distribution that differs by country and capacity. All unknowns are estimated together, so that the
ranges know how unsure the biases are.

Only a source that is close to unbiased tells the bias of the others: name it as `reference` (usually the visit).
Without one, biases are relative to the mean of all sources, and a bias that all share cannot be seen.

Source: the rater models of Dawid and Skene (1979) and of Johnson (1996), with distances pooled over the levels;
sampled by Markov chain (see Gelman and others, Bayesian Data Analysis, 3rd edition, chapters 11, 15).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats._raterchain import Chain, Draws
from capbuild.stats._ratermodel import Priors
from capbuild.stats.arrays import Bools, Floats, Ints
from capbuild.stats.estimate import LEVEL, Estimate, check_level
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["Priors", "RaterFit", "SourceQuality", "chains_agree", "draw_interval", "fit_raters"]

#: Potential scale reduction (Gelman and Rubin, 1992) up to which chains say the same.
_AGREE = 1.5


@frozen(kw_only=True)
class SourceQuality:
    """What was learnt of one source.

    Attributes:
        reports: How many reports it gave.
        bias: Mean of report less true level over the cells it reported, in levels; negative for a severe source.
        country_bias: The same for each country, with None where it reported nothing.
        right: Probability that a report is the true level.
        within_one: Probability that it is at most one level off.
        confusion: P(report | true level), shape (levels, levels), the true level in the rows.
    """

    reports: int
    bias: Estimate
    country_bias: tuple[Estimate | None, ...]
    right: Estimate
    within_one: Estimate
    confusion: Floats


@frozen(kw_only=True, eq=False)
class RaterFit:
    """Levels and sources, estimated together.

    Attributes:
        probabilities: Probability of each level, shape (countries, capacities, levels).
        draws: Levels of all cells drawn together, shape (draws, countries, capacities): any score computed from each
            draw has the uncertainty of the evidence, shared biases included.
        missing: True for the cells without a report, shape (countries, capacities): their distribution is what
            the country and the capacity are like elsewhere.
        sources: What was learnt of each source; undefined for one without a report.
        accepted: Share of the chain's steps accepted in each block of unknowns, as a check: 0.15 to 0.6 is sound.
    """

    probabilities: Floats
    draws: Ints
    missing: Bools
    sources: tuple[SourceQuality | Undefined, ...]
    accepted: Floats


def fit_raters(
    reports: npt.ArrayLike,
    *,
    levels: int,
    reference: Sequence[int] = (),
    priors: Priors | None = None,
    draws: int = 800,
    warm_up: int = 300,
    level: float = LEVEL,
    seed: int = 0,
) -> RaterFit | Undefined:
    """Estimate the level of each country in each capacity, and the bias and reliability of each source.

    Args:
        reports: Levels reported, 0 for the lowest, shape (countries, capacities, sources), NaN for no report.
        levels: Number of levels of the scale; 2 for a criterion that is met or not.
        reference: Positions of the sources taken as close to unbiased.
        priors: What is believed beforehand; the defaults say little for scales of three to seven levels.
        draws: Draws to keep.
        warm_up: Draws before them.
        level: Confidence level of the intervals of the sources.
        seed: Seed of the chain.

    Returns:
        The fit; undefined when there is no report, or reports of one source only and it is no reference: nothing then
        tells a bias from a level.

    Raises:
        ModelError: A report is not a level, or there are fewer than two levels or no draw to keep.

    Example:
        >>> reports = np.array([[[2, 1], [3, 2]], [[1, 1], [2, np.nan]], [[3, 2], [1, np.nan]]], dtype=float)
        >>> fit = fit_raters(reports, levels=4, reference=[1], draws=50, warm_up=50)
        >>> fit.probabilities.shape, fit.draws.shape
        ((3, 2, 4), (50, 3, 2))
    """
    check_level(level)
    table = _checked(reports, levels)
    if draws < 2 or warm_up < 0:
        raise ModelError("draws", (draws, warm_up), "must keep two draws or more")
    seen = ~np.isnan(table)
    given = np.flatnonzero(seen.any(axis=(0, 1)))
    trusted = np.isin(np.arange(table.shape[2]), list(reference))
    if not len(given):
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    if len(given) == 1 and not trusted[given[0]]:
        return Undefined(UndefinedReason.ONE_RATER, "one source only, which is no reference")
    chain = Chain(
        reports=np.where(seen, table, -1).astype(np.int64),
        size=levels,
        reference=trusted,
        priors=priors or Priors(),
        rng=np.random.default_rng(seed),
    )
    found = chain.run(warm_up, draws)
    return RaterFit(
        probabilities=found.probabilities,
        draws=found.levels,
        missing=np.asarray(~seen.any(axis=2)),
        sources=tuple(_quality(found, table[:, :, s], s, level) for s in range(table.shape[2])),
        accepted=found.accepted,
    )


def chains_agree(draws: npt.ArrayLike) -> bool:
    """Tell whether chains from different starts agree, by the mean level of each draw.

    Now and then one settles where all sources are explained by another bias and other levels. Its ranges then hold
    almost nothing, so where chains differ no probability is to be promised.

    Args:
        draws: Levels drawn by each chain, shape (chains, draws, countries, capacities).

    Example:
        >>> same = np.tile([[[[0]], [[1]]]], (2, 1, 1, 1))
        >>> chains_agree(same), chains_agree(same + [[[[0]]], [[[9]]]])
        (True, False)
    """
    means = np.asarray(draws, dtype=np.float64).mean(axis=(2, 3))
    within = float(means.var(axis=1, ddof=1).mean())
    between = float(means.mean(axis=1).var(ddof=1))
    return between <= (_AGREE**2 - 1) * within


def draw_interval(scores: npt.ArrayLike, *, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the ends of the middle share of draws, over the first axis.

    Args:
        scores: One value per draw, shape (draws, ...).
        level: Share in the middle.

    Raises:
        ModelError: The level is not between 0 and 1.

    Example:
        >>> low, high = draw_interval([1.0, 2.0, 3.0, 4.0, 5.0], level=0.5)
        >>> float(low), float(high)
        (2.0, 4.0)
    """
    check_level(level)
    low, high = np.quantile(np.asarray(scores, dtype=np.float64), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def _checked(reports: npt.ArrayLike, levels: int) -> Floats:
    table = np.asarray(reports, dtype=np.float64)
    if table.ndim != 3:
        raise ModelError("reports", table.shape, "must have shape (countries, capacities, sources)")
    if levels < 2:
        raise ModelError("levels", levels, "must be 2 or more")
    on_scale = np.isnan(table) | np.isin(table, np.arange(levels))
    if not on_scale.all():
        raise ModelError("reports", float(table[~on_scale][0]), f"must be a level from 0 to {levels - 1}")
    return table


def _quality(found: Draws, reports: Floats, source: int, level: float) -> SourceQuality | Undefined:
    seen = ~np.isnan(reports)
    if not seen.any():
        return Undefined(UndefinedReason.NOBODY_ANSWERED)
    off = np.where(seen, reports, 0.0) - found.levels  # (draws, countries, capacities)
    per_country = seen.sum(axis=1)
    by_country = np.where(seen, off, 0.0).sum(axis=2) / np.maximum(per_country, 1)
    off = off[:, seen]
    return SourceQuality(
        reports=int(seen.sum()),
        bias=_estimate(off.mean(axis=1), level, int(seen.sum())),
        country_bias=tuple(
            _estimate(by_country[:, c], level, int(n)) if n else None for c, n in enumerate(per_country)
        ),
        right=_estimate((off == 0).mean(axis=1), level, int(seen.sum())),
        within_one=_estimate((np.abs(off) <= 1).mean(axis=1), level, int(seen.sum())),
        confusion=found.confusion[:, source].mean(axis=0),
    )


def _estimate(drawn: Floats, level: float, n: int) -> Estimate:
    low, high = draw_interval(drawn, level=level)
    return Estimate(
        value=float(drawn.mean()), se=float(drawn.std(ddof=1)), low=float(low), high=float(high), level=level, n=n
    )
