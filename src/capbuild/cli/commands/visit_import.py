"""`capbuild visit-import`: findings and photographs of a saved checklist."""

import sys
from pathlib import Path

import click

from capbuild.cli.arguments import FEW, FOLDER, open_programme
from capbuild.cli.screen import Screen
from capbuild.workspace import import_visit
from capbuild.workspace.records.folder_tables import EVIDENCE


@click.command("visit-import")
@FOLDER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--visit", default="", help="Id of the visit in visits/visits.toml; that on the checklist by default.")
def command(folder: Path, file: Path, visit: str) -> None:
    """Import the saved checklist FILE of a visit.

    Findings are written to visits/, and photographs to the evidence store.
    """
    done = import_visit(open_programme(folder), file, visit=visit)
    screen = Screen()
    screen.line((done.findings, "bold"), f" has the findings of {done.visit}")
    for item in done.evidence:
        serves = f", serves {', '.join(item.criteria)}" if item.criteria else ""
        screen.line((item.evidence.id, "bold"), f" is in {EVIDENCE.file}: {item.evidence.title}{serves}")
    screen.issues(done.issues, FEW, done.findings)
    sys.exit(1 if done.issues.count("error") else 0)
