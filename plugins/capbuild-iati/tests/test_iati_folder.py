"""An activity file begins a programme's folder, and the folder writes the activity again."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve
from capbuild_iati import IatiOptions, scan_iati, write_iati
from click.testing import CliRunner
from okfn_iati import IatiValidator

from capbuild.cli.app import app
from capbuild.model import Programme, ProgrammeDocument, Severity
from capbuild.workspace import open_workspace

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "americas-2015"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
OPTIONS = IatiOptions(status="3", reporting="INTERPOL", shares={"BB": 40.0, "JM": 60.0}, reporting_type="40")


@pytest.fixture
def published(programme: Programme, tmp_path: Path) -> Path:
    document = ProgrammeDocument(title="Report", url="https://example.org/r.pdf", categories=["A01"])
    path = tmp_path / "activities.xml"
    path.write_bytes(write_iati(evolve(programme, documents=[document]), options=OPTIONS).xml)
    return path


def call(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_folder_begins_with_an_activity_and_writes_it_again(published: Path, tmp_path: Path) -> None:
    folder, again = tmp_path / "made", tmp_path / "again.xml"
    call("new", "programme", folder, "--iati", published)
    workspace = open_workspace(folder)
    found = evolve(workspace.programme, results=workspace.monitoring.results, budgets=workspace.monitoring.budgets)
    (read,) = scan_iati(published.read_bytes()).activities
    usual = Programme(id="x", title="x")
    parts = {name: getattr(usual, name) for name in ("rounds", "framework", "targets", "disclosure")}
    assert evolve(found, **parts, budgets=()) == evolve(read.programme, budgets=())
    assert [(line.id, line.amount, line.committed, line.spent, line.year) for line in found.budgets] == [
        (line.id, line.amount, line.committed, line.spent, line.year) for line in read.programme.budgets
    ]
    shown = " ".join(call("report", folder, "--format", "iati", "--out", again).split())
    assert "does not hold all of the programme: rounds" in shown
    valid, problems = IatiValidator().validate(again.read_text("utf-8"))
    assert valid, problems
    (written,) = scan_iati(again.read_bytes()).activities
    assert written.options == read.options
    assert evolve(written.programme, budgets=()) == evolve(read.programme, budgets=())


def test_what_the_file_says_and_the_folder_does_not_is_shown(published: Path, tmp_path: Path) -> None:
    text = published.read_text("utf-8").replace("<sector", '<activity-scope code="4" /><sector', 1)
    published.write_text(text, "utf-8")
    assert "activity-scope is not kept" in " ".join(
        call("new", "programme", tmp_path / "m", "--iati", published).split()
    )


def test_one_of_several_activities_is_chosen(published: Path, tmp_path: Path) -> None:
    text = published.read_text("utf-8")
    start, end = text.index("<iati-activity "), text.index("</iati-activity>") + len("</iati-activity>")
    other = text[start:end].replace("americas-2015", "another")
    published.write_text(text.replace("</iati-activities>", f"{other}</iati-activities>"), "utf-8")
    refused = CliRunner().invoke(app, ["new", "programme", str(tmp_path / "m"), "--iati", str(published)])
    assert (refused.exit_code, "--activity" in refused.output) == (2, True)
    call("new", "programme", tmp_path / "m", "--iati", published, "--activity", "another")
    assert open_workspace(tmp_path / "m").programme.id == "another"


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "activity"),
    [
        ("examples/activity-standard-example-annotated.xml", "AA-AAA-123456789-ABC123"),
        ("iatipublisher/test_complete.xml", "NP-SWC-0987-72572"),
        ("examples/dfid_out.xml", None),
    ],
)
def test_real_files_begin_folders_without_errors(name: str, activity: str | None, files: Path, tmp_path: Path) -> None:
    path = files / name
    wanted = activity or scan_iati(path.read_bytes()).programmes[0].id
    call("new", "programme", tmp_path / "m", "--iati", path, "--activity", wanted)
    workspace = open_workspace(tmp_path / "m")
    assert [str(issue) for issue in workspace.folder_issues if issue.severity is not Severity.NOTE] == []
    assert workspace.programme.id == wanted


@pytest.mark.usefixtures("unchanged_folders_scored_once")
def test_the_example_writes_a_valid_activity_with_results_budgets_and_transactions(tmp_path: Path) -> None:
    """Counted by hand: results.toml has 5 results and 6 indicators, budget.csv 7 lines promised and paid in part."""
    workspace = open_workspace(EXAMPLE)
    assert "iati" in workspace.settings.formats
    call("report", EXAMPLE, "--round", "endline", "--format", "iati", "--out", tmp_path / "a.xml")
    text = (tmp_path / "a.xml").read_text("utf-8")
    valid, problems = IatiValidator().validate(text)
    assert valid, problems
    whole, *phases = ElementTree.fromstring(text)
    counts = {tag: len(whole.findall(tag)) for tag in ("result", "result/indicator", "budget", "transaction")}
    assert counts == {"result": 5, "result/indicator": 6, "budget": 7, "transaction": 14}
    assert sum(float(one.get("percentage", "0")) for one in whole.findall("recipient-country")) == 100
    assert (whole.findall(".//actual") != [], len(phases)) == (True, 2)
    for activity in (whole, *phases):
        said = [n.text for n in activity.findall("description[@type='4']/narrative") if n.get(LANG) == "en"]
        assert "Invented: every figure in this file is made up to show the software." in said
    paid = [t.findtext("value") for t in whole.findall("transaction") if t.find("transaction-type").get("code") == "4"]
    assert sum(map(int, paid)) == 855_400
