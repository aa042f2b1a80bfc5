"""Staircase: levels reached when all criteria up to them are met.

Computes the confirmed level, the range that is still open, and the probability of each level, from the states of
criteria. Levels are positions, 0 for the lowest, which has no criteria. All three are exact: the rule is monotone, so
the range is that of all open criteria as unmet and as met, and a level is reached with a product of step probabilities.
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from capbuild.errors import ModelError
from capbuild.stats.arrays import Floats, Ints


class CriterionEvidence(IntEnum):
    """State of a criterion; an open one is neither met nor unmet."""

    UNMET = 0
    MET = 1
    PARTLY = 2
    CLAIMED = 3
    UNKNOWN = 4
    NOT_APPLICABLE = 5


_OPEN = (CriterionEvidence.CLAIMED, CriterionEvidence.UNKNOWN)


def level_span(
    states: npt.ArrayLike, steps: Sequence[int], *, partly_allowed: int = 0, partly_at_top: bool = False
) -> tuple[Ints, Ints]:
    """Return the lowest and highest level that open criteria allow.

    Args:
        states: `Criterion` of each criterion, shape (..., criteria).
        steps: Level that each criterion gates, 1 or more.
        partly_allowed: Number of partly met criteria permitted in a passed step.
        partly_at_top: Whether any number may be partly met at the highest step reached, and none at lower ones.

    Returns:
        Two arrays of shape (...). The lowest is also the confirmed level.

    Raises:
        ModelError: A state is invalid, a step is below 1, or the lengths differ.

    Example:
        >>> low, high = level_span([1, 1, 3, 4, 0], [1, 1, 2, 3, 4])
        >>> int(low), int(high)
        (1, 3)
    """
    found = _check_states(states, steps)
    passes = found == CriterionEvidence.MET
    open_ = np.isin(found, _OPEN)
    partly = found == CriterionEvidence.PARTLY
    inapplicable = found == CriterionEvidence.NOT_APPLICABLE
    ends = []
    for met in (passes | inapplicable, passes | inapplicable | open_):
        reached = np.ones(found.shape[:-1], dtype=np.bool_)
        level = np.zeros(found.shape[:-1], dtype=np.int64)
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

    Criteria are independent given these probabilities.

    For dependent criteria, such as claims of one source of uncertain reliability, put draws on an axis of `met` and
    average the result over it.

    Args:
        met: Probability that each criterion is met, shape (..., criteria).
        steps: Level that each criterion gates, 1 or more.
        partly: Probability that it is partly met, same shape; none by default.
        partly_allowed: Number of partly met criteria permitted in a passed step.
        partly_at_top: Whether any number may be partly met at the highest step reached, and none at lower ones.

    Returns:
        Probabilities of shape (..., levels), from level 0 to the highest step.

    Raises:
        ModelError: A probability is not from 0 to 1, the two sum to more than 1, or the lengths differ.

    Example:
        >>> level_distribution([0.9, 0.5, 0.8], [1, 2, 2]).round(3).tolist()
        [0.1, 0.54, 0.36]
    """
    full = _check_probabilities(met, steps, "met")
    part = np.zeros_like(full) if partly is None else _check_probabilities(partly, steps, "partly")
    if not (full + part <= 1 + 1e-12).all():
        raise ModelError("met + partly", float((full + part).max()), "must not be more than 1")
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
    """Return P(no criterion of a step is unmet, and at most `allowed` are partly met)."""
    counts = np.zeros((*full.shape[:-1], allowed + 1))
    counts[..., 0] = 1.0
    for i in range(full.shape[-1]):
        grown = counts * full[..., i, None]
        grown[..., 1:] += counts[..., :-1] * part[..., i, None]
        counts = grown
    return np.asarray(counts.sum(axis=-1))


def _list_step_members(steps: Sequence[int]) -> list[Ints]:
    """Return positions of the criteria of each step from 1.

    A step without criteria is passed.
    """
    gates = np.asarray(steps, dtype=np.int64)
    return [np.flatnonzero(gates == step) for step in range(1, int(gates.max(initial=0)) + 1)]


def _check_steps(steps: Sequence[int], criteria: int) -> None:
    if len(steps) != criteria:
        raise ModelError("steps", len(steps), f"must have {criteria} values")
    if len(steps) and min(steps) < 1:
        raise ModelError("steps", min(steps), "must be 1 or more: the lowest level has no criteria")


def _check_states(states: npt.ArrayLike, steps: Sequence[int] | None) -> Ints:
    found = np.asarray(states)
    if not np.isin(found, list(CriterionEvidence)).all():
        raise ModelError("states", found[~np.isin(found, list(CriterionEvidence))].tolist()[0], "must be a Criterion")
    if steps is not None:
        _check_steps(steps, found.shape[-1])
    return found.astype(np.int64)


def _check_probabilities(values: npt.ArrayLike, steps: Sequence[int], name: str) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    _check_steps(steps, array.shape[-1])
    if not ((array >= 0) & (array <= 1)).all():
        raise ModelError(name, float(np.min(array)), "must be probabilities, and not missing")
    return array
