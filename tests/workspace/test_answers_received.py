"""Six countries by a framework of points: who is assessed, whose answers cannot be used and why."""

import io
import re
import zipfile

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.io import render
from capbuild.model import Answer, Missing, Response, Survey, UnusableReason
from capbuild.notebook import plain_text
from capbuild.plugins import Host, RenderContext
from capbuild.reports.tidy.tables import tidy_tables
from capbuild.workspace import get_collection_status, open_workspace, run

FRAMEWORK = """
[framework]
id = "points"
edition = "1"
title = "Points"
[[scales]]
id = "s"
kind = "points"
maximum = 10
[methods]
indicator = "points"
[[nodes]]
id = "P"
title = "Posts"
criteria = [{ id = "P1", text = "A post is filled." }, { id = "P2", text = "A budget is paid.", points = 4 }]
"""
PROGRAMME = """
[programme]
id = "sahel"
title = "Sahel and coast"
framework = "points 1"
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2026-06-30
[audiences]
team = "TLP:AMBER"
regional = "TLP:GREEN"
[reports]
formats = ["md"]
languages = ["en", "es", "fr", "nl"]
"""
COUNTRIES = {
    "Burkina Faso": None,
    "Senegal": UnusableReason.NOT_MAPPED,
    "Cabo Verde": UnusableReason.NOT_UNDERSTOOD,
    "Gambia": UnusableReason.BLANK,
    "Guinea": UnusableReason.NOT_READ,
    "Nigeria": UnusableReason.NOT_HERE,
    "Liberia": UnusableReason.NOT_COUNTED,
}
REGISTER = """country,round,sent,received,file
Guinea,baseline,2026-01-10,2026-02-01,returns/guinea.pages
Nigeria,baseline,2026-01-10,2026-02-03,
Mali,baseline,2026-01-10,,
"""


def pages_document():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("Index/Document.iwa", "P1: yes")
    return stream.getvalue()


@pytest.fixture
def folder(tmp_path):
    for name in ("returns", "frameworks", "collecting"):
        (tmp_path / name).mkdir()
    people = "".join(f'[[participants]]\ncountry = "{name}"\n' for name in (*COUNTRIES, "Mali"))
    (tmp_path / "programme.toml").write_text(PROGRAMME + people, "utf-8")
    (tmp_path / "frameworks" / "points.toml").write_text(FRAMEWORK, "utf-8")
    (tmp_path / "collecting" / "register.csv").write_text(REGISTER, "utf-8")
    (tmp_path / "returns" / "bf.csv").write_text("country,P1,P2\nBurkina Faso,yes,no\nGambia,,\n", "utf-8")
    (tmp_path / "returns" / "sn.csv").write_text("country,Poste pourvu\nSénégal,oui\n", "utf-8")
    (tmp_path / "returns" / "cv.csv").write_text("country,P1,P2\nCabo Verde,ndiyo,ndiyo\n", "utf-8")
    (tmp_path / "returns" / "guinea.pages").write_bytes(pages_document())
    taken_back = Response(id="1", place="Liberia", status="withdrawn", answers=[Answer("P1", "yes")])
    cb.write(Survey(file="lr.json", format="capbuild-json", responses=[taken_back]), tmp_path / "returns" / "lr.json")
    return tmp_path


def test_each_country_is_in_one_of_three_states(folder):
    assessed = open_workspace(folder).assess("baseline")
    names = {country.alpha_2: country.name for country in assessed.silent}
    expected = {name: why for name, why in COUNTRIES.items() if why is not None}
    assert {names[code]: why for code, why in assessed.unusable.items()} == expected
    assert [country.name for country in assessed.countries] == ["Burkina Faso"]
    assert [country.name for country in assessed.unanswered] == ["Mali"]
    assert "1 not answered yet, 6 received, not usable" in str(assessed)


