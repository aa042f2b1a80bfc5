"""Three-way merge of programme folders."""

from pathlib import Path, PurePosixPath

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.errors import WorkspaceError
from capbuild.origin import Origin
from capbuild.workspace.paths import FolderPaths, iter_files
from capbuild.workspace.transactions import edit_folder, has_files, recover_folder
from capbuild.workspace.versions.files import merge_file
from capbuild.workspace.versions.three_way import Conflict, conflict_table

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
    """Return a programme's files by name, without results and tool files.

    Raises:
        WorkspaceError: CB620, a link leads outside the folder.
    """
    recover_folder(folder)
    refused = next(FolderPaths.load(folder).check_links(), None)
    if refused is not None:
        raise WorkspaceError(refused.message, code=refused.code, origin=refused.origin, remedy=refused.remedy)
    places = [*iter_files(folder), *folder.rglob(".gitignore")]
    found = {path.relative_to(folder).as_posix(): path for path in places}
    return {
        name: path.read_bytes()
        for name, path in sorted(found.items())
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
    """Return names of two copies: folder names, or paths if equal."""
    short = (first.resolve().name, second.resolve().name)
    return short if short[0] != short[1] else (first.as_posix(), second.as_posix())
