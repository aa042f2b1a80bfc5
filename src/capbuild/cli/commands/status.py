"""`capbuild status`: requests, late returns and open questions."""

import datetime
from pathlib import Path

import click

from capbuild.cli.arguments import AS_JSON, FOLDER, open_programme
from capbuild.cli.json_output import print_json, status_dict
from capbuild.cli.screen import Screen
from capbuild.cli.show_publications import show_publications
from capbuild.cli.show_status import show_status
from capbuild.workspace import get_collection_status, write_reminders

__all__ = ["command"]


@click.command("status")
@FOLDER
@click.option("--round", "round_", help="Id of the round; the first one by default.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the status; today by default.")
@click.option("--all", "everything", is_flag=True, help="Show accepted returns too.")
@click.option("--reminders", is_flag=True, help="Write a reminder for each request that is late or has open questions.")
@click.option("--named", is_flag=True, help="Address focal points by name; only below private/.")
@click.option("--publications", is_flag=True, help="Show what each audience was given by earlier reports.")
@AS_JSON
@click.option("--out", type=click.Path(path_type=Path), help="Folder for reminders; private/reminders by default.")
def command(
    folder: Path,
    round_: str | None,
    on: datetime.datetime | None,
    everything: bool,
    reminders: bool,
    named: bool,
    publications: bool,
    as_json: bool,
    out: Path | None,
) -> None:
    """Show the collection status of a round, or what audiences were given. Nothing is sent."""
    workspace, screen = open_programme(folder), Screen()
    if publications:
        show_publications(screen, workspace.publications, workspace.programme, as_json=as_json)
        return
    found = get_collection_status(workspace, round_, on=on.date() if on is not None else None)
    written = write_reminders(workspace, found, out, named=named) if reminders else ()
    if as_json:
        print_json(status_dict(found))
        return
    show_status(screen, found, folder.as_posix(), everything=everything)
    if reminders:
        place = written[0].parent.as_posix() if written else ""
        screen.line(f"{len(written)} reminders written" + (f" to {place}/; nothing was sent." if written else "."))
        screen.blank()
