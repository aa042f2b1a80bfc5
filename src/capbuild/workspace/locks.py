"""Locks on folders: one process at a time edits a programme or replaces results.

The operating system keeps the lock, and releases it when the process ends for any reason: the next process can take
over a lock file left behind.
"""

import errno
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from capbuild.errors import WorkspaceError, WriteError
from capbuild.origin import Origin

#: Error numbers of file systems without locks, such as some network drives.
_UNKNOWN = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL)
#: Byte that Windows locks, after the text of the file, since a locked byte cannot be read.
_FAR = 1 << 20
_PAUSE = 0.05


@contextmanager
def hold_lock(path: Path, folder: Path, *, wait: float = 10.0) -> Iterator[None]:
    """Hold a lock while a block runs.

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
    """Return the descriptor of the locked file; None if another process has locked it."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except OSError as error:
        raise _write_error(path, error) from error
    try:
        # The owner removes the file at the end: a lock on a removed file is worthless.
        if _lock(file) and path.exists() and os.path.samestat(os.fstat(file), path.stat()):
            started = datetime.now().astimezone().isoformat(" ", "seconds")
            os.truncate(file, 0)
            os.write(file, f"process {os.getpid()} on {socket.gethostname()} since {started}\n".encode())
            return file
    except OSError as error:
        os.close(file)
        raise _write_error(path, error) from error
    os.close(file)
    return None


def _write_error(path: Path, error: OSError) -> WriteError:
    return WriteError(
        f"{path} cannot be written: {error.strerror or error}",
        code="CB702",
        origin=Origin(path.as_posix()),
        remedy="check that the folder exists and may be written",
    )


def _lock(file: int) -> bool:
    """Lock a file; False if another process has it locked. Does nothing on file systems without locks."""
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
