"""Programme folder in stages, and its storage."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from attrs import define, field, frozen

from capbuild._atomic import write_atomic
from capbuild._typed import explains_arguments
from capbuild.display import NotebookDisplay
from capbuild.errors import WorkspaceError
from capbuild.model import AssessmentSet, Issue, Issues
from capbuild.origin import Origin
from capbuild.plugins import Host, Progress, default_host
from capbuild.workspace.folder_functions import attempt, in_own_languages
from capbuild.workspace.paths import find_output, iter_files
from capbuild.workspace.records.languages import check_language_share
from capbuild.workspace.rounds.checks import (
    check_answers,
    check_conflicts,
    check_judgements,
    check_permissions,
    check_read_rules,
)
from capbuild.workspace.rounds.dossiers import Reporting
from capbuild.workspace.rounds.register import check_register
from capbuild.workspace.rounds.scores import check_comparison, find_unusable
from capbuild.workspace.runs.jobs import check_reports, check_writers
from capbuild.workspace.runs.run_record import digest_content
from capbuild.workspace.settings.config import prefer_plugins
from capbuild.workspace.transactions import edit_folder, recover_folder

if TYPE_CHECKING:
    from capbuild.workspace.checks.check import CheckResult


@define(slots=False, eq=False, repr=False)
class Workspace(Reporting, NotebookDisplay):
    """Programme's folder, read on demand and never changed.

    Attributes:
        folder: The folder.
        host: Plugin host.
        steps: Progress callback for each file read.
    """

    _issues: dict[str, Issues] = field(factory=dict, init=False, repr=False)

    @cached_property
    def folder_issues(self) -> Issues:
        """Issues of settings, frameworks, registers, tables and permissions."""
        return _collect_folder_issues(self)

    def round_issues(self, round_: str) -> Issues:
        """Return the issues of one round."""
        name = self.round(round_).id
        if name not in self._issues:
            self._issues[name] = _round_issues(self, name)
        return self._issues[name]

    def validate(self) -> Issues:
        """Return every issue of the folder, with place and remedy.

        A run has the same issues, except for errors while writing files.
        """
        rounds = (issue for round_ in self.rounds for issue in self.round_issues(round_.id)) if self.usable else ()
        return Issues(dict.fromkeys([*self.folder_issues, *rounds]))

    @in_own_languages
    def check(self, on: datetime.date | None = None) -> "CheckResult":
        """Return implausible records of the folder; `validate` finds invalid ones.

        Args:
            on: Date of the check; by default today, or the last day of a finished programme.

        Raises:
            WorkspaceError: The folder is unusable; `validate` gives the reason.
        """
        from capbuild.workspace.checks.check import check_programme

        return check_programme(self, on)


@explains_arguments
def open_workspace(folder: str | Path, *, host: Host | None = None) -> Workspace:
    """Open the programme in a folder.

    Files are read on demand. An interrupted change is finished first. Methods of the workspace use the languages that
    the folder adds; other functions use them within `capbuild.reports.use_languages(workspace.languages)`.

    Args:
        folder: A folder with a `programme.toml`.
        host: Plugin host; plugins that programme.toml prefers come first.

    Raises:
        WorkspaceError: It is not a folder, or has no `programme.toml`; CB622, a change cannot be finished.
    """
    place = Path(folder)
    recover_folder(place)
    if not (place / "programme.toml").is_file():
        what = "has no programme.toml" if place.is_dir() else "is not a folder"
        raise WorkspaceError(
            f"{place} {what}", origin=Origin(place.as_posix()), remedy="create one with capbuild new programme NAME"
        )
    return Workspace(place, prefer_plugins(place, host or default_host()))


@in_own_languages
def _collect_folder_issues(workspace: Reporting) -> Issues:
    """Return problems of settings, frameworks, registers, tables and permissions."""
    chosen: list[Issue] = []
    if workspace.usable:
        chosen += check_writers(workspace)
        for position, tag in enumerate(workspace.settings.report_languages):
            note = check_language_share(tag, workspace.settings.origin("reports", "languages", position))
            chosen += [] if note is None else [note]
    plugins = workspace.host.registration_issues()
    folder_issues = [*workspace.loading_issues, *plugins, *chosen, *check_permissions(workspace.folder / "private")]
    if workspace.usable:
        folder_issues += check_read_rules(workspace.folder, workspace.settings)
        if workspace.settings.check.off:
            from capbuild.workspace.checks.check import check_rules_off  # import every rule on demand only

            folder_issues += check_rules_off(workspace.settings)
    return Issues(dict.fromkeys(folder_issues))


@in_own_languages
def _round_issues(workspace: Reporting, round_: str) -> Issues:
    """Return the issues of one round."""
    round_record = workspace.round(round_)
    came = workspace.collect(round_record.id)
    round_issues = [*came.issues, *check_register(workspace.register.of(round_record.id), came.sources)]
    assessed = attempt(lambda: workspace.assess(round_record.id), f"round {round_record.id}", round_issues)
    if assessed is None:
        return Issues(dict.fromkeys(round_issues))
    for what, look in _list_checks(workspace, assessed):
        round_issues += attempt(lambda look=look: list(look()), f"{round_record.id}: {what}", round_issues) or ()  # type: ignore[misc]
    return Issues(dict.fromkeys(round_issues))


def _list_checks(workspace: Reporting, assessed: AssessmentSet) -> Iterator[tuple[str, Callable[[], Iterable[Issue]]]]:
    """Yield the checks of a round with their names."""
    from capbuild.scoring import assess_quality

    round_ = assessed.round.id
    unusable = find_unusable(workspace, round_).items()
    sent = {code: origin for code, (_, origin) in unusable if origin is not None}
    known = {origin.file for origin in sent.values()}
    unread = [name for name in workspace.collect(round_).unread if name not in known]
    places = {**workspace.settings.places, **sent}
    yield "countries without answers", lambda: check_answers(assessed, places, unread)
    yield "quality of returns", lambda: assess_quality(assessed).issues
    yield "comparison", lambda: check_comparison(workspace, round_)
    for assessment in assessed:
        asked = partial(workspace.host.joined, "check_assessment", assessment=assessment)
        yield f"checks of plugins on {assessment.country}", asked
        yield "conflicts", partial(check_conflicts, assessment)
        yield "judgements", partial(check_judgements, assessment)
    yield "needs and plan", lambda: workspace.planned.issues(round_)
    yield "reports", lambda: check_reports(workspace, round_)


class Store(Protocol):
    """Stores files by name, such as `returns/barbados.xlsx`.

    Parts of a name are separated by `/`.
    """

    def names(self) -> Iterable[str]:
        """Return the names of all files."""
        ...

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Write a file, replacing one of the same name."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file."""
        ...


