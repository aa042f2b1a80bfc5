"""Evidence that disagrees, fused: each source has a confusion matrix, and each cell a distribution over levels.

Source: Dawid and Skene (1979), by expectation and maximisation. The original estimates each confusion matrix from its
own counts alone, so that a report never seen at a level is impossible there; `ordinal_prior` adds to each row as many
made-up reports as one wishes, most at the true level and fewer the further away, as befits a scale.
"""

import math

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, Ints, as_table

__all__ = ["Fusion", "dawid_skene", "ordinal_prior", "report_counts"]

_FLOOR = 1e-10


@frozen(kw_only=True, eq=False)
class Fusion:
    """Levels fused from the reports of several sources.

    Attributes:
        probabilities: Probability of each level, shape (cells, levels). A cell that no source reported has the shares
            of all levels, and `missing` says so.
        missing: True for the cells without a report, shape (cells,).
        shares: Share of each level over all cells, shape (levels,).
        confusion: P(report | true level), shape (sources, levels, levels): the true level in the rows.
        log_likelihood: Log-likelihood of the reports, without the prior's part.
        iterations: Steps taken.
        converged: Whether the probabilities stood still before the last step allowed.
    """

    probabilities: Floats
    missing: Bools
    shares: Floats
    confusion: Floats
    log_likelihood: float
    iterations: int
    converged: bool


def report_counts(
    cells: npt.ArrayLike, sources: npt.ArrayLike, levels: npt.ArrayLike, *, shape: tuple[int, int, int]
) -> Ints:
    """Count reports from a list: one row a report, a source may report a cell more than once.

    Args:
        cells: Position of the cell of each report.
        sources: Position of its source.
        levels: Level reported, 0 for the lowest.
        shape: Number of cells, sources and levels.

    Returns:
        Counts of shape (cells, sources, levels).

    Raises:
        ModelError: A position is outside the shape.

    Example:
        >>> report_counts([0, 0, 1], [0, 1, 1], [2, 2, 0], shape=(2, 2, 3)).tolist()
        [[[0, 0, 1], [0, 0, 1]], [[0, 0, 0], [1, 0, 0]]]
    """
    places = np.column_stack([np.asarray(cells), np.asarray(sources), np.asarray(levels)]).astype(np.int64)
    wrong = ((places < 0) | (places >= shape)).any(axis=1)
    if wrong.any():
        raise ModelError("report", places[wrong][0].tolist(), f"must lie within {shape}")
    counts = np.zeros(shape, dtype=np.int64)
    np.add.at(counts, tuple(places.T), 1)
    return counts


def as_counts(reports: npt.ArrayLike, levels: int) -> Floats:
    """Return reports as counts (cells, sources, levels): from a table of levels with NaN for none, or from counts.

    Raises:
        ModelError: A report is not a level of the scale, or a count is negative.
    """
    array = np.asarray(reports, dtype=np.float64)
    if array.ndim == 3:
        if array.shape[2] != levels or not (array >= 0).all():
            raise ModelError("reports", array.shape, f"must be counts of {levels} levels in the last dimension")
        return array
    table = as_table(array, "reports")
    on_scale = np.isnan(table) | np.isin(table, np.arange(levels))
    if not on_scale.all():
        raise ModelError("reports", float(table[~on_scale][0]), f"must be a level from 0 to {levels - 1}")
    return np.asarray(table[:, :, None] == np.arange(levels), dtype=np.float64)


def ordinal_prior(levels: int, *, strength: float = 5.0, decay: float = 0.3) -> Floats:
    """Return made-up reports for each row of a confusion matrix, shape (levels, levels).

    Each row adds up to `strength`, and each step away from the true level has `decay` times the reports of the one
    before.

    Args:
        levels: Number of levels.
        strength: Reports that each row is worth; 0 leaves the data alone.
        decay: Share that is left at each step, 0 to 1; 1 knows of no order.

    Raises:
        ModelError: The strength is negative or the decay not from 0 to 1.

    Example:
        >>> ordinal_prior(3, strength=13.0, decay=0.5).round(2).tolist()
        [[7.43, 3.71, 1.86], [3.25, 6.5, 3.25], [1.86, 3.71, 7.43]]
    """
    if not strength >= 0:
        raise ModelError("strength", strength, "must not be negative")
    if not 0 <= decay <= 1:
        raise ModelError("decay", decay, "must be from 0 to 1")
    near = decay ** np.abs(np.subtract.outer(np.arange(levels), np.arange(levels))).astype(np.float64)
    return np.asarray(strength * near / near.sum(axis=1, keepdims=True))


