"""Share of claimed change that is real.

Prints how much of what did not change is claimed as change, and how much of what did: `python
benchmarks/bench_change.py`.

Truths, sources and answers are made here, by rules of their own, and go through `assess` and `compare` as those of any
programme. A capacity has a level: criteria of the steps up to it are met, those above it now and then. Nothing of the
library's own models is used to make them. `--programmes 3` is a quick look.
"""

import argparse
import datetime
import math
import random
import sys
from collections.abc import Iterator
from functools import cache

from attrs import define, field, frozen

import capbuild as cb
from capbuild.model import (
    AssessmentSet,
    Basis,
    Capacity,
    Country,
    Criterion,
    Finding,
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
AGENCIES = ("police", "prosecution", "laboratory")

#: What is met, by country and capacity.
Truth = dict[tuple[str, str], dict[str, bool]]


@frozen(kw_only=True)
class World:
    """Properties of a simulated programme.

    Shares are from 0 to 1.

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
    truths: tuple[Truth, ...] = field(converter=tuple)
    visited: frozenset[str]


@define
class Maker:
    """Generator of one programme's rounds.

    Attributes:
        world: What it is like.
        rng: What everything is drawn from.
        recipe: How rounds are scored.
        given: What each agency answered last, with the truth that it answered of.
    """

    world: World
    rng: random.Random
    recipe: Recipe
    given: dict[tuple[str, str, str], tuple[bool, bool]] = field(factory=dict)

    def assessed(self, name: str, truth: Truth) -> AssessmentSet:
        world, subject = self.world, framework(self.world.capacities, self.world.only_visits)
        places = [place(n) for n in range(world.countries)]
        sources, findings = [], []
        for number, country in enumerate(places):
            visit = Source(id=f"{name}-visit-{country.alpha_2}", kind="visit", title="Visit", country=country)
            surveys = [
                Source(
                    id=f"{name}-{who}-{country.alpha_2}", kind="survey", title="Survey", country=country, respondent=who
                )
                for who in AGENCIES[: world.agencies]
            ]
            sources += [visit, *surveys]
            lean = self.rng.gauss(0, world.leaning)
            for node in subject.indicators:
                for c in node.criteria:
                    met = truth[country.alpha_2, node.id][c.id]
                    if number < world.visited and self.rng.random() < world.seen:
                        findings.append(finding(country, c, visit, yes=self.rng.random() < world.visit[not met]))
                    findings += [
                        finding(country, c, one, yes=self.answer(country, c, one, met=met, lean=lean))
                        for one in surveys
                        if self.rng.random() < world.answered
                    ]
        day = datetime.date(2016 + ROUNDS.index(name), 3, 31)
        return cb.assess(
            findings,
            subject,
            self.recipe,
            round=Round(id=name, kind=name, title=name, reference_date=day),
            countries=places,
            sources=sources,
            invented=True,
        )

    def answer(self, country: Country, criterion: Criterion, source: Source, *, met: bool, lean: float) -> bool:
        key = (country.alpha_2, criterion.id, source.respondent)
        share = self.world.survey[not met]
        yes = self.rng.random() < 1 / (1 + (1 - share) / share * math.exp(-lean))
        if self.given.get(key, (not met,))[0] == met and self.rng.random() < self.world.stubborn:
            yes = self.given[key][1]
        self.given[key] = (met, yes)
        return yes


def place(number: int) -> Country:
    code = "XYZ"[number // 26] + chr(65 + number % 26)
    return Country(alpha_2=code, alpha_3=f"{code}X", name=f"Country {number:02}")


def make_programme(world: World, *, seed: int, rounds: int = 2, recipe: Recipe | None = None) -> Programme:
    rng = random.Random(seed)
    subject = framework(world.capacities, world.only_visits)
    codes = [place(n).alpha_2 for n in range(world.countries)]
    truths: list[Truth] = [{(code, n.id): first_truth(n, world, rng) for code in codes for n in subject.indicators}]
    for _ in range(rounds - 1):
        truths.append({key: next_truth(subject[key[1]], met, world, rng) for key, met in truths[-1].items()})
    maker = Maker(world, rng, recipe or Recipe(replications=0))
    return Programme(
        rounds=[maker.assessed(name, truth) for name, truth in zip(ROUNDS, truths, strict=False)],
        truths=truths,
        visited=frozenset(codes[: world.visited]),
    )


def finding(country: Country, criterion: Criterion, source: Source, *, yes: bool) -> Finding:
    """Return a finding.

    `assess` decides whether it counts or is only a claim.
    """
    value, basis = Verdict.YES if yes else Verdict.NO, Basis.SEEN if source.kind == "visit" else Basis.TOLD
    return Finding(country=country, target=criterion.id, value=value, source=source.id, basis=basis)


@define
class Claims:
    """Claims of change and how many were true.

    Attributes:
        moves: Criteria gained and lost that a report would show if it showed all.
        like_for_like: Those that comparable sources judged in both rounds.
        claimed: Those that count as change.
        false: Claimed moves of criteria whose truth did not move so.
        levels: Levels that count as having risen or fallen.
        false_levels: Those whose true level did not.
        changed: True changes by one level in visited countries.
        found: Those of which a criterion that moved with the level, or the level itself, is claimed.
        found_levels: Those of which the level is claimed.
    """

    moves: int = 0
    like_for_like: int = 0
    claimed: int = 0
    false: int = 0
    levels: int = 0
    false_levels: int = 0
    changed: int = 0
    found: int = 0
    found_levels: int = 0

    def add(self, programme: Programme) -> None:
        change = cb.compare(*programme.rounds)
        subject, (before, after) = programme.rounds[0].framework, programme.truths
        rise = {
            key: true_level(subject[key[1]], after[key]) - true_level(subject[key[1]], met)
            for key, met in before.items()
        }
        claimed, claimed_levels = set(), set()
        for one in change.criteria:
            if one.move.value not in ("gained", "lost"):
                continue
            key, sign = (one.country.alpha_2, one.capacity), 1 if one.move.value == "gained" else -1
            self.moves += 1
            self.like_for_like += one.like_for_like
            if one.reliable:
                self.claimed += 1
                self.false += after[key][one.criterion] - before[key][one.criterion] != sign
                claimed.add((key, sign))
        for level in change.capacities:
            if level.reliable:
                key = (level.country.alpha_2, level.capacity)
                self.levels += 1
                self.false_levels += rise[key] * level.rise <= 0
                claimed_levels.add((key, level.rise))
        true = {(key, by) for key, by in rise.items() if abs(by) == 1 and key[0] in programme.visited}
        self.changed += len(true)
        self.found += len(true & (claimed | claimed_levels))
        self.found_levels += len(true & claimed_levels)


def count(world: World, programmes: int, seed: int) -> Claims:
    claims = Claims()
    for number in range(programmes):
        claims.add(make_programme(world, seed=seed + number))
    return claims


#: Nothing changes in truth; only answers are given anew.
STILL = {
    "as the recipe believes": World(),
    "visits err twice as often": World(visit=(0.95, 0.05)),
    "visits err five times as often": World(visit=(0.9, 0.1)),
    "nobody visited": World(visited=0),
    "surveys flatter more": World(survey=(0.95, 0.6)),
    "countries lean anew": World(leaning=0.7),
    "nobody visited, countries lean anew": World(visited=0, leaning=0.7),
    "half of the answers stay": World(stubborn=0.5),
    "two agencies": World(agencies=2),
    "visits see 70 %": World(seen=0.7),
    "criteria above the level": World(above=0.3),
    "one country": World(countries=1, visited=1),
}
#: Capacities rise and fall by one level.
MOVING = {
    "a fifth rises, few fall": World(rising=0.2, falling=0.03),
    "one in twenty rises, few fall": World(rising=0.05, falling=0.02),
    "three in a hundred rise, none above": World(rising=0.03, above=0.0),
    "a tenth falls": World(falling=0.1),
    "visits err twice as often": World(rising=0.2, falling=0.03, visit=(0.95, 0.05)),
    "visits see 85 %": World(rising=0.2, falling=0.03, seen=0.85),
    "six countries, three visited": World(rising=0.2, falling=0.03, countries=6, visited=3),
    "one country": World(rising=0.2, countries=1, visited=1),
    "single criteria change too": World(rising=0.2, falling=0.03, flickering=0.02),
    "nobody visited": World(rising=0.2, visited=0),
}
_HEADS = ("moves", "like for like", "claimed", "of moves", "false", "levels claimed", "false", "true changes", "found",
          "level found")  # fmt: skip


def rows(worlds: dict[str, World], programmes: int, seed: int) -> Iterator[str]:
    for name, world in worlds.items():
        # Small programmes have few moves: more of them make a share worth printing.
        found = count(world, programmes * (10 if world.countries < 10 else 1), seed)
        share = f"{found.claimed / found.moves:.2%}" if found.moves else ""
        shares = [f"{part / found.changed:.0%}" if found.changed else "" for part in (found.found, found.found_levels)]
        cells = (found.moves, found.like_for_like, found.claimed, share, found.false, found.levels, found.false_levels,
                 found.changed, *shares)  # fmt: skip
        yield f"| {name} | {' | '.join(map(str, cells))} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programmes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=500)
    options = parser.parse_args()
    for title, worlds in (("nothing changed", STILL), ("capacities changed", MOVING)):
        sys.stdout.write(f"| {title} | {' | '.join(_HEADS)} |\n|---|{'---:|' * len(_HEADS)}\n")
        for row in rows(worlds, options.programmes, options.seed):
            sys.stdout.write(f"{row}\n")
            sys.stdout.flush()
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