@frozen
class FolderStore:
    """Folder as a store, without hidden files such as `.git`.

    Attributes:
        folder: The folder.
    """

    folder: Path

    def names(self) -> Iterator[str]:
        """Yield the names of all files, sorted."""
        recover_folder(self.folder)
        yield from sorted(path.relative_to(self.folder).as_posix() for path in iter_files(self.folder))

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        return find_output(self.folder, name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        """Write a file completely or not at all."""
        with edit_folder(self.folder) as edit:
            edit.write(name, data)

    def remove(self, name: str) -> None:
        """Remove a file."""
        with edit_folder(self.folder) as edit:
            edit.remove(name)


@contextmanager
def open_store(store: Store, *, host: Host | None = None, progress: Progress | None = None) -> Iterator[Workspace]:
    """Open a stored programme, and save changes on success.

    The block works on a private copy in a temporary folder, since some readers need a file on disk; the copy is
    removed at the end. If the block raises an error, the store stays unchanged. Two blocks may be open at once:
    changes to different files are both kept, and a file that somebody else changed in the meantime is not
    overwritten.

    Args:
        store: Location of the files.
        host: Plugin host.
        progress: Progress callback for each file fetched; raise in it to cancel.

    Raises:
        WorkspaceError: There is no `programme.toml`; or (CB507) a name leads out of the folder; or (CB509) a file that
            the block changed was also changed in the store: nothing is written then.

    Example:
        >>> with open_store(FolderStore(Path("examples/americas-2015"))) as workspace:  # doctest: +SKIP
        ...     baseline = workspace.assess("baseline")
    """
    with TemporaryDirectory(prefix="capbuild-") as place:
        copy = FolderStore(Path(place))
        before = _fetch(store, copy, progress)
        if "programme.toml" not in before:
            where = store.folder.as_posix() if isinstance(store, FolderStore) else "the store"
            raise WorkspaceError(
                f"{where} has no programme.toml",
                origin=Origin(where),
                remedy="name the folder of a programme, or create one with capbuild new programme NAME",
            )
        yield open_workspace(copy.folder, host=host)
        _put_back(store, copy, before)


def _fetch(store: Store, copy: FolderStore, progress: Progress | None) -> dict[str, str]:
    """Copy a store, and return the digest of each file."""
    names = list(store.names())
    digests = {}
    for number, name in enumerate(names):
        if progress is not None:
            progress(number, len(names), name)
        data = store.read(name)
        write_atomic(copy.folder / _check_name(name), data)
        digests[name] = digest_content(data)
    if (copy.folder / "private").is_dir():
        (copy.folder / "private").chmod(0o700)
    return digests


def _put_back(store: Store, copy: FolderStore, before: Mapping[str, str]) -> None:
    """Store files that differ from the fetched ones.

    Raises:
        WorkspaceError: CB509, one of these files has been changed in the store since.
    """
    after = {name: digest_content(copy.read(name)) for name in copy.names()}
    changed = sorted(name for name in after if after[name] != before.get(name))
    # A file missing from the copy, such as a hidden one, was not removed.
    removed = sorted(name for name in before.keys() - after.keys() if not (copy.folder / name).exists())
    # A folder takes all changes or none; other stores take them one by one.
    with edit_folder(store.folder) if isinstance(store, FolderStore) else nullcontext(store) as target:
        _check_unchanged(store, [*changed, *removed], before, after)
        for name in changed:
            target.write(name, copy.read(name))
        there = set(store.names()) if removed else set()
        for name in removed:
            if name in there:  # unless somebody else has already removed it
                target.remove(name)


def _check_unchanged(store: Store, names: Iterable[str], before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Refuse to overwrite changes by others; accept the same change."""
    there = set(store.names())
    digests = {name: digest_content(store.read(name)) if name in there else None for name in names}
    lost = [name for name, now in digests.items() if now not in {before.get(name), after.get(name)}]
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise WorkspaceError(
            f"{lost[0]}{more} changed in the store since it was opened",
            code="CB509",
            origin=Origin(lost[0]),
            remedy="nothing was put back: open the store again and repeat what you did",
        )


def _check_name(name: str) -> str:
    """Return a name if it stays in the folder.

    Raises:
        WorkspaceError: CB507, it does not.
    """
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name or ":" in parts[0]:
        raise WorkspaceError(
            f"a store names a file {name!r}, which is outside the programme's folder",
            code="CB507",
            origin=Origin(name),
            remedy="names are relative, with / between their parts",
        )
    return name
