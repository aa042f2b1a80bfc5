"""Speed of the Monte Carlo engine, as ratios.

`python benchmarks/bench_montecarlo.py [large] [fused] [small]`; all three without a word.

- large: 5,000 units x 200 items x 1,000 replications with ranks and ranges, against the same one replication at a time.
- fused: 10,000 x 200 x 100 with every cell drawn anew, against drawing the same random numbers and doing nothing else,
  and on two threads against one.
- small: 30 countries x 60 items x 1,000 replications in a fresh interpreter, import included, against import alone.
"""

import os
import resource
import subprocess
import sys
import time

import numpy as np
from capbuild_index.montecarlo import Alternatives, random_plan, simulate
from capbuild_index.noise import Normal
from capbuild_index.weights import noisy_weights

from capbuild.stats.aggregate import aggregate
from capbuild.stats.tree import Tree
from capbuild.stats.uncertainty import rank_scores, summarise_simulation


def index(items: int, children: int = 10) -> Tree:
    """Make a tree of pillars of ten items each."""
    names = [f"i{number}" for number in range(items)]
    pillars = {f"p{number}": "index" for number in range(-(-items // children))}
    return Tree.build(names, {name: f"p{number // children}" for number, name in enumerate(names)} | pillars)


def clocked(work):
    """Return the seconds of some work, and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def large(units: int = 5_000, items: int = 200, replications: int = 1_000) -> None:
    tree, table = index(items), np.random.default_rng(0).uniform(0, 100, (units, items))
    weights = noisy_weights(tree, tree.weights(), replications=replications, spread=0.25)
    options = Alternatives(tree=tree, tables=[table], weights=weights)
    plan = random_plan(options, replications)

    def everything() -> None:
        found = summarise_simulation(simulate(options, plan))
        found.rank_ranges.sum()

    def one_at_a_time() -> None:
        scores = np.array([aggregate(table, tree, weights=weight).root for weight in weights])
        places = np.array([rank_scores(row) for row in scores])
        for figures in (scores, places):
            np.quantile(figures, [0.05, 0.5, 0.95], axis=0)

    ours, _ = clocked(everything)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    looped, _ = clocked(one_at_a_time)
    print(f"large  {units} x {items} x {replications} with ranks and ranges: {ours:.2f} s, peak {peak:.0f} MB")
    print(f"       one replication at a time: {looped:.2f} s, {looped / ours:.1f} times slower")


def fused(units: int = 10_000, items: int = 200, replications: int = 100, repeats: int = 5) -> None:
    tree, table = index(items), np.random.default_rng(0).uniform(0, 100, (units, items))
    weights = noisy_weights(tree, tree.weights(), replications=replications, spread=0.25)

    def floor() -> None:
        random, block = np.random.Generator(np.random.SFC64(1)), np.empty(1 << 17)
        for _ in range(units * items * replications // block.size):
            random.standard_normal(out=block)

    for name, limits in (("free", {}), ("kept within 0 to 100", {"low": 0.0, "high": 100.0})):
        evidence = [Normal(centre=table, error=np.full(table.shape, 5.0), **limits)]
        options = Alternatives(tree=tree, tables=[table], weights=weights, evidence=evidence)
        plan = random_plan(options, replications)
        rounds = [
            (
                clocked(floor)[0],
                clocked(lambda: simulate(options, plan))[0],  # noqa: B023
                clocked(lambda: simulate(options, plan, threads=2))[0],  # noqa: B023
            )
            for _ in range(repeats)
        ]
        least, one, two = np.min(rounds, axis=0)
        print(f"fused  {units} x {items} x {replications}, cells {name}: floor {least:.2f} s, one thread {one:.2f} s")
        print(f"       {one / least:.2f} times the floor; two threads {two:.2f} s, {one / two:.2f} times faster")


SMALL = """
import numpy as np
from capbuild.stats import tree, uncertainty
from capbuild_index import montecarlo, noise, weights
if {run}:
    shape = tree.Tree.build([f"i{{n}}" for n in range(60)], {{f"i{{n}}": f"p{{n // 10}}" for n in range(60)}}
        | {{f"p{{n}}": "index" for n in range(6)}})
    table = np.random.default_rng(0).uniform(0, 100, (30, 60))
    options = montecarlo.Alternatives(tree=shape, tables=[table],
        weights=weights.noisy_weights(shape, shape.weights(), replications=1000, spread=0.25),
        evidence=[noise.Normal(centre=table, error=np.full(table.shape, 5.0), low=0.0, high=100.0)])
    found = uncertainty.summarise_simulation(montecarlo.simulate(options, montecarlo.random_plan(options, 1000)))
    found.rank_ranges.sum(), found.below(50.0)
"""


def small(repeats: int = 7) -> None:
    def run(code: str) -> float:
        return min(clocked(lambda: subprocess.run([sys.executable, "-c", code], check=True))[0] for _ in range(repeats))

    bare, imported, whole = run("import numpy"), run(SMALL.format(run=False)), run(SMALL.format(run=True))
    print(f"small  30 x 60 x 1,000 drawn, ranks and ranges: {whole:.3f} s from start to end of the process")
    print(f"       of it start and import {imported:.3f} s (numpy alone {bare:.3f} s)")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", os.pathsep.join(sys.path))
    chosen = sys.argv[1:] or ["large", "fused", "small"]
    for benchmark in chosen:
        {"large": large, "fused": fused, "small": small}[benchmark]()
