"""Atomic writing of files."""

import errno
import os
import stat
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

from capbuild.errors import WriteError
from capbuild.origin import Origin

__all__ = ["make_folders", "make_write_error", "swap_folders", "write_atomic"]

#: Flag of Linux (`renameat2`) and macOS (`renamex_np`) that exchanges two names, and the process's folder.
_EXCHANGE, _HERE = 2, -100


def write_atomic(path: Path, content: str | bytes, *, mode: int = 0o777) -> None:
    """Write a file atomically.

    A reader finds the old content or the new one, never a part. The new content goes into a temporary file next to the
    old one, which then replaces it. Permissions are kept, a symbolic link keeps its target, and missing folders are
    made.

    Args:
        path: Where to write.
        content: Bytes, or text that is written as UTF-8 with its line ends as they are.
        mode: Widest permissions that the file may have; a new file also follows the umask. If only the owner may have
            them, the folders that are made are private too.

    Raises:
        WriteError: CB702, the place cannot be written; the previous file is unchanged.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    place = path.resolve()
    draft = place.with_name(f".{place.name}.{os.urandom(4).hex()}.tmp")
    try:
        check_regular(place)
        make_folders(place.parent, private=not mode & 0o077)
        with open(draft, "xb", opener=partial(os.open, mode=mode & 0o666)) as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileNotFoundError):
            draft.chmod(stat.S_IMODE(place.stat().st_mode) & mode)
        draft.replace(place)
    except OSError as error:
        raise make_write_error(path, error) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def make_write_error(path: Path, error: OSError, done: str = "written") -> WriteError:
    """Return the error of a place that cannot be written.

    Args:
        path: The place.
        error: The system's error.
        done: What cannot be done to it.
    """
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return WriteError(
        f"{path.as_posix()} cannot be {done}: {error.strerror or error}",
        code="CB702",
        origin=Origin(path.as_posix()),
        remedy="free space on the disk, and repeat it" if full else "check that the folder exists and may be written",
    )


def check_regular(place: Path) -> None:
    """Refuse to replace a device, pipe or other special file.

    Raises:
        OSError: It is no regular file.
    """
    if place.exists() and not place.is_file():
        raise OSError(errno.EINVAL, "it is no regular file", str(place))


def make_folders(path: Path, *, private: bool = False) -> None:
    """Make a folder and those above it, if missing.

    Args:
        path: The folder.
        private: Only its owner may enter it, and each folder that is made above it.
    """
    if not path.is_dir():
        make_folders(path.parent, private=private)
        path.mkdir(mode=0o700 if private else 0o777, exist_ok=True)


def swap_folders(path: Path, other: Path) -> bool:
    """Exchange two folders in one step; False if unsupported."""
    names = os.fsencode(path), os.fsencode(other)
    sys.audit("os.rename", path, other, -1, -1)
    try:
        import ctypes

        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*names, _EXCHANGE) == 0)
        return bool(library.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
    except (ImportError, AttributeError, OSError, TypeError):  # another system, or an older library
        return False
