"""`capbuild map`: a draft of what each question of a survey file speaks of."""

from collections import Counter
from pathlib import Path

import click

from capbuild._atomic import write_atomic
from capbuild.cli.arguments import READ_OPTIONS, find_framework, parse_option
from capbuild.cli.screen import Screen
from capbuild.io import read
from capbuild.plugins import default_host
from capbuild.scoring import Certainty, draft_mapping
from capbuild.workspace import open_workspace

__all__ = ["command"]

_SHOWN = 20


@click.command("map")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--framework", help="Framework of the answers; that of --programme, or police-cyber.")
@click.option("--programme", type=click.Path(file_okay=False, path_type=Path), help="A programme's folder.")
@click.option("--format", "format_", help="Name of the reader; sniffed by default.")
@READ_OPTIONS
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the draft, to correct (.csv).")
def command(
    file: Path,
    framework: str | None,
    programme: Path | None,
    format_: str | None,
    read_options: tuple[str, ...],
    out: Path | None,
) -> None:
    """Propose which criterion each question of FILE speaks of.

    Certain proposals are used as they stand; likely ones wait for a person. Put the draft into `mappings/` of the
    programme.
    """
    workspace = None if programme is None else open_workspace(programme)
    host = default_host() if workspace is None else workspace.host
    if framework is None and workspace is not None:
        meant = workspace.framework
    else:
        meant = find_framework(framework or "police-cyber", host)
    options = dict(map(parse_option, read_options)) or None
    draft = draft_mapping(read(file, format=format_, options=options, host=host), meant)
    screen = Screen()
    screen.blank()
    counts = Counter(one.certainty for one in draft)
    screen.line(
        ", ".join(f"{counts[kind]} {kind}" for kind in Certainty), f" of {len(draft)} questions, {draft.framework}"
    )
    rows = [[one.text[:60], one.target, one.certainty, f"{one.score:.2f}", one.runner_up] for one in draft]
    screen.table(["Question", "Target", "Certainty", "Score", "Runner-up"], rows[:_SHOWN], left=(0, 1, 2, 4))
    if len(rows) > _SHOWN:
        screen.note(f"and {len(rows) - _SHOWN} more; --out has them all")
    if out is not None:
        write_atomic(out, "\ufeff" + draft.to_csv(file.name))
        screen.note(f"Written to {out}: move what is right from `proposed` to `target`, and put it into mappings/")
    screen.blank()
