"""`capbuild convert`: converts survey files and reports losses."""

import json
from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.cli.arguments import OPTIONS, READ_OPTIONS, json_option, parse_option
from capbuild.cli.screen import ACCENT, Screen
from capbuild.io import Conversion, LossReport, convert
from capbuild.plugins import default_host


@click.command("convert")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--format", "format_", help="Name of the reader; sniffed by default.")
@click.option("--to", help="Format to write: a writer's name or a suffix; the suffix of OUT by default.")
@click.option("--drop-personal", is_flag=True, help="Leave out names, e-mail addresses and the like.")
@READ_OPTIONS
@OPTIONS
@json_option("Print the report as JSON.")
def command(
    source: Path,
    target: Path,
    format_: str | None,
    to: str | None,
    drop_personal: bool,
    read_options: tuple[str, ...],
    options: tuple[str, ...],
    as_json: bool,
) -> None:
    """Convert the survey file IN to OUT, and report losses.

    The report is measured: OUT is read back and compared with IN.
    """
    conversion = convert(
        source,
        target,
        format=format_,
        to=to,
        options=dict(map(parse_option, read_options)) or None,
        write_options=dict(map(parse_option, options)),
        drop_personal=drop_personal,
        host=default_host(),
    )
    if as_json:
        echo(json.dumps(_to_dict(conversion), ensure_ascii=False, indent=1), document=True)
        return
    _show(Screen(), conversion)


def _to_dict(conversion: Conversion) -> dict[str, object]:
    report = conversion.losses
    return {
        "from": conversion.source.file,
        "format": conversion.source.format,
        "to": [path.as_posix() for path in conversion.files],
        "writer": conversion.writer,
        "holds": conversion.content,
        "exact": report is not None and report.is_exact,
        "unchecked": conversion.unchecked,
        "answers": report.answers if report is not None else None,
        "kept": report.kept if report is not None else None,
        "losses": [
            {"kind": loss.kind, "count": loss.count, "of": loss.of, "examples": list(loss.examples)}
            for loss in (report or LossReport())
        ],
    }


def _show(screen: Screen, done: Conversion) -> None:
    report = done.losses
    screen.line(f"Read   {done.source.file}, {done.source.format}: {len(done.source.responses):,} responses")
    screen.line(f"Wrote  {', '.join(path.as_posix() for path in done.files)}, {done.writer}: {done.content}")
    screen.blank()
    if report is None:
        screen.line(("Not checked", f"bold {ACCENT}"), f": {done.unchecked}, so losses are unknown")
        return
    screen.line(f"{report.kept:,} of {report.answers:,} answers came back unchanged.")
    if report.is_exact:
        screen.line("Nothing was lost.")
        return
    screen.table(
        {
            "Lost": loss.kind,
            "#Count": f"{loss.count:,}",
            "#Of": f"{loss.of:,}" if loss.of else "",
            "Such as": "; ".join(loss.examples),
        }
        for loss in report
    )
