"""Dossiers: programme data other than the assessments, for reports."""

import datetime
from functools import cached_property

from attrs import define, evolve, field

from capbuild.advice import ActionPlan, Advice, advise, plan_actions
from capbuild.disclosure import Publications
from capbuild.model import AssessmentSet, Dossier, Plan, Programme, Result, Round
from capbuild.workspace.rounds.plans import Planning, find_planned_round
from capbuild.workspace.runs.publications import load_publications


@define(slots=False, eq=False, repr=False)
class Reporting(Planning):
    """Programme's rounds and dossiers for reports."""

    _dossiers: dict[str, Dossier] = field(factory=dict, init=False, repr=False)

    @cached_property
    def publications(self) -> Publications:
        """Publications for every audience; `save` stores new ones."""
        return load_publications(self.folder)

    def dossier(self, round_: str) -> Dossier:
        """Return the dossier of a round."""
        round_id = self.round(round_).id
        if round_id not in self._dossiers:
            self._dossiers[round_id] = _make_dossier(self, round_id)
        return self._dossiers[round_id]

    def advise(self, round_: str, country: str | None = None) -> Advice:
        """Return advice for a country or a round.

        Advice for a round is about all of its countries. It is for the team: nothing is withheld.

        Args:
            round_: Id of the round.
            country: Name or code of the country; None for the region.

        Raises:
            KeyError: The round has no assessment of the country.
        """
        round_id = self.round(round_).id
        return advise(
            self.assess(round_id), country, dossier=self._make_planned_dossier(round_id), programme=self.programme
        )

    def list_actions(self, round_: str, country: str | None = None) -> list[ActionPlan]:
        """Return the action plans of countries in a round.

        Recorded actions are included. The plans are for the team: nothing is withheld.

        Args:
            round_: Id of the round.
            country: Name or code of the country; None for all.

        Raises:
            KeyError: The round has no assessment of the country.
        """
        round_id = self.round(round_).id
        assessed, known = self.assess(round_id), self._make_planned_dossier(round_id)
        return [plan_actions(assessment, known) for assessment in ([assessed[country]] if country else assessed)]

    def _make_planned_dossier(self, round_: str) -> Dossier:
        """Return the records, change and plan that actions need."""
        known = self._dossiers.get(round_) or evolve(make_recorded_dossier(self, round_), change=self.change(round_))
        return evolve(known, plan=_find_plan_in_force(self, round_))


def _find_plan_until(workspace: Planning, round_: str) -> Plan | None:
    """Return the plan made up to a round."""
    earlier = {earlier_round.id for earlier_round in workspace.rounds_until(round_)}
    return workspace.plan() if find_planned_round(workspace) in earlier else None


def _find_plan_in_force(workspace: Planning, round_: str) -> Plan | None:
    """Return the plan in force in a round.

    This is the round's own plan, or an earlier one without its statements on needs.
    """
    plan = _find_plan_until(workspace, round_)
    if plan is None or find_planned_round(workspace) == workspace.round(round_).id:
        return plan
    sessions = [evolve(activity, addresses=(), marginal_closure={}) for activity in plan.activities]
    return evolve(plan, activities=sessions, expected=None, closes={}, left_out={}, left_out_for={})


def _find_visits(workspace: Planning, round_: str) -> dict[str, datetime.date]:
    """Return the last day of each country's latest visit."""
    last_visits: dict[str, datetime.date] = {}
    for earlier_round in workspace.rounds_until(round_):
        for assessment in workspace.assess(earlier_round.id):
            if (day := assessment.last_visit) is not None:
                code = assessment.country.alpha_2
                last_visits[code] = max(day, last_visits.get(code, day))
    return last_visits


def make_recorded_dossier(workspace: Planning, round_: str) -> Dossier:
    """Return a dossier of recorded data and needs.

    With it, reports decide whether they have content. Plan, change and result figures are left out, since they take
    time to compute.
    """
    records, round_record = workspace.monitoring, workspace.round(round_)
    later = {round_record.id for round_record in workspace.rounds} - {
        round_record.id for round_record in workspace.rounds_until(round_)
    }
    dossier = Dossier(
        deliveries=records.deliveries,
        enrolments=records.enrolments,
        evaluations=records.evaluations,
        results=records.results,
        budgets=records.budgets,
        external=records.external,
        needs=workspace.needs(round_),
        catalogue=workspace.catalogue,
        states=[state for state in records.states if state.round == round_record.id],
        proposals=[proposal for proposal in records.proposals if proposal.round == round_record.id],
        network=workspace.network,
        recommendations=[action for action in records.recommendations if action.round not in later],
    )
    return _add_network_needs(dossier, workspace, round_record)


