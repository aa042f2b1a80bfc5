"""A programme's folder, in stages from inputs to validation."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from capbuild.errors import WorkspaceError
from capbuild.model import AssessmentSet, Issue, Issues
from capbuild.origin import Origin
from capbuild.plugins import Host, default_host
from capbuild.workspace.own_languages import in_own_languages
from capbuild.workspace.records.languages import check_language_share
from capbuild.workspace.rounds.checks import check_answers, check_conflicts, check_judgements, check_permissions
from capbuild.workspace.rounds.dossiers import Reporting
from capbuild.workspace.rounds.register import check_register
from capbuild.workspace.rounds.scores import check_comparison, find_unusable
from capbuild.workspace.runs.attempts import attempt
from capbuild.workspace.runs.jobs import check_reports, check_writers
from capbuild.workspace.settings.config import prefer_plugins
from capbuild.workspace.transactions import recover_folder

if TYPE_CHECKING:
    from capbuild.workspace.quality.check import CheckResult


@define(slots=False, eq=False, repr=False)
class Workspace(Reporting):
    """A programme's folder, read on demand and never changed.

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
        """Issues of one round: reading, missing answers, conflicts, failures."""
        name = self.round(round_).id
        if name not in self._issues:
            self._issues[name] = _round_issues(self, name)
        return self._issues[name]

    def validate(self) -> Issues:
        """Return every issue of the folder, with place and remedy.

        A run finds the same, except for errors while writing files.
        """
        rounds = (issue for one in self.rounds for issue in self.round_issues(one.id)) if self.usable else ()
        return Issues(dict.fromkeys([*self.folder_issues, *rounds]))

    @in_own_languages
    def check(self, on: datetime.date | None = None) -> "CheckResult":
        """Return what is implausible in the folder; `validate` finds what is invalid.

        Args:
            on: Date of the check; by default today, or the last day of a finished programme.

        Raises:
            WorkspaceError: The folder is unusable; `validate` says why.
        """
        from capbuild.workspace.quality.check import check_programme

        return check_programme(self, on)


def open_workspace(folder: str | Path, *, host: Host | None = None) -> Workspace:
    """Open the programme in a folder; reads files on demand.

    Finishes an interrupted change first. Its functions use the languages that the folder brings; other functions do so
    within `capbuild.reports.use_languages(workspace.languages)`.

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
    """Return problems of the folder itself: settings, frameworks, registers, tables and permissions."""
    chosen = [*check_writers(workspace), *_check_languages(workspace)] if workspace.usable else ()
    plugins = workspace.host.registration_issues()
    found = [*workspace.loading_issues, *plugins, *chosen, *check_permissions(workspace.folder / "private")]
    return Issues(dict.fromkeys(found))


def _check_languages(workspace: Reporting) -> Iterator[Issue]:
    """Yield a note for each language of reports that lacks texts."""
    for place, tag in enumerate(workspace.settings.report_languages):
        note = check_language_share(tag, workspace.settings.origin("reports", "languages", place))
        if note is not None:
            yield note


@in_own_languages
def _round_issues(workspace: Reporting, round_: str) -> Issues:
    """Return the issues of one round."""
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
    """Return the origins to show for countries without results."""
    sent = {code: origin for code, (_, origin) in find_unusable(workspace, round_).items() if origin is not None}
    return {**workspace.settings.places, **sent}


def _list_issues(look: Callable[[], Iterable[Issue]]) -> list[Issue]:
    return list(look())


def _list_checks(workspace: Reporting, assessed: AssessmentSet) -> Iterator[tuple[str, Callable[[], Iterable[Issue]]]]:
    """Yield the checks of a round with their names."""
    from capbuild.scoring import assess_quality

    round_ = assessed.round.id
    yield "countries without answers", lambda: check_answers(assessed, _find_places(workspace, round_))
    yield "quality of returns", lambda: assess_quality(assessed).issues
    yield "comparison", lambda: check_comparison(workspace, round_)
    for assessment in assessed:
        asked = partial(workspace.host.joined, "check_assessment", assessment=assessment)
        yield f"checks of plugins on {assessment.country}", asked
        yield "conflicts", partial(check_conflicts, assessment)
        yield "judgements", partial(check_judgements, assessment)
    yield "needs and plan", lambda: workspace.planned.issues(round_)
    yield "reports", lambda: check_reports(workspace, round_)
