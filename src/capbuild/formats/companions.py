"""Files that explain another: the definition or dictionary of an export."""

from collections.abc import Callable, Iterable
from itertools import takewhile
from pathlib import Path, PurePath

from capbuild.errors import ReadError
from capbuild.origin import Origin
from capbuild.plugins import InputFile

__all__ = ["find_companion", "open_companion"]

#: Most files of a folder that are looked at, those with names most alike first.
_MOST = 20


def open_companion(given: str | Path | bytes, source: InputFile, suffix: str) -> InputFile:
    """Return the definition that an option names.

    Args:
        given: Its path or its bytes.
        source: The file that it explains, whose limits are in force.
        suffix: Usual suffix of definitions, for the name of bytes.

    Raises:
        ReadError: CB108, it does not exist.
        LimitError: It is larger than the limits allow.
    """
    if isinstance(given, bytes):
        return InputFile(f"definition{suffix}", data=given, limits=source.limits)
    path = Path(given)
    if not path.is_file():
        origin = Origin(path.as_posix())
        raise ReadError(f"the definition {path.name} does not exist", origin=origin, remedy="check the path")
    return InputFile(path.name, path=path, limits=source.limits)


def find_companion(
    source: InputFile, suffixes: Iterable[str], explains: Callable[[InputFile], bool]
) -> InputFile | None:
    """Return the definition beside a file, or None.

    Of several that fit, it is the one whose name begins most like the file's; none where two begin alike.

    Args:
        source: The file; one without a path has no neighbours.
        suffixes: Suffixes of definitions, in lower case.
        explains: True for a file that defines the questions of this one.
    """
    if source.path is None:
        return None
    known, own = frozenset(suffixes), source.path
    try:
        paths = [path for path in own.parent.iterdir() if path.suffix.lower() in known and path != own]
        alike = {path: _beginning(own.stem.casefold(), path.stem.casefold()) for path in paths}
        nearest = sorted(paths, key=lambda path: (-alike[path], path.name))[:_MOST]
        sizes = {path: path.stat().st_size for path in nearest if path.is_file()}
    except OSError:
        return None
    folder = PurePath(source.name).parent
    fitting: dict[int, list[InputFile]] = {}
    for path in (path for path, size in sizes.items() if 0 < size <= source.limits.file_size):
        found = InputFile((folder / path.name).as_posix(), path=path, limits=source.limits)
        if explains(found):
            fitting.setdefault(alike[path], []).append(found)
    best = fitting[max(fitting)] if fitting else []
    return best[0] if len(best) == 1 else None


def _beginning(one: str, other: str) -> int:
    """Return how many letters two names begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
