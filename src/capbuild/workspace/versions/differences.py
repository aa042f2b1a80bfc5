"""Differences between copies of a programme, and merging."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path, PurePosixPath

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import WorkspaceError
from capbuild.origin import Origin
from capbuild.workspace.paths import FolderPaths, iter_files
from capbuild.workspace.transactions import edit_folder, has_files, recover_folder
from capbuild.workspace.versions.files import merge_file, parse_parts, remove_comments
from capbuild.workspace.versions.parts import Key, Part, Parts
from capbuild.workspace.versions.three_way import Conflict, conflict_table, format_place, format_value

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

    Results and tool files are left out.

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
        if name.split("/", maxsplit=1)[0] not in (*_LEFT_OUT, CONFLICTS) and not _is_hidden(name)
    }


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in PurePosixPath(name).parts[:-1])


def merge_folders(first: str | Path, second: str | Path, *, base: str | Path, out: str | Path) -> MergeResult:
    """Merge two copies of a programme into a new folder.

    Changes neither copy, and loses nothing. `merge-conflicts.csv` lists the conflicts.

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
        made
        for name in sorted({name for files in versions for name in files})
        for made in merge_file(name, [files.get(name) for files in versions], conflicts)
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
        where = ": ".join(part for part in (self.file, format_place(self.place)) if part)
        if self.before is None:
            return f"{where}: added{f' {self.field}, {self.after!r}' if self.field else _format_content(self.after)}"
        if self.after is None:
            rest = f" {self.field}, it was {self.before!r}" if self.field else _format_content(self.before)
            return f"{where}: removed{rest}"
        if not self.field:
            return f"{where}: changed"
        if not self.before:
            return f"{where}: {self.field} is now {self.after!r}"
        return f"{where}: {self.field} was {self.before!r} and is now {self.after or 'empty'!r}"


def _format_content(text: str | None) -> str:
    return f" ({text})" if text else ""


def diff_folders(before: str | Path, after: str | Path) -> tuple[Difference, ...]:
    """Compare two copies of a programme's folder.

    Ignores order and comments.

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
            texts = [_format_rest(key, parts[key]) if key in parts else None for parts in (old, new)]
            yield Difference(file=name, place=place, before=texts[0], after=texts[1])
        else:
            yield from _diff_fields(name, place, remove_comments(old[key]), remove_comments(new[key]))


def _diff_fields(name: str, place: str, before: Part, after: Part) -> Iterator[Difference]:
    for column in dict.fromkeys([*before.fields, *after.fields]):
        values = [format_value(column, part.fields.get(column)) for part in (before, after)]
        if values[0] != values[1]:
            yield Difference(file=name, place=place, field=column, before=values[0], after=values[1])


def _format_rest(key: Key, part: Part) -> str:
    """Return the cells of a row other than its key."""
    shown = (format_value(name, text) for name, text in remove_comments(part).fields.items())
    return ", ".join(text for text in shown if text and text not in key)


#: Content of files; `{}` is the name.
_HOLDS = (
    ("programme.toml", "The programme and its reading rules"),
    ("collecting/register.csv", "Collection requests"),
    ("visits/visits.toml", "Visits"),
    ("visits/*", "Findings of a visit: {}"),
    ("meetings/meetings.toml", "Meetings"),
    ("meetings/needs.csv", "Decisions of meetings on needs"),
    ("meetings/*", "Findings of a meeting: {}"),
    ("desk/desk.toml", "Desk reviews"),
    ("desk/*", "Findings of a desk review: {}"),
    ("network/contacts.csv", "Contact points"),
    ("network/requests.csv", "Requests between countries"),
    ("network/agreements.csv", "Agreements"),
    ("network/operations.csv", "Joint operations"),
    ("training/deliveries.csv", "Deliveries"),
    ("training/enrolments.csv", "Enrolments"),
    ("training/evaluations.csv", "Evaluations of training"),
    ("training/competences.csv", "Competences of people"),
    ("results.toml", "The results framework"),
    ("budget.csv", "The budget"),
    ("reviews/states.csv", "States of assessments"),
    ("reviews/proposals.csv", "Proposals of countries, and decisions"),
    ("evidence.csv", "Evidence"),
    ("evidence/*", "A file of evidence: {}"),
    ("mappings/*", "Mapping of questions to criteria: {}"),
    ("countries/spellings.csv", "Spellings of countries"),
    ("countries/*", "Codes of countries: {}"),
    ("frameworks/*", "A framework: {}"),
    ("crosswalks/*", "A crosswalk: {}"),
    ("languages/*", "Texts of a language: {}"),
    ("external/*", "External series: {}"),
    ("returns/*", "A return as received: {}"),
    ("private/*", "Private: {}"),
)


def describe_file(name: str) -> str:
    """Describe a file of a programme's folder.

    Example:
        >>> describe_file("visits/jamaica.csv"), describe_file("notes.txt")
        ('Findings of a visit: jamaica', 'notes.txt')
    """
    words = next((words for pattern, words in _HOLDS if fnmatchcase(name, pattern)), name)
    return words.format(PurePosixPath(name).stem)


def describe_differences(differences: Iterable[Difference]) -> Iterator[tuple[str, str, list[str]]]:
    """Describe the differences of each file.

    Each has a file, a description, and a line per row.

    Args:
        differences: Differences, grouped by file.
    """
    for name, of_file in groupby(differences, lambda difference: difference.file):
        lines = []
        for place, of_row in groupby(of_file, lambda difference: difference.place):
            text = "; ".join(map(_describe_difference, of_row))
            lines.append(f"{format_place(place)}: {text}" if place else text)
        yield name, describe_file(name), lines


def _describe_difference(difference: Difference) -> str:
    field = difference.field.replace("_", " ")
    if difference.before is None or difference.after is None:
        verb, text = ("added", difference.after) if difference.before is None else ("removed", difference.before)
        shown = f": {text}" if field and text else f" ({text})" if text else ""
        return f"{field} {verb}{shown}".strip()
    if not field:
        return "changed"
    if not difference.before:
        return f"{field} is now {difference.after!r}"
    return f"{field} was {difference.before!r} and is now {difference.after or 'empty'!r}"


def count_differences(differences: Iterable[Difference]) -> str:
    """Count changed, added and removed rows and files."""
    kinds: dict[tuple[str, str], str] = {}
    for one in differences:
        whole = not one.field
        kind = "added" if whole and one.before is None else "removed" if whole and one.after is None else "changed"
        kinds[one.file, one.place] = kind
    counts = [(kind, sum(one == kind for one in kinds.values())) for kind in ("changed", "added", "removed")]
    return ", ".join(f"{count} {kind}" for kind, count in counts if count) or "No difference"
