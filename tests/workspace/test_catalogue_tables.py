"""A catalogue in tables of the folder: activities, prices, roles, competences, kinds, translations, checklist."""

import re
from pathlib import Path

import pytest
from openpyxl import Workbook

import capbuild as cb
from capbuild.workspace import run, write_visit_pack
from capbuild.workspace.records.folder_tables import CATALOGUE_TABLES

TABLES = {
    "catalogue": ["field,value", "id,coast-help", "edition,2026", "title,Help for coasts (invented)", "currency,EUR"],
    "activities": [
        "activity,title,title_es,kind,addresses,effect,days,seats,roles,competences,prerequisites,requires,trainer_days,"
        "objective,objective_es,providers",
        "A1,Siren course,Curso de sirenas,course,S1,0.5,5,12,R1,C1=3; C2=2,,,10,Use,Usar,academy; peer service",
        "A2,Radio set,,equipment,S2; S1,0.4,1,1,,,A1,S1,,,,",
    ],
    "prices": ["activity,currency,per_session,per_seat,one_time,invented", "A1,,12000,150.50,,", "A2,EUR,,,8000,yes"],
    "roles": ["role,title,competences,solo,small,standard", "R1,Operator,C1=3,1,4,10"],
    "competences": ["competence,title,critical", "C1,Warn,yes", "C2,Repair,"],
    "kinds": ["target,kind", "S1,staff", "S2,equipment"],
    "translations": ["item,language,title", "A2,es,Equipo de radio", "R1,es,Operador"],
    "checklist": ["target,title,title_es,place", "S1,Hear one siren,Oír una sirena,Harbour"],
}


@pytest.fixture
def folder(tmp_path):
    """A programme with a framework of its own, a target for it, and one return."""
    (tmp_path / "model.csv").write_text(
        "ID,Indicator,Level 1: None,Level 2: Some,Level 3: All\nS1,Sirens,No siren,Few,All\nS2,Radio,Never,Day,Night\n",
        encoding="utf-8",
    )
    place = tmp_path / "coast"
    cb.new_programme(place, cb.read_framework(tmp_path / "model.csv").require())
    (place / "returns" / "sample.csv").write_text("country,question,answer\nJamaica,S1,1\nJamaica,S2,2\n", "utf-8")
    with (place / "programme.toml").open("a", encoding="utf-8") as file:
        file.write('\n[plan]\nbudget = 90_000\ncurrency = "EUR"\nstart = 2026-09-01\nmonths = 12\n')
    return place


def write_csv(folder, **changed):
    (folder / "catalogue").mkdir(exist_ok=True)
    for name, lines in {**TABLES, **changed}.items():
        (folder / "catalogue" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_book(folder, **changed):
    book = Workbook()
    book.remove(book.active)
    for name, lines in {**TABLES, **changed}.items():
        sheet = book.create_sheet(name.capitalize())
        for line in lines:
            sheet.append(line.split(","))
    book.save(folder / "catalogue.xlsx")


def wrong(folder):
    issues = cb.open_workspace(folder).validate()
    return {(one.code, str(one.origin)): f"{one.message}; {one.remedy}" for one in issues if one.severity == "error"}


@pytest.mark.parametrize("write", [write_csv, write_book], ids=["csv", "workbook"])
def test_a_catalogue_in_tables_is_the_catalogue(folder, write):
    write(folder)
    assert wrong(folder) == {}
    made = cb.open_workspace(folder).catalogue
    course, radio = made.activities
    assert (made.id, made.edition, str(made.title)) == ("coast-help", "2026", "Help for coasts (invented)")
    assert (course.kind, course.addresses, dict(course.effects)) == ("course", ("S1",), {"S1": 0.5})
    assert (dict(course.competences), course.roles, course.seats, course.days) == ({"C1": 3, "C2": 2}, ("R1",), 12, 5)
    assert course.cost == cb.model.Cost(per_session=cb.Money(12000, "EUR"), per_seat=cb.Money("150.50", "EUR"))
    assert (course.objective.get("es"), course.providers) == ("Usar", ("academy", "peer service"))
    assert (radio.prerequisites, radio.requires, radio.invented, course.invented) == (("A1",), ("S1",), True, False)
    assert [one.title.get("es") for one in (course, radio, *made.roles)] == [
        "Curso de sirenas", "Equipo de radio", "Operador",
    ]  # fmt: skip
    assert [one.critical for one in made.competences] == [True, False]
    assert dict(made.headcount["R1"]) == {"solo": 1, "small": 4, "standard": 10}
    assert dict(made.kinds) == {"S1": "staff", "S2": "equipment"}


def test_the_plan_works_with_it(folder):
    write_csv(folder)
    assert not run(cb.open_workspace(folder)).issues.count("error")
    planned = cb.open_workspace(folder).planned
    assert "A1" in {one.activity for one in planned.plan.activities}


def test_what_visits_look_at_is_in_the_pack(folder, tmp_path):
    write_book(folder)
    write_visit_pack(cb.open_workspace(folder), "Jamaica", tmp_path / "pack", language="es")
    assert "Oír una sirena (Harbour)" in (tmp_path / "pack" / "agenda.md").read_text("utf-8")
    lines = (tmp_path / "pack" / "checklist.csv").read_text("utf-8-sig").splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("# S1,"))
    assert "Oír una sirena (Harbour)" in lines[place]
    assert any(line.startswith("S1,") for line in lines[:place])


