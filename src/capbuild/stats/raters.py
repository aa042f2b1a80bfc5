"""Item response model of sources: latent traits and rater errors.

An item has a level: 0 or 1 for an unmet or met criterion, 0 to L - 1 for a directly judged capacity. The probability
of each level depends on the strength of the country in this capacity minus the difficulty of the item (Rasch, 1960; in
adjacent categories for more levels, Masters, 1982). A source reports levels by a confusion table (Dawid and Skene,
1979), with a bias by country. Strengths and biases are integrated over a grid, so that items of one capacity, and
reports of one country, are dependent, as in reality. Nothing is random: equal reports give equal probabilities, in any
order.

Names of array sizes: C countries, K items, Q capacities, L levels, J views of a country (bias of its sources, and
overall strength), I strengths of a country in one capacity.
"""

import copy
from collections.abc import Collection, Iterator, Sequence

import numpy as np
from attrs import define, evolve, field, frozen

from capbuild.stats.arrays import Bools, Floats, Ints
from capbuild.stats.confusion import SourceModel, add_halo

_ROUNDS = 6  # of estimation; later changes are far below the uncertainty of the data
_HALO_AFTER = 3  # rounds after which the outlook of items is precise enough to compare
_WITHIN = 1.5  # prior spread of a country's strengths, in log odds
_BETWEEN = 1.0  # prior spread of countries, for two levels
_HARD = 1.0  # prior spread of items about the mean of their step
_CELLS = 10.0  # weight, in capacities, of the prior spread within countries
_COUNTRIES = 5.0  # weight, in countries, of the prior spread between them
_TINY = 1e-300
_BLOCK = 2**18  # values of an array, 2 MB: fitting countries in blocks keeps memory near that of the data


@frozen(kw_only=True, eq=False)
class RaterReports:
    """Reports of all sources.

    Attributes:
        counts: Number of sources of each class reporting each level, one array (C, K, L) per class.
        applies: Whether the item applies, shape (C, K).
        starts: First item of each capacity, shape (Q,): capacities are runs of adjacent items.
        steps: Step of each item, shape (K,): items of one step share a prior.
        besides: Log-likelihood of other information, shape (C, K, L).
    """

    counts: Sequence[Floats]
    applies: Bools
    starts: Ints
    steps: Ints
    besides: Floats

    def select(self, rows: slice | Ints) -> "RaterReports":
        """Return the reports on some countries."""
        return evolve(
            self,
            counts=[counts[rows] for counts in self.counts],
            applies=self.applies[rows],
            besides=self.besides[rows],
        )

    @property
    def is_reported(self) -> Bools:
        """True if an item has a report, shape (C, K)."""
        return np.asarray(sum((counts.sum(axis=2) for counts in self.counts), np.zeros(self.applies.shape)) > 0)


@frozen(kw_only=True, eq=False)
class _QuadratureGrid:
    """Quadrature points, in standard deviations.

    The shape is (J,) for the bias and strength of a country, and (I,) for strengths in a capacity.
    """

    leaning: Floats
    place: Floats
    strengths: Floats

    @classmethod
    def build(cls, leaning: int, place: int, strengths: int) -> "_QuadratureGrid":
        leant, placed = np.meshgrid(np.linspace(-2.2, 2.2, leaning), np.linspace(-2.4, 2.4, place), indexing="ij")
        return cls(leaning=leant.ravel(), place=placed.ravel(), strengths=np.linspace(-2.6, 2.6, strengths))


_COARSE, _FINE = _QuadratureGrid.build(3, 5, 7), _QuadratureGrid.build(5, 7, 9)


def _log_normal(points: Floats) -> Floats:
    return np.asarray(-(points**2) / 2)


