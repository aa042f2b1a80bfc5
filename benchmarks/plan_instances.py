"""Invented planning problems of any size.

Countries, needs, activities and prices are made from a seed.
"""

import random
from fractions import Fraction

from capbuild.planning.problem import (
    BenefitCurve,
    Form,
    PlanCountry,
    PlanOption,
    Prerequisite,
    Problem,
    dose_from_share,
    sort_places,
)

LANGUAGES = ("en", "en", "es", "es", "fr", "nl")


def make(*, countries=30, needs=60, activities=40, months=24, hosts=4, seed=1, money=0.35, tight=1.0):
    """Return a problem.

    Args:
        countries, needs, activities, months: Its size; needs are criteria that most countries lack.
        hosts: Countries that can host a course.
        seed: Seed of everything in it.
        money: Budget as a share of what it costs to do everything for everyone.
        tight: Factor on trainer days and days away: below 1 there are fewer.
    """
    dice = random.Random(seed)
    criteria = [f"k{n:02d}" for n in range(needs)]
    places = [
        PlanCountry(
            id=f"C{n:02d}",
            languages=frozenset({LANGUAGES[n % len(LANGUAGES)], *(["en"] if dice.random() < 0.2 else [])}),
            away=(int(dice.choice([20, 30, 40, 60]) * tight),) * months,
            blocked=frozenset(m for m in range(months) if m % 12 == 11 or dice.random() < 0.05),
        )
        for n in range(countries)
    ]
    values = {
        (place, name): Fraction(dice.choice([1, 2, 3]) * dice.choice([1, 2, 3]) * dice.choice([2, 3, 4]), 4)
        for place in range(countries)
        for name in criteria
        if dice.random() < 0.75
    }
    houses = [f"C{n:02d}" for n in dice.sample(range(countries), hosts)]
    options = []
    for number in range(activities):
        kind = number / activities
        form = Form.COURSE if kind < 0.6 else Form.COUNTRY if kind < 0.9 else Form.JOINT
        options.append(_option(dice, number, form, criteria, places=places, houses=houses, before=options))
    everything = sum(_price(option) for option in options)
    budget = int(everything * money)
    courses = sum(
        option.trainer_days * sum(option.demand.values()) / option.seats_max
        for option in options
        if option.form is Form.COURSE
    )
    return sort_places(
        Problem(
            months=months,
            years=[2016 + month // 12 for month in range(months)],
            places=places,
            options=options,
            values=values,
            closure=BenefitCurve.exponential(),
            budget=budget,
            yearly={2016: int(budget * 0.55), 2017: int(budget * 0.6)},
            trainers=(int(courses * 0.6 * tight / months) + 20,) * months,
            floor=Fraction(0),
        )
    )


def _option(dice, number, form, criteria, *, places, houses, before):
    moved = dice.sample(criteria, min(len(criteria), dice.randint(2, 6)))
    doses = dict(sorted((name, dose_from_share(dice.choice([0.2, 0.3, 0.4, 0.5, 0.6]))) for name in moved))
    course = form is Form.COURSE
    asked = {
        place: dice.choice([1, 2, 2, 3, 4, 6]) if course else 1 for place in range(len(places)) if dice.random() < 0.8
    }
    firsts = [n for n, option in enumerate(before) if option.form is Form.COURSE]
    after = ()
    if firsts and dice.random() < 0.4:
        after = (
            Prerequisite(any_of=[dice.choice(firsts)], share=Fraction(0) if course else Fraction(1, 2), pace=course),
        )
    fares = {(host, place): dice.randint(4, 20) for host in houses for place in range(len(places))}
    return PlanOption(
        id=f"a{number:02d}",
        form=form,
        doses=doses,
        demand=asked,
        seats_min=dice.choice([4, 6, 8]) if course else 1,
        seats_max=dice.choice([12, 16, 20, 24]) if course else None,
        countries_min=1 if form is not Form.JOINT else dice.choice([2, 3, 4]),
        duration=1 if course else dice.choice([1, 2, 3, 6]),
        trainer_days=dice.choice([4, 6, 10, 20]) if course else 0,
        away=dice.choice([2, 3, 5, 10]) if form is not Form.COUNTRY else 0,
        languages=tuple(sorted(dice.sample(["en", "es", "fr", "nl"], dice.choice([2, 3, 4])))) if course else (),
        hosts=tuple(sorted(houses)) if course else (),
        per_session=dice.choice([150, 200, 300, 450, 600]) if form is not Form.COUNTRY else dice.choice([80, 120, 200]),
        per_seat=dice.choice([5, 10]) if form is not Form.COUNTRY else 0,
        per_year=12 * dice.choice([0, 2, 5]) if form is Form.COUNTRY else 0,
        travel=fares if course else {},
        after=after,
    )


def _price(option):
    seats = sum(option.demand.values())
    if option.form is Form.COURSE:
        return option.per_session * -(-seats // option.seats_max) + seats * (option.per_seat + 10)
    if option.form is Form.COUNTRY:
        return seats * (option.per_session + option.per_year)
    return option.per_session + seats * option.per_seat
