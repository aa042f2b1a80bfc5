"""Small problems with everything in them that can go wrong."""

import datetime

import pytest

from capbuild.model import Activity, Catalogue, Cost, Country, Gap, Limits, Money, Need, Needs, Safeguard

START = datetime.date(2016, 7, 1)
JM = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
PA = Country(alpha_2="PA", alpha_3="PAN", name="Panama")
BB = Country(alpha_2="BB", alpha_3="BRB", name="Barbados")


def usd(amount):
    return Money(amount, "USD")


@pytest.fixture(scope="session")
def catalogue():
    course = Activity(
        id="A1", kind="course", title="Seize", addresses=["k1"], effects={"k1": 0.5}, days=2, seats=6, seats_min=2,
        languages=["en", "es"], roles=["R1"], trainer_days=4,
        cost=Cost(per_session=usd(1000), per_seat=usd(100), travel_per_seat=usd(50)),
    )  # fmt: skip
    later = Activity(
        id="A2", kind="course", title="Examine", addresses=["k2"], effects={"k2": 0.5}, days=5, seats=6, seats_min=2,
        languages=["en", "es"], roles=["R1"], prerequisites=["A1"], intrusive=True, trainer_days=10,
        cost=Cost(per_session=usd(2000)),
    )  # fmt: skip
    bench = Activity(
        id="A3", kind="equipment", title="Bench", addresses=["k3"], effects={"k3": 0.6}, lead_months=2,
        requires=["k1"], cost=Cost(per_session=usd(3000), recurring=usd(1200)),
    )  # fmt: skip
    operation = Activity(
        id="A4", kind="operation", title="Operation", addresses=["k4"], effects={"k4": 0.5}, countries_min=2,
        prerequisites=["A1"], days=3, seats=30, cost=Cost(per_session=usd(500), per_seat=usd(200)),
    )  # fmt: skip
    rights = Activity(
        id="A5", kind="legal advice", title="Rights", addresses=["MAN-3.2a"], effects={"MAN-3.2a": 0.5},
        cost=Cost(per_session=usd(400)),
    )  # fmt: skip
    return Catalogue(
        id="small", title="Small", activities=[course, later, bench, operation, rights],
        safeguard=Safeguard(capacity="MAN-3", level=2, activities=["A5"]),
    )  # fmt: skip


@pytest.fixture(scope="session")
def needs():
    lacking = {"JM": ["k1", "k2", "k3", "k4"], "PA": ["k1", "k3"], "BB": ["k2", "k4"]}
    gaps = [
        Gap(country=place, capacity="TEC-1", level=1, target=3, lacking=lacking[place.alpha_2],
            size=len(lacking[place.alpha_2]), probability=1.0)
        for place in (BB, JM, PA)
    ]  # fmt: skip
    gaps.append(Gap(country=JM, capacity="MAN-3", level=1, target=3, lacking=["MAN-3.2a"], size=1, probability=1.0))
    return Needs(
        needs=[
            Need(id="N1", kind="skill", statement="Seizing", countries=["JM", "PA"], capacities=["TEC-1"],
                 criteria=["k1"], urgency=3, relevance=2),
            Need(id="N2", kind="skill", statement="Examining", countries=["BB", "JM"], capacities=["TEC-1"],
                 criteria=["k2"], urgency=2, relevance=2),
            Need(id="N3", kind="equipment", statement="Tools", countries=["JM", "PA"], capacities=["TEC-1"],
                 criteria=["k3"], urgency=2, relevance=3),
            Need(id="N4", kind="cooperation", statement="Work together", countries=["BB", "JM"],
                 capacities=["TEC-1"], criteria=["k4"], urgency=1, relevance=2),
            Need(id="N5", kind="procedure", statement="Rights", countries=["JM"], capacities=["MAN-3"],
                 criteria=["MAN-3.2a"], urgency=3, relevance=3),
        ],
        gaps=gaps,
        headcount={"JM": {"R1": 4}, "PA": {"R1": 3}, "BB": {"R1": 2}},
    )  # fmt: skip


@pytest.fixture(scope="session")
def limits():
    return Limits(
        budget=usd(30_000), start=START, months=12, trainer_days=20, days_away=25, cleared=["JM", "PA", "BB"],
        languages={"JM": ("en",), "PA": ("es",), "BB": ("en",)}, blocked_months={"JM": ("12",), "PA": ("2016-08",)},
    )  # fmt: skip
