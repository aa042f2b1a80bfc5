"""`capbuild review`: reviews of assessments by countries."""

import datetime
import sys
from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.cli.arguments import FEW, FOLDER, complete_country, open_programme
from capbuild.cli.command_group import CommandGroup
from capbuild.cli.screen import ACCENT, Row, Screen
from capbuild.model import Assessment, AssessmentState, Decision
from capbuild.workspace import Workspace
from capbuild.workspace.forms.decisions import ImportedDecisions, export_decisions, import_decisions
from capbuild.workspace.forms.reviews import ImportedReview, export_review, import_review

_DAY = click.DateTime(["%Y-%m-%d"])


def _to_date(moment: datetime.datetime | None) -> datetime.date | None:
    return None if moment is None else moment.date()


@click.group("review", cls=CommandGroup)
def command() -> None:
    """Export assessments for review by countries, and record their answers."""


@command.command("export")
@FOLDER
@click.argument("country", shell_complete=complete_country)
@click.option("--round", "round_", help="Round to review; the last one by default.")
@click.option("--language", help="Language of the form; the country's first by default.")
@click.option("--sent", type=_DAY, help="Day it is sent: recorded in reviews/states.csv.")
@click.option("--deadline", type=_DAY, help="Deadline of the answer.")
@click.option("--out", type=click.Path(path_type=Path), help="File, .xlsx or .csv; in private/reviews/ by default.")
def export(
    folder: Path,
    country: str,
    *,
    round_: str | None,
    language: str | None,
    sent: datetime.datetime | None,
    deadline: datetime.datetime | None,
    out: Path | None,
) -> None:
    """Write the review form of COUNTRY."""
    path = export_review(
        open_programme(folder),
        country,
        round_=round_,
        language=language,
        sent=_to_date(sent),
        deadline=_to_date(deadline),
        out=out,
    )
    echo(path.as_posix())


@command.command("import")
@FOLDER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--received", type=_DAY, help="Day of receipt, if the form does not say.")
def import_(folder: Path, file: Path, received: datetime.datetime | None) -> None:
    """Record the answers in FILE as proposals.

    Computed results do not change.
    """
    screen = Screen()
    review = import_review(open_programme(folder), file, received=_to_date(received))
    _show_returned(screen, review)
    screen.issues(review.issues, FEW, "reviews/proposals.csv")
    sys.exit(1 if review.issues.count("error") else 0)


@command.command("proposals")
@FOLDER
@click.option("--round", "round_", help="Round; the last one with a proposal by default.")
@click.option("--country", help="Country whose proposals are decided; all by default.")
@click.option("--language", help="Language of the sheet; the programme's first by default.")
@click.option("--out", type=click.Path(path_type=Path), help="File, .xlsx or .csv; in private/reviews/ by default.")
def proposals(folder: Path, *, round_: str | None, country: str | None, language: str | None, out: Path | None) -> None:
    """Write the form for accepting or rejecting proposals."""
    path = export_decisions(open_programme(folder), round_=round_, country=country, language=language, out=out)
    echo(path.as_posix())


@command.command("decide")
@FOLDER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def decide(folder: Path, file: Path) -> None:
    """Record the decisions in FILE.

    They are written to reviews/proposals.csv; computed results do not change.
    """
    screen = Screen()
    decisions = import_decisions(open_programme(folder), file)
    _show_decided(screen, decisions)
    screen.issues(decisions.issues, FEW, "reviews/proposals.csv")
    sys.exit(1 if decisions.issues.count("error") else 0)


@command.command("status")
@FOLDER
@click.option("--on", type=_DAY, help="Day for judging deadlines; today by default.")
def status(folder: Path, on: datetime.datetime | None) -> None:
    """Show the states of assessments, and open proposals."""
    _show_review_status(Screen(), open_programme(folder), _to_date(on) or datetime.date.today())


# Output of `capbuild review`: imported forms and assessment states


def _show_returned(screen: Screen, review: ImportedReview) -> None:
    """Show the import of a review form."""
    again = f", {review.known} recorded before" if review.known else ""
    screen.line(
        f"{review.country}: {len(review.proposals)} new proposal{'s' if len(review.proposals) != 1 else ''}{again}"
    )
    if review.state is not None:
        screen.line(f"State: {review.state.state.value}")
    if review.proposals:
        screen.table(
            {
                "Target": proposal.target,
                "Computed": proposal.computed,
                "Proposed": proposal.proposed or "–",
                "Why": proposal.comment or "–",
            }
            for proposal in review.proposals
        )
        screen.note("Decide on a form: capbuild review proposals FOLDER. Computed results do not change.")


def _show_decided(screen: Screen, found: ImportedDecisions) -> None:
    """Show the import of a decision form."""
    count = len(found.proposals)
    screen.line(f"{count} decision{'s' if count != 1 else ''} recorded, {found.known} known before, {found.open} open")
    screen.table(
        {
            "Country": proposal.country.name,
            "Target": proposal.target,
            "Proposed": proposal.proposed or "–",
            "Decision": proposal.decision.value,
            "Reason": proposal.reason,
        }
        for proposal in found.proposals
    )


def _show_review_status(screen: Screen, workspace: Workspace, today: datetime.date) -> None:
    """Show the states of assessments, and open proposals.

    Args:
        screen: The screen.
        workspace: The programme's folder.
        today: The day for judging deadlines.
    """
    all_assessments = (
        assessment for round_ in workspace.programme.rounds for assessment in workspace.assess(round_.id)
    )
    sent = [
        assessment
        for assessment in all_assessments
        if assessment.standing is not None or assessment.state is not AssessmentState.DRAFT
    ]
    screen.table(_make_state_row(assessment, today) for assessment in sent)
    if not sent:
        screen.note("No assessment has been sent: capbuild review export FOLDER COUNTRY --sent DATE")
    waiting = [proposal for proposal in workspace.monitoring.proposals if proposal.decision is Decision.OPEN]
    screen.blank()
    screen.line(
        (f"{len(waiting)} open", ACCENT if waiting else ""), " of ", f"{len(workspace.monitoring.proposals)} proposals"
    )
    for wish in waiting:
        other = wish.proposed or "no other result"
        screen.line(f"{wish.country.name} {wish.target}: {wish.computed} computed, {other} proposed")


def _make_state_row(assessment: Assessment, today: datetime.date) -> Row:
    record = assessment.standing
    row: Row = {
        "Country": assessment.country.name,
        "Round": assessment.round.id,
        "State": assessment.state.value,
    }
    if record is None:
        return row
    days = {"Date": str(record.date or ""), "Deadline": str(record.deadline or "")}
    return {**row, "By": record.by, **days, "": "late" if record.is_overdue(today) else ""}
