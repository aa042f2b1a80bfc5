"""Storage of a programme: a folder, or any key-value store."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Protocol

from attrs import frozen

from capbuild._atomic import write_atomic
from capbuild.errors import WorkspaceError
from capbuild.origin import Origin
from capbuild.plugins import Host, Progress
from capbuild.workspace.folder import Workspace, open_workspace
from capbuild.workspace.paths import find_output, iter_files
from capbuild.workspace.transactions import edit_folder, recover_folder


class Store(Protocol):
    """Stores files by name, such as `returns/barbados.xlsx`.

    Names are paths separated by `/`.
    """

    def names(self) -> Iterable[str]:
        """Return the names of all files."""
        ...

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Write a file, replacing one of the same name."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file."""
        ...


@frozen
class FolderStore:
    """A folder as a store; hidden files such as `.git` are skipped.

    Attributes:
        folder: The folder.
    """

    folder: Path

    def names(self) -> Iterator[str]:
        """Yield the names of all files, sorted."""
        recover_folder(self.folder)
        yield from sorted(path.relative_to(self.folder).as_posix() for path in iter_files(self.folder))

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        return find_output(self.folder, name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole or not at all."""
        with edit_folder(self.folder) as edit:
            edit.write(name, data)

    def remove(self, name: str) -> None:
        """Remove a file."""
        with edit_folder(self.folder) as edit:
            edit.remove(name)


@contextmanager
def open_store(store: Store, *, host: Host | None = None, progress: Progress | None = None) -> Iterator[Workspace]:
    """Open a stored programme, and save changes on success.

    Works on a private copy in a temporary folder, removed at the end, since some readers need a file on disk. If the
    block raises an error, the store stays unchanged. Two blocks may be open at once: changes to different files are
    both kept, and a file that somebody else changed in the meantime is not overwritten.

    Args:
        store: Location of the files.
        host: Plugin host.
        progress: Progress callback for each file fetched; raise in it to cancel.

    Raises:
        WorkspaceError: There is no `programme.toml`; or (CB507) a name leads out of the folder; or (CB509) a file that
            the block changed was also changed in the store: nothing is written then.

    Example:
        >>> with open_store(FolderStore(Path("examples/americas-2015"))) as workspace:  # doctest: +SKIP
        ...     baseline = workspace.assess("baseline")
    """
    with TemporaryDirectory(prefix="capbuild-") as place:
        copy = FolderStore(Path(place))
        before = _fetch(store, copy, progress)
        if "programme.toml" not in before:
            where = store.folder.as_posix() if isinstance(store, FolderStore) else "the store"
            raise WorkspaceError(
                f"{where} has no programme.toml",
                origin=Origin(where),
                remedy="name the folder of a programme, or create one with capbuild new programme NAME",
            )
        yield open_workspace(copy.folder, host=host)
        _put_back(store, copy, before)


def _fetch(store: Store, copy: FolderStore, progress: Progress | None) -> dict[str, str]:
    """Copy a store, and return the digest of each file."""
    names = list(store.names())
    found = {}
    for number, name in enumerate(names):
        if progress is not None:
            progress(number, len(names), name)
        data = store.read(name)
        write_atomic(copy.folder / _check_name(name), data)
        found[name] = _digest_bytes(data)
    if (copy.folder / "private").is_dir():
        (copy.folder / "private").chmod(0o700)
    return found


def _put_back(store: Store, copy: FolderStore, before: Mapping[str, str]) -> None:
    """Store files that differ from the fetched ones.

    Raises:
        WorkspaceError: CB509, one of these files has been changed in the store since.
    """
    after = {name: _digest_bytes(copy.read(name)) for name in copy.names()}
    changed = sorted(name for name in after if after[name] != before.get(name))
    # A file missing from the copy, such as a hidden one, was not removed.
    removed = sorted(name for name in before.keys() - after.keys() if not (copy.folder / name).exists())
    # A folder takes all changes or none; other stores take them one by one.
    with edit_folder(store.folder) if isinstance(store, FolderStore) else nullcontext(store) as target:
        _check_unchanged(store, [*changed, *removed], before, after)
        for name in changed:
            target.write(name, copy.read(name))
        there = set(store.names()) if removed else set()
        for name in removed:
            if name in there:  # unless somebody else has already removed it
                target.remove(name)


def _check_unchanged(store: Store, names: Iterable[str], before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Refuse to overwrite changes by others; accept the same change."""
    there = set(store.names())
    found = {name: _digest_bytes(store.read(name)) if name in there else None for name in names}
    lost = [name for name, now in found.items() if now not in {before.get(name), after.get(name)}]
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise WorkspaceError(
            f"{lost[0]}{more} changed in the store since it was opened",
            code="CB509",
            origin=Origin(lost[0]),
            remedy="nothing was put back: open the store again and repeat what you did",
        )


def _digest_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check_name(name: str) -> str:
    """Return a name if it stays in the folder.

    Raises:
        WorkspaceError: CB507, it does not.
    """
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name or ":" in parts[0]:
        raise WorkspaceError(
            f"a store names a file {name!r}, which is outside the programme's folder",
            code="CB507",
            origin=Origin(name),
            remedy="names are relative, with / between their parts",
        )
    return name
