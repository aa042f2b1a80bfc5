"""How likely each criterion is met, and so each level: all sources, weighed by how far they can be believed."""

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from capbuild.model import Capacity, CriterionResult, CriterionState, Framework, PlausibleLevels, Recipe, Verdict
from capbuild.scoring._traits import Reports, TraitFit, fit_traits
from capbuild.scoring.cases import Case
from capbuild.scoring.reliability import SourceReliability, Spoken, rates
from capbuild.scoring.steps import Stairs
from capbuild.stats.arrays import Bools, Floats
from capbuild.stats.levels import level_range
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["Beliefs", "believe", "within"]

_HELD = 0.99  # of the probability, by the levels that the `model` policy leaves open


@frozen(kw_only=True, eq=False)
class Beliefs:
    """What is believed of the criteria of all countries.

    Attributes:
        criteria: Position of each criterion.
        reliability: How far sources were believed.
        fit: Probabilities, countries and criteria in the order of the cases.
    """

    criteria: Mapping[str, int]
    reliability: tuple[SourceReliability, ...]
    fit: TraitFit
    mean: Floats

    @property
    def measured(self) -> bool:
        """Whether what was compared with visits, and not the recipe alone, says how far sources are believed."""
        return any(one.measured for one in self.reliability)

    def met(self, country: int, criterion: str) -> float:
        """Return the probability that a criterion is met, settled or not."""
        return float(self.mean[country, self.criteria[criterion]])

    def columns(self, node: Capacity) -> slice:
        """Return where the criteria of a node stand."""
        first = self.criteria[node.criteria[0].id]
        return slice(first, first + len(node.criteria))

    def chances(self, node: Capacity, cases: Sequence[Case], rows: Sequence[int], *, settled: bool) -> Floats:
        """Return the probability that each criterion of a node is met, shape (rows, criteria, views, strengths).

        Args:
            node: The node.
            cases: All cases.
            rows: Which of them.
            settled: Whether what confirmed findings have settled is taken as certain.
        """
        states = np.array([[_GIVEN.get(r.state, np.nan) for r in cases[row].results_of(node)] for row in rows])
        own = self.fit.met[list(rows), self.columns(node)]
        if not settled:
            states = np.where(_aside(node, cases, rows), 1.0, np.nan)
        return np.asarray(np.where(np.isnan(states)[:, :, None, None], own, states[:, :, None, None]))

    def weights(self, node: Capacity, rows: Sequence[int]) -> Floats:
        """Return the probability of each view and strength in a node, shape (rows, views, strengths)."""
        capacity = self.fit.capacity[self.columns(node).start]
        return np.asarray(self.fit.strengths[list(rows), capacity] * self.fit.views[list(rows)][:, :, None])

    def levels(self, node: Capacity, cases: Sequence[Case], recipe: Recipe) -> list[PlausibleLevels]:
        """Return the levels of a staircase that are left open, with their probabilities.

        What confirmed findings settle is taken as certain, so that the probabilities are those of the levels that the
        rule leaves open.
        """
        found: list[PlausibleLevels] = []
        stairs = Stairs(criteria=node.criteria, allow_partial=recipe.allow_partial)
        plausible = [case.scores[node.id].plausible for case in cases]
        rows = [row for row, levels in enumerate(plausible) if levels is not None and not levels.settled]
        shares = dict(zip(rows, self._distribution(node, stairs, cases, rows, settled=True), strict=True))
        for row, levels in enumerate(plausible):
            assert levels is not None  # noqa: S101 - a staircase always has levels
            if row not in shares:
                found.append(within(levels, {levels.lowest: 1.0}))
            else:
                found.append(within(levels, _by_order(stairs.orders, shares[row])))
        return found

    def modelled_levels(self, node: Capacity, cases: Sequence[Case], recipe: Recipe) -> list[PlausibleLevels]:
        """Return the levels that all evidence together leaves open: for the `model` policy, settled by nothing else."""
        stairs = Stairs(criteria=node.criteria, allow_partial=recipe.allow_partial)
        shares = self._distribution(node, stairs, cases, range(len(cases)), settled=False)
        held = level_range(shares, level=_HELD)
        return [
            within(
                PlausibleLevels(lowest=stairs.orders[held.low[row]], highest=stairs.orders[held.high[row]]),
                _by_order(stairs.orders, shares[row]),
            )
            for row in range(len(cases))
        ]

    def doubt(self, node: Capacity, cases: Sequence[Case], recipe: Recipe) -> list[dict[str, float]]:
        """Return what makes it unsure which level is reached, as shares that sum to 1; empty where it is sure.

        Criteria that nobody judged are `missing`, the other open ones are in `disagreement`. Each group varies alone,
        the other standing at what is more likely; the doubt is the chance that two truths give different levels.
        """
        stairs = Stairs(criteria=node.criteria, allow_partial=recipe.allow_partial)
        kinds = [[_open_kind(r) for r in case.results_of(node)] for case in cases]
        shares = [dict.fromkeys((kind for kind in _KINDS if kind in row), 1.0) for row in kinds]
        rows = [row for row, one in enumerate(shares) if len(one) > 1]
        if not rows:
            return shares
        alone = {}
        for kind in _KINDS:
            fixed = np.array([[own not in ("", kind) for own in kinds[row]] for row in rows], np.bool_)
            found = self._distribution(node, stairs, cases, rows, settled=True, fixed=fixed)
            alone[kind] = 1 - (found**2).sum(axis=1)
        for place, row in enumerate(rows):
            total = sum(float(part[place]) for part in alone.values())
            shares[row] = {k: float(part[place]) / total for k, part in alone.items() if part[place] > 1e-9 * total > 0}
        return shares

    def _distribution(
        self,
        node: Capacity,
        stairs: Stairs,
        cases: Sequence[Case],
        rows: Sequence[int],
        *,
        settled: bool,
        fixed: Bools | None = None,
    ) -> Floats:
        """Probability of each order of the stairs, shape (rows, orders); `fixed` criteria stand at what is likelier."""
        if not len(rows):
            return np.empty((0, len(stairs.orders)))
        met = np.moveaxis(self.chances(node, cases, rows, settled=settled), 1, -1)
        if fixed is not None:
            likely = (self.mean[list(rows), self.columns(node)] >= 0.5)[:, None, None, :]
            met = np.where(fixed[:, None, None, :], likely, met)
        aside = _aside(node, cases, rows)
        for step in range(1, len(stairs.orders)):  # a step that cannot be tested is not passed
            own = np.flatnonzero(np.asarray(stairs.gates) == step)
            met[aside[:, own].all(axis=1), ..., own[0]] = 0.0
        partly = np.zeros_like(met)
        if stairs.allow_partial:
            half = np.array([[r.state is CriterionState.PARTLY for r in cases[row].results_of(node)] for row in rows])
            partly = np.where(half[:, None, None, :], 1 - met, 0.0)
        shares = (stairs.distribution(met, partly) * self.weights(node, rows)[..., None]).sum(axis=(1, 2))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))


