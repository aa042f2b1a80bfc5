"""`capbuild run`: reads, scores and reports a programme."""

import sys
from pathlib import Path

import click

from capbuild.cli.arguments import AS_JSON, FEW, FOLDER, ISSUES, open_programme
from capbuild.cli.screen import Screen
from capbuild.cli.show_run import show_run
from capbuild.workspace.runs.out_folder import load_last_run


@click.command("run")
@FOLDER
@ISSUES
@click.option("--out", type=click.Path(path_type=Path), help="Write here instead of FOLDER/out.")
@click.option("--fresh", is_flag=True, help="Recompute everything, also from unchanged inputs.")
@AS_JSON
def command(folder: Path, all_issues: bool, out: Path | None, fresh: bool, as_json: bool) -> None:
    """Read and score FOLDER, and write its reports to FOLDER/out."""
    screen = Screen()
    outcome = None if fresh else load_last_run(folder, out)
    if outcome is None:
        from capbuild.workspace import run

        with screen.working(f"running {folder.as_posix()}"):
            outcome = run(open_programme(folder), out=out, fresh=fresh)
    if as_json:
        from capbuild.cli.json_output import outcome_dict, print_json

        print_json(outcome_dict(outcome))
        sys.exit(outcome.exit_code)
    show_run(screen, outcome, folder.as_posix(), None if all_issues else FEW)
    sys.exit(outcome.exit_code)
