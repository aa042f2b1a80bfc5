"""Sensitivity analysis with Sobol' points and indices."""

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats import Bools, Floats, competition_ranks, quotient
from capbuild.undefined import Undefined, UndefinedReason
from capbuild_index.montecarlo import EXACT, Alternatives, SimulationPlan, plan_at, simulate

_BITS = 32


#: For each dimension from the second: primitive polynomial over GF(2), as a number with its coefficients in binary, and
#: the first direction numbers. Facts published by S. Joe and F. Y. Kuo (2008), Constructing Sobol sequences with better
#: two-dimensional projections, SIAM J. Scientific Computing 30, 2635-2654 (set D6, of new-joe-kuo-6).
_DIRECTIONS: tuple[tuple[int, ...], ...] = (
    (3, 1),
    (7, 1, 3),
    (11, 1, 3, 1),
    (13, 1, 1, 1),
    (19, 1, 1, 3, 3),
    (25, 1, 3, 5, 13),
    (37, 1, 1, 5, 5, 17),
    (41, 1, 1, 5, 5, 5),
    (47, 1, 1, 7, 11, 19),
    (55, 1, 1, 5, 1, 1),
    (59, 1, 1, 1, 3, 11),
    (61, 1, 3, 5, 5, 31),
    (67, 1, 3, 3, 9, 7, 49),
    (91, 1, 1, 1, 15, 21, 21),
    (97, 1, 3, 1, 13, 27, 49),
    (103, 1, 1, 1, 15, 7, 5),
    (109, 1, 3, 1, 15, 13, 25),
    (115, 1, 1, 5, 5, 19, 61),
    (131, 1, 3, 7, 11, 23, 15, 103),
    (137, 1, 3, 7, 13, 13, 15, 69),
    (143, 1, 1, 3, 13, 7, 35, 63),
    (145, 1, 3, 5, 9, 1, 25, 53),
    (157, 1, 3, 1, 13, 9, 35, 107),
    (167, 1, 3, 1, 5, 27, 61, 31),
    (171, 1, 1, 5, 11, 19, 41, 61),
    (185, 1, 3, 5, 3, 3, 13, 69),
    (191, 1, 1, 7, 13, 1, 19, 1),
    (193, 1, 3, 7, 5, 13, 19, 59),
    (203, 1, 1, 3, 9, 25, 29, 41),
    (211, 1, 3, 5, 13, 23, 1, 55),
    (213, 1, 3, 7, 3, 13, 59, 17),
    (229, 1, 3, 1, 3, 5, 53, 69),
    (239, 1, 1, 5, 5, 23, 33, 13),
    (241, 1, 1, 7, 7, 1, 61, 123),
    (247, 1, 1, 7, 9, 13, 61, 49),
    (253, 1, 3, 3, 5, 3, 55, 33),
    (285, 1, 3, 1, 15, 31, 13, 49, 245),
    (299, 1, 3, 5, 15, 31, 59, 63, 97),
    (301, 1, 3, 1, 11, 11, 11, 77, 249),
)


#: Number of dimensions with direction numbers.
MOST_DIMENSIONS = len(_DIRECTIONS) + 1


def sobol_points(count: int, dimensions: int, *, seed: int | None = None) -> Floats:
    """Return the first `count` Sobol' points in [0, 1).

    The result has shape (count, dimensions). The points are balanced if their number is a power of two. With a seed,
    all points are moved by one random digital shift (exclusive or), which keeps the balance and makes estimates
    unbiased.

    Args:
        count: Number of points.
        dimensions: 1 to `MOST_DIMENSIONS`.
        seed: Seed of the shift; None for no shift, with the origin as first point.

    Raises:
        ModelError: There are too many dimensions, or more points than the sequence has.

    Source: I. M. Sobol' (1967); in the order of the Gray code, I. A. Antonov and V. M. Saleev (1979), both in USSR
    Computational Mathematics and Mathematical Physics.

    Example:
        >>> sobol_points(4, 2)
        array([[0.  , 0.  ],
               [0.5 , 0.5 ],
               [0.75, 0.25],
               [0.25, 0.75]])
    """
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        raise ModelError("dimensions", dimensions, f"must be from 1 to {MOST_DIMENSIONS}")
    if not 0 <= count <= 1 << _BITS:
        raise ModelError("count", count, f"must be from 0 to 2^{_BITS}")
    directions = np.array([_compute_directions(dimension) for dimension in range(dimensions)], dtype=np.uint64)
    index = np.arange(count, dtype=np.uint64)
    gray = index ^ (index >> np.uint64(1))
    bits = np.zeros((count, dimensions), dtype=np.uint64)
    for bit in range(max(count - 1, 0).bit_length()):
        chosen = (gray >> np.uint64(bit)) & np.uint64(1)
        bits ^= chosen[:, None] * directions[:, bit]
    if seed is None:
        return np.asarray(bits / 2.0**_BITS)
    shift = np.random.default_rng(seed).integers(0, 1 << _BITS, dimensions, dtype=np.uint64)
    return np.asarray(((bits ^ shift) + 0.5) / 2.0**_BITS)


