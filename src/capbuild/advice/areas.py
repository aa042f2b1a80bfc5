"""Capacities of a country, as input of advice.

Each has missing steps, open criteria, and the level to gain.
"""

from collections.abc import Collection, Iterable

from attrs import frozen

from capbuild.model import Assessment, CriterionState, Framework, Needs, Score

#: Most steps and least gain of a quick win.
_FEW, _GAIN = 2, 2
#: Default relevance of a need.
_RELEVANCE = 2


@frozen(kw_only=True)
class Area:
    """Capacity of one country with a target.

    Attributes:
        score: Its score.
        target: Level order or value aimed at.
        missing: Criteria up to the target that are not met or partly met, by step; the capacity itself where it is
            judged as a whole and its level is settled below the target.
        open: Criteria up to the target that the evidence leaves open.
        lift: Level order with every missing step met, the next one for a directly judged capacity; None if open
            criteria decide it.
        relevance: 1 to 3, the highest of its needs.
        place: Position in the framework.
    """

    score: Score
    target: float
    missing: tuple[str, ...]
    open: tuple[str, ...]
    lift: int | None
    relevance: int
    place: int

    @property
    def id(self) -> str:
        """Id of the capacity."""
        return self.score.capacity.id

    @property
    def level(self) -> int:
        """Lowest level order consistent with the evidence."""
        return self.score.plausible.lowest if self.score.plausible is not None else 0

    @property
    def levels(self) -> dict[str, int]:
        """Levels of a capacity by name.

        The names are `now` for the current level, `high` for the highest that the evidence leaves open, `target`, and
        `then` for the level once every missing step is met, if known. There are none for a capacity without levels.
        """
        if self.score.plausible is None:
            return {}
        known = {"now": self.level, "high": self.score.plausible.highest, "target": int(self.target)}
        return known | ({"then": self.lift} if self.lift is not None else {})

    @property
    def settled(self) -> bool:
        """True if the evidence decides the level or value."""
        return self.score.settled

    @property
    def below(self) -> bool:
        """True if it is settled below its target."""
        return self.settled and self.score.target_met is False

    @property
    def gain(self) -> int:
        """Levels gained once every missing step is met, if known.

        The gain is 0 if it is not known.
        """
        return 0 if self.lift is None else self.lift - self.level

    @property
    def reaches(self) -> bool:
        """True if its missing steps lead to the target.

        For a capacity without levels, no other steps may be open.
        """
        if self.score.plausible is None:
            return bool(self.missing) and self.settled and not self.open
        return self.lift is not None and self.lift >= self.target

    @property
    def quick(self) -> bool:
        """True if few steps reach the target, gaining enough levels."""
        return self.below and self.reaches and len(self.missing) <= _FEW and self.gain >= _GAIN

    @property
    def one_step(self) -> bool:
        """True if a single step reaches the target."""
        return self.below and self.reaches and len(self.missing) == 1

    @property
    def actionable(self) -> bool:
        """True if missing steps are known and decisive."""
        return self.below and bool(self.missing)

    @property
    def wanted(self) -> tuple[str, ...]:
        """Missing steps, with the capacity if it is below target."""
        return tuple(dict.fromkeys((*self.missing, self.id))) if self.below else self.missing

    @property
    def count(self) -> int:
        """Number of missing steps, or levels if judged as whole."""
        return len(self.missing) if self.score.capacity.criteria else int(self.size)

    @property
    def size(self) -> float:
        """Size of the gap, in steps or levels.

        A partly met step counts as half a step. For a capacity judged as a whole, the size is the number of levels
        below its target.
        """
        if self.missing == (self.id,):
            return self.target - self.level
        partly = {r.target for r in self.score.results if r.state is CriterionState.PARTLY}
        return sum(0.5 if name in partly else 1.0 for name in self.missing)


