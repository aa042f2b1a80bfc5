"""The staircase rule: a level is reached when all criteria of its step, and of all steps below, are met."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from capbuild.model import Capacity, Criterion, CriterionResult, CriterionState, PlausibleLevels, Progress

__all__ = ["Climb", "climb", "progress", "staircase"]

_MET = CriterionState.MET
_OPEN = CriterionState.OPEN


@frozen(kw_only=True)
class Climb:
    """How far a staircase is climbed under one reading of the evidence.

    Attributes:
        level: Level order reached, 1 when the first step is not passed.
        starred: Whether a step was passed with a `partly`.
        not_testable: Whether it stopped at a step none of whose criteria applies.
    """

    level: int
    starred: bool = False
    not_testable: bool = False


def _by_step(criteria: Sequence[Criterion]) -> dict[int, list[Criterion]]:
    steps: dict[int, list[Criterion]] = {}
    for criterion in sorted(criteria, key=lambda c: c.step):
        steps.setdefault(criterion.step, []).append(criterion)
    return steps


def climb(criteria: Sequence[Criterion], states: Mapping[str, CriterionState], allow_partial: int = 0) -> Climb:
    """Return the level reached, an open criterion counting as not met.

    Args:
        criteria: Criteria of one capacity; a step is the order of the level it leads to.
        states: State by criterion id.
        allow_partial: How many `partly` a step may hold and still pass.

    Example:
        >>> from capbuild.model import Criterion
        >>> two = [Criterion(id="a", step=2, text="a"), Criterion(id="b", step=3, text="b")]
        >>> climb(two, {"a": CriterionState.MET, "b": CriterionState.OPEN}).level
        2
    """
    level, starred = 1, False
    for step, members in _by_step(criteria).items():
        applicable = [states[c.id] for c in members if states[c.id] is not CriterionState.NOT_APPLICABLE]
        if not applicable:
            return Climb(level=level, starred=starred, not_testable=True)
        partly = applicable.count(CriterionState.PARTLY)
        if applicable.count(_MET) + min(partly, allow_partial) < len(applicable):
            break
        level, starred = step, starred or partly > 0
    return Climb(level=level, starred=starred)


def _reading(results: Sequence[CriterionResult], met: set[str]) -> dict[str, CriterionState]:
    return {r.target: _MET if r.target in met else r.state for r in results}


def staircase(
    capacity: Capacity, results: Sequence[CriterionResult], allow_partial: int = 0
) -> tuple[Climb, PlausibleLevels, int | None]:
    """Return what confirmed findings allow, the levels left open, and the level if all claims were true.

    The lowest plausible level takes every open criterion as not met, the highest as met. The claimed level takes
    only the claims as met; it is None when claims change nothing.
    """
    opened = {r.target for r in results if r.state is _OPEN}
    claims = {r.target for r in results if r.state is _OPEN and r.claimed}
    low = climb(capacity.criteria, _reading(results, set()), allow_partial)
    high = climb(capacity.criteria, _reading(results, opened), allow_partial)
    claimed = climb(capacity.criteria, _reading(results, claims), allow_partial).level
    plausible = PlausibleLevels(lowest=low.level, highest=high.level)
    return low, plausible, claimed if claimed != low.level else None


def progress(capacity: Capacity, results: Sequence[CriterionResult], level: int) -> Progress | None:
    """Return how much of the step above a level is met; None at the top."""
    states = {r.target: r.state for r in results}
    above = [step for step in _by_step(capacity.criteria) if step > level]
    if not above:
        return None
    members = [states[c.id] for c in capacity.criteria if c.step == above[0]]
    applicable = len(members) - members.count(CriterionState.NOT_APPLICABLE)
    return Progress(met=members.count(_MET), applicable=applicable, step=above[0])
