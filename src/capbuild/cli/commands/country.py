"""`capbuild country`: identifies the country in a text."""

import sys

import click

from capbuild._terminal import echo
from capbuild.cli.screen import Screen
from capbuild.errors import CountryError
from capbuild.io import country

__all__ = ["command"]


@click.command("country")
@click.argument("text")
@click.option("--language", help="Language of the text.")
def command(text: str, language: str | None) -> None:
    """Show the country in TEXT, or the reason for none."""
    try:
        found = country(text, language=language)
    except CountryError as error:
        sys.exit(Screen().error(error))
    echo(f"{found.alpha_2} {found.alpha_3} {found.name} ({found.kind.value})")
