"""The main job on a folder: inputs untouched, outputs whole, visits and meetings counted, people forgotten."""

import hashlib
import os

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.errors import WorkspaceError, WriteError
from capbuild.frameworks import load_bundled
from capbuild.io.writing import render_files
from capbuild.plugins import Host
from capbuild.workspace import forget, new_programme, open_workspace, run
from capbuild.workspace.runs import jobs, runner

VISITS = """
[[visits]]
id = "jm-2016"
country = "JAMAICA"
start = 2016-04-11
end = 2016-04-15
findings = "jamaica.csv"
"""
FINDINGS = """Findings of the visit,,,,
criterion,answer,basis,confidence,evidence_title
TEC-2.2a,yes,seen,3,Log of examinations
TEC-2.2b,yes,seen,,
TEC-2.3a,no,copy,2,
# yes, partly or no,,,,
"""


def digests(folder):
    files = (p for p in folder.rglob("*") if p.is_file() and "out" not in p.relative_to(folder).parts)
    return {p.as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_a_visit_confirms_and_its_evidence_is_kept(folder):
    (folder / "visits" / "visits.toml").write_text(VISITS)
    (folder / "visits" / "jamaica.csv").write_text(FINDINGS)
    workspace = open_workspace(folder)
    jamaica = workspace.assess("baseline")["Jamaica"]
    score = jamaica["TEC-2"]
    assert (str(score), score.lacking) == ("L2 Person-dependent", ("TEC-2.3a",))
    assert [str(f.origin) for f in score.findings if f.source == "jm-2016"] == [
        "visits/jamaica.csv:B3",
        "visits/jamaica.csv:B4",
        "visits/jamaica.csv:B5",
    ]
    assert (jamaica.visited, jamaica.evidence[0].title.source) == (True, "Log of examinations")
    assert workspace.assess("baseline").silent == (workspace.programme.countries[1],)


def test_inputs_are_never_changed_and_a_second_run_writes_the_same_bytes(folder):
    before = digests(folder)
    first = run(open_workspace(folder))
    made = {name: (folder / "out" / name).read_bytes() for name in first.files}
    second = run(open_workspace(folder))
    assert digests(folder) == before
    assert {name: (folder / "out" / name).read_bytes() for name in second.files} == made


def test_a_failing_step_leaves_the_earlier_results_whole(folder, monkeypatch):
    run(open_workspace(folder))
    before = sorted(p.name for p in (folder / "out").iterdir())

    def failing(*args, **kwargs):
        raise WriteError("no paper left")

    monkeypatch.setattr(runner, "write_atomic", failing)
    with pytest.raises(WriteError):
        run(open_workspace(folder), fresh=True)
    assert sorted(p.name for p in (folder / "out").iterdir()) == before
    assert [p.name for p in folder.iterdir() if p.name.startswith(".out")] == []


def test_assessors_words_that_do_not_fit_are_told_with_their_cell(folder):
    (folder / "visits" / "visits.toml").write_text(VISITS)
    (folder / "visits" / "jamaica.csv").write_text(
        "criterion,answer,basis,as_of,colour\nTEC-2.2a,perhaps,seen,,\nTEC-2.9z,yes,seen,,\nTEC-2.2b,yes,smelt,1/2/16,\n"
    )
    told = {(issue.code, str(issue.origin)) for issue in open_workspace(folder).validate()}
    assert {
        ("CB603", "visits/jamaica.csv:1"),
        ("CB201", "visits/jamaica.csv:B2"),
        ("CB302", "visits/jamaica.csv:A3"),
        ("CB603", "visits/jamaica.csv:C4"),
        ("CB603", "visits/jamaica.csv:D4"),
    } <= told


def test_a_new_programme_runs_and_overwrites_nothing(tmp_path):
    framework = load_bundled("police_cyber")
    new_programme(tmp_path / "islands", framework)
    result = run(open_workspace(tmp_path / "islands"))
    assert result.exit_code == 0, [str(issue) for issue in result.issues]
    assert len(result.rounds[0]) == 1
    ignored = (tmp_path / "islands" / ".gitignore").read_text()
    assert {"returns/", "private/", "out/"} <= set(ignored.split("\n"))
    if os.name == "posix":
        assert (tmp_path / "islands" / "private").stat().st_mode & 0o077 == 0
    with pytest.raises(WorkspaceError, match="is not empty"):
        new_programme(tmp_path / "islands", framework)


def test_templates_say_what_assessors_never_record(tmp_path):
    new_programme(tmp_path / "p", load_bundled("police_cyber"))
    for name in ("visits/README.md", "visits/visits.toml", "meetings/README.md", "meetings/meetings.toml"):
        text = (tmp_path / "p" / name).read_text("utf-8")
        assert all(word in text for word in ("case material", "victims")), name


@pytest.fixture
def people(folder):
    (folder / "private").mkdir(mode=0o700)
    (folder / "private" / "respondents.csv").write_text(
        'pseudonym,name\njm-police-1,"Somebody,\nInvented"\njm-police-12,Another\n'
    )
    (folder / "returns" / "jm.csv").write_bytes(
        "country,respondent,TEC-2.2a,comment\r\nJamaica,jm-police-1,yes,é\r\nJamaica,jm-police-12,no,\r\n".encode(
            "cp1252"
        )
    )
    run(open_workspace(folder))
    return folder


def holding(folder, name):
    return sorted(
        p.relative_to(folder).as_posix()
        for p in folder.rglob("*")
        if p.is_file() and any(name in word for word in p.read_text("cp1252", errors="replace").split())
    )


def test_forgetting_leaves_returns_as_received_and_says_so(people):
    done = forget(people, "jm-police-1")
    assert done.removed == (("private/respondents.csv", 1),)
    assert "Invented" not in (people / "private" / "respondents.csv").read_text()
    assert "jm-police-12,Another" in (people / "private" / "respondents.csv").read_text()
    assert done.remaining == (("returns/jm.csv", "as received; --answers removes it"),)
    assert "out/baseline.json" in done.rewritten
    assert all('"jm-police-1"' not in p.read_text("utf-8") for p in (people / "out").glob("*.json"))
    assert '"jm-police-12"' in (people / "out" / "baseline.json").read_text("utf-8")


def test_forgetting_answers_too(people):
    done = forget(people, "jm-police-1", answers=True)
    assert ("returns/jm.csv", 1) in done.removed
    left = (people / "returns" / "jm.csv").read_bytes()
    assert left == b"country,respondent,TEC-2.2a,comment\r\nJamaica,jm-police-12,no,\r\n"
    with pytest.raises(WorkspaceError, match="was not found in"):
        forget(people, "jm-police-1")


def test_what_only_names_the_person_is_told_and_left(folder):
    private = folder / "private"
    (private / "nominations").mkdir(parents=True, mode=0o700)
    (private / "participants.csv").write_bytes("pseudonym;name;country\nP-1;Ana Ruiz;JM\nP-2;Ana;JM\n".encode("utf-16"))
    (private / "nominations" / "D1-JM.csv").write_text("name,office\nana ruiz,Unit\n", encoding="utf-8")
    (private / "nominations" / "D1-BZ.csv").write_text("name,office\nBen Po,Unit\n", encoding="utf-8")
    book = pytest.importorskip("openpyxl").Workbook()
    book.active["B7"] = "Ana Ruiz"
    book.save(private / "nominations" / "D1-JM.xlsx")
    done = forget(folder, "P-1")
    assert done.removed == (("private/participants.csv", 1),)
    assert (private / "participants.csv").read_text("utf-16") == "pseudonym;name;country\nP-2;Ana;JM\n"
    assert [name for name, _ in done.remaining] == ["private/nominations/D1-JM.csv", "private/nominations/D1-JM.xlsx"]
    assert "ana ruiz" in (private / "nominations" / "D1-JM.csv").read_text("utf-8")


def test_commands_exit_as_documented(folder, tmp_path):
    command = CliRunner()
    good = command.invoke(app, ["run", folder.as_posix()])
    assert (good.exit_code, "Belize: nothing received yet" in good.output) == (0, True)
    (folder / "returns" / "empty.csv").write_bytes(b"")
    bad = command.invoke(app, ["run", folder.as_posix()])
    assert (bad.exit_code, "CB103" in bad.output) == (1, True)
    assert command.invoke(app, ["validate", folder.as_posix()]).exit_code == 1
    none = command.invoke(app, ["run", (tmp_path / "none").as_posix()])
    assert (none.exit_code, "CB601" in none.output) == (2, True)
    listed = command.invoke(app, ["plugins"])
    assert (listed.exit_code, "capbuild-csv" in listed.output) == (0, True)
    seen = command.invoke(app, ["inspect", (folder / "returns" / "jm.csv").as_posix()])
    assert (seen.exit_code, "Adds up" in seen.output) == (0, True)
    assert command.invoke(app, ["country", "Korea"]).exit_code == 2
    assert command.invoke(app, ["country", "Sint Maarten"]).output.startswith("SX SXM Sint Maarten")
    made = command.invoke(app, ["new", "programme", (tmp_path / "made").as_posix()])
    assert (made.exit_code, (tmp_path / "made" / "programme.toml").is_file()) == (0, True)
    form = command.invoke(app, ["questionnaire", "--language", "es"])
    assert "traducción provisional" in form.output.splitlines()[0]


def test_every_writer_of_a_run_is_deterministic(folder):
    workspace = open_workspace(folder, host=Host(discover=False))
    assessed = workspace.assess("baseline")
    for writer in ("md", "csv", "json"):
        once, twice = (
            render_files(assessed, writer, programme=workspace.programme, host=workspace.host) for _ in range(2)
        )
        assert once == twice


def test_a_report_that_fails_costs_no_other(folder, monkeypatch):
    render = jobs.render_files

    def failing(subject, writer, **asked):
        if (writer, asked["kind"]) == ("md", "brief"):
            raise ValueError("no such letter")
        return render(subject, writer, **asked)

    monkeypatch.setattr(jobs, "render_files", failing)
    (folder / "returns" / "jm.csv").write_text("country,TEC-2.2a\nJamaica,no\n", "utf-8")
    done = run(open_workspace(folder))
    (told,) = (issue for issue in done.issues if issue.code == "CB609")
    assert told.message == "baseline-brief.md is left out: ValueError: no such letter"
    assert (done.exit_code, "baseline-brief.md" in done.files, "baseline-brief.html" in done.files) == (1, False, True)
    monkeypatch.setattr(jobs, "render_files", render)
    again = run(open_workspace(folder))
    assert (again.exit_code, "baseline-brief.md" in again.files) == (0, True), "what was left out is tried again"
    assert set(done.files) == set(again.reused)


def test_a_folder_that_cannot_be_used_leaves_its_results_as_they_were(folder):
    run(open_workspace(folder))
    before = {path.name: path.read_bytes() for path in (folder / "out").iterdir() if path.is_file()}
    text = (folder / "programme.toml").read_text("utf-8")
    (folder / "programme.toml").write_text(text.replace("2016-06-30", '"30/06/2016"'), "utf-8")
    command = CliRunner()
    done = command.invoke(app, ["run", folder.as_posix()])
    assert (done.exit_code, "reference_date = 2016-05-31" in done.output) == (2, True)
    assert command.invoke(app, ["validate", folder.as_posix()]).exit_code == 2
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir() if path.is_file()} == before
