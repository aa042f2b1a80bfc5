"""`capbuild training`: nominations, enrolments and training results."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.cli.arguments import FEW, FOLDER, open_programme
from capbuild.cli.command_group import CommandGroup
from capbuild.cli.screen import Row, Screen
from capbuild.cli.show_page import show_page
from capbuild.io import country as resolve
from capbuild.model import EnrolmentStatus
from capbuild.notebook.planning import show_training
from capbuild.tracking import count_enrolments, follow_up_deliveries, summarise_training, training_effects
from capbuild.tracking.follow_up import FollowUpObservation
from capbuild.tracking.training import TrainingEffect
from capbuild.workspace import Workspace
from capbuild.workspace.forms.nominations import ImportedNominations, read_nominations, write_nominations
from capbuild.workspace.records.folder_tables import COMPETENCES
from capbuild.workspace.rounds.plans import list_training_needs


@click.group("training", cls=CommandGroup)
def command() -> None:
    """Manage nominations and enrolments, and show training results."""


@command.command("sheets")
@FOLDER
@click.argument("delivery")
@click.option("--country", "countries", multiple=True, help="Country to invite; all of the language by default.")
@click.option("--seats", type=click.IntRange(min=1), help="Seats for each country.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder; private/nominations/DELIVERY by default.")
@click.option(
    "--format", "format_", type=click.Choice(["xlsx", "csv"]), help="Format of the forms; a workbook if possible."
)
def sheets(
    folder: Path,
    delivery: str,
    *,
    countries: tuple[str, ...],
    seats: int | None,
    out: Path | None,
    format_: str | None,
) -> None:
    """Write a nomination form for each country invited to DELIVERY."""
    workspace = open_programme(folder)
    for path in write_nominations(workspace, delivery, countries=countries, seats=seats, out=out, format=format_ or ""):
        echo(path.as_posix())


@command.command("enrol")
@FOLDER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def enrol(folder: Path, file: Path) -> None:
    """Enrol the people of a nomination form.

    Names are stored in private/, pseudonyms in training/.
    """
    screen = Screen()
    nominations = read_nominations(open_programme(folder), file)
    _show_nominated(screen, nominations)
    screen.issues(nominations.issues, FEW, file.name)


@command.command("needs")
@FOLDER
@click.option("--country", "country_", help="Show one country only.")
def needs(folder: Path, country_: str | None) -> None:
    """Show competence gaps by role: required levels against recorded ones."""
    _show_training_needs(Screen(), open_programme(folder), country_)


@command.command("status")
@FOLDER
def status(folder: Path) -> None:
    """Show attendance, learning and later changes."""
    _show_training(Screen(), open_programme(folder))


# Output of `capbuild training`: people, evaluation levels, effects


def _show_nominated(screen: Screen, nominations: ImportedNominations) -> None:
    """Show the import of a nomination form."""
    before = f", {nominations.known} enrolled before" if nominations.known else ""
    screen.line(f"{nominations.country.name}, {nominations.delivery}: {len(nominations.enrolments)} nominated{before}")
    for enrolment in nominations.enrolments:
        screen.line(f"  {enrolment.participant}  {enrolment.role or 'role not stated'}, {enrolment.sex.value}")


def _show_effects(screen: Screen, effects: Iterable[TrainingEffect], least: int) -> None:
    def make_row(one: TrainingEffect) -> Row:
        reach = "" if one.interval is None else f"{one.interval.lower:+.1f} to {one.interval.upper:+.1f}"
        notes = [*(["within noise"] if one.within_noise else []), *([f"fewer than {least}"] if one.small else [])]
        return {
            "Delivery": one.delivery,
            "Level": one.level.value,
            "Before to": one.moment,
            "#Paired": one.paired,
            "#Not again": one.only_before,
            "#Difference": "–" if one.difference is None else f"{one.difference:+.1f}",
            "#90 % interval": reach,
            "": ", ".join(notes),
        }

    screen.table(map(make_row, effects))


def _show_training(screen: Screen, workspace: Workspace) -> None:
    """Show attendance, learning and later changes separately."""
    tracked, least = workspace.monitoring, workspace.programme.disclosure.minimum_n
    if not tracked.deliveries:
        screen.note("No delivery is recorded: begin training/deliveries.csv")
        return
    steps = {f"#{status.value.capitalize()}": status.value for status in EnrolmentStatus}
    for by in ("delivery", "sex"):
        counts = count_enrolments(tracked.enrolments, [by], minimum_n=least)
        screen.table(
            {by.capitalize(): c.group[by], **{header: str(c.people[step]) for header, step in steps.items()}}
            for c in counts
        )
    summary = summarise_training(tracked.deliveries, tracked.enrolments, tracked.evaluations, minimum_n=least)
    show_page(screen, show_training(summary))
    _show_effects(screen, training_effects(tracked.evaluations, minimum_n=least), least)
    rounds = workspace.programme.rounds
    if len(rounds) > 1:
        first, last = workspace.assess(rounds[-2].id), workspace.assess(rounds[-1].id)
        seen = Counter(
            delivery.seen
            for delivery in follow_up_deliveries(
                tracked.deliveries, tracked.enrolments, first, last, workspace.catalogue
            )
        )
        note = ", ".join(f"{seen[what]} {what.value}" for what in FollowUpObservation if seen[what])
        screen.note(f"Criteria addressed by deliveries, in countries that attended, in {rounds[-1].id}: {note}.")
        screen.note("People trained are output. A criterion gained afterwards need not be gained through a course.")


def _show_training_needs(screen: Screen, workspace: Workspace, wanted: str | None) -> None:
    """Show competence gaps by role, and missing data.

    Args:
        screen: The screen.
        workspace: The programme's folder.
        wanted: Name or code of one country; None for all.
    """
    places = {place.alpha_2: place.name for place in workspace.programme.countries}
    if wanted is not None:
        country = resolve(wanted, context=workspace.programme.countries, overrides=workspace.settings.spellings)
        places = {country.alpha_2: country.name}
    gaps = [gap for gap in list_training_needs(workspace) if gap.country in places]
    catalogue = workspace.catalogue
    titles = {} if catalogue is None else {c.id: c.title.get("en") for c in catalogue.competences}
    rows: list[Row] = [
        {
            "Country": places[gap.country],
            "Role": gap.role,
            "Competence": f"{gap.competence} {titles.get(gap.competence, '')}".strip(),
            "#Required": gap.required,
            "#People short": gap.people,
            "#Levels": gap.levels,
            "#By courses": gap.trainable,
            "#Unknown": gap.unknown,
        }
        for gap in gaps
        if gap.people
    ]
    screen.table(rows)
    if rows:
        pass
    elif workspace.monitoring.competences:
        screen.note("Nobody with a recorded level is short of what the role requires.")
    else:
        screen.note(f"No competences are recorded: add a row per person and competence to {COMPETENCES.file}.")
    unknown = sum(gap.unknown for gap in gaps)
    if unknown:
        screen.note(f"Of {unknown} levels that roles require, nothing is recorded; none counts as a gap.")
