"""Atomic writing of files."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from capbuild.errors import WriteError
from capbuild.origin import Origin

__all__ = ["write_atomic"]


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file atomically.

    A reader finds the old content or the new one, never a part.

    The new content goes into a temporary file beside the old one and then takes its place; permissions are kept,
    and a symbolic link goes on pointing where it did. Folders that are missing are made.

    Args:
        path: Where to write.
        content: Bytes, or text that is written as UTF-8 with its line ends as they are.

    Raises:
        WriteError: CB702, the place cannot be written; what was there is whole.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    place = path.resolve()
    draft = place.with_name(f".{place.name}.{os.urandom(4).hex()}.tmp")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileNotFoundError):
            draft.chmod(stat.S_IMODE(place.stat().st_mode))
        draft.replace(place)
    except OSError as error:
        raise WriteError(
            f"{path} cannot be written: {error.strerror or error}",
            code="CB702",
            origin=Origin(str(path)),
            remedy="check that the folder exists and may be written",
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
