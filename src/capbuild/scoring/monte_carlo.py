"""Monte Carlo simulation of figures under uncertainty."""

import math
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from functools import cached_property

import numpy as np
from attrs import evolve, field, frozen

from capbuild.model import Capacity, CriterionResult, CriterionState, Interval, Method, Missing, Score
from capbuild.scoring.aggregation import round_figures, rule_of
from capbuild.scoring.context import Case, ScoringContext
from capbuild.scoring.direct_scores import DirectFit, latest_values
from capbuild.scoring.nodes import has_levels, uses_points
from capbuild.scoring.posterior import Posterior
from capbuild.stats.aggregate import evaluate_nodes
from capbuild.stats.arrays import Bools, Floats, Ints
from capbuild.stats.raters import RaterFit
from capbuild.stats.rules import Rule, arithmetic
from capbuild.stats.tree import Tree
from capbuild.stats.uncertainty import SimulationSummary, summarise_simulation
from capbuild.undefined import Undefined

_ALONE = 250  # replications in which one factor varies alone: enough for variance shares
_SPREAD = 1e-9  # figures that differ by less do not vary


class UncertaintyFactor(StrEnum):
    """Source of uncertainty of a figure."""

    METHOD = "method"
    WEIGHTS = "weights"
    MISSING = "missing"
    DISAGREEMENT = "disagreement"


@frozen(kw_only=True, eq=False)
class NodeFigures:
    """Simulated figures of one node.

    Attributes:
        values: Figures (replications, countries), NaN for none.
        measured: Whether a country's figures depend on evidence of measured reliability, shape (countries,).
        assumed: Whether some of the variation is an unmeasured assumption, same shape.
    """

    values: Floats
    measured: Bools
    assumed: Bools


@frozen(kw_only=True, eq=False, slots=False)
class Variation:
    """Uncertain inputs of all countries.

    Attributes:
        cases: The countries, scored.
        setting: Framework, recipe and targets.
        posterior: Probabilities of criteria, if estimated.
        direct: Fits of directly judged capacities.
    """

    cases: Sequence[Case]
    setting: ScoringContext
    posterior: Posterior | Undefined
    direct: Mapping[str, DirectFit] = field(factory=dict)

    @cached_property
    def numeric_nodes(self) -> tuple[Capacity, ...]:
        """Nodes with a figure to simulate, parents first."""
        return tuple(node for node in self.setting.framework.walk() if self._is_numeric(node))

    def _is_numeric(self, node: Capacity) -> bool:
        if node.children:
            known = rule_of(self.setting.method(node)) is not None
            return known and any(self._is_numeric(child) for child in node.children)
        figures = uses_points(node, self.setting) or self.setting.has_scaled_steps(node)
        return figures or not (node.criteria or has_levels(node, self.setting))

    def simulate(
        self, replications: int, factors: Collection[UncertaintyFactor] = tuple(UncertaintyFactor)
    ) -> dict[str, NodeFigures]:
        """Simulate all figures with some factors varying.

        Args:
            replications: Number of replications.
            factors: Varying factors; the others stay as in the scores.

        Returns:
            Figures by node.
        """
        run = _Simulation(variation=self, replications=replications, factors=frozenset(factors))
        return {node.id: run.node_figures(node) for node in reversed(self.numeric_nodes)}


def _draw_uniform(low: float, high: float, random: np.random.Generator, size: int) -> Floats:
    return np.asarray(random.uniform(low, high, size))


