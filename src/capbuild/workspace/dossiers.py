"""What a programme knows beside one round of assessments, gathered for its reports."""

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from capbuild.errors import ComparisonError
from capbuild.model import Change, ChangeSeries, Dossier, Issue, Programme, Result, Round, Severity
from capbuild.workspace.planned import planned_round

if TYPE_CHECKING:
    from capbuild.workspace.folder import Workspace

__all__ = [
    "change_since",
    "donor_dossier",
    "dossier_of",
    "previous_round",
    "recorded_dossier",
    "refused_comparison",
    "reported",
    "rounds_until",
    "series_until",
]

#: Why two rounds are not compared: no crosswalk between their editions, one that does not fit, no country in both.
_REFUSED = ("CB801", "CB802", "CB803")


def previous_round(workspace: "Workspace", round_: str) -> Round | None:
    """Return the round before another; None for the first."""
    rounds = workspace.rounds
    place = rounds.index(workspace.round(round_))
    return rounds[place - 1] if place else None


def change_since(workspace: "Workspace", round_: str) -> Change | None:
    """Return what changed since the round before; None for the first, and where the two cannot be compared."""
    earlier = previous_round(workspace, round_)
    if earlier is None:
        return None
    try:
        return workspace.compare(earlier.id, round_)
    except ComparisonError as error:
        if error.code in _REFUSED:
            return None
        raise


def rounds_until(workspace: "Workspace", round_: str) -> tuple[Round, ...]:
    """Return the rounds up to one, in order of time."""
    rounds = workspace.rounds
    return rounds[: rounds.index(workspace.round(round_)) + 1]


def series_until(workspace: "Workspace", round_: str) -> ChangeSeries | None:
    """Return what changed over the rounds up to one; None for the first two, and where any two cannot be compared."""
    names = [one.id for one in rounds_until(workspace, round_)]
    if len(names) < 3:
        return None
    try:
        return workspace.compare(*names)
    except ComparisonError as error:
        if error.code in _REFUSED:
            return None
        raise


def _visits(workspace: "Workspace", round_: str) -> dict[str, datetime.date]:
    """Return the last day of each country's latest visit so far."""
    found: dict[str, datetime.date] = {}
    for one in rounds_until(workspace, round_):
        for assessment in workspace.assess(one.id):
            if (day := assessment.last_visit) is not None:
                code = assessment.country.alpha_2
                found[code] = max(day, found.get(code, day))
    return found


def refused_comparison(workspace: "Workspace", round_: str) -> Iterator[Issue]:
    """Yield why a round is not compared with the one before, where that is for a person to mend."""
    earlier = previous_round(workspace, round_)
    try:
        if earlier is not None:
            workspace.compare(earlier.id, round_)
    except ComparisonError as error:
        if error.code == "CB801":
            yield Issue(
                code=error.code,
                severity=Severity.WARNING,
                message=f"{round_} is not compared with {earlier.id if earlier else ''}: {error.message}",
                origin=workspace.settings.origin("rounds"),
                remedy="capbuild new crosswalk FOLDER writes into crosswalks/ what is the same; complete it",
            )


def recorded_dossier(workspace: "Workspace", round_: str) -> Dossier:
    """Return what is on record beside a round, and its needs: all that decides whether a report has something to say.

    What takes time to compute is not in it: plan, change, and figures of results.
    """
    tracked = workspace.tracked
    found = Dossier(
        deliveries=tracked.deliveries,
        enrolments=tracked.enrolments,
        evaluations=tracked.evaluations,
        results=tracked.results,
        budgets=tracked.budgets,
        external=tracked.external,
        needs=workspace.needs(round_),
        catalogue=workspace.catalogue,
        states=[one for one in tracked.states if one.round == workspace.round(round_).id],
        proposals=[one for one in tracked.proposals if one.round == workspace.round(round_).id],
        network=workspace.network,
    )
    return _with_network_needs(found, workspace, workspace.round(round_))


def dossier_of(workspace: "Workspace", round_: str) -> Dossier:
    """Return what a report on a round may draw on beside its assessments."""
    earlier = previous_round(workspace, round_)
    return evolve(
        recorded_dossier(workspace, round_),
        earlier=None if earlier is None else workspace.assess(earlier.id),
        change=workspace.change(round_),
        series=workspace.series(round_),
        visits=_visits(workspace, round_),
        results=_results(workspace, round_),
        plan=workspace.plan() if planned_round(workspace) == workspace.round(round_).id else None,
    )


def _with_network_needs(found: Dossier, workspace: "Workspace", round_: Round) -> Dossier:
    """Return a dossier with what its network lacks among its needs."""
    if found.network is None:
        return found
    from capbuild.networks import network_gaps, with_network_needs

    gaps = network_gaps(found.network, workspace.programme.countries_in(round_), round_.reference_date)
    return evolve(found, needs=with_network_needs(found.needs, gaps, invented=found.network.invented))


def _results(workspace: "Workspace", round_: str, until: datetime.date | None = None) -> tuple[Result, ...]:
    """Return the results chain with what the rounds up to one, and the records of training, say of it.

    Args:
        workspace: The programme's folder.
        round_: Id of the last round that counts.
        until: Day after which nothing has been held yet; None for all that is on record.
    """
    tracked = workspace.tracked
    if not any(indicator.computed for one in tracked.results for indicator in one.indicators):
        return tracked.results
    from capbuild.tracking import Records, computed_results

    upto = rounds_until(workspace, round_)
    records = Records(
        rounds=[workspace.assess(one.id) for one in upto],
        changes=_since_first(workspace, upto),
        deliveries=[held for held in tracked.deliveries if until is None or held.end <= until],
        enrolments=tracked.enrolments,
        catalogue=workspace.catalogue,
    )
    return computed_results(tracked.results, records)


def _since_first(workspace: "Workspace", rounds: Sequence[Round]) -> Iterator[Change]:
    """Yield what changed from the first round to each later one that can be compared with it."""
    for later in rounds[1:]:
        try:
            yield workspace.compare(rounds[0].id, later.id)
        except ComparisonError as error:
            if error.code not in _REFUSED:
                raise


def donor_dossier(workspace: "Workspace", round_: str, until: datetime.date | None = None) -> Dossier:
    """Return the dossier of a round whose results count what was held up to the last day of a donor report.

    Args:
        workspace: The programme's folder.
        round_: Id of the round.
        until: That day; by default the round's reference date.
    """
    day = until or workspace.round(round_).reference_date
    return evolve(workspace.dossier(round_), results=_results(workspace, round_, day))


def reported(programme: Programme, dossier: Dossier) -> Programme:
    """Return a programme as its reports show it: with its results chain and its budget."""
    return evolve(
        programme,
        results=programme.results or dossier.results,
        budgets=programme.budgets or dossier.budgets,
    )
