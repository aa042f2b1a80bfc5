"""What a folder may read and where it may write: the folder itself, and what programme.toml declares."""

import json
import os
import shutil
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

import capbuild as cb
from capbuild.errors import WorkspaceError, WriteError
from capbuild.workspace import merge_folders, open_workspace
from capbuild.workspace.paths import FolderPaths, find_output
from capbuild.workspace.runs.run_record import digest_inputs
from capbuild.workspace.transactions import edit_folder

FINDINGS = "criterion,answer,basis,confidence\nTEC-2.2a,no,measured,3\n"
OUTSIDE = (
    "/etc/passwd", "../../findings.csv", "../visits/../../findings.csv", "../private/participants.csv",
    "../out/baseline-csv/scores.csv", "../returns/jm.csv", "../.git/config", "..", "link.csv",
)  # fmt: skip


needs_links = pytest.mark.skipif(os.name != "posix", reason="links need no rights on POSIX only")


def declare(folder, *names):
    path = folder / "programme.toml"
    text = path.read_text("utf-8").replace('id = "small"', f'id = "small"\nshared_inputs = {json.dumps(names)}')
    path.write_text(text, encoding="utf-8")


def visit(folder, findings):
    register = f'[[visits]]\nid = "V1"\ncountry = "Jamaica"\nround = "baseline"\nfindings = {json.dumps(findings)}\n'
    (folder / "visits" / "visits.toml").write_text(register, encoding="utf-8")


@pytest.fixture
def shared(folder):
    """Files outside the folder that a setting may name."""
    place = folder.parent / "shared"
    place.mkdir()
    (place / "findings.csv").write_text(FINDINGS, encoding="utf-8")
    shutil.copy(place / "findings.csv", folder.parent / "findings.csv")
    return place


def refused(issues):
    return [issue for issue in issues if issue.code == "CB620"]


@pytest.mark.parametrize("value", OUTSIDE)
def test_findings_outside_the_folder_are_refused_where_they_are_named(folder, shared, value):
    for name in ("private/participants.csv", "out/baseline-csv/scores.csv", ".git/config"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(FINDINGS, encoding="utf-8")
    (folder / "private").chmod(0o700)
    if value == "link.csv":
        (folder / "visits" / value).symlink_to(shared / "findings.csv")
    visit(folder, value)
    workspace = cb.open_workspace(folder)
    (issue,) = refused(workspace.validate())
    assert (issue.severity.value, bool(issue.remedy)) == ("error", True)
    assert (issue.origin.file, issue.origin.row) == (
        ("visits/link.csv", None) if value == "link.csv" else ("visits/visits.toml", 5)
    )
    assert value in issue.message
    if "findings.csv" in value:
        declared = issue.remedy.split("[", 1)[1].split("]")[0].strip("'")
        assert (folder / declared).resolve() == folder.parent / "findings.csv"
    if value != "link.csv":
        assert not [one for one in workspace.collect("baseline").findings if one.source == "V1"]


@needs_links
@pytest.mark.parametrize("value", ["circle", "a\0b", "x" * 300, "pipe", "deep/" * 800 + "x", "visits.toml/x"])
def test_findings_that_are_no_file_are_told(folder, value):
    (folder / "visits" / "circle").symlink_to("circle")
    os.mkfifo(folder / "visits" / "pipe")
    visit(folder, value)
    issues = [one for one in cb.open_workspace(folder).validate() if one.origin and one.origin.row == 5]
    assert [(one.code, one.origin.file) for one in issues] == [("CB604", "visits/visits.toml")]


@pytest.mark.parametrize("value", ["/etc/passwd", "../../x.csv"])
def test_external_series_outside_the_folder_are_refused(folder, value):
    (folder / "external").mkdir()
    register = f'[[series]]\nid = "s"\nprovider = "P"\nedition = "1"\ntitle = "T"\nyear = 2015\nfile = "{value}"\n'
    (folder / "external" / "external.toml").write_text(register, encoding="utf-8")
    (issue,) = refused(cb.open_workspace(folder).validate())
    assert (issue.origin.file, issue.origin.row) == ("external/external.toml", 7)


def test_a_declared_input_is_read_and_counts(folder, shared):
    visit(folder, "../../shared/findings.csv")
    declare(folder, "../shared")
    found = cb.open_workspace(folder).collect("baseline")
    assert [one.target for one in found.findings if one.source == "V1"] == ["TEC-2.2a"]
    assert "../../shared/findings.csv" in found.inputs
    before = digest_inputs(folder, folder / "out")
    (shared / "findings.csv").write_text(FINDINGS.replace("no,", "yes,"), encoding="utf-8")
    after = digest_inputs(folder, folder / "out")
    assert {name for name in after if after[name] != before.get(name)} == {"../shared/findings.csv"}


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("/etc", "CB620", "is a folder of the system"),
        ("/proc/self/environ", "CB620", "is a folder of the system"),
        ("/", "CB620", "contains the programme's folder"),
        ("..", "CB620", "contains the programme's folder"),
        ("../.ssh/keys", "CB620", "is hidden"),
        ("../absent", "CB604", "does not exist"),
    ],
)
def test_what_may_not_be_declared(folder, name, code, words):
    declare(folder, name)
    visit(folder, "/etc/passwd" if name.startswith("/") else f"../{name}/x.csv")
    issues = [one for one in cb.open_workspace(folder).validate() if one.origin and one.origin.file == "programme.toml"]
    (issue,) = [one for one in issues if one.code == code]
    assert words in issue.message
    assert issue.origin.row == 4
    assert digest_inputs(folder, folder / "out").keys() == {"programme.toml", "returns/jm.csv", "visits/visits.toml"}


