"""The folder that holds a programme: plain text that people keep in git, and beside it what never goes there."""

from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import overload

from attrs import define, field

from capbuild.errors import WorkspaceError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model import (
    AssessmentSet,
    Catalogue,
    Change,
    ChangeSeries,
    Crosswalk,
    Dossier,
    Framework,
    Issue,
    Issues,
    Needs,
    Network,
    Plan,
    Programme,
    Round,
    TargetProfile,
)
from capbuild.origin import Origin
from capbuild.plugins import Host, default_host
from capbuild.plugins.progress import Steps
from capbuild.workspace.attempts import attempt
from capbuild.workspace.collect import Collection, Collector
from capbuild.workspace.config import Settings, load_settings
from capbuild.workspace.dossiers import change_since, dossier_of, series_until
from capbuild.workspace.editions import (
    Editions,
    chosen_framework,
    load_crosswalks,
    load_editions,
    load_frameworks,
    target_issues,
)
from capbuild.workspace.network import load_network
from capbuild.workspace.offers import offered
from capbuild.workspace.planned import Planned
from capbuild.workspace.records import Places
from capbuild.workspace.register import Register, load_register
from capbuild.workspace.scored import scored, targets_for
from capbuild.workspace.tracked import Tracked, load_tracked
from capbuild.workspace.validating import folder_issues, round_issues

__all__ = ["Workspace", "open_workspace"]


