"""`capbuild explain`: explanation of a score, down to the cells."""

from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.cli.arguments import FOLDER, complete_capacity, complete_country, open_programme
from capbuild.cli.screen import Screen
from capbuild.reports.i18n import check_language, get_translator


@click.command("explain")
@FOLDER
@click.argument("country", shell_complete=complete_country)
@click.argument("capacity", shell_complete=complete_capacity)
@click.option("--round", "round_", help="Round whose score is explained; the last one by default.")
@click.option("--language", default="en", show_default=True, help="Language of the explanation.")
def command(folder: Path, country: str, capacity: str, round_: str | None, language: str) -> None:
    """Explain the score of COUNTRY in CAPACITY.

    Show the rule, its steps, and each answer with its cell.
    """
    screen, workspace = Screen(), open_programme(folder)
    name = round_ or workspace.programme.rounds[-1].id
    check_language(language, (*workspace.edition(name).languages, *workspace.programme.languages))
    with screen.working(f"scoring {workspace.round(name).id}"):
        assessed = workspace.assess(name)
    try:
        assessment = assessed[country]
    except KeyError as error:
        rounds = [round_.id for round_ in workspace.programme.rounds if round_.id != name]
        other = next((earlier for earlier in reversed(rounds) if country in workspace.assess(earlier)), None)
        hint = "" if other is None else f"; it has one with --round {other}"
        raise click.UsageError(f"{error.args[0]} in {name}{hint}") from error
    try:
        score = assessment[capacity]
    except KeyError as error:
        raise click.UsageError(f"{error.args[0]} in {name}") from error
    screen.blank()
    echo(str(score.explain(language)))
    own = {score.capacity.id, *(criterion.id for criterion in score.capacity.criteria)}
    for responses in assessed.unused:
        for question, target in responses.waiting.items():
            if assessment.country.name in responses.places and target in own:
                t = get_translator(language)
                screen.note(t("explain.waiting", question=question, file=responses.file, target=target))
    if workspace.programme.invented:
        screen.note("Answers are invented.")