@frozen(kw_only=True, eq=False, slots=False)
class _Simulation:
    """One simulation: replications R, countries C."""

    variation: Variation
    replications: int
    factors: frozenset[UncertaintyFactor]
    done: dict[str, NodeFigures] = field(factory=dict)
    chosen: dict[int, Ints] = field(factory=dict)

    @property
    def cases(self) -> Sequence[Case]:
        return self.variation.cases

    @property
    def setting(self) -> ScoringContext:
        return self.variation.setting

    def random_stream(self, *key: int) -> np.random.Generator:
        """Return a separate random stream for each purpose.

        Figures therefore do not depend on other computations.
        """
        stream = np.random.SeedSequence(self.setting.recipe.seed % (1 << 63), spawn_key=key)
        return np.random.Generator(np.random.PCG64(stream))

    def position(self, node: Capacity) -> int:
        return list(self.setting.framework.capacities).index(node.id)

    def node_figures(self, node: Capacity) -> NodeFigures:
        """Return figures of a node, given those of its children."""
        if node.id not in self.done:
            if node.children:
                self.done[node.id] = self._combine_children(node)
            elif node.criteria:
                self.done[node.id] = self._simulate_points(node)
            else:
                self.done[node.id] = self._draw_direct(node)
        return self.done[node.id]

    # --- leaves with criteria ------------------------------------------------------------------------------------

    def drawn_views(self, fit: RaterFit) -> Ints:
        """Return the drawn view of each country, shape (R, C).

        R is the number of replications. All capacities of a country share its view.
        """
        if id(fit) not in self.chosen:
            uniform = np.stack(
                [self.random_stream(1, row).random(self.replications) for row in self._country_streams], axis=1
            )
            upto = fit.views.cumsum(axis=1)
            self.chosen[id(fit)] = np.minimum((uniform[:, :, None] > upto).sum(axis=2), upto.shape[1] - 1)
        return self.chosen[id(fit)]

    @cached_property
    def _country_streams(self) -> list[int]:
        """Random stream number of each country."""
        return [int.from_bytes(case.country.alpha_2.encode(), "big") for case in self.cases]

    def _draw_criteria(self, node: Capacity, posterior: Posterior) -> Floats:
        """Return drawn or expected states, shape (R, C, criteria)."""
        chance, weights = posterior.node_probabilities(node, self.cases), posterior.view_weights(node)
        upto = (weights / weights.sum(axis=2, keepdims=True)).cumsum(axis=2)
        views = self.drawn_views(posterior.fit)
        met = np.empty((self.replications, len(self.cases), len(node.criteria)))
        for row, stream in enumerate(self._country_streams):
            random = self.random_stream(2, self.position(node), stream)
            view = views[:, row]
            strength = (random.random(self.replications)[:, None] > upto[row, view]).sum(axis=1)
            drawn = chance[row][:, view, np.minimum(strength, upto.shape[2] - 1)].T
            yes = random.random(drawn.shape) < drawn
            mean = np.einsum("kji,ji->k", chance[row], weights[row])
            met[:, row] = np.where(self._find_varying_criteria(node, row), yes, mean)
        return met

    def _find_varying_criteria(self, node: Capacity, row: int) -> Bools:
        """Return criteria that vary: missing ones, or those in disagreement."""
        case = self.cases[row]
        varies = {
            True: UncertaintyFactor.DISAGREEMENT in self.factors,
            False: UncertaintyFactor.MISSING in self.factors,
        }
        return np.array([varies[_is_judged(case, c.id)] for c in node.criteria], np.bool_)

    def _simulate_points(self, node: Capacity) -> NodeFigures:
        posterior, rows = self.variation.posterior, len(self.cases)
        if (
            not uses_points(node, self.setting)
            or not isinstance(posterior, Posterior)
            or not posterior.compared.is_measured
        ):
            return self._draw_between_bounds(node)
        settings = self.setting.method(node).settings
        scale = self.setting.framework.scale_of(node)
        partly = float(settings.get("partly", 0.0))
        worth = np.array([c.points for c in node.criteria])
        states = [[result.state for result in case.results_of(node)] for case in self.cases]
        applies = np.array([[s is not CriterionState.NOT_APPLICABLE for s in row] for row in states], np.bool_)
        half = np.array([[partly * (s is CriterionState.PARTLY) for s in row] for row in states])
        earned = ((self._draw_criteria(node, posterior) + half) * applies * worth).sum(axis=2)
        total = (applies * worth).sum(axis=1)
        known = np.array([case.scores[node.id].exact is not None for case in self.cases], np.bool_) & (total > 0)
        share = np.where(known, earned / np.where(total > 0, total, 1.0), np.nan)
        maximum = float(settings.get("maximum", scale.maximum))
        return NodeFigures(values=share * maximum, measured=known, assumed=np.zeros(rows, np.bool_))

    def _draw_between_bounds(self, node: Capacity) -> NodeFigures:
        """Draw values uniformly within the range of missing answers.

        That they are uniform is an assumption.
        """
        values = np.full((self.replications, len(self.cases)), np.nan)
        assumed = np.zeros(len(self.cases), np.bool_)
        for row, case in enumerate(self.cases):
            score = case.scores[node.id]
            figure = self.setting.figure(score)
            if figure is None:
                continue
            values[:, row] = figure
            if score.interval is not None and score.interval.lower < score.interval.upper:
                assumed[row] = True
                if UncertaintyFactor.MISSING in self.factors:
                    random = self.random_stream(2, self.position(node), self._country_streams[row])
                    values[:, row] = _draw_uniform(
                        score.interval.lower, score.interval.upper, random, self.replications
                    )
        return NodeFigures(values=values, measured=np.zeros(len(self.cases), np.bool_), assumed=assumed)

    # --- leaves judged as a whole --------------------------------------------------------------------------------

    def _draw_direct(self, node: Capacity) -> NodeFigures:
        fit = self.variation.direct.get(node.id)
        upto = None if fit is None else fit.view_probabilities(node.id).cumsum(axis=2)
        columns = [self._draw_direct_country(node, row, fit, upto) for row in range(len(self.cases))]
        unit = self.setting.unit(node)
        return NodeFigures(
            values=np.stack([column[0] for column in columns], axis=1) * unit,
            measured=np.array([column[1] for column in columns], np.bool_),
            assumed=np.array([column[2] for column in columns], np.bool_),
        )

    def _draw_direct_country(
        self, node: Capacity, row: int, fit: DirectFit | None, upto: Floats | None
    ) -> tuple[Floats, bool, bool]:
        """Return one country's values, and if measured or assumed.

        Args:
            node: The capacity.
            row: Index of the country.
            fit: Estimated levels; None without.
            upto: Its cumulative probabilities by view, shape (countries, views, levels).
        """
        case, size = self.cases[row], self.replications
        result = case.results[node.id]
        used = float(result.value) if isinstance(result.value, int | float) else np.nan
        fixed = np.full(size, used)
        if result.state is CriterionState.NOT_APPLICABLE or _is_agreed(result):
            return fixed, False, False
        reported = sorted(value for _, value in latest_values(case.findings.get(node.id, ()), case.sources))
        varies = (UncertaintyFactor.DISAGREEMENT if reported else UncertaintyFactor.MISSING) in self.factors
        random = self.random_stream(3, self.position(node), self._country_streams[row])
        if fit is not None and upto is not None:
            drawn = upto[row, self.drawn_views(fit.fit)[:, row]]
            level = np.minimum((random.random(size)[:, None] > drawn).sum(axis=1), drawn.shape[1] - 1)
            values = np.minimum(level + fit.lowest, _find_highest_level(result)) if varies else fixed
            return values, fit.compared.is_measured, not fit.compared.is_measured
        if not reported:
            return (_draw_uniform(*self.setting.scale_range(node), random, size) if varies else fixed), False, True
        if reported[0] == reported[-1]:
            return fixed, False, False
        return (
            (np.minimum(random.choice(reported, size), _find_highest_level(result)) if varies else fixed),
            False,
            True,
        )

    # --- nodes with children -------------------------------------------------------------------------------------

    def _combine_children(self, node: Capacity) -> NodeFigures:
        children = [child for child in node.children if child.id in self.done]
        figures = [self.done[child.id] for child in children]
        table = np.stack(
            [self._collect_input_figures(child, self.done[child.id].values) for child in children], axis=-1
        )
        weights = np.array([child.weight for child in children])
        tree = Tree.build([child.id for child in children], dict.fromkeys((child.id for child in children), "whole"))
        drawn = self._draw_weights(node, tree, weights)
        options = self._list_method_options(node)
        chosen = self.random_stream(5, self.position(node)).integers(len(options), size=self.replications)
        values = np.full(table.shape[:2], np.nan)
        for number, method in enumerate(options):
            rows = np.flatnonzero(chosen == number)
            rule = self._make_combination_rule(method, tree)
            values[rows] = evaluate_nodes(table[rows], tree, drawn[rows], [rule] * len(tree.labels))[tree.root]
        known = np.array([case.scores[node.id].exact is not None for case in self.cases], np.bool_)
        return NodeFigures(
            values=np.where(known, values, np.nan),
            measured=np.any([figure.measured for figure in figures], axis=0),
            assumed=np.any([figure.assumed for figure in figures], axis=0) | (len(self._apply_methods(node)) > 1),
        )

    def _make_combination_rule(self, method: Method, tree: Tree) -> Rule:
        """Return the combination rule of a method.

        Floors of children without a simulated figure are left out.
        """
        rule = rule_of(method) or arithmetic()
        return evolve(rule, floors={name: least for name, least in rule.floors.items() if name in tree.labels})

    def _collect_input_figures(self, child: Capacity, values: Floats) -> Floats:
        rule = self.setting.rounding(child)
        return round_figures(values, rule) if rule is not None and rule.feeds_up else values

    def _draw_weights(self, node: Capacity, tree: Tree, weights: Floats) -> Floats:
        given = np.append(weights if weights.sum() > 0 else np.ones_like(weights), 1.0)
        spread = self.setting.recipe.weight_spread
        if UncertaintyFactor.WEIGHTS not in self.factors or not spread or tree.items < 2:
            return np.tile(given, (self.replications, 1))
        seed = int(self.random_stream(4, self.position(node)).integers(1 << 62))
        noise = np.random.default_rng(seed).normal(0.0, spread, (self.replications, len(given)))
        return np.asarray(given * np.exp(noise))

    def _apply_methods(self, node: Capacity) -> list[Method]:
        recipe = self.setting.recipe
        others = recipe.alternatives.get(node.id) or recipe.alternatives.get(node.kind) or ()
        return [self.setting.method(node), *(method for method in others if rule_of(method) is not None)]

    def _list_method_options(self, node: Capacity) -> list[Method]:
        return self._apply_methods(node) if UncertaintyFactor.METHOD in self.factors else [self.setting.method(node)]


