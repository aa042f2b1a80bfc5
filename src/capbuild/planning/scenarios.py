"""Scenarios for the open gaps, and a plan for each.

Open criteria are drawn jointly: an assessor may be strict or lenient in a whole country, and a dimension misjudged
everywhere, so errors do not average out. An activity in the plans of nearly all scenarios is safe to announce.
"""

import random
from collections import Counter
from collections.abc import Iterator
from statistics import NormalDist

from attrs import evolve, field, frozen

from capbuild.checks import to_map
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, Catalogue, Gap, Limits, Needs
from capbuild.planning.capacity_gaps import lacking_probability
from capbuild.planning.planner import plan

#: Share of the variance common to a country, and to a dimension; the rest is specific to a criterion.
_COUNTRY, _DIMENSION = 0.3, 0.3


@frozen(kw_only=True)
class ScenarioInclusion:
    """Number of scenarios whose plan includes each activity.

    Attributes:
        worlds: Number of scenarios.
        activities: Number of scenarios with each activity, by id, most frequent first.
        pairs: The same by activity and country, such as `A09 JM`.
        values: Value of the plan in each scenario.
    """

    scenarios: int
    activities: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    pairs: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    values: tuple[float, ...] = ()

    def describe(self, name: str) -> str:
        """Return the number of scenarios that include something, as text.

        Example:
            >>> ScenarioInclusion(scenarios=20, activities={"A09": 17}).describe("A09")
            'A09 in 17 of 20 scenarios'
        """
        count = self.pairs.get(name, 0) if " " in name else self.activities.get(name, 0)
        return f"{name} in {count} of {self.scenarios} scenarios"


def draw_scenarios(needs: Needs, count: int, seed: int) -> Iterator[Needs]:
    """Yield needs with the open criteria drawn at random.

    Args:
        needs: Needs with their gaps; a criterion known to be lacking is lacking in every scenario.
        count: Number of scenarios.
        seed: Seed of the draws.
    """
    dice, normal = random.Random(seed), NormalDist()  # noqa: S311 - drawn worlds, nothing secret
    for _ in range(count):
        shared: dict[tuple[str, str], float] = {}

        def common(kind: str, name: str, drawn: dict[tuple[str, str], float] = shared) -> float:
            return drawn.setdefault((kind, name), dice.gauss(0, 1))

        gaps = []
        for gap in sorted(needs.gaps, key=lambda one: (one.country.alpha_2, one.capacity)):
            lean = _COUNTRY**0.5 * common("country", gap.country.alpha_2)
            lean += _DIMENSION**0.5 * common("dimension", gap.capacity.partition("-")[0])
            own = (1 - _COUNTRY - _DIMENSION) ** 0.5
            edges = {
                name: normal.inv_cdf(min(max(lacking_probability(gap, name), 1e-9), 1 - 1e-9)) for name in gap.open
            }
            lacking = [name for name, edge in edges.items() if lean + own * dice.gauss(0, 1) < edge]
            gaps.append(_resolve_gap(gap, lacking))
        yield evolve(needs, gaps=gaps)


def _resolve_gap(gap: Gap, lacking: list[str]) -> Gap:
    return evolve(
        gap, lacking=(*gap.lacking, *lacking), open=(), size=gap.size + len(lacking), probability=1.0, chances={}
    )


def plan_scenarios(
    needs: Needs,
    catalogue: Catalogue,
    limits: Limits,
    *,
    assessed: AssessmentSet | None = None,
    count: int = 20,
    seed: int = 0,
    gap: float = 0.02,
    rounds: int = 6,
) -> ScenarioInclusion:
    """Return how often each activity is in a scenario's plan.

    Args:
        needs: The needs.
        catalogue: The activities.
        limits: Limits of the plan.
        assessed: The assessments behind the needs.
        count: Number of scenarios.
        seed: Seed of the draws.
        gap: Relative gap to the bound at which the search of each scenario may stop.
        rounds: Maximum rounds of its repair search.
    """
    activities: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    values = []
    for scenario in draw_scenarios(needs, count, seed):
        made = plan(scenario, catalogue, limits, assessed=assessed, gap=gap, rounds=rounds)
        activities.update({one.activity for one in made.activities})
        pairs.update({f"{one.activity} {code}" for one in made.activities for code in one.seats})
        values.append(made.value)
    return ScenarioInclusion(
        scenarios=count,
        activities=dict(sorted(activities.items(), key=lambda pair: (-pair[1], pair[0]))),
        pairs=dict(sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))),
        values=tuple(values),
    )
