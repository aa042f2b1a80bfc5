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

#: Draw number of a replication that uses the exact table.
EXACT = -1


_DRAWS_AT_ONCE = 16  # draws per random stream: part of the meaning of a seed, so independent of the machine
_CELLS_AT_ONCE = 1 << 17  # cells per block of draws, about a processor's cache; likewise part of the meaning
_SCORES_AT_ONCE = 1 << 20  # scores of a block of exact replications

_Rules = Rule | dict[str, Rule]


def _check_tables(tables: Sequence[npt.ArrayLike]) -> tuple[Floats, ...]:
    return tuple(as_table(table, "tables") for table in tables)


def _check_batch(weights: npt.ArrayLike) -> Floats:
    return np.atleast_2d(np.asarray(weights, np.float64))


@frozen(kw_only=True, eq=False)
class Alternatives:
    """Alternatives at each step.

    Attributes:
        tree: Items and nodes.
        tables: Tables (units, items) on one scale, one per treatment and normalisation of the data.
        weights: Sets of weights (sets, positions), such as from `noisy_weights`; equal by default.
        rules: Sets of rules, each one rule or rules by label.
        evidence: Distributions of the cells, for each table; empty for exact data.
        seed: Seed of the draws from the evidence.

    Raises:
        ModelError: Shapes differ, or the number of evidence objects differs from that of tables.

    Example:
        >>> tree = Tree.build(["law", "staff"], {"law": "all", "staff": "all"})
        >>> Alternatives(tree=tree, tables=[[[80.0, 40.0], [60.0, 70.0]]]).units
        2
    """

    tree: Tree
    tables: tuple[Floats, ...] = field(converter=_check_tables)
    weights: Floats = field(converter=_check_batch)
    rules: tuple[_Rules, ...] = field(default=(arithmetic(),), converter=tuple[_Rules, ...])
    evidence: tuple[Evidence, ...] = field(default=(), converter=tuple[Evidence, ...])
    seed: int = 0

    @weights.default
    def _make_equal_weights(self) -> Floats:
        return np.ones((1, len(self.tree.labels)))

    def __attrs_post_init__(self) -> None:
        if not self.tables or not self.rules:
            raise ModelError("Alternatives.tables", 0, "must hold at least one table and one set of rules")
        shape = (len(self.tables[0]), self.tree.items)
        for table_shape in (*(table.shape for table in self.tables), *(evidence.shape for evidence in self.evidence)):
            if table_shape != shape:
                raise ModelError("Alternatives.tables", table_shape, f"must have the shape {shape}")
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
        table: Index of the table.
        weights: Index of the set of weights.
        rules: Index of the set of rules.
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

    If there are as many sets of weights as replications, each set is used once, in order.

    Args:
        alternatives: Alternatives at each step.
        replications: Number of replications.
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
    positions = np.arange(replications)
    return SimulationPlan(
        table=table,
        rules=rules,
        weights=positions if sets == replications else random.integers(sets, size=replications),
        evidence=positions if alternatives.evidence else np.full(replications, EXACT),
    )