def _normalise_logs(log: Floats) -> Floats:
    """Return probabilities from their logs, over the last axis."""
    odds = np.exp(log - log.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def _average_steps(values: Floats, weights: Floats, steps: Ints) -> Floats:
    """Return the weighted mean over each item's step, shape (K,)."""
    _, at = np.unique(steps, return_inverse=True)
    return np.asarray((np.bincount(at, values * weights) / np.bincount(at, weights))[at])


def _combine(before: Sequence[Floats], evidence: Floats) -> tuple[list[Floats], Floats, Floats]:
    """Combine prior odds with evidence.

    The result has the joint odds of each level above the lowest, the sum over all levels, (C, K, J, I), and the log of
    their common unit.
    """
    top = evidence.max(axis=3)
    share = np.exp(evidence - top[..., None])[..., None, :]
    joint = [odds * share[..., n] for n, odds in enumerate(before, start=1)]
    return joint, sum(joint[1:], joint[0]) + share[..., 0], top


def _average(given: Sequence[Floats], weights: Floats) -> Floats:
    """Average arrays (C, K, J, I) over views and strengths.

    The result has the shape (C, K, number of arrays).
    """
    return np.stack([np.einsum("ckji,ckji->ck", array, weights) for array in given], axis=-1)


@frozen(kw_only=True, eq=False)
class RaterFit:
    """Level probabilities, by view of a country and strength.

    Attributes:
        model: Parameters of the fit.
        grid: Views and strengths.
        views: Probability of each view of each country, shape (C, J).
        strengths: Probability of each strength given the view, shape (C, Q, J, I).
        probabilities: Probability of each level, shape (C, K, L).
        expected: Probability of each level above the lowest, without an item's own reports, shape (C, K, L - 1).
    """

    model: "RaterModel"
    grid: _QuadratureGrid
    views: Floats
    strengths: Floats
    probabilities: Floats
    expected: Floats

    @property
    def weights(self) -> Floats:
        """Probability of views and strengths, shape (C, Q, J, I)."""
        return np.asarray(self.strengths * self.views[:, None, :, None])

    def levels(self, items: slice = slice(None)) -> list[Floats]:
        """Return the probability of each level above the lowest.

        Each array has the shape (C, items, J, I), as probabilities depend on view and strength.
        """
        before, _ = self.model.prior(self.grid, items)
        joint, total, _ = _combine(before, self.model.evidence(self.grid, items=items))
        return [np.divide(odds, total, out=odds) for odds in joint]


@define
class RaterModel:
    """Parameters of countries and items, estimated jointly."""

    reports: RaterReports
    sources: list[SourceModel]
    capacity: Ints = field(init=False)
    difficulty: Floats = field(init=False)  # (K,)
    cuts: Floats = field(init=False)  # (L,): log odds of each level if strength equals difficulty
    country: Floats = field(init=False)  # (C,)
    error: Floats = field(init=False)  # (C,), its variance
    outlook: Floats = field(init=False)  # (C, K): log odds of an item given the others, relative to the country's
    within: float = _WITHIN**2
    between: float = field(init=False)
    usual: float = field(init=False)  # prior variance of countries
    known: int = 0  # countries with known truth

    def __attrs_post_init__(self) -> None:
        countries, items, size = self.reports.besides.shape
        self.capacity = np.repeat(np.arange(len(self.reports.starts)), np.diff(np.append(self.reports.starts, items)))
        totals = sum((counts.sum(axis=0) for counts in self.reports.counts), np.zeros((items, size)))
        weight = totals.sum(axis=1) + 0.2
        share = _average_steps((totals @ np.arange(size) / (size - 1) + 0.1) / weight, weight, self.reports.steps)
        self.usual = self.between = (2 * _BETWEEN / size) ** 2
        self.difficulty = np.log((1 - share) / share) * 2 / size
        self.cuts, self.outlook = np.zeros(size), np.zeros((countries, items))
        self.country, self.error = np.zeros(countries), np.full(countries, self.between)

    @property
    def has_single_items(self) -> bool:
        """True if each capacity has just one item."""
        return len(self.capacity) == len(self.reports.starts)

    def grid(self, grid: _QuadratureGrid) -> _QuadratureGrid:
        """Return the grid, without strengths if they are not needed.

        They are not needed if every capacity has a single item.
        """
        return evolve(grid, strengths=np.zeros(1)) if self.has_single_items else grid

    def select(self, rows: slice | Ints) -> "RaterModel":
        """Return the model of some countries."""
        part = copy.copy(self)
        part.reports = self.reports.select(rows)
        part.country, part.error, part.outlook = self.country[rows], self.error[rows], self.outlook[rows]
        return part

    def evidence(self, grid: _QuadratureGrid, hidden: Collection[int] = (), items: slice = slice(None)) -> Floats:
        """Return log P(all data of an item | level).

        The shape is (C, items, J, L). Classes of sources in `hidden` are left out.
        """
        likelihood = self.reports.besides[:, items, None, :]
        leanings, view = np.unique(grid.leaning, return_inverse=True)
        for number, (source, counts) in enumerate(zip(self.sources, self.reports.counts, strict=True)):
            if number not in hidden:
                leaning = leanings if source.spread else np.zeros(1)
                likelihood = likelihood + source.log_likelihood(counts[:, items], self.outlook[:, items], leaning)
        return np.asarray(likelihood[:, :, view if likelihood.shape[2] > 1 else np.zeros_like(view)])

    def places(self, grid: _QuadratureGrid) -> Floats:
        """Return each country's strength by view, shape (C, J).

        The points are a grid around the country's estimate.
        """
        return np.asarray(self.country[:, None] + np.sqrt(self.error)[:, None] * grid.place)

    def strengths(self, grid: _QuadratureGrid) -> Floats:
        """Return countries' strengths in a capacity, shape (C, J, I)."""
        return np.asarray(self.places(grid)[:, :, None] + np.sqrt(self.within) * grid.strengths)

    def prior(self, grid: _QuadratureGrid, items: slice = slice(None)) -> tuple[list[Floats], Floats]:
        """Return the prior odds of levels above the lowest.

        The second result is 1 + their sum. Each array has the shape (C, items, J, I).
        """
        odds = np.exp(self.strengths(grid))[:, None] * np.exp(-self.difficulty[items])[None, :, None, None]
        powers = [odds**n * cut if n > 1 or cut != 1 else odds for n, cut in enumerate(np.exp(self.cuts)) if n]
        return powers, 1 + sum(powers[1:], powers[0])

    def fit(self, grid: _QuadratureGrid, evidence: Floats | None = None, weight: float = 1.0) -> RaterFit:
        """Fit the model to the data of the items.

        Args:
            grid: Views and strengths.
            evidence: Log-likelihoods of the data, from `evidence`; None to compute them.
            weight: Weight of the data of a country.
        """
        blocks = [
            self.select(rows)._fit_block(grid, None if evidence is None else evidence[rows], weight)
            for rows in self._blocks(grid)
        ]
        views, strengths, after, before = (np.concatenate(arrays) for arrays in zip(*blocks, strict=True))
        above = np.clip(1 - after.sum(axis=-1, keepdims=True), 0, 1)
        return RaterFit(
            model=self,
            grid=grid,
            views=views,
            strengths=strengths,
            probabilities=np.concatenate([above, after], axis=-1),
            expected=before,
        )

    def _blocks(self, grid: _QuadratureGrid) -> Iterator[slice]:
        countries, items, _ = self.reports.besides.shape
        size = max(1, _BLOCK // max(1, items * len(grid.leaning) * len(grid.strengths)))
        return (slice(first, first + size) for first in range(0, max(1, countries), size))

    def _fit_block(
        self, grid: _QuadratureGrid, evidence: Floats | None, weight: float
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Fit a block of countries.

        The result has views, strengths, and the probabilities of levels above the lowest with and without an item's own
        reports.
        """
        before, whole = self.prior(grid)
        joint, total, top = _combine(before, self.evidence(grid) if evidence is None else evidence)
        likelihood = total / whole
        likelihood[~self.reports.applies] = 1.0
        product = np.multiply.reduceat(likelihood, self.reports.starts, axis=1)
        score = np.log(np.maximum(product, _TINY)) + _log_normal(grid.strengths)
        peak = score.max(axis=3)
        known = (peak + np.log(np.exp(score - peak[..., None]).sum(axis=3))).sum(axis=1)
        known += np.where(self.reports.applies[:, :, None], top, 0.0).sum(axis=1)
        prior = _log_normal(grid.leaning) + _log_normal(self.places(grid) / np.sqrt(self.between))
        views, strengths = _normalise_logs(weight * known + prior), _normalise_logs(score)
        weights = (strengths * views[:, None, :, None])[:, self.capacity]
        after = _average([np.divide(odds, total, out=odds) for odds in joint], weights)
        return views, strengths, after, _average([np.divide(odds, whole, out=odds) for odds in before], weights)

    def learn(self, grid: _QuadratureGrid, evidence: Floats) -> None:
        """Update difficulties, countries and spreads from the reports."""
        fit = self.fit(grid, evidence)
        self.outlook = _compute_halo_log_odds(fit.expected)
        self._learn_items(fit.expected, fit.probabilities[..., 1:])
        self._learn_countries(fit, grid)

    def _learn_items(self, before: Floats, after: Floats) -> None:
        numbers, precision = np.arange(1, len(self.cuts)), 1 / _HARD**2
        known = self.reports.is_reported & self.reports.applies
        mean = before @ numbers
        pull = np.where(self.reports.applies, mean - after @ numbers, 0.0).sum(axis=0)
        curve = np.where(known, before @ numbers**2 - mean**2, 0.0).sum(axis=0)
        usual = _average_steps(self.difficulty, np.ones_like(self.difficulty), self.reports.steps)
        self.difficulty += (pull - precision * (self.difficulty - usual)) / (curve + precision)
        if len(numbers) > 1:
            shares = [np.where(known[..., None], share, 0.0).sum(axis=(0, 1)) + 1 for share in (after, before)]
            self.cuts[1:] += np.log(shares[0] / shares[1])

    def _learn_countries(self, fit: RaterFit, grid: _QuadratureGrid) -> None:
        reported = np.add.reduceat(self.reports.is_reported.astype(np.float64), self.reports.starts, axis=1) > 0
        places = self.places(grid)
        if not self.has_single_items:
            off = (self.within * grid.strengths**2 * fit.weights).sum(axis=(2, 3))
            self.within = float((off[reported].sum() + _CELLS * _WITHIN**2) / (reported.sum() + _CELLS))
        spread = self._centre_countries(fit, places)
        # Items determine the average country: a country with little data is like it.
        known = np.maximum(1 - spread / self.between, 0.0)
        middle = float((known * self.country).sum() / known.sum()) if known.any() else 0.0
        self.country -= middle
        self.difficulty -= middle
        squares = float((self.country**2 + spread).sum())
        self.between = (squares + _COUNTRIES * self.usual) / (len(self.country) + _COUNTRIES)
        # A grid shrunk to one point must be able to widen again.
        self.error = np.maximum(spread, self.between / (2 * reported.sum(axis=1) + 1))

    def _centre_countries(self, fit: RaterFit, places: Floats) -> Floats:
        """Centre countries on their views; return their variance."""
        self.country = (fit.views * places).sum(axis=1)
        return np.asarray((fit.views * (places - self.country[:, None]) ** 2).sum(axis=1))

    def learn_halo(self, truth: Floats, reference: Collection[int]) -> None:
        """Estimate the halo effect from countries of known truth."""
        rows = np.flatnonzero(truth.sum(axis=(1, 2)) > 0)
        others = [number for number in range(len(self.sources)) if number not in reference]
        if not len(rows) or not others:
            return
        model, grid = self.select(rows), self.grid(_COARSE)
        model.country, model.error = np.zeros(len(rows)), np.full(len(rows), self.between)
        evidence = model.evidence(grid, others)
        model.error = np.maximum(
            model._centre_countries(model.fit(grid, evidence), model.places(grid)), self.between / 50
        )
        outlook = _compute_halo_log_odds(model.fit(grid, evidence).expected)
        for number in others:
            counts = self.reports.counts[number][rows]
            self.sources[number] = add_halo(self.sources[number], counts, truth[rows], outlook)

    def posterior(self) -> RaterFit:
        """Return the joint posterior of all reports.

        Tables of sources are estimates, whose errors are common to all reports of one country. If tables with u free
        cells were learnt from n countries, a country's evidence therefore counts n / (n + u).
        """
        grid, unknowns = self.grid(_FINE), len(self.cuts) * (len(self.cuts) - 1)
        weight = self.known / (self.known + unknowns) if self.known else 1.0
        self.error = np.minimum(self.error / weight, self.between)
        return self.fit(grid, weight=weight)


def _compute_halo_log_odds(before: Floats) -> Floats:
    """Return each item's log odds given the others, (C, K).

    They are relative to the mean of the country.
    """
    share = before @ np.arange(1, before.shape[2] + 1) / before.shape[2]
    odds = np.log(np.clip(share, 1e-3, 1 - 1e-3) / np.clip(1 - share, 1e-3, 1 - 1e-3))
    return np.asarray(odds - odds.mean(axis=1, keepdims=True))


def fit_raters(
    reports: RaterReports, sources: Sequence[SourceModel], *, truth: Floats, reference: Collection[int]
) -> RaterModel:
    """Estimate the strength of countries and difficulty of items.

    Args:
        reports: The reports.
        sources: Prior reporting model of each class of sources.
        truth: Probability of each level by the reference alone, shape (C, K, L); zeros if unknown.
        reference: Positions of the classes treated as truth.
    """
    model = RaterModel(reports, list(sources))
    model.known = int((truth.sum(axis=(1, 2)) > 0).sum())
    grid = model.grid(_COARSE)
    evidence = model.evidence(grid)
    for number in range(_ROUNDS):
        if number == _HALO_AFTER:
            model.learn_halo(truth, reference)
            evidence = model.evidence(grid)
        model.learn(grid, evidence)
    return model
