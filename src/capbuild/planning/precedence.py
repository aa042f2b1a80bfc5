"""Prerequisites as rows of the linear model.

One row per country, activity and stretch suffices if that is the whole rule. If not, because one of several
alternatives suffices or a share must be met before the first of several seats, an additional column chooses the
alternative. These columns are only used for stretches of one month: for longer ones, the row alone is a bound.
"""

import math
from collections.abc import Mapping
from fractions import Fraction

from attrs import define, field

from capbuild.planning.linear import LinearModel
from capbuild.planning.problem import Form, Prerequisite, Problem
from capbuild.planning.timeline import Timeline

#: Starts in each stretch, by activity and country: seats by column.
Starts = Mapping[tuple[int, int], Mapping[int, Mapping[int, float]]]


@define
class Precedence:
    """Rows that delay activities until their prerequisites have ended.

    Attributes:
        problem: The problem.
        timeline: Stretches of months.
        linear: The model.
        starts: Starts in each stretch.
    """

    problem: Problem
    timeline: Timeline
    linear: LinearModel
    starts: Starts
    _sums: dict[tuple[int, int, int], int] = field(factory=dict, init=False)

    def add_rows(self) -> None:
        """Add the rows of every activity, country and stretch."""
        for number, deed in enumerate(self.problem.deeds):
            for order, after in enumerate(deed.after):
                for place in deed.demand:
                    if after.applies_to(place) and (number, place) in self.starts and (after.pace or after.share):
                        self._add_wait(number, place, order, after)

    def _sum_demand(self, number: int, place: int) -> int:
        return self.problem.deeds[number].demand[place]

    def _find_started_column(self, number: int, place: int, stretch: int) -> int | None:
        """Return the column of seats started by a stretch.

        None if there can be none.
        """
        if stretch < 0 or (number, place) not in self.starts:
            return None
        key = number, place, stretch
        if key not in self._sums:
            before = self._find_started_column(number, place, stretch - 1)
            total = self.linear.add_column(("sum", *key), upper=self._sum_demand(number, place))
            self._sums[key] = total
            entries = {**self.starts[number, place].get(stretch, {}), total: -1.0}
            entries |= {before: 1.0} if before is not None else {}
            self.linear.add_row(("sum", *key), entries, low=0, high=0)
        return self._sums[key]

    def _find_ended_column(self, number: int, place: int, stretch: int) -> int | None:
        """Return the column of seats ended before a stretch's last month."""
        ends, stretches = self.problem.deeds[number].duration, self.timeline.stretches
        last = max((s for s, m in enumerate(stretches) if m[0] + ends <= stretches[stretch][-1]), default=-1)
        return self._find_started_column(number, place, last)

    def _compute_required_seats(self, first: int, place: int, after: Prerequisite) -> int:
        """Return the seats of a prerequisite that must have ended.

        The share, in whole seats.
        """
        return math.ceil(after.share * self._sum_demand(first, place))

    def _add_wait(self, number: int, place: int, order: int, after: Prerequisite) -> None:
        firsts = [first for first in after.any_of if (first, place) in self.starts]
        demand = self._sum_demand(number, place)
        shares = [
            Fraction(self._compute_required_seats(first, place, after), self._sum_demand(first, place))
            for first in firsts
        ]
        share = Fraction(1) if after.pace else min(shares, default=Fraction(1))
        one_by_one = self._is_needs_choice(number, place, after, firsts)
        for stretch in sorted(self.starts[number, place]):
            started = self._find_started_column(number, place, stretch)
            entries = {started: float(share / demand)} if started is not None else {}
            for first in firsts:
                done = self._find_ended_column(first, place, stretch)
                if done is not None:
                    entries[done] = entries.get(done, 0.0) - 1.0 / self._sum_demand(first, place)
            self.linear.add_row(("after", number, place, order, stretch), entries, high=0)
            if started is not None and one_by_one and len(self.timeline.stretches[stretch]) == 1:
                self._add_choice((number, place, order, stretch), started, after, firsts)

    def _is_needs_choice(self, number: int, place: int, after: Prerequisite, firsts: list[int]) -> bool:
        """True if the row alone does not express the rule."""
        if len(firsts) != 1:
            return bool(firsts)
        demand, asked = self._sum_demand(number, place), self._sum_demand(firsts[0], place)
        if after.pace:
            return self._compute_required_seats(firsts[0], place, after) * demand > asked
        return self.problem.deeds[number].form is Form.COURSE and demand > 1

    def _add_choice(self, key: tuple[int, int, int, int], started: int, after: Prerequisite, firsts: list[int]) -> None:
        """Allow a start only after one of the alternatives."""
        number, place, _, stretch = key
        demand = self._sum_demand(number, place)
        entries = {started: 1.0}
        for first in firsts:
            done, asked = self._find_ended_column(first, place, stretch), self._sum_demand(first, place)
            if done is None:
                continue
            open_ = self.linear.add_column(("open", *key, first), upper=1, whole=True)
            entries[open_] = -float(demand)
            self.linear.add_row(
                ("far", *key, first),
                {open_: float(self._compute_required_seats(first, place, after)), done: -1.0},
                high=0,
            )
            if after.pace:
                ahead = {started: 1.0 / demand, done: -1.0 / asked, open_: 1.0}
                self.linear.add_row(("pace", *key, first), ahead, high=1)
        self.linear.add_row(("one of", *key), entries, high=0)
