"""Sensitivity: an assumption that alone decides results carries their movement, whichever it is."""

import datetime

import pytest

from capbuild.model import (
    Capacity,
    Country,
    Criterion,
    Finding,
    Framework,
    Level,
    Method,
    Recipe,
    ReconciliationPolicy,
    Round,
    Scale,
    Source,
    Trust,
)
from capbuild.scoring import assess
from capbuild.scoring.assessment import RoundScorer
from capbuild.tracking import sensitivity

ROUND = Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2016, 3, 31))
PLACES = [Country(alpha_2=f"X{c}", alpha_3=f"X{c}X", name=f"Country {c}") for c in "ABCDEFGH"]
LEVELS = [Level(order=n, code=f"L{n}", label=f"L{n}") for n in (1, 2, 3)]


def staircase(indicators=4, target=2):
    nodes = [
        Capacity(
            id=f"S{n}",
            title=f"S{n}",
            target=target,
            criteria=[Criterion(id=f"S{n}.{step}", step=step, text="x") for step in (2, 3)],
        )
        for n in range(indicators)
    ]
    root = Capacity(id="all", title="All", children=nodes)
    return Framework(id="s", edition="1", title="S", scales=[Scale(id="l", levels=LEVELS)], roots=[root])


def points(weights, criteria=1):
    nodes = [
        Capacity(id=f"P{n}", title=f"P{n}", weight=weight, method=Method(name="points"),
                 criteria=[Criterion(id=f"P{n}.{k}", text="x") for k in range(1, criteria + 1)])
        for n, weight in enumerate(weights)
    ]  # fmt: skip
    total = Capacity(id="T", title="Total", method=Method(name="mean"), children=nodes)
    return Framework(id="p", edition="1", title="P", scales=[Scale(id="s", kind="percent")], roots=[total])


def scored(framework, answer, kinds=("visit",), recipe=None):
    """Score a world in which `answer(country number, target, kind)` gives what each kind of source says."""
    sources = [Source(id=f"{p.alpha_2}-{k}", kind=k, country=p, title=k) for p in PLACES for k in kinds]
    findings = [
        Finding(country=place, target=name, value=value, source=f"{place.alpha_2}-{kind}",
                basis="seen" if kind == "visit" else "told")
        for number, place in enumerate(PLACES)
        for name in framework.criteria
        for kind in kinds
        if (value := answer(number, name, kind)) is not None
    ]  # fmt: skip
    return assess(findings, framework, recipe or Recipe(), round=ROUND, sources=sources)


def disagreeing(number, name, kind):
    return "yes" if kind == "visit" else "no"


def half_unanswered(number, name, kind):
    return None if name.endswith(".2") else "no"


def on_the_step(number, name, kind):
    return "yes" if name.endswith(".2") else "no"


def by_indicator(number, name, kind):
    return "yes" if name.startswith("P0") == (number % 2 == 0) else "no"


@pytest.mark.parametrize(
    ("assessed", "driver"),
    [
        # Level 2 exactly where the target is 2, all answered by a visit: only a higher target changes a verdict.
        (lambda: scored(staircase(), on_the_step), "targets"),
        # Half of the points are not answered, and no target can be missed.
        (lambda: scored(points([1, 1, 1, 1], criteria=2), half_unanswered), "missing answers"),
        # One indicator weighs nine times the others, and answers differ by indicator: weights alone move the total.
        (lambda: scored(points([9, 1, 1, 1]), by_indicator), "weights"),
        # A visit saw what a meeting denies: the lower answer counts, and by most other policies the higher would.
        (lambda: scored(points([1, 1, 1, 1]), disagreeing, kinds=("visit", "meeting"),
                        recipe=Recipe(trust={}, reconciliation="minimum")), "policy"),
    ],
)  # fmt: skip
def test_a_planted_driver_carries_more_than_seventy_per_cent(assessed, driver):
    found = sensitivity(assessed())
    assert found.effects[0].assumption.value == driver
    assert found[driver].share > 0.7
    assert sum(one.share for one in found) == pytest.approx(1)


def test_nothing_moves_where_everything_is_seen_and_far_from_its_target():
    found = sensitivity(scored(staircase(target=1), lambda *_: "yes"))
    assert found.results == len(PLACES) * 4
    assert {one.effect for one in found} == {0.0}
    assert {one.share for one in found} == {0.0}


def test_moved_results_are_counted_by_hand():
    # Every country stands at level 2 of target 2: one level higher, none of the 32 results meets its target.
    (targets,) = [one for one in sensitivity(scored(staircase(), on_the_step)) if one.assumption.value == "targets"]
    counts = {one.name: (one.moved, one.distance) for one in targets.alternatives}
    assert counts == {"higher targets": (32, 1.0), "lower targets": (0, 0.0)}


def test_scored_by_many_recipes_as_by_each_alone():
    """Evidence shared by recipes with one trust changes no score, in whichever order they come."""
    trusts = [Recipe().trust, {**Recipe().trust, "survey": Trust(met=0.7, unmet=0.4)}]
    recipes = [
        Recipe(reconciliation=policy, trust=trust, lead=["visit"])
        for policy in ReconciliationPolicy
        for trust in trusts
    ]

    def mixed(number, name, kind):
        return None if (number + len(name)) % 3 == 0 else "yes" if (number * 7 + int(name[-1])) % 2 else "no"

    world = scored(staircase(), mixed, kinds=("visit", "survey"))
    scorer = RoundScorer(subject=world)
    for recipe in recipes:
        alone = scored(staircase(), mixed, kinds=("visit", "survey"), recipe=recipe)
        together = {case.country: case.scores for case in scorer.score(recipe)}
        assert together == {assessment.country: dict(assessment.scores) for assessment in alone}
