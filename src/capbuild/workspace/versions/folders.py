"""Two copies of a programme's folder and the one both came from, as one folder."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from attrs import field, frozen

from capbuild.atomic import write_atomic
from capbuild.checks import to_tuple
from capbuild.errors import CapbuildError, WorkspaceError
from capbuild.origin import Origin
from capbuild.workspace.plain_tables import plain_text
from capbuild.workspace.versions.blocks import read_blocks
from capbuild.workspace.versions.parts import Parts
from capbuild.workspace.versions.tables import read_table
from capbuild.workspace.versions.three_way import Conflict, merge_parts

__all__ = ["CONFLICTS", "Merged", "files_below", "merge_folders", "parts_of"]

#: Folders whose content is made anew by every run, or belongs to a tool.
_LEFT_OUT = ("out",)
#: Where the command `merge` lists what is to be settled: it is no part of a programme.
CONFLICTS = "merge-conflicts.csv"
#: Raw files are never looked into: two of one name are two files.
_RAW = ("returns",)


@frozen(kw_only=True)
class Merged:
    """What a merge did.

    Attributes:
        folder: The merged folder.
        files: Files in it, by name.
        conflicts: What both changed differently.
    """

    folder: Path
    files: tuple[str, ...] = field(default=(), converter=to_tuple)
    conflicts: tuple[Conflict, ...] = field(default=(), converter=to_tuple)


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the files of a programme's folder by name, without results and what belongs to tools."""
    found = {}
    for path in sorted(folder.rglob("*")):
        *above, last = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in (*above, last)) and last != ".gitignore"
        if path.is_file() and (*above, last)[0] not in (*_LEFT_OUT, CONFLICTS) and not hidden:
            found["/".join((*above, last))] = path.read_bytes()
    return found


def parts_of(name: str, data: bytes) -> Parts | None:
    """Return what a file holds; None where it is to be taken or left as a whole."""
    if name.split("/", maxsplit=1)[0] in _RAW or not name.endswith((".csv", ".toml")):
        return None
    try:
        text = plain_text(data, name)[0].replace("\r\n", "\n")
    except CapbuildError:
        return None
    return read_blocks(text) if name.endswith(".toml") else read_table(name, text)


def merge_folders(first: str | Path, second: str | Path, *, base: str | Path, out: str | Path) -> Merged:
    """Merge two copies of a programme's folder into a new one. The copies are not changed, and nothing is lost.

    Args:
        first: One copy.
        second: The other.
        base: What both came from.
        out: The folder to write; it must not exist, or be empty.

    Raises:
        WorkspaceError: One of the folders has no programme.toml, or `out` is not empty.
    """
    places = [Path(place) for place in (base, first, second)]
    for place in places:
        if not (place / "programme.toml").is_file():
            raise WorkspaceError(f"{place} has no programme.toml", origin=Origin(place.as_posix()))
    target = Path(out)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        remedy = "choose a folder that does not exist"
        raise WorkspaceError(f"{target} is not empty", origin=Origin(target.as_posix()), remedy=remedy)
    versions = [files_below(place) for place in places]
    conflicts: list[Conflict] = []
    written = dict(
        made
        for name in sorted({name for files in versions for name in files})
        for made in _file(name, [files.get(name) for files in versions], conflicts)
    )
    for name, data in written.items():
        write_atomic(target / name, data)
    if (target / "private").is_dir():
        (target / "private").chmod(0o700)
    return Merged(folder=target, files=sorted(written), conflicts=conflicts)


def _file(name: str, versions: list[bytes | None], conflicts: list[Conflict]) -> Iterator[tuple[str, bytes]]:
    """Yield what becomes of a file: one, none, or both versions where they cannot be joined."""
    base, first, second = versions
    if second in (first, base):
        if first is not None:
            yield name, first
        return
    if first == base:
        if second is not None:
            yield name, second
        return
    parts = [parts_of(name, data) if data is not None else None for data in versions]
    if parts[1] is not None and parts[2] is not None:
        empty = Parts("", (), (), "", parts[1].write)
        merged, found = merge_parts(name, parts[0] or empty, parts[1], parts[2])
        conflicts += found
        yield name, _as_before(merged.write(merged), first or b"")
        return
    conflicts.append(Conflict(file=name, base=_told(base), first=_told(first), second=_told(second)))
    yield name, first if first is not None else second or b""
    if first is not None and second is not None:
        stem, dot, suffix = name.rpartition(".")
        yield (f"{stem}.second.{suffix}" if dot else f"{name}.second"), second


def _as_before(text: str, first: bytes) -> bytes:
    """Return a text with the line ends and the byte order mark that the first copy has."""
    mark = codecs.BOM_UTF8 if first.startswith(codecs.BOM_UTF8) else b""
    return mark + (text.replace("\n", "\r\n") if b"\r\n" in first else text).encode("utf-8")


def _told(data: bytes | None) -> str | None:
    return None if data is None else f"{len(data):,} bytes"
