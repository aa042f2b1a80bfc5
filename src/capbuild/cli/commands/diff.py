"""`capbuild diff`: differences between two copies of a programme."""

from pathlib import Path

import attrs
import click

from capbuild.cli.arguments import AS_JSON
from capbuild.cli.json_output import print_json
from capbuild.cli.screen import Screen
from capbuild.workspace import diff_folders
from capbuild.workspace.versions.differences import count_differences, describe_differences


@click.command("diff")
@click.argument("before", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.argument("after", type=click.Path(file_okay=False, exists=True, path_type=Path))
@AS_JSON
def command(before: Path, after: Path, as_json: bool) -> None:
    """Show the differences between the folders BEFORE and AFTER.

    Order and comments are ignored.
    """
    screen, differences = Screen(), diff_folders(before, after)
    if as_json:
        print_json([attrs.asdict(difference) for difference in differences])
        return
    for name, title, lines in describe_differences(differences):
        screen.line((title, "bold"), f"  {name}" if title != name else "")
        for line in lines:
            screen.line(f"  {line}")
        screen.blank()
    many = f"{len(differences)} difference{'s' if len(differences) != 1 else ''}"
    screen.note(f"{many}: {count_differences(differences)}." if differences else "No difference.")
