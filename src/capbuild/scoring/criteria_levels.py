"""Staircase rule: a level requires all criteria up to it.

Computes the confirmed level, the range that is still open, and the probability of each level, from the states of
criteria. All three are exact: the rule is monotone, so the range is that of all open criteria as unmet and as met, and
a level is reached with a product of step probabilities. In the two functions of the rule, levels are positions, 0 for
the lowest, which has no criteria; a `Staircase` converts level orders of a framework, which may have gaps, to these and
back, for one capacity of all countries at once.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
from attrs import frozen

from capbuild.model import Capacity, Criterion, CriterionResult, CriterionState, PlausibleLevels, Progress
from capbuild.stats.arrays import Bools, Floats, Ints


class CriterionEvidence(IntEnum):
    """State of the evidence for a criterion."""

    UNMET = 0
    MET = 1
    PARTLY = 2
    UNKNOWN = 3
    NOT_APPLICABLE = 4


def level_span(
    states: npt.ArrayLike, steps: Sequence[int], *, partly_allowed: int = 0, partly_at_top: bool = False
) -> tuple[Ints, Ints]:
    """Return the lowest and highest level that open criteria allow.

    Args:
        states: `CriterionEvidence` of each criterion, shape (..., criteria).
        steps: Level that each criterion gates, 1 or more.
        partly_allowed: Number of partly met criteria permitted in a passed step.
        partly_at_top: Whether any number may be partly met at the highest step reached, and none at lower ones.

    Returns:
        Two arrays of shape (...). The lowest is also the confirmed level.

    Example:
        >>> low, high = level_span([1, 1, 3, 3, 0], [1, 1, 2, 3, 4])
        >>> int(low), int(high)
        (1, 3)
    """
    evidence = np.asarray(states)
    passes = evidence == CriterionEvidence.MET
    open_ = evidence == CriterionEvidence.UNKNOWN
    partly = evidence == CriterionEvidence.PARTLY
    inapplicable = evidence == CriterionEvidence.NOT_APPLICABLE
    ends = []
    for met in (passes | inapplicable, passes | inapplicable | open_):
        reached = np.ones(evidence.shape[:-1], dtype=np.bool_)
        level = np.zeros(evidence.shape[:-1], dtype=np.int64)
        for step, own in enumerate(_list_step_members(steps), start=1):
            largely = reached & (met | partly)[..., own].all(axis=-1)
            reached = largely & (partly[..., own].sum(axis=-1) <= partly_allowed)
            level = np.where(largely if partly_at_top else reached, step, level)
        ends.append(level)
    return ends[0], ends[1]


def level_distribution(
    met: npt.ArrayLike,
    steps: Sequence[int],
    *,
    partly: npt.ArrayLike | None = None,
    partly_allowed: int = 0,
    partly_at_top: bool = False,
) -> Floats:
    """Return the exact probability of each level.

    Criteria are assumed independent given these probabilities. For dependent criteria, such as claims of one source
    of uncertain reliability, put draws on a leading axis of `met` and average the result over it.

    Args:
        met: Probability that each criterion is met, shape (..., criteria).
        steps: Level that each criterion gates, 1 or more.
        partly: Probability that it is partly met, same shape; none by default.
        partly_allowed: Number of partly met criteria permitted in a passed step.
        partly_at_top: Whether any number may be partly met at the highest step reached, and none at lower ones.

    Returns:
        Probabilities of shape (..., levels), from level 0 to the highest step.

    Example:
        >>> level_distribution([0.9, 0.5, 0.8], [1, 2, 2]).round(3).tolist()
        [0.1, 0.54, 0.36]
    """
    full = np.asarray(met, np.float64)
    part = np.zeros_like(full) if partly is None else np.asarray(partly, np.float64)
    reached = np.ones((*full.shape[:-1], 1))
    at_least = [reached]
    for own in _list_step_members(steps):
        before, reached = (
            reached,
            reached * _compute_step_probability(full[..., own], part[..., own], partly_allowed)[..., None],
        )
        largely = before * np.prod(full[..., own] + part[..., own], axis=-1)[..., None]
        at_least.append(np.minimum(largely, 1.0) if partly_at_top else reached)
    tail = np.concatenate([*at_least, np.zeros_like(reached)], axis=-1)
    return np.asarray(tail[..., :-1] - tail[..., 1:])


def _compute_step_probability(full: Floats, part: Floats, allowed: int) -> Floats:
    """Return the probability that a step is passed.

    A step is passed if no criterion is unmet and at most `allowed` are partly met.
    """
    counts = np.zeros((*full.shape[:-1], allowed + 1))
    counts[..., 0] = 1.0
    for i in range(full.shape[-1]):
        grown = counts * full[..., i, None]
        grown[..., 1:] += counts[..., :-1] * part[..., i, None]
        counts = grown
    return np.asarray(counts.sum(axis=-1))


def _list_step_members(steps: Sequence[int]) -> list[Ints]:
    """Return positions of the criteria of each step from 1."""
    gates = np.asarray(steps, dtype=np.int64)
    return [np.flatnonzero(gates == step) for step in range(1, int(gates.max(initial=0)) + 1)]


_MET = CriterionState.MET
_KNOWN = {
    CriterionState.MET: CriterionEvidence.MET,
    CriterionState.PARTLY: CriterionEvidence.PARTLY,
    CriterionState.NOT_MET: CriterionEvidence.UNMET,
    CriterionState.OPEN: CriterionEvidence.UNKNOWN,
    CriterionState.NOT_APPLICABLE: CriterionEvidence.NOT_APPLICABLE,
}


@frozen(kw_only=True)
class StaircaseResult:
    """Reached and open levels on a staircase.

    Attributes:
        level: Level order reached with open criteria as not met; the lowest if the first step is not passed.
        highest: Level order if every open criterion were met.
        claimed: Level order if all claims, but no other open criteria, were true.
        starred: Whether a `partly` passed a step.
        not_testable: Whether it stopped at a step without applicable criteria.
    """

    level: int
    highest: int
    claimed: int
    starred: bool = False
    not_testable: bool = False

    @property
    def plausible(self) -> PlausibleLevels:
        """Open levels, without probabilities."""
        return PlausibleLevels(lowest=self.level, highest=self.highest)


@frozen(kw_only=True, slots=False)
class Staircase:
    """Steps of one capacity.

    Attributes:
        criteria: Its criteria; a step is the order of the level it leads to.
        allow_partial: Number of `partly` permitted in a passed step.
        partly_at_top: Whether the highest step reached may have any number of `partly`, and lower steps none.
        first: Level order below all steps.
    """

    criteria: tuple[Criterion, ...]
    allow_partial: int = 0
    partly_at_top: bool = False
    first: int = 1

    @cached_property
    def orders(self) -> tuple[int, ...]:
        """Level order after no step, the first, the second, ..."""
        return (self.first, *sorted({criterion.step for criterion in self.criteria}))

    @cached_property
    def gates(self) -> list[int]:
        """Number of the step, from 1, of each criterion."""
        place = {order: number for number, order in enumerate(self.orders) if number}
        return [place[criterion.step] for criterion in self.criteria]

    def find_inapplicable(self, states: Ints) -> Bools:
        """Return steps without an applicable criterion, shape (countries, steps)."""
        inapplicable = states == CriterionEvidence.NOT_APPLICABLE
        gates = np.asarray(self.gates)
        return np.stack([inapplicable[:, gates == step].all(axis=1) for step in range(1, len(self.orders))], axis=1)

    def climb_all(
        self,
        columns: Sequence[Mapping[str, CriterionState]],
        claims: Sequence[set[str]],
        unchecked: Sequence[set[str]] = (),
    ) -> list[StaircaseResult]:
        """Return the staircase result of each country.

        Args:
            columns: State by criterion id, one mapping per country.
            claims: Ids of open criteria claimed as met, one set per country.
            unchecked: Ids of criteria partly met by an unchecked report: where a `partly` may pass, they may too, but
                only as surely as a claim.
        """
        if not columns:
            return []
        states = np.array([[_KNOWN[column[c.id]] for c in self.criteria] for column in columns], dtype=np.int64)
        claimed = np.array([[c.id in claim for c in self.criteria] for claim in claims], dtype=np.bool_)
        blocked = self.find_inapplicable(states)
        if blocked.any():  # a step that cannot be tested is not passed: its first criterion represents it
            first = np.array([self.gates.index(step) for step in range(1, len(self.orders))])
            rows, steps = np.nonzero(blocked)
            states[rows, first[steps]] = CriterionEvidence.UNMET
        loose = np.array([[c.id in names for c in self.criteria] for names in unchecked or [set()] * len(columns)])
        lenient = self.allow_partial > 0 or self.partly_at_top
        sure = np.where(loose & lenient, CriterionEvidence.UNMET, states)
        readings = np.stack([sure, np.where(claimed, CriterionEvidence.MET, states), states])
        low, high = level_span(
            readings, self.gates, partly_allowed=self.allow_partial, partly_at_top=self.partly_at_top
        )
        partly = (sure == CriterionEvidence.PARTLY) & (np.asarray(self.gates) <= low[0][:, None])
        stopped = np.append(blocked, np.zeros((len(blocked), 1), np.bool_), axis=1)
        return [
            StaircaseResult(
                level=self.orders[low[0, row]],
                highest=self.orders[high[2, row]],
                claimed=self.orders[low[1, row]],
                starred=self.allow_partial > 0 and bool(partly[row].any()),
                not_testable=bool(stopped[row, low[0, row]]),
            )
            for row in range(len(states))
        ]

    def distribution(self, met: Floats, partly: Floats) -> Floats:
        """Return the probability of each level, in order of `orders`.

        The shape is (..., steps + 1).

        Args:
            met: Probability that each criterion is met, 1 where it does not apply, shape (..., criteria).
            partly: Probability that it is partly met, same shape.
        """
        return level_distribution(
            met, self.gates, partly=partly, partly_allowed=self.allow_partial, partly_at_top=self.partly_at_top
        )


def step_progress(capacity: Capacity, results: Sequence[CriterionResult], level: int) -> Progress | None:
    """Return the share of the next step that is met.

    The result is None at the highest step.
    """
    states = {r.target: r.state for r in results}
    above = sorted({c.step for c in capacity.criteria if c.step > level})
    if not above:
        return None
    members = [states[c.id] for c in capacity.criteria if c.step == above[0]]
    applicable = len(members) - members.count(CriterionState.NOT_APPLICABLE)
    return Progress(met=members.count(_MET), applicable=applicable, step=above[0])
