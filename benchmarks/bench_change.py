"""Print how much of what did not change is claimed as change, and how much of what did: `python
benchmarks/bench_change.py`.

Truths, sources and answers are made here, by rules of their own, and go through `assess` and `compare` as those of any
programme. A capacity has a level: criteria of the steps up to it are met, those above it now and then. Nothing of the
library's own models is used to make them. `--programmes 3` is a quick look.
"""

import datetime
import random
from functools import cache

from attrs import field, frozen

import capbuild as cb
from capbuild.model import (
    AssessmentSet,
    Basis,
    Capacity,
    Country,
    Criterion,
    Finding,
    FindingStatus,
    Framework,
    Level,
    Recipe,
    Round,
    Scale,
    Source,
    Verdict,
)

#: Criteria of the steps 2 to 5.
STEPS = (2, 3, 3, 2)
LEVELS = len(STEPS) + 1
ROUNDS = ("baseline", "midline", "endline")


@frozen(kw_only=True)
class World:
    """What a programme is like; shares are from 0 to 1.

    Attributes:
        countries: How many.
        visited: How many of them are visited in each round.
        capacities: How many are judged.
        rising: Share of the capacities that rise by one level from round to round.
        falling: Share that fall by one level.
        above: Share of the criteria above a capacity's level that are met all the same.
        flickering: Share of single criteria that change without their step.
        visit: Share of what is met that a visit finds, and of what is not met that it finds all the same.
        survey: The same for answers of a survey.
        leaning: How far countries differ, anew in each round, in how readily a survey says yes, in log odds.
        stubborn: Share of the survey's answers that are given again, right or wrong, unless the truth has changed.
        seen: Share of the criteria that a visit gets to see.
        answered: Share of the questions that a survey answers.
        agencies: How many agencies of each country answer.
        only_visits: Share of the criteria that only a visit can see.
    """

    countries: int = 20
    visited: int = 12
    capacities: int = 25
    rising: float = 0.0
    falling: float = 0.0
    above: float = 0.1
    flickering: float = 0.0
    visit: tuple[float, float] = (0.98, 0.02)
    survey: tuple[float, float] = (0.93, 0.35)
    leaning: float = 0.0
    stubborn: float = 0.0
    seen: float = 1.0
    answered: float = 0.9
    agencies: int = 1
    only_visits: float = 0.2


@cache
def framework(capacities: int, only_visits: float) -> Framework:
    rng = random.Random(capacities)
    nodes = [
        Capacity(
            id=f"C{n}",
            title=f"Capacity {n}",
            criteria=[
                Criterion(
                    id=f"C{n}.{step}{letter}", step=step, text="x", check="O" if rng.random() < only_visits else "D"
                )
                for step, size in enumerate(STEPS, start=2)
                for letter in "abcdef"[:size]
            ],
        )
        for n in range(capacities)
    ]
    levels = [Level(code=f"L{n}", order=n, label=f"Level {n}") for n in range(1, LEVELS + 1)]
    root = Capacity(id="all", kind="area", title="All", children=nodes)
    return Framework(id="made-up", edition="1", title="M", scales=[Scale(id="l", levels=levels)], roots=[root])


def true_level(node: Capacity, met: dict[str, bool]) -> int:
    level = 1
    while level < LEVELS and all(met[c.id] for c in node.criteria if c.step == level + 1):
        level += 1
    return level


def first_truth(node: Capacity, world: World, rng: random.Random) -> dict[str, bool]:
    level = rng.choices(range(1, LEVELS + 1), (3, 4, 3, 2, 1))[0]
    while True:
        met = {c.id: c.step <= level or rng.random() < world.above for c in node.criteria}
        if true_level(node, met) == level:
            return met


def next_truth(node: Capacity, met: dict[str, bool], world: World, rng: random.Random) -> dict[str, bool]:
    level, draw = true_level(node, met), rng.random()
    new = {name: value != (rng.random() < world.flickering) for name, value in met.items()}
    if draw < world.rising and level < LEVELS:
        new |= {c.id: True for c in node.criteria if c.step == level + 1}
    elif world.rising <= draw < world.rising + world.falling and level > 1:
        own = [c.id for c in node.criteria if c.step == level]
        lost = rng.sample(own, rng.randint(1, len(own)))
        new |= dict.fromkeys(lost, False)
    return new


