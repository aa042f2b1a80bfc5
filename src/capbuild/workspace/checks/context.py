"""Input of the rules: a programme's folder, read once."""

import datetime
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial

from attrs import define, field, frozen

from capbuild.model import (
    Activity,
    AssessmentSet,
    Country,
    Delivery,
    Enrolment,
    Finding,
    Issue,
    Network,
    Participation,
    Request,
    Round,
    Severity,
    SizeProfile,
    Source,
    SourceKind,
)
from capbuild.origin import Origin
from capbuild.scoring import assess_quality
from capbuild.scoring.response_quality import ResponseQuality
from capbuild.workspace.inputs import Monitoring
from capbuild.workspace.paths import name_return
from capbuild.workspace.rounds.collection import Collection
from capbuild.workspace.rounds.plans import Planning
from capbuild.workspace.settings.checks import CheckSettings
from capbuild.workspace.settings.plan import PlanSettings

#: Message of a finding, with its origin.
Found = tuple[str, Origin | None]
#: Most cybercrime staff in a service, by its size; none for a standard one.
STAFF = {SizeProfile.SOLO: 2, SizeProfile.SMALL: 9}

Finder = Callable[["CheckContext"], Iterable[Found]]
_GROUPS = (
    "collection", "evidence", "scoring", "review", "plan", "training", "money", "network", "results",
)  # fmt: skip


@frozen
class CheckRule:
    """A plausibility rule for a programme's folder.

    Attributes:
        severity: Error if two records contradict each other, warning if results may be wrong, note otherwise.
        id: Stable id, such as `CK201`; its first digit gives the group.
        title: Subject of the rule.
        remedy: Remedy.
    """

    severity: Severity
    id: str
    title: str
    remedy: str

    @property
    def group(self) -> str:
        """Subject, such as `evidence`."""
        return _GROUPS[int(self.id[2]) - 1]

    def make_issue(self, message: str, place: Origin | None) -> Issue:
        """Return a finding as an issue."""
        words = f"{self.title}: {message}"
        return Issue(code=self.id, severity=self.severity, message=words, origin=place, remedy=self.remedy)

    def __call__(self, finder: Finder) -> Finder:
        """Register a function that yields the findings of the rule."""
        FINDERS[self.id] = self, finder
        return finder


#: Rules and their functions, by rule id.
FINDERS: dict[str, tuple[CheckRule, Finder]] = {}
error, warning, note = (partial(CheckRule, one) for one in (Severity.ERROR, Severity.WARNING, Severity.NOTE))


def months_before(day: datetime.date, months: int) -> datetime.date:
    """Return the same day some months earlier.

    If that month is shorter, this is its last day.

    Example:
        >>> months_before(datetime.date(2016, 3, 31), 13)
        datetime.date(2015, 2, 28)
    """
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    return datetime.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@define(eq=False, slots=False)
class RoundRecords:
    """One round: its records and assessments.

    Attributes:
        round: The round.
        collection: Findings and sources.
        assessed: The assessments.
        requests: Requests of the register.
        place: Position of the round in programme.toml, from 0.
    """

    round: Round
    collection: Collection
    assessed: AssessmentSet
    requests: tuple[Request, ...]
    place: int

    @property
    def first(self) -> datetime.date:
        """First day of its collection, or its reference date."""
        return self.round.start or self.round.end or self.round.reference_date

    @property
    def last(self) -> datetime.date:
        """Last day of the round's collection.

        This is the reference date if that is later, and never before the first day.
        """
        return max(self.first, self.round.end or self.round.reference_date, self.round.reference_date)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Sources by id."""
        return {source.id: source for source in self.collection.sources}

    def of_kind(self, *kinds: SourceKind) -> list[Source]:
        """Return the sources of some kinds."""
        return [source for source in self.collection.sources if source.kind in kinds]

    def origin(self, source: Source) -> Origin | None:
        """Return the origin of a source's record."""
        return self.collection.origins.get(source.id)

    def findings(self, *kinds: SourceKind) -> Iterator[tuple[Finding, Source]]:
        """Yield findings from some kinds of sources, with the source."""
        for finding in self.collection.findings:
            source = self.sources.get(finding.source)
            if source is not None and source.kind in kinds:
                yield finding, source

    @cached_property
    def by_source(self) -> dict[str, list[Finding]]:
        """Findings of each source, by its id."""
        by_source: dict[str, list[Finding]] = {}
        for finding in self.collection.findings:
            by_source.setdefault(finding.source, []).append(finding)
        return by_source

    def came(self, source: Source) -> datetime.date | None:
        """Return the date of a return.

        The date in the register takes precedence over the date in the return.
        """
        rows = [
            request for request in self.requests if request.country == source.country and is_request_of(request, source)
        ]
        return next((row.received for row in rows if row.received is not None), source.start)


