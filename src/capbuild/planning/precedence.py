"""What comes first, as rows of a linear model: what has started keeps to what has ended by then.

One row a country, activity and stretch says it wherever that is the whole rule. Where it is not, because one of several
activities suffices or because a share must be met before the first of several seats, a column of its own says which
of them counts. Those columns are kept to stretches of one month: over longer ones the row alone is a bound.
"""

import math
from collections.abc import Mapping
from fractions import Fraction

from attrs import define, field

from capbuild.planning.linear import Linear
from capbuild.planning.problem import After, Form, Problem
from capbuild.planning.timeline import Timeline

__all__ = ["Precedence"]

#: What starts in each stretch, by activity and country: seats by column.
Starts = Mapping[tuple[int, int], Mapping[int, Mapping[int, float]]]


@define
class Precedence:
    """Holds activities back in a model until what must come first has ended.

    Attributes:
        problem: The problem.
        timeline: Stretches of months.
        linear: The model.
        starts: What starts in each stretch.
    """

    problem: Problem
    timeline: Timeline
    linear: Linear
    starts: Starts
    _sums: dict[tuple[int, int, int], int] = field(factory=dict, init=False)

    def apply(self) -> None:
        """Add the rows of every activity, country and stretch that has something to wait for."""
        for number, deed in enumerate(self.problem.deeds):
            for order, after in enumerate(deed.after):
                for place in deed.demand:
                    if after.asked_of(place) and (number, place) in self.starts and (after.pace or after.share):
                        self._wait(number, place, order, after)

    def _asked(self, number: int, place: int) -> int:
        return self.problem.deeds[number].demand[place]

    def _sum(self, number: int, place: int, stretch: int) -> int | None:
        """Return the column of the seats that start up to a stretch; None where there can be none."""
        if stretch < 0 or (number, place) not in self.starts:
            return None
        key = number, place, stretch
        if key not in self._sums:
            before = self._sum(number, place, stretch - 1)
            total = self.linear.column(("sum", *key), upper=self._asked(number, place))
            self._sums[key] = total
            entries = {**self.starts[number, place].get(stretch, {}), total: -1.0}
            entries |= {before: 1.0} if before is not None else {}
            self.linear.row(("sum", *key), entries, low=0, high=0)
        return self._sums[key]

    def _done(self, number: int, place: int, stretch: int) -> int | None:
        """Return the column of the seats that have ended before the last month of a stretch begins."""
        ends, stretches = self.problem.deeds[number].duration, self.timeline.stretches
        last = max((s for s, m in enumerate(stretches) if m[0] + ends <= stretches[stretch][-1]), default=-1)
        return self._sum(number, place, last)

    def _least(self, first: int, place: int, after: After) -> int:
        """Return how many seats of what comes first must have ended: the share, in whole seats."""
        return math.ceil(after.share * self._asked(first, place))

    def _wait(self, number: int, place: int, order: int, after: After) -> None:
        firsts = [first for first in after.any_of if (first, place) in self.starts]
        demand = self._asked(number, place)
        shares = [Fraction(self._least(first, place, after), self._asked(first, place)) for first in firsts]
        share = Fraction(1) if after.pace else min(shares, default=Fraction(1))
        one_by_one = self._one_by_one(number, place, after, firsts)
        for stretch in sorted(self.starts[number, place]):
            started = self._sum(number, place, stretch)
            entries = {started: float(share / demand)} if started is not None else {}
            for first in firsts:
                done = self._done(first, place, stretch)
                if done is not None:
                    entries[done] = entries.get(done, 0.0) - 1.0 / self._asked(first, place)
            self.linear.row(("after", number, place, order, stretch), entries, high=0)
            if started is not None and one_by_one and len(self.timeline.stretches[stretch]) == 1:
                self._choose((number, place, order, stretch), started, after, firsts)

    def _one_by_one(self, number: int, place: int, after: After, firsts: list[int]) -> bool:
        """Whether the row alone is not the whole rule."""
        if len(firsts) != 1:
            return bool(firsts)
        demand, asked = self._asked(number, place), self._asked(firsts[0], place)
        if after.pace:
            return self._least(firsts[0], place, after) * demand > asked
        return self.problem.deeds[number].form is Form.COURSE and demand > 1

    def _choose(self, key: tuple[int, int, int, int], started: int, after: After, firsts: list[int]) -> None:
        """Let something start only where one of what may come first is far enough."""
        number, place, _, stretch = key
        demand = self._asked(number, place)
        entries = {started: 1.0}
        for first in firsts:
            done, asked = self._done(first, place, stretch), self._asked(first, place)
            if done is None:
                continue
            open_ = self.linear.column(("open", *key, first), upper=1, whole=True)
            entries[open_] = -float(demand)
            self.linear.row(("far", *key, first), {open_: float(self._least(first, place, after)), done: -1.0}, high=0)
            if after.pace:
                ahead = {started: 1.0 / demand, done: -1.0 / asked, open_: 1.0}
                self.linear.row(("pace", *key, first), ahead, high=1)
        self.linear.row(("one of", *key), entries, high=0)
