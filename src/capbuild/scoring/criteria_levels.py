"""Staircase rule on criteria: reached, open and probable levels.

The rule itself is `capbuild.stats.staircase`, applied to one capacity of all countries at once. This module converts
level orders of a framework, which may have gaps, to consecutive ones and back.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from attrs import frozen

from capbuild.model import Capacity, Criterion, CriterionResult, CriterionState, PlausibleLevels, Progress
from capbuild.stats import staircase as rule
from capbuild.stats.arrays import Bools, Floats, Ints

_MET = CriterionState.MET
_KNOWN = {
    CriterionState.MET: rule.CriterionEvidence.MET,
    CriterionState.PARTLY: rule.CriterionEvidence.PARTLY,
    CriterionState.NOT_MET: rule.CriterionEvidence.UNMET,
    CriterionState.OPEN: rule.CriterionEvidence.UNKNOWN,
    CriterionState.NOT_APPLICABLE: rule.CriterionEvidence.NOT_APPLICABLE,
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
        inapplicable = states == rule.CriterionEvidence.NOT_APPLICABLE
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
            states[rows, first[steps]] = rule.CriterionEvidence.UNMET
        loose = np.array([[c.id in names for c in self.criteria] for names in unchecked or [set()] * len(columns)])
        lenient = self.allow_partial > 0 or self.partly_at_top
        sure = np.where(loose & lenient, rule.CriterionEvidence.UNMET, states)
        readings = np.stack([sure, np.where(claimed, rule.CriterionEvidence.MET, states), states])
        low, high = rule.level_span(
            readings, self.gates, partly_allowed=self.allow_partial, partly_at_top=self.partly_at_top
        )
        partly = (sure == rule.CriterionEvidence.PARTLY) & (np.asarray(self.gates) <= low[0][:, None])
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
        """Return the probability of each of `orders`, shape (..., steps + 1).

        Args:
            met: Probability that each criterion is met, 1 where it does not apply, shape (..., criteria).
            partly: Probability that it is partly met, same shape.
        """
        return rule.level_distribution(
            met, self.gates, partly=partly, partly_allowed=self.allow_partial, partly_at_top=self.partly_at_top
        )


def step_progress(capacity: Capacity, results: Sequence[CriterionResult], level: int) -> Progress | None:
    """Return the share of the next step that is met.

    None at the top.
    """
    states = {r.target: r.state for r in results}
    above = sorted({c.step for c in capacity.criteria if c.step > level})
    if not above:
        return None
    members = [states[c.id] for c in capacity.criteria if c.step == above[0]]
    applicable = len(members) - members.count(CriterionState.NOT_APPLICABLE)
    return Progress(met=members.count(_MET), applicable=applicable, step=above[0])