def _compute_directions(dimension: int) -> list[int]:
    """Return the direction numbers of a dimension.

    They are 32-bit integers, from the recurrence of the dimension's polynomial.
    """
    if dimension == 0:
        return [1 << (_BITS - 1 - bit) for bit in range(_BITS)]
    polynomial, *numbers = _DIRECTIONS[dimension - 1]
    degree = len(numbers)
    for bit in range(degree, _BITS):
        new = numbers[bit - degree] ^ (numbers[bit - degree] << degree)
        for term in range(1, degree):
            if polynomial >> (degree - term) & 1:
                new ^= numbers[bit - term] << term
        numbers.append(new)
    return [number << (_BITS - 1 - bit) for bit, number in enumerate(numbers)]


#: Figures of the bootstrap in memory at once.
_AT_ONCE = 1 << 22


def radial_design(base: int, factors: int, *, seed: int = 0) -> Floats:
    """Return the points of a radial design.

    The result has shape (base * (factors + 2), factors), in blocks of `base` rows: A, B, then for each factor A with
    that factor's column from B. A and B are one Sobol' sequence of `2 * factors` dimensions.

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
    """First-order and total indices, each of shape (factors, outputs).

    They are NaN for an output that does not vary.

    Attributes:
        first: Share of the variance from the factor alone.
        total: Share from the factor alone and in interactions.
        first_interval: Bootstrap interval of `first`, of shape (2, factors, outputs).
        total_interval: Bootstrap interval of `total`.
        variance: Variance of each output, of shape (outputs,); NaN if a result is missing.
        confidence: Coverage of the intervals.
        consistent: Whether `first` is below `total`, as theory requires, within the joint bootstrap. If not, the sample
            is too small.
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
        """Outputs without indices, with the reason."""
        missing = Undefined(UndefinedReason.TOO_FEW, "a result is missing in some replications")
        constant = Undefined(UndefinedReason.CONSTANT, "the result does not vary")
        without = np.flatnonzero(np.isnan(self.first).all(axis=0))
        return {int(i): missing if np.isnan(self.variance[i]) else constant for i in without}


