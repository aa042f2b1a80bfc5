"""`capbuild review`: reviews of assessments by countries."""

import datetime
import sys
from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.cli.arguments import FEW, FOLDER, open_programme
from capbuild.cli.screen import Screen
from capbuild.cli.show_review import show_decided, show_returned, show_review_status
from capbuild.workspace.forms.decisions import export_decisions, import_decisions
from capbuild.workspace.forms.reviews import export_review, import_review

__all__ = ["command"]

_DAY = click.DateTime(["%Y-%m-%d"])


def _to_date(moment: datetime.datetime | None) -> datetime.date | None:
    return None if moment is None else moment.date()


@click.group("review")
def command() -> None:
    """Export assessments for review by countries, and record their answers."""


@command.command("export")
@FOLDER
@click.argument("country")
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
    """Record the answers in FILE as proposals; computed results do not change."""
    screen = Screen()
    found = import_review(open_programme(folder), file, received=_to_date(received))
    show_returned(screen, found)
    screen.issues(found.issues, FEW, "reviews/proposals.csv")
    screen.blank()
    sys.exit(1 if found.issues.count("error") else 0)


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
    """Record the decisions in FILE in reviews/proposals.csv; computed results do not change."""
    screen = Screen()
    found = import_decisions(open_programme(folder), file)
    show_decided(screen, found)
    screen.issues(found.issues, FEW, "reviews/proposals.csv")
    screen.blank()
    sys.exit(1 if found.issues.count("error") else 0)


@command.command("status")
@FOLDER
@click.option("--on", type=_DAY, help="Day for judging deadlines; today by default.")
def status(folder: Path, on: datetime.datetime | None) -> None:
    """Show the states of assessments, and open proposals."""
    show_review_status(Screen(), open_programme(folder), _to_date(on) or datetime.date.today())
