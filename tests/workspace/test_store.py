"""A programme in any store gives what it gives in a folder; what goes wrong leaves the store as it was."""

import pytest

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


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x", "a/../../x", "C:/x", "a\\b", ""])
def test_a_name_that_leads_out_is_refused(inputs, name):
    with pytest.raises(WorkspaceError, match="outside the programme's folder") as caught:
        open_store(MemoryStore({**inputs, name: b"x"}), host=HOST).__enter__()
    assert caught.value.code == "CB507"


def test_a_store_without_a_programme_says_so():
    with pytest.raises(WorkspaceError, match=r"has no programme\.toml"):
        open_store(MemoryStore({"README.md": b""}), host=HOST).__enter__()
