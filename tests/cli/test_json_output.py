"""Commands print JSON for programs: the same figures as the library, and the same exit status."""

import datetime
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.networks import network_gaps
from capbuild.workspace import get_collection_status

DAY = datetime.date(2016, 6, 30)


@pytest.fixture
def folder(tmp_path):
    model = "Area,Indicator,Level 1,Level 2\nLaw,L1 Offences,None.,All.\nTeam,T1 Office,None.,One.\n"
    (tmp_path / "model.csv").write_text(f"Model 2026,,,\n{model}", "utf-8")
    cb.new_programme(tmp_path / "p", cb.read_framework(tmp_path / "model.csv").require())
    (tmp_path / "p" / "returns" / "a.csv").write_text("country,L1,T1\nJamaica,2,1\nAtlantis,1,1\n", "utf-8")
    return tmp_path / "p"


def call(*words):
    done = CliRunner().invoke(app, [*map(str, words), "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_issues_are_those_of_the_library(folder):
    wanted = [(issue.code, str(issue.origin), issue.message) for issue in cb.open_workspace(folder).validate()]
    status, found = call("validate", folder)
    assert wanted
    assert [(one["code"], str(one["place"]), one["message"]) for one in found["issues"]] == wanted
    assert status == found["exit"] == 1
    assert {"file": "returns/a.csv", "row": 3}.items() <= next(i for i in found["issues"] if i["row"]).items()


def test_a_run_lists_its_files_and_rounds(folder):
    status, found = call("run", folder)
    assert status == found["exit"]
    assert all((folder / "out" / name).exists() for name in found["files"])
    assert [one["round"] for one in found["rounds"]] == [one.id for one in cb.open_workspace(folder).programme.rounds]
    assert call("run", folder)[1] == found  # taken over from the last run


def test_a_reading_and_a_collection_status(folder):
    survey = cb.read(folder / "returns" / "a.csv")
    _, (found,) = call("inspect", folder / "returns" / "a.csv")
    assert found["responses"] == len(survey)
    assert [one["id"] for one in found["questions"]] == [one.id for one in survey.questions]
    assert all(sheet["adds_up"] for sheet in found["sheets"])
    _, status = call("status", folder, "--on", "2026-06-30")
    assert status["participants"] == get_collection_status(cb.open_workspace(folder)).participants


def test_an_error_is_json_too(folder):
    status, found = call("validate", folder / "nowhere")
    assert status == found["exit"] == 2
    assert [(one["code"], one["place"]) for one in found["issues"]] == [("CB601", str(folder / "nowhere"))]
    assert call("status", folder, "--round", "nope")[1]["issues"][0]["remedy"].startswith("rounds are")


EXAMPLE = Path(__file__).parents[2] / "examples" / "americas-2015"


def test_documents_are_those_of_the_library(folder):
    workspace = cb.open_workspace(EXAMPLE)
    for words, wanted in (
        (["country", "Peru"], cb.country("Peru")),
        (["compare", EXAMPLE, "baseline", "endline"], workspace.compare("baseline", "endline")),
        (["sensitivity", EXAMPLE], workspace.sensitivity(workspace.rounds[-1].id)),
        (["framework", "show", "police-cyber"], workspace.framework),
    ):
        done = CliRunner().invoke(app, [*map(str, words), "--json"])
        assert (done.exit_code, cb.loads(done.stdout) == wanted) == (0, True), words


def test_lists_are_those_of_the_library(folder):
    cb.run(cb.open_workspace(folder))
    status, verified = call("verify", folder / "out")
    assert (status, verified["issues"], "run.json" not in verified["checked"]) == (0, [], True)
    (folder / "out" / "baseline.html").write_text("x", "utf-8")
    status, verified = call("verify", folder / "out")
    assert (status, [one["file"] for one in verified["issues"]]) == (1, ["baseline.html"])
    (folder / "evidence.csv").write_text("id,country,title,link\nE1,Jamaica,Law,https://a.example/\nE2,Belize,Law,\n")
    status, found = call("evidence", "list", folder)
    assert (status, [(one["id"], one["country"], one["state"]) for one in found["evidence"]]) == (
        1,
        [("E1", "JM", "valid")],
    )
    assert [one["row"] for one in found["issues"]] == [3]
    status, differences = call("diff", folder, EXAMPLE)
    assert {one["file"] for one in differences} >= {"programme.toml", "evidence.csv"}
    assert {one["name"] for one in call("framework", "list")[1]} >= {"police-cyber 1.0"}
    gaps = network_gaps(cb.open_workspace(EXAMPLE).network, cb.open_workspace(EXAMPLE).programme.countries, DAY)
    assert len(call("network", EXAMPLE, "--on", DAY.isoformat())[1]["gaps"]) == len(gaps)
    assert call("country", "Atlantis")[1]["issues"][0]["code"] == "CB401"
