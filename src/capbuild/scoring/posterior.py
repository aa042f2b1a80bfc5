"""Posterior probabilities of criteria and levels, given all sources."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from attrs import frozen

from capbuild.model import (
    Capacity,
    CriterionResult,
    CriterionState,
    Framework,
    Missing,
    PlausibleLevels,
    ReconciliationPolicy,
    SourceKind,
)
from capbuild.scoring.context import Case, ScoringContext
from capbuild.scoring.criteria_levels import Staircase
from capbuild.scoring.reliability import ReportCounts, SourceComparison
from capbuild.stats.arrays import Bools, Floats, Ints
from capbuild.stats.confusion import answer_likelihood
from capbuild.stats.estimate import level_range
from capbuild.stats.raters import RaterFit, RaterReports, fit_raters
from capbuild.undefined import Undefined, UndefinedReason

_RANGE = 0.99  # of the probability, for the levels that the `model` policy leaves open
_NO_DIFFERENCE = 5.0  # prior weight, in pairs of answers, of "met criteria are answered no more readily"
_KINDS = ("missing", "disagreement")


@frozen(kw_only=True, eq=False, slots=False)
class Posterior:
    """Probability of criteria in all countries.

    Attributes:
        criteria: Position of each criterion.
        compared: Estimated reliability of sources.
        fit: Probabilities, countries and criteria in the order of the cases.
    """

    criteria: Mapping[str, int]
    compared: SourceComparison
    fit: RaterFit

    @cached_property
    def mean(self) -> Floats:
        """Probability of each criterion, shape (countries, criteria)."""
        return self.fit.probabilities[..., 1]

    def probability(self, country: int, criterion: str) -> float:
        """Return the probability that a criterion is met."""
        return float(self.mean[country, self.criteria[criterion]])

    def columns(self, node: Capacity) -> slice:
        """Return the positions of a node's criteria."""
        first = self.criteria[node.criteria[0].id]
        return slice(first, first + len(node.criteria))

    def node_probabilities(self, node: Capacity, cases: Sequence[Case]) -> Floats:
        """Return the probability that each criterion counts as met.

        The probability is 1 for a criterion that does not apply, and 0 for one without its required evidence.

        Returns:
            Probabilities of shape (countries, criteria, views, strengths).
        """
        own = self.fit.levels(self.columns(node))[0]
        counts = np.where(_find_unsupported(node, cases)[:, :, None, None], 0.0, own)
        return np.where(_find_inapplicable(node, cases)[:, :, None, None], 1.0, counts)

    def view_weights(self, node: Capacity) -> Floats:
        """Return view and strength probabilities, shape (countries, views, strengths)."""
        capacity = self.fit.model.capacity[self.columns(node).start]
        return np.asarray(self.fit.strengths[:, capacity] * self.fit.views[:, :, None])

    def level_probabilities(
        self, node: Capacity, cases: Sequence[Case], setting: ScoringContext
    ) -> list[PlausibleLevels]:
        """Return the open levels of a staircase, with probabilities.

        By the rule, levels are open if confirmed findings leave them open. By the policy `model`, they are the likely
        levels given all evidence jointly. Probabilities do not take confirmed findings as certain.
        """
        stairs = setting.staircase(node)
        chance = np.moveaxis(self.node_probabilities(node, cases), 1, -1)
        shares = _order_probabilities(stairs, node, cases, chance) * self.view_weights(node)[..., None]
        shares = shares.sum(axis=(1, 2)) / shares.sum(axis=(1, 2, 3))[:, None]
        if setting.recipe.reconciliation is ReconciliationPolicy.MODEL:
            range_ = level_range(shares, level=_RANGE)
            ends = [
                (stairs.orders[low], stairs.orders[high]) for low, high in zip(range_.low, range_.high, strict=True)
            ]
        else:
            known = [case.scores[node.id].plausible for case in cases]
            ends = [(levels.lowest, levels.highest) for levels in known if levels is not None]
        return [
            add_probabilities(PlausibleLevels(lowest=low, highest=high), dict(zip(stairs.orders, row, strict=True)))
            for (low, high), row in zip(ends, shares, strict=True)
        ]

    def uncertainty_shares(
        self, node: Capacity, cases: Sequence[Case], setting: ScoringContext
    ) -> list[dict[str, float]]:
        """Return shares of uncertainty about the level, summing to 1.

        The group `missing` has the criteria without a judgement, and `disagreement` all others. Each group varies
        alone, with the other at its likelier value. Uncertainty is the probability that two draws of the truth have
        different levels. Shares are empty if the level is certain.
        """
        stairs = setting.staircase(node)
        chance = np.where(_find_unsupported(node, cases), 0.0, self.mean[:, self.columns(node)])
        chance = np.where(_find_inapplicable(node, cases), 1.0, chance)
        judged = np.array([[_is_judged(result) for result in case.results_of(node)] for case in cases], np.bool_)
        alone = {}
        for kind, varies in zip(_KINDS, (~judged, judged), strict=True):
            shares = _order_probabilities(stairs, node, cases, np.where(varies, chance, chance >= 0.5)[:, None, None])[
                :, 0, 0
            ]
            alone[kind] = 1 - (shares**2).sum(axis=1)
        total = sum(alone.values(), np.zeros(len(cases)))
        return [
            {kind: float(part[row] / total[row]) for kind, part in alone.items() if part[row] > 1e-9 * total[row] > 0}
            for row in range(len(cases))
        ]


