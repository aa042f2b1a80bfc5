"""The engine: replications are what aggregating one by one gives, whatever the threads."""

import numpy as np
import pytest
from capbuild_index.montecarlo import EXACT, Alternatives, SimulationPlan, chance_above, plan_at, random_plan, simulate
from capbuild_index.noise import LevelProbabilities, Normal, Uniform
from capbuild_index.normalise import minmax, zscore
from capbuild_index.outliers import treat
from capbuild_index.weights import noisy_weights
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.errors import ModelError
from capbuild.stats import rules
from capbuild.stats.aggregate import aggregate
from capbuild.stats.tree import Tree
from capbuild.stats.uncertainty import competition_ranks, summarise_simulation

TREE = Tree.build(["a", "b", "c", "d"], {"a": "x", "b": "x", "c": "y", "d": "y", "x": "root", "y": "root"})
RULES = (
    rules.arithmetic(),
    rules.geometric(),
    rules.minimum(),
    {"x": rules.harmonic(), "root": rules.copeland()},
    {"root": rules.Rule(floors={"x": 60.0}, ceiling=40.0)},
    rules.arithmetic(minimum_share=0.75),
)


def options(seed, *, missing, units=6, **more):
    random = np.random.default_rng(seed)
    tables = random.uniform(10, 90, (2, units, 4))
    if missing:
        tables[random.random(tables.shape) < 0.2] = np.nan
    weights = noisy_weights(TREE, TREE.weights(), replications=9, spread=0.4, seed=seed)
    return Alternatives(tree=TREE, tables=tables, weights=weights, rules=RULES, seed=seed, **more)


@given(st.integers(0, 1000), st.booleans())
@settings(max_examples=25)
def test_each_replication_is_that_of_aggregate(seed, missing):
    alternatives = options(seed, missing=missing)
    plan = random_plan(alternatives, 30, seed=seed)
    found = simulate(alternatives, plan)
    for number in range(len(plan)):
        one = aggregate(
            alternatives.tables[plan.table[number]],
            TREE,
            weights=alternatives.weights[plan.weights[number]],
            rules=RULES[plan.rules[number]],
        )
        np.testing.assert_allclose(found[number], one.root, rtol=1e-12)


@pytest.mark.parametrize("kind", ["normal", "between", "levels"])
def test_evidence_is_drawn_into_the_cells(kind):
    """With each rule, what is simulated is what aggregating the drawn table gives."""
    cells = np.random.default_rng(0).uniform(20, 80, (2, 5, 4))
    evidence = {
        "normal": lambda table: Normal(centre=table, error=np.full(table.shape, 5.0), low=1.0, high=100.0),
        "between": lambda table: Uniform(low=table - 5, high=table + 5),
        "levels": lambda table: LevelProbabilities(probabilities=np.full((*table.shape, 2), 0.5), values=[10.0, 90.0]),
    }[kind]
    alternatives = Alternatives(tree=TREE, tables=cells, rules=RULES, evidence=[evidence(t) for t in cells], seed=5)
    count = 40
    same = np.zeros(count, dtype=np.int64)
    for rule in range(len(RULES)):
        plan = SimulationPlan(table=same, weights=same, rules=same + rule, evidence=np.arange(count))
        found = simulate(alternatives, plan)
        for block in range(0, count, 16):
            stream = np.random.SeedSequence(5, spawn_key=(block // 16, 0))
            drawn = alternatives.evidence[0].draw(np.random.Generator(np.random.SFC64(stream)), 16, slice(None))
            for table, row in zip(drawn, found[block : block + 16], strict=False):
                np.testing.assert_allclose(row, aggregate(table, TREE, rules=RULES[rule]).root, rtol=1e-9)


def test_threads_blocks_and_order_change_nothing():
    cells = np.random.default_rng(0).uniform(20, 80, (300, 4))
    wide = Tree.build([f"i{n}" for n in range(80)], {f"i{n}": "root" for n in range(80)})
    table = np.tile(cells, 20)
    alternatives = Alternatives(
        tree=wide,
        tables=[table],
        weights=noisy_weights(wide, wide.weights(), replications=50, spread=0.3),
        evidence=[Normal(centre=table, error=np.full(table.shape, 9.0), high=100.0)],
        rules=[rules.arithmetic(), rules.minimum()],
    )
    plan = random_plan(alternatives, 50, seed=2)
    alone = simulate(alternatives, plan)
    np.testing.assert_array_equal(simulate(alternatives, plan, threads=3), alone)
    back = SimulationPlan(**{name: getattr(plan, name)[::-1] for name in ("table", "weights", "rules", "evidence")})
    np.testing.assert_allclose(simulate(alternatives, back, threads=2)[::-1], alone, rtol=1e-12)
    assert (alone != simulate(Alternatives(**{**_fields(alternatives), "seed": 1}), plan)).any()


def _fields(alternatives):
    return {name: getattr(alternatives, name) for name in ("tree", "tables", "weights", "evidence", "rules")}


def test_one_draw_serves_all_that_ask_for_it():
    table = np.full((3, 4), 50.0)
    evidence = [Normal(centre=table, error=np.full(table.shape, 5.0))]
    alternatives = Alternatives(tree=TREE, tables=[table], evidence=evidence)
    same = np.zeros(5, dtype=np.int64)
    plan = SimulationPlan(table=same, weights=same, rules=same, evidence=np.array([3, EXACT, 3, 20, 3]))
    found = simulate(alternatives, plan)
    np.testing.assert_array_equal(found[0], found[2])
    np.testing.assert_array_equal(found[0], found[4])
    assert (found[1] == 50.0).all()
    assert (found[3] != found[0]).all()


def test_the_spread_of_a_mean_of_independent_cells():
    """Four cells with the error 6 and equal weights: the root has the error 3."""
    table = np.full((200, 4), 50.0)
    alternatives = Alternatives(
        tree=TREE, tables=[table], evidence=[Normal(centre=table, error=np.full(table.shape, 6.0))]
    )
    found = simulate(alternatives, random_plan(alternatives, 400))
    assert found.std() == pytest.approx(3.0, abs=0.03)


def test_bins_are_those_of_the_unit_interval():
    """COINr cuts the range of the sample: .30, .45, .48 with five options gave options 1, 5 and 5."""
    assert plan_at([[0.30], [0.45], [0.48]], [5])[0].tolist() == [1, 2, 2]
    assert plan_at([[0.0], [0.999], [1.0]], [3])[0].tolist() == [0, 2, 2]


def test_nothing_to_do():
    alternatives = Alternatives(tree=TREE, tables=[np.zeros((3, 4))])
    assert simulate(alternatives, random_plan(alternatives, 0)).shape == (0, 3)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Alternatives(tree=TREE, tables=[np.zeros((3, 5))]), "shape"),
        (lambda: Alternatives(tree=TREE, tables=[]), "at least one"),
        (
            lambda: Alternatives(
                tree=TREE, tables=[np.zeros((3, 4))] * 2, evidence=[Uniform(low=np.zeros((3, 4)), high=np.ones((3, 4)))]
            ),
            "one a table",
        ),
        (lambda: Alternatives(tree=TREE, tables=[np.zeros((3, 4))], weights=np.zeros((2, 7))), "zero"),
        (lambda: plan_at([[1.5]], [2]), "unit cube"),
        (lambda: plan_at([[0.5]], [2, 2]), "sizes"),
    ],
)
def test_what_does_not_fit_is_refused(call, said):
    with pytest.raises(ModelError, match=said):
        call()


