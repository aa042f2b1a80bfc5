"""Objects that notebooks show, of real and of made data."""

import datetime

import pytest
from attrs import evolve

import capbuild as cb
from capbuild.model import (
    Answer,
    CapacityChange,
    Change,
    ChangeCause,
    ChangeSeries,
    Coverage,
    CriterionChange,
    CriterionMove,
    CriterionState,
    Expected,
    Interval,
    Issue,
    Issues,
    Limits,
    Money,
    Need,
    Needs,
    Plan,
    PlannedActivity,
    PlausibleLevels,
    Scale,
    Score,
)
from capbuild.origin import Origin
from capbuild.planning import CostLine
from capbuild.tracking import sensitivity, summarise_training


@pytest.fixture(scope="session")
def workspace(example_programme):
    return example_programme


@pytest.fixture(scope="session")
def baseline(workspace):
    return workspace.assess("baseline")


@pytest.fixture(scope="session")
def plan():
    sessions = [
        PlannedActivity(
            id=f"s{month}",
            activity=f"A{month:02}",
            start=datetime.date(2016, month, 5),
            end=datetime.date(2016, month, 20),
            place="San José",
            language="es",
            seats={"BB": 3, "JM": 5},
            cost=Money(25_000, "CAD"),
        )
        for month in range(7, 13)
    ]
    limits = Limits(budget=Money(450_000, "CAD"), start=datetime.date(2016, 7, 1), months=18)
    expected = Expected(criteria=10, lacking=40, targets=2, below=9, total=150)
    left_out = {"n1": "no course in French"}
    return Plan(activities=sessions, limits=limits, value=71.25, bound=75, expected=expected, left_out=left_out)


@pytest.fixture(scope="session")
def change(baseline):
    """Barbados gained one and lost two criteria; one level rose, another range only became narrower."""
    place = baseline["Barbados"].country
    capacity, source, scope = ChangeCause.CAPACITY, ChangeCause.SOURCE, ChangeCause.SCOPE
    moves = [
        (CriterionMove.GAINED, capacity, True), (CriterionMove.LOST, capacity, True),
        (CriterionMove.LOST, capacity, True), (CriterionMove.GAINED, capacity, False),
        *[(CriterionMove.GAINED, source, False)] * 3, (CriterionMove.NEWLY_OBSERVED, scope, False),
    ]  # fmt: skip
    criteria = [
        CriterionChange(
            country=place, criterion=f"c{n}", move=m, before=CriterionState.OPEN, after=CriterionState.MET,
            cause=cause, reliable=reliable,
        )
        for n, (m, cause, reliable) in enumerate(moves)
    ]  # fmt: skip
    levels = [((1, 1), (2, 2)), ((1, 3), (2, 2))]
    capacities = [
        CapacityChange(
            country=place,
            capacity=f"k{n}",
            before=PlausibleLevels(lowest=before[0], highest=before[1]),
            after=PlausibleLevels(lowest=after[0], highest=after[1]),
            reliable=True,
        )
        for n, (before, after) in enumerate(levels)
    ]
    return Change(before="baseline", after="endline", matched=["BB"], criteria=criteria, capacities=capacities)


@pytest.fixture(scope="session")
def series(change):
    later = evolve(change, before="endline", after="later", criteria=[])
    return ChangeSeries(steps=[change, later], whole=evolve(change, after="later"))


@pytest.fixture(scope="session")
def needs():
    """Seven needs, one more than is shown; the last one is urgent and shared by two."""
    some = [Need(id=f"N{n}", kind="skill", statement=f"Examiners {n}", countries=["BB"], urgency=1) for n in range(6)]
    last = Need(id="N9", kind="law", statement="An act", countries=["BB", "JM"], urgency=3, roles={"R01": 4})
    return Needs(needs=[*some, last], invented=True)


@pytest.fixture(scope="session")
def reading(examples):
    return cb.read(examples / "americas-2015" / "returns" / "caribbean-police.csv")


@pytest.fixture(scope="session")
def value_score(baseline):
    return Score(
        capacity=baseline.framework["TEC-2"],
        scale=Scale(id="points", kind="points"),
        value=63.5,
        interval=Interval(lower=50, upper=71),
        target=70,
        coverage=Coverage(answered=9, settled=9, applicable=10),
        results=baseline["Barbados"]["TEC-2"].results,
    )


@pytest.fixture(scope="session")
def open_score(baseline):
    return next(score for score in baseline["Grenada"].indicators if not score.verified)


@pytest.fixture(scope="session")
def costing(baseline):
    lines = [
        CostLine(id=f"{node.id} L{level}", indicator=node.id, level=level, payment=payment,
                 price=Money(level * 10_000, "EUR"), price_year=2015)
        for node in baseline.framework.indicators for level, payment in ((2, "once"), (3, "recurring"))
    ]  # fmt: skip
    return cb.cost(lines, scores=baseline, years=12, currency="CAD", rates={"EUR": "1.45"}, inflation="0.02")


@pytest.fixture(scope="session")
def waves():
    """Two small rounds of one survey, whose second asks more."""
    files = (b"country,Police trained\nJamaica,4\n", b"country,Police trained,Notes\nJamaica,6,more\n")
    rounds = {f"{year}": cb.read(data, name="a.csv") for year, data in zip((2015, 2016), files, strict=True)}
    return cb.harmonise(rounds)


@pytest.fixture(scope="session")
def training(workspace):
    """What the example's training came to."""
    records = workspace.monitoring
    return summarise_training(
        records.deliveries, records.enrolments, records.evaluations, minimum_n=3, invented=workspace.programme.invented
    )


@pytest.fixture(scope="session")
def shown(workspace, baseline, plan, needs, change, series, costing, reading, value_score, open_score, training, waves):
    """One object of each kind that notebooks show, and a score of each kind."""
    return [
        baseline["Barbados"].country,
        cb.country("Aruba"),
        baseline.framework,
        baseline.framework["TEC"],
        baseline.framework["TEC-2"],
        reading.questionnaire,
        reading,
        reading.questions,
        reading[reading.questions[0].id],
        reading.questions[0],
        reading.questions[0].question,
        reading[0],
        Answer("q1", "yes", raw="Oui", comment="by post", origin=Origin("a.csv", row=2)),
        Issues([Issue.warning("CB1", "A cell is odd.", remedy="correct it")]),
        Issue.warning("CB1", "A cell is odd.", remedy="correct it"),
        reading.layout,
        reading.reconciliation,
        workspace,
        baseline["Barbados"]["TEC"],
        baseline["Barbados"]["TEC-2"],
        open_score,
        value_score,
        baseline["Barbados"],
        baseline,
        plan,
        needs,
        change,
        series,
        costing,
        workspace.programme,
        training,
        cb.gaps(baseline, {"COO-1": 3, "TEC-2": 3}),
        sensitivity(baseline),
        cb.advise(baseline, "Barbados"),
        *workspace.list_actions("baseline", "BB"),
        waves,
        waves.crosswalk,
    ]
