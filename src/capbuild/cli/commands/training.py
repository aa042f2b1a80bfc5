"""`capbuild training`: nominations, enrolments and training results."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.cli.arguments import FEW, FOLDER, open_programme
from capbuild.cli.command_group import CommandGroup
from capbuild.cli.screen import Screen
from capbuild.io import country as resolve
from capbuild.model import EnrolmentStatus
from capbuild.tracking import count_enrolments, follow_up_deliveries, summarise_training, training_effects
from capbuild.tracking.follow_up import FollowUpObservation
from capbuild.tracking.training import TrainingEffect
from capbuild.tracking.training_levels import TrainingSummary
from capbuild.workspace import Workspace
from capbuild.workspace.forms.nominations import ImportedNominations, read_nominations, write_nominations
from capbuild.workspace.records.competences import HELD_FILE
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
    """Show the import of a nomination form.

    Args:
        screen: The screen.
        nominations: The imported nominations.
    """
    before = f", {nominations.known} enrolled before" if nominations.known else ""
    screen.line(f"{nominations.country.name}, {nominations.delivery}: {len(nominations.enrolments)} nominated{before}")
    for enrolment in nominations.enrolments:
        screen.line(f"  {enrolment.participant}  {enrolment.role or 'role not stated'}, {enrolment.sex.value}")


def _show_levels(screen: Screen, summary: TrainingSummary) -> None:
    """Show the four evaluation levels, with paired changes."""
    rows = []
    for one in summary.levels:
        rate = "" if one.response_rate is None else f"{one.response_rate:.0%}"
        mean = "–" if one.mean is None else f"{one.mean:.1f}"
        top = "" if one.maximum is None else f"{one.maximum:g}"
        asked, change = "" if one.asked is None else str(one.asked), one.change
        answers = str(one.answers) if one.moment else "not measured"
        paired = "" if change is None else str(change.paired)
        moved = "" if change is None or change.difference is None else f"{change.difference:+.1f}"
        note = f"fewer than {summary.minimum_n}" if one.small and one.moment else ""
        rows.append((one.level.value, one.instrument, one.moment, answers, asked, rate, mean, top, paired, moved, note))
    headers = ("Level", "measured with", "when", "answers", "asked", "rate", "mean", "highest", "paired", "change", "")
    screen.table(headers, rows, left=(0, 1, 2, 10))
    screen.note("Asked are those who were present. Missing answers are in no mean and never count as zero.")
    screen.blank()


def _show_effects(screen: Screen, effects: Iterable[TrainingEffect], least: int) -> None:
    rows = []
    for one in effects:
        shown = "–" if one.difference is None else f"{one.difference:+.1f}"
        reach = "" if one.interval is None else f"{one.interval.lower:+.1f} to {one.interval.upper:+.1f}"
        note = ["within noise"] if one.within_noise else []
        note += [f"fewer than {least}"] if one.small else []
        rows.append((one.delivery, one.level.value, one.moment, str(one.paired), str(one.only_before), shown, reach,
            ", ".join(note)))  # fmt: skip
    if rows:
        headers = ("Delivery", "level", "before to", "paired", "not again", "difference", "90 % interval", "")
        screen.table(headers, rows, left=(0, 1, 2, 7))


def _show_training(screen: Screen, workspace: Workspace) -> None:
    """Show attendance, learning and later changes separately.

    Args:
        screen: The screen.
        workspace: The programme's folder.
    """
    tracked, least = workspace.monitoring, workspace.programme.disclosure.minimum_n
    if not tracked.deliveries:
        screen.note("No delivery is recorded: begin training/deliveries.csv")
        return
    steps = [status.value for status in EnrolmentStatus]
    for by in ("delivery", "sex"):
        counts = count_enrolments(tracked.enrolments, [by], minimum_n=least)
        screen.table((by.capitalize(), *steps), [(c.group[by], *(str(c.people[s]) for s in steps)) for c in counts])
    summary = summarise_training(tracked.deliveries, tracked.enrolments, tracked.evaluations, minimum_n=least)
    _show_levels(screen, summary)
    _show_effects(screen, training_effects(tracked.evaluations, minimum_n=least), least)
    rounds = workspace.programme.rounds
    if len(rounds) > 1:
        first, last = workspace.assess(rounds[-2].id), workspace.assess(rounds[-1].id)
        seen = Counter(
            one.seen
            for one in follow_up_deliveries(tracked.deliveries, tracked.enrolments, first, last, workspace.catalogue)
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
    places = {one.alpha_2: one.name for one in workspace.programme.countries}
    if wanted is not None:
        country = resolve(wanted, context=workspace.programme.countries, overrides=workspace.settings.spellings)
        places = {country.alpha_2: country.name}
    gaps = [gap for gap in list_training_needs(workspace) if gap.country in places]
    catalogue = workspace.catalogue
    titles = {} if catalogue is None else {c.id: c.title.get("en") for c in catalogue.competences}
    rows = [
        (places[gap.country], gap.role, f"{gap.competence} {titles.get(gap.competence, '')}".strip(), str(gap.required),
         str(gap.people), str(gap.levels), str(gap.trainable), str(gap.unknown))
        for gap in gaps
        if gap.people
    ]  # fmt: skip
    if rows:
        headers = ("Country", "role", "competence", "required", "people short", "levels", "by courses", "unknown")
        screen.table(headers, rows, left=(0, 1, 2))
    elif workspace.monitoring.competences:
        screen.note("Nobody with a recorded level is short of what the role requires.")
    else:
        screen.note(f"No competences are recorded: add a row per person and competence to {HELD_FILE}.")
    unknown = sum(gap.unknown for gap in gaps)
    if unknown:
        screen.note(f"Of {unknown} levels that roles require, nothing is recorded; none counts as a gap.")
