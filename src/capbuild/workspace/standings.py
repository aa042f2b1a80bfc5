"""How the collection of a round stands on a day: the register, what came in, and what its files left open."""

import datetime
from collections import Counter

from attrs import field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.fieldwork import InstrumentProgress, RequestState, collection_status, instrument_progress
from capbuild.frozen import FrozenMap
from capbuild.model import Country, Issue, Issues, Request, Round, Severity, SourceKind, UnusableReason
from capbuild.workspace.folder import Workspace
from capbuild.workspace.register import disagreements

__all__ = ["CollectionStatus", "status"]


@frozen(kw_only=True)
class CollectionStatus:
    """How the collection of a round stands on a day.

    Attributes:
        round: The round.
        on: The day.
        participants: How many countries take part.
        progress: How far each instrument has come.
        requests: Requests as of that day, what calls for a look first, then by name.
        silent: Countries of which nothing is known.
        unusable: Why what was received from one of them cannot be used, by its alpha-2 code.
        left_open: Cells and rows that a person should look at, by file: what the reading of each left open.
        unsettled: Criteria that are claimed and no visit has seen, by country that was not visited.
        issues: What the register itself and the files disagree on.
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
    issues: Issues = Issues()
    invented: bool = False

    def standing(self, request: Request) -> RequestState:
        """Return how a request stands on the day."""
        return collection_status(request, self.on)

    @property
    def overdue(self) -> tuple[Request, ...]:
        """Requests that a reminder is due for."""
        return tuple(one for one in self.requests if self.standing(one) is RequestState.OVERDUE)

    @property
    def sent_back(self) -> tuple[Request, ...]:
        """Requests that went back to the country with questions."""
        return tuple(one for one in self.requests if self.standing(one) is RequestState.SENT_BACK)


def status(workspace: Workspace, round_: str | None = None, *, on: datetime.date | None = None) -> CollectionStatus:
    """Return how the collection of a round stands.

    Args:
        workspace: The programme's folder.
        round_: Id or kind of the round; the first one by default.
        on: The day; today by default. What came later has not happened yet.

    Raises:
        WorkspaceError: There is no such round.
    """
    one = workspace.round(round_) if round_ else workspace.programme.rounds[0]
    day = on or datetime.datetime.now(datetime.UTC).date()
    register = workspace.register
    found, assessed = workspace.collect(one.id), workspace.assess(one.id)
    requests = [request.as_of(day) for request in register.of(one.id)]
    visited = {source.country for source in found.sources if source.kind is SourceKind.VISIT}
    return CollectionStatus(
        round=one,
        on=day,
        participants=len(workspace.programme.countries_in(one)),
        progress=instrument_progress(register.of(one.id), day),
        requests=sorted(
            requests, key=lambda request: (collection_status(request, day), request.country.name, request.label)
        ),
        silent=assessed.silent,
        unusable=assessed.unusable,
        left_open=_left_open(found.issues),
        unsettled={
            a.country: sum(result.claimed for score in a.indicators for result in score.results)
            for a in assessed
            if a.country not in visited
        },
        issues=Issues([*register.issues, *disagreements(register.of(one.id), found.sources)]),
        invented=workspace.programme.invented,
    )


def _left_open(issues: Issues) -> dict[str, int]:
    """Count what a person should look at, by file. Notes are for information."""
    serious = (issue for issue in issues if issue.severity is not Severity.NOTE)
    return dict(sorted(Counter(_file(issue) for issue in serious if _file(issue)).items()))


def _file(issue: Issue) -> str:
    return issue.origin.file if issue.origin is not None else ""
