"""`capbuild merge`: merges two copies of a programme."""

import sys
from pathlib import Path

import click

from capbuild.cli.screen import Screen
from capbuild.display import counted
from capbuild.workspace import merge_folders
from capbuild.workspace.versions.differences import CONFLICTS, name_copies


@click.command("merge")
@click.argument("first", type=click.Path(file_okay=False, path_type=Path))
@click.argument("second", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--base", type=click.Path(file_okay=False, path_type=Path), required=True, help="Common ancestor of both."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write; it must not exist.")
def command(first: Path, second: Path, base: Path, out: Path) -> None:
    """Merge the folders FIRST and SECOND.

    Conflicts are listed, and both versions are kept.
    """
    screen, merged = Screen(), merge_folders(first, second, base=base, out=out)
    screen.line(f"{counted(len(merged.files), 'file')} in ", (merged.folder.as_posix(), "bold"))
    many, names = len(merged.conflicts), name_copies(first, second)
    if many:
        screen.line(f"{many} conflict{'s' if many != 1 else ''}: both copies changed the same thing, each differently")
    for conflict in merged.conflicts:
        screen.line("! ", conflict.describe(*names))
    if many:
        screen.note(
            f"{CONFLICTS} lists them too; it is not part of the programme. Where a value differs, that of {names[0]} "
            "stands in the folder. Files that cannot be joined stand there twice, the other as NAME.second; rows "
            "without a key of their own stand there both. Settle each by hand."
        )
    else:
        screen.note("No conflict: the copies changed different things.")
    sys.exit(1 if merged.conflicts else 0)
