"""`capbuild advise`: prioritised actions with reasons."""

from pathlib import Path

import click

from capbuild.advice import Advice, MessageKind
from capbuild.cli.arguments import FOLDER, complete_country, open_programme
from capbuild.cli.screen import Screen
from capbuild.reports.advice_text import AdviceWriter
from capbuild.reports.i18n import check_language, get_translator

#: Message kinds shown with the actions.
_SAID = (
    MessageKind.FIRST, MessageKind.THEN, MessageKind.HOLD, MessageKind.MOVES, MessageKind.COST, MessageKind.OWN_STEP,
    MessageKind.CERTAINTY,
)  # fmt: skip


@click.command("advise")
@FOLDER
@click.argument("country", required=False, shell_complete=complete_country)
@click.option("--round", "round_", help="Round to advise on; the last one by default.")
@click.option("--language", default="en", show_default=True, help="Language.")
def command(folder: Path, country: str | None, round_: str | None, language: str) -> None:
    """Show what to do first in a country.

    Without COUNTRY, show the gaps that countries share. This is for the team: nothing is withheld.
    """
    workspace, screen = open_programme(folder), Screen()
    check_language(language, ())
    name = workspace.round(round_).id if round_ else workspace.rounds[-1].id
    try:
        with screen.working("planning"):
            advice = workspace.advise(name, country)
    except KeyError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="COUNTRY") from None
    show_advice(screen, advice, language)


def show_advice(screen: Screen, advice: Advice, language: str) -> None:
    """Show advice: the lead, the actions, then the other sentences."""
    writer = AdviceWriter(t=get_translator(language, advice.framework), framework=advice.framework)
    for message in advice:
        if message.kind in (MessageKind.LEAD, MessageKind.UNSETTLED, MessageKind.REGION):
            screen.line(writer.sentence(message))
            screen.blank()
    for position, message in enumerate(advice.actions, start=1):
        cost = advice.find_cost(message.capacity)
        sure = advice.find(MessageKind.CERTAINTY, message.capacity)
        screen.line(f"{position} ", (writer.actions_of(message), "bold"))
        parts = [f"{message.capacity} {writer.write_levels(message)}.", writer.write_reason(message)]
        parts += [writer.write_cost(cost)] if cost is not None else []
        parts += [writer.certainty_label(sure)] if sure is not None else []
        screen.note(f"  {' '.join(parts)}")
    screen.blank()
    for message in advice:
        if message.kind not in (*_SAID, MessageKind.LEAD, MessageKind.UNSETTLED, MessageKind.REGION):
            screen.line(writer.sentence(message))
    if advice.invented:
        screen.note(writer.t("invented"))
