"""The example programme: its facts are facts, its answers keep the framework's rules, and its files are made anew."""

import csv
import io
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from capbuild.advice import advise
from capbuild.frameworks import load_bundled
from capbuild.model import Elsewhere, Framework
from tools.example.__main__ import FOLDER, SEED, example_files
from tools.example.facts import AGAIN, PARTICIPANTS, SILENT, participant
from tools.example.plan import RETURNS
from tools.example.returns import World
from tools.example.survey import answers, indicators_of
from tools.example.training import topics_of

#: As the programme spells them.
THIRTY = {
    "Antigua and Barbuda", "Aruba", "Bahamas", "Barbados", "Belize", "Colombia", "Costa Rica", "Cuba", "Curaçao",
    "Dominican Republic", "Dominica", "Ecuador", "El Salvador", "Grenada", "Guatemala", "Guyana", "Haiti", "Honduras",
    "Jamaica", "Mexico", "Nicaragua", "Panama", "Peru", "Sint Maarten", "St Kitts and Nevis", "St Lucia",
    "St Vincent and the Grenadines", "Suriname", "Trinidad and Tobago", "Turks and Caicos",
}  # fmt: skip
VISITED = {
    "Bahamas", "Barbados", "Jamaica", "Sint Maarten", "St Lucia", "Costa Rica", "Guatemala", "Honduras", "Nicaragua",
    "Mexico", "Colombia", "Panama", "Cuba",
}  # fmt: skip
SAYS_INVENTED = ("invented", "inventad", "ficti", "fictíci")
#: Tables beside the generated ones that are written by hand.
BY_HAND = ("meetings/needs.csv",)
FINDINGS = ("visits", "meetings", "desk")


@pytest.fixture(scope="module")
def framework() -> Framework:
    return load_bundled("police_cyber")