def test_the_reason_is_in_every_place_that_speaks_of_it(folder):
    workspace = open_workspace(folder)
    issues = {i.message.partition(":")[0]: i for i in workspace.validate() if i.code == "CB605"}
    assert (issues["Senegal"].severity.value, str(issues["Senegal"].origin)) == ("warning", "returns/sn.csv:2")
    assert "mappings" in issues["Senegal"].remedy
    assert issues["Mali has not answered yet. Nothing is assumed."].origin.file == "programme.toml"
    printed = CliRunner().invoke(app, ["run", folder.as_posix()]).output
    shown = CliRunner().invoke(app, ["status", folder.as_posix(), "--on", "2026-03-01"]).output
    found = get_collection_status(workspace)
    assert set(found.unusable.values()) == set(UnusableReason)
    (table,) = (t for t in tidy_tables(workspace.assess("baseline"), RenderContext()) if t.name == "countries")
    headers = [column.name for column in table.columns]
    states = {row[headers.index("name")]: row[headers.index("state")] for row in table.rows}
    assert (states["Burkina Faso"], states["Mali"]) == ("answered", "not answered yet")
    for name, why in COUNTRIES.items():
        if why is not None:
            assert f"{name}: received, {why.value}" in printed
            assert f"{name}: received, not usable: {why.value}" in shown
            assert states[name] == f"received, not usable: {why.value}"
    assert "Mali: nothing received yet" in printed
    assert "Not answered yet: Mali." in shown
    notebook = plain_text(workspace.assess("baseline"))
    assert "6 received, not usable" in notebook
    assert "silent" not in (printed + shown + notebook).lower()


@pytest.mark.parametrize(
    ("language", "unanswered", "unusable", "reason"),
    [
        ("en", "1 participant has not answered yet", "Received, not usable", "no question is mapped to the framework"),
        ("es", "1 participante aún no ha respondido", "Recibido, no utilizable", "ninguna pregunta está vinculada"),
        ("fr", "1 participant n’a pas encore répondu", "Reçu, inutilisable", "aucune question n’est reliée au cadre"),
        (
            "nl",
            "1 deelnemer heeft nog niet geantwoord",
            "Ontvangen, niet bruikbaar",
            "geen enkele vraag is aan het kader",
        ),
    ],
)
def test_reports_say_it_in_every_language(folder, language, unanswered, unusable, reason):
    workspace = open_workspace(folder)
    assessed, programme = workspace.assess("baseline"), workspace.programme
    text = render(assessed, "md", language=language, programme=programme, host=Host(discover=False))
    assert unanswered in text
    assert unusable in text
    assert reason in text
    shown = {"language": language, "programme": programme, "audience": "regional", "host": Host(discover=False)}
    assert reason not in render(assessed, "md", **shown), "who sent what is told to the team only"


def test_what_belongs_to_no_country_is_said_where_results_are(folder):
    rows = "country,P1\nAtlantis,yes\nAtlantis,no\n,yes\nFrance,yes\n"
    (folder / "returns" / "others.csv").write_text(rows, "utf-8")
    workspace = open_workspace(folder)
    assessed = workspace.assess("baseline")
    assert [(one.reason.name, one.places, one.responses) for one in assessed.unused] == [
        ("UNKNOWN_COUNTRY", ("Atlantis",), 2), ("NO_COUNTRY", (), 1), ("NOT_A_PARTICIPANT", ("France",), 1),
    ]  # fmt: skip
    printed = CliRunner().invoke(app, ["run", folder.as_posix()]).output
    assert "returns/others.csv, 2 responses: 'Atlantis': no known country" in printed
    shown = {"programme": workspace.programme, "host": Host(discover=False)}
    assert "**Left out: 4 responses.** returns/others.csv: “Atlantis” is not" in render(assessed, "md", **shown)
    assert "Atlantis" not in render(assessed, "md", audience="regional", **shown), "the team alone knows what came in"


