"""How likely each criterion is met: from what countries are like, how hard criteria are, and whom to believe.

Names of array sizes: C countries, K criteria, Q capacities, S classes of sources, J views of a country (how readily it
says yes, and how capable it is on the whole), I strengths of a country in one capacity.

A criterion is met with log odds "strength of the country in this capacity, less the criterion's difficulty" (the model
of Rasch, 1960); a report is a yes with one probability where it is met and another where it is not (Dawid and Skene,
1979). Strengths vary about the country's own level, and the readiness to say yes varies between countries. Both are
summed out on a grid, so that criteria of one capacity, and claims of one country, hang together as they do in life.
Nothing is drawn at random: equal evidence gives equal probabilities, in whatever order countries come.
"""

import numpy as np
from attrs import define, field, frozen

from capbuild.stats.arrays import Bools, Floats, Ints

__all__ = ["Rates", "Reports", "TraitFit", "fit_traits"]

_ROUNDS = 6  # of estimation; what is left to move by then is far below what the data can tell
_WITHIN = 1.5  # spread of a country's strengths, in log odds, before the data speak
_BETWEEN = 1.0  # of countries
_HARD = 1.0  # of criteria about the mean of their step
_CELLS = 10.0  # how many capacities the starting spread within countries is worth
_COUNTRIES = 5.0  # how many countries the starting spread between them is worth
_TINY = 1e-300


@frozen(kw_only=True, eq=False)
class Reports:
    """What was said.

    Attributes:
        yes: How many sources of each class said that it is met, shape (C, K, S).
        no: How many said that it is not, same shape.
        applies: Whether the criterion applies, shape (C, K).
        starts: Where each capacity's criteria start, shape (Q,): capacities are runs of neighbouring criteria.
        steps: Step of each criterion, shape (K,): criteria of one step are taken as alike until shown otherwise.
    """

    yes: Floats
    no: Floats
    applies: Bools
    starts: Ints
    steps: Ints


@frozen(kw_only=True, eq=False)
class Rates:
    """How often each class of sources says yes, as log odds.

    Attributes:
        met: Where the criterion is met, shape (S,).
        unmet: Where it is not, shape (S,).
        spread: Standard deviation between countries of their readiness to say yes, shape (S,); 0 where a class does
            not speak for the country.
    """

    met: Floats
    unmet: Floats
    spread: Floats


@frozen(kw_only=True, eq=False)
class TraitFit:
    """What follows from the reports.

    Attributes:
        views: Probability of each view of each country, shape (C, J).
        strengths: Probability of each strength given the view, shape (C, Q, J, I).
        met: Probability that each criterion is met given both, shape (C, K, J, I).
        capacity: Number of the capacity of each criterion, shape (K,).
    """

    views: Floats
    strengths: Floats
    met: Floats
    capacity: Ints

    @property
    def weights(self) -> Floats:
        """Probability of each pair of view and strength, shape (C, Q, J, I)."""
        return np.asarray(self.strengths * self.views[:, None, :, None])

    @property
    def mean(self) -> Floats:
        """Probability that each criterion is met, shape (C, K)."""
        return np.asarray(np.einsum("ckji,ckji->ck", self.met, self.weights[:, self.capacity]))


@frozen(kw_only=True, eq=False)
class _Grid:
    """Points that stand for what is not known, in standard deviations: readiness and country (J,), strengths (I,)."""

    lean: Floats
    place: Floats
    strengths: Floats

    @classmethod
    def of(cls, lean: int, place: int, strengths: int) -> "_Grid":
        leaning, placed = np.meshgrid(np.linspace(-2.2, 2.2, lean), np.linspace(-2.4, 2.4, place), indexing="ij")
        return cls(lean=leaning.ravel(), place=placed.ravel(), strengths=np.linspace(-2.6, 2.6, strengths))


_COARSE, _FINE = _Grid.of(3, 5, 7), _Grid.of(7, 7, 9)


def _logistic(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))


def _log_bell(points: Floats) -> Floats:
    return np.asarray(-(points**2) / 2)


