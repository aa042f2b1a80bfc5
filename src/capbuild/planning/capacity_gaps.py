"""Gaps between assessed and target capacity, counted in criteria."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from attrs import evolve, field

from capbuild._typed import model
from capbuild.checks import to_tuple
from capbuild.display import FrameConversion, NotebookDisplay, counted
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Country,
    CriterionState,
    Framework,
    Gap,
    Score,
    TargetProfile,
)
from capbuild.model.country import country_code

#: Default probability that an open criterion is lacking.
DEFAULT_PROBABILITY = 0.5


@model(kw_only=True, repr=False)
class Gaps(NotebookDisplay, FrameConversion, Sequence[Gap]):
    """Gaps of assessed countries, as a sequence.

    Attributes:
        gaps: The gaps, by country and in framework order.
        framework: Framework of their capacities.
        invented: Whether they rest on invented answers.
    """

    gaps: tuple[Gap, ...] = field(default=(), converter=to_tuple)
    framework: Framework
    invented: bool = False

    def filter(self, *, country: Country | str | None = None, dimension: str | None = None) -> "Gaps":
        """Return the gaps of a country, of a dimension, or of both.

        Args:
            country: The country, or a text that names it.
            dimension: Id of a dimension or other capacity, including the capacities below it.

        Raises:
            CountryError: The text names no country, or several.
            KeyError: The framework has no such capacity.
        """
        code = None if country is None else country_code(country, (gap.country for gap in self.gaps))
        below = None if dimension is None else {node.id for node in self.framework[dimension].walk()}
        kept = [
            gap for gap in self.gaps if code in (None, gap.country.alpha_2) and (below is None or gap.capacity in below)
        ]
        return evolve(self, gaps=kept)

    @overload
    def __getitem__(self, place: int) -> Gap: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Gap, ...]: ...
    def __getitem__(self, place: int | slice) -> Gap | tuple[Gap, ...]:
        return self.gaps[place]

    def __iter__(self) -> Iterator[Gap]:
        return iter(self.gaps)

    def __len__(self) -> int:
        return len(self.gaps)

    def __repr__(self) -> str:
        countries = {gap.country.alpha_2 for gap in self.gaps}
        return f"Gaps({counted(len(self), 'gap')} of {counted(len(countries), 'country', 'countries')})"


def gaps(
    assessed: Assessment | AssessmentSet, targets: TargetProfile | Mapping[str, float] | str | None = None
) -> Gaps:
    """Return the gaps between assessed capacities and their targets.

    Criteria, judged levels and values give gaps alike; a parent node has one if it has a target and its own figure. A
    capacity that reaches its target whatever the open answers are has no gap. One without any data has none either:
    nothing is assumed.

    Args:
        assessed: One country or all countries of a round.
        targets: Level order or value by capacity id, or the id of a target profile of the framework; by default those
            of the scores.

    Returns:
        Gaps by country and in framework order, as a sequence that can be filtered. `size` counts criteria lacking, a
        `partly` as half, or else levels, or units of the value. `probability` is that of missing the target: 1 if
        certain, the score's estimate if answers are open, and None without an estimate.

    Raises:
        KeyError: The framework has no such target profile.
    """
    every = assessed if isinstance(assessed, AssessmentSet) else (assessed,)
    if isinstance(targets, str):
        targets = assessed.framework.profile(targets)
    wanted = targets.expand(assessed.framework).targets if isinstance(targets, TargetProfile) else targets
    found = [gap for assessment in every for gap in _list_assessment_gaps(assessment, wanted)]
    return Gaps(gaps=found, framework=assessed.framework, invented=assessed.invented)


def _list_assessment_gaps(assessment: Assessment, wanted: Mapping[str, float] | None) -> Iterator[Gap]:
    for score in (assessment.scores[node.id] for node in assessment.framework.walk() if node.id in assessment.scores):
        target = score.target if wanted is None else wanted.get(score.capacity.id)
        if wanted is not None and target is not None and score.method is not None:
            target = score.scale.target_value(target, score.method)
        gap = None if target is None else _score_gap(assessment, score, target)
        if gap is not None:
            yield gap


def _score_gap(assessment: Assessment, score: Score, target: float) -> Gap | None:
    ends = score.possible
    if ends is not None and ends[0] >= target:
        return None
    steps = {c.id: c.step for c in score.capacity.criteria}
    # Any criterion can earn the missing points of a value; a level needs the steps up to it.
    concerned = [
        r for r in score.results if r.target in steps and (score.plausible is None or steps[r.target] <= target)
    ]
    enough = score.method is not None and score.method.partly_at_top  # at the target's own step
    lacking = [
        r
        for r in concerned
        if r.state is CriterionState.NOT_MET
        or (r.state is CriterionState.PARTLY and not (enough and steps[r.target] == target))
    ]
    waiting = {r.target: r.probability for r in concerned if r.state is CriterionState.OPEN}
    if not lacking and not waiting and ends is None:
        return None
    certain = (ends is not None and ends[1] < target) or (score.plausible is not None and bool(lacking))
    if lacking or waiting:
        size = sum(0.5 if r.state is CriterionState.PARTLY else 1.0 for r in lacking)
    else:
        size = target - ends[0] if ends is not None else 0.0
    return Gap(
        country=assessment.country,
        capacity=score.capacity.id,
        level=score.level,
        value=score.value,
        lowest=None if ends is None else ends[0],
        highest=None if ends is None else ends[1],
        target=target,
        lacking=[r.target for r in lacking],
        open=list(waiting),
        size=size,
        probability=1.0 if certain else score.below_target if target == score.target else None,
        chances={name: 1 - met for name, met in waiting.items() if met is not None},
    )


def lacking_probability(gap: Gap, criterion: str) -> float:
    """Return the probability that an open criterion is lacking.

    Without a model's estimate, if only the probability `p` of the gap is known for `n` open criteria, they are assumed
    independent and alike: each is lacking with `1 - (1 - p) ** (1 / n)`. Otherwise one half.

    Example:
        >>> from capbuild.model import Country
        >>> place = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
        >>> gap = Gap(country=place, capacity="COO-1", target=3, open=["a", "b"], chances={"a": 0.75})
        >>> lacking_probability(gap, "a"), lacking_probability(gap, "b")
        (0.75, 0.5)
    """
    if criterion in gap.chances or gap.lacking or gap.probability is None:
        return gap.chances.get(criterion, DEFAULT_PROBABILITY)
    return 1 - math.pow(1 - gap.probability, 1 / len(gap.open))


def gap_sizes(gap: Gap) -> dict[str, float]:
    """Return the expected size of a gap by criterion.

    A lacking criterion counts its share, an open one its probability.

    A gap measured as a value counts under its capacity.
    """
    if not gap.lacking and not gap.open:
        return {gap.capacity: gap.size * (1.0 if gap.probability is None else gap.probability)}
    share = gap.size / len(gap.lacking) if gap.lacking else 0.0
    return {**dict.fromkeys(gap.lacking, share), **{name: lacking_probability(gap, name) for name in gap.open}}
