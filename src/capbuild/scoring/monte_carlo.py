"""Figures computed again and again with method, weights and evidence varied together, from the leaves to the top."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from functools import cached_property

import numpy as np
from attrs import evolve, field, frozen

from capbuild.model import Capacity, CriterionState, Interval, Method, Missing, Score
from capbuild.scoring.context import Case, Setting
from capbuild.scoring.direct_scores import DirectFit, latest_values
from capbuild.scoring.figures import round_figures, rule_of
from capbuild.scoring.nodes import is_ordinal, is_points
from capbuild.scoring.posterior import Posterior
from capbuild.stats.aggregate import evaluate
from capbuild.stats.arrays import Bools, Floats, Ints
from capbuild.stats.raters import RaterFit
from capbuild.stats.rules import Rule, arithmetic
from capbuild.stats.tree import Tree
from capbuild.stats.uncertainty import Uncertainty, summarise_simulation
from capbuild.undefined import Undefined

__all__ = ["Factor", "Figures", "Variation", "vary"]

_ALONE = 250  # replications in which one factor varies alone: enough for shares of a variance
_SPREAD = 1e-9  # figures that differ by less do not vary


class Factor(StrEnum):
    """What makes a figure uncertain."""

    METHOD = "method"
    WEIGHTS = "weights"
    MISSING = "missing"
    DISAGREEMENT = "disagreement"


@frozen(kw_only=True, eq=False)
class Figures:
    """One node's figures.

    Attributes:
        values: Figures (replications, countries), NaN where there is none.
        measured: Whether evidence whose reliability was measured is behind a country's figures, shape (countries,).
        assumed: Whether some of what varies is an assumption with no measurement behind it, same shape.
    """

    values: Floats
    measured: Bools
    assumed: Bools


@frozen(kw_only=True, eq=False, slots=False)
class Variation:
    """What may vary, for all countries.

    Attributes:
        cases: The countries, scored.
        setting: What they are judged by, and how.
        posterior: How likely criteria are met, where that can be said.
        direct: Fits of directly judged capacities.
    """

    cases: Sequence[Case]
    setting: Setting
    posterior: Posterior | Undefined
    direct: Mapping[str, DirectFit] = field(factory=dict)

    @cached_property
    def numeric(self) -> tuple[Capacity, ...]:
        """Nodes that have a figure which can be computed again, parents first."""
        return tuple(node for node in self.setting.framework.walk() if self._is_numeric(node))

    def _is_numeric(self, node: Capacity) -> bool:
        if node.children:
            known = rule_of(self.setting.method(node)) is not None
            return known and any(self._is_numeric(child) for child in node.children)
        return is_points(node, self.setting) or not (node.criteria or is_ordinal(node, self.setting))

    def run(self, replications: int, factors: Collection[Factor] = tuple(Factor)) -> dict[str, Figures]:
        """Compute all figures with some factors varied.

        Args:
            replications: How many times.
            factors: What varies; the rest stays as it is in the scores.

        Returns:
            Figures by node.
        """
        run = _Run(variation=self, replications=replications, factors=frozenset(factors))
        return {node.id: run.figures(node) for node in reversed(self.numeric)}


def _uniform(low: float, high: float, random: np.random.Generator, size: int) -> Floats:
    return np.asarray(random.uniform(low, high, size))


@frozen(kw_only=True, eq=False, slots=False)
class _Run:
    """One simulation: replications R, countries C."""

    variation: Variation
    replications: int
    factors: frozenset[Factor]
    done: dict[str, Figures] = field(factory=dict)
    chosen: dict[int, Ints] = field(factory=dict)

    @property
    def cases(self) -> Sequence[Case]:
        return self.variation.cases

    @property
    def setting(self) -> Setting:
        return self.variation.setting

    def random(self, *key: int) -> np.random.Generator:
        """A stream of its own for each purpose, so that no figure depends on what else is computed."""
        stream = np.random.SeedSequence(self.setting.recipe.seed % (1 << 63), spawn_key=key)
        return np.random.Generator(np.random.PCG64(stream))

    def position(self, node: Capacity) -> int:
        return list(self.setting.framework.capacities).index(node.id)

    def figures(self, node: Capacity) -> Figures:
        """Figures of a node whose children are done."""
        if node.id not in self.done:
            if node.children:
                self.done[node.id] = self._parent(node)
            elif node.criteria:
                self.done[node.id] = self._points(node)
            else:
                self.done[node.id] = self._direct(node)
        return self.done[node.id]

    # Leaves with criteria -------------------------------------------------------------------------------------

    def views(self, fit: RaterFit) -> Ints:
        """Which view of each country each replication takes, shape (R, C): one for all its capacities."""
        if id(fit) not in self.chosen:
            uniform = np.stack([self.random(1, row).random(self.replications) for row in self._streams], axis=1)
            upto = fit.views.cumsum(axis=1)
            self.chosen[id(fit)] = np.minimum((uniform[:, :, None] > upto).sum(axis=2), upto.shape[1] - 1)
        return self.chosen[id(fit)]

    @cached_property
    def _streams(self) -> list[int]:
        """A number for each country that does not depend on which others there are."""
        return [int.from_bytes(case.country.alpha_2.encode(), "big") for case in self.cases]

    def _met(self, node: Capacity, posterior: Posterior) -> Floats:
        """Whether each criterion is met, or how likely where that does not vary; shape (R, C, criteria)."""
        chance, weights = posterior.chances(node, self.cases), posterior.weights(node)
        upto = (weights / weights.sum(axis=2, keepdims=True)).cumsum(axis=2)
        views = self.views(posterior.fit)
        met = np.empty((self.replications, len(self.cases), len(node.criteria)))
        for row, stream in enumerate(self._streams):
            random = self.random(2, self.position(node), stream)
            view = views[:, row]
            strength = (random.random(self.replications)[:, None] > upto[row, view]).sum(axis=1)
            drawn = chance[row][:, view, np.minimum(strength, upto.shape[2] - 1)].T
            yes = random.random(drawn.shape) < drawn
            mean = np.einsum("kji,ji->k", chance[row], weights[row])
            met[:, row] = np.where(self._varies(node, row), yes, mean)
        return met

    def _varies(self, node: Capacity, row: int) -> Bools:
        """Which criteria vary: open ones that nobody judged are missing, others are in disagreement."""
        case = self.cases[row]
        varies = {True: Factor.DISAGREEMENT in self.factors, False: Factor.MISSING in self.factors}
        return np.array([varies[_judged(case, c.id)] for c in node.criteria], np.bool_)

    def _points(self, node: Capacity) -> Figures:
        posterior, rows = self.variation.posterior, len(self.cases)
        if not is_points(node, self.setting) or not isinstance(posterior, Posterior) or not posterior.compared.measured:
            return self._between_bounds(node)
        settings = self.setting.method(node).settings
        scale = self.setting.framework.scale_of(node)
        partly = float(settings.get("partly", 0.0))
        worth = np.array([c.points for c in node.criteria])
        states = [[result.state for result in case.results_of(node)] for case in self.cases]
        applies = np.array([[s is not CriterionState.NOT_APPLICABLE for s in row] for row in states], np.bool_)
        half = np.array([[partly * (s is CriterionState.PARTLY) for s in row] for row in states])
        earned = ((self._met(node, posterior) + half) * applies * worth).sum(axis=2)
        total = (applies * worth).sum(axis=1)
        known = np.array([case.scores[node.id].exact is not None for case in self.cases], np.bool_) & (total > 0)
        share = np.where(known, earned / np.where(total > 0, total, 1.0), np.nan)
        maximum = float(settings.get("maximum", scale.maximum))
        return Figures(values=share * maximum, measured=known, assumed=np.zeros(rows, np.bool_))

    def _between_bounds(self, node: Capacity) -> Figures:
        """Anything between the ends that missing answers leave, each as likely: an assumption."""
        values = np.full((self.replications, len(self.cases)), np.nan)
        assumed = np.zeros(len(self.cases), np.bool_)
        for row, case in enumerate(self.cases):
            score = case.scores[node.id]
            if score.exact is None:
                continue
            values[:, row] = score.exact
            if score.interval is not None and score.interval.lower < score.interval.upper:
                assumed[row] = True
                if Factor.MISSING in self.factors:
                    random = self.random(2, self.position(node), self._streams[row])
                    values[:, row] = _uniform(score.interval.lower, score.interval.upper, random, self.replications)
        return Figures(values=values, measured=np.zeros(len(self.cases), np.bool_), assumed=assumed)

    # Leaves that are judged as a whole ------------------------------------------------------------------------

    def _direct(self, node: Capacity) -> Figures:
        fit = self.variation.direct.get(node.id)
        columns = [self._direct_column(node, row, fit) for row in range(len(self.cases))]
        unit = self.setting.unit(node)
        return Figures(
            values=np.stack([column[0] for column in columns], axis=1) * unit,
            measured=np.array([column[1] for column in columns], np.bool_),
            assumed=np.array([column[2] for column in columns], np.bool_),
        )

    def _direct_column(self, node: Capacity, row: int, fit: DirectFit | None) -> tuple[Floats, bool, bool]:
        """Values of one country, whether they are measured, and whether they are assumed."""
        case, size = self.cases[row], self.replications
        result = case.results[node.id]
        used = float(result.value) if isinstance(result.value, int | float) else np.nan
        fixed = np.full(size, used)
        if result.state is CriterionState.NOT_APPLICABLE:
            return fixed, False, False
        said = sorted(value for _, value in latest_values(case.findings.get(node.id, ()), case.sources))
        varies = (Factor.DISAGREEMENT if said else Factor.MISSING) in self.factors
        random = self.random(3, self.position(node), self._streams[row])
        if fit is not None:
            upto = fit.chances(node.id)[row, self.views(fit.fit)[:, row]].cumsum(axis=1)
            level = np.minimum((random.random(size)[:, None] > upto).sum(axis=1), upto.shape[1] - 1)
            values = (level + fit.lowest).astype(np.float64) if varies else fixed
            return values, fit.compared.measured, not fit.compared.measured
        if not said:
            return (_uniform(*self.setting.ends(node), random, size) if varies else fixed), False, True
        if said[0] == said[-1]:
            return fixed, False, False
        return (random.choice(said, size) if varies else fixed), False, True

    # Nodes with children --------------------------------------------------------------------------------------

    def _parent(self, node: Capacity) -> Figures:
        children = [child for child in node.children if child.id in self.done]
        figures = [self.done[child.id] for child in children]
        table = np.stack([self._fed(child, self.done[child.id].values) for child in children], axis=-1)
        weights = np.array([child.weight for child in children])
        tree = Tree.build([child.id for child in children], dict.fromkeys((child.id for child in children), "whole"))
        drawn = self._weights(node, tree, weights)
        options = self._methods(node)
        chosen = self.random(5, self.position(node)).integers(len(options), size=self.replications)
        values = np.full(table.shape[:2], np.nan)
        for number, method in enumerate(options):
            rows = np.flatnonzero(chosen == number)
            rule = self._rule(method, tree)
            values[rows] = evaluate(table[rows], tree, drawn[rows], [rule] * len(tree.labels))[tree.root]
        known = np.array([case.scores[node.id].exact is not None for case in self.cases], np.bool_)
        return Figures(
            values=np.where(known, values, np.nan),
            measured=np.any([one.measured for one in figures], axis=0),
            assumed=np.any([one.assumed for one in figures], axis=0) | (len(self._all_methods(node)) > 1),
        )

    def _rule(self, method: Method, tree: Tree) -> Rule:
        """The rule of a method; a floor of a child that has no figure to compute again is never missed."""
        rule = rule_of(method) or arithmetic()
        return evolve(rule, floors={name: least for name, least in rule.floors.items() if name in tree.labels})

    def _fed(self, child: Capacity, values: Floats) -> Floats:
        rule = self.setting.rounding(child)
        return round_figures(values, rule) if rule is not None and rule.feeds_up else values

    def _weights(self, node: Capacity, tree: Tree, weights: Floats) -> Floats:
        given = np.append(weights if weights.sum() > 0 else np.ones_like(weights), 1.0)
        spread = self.setting.recipe.weight_spread
        if Factor.WEIGHTS not in self.factors or not spread or tree.items < 2:
            return np.tile(given, (self.replications, 1))
        seed = int(self.random(4, self.position(node)).integers(1 << 62))
        noise = np.random.default_rng(seed).normal(0.0, spread, (self.replications, len(given)))
        return np.asarray(given * np.exp(noise))

    def _all_methods(self, node: Capacity) -> list[Method]:
        recipe = self.setting.recipe
        others = recipe.alternatives.get(node.id) or recipe.alternatives.get(node.kind) or ()
        return [self.setting.method(node), *(method for method in others if rule_of(method) is not None)]

    def _methods(self, node: Capacity) -> list[Method]:
        return self._all_methods(node) if Factor.METHOD in self.factors else [self.setting.method(node)]


def _judged(case: Case, criterion: str) -> bool:
    return any(not isinstance(finding.value, Missing) for finding in case.findings.get(criterion, ()))


def vary(variation: Variation) -> None:
    """Put intervals, chances to miss the target and shares of the variance into the scores."""
    recipe = variation.setting.recipe
    if not recipe.replications or not variation.cases or not variation.numeric:
        return
    together = variation.run(recipe.replications)
    alone = {factor: variation.run(min(_ALONE, recipe.replications), [factor]) for factor in Factor}
    for node in variation.numeric:
        found = summarise_simulation(together[node.id].values, confidence=recipe.confidence)
        parts = {factor: _variance(run[node.id].values) for factor, run in alone.items()}
        for row, case in enumerate(variation.cases):
            score = case.scores[node.id]
            if score.exact is not None and score.plausible is None and not found.missing[row]:
                fields = _fields(score, together[node.id], found, row)
                if fields:
                    shares = _shares({factor: float(part[row]) for factor, part in parts.items()})
                    case.amend(node.id, **fields, shares=shares)


def _variance(values: Floats) -> Floats:
    known = ~np.isnan(values).any(axis=0)
    return np.where(known, np.where(known, values, 0.0).var(axis=0), 0.0)


def _shares(parts: Mapping[Factor, float]) -> dict[str, float]:
    """Shares of the variance, each factor having varied alone; empty where nothing varies."""
    total = sum(parts.values())
    if total < _SPREAD**2:
        return {}
    return {factor.value: part / total for factor, part in parts.items() if part / total > _SPREAD}


def _fields(score: Score, figures: Figures, found: Uncertainty, row: int) -> dict[str, object]:
    """Interval and chance to miss the target; a range that rests on assumptions promises no probability.

    Where all was answered and nothing disagrees there is none: what other weights would do, rankings tell.
    """
    low, high = float(found.low[row]), float(found.high[row])
    if not figures.measured[row] and not figures.assumed[row]:
        return {}
    if figures.assumed[row]:
        value = score.exact if score.exact is not None else low
        return {"interval": score.interval or Interval(lower=min(low, value), upper=max(high, value), nominal=None)}
    drawn = figures.values[:, row]
    below = None if score.target is None else float((drawn < score.target - _SPREAD).mean())
    # Figures that come in steps cannot hold exactly what was asked for: the interval says what it holds.
    held = float(((drawn >= low - _SPREAD) & (drawn <= high + _SPREAD)).mean())
    return {"interval": Interval(lower=low, upper=high, nominal=round(held, 3)), "below_target": below}
