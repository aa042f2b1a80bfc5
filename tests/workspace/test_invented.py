"""Whether answers are invented is said once, in programme.toml, and by every output alike."""

import json
import re

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.io.writing import render_files
from capbuild.notebook import plain_text
from capbuild.workspace import new_programme, open_workspace

#: What is said of a catalogue, whose prices and effects are invented whatever the answers are.
PRICES = re.compile(r"Prices or effects are invented\.|Costs are invented\.|sample|invented\b.{0,5}(true|false)")
#: Files that hold no result, but what columns mean.
NO_ROWS = {"structure.xml"}
MARK = re.compile(r"invent", re.IGNORECASE)
PLAN = '\n[plan]\nbudget = 40_000\ncurrency = "USD"\nstart = 2026-07-01\nmonths = 3\n[reports]\nformats = []\n'


@pytest.fixture(scope="module", params=[True, False], ids=["invented", "real"])
def made(request, tmp_path_factory):
    """A new programme with a plan, by whether its answers are invented."""
    folder = tmp_path_factory.mktemp("said") / "islands"
    new_programme(folder)
    text = (folder / "programme.toml").read_text("utf-8")
    assert text.count("invented = true") == 1
    text = text.replace("invented = true", f"invented = {str(request.param).lower()}")
    (folder / "programme.toml").write_text(text + PLAN, "utf-8")
    return request.param, folder, open_workspace(folder)


def marked(text):
    plain = text if isinstance(text, str) else text.decode("utf-8", "replace")
    return bool(MARK.search(PRICES.sub("", " ".join(plain.split()))))


def has_rows(name, content):
    return name not in NO_ROWS and (not name.endswith(".csv") or len(content.decode().splitlines()) > 1)


def told(name, content):
    """A file without the dictionary of its columns, one of which is called `invented`."""
    if name != "datapackage.json":
        return content
    return json.dumps({key: value for key, value in json.loads(content).items() if key != "resources"})


@pytest.mark.parametrize("command", ["run", "status", "plan"])
def test_the_terminal(made, command):
    invented, folder, _ = made
    done = CliRunner().invoke(app, [command, folder.as_posix()])
    assert done.exit_code == 0, done.output
    assert marked(done.output) is invented


@pytest.mark.parametrize("writer", ["md", "html", "csv", "sdmx-csv", "ics"])
def test_reports_exports_and_the_calendar(made, writer):
    invented, _, workspace = made
    subject = workspace.plan() if writer == "ics" else workspace.assess("baseline")
    dossier = workspace.dossier("baseline")
    files = render_files(subject, writer, programme=workspace.programme, dossier=dossier, host=workspace.host)
    said = {name: marked(told(name, content)) for name, content in files.items() if has_rows(name, content)}
    assert set(said.values()) == {invented}, said


def test_notebooks(made):
    invented, _, workspace = made
    for subject in (
        workspace.assess("baseline"),
        workspace.needs("baseline"),
        workspace.plan(),
        workspace.programme,
    ):
        assert marked(plain_text(subject)) is invented, type(subject)


def test_a_plan_that_was_kept_follows_the_programme(made):
    invented, folder, _ = made
    text = (folder / "programme.toml").read_text("utf-8")
    other = text.replace(f"invented = {str(invented).lower()}", f"invented = {str(not invented).lower()}")
    (folder / "programme.toml").write_text(other, "utf-8")
    try:
        done = CliRunner().invoke(app, ["run", folder.as_posix()])
        assert marked(done.output) is not invented
    finally:
        (folder / "programme.toml").write_text(text, "utf-8")
