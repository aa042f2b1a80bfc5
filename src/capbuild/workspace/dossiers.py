"""What a programme knows beside one round of assessments, gathered for its reports."""

import datetime

from attrs import define, evolve, field

from capbuild.model import AssessmentSet, Dossier, Programme, Result, Round
from capbuild.workspace.planned import Planning, planned_round

__all__ = ["Reporting", "donor_dossier", "recorded_dossier", "reported", "told_rounds"]


@define(slots=False, eq=False, repr=False)
class Reporting(Planning):
    """What reports on a programme's rounds draw on."""

    _dossiers: dict[str, Dossier] = field(factory=dict, init=False, repr=False)

    def dossier(self, round_: str) -> Dossier:
        """Return what reports on a round may draw on beside its assessments."""
        one = self.round(round_).id
        if one not in self._dossiers:
            self._dossiers[one] = _dossier_of(self, one)
        return self._dossiers[one]


def _visits(workspace: Planning, round_: str) -> dict[str, datetime.date]:
    """Return the last day of each country's latest visit so far."""
    found: dict[str, datetime.date] = {}
    for one in workspace.rounds_until(round_):
        for assessment in workspace.assess(one.id):
            if (day := assessment.last_visit) is not None:
                code = assessment.country.alpha_2
                found[code] = max(day, found.get(code, day))
    return found


def recorded_dossier(workspace: Planning, round_: str) -> Dossier:
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


def _dossier_of(workspace: Planning, round_: str) -> Dossier:
    """Return what a report on a round may draw on beside its assessments."""
    earlier = workspace.previous(round_)
    return evolve(
        recorded_dossier(workspace, round_),
        earlier=None if earlier is None else workspace.assess(earlier.id),
        change=workspace.change(round_),
        series=workspace.series(round_),
        visits=_visits(workspace, round_),
        results=_results(workspace, round_),
        plan=workspace.plan() if planned_round(workspace) == workspace.round(round_).id else None,
    )


def _with_network_needs(found: Dossier, workspace: Planning, round_: Round) -> Dossier:
    """Return a dossier with what its network lacks among its needs."""
    if found.network is None:
        return found
    from capbuild.networks import add_network_needs, network_gaps

    gaps = network_gaps(found.network, workspace.programme.countries_in(round_), round_.reference_date)
    needs = add_network_needs(found.needs, gaps, invented=found.network.invented)
    return evolve(found, needs=needs, network_gaps=gaps)


def _results(workspace: Planning, round_: str, until: datetime.date | None = None) -> tuple[Result, ...]:
    """Return the results chain with what the rounds up to one, and the records of training, say of it.

    Args:
        workspace: The programme's folder.
        round_: Id of the last round that counts.
        until: Day after which nothing has been held yet; None for all that is on record.
    """
    tracked = workspace.tracked
    if not any(indicator.computed for one in tracked.results for indicator in one.indicators):
        return tracked.results
    from capbuild.tracking import ResultRecords, compute_results

    upto = workspace.rounds_until(round_)
    records = ResultRecords(
        rounds=[workspace.assess(one.id) for one in upto],
        changes=workspace.since_first(round_),
        deliveries=[held for held in tracked.deliveries if until is None or held.end <= until],
        enrolments=tracked.enrolments,
        catalogue=workspace.catalogue,
    )
    return compute_results(tracked.results, records)


def donor_dossier(workspace: Reporting, round_: str, until: datetime.date | None = None) -> Dossier:
    """Return the dossier of a round whose results count what was held up to the last day of a donor report.

    Args:
        workspace: The programme's folder.
        round_: Id of the round.
        until: That day; by default the round's reference date.
    """
    day = until or workspace.round(round_).reference_date
    return evolve(workspace.dossier(round_), results=_results(workspace, round_, day))


def told_rounds(workspace: Planning, audience: str) -> tuple[AssessmentSet, ...]:
    """Return all rounds, for an audience that some country may be hidden from: its reports are disclosed together.

    Before others than those the policy names by default, what is withheld of one round depends on the others.
    """
    if audience in workspace.programme.disclosure.named_by_default:
        return ()
    return tuple(workspace.assess(one.id) for one in workspace.rounds)


def reported(programme: Programme, dossier: Dossier) -> Programme:
    """Return a programme as its reports show it: with its results chain and its budget."""
    return evolve(
        programme,
        results=programme.results or dossier.results,
        budgets=programme.budgets or dossier.budgets,
    )
