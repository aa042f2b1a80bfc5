"""Transactions on a programme's folder.

Several files are changed, all or none, by one locked process at a time. Stages new contents in a hidden folder. A
single file then replaces its target in one step. Several are listed in a journal: if the process ends before all are in
place, the next process that opens the folder finishes the work.
"""

import errno
import hashlib
import json
import os
import shutil
import socket
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from attrs import define, field

from capbuild._atomic import check_regular, make_folders, make_write_error, write_atomic
from capbuild.errors import WorkspaceError, WriteError
from capbuild.origin import Origin
from capbuild.workspace.paths import find_output

if TYPE_CHECKING:
    from capbuild.workspace.records.table import Table

#: Error numbers of file systems without locks, such as some network drives.
_UNKNOWN = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL)

#: Byte that Windows locks, after the text of the file, since a locked byte cannot be read.
_FAR = 1 << 20

_PAUSE = 0.05


@contextmanager
def hold_lock(path: Path, folder: Path, *, wait: float = 10.0) -> Iterator[None]:
    """Acquire a lock for a block.

    Args:
        path: The lock file; removed at the end.
        folder: The locked folder, for the message.
        wait: Seconds to wait for another process.

    Raises:
        WorkspaceError: CB621, another process has the lock.
        WriteError: CB702, the lock file cannot be written.
    """
    until = time.monotonic() + wait
    while (file := _acquire(path)) is None:
        if time.monotonic() >= until:
            raise WorkspaceError(
                f"{folder.as_posix()} is in use by {_read_holder(path)}",
                code="CB621",
                origin=Origin(path.as_posix()),
                remedy="try again when it has finished; the lock ends with its process",
            )
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        _release(path, file)


