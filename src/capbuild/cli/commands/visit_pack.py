"""`capbuild visit-pack`: agenda and checklist of a visit."""

from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.cli.arguments import FOLDER, complete_country, open_programme
from capbuild.reports.i18n import check_language
from capbuild.workspace import write_visit_pack


@click.command("visit-pack")
@FOLDER
@click.argument("country", shell_complete=complete_country)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write.")
@click.option("--round", "round_", help="Round of the evidence; the first one by default.")
@click.option("--language", default="", help="Language of the pack; the country's first by default.")
def command(folder: Path, country: str, out: Path, round_: str | None, language: str) -> None:
    """Write agenda and checklist for a visit to COUNTRY.

    Criteria with conflicts and open points come first.
    """
    workspace = open_programme(folder)
    check_language(language, workspace.programme.languages)
    try:
        written = write_visit_pack(workspace, country, out, round_=round_, language=language)
    except KeyError as error:
        raise click.BadParameter(str(error.args[0])) from None
    for path in written:
        echo(path.as_posix())
