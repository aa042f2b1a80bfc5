"""A planning problem in the words of the model, its rules read from their descriptions, and every plan of it.

It shares no code with the planner: months, money, seats, order and worth are worked out again here.
"""

import datetime
import math
import random
from itertools import pairwise, product

from capbuild.model import Activity, Catalogue, Cost, Country, Gap, Limits, Money, Need, Needs, Safeguard

PLACES = {
    code: Country(alpha_2=code, alpha_3=long, name=name)
    for code, long, name in (("BB", "BRB", "Barbados"), ("PA", "PAN", "Panama"))
}
KNOTS = (0.0, 0.25, 0.5, 0.9, 1.4, 2.2, 3.5)
#: More plans than these are not enumerated.
MOST = 12_000


def usd(amount):
    return Money(amount, "USD")


def case_of(seed):
    """Needs, catalogue and limits, at random."""
    dice = random.Random(seed)
    months = dice.choice([2, 2, 3, 4])
    lacking = {code: dice.sample(["k1", "k2", "k3"], dice.randint(1, 3)) for code in PLACES}
    gaps = [
        Gap(country=PLACES[code], capacity="TEC-1", level=1, target=3, lacking=sorted(names), size=len(names),
            probability=1.0)
        for code, names in lacking.items()
    ]  # fmt: skip
    if dice.random() < 0.5:
        gaps.append(
            Gap(country=PLACES["BB"], capacity="MAN-3", level=dice.choice([1, 2]), target=3, lacking=["m"], size=1,
                probability=1.0)
        )  # fmt: skip
    found = [
        Need(id=f"N-{name}", kind="skill", statement=name, countries=sorted(c for c in PLACES if name in lacking[c]),
             capacities=["TEC-1"], criteria=[name], urgency=dice.randint(1, 3), relevance=dice.randint(1, 3))
        for name in ("k1", "k2", "k3") if any(name in names for names in lacking.values())
    ]  # fmt: skip
    activities: list[Activity] = []
    for number in range(dice.choice([1, 2, 2, 3])):
        activities += [_activity(dice, number, [one.id for one in activities])]
    if dice.random() < 0.4:
        activities.append(
            Activity(id="R", kind="legal advice", title="Rights", addresses=["m", "k3"], effects={"m": 0.5, "k3": 0.1},
                     cost=Cost(per_session=usd(dice.choice([1, 4]))))
        )  # fmt: skip
    known = [one.id for one in activities]
    return (
        Needs(needs=found, gaps=gaps, headcount={"BB": {"R1": dice.randint(0, 3), "R2": 1}}),
        Catalogue(id="c", title="Tiny", activities=activities,
                  safeguard=Safeguard(capacity="MAN-3", level=2, activities=["R"] if "R" in known else [])),
        _limits(dice, months, known),
    )  # fmt: skip


def _activity(dice, number, before):
    kind = dice.choice(["course", "course", "equipment", "operation", "mentoring"])
    names = dice.sample(["k1", "k2", "k3"], dice.randint(1, 2))
    return Activity(
        id=f"A{number}", kind=kind, title="T", addresses=names[:1],
        effects={n: dice.choice([0.3, 0.6]) for n in names[dice.choice([0, 1]):]},
        prerequisites=dice.sample(before, min(len(before), dice.choice([0, 1]))),
        one_of=dice.sample(before, min(len(before), dice.choice([0, 0, 2]))),
        requires=dice.choice([[], [], ["k1"], ["k9"]]), intrusive=dice.random() < 0.25, days=dice.choice([1, 3, 21]),
        lead_months=dice.choice([0, 0, 2]), seats_min=dice.choice([1, 2]), seats=8,
        languages=dice.choice([[], ["en"], ["en", "es"]]), roles=dice.choice([[], ["R1"], ["R1", "R2"]]),
        mode=dice.choice(["classroom", "classroom", "online"]), countries_min=2 if kind == "operation" else 1,
        days_away=dice.choice([None, None, 0, 2]), trainer_days=dice.choice([0, 2, 5]),
        hosts=dice.choice([[], [], ["BB"], ["BB", "PA"]]), prerequisite_share=dice.choice([0, 0.5, 0.5, 1]),
        cost=dice.choice([
            Cost(per_session=usd(dice.choice([2, 8])), per_seat=usd(1), travel_per_seat=usd(dice.choice([0, 2]))),
            Cost(one_time=usd(5), per_session=usd(2), recurring=usd(10)),
            Cost(per_session=Money(4, "EUR"), one_time=Money(1, "EUR")),
        ]),
    )  # fmt: skip


