"""Needs, plan and changes as rows: who is named, who is counted, and what would name the others by subtraction."""

import datetime
import sqlite3
from collections.abc import Callable

import pytest
from attrs import evolve

from capbuild.model import (
    Activity,
    AssessmentSet,
    Catalogue,
    Change,
    CriterionChange,
    CriterionMove,
    CriterionState,
    Dossier,
    Gap,
    Limits,
    Money,
    Need,
    Needs,
    Plan,
    PlannedActivity,
)
from capbuild.plugins import RenderContext
from capbuild.reports import tidy_tables
from capbuild.reports.tidy.sqlite import write_sqlite

#: Named before participants: AG BB BZ CO CU. Not named: GD JM VC. Silent: HT PE.
NEEDS = {
    "N1": ("BB", "CO"),
    "N2": ("BB", "JM"),
    "N3": ("JM",),
    "N4": ("GD", "JM", "VC"),
    "N5": ("AG", "GD", "JM", "VC"),
}
DAY = datetime.date(2016, 10, 3)


def _session(name: str, host: str | None, seats: dict[str, int]) -> PlannedActivity:
    return PlannedActivity(
        id=name, activity="A01", start=DAY, end=DAY, host=host, place="Kingston", language="en", seats=seats,
        cost=Money(1000, "CAD"), addresses=["N1", "N2"],
    )  # fmt: skip


@pytest.fixture
def dossier(baseline: AssessmentSet) -> Dossier:
    place = {a.country.alpha_2: a.country for a in baseline}
    needs = [
        Need(id=name, kind="skill", statement="Train the unit", countries=countries, criteria=["MAN-1.1a"],
             roles={"R01": 3})
        for name, countries in NEEDS.items()
    ]  # fmt: skip
    told = Need(id="N6", kind="law", statement="A law as Jamaica has it", countries=["BB"])
    gaps = [Gap(country=place[code], capacity="MAN-1", level=1, target=3) for code in ("BB", "JM")]
    sessions = [
        _session("S1", "BB", {"BB": 4, "CO": 2}),
        _session("S2", "JM", {"BB": 4, "JM": 5}),
        _session("S3", "JM", {"JM": 5}),
        _session("S4", "JM", {"GD": 1, "JM": 5, "VC": 2}),
    ]
    moves = [
        CriterionChange(country=place[code], criterion="MAN-1.1a", move=CriterionMove.GAINED,
                        before=CriterionState.NOT_MET, after=CriterionState.MET)
        for code in ("BB", "JM")
    ]  # fmt: skip
    return Dossier(
        needs=Needs(needs=[*needs, told], gaps=gaps),
        catalogue=Catalogue(id="c", title="C", activities=[Activity(id="A01", kind="course", title="Course")]),
        plan=Plan(activities=sessions, limits=Limits(budget=Money(9000, "CAD"))),
        change=Change(before="baseline", after="endline", criteria=moves),
    )


def _records(subject, context: RenderContext) -> dict[str, dict[str, dict]]:
    """Rows of each table by the first column after those for stacking rounds."""
    made = {table.name: list(table.records) for table in tidy_tables(subject, context)}
    return {name: {list(row.values())[3]: row for row in rows} for name, rows in made.items()}


def test_the_team_sees_all_of_it(baseline, context: Callable[..., RenderContext], dossier: Dossier) -> None:
    made = _records(baseline, context(dossier=dossier))
    assert {name: row["countries"] for name, row in made["needs"].items()} == {
        **{name: " ".join(countries) for name, countries in NEEDS.items()},
        "N6": "BB",
    }
    assert {row["others"] for row in made["needs"].values()} == {0}
    assert made["needs"]["N5"]["roles"] == "R01=3"
    assert [(row["host"], row["place"], row["seats"], row["title"]) for row in made["sessions"].values()] == [
        ("BB", "Kingston", 6, "Course"), ("JM", "Kingston", 9, "Course"), ("JM", "Kingston", 5, "Course"),
        ("JM", "Kingston", 8, "Course"),
    ]  # fmt: skip
    assert set(made["changes"]) == set(made["gaps"]) == {"BB", "JM"}
    assert {row["notice"] for rows in made.values() for row in rows.values()} == {"Invented answers"}


