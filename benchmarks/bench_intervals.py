"""Coverage and width of a share's 90 % interval.

The width is beside that of Clopper and Pearson.

    python benchmarks/bench_intervals.py [--draws 1000]

Simple random samples are counted exactly, over every number of yes that can come out: alone, and as a domain of a table
so large that its variance has no correction for few respondents. A star marks n p (1 - p) of 5 and more, where 87 to
93 % are aimed at; elsewhere it is 85 % at least, and no more width than Clopper and Pearson's on average. A point
outside has an exclamation mark. Counts come in steps, so that coverage jumps from one point to the next.

Weights, strata and clusters are drawn at random with a fixed seed and tallied, each sample as a domain of one table.
"""

import argparse
import math
from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
from scipy import stats

from capbuild.model import Question, QuestionMapping, Questionnaire
from capbuild.stats.estimate import Estimate
from capbuild.tables import Codebook, Coding, Column, ResponseTable, SampleDesign, tally

SIZES = (6, 10, 20, 30, 40, 60, 100, 200, 300, 600)
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
LEVEL, LOW, HIGH, LEAST, ENOUGH = 0.9, 0.87, 0.93, 0.85, 5 - 1e-9
Ends = np.ndarray


def intervals(n: int, *, domain: bool) -> Ends:
    """Return the interval of each number of yes.

    Samples have size n.
    """
    made = []
    for yes in range(n + 1):
        p = yes / n
        se = math.sqrt(p * (1 - p) / (n if domain else n - 1))
        found = Estimate.proportion(p, se, n=n, effective=n, df=n - 1, level=LEVEL)
        made.append((found.low, found.high))
    return np.array(made)


def clopper_pearson(n: int) -> Ends:
    return np.array([tuple(stats.binomtest(yes, n).proportion_ci(LEVEL, "exact")) for yes in range(n + 1)])


def exact(title: str, *, domain: bool) -> None:
    print(f"\n{title}: share of samples whose interval holds p (width over that of Clopper and Pearson)")
    print(f"{'n':>5}" + "".join(f"{p:>14}" for p in SHARES))
    points = inside = above = small = fits = 0
    for n in SIZES:
        ends, peer, cells = intervals(n, domain=domain), clopper_pearson(n), []
        for p in SHARES:
            chances = stats.binom.pmf(np.arange(n + 1), n, p)
            held = float(chances[(ends[:, 0] <= p) & (p <= ends[:, 1])].sum())
            width = float(chances @ (ends[:, 1] - ends[:, 0])) / float(chances @ (peer[:, 1] - peer[:, 0]))
            enough = n * p * (1 - p) >= ENOUGH
            good = LOW <= held <= HIGH if enough else held >= LEAST and width <= 1 + 1e-9
            points, inside = points + enough, inside + (enough and good)
            small, fits = small + (not enough), fits + (not enough and good)
            above += enough and held > HIGH
            cells.append(f"{held:.3f} ({width:.2f})" + ("*" if enough else "") + ("" if good else "!"))
        print(f"{n:>5}" + "".join(f"{cell:>14}" for cell in cells))
    print(f"n p (1 - p) of 5 and more: {inside} of {points} within 87 to 93 %, {above} above; ", end="")
    print(f"elsewhere {fits} of {small} hold 85 % and are no wider")


Drawn = dict[str, np.ndarray]


def weighted(rng: np.random.Generator, n: int, p: float, spread: float) -> Drawn:
    return {"y": rng.random(n) < p, "w": rng.lognormal(0, spread, n)}


def stratified(rng: np.random.Generator, n: int, p: float, ratio: float) -> Drawn:
    """Draw two strata of equal samples.

    The second is `ratio` times the first, and fewer in it say yes.
    """
    s = np.arange(n) % 2
    first = min(p * 1.15, (1 + p) / 2)
    second = (p * (1 + ratio) - first) / ratio
    return {"y": rng.random(n) < np.where(s == 0, first, second), "s": s, "w": np.where(s == 0, 1.0, ratio)}


def clustered(rng: np.random.Generator, n: int, p: float, alike: float) -> Drawn:
    """Draw twelve clusters with correlated answers.

    Shares vary as a beta distribution, with the given correlation within clusters.
    """
    scale = (1 - alike) / alike
    shares = rng.beta(p * scale, (1 - p) * scale, 12)
    c = np.arange(n) % 12
    return {"y": rng.random(n) < shares[c], "c": c}


DRAWN: dict[str, tuple[Callable[[np.random.Generator, int, float, float], Drawn], float, dict[str, str]]] = {
    "weights of a variation of 0.5": (weighted, 0.47, {"weight": "w"}),
    "weights of a variation of 1": (weighted, 0.83, {"weight": "w"}),
    "two strata, weights 1 and 5": (stratified, 5.0, {"weight": "w", "strata": "s"}),
    "12 clusters, correlation 0.05": (clustered, 0.05, {"cluster": "c"}),
    "12 clusters, correlation 0.2": (clustered, 0.2, {"cluster": "c"}),
}


def sampled(make: Callable[..., Drawn], n: int, p: float, setting: float, draws: int) -> Iterator[pl.DataFrame]:
    rng = np.random.default_rng([n, round(100 * p)])
    for number in range(draws):
        found = make(rng, n, p, setting)
        columns = {name: values + 1000 * number if name in "sc" else values for name, values in found.items()}
        yield pl.DataFrame({"domain": np.full(n, number), **columns, "y": found["y"].astype(np.int8)})


def coverage(name: str, n: int, p: float, draws: int) -> float:
    make, setting, named = DRAWN[name]
    frame = pl.concat(sampled(make, n, p, setting, draws))
    kinds = {"y": Coding.CODED, "domain": Coding.INTEGER, "w": Coding.NUMBER, "s": Coding.INTEGER, "c": Coding.INTEGER}
    columns = [
        Column(name=each, question=each, coding=kinds[each], values=("no", "yes") if each == "y" else ())
        for each in frame.columns
    ]
    form = Questionnaire(id="f", title="F", questions=[Question(id=each, text=each) for each in frame.columns])
    table = ResponseTable(codebook=Codebook(questionnaire=form, columns=columns), frame=frame)
    # Each sample is drawn by itself, so it is a stratum.
    strata = [named["strata"]] if "strata" in named else ["domain"]
    design = SampleDesign(weight=named.get("weight"), strata=strata, cluster=named.get("cluster"))
    found = tally(table, [QuestionMapping(question="y", target="Y")], by=["domain"], design=design, level=LEVEL)
    return sum(bool(c.estimate) and c.estimate.low <= p <= c.estimate.high for c in found) / draws


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=1000)
    draws = parser.parse_args().draws
    exact("Simple random samples", domain=False)
    exact("Domains of a large table", domain=True)
    shares = (0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95)
    for name in DRAWN:
        print(f"\n{name}: share of {draws:,} samples whose interval holds p")
        print(f"{'n':>5}" + "".join(f"{p:>9}" for p in shares))
        for n in (24, 60, 120, 600):
            held = [coverage(name, n, p, draws) for p in shares]
            marks = ["*" if n * p * (1 - p) >= ENOUGH else " " for p in shares]
            print(f"{n:>5}" + "".join(f"{one:>8.3f}{mark}" for one, mark in zip(held, marks, strict=True)))


if __name__ == "__main__":
    main()