@frozen(kw_only=True)
class Programme:
    """Rounds and the truth behind them.

    Attributes:
        rounds: The rounds, assessed.
        truths: What is met in each round, by country and capacity.
        visited: Codes of the countries that were visited.
    """

    rounds: tuple[AssessmentSet, ...] = field(converter=tuple)
    truths: tuple[dict[tuple[str, str], dict[str, bool]], ...]
    visited: frozenset[str]


def _leaned(share: float, lean: float) -> float:
    import math

    return 1 / (1 + math.exp(-(math.log(share / (1 - share)) + lean)))


def _place(number: int) -> Country:
    code = "XYZ"[number // 26] + chr(65 + number % 26)
    return Country(alpha_2=code, alpha_3=f"{code}X", name=f"Country {number:02}")


def make_programme(world: World, *, seed: int, rounds: int = 2, recipe: Recipe | None = None) -> Programme:
    rng = random.Random(seed)
    subject = framework(world.capacities, world.only_visits)
    places = [_place(n) for n in range(world.countries)]
    visited = frozenset(c.alpha_2 for c in places[: world.visited])
    truth = {(c.alpha_2, n.id): first_truth(n, world, rng) for c in places for n in subject.indicators}
    truths, made = [truth], []
    remembered: dict[tuple[str, str, int], tuple[bool, bool]] = {}
    for number in range(rounds):
        if number:
            truth = {
                (c.alpha_2, n.id): next_truth(n, truth[c.alpha_2, n.id], world, rng)
                for c in places
                for n in subject.indicators
            }
            truths.append(truth)
        made.append(_assessed(world, subject, places, truth, ROUNDS[number], remembered, rng, recipe))
    return Programme(rounds=made, truths=tuple(truths), visited=visited)


def _assessed(world, subject, places, truth, name, remembered, rng, recipe) -> AssessmentSet:
    sources, findings = [], []
    for place_number, country in enumerate(places):
        visit = Source(id=f"{name}-visit-{country.alpha_2}", kind="visit", title="V", country=country)
        surveys = [
            Source(id=f"{name}-survey-{n}-{country.alpha_2}", kind="survey", title="S", country=country,
                   respondent=("police", "prosecution", "laboratory")[n])
            for n in range(world.agencies)
        ]  # fmt: skip
        sources += [visit, *surveys]
        lean = rng.gauss(0, world.leaning) if world.leaning else 0.0
        for node in subject.indicators:
            for c in node.criteria:
                met = truth[country.alpha_2, node.id][c.id]
                if place_number < world.visited and rng.random() < world.seen:
                    yes = rng.random() < world.visit[0 if met else 1]
                    findings.append(_finding(country, c, visit, yes=yes))
                for n, source in enumerate(surveys):
                    if rng.random() < world.answered:
                        key = (country.alpha_2, c.id, n)
                        yes = rng.random() < _leaned(world.survey[0 if met else 1], lean)
                        if key in remembered and remembered[key][0] == met and rng.random() < world.stubborn:
                            yes = remembered[key][1]
                        remembered[key] = (met, yes)
                        findings.append(_finding(country, c, source, yes=yes))
    kind = "endline" if name == "endline" else "midline" if name == "midline" else "baseline"
    day = datetime.date(2016 + ROUNDS.index(name), 3, 31)
    return cb.assess(
        findings,
        subject,
        recipe or Recipe(replications=0),
        round=Round(id=name, kind=kind, title=name, reference_date=day),
        countries=places,
        sources=sources,
        invented=True,
    )


def _finding(country: Country, criterion: Criterion, source: Source, *, yes: bool) -> Finding:
    seen = source.kind == "visit" or not criterion.check.needs_visit or not yes
    return Finding(
        country=country,
        target=criterion.id,
        value=Verdict.YES if yes else Verdict.NO,
        source=source.id,
        status=FindingStatus.CONFIRMED if seen else FindingStatus.CLAIMED,
        basis=Basis.SEEN if source.kind == "visit" else Basis.TOLD,
    )
