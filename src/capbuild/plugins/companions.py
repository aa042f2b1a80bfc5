"""Companion files beside a data file, found by name and content."""

from fnmatch import fnmatchcase
from itertools import takewhile
from pathlib import Path, PurePath

from capbuild.plugins.types import Companion, InputFile

#: Maximum files of a folder to examine, most similar names first.
_MOST = 20


def find_companion(companion: Companion, source: InputFile) -> InputFile | None:
    """Return the companion of a data file.

    None if there is none or no unique best one. The host does this before reading. A reader needs it only to claim a
    file by its companions.

    Args:
        companion: The companion to search for.
        source: The data file; without a path it has no companions.
    """
    found = list_companions(companion, source)
    return found[0] if len(found) == 1 else None


def list_companions(companion: Companion, source: InputFile) -> tuple[InputFile, ...]:
    """Return the equally good companions of a data file.

    These match the first pattern that any file matches. If `explains` checks the content, only those with the longest
    common start of the name. Without `explains`, a data file with a suffix of the patterns is itself a companion, and
    has none.

    Args:
        companion: The companion to search for.
        source: The data file.

    Raises:
        LimitError: A companion found by name alone exceeds the limits.
    """
    if source.path is None or source.path.is_dir():
        return ()
    own, explains = source.path, companion.explains
    if explains is None and source.suffix in {PurePath(pattern).suffix.lower() for pattern in companion.patterns}:
        return ()
    try:
        paths = [path for path in own.parent.iterdir() if path.name != own.name and path.is_file()]
    except OSError:
        return ()
    for pattern in companion.patterns:
        wanted = pattern.replace("{stem}", _escape(own.stem)).casefold()
        fitting = [path for path in paths if fnmatchcase(path.name.casefold(), wanted)]
        fitting.sort(key=lambda path: (-_beginning(own, path), path.name))
        if explains is None and fitting:
            return tuple(_open(path, source) for path in fitting if path.stat().st_size)
        small = [path for path in fitting if 0 < path.stat().st_size <= source.limits.file_size][:_MOST]
        found = [one for one in (_open(path, source) for path in small) if explains and explains(source, one)]
        if found:
            nearest = max(_beginning(own, Path(one.name)) for one in found)
            return tuple(one for one in found if _beginning(own, Path(one.name)) == nearest)
    return ()


def _open(path: Path, source: InputFile) -> InputFile:
    name = PurePath(source.name).with_name(path.name).as_posix()
    return InputFile(name, path=path, limits=source.limits, folder=source.folder)


def _escape(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)


def _beginning(one: Path, other: Path) -> int:
    """Return the length of the common prefix of two names, ignoring case."""
    pairs = zip(one.stem.casefold(), other.stem.casefold(), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
