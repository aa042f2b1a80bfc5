"""Time of a 30-country assessment.

`python benchmarks/bench_assess.py` measures, each in a process of its own and import included, 30 countries of which 13
were visited, scored with 1,000 replications.
"""

import argparse
import datetime
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from capbuild.frameworks import load_bundled
from capbuild.model import Capacity, Criterion, Framework, Method, Round, Scale
from capbuild.scoring.simulation import simulate_round

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
    """Return a framework of 20 capacities that earn points.

    Each has 8 criteria.
    """
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
    """Return a framework of 20 capacities with six levels."""
    method = Method(name="scaled")
    nodes = [Capacity(id=f"D{n}", title=f"D{n}", scale="l", weight=1 + n % 3, method=method) for n in range(20)]
    return tree(nodes, Scale(id="l", kind="points", minimum=0, maximum=5))


FRAMEWORKS = {
    "police-cyber, levels": lambda: load_bundled("police_cyber"),
    "points, mean": points,
    "levels, mean": levels,
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    timed(parser.parse_args().runs)


if __name__ == "__main__":
    main()
