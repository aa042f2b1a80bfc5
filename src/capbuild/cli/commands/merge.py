"""`capbuild merge`: two people's copies of a programme as one."""

import sys
from pathlib import Path

import click

from capbuild.cli.screen import Screen
from capbuild.workspace import merge_folders

__all__ = ["command"]


@click.command("merge")
@click.argument("first", type=click.Path(file_okay=False, path_type=Path))
@click.argument("second", type=click.Path(file_okay=False, path_type=Path))
@click.option("--base", type=click.Path(file_okay=False, path_type=Path), required=True, help="What both came from.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write; it must not exist.")
def command(first: Path, second: Path, base: Path, out: Path) -> None:
    """Merge the folders FIRST and SECOND. What both changed differently is listed; nothing is lost."""
    screen, merged = Screen(), merge_folders(first, second, base=base, out=out)
    screen.blank()
    screen.line(f"{len(merged.files)} files in ", (merged.folder.as_posix(), "bold"))
    for conflict in merged.conflicts:
        screen.line("! ", str(conflict))
    if merged.conflicts:
        screen.note("Of each pair the first stands in the folder; files that cannot be joined stand there twice.")
    screen.blank()
    sys.exit(1 if merged.conflicts else 0)
