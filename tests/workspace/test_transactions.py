"""Changes of a folder: all or none, whoever else writes, and wherever the process dies."""

import csv
import errno
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import capbuild as cb
from capbuild.errors import CapbuildError, WorkspaceError, WriteError
from capbuild.workspace import FolderStore, forget, merge_folders, new_programme, open_store
from capbuild.workspace.forms.decisions import export_decisions, import_decisions
from capbuild.workspace.forms.nominations import read_nominations, write_nominations
from capbuild.workspace.forms.reviews import export_review, import_review
from capbuild.workspace.rounds.evidence import add_evidence
from capbuild.workspace.runs import out_folder
from capbuild.workspace.runs.out_folder import load_last_run, lock_target, replace_folder
from capbuild.workspace.transactions import edit_folder, recover_folder

from .conftest import PROGRAMME
from .killing import snapshot, watching
from .test_decisions import fill as fill_decisions
from .test_reviews import answer

TABLE = "reviews/states.csv"
HEADS = ("country", "round", "state", "date", "by")
PROPOSALS = (
    "country,round,target,computed,proposed,comment,evidence,by,date,decision,decided_by,decided_on,reason,file\n"
    "Jamaica,baseline,TEC-2,L2,L3,since April,act 7,police,2016-06-02,,,,,jm.csv\n"
    "Jamaica,baseline,TEC-3,L1,L2,since May,,police,2016-06-02,,,,,jm.csv\n"
)
SETTINGS = """
[audiences]
team = "TLP:AMBER"
country = "TLP:AMBER"
[reports]
formats = ["md"]
kinds = ["regional"]
"""


def rows(folder, name=TABLE):
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def add(folder, *cells):
    with edit_folder(folder) as edit:
        edit.append_rows(TABLE, HEADS, [cells])


# --- several writers ---


def test_several_writers_lose_no_row(tmp_path):
    def write(writer):
        for number in range(25):
            add(tmp_path, f"{writer}", f"{number}", "sent", "", "")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    found = {tuple(row[:2]) for row in rows(tmp_path)[1:]}
    assert found == {(f"{writer}", f"{number}") for writer in range(4) for number in range(25)}
    assert not list(tmp_path.glob(".capbuild-*"))


def test_what_an_editor_saves_in_between_is_merged_by_row(tmp_path):
    add(tmp_path, "Cuba", "r1", "sent", "", "")
    with edit_folder(tmp_path) as edit:
        edit.change_rows(TABLE, HEADS, {2: {"by": "me"}})
        edit.append_rows(TABLE, HEADS, [("Peru", "r1", "sent", "", "me")])
        text = (tmp_path / TABLE).read_text().replace("Cuba,r1,sent,,", "Cuba,r1,sent,,\nChile,r1,sent,,editor")
        (tmp_path / TABLE).write_text(text)
    assert sorted(rows(tmp_path)[1:]) == [
        ["Chile", "r1", "sent", "", "editor"], ["Cuba", "r1", "sent", "", "me"], ["Peru", "r1", "sent", "", "me"],
    ]  # fmt: skip


def test_the_same_row_changed_by_an_editor_is_told_and_nothing_is_written(tmp_path):
    add(tmp_path, "Cuba", "r1", "sent", "", "")

    def both():
        with edit_folder(tmp_path) as edit:
            edit.change_rows(TABLE, HEADS, {2: {"by": "me"}})
            edit.write("other.csv", "x")
            (tmp_path / TABLE).write_text((tmp_path / TABLE).read_text().replace("sent,,", "sent,,editor"))

    with pytest.raises(WorkspaceError, match=r"states\.csv.*Cuba.*'editor' in the folder, 'me' in this") as caught:
        both()
    assert (caught.value.code, caught.value.origin.file) == ("CB509", TABLE)
    assert (rows(tmp_path)[1][-1], (tmp_path / "other.csv").exists()) == ("editor", False)