# --- options ---


def options(folder, text):
    with (folder / "programme.toml").open("a", encoding="utf-8") as file:
        file.write(text)
    return cb.open_workspace(folder)


def test_paths_of_writers_count_from_the_folder(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (folder / "styles").mkdir()
    workspace = options(folder, '[reports.options.html]\ntemplates = "styles"\nstyle = "p {}"\n')
    assert workspace.settings.report_options["html"] == {"templates": str(folder / "styles"), "style": "p {}"}
    assert not refused(workspace.validate())


@pytest.mark.parametrize(
    ("writer", "option"), [("html", "templates"), ("docx", "template"), ("pdf", "fonts"), ("docx-form", "template")]
)
@pytest.mark.parametrize("value", ["/etc/passwd", "../styles"])
def test_paths_of_writers_outside_the_folder_are_refused(folder, writer, option, value):
    workspace = options(folder, f'[reports.options.{writer}]\n{option} = "{value}"\n')
    (issue,) = refused(workspace.validate())
    assert (issue.origin.file, value in issue.message) == ("programme.toml", True)
    assert workspace.settings.report_options[writer][option] == ""


def test_a_changed_option_of_a_writer_makes_its_report_again(folder):
    text = '[reports]\nformats = ["md", "html"]\nkinds = ["regional"]\n[reports.options.html]\n'
    cb.run(options(folder, f'{text}style = "p {{ margin: 1px }}"\n'))
    settings = folder / "programme.toml"
    settings.write_text(settings.read_text("utf-8").replace("1px", "7px"), encoding="utf-8")
    done = cb.run(cb.open_workspace(folder))
    assert "margin: 7px" in (folder / "out" / "baseline.html").read_text("utf-8")
    assert "baseline.md" in done.reused


LAYOUT = "country;answer\nJamaica;yes\n"


def test_paths_of_readers_count_from_the_folder(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (folder / "forms").mkdir()
    (folder / "forms" / "layout.toml").write_text("x")
    workspace = options(folder, '[read."returns/*"]\nlayout = "forms/layout.toml"\n')
    opened = workspace.settings.read_arguments("returns/jm.csv")["options"]["layout"]
    assert (opened.name, opened.content) == ("forms/layout.toml", b"x")


@pytest.mark.parametrize("value", ['"/etc/passwd"', '"../layout.toml"', '["forms/a", "../b"]', '"private/layout.toml"'])
def test_paths_of_readers_outside_the_folder_are_refused(folder, value):
    workspace = options(folder, f'[read."returns/*"]\nlayout = {value}\n')
    (issue,) = refused(workspace.validate())
    assert (issue.origin.file, issue.origin.row) == ("programme.toml", 18)
    assert workspace.collect("baseline").unread == ("returns/jm.csv",)


# --- links ---


@needs_links
@pytest.mark.parametrize("name", ["returns/x.csv", "visits", "private", "private/respondents.csv", "frameworks/f.toml"])
def test_a_link_out_of_the_folder_stops_everything(folder, tmp_path, name):
    secret = tmp_path / "secret"
    secret.mkdir() if "." not in name else secret.write_text("country,TEC-2.2a\nBelize,yes\n")
    shutil.rmtree(folder / name, ignore_errors=True)
    (folder / name).parent.mkdir(exist_ok=True, mode=0o700)
    (folder / name).symlink_to(secret)
    workspace = cb.open_workspace(folder)
    (issue,) = refused(workspace.validate())
    assert (issue.origin.file, workspace.usable) == (name, False)
    assert cb.run(workspace).exit_code == 2
    assert not (folder / "out").exists()
    declare(folder, "../secret")
    assert not refused(cb.open_workspace(folder).validate())


@needs_links
def test_links_of_copies_are_not_merged(folder, tmp_path):
    (tmp_path / "secret").write_text("secret")
    for name in ("base", "ana", "ben"):
        shutil.copytree(folder, tmp_path / name)
    (tmp_path / "ben" / "notes.md").symlink_to(tmp_path / "secret")
    with pytest.raises(WorkspaceError, match="is a link to") as caught:
        merge_folders(tmp_path / "ana", tmp_path / "ben", base=tmp_path / "base", out=tmp_path / "joined")
    assert (caught.value.code, (tmp_path / "joined").exists()) == ("CB620", False)


# --- outputs ---


@needs_links
def test_results_stay_in_the_folder(folder, tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "x").write_text("kept")
    (folder / "out").symlink_to(tmp_path / "kept")
    with pytest.raises(WorkspaceError, match="out is a link to") as caught:
        cb.run(cb.open_workspace(folder))
    assert (caught.value.code, [path.name for path in (tmp_path / "kept").iterdir()]) == ("CB620", ["x"])


@pytest.mark.parametrize("target", ["documents", "small", ".", "small/returns", "file.txt"])
def test_a_run_replaces_no_folder_that_it_did_not_write(folder, tmp_path, target):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "x").write_text("kept")
    (tmp_path / "file.txt").write_text("kept")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(WorkspaceError, match="contains other files than results") as caught:
        cb.run(cb.open_workspace(folder), out=tmp_path / target)
    assert caught.value.code == "CB620"
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("record", [None, "{}"])
def test_a_file_that_no_run_wrote_is_never_removed(folder, tmp_path, record):
    """A note beside the results of a run, and a folder whose record is none."""
    target = tmp_path / "results"
    if record is None:
        cb.run(cb.open_workspace(folder), out=target)
        cb.run(cb.open_workspace(folder), out=target)
    else:
        target.mkdir()
        (target / "run.json").write_text(record)
    (target / "deep").mkdir()
    (target / "deep" / "notes.docx").write_text("mine")
    with pytest.raises(WorkspaceError, match=r"deep/notes\.docx") as caught:
        cb.run(cb.open_workspace(folder), out=target)
    assert caught.value.code == "CB620"
    assert (target / "deep" / "notes.docx").read_text() == "mine"


@needs_links
@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "link/x", "deep/link/x", "dead", "", "."])
def test_a_change_writes_nothing_outside(folder, tmp_path, name):
    (tmp_path / "elsewhere").mkdir()
    (folder / "deep").mkdir()
    for link in ("link", "deep/link"):
        (folder / link).symlink_to(tmp_path / "elsewhere")
    (folder / "dead").symlink_to(tmp_path / "absent")

    def write():
        with edit_folder(folder) as edit:
            edit.write(name, "x")

    with pytest.raises(WorkspaceError, match="leads outside") as caught:
        write()
    assert (caught.value.code, list((tmp_path / "elsewhere").iterdir())) == ("CB620", [])
    assert not (tmp_path / "absent").exists()


