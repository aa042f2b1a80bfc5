"""Differences between copies of a programme, and merging."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path, PurePosixPath

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import WorkspaceError
from capbuild.origin import Origin
from capbuild.workspace.paths import FolderPaths, iter_files
from capbuild.workspace.transactions import edit_folder, has_files, recover_folder
from capbuild.workspace.versions.files import describe_file, merge_file, parse_parts, remove_comments
from capbuild.workspace.versions.three_way import Conflict, Parts, conflict_table, format_place, format_value

#: Folders that runs recreate, or that belong to tools.
_LEFT_OUT = ("out",)

#: List of conflicts of a merge; not part of a programme.
CONFLICTS = "merge-conflicts.csv"


@frozen(kw_only=True)
class MergeResult:
    """Files and conflicts of a merge.

    Attributes:
        folder: The merged folder.
        files: Files in it, by name.
        conflicts: Parts that both changed differently.
    """

    folder: Path
    files: tuple[str, ...] = field(default=(), converter=to_tuple)
    conflicts: tuple[Conflict, ...] = field(default=(), converter=to_tuple)


def read_files(folder: Path) -> dict[str, bytes]:
    """Return a programme's files by name.

    Results and hidden files are left out, except `.gitignore`.

    Raises:
        WorkspaceError: CB620, a link leads outside the folder.
    """
    recover_folder(folder)
    refused = next(FolderPaths.load(folder).check_links(), None)
    if refused is not None:
        raise WorkspaceError(refused.message, code=refused.code, origin=refused.origin, remedy=refused.remedy)
    places = [*iter_files(folder), *folder.rglob(".gitignore")]
    paths = {path.relative_to(folder).as_posix(): path for path in places}
    return {
        name: path.read_bytes()
        for name, path in sorted(paths.items())
        if name.split("/", maxsplit=1)[0] not in (*_LEFT_OUT, CONFLICTS)
        and not any(part.startswith(".") for part in PurePosixPath(name).parts[:-1])
    }


def merge_folders(first: str | Path, second: str | Path, *, base: str | Path, out: str | Path) -> MergeResult:
    """Merge two copies of a programme into a new folder.

    Neither copy is changed, and nothing is lost: conflicts are listed in `merge-conflicts.csv`.

    Args:
        first: One copy.
        second: The other.
        base: Common ancestor of both.
        out: The folder to write; it must be new or empty.

    Raises:
        WorkspaceError: One of the folders has no programme.toml, or `out` is not empty.
    """
    places = [Path(place) for place in (base, first, second)]
    for place in places:
        if not (place / "programme.toml").is_file():
            raise WorkspaceError(f"{place} has no programme.toml", origin=Origin(place.as_posix()))
    target = Path(out)
    recover_folder(target)
    if target.exists() and (not target.is_dir() or has_files(target)):
        remedy = "choose a folder that does not exist"
        raise WorkspaceError(f"{target} is not empty", origin=Origin(target.as_posix()), remedy=remedy)
    versions = [read_files(place) for place in places]
    conflicts: list[Conflict] = []
    written = dict(
        merged
        for name in sorted({name for files in versions for name in files})
        for merged in merge_file(name, [files.get(name) for files in versions], conflicts)
    )
    with edit_folder(target) as edit:
        for name, data in written.items():
            edit.write(name, data)
        if conflicts:
            edit.write(CONFLICTS, "\ufeff" + conflict_table(conflicts, *name_copies(places[1], places[2])))
    return MergeResult(folder=target, files=sorted(written), conflicts=conflicts)


def name_copies(first: Path, second: Path) -> tuple[str, str]:
    """Return the names of two copies."""
    short = (first.resolve().name, second.resolve().name)
    return short if short[0] != short[1] else (first.as_posix(), second.as_posix())


@frozen(kw_only=True)
class Difference:
    """Difference between two copies.

    Attributes:
        file: Name below the programme's folder.
        place: Key of the row or table; empty for the whole file.
        field: Field; empty for all.
        before: Value in the first copy; None if absent.
        after: Value in the second copy; None if absent.
    """

    file: str
    place: str = ""
    field: str = ""
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, format_place(self.place), self.describe()) if part)

    def describe(self) -> str:
        """Describe the difference, without its place."""
        name = self.field
        if self.before is None or self.after is None:
            verb, text = ("added", self.after) if self.before is None else ("removed", self.before)
            shown = f": {text}" if name and text else f" ({text})" if text else ""
            return f"{name} {verb}{shown}".strip()
        if not name:
            return "changed"
        if not self.before:
            return f"{name} is now {self.after!r}"
        return f"{name} was {self.before!r} and is now {self.after or 'empty'!r}"


def diff_folders(before: str | Path, after: str | Path) -> tuple[Difference, ...]:
    """Compare two copies of a programme's folder.

    The order of rows and keys does not matter, nor do comments.

    Args:
        before: The first copy.
        after: The second copy.
    """
    old, new = read_files(Path(before)), read_files(Path(after))
    return tuple(
        difference
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
        for difference in _diff_file(name, old.get(name), new.get(name))
    )


def _diff_file(name: str, before: bytes | None, after: bytes | None) -> Iterator[Difference]:
    parts = [parse_parts(name, data) if data is not None else None for data in (before, after)]
    if parts[0] is not None and parts[1] is not None:
        yield from _diff_parts(name, parts[0], parts[1])
    else:
        texts = [None if data is None else "" for data in (before, after)]
        yield Difference(file=name, before=texts[0], after=texts[1])


def _diff_parts(name: str, before: Parts, after: Parts) -> Iterator[Difference]:
    old, new = before.by_key, after.by_key
    for key in dict.fromkeys([*old, *new]):
        place = ", ".join(part for part in key if part)
        if key not in new or key not in old:
            # The cells of a row other than its key.
            rests = [remove_comments(parts[key]).fields if key in parts else None for parts in (old, new)]
            shown = [None if rest is None else [format_value(*pair) for pair in rest.items()] for rest in rests]
            texts = [None if rest is None else ", ".join(t for t in rest if t and t not in key) for rest in shown]
            yield Difference(file=name, place=place, before=texts[0], after=texts[1])
        else:
            fields = [remove_comments(parts[key]).fields for parts in (old, new)]
            for column in dict.fromkeys([*fields[0], *fields[1]]):
                values = [format_value(column, version.get(column)) for version in fields]
                if values[0] != values[1]:
                    yield Difference(file=name, place=place, field=column, before=values[0], after=values[1])


def describe_differences(differences: Iterable[Difference]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield name, description and lines of each file with differences.

    There is one line per row of the file.

    Args:
        differences: Differences, grouped by file.
    """
    for name, of_file in groupby(differences, lambda difference: difference.file):
        lines = []
        for place, of_row in groupby(of_file, lambda difference: difference.place):
            text = "; ".join(difference.describe() for difference in of_row)
            lines.append(f"{format_place(place)}: {text}" if place else text)
        yield name, describe_file(name), lines


def count_differences(differences: Iterable[Difference]) -> str:
    """Count changed, added and removed rows and files."""
    kinds: dict[tuple[str, str], str] = {}
    for difference in differences:
        whole = not difference.field
        kind = (
            "added"
            if whole and difference.before is None
            else "removed"
            if whole and difference.after is None
            else "changed"
        )
        kinds[difference.file, difference.place] = kind
    counts = Counter(kinds.values())
    return ", ".join(f"{counts[kind]} {kind}" for kind in ("changed", "added", "removed") if counts[kind]) or (
        "No difference"
    )