@pytest.fixture(scope="module")
def programme() -> dict[str, object]:
    return tomllib.loads((FOLDER / "programme.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return dict(example_files())


def _texts() -> Iterator[tuple[Path, str]]:
    for path in sorted(FOLDER.rglob("*")):
        inputs = path.is_file() and path.relative_to(FOLDER).parts[0] not in ("out", "private", ".gitignore")
        if inputs:
            data = path.read_bytes()
            try:
                yield path, data.decode("utf-8-sig")
            except UnicodeDecodeError:
                yield path, data.decode("cp1252")


def _findings() -> Iterator[dict[str, str]]:
    for folder in FINDINGS:
        for path in sorted((FOLDER / folder).glob("*.csv")):
            _, table = path.read_text("utf-8").split("\n", 1)
            rows = csv.DictReader(io.StringIO(table))
            if "criterion" in (rows.fieldnames or ()):
                yield from rows


def test_thirty_participants_as_the_programme_spells_them(programme):
    named = [item["country"] for item in programme["participants"]]
    assert len(named) == 30
    assert set(named) == THIRTY == {p.name for p in PARTICIPANTS}


def test_thirteen_first_visits_and_to_whom(programme):
    register = tomllib.loads((FOLDER / "visits/visits.toml").read_text("utf-8"))["visits"]
    first = [visit for visit in register if visit["round"] == "baseline"]
    assert len(first) == 13
    assert {visit["country"] for visit in first} == VISITED >= {visit["country"] for visit in register}
    assert {item["country"] for item in programme["participants"] if item.get("visit")} == VISITED
    assert {visit["findings"] for visit in register} == {p.name for p in (FOLDER / "visits").glob("*.csv")}
    assert all(visit["start"].year in (2015, 2016) for visit in first)


def test_what_second_visits_found_follows_from_the_programme(programme, example_programme):
    """Only who was visited twice shows change like for like; most gains are of a topic that was worked on there."""
    register = tomllib.loads((FOLDER / "visits/visits.toml").read_text("utf-8"))["visits"]
    twice = {visit["country"] for visit in register if visit["round"] == "endline"}
    moves = [one for one in example_programme.compare("baseline", "endline").criteria if one.reliable]
    assert {participant(one.country.alpha_2).name for one in moves} == twice
    gained = [one for one in moves if one.move == "gained"]
    world = World(load_bundled("police_cyber"), SEED)
    worked = {p.code: topics_of(world.draws, p) for p in PARTICIPANTS}
    assert sum(one.capacity in worked[one.country.alpha_2] for one in gained) > 0.6 * len(gained)
    assert any(one.move == "lost" for one in moves)


def test_three_are_silent_and_none_of_them_was_visited():
    silent = {p.name for p in PARTICIPANTS if p.code in SILENT}
    spoke = {person.who.name for file in RETURNS for person in file.people}
    meetings = tomllib.loads((FOLDER / "meetings/meetings.toml").read_text("utf-8"))["meetings"]
    spoke |= {name for meeting in meetings for name in meeting["participants"]}
    spoke |= {row["country"] for row in _findings() if "country" in row}
    assert len(silent) == 3
    assert not silent & VISITED
    assert THIRTY - spoke == silent


def test_funder_implementer_and_years(programme):
    roles = {item["id"]: item.get("roles", []) for item in programme["organisations"]}
    assert roles == {"INTERPOL": ["implementing"], "CANADA": ["funding"], "EXAMPLE": []}
    (publisher,) = (item for item in programme["organisations"] if item["id"] == "EXAMPLE")
    assert "(invented)" in publisher["name"]["en"]
    assert [phase["id"] for phase in programme["phases"]] == ["assessment", "training"]
    assert {phase[key].year for phase in programme["phases"] for key in ("start", "end")} == {2015, 2016, 2017}


def test_consent_of_most_to_the_region_and_of_none_to_the_public(programme):
    audiences = [item["audience"] for item in programme["consents"]]
    assert audiences == ["regional"] * 23
    assert "public" not in programme["audiences"]


@pytest.mark.parametrize("language", ["en", "es", "fr", "nl", "pt"])
def test_notice_and_disclaimer_in_every_language(programme, language):
    assert any(word in programme["programme"]["notice"][language].lower() for word in SAYS_INVENTED)
    assert "INTERPOL" in programme["programme"]["disclaimer"][language]


def test_every_file_says_first_that_it_is_invented():
    for path, text in _texts():
        head = text[:1500] if path.name in ("programme.toml", "README.md") else text.split("\n", 1)[0]
        assert any(word in head.lower() for word in SAYS_INVENTED), path.name


def test_readme_names_every_return():
    text = (FOLDER / "README.md").read_text("utf-8")
    assert "Not affiliated with or endorsed by INTERPOL or the Government of Canada" in text
    assert [file.name for file in RETURNS if f"`{file.name}`" not in text] == []


def test_the_committed_files_are_what_the_generator_makes(made):
    committed = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for folder in ("returns", "visits", "meetings", "desk", "mappings", "collecting", "network", "training")
        for path in (FOLDER / folder).rglob("*")
        if path.is_file() and path.relative_to(FOLDER).as_posix() not in BY_HAND
    }
    assert sorted(committed) == sorted(made)
    assert [name for name, data in made.items() if committed[name] != data] == []


def test_it_stays_small(made):
    returns = [data for name, data in made.items() if name.startswith("returns/")]
    assert 20 <= len(returns) <= 30
    assert sum(map(len, made.values())) < 1_500_000


def test_every_criterion_named_exists(framework):
    for row in _findings():
        assert row["criterion"] in framework.criteria
    for name in ("guyana", "academias"):
        _, table = (FOLDER / f"mappings/{name}.csv").read_text("utf-8").split("\n", 1)
        assert all(row["target"] in framework.criteria for row in csv.DictReader(io.StringIO(table)))
    headers = [
        cell
        for path, text in _texts()
        if "returns" in path.parts
        for line in text.splitlines()[:3]
        for cell in line.replace(";", ",").split(",")
    ]
    criteria = [head for head in headers if head[:3].isupper() and head[3:4] == "-"]
    assert criteria
    assert set(criteria) <= set(framework.criteria)


def test_findings_keep_the_rules_of_answers(framework):
    for row in _findings():
        criterion, answer = framework.criteria[row["criterion"]], row["answer"]
        assert (row["route"] != "") == (answer == "elsewhere")
        assert answer != "elsewhere" or criterion.elsewhere is Elsewhere.ALLOWED
        assert (row["reason"] == "no_cases") == (answer == "not_applicable")
        assert answer != "not_applicable" or criterion.no_cases
        assert not row["sample"] or int(row["sample"]) <= (criterion.sample or 0)
        assert row["basis"] in ("seen", "copy", "told in detail", "told", "")


def test_survey_answers_keep_the_rules_of_answers(framework):
    world = World(framework, "another lot")
    for file in RETURNS:
        asked = indicators_of(framework, file.kind)
        for person in file.people:
            given = answers(asked, world.draws, world.state(person, file.round), (person.code, file.kind, file.round))
            for name, answer in given.items():
                criterion = framework.criteria[name]
                assert answer != "elsewhere" or criterion.elsewhere is Elsewhere.ALLOWED
                assert answer != "not_applicable" or criterion.no_cases


def test_high_steps_are_asked_only_where_the_step_below_is_claimed(framework):
    world = World(framework, "another lot")
    person = RETURNS[0].people[0]
    given = answers(framework.indicators, world.draws, world.state(person, "baseline"), ("XX", "police", "baseline"))
    for indicator in framework.indicators:
        for criterion in indicator.criteria:
            below = [given[c.id] for c in indicator.criteria if c.step == criterion.step - 1]
            skipped = criterion.step >= 4 and not all(answer in ("yes", "elsewhere") for answer in below)
            assert (given[criterion.id] == "not_asked") == skipped


def test_respondents_are_pseudonyms():
    text = "".join(text for path, text in _texts() if path.parts[-2] in ("returns", "endline"))
    assert "bb-police-1" in text
    assert "@" not in text


def test_the_region_tells_what_the_programme_did(example_programme):
    """Counted from the tables: courses that began by the reference date, who was there, and who was visited twice."""
    tables = {name: _rows(f"training/{name}.csv") for name in ("deliveries", "enrolments")}
    held = {
        row["delivery"]
        for row in tables["deliveries"]
        if not row["cancelled"] and row["start"] <= "2017-11-30" and row["activity"] != "A33"
    }
    there = [
        row["sex"]
        for row in tables["enrolments"]
        if row["delivery"] in held and row["status"] in ("attended", "completed", "certified")
    ]
    endline = example_programme.assess("endline")
    advice = advise(endline, dossier=example_programme.dossier("endline"), programme=example_programme.programme)
    training, visits = advice.find("training"), advice.find("visits")
    assert training.counts["people"] == len(there)
    assert training.counts["women"] == there.count("female")
    assert training.counts["known"] == len(there) - there.count("not stated")
    assert {one.name for one in visits.countries} == {participant(visit.code).name for visit in AGAIN}
    assert (visits.counts["visited"], advice.find("meetings").counts["held"]) == (len(VISITED), 4)
    assert advice.find("operations").counts["held"] == len(_rows("network/operations.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    _, text = (FOLDER / name).read_text("utf-8").split("\n", 1)
    return list(csv.DictReader(io.StringIO(text)))
