"""Calibration of scores in simulated rounds.

Truth is known there: the stated confidence is printed beside how often scores are right.

    python benchmarks/bench_calibration.py [--rounds 10] [--first 1000] [--policy "best evidence"]

A line is a kind of world of `worlds.py`. Levels: how often the likeliest level is the true one, and its stated
probability. Criteria: the mean distance between probability and share met, in ten classes. Points and values: how often
the 90 % range of the overall figure holds the truth, how wide it is on average, and how often there is none. Last, in
how many rounds two kinds of sources are said not to be independent. Takes about a minute a line with ten rounds.
"""

import argparse
from collections.abc import Iterator, Mapping

import numpy as np
from attrs import frozen
from worlds import (
    CAPACITIES,
    FITTED,
    JUDGED,
    ROUND,
    UNSEEN,
    World,
    findings,
    make,
    number_of,
    points,
    staircases,
    true_levels,
    true_total,
    values,
)

from capbuild.model import AssessmentSet, Recipe
from capbuild.scoring import assess, assess_quality

HEADS = ("world", "right", "stated", "off", "criteria", "points", "width", "none", "values", "width", "none", "alike")


@frozen(kw_only=True, eq=False)
class Measured:
    """Measurements in some rounds of one world.

    Attributes:
        right: Whether the likeliest level is the true one.
        stated: Its stated probability.
        chances: Probability of each criterion.
        met: Whether it is met.
        held: By kind of framework, whether the range of the overall figure holds the truth.
        widths: By kind of framework, how wide that range is.
        without: By kind of framework, how many figures have no range that promises a probability.
        alike: Rounds in which two kinds of sources are said not to be independent.
        rounds: How many rounds.
    """

    right: np.ndarray
    stated: np.ndarray
    chances: np.ndarray
    met: np.ndarray
    held: Mapping[str, np.ndarray]
    widths: Mapping[str, np.ndarray]
    without: Mapping[str, int]
    alike: int
    rounds: int

    @property
    def off(self) -> float:
        """Stated probability of levels less their hit rate.

        The level of each capacity is the likeliest one.
        """
        return float(self.stated.mean() - self.right.mean())

    @property
    def criteria(self) -> float:
        """Mean calibration error of criteria.

        It is the distance between probability and share that is met, in ten classes.
        """
        classes = np.minimum((self.chances * 10).astype(int), 9)
        gaps = np.bincount(classes, self.chances - self.met, minlength=10)
        return float(np.abs(gaps).sum() / len(classes))


def levels_of(assessed: AssessmentSet, met: np.ndarray) -> Iterator[tuple[float, bool]]:
    """Yield the likeliest levels' probabilities and hits.

    There is a stated probability, and whether the level is the true one, for each capacity and country.
    """
    true = true_levels(met)
    for one in assessed:
        for q in range(CAPACITIES):
            shares = one[f"C{q}"].plausible.probabilities
            likeliest = max(shares, key=lambda order: shares[order])
            yield shares[likeliest], likeliest == true[number_of(one.country), q]


def chances_of(assessed: AssessmentSet, met: np.ndarray) -> Iterator[tuple[float, bool]]:
    """Yield each criterion's probability, and whether it is met."""
    for one in assessed:
        true = iter(met[number_of(one.country)].ravel())
        for score in one.indicators:
            for result in score.results:
                yield result.probability, bool(next(true))


def ranges_of(assessed: AssessmentSet, total: np.ndarray) -> Iterator[tuple[bool, float] | None]:
    """Yield whether each overall range covers the truth.

    Its width follows; None where nothing is promised.
    """
    for one in assessed:
        found, true = one["total"].interval, total[number_of(one.country)]
        if found is None or found.nominal is None:
            yield None
        else:
            yield bool(found.lower - 1e-9 <= true <= found.upper + 1e-9), found.upper - found.lower


def measure_ranges(world: World, seed: int, policy: str, figures: int, *, quality: bool) -> Iterator[tuple]:
    """Yield both kinds of framework with their ranges.

    They are of one round; the last value says whether its sources are not independent.
    """
    made = make(world, seed)
    for kind, framework in (("points", points()), ("values", values())):
        found, sources = findings(made, framework)
        recipe = Recipe(replications=figures, reconciliation=policy)
        assessed = assess(found, framework, recipe, round=ROUND, sources=sources)
        asked = quality and kind == "values"
        alike = bool(assess_quality(assessed).of_kind("not independent")) if asked else False
        yield kind, list(ranges_of(assessed, true_total(made.met, framework))), alike


def measure(
    world: World,
    seeds: range,
    policy: str = "best evidence",
    figures: int = 400,
    *,
    levels: bool = True,
    quality: bool = True,
) -> Measured:
    """Measure some rounds of one world.

    Args:
        world: The world.
        seeds: One a round.
        policy: How findings are reconciled.
        figures: Number of replications; 0 for levels alone.
        levels: Whether levels are counted, or ranges alone.
        quality: Whether sources are compared.
    """
    stated, chances, alike = [], [], 0
    ranges = {kind: [] for kind in ("points", "values")}
    for seed in seeds:
        same = False
        if levels:
            made, framework = make(world, seed), staircases()
            found, sources = findings(made, framework)
            recipe = Recipe(replications=0, reconciliation=policy)
            assessed = assess(found, framework, recipe, round=ROUND, sources=sources)
            stated += levels_of(assessed, made.met)
            chances += chances_of(assessed, made.met)
            same = quality and bool(assess_quality(assessed).of_kind("not independent"))
        for kind, widths, also in measure_ranges(world, seed, policy, figures, quality=quality) if figures else ():
            ranges[kind] += widths
            same = same or also
        alike += same
    shares, right = np.array(stated).reshape(-1, 2).T
    estimated, met = np.array(chances).reshape(-1, 2).T
    known = {kind: np.array([one for one in found if one]).reshape(-1, 2).T for kind, found in ranges.items()}
    return Measured(
        right=right,
        stated=shares,
        chances=estimated,
        met=met,
        held={kind: found[0] for kind, found in known.items()},
        widths={kind: found[1] for kind, found in known.items()},
        without={kind: sum(one is None for one in found) for kind, found in ranges.items()},
        alike=alike,
        rounds=len(seeds),
    )


def mean(values: np.ndarray, digits: int) -> str:
    """Return a mean as text, a dash without values."""
    return f"{values.mean():.{digits}f}" if len(values) else "-"


def row(name: str, found: Measured) -> str:
    """Return one line of the Markdown table."""
    cells = [f"{found.right.mean():.3f}", f"{found.stated.mean():.3f}", f"{100 * found.off:+.1f}"]
    cells.append(f"{found.criteria:.3f}")
    for kind in ("points", "values"):
        cells += [mean(found.held[kind], 3), mean(found.widths[kind], 1), str(found.without[kind])]
    return f"| {name} | " + " | ".join([*cells, f"{found.alike} of {found.rounds}"]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--first", type=int, default=1000, help="seed of the first round")
    parser.add_argument("--policy", default="best evidence")
    parser.add_argument("--world", default="", help="only worlds whose name has this in it")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.rounds)
    print("| " + " | ".join(HEADS) + " |\n|---|" + "---:|" * (len(HEADS) - 1))
    for worlds in (FITTED, JUDGED, UNSEEN):
        for name, world in worlds.items():
            if options.world in name:
                print(row(name, measure(world, seeds, options.policy)), flush=True)


if __name__ == "__main__":
    main()