def _find_highest_level(result: CriterionResult) -> float:
    """Return the highest level that evidence supports, or infinity."""
    limit = None if result.judgement is None else result.judgement.evidence_limit
    return math.inf if limit is None else limit


def _is_agreed(result: CriterionResult) -> bool:
    """True if assessors agreed, by consensus or rule."""
    return result.used is not None and result.judgement is not None and result.judgement.settled


def _is_judged(case: Case, criterion: str) -> bool:
    return any(not isinstance(finding.value, Missing) for finding in case.findings.get(criterion, ()))


def add_intervals(variation: Variation) -> None:
    """Add intervals, miss probabilities and variance shares to scores."""
    recipe = variation.setting.recipe
    if not recipe.replications or not variation.cases or not variation.numeric_nodes:
        return
    together = variation.simulate(recipe.replications)
    alone = {factor: variation.simulate(min(_ALONE, recipe.replications), [factor]) for factor in UncertaintyFactor}
    for node in variation.numeric_nodes:
        summary = summarise_simulation(together[node.id].values, confidence=recipe.confidence)
        parts = {factor: _group_variance(run[node.id].values) for factor, run in alone.items()}
        for row, case in enumerate(variation.cases):
            score = case.scores[node.id]
            if score.exact is not None and score.plausible is None and not summary.missing[row]:
                fields = _make_interval_fields(score, together[node.id], summary, row)
                if fields:
                    shares = _compute_variance_shares({factor: float(part[row]) for factor, part in parts.items()})
                    case.update_score(node.id, **fields, shares=shares)