def is_request_of(request: Request, source: Source) -> bool:
    """True if a return may answer a request.

    Country and instrument must be the same, and the file or the kind of respondent.
    """
    if request.instrument != source.kind.value or request.country != source.country:
        return False
    named = name_return(request.file) == source.id.partition("#")[0]
    return named or request.respondent in ("", source.respondent)


@define(eq=False, slots=False)
class CheckContext:
    """Context of the rules: a programme's folder on a day.

    Attributes:
        workspace: The folder.
        on: Date of the check.
    """

    workspace: Planning
    on: datetime.date
    _quality: dict[str, ResponseQuality] = field(factory=dict, init=False, repr=False)

    @property
    def settings(self) -> CheckSettings:
        """Thresholds."""
        return self.workspace.settings.check

    @property
    def records(self) -> Monitoring:
        """Training, results, money and reviews."""
        return self.workspace.monitoring

    @property
    def network(self) -> Network:
        """Contacts and cooperation; empty without tables."""
        return self.workspace.network or Network()

    @property
    def plan(self) -> PlanSettings | None:
        """Settings of the plan."""
        return self.workspace.settings.plan

    @cached_property
    def rounds(self) -> list[RoundRecords]:
        """Rounds that can be scored, in chronological order."""
        workspace, known = self.workspace, [round_.id for round_ in self.workspace.programme.rounds]
        return [
            RoundRecords(
                round_,
                workspace.collect(round_.id),
                workspace.assess(round_.id),
                workspace.register.of(round_.id),
                known.index(round_.id),
            )
            for round_ in workspace.rounds
        ]

    @property
    def requests(self) -> list[Request]:
        """Requests of these rounds."""
        return [request for round_ in self.rounds for request in round_.requests]

    @cached_property
    def participations(self) -> dict[Country, Participation]:
        """Participations by country."""
        return {participation.country: participation for participation in self.workspace.programme.participations}

    @cached_property
    def span(self) -> tuple[datetime.date, datetime.date]:
        """First and last day of the phases, else of rounds."""
        phases, rounds = self.workspace.programme.phases, self.workspace.programme.rounds
        if phases:
            return min(phase.start for phase in phases), max(phase.end for phase in phases)
        days = [
            day for round_ in rounds for day in (round_.start, round_.end, round_.reference_date) if day is not None
        ]
        return min(days), max(days)

    @cached_property
    def activities(self) -> dict[str, Activity]:
        """Activities of the catalogue by id."""
        catalogue = self.workspace.catalogue
        return {} if catalogue is None else {activity.id: activity for activity in catalogue.activities}

    @cached_property
    def delivered(self) -> list[Delivery]:
        """Deliveries that were not cancelled."""
        return [delivery for delivery in self.records.deliveries if not delivery.cancelled]

    @cached_property
    def attended(self) -> dict[str, list[Enrolment]]:
        """Enrolments of people who attended, by delivery."""
        by_delivery: dict[str, list[Enrolment]] = {}
        for enrolment in self.records.enrolments:
            if enrolment.status.was_present:
                by_delivery.setdefault(enrolment.delivery, []).append(enrolment)
        return by_delivery

    @cached_property
    def deliveries(self) -> dict[str, Delivery]:
        """Deliveries by id."""
        return {delivery.id: delivery for delivery in self.records.deliveries}

    def quality(self, round_records: RoundRecords) -> ResponseQuality:
        """Return the quality of a round's returns, computed once."""
        if round_records.round.id not in self._quality:
            self._quality[round_records.round.id] = assess_quality(round_records.assessed)
        return self._quality[round_records.round.id]

    def origin(self, record: object) -> Origin | None:
        """Return the origin of a record."""
        return self.workspace.find_origin(record)

    def setting(self, *path: str | int) -> Origin:
        """Return the origin of a key in programme.toml."""
        return self.workspace.settings.origin(*path)
