"""A programme in any store gives what it gives in a folder; what goes wrong leaves the store as it was."""

import inspect

import pytest

import capbuild.workspace
from capbuild.errors import WorkspaceError
from capbuild.frameworks import load_bundled
from capbuild.plugins import Host
from capbuild.workspace import FolderStore, new_programme, open_store, open_workspace, run

HOST = Host(discover=False)


class MemoryStore:
    """The simplest store there is."""

    def __init__(self, files):
        self.files = dict(files)

    def names(self):
        return sorted(self.files)

    def read(self, name):
        return self.files[name]

    def write(self, name, data):
        self.files[name] = data

    def remove(self, name):
        del self.files[name]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "programme"
    new_programme(folder, load_bundled("police_cyber"))
    kept = FolderStore(folder)
    return {name: kept.read(name) for name in kept.names()}


def test_a_run_in_memory_makes_the_bytes_of_a_run_in_a_folder(inputs, tmp_path):
    store = MemoryStore(inputs)
    with open_store(store, host=HOST) as workspace:
        result = run(workspace)
    folder = FolderStore(tmp_path)
    for name, data in inputs.items():
        folder.write(name, data)
    run(open_workspace(tmp_path, host=HOST))
    made = {name for name in store.files if name.startswith("out/")}
    assert {f"out/{name}" for name in result.files} <= made
    assert {name: store.files[name] for name in made} == {name: folder.read(name) for name in made}
    assert {name: store.files[name] for name in inputs} == inputs


def test_a_second_run_finds_that_nothing_changed(inputs):
    store = MemoryStore(inputs)
    for _ in range(2):
        with open_store(store, host=HOST) as workspace:
            result = run(workspace)
    assert set(result.reused) == set(result.files)


def test_what_is_removed_in_the_folder_is_removed_in_the_store(inputs):
    store = MemoryStore(inputs)
    with open_store(store, host=HOST) as workspace:
        (workspace.folder / "returns" / "sample.csv").unlink()
    assert set(inputs) - set(store.files) == {"returns/sample.csv"}


def test_an_error_leaves_the_store_as_it_was_and_no_copy_behind(inputs):
    store = MemoryStore(inputs)

    def changed_and_failed():
        with open_store(store, host=HOST) as workspace:
            folders.append(workspace.folder)
            (workspace.folder / "README.md").write_text("changed")
            raise RuntimeError("stopped")

    folders = []
    with pytest.raises(RuntimeError, match="stopped"):
        changed_and_failed()
    assert store.files == inputs
    assert not folders[0].exists()


def test_what_two_blocks_changed_in_different_files_is_kept_of_both(inputs):
    store = MemoryStore(inputs)
    with open_store(store, host=HOST) as first, open_store(store, host=HOST) as second:
        (first.folder / "README.md").write_text("first")
        (second.folder / "notes.md").write_text("second")
    assert store.files == {**inputs, "README.md": b"first", "notes.md": b"second"}


@pytest.mark.parametrize("now", [b"theirs", None], ids=["changed", "removed"])
@pytest.mark.parametrize("mine", ["mine", None], ids=["changed here", "removed here"])
def test_what_somebody_else_changed_is_never_overwritten(inputs, now, mine):
    store = MemoryStore(inputs)

    def changed_by_two():
        with open_store(store, host=HOST) as workspace:
            place = workspace.folder / "README.md"
            place.unlink() if mine is None else place.write_text(mine)
            (workspace.folder / "notes.md").write_text("made here")
            store.remove("README.md") if now is None else store.write("README.md", now)

    theirs = {name: data for name, data in {**inputs, "README.md": now}.items() if data is not None}
    if now is mine is None:
        changed_by_two()  # both removed it: that is one wish
        assert store.files == {**theirs, "notes.md": b"made here"}
        return
    with pytest.raises(WorkspaceError, match=r"README\.md changed in the store") as caught:
        changed_by_two()
    assert (caught.value.code, store.files) == ("CB509", theirs)


def test_the_same_change_by_two_is_no_conflict(inputs):
    store = MemoryStore(inputs)
    with open_store(store, host=HOST) as workspace:
        (workspace.folder / "README.md").write_text("the same")
        store.write("README.md", b"the same")
    assert store.files == {**inputs, "README.md": b"the same"}


def test_fetching_tells_how_far_it_is_and_can_be_cancelled(inputs):
    told = []

    def progress(done, total, what):
        told.append((done, total, what))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_store(MemoryStore(inputs), host=HOST, progress=progress).__enter__()
    assert told == [(number, len(inputs), name) for number, name in enumerate(sorted(inputs)[:3])]


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x", "a/../../x", "C:/x", "a\\b", ""])
def test_a_name_that_leads_out_is_refused(inputs, name):
    with pytest.raises(WorkspaceError, match="outside the programme's folder") as caught:
        open_store(MemoryStore({**inputs, name: b"x"}), host=HOST).__enter__()
    assert caught.value.code == "CB507"


def test_a_store_without_a_programme_says_so():
    with pytest.raises(WorkspaceError, match=r"has no programme\.toml"):
        open_store(MemoryStore({"README.md": b""}), host=HOST).__enter__()


def test_a_store_without_a_programme_is_named(tmp_path):
    for store, name in ((FolderStore(tmp_path), tmp_path.as_posix()), (MemoryStore({"a.csv": b""}), "the store")):
        with pytest.raises(WorkspaceError, match=f"^CB601 {name}: {name} has no programme.toml"), open_store(store):
            pass


def test_every_public_function_of_a_workspace_opens_a_path(tmp_path):
    functions = [getattr(capbuild.workspace, name) for name in capbuild.workspace.__all__]
    taking = [one for one in functions if inspect.isfunction(one) and "workspace" in inspect.signature(one).parameters]
    assert run in taking
    for one in taking:
        parameters = inspect.signature(one).parameters.values()
        needed = {at.name: None for at in parameters if at.default is inspect.Parameter.empty}
        for path in (tmp_path, str(tmp_path)):
            with pytest.raises(WorkspaceError, match=r"has no programme\.toml"):
                one(**{**needed, "workspace": path})