def _make_dossier(workspace: Planning, round_: str) -> Dossier:
    """Return the full dossier of a round."""
    earlier = workspace.previous(round_)
    return evolve(
        make_recorded_dossier(workspace, round_),
        earlier=None if earlier is None else workspace.assess(earlier.id),
        change=workspace.change(round_),
        series=workspace.series(round_),
        sensitivity=workspace.sensitivity(round_) if workspace.settings.sensitivity else None,
        visits=_find_visits(workspace, round_),
        results=_compute_results(workspace, round_),
        plan=workspace.plan() if find_planned_round(workspace) == workspace.round(round_).id else None,
    )


def _add_network_needs(found: Dossier, workspace: Planning, round_: Round) -> Dossier:
    """Add network gaps to the needs of a dossier."""
    if found.network is None:
        return found
    from capbuild.networks import network_gaps
    from capbuild.networks.needs import add_network_needs

    gaps = network_gaps(found.network, workspace.programme.countries_in(round_), round_.reference_date)
    needs = add_network_needs(found.needs, gaps, invented=found.network.invented)
    return evolve(found, needs=needs, network_gaps=gaps)


def _compute_results(workspace: Planning, round_: str, until: datetime.date | None = None) -> tuple[Result, ...]:
    """Compute the results chain from rounds and training records.

    Args:
        workspace: The programme's folder.
        round_: Id of the last round to include.
        until: Last day of deliveries to include; None for all.
    """
    monitoring = workspace.monitoring
    if not any(indicator.computed for result in monitoring.results for indicator in result.indicators):
        return monitoring.results
    from capbuild.tracking.results import ResultRecords, compute_results

    upto = workspace.rounds_until(round_)
    records = ResultRecords(
        rounds=[workspace.assess(past.id) for past in upto],
        changes=workspace.since_first(round_),
        deliveries=[delivery for delivery in monitoring.deliveries if until is None or delivery.end <= until],
        enrolments=monitoring.enrolments,
        catalogue=workspace.catalogue,
    )
    return compute_results(monitoring.results, records)


def make_donor_dossier(workspace: Reporting, round_: str, until: datetime.date | None = None) -> Dossier:
    """Make the dossier of a donor report.

    Results are computed up to the last day of the report.

    Args:
        workspace: The programme's folder.
        round_: Id of the round.
        until: That day; by default the round's reference date.
    """
    day = until or workspace.round(round_).reference_date
    return evolve(workspace.dossier(round_), results=_compute_results(workspace, round_, day))


def make_country_dossier(workspace: Reporting, round_: str) -> Dossier:
    """Return a dossier for the documents of a country.

    Results, training and money are left out, since their disclosure control takes long.
    """
    whole = evolve(workspace.dossier(round_), plan=_find_plan_in_force(workspace, round_))
    return evolve(whole, sensitivity=None, deliveries=(), enrolments=(), evaluations=(), results=(), budgets=())


def make_explorer_dossier(workspace: Reporting, round_: str) -> Dossier:
    """Make the dossier of the explorer.

    It has needs, network, catalogue and the latest plan up to this round.
    """
    planned, plan = find_planned_round(workspace), _find_plan_until(workspace, round_)
    needs = None if planned is None else workspace.needs(planned)
    return Dossier(needs=needs, plan=plan, catalogue=workspace.catalogue, network=workspace.network)


def list_disclosed_rounds(workspace: Planning, audience: str, kind: str = "") -> tuple[AssessmentSet, ...]:
    """Return all rounds that must be disclosed together.

    There are such rounds for the explorer, and for audiences that must not see every country: for these, redactions
    in one round depend on the others.
    """
    if kind != "explorer" and audience in workspace.programme.disclosure.named_by_default:
        return ()
    return tuple(workspace.assess(round_.id) for round_ in workspace.rounds)


def complete_programme(programme: Programme, dossier: Dossier) -> Programme:
    """Return a programme with its results chain and budget."""
    return evolve(
        programme,
        results=programme.results or dossier.results,
        budgets=programme.budgets or dossier.budgets,
    )