def _group_variance(values: Floats) -> Floats:
    known = ~np.isnan(values).any(axis=0)
    return np.where(known, np.where(known, values, 0.0).var(axis=0), 0.0)


def _compute_variance_shares(parts: Mapping[UncertaintyFactor, float]) -> dict[str, float]:
    """Return the variance shares of factors, each varied alone.

    The result is empty if nothing varies.
    """
    total = sum(parts.values())
    if total < _SPREAD**2:
        return {}
    return {factor.value: part / total for factor, part in parts.items() if part / total > _SPREAD}


def _make_interval_fields(score: Score, figures: NodeFigures, found: SimulationSummary, row: int) -> dict[str, object]:
    """Return interval and probability of missing the target.

    A range of assumptions has no probability. The result is empty if everything was answered without disagreement;
    rankings show the effect of other weights.
    """
    low, high = float(found.low[row]), float(found.high[row])
    if not figures.measured[row] and not figures.assumed[row]:
        return {}
    if figures.assumed[row]:
        value = score.exact if score.exact is not None else low
        return {"interval": score.interval or Interval(lower=min(low, value), upper=max(high, value), nominal=None)}
    drawn = figures.values[:, row]
    below = None if score.target is None else float((drawn < score.target - _SPREAD).mean())
    # Discrete figures cannot have exactly the requested coverage: the interval states its own.
    fields = float(((drawn >= low - _SPREAD) & (drawn <= high + _SPREAD)).mean())
    return {"interval": Interval(lower=low, upper=high, nominal=round(fields, 3)), "below_target": below}