def _normalised(log: Floats) -> Floats:
    """Probabilities from their logs, over the last axis."""
    odds = np.exp(log - log.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


def _by_step(values: Floats, weights: Floats, steps: Ints) -> Floats:
    """Weighted mean over the criteria of each one's step, shape (K,)."""
    _, at = np.unique(steps, return_inverse=True)
    return np.asarray((np.bincount(at, values * weights) / np.bincount(at, weights))[at])


@define
class _State:
    """The unknowns while they are estimated."""

    reports: Reports
    rates: Rates
    capacity: Ints = field(init=False)
    difficulty: Floats = field(init=False)  # (K,)
    country: Floats = field(init=False)  # (C,)
    error: Floats = field(init=False)  # (C,), its variance
    within: float = _WITHIN**2
    between: float = _BETWEEN**2

    def __attrs_post_init__(self) -> None:
        countries, criteria, _ = self.reports.yes.shape
        sizes = np.diff(np.append(self.reports.starts, criteria))
        self.capacity = np.repeat(np.arange(len(sizes)), sizes)
        yes, no = self.reports.yes.sum(axis=(0, 2)) + 0.1, self.reports.no.sum(axis=(0, 2)) + 0.1
        share = _by_step(yes / (yes + no), yes + no, self.reports.steps)
        self.difficulty = np.log((1 - share) / share)
        self.country, self.error = np.zeros(countries), np.full(countries, self.between)

    def said(self, odds: Floats, grid: _Grid) -> Floats:
        """Log P(all that was said of a criterion) for one truth, shape (C, K, J)."""
        moved = odds[:, None] + self.rates.spread[:, None] * grid.lean
        return np.asarray(self.reports.yes @ np.log(_logistic(moved)) + self.reports.no @ np.log(_logistic(-moved)))

    def places(self, grid: _Grid) -> Floats:
        """Level of each country in each view, shape (C, J): a grid about where it is thought to be."""
        return np.asarray(self.country[:, None] + np.sqrt(self.error)[:, None] * grid.place)

    def fit(self, grid: _Grid) -> tuple[TraitFit, Floats, Floats]:
        """Return the fit, P(met) before the reports (C, K, J, I), and the strengths of the grid (C, J, I)."""
        places = self.places(grid)
        strength = places[:, :, None] + np.sqrt(self.within) * grid.strengths
        odds = np.exp(strength)[:, None] * np.exp(-self.difficulty)[None, :, None, None]
        met, unmet = self.said(self.rates.met, grid), self.said(self.rates.unmet, grid)
        top = np.maximum(met, unmet)
        joint = odds * np.exp(met - top)[..., None]
        total = joint + np.exp(unmet - top)[..., None]
        share = joint / total
        likelihood = np.where(self.reports.applies[:, :, None, None], total / (1 + odds), 1.0)
        product = np.multiply.reduceat(likelihood, self.reports.starts, axis=1)
        score = np.log(np.maximum(product, _TINY)) + _log_bell(grid.strengths)
        strengths = _normalised(score)
        peak = score.max(axis=3)
        evidence = (peak + np.log(np.exp(score - peak[..., None]).sum(axis=3))).sum(axis=1)
        evidence += np.where(self.reports.applies[:, :, None], top, 0.0).sum(axis=1)
        prior = _log_bell(grid.lean) + _log_bell(places / np.sqrt(self.between))
        found = TraitFit(views=_normalised(evidence + prior), strengths=strengths, met=share, capacity=self.capacity)
        return found, odds / (1 + odds), strength

    def learn(self, grid: _Grid) -> None:
        """Move difficulties, countries and spreads to where the reports put them."""
        fit, before, strength = self.fit(grid)
        weights = fit.weights[:, self.capacity]
        chance = np.einsum("ckji,ckji->ck", before, weights)
        applies, precision = self.reports.applies, 1 / _HARD**2
        said = (self.reports.yes + self.reports.no).sum(axis=2) > 0
        pull = np.where(applies, chance - fit.mean, 0.0).sum(axis=0)
        curve = np.where(said & applies, chance * (1 - chance), 0.0).sum(axis=0)
        usual = _by_step(self.difficulty, np.ones_like(self.difficulty), self.reports.steps)
        self.difficulty += (pull - precision * (self.difficulty - usual)) / (curve + precision)
        heard = np.add.reduceat(said.astype(np.float64), self.reports.starts, axis=1) > 0
        places = self.places(grid)
        off = ((strength - places[:, :, None])[:, None] ** 2 * fit.weights).sum(axis=(2, 3))
        self.within = float((off[heard].sum() + _CELLS * _WITHIN**2) / (heard.sum() + _CELLS))
        self.country = (fit.views * places).sum(axis=1)
        spread = (fit.views * (places - self.country[:, None]) ** 2).sum(axis=1)
        # Where the average country stands is told by the criteria: a country of which little is known is like it.
        known = np.maximum(1 - spread / self.between, 0.0)
        middle = float((known * self.country).sum() / known.sum()) if known.any() else 0.0
        self.country -= middle
        self.difficulty -= middle
        squares = float((self.country**2 + spread).sum())
        self.between = (squares + _COUNTRIES * _BETWEEN**2) / (len(self.country) + _COUNTRIES)
        # A grid that has shrunk onto one point must be able to open again.
        self.error = np.maximum(spread, self.between / (2 * heard.sum(axis=1) + 1))


def fit_traits(reports: Reports, rates: Rates) -> TraitFit:
    """Return how likely each criterion is met.

    Args:
        reports: What was said.
        rates: How far it can be believed.
    """
    state = _State(reports=reports, rates=rates)
    for _ in range(_ROUNDS):
        state.learn(_COARSE)
    return state.fit(_FINE)[0]
