"""A process that dies at a chosen write, or a disk that refuses all writes from then on."""

import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

_WRITES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate"}
_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Killed(BaseException):
    """The process is dead."""


class _Watch:
    root = ""
    limit: int | None = None
    seen = 0
    look = None
    error: OSError | None = None

    def __call__(self, event, args):
        if self.limit is None or not (event in _WRITES or (event == "open" and args[2] & _FLAGS)):
            return
        paths = [os.fspath(one) for one in args if isinstance(one, str | bytes | os.PathLike)]
        names = [os.fsdecode(path) for path in paths]
        # What is removed by its name in an open folder has no path of its own.
        if not any(name.startswith(self.root) or not Path(name).is_absolute() for name in names):
            return
        if self.look is not None:
            self.look()
        if self.error is not None and (event not in ("open", "os.mkdir") or not names[0].startswith(self.root)):
            return
        if self.seen >= self.limit:
            raise Killed if self.error is None else type(self.error)(*self.error.args, *names[:1])
        self.seen += 1


_watch = _Watch()
sys.addaudithook(_watch)


@contextmanager
def watching(root, limit=sys.maxsize, look=None, error=None):
    """Count writes below a folder, and die at one of them.

    With an error, files and folders cannot be created from then on, but others are still renamed and removed.

    Args:
        root: The folder.
        limit: How many writes are done before the process dies.
        look: Called before each write.
        error: Error of a disk, such as `OSError(errno.ENOSPC, "No space left on device")`.
    """
    _watch.root, _watch.limit, _watch.seen, _watch.look, _watch.error = os.fspath(root), limit, 0, look, error
    try:
        with suppress(Killed):
            yield _watch
    finally:
        _watch.limit = _watch.look = _watch.error = None


def snapshot(folder):
    """The files of a folder by name, without what only an interrupted process leaves behind."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith((".capbuild-", ".out-")) for part in path.relative_to(folder).parts)
    }
