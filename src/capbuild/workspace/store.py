"""Where a programme's files lie: in a folder, or in anything else that keeps bytes by name."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Protocol

from attrs import frozen

from capbuild.atomic import write_atomic
from capbuild.errors import WorkspaceError
from capbuild.origin import Origin
from capbuild.plugins import Host
from capbuild.workspace.folder import Workspace, open_workspace

__all__ = ["FolderStore", "Store", "open_store"]


class Store(Protocol):
    """Keeps files by name; names have `/` between their parts, such as `returns/barbados.xlsx`."""

    def names(self) -> Iterable[str]:
        """Return the names of all files."""
        ...

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Keep a file, in the place of one of the same name."""
        ...

    def remove(self, name: str) -> None:
        """Forget a file."""
        ...


@frozen
class FolderStore:
    """A folder as a store; hidden files and folders, such as `.git`, are none of its files.

    Attributes:
        folder: The folder.
    """

    folder: Path

    def names(self) -> Iterator[str]:
        """Yield the names of all files in alphabetical order."""
        for path in sorted(self.folder.rglob("*")):
            parts = path.relative_to(self.folder).parts
            if path.is_file() and not any(part.startswith(".") for part in parts):
                yield "/".join(parts)

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        return (self.folder / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole or not at all."""
        write_atomic(self.folder / name, data)

    def remove(self, name: str) -> None:
        """Remove a file."""
        (self.folder / name).unlink()


@contextmanager
def open_store(store: Store, *, host: Host | None = None) -> Iterator[Workspace]:
    """Give the programme that a store holds, and keep there what was done to it when the block ends well.

    The programme is worked on as a private copy in a temporary folder, which is removed at the end: readers of some
    formats need a file on disk. When the block ends with an error the store is as it was.

    Args:
        store: Where the files are.
        host: Whose plugins are used.

    Raises:
        WorkspaceError: It holds no `programme.toml`, or (CB507) a name leads out of the folder.

    Example:
        >>> with open_store(FolderStore(Path("examples/americas-2015"))) as workspace:  # doctest: +SKIP
        ...     baseline = workspace.assess("baseline")
    """
    with TemporaryDirectory(prefix="capbuild-") as place:
        copy = FolderStore(Path(place))
        for name in store.names():
            copy.write(_inside(name), store.read(name))
        if (copy.folder / "private").is_dir():
            (copy.folder / "private").chmod(0o700)
        before = _digests(copy)
        yield open_workspace(copy.folder, host=host)
        after = _digests(copy)
        for name in sorted(after):
            if after[name] != before.get(name):
                store.write(name, copy.read(name))
        for name in sorted(before.keys() - after.keys()):
            store.remove(name)


def _digests(store: FolderStore) -> dict[str, str]:
    return {name: hashlib.sha256(store.read(name)).hexdigest() for name in store.names()}


def _inside(name: str) -> str:
    """Return a name that stays in the folder.

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
