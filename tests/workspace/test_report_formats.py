"""Every registered writer writes what it accepts of a programme's folder: `capbuild report` and a run ask the same."""

import csv

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.cli.commands import report
from capbuild.model import Assessment, Delivery, Score, Survey
from capbuild.plugins import default_host
from capbuild.workspace import open_workspace

PROGRAMME = """
[programme]
id = "small"
title = "Small"
framework = "police-cyber 1.0"
[[organisations]]
id = "X"
name = "Office"
roles = ["implementing"]
reference = "XM-DAC-1"
[[phases]]
id = "all"
title = "All"
start = 2016-01-01
end = 2017-12-31
[[rounds]]
id = "baseline"
reference_date = 2016-06-30
[[participants]]
country = "Jamaica"
[[participants]]
country = "Belize"
[targets]
default = 3
[plan]
budget = 400_000
start = 2016-07-01
months = 12
"""
DELIVERIES = "delivery,activity,start,end\nD01,A01,2016-09-13,2016-09-14\nD02,A01,2016-10-13,2016-10-14\n"
#: What has to be named of classes of which a folder has several.
NAMED = {
    Assessment: ("--country", "Jamaica"),
    Survey: ("--of", "returns/jm.csv"),
    Delivery: ("--of", "D01", "--country", "Jamaica"),
    Score: ("--country", "Jamaica", "--of", "TEC-1"),
}
WRITERS = default_host().writers


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A programme of two countries with a plan and two deliveries."""
    place = tmp_path_factory.mktemp("small")
    answers = {"jm": "Jamaica,yes,no", "bz": "Belize,yes,yes"}
    files = {f"returns/{code}.csv": f"country,TEC-2.2a,TEC-1.2a\n{row}\n" for code, row in answers.items()}
    for name, text in {**files, "programme.toml": PROGRAMME, "training/deliveries.csv": DELIVERIES}.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return open_workspace(place)


@pytest.fixture
def written(workspace, tmp_path, monkeypatch):
    """Call the command on the programme, which is read once; return what it printed and the files it wrote."""
    monkeypatch.setattr(report, "open_programme", lambda _folder: workspace)

    def write(*arguments):
        asked = ["report", str(workspace.folder), "--out", str(tmp_path / "made"), *arguments]
        done = CliRunner().invoke(app, asked)
        return done, [path for path in tmp_path.rglob("*") if path.is_file()]

    return write


def several(writer):
    """The class that a writer accepts and a folder has several of; None where there is one thing to write."""
    classes = {cls.__name__ for cls in writer.accepts}
    single = {"AssessmentSet", "Programme", "Plan", "Framework", "Questionnaire"}
    return None if classes & single else next(cls for cls in NAMED if cls.__name__ in classes)


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_writes_what_the_folder_has(name, written):
    kind = several(WRITERS[name])
    done, files = written("--format", name, *(NAMED[kind] if kind else ()))
    assert done.exit_code == 0, done.output
    assert files
    assert all(path.stat().st_size for path in files)


@pytest.mark.parametrize("name", [name for name, writer in WRITERS.items() if several(writer)])
def test_a_writer_of_one_of_several_says_which_there_are(name, written):
    done, files = written("--format", name)
    assert (done.exit_code, "CB733" in done.output, files) == (2, True, [])
    done, _ = written("--format", name, "--of", "D0l", "--country", "Jamaica")
    assert (done.exit_code, "CB733" in done.output) == (2, True)


def test_a_country_alone_is_written_by_writers_of_data(written):
    done, files = written("--format", "csv", "--country", "Jamaica")
    assert done.exit_code == 0, done.output
    (scores,) = (path.read_text("utf-8-sig") for path in files if path.name == "scores.csv")
    assert {row["country"] for row in csv.DictReader(scores.splitlines())} == {"JM"}


def test_options_of_a_writer_are_checked_when_the_folder_is_read(folder):
    with (folder / "programme.toml").open("a") as file:
        file.write('[reports.options.iati]\nstatus = "9"\n[reports.options.itai]\n[reports.options.elsewhere]\nx = 1\n')
    issues = [str(issue) for issue in open_workspace(folder).folder_issues]
    assert [("iati: " in issue, "'itai' (did you mean 'iati'?)" in issue) for issue in issues] == [
        (True, False),
        (False, True),
    ]
