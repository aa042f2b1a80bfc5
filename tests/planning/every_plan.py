"""Random small problems with every kind of activity and limit, and every plan of them, one by one.

Which plans keep to the rules is asked of the exact checker; what is tried out is whether the planner finds the best.
"""

import random
from fractions import Fraction
from itertools import product
from math import ceil, prod

from capbuild.planning.check import check_plan
from capbuild.planning.local_search import penalised_value
from capbuild.planning.plan_model import StretchSessions, split_sessions
from capbuild.planning.problem import (
    BenefitCurve,
    Form,
    PlanCountry,
    PlanOption,
    Prerequisite,
    Problem,
    Session,
    dose_from_share,
    sort_places,
)

#: More plans than these are not enumerated.
MOST = 6_000


def problem_of(seed):
    """A random problem, small enough that most have few plans."""
    dice = random.Random(seed)
    months, count = dice.choice([1, 2, 2, 3, 3, 4]), dice.choice([1, 2, 2, 3])
    places = [
        PlanCountry(
            id=f"C{n}", languages=frozenset(dice.sample(["en", "es"], dice.choice([1, 1, 2]))),
            away=None if dice.random() < 0.4 else tuple(dice.choice([0, 4, 10]) for _ in range(months)),
            blocked=frozenset(m for m in range(months) if dice.random() < 0.15), spare=dice.choice([None, None, 2, 1]),
        )
        for n in range(count)
    ]  # fmt: skip
    options = [_option(dice, number, count) for number in range(dice.choice([1, 2, 2, 3]))]
    years = dice.choice([1, 2, 12])
    return sort_places(
        Problem(
            months=months, years=[2016 + month // years for month in range(months)], places=places, options=options,
            values={
                (place, name): Fraction(dice.randint(1, 8), 2)
                for place in range(count) for name in "kl" if dice.random() < 0.8
            },
            closure=BenefitCurve.exponential(), budget=dice.choice([0, 5, 10, 20, 30, 60, None]),
            yearly={2016 + year: dice.choice([3, 8, 15, 20]) for year in range(3) if dice.random() < 0.4},
            trainers=dice.choice([None, tuple(dice.choice([0, 3, 4, 7]) for _ in range(months))]),
            cell=dice.choice([None, 1]), floor=Fraction(dice.choice([0, 0, 1, 2]), 5), hard=dice.random() < 0.3,
            must=[(dice.randrange(len(options)), dice.choice([None, *range(count)]))] if dice.random() < 0.3 else (),
            closed={"H1": frozenset({0})} if dice.random() < 0.5 else {},
            discount=dice.choice([0.0, 0.1, 0.5]),
        )
    )  # fmt: skip


def _option(dice, number, count):
    form = dice.choice([Form.COURSE, Form.COURSE, Form.COUNTRY, Form.JOINT])
    course, least = form is Form.COURSE, dice.choice([1, 1, 2, 3])
    after = [
        Prerequisite(
            any_of=dice.sample(range(number), min(number, dice.choice([1, 2]))),
            share=dice.choice([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)]),
            pace=course and dice.random() < 0.5,
            only=None if dice.random() < 0.7 else frozenset({dice.randrange(count)}),
        )
        for _ in range(2)
        if number and dice.random() < 0.5
    ]
    hosts = ["H1", "H2"][: dice.choice([1, 2])] if form is not Form.COUNTRY and dice.random() < 0.4 else []
    return PlanOption(
        id=f"a{number}", form=form,
        doses={k: dose_from_share(dice.choice([0.2, 0.5, 0.8])) for k in dice.sample("kl", dice.randint(1, 2))},
        demand={place: dice.randint(1, 3) if course else 1 for place in range(count) if dice.random() < 0.85},
        seats_min=least if course else dice.choice([1, 3]),
        seats_max=least + dice.choice([0, 1, 3]) if course else dice.choice([None, 2, 8]),
        countries_min=dice.choice([1, 2]) if form is Form.JOINT else 1, duration=dice.choice([1, 1, 2]),
        trainer_days=dice.choice([0, 3, 4]), away=dice.choice([0, 2, 4]),
        languages=dice.choice([["en", "es"], ["en"]]) if course else (), hosts=hosts, first=dice.choice([0, 0, 5, 9]),
        per_session=dice.choice([0, 3, 8]), per_seat=dice.choice([0, 1]), per_year=dice.choice([0, 0, 12, 17]),
        travel={(host, place): dice.randint(0, 3) for host in hosts or [""] for place in range(count)}, after=after,
    )  # fmt: skip


def best(problem):
    """Return merit and cost of the best plan, None where there is none; `False` where there are too many plans."""
    ways = [_ways(problem, number) for number in range(len(problem.options))]
    if any(way is None for way in ways) or prod(map(len, ways)) > MOST:
        return False
    found = None
    for choice in product(*ways):
        plan = tuple(one for part in choice for one in part)
        if problem.budget is not None and sum(problem.session_cost(one) for one in plan) > problem.budget:
            continue
        verdicts = check_plan(problem, plan)
        if verdicts.broken:
            continue
        worth, cost = penalised_value(problem, plan, verdicts), verdicts.cost
        if found is None or worth > found[0] + 1e-9 or (worth > found[0] - 1e-9 and cost < found[1]):
            found = worth, cost
    return found


def _ways(problem, number):
    """Every way of holding an activity; None where there are too many."""
    cells = list(_cells(problem, number))
    if prod(map(len, cells)) > 3 * MOST:
        return None
    demand, made = problem.options[number].demand, []
    for choice in product(*cells):
        held = tuple(one for part in choice for one in part)
        if all(sum(n for one in held for p, n in one.seats if p == place) <= demand[place] for place in demand):
            made.append(held)
    return made


def _cells(problem, number):
    """What can be held in each month, language and host (or in each country): sessions, as few as seat everybody."""
    option = problem.options[number]
    if option.form is Form.COUNTRY:
        for place in option.demand:
            months = [month for month in problem.possible_starts(number) if problem.can_start(number, place, month, "")]
            yield [(), *((Session(month, number, "", "", ((place, 1),)),) for month in months)]
        return
    for month in problem.possible_starts(number):
        for language in option.language_options:
            for host in problem.open_hosts(number, month):
                yield [(), *_held(problem, number, month, language, host)]


def _held(problem, number, month, language, host):
    option = problem.options[number]
    able = [place for place in option.demand if problem.can_start(number, place, month, language)]
    course = option.form is Form.COURSE
    for counts in product(*[range(option.demand[place] + 1) if course else (0, 1) for place in able]):
        seats = tuple((place, count) for place, count in zip(able, counts, strict=True) if count)
        times = ceil(sum(counts) / option.seats_max) if option.seats_max else 1
        least, there = (option.seats_min, sum(counts)) if course else (option.countries_min, len(seats))
        if seats and there >= least * times:
            parts = split_sessions(option, StretchSessions(month, number, language, host, times, seats))
            yield tuple(Session(month, number, language, host, part) for part in parts)
