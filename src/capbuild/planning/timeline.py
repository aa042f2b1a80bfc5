"""Stretches of months: a plan over stretches of several months bounds every plan over months."""

from collections.abc import Iterable

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.planning.problem import Problem

__all__ = ["Timeline"]


@frozen
class Timeline:
    """A plan's months in stretches; one month a stretch is the plan as it is, longer ones relax it.

    Attributes:
        stretches: Months of each stretch, in order; together they are all months.
    """

    stretches: tuple[range, ...] = field(converter=to_tuple)

    @classmethod
    def monthly(cls, problem: Problem) -> "Timeline":
        """Return a stretch a month."""
        return cls(range(month, month + 1) for month in range(problem.months))

    @classmethod
    def every(cls, problem: Problem, length: int) -> "Timeline":
        """Return stretches of some months, none of them in two years."""
        return cls(_cut(problem, range(problem.months), length))


def _cut(problem: Problem, months: range, length: int) -> Iterable[range]:
    first = months.start
    for month in months:
        last = month + 1 == months.stop
        if last or month + 1 - first >= length or problem.years[month + 1] != problem.years[month]:
            yield range(first, month + 1)
            first = month + 1