def test_others_see_no_country_that_has_not_consented(baseline, context, dossier: Dossier) -> None:
    made = _records(baseline, context(dossier=dossier, audience="regional"))
    shown = {name: (row["countries"], row["others"], row["roles"]) for name, row in made["needs"].items()}
    # None of the others, one, and all three of them look the same: any of these would tell of a certain country.
    assert shown == {
        "N1": ("BB CO", None, ""),
        "N2": ("BB", None, ""),
        "N5": ("AG", None, ""),
    }  # the words of N6 name a country
    assert made["needs"]["N1"]["statement"] == "Train the unit"
    assert set(made["changes"]) == set(made["gaps"]) == {"BB"}


def test_others_are_counted_where_enough_of_them_and_not_all_share_a_need(baseline, context, dossier: Dossier) -> None:
    def others(*unnamed: str) -> dict[str, object]:
        policy = context().programme.disclosure
        fewer = evolve(policy, consents=[c for c in policy.consents if c.country.alpha_2 not in unnamed])
        programme = evolve(context().programme, disclosure=fewer)
        made = _records(baseline, context(dossier=dossier, audience="regional", programme=programme))["needs"]
        return {name: made[name]["others"] if name in made else None for name in ("N1", "N4", "N5")}

    # Cuba is in neither need, and would know of three others. With Belize, it may be either of the two.
    assert others("CU") == {"N1": None, "N4": None, "N5": None}
    assert others("CU", "BZ") == {"N1": None, "N4": 3, "N5": 3}


def test_place_and_language_do_not_name_it_either(baseline, context, dossier: Dossier) -> None:
    made = _records(baseline, context(dossier=dossier, audience="regional"))["sessions"]
    told = {name: (r["host"], r["place"], r["language"], r["countries"], r["seats"]) for name, r in made.items()}
    assert told == {
        "S001": ("BB", "Kingston", None, "BB CO", 6),
        "S002": (None, None, None, "BB", 4),
    }
    # The number of seats could be worked out from a cost, whatever the seats that are shown.
    rows = _records(baseline, context(dossier=dossier, audience="regional"))["sessions"].values()
    assert {(row["cost"], row["currency"]) for row in rows} == {(None, None)}


def test_one_country_sees_what_is_its_own(baseline, context, dossier: Dossier) -> None:
    made = _records(baseline["JM"], context(dossier=dossier, audience="country"))
    assert {name: row["countries"] for name, row in made["needs"].items()} == dict.fromkeys(
        ("N2", "N3", "N4", "N5"), "JM"
    )
    assert set(made["sessions"]) == {"S2", "S3", "S4"}
    assert set(made["gaps"]) == {"JM"}


def test_the_database_holds_the_same(baseline, context, dossier: Dossier) -> None:
    (data,) = write_sqlite(baseline, context(dossier=dossier))
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    ask = lambda query: database.execute(query).fetchall()  # noqa: E731
    assert ask("PRAGMA foreign_key_check") == []
    assert ask("SELECT need, name FROM needs WHERE need = 'N2' ORDER BY country") == [
        ("N2", "Barbados"), ("N2", "Jamaica")
    ]  # fmt: skip
    assert ask("SELECT country, sum(seats) FROM seats GROUP BY country ORDER BY 1") == [
        ("BB", 8), ("CO", 2), ("GD", 1), ("JM", 15), ("VC", 2)
    ]  # fmt: skip
    assert ask("SELECT countries, addresses FROM sessions WHERE session = 'S1'") == [("BB CO", "N1 N2")]
    assert ask("SELECT name, move, notice FROM changes ORDER BY 1") == [
        ("Barbados", "gained", "Invented answers"), ("Jamaica", "gained", "Invented answers")
    ]  # fmt: skip
    database.close()