def test_an_error_in_the_block_writes_nothing(tmp_path):
    def fail():
        with edit_folder(tmp_path) as edit:
            edit.write("a.txt", "x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_two_files_that_are_one_on_other_systems_are_refused(tmp_path):
    """A merge of two copies may bring `Peru.csv` and `peru.csv`: on Windows and macOS one would replace the other."""

    def write(*names):
        with edit_folder(tmp_path) as edit:
            for name in names:
                edit.write(name, "x")

    for names in (("returns/Peru.csv", "returns/peru.csv"), ("a/\xe9.csv", "a/e\u0301.csv")):
        with pytest.raises(WorkspaceError) as caught:
            write(*names)
        assert (caught.value.code, caught.value.origin.file) == ("CB623", names[1])
        assert list(tmp_path.iterdir()) == []
    write("returns/Peru.csv")
    write("returns/peru.csv")  # a person named both on a system that keeps both
    write("returns/Peru.csv", "returns/peru.csv")


HOLD = "import sys, time\nfrom pathlib import Path\nfrom capbuild.workspace.transactions import edit_folder\n" + (
    "with edit_folder(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
)


def test_a_lock_names_its_holder_and_ends_with_it(tmp_path, monkeypatch):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        monkeypatch.setattr("time.monotonic", iter([0.0, 11.0]).__next__)
        with pytest.raises(WorkspaceError, match=f"is in use by process {holder.pid} on ") as caught:
            add(tmp_path, "Cuba")
        monkeypatch.undo()
        assert (caught.value.code, "try again" in caught.value.remedy) == ("CB621", True)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert (tmp_path / ".capbuild-lock").exists()
    add(tmp_path, "Cuba", "r1", "sent", "", "")
    assert (rows(tmp_path)[1][0], list(tmp_path.glob(".capbuild-*"))) == ("Cuba", [])


def test_a_lock_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / "kept").write_text("kept")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / ".capbuild-lock").symlink_to(tmp_path / "kept")
    with pytest.raises(WriteError, match="cannot be written"):
        add(tmp_path / "x", "Cuba")
    assert (tmp_path / "kept").read_text() == "kept"