@define(slots=False, eq=False)
class Workspace:
    """A programme's folder, read on demand. Its inputs are never changed.

    Attributes:
        folder: The folder.
        host: Whose plugins are used.
        steps: Told of each file as it is read.
    """

    folder: Path
    host: Host
    steps: Steps = field(factory=Steps, init=False, repr=False)
    _rounds: dict[str, Collection] = field(factory=dict, init=False, repr=False)
    _assessed: dict[str, AssessmentSet] = field(factory=dict, init=False, repr=False)
    _failed: dict[str, Exception] = field(factory=dict, init=False, repr=False)
    _changes: dict[tuple[str, str], Change] = field(factory=dict, init=False, repr=False)
    _dossiers: dict[str, Dossier] = field(factory=dict, init=False, repr=False)
    _issues: dict[str, Issues] = field(factory=dict, init=False, repr=False)

    def __repr__(self) -> str:
        return f"Workspace({self.folder.as_posix()!r})"

    @cached_property
    def _loaded(self) -> tuple[Settings | None, tuple[Issue, ...]]:
        issues: list[Issue] = []
        settings = attempt(lambda: load_settings(self.folder, self.host, issues), "the programme", issues)
        return settings, tuple(issues)

    @cached_property
    def _frameworks(self) -> tuple[FrozenMap[str, Framework], tuple[Issue, ...]]:
        """Frameworks of plugins and of the folder's own `frameworks/`, and what is wrong with the latter."""
        return load_frameworks(self.folder, self.host)

    @cached_property
    def _crosswalks(self) -> tuple[tuple[Crosswalk, ...], tuple[Issue, ...]]:
        """What joins two editions, from the folder's `crosswalks/`, and what is wrong with it."""
        return load_crosswalks(self.folder, self._frameworks[0])

    @property
    def crosswalks(self) -> tuple[Crosswalk, ...]:
        """What joins two editions of a framework, from the folder's `crosswalks/`."""
        return self._crosswalks[0]

    @property
    def settings(self) -> Settings:
        """All that programme.toml says.

        Raises:
            WorkspaceError: It is missing or cannot be read.
        """
        settings, issues = self._loaded
        if settings is None:
            first = issues[0]
            raise WorkspaceError(
                f"{self.folder} is not a programme that can be used: {first.message}",
                origin=first.origin,
                remedy=first.remedy,
            )
        return settings

    @property
    def programme(self) -> Programme:
        """The programme as data."""
        return self.settings.programme

    @cached_property
    def framework(self) -> Framework:
        """The framework that countries are judged by, where their round names no other edition.

        Raises:
            WorkspaceError: No plugin and no file of the folder has it.
        """
        origin = self.settings.origin("programme", "framework")
        return chosen_framework(self.programme.framework, *self._frameworks, origin)

    @cached_property
    def _editions(self) -> tuple[Editions, tuple[Issue, ...]]:
        return load_editions(self.settings, *self._frameworks)

    @property
    def editions(self) -> Editions:
        """The frameworks that the rounds are judged by: the programme's, or the edition that a round names.

        A round whose framework cannot be used has none.
        """
        return self._editions[0]

    @property
    def rounds(self) -> tuple[Round, ...]:
        """The rounds of the programme that can be scored, as far as is known: each has a framework to be judged by."""
        usable = (one for one in self.programme.rounds if one.id in self.editions.by_round)
        return tuple(one for one in usable if one.id not in self._failed)

    def edition(self, round_: str) -> Framework:
        """Return the framework that a round is judged by.

        Raises:
            WorkspaceError: It cannot be used.
        """
        name = self.round(round_).id
        if name not in self.editions.by_round:
            first = self._editions[1][0]
            raise WorkspaceError(first.message, code=first.code, origin=first.origin, remedy=first.remedy)
        return self.editions.by_round[name]

    @property
    def targets(self) -> TargetProfile | None:
        """What should be reached; the default target stands for every indicator that is not named."""
        return targets_for(self.settings, self.framework)

    @cached_property
    def _offered(self) -> tuple[Catalogue | None, tuple[Issue, ...]]:
        issues: list[Issue] = []
        plan = self.settings.plan
        planned = self.round(plan.round).id if plan is not None and plan.round else self.programme.rounds[0].id
        key = self.settings.frameworks.get(planned, self.programme.framework)
        wanted, origin = self.settings.catalogues, self.settings.origin("programme", "catalogues")
        return attempt(lambda: offered(self.host, key, wanted, origin), "the plan", issues), tuple(issues)

    @property
    def catalogue(self) -> Catalogue | None:
        """The activities to choose from: of the catalogues that programme.toml names, or of all for its framework.

        Where rounds are judged by several editions, it is for that of the round that is planned for. None where there
        is no catalogue, and where a catalogue that is named cannot be used, which is an issue of the folder.
        """
        return self._offered[0]

    def round(self, name: str) -> Round:
        """Return a round by its id or kind.

        Raises:
            WorkspaceError: There is none.
        """
        for one in self.programme.rounds:
            if name in (one.id, one.kind.value):
                return one
        known = [one.id for one in self.programme.rounds]
        raise WorkspaceError(
            f"there is no round {name!r}{did_you_mean(name, known)}", remedy=f"rounds are: {', '.join(known)}"
        )

    def collect(self, round_: str) -> Collection:
        """Return what a round brought in; files are read once."""
        one = self.round(round_)
        if one.id not in self._rounds:
            self.edition(one.id)
            collector = Collector(self.folder, self.settings, self.editions, self.host, self.steps)
            self._rounds[one.id] = collector.collect(one)
        return self._rounds[one.id]

    def assess(self, round_: str) -> AssessmentSet:
        """Return the assessments of a round.

        Args:
            round_: Id or kind of the round, such as `baseline`.

        Raises:
            CapbuildError: The round cannot be scored.
        """
        one = self.round(round_)
        if one.id in self._failed:
            raise self._failed[one.id]
        if one.id not in self._assessed:
            try:
                self._assessed[one.id] = scored(self, one)
            except Exception as error:
                self._failed[one.id] = error
                raise
        return self._assessed[one.id]

    @cached_property
    def tracked(self) -> Tracked:
        """What is kept beside the assessments: training, results, money, external series and reviews."""
        return load_tracked(self.folder, self.settings, self.editions, self.catalogue, self.host)

    @overload
    def compare(self, before: str, after: str) -> Change: ...

    @overload
    def compare(self, before: str, after: str, third: str, /, *later: str) -> ChangeSeries: ...

    def compare(self, before: str, after: str, *later: str) -> Change | ChangeSeries:
        """Return what changed from one round to another, or over a series of rounds.

        Args:
            before: Id or kind of the earlier round, such as `baseline`.
            after: Id or kind of the later round.
            later: Further rounds, in order of time.

        Raises:
            ComparisonError: The rounds cannot be compared: CB803, no country is in both; CB801, they are judged by two
                editions and `crosswalks/` joins them by none; CB802, the crosswalk does not fit.
        """
        if not later:
            return self._compared(before, after)
        names = (before, after, *later)
        steps = [self._compared(*pair) for pair in pairwise(names)]
        return ChangeSeries(steps=steps, whole=self._compared(names[0], names[-1]))

    def _compared(self, before: str, after: str) -> Change:
        pair = (self.round(before).id, self.round(after).id)
        if pair not in self._changes:
            from capbuild.tracking import compare

            methods = self.host.methods
            first, second = (self.assess(one) for one in pair)
            self._changes[pair] = compare(first, second, crosswalk=self._crosswalk(*pair), methods=methods)
        return self._changes[pair]

    def _crosswalk(self, before: str, after: str) -> Crosswalk | None:
        from capbuild.tracking import crosswalk_between

        return crosswalk_between(self.crosswalks, self.edition(before), self.edition(after))

    def change(self, round_: str) -> Change | None:
        """Return what changed since the round before; None for the first, and where the two cannot be compared."""
        return change_since(self, round_)

    def series(self, round_: str) -> ChangeSeries | None:
        """Return what changed over all rounds up to one; None before a third, and where any cannot be compared."""
        return series_until(self, round_)

    @cached_property
    def planned(self) -> Planned:
        """Needs and plan, made when asked for."""
        return Planned(self)

    def needs(self, round_: str) -> Needs | None:
        """Return what countries need after a round; None where no target leaves a gap."""
        return self.planned.needs(self.round(round_).id)

    def plan(self) -> Plan | None:
        """Return the plan that programme.toml asks for; None where it asks for none, or none can be made."""
        return self.planned.plan

    def dossier(self, round_: str) -> Dossier:
        """Return what reports on a round may draw on beside its assessments."""
        one = self.round(round_).id
        if one not in self._dossiers:
            self._dossiers[one] = dossier_of(self, one)
        return self._dossiers[one]

    @cached_property
    def register(self) -> Register:
        """What was asked of whom, with what is wrong in it."""
        places = Places(self.settings, self.host, [])
        return load_register(self.folder, [one.id for one in self.programme.rounds], places)

    @cached_property
    def _network(self) -> tuple[Network | None, tuple[Issue, ...]]:
        issues: list[Issue] = []
        places = Places(self.settings, self.host, issues)
        return load_network(self.folder, places, invented=self.programme.invented), tuple(issues)

    @property
    def network(self) -> Network | None:
        """Who can be reached and who works with whom; None where the folder says nothing of it."""
        return self._network[0]

    @property
    def loading_issues(self) -> tuple[Issue, ...]:
        """Problems of the files that are no part of a round: settings, frameworks, registers and tables."""
        settings, issues = self._loaded
        found = [*issues, *self._frameworks[1], *self._crosswalks[1]]
        if settings is not None:
            found += [*self._editions[1], *target_issues(settings, self.editions), *self._offered[1]]
            found += [*self.register.issues, *self._network[1], *self.tracked.issues]
        return tuple(found)

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

    @property
    def usable(self) -> bool:
        """Whether anything can be made of the folder: programme.toml fits, and a round has its framework."""
        return self._loaded[0] is not None and bool(self.rounds)

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
