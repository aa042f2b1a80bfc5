"""Rows of training, competences, proposals and networks."""

from collections.abc import Collection, Iterator
from pathlib import Path

from capbuild.model import (
    Catalogue,
    Decision,
    Delivery,
    Enrolment,
    Evaluation,
    Framework,
    Missing,
    Network,
    Proposal,
)
from capbuild.planning.competences import CompetenceLevels, effective_level
from capbuild.workspace.records.folder_tables import (
    AGREEMENTS,
    COMPETENCES,
    CONTACTS,
    DELIVERIES,
    ENROLMENTS,
    EVALUATIONS,
    OPERATIONS,
    PROPOSALS,
    REQUESTS,
)
from capbuild.workspace.records.reviews import parse_figure
from capbuild.workspace.records.table import Places, Record
from capbuild.workspace.rounds.editions import Editions


def load_network(folder: Path, places: Places, *, invented: bool) -> Network | None:
    """Load the network of a folder; None without its tables.

    Args:
        folder: The programme's folder.
        places: Resolves countries, and collects problems as issues.
        invented: Whether the programme's answers are invented.
    """
    if not any((folder / table.file).is_file() for table in (CONTACTS, REQUESTS, AGREEMENTS, OPERATIONS)):
        return None
    return Network(
        contacts=CONTACTS.read(folder, places),
        requests=REQUESTS.read(folder, places),
        agreements=AGREEMENTS.read(folder, places),
        operations=OPERATIONS.read(folder, places),
        invented=invented,
    )


def load_training(
    folder: Path, editions: Editions, catalogue: Catalogue | None, places: Places
) -> tuple[tuple[Delivery, ...], tuple[Enrolment, ...], tuple[Evaluation, ...]]:
    """Return deliveries, enrolments and evaluations, in table order.

    Args:
        folder: The programme's folder.
        editions: Frameworks of the criteria.
        catalogue: Activities and roles; None without a catalogue.
        places: Resolves countries, and collects problems as issues.
    """
    known: dict[str, Collection[str]] = {"criteria": editions.judged}
    if catalogue is not None:
        known["activity"] = [activity.id for activity in catalogue.activities]
    deliveries = DELIVERIES.read(folder, places, known)
    known = {"delivery": [delivery.id for delivery in deliveries]}
    roles = {} if catalogue is None or not catalogue.roles else {"role": [role.id for role in catalogue.roles]}
    enrolments = ENROLMENTS.read(folder, places, {**known, **roles})
    enrolled = {(enrolment.participant, enrolment.delivery) for enrolment in enrolments}
    checked = (_check_evaluation(*pair, enrolled) for pair in EVALUATIONS.load(folder, places, known))
    return deliveries, enrolments, tuple(evaluation for evaluation in checked if evaluation is not None)


def _check_evaluation(
    record: Record, evaluation: Evaluation, enrolled: Collection[tuple[str, str]]
) -> Evaluation | None:
    """Return a measurement, unless it is above its maximum.

    In that case, the result is None, with an issue.
    """
    person, value, maximum = evaluation.participant, evaluation.value, evaluation.maximum
    if person and (person, evaluation.delivery) not in enrolled:
        message = f"{person!r} is not enrolled in {evaluation.delivery!r}"
        record.warn("participant", message, "correct it, or enrol the person", "CB841")
    if maximum is None or isinstance(value, Missing) or value <= maximum:
        return evaluation
    message = f"{value:g} is above the highest possible value, {maximum:g}"
    record.problem("value", message, "correct one of the two", "CB842")
    return None


def load_competences(folder: Path, catalogue: Catalogue | None, places: Places) -> Iterator[CompetenceLevels]:
    """Yield the competences of each person in a role.

    There are none without the table or without a catalogue.

    Args:
        folder: The programme's folder.
        catalogue: Roles and competences.
        places: Resolves countries, and collects problems as issues.
    """
    if catalogue is None:
        return
    known = {
        "role": [role.id for role in catalogue.roles],
        "competence": [competence.id for competence in catalogue.competences],
    }
    levels_by_person: dict[tuple[str, str, str], dict[str, int]] = {}
    for record, row in COMPETENCES.load(folder, places, known):
        levels = levels_by_person.setdefault((row.country.alpha_2, row.role, row.participant), {})
        level = effective_level(test=row.test, own=row.own, manager=row.manager)
        what = f"{row.participant} with {row.competence}"
        key = (row.country, row.role, row.participant, row.competence)
        if level is not None and record.is_first(key, what, "competence", "CB603"):
            levels[row.competence] = level
    for (country, role, person), levels in levels_by_person.items():
        yield CompetenceLevels(country=country, role=role, person=person, levels=levels)


def load_proposals(folder: Path, editions: Editions, places: Places) -> Iterator[Proposal]:
    """Yield the proposals of countries, in table order.

    Args:
        folder: The programme's folder.
        editions: Framework of each round.
        places: Resolves countries, and collects problems as issues.
    """
    for record, proposal in PROPOSALS.load(folder, places, {"round": editions.by_round}):
        framework = editions.by_round[proposal.round]
        if not record.find_one("target", framework.names, "criterion or capacity"):
            continue
        if proposal.decision is not Decision.OPEN and not proposal.reason:
            remedy = "give the reason in the column 'reason'; the country reads it"
            record.problem("reason", f"{proposal.target} was {proposal.decision} without a reason", remedy, "CB847")
        if proposal.decision is Decision.ACCEPTED:
            _check_result(framework, proposal, record)
        yield proposal


def _check_result(framework: Framework, accepted: Proposal, record: Record) -> None:
    """Report an accepted result that is not on its scale.

    Reports cannot show such a result.
    """
    if not accepted.proposed or accepted.target not in framework.capacities:
        return
    scale = framework.scale_of(framework[accepted.target])
    if parse_figure(scale, accepted.proposed) is None:
        known = ", ".join(level.code for level in scale.levels) or f"{scale.minimum:g} to {scale.maximum:g}"
        message = (
            f"{accepted.proposed!r} was accepted for {accepted.target}, but is not on its scale: it is not printed"
        )
        record.warn("proposed", message, f"write what was accepted: {known}", "CB853")
