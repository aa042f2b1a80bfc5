"""Rounds made of plain tables of answers."""

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
    Round,
    Scale,
    Source,
    Verdict,
)
from capbuild.scoring import assess

LEVELS = [Level(code=f"L{n}", order=n, label=f"Level {n}") for n in range(1, 4)]
WORDS = {"y": Verdict.YES, "p": Verdict.PARTLY, "n": Verdict.NO, "e": Verdict.ELSEWHERE}


def staircase(edition="1", criteria=("A.2a", "A.2b", "A.3a", "B.2a", "B.3a"), text="x"):
    nodes = {}
    for name in criteria:
        nodes.setdefault(name[0], []).append(Criterion(id=name, step=int(name[2]), text=text, check="D"))
    children = [Capacity(id=name, title=name, criteria=own) for name, own in nodes.items()]
    root = Capacity(id="all", kind="area", title="All", children=children)
    return Framework(id="s", edition=edition, title="S", scales=[Scale(id="l", levels=LEVELS)], roots=[root])


def points(weights=(1, 1), edition="1"):
    nodes = [
        Capacity(
            id=f"P{n}",
            title=f"P{n}",
            method=Method(name="points"),
            weight=weight,
            criteria=[Criterion(id=f"P{n}.{k}", text="x", check="I") for k in "abcd"],
        )
        for n, weight in enumerate(weights)
    ]
    total = Capacity(id="total", kind="total", title="Total", method=Method(name="mean"), children=nodes)
    return Framework(id="p", edition=edition, title="P", scales=[Scale(id="s", kind="percent")], roots=[total])


def place(code):
    return Country(alpha_2=code, alpha_3=f"{code}X", name=f"Country {code}")


def round_of(framework, table, name="baseline", recipe=None, silent=(), order=1):
    """Return a round; the table is {country: {source: {criterion: y, p, n or e, or a Finding's value}}}.

    A source is its kind, or kind and respondent: `visit`, `survey police`.
    """
    findings, sources = [], []
    for code, by_kind in table.items():
        for told_by, answers in by_kind.items():
            kind, _, who = told_by.partition(" ")
            source = Source(
                id=f"{name}-{code}-{kind}-{who}", kind=kind, title=kind, country=place(code), respondent=who
            )
            sources.append(source)
            findings += [
                Finding(country=place(code), target=target, value=WORDS.get(value, value), source=source.id)
                for target, value in answers.items()
            ]
    kind = name if name in ("baseline", "midline") else "endline"
    days = {"baseline": (2016, 3, 31), "midline": (2016, 9, 30), "endline": (2017, 3, 31)}
    return assess(
        findings[::order],
        framework,
        recipe or Recipe(replications=0),
        round=Round(id=name, kind=kind, title=name, reference_date=datetime.date(*days[kind])),
        countries=[place(code) for code in [*table, *silent]],
        sources=sources[::order],
    )


@pytest.fixture(scope="session")
def make_round():
    return round_of


@pytest.fixture(scope="session")
def make_staircase():
    return staircase


@pytest.fixture(scope="session")
def make_points():
    return points


@pytest.fixture(scope="session")
def americas(example_programme):
    return example_programme.assess("baseline"), example_programme.assess("endline")