_GIVEN = {
    CriterionState.MET: 1.0,
    CriterionState.NOT_APPLICABLE: 1.0,
    CriterionState.NOT_MET: 0.0,
    CriterionState.PARTLY: 0.0,
}


_KINDS = ("missing", "disagreement")


def _open_kind(result: CriterionResult) -> str:
    """Why a criterion is open; empty for one that is not."""
    if result.state is not CriterionState.OPEN:
        return ""
    return _KINDS[any(isinstance(finding.value, Verdict) for finding in result.findings)]


def _aside(node: Capacity, cases: Sequence[Case], rows: Sequence[int]) -> Bools:
    return np.array(
        [[r.state is CriterionState.NOT_APPLICABLE for r in cases[row].results_of(node)] for row in rows], np.bool_
    )


def _by_order(orders: Sequence[int], shares: Floats) -> dict[int, float]:
    found: dict[int, float] = {}
    for order, share in zip(orders, shares, strict=True):
        found[order] = found.get(order, 0.0) + float(share)
    return found


def within(levels: PlausibleLevels, shares: Mapping[int, float]) -> PlausibleLevels:
    """Put probabilities beside the levels that are left open; the rest is rounding, or what was cut off."""
    inside = {order: share for order, share in shares.items() if order in levels}
    total = sum(inside.values())
    probabilities = {order: share / total for order, share in inside.items()} if total > 0 else {}
    return PlausibleLevels(lowest=levels.lowest, highest=levels.highest, probabilities=probabilities)


def believe(
    cases: Sequence[Case],
    framework: Framework,
    said: Spoken,
    reliability: Sequence[SourceReliability],
    applies: Bools | None = None,
) -> Beliefs | Undefined:
    """Return how likely each criterion is met in each country.

    Args:
        cases: The countries.
        framework: Its criteria.
        said: What sources say.
        reliability: How far they are believed.
        applies: Where criteria apply, shape (countries, criteria); everywhere when None.

    Returns:
        The beliefs; undefined where there is no criterion, no country, or no belief about any source.
    """
    if not cases or not said.criteria or not reliability:
        return Undefined(UndefinedReason.NOBODY_ANSWERED, "no source of which anything is believed")
    nodes = [node for node in framework.indicators if node.criteria]
    sizes = [len(node.criteria) for node in nodes]
    reports = Reports(
        yes=said.yes,
        no=said.no,
        applies=np.ones(said.yes.shape[:2], np.bool_) if applies is None else applies,
        starts=np.cumsum([0, *sizes[:-1]], dtype=np.int64),
        steps=np.array([criterion.step for node in nodes for criterion in node.criteria], dtype=np.int64),
    )
    fit = fit_traits(reports, rates(said, reliability))
    return Beliefs(criteria=said.criteria, reliability=tuple(reliability), fit=fit, mean=fit.mean)
