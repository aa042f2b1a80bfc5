"""Inputs of a programme's folder."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from attrs import define, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.errors import WorkspaceError, did_you_mean
from capbuild.frameworks.bundled import bundled_crosswalks
from capbuild.frozen import FrozenMap
from capbuild.model import (
    BudgetLine,
    Catalogue,
    Crosswalk,
    Delivery,
    Enrolment,
    Evaluation,
    ExternalSeries,
    Framework,
    Issue,
    Network,
    Programme,
    Proposal,
    QuestionMapping,
    Recommendation,
    Result,
    Round,
    StateRecord,
    Survey,
)
from capbuild.origin import Origin
from capbuild.planning.competences import CompetenceLevels
from capbuild.plugins import Host
from capbuild.plugins.types import StepCounter
from capbuild.reports.languages import LanguageTexts
from capbuild.scoring.findings import AnswerReader
from capbuild.text import translate
from capbuild.workspace.folder_functions import attempt, in_own_languages
from capbuild.workspace.paths import FolderPaths
from capbuild.workspace.records.catalogue import ChecklistItem, choose_catalogue, load_catalogue_tables, load_checklist
from capbuild.workspace.records.evidence import StoredEvidence, check_files, load_evidence
from capbuild.workspace.records.external import ExternalRecords
from capbuild.workspace.records.folder_tables import ACTIONS, BUDGET, STATES
from capbuild.workspace.records.mappings import NOTHING, find_return_meaning, list_confirmed, load_mappings
from capbuild.workspace.records.monitoring import load_competences, load_network, load_proposals, load_training
from capbuild.workspace.records.results import load_results
from capbuild.workspace.records.reviews import check_states
from capbuild.workspace.records.table import Places
from capbuild.workspace.rounds.collection import Collection, Collector
from capbuild.workspace.rounds.editions import (
    Editions,
    check_meanings,
    check_targets,
    choose_framework,
    load_crosswalks,
    load_editions,
    load_frameworks,
)
from capbuild.workspace.rounds.register import Register, load_register
from capbuild.workspace.settings.config import Settings, load_settings

M = TypeVar("M")


@frozen(kw_only=True)
class Monitoring:
    """Training, results, money, external series and reviews.

    Attributes:
        deliveries: Deliveries.
        enrolments: Enrolments, under pseudonyms.
        evaluations: Measurements.
        held: People with each competence.
        results: The results chain, as recorded.
        budgets: Amounts planned, committed and spent.
        external: Published series of others.
        states: States of assessments.
        proposals: Proposals of countries.
        recommendations: Recorded actions.
        issues: Every problem of these tables.
        origins: Row or line of each record.
    """

    deliveries: tuple[Delivery, ...] = field(default=(), converter=to_tuple)
    enrolments: tuple[Enrolment, ...] = field(default=(), converter=to_tuple)
    evaluations: tuple[Evaluation, ...] = field(default=(), converter=to_tuple)
    competences: tuple[CompetenceLevels, ...] = field(default=(), converter=to_tuple)
    results: tuple[Result, ...] = field(default=(), converter=to_tuple)
    budgets: tuple[BudgetLine, ...] = field(default=(), converter=to_tuple)
    external: tuple[ExternalSeries, ...] = field(default=(), converter=to_tuple)
    states: tuple[StateRecord, ...] = field(default=(), converter=to_tuple)
    proposals: tuple[Proposal, ...] = field(default=(), converter=to_tuple)
    recommendations: tuple[Recommendation, ...] = field(default=(), converter=to_tuple)
    issues: tuple[Issue, ...] = field(default=(), converter=to_tuple)
    origins: FrozenMap[object, Origin] = field(factory=FrozenMap, converter=to_map, eq=False, repr=False)


@define(slots=False, eq=False)
class Inputs:
    """Inputs of a programme's folder, read on demand, never changed.

    Attributes:
        folder: The folder.
        host: Plugin host.
        steps: Progress callback for each file read.
    """

    folder: Path
    host: Host
    steps: StepCounter = field(factory=StepCounter, init=False, repr=False)
    _rounds: dict[str, Collection] = field(factory=dict, init=False, repr=False)
    _failed: dict[str, Exception] = field(factory=dict, init=False, repr=False)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.folder.as_posix()!r})"

    @cached_property
    def _loaded(self) -> tuple[Settings | None, tuple[Issue, ...]]:
        issues = list(FolderPaths.load(self.folder).check_links())
        if issues:  # read nothing from a folder with links that lead outside
            return None, tuple(issues)
        settings = attempt(lambda: load_settings(self.folder, self.host, issues), "the programme", issues)
        return settings, tuple(issues)

    @cached_property
    def _frameworks(self) -> tuple[FrozenMap[str, Framework], tuple[Issue, ...]]:
        """Frameworks of plugins and of the folder, with issues."""
        frameworks, issues = load_frameworks(self.folder, self.host)
        return self._translate(frameworks), issues

    def _translate(self, items: FrozenMap[str, M]) -> FrozenMap[str, M]:
        """Return frameworks or catalogues with phrases in the folder's languages."""
        for language in self.languages:
            items = translate(items, language.tag, language.phrases) if language.phrases else items
        return items

    @property
    def frameworks(self) -> FrozenMap[str, Framework]:
        """Frameworks of plugins and of the folder, by key."""
        return self._frameworks[0]

    @cached_property
    def _crosswalks(self) -> tuple[tuple[Crosswalk, ...], tuple[Issue, ...]]:
        """Crosswalks in `crosswalks/`, with issues."""
        return load_crosswalks(self.folder, self._frameworks[0])

    @property
    def crosswalks(self) -> tuple[Crosswalk, ...]:
        """Crosswalks between its rounds' editions: `crosswalks/` first, then bundled ones."""
        settings, own = self._loaded[0], self._crosswalks[0]
        used = set() if settings is None else {settings.programme.framework, *settings.frameworks.values()}
        pairs = {frozenset((crosswalk.before, crosswalk.after)) for crosswalk in own}
        shipped = [crosswalk for crosswalk in bundled_crosswalks() if {crosswalk.before, crosswalk.after} <= used]
        return (
            *own,
            *(crosswalk for crosswalk in shipped if frozenset((crosswalk.before, crosswalk.after)) not in pairs),
        )

    @cached_property
    def _languages(self) -> tuple[tuple[LanguageTexts, ...], tuple[Issue, ...]]:
        """Languages of the folder's `languages/`, and their issues."""
        if not (self.folder / "languages").is_dir():
            return (), ()
        from capbuild.workspace.records.languages import load_languages  # most programmes bring none

        return load_languages(self.folder)

    @property
    def languages(self) -> tuple[LanguageTexts, ...]:
        """Languages of reports that the programme brings."""
        return self._languages[0]

    @property
    def settings(self) -> Settings:
        """Contents of programme.toml.

        Raises:
            WorkspaceError: The file is missing or unreadable.
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
        """Programme as data."""
        return self.settings.programme

    @cached_property
    def framework(self) -> Framework:
        """Framework of rounds that name no other.

        Raises:
            WorkspaceError: No plugin and no file of the folder has it.
        """
        origin = self.settings.origin("programme", "framework")
        return choose_framework(self.programme.framework, *self._frameworks, origin)

    @cached_property
    def _editions(self) -> tuple[Editions, tuple[Issue, ...]]:
        return load_editions(self.settings, *self._frameworks)

    @property
    def editions(self) -> Editions:
        """Frameworks of the rounds: the programme's, or a round's own.

        A round whose framework is unusable has none.
        """
        return self._editions[0]

    @property
    def rounds(self) -> tuple[Round, ...]:
        """Rounds with a framework, which can be scored."""
        usable = (round_ for round_ in self.programme.rounds if round_.id in self.editions.by_round)
        return tuple(round_ for round_ in usable if round_.id not in self._failed)

    def edition(self, round_: str) -> Framework:
        """Return the framework of a round.

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
        own = load_catalogue_tables(self.folder, self.settings, self.editions.by_round.get(planned), self.host, issues)
        catalogues = {**self.host.catalogues, **({f"{own.id} {own.edition}": own} if own is not None else {})}
        translated: FrozenMap[str, Catalogue] = self._translate(FrozenMap(catalogues))
        return attempt(lambda: choose_catalogue(translated, key, wanted, origin), "the plan", issues), tuple(issues)

    @property
    def catalogue(self) -> Catalogue | None:
        """Catalogue of activities to choose from.

        It joins the catalogues named in programme.toml, or all catalogues for the framework, including the folder's
        own tables. If rounds use several editions, it is for the edition of the planned round. It is None if there is
        no catalogue, or if a named one is unusable, which is an issue of the folder.
        """
        return self._offered[0]

    @cached_property
    def _checklist(self) -> tuple[Mapping[str, Sequence[ChecklistItem]], tuple[Issue, ...]]:
        issues: list[Issue] = []
        return load_checklist(self.folder, self.editions.names, self.host, issues), tuple(issues)

    @property
    def checklist(self) -> Mapping[str, Sequence[ChecklistItem]]:
        """Checklist items of visits, by criterion or indicator."""
        return self._checklist[0]

    def round(self, name: str) -> Round:
        """Return a round by its id or kind.

        Raises:
            WorkspaceError: There is no such round.
        """
        for round_ in self.programme.rounds:
            if name in (round_.id, round_.kind.value):
                return round_
        known = [round_.id for round_ in self.programme.rounds]
        raise WorkspaceError(
            f"there is no round {name!r}{did_you_mean(name, known)}", remedy=f"rounds are: {', '.join(known)}"
        )

    @in_own_languages
    def collect(self, round_: str) -> Collection:
        """Return the collection of a round; reads files once."""
        round_record = self.round(round_)
        if round_record.id not in self._rounds:
            self.edition(round_record.id)
            collector = Collector(self.folder, self.settings, self.editions, self.host, self.evidence, self.steps)
            self._rounds[round_record.id] = collector.collect(round_record)
        return self._rounds[round_record.id]

    def return_name(self, path: Path) -> str:
        """Return a survey file's name for rules and mappings."""
        place, folder = path.resolve(), self.folder.resolve()
        return place.relative_to(folder).as_posix() if folder in place.parents else f"returns/{path.name}"

    def framework_for(self, name: str) -> Framework:
        """Return the framework for the round of a survey file."""
        return self.edition(self.settings.rule_for(name).round or self.programme.rounds[0].id)

    def answer_reader(self, reading: Survey, name: str) -> AnswerReader:
        """Return the reader of a survey file's answers.

        Args:
            reading: The file as read.
            name: Its name, as `return_name` gives it.
        """
        framework = self.framework_for(name)
        rows = load_mappings(self.folder, framework, [], {}, self.editions.names)
        return find_return_meaning(reading, name, framework, rows, self.settings).reader

    def confirmed_mappings(self, name: str) -> dict[str, QuestionMapping]:
        """Return other files' mappings by the text of the question.

        Args:
            name: Name of the survey file that they are for, as `return_name` gives it.
        """
        rows = load_mappings(self.folder, self.framework_for(name), [], {}, self.editions.names)
        return {text: mapping for text, mapping in list_confirmed(name, rows).items() if mapping.target != NOTHING}

    @cached_property
    def monitoring(self) -> Monitoring:
        """Monitoring data: training, results, money, external series and reviews."""
        return self.read_monitoring()

    @cached_property
    def _evidence(self) -> tuple[tuple[StoredEvidence, ...], tuple[Issue, ...]]:
        """Evidence of `evidence.csv`, and its issues."""
        return self.read_evidence()

    @cached_property
    def _evidence_files(self) -> tuple[Issue, ...]:
        """Issues on files of evidence that are missing or changed."""
        return check_files(self.folder, self.evidence)

    @property
    def evidence(self) -> tuple[StoredEvidence, ...]:
        """Evidence that the programme keeps."""
        return self._evidence[0]

    def read_evidence(self) -> tuple[tuple[StoredEvidence, ...], tuple[Issue, ...]]:
        """Read the current evidence table."""
        issues: list[Issue] = []
        evidence = load_evidence(self.folder, self.editions.names, Places(self.settings, self.host, issues))
        return evidence, tuple(issues)

    def read_monitoring(self) -> Monitoring:
        """Return the monitoring data as the files are now."""
        folder, settings, editions, catalogue = self.folder, self.settings, self.editions, self.catalogue
        issues, rounds = list[Issue](), [round_.id for round_ in settings.programme.rounds]
        places = Places(settings, self.host, issues)
        deliveries, enrolments, evaluations = load_training(folder, editions, catalogue, places)
        return Monitoring(
            deliveries=deliveries,
            enrolments=enrolments,
            evaluations=evaluations,
            competences=tuple(load_competences(folder, catalogue, places)),
            results=load_results(folder, editions.names, catalogue, issues, places.origins),
            budgets=BUDGET.read(folder, places),
            external=tuple(ExternalRecords(folder, editions, places).series()),
            states=(states := STATES.read(folder, places, {"round": editions.by_round})),
            proposals=tuple(load_proposals(folder, editions, places)),
            recommendations=ACTIONS.read(folder, places, {"target": editions.names, "round": rounds}),
            issues=[*issues, *check_states(states)],
            origins=places.origins,
        )

    @cached_property
    def register(self) -> Register:
        """Collection requests with their issues."""
        places = Places(self.settings, self.host, [])
        return load_register(self.folder, [round_.id for round_ in self.programme.rounds], places)

    @cached_property
    def _network(self) -> tuple[Network | None, tuple[Issue, ...], dict[object, Origin]]:
        issues: list[Issue] = []
        places = Places(self.settings, self.host, issues)
        network = load_network(self.folder, places, invented=self.programme.invented)
        return network, tuple(issues), places.origins

    @property
    def network(self) -> Network | None:
        """Contact points and cooperation; None without such tables."""
        return self._network[0]

    def find_origin(self, record: object) -> Origin | None:
        """Return the row or line of a record."""
        return self.monitoring.origins.get(record) or self._network[2].get(record)

    @property
    def loading_issues(self) -> tuple[Issue, ...]:
        """Issues of settings, frameworks, registers and tables."""
        settings, issues = self._loaded
        all_issues = [*issues, *self._languages[1], *self._frameworks[1], *self._crosswalks[1]]
        if settings is not None:
            all_issues += [*self._editions[1], *check_targets(settings, self.editions)]
            all_issues += [*check_meanings(settings, self.editions), *self._offered[1], *self._checklist[1]]
            all_issues += [
                *self.register.issues,
                *self._evidence[1],
                *self._evidence_files,
                *self._network[1],
                *self.monitoring.issues,
            ]
        return tuple(all_issues)

    @property
    def usable(self) -> bool:
        """True if programme.toml is valid and rounds have a framework."""
        return self._loaded[0] is not None and bool(self.rounds)
