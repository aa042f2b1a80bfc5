"""The example's rounds, and a change, needs and a plan small enough to count by hand."""

import datetime

import pytest

import capbuild as cb
from capbuild.model import (
    Activity,
    Catalogue,
    Change,
    ChangeCause,
    CriterionChange,
    CriterionMove,
    CriterionState,
    Gap,
    Limits,
    Money,
    Need,
    Needs,
    Plan,
    PlannedActivity,
)


@pytest.fixture(scope="session")
def rounds(example_programme):
    return example_programme.assess("baseline"), example_programme.assess("endline")


@pytest.fixture(scope="session")
def change():
    """Barbados gained two and lost one; in Jamaica one gain is uncertain, another came through another source."""
    gained, lost, new = CriterionMove.GAINED, CriterionMove.LOST, CriterionMove.NEWLY_OBSERVED
    sure, unsure = {"probability": 0.95, "reliable": True}, {"probability": 0.4}
    moves = [
        ("BB", gained, sure), ("BB", gained, sure), ("BB", lost, sure), ("JM", gained, unsure),
        ("JM", gained, {"cause": "source"}), ("JM", new, {"cause": "scope"}),
    ]  # fmt: skip
    criteria = [
        CriterionChange(
            country=cb.country(code),
            criterion=f"c{n}",
            move=move,
            before=CriterionState.NOT_MET,
            after=CriterionState.MET,
            **{**more, **({"cause": ChangeCause(more["cause"])} if "cause" in more else {})},
        )
        for n, (code, move, more) in enumerate(moves)
    ]
    return Change(before="baseline", after="endline", matched=["BB", "JM"], criteria=criteria)


@pytest.fixture(scope="session")
def needs():
    """Barbados lacks five criteria of one need, Jamaica one; a second need is Jamaica's alone."""
    gaps = [
        Gap(country=cb.country("BB"), capacity="TEC-2", target=3, lacking=[f"c{n}" for n in range(5)]),
        Gap(country=cb.country("JM"), capacity="TEC-2", target=3, lacking=["c0", "d0", "d1"]),
    ]
    return Needs(
        needs=[
            Need(id="N1", kind="skill", statement="Examiners", countries=["BB", "JM"], criteria=gaps[0].lacking),
            Need(id="N2", kind="law", statement="An act", countries=["JM"], criteria=["d0", "d1"]),
        ],
        gaps=gaps,
        invented=True,
    )


@pytest.fixture(scope="session")
def plan():
    sessions = [
        PlannedActivity(
            id=f"S{month}",
            activity="A09",
            start=datetime.date(2016, month, 5),
            end=datetime.date(2016, month + 1, 20),
            place="San José",
            language="es",
            seats={"CR": 3, "PA": 5},
            cost=Money(25_000, "CAD"),
        )
        for month in (11, 7)
    ]
    return Plan(activities=sessions, limits=Limits(budget=Money(450_000, "CAD")))


@pytest.fixture(scope="session")
def catalogue():
    activity = Activity(id="A09", kind="course", title={"en": "First responders", "es": "Primeros intervinientes"})
    return Catalogue(id="c", title="c", activities=[activity])


@pytest.fixture(scope="session")
def drawn(rounds, change, needs, plan, catalogue):
    """One chart of every kind, by name, in several languages."""
    from capbuild import charts

    baseline, endline = rounds
    return {
        "change": charts.change(change, language="fr"),
        "country_map": charts.country_map(baseline, "TEC-2"),
        "gaps": charts.gaps(endline["Barbados"], earlier=baseline["Barbados"]),
        "heat": charts.heat(baseline, language="es"),
        "levels": charts.levels(baseline, language="fr"),
        "needs": charts.needs(needs),
        "plan": charts.plan(plan, catalogue=catalogue, language="es"),
        "ranges": charts.ranges(baseline, "TEC-2", language="nl"),
        "tiles": charts.tiles(baseline, "TEC-2", language="es"),
    }


@pytest.fixture(scope="session")
def pictures(drawn):
    """The chart of every kind as SVG, drawn once."""
    from capbuild import charts

    return {kind: charts.picture(chart, "svg") for kind, chart in drawn.items()}
