"""`capbuild inspect`: what is in a survey file."""

import json
import sys
from pathlib import Path

import click

from capbuild.cli.arguments import FEW, ISSUES, find_framework
from capbuild.cli.screen import Screen
from capbuild.cli.show_inspect import show_inspect
from capbuild.io import draft_layout, file_facts, read
from capbuild.plugins import default_host
from capbuild.progress_bars import progress_bar

__all__ = ["command"]


@click.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "format_", help="Name of the reader; sniffed by default.")
@click.option("--framework", default="police-cyber", help="Framework its answers may speak of.")
@click.option("--draft", is_flag=True, help="Print a draft of how the file is laid out, to correct and use again.")
@click.option("--facts", is_flag=True, help="Print as JSON what can be counted in the file, in its format's words.")
@ISSUES
def command(file: Path, format_: str | None, framework: str, draft: bool, facts: bool, all_issues: bool) -> None:
    """Show what is in a survey FILE, and account for every row, column and cell."""
    host = default_host()
    if draft:
        click.echo(draft_layout(file, format=format_, host=host), nl=False)
        return
    if facts:
        click.echo(json.dumps(file_facts(file, format=format_, host=host), ensure_ascii=False, indent=1))
        return
    with progress_bar() as progress:
        reading = read(file, format=format_, host=host, progress=progress)
    show_inspect(Screen(), reading, find_framework(framework, host), None if all_issues else FEW)
    sys.exit(1 if reading.issues.count("error") else 0)