def dawid_skene(
    reports: npt.ArrayLike,
    *,
    levels: int,
    prior: npt.ArrayLike = 0.0,
    tolerance: float = 1e-10,
    limit: int = 10_000,
) -> Fusion:
    """Fuse the reports of several sources into a distribution over levels for each cell.

    Expectation and maximisation from the shares of the reports of each cell. Sources are taken to err independently
    given the true level; the result is a point estimate, so that the probabilities know nothing of how unsure the
    confusion matrices are: `raters` does.

    Args:
        reports: Table (cells, sources) of levels, 0 for the lowest and NaN for no report; or counts (cells, sources,
            levels) where a source reports a cell more than once.
        levels: Number of levels of the scale.
        prior: Made-up reports that each confusion matrix starts from: one number, (levels, levels) such as
            `ordinal_prior` gives, or (sources, levels, levels). None (0) is the method of 1979.
        tolerance: Largest change of a probability at which it stops.
        limit: Most steps.

    Raises:
        ModelError: A report is not a level, or the prior is negative or has another shape.

    Example:
        >>> found = dawid_skene([[0, 0, 1], [2, 2, 2], [1, 1, 1], [0, 0, np.nan]], levels=3)
        >>> found.probabilities.argmax(axis=1).tolist()
        [0, 2, 1, 0]
    """
    counts = as_counts(reports, levels)
    cells, sources, _ = counts.shape
    pseudo = _prior(prior, sources, levels)
    missing = counts.sum(axis=(1, 2)) == 0
    known = counts[~missing]
    if not len(known):
        return _unknown(cells, sources, levels, pseudo)
    belief = known.sum(axis=1)
    belief /= belief.sum(axis=1, keepdims=True)
    change, iterations = math.inf, 0
    while change > tolerance and iterations < limit:
        shares, confusion = belief.mean(axis=0), _confusion(belief, known, pseudo)
        joint = np.tensordot(known, np.log(confusion), axes=([1, 2], [0, 2])) + np.log(np.maximum(shares, _FLOOR))
        top = joint.max(axis=1, keepdims=True)
        scaled = np.exp(joint - top)
        total = scaled.sum(axis=1, keepdims=True)
        change = float(np.abs(scaled / total - belief).max())
        belief = scaled / total
        iterations += 1
    probabilities = np.tile(shares, (cells, 1))
    probabilities[~missing] = belief
    return Fusion(
        probabilities=probabilities,
        missing=missing,
        shares=shares,
        confusion=confusion,
        log_likelihood=float((top + np.log(total)).sum()),
        iterations=iterations,
        converged=change <= tolerance,
    )


def _prior(prior: npt.ArrayLike, sources: int, levels: int) -> Floats:
    array = np.asarray(prior, dtype=np.float64)
    if array.shape not in {(), (levels, levels), (sources, levels, levels)} or not (array >= 0).all():
        raise ModelError(
            "prior", array.shape, f"must be counts of shape ({levels}, {levels}) or one such for each source"
        )
    return np.broadcast_to(array, (sources, levels, levels))


def _confusion(belief: Floats, counts: Floats, pseudo: Floats) -> Floats:
    """P(report | true level) of each source; a row without a report is even."""
    expected = np.tensordot(belief, counts, axes=([0], [0])).transpose(1, 0, 2) + pseudo
    expected = np.maximum(expected, _FLOOR)
    return np.asarray(expected / expected.sum(axis=2, keepdims=True))


def _unknown(cells: int, sources: int, levels: int, pseudo: Floats) -> Fusion:
    """Nobody reported anything: every level is as likely as another."""
    shares = np.full(levels, 1 / levels)
    return Fusion(
        probabilities=np.tile(shares, (cells, 1)),
        missing=np.ones(cells, dtype=np.bool_),
        shares=shares,
        confusion=_confusion(np.zeros((0, levels)), np.zeros((0, sources, levels)), pseudo),
        log_likelihood=0.0,
        iterations=0,
        converged=True,
    )
