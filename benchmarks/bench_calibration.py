"""Print how often nominal 90 % ranges hold the truth in simulated assessments: `python
benchmarks/bench_calibration.py`.

Takes some minutes with the default of 40 assessments for each scenario; `--assessments 10` is a quick look.
"""

import argparse
import sys

from attrs import evolve

from capbuild.stats.calibration import Coverage, measure_coverage
from capbuild.stats.simulate import DEFAULT_SOURCES, Scenario

SURVEY, VISIT, MEETING, DESK = DEFAULT_SOURCES
SCENARIOS = {
    "13 of 30 countries visited": Scenario(),
    "5 of 30 countries visited": Scenario(sources=(SURVEY, evolve(VISIT, countries=5 / 30), MEETING, DESK)),
    "every country visited in part": Scenario(
        sources=(SURVEY, evolve(VISIT, countries=1.0, answered=0.5), MEETING, DESK)
    ),
    "self-reports one level too high": Scenario(sources=(evolve(SURVEY, bias=1.0), VISIT, MEETING, DESK)),
    "agencies disagree": Scenario(
        sources=(SURVEY, VISIT, evolve(MEETING, error=1.0, lapse=0.1), evolve(DESK, error=1.1))
    ),
    "half of the answers missing": Scenario(sources=tuple(evolve(s, answered=s.answered / 2) for s in DEFAULT_SOURCES)),
    "survey and visit only": Scenario(sources=(SURVEY, VISIT)),
    "three levels": Scenario(levels=3, cell_spread=0.7, country_spread=0.4, capacity_spread=0.3),
}
COLUMNS = (
    "scores",
    "scores_visited",
    "scores_unvisited",
    "region",
    "exact",
    "ranges",
    "ranges_stated",
    "accuracy",
    "width",
)


def row(name: str, found: Coverage) -> str:
    """Return one line of the Markdown table."""
    shares = (f"{getattr(found, column):.3f}" if column != "width" else f"{found.width:.1f}" for column in COLUMNS)
    return f"| {name} | " + " | ".join(shares) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assessments", type=int, default=40)
    parser.add_argument("--seed", type=int, default=3000)
    options = parser.parse_args()
    write = sys.stdout.write
    write("| scenario | " + " | ".join(COLUMNS) + " |\n|---|" + "---:|" * len(COLUMNS) + "\n")
    for name, scenario in SCENARIOS.items():
        found = measure_coverage(scenario, assessments=options.assessments, seed=options.seed)
        write(row(name, found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
