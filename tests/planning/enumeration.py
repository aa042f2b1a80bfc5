"""Every plan of a tiny problem, one by one, in fractions: the oracle of the planner. It shares no code with it.

It reads the same JSON as the loader and knows the rules from its text alone.
"""

from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from math import prod


@cache
def exact(value):
    return Fraction(str(value))


def closed(points, dose):
    pairs = [(exact(a), exact(b)) for a, b in points]
    for (left, low), (right, high) in pairwise(pairs):
        if dose <= right:
            return low + (high - low) * (dose - left) / (right - left)
    return pairs[-1][1]


class Tiny:
    """One instance, enumerated."""

    def __init__(self, data):
        self.data = data
        self.months = data["months"]
        self.countries = {one["id"]: one for one in data["countries"]}
        self.activities = data["activities"]

    def options(self, one):
        """Every way of holding one activity over the months: lists of (month, language, {country: seats})."""
        kind = one["kind"]
        if kind == "course":
            cells = [(m, w) for m in range(self.months) for w in one["languages"]]
            return self._combined([self._course(one, m, w) for m, w in cells], one)
        if kind == "operation":
            return self._combined([self._event(one, m) for m in range(self.months)], one)
        per_country = [
            [None, *[(m, "", {c: 1}) for m in range(self.months) if self._open(c, m)]] for c in sorted(self.countries)
        ]
        return [[held for held in choice if held] for choice in product(*per_country)]

    def _open(self, country, month):
        return month not in self.countries[country]["holidays"]

    def _course(self, one, month, language):
        able = [
            c for c, n in sorted(one["demand"].items())
            if n and self._open(c, month) and self.countries[c]["language"] == language
        ]  # fmt: skip
        every = product(*[range(one["demand"][c] + 1) for c in able])
        good = (seats for seats in every if one["seats_min"] <= sum(seats) <= one["seats_max"])
        return [None, *((month, language, {c: n for c, n in zip(able, s, strict=True) if n}) for s in good)]

    def _event(self, one, month):
        able = [c for c in sorted(self.countries) if self._open(c, month)]
        good = (taken for taken in product((0, 1), repeat=len(able)) if sum(taken) >= one["countries_min"])
        return [None, *((month, "", {c: 1 for c, n in zip(able, t, strict=True) if n}) for t in good)]

    def _combined(self, cells, one):
        asked = one.get("demand") or dict.fromkeys(self.countries, 1)
        for choice in product(*cells):
            held = [way for way in choice if way]
            if all(sum(seats.get(c, 0) for _, _, seats in held) <= n for c, n in asked.items()):
                yield held

    def cost(self, one, held):
        total = Fraction(0)
        for month, _, seats in held:
            if one["kind"] == "course":
                total += exact(one["cost_session"]) + exact(one["cost_seat"]) * sum(seats.values())
            elif one["kind"] == "operation":
                total += exact(one["cost_event"]) + exact(one["cost_country"]) * len(seats)
            else:
                left = self.months - (month + one["duration"])
                total += exact(one["cost_country"]) + exact(one["cost_month"]) * left
        return total

    def good(self, plan):
        trainers, away = {}, {}
        for one, held in plan:
            for month, _, seats in held:
                if month + one["duration"] > self.months:
                    return False
                trainers[month] = trainers.get(month, 0) + exact(one["trainer_days"])
                for c, n in seats.items():
                    days = exact(one["days_per_seat"]) * n if one["kind"] == "course" else exact(one["days"])
                    away[c, month] = away.get((c, month), 0) + days
        if any(days > exact(self.data["trainer_days_month"]) for days in trainers.values()):
            return False
        if any(days > exact(self.countries[c]["away_cap"]) for (c, _), days in away.items()):
            return False
        return all(self._ordered(plan, one, held) for one, held in plan if one["prerequisite"] is not None)

    def share(self, one, held, country, before):
        asked = (one.get("demand") or {}).get(country, 1)
        seats = sum(s.get(country, 0) for m, _, s in held if before(m))
        return Fraction(seats, asked) if asked else Fraction(0)

    def _ordered(self, plan, one, held):
        first = next((other, ways) for other, ways in plan if other["id"] == one["prerequisite"])
        for month, _, seats in held:
            for c in seats:
                done = self.share(*first, c, lambda m, t=month: m + first[0]["duration"] <= t)
                if one["kind"] == "course":
                    if self.share(one, held, c, lambda m, t=month: m <= t) > done:
                        return False
                elif 2 * done < 1:
                    return False
        return True

    def value(self, plan):
        by_country = {}
        for need in self.data["needs"]:
            dose = sum(
                (
                    exact(one["effect"].get(need["criterion"], 0))
                    * self.share(one, held, need["country"], lambda _m: True)
                    for one, held in plan
                ),
                start=Fraction(0),
            )
            full = exact(need["weight"]) * exact(need["gap"]) * exact(need["p"])
            got, total = by_country.get(need["country"], (Fraction(0), Fraction(0)))
            by_country[need["country"]] = got + full * closed(self.data["closure_points"], dose), total + full
        floor = exact(self.data["floor_share"])
        if any(got < floor * total for got, total in by_country.values()):
            return None
        return sum((got for got, _ in by_country.values()), start=Fraction(0))

    def count(self):
        """Return how many choices there are, before any rule is asked."""
        return prod(sum(1 for _ in self.options(one)) for one in self.activities)

    def best(self):
        """Return the best value and the least cost at it; None where no plan keeps to the rules."""
        found = None
        budget = exact(self.data["budget"])
        ways = [[((one, held), self.cost(one, held)) for held in self.options(one)] for one in self.activities]
        for choice in product(*ways):
            plan = [way for way, _ in choice]
            cost = sum((its for _, its in choice), start=Fraction(0))
            if cost > budget or not self.good(plan):
                continue
            value = self.value(plan)
            if value is not None and (found is None or (value, -cost) > (found[0], -found[1])):
                found = value, cost
        return found