@needs_links
def test_a_link_inside_the_folder_is_followed(folder):
    (folder / "store").mkdir()
    (folder / "link").symlink_to("store")
    assert find_output(folder, "link/x.csv") == folder / "link" / "x.csv"
    with edit_folder(folder) as edit:
        edit.write("link/x.csv", "x")
    assert ((folder / "store" / "x.csv").read_text(), (folder / "link").is_symlink()) == ("x", True)
    assert FolderPaths(folder).find_input("link/x.csv") == ("store/x.csv", Path(folder / "store" / "x.csv").resolve())


@needs_links
@pytest.mark.parametrize("name", ["crosswalks/a.toml", "frameworks/a.toml", "languages/de/a.json", "evidence.csv"])
def test_a_pipe_in_the_folder_is_never_opened(folder, name):
    """Opening one for reading would wait for ever; here a writer waits, and ends the reading."""
    pipe, opened, done = folder / name, [], threading.Event()
    pipe.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(pipe)

    def write():
        while not done.wait(0.01):
            with suppress(OSError):  # nobody reads
                os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
                opened.append(name)

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(write)
        codes = {one.code for one in open_workspace(folder).validate()}
        done.set()
        waiting.result()
    assert not opened
    assert name.endswith(".csv") or codes & {"CB603", "CB010"}


def test_devices_pipes_and_files_of_others_are_not_replaced(tmp_path):
    source, pipe = tmp_path / "a.csv", tmp_path / "pipe.csv"
    source.write_text("country,law\nPeru,yes\n", "utf-8")
    os.mkfifo(pipe)
    (tmp_path / "link.csv").symlink_to(source)
    for target in (pipe, source, tmp_path / "link.csv"):
        with pytest.raises(WriteError, match="CB702"):
            cb.convert(source, target)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert source.read_text("utf-8") == "country,law\nPeru,yes\n"


def test_a_file_in_the_place_of_results_stays(tmp_path):
    (tmp_path / "m.csv").write_text("Model 2026,,,\nArea,Indicator,Level 1,Level 2\nLaw,L1 Acts,None.,All.\n", "utf-8")
    cb.new_programme(tmp_path / "p", cb.read_framework(tmp_path / "m.csv").require())
    (tmp_path / "p" / "returns" / " a .csv").write_text("country,L1\nPeru,1\n", "utf-8")
    (tmp_path / "p" / "out").write_text("mine", "utf-8")
    with pytest.raises(WriteError, match="CB702"):
        cb.run(open_workspace(tmp_path / "p"))
    assert (tmp_path / "p" / "out").read_text("utf-8") == "mine"
    (tmp_path / "p" / "out").unlink()
    assert cb.run(open_workspace(tmp_path / "p")).files