def test_a_file_system_without_locks_still_compares(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    add(tmp_path, "Cuba", "r1", "sent", "", "")
    with edit_folder(tmp_path) as edit:
        edit.append_rows(TABLE, HEADS, [("Peru", "r1", "sent", "", "")])
        add(tmp_path, "Chile", "r1", "sent", "", "")
    assert sorted(row[0] for row in rows(tmp_path)[1:]) == ["Chile", "Cuba", "Peru"]


IMPORT = """
import sys
import capbuild as cb
from pathlib import Path
from capbuild.workspace.forms.nominations import read_nominations
workspace = cb.open_workspace(sys.argv[1])
workspace.monitoring
print("read", flush=True)
sys.stdin.readline()
found = read_nominations(workspace, Path(sys.argv[1], "private/nominations/D1/D1-JM.csv"))
print(len(found.enrolments), found.known, flush=True)
"""


def test_two_people_who_enrol_one_sheet_enrol_nobody_twice(prepared, tmp_path):
    place = tmp_path / "p"
    shutil.copytree(prepared, place)
    command = [sys.executable, "-c", IMPORT, str(place)]
    people = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [one.stdout.readline() for one in people] == ["read\n", "read\n"]
    for one in people:
        one.stdin.write("\n")
        one.stdin.flush()
    told = sorted(one.communicate()[0] for one in people)
    assert told == ["0 2\n", "2 0\n"]
    assert len(rows(place, "training/enrolments.csv")) == len(rows(place, "private/participants.csv")) == 3


# --- interruptions ---


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A programme with forms that came back, and what each command makes of it."""
    place = tmp_path_factory.mktemp("prepared") / "p"
    new_programme(place)
    shutil.rmtree(place / "returns")
    (place / "returns").mkdir()
    (place / "returns" / "jm.csv").write_text("country,TEC-2.2a\nJamaica,yes\n", encoding="utf-8")
    (place / "programme.toml").write_text(PROGRAMME + SETTINGS, encoding="utf-8")
    (place / "reviews" / "proposals.csv").write_text(PROPOSALS, encoding="utf-8")
    headers = "delivery,activity,title,start,end,place,host,language,trainers,criteria,cancelled"
    delivery = f"{headers}\nD1,,X,2016-09-01,,,,,,,\n"
    (place / "training" / "deliveries.csv").write_text(delivery, encoding="utf-8")
    with (place / "private" / "respondents.csv").open("a", encoding="utf-8") as file:
        file.write("jm-police-1,Ana Ruiz,a@b.org,,\njm-police-12,Juan Paz,,,\n")
    (place / "private" / "calls.csv").write_text("who,note\njm-police-1,x\njm-police-12,y\n", encoding="utf-8")
    workspace = cb.open_workspace(place)
    (sheet,) = write_nominations(workspace, "D1", countries=["Jamaica"], format="csv")
    with sheet.open("a", encoding="utf-8") as file:
        file.write("Ana Ruiz,Unit,,,,\nJohn Doe,Lab,,,,\n")
    fill_decisions(
        export_decisions(workspace, out=place / "private" / "d.csv"), "TEC-2", decision="accepted", reason="seen"
    )
    form = export_review(workspace, "JM", out=place / "private" / "r.csv")
    answer(form, {("TEC-2", "comment"): "since April"}, {"agree": "No", "by": "police", "date": "2016-07-20"})
    return place


def _put_back(folder):
    with open_store(FolderStore(folder)) as workspace:
        (workspace.folder / "README.md").write_text("changed")
        (workspace.folder / "notes.md").write_text("new")
        (workspace.folder / "results.toml").unlink()


def _merge(folder):
    for name in ("ana", "ben"):
        if not (folder.parent / name).exists():
            shutil.copytree(folder, folder.parent / name)
            (folder.parent / name / "README.md").write_text(name)
    merge_folders(folder.parent / "ana", folder.parent / "ben", base=folder, out=folder / "merged")


COMMANDS = {
    "enrol": lambda folder: read_nominations(cb.open_workspace(folder), folder / "private/nominations/D1/D1-JM.csv"),
    "decide": lambda folder: import_decisions(cb.open_workspace(folder), folder / "private/d.csv"),
    "import": lambda folder: import_review(cb.open_workspace(folder), folder / "private/r.csv"),
    "sent": lambda folder: export_review(
        cb.open_workspace(folder), "JM", sent=cb.open_workspace(folder).programme.rounds[0].end
    ),
    "forget": lambda folder: forget(folder, "jm-police-1"),
    "sheets": lambda folder: write_nominations(cb.open_workspace(folder), "D1", format="csv"),
    "store": _put_back,
    "merge": _merge,
    "evidence": lambda folder: add_evidence(
        cb.open_workspace(folder), folder / "README.md", country="Jamaica", title="Order"
    ),
    "new": lambda folder: new_programme(folder / "fresh"),
    "run": lambda folder: cb.run(cb.open_workspace(folder)),
}


def recovered(folder):
    """What the next process finds."""
    for place in (folder, folder / "merged", folder / "fresh"):
        recover_folder(place)
    load_last_run(folder)
    return snapshot(folder)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_dies_anywhere_leaves_old_or_new(prepared, tmp_path, name):
    """A tenth of the writes is tried, the first and the last among them; which ones differs between commands."""
    command, place = COMMANDS[name], tmp_path / "p"
    shutil.copytree(prepared, place)
    old = snapshot(place)
    with watching(place) as watch:
        command(place)
    writes, new = watch.seen, snapshot(place)
    assert (new != old, writes > 3) == (True, True)
    step = max(1, writes // 10)
    for limit in (*range(0, writes, step), writes - 1):
        shutil.rmtree(place)
        shutil.copytree(prepared, place)
        with watching(place, limit):
            command(place)
        found = recovered(place)
        # A journal, or the draft of one, says whom the next call goes on to forget.
        journals = [name for name in found if "forgetting.json" in name]
        for journal in journals:
            del found[journal]
        assert found in (old, new), f"{name} at write {limit} of {writes}"
        if journals or (found == old and limit in (writes // 2, writes - 1)):
            command(place)
            assert snapshot(place) == new
    for folder in (place, place / "merged", place / "fresh"):  # the next change takes away what is left
        with edit_folder(folder), lock_target(folder / "out"):
            pass
    assert not [path for path in place.rglob(".*") if path.name.startswith((".capbuild-", ".out-"))]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES], ids=["full", "read-only", "forbidden"])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_disk_that_refuses_leaves_the_folder_as_it_was(prepared, tmp_path, name, number):
    """A tenth of the writes is tried, the first and the last among them."""
    command, place = COMMANDS[name], tmp_path / "p"
    shutil.copytree(prepared, place)
    error, old = OSError(number, os.strerror(number)), snapshot(place)
    with watching(place, error=error) as watch:
        command(place)
    writes, new = watch.seen, snapshot(place)
    for limit in sorted({*range(0, writes, max(1, writes // 10)), writes - 1}):
        shutil.rmtree(place)
        shutil.copytree(prepared, place)
        with watching(place, limit, error=error), pytest.raises(CapbuildError, match=error.strerror) as caught:
            command(place)
        assert caught.value.code in ("CB622", "CB702"), limit
        assert caught.value.origin is not None
        assert caught.value.remedy
        assert recovered(place) in (old, new), f"{name} at write {limit} of {writes}"


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
def test_results_are_old_or_new_and_never_absent(tmp_path, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(out_folder, "swap_folders", lambda *_: False)
    out = tmp_path / "out"

    def write(text):
        with lock_target(out), replace_folder(out) as fresh:
            for name in "abc":
                (fresh / name).write_text(text)

    def look():
        assert out.is_dir() or not exchange

    write("old")
    for limit in range(60):
        with watching(tmp_path, limit, look) as watch:
            write("new")
        if watch.seen < limit:
            break
        with lock_target(out):
            pass
        assert {path.read_text() for path in out.iterdir()} in ({"old"}, {"new"}), limit
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
        write("old")
    assert limit > 10


def test_two_runs_at_once_are_told(tmp_path):
    def hold():
        with lock_target(tmp_path / "out"):
            pass

    with lock_target(tmp_path / "out"), pytest.raises(WorkspaceError, match="is in use by process") as caught:
        hold()
    assert caught.value.code == "CB621"


def interrupt(folder, files):
    """Leave a committed change that is not in place."""
    with watching(folder) as watch, edit_folder(folder) as edit:
        for name, text in files.items():
            edit.write(name, text)
    for limit in range(watch.seen):
        with watching(folder, limit), edit_folder(folder) as edit:
            for name in files:
                edit.remove(name)
        if (folder / ".capbuild-edit").is_dir():
            return
    raise AssertionError


def test_a_change_of_the_file_after_an_interruption_is_not_overwritten(tmp_path):
    (tmp_path / "programme.toml").write_text("")
    interrupt(tmp_path, {"a.csv": "a", "b.csv": "b"})
    (tmp_path / "a.csv").write_text("edited")
    with pytest.raises(WorkspaceError, match=r"a\.csv was changed since") as caught:
        cb.open_workspace(tmp_path)
    assert (caught.value.code, (tmp_path / "a.csv").read_text()) == ("CB622", "edited")


@pytest.mark.parametrize(
    "journal",
    ["", "[1]", "{}", '[{"file": "../x", "staged": "0", "was": null, "now": "1"}]',
     '[{"file": "x", "staged": "../../secret", "was": null, "now": "1"}]'],
)  # fmt: skip
def test_a_journal_that_nobody_wrote_reaches_nothing_outside(tmp_path, journal):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "p" / ".capbuild-edit").mkdir(parents=True)
    (tmp_path / "p" / ".capbuild-edit" / "journal.json").write_text(journal)
    (tmp_path / "p" / ".capbuild-edit" / "0").write_text("written")
    with pytest.raises(CapbuildError):
        cb.open_workspace(tmp_path / "p")
    assert (tmp_path / "secret").read_text() == "secret"
    assert not (tmp_path / "x").exists()


# --- permissions ---


@pytest.fixture
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are a matter of POSIX")
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002], indirect=True)
def test_permissions_follow_the_umask_and_private_files_are_their_owners(tmp_path, umask):
    with edit_folder(tmp_path / "p") as edit:
        edit.write("private/people/a.csv", "x")
        edit.write("reviews/a.csv", "x")
    with lock_target(tmp_path / "out"), replace_folder(tmp_path / "out"):
        pass
    found = {path.relative_to(tmp_path).as_posix(): path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert found == {
        "out": 0o777 & ~umask,
        "p": 0o777 & ~umask,
        "p/private": 0o700,
        "p/private/people": 0o700,
        "p/private/people/a.csv": 0o600,
        "p/reviews": 0o777 & ~umask,
        "p/reviews/a.csv": 0o666 & ~umask,
    }


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are a matter of POSIX")
def test_a_private_file_that_others_could_read_is_closed_when_it_changes(tmp_path):
    path = tmp_path / "private" / "a.csv"
    path.parent.mkdir()
    path.write_text("x")
    path.chmod(0o664)
    (tmp_path / "b.csv").write_text("x")
    (tmp_path / "b.csv").chmod(0o664)
    with edit_folder(tmp_path) as edit:
        edit.write("private/a.csv", "y")
        edit.write("b.csv", "y")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("private/a.csv", "b.csv")] == [0o600, 0o664]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_may_not_be_written_is_told_before_anything_changes(tmp_path):
    (tmp_path / "reviews").mkdir()
    (tmp_path / "reviews").chmod(0o500)

    def edit_both():
        with edit_folder(tmp_path) as edit:
            edit.write("a.csv", "x")
            edit.write("reviews/b.csv", "x")

    with pytest.raises(WriteError, match="Permission denied"):
        edit_both()
    assert not (tmp_path / "a.csv").exists()


def test_git_ignores_what_interruptions_leave(prepared, tmp_path):
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    place = tmp_path / "p"
    shutil.copytree(prepared, place)
    for name in (".out-out-0123abcd", ".capbuild-edit.tmp"):
        (place / name).mkdir()
        (place / name / "x").write_text("x")
    (place / ".capbuild-lock").write_text("x")
    subprocess.run(["git", "init", "-q", place], check=True)
    command = ["git", "-C", place, "status", "--porcelain", "-uall"]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "reviews/proposals.csv" in told.stdout
    assert not any(name in told.stdout for name in (".out-", ".capbuild-", "private/"))
    assert Path(place, ".gitignore").read_text().endswith(".capbuild-*\n")
