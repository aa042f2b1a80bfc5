"""Ranks of countries, with uncertainty ranges."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import ModelError, did_you_mean
from capbuild.model import AssessmentSet, Capacity, Country, Score
from capbuild.scoring.context import Case, ScoringContext, cases_of
from capbuild.scoring.evidence import reweigh_evidence
from capbuild.scoring.methods import RegisteredMethod
from capbuild.scoring.nodes import uses_points
from capbuild.stats.arrays import Floats
from capbuild.stats.uncertainty import rank_bounds, summarise_simulation
from capbuild.undefined import Undefined, UndefinedReason

_MIXED = (
    "Visited and unvisited countries stand in one list: what was not seen counts by what is likely, "
    "so a place of an unvisited country says less."
)
_FIRST_STREAM = 7


@frozen(kw_only=True)
class RankedCountry:
    """Rank of one country: 1 is the best.

    Ties share the better rank.

    Attributes:
        country: The country.
        visited: Whether the country was visited.
        score: Its score.
        rank: Median rank.
        best: Best rank of the range.
        worst: Worst rank of the range.
    """

    country: Country
    visited: bool
    score: Score
    rank: float
    best: int
    worst: int


@frozen(kw_only=True)
class Rankings:
    """Ranks of countries in one capacity, best first.

    Attributes:
        capacity: The capacity.
        places: One rank per country with a figure.
        left_out: Countries without a figure.
        nominal: Nominal coverage of the ranges; None if they cover every rank that missing answers allow.
        mixed: Whether the list mixes visited and unvisited countries.
    """

    capacity: Capacity
    places: tuple[RankedCountry, ...] = field(converter=to_tuple)
    left_out: tuple[Country, ...] = field(default=(), converter=to_tuple)
    nominal: float | None = None
    mixed: bool = False

    @property
    def note(self) -> str:
        """Caveat to print with a list of mixed sources.

        It is empty if all countries were visited, or none.
        """
        return _MIXED if self.mixed else ""

    def __iter__(self) -> Iterator[RankedCountry]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __str__(self) -> str:
        lines = [self.note] if self.note else []
        lines += [f"{p.best} to {p.worst}  {p.country}{'' if p.visited else ', not visited'}" for p in self.places]
        return "\n".join(lines)


def _draw_levels(node: Capacity, cases: Sequence[Case], seed: int, replications: int) -> Floats | None:
    """Return draws of level orders (replications, countries).

    The result is None if an open level has no probabilities.
    """
    columns = []
    for case in cases:
        levels = case.scores[node.id].plausible
        if levels is None or (not levels.settled and not levels.probabilities):
            return None
        shares = dict(levels.probabilities) or {levels.lowest: 1.0}
        stream = np.random.SeedSequence(seed % (1 << 63), spawn_key=(_FIRST_STREAM, *case.country.alpha_2.encode()))
        uniform = np.random.Generator(np.random.PCG64(stream)).random(replications)
        upto = np.cumsum([shares[order] for order in sorted(shares)])
        orders = np.array(sorted(shares), dtype=np.float64)
        columns.append(orders[np.minimum(np.searchsorted(upto, uniform, side="right"), len(orders) - 1)])
    return np.stack(columns, axis=1) if columns else None


def _compute_figure_range(score: Score) -> tuple[float, float]:
    if score.plausible is not None:
        return float(score.plausible.lowest), float(score.plausible.highest)
    value = float(score.value if score.value is not None else np.nan)
    if score.interval is None:
        return value, value
    return min(score.interval.lower, value), max(score.interval.upper, value)


def _has_figure(score: Score) -> bool:
    return score.plausible is not None or score.value is not None


def rank_countries(
    assessments: AssessmentSet,
    capacity: str,
    *,
    visited: bool | None = None,
    methods: Mapping[str, RegisteredMethod] | None = None,
) -> Rankings | Undefined:
    """Return the ranks of countries in a capacity, with ranges.

    Args:
        assessments: The countries of a round.
        capacity: Id of the capacity.
        visited: True for the visited countries only, False for the others only, None for all: the result is marked as
            mixed.
        methods: Registered functions of plugins, by method name.

    Returns:
        The ranks; undefined if no country has a figure, such as for a profile node.

    Raises:
        ModelError: The framework has no such capacity.

    Example:
        >>> import datetime
        >>> from capbuild.model import Capacity, Criterion, Framework, Level, Round, Scale
        >>> from capbuild.scoring.simulation import SimulationScenario
        >>> from capbuild.scoring import assess, simulate_round
        >>> levels = [Level(code=f"L{n}", order=n, label=str(n)) for n in (1, 2)]
        >>> lab = Capacity(id="LAB", title="Lab", criteria=[Criterion(id="LAB.a", step=2, check="O", text="Seen")])
        >>> framework = Framework(id="f", edition="1", title="F", scales=[Scale(id="s", levels=levels)], roots=[lab])
        >>> made = simulate_round(framework, SimulationScenario(countries=6, visited=3, survey_answered=1.0), seed=1)
        >>> day = Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2016, 3, 31))
        >>> baseline = assess(made.findings, framework, round=day, sources=made.sources)
        >>> found = rank_countries(baseline, "LAB")
        >>> len(found), found.mixed, rank_countries(baseline, "LAB", visited=True).mixed
        (6, True, False)
    """
    framework, recipe = assessments.framework, assessments.recipe
    if capacity not in framework:
        raise ModelError(
            "capacity", capacity, f"must be in {framework.key}{did_you_mean(capacity, framework.capacities)}"
        )
    node = framework[capacity]
    everyone = cases_of(assessments)
    wanted = [case for case in everyone if visited in (None, case.is_visited)]
    cases = [case for case in wanted if capacity in case.scores and _has_figure(case.scores[capacity])]
    if not cases:
        return Undefined(UndefinedReason.NOBODY_ANSWERED, f"no country has a figure for {capacity}")
    setting = ScoringContext(framework=framework, recipe=recipe, methods=methods or {}).resolve_methods()
    drawn = _draw_figures(node, everyone, cases, setting)
    places = _rank_ranges(node, cases, drawn, recipe.confidence)
    return Rankings(
        capacity=node,
        places=sorted(places, key=lambda place: (place.rank, place.best, place.worst, place.country.name)),
        left_out=[case.country for case in wanted if case not in cases],
        nominal=None if drawn is None else recipe.confidence,
        mixed=len({case.is_visited for case in cases}) > 1,
    )


def _rank_ranges(node: Capacity, cases: Sequence[Case], drawn: Floats | None, confidence: float) -> list[RankedCountry]:
    """Return the range of each country's rank.

    It is that of the draws, or without draws that of the range of figures.
    """
    if drawn is None:
        low, high = zip(*(_compute_figure_range(case.scores[node.id]) for case in cases), strict=True)
        best, worst = rank_bounds(low, high)
        middle = (best + worst) / 2
    else:
        best, middle, worst = summarise_simulation(drawn, confidence=confidence).rank_ranges
    return [
        RankedCountry(
            country=case.country,
            visited=case.is_visited,
            score=case.scores[node.id],
            rank=float(middle[row]),
            best=int(np.floor(best[row])),
            worst=int(np.ceil(worst[row])),
        )
        for row, case in enumerate(cases)
    ]


def _draw_figures(
    node: Capacity, everyone: Sequence[Case], cases: Sequence[Case], setting: ScoringContext
) -> Floats | None:
    """Return figures (replications, countries) of the ranked countries.

    The result is None if only exact bounds exist.
    """
    recipe = setting.recipe
    if not recipe.replications:
        return None
    if not node.children and not uses_points(node, setting) and cases[0].scores[node.id].plausible is not None:
        return _draw_levels(node, cases, recipe.seed, recipe.replications)
    variation = reweigh_evidence(everyone, setting).variation(everyone)
    if node.id not in {numeric_node.id for numeric_node in variation.numeric_nodes}:
        return None
    figures = variation.simulate(recipe.replications)[node.id]
    rows = [everyone.index(case) for case in cases]
    if figures.assumed[rows].any():  # a probability based on assumptions is not one
        return None
    values = figures.values[:, rows]
    return None if np.isnan(values).any() else values
