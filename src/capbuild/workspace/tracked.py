"""What a programme keeps beside its assessments: training, results, money, external series and reviews."""

from pathlib import Path

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import (
    Budget,
    Catalogue,
    Delivery,
    Enrolment,
    Evaluation,
    ExternalSeries,
    Issue,
    Proposal,
    Result,
    StateRecord,
)
from capbuild.planning import Held
from capbuild.plugins import Host
from capbuild.workspace.competence_records import load_held
from capbuild.workspace.config import Settings
from capbuild.workspace.editions import Editions
from capbuild.workspace.external_records import ExternalRecords
from capbuild.workspace.records import Places
from capbuild.workspace.results_records import load_budgets, load_results
from capbuild.workspace.review_records import ReviewRecords, check_states
from capbuild.workspace.training_records import TrainingRecords

__all__ = ["Tracked", "load_tracked"]


@frozen(kw_only=True)
class Tracked:
    """Everything the tables of a programme's folder say, with what is wrong with them.

    Attributes:
        deliveries: Activities as they were held.
        enrolments: Who took part, under pseudonyms.
        evaluations: What was measured.
        held: What people in a role hold, by competence.
        results: The results chain, as recorded.
        budgets: What was planned, promised and spent.
        external: What others published.
        states: Where each assessment stood.
        proposals: What countries proposed.
        issues: Every problem of these tables.
    """

    deliveries: tuple[Delivery, ...] = field(default=(), converter=to_tuple)
    enrolments: tuple[Enrolment, ...] = field(default=(), converter=to_tuple)
    evaluations: tuple[Evaluation, ...] = field(default=(), converter=to_tuple)
    held: tuple[Held, ...] = field(default=(), converter=to_tuple)
    results: tuple[Result, ...] = field(default=(), converter=to_tuple)
    budgets: tuple[Budget, ...] = field(default=(), converter=to_tuple)
    external: tuple[ExternalSeries, ...] = field(default=(), converter=to_tuple)
    states: tuple[StateRecord, ...] = field(default=(), converter=to_tuple)
    proposals: tuple[Proposal, ...] = field(default=(), converter=to_tuple)
    issues: tuple[Issue, ...] = field(default=(), converter=to_tuple)


def load_tracked(
    folder: Path, settings: Settings, editions: Editions, catalogue: Catalogue | None, host: Host
) -> Tracked:
    """Return what the tables of a folder say; a table that is not there says nothing.

    Args:
        folder: The programme's folder.
        settings: What programme.toml says.
        editions: What criteria are named in.
        catalogue: Activities and roles; None where there is no catalogue.
        host: Whose plugins resolve countries.
    """
    issues: list[Issue] = []
    places = Places(settings, host, issues)
    training = TrainingRecords(folder, editions, catalogue, places, issues)
    reviews = ReviewRecords(folder, editions, places, issues)
    deliveries, enrolments = training.deliveries(), training.enrolments()
    evaluations = tuple(training.evaluations())
    held = tuple(load_held(folder, catalogue, places, issues))
    results = load_results(folder, editions.names, catalogue, issues)
    budgets = tuple(load_budgets(folder, issues))
    external = tuple(ExternalRecords(folder, settings, editions, host, issues).series())
    states, proposals = tuple(reviews.states()), tuple(reviews.proposals())
    issues.extend(check_states(states))
    return Tracked(
        deliveries=deliveries,
        enrolments=enrolments,
        evaluations=evaluations,
        held=held,
        results=results,
        budgets=budgets,
        external=external,
        states=states,
        proposals=proposals,
        issues=issues,
    )