def test_a_plan_has_one_choice_for_each_replication():
    alternatives = Alternatives(tree=TREE, tables=[np.zeros((3, 4))])
    two = np.zeros(2, dtype=np.int64)
    with pytest.raises(ModelError, match=r"Plan.rules must have the shape \(2,\)"):
        simulate(alternatives, SimulationPlan(table=two, weights=two, rules=two[:1], evidence=two + EXACT))


@pytest.mark.parametrize("name", ["table", "weights", "rules", "evidence"])
def test_a_plan_names_what_there_is(name):
    alternatives = Alternatives(tree=TREE, tables=[np.zeros((3, 4))])
    choices = {part: np.zeros(2, dtype=np.int64) for part in ("table", "weights", "rules")}
    choices["evidence"] = np.full(2, EXACT)
    with pytest.raises(ModelError, match=f"Plan.{name}"):
        simulate(alternatives, SimulationPlan(**{**choices, name: np.array([EXACT, 9])}))


@pytest.mark.corpus
def test_asem_hundred_runs_replayed(asem):
    """Winsorisation, normalisation, noisy weights and aggregation varied at once: every score and every rank."""
    sample, names = asem("11_UA_sample"), [f"r_{number}" for number in range(1, 101)]
    imputed = asem("04_impute_i_mean_grp").table(asem.items, asem.units)
    tables = []
    for limit in range(1, 6):
        treated = treat(imputed, limit=limit).values
        tables.append(minmax(treated, direction=asem.direction, scale=(1, 100)).apply(treated))
        tables.append(zscore(treated, direction=asem.direction, mean_to=10, std_to=2).apply(treated))
    weights = np.ones((100, len(asem.tree.labels)))
    for run, code, _, weight in asem("11_noisy_weights").rows:
        weights[int(run) - 1, asem.tree.position(code)] = float(weight)
    alternatives = Alternatives(
        tree=asem.tree, tables=tables, weights=weights, rules=[rules.arithmetic(), rules.geometric()]
    )
    chosen = {name: sample.numbers(name).astype(int) - 1 for name in ("i_winmax", "i_norm", "i_w", "i_agg")}
    plan = SimulationPlan(
        table=chosen["i_winmax"] * 2 + chosen["i_norm"],
        weights=chosen["i_w"],
        rules=chosen["i_agg"],
        evidence=np.full(100, EXACT),
    )
    scores = simulate(alternatives, plan, threads=2)
    np.testing.assert_allclose(scores, asem("11_UA_scores").table(names, asem.units).T, atol=2e-13)
    places = asem("11_UA_ranks").table(names, asem.units).T
    np.testing.assert_array_equal(competition_ranks(scores), places)

    found, reference = summarise_simulation(scores), asem("11_UA_rankstats")
    rows = [reference.key.index(unit) for unit in asem.units]
    low, middle, high = found.rank_ranges
    for ours, column in ((low, "Q5"), (middle, "Median"), (high, "Q95"), (found.places.mean(axis=0), "Mean")):
        np.testing.assert_allclose(ours, reference.numbers(column)[rows], atol=1e-9)


def test_chances_of_a_pair_add_up():
    scores = np.random.default_rng(0).integers(0, 3, (50, 4)).astype(float)
    found = chance_above(scores)
    off = ~np.eye(4, dtype=bool)
    np.testing.assert_allclose((found + found.T)[off], 1)


def test_a_pair_that_is_never_known_together_has_no_chance():
    scores = [[1.0, np.nan, 3.0], [2.0, np.nan, np.nan]]
    np.testing.assert_array_equal(chance_above(scores)[0], [np.nan, np.nan, 0.0])