def lift_level(score: Score, met: Collection[str], allow_partial: int = 0) -> int | None:
    """Return the level if some criteria were met.

    The level is computed by the staircase method; for a directly judged capacity it is the next level if its id is in
    `met`. The result is None for a capacity without levels.
    """
    if score.plausible is None:
        return None
    if not score.capacity.criteria:
        return score.plausible.lowest + (score.capacity.id in met)
    from capbuild.scoring.criteria_levels import Staircase  # do not load numpy for those who only list writers

    states = {r.target: CriterionState.MET if r.target in met else r.state for r in score.results}
    if any(criterion.id not in states for criterion in score.capacity.criteria):
        return None
    stairs = Staircase(
        criteria=score.capacity.criteria,
        allow_partial=allow_partial,
        partly_at_top=score.method is not None and score.method.partly_at_top,
        first=int(score.scale.ends[0]),
    )
    return stairs.climb_all([states], [set()])[0].level


def list_unweighted(framework: Framework) -> frozenset[str]:
    """Return ids of the indicators in dimensions without weight, such as articles of law beside capacities."""
    dimensions = framework.dimensions
    weighted = any(root.weight for root in dimensions)
    return frozenset(node.id for root in dimensions if weighted and not root.weight for node in root.leaves)


def list_areas(assessment: Assessment, needs: Needs | None = None) -> list[Area]:
    """Return the country's capacities with a target, in framework order."""
    relevance = _find_relevance(assessment.country.alpha_2, needs)
    areas = []
    for position, score in enumerate(assessment.indicators):
        if score.target is None or not score.applies:
            continue
        steps = {c.id: c.step for c in score.capacity.criteria}
        missing = tuple(sorted(score.lacking, key=lambda name: steps.get(name, 0)))
        if not missing and score.plausible is not None and not score.capacity.criteria and score.settled:
            missing = (score.capacity.id,)
        certain = score.settled and score.target_met is False and not score.open
        areas.append(
            Area(
                score=score,
                target=score.target,
                missing=missing if score.target_met is not True else (),
                open=score.open,
                lift=lift_level(score, missing, assessment.recipe.allow_partial) if certain and missing else None,
                relevance=relevance.get(score.capacity.id, _RELEVANCE),
                place=position,
            )
        )
    return areas


def _find_relevance(code: str, needs: Needs | None) -> dict[str, int]:
    relevance: dict[str, int] = {}
    for need in needs or ():
        if any(country.alpha_2 == code for country in need.countries):
            for name in need.capacities:
                relevance[name] = max(need.relevance, relevance.get(name, 1))
    return relevance


def find_deepest(areas: Iterable[Area]) -> Area | None:
    """Return the settled capacity with the widest gap, or None."""
    return max((area for area in areas if area.actionable), key=_rank_deep, default=None)


def _rank_deep(area: Area) -> tuple[int, float, int]:
    # Reports print the count: a gap that is called the widest has the largest one.
    return (area.count, area.size, -area.place)


def rank_actions(areas: Iterable[Area], most: int = 3) -> tuple[list[Area], list[Area]]:
    """Return the capacities to act on first, and the rest.

    Only capacities below target with known missing steps are ranked. Up to `most` come first: quick ones by
    relevance, gain, fewest steps and position; then the deepest gap; then others by relevance and size. The rest are
    in order of gain and fewest steps.
    """
    actionable = [area for area in areas if area.actionable]
    quick = sorted((area for area in actionable if area.quick), key=_rank_quick)[: most - 1]
    first = quick[:]
    left = [area for area in actionable if area not in first]
    if left and (deepest := find_deepest(left)) is not None:
        first.append(deepest)
        left.remove(deepest)
    for next_area in sorted(left, key=lambda area: (-area.relevance, -area.size, area.place))[: most - len(first)]:
        first.append(next_area)
        left.remove(next_area)
    return first, sorted(left, key=lambda area: (-area.gain, len(area.missing), area.place))


def _rank_quick(area: Area) -> tuple[int, int, int, int]:
    return (-area.relevance, -area.gain, len(area.missing), area.place)
