"""Time a 30-country assessment, or count how often what it prints holds the truth.

`python benchmarks/bench_assess.py` measures, each in a process of its own and import included, 30 countries of which 13
were visited, scored with 1,000 replications. `--calibration all` prints the tables of
`docs/explanation/uncertainty.md`; it takes half an hour.
"""

import argparse
import datetime
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from capbuild.frameworks import load_bundled
from capbuild.model import Capacity, Criterion, Framework, Method, Recipe, ReconciliationPolicy, Round, Scale
from capbuild.scoring.calibrating import LevelCoverage, measure_coverage
from capbuild.scoring.simulating import Scenario, simulate_round
from capbuild.undefined import Undefined

ROUND = Round(id="baseline", kind="baseline", title="Baseline", reference_date=datetime.date(2016, 3, 31))
TIMED = """
import pickle, sys, time
start = time.perf_counter()
from capbuild.scoring import assess
imported = time.perf_counter()
framework, findings, sources, round_ = pickle.loads(open(sys.argv[1], 'rb').read())
read = time.perf_counter()
assess(findings, framework, round=round_, sources=sources)
print(imported - start, time.perf_counter() - read)
"""


def tree(children: list[Capacity], *scales: Scale) -> Framework:
    total = Capacity(id="total", kind="total", title="Total", method=Method(name="mean"), children=children)
    return Framework(
        id="made", edition="1", title="Made up", scales=[Scale(id="s", kind="percent"), *scales], roots=[total]
    )


def points() -> Framework:
    """20 capacities of 8 criteria that earn points."""
    return tree(
        [
            Capacity(
                id=f"P{n}",
                title=f"P{n}",
                method=Method(name="points"),
                weight=1 + n % 3,
                criteria=[Criterion(id=f"P{n}.{k}", text="x", check="DORI"[(n + k) % 4]) for k in range(8)],
            )
            for n in range(20)
        ]
    )


def levels() -> Framework:
    """20 capacities that sources judge as a whole, from 0 to 5."""
    method = Method(name="scaled")
    nodes = [Capacity(id=f"D{n}", title=f"D{n}", scale="l", weight=1 + n % 3, method=method) for n in range(20)]
    return tree(nodes, Scale(id="l", kind="points", minimum=0, maximum=5))


FRAMEWORKS = {
    "police-cyber, levels": lambda: load_bundled("police_cyber"),
    "points, mean": points,
    "levels, mean": levels,
}

SCENARIOS = {
    "what is confirmed is true": Scenario(visit_error=0, hearsay_error=0, modesty=0),
    "13 of 30 visited": Scenario(),
    "5 of 30 visited": Scenario(visited=5),
    "self-reports flatter more": Scenario(flattery=0.6, flattery_spread=0.7),
    "agencies answer little": Scenario(survey_answered=0.3),
    "one agency": Scenario(agencies=1, survey_answered=0.85),
    "surveys wrong on documents too": Scenario(survey_sees=0.85),
}


def timed(runs: int) -> None:
    for name, make in FRAMEWORKS.items():
        framework = make()
        made = simulate_round(framework, seed=1)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "round.pickle"
            path.write_bytes(pickle.dumps((framework, made.findings, made.sources, ROUND)))
            times = []
            for _ in range(runs):
                done = subprocess.run(
                    [sys.executable, "-c", TIMED, str(path)], capture_output=True, text=True, check=True
                )
                times.append([float(part) for part in done.stdout.split()])
        imported, scored = (median(part) for part in zip(*times, strict=True))
        sys.stdout.write(
            f"{name}: {len(made.findings)} findings, import {imported:.2f} s, assess {scored:.2f} s, "
            f"together {imported + scored:.2f} s\n"
        )


def share(value: float | Undefined) -> str:
    return "" if isinstance(value, Undefined) else f"{value:.3f}"


def level_cells(found: LevelCoverage | Undefined) -> list[str]:
    return [""] * 2 if isinstance(found, Undefined) else [f"{found.range:.3f}", f"{found.held:.3f}"]


def table(heads: list[str], rows: Iterator[list[str]]) -> None:
    sys.stdout.write("| " + " | ".join(heads) + " |\n|---|---|" + "---:|" * (len(heads) - 2) + "\n")
    for cells in rows:
        sys.stdout.write("| " + " | ".join(cells) + " |\n")
        sys.stdout.flush()


def level_rows(rounds: int, seed: int) -> Iterator[list[str]]:
    framework = load_bundled("police_cyber")
    for title, scenario in SCENARIOS.items():
        for policy in (ReconciliationPolicy.BEST_EVIDENCE, ReconciliationPolicy.MODEL):
            recipe = Recipe(reconciliation=policy, replications=0)
            found = measure_coverage(framework, ROUND, scenario, recipe=recipe, rounds=rounds, seed=seed)
            yield [title, policy.value, *level_cells(found.levels_visited), *level_cells(found.levels_unvisited)]


def figure_rows(rounds: int, seed: int) -> Iterator[list[str]]:
    recipe = Recipe(weight_spread=0)  # countries share the weights of a round: with them it takes hundreds of rounds
    for title, scenario in SCENARIOS.items():
        for name, make in (("points", points), ("levels judged as a whole", levels)):
            found = measure_coverage(make(), ROUND, scenario, recipe=recipe, rounds=rounds, seed=seed)
            counts = (found.figures, found.figures_visited, found.figures_unvisited, found.stated)
            width = "" if isinstance(found.width, Undefined) else f"{found.width:.1f}"
            yield [title, name, *(share(value) for value in counts), width]


def calibration(part: str, rounds: int, seed: int) -> None:
    if part in ("levels", "all"):
        heads = ["in range, visited", "90 % of levels, visited", "in range, others", "90 % of levels, others"]
        table(["scenario", "policy", *heads], level_rows(rounds, seed))
    if part in ("figures", "all"):
        heads = ["held", "held, visited", "held, others", "stated", "width"]
        table(["scenario", "mean of", *heads], figure_rows(rounds, seed))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calibration", choices=("levels", "figures", "all"))
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1000)
    options = parser.parse_args()
    if options.calibration:
        calibration(options.calibration, options.rounds, options.seed)
    else:
        timed(options.runs)


if __name__ == "__main__":
    main()