def _acquire(path: Path) -> int | None:
    """Lock a file, and return its descriptor.

    The result is None if another process has locked the file.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except OSError as error:
        raise make_write_error(path, error) from error
    try:
        # The owner removes the file at the end: a lock on a removed file is worthless.
        if _lock(file) and path.exists() and os.path.samestat(os.fstat(file), path.stat()):
            started = datetime.now().astimezone().isoformat(" ", "seconds")
            try:
                os.truncate(file, 0)
                os.write(file, f"process {os.getpid()} on {socket.gethostname()} since {started}\n".encode())
            except OSError as error:
                _release(path, file)
                raise make_write_error(path, error) from error
            return file
    except OSError as error:
        os.close(file)
        raise make_write_error(path, error) from error
    os.close(file)
    return None


def _lock(file: int) -> bool:
    """Lock a file, and return whether this succeeded.

    It fails if another process has locked the file. On file systems without locks, it succeeds without a lock.
    """
    try:
        if os.name == "nt":
            import msvcrt

            os.lseek(file, _FAR, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            os.lseek(file, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _UNKNOWN
    return True


def _release(path: Path, file: int) -> None:
    try:
        with suppress(OSError):
            path.unlink()
    finally:
        os.close(file)
    if os.name == "nt":  # Windows cannot remove an open file
        with suppress(OSError):
            path.unlink()


def _read_holder(path: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text("utf-8").strip() or "another process"
    return "another process"


_LOCK = ".capbuild-lock"

#: A committed change not yet in place.
_JOURNAL = ".capbuild-edit"

#: A change being staged, and one in place.
_STAGED, _DONE = f"{_JOURNAL}.tmp", f"{_JOURNAL}.done"

_LIST = "journal.json"

_HIDDEN = ".capbuild-"

#: Folder whose files only their owner may read.
_PRIVATE = "private"


@contextmanager
def edit_folder(folder: Path) -> Iterator["Transaction"]:
    """Change files of a folder together.

    Files are written at the end of the block, and not at all if the block raises an error. Only one process edits a
    folder at a time. A file that somebody else changed in the meantime, for example in an editor, is merged row by
    row.

    Args:
        folder: The programme's folder; created if missing.

    Raises:
        WorkspaceError: CB621, another process edits the folder; CB509, somebody else changed the same rows; CB620, a
            name leads outside the folder; CB622, an earlier change cannot be finished; CB623, names of new files
            differ in capitals only.
        WriteError: CB702, the folder cannot be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     with edit_folder(Path(place)) as edit:
        ...         edit.append_rows("reviews/states.csv", ("country", "state"), [("Cuba", "sent")])
        ...     print(Path(place, "reviews", "states.csv").read_text())
        country,state
        Cuba,sent
        <BLANKLINE>
    """
    new = not folder.exists()
    try:
        make_folders(folder)
    except OSError as error:
        raise make_write_error(folder, error) from error
    try:
        with hold_lock(folder / _LOCK, folder):
            _finish(folder)
            edit = Transaction(folder)
            yield edit
            edit._commit()
    except BaseException:
        if new:
            with suppress(OSError):
                folder.rmdir()  # nothing was written
        raise


def recover_folder(folder: Path) -> None:
    """Finish an interrupted change of a folder.

    Raises:
        WorkspaceError: CB622, a file of it was changed since, or cannot be written.
    """
    if (folder / _JOURNAL).is_dir():
        try:
            with hold_lock(folder / _LOCK, folder):
                _finish(folder)
        except WriteError as error:
            raise _make_unfinished_error(folder, error.message, "open the folder where it may be written") from error


def has_files(folder: Path) -> bool:
    """True if a folder has files or folders.

    Files of an interrupted change do not count.
    """
    return folder.is_dir() and any(not path.name.startswith(_HIDDEN) for path in folder.iterdir())


def write_export(folder: Path, path: Path, content: str | bytes) -> None:
    """Write an export inside or outside a programme's folder.

    Inside the folder, it is written in one transaction.

    Args:
        folder: The programme's folder.
        path: Folder to write to.
        content: Text or bytes.
    """
    name = _name_inside(folder, path)
    if name is None:
        write_atomic(path, content)
    else:
        with edit_folder(folder) as edit:
            edit.write(name, content)


@define
class Transaction:
    """Unwritten changes to files of a folder.

    Attributes:
        folder: The folder.
    """

    folder: Path
    _before: dict[str, bytes | None] = field(factory=dict, init=False)
    _after: dict[str, bytes | None] = field(factory=dict, init=False)

    def read(self, name: str) -> bytes | None:
        """Return a file's content with the changes so far."""
        if name in self._after:
            return self._after[name]
        if name not in self._before:
            self._before[name] = _read_or_none(find_output(self.folder, name))
        return self._before[name]

    def write(self, name: str, data: str | bytes) -> None:
        """Write a file, replacing one of the same name."""
        self.read(name)
        self._after[name] = data.encode("utf-8") if isinstance(data, str) else data

    def remove(self, name: str) -> None:
        """Remove a file."""
        self.read(name)
        self._after[name] = None

    def append_rows(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Append rows to a table, with a header if new."""
        from capbuild.workspace.records.plain_tables import append_rows

        self.write(name, append_rows(self.read(name) or b"", name, columns, rows))

    def append(self, table: "Table[Any]", rows: Iterable[object]) -> None:
        """Append objects to a table of the folder, if any."""
        cells = [list(table.format_row(row).values()) for row in rows]
        if cells:
            self.append_rows(table.file, table.columns, cells)

    def change(self, table: "Table[Any]", changes: Mapping[int, Mapping[str, str]]) -> None:
        """Change cells of a folder's table, by row number."""
        columns = dict.fromkeys(column for cells in changes.values() for column in cells)
        if changes:
            self.change_rows(table.file, (table.columns[0], *columns), changes)

    def change_rows(self, name: str, columns: Sequence[str], changes: Mapping[int, Mapping[str, str]]) -> None:
        """Change cells of some rows of a table; see `plain_tables.change_rows`."""
        from capbuild.workspace.records.plain_tables import change_rows

        self.write(name, change_rows(self.read(name) or b"", name, columns, changes))

    def export(self, path: Path, content: str | bytes) -> None:
        """Write a file in the folder or elsewhere.

        A file in the folder is written together with the other changes, and any other file at once.
        """
        name = _name_inside(self.folder, path)
        if name is None:
            write_atomic(path, content)
        else:
            self.write(name, content)

    def _commit(self) -> None:
        """Apply all changes."""
        changes = {name: data for name, data in self._after.items() if data != self._before[name]}
        entries: list[tuple[str, bytes | None, bytes | None]] = []
        for name, data in changes.items():
            there = _read_or_none(find_output(self.folder, name))
            new = data if there == self._before[name] else _merge(name, self._before[name], there, data)
            if new != there:
                entries.append((name, there, new))
        if not entries:
            return
        _check_capitals(name for name, there, new in entries if there is None and new is not None)
        try:
            listed = _stage(self.folder, entries)
            if len(listed) == 1:
                _apply(self.folder, self.folder / _STAGED, listed)
                return
            (self.folder / _STAGED).rename(self.folder / _JOURNAL)
            _sync(self.folder)
        except OSError as error:
            raise make_write_error(Path(error.filename or self.folder), error) from error
        finally:
            shutil.rmtree(self.folder / _STAGED, ignore_errors=True)
        _finish(self.folder)


def _check_capitals(names: Iterable[str]) -> None:
    """Refuse new files that some systems take for one.

    Raises:
        WorkspaceError: CB623, two names differ in capitals only.
    """
    known: dict[str, str] = {}
    for name in names:
        other = known.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            raise WorkspaceError(
                f"{other} and {name} are one name on some systems, which keep only one of them",
                code="CB623",
                origin=Origin(name),
                remedy="nothing was written: rename one of them",
            )


def _name_inside(folder: Path, path: Path) -> str | None:
    """Return the name of a file in a folder.

    The result is None if the file is elsewhere.
    """
    # Links are not followed: a link in the folder that leads outside is refused, rather than taken for a file
    # elsewhere.
    home, place, near = folder.resolve(), *map(Path, map(os.path.abspath, (path, folder)))
    for root in (near, home):
        if place.is_relative_to(root):
            return place.relative_to(root).as_posix()
    return place.resolve().relative_to(home).as_posix() if place.resolve().is_relative_to(home) else None


def _read_or_none(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _digest(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


def _merge(name: str, base: bytes | None, theirs: bytes | None, mine: bytes | None) -> bytes | None:
    """Merge a file that somebody else changed in the meantime.

    Raises:
        WorkspaceError: CB509, both changed the same row, or a file without rows.
    """
    from capbuild.workspace.versions.files import merge_file
    from capbuild.workspace.versions.three_way import Conflict

    conflicts: list[Conflict] = []
    merged = dict(merge_file(name, [base, theirs, mine], conflicts))
    if conflicts:
        raise WorkspaceError(
            f"somebody else changed {conflicts[0].describe('the folder', 'this change')}",
            code="CB509",
            origin=Origin(name),
            remedy="nothing was written: look at the file, and repeat what you did",
        )
    return merged.get(name)


def _stage(folder: Path, entries: Iterable[tuple[str, bytes | None, bytes | None]]) -> list[dict[str, Any]]:
    """Write new contents and their list to the hidden folder."""
    place = folder / _STAGED
    place.mkdir(mode=0o700)
    listed: list[dict[str, Any]] = []
    for number, (name, there, new) in enumerate(entries):
        listed.append({"file": name, "staged": f"{number}", "was": _digest(there), "now": _digest(new)})
        target, private = find_output(folder, name).resolve(), PurePosixPath(name).parts[0] == _PRIVATE
        check_regular(target)
        near = next(parent for parent in target.parents if parent.exists())
        if not (near.is_dir() and os.access(near, os.W_OK)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
        if new is not None:
            mode = 0o600 if private else 0o777
            write_atomic(place / f"{number}", new, mode=mode)
            if target.exists():
                (place / f"{number}").chmod(target.stat().st_mode & mode)
    write_atomic(place / _LIST, json.dumps(listed))
    _sync(place)
    return listed


def _finish(folder: Path) -> None:
    """Apply a committed change, and remove leftovers."""
    for name in (_STAGED, _DONE):
        shutil.rmtree(folder / name, ignore_errors=True)
    place = folder / _JOURNAL
    if not place.is_dir():
        return
    try:
        listed = json.loads((place / _LIST).read_text("utf-8"))
        for entry in listed:
            there = _digest(_read_or_none(find_output(folder, entry["file"])))
            if there not in (entry["was"], entry["now"]):
                why = f"{entry['file']} was changed since"
                raise _make_unfinished_error(
                    folder, why, f"compare it with {_JOURNAL}/{entry['staged']}, and remove {_JOURNAL}/"
                )
        _apply(folder, place, listed)
    except (ValueError, KeyError, TypeError) as error:
        raise _make_unfinished_error(folder, "its journal cannot be read", f"remove {_JOURNAL}/") from error
    except OSError as error:
        why = f"{error.filename or place} cannot be written: {error.strerror or error}"
        raise _make_unfinished_error(
            folder, why, "close programs that use its files, and open the folder again"
        ) from error


def _apply(folder: Path, place: Path, listed: Iterable[Mapping[str, Any]]) -> None:
    """Move staged files to their places, unless they are there."""
    for entry in listed:
        target, staged = find_output(folder, entry["file"]).resolve(), place / entry["staged"]
        if entry["now"] is None:
            target.unlink(missing_ok=True)
        elif staged.is_file() and not staged.is_symlink() and staged.parent == place:
            make_folders(target.parent, private=PurePosixPath(entry["file"]).parts[0] == _PRIVATE)
            _move(staged, target)
            _sync(target.parent)
    path = place.rename(folder / _DONE)
    shutil.rmtree(path, ignore_errors=True)


def _move(staged: Path, target: Path) -> None:
    """Replace a file in one step, also across file systems."""
    try:
        staged.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        write_atomic(target, staged.read_bytes(), mode=staged.stat().st_mode & 0o777)


def _sync(folder: Path) -> None:
    """Flush a folder's entries to disk, if the system can."""
    if os.name == "posix":
        with suppress(OSError):
            file = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(file)
            finally:
                os.close(file)


def _make_unfinished_error(folder: Path, why: str, remedy: str) -> WorkspaceError:
    return WorkspaceError(
        f"a change of {folder.as_posix()} was interrupted and cannot be finished: {why}",
        code="CB622",
        origin=Origin((folder / _JOURNAL).as_posix()),
        remedy=remedy,
    )