def test_words_that_nobody_knows_are_one_issue_and_no_meaning_is_guessed(folder):
    (issue,) = (one for one in open_workspace(folder).validate() if one.code == "CB201")
    assert issue.message == "'ndiyo' is not an answer to P1 and 1 other question. Kept out of the level, in 2 cells."
    assert str(issue.origin) == "returns/cv.csv:B2"
    assert '[read."returns/cv.csv"]' in issue.remedy
    assert 'answers = { "ndiyo" = "" }' in issue.remedy
    assert not re.search(r'"ndiyo" = "\w', issue.remedy)
    with (folder / "programme.toml").open("a", encoding="utf-8") as stream:
        stream.write('[read."returns/cv.csv"]\nanswers = { "ndiyo" = "" }\n')
    assert [one.code for one in open_workspace(folder).validate()].count("CB201") == 1, "an empty meaning is none yet"
    text = (folder / "programme.toml").read_text("utf-8").replace('"ndiyo" = ""', '"ndiyo" = "yes"')
    (folder / "programme.toml").write_text(text, "utf-8")
    assert open_workspace(folder).assess("baseline")["CV"]["P"].value == 10


def test_a_document_is_told_that_nothing_reads_it(folder):
    (issue,) = (one for one in open_workspace(folder).validate() if one.code == "CB101")
    assert "there is no reader for .pages files" in issue.message
    assert "pip install" not in issue.remedy
    assert ".csv" in issue.remedy


def test_the_day_of_a_row_comes_before_that_of_its_file(folder):
    with (folder / "programme.toml").open("a", encoding="utf-8") as stream:
        stream.write('[read."returns/*"]\nreceived = 2026-03-01\n')
    (folder / "returns" / "bf.csv").write_text("country,date,P1\nBurkina Faso,2025-11-20,yes\nGambia,,no\n", "utf-8")
    assessed = open_workspace(folder).assess("baseline")
    days = {c.alpha_2: assessed[c]["P"].findings[0].as_of.isoformat() for c in assessed.countries}
    assert days == {"BF": "2025-11-20", "GM": "2026-03-01"}


def test_one_delivery_beside_an_untouched_results_file_costs_no_report(folder):
    (folder / "results.toml").write_text("# nothing yet\n", "utf-8")
    (folder / "training").mkdir()
    rows = "delivery,activity,start\nD1,,2027-05-01\n"
    (folder / "training" / "deliveries.csv").write_text(rows, "utf-8")
    foreseen, done = open_workspace(folder).validate(), run(open_workspace(folder))
    assert {"baseline.md", "baseline-es.md"} <= set(done.files)
    assert [str(one) for one in done.issues] == [str(one) for one in foreseen]
    (told,) = (one for one in done.issues if one.code == "CB732")
    assert (told.severity.value, "activities to report between" in told.message) == ("note", True)


def points_programme(place, codes):
    for name in ("returns", "frameworks"):
        (place / name).mkdir()
    people = "".join(f'[[participants]]\ncountry = "{code}"\n' for code in codes)
    (place / "programme.toml").write_text(PROGRAMME + people, "utf-8")
    (place / "frameworks" / "points.toml").write_text(FRAMEWORK, "utf-8")
    return place


def test_plain_answers_are_understood_in_five_languages(tmp_path):
    words = {"FR": ("oui", "non"), "NL": ("ja", "nee"), "PT": ("sim", "não"), "ES": ("sí", "no"), "GB": ("yes", "no")}
    rows = "".join(f"{code},{yes},{no}\n" for code, (yes, no) in words.items())
    folder = points_programme(tmp_path, words)
    (folder / "returns" / "all.csv").write_text(f"country,P1,P2\n{rows}", "utf-8")
    found = open_workspace(folder).assess("baseline")
    assert {one["P"].value for one in found} == {2}  # one point of five, of ten
    assert len(found) == 5


