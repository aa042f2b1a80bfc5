"""`capbuild questionnaire`: the instruments of a framework."""

from pathlib import Path

import click

from capbuild.cli.parts import framework_named
from capbuild.frameworks import checklist_csv, questionnaire_csv
from capbuild.plugins import default_host

__all__ = ["command"]


@click.command("questionnaire")
@click.argument("framework", default="police-cyber")
@click.option("--language", default="en", show_default=True)
@click.option("--visit", is_flag=True, help="The visit checklist instead of the survey.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; the screen by default.")
def command(framework: str, language: str, visit: bool, out: Path | None) -> None:
    """Write the questionnaire or checklist of FRAMEWORK as CSV."""
    made = framework_named(framework, default_host())
    text = checklist_csv(made, language) if visit else questionnaire_csv(made, language)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8-sig", newline="")
        click.echo(out.as_posix())
