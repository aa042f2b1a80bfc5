"""A programme's folder from what it holds to what can be said of it, each stage on top of the one before."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path

from attrs import define, field

from capbuild.errors import WorkspaceError
from capbuild.model import AssessmentSet, Issue, Issues
from capbuild.origin import Origin
from capbuild.plugins import Host, default_host
from capbuild.workspace.attempts import attempt
from capbuild.workspace.checks import check_answers, check_conflicts, check_permissions
from capbuild.workspace.dossiers import Reporting
from capbuild.workspace.jobs import check_reports, check_writers
from capbuild.workspace.register import check_register
from capbuild.workspace.scores import check_comparison, find_unusable

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
        return _folder_issues(self)

    def round_issues(self, round_: str) -> Issues:
        """Problems of one round: what was read, who has not answered, where sources disagree, what cannot be made."""
        name = self.round(round_).id
        if name not in self._issues:
            self._issues[name] = _round_issues(self, name)
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


def _folder_issues(workspace: Reporting) -> Issues:
    """Return problems of the folder itself: settings, frameworks, registers, tables and permissions."""
    chosen = check_writers(workspace) if workspace.usable else ()
    found = [*workspace.loading_issues, *chosen, *check_permissions(workspace.folder / "private")]
    return Issues(dict.fromkeys(found))


def _round_issues(workspace: Reporting, round_: str) -> Issues:
    """Return problems of one round: what was read, what cannot be made of it, and what should be looked at."""
    one = workspace.round(round_)
    came = workspace.collect(one.id)
    found = [*came.issues, *check_register(workspace.register.of(one.id), came.sources)]
    assessed = attempt(lambda: workspace.assess(one.id), f"round {one.id}", found)
    if assessed is None:
        return Issues(dict.fromkeys(found))
    for what, look in _list_checks(workspace, assessed):
        found += attempt(partial(_list_issues, look), f"{one.id}: {what}", found) or ()
    return Issues(dict.fromkeys(found))


def _find_places(workspace: Reporting, round_: str) -> dict[str, Origin]:
    """Return where to look for a country of which nothing is known: what it sent, or where it is named."""
    sent = {code: origin for code, (_, origin) in find_unusable(workspace, round_).items() if origin is not None}
    return {**workspace.settings.places, **sent}


def _list_issues(look: Callable[[], Iterable[Issue]]) -> list[Issue]:
    return list(look())


def _list_checks(workspace: Reporting, assessed: AssessmentSet) -> Iterator[tuple[str, Callable[[], Iterable[Issue]]]]:
    """Yield what is looked at in a round, each with its name."""
    from capbuild.scoring import assess_quality

    round_ = assessed.round.id
    yield "countries without answers", lambda: check_answers(assessed, _find_places(workspace, round_))
    yield "quality of returns", lambda: assess_quality(assessed).issues
    yield "comparison", lambda: check_comparison(workspace, round_)
    for assessment in assessed:
        asked = partial(workspace.host.joined, "check_assessment", assessment=assessment)
        yield f"checks of plugins on {assessment.country}", asked
        yield "conflicts", partial(check_conflicts, assessment)
    yield "needs and plan", lambda: workspace.planned.issues(round_)
    yield "reports", lambda: check_reports(workspace, round_)