def _limits(dice, months, known):
    return Limits(
        budget=usd(dice.choice([0, 10, 20, 30, 60])), start=datetime.date(2016, dice.choice([9, 11, 12]), 1),
        months=months, budget_by_year={2016: usd(dice.choice([5, 15]))} if dice.random() < 0.4 else {},
        trainer_days=dice.choice([None, 2, 5, 8]),
        trainer_days_by_month={"2016-12": 0.0} if dice.random() < 0.2 else {},
        discount_rate=dice.choice([0.0, 0.1, 0.1, 0.5]),
        seats_per_country=dice.choice([None, None, 1, 2]), fairness=dice.choice([0.0, 0.0, 0.2]),
        days_away=dice.choice([None, 3, 10]), days_away_by_country={"PA": 6.0} if dice.random() < 0.3 else {},
        blocked_months={"BB": ("12",), "PA": ("2017-01",)} if dice.random() < 0.3 else {},
        hosts=dice.choice([(), (), ("BB",), ("PA",)]), travel={"BB": {"PA": usd(3)}} if dice.random() < 0.4 else {},
        must=dice.choice([[], [], [known[0]], [f"{known[-1]} PA"]]),
        banned=dice.choice([[], [], [f"{known[0]} BB"] if len(known) > 1 else []]),
        cleared=dice.choice([[], ["BB"], ["BB", "PA"]]),
        overrides={known[0]: "a reason"} if dice.random() < 0.2 else {}, rates={"EUR": 1.5},
        languages={"BB": ("en",), "PA": dice.choice([("es",), ("es", "en")])} if dice.random() < 0.7 else {},
    )  # fmt: skip


