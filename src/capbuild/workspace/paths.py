"""Paths that a programme's folder may read and write.

An input is in the folder, or in a place declared under `shared_inputs` in programme.toml. An output is in its output
folder. Links are resolved first.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.documents.toml import TomlTable, decode_toml
from capbuild.errors import WorkspaceError
from capbuild.model import Issue
from capbuild.origin import Origin

#: System and device folders, which contain no inputs of a programme.
_SYSTEM = ("boot", "dev", "etc", "proc", "root", "run", "sys")
#: Folders that are not inputs of results: the results themselves, and people's names.
_NOT_INPUTS = ("out", "private")


@frozen
class FolderPaths:
    """Inputs that a programme's folder may read.

    Attributes:
        folder: The folder.
        declared: Files and folders outside it, as `shared_inputs` names them.
    """

    folder: Path
    declared: tuple[str, ...] = field(default=(), converter=to_tuple)

    @classmethod
    def load(cls, folder: Path) -> "FolderPaths":
        """Load the paths of a folder.

        If programme.toml is unreadable, there are no shared inputs.
        """
        try:
            settings = decode_toml((folder / "programme.toml").read_bytes().decode("utf-8-sig"))
            named = settings["programme"]["shared_inputs"]
        except (OSError, ValueError, KeyError, TypeError):
            return cls(folder)
        return cls(folder, [name for name in named if isinstance(name, str)] if isinstance(named, list) else ())

    @property
    def shared(self) -> dict[str, Path]:
        """Accepted declared places, by name."""
        places = {name: _resolve(self.folder / name) for name in self.declared}
        return {name: place for name, place in places.items() if self._refuse_shared(place) is None}

    def find_input(self, value: str, base: str = "", origin: Origin | None = None) -> tuple[str, Path]:
        """Return name and path of a setting's file or folder.

        Args:
            value: The path; relative to `base`.
            base: Folder below the programme's folder; it cannot name files in `returns/`, which belong to rounds.
            origin: Location of the path.

        Raises:
            WorkspaceError: CB620, it is outside the folder and not declared, or in a folder that cannot contain inputs.
        """
        home, place = self.folder.resolve(), _resolve(self.folder / base / value)
        if place.is_relative_to(home):
            parts, others = place.relative_to(home).parts, (*_NOT_INPUTS, *(["returns"] if base else []))
            if parts and parts[0] not in others and not any(part.startswith(".") for part in parts):
                return "/".join(parts), place
            where = f"in {parts[0]}" if parts else "the programme's folder itself"
            raise _make_error(f"{value!r} is {where}, where no input lies", origin, "move the file to another folder")
        if any(place.is_relative_to(shared) for shared in self.shared.values()):
            return PurePath(value).as_posix(), place
        remedy = self._make_remedy(value, place)
        raise _make_error(f"{value!r} lies outside the programme's folder", origin, remedy)

    def check_shared(self) -> Iterator[tuple[str, str, str]]:
        """Yield code, message and remedy for each unusable declared place."""
        for name in self.declared:
            place = _resolve(self.folder / name)
            reason = self._refuse_shared(place)
            if reason is not None:
                yield "CB620", f"{name!r} {reason}", "name the folder of the files that are read"
            elif not _exists(place):
                yield "CB604", f"{name!r} does not exist", "correct the name, or take it out"

    def check_links(self) -> Iterator[Issue]:
        """Report links that lead outside permitted places."""
        allowed = [self.folder.resolve(), *self.shared.values()]
        for path in _iter_links(self.folder.resolve(), frozenset(), ("out",)):
            target = _resolve(path)
            if not any(target.is_relative_to(place) for place in allowed):
                name = path.relative_to(self.folder.resolve()).as_posix()
                message = f"{name} is a link to {target}, outside the programme's folder"
                yield Issue.from_error(_make_error(message, Origin(name), self._make_remedy(target.as_posix(), target)))

    def iter_inputs(self, out: Path) -> Iterator[tuple[str, Path]]:
        """Yield name and path of each input file.

        Files under `shared_inputs` are included.

        Args:
            out: Results folder, which contains no inputs, nor does the folder's own `out/`.
        """
        home = self.folder.resolve()
        excluded = frozenset((out.resolve(), (home / "out").resolve()))
        paths: set[Path] = set()
        for path in iter_files(home, excluded):
            paths.add(path.resolve())
            yield path.relative_to(home).as_posix(), path
        for name, place in self.shared.items():
            if not _exists(place):
                continue
            for path in [place] if place.is_file() else iter_files(place, excluded | {home}):
                if path.resolve() not in paths:
                    yield PurePath(name, path.relative_to(place)).as_posix(), path

    def _make_remedy(self, value: str, place: Path) -> str:
        if self._refuse_shared(place) is not None:
            return "copy what is needed into the folder"
        named = place if Path(value).is_absolute() else Path(os.path.relpath(place, self.folder.resolve()))
        return f"copy it into the folder, or declare it: shared_inputs = [{named.as_posix()!r}] under [programme]"

    def _refuse_shared(self, place: Path) -> str | None:
        """Return the reason to refuse a declared place, or None."""
        home = self.folder.resolve()
        if home.is_relative_to(place):
            return "contains the programme's folder"
        common = Path(os.path.commonpath([home, place])) if home.drive == place.drive else Path(place.anchor)
        if any(part.startswith(".") for part in place.relative_to(common).parts):
            return "is hidden"
        return "is a folder of the system" if _is_system(place) and not _is_system(home) else None


def find_named_file(table: TomlTable, key: str, value: str, paths: FolderPaths, base: str) -> tuple[str, Path] | None:
    """Return name and path of a register's file.

    If the file is refused or missing, the result is None, and the table has an issue.

    Args:
        table: The entry of the register.
        key: The key of the file name.
        value: The name.
        paths: The permitted inputs.
        base: Folder of the register; the name is relative to it.
    """
    try:
        name, path = paths.find_input(value, base, table.origin(key))
    except WorkspaceError as error:
        table.add_error(key, error.message, error.remedy or "", error.code)
        return None
    if _exists(path) and path.is_file():
        return name, path
    table.add_error(key, f"{name} does not exist", "correct the name, or add the file", "CB604")
    return None


def find_output(folder: Path, name: str | PurePath) -> Path:
    """Return the path of an output file in a folder.

    Raises:
        WorkspaceError: CB620, the name or a link on its way leads outside the folder.
    """
    path = folder / name
    place, home = _resolve(path), folder.resolve()
    if not place.is_relative_to(home) or place == home:
        link = next((parent for parent in (path, *path.parents) if parent != folder and parent.is_symlink()), None)
        what = f"{PurePath(name).as_posix()!r} leads outside {folder.as_posix()}"
        via = f": {link.name} is a link to {_resolve(link)}" if link is not None else ""
        raise _make_error(
            what + via, Origin(str(path)), "remove the link" if link is not None else "use a name inside the folder"
        )
    return path


def is_file_name(name: str) -> bool:
    r"""True if a text is a portable file name.

    It must be valid on every system.

    Example:
        >>> is_file_name("2025-a"), is_file_name("../a"), is_file_name("a/b"), is_file_name("a\u202eb")
        (True, False, False, False)
    """
    from capbuild.plugins.boundary import InvalidHookValue
    from capbuild.plugins.guards import check_file_name

    try:
        return "/" not in check_file_name(name) and name == name.strip(" .")
    except InvalidHookValue:
        return False


def make_file_name(text: str) -> str:
    """Return a file name for an id.

    Characters that a file name cannot have become hyphens. Different ids may therefore have the same name.

    Example:
        >>> make_file_name("Our framework/2"), make_file_name("con.x"), make_file_name("..")
        ('Our-framework-2', '_con.x', '_')
    """
    name = re.sub(r"[^\w.@+-]+", "-", text).strip(".")
    return name if is_file_name(name) else f"_{name}"


def require_file_name(text: str, what: str, origin: Origin | None = None) -> str:
    """Return an id that names files.

    Args:
        text: The id.
        what: Kind of object with the id, such as `delivery`.
        origin: Location of the id.

    Raises:
        WorkspaceError: CB603, no file can have the name.
    """
    if is_file_name(text):
        return text
    remedy = "use letters, digits and hyphens: files begin with it"
    raise WorkspaceError(
        f"the id {text!r} of a {what} cannot be the name of a file", code="CB603", origin=origin, remedy=remedy
    )


def name_return(file: str) -> str:
    """Return the name of a return: its path below `returns/`.

    Example:
        >>> name_return("returns/ peru .csv")
        'peru .csv'
    """
    return file.removeprefix("returns/").strip()


def iter_files(place: Path, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Yield the visible files below a folder.

    Folders that link to one of their parents are not followed.

    Args:
        place: The folder.
        above: Real paths of excluded folders.
    """
    real = place.resolve()
    if real in above:
        return
    for path in _list_folder(place):
        if path.is_dir():
            yield from iter_files(path, above | {real})
        elif path.is_file():
            yield path


