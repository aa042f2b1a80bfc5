"""A programme's folder from what it holds to what can be said of it, each stage on top of the one before."""

from functools import cached_property
from pathlib import Path

from attrs import define, field

from capbuild.errors import WorkspaceError
from capbuild.model import Issues
from capbuild.origin import Origin
from capbuild.plugins import Host, default_host
from capbuild.workspace.dossiers import Reporting
from capbuild.workspace.validating import folder_issues, round_issues

__all__ = ["Workspace", "open_workspace"]


@define(slots=False, eq=False, repr=False)
class Workspace(Reporting):
    """A programme's folder, read on demand. Its inputs are never changed.

    Attributes:
        folder: The folder.
        host: Whose plugins are used.
        steps: Told of each file as it is read.
    """

    _issues: dict[str, Issues] = field(factory=dict, init=False, repr=False)

    @cached_property
    def folder_issues(self) -> Issues:
        """Problems of the folder itself: settings, frameworks, registers, tables and permissions."""
        return folder_issues(self)

    def round_issues(self, round_: str) -> Issues:
        """Problems of one round: what was read, who has not answered, where sources disagree, what cannot be made."""
        name = self.round(round_).id
        if name not in self._issues:
            self._issues[name] = round_issues(self, name)
        return self._issues[name]

    def validate(self) -> Issues:
        """Return every problem of the folder at once, each with file, line or cell, and the remedy.

        It is what a run finds as well, but for what goes wrong while a file is written.
        """
        rounds = (issue for one in self.rounds for issue in self.round_issues(one.id)) if self.usable else ()
        return Issues(dict.fromkeys([*self.folder_issues, *rounds]))


def open_workspace(folder: str | Path, *, host: Host | None = None) -> Workspace:
    """Return the programme in a folder. Nothing is read before it is asked for.

    Args:
        folder: A folder with a `programme.toml`.
        host: Whose plugins are used.

    Raises:
        WorkspaceError: It is no folder, or has no `programme.toml`.
    """
    place = Path(folder)
    if not (place / "programme.toml").is_file():
        what = "has no programme.toml" if place.is_dir() else "is no folder"
        raise WorkspaceError(
            f"{place} {what}", origin=Origin(place.as_posix()), remedy="capbuild new programme NAME makes one"
        )
    return Workspace(place, host or default_host())