def sobol_indices(
    results: npt.ArrayLike, factors: int, *, confidence: float = 0.9, resamples: int = 500, seed: int = 0
) -> SobolIndices:
    """Estimate Sobol' indices from results.

    The results are those at the points of `radial_design`, in the same order. They are centred first, since the square
    of the mean would otherwise dominate the first-order estimate: `S = mean(yB (yAB - yA)) / V` and `T = mean((yA -
    yAB)^2) / (2 V)`. The bootstrap draws whole rows of the design, so variance and both indices vary jointly.

    Args:
        results: Results (base * (factors + 2),) or, for several outputs, (base * (factors + 2), outputs).
        factors: Number of factors of the design.
        confidence: Coverage of the intervals, between 0 and 1.
        resamples: Number of bootstrap resamples.
        seed: Seed of the bootstrap.

    Raises:
        ModelError: The number of results differs from the design, or one is infinite.

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
    equal_weights = np.full((1, base), 1.0 / base)
    first, total, variance = _compute_indices(blocks, equal_weights, varies)
    firsts, totals = _bootstrap(blocks, varies, resamples, seed)
    tail = (1 - confidence) / 2
    excess = _compute_quantiles(firsts - totals, [tail])[0]
    return SobolIndices(
        first=first[0],
        total=total[0],
        first_interval=_compute_quantiles(firsts, [tail, 1 - tail]),
        total_interval=_compute_quantiles(totals, [tail, 1 - tail]),
        variance=np.where(known, variance[0], np.nan),
        confidence=confidence,
        consistent=~(excess > 0) & ~(first[0] > total[0] + 0.1),
    )


def _compute_indices(blocks: Floats, rows: Floats, varies: Bools) -> tuple[Floats, Floats, Floats]:
    """Return first-order indices, total indices and variances.

    Indices have shape (resamples, factors, outputs). `rows` are the weights of the design's rows in each resample.
    """
    a, b, mixed = blocks[0], blocks[1], blocks[2:]
    moved = mixed - a
    centre = rows @ (a + b) / 2
    variance = rows @ (a * a + b * b) / 2 - centre**2
    below = np.where(varies & (variance > 0), variance, np.nan)[:, None, :]
    covariance = _average_rows(rows, b * moved) - centre[:, None, :] * _average_rows(rows, moved)
    return quotient(covariance, below), quotient(_average_rows(rows, moved**2) / 2, below), variance


def _average_rows(rows: Floats, figures: Floats) -> Floats:
    """Return weighted means over rows.

    The result has shape (resamples, factors, outputs).
    """
    factors, base, outputs = figures.shape
    flat = figures.transpose(1, 0, 2).reshape(base, factors * outputs)
    return (rows @ flat).reshape(len(rows), factors, outputs)


def _bootstrap(blocks: Floats, varies: Bools, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """Return the first-order and total indices of each resample.

    Outputs are computed a few at a time to limit memory, all with the same resampled rows.
    """
    base = blocks.shape[1]
    rows = np.random.default_rng(seed).multinomial(base, np.full(base, 1 / base), size=resamples) / base
    step = max(1, _AT_ONCE // max(1, resamples * (len(blocks) - 2)))
    parts = [
        _compute_indices(blocks[:, :, start : start + step], rows, varies[start : start + step])[:2]
        for start in range(0, blocks.shape[2], step)
    ]
    return np.concatenate([first for first, _ in parts], axis=2), np.concatenate([total for _, total in parts], axis=2)


def _compute_quantiles(figures: Floats, at: list[float]) -> Floats:
    return np.asarray(np.quantile(figures, at, axis=0))


@frozen(kw_only=True, eq=False)
class Sensitivity:
    """Sobol' indices of choices with several alternatives.

    Attributes:
        factors: Their names, from `table`, `weights`, `rules` and `evidence`.
        scores: Indices of each unit's figure, of shape (factors, units).
        rank_shift: Indices of the mean number of places that units move from their rank in the base case, which is the
            first alternative of each choice on exact evidence; of shape (factors, 1).
        replications: Number of replications.
    """

    factors: tuple[str, ...]
    scores: SobolIndices
    rank_shift: SobolIndices
    replications: int


def sensitivity(
    alternatives: Alternatives, *, base: int = 256, draws: int = 256, seed: int = 0, threads: int = 1
) -> Sensitivity | Undefined:
    """Estimate the share of the variance from each choice.

    Table, set of weights, rules, and draw from the evidence are the factors of a radial design with `base * (factors +
    2)` replications. A unit with a missing figure in any replication has no indices.

    Args:
        alternatives: The alternatives.
        base: Size of the design; a power of two.
        draws: Number of evidence draws in the design.
        seed: Seed of the design.
        threads: See `simulate`.

    Returns:
        The indices, or `Undefined` without any alternative.

    Example:
        >>> from capbuild.stats import Tree
        >>> tree = Tree.build(["law", "staff"], {"law": "all", "staff": "all"})
        >>> found = sensitivity(Alternatives(tree=tree, tables=[[[80.0, 40.0]], [[60.0, 70.0]]]))
        >>> found.factors, found.scores.first.round(2)
        (('table',), array([[1.]]))
    """
    sizes = {
        "table": len(alternatives.tables),
        "weights": len(alternatives.weights),
        "rules": len(alternatives.rules),
        "evidence": draws if alternatives.evidence else 1,
    }
    factors = [name for name, size in sizes.items() if size > 1]
    if not factors:
        return Undefined(UndefinedReason.NOT_APPLICABLE, "there is one alternative for each choice")
    points = radial_design(base, len(factors), seed=seed)
    chosen = dict(zip(factors, plan_at(points, [sizes[name] for name in factors]), strict=True))
    same = np.zeros(len(points), dtype=np.int64)
    plan = SimulationPlan(
        table=chosen.get("table", same),
        weights=chosen.get("weights", same),
        rules=chosen.get("rules", same),
        evidence=chosen.get("evidence", same if alternatives.evidence else same + EXACT),
    )
    scores = simulate(alternatives, plan, threads=threads)
    return Sensitivity(
        factors=tuple(factors),
        scores=sobol_indices(scores, len(factors), seed=seed),
        rank_shift=sobol_indices(_rank_shift(alternatives, scores), len(factors), seed=seed),
        replications=len(scores),
    )


def _rank_shift(alternatives: Alternatives, scores: Floats) -> Floats:
    """Return the mean rank shift of each replication.

    The mean is over the units that always have a figure.
    """
    first = np.zeros(1, dtype=np.int64)
    base = simulate(alternatives, SimulationPlan(table=first, weights=first, rules=first, evidence=first + EXACT))
    known = ~np.isnan(np.concatenate([scores, base])).any(axis=0)
    if not known.any():
        return np.zeros(len(scores))
    return np.asarray(np.abs(competition_ranks(scores[:, known]) - competition_ranks(base[:, known])).mean(axis=1))
