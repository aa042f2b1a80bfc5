"""Commands print JSON for programs: the same figures as the library, and the same exit status."""

import json

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.workspace import get_collection_status


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
