"""Points of criteria: certain and possible."""

import math
from collections.abc import Sequence

from attrs import frozen

from capbuild.model import Criterion, CriterionResult, CriterionState, MissingPolicy


@frozen(kw_only=True)
class Points:
    """Points of one capacity in one country.

    Attributes:
        exact: Share of the points earned, times the maximum; None if nothing is settled.
        lowest: The figure if nothing open is met; None without applicable criteria.
        highest: The figure if everything open is met.
        counted_as_zero: Open criteria that count as 0 by the framework's rule.
    """

    exact: float | None = None
    lowest: float | None = None
    highest: float | None = None
    counted_as_zero: tuple[str, ...] = ()


def is_unchecked_partly(criterion: Criterion, result: CriterionResult) -> bool:
    """True if `partly` was reported but not checked.

    If `partly` earns points, it is then no more certain than a yes, so that a better answer never lowers a result.
    """
    return result.state is CriterionState.PARTLY and criterion.check.needs_visit and not result.checked


def credit_range(criterion: Criterion, result: CriterionResult, partly: float) -> tuple[float, float]:
    """Return the minimum and maximum credit of a criterion.

    Args:
        criterion: The criterion.
        result: Its result.
        partly: Share that a `partly` earns, 0 to 1.
    """
    if result.state is CriterionState.PARTLY:
        return (0.0 if is_unchecked_partly(criterion, result) else partly, partly)
    return {CriterionState.MET: (1.0, 1.0), CriterionState.OPEN: (0.0, 1.0)}.get(result.state, (0.0, 0.0))


def score_points(
    criteria: Sequence[Criterion],
    results: Sequence[CriterionResult],
    maximum: float,
    partly: float,
    missing: MissingPolicy = MissingPolicy.LEFT_OUT,
) -> Points:
    """Return the share of points met, times a maximum.

    Args:
        criteria: Criteria with their points.
        results: Their results.
        maximum: Value when every point is met.
        partly: Share of its points that a `partly` earns, 0 to 1.
        missing: Whether open criteria are left out of the figure or count as 0. The range is the same.
    """
    criterion_results = {result.target: result for result in results}
    applicable = [c for c in criteria if criterion_results[c.id].state is not CriterionState.NOT_APPLICABLE]
    everything = math.fsum(c.points for c in applicable)
    if everything == 0:
        return Points()
    ends = [(c, *credit_range(c, criterion_results[c.id], partly)) for c in applicable]
    low = math.fsum(c.points * least for c, least, _ in ends)
    high = math.fsum(c.points * most for c, _, most in ends)
    counted, zero = everything, tuple(c.id for c, least, most in ends if least < most)
    if missing is MissingPolicy.LEFT_OUT:
        counted, zero = math.fsum(c.points for c, least, most in ends if least == most), ()
    return Points(
        exact=maximum * (low / counted) if counted > 0 else None,
        lowest=maximum * (low / everything),
        highest=maximum * (high / everything),
        counted_as_zero=zero,
    )
