"""A folder of results that takes the place of the last one only when all of it is there."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from capbuild.errors import WriteError

__all__ = ["exchanged"]


@contextmanager
def exchanged(target: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of another when the block ends well; else the other stays whole.

    Raises:
        WriteError: CB702, the place cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".out-", dir=target.parent))
    except OSError as error:
        raise WriteError(f"{target} cannot be written: {error.strerror or error}", code="CB702") from error
    try:
        fresh.chmod(0o755)
        yield fresh
        _exchange(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _exchange(fresh: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}-old")
    try:
        if old.exists():
            shutil.rmtree(old)
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise WriteError(f"{target} cannot be replaced: {error.strerror or error}", code="CB702") from error