def test_what_a_respondent_answers_anew_replaces_what_was_said_before(tmp_path):
    folder = points_programme(tmp_path, {"FR": ()})
    returns = folder / "returns"
    (returns / "a.csv").write_text("country,respondent,date,P1,P2\nFrance,f1,2026-03-01,no,yes\n", "utf-8")
    (returns / "b.csv").write_text("country,respondent,date,P1,P2\nFrance,f1,2026-02-01,yes,no\n", "utf-8")
    (returns / "c.csv").write_text("country,respondent,date,P1,P2\nFrance,f1,2026-04-01,don't know,\n", "utf-8")
    workspace = open_workspace(folder)
    # P1: the last word is "don't know"; P2: the last return leaves it blank, the one before says yes.
    collected = workspace.collect("baseline")
    told = {(f.target, str(f.value)) for f in collected.findings if f.value is not Missing.NO_ANSWER}
    assert told == {("P1", "Missing.DONT_KNOW"), ("P2", "yes")}
    (issue,) = [one for one in collected.issues if one.code == "CB204"]
    assert "sent 3 returns" in issue.message
    assert issue.remedy


@pytest.mark.parametrize(
    ("written", "kind"),
    [("Police", "police"), ("Procureurs", "prosecutors"), ("fr-police-1", "police"), ("f1", "")],
)
def test_a_respondent_that_is_named_by_its_kind_has_it(tmp_path, written, kind):
    folder = points_programme(tmp_path, {"FR": ()})
    (folder / "returns" / "a.csv").write_text(f"country,respondent,P1,P2\nFrance,{written},yes,no\n", "utf-8")
    (source,) = open_workspace(folder).collect("baseline").sources
    assert source.respondent == kind


JUDGED = """
[framework]
id = "points"
edition = "1"
title = "Judged levels"
[[scales]]
id = "s"
kind = "ordinal"
levels = [{ code = "L1", label = "start" }, { code = "L2", label = "formative" },
          { code = "L3", label = "established" }]
[methods]
indicator = "value"
[[nodes]]
id = "A"
title = "Aspect A"
target = 3
[[nodes]]
id = "B"
title = "Aspect B"
target = 3
"""


def test_a_level_that_was_judged_below_its_target_is_a_need_in_every_report(tmp_path):
    folder = points_programme(tmp_path, {"FR": ()})
    (folder / "frameworks" / "points.toml").write_text(JUDGED, "utf-8")
    (folder / "returns" / "a.csv").write_text("country,A,B\nFrance,3,1\n", "utf-8")
    workspace = open_workspace(folder)
    assessed, needs = workspace.assess("baseline"), workspace.needs("baseline")
    assert [(gap.capacity, gap.level, gap.target, gap.size) for gap in needs.gaps] == [("B", 1, 3, 2)]
    assert [[place.alpha_2 for place in need.countries] for need in needs] == [["FR"]]
    profile = render(assessed["France"], "md", programme=workspace.programme)
    assert "| B Aspect B | target L3 | L1 start, reported |  | 2 levels below |" in profile
    assert "Raise “Aspect B” to L2" in profile
    assert "Nothing is known to be lacking" not in profile
    brief = render(assessed, "md", programme=workspace.programme, kind="brief", dossier=workspace.dossier("baseline"))
    assert "Aspect B" in brief


@pytest.mark.parametrize(
    ("name", "rule"), [("france.xlsx", ""), ("a.xlsx", '[read."returns/a.xlsx"]\ncountry = "France"\n')]
)
def test_whose_file_cannot_be_read_is_known_by_its_name_or_its_settings(tmp_path, name, rule):
    folder = points_programme(tmp_path, {"FR": (), "ES": ()})
    with (folder / "programme.toml").open("a", encoding="utf-8") as stream:
        stream.write(rule)
    (folder / "returns" / name).write_bytes(b"PK\x03\x04 broken")
    (folder / "returns" / "es.csv").write_text("country,P1,P2\nES,yes,no\n", "utf-8")
    assessed = open_workspace(folder).assess("baseline")
    assert dict(assessed.unusable) == {"FR": UnusableReason.NOT_READ}
