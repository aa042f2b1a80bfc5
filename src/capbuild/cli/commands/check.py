"""`capbuild check`: plausibility checks of a programme's folder."""

import datetime
import json
import sys
from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.cli.arguments import open_programme
from capbuild.cli.screen import Screen
from capbuild.cli.show_check import show_check, show_rules
from capbuild.workspace.quality.table import RULES
from capbuild.workspace.runs.outcome import compute_exit_code

__all__ = ["command"]


@click.command("check")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the check; today, or the programme's last day.")
@click.option("--all", "everything", is_flag=True, help="Show every finding of every rule.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings, or the rules, as JSON.")
@click.option("--rules", "list_rules", is_flag=True, help="List the rules, without a folder too.")
def command(
    folder: Path | None, on: datetime.datetime | None, everything: bool, as_json: bool, list_rules: bool
) -> None:
    """Show plausibility findings of FOLDER, without writing; the exit status is 1 if an error is open."""
    screen = Screen()
    if list_rules:
        rules = RULES.values()
        if as_json:
            made = [
                {"id": r.id, "group": r.group, "severity": r.severity, "title": r.title, "remedy": r.remedy}
                for r in rules
            ]
            echo(json.dumps(made, ensure_ascii=False, indent=1), document=True)
        else:
            show_rules(screen, rules)
        return
    if folder is None:
        raise click.UsageError("name the programme's folder, or ask for --rules")
    found = open_programme(folder).check(on.date() if on is not None else None)
    if as_json:
        echo(found.as_json(), document=True)
    else:
        show_check(screen, found, folder.as_posix(), everything=everything)
    sys.exit(compute_exit_code(found.issues, usable=True))
