"""Monte Carlo simulation of an index: method, weights and evidence."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from capbuild.errors import ModelError
from capbuild.stats import (
    Floats,
    Ints,
    Rule,
    Tree,
    arithmetic,
    as_table,
    evaluate_nodes,
    is_separable,
    quotient,
    rules_by_position,
    weighted_sums,
)
from capbuild_index.noise import Evidence
from capbuild_index.weights import effective_weights

__all__ = ["EXACT", "Alternatives", "SimulationPlan", "chance_above", "plan_at", "random_plan", "simulate"]

#: Draw number of a replication that uses the table as it is.
EXACT = -1


_DRAWS_AT_ONCE = 16  # draws of one random stream: part of what a seed means, never to depend on the machine
_CELLS_AT_ONCE = 1 << 17  # cells of a block of draws, about what a processor's cache holds; likewise part of it
_SCORES_AT_ONCE = 1 << 20  # scores of a block of exact replications


def _tables(tables: Sequence[npt.ArrayLike]) -> tuple[Floats, ...]:
    return tuple(as_table(table, "tables") for table in tables)


def _batch(weights: npt.ArrayLike) -> Floats:
    return np.atleast_2d(np.asarray(weights, np.float64))


def _rule_sets(rules: Sequence[Rule | dict[str, Rule]]) -> tuple[Rule | dict[str, Rule], ...]:
    return tuple(rules)


@frozen(kw_only=True, eq=False)
class Alternatives:
    """Alternatives at each step.

    Attributes:
        tree: Items and nodes.
        tables: Tables (units, items) on one scale, one for each way to treat and normalise the data.
        weights: Sets of weights (sets, positions), such as those of `noisy_weights`; equal ones when none are given.
        rules: Sets of rules, each one rule or rules by label.
        evidence: For each table its cells as distributions, or none when the data are taken as exact.
        seed: Seed of the draws from the evidence.

    Raises:
        ModelError: Shapes do not fit, or there is not one evidence for each table.

    Example:
        >>> tree = Tree.build(["law", "staff"], {"law": "all", "staff": "all"})
        >>> Alternatives(tree=tree, tables=[[[80.0, 40.0], [60.0, 70.0]]]).units
        2
    """

    tree: Tree
    tables: tuple[Floats, ...] = field(converter=_tables)
    weights: Floats = field(converter=_batch)
    rules: tuple[Rule | dict[str, Rule], ...] = field(default=(arithmetic(),), converter=_rule_sets)
    evidence: tuple[Evidence, ...] = field(default=(), converter=tuple[Evidence, ...])
    seed: int = 0

    @weights.default
    def _equal(self) -> Floats:
        return np.ones((1, len(self.tree.labels)))

    def __attrs_post_init__(self) -> None:
        if not self.tables or not self.rules:
            raise ModelError("Alternatives.tables", 0, "must hold at least one table and one set of rules")
        shape = (len(self.tables[0]), self.tree.items)
        for found in (*(table.shape for table in self.tables), *(evidence.shape for evidence in self.evidence)):
            if found != shape:
                raise ModelError("Alternatives.tables", found, f"must have the shape {shape}")
        if self.evidence and len(self.evidence) != len(self.tables):
            raise ModelError("Alternatives.evidence", len(self.evidence), f"must be {len(self.tables)}, one a table")
        self.tree.weights(self.weights)
        for rules in self.rules:
            rules_by_position(self.tree, rules)

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.tables[0])


@frozen(kw_only=True, eq=False)
class SimulationPlan:
    """Choices of each replication, as positions in `Alternatives`.

    Attributes:
        table: Which table.
        weights: Which set of weights.
        rules: Which set of rules.
        evidence: Number of the draw from the evidence, or `EXACT`. Equal numbers mean equal random numbers.
    """

    table: Ints
    weights: Ints
    rules: Ints
    evidence: Ints

    def __len__(self) -> int:
        return len(self.table)


def random_plan(alternatives: Alternatives, replications: int, *, seed: int = 0) -> SimulationPlan:
    """Return random choices, each alternative equally likely.

    When there are as many sets of weights as replications, each is used once, in order.

    Args:
        alternatives: What may be chosen at each step.
        replications: How many replications.
        seed: Seed of the choices.

    Example:
        >>> tree = Tree.build(["law", "staff"], {"law": "all", "staff": "all"})
        >>> options = Alternatives(tree=tree, tables=[[[80.0, 40.0]], [[60.0, 70.0]]])
        >>> len(random_plan(options, 100))
        100
    """
    random = np.random.default_rng(seed)
    table = random.integers(len(alternatives.tables), size=replications)
    rules = random.integers(len(alternatives.rules), size=replications)
    sets = len(alternatives.weights)
    every = np.arange(replications)
    return SimulationPlan(
        table=table,
        rules=rules,
        weights=every if sets == replications else random.integers(sets, size=replications),
        evidence=every if alternatives.evidence else np.full(replications, EXACT),
    )


def plan_at(points: npt.ArrayLike, sizes: Sequence[int]) -> list[Ints]:
    """Turn points of the unit cube into choices: factor `j` picks one of `sizes[j]` by equal bins of [0, 1].

    The bins are those of the unit interval, not of the sample's range, so each alternative has its share whatever the
    sample.

    Raises:
        ModelError: A point lies outside the unit cube, or there is not one size for each factor.

    Example:
        >>> plan_at([[0.30], [0.45], [0.48], [1.0]], [5])[0]
        array([1, 2, 2, 4])
    """
    cube = as_table(points, "points")
    if cube.shape[1] != len(sizes):
        raise ModelError("sizes", len(sizes), f"must have {cube.shape[1]} sizes, one for each factor")
    if not ((cube >= 0) & (cube <= 1)).all():
        raise ModelError("points", "outside", "must lie in the unit cube")
    return [np.minimum(cube[:, j] * size, size - 1).astype(np.int64) for j, size in enumerate(sizes)]


def simulate(alternatives: Alternatives, plan: SimulationPlan, *, threads: int = 1) -> Floats:
    """Return the root's figures of every replication, of shape (replications, units); NaN where missing.

    The work is cut into blocks with random streams of their own, the same whatever the number of threads, so the
    result depends on the seed only.

    Args:
        alternatives: What may be chosen.
        plan: What each replication chooses.
        threads: How many blocks are computed at once.

    Raises:
        ModelError: A choice does not exist, or a rule cannot take a figure that was drawn.

    Example:
        >>> tree = Tree.build(["law", "staff"], {"law": "all", "staff": "all"})
        >>> options = Alternatives(tree=tree, tables=[[[80.0, 40.0], [60.0, 70.0]]])
        >>> simulate(options, random_plan(options, 2))
        array([[60., 65.],
               [60., 65.]])
    """
    _check(alternatives, plan)
    work = _Work(alternatives=alternatives, plan=plan, scores=np.empty((len(plan), alternatives.units)))
    jobs = [*work.exact_jobs(), *work.drawn_jobs()]
    if threads <= 1 or len(jobs) <= 1:
        for job in jobs:
            job()
        return work.scores
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(job) for job in jobs]:
            done.result()
    return work.scores


def _check(alternatives: Alternatives, plan: SimulationPlan) -> None:
    draws = np.iinfo(np.int64).max if alternatives.evidence else 0
    limits = (
        ("table", plan.table, 0, len(alternatives.tables)),
        ("weights", plan.weights, 0, len(alternatives.weights)),
        ("rules", plan.rules, 0, len(alternatives.rules)),
        ("evidence", plan.evidence, EXACT, draws),
    )
    for name, chosen, least, size in limits:
        if chosen.shape != plan.table.shape:
            raise ModelError(f"Plan.{name}", chosen.shape, f"must have the shape {plan.table.shape}")
        if len(chosen) and (chosen.min() < least or chosen.max() >= size):
            raise ModelError(f"Plan.{name}", int(chosen.max()), f"must be from {least} to {size - 1}")


@frozen(kw_only=True, eq=False, slots=False)
class _Work:
    """One simulation, cut into jobs that write to parts of `scores` of their own."""

    alternatives: Alternatives
    plan: SimulationPlan
    scores: Floats

    @cached_property
    def rules(self) -> tuple[tuple[Rule, ...], ...]:
        return tuple(rules_by_position(self.alternatives.tree, rules) for rules in self.alternatives.rules)

    @cached_property
    def shares(self) -> Floats:
        """Effective weights of the items, (sets, items): all that a linear tree without missing cells needs."""
        tree = self.alternatives.tree
        return np.ascontiguousarray(effective_weights(tree, self.alternatives.weights)[:, : tree.items])

    def exact_jobs(self) -> Iterator[Callable[[], None]]:
        """Replications that use a table as it is: the same table and rules, a block of them at a time."""
        step = max(1, _SCORES_AT_ONCE // max(1, self.alternatives.units))
        for table, rules, chosen in self._alike(np.flatnonzero(self.plan.evidence == EXACT)):
            values = self.alternatives.tables[table]
            complete = not bool(np.isnan(values).any())
            for start in range(0, len(chosen), step):
                yield partial(self._score, values, slice(None), chosen[start : start + step], rules, complete)

    def drawn_jobs(self) -> Iterator[Callable[[], None]]:
        """Replications that draw from the evidence: a block of draws, of a block of units, at a time."""
        drawn = np.flatnonzero(self.plan.evidence != EXACT)
        if not len(drawn):
            return
        units, items = self.alternatives.tables[0].shape
        rows = max(1, _CELLS_AT_ONCE // (_DRAWS_AT_ONCE * max(1, items)))
        if not all(is_separable(self.alternatives.tree, rules) for rules in self.rules):
            rows = units
        streams = self.plan.evidence[drawn] // _DRAWS_AT_ONCE
        for stream in np.unique(streams):
            alike = list(self._alike(drawn[streams == stream]))
            for number, start in enumerate(range(0, units, rows)):
                yield partial(self._draw, alike, (int(stream), number), slice(start, start + rows))

    def _draw(self, alike: list[tuple[int, int, Ints]], key: tuple[int, int], units: slice) -> None:
        """Draw the cells once for each table, always from the same random numbers, and score what uses them."""
        draws: dict[int, Floats] = {}
        for table, rules, chosen in alike:
            number = self.plan.evidence[chosen] % _DRAWS_AT_ONCE
            evidence = self.alternatives.evidence[table]
            if table not in draws:
                stream = np.random.SeedSequence(self.alternatives.seed, spawn_key=key)
                draws[table] = evidence.draw(np.random.Generator(np.random.SFC64(stream)), self._needed(alike), units)
            if np.array_equal(number, np.arange(len(number))):  # the common case needs no copy
                self._score(draws[table][: len(number)], units, chosen, rules, evidence.complete)
                continue
            for start in range(0, len(chosen), _DRAWS_AT_ONCE):
                part = slice(start, start + _DRAWS_AT_ONCE)
                self._score(draws[table][number[part]], units, chosen[part], rules, evidence.complete)

    def _needed(self, alike: list[tuple[int, int, Ints]]) -> int:
        return 1 + max(int((self.plan.evidence[chosen] % _DRAWS_AT_ONCE).max()) for _, _, chosen in alike)

    def _score(self, values: Floats, units: slice, chosen: Ints, rules: int, complete: bool) -> None:
        tree, sets = self.alternatives.tree, self.plan.weights[chosen]
        if complete and all(self.rules[rules][node].is_linear for node in tree.nodes_upward):
            self.scores[chosen, units] = weighted_sums(values, self.shares[sets])
        else:
            found = evaluate_nodes(values, tree, self.alternatives.weights[sets], self.rules[rules])
            self.scores[chosen, units] = found[tree.root]

    def _alike(self, chosen: Ints) -> Iterator[tuple[int, int, Ints]]:
        """Split replications into those with the same table and the same rules."""
        sets = len(self.rules)
        pairs = self.plan.table[chosen] * sets + self.plan.rules[chosen]
        for pair in np.unique(pairs):
            yield int(pair) // sets, int(pair) % sets, chosen[pairs == pair]


def chance_above(scores: npt.ArrayLike) -> Floats:
    """Return the share of the replications in which the row's unit is above the column's, ties half: (units, units).

    NaN on the diagonal, and where the two are never both known. This, not the overlap of two ranges, answers whether
    one country is really ahead of another, because the two share weights and methods.

    Example:
        >>> chance_above([[10.0, 30.0], [20.0, 25.0], [30.0, 20.0]]).round(2)
        array([[ nan, 0.33],
               [0.67,  nan]])
    """
    table = as_table(scores, "scores")
    units = table.shape[1]
    out = np.full((units, units), np.nan)
    for unit in range(units):
        gap = table[:, [unit]] - table
        known = (~np.isnan(gap)).sum(axis=0)
        out[unit] = quotient((gap > 0).sum(axis=0) + (gap == 0).sum(axis=0) / 2, known)
    np.fill_diagonal(out, np.nan)
    return out
