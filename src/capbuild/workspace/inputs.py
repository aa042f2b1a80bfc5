"""The folder that holds a programme: plain text that people keep in git, and beside it what never goes there."""

from functools import cached_property
from pathlib import Path

from attrs import define, field

from capbuild.errors import WorkspaceError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model import Catalogue, Crosswalk, Framework, Issue, Network, Programme, Round
from capbuild.plugins import Host
from capbuild.plugins.progress import Steps
from capbuild.workspace.attempts import attempt
from capbuild.workspace.collect import Collection, Collector
from capbuild.workspace.config import Settings, load_settings
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
from capbuild.workspace.records import Places
from capbuild.workspace.register import Register, load_register
from capbuild.workspace.tracked import Tracked, load_tracked

__all__ = ["Inputs"]


@define(slots=False, eq=False)
class Inputs:
    """What the folder of a programme holds, read on demand. It is never changed.

    Attributes:
        folder: The folder.
        host: Whose plugins are used.
        steps: Told of each file as it is read.
    """

    folder: Path
    host: Host
    steps: Steps = field(factory=Steps, init=False, repr=False)
    _rounds: dict[str, Collection] = field(factory=dict, init=False, repr=False)
    _failed: dict[str, Exception] = field(factory=dict, init=False, repr=False)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.folder.as_posix()!r})"

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

    @cached_property
    def tracked(self) -> Tracked:
        """What is kept beside the assessments: training, results, money, external series and reviews."""
        return load_tracked(self.folder, self.settings, self.editions, self.catalogue, self.host)

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

    @property
    def usable(self) -> bool:
        """Whether anything can be made of the folder: programme.toml fits, and a round has its framework."""
        return self._loaded[0] is not None and bool(self.rounds)