class Words:
    """The rules of a case, read from their descriptions."""

    def __init__(self, needs, catalogue, limits):
        self.needs, self.catalogue, self.limits = needs, catalogue, limits
        self.by_id = {one.id: one for one in catalogue.activities}
        first = limits.start.year * 12 + limits.start.month - 1
        self.months = [((first + n) // 12, (first + n) % 12 + 1) for n in range(limits.months)]
        self.worth = {}
        for need in needs:
            for code in (place.alpha_2 for place in need.countries):
                for name in need.criteria:
                    self.worth[code, name] = max(self.worth.get((code, name), 0), need.urgency * need.relevance)
        self.codes = sorted({code for code, _ in self.worth})
        self.lacks = {(gap.country.alpha_2, name) for gap in needs.gaps for name in gap.lacking}
        self.level = {(gap.country.alpha_2, gap.capacity): gap.lowest for gap in needs.gaps}
        self.orders = {one.id: list(self._orders(one)) for one in catalogue.activities}
        self.asked = self._demand()

    def helps(self, one):
        return set(one.addresses) | set(one.effects)

    def kind(self, one):
        if one.kind.value == "course":
            return "course"
        return "joint" if one.kind.value == "operation" or one.countries_min > 1 else "country"

    def _orders(self, one):
        """What comes first: (ids of which one suffices, countries, whether a course keeps pace, least share)."""
        share, half = one.prerequisite_share, one.prerequisite_share or 0.5
        course = self.kind(one) == "course"
        for name in one.prerequisites:
            yield [name], set(self.codes), course and self.kind(self.by_id[name]) == "course", share
        if one.one_of:
            yield list(one.one_of), set(self.codes), False, share
        for name in one.requires:
            where = {code for code in self.codes if (code, name) in self.lacks}
            yield (
                [o.id for o in self.catalogue.activities if name in self.helps(o) and o is not one],
                where,
                False,
                half,
            )
        if one.intrusive:
            safe = self.catalogue.safeguard
            where = {
                code for code in self.codes
                if not self._override(one, code) and self.level.get((code, safe.capacity), safe.level) < safe.level
            }  # fmt: skip
            yield list(safe.activities), where, False, half

    def _override(self, one, code):
        return one.id in self.limits.overrides or f"{one.id} {code}" in self.limits.overrides

    def _allowed(self, one, code):
        limits = self.limits
        if {one.id, f"{one.id} {code}"} & set(limits.banned):
            return False
        if one.intrusive and code not in limits.cleared and not self._override(one, code):
            return False
        known = limits.languages.get(code)
        if known is not None and one.languages and not set(known) & set(one.languages):
            return False
        return all(ids for ids, where, _, _ in self.orders[one.id] if code in where)

    def _demand(self):
        """Seats by activity and country: for what helps, and for what must come before that."""
        taking = {
            (one.id, code) for one in self.catalogue.activities for code in self.codes
            if self._allowed(one, code) and any((code, name) in self.worth for name in self.helps(one))
        }  # fmt: skip
        while True:
            before = {
                (first, code) for name, code in taking for ids, where, _, _ in self.orders[name] if code in where
                for first in ids if self._allowed(self.by_id[first], code)
            }  # fmt: skip
            if before <= taking:
                break
            taking |= before
        return {(name, code): n for name, code in sorted(taking) if (n := self._seats(self.by_id[name], code))}

    def _seats(self, one, code):
        if self.kind(one) != "course":
            return 1
        people = self.needs.headcount.get(code)
        return 2 if people is None or not one.roles else sum(people.get(role, 0) for role in one.roles)

    def _blocked(self, code, month):
        year, number = self.months[month]
        return bool(
            {f"{year}-{number:02}", f"{number:02}", str(number)} & set(self.limits.blocked_months.get(code, ()))
        )

    def length(self, one):
        return max(1, one.lead_months, math.ceil(one.days / 20))

    def away(self, one):
        if one.days_away is not None:
            return one.days_away
        return one.days if self.kind(one) != "country" and one.mode != "online" else 0

    def hosts(self, one, month):
        named = () if one.mode == "online" or self.kind(one) == "country" else one.hosts or self.limits.hosts
        return (
            [host for host in sorted(one.alpha_2 for one in named) if not self._blocked(host, month)] if named else [""]
        )

    def plans(self):
        """Yield every plan; of a course in one month, language and host one session, which is all these cases need."""
        return product(*[list(self._ways(one)) for one in self.catalogue.activities])

    def _ways(self, one):
        cells = list(self._cells(one))
        for choice in product(*cells):
            held = [way for way in choice if way]
            taken = {}
            for _, _, _, _, seats in held:
                for code, n in seats.items():
                    taken[code] = taken.get(code, 0) + n
            if all(n <= self.asked[one.id, code] for code, n in taken.items()):
                yield held

    def _cells(self, one):
        asked = {code: n for (name, code), n in self.asked.items() if name == one.id}
        tongues = one.languages if self.kind(one) == "course" and one.languages else [""]
        for month in range(self.limits.months - self.length(one) + 1):
            free = {code: n for code, n in asked.items() if not self._blocked(code, month)}
            if self.kind(one) == "country":
                yield from ([None, (one, month, "", "", {code: 1})] for code in free)
                continue
            for tongue in tongues:
                able = {
                    code: n for code, n in free.items()
                    if not tongue or tongue in self.limits.languages.get(code, (tongue,))
                }  # fmt: skip
                for host in self.hosts(one, month):
                    yield [None, *self._held(one, month, tongue, host, able)]

    def _held(self, one, month, tongue, host, able):
        for counts in product(*[range(n + 1) for n in able.values()]):
            seats = {code: n for code, n in zip(able, counts, strict=True) if n}
            course = self.kind(one) == "course"
            enough = sum(counts) >= one.seats_min if course else len(seats) >= one.countries_min
            if seats and enough and sum(counts) <= one.seats:
                yield one, month, tongue, host, seats

    def price(self, money):
        return 0 if money is None else float(money.amount) * (1 if money.currency == "USD" else 1.5)

    def spent(self, plan):
        """Cost by year."""
        years = {year: 0.0 for year, _ in self.months}
        for held in plan:
            if held:
                paid = held if self.kind(held[0][0]) == "country" else [min(held, key=lambda way: way[1])]
                for one, month, *_ in paid:
                    years[self.months[month][0]] += self.price(one.cost.one_time)
            for one, month, _, host, seats in held:
                year, cost = self.months[month][0], one.cost
                years[year] += self.price(cost.per_session) + self.price(cost.per_seat) * sum(seats.values())
                for code, n in seats.items():
                    if one.mode != "online" and code != host:
                        told = self.limits.travel.get(host, {}).get(code)
                        years[year] += n * self.price(cost.travel_per_seat if told is None else told)
                times = 1 if self.kind(one) == "course" else len(seats)
                for later in range(month + self.length(one), self.limits.months):
                    # Up to the end, in cents: what is left from this month on, less what is left from the next one on.
                    now, then = (
                        math.floor(self.price(cost.recurring) * 100 * left / 12 + 0.5)
                        for left in (self.limits.months - later, self.limits.months - later - 1)
                    )
                    years[self.months[later][0]] += times * (now - then) / 100
        return years

    def good(self, plan):
        limits = self.limits
        trainers, away, people = {}, {}, {}
        for one, month, _, _, seats in (way for held in plan for way in held):
            trainers[month] = trainers.get(month, 0) + one.trainer_days
            for code, n in seats.items():
                away[code, month] = away.get((code, month), 0) + n * self.away(one)
                people[code, month] = people.get((code, month), 0) + (n if self.away(one) else 0)
        for month, days in trainers.items():
            year, number = self.months[month]
            most = limits.trainer_days_by_month.get(f"{year}-{number:02}", limits.trainer_days)
            if most is not None and days > most:
                return False
        for (code, month), days in away.items():
            most = limits.days_away_by_country.get(code, limits.days_away)
            if most is not None and days > most:
                return False
            if limits.seats_per_country is not None and people[code, month] > limits.seats_per_country:
                return False
        return self._in_order(plan)

    def share(self, plan, name, code, before):
        asked = self.asked.get((name, code), 0)
        taken = sum(
            seats.get(code, 0) for held in plan for one, month, _, _, seats in held if one.id == name and before(month)
        )
        return taken / asked if asked else 0.0

    def present_share(self, plan, one, code):
        """Share of what is asked for, each session counting less with each year that it ends later."""
        shares = [
            (self.share(plan, one.id, code, lambda m, t=month: m == t), self.months[month + self.length(one) - 1][0])
            for month in range(self.limits.months - self.length(one) + 1)
        ]
        first = self.months[0][0]
        return sum(share / (1 + self.limits.discount_rate) ** (year - first) for share, year in shares)

    def _in_order(self, plan):
        for one, month, _, _, seats in (way for held in plan for way in held):
            for ids, where, pace, least in self.orders[one.id]:
                for code in set(seats) & where:
                    so_far = self.share(plan, one.id, code, lambda m, t=month: m <= t)
                    done = [
                        self.share(plan, first, code, lambda m, t=month, f=first: m + self.length(self.by_id[f]) <= t)
                        for first in ids
                    ]
                    far = [d for d in done if d >= least - 1e-9 and (not pace or so_far <= d + 1e-9)]
                    if not far:
                        return False
        return True

    def merit(self, plan):
        """Worth, what is short of the floor, and how many wishes are not met."""
        closed, total = {}, {}
        for (code, name), worth in self.worth.items():
            dose = sum(
                -math.log(1 - one.effects.get(name, 0.4)) * self.present_share(plan, one, code)
                for one in self.catalogue.activities if name in self.helps(one)
            )  # fmt: skip
            closed[code] = closed.get(code, 0) + worth * chords(dose)
            total[code] = total.get(code, 0) + worth
        short = sum(max(0.0, self.limits.fairness * total[code] - closed[code]) for code in total)
        held = {(one.id, code) for way in plan for one, _, _, _, seats in way for code in seats}
        wishes = [wish.partition(" ") for wish in self.limits.must]
        unmet = sum(not any(name == n and code in ("", c) for n, c in held) for name, _, code in wishes)
        return sum(closed.values()), short, unmet

    def best(self):
        """Return wishes that are not met, worth less five times the shortfall, and the least cost of the best plan."""
        found = None
        for plan in self.plans():
            years = self.spent(plan)
            limits = self.limits
            if sum(years.values()) > float(limits.budget.amount) + 1e-9:
                continue
            if any(years.get(y, 0) > float(money.amount) + 1e-9 for y, money in limits.budget_by_year.items()):
                continue
            if not self.good(plan):
                continue
            value, short, unmet = self.merit(plan)
            key = -unmet, value - 5 * short
            cost = sum(years.values())
            if found is None or _better(key, cost, found):
                found = (*key, cost, value)
        return found

    def count(self):
        made = 1
        for one in self.catalogue.activities:
            size = math.prod(len(cell) for cell in self._cells(one))
            if size > 5 * MOST:
                return size
            made *= sum(1 for _ in self._ways(one))
        return made


def _better(key, cost, found):
    if key[0] != found[0]:
        return key[0] > found[0]
    return key[1] > found[1] + 1e-4 or (key[1] > found[1] - 1e-4 and cost < found[2] - 1e-9)


def chords(dose):
    """The share closed: chords of 1 - exp(-dose) between the knots."""
    for left, right in pairwise(KNOTS):
        if dose <= right:
            low, high = 1 - math.exp(-left), 1 - math.exp(-right)
            return low + (high - low) * (dose - left) / (right - left)
    return 1 - math.exp(-KNOTS[-1])
