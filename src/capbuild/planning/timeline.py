"""Timelines of month stretches.

A plan over longer stretches bounds every plan over months.
"""

from collections.abc import Iterable

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.planning.problem import Problem


@frozen
class Timeline:
    """Months of a plan in stretches.

    Monthly stretches give the exact plan; longer ones relax it.

    Attributes:
        stretches: Months of each stretch, in order, covering all months.
    """

    stretches: tuple[range, ...] = field(converter=to_tuple)

    @classmethod
    def monthly(cls, problem: Problem) -> "Timeline":
        """Return stretches of one month."""
        return cls(range(month, month + 1) for month in range(problem.months))

    @classmethod
    def every(cls, problem: Problem, length: int) -> "Timeline":
        """Return stretches of some months within each year."""
        return cls(_cut_months(problem, range(problem.months), length))


def _cut_months(problem: Problem, months: range, length: int) -> Iterable[range]:
    first = months.start
    for month in months:
        last = month + 1 == months.stop
        if last or month + 1 - first >= length or problem.years[month + 1] != problem.years[month]:
            yield range(first, month + 1)
            first = month + 1
