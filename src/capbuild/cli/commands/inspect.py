"""`capbuild inspect`: contents of a survey file."""

import json
import sys
from pathlib import Path

import click

from capbuild._progress_bars import progress_bar
from capbuild._terminal import echo
from capbuild.cli.arguments import (
    AS_JSON,
    FEW,
    ISSUES,
    PROGRAMME,
    READ_OPTIONS,
    find_framework,
    find_workspace,
    make_read_arguments,
)
from capbuild.cli.screen import Screen
from capbuild.cli.show_inspect import show_inspect
from capbuild.errors import ReadError
from capbuild.io import read, read_all
from capbuild.io.facts import file_facts
from capbuild.io.format_detection import draft_layout
from capbuild.model import Survey
from capbuild.plugins import default_host
from capbuild.scoring import AnswerReader

__all__ = ["command"]

#: Error codes of a file with several files: folder, archive.
_SEVERAL = ("CB107", "CB127")


@click.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "format_", help="Name of the reader; sniffed by default.")
@click.option("--framework", help="Framework of its answers; that of the programme, or police-cyber.")
@PROGRAMME
@click.option("--draft", is_flag=True, help="Print a draft layout of the file, to correct and reuse.")
@click.option("--html", type=click.Path(path_type=Path), help="Draw each sheet in a page, its cells coloured by use.")
@click.option("--facts", is_flag=True, help="Print counts of the file as JSON, in the format's terms.")
@READ_OPTIONS
@ISSUES
@AS_JSON
def command(
    file: Path,
    format_: str | None,
    framework: str | None,
    programme: Path | None,
    draft: bool,
    html: Path | None,
    facts: bool,
    read_options: tuple[str, ...],
    all_issues: bool,
    as_json: bool,
) -> None:
    """Show the contents of a survey FILE, accounting for every row, column and cell.

    FILE may be a folder, an archive or an e-mail with several.
    """
    workspace = None if draft or facts else find_workspace(programme, file)
    host = default_host() if workspace is None else workspace.host
    if draft:
        echo(draft_layout(file, format=format_, host=host), nl=False, document=True)
        return
    if facts:
        echo(json.dumps(file_facts(file, format=format_, host=host), ensure_ascii=False, indent=1), document=True)
        return
    with progress_bar() as progress:
        given = make_read_arguments(workspace, file, format_, read_options)
        try:
            readings: tuple[Survey, ...] = (read(file, **given, host=host, progress=progress),)
        except ReadError as error:
            if error.code not in _SEVERAL:
                raise
            readings = read_all(file, **given, host=host, progress=progress)
    if html is not None and len(readings) > 1:
        raise click.UsageError(f"--html draws one file, and {file} holds {len(readings)}")
    failed = any(reading.issues.count("error") for reading in readings)
    if as_json:
        from capbuild.cli.json_output import print_json, reading_dict

        print_json([reading_dict(reading) for reading in readings])
        sys.exit(int(failed))
    for reading in readings:
        if workspace is not None and framework is None:
            reader = workspace.answer_reader(reading, workspace.return_name(Path(reading.file)))
        else:
            form = reading.questionnaire.mappings if reading.questionnaire is not None else ()
            reader = AnswerReader.make(find_framework(framework or "police-cyber", host, file), form)
        show_inspect(Screen(), reading, reader, None if all_issues else FEW)
    if html is not None:
        Screen().note(f"Layout drawn in {readings[0].layout.show(file).save(html)}")
    sys.exit(int(failed))
