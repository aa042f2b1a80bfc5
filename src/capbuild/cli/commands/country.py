"""`capbuild country`: identifies the country in a text."""

import sys

import click

from capbuild._terminal import echo
from capbuild.cli.arguments import AS_JSON
from capbuild.cli.json_output import print_document
from capbuild.cli.screen import Screen
from capbuild.errors import CountryError
from capbuild.frameworks import treaty_statuses
from capbuild.io import country


@click.command("country")
@click.argument("text")
@click.option("--language", help="Language of the text.")
@click.option("--treaties", is_flag=True, help="Also its status in treaties on cybercrime, with dates and sources.")
@AS_JSON
def command(text: str, language: str | None, treaties: bool, as_json: bool) -> None:
    """Show the country in TEXT, or the reason for none."""
    if as_json and treaties:
        raise click.UsageError("--json prints the country alone: leave out --treaties")
    try:
        match = country(text, language=language)
    except CountryError as error:
        if as_json:
            raise
        sys.exit(Screen().error(error))
    if as_json:
        print_document(match)
        return
    echo(f"{match.alpha_2} {match.alpha_3} {match.name} ({match.kind.value})")
    if treaties:
        statuses = treaty_statuses(match)
        if not statuses:
            echo("no treaty status is recorded; ask the depositary")
        Screen().table(
            {
                "Treaty": status.treaty,
                "Status": status.status.value,
                "Since": str(status.since or ""),
                "As of": str(status.as_of or ""),
                "Source": status.source,
                "Note": status.note,
            }
            for status in statuses
        )
