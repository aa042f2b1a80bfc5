"""`capbuild report`: one report of a programme."""

from pathlib import Path

import click

from capbuild.cli.parts import FOLDER
from capbuild.io import write
from capbuild.workspace import open_workspace

__all__ = ["command"]


@click.command("report")
@FOLDER
@click.option("--round", "round_", help="Round to report on; the last one by default.")
@click.option("--format", "format_", default="html", show_default=True, help="Name of the writer.")
@click.option("--language", help="Language; the programme's first by default.")
@click.option("--audience", default="team", show_default=True, help="Who it is for: decides who is named.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File or folder to write.")
def command(folder: Path, round_: str | None, format_: str, language: str | None, audience: str, out: Path) -> None:
    """Write one report of FOLDER."""
    workspace = open_workspace(folder)
    assessed = workspace.assess(round_ or workspace.programme.rounds[-1].id)
    files = write(
        assessed,
        out,
        format=format_,
        language=language or workspace.programme.languages[0],
        audience=audience,
        programme=workspace.programme,
    )
    for path in files:
        click.echo(path.as_posix())