def _order_probabilities(stairs: Staircase, node: Capacity, cases: Sequence[Case], met: Floats) -> Floats:
    """Return level probabilities, shape (countries, views, strengths, orders)."""
    inapplicable, met = _find_inapplicable(node, cases), met.copy()
    for step in range(1, len(stairs.orders)):  # a step that cannot be tested is not passed
        own = np.flatnonzero(np.asarray(stairs.gates) == step)
        met[inapplicable[:, own].all(axis=1), ..., own[0]] = 0.0
    partly = np.zeros_like(met)
    if stairs.allow_partial or stairs.partly_at_top:
        half = np.array([[r.state is CriterionState.PARTLY for r in case.results_of(node)] for case in cases], np.bool_)
        partly = np.where(half[:, None, None, :], 1 - met, 0.0)
    return stairs.distribution(met, partly)


def _is_judged(result: CriterionResult) -> bool:
    return any(not isinstance(finding.value, Missing) for finding in result.findings)


def _find_inapplicable(node: Capacity, cases: Sequence[Case]) -> Bools:
    return np.array([[r.state is CriterionState.NOT_APPLICABLE for r in c.results_of(node)] for c in cases], np.bool_)


def _find_unsupported(node: Capacity, cases: Sequence[Case]) -> Bools:
    return np.array([[result.unsupported for result in case.results_of(node)] for case in cases], np.bool_)


def add_probabilities(levels: PlausibleLevels, shares: Mapping[int, float]) -> PlausibleLevels:
    """Add the probability of each level to the open levels."""
    total = sum(float(share) for share in shares.values())
    probabilities = {order: float(share) / total for order, share in shares.items()}
    return PlausibleLevels(lowest=levels.lowest, highest=levels.highest, probabilities=probabilities)


def _log_likelihood(counts: ReportCounts, compared: SourceComparison, steps: Ints) -> Floats:
    """Return the log-likelihood of answers, shape (countries, criteria, levels)."""
    likelihood: Floats = np.zeros((*counts.applies.shape, 2))
    for kind in dict.fromkeys(reliability.source.kind for reliability in compared.reliability):
        if kind is not SourceKind.VISIT:
            answered = counts.sum_kinds([kind]).sum(axis=2) > 0
            asked = counts.applies & answered.any(axis=1, keepdims=True)
            likelihood = likelihood + answer_likelihood(answered, asked, compared.truth, steps, _NO_DIFFERENCE)
    return likelihood


def fit_posterior(framework: Framework, counts: ReportCounts, compared: SourceComparison) -> Posterior | Undefined:
    """Return the posterior of each criterion in each country.

    Args:
        framework: Framework of the criteria.
        counts: Reports of sources.
        compared: Estimated reliability of sources.

    Returns:
        The posterior; undefined without criteria, countries, or a prior on any source.
    """
    if not counts.applies.size or not compared.reliability:
        return Undefined(UndefinedReason.NOBODY_ANSWERED, "no source with a known reliability")
    nodes = [node for node in framework.indicators if node.criteria]
    sizes = [len(node.criteria) for node in nodes]
    steps = np.array([criterion.step for node in nodes for criterion in node.criteria], dtype=np.int64)
    reports = RaterReports(
        counts=compared.counts,
        applies=counts.applies,
        starts=np.cumsum([0, *sizes[:-1]], dtype=np.int64),
        steps=steps,
        besides=_log_likelihood(counts, compared, steps),
    )
    model = fit_raters(reports, compared.models, truth=compared.truth, reference=compared.reference)
    return Posterior(criteria=counts.items, compared=compared, fit=model.posterior())
