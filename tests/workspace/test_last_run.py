"""What the last run did is told again only where nothing at all has changed, and costs little then."""

import json
import subprocess
import sys

import pytest

from capbuild.plugins import Host
from capbuild.workspace import open_workspace, run
from capbuild.workspace.runs import out_folder, run_record
from capbuild.workspace.runs.out_folder import load_last_run
from capbuild.workspace.runs.run_record import RECORD_FILE


@pytest.fixture
def done(folder):
    """A programme that was run."""
    settings = folder / "programme.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[reports]\nformats = ["md", "json"]\n', encoding="utf-8")
    (folder / "private").mkdir(mode=0o700, exist_ok=True)
    run(open_workspace(folder))
    return folder


def test_it_tells_what_another_run_would(done):
    told, ran = load_last_run(done), run(open_workspace(done))
    assert (told.summaries, told.issues, told.files, told.reused, told.out, told.exit_code) == (
        ran.summaries, ran.issues, ran.files, ran.reused, ran.out, ran.exit_code
    )  # fmt: skip
    assert [(stage.name, stage.summary) for stage in told.stages] == [(s.name, s.summary) for s in ran.stages]


def _edit_return(folder):
    path = folder / "returns" / "jm.csv"
    path.write_text(path.read_text("utf-8") + "\n", encoding="utf-8")


def _choose_other_reports(folder):
    path = folder / "programme.toml"
    path.write_text(path.read_text("utf-8").replace('"md", "json"', '"md"'), encoding="utf-8")


CHANGES = {
    "a return": _edit_return,
    "another file": lambda folder: (folder / "notes.txt").write_text("read me"),
    "the choice of reports": _choose_other_reports,
    "a private file": lambda folder: (folder / "private" / "people.csv").write_text("name\n"),
    "who may see what is private": lambda folder: (folder / "private").chmod(0o755),
    "an output that was edited": lambda folder: next((folder / "out").glob("*.md")).write_text("by hand"),
    "an output that is gone": lambda folder: next((folder / "out").glob("*.md")).unlink(),
    "a file among the outputs": lambda folder: (folder / "out" / "mine.md").write_text("mine"),
    "no record": lambda folder: (folder / "out" / RECORD_FILE).unlink(),
    "no programme": lambda folder: (folder / "programme.toml").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changed_in_the_folder_has_it_run(done, change):
    assert load_last_run(done) is not None
    change(done)
    assert load_last_run(done) is None


def test_another_release_of_a_library_has_it_run(done, monkeypatch):
    monkeypatch.setattr("capbuild.workspace.runs.out_folder.list_library_versions", lambda: [("polars", "99")])
    assert load_last_run(done) is None


def test_changed_code_has_it_run(done, monkeypatch):
    monkeypatch.setattr(out_folder, "digest_sources", lambda home: "edited")
    assert load_last_run(done) is None


def test_another_plugin_has_it_run(done, monkeypatch):
    monkeypatch.setattr(out_folder, "entry_points", lambda group: [])
    assert load_last_run(done) is None


@pytest.mark.parametrize("name", ["CAPBUILD_PLUGINS", "CAPBUILD_BLOCK"])
def test_another_choice_of_plugins_has_it_run(done, monkeypatch, name):
    monkeypatch.setenv(name, "capbuild-sdmx")
    assert load_last_run(done) is None


def test_plugins_that_a_process_was_given_seal_nothing(done):
    run(open_workspace(done, host=Host(discover=False)))
    assert set(json.loads((done / "out" / RECORD_FILE).read_text("utf-8"))) == {"rounds"}
    assert load_last_run(done) is None


def test_a_file_that_changes_while_it_is_read_has_it_run(folder, monkeypatch):
    seal = out_folder.digest_run

    def sealing(*given):
        made = seal(*given)
        _edit_return(folder)
        return made

    monkeypatch.setattr("capbuild.workspace.runs.runner.digest_run", sealing)
    run(open_workspace(folder))
    assert load_last_run(folder) is None


def test_a_private_file_that_this_user_may_not_read_stops_nothing(folder, monkeypatch):
    (folder / "private").mkdir(mode=0o700, exist_ok=True)
    (folder / "private" / "people.csv").write_text("name\n")
    whole = run_record.digest_file

    def denied(path):
        if path.name == "people.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return whole(path)

    with monkeypatch.context() as patch:
        patch.setattr(run_record, "digest_file", denied)
        assert run(open_workspace(folder)).files
        assert load_last_run(folder) is not None
    assert load_last_run(folder) is None  # it can be read now, and may say anything


def test_results_elsewhere_are_known_there(done, tmp_path):
    run(open_workspace(done), out=tmp_path / "elsewhere")
    assert load_last_run(done, tmp_path / "elsewhere").out == tmp_path / "elsewhere"
    assert load_last_run(done).out == done / "out"


COMMAND = """
import sys
from capbuild.cli.app import app
try:
    app(["run", sys.argv[1]])
except SystemExit as ended:
    print("exit", ended.code)
print("loaded", *sorted({name.split(".")[1] for name in sys.modules if name.startswith("capbuild.")}))
"""


def _told(folder):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COMMAND, str(folder)], capture_output=True, text=True, check=True
    )
    *shown, loaded = done.stdout.splitlines()
    return [line for line in shown if "━" not in line], set(loaded.split()[1:])


def test_the_command_shows_the_same_and_loads_no_reader_and_no_report(done):
    (done / "notes.txt").write_text("new")
    (first, loaded), (second, light) = _told(done), _told(done)
    assert first == second
    assert {"plugins", "formats", "reports"} <= loaded
    assert light <= {
        "_atomic", "_jsonpath", "_lazy", "_slots", "_terminal", "_typed", "_version", "checks", "cli", "dates",
        "display", "documents", "errors", "escaping", "frozen", "model", "origin", "text", "undefined", "workspace",
    }  # fmt: skip