def plan_at(points: npt.ArrayLike, sizes: Sequence[int]) -> list[Ints]:
    """Convert points to choices by equal bins of [0, 1].

    Factor `j` chooses one of `sizes[j]` alternatives. Bins divide the unit interval, not the range of the sample, so
    the share of each alternative does not depend on the sample.

    Raises:
        ModelError: A point is outside the unit cube, or the number of sizes differs from that of factors.

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
    """Return the root figures of all replications.

    They have shape (replications, units), and are NaN if missing. Whatever the number of threads, the work is divided
    into the same blocks with separate random streams, so the result depends on the seed only.

    Args:
        alternatives: The alternatives.
        plan: Choices of each replication.
        threads: Number of parallel blocks.

    Raises:
        ModelError: A choice does not exist, or a rule does not support a drawn figure.

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
    """Simulation divided into jobs with separate outputs."""

    alternatives: Alternatives
    plan: SimulationPlan
    scores: Floats

    @cached_property
    def rules(self) -> tuple[tuple[Rule, ...], ...]:
        return tuple(rules_by_position(self.alternatives.tree, rules) for rules in self.alternatives.rules)

    @cached_property
    def shares(self) -> Floats:
        """Return effective item weights, shape (sets, items).

        They suffice for a linear tree without missing cells.
        """
        tree = self.alternatives.tree
        return np.ascontiguousarray(effective_weights(tree, self.alternatives.weights)[:, : tree.items])

    def exact_jobs(self) -> Iterator[Callable[[], None]]:
        """Yield jobs of replications with exact tables.

        All replications of a job have the same table and rules.
        """
        step = max(1, _SCORES_AT_ONCE // max(1, self.alternatives.units))
        for table, rules, chosen in self._group_choices(np.flatnonzero(self.plan.evidence == EXACT)):
            values = self.alternatives.tables[table]
            complete = not bool(np.isnan(values).any())
            for start in range(0, len(chosen), step):
                yield partial(self._score, values, slice(None), chosen[start : start + step], rules, complete)

    def drawn_jobs(self) -> Iterator[Callable[[], None]]:
        """Yield jobs of replications with drawn evidence.

        Each job is a block of draws and units.
        """
        drawn = np.flatnonzero(self.plan.evidence != EXACT)
        if not len(drawn):
            return
        units, items = self.alternatives.tables[0].shape
        rows = max(1, _CELLS_AT_ONCE // (_DRAWS_AT_ONCE * max(1, items)))
        if not all(is_separable(self.alternatives.tree, rules) for rules in self.rules):
            rows = units
        streams = self.plan.evidence[drawn] // _DRAWS_AT_ONCE
        for stream in np.unique(streams):
            groups = list(self._group_choices(drawn[streams == stream]))
            for number, start in enumerate(range(0, units, rows)):
                yield partial(self._draw, groups, (int(stream), number), slice(start, start + rows))

    def _draw(self, groups: list[tuple[int, int, Ints]], key: tuple[int, int], units: slice) -> None:
        """Draw and score the cells of each table.

        All tables use the same random numbers.
        """
        draws: dict[int, Floats] = {}
        for table, rules, chosen in groups:
            number = self.plan.evidence[chosen] % _DRAWS_AT_ONCE
            evidence = self.alternatives.evidence[table]
            if table not in draws:
                stream = np.random.SFC64(np.random.SeedSequence(self.alternatives.seed, spawn_key=key))
                last = max(int((self.plan.evidence[some] % _DRAWS_AT_ONCE).max()) for _, _, some in groups)
                draws[table] = evidence.draw(np.random.Generator(stream), last + 1, units)
            if np.array_equal(number, np.arange(len(number))):  # the common case needs no copy
                self._score(draws[table][: len(number)], units, chosen, rules, evidence.complete)
                continue
            for start in range(0, len(chosen), _DRAWS_AT_ONCE):
                part = slice(start, start + _DRAWS_AT_ONCE)
                self._score(draws[table][number[part]], units, chosen[part], rules, evidence.complete)

    def _score(self, values: Floats, units: slice, chosen: Ints, rules: int, complete: bool) -> None:
        tree, sets = self.alternatives.tree, self.plan.weights[chosen]
        if complete and all(self.rules[rules][node].is_linear for node in tree.nodes_upward):
            self.scores[chosen, units] = weighted_sums(values, self.shares[sets])
        else:
            figures = evaluate_nodes(values, tree, self.alternatives.weights[sets], self.rules[rules])
            self.scores[chosen, units] = figures[tree.root]

    def _group_choices(self, chosen: Ints) -> Iterator[tuple[int, int, Ints]]:
        """Group replications by table and rules."""
        sets = len(self.rules)
        pairs = self.plan.table[chosen] * sets + self.plan.rules[chosen]
        for pair in np.unique(pairs):
            yield int(pair) // sets, int(pair) % sets, chosen[pairs == pair]


def chance_above(scores: npt.ArrayLike) -> Floats:
    """Return the probability of ranking above another unit.

    The result has shape (units, units), for the unit of the row above that of the column. Ties count half. The result
    is NaN on the diagonal, and for units that never both have a figure. Unlike overlapping ranges, this shows whether a
    country is really ahead of another, since both share weights and methods.

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
