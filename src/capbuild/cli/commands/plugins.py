"""`capbuild plugins`: installed plugins and their status."""

import json

import click
from rich.text import Text

from capbuild.cli.screen import Screen
from capbuild.plugins import PluginStatus, default_host

__all__ = ["command"]


@click.command("plugins")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--frameworks", is_flag=True, help="List frameworks instead.")
def command(as_json: bool, frameworks: bool) -> None:
    """List plugins with version, status and reason."""
    host, screen = default_host(), Screen()
    if frameworks:
        rows = [[key, str(f.title), str(len(f.indicators)), str(len(f.criteria))] for key, f in host.frameworks.items()]
        screen.blank()
        screen.table(["Framework", "Title", "Indicators", "Criteria"], rows, left=(0, 1))
        screen.blank()
        return
    infos = host.plugin_infos
    if as_json:
        keys = ("name", "source", "status", "reason", "remedy")
        click.echo(json.dumps([{key: getattr(info, key) for key in keys} for info in infos]))
        return
    screen.blank()
    screen.table(
        ["Plugin", "Distribution", "Status", "Reason or hooks"],
        (
            [
                info.name,
                info.source,
                Text(info.status.value, style="" if info.status is PluginStatus.ACTIVE else "bold rgb(240,162,108)"),
                info.reason or ", ".join(info.hooks),
            ]
            for info in infos
        ),
        left=(0, 1, 2, 3),
    )
    screen.blank()
    screen.note(f"Reads {', '.join(host.readers)}. Writes {', '.join(host.writers)}.")
    screen.blank()