@pytest.mark.parametrize(
    ("changed", "code", "place", "said"),
    [
        ({"activities": ["activity,title,addresses", "A1,A,S9"]}, "CB840", "activities:C2", "'S9'"),
        ({"activities": ["activity,title,kind,addresses", "A1,A,curse,S1"]}, "CB603", "activities:C2", "'course'"),
        ({"activities": ["activity,title,effect,addresses", "A1,A,1.5,S1"]}, "CB603", "activities:C2", "below 1"),
        ({"activities": ["activity,titel", "A1,A"]}, "CB603", "activities:1", "did you mean 'title'"),
        ({"activities": ["activity,prerequisites", "A1,A3"]}, "CB840", "activities:B2", "no activity 'A3'"),
        ({"activities": ["activity,providers", "A1,acadmy"]}, "CB840", "activities:B2", "no kind of provider 'acadmy'"),
        ({"activities": ["activity,seats", "A1,2.5"]}, "CB603", "activities:B2", "whole number"),
        ({"activities": ["activity,title", "A1,x", "A1,y"]}, "CB672", "activities:A3", "listed twice"),
        ({"activities": ["activity,competences", "A1,C1=9"]}, "CB603", "activities:B2", "write C1=3"),
        ({"prices": ["activity,per_seat,currency", "A7,5,EUR"]}, "CB840", "prices:A2", "no activity 'A7'"),
        ({"catalogue": ["field,value", "id,x"]}, "CB603", "prices:B2", "no currency"),
        ({"catalogue": ["field,value", "titel,x"]}, "CB603", "catalogue:A2", "unknown field 'titel'"),
        ({"kinds": ["target,kind", "S1,skil"]}, "CB603", "kinds:B2", "did you mean 'skill'"),
        ({"roles": ["role,competences", "R1,C9=1"]}, "CB840", "roles:B2", "no competence 'C9'"),
        ({"checklist": ["target,title", "S7,Look"]}, "CB840", "checklist:A2", "'S7'"),
        ({"translations": ["item,language,title", "A1,,x"]}, "CB603", "translations", "needs an item"),
        ({"prizes": ["activity,per_seat", "A1,5"]}, "CB603", "Prizes", "did you mean 'prices'"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_cell_and_remedy(folder, changed, code, place, said):
    write_book(folder, **changed)
    found = {key: text for key, text in wrong(folder).items() if place.lower() in key[1].lower()}
    assert [key for key, text in found.items() if key[0] == code and said in text], wrong(folder)


def test_a_table_in_both_places_is_told(folder):
    write_book(folder)
    write_csv(folder)
    assert ("CB672", "catalogue/activities.csv") in wrong(folder)


def test_the_tables_of_the_reference_page_are_a_catalogue(tmp_path):
    (tmp_path / "model.csv").write_text(
        "Area,Indicator,Level 1: No,Level 2: Yes\nA,Stations,a,b\n,Messages,a,b\nB,Shelters,a,b\n", encoding="utf-8"
    )
    place = tmp_path / "coast"
    cb.new_programme(place, cb.read_framework(tmp_path / "model.csv").require())
    page = Path("docs/reference/workspace.md").read_text("utf-8")
    section = page.partition("\n## The catalogue\n")[2].partition("\n## ")[0]
    parts = re.findall(r"^`(\w+)`: .*?\n\n((?:\|[^\n]*\n)+)", section, flags=re.MULTILINE | re.DOTALL)
    assert {name for name, _ in parts} == set(CATALOGUE_TABLES)
    for name, table in parts:
        rows = [[cell.strip() for cell in line.strip("| \n").split(" |")] for line in table.splitlines()]
        text = "\n".join(",".join(row) for row in [rows[0], *rows[2:]])
        (place / "catalogue" / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    assert wrong(place) == {}
    made = cb.open_workspace(place).catalogue
    assert [one.id for one in made.activities] == ["A1", "A2"]
    assert (str(made.activities[0].cost.per_session), made.roles[0].title.get("es")) == (
        "USD 12,000",
        "Jefe de guardia",
    )
    assert [str(one.title) for one in cb.open_workspace(place).checklist["1.1"]] == ["See the maintenance log"]


@pytest.mark.parametrize(
    ("part", "months"),
    [
        ("", range(9, 13)),
        ("until = 2026-08-31", ()),
        ("until = 2026-10-30", (9,)),
        ("since = 2026-10-02", (11, 12)),
    ],
)
def test_a_country_has_seats_only_while_it_takes_part(folder, part, months):
    write_csv(folder)
    settings = folder / "programme.toml"
    text = settings.read_text("utf-8").replace("months = 12", "months = 4")
    settings.write_text(f'{text}\n[[participants]]\ncountry = "Jamaica"\n{part}\n', "utf-8")
    plan = cb.open_workspace(folder).plan()
    starts = {one.start.month for one in plan.activities if "JM" in one.seats} if plan else set()
    assert bool(starts) == bool(months)
    assert starts <= set(months)


def test_a_row_without_an_id_is_one_error(folder):
    changed = {
        "activities": [TABLES["activities"][0], TABLES["activities"][1].removeprefix("A1"), TABLES["activities"][2]]
    }
    write_csv(folder, **changed)
    assert wrong(folder) == {
        ("CB603", "catalogue/activities.csv:A2"): "the row has no activity; write an id in the column activity"
    }
