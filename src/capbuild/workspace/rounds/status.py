"""Collection status of a round on a date."""

import datetime
from collections import Counter

from attrs import field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.fieldwork.register import InstrumentProgress, RequestState, collection_status, instrument_progress
from capbuild.frozen import FrozenMap
from capbuild.model import Country, Issues, Request, Round, Severity, SourceKind, UnusableReason
from capbuild.workspace.folder_functions import takes_folder
from capbuild.workspace.rounds.evidence import DueFinding, list_due_findings
from capbuild.workspace.rounds.register import check_register
from capbuild.workspace.workspace import Workspace


@frozen(kw_only=True)
class CollectionStatus:
    """Collection status of a round on a date.

    Attributes:
        round: The round.
        on: The day.
        participants: Number of participants.
        progress: Progress of each instrument.
        requests: Requests as of that date, urgent ones first, then by name.
        silent: Countries without any data.
        unusable: Reason why the return of one of them is unusable, by alpha-2 code.
        left_open: Number of cells and rows to review, by file.
        unsettled: Claimed criteria of unvisited countries, by country.
        due: Findings of any round with expired evidence.
        issues: Disagreements between register and files.
        invented: Whether dates and answers are invented.
    """

    round: Round
    on: datetime.date
    participants: int
    progress: tuple[InstrumentProgress, ...] = field(default=(), converter=to_tuple)
    requests: tuple[Request, ...] = field(default=(), converter=to_tuple)
    silent: tuple[Country, ...] = field(default=(), converter=to_tuple)
    unusable: FrozenMap[str, UnusableReason] = field(factory=FrozenMap, converter=to_map)
    left_open: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    unsettled: FrozenMap[Country, int] = field(factory=FrozenMap, converter=to_map)
    due: tuple[DueFinding, ...] = field(default=(), converter=to_tuple)
    issues: Issues = Issues()
    invented: bool = False

    def find_state(self, request: Request) -> RequestState:
        """Return the state of a request on the day."""
        return collection_status(request, self.on)

    @property
    def overdue(self) -> tuple[Request, ...]:
        """Requests due for a reminder."""
        return tuple(request for request in self.requests if self.find_state(request) is RequestState.OVERDUE)

    @property
    def sent_back(self) -> tuple[Request, ...]:
        """Requests returned to the country with questions."""
        return tuple(request for request in self.requests if self.find_state(request) is RequestState.SENT_BACK)


@takes_folder
def get_collection_status(
    workspace: Workspace, round_: str | None = None, *, on: datetime.date | None = None
) -> CollectionStatus:
    """Return the collection status of a round.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        round_: Id or kind of the round; the first one by default.
        on: The day; today by default. Ignores later records.

    Raises:
        WorkspaceError: There is no such round.
    """
    round_record = workspace.round(round_) if round_ else workspace.programme.rounds[0]
    day = on or datetime.datetime.now(datetime.UTC).date()
    register = workspace.register
    collection, assessed = workspace.collect(round_record.id), workspace.assess(round_record.id)
    requests = [request.as_of(day) for request in register.of(round_record.id)]
    visited = {source.country for source in collection.sources if source.kind is SourceKind.VISIT}
    return CollectionStatus(
        round=round_record,
        on=day,
        participants=len(workspace.programme.countries_in(round_record)),
        progress=instrument_progress(register.of(round_record.id), day),
        requests=sorted(
            requests, key=lambda request: (collection_status(request, day), request.country.name, request.label)
        ),
        silent=assessed.silent,
        unusable=assessed.unusable,
        # Warnings and errors by file; notes do not count.
        left_open=dict(
            sorted(
                Counter(
                    issue.origin.file
                    for issue in collection.issues
                    if issue.severity is not Severity.NOTE and issue.origin is not None and issue.origin.file
                ).items()
            )
        ),
        unsettled={
            a.country: sum(result.claimed for score in a.indicators for result in score.results)
            for a in assessed
            if a.country not in visited
        },
        due=list_due_findings(workspace, day),
        issues=Issues([*register.issues, *check_register(register.of(round_record.id), collection.sources)]),
        invented=workspace.programme.invented,
    )