def _iter_links(place: Path, above: frozenset[Path], left_out: Iterable[str] = ()) -> Iterator[Path]:
    """Yield links below a folder, also in linked folders."""
    real = place.resolve()
    if real in above:
        return
    for path in _list_folder(place):
        if path.name in left_out:
            continue
        if path.is_symlink():
            yield path
        if path.is_dir():
            yield from _iter_links(path, above | {real})


def _list_folder(place: Path) -> list[Path]:
    """Return the visible entries of a folder, none if unreadable."""
    try:
        return sorted(path for path in place.iterdir() if not path.name.startswith("."))
    except PermissionError:
        return []


def _resolve(path: Path) -> Path:
    """Return the real path of a path.

    Unlike `Path.resolve`, it raises no error for link cycles and null characters.
    """
    return Path(os.path.realpath(str(path).replace("\0", "\N{SYMBOL FOR NULL}")))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # the name is too long
        return False


def _is_system(place: Path) -> bool:
    top = place.parts[2:3] if place.parts[1:2] == ("private",) else place.parts[1:2]  # macOS keeps /etc in /private
    return bool(set(top).intersection(_SYSTEM))


def _make_error(message: str, origin: Origin | None, remedy: str) -> WorkspaceError:
    return WorkspaceError(message, code="CB620", origin=origin, remedy=remedy)
