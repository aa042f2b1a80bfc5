"""`capbuild plugins`: installed plugins and their status."""

from typing import Any

import click
from rich.text import Text

from capbuild.cli.arguments import AS_JSON
from capbuild.cli.command_group import CommandGroup
from capbuild.cli.json_output import print_json
from capbuild.cli.screen import ACCENT, Row, Screen
from capbuild.errors import OptionError, did_you_mean
from capbuild.plugins import PluginStatus, Reader, Writer, default_host
from capbuild.plugins.options import describe_options

#: Hints where to set options.
_HOW = {
    "Reader": 'Give them as --read-option NAME=VALUE, or below [read."returns/*"] in programme.toml.',
    "Writer": "Give them as --option NAME=VALUE, or below [reports.options.{0}] in programme.toml.",
}


@click.group("plugins", cls=CommandGroup, invoke_without_command=True)
@click.pass_context
@AS_JSON
@click.option("--frameworks", is_flag=True, help="List frameworks instead.")
def command(context: click.Context, as_json: bool, frameworks: bool) -> None:
    """List plugins with version, status and reason."""
    if context.invoked_subcommand is not None:
        return
    host, screen = default_host(), Screen()
    if frameworks:
        listed: list[dict[str, Any]] = [
            {"framework": key, "title": str(f.title), "indicators": len(f.indicators), "criteria": len(f.criteria)}
            for key, f in host.frameworks.items()
        ]
        if as_json:
            print_json(listed)
        else:
            names = {"framework": "Framework", "title": "Title", "indicators": "#Indicators", "criteria": "#Criteria"}
            screen.table({header: row[name] for name, header in names.items()} for row in listed)
        return
    infos = host.plugin_infos
    if as_json:
        keys = ("name", "source", "status", "reason", "remedy")
        print_json([{key: getattr(info, key) for key in keys} for info in infos])
        return
    screen.table(
        {
            "Plugin": info.name,
            "Distribution": info.source,
            "Status": Text(info.status.value, style="" if info.status is PluginStatus.ACTIVE else f"bold {ACCENT}"),
            "Reason or hooks": info.reason or ", ".join(info.hooks),
        }
        for info in infos
    )
    drawn = f" Draws {', '.join(host.charts)}." if host.charts else ""
    screen.note(f"Reads {', '.join(host.readers)}. Writes {', '.join(host.writers)}.{drawn}")


@command.command("show")
@click.argument("name")
@click.option("--options", "with_options", is_flag=True, help="Show the options of each, where a plugin has several.")
def show(name: str, with_options: bool) -> None:
    """Show a plugin, reader or writer NAME.

    Show its purpose and options; for a plugin with several objects of any kind, list these.
    """
    host, screen = default_host(), Screen()
    named = [known[name] for known in (host.readers, host.writers) if name in known]
    infos = [info for info in host.plugin_infos if name in (info.name, info.source.partition(" ")[0])]
    if not infos and not named:
        known = sorted({*host.readers, *host.writers, *(info.name for info in host.plugin_infos)})
        raise OptionError(
            f"there is no plugin, reader or writer {name!r}{did_you_mean(name, known)}",
            remedy="`capbuild plugins` lists them",
        )
    objects = [(kind, key, item) for info in infos for kind, key, item in host.list_registered(info.name)]
    described = [item for _, _, item in objects if isinstance(item, Reader | Writer)]
    if named or (described and len(objects) == 1) or (described and with_options):
        for descriptor in named or described:
            _show_descriptor(screen, descriptor)
        return
    for info in infos:
        reason = f": {info.reason}" if info.reason else ""
        screen.line("Plugin ", (info.name, "bold"), f" of {info.source}, {info.status.value}{reason}")
        screen.line(f"Hooks: {', '.join(info.hooks) or 'none'}")
    if objects:
        screen.table(_list_object_cells(kind, key, item) for kind, key, item in objects)
    if described:
        more = f"Options: `capbuild plugins show {described[0].name}` for one"
        screen.note(f"{more}, `plugins show {name} --options` for all.")


def _list_object_cells(kind: str, name: str, item: Any) -> Row:
    """Return the row of a registered object."""
    help_text = item.get_short_help_str() if isinstance(item, click.Command) else ""
    described = isinstance(item, Reader | Writer)
    return {
        "Kind": kind.removesuffix("s").replace("_", " "),
        "Name": name,
        "Title": str(getattr(item, "title", help_text)),
        "Files": ", ".join(item.suffixes) if described else "",
        "#Options": len(describe_options(item.options)) if described else "",
    }


def _show_descriptor(screen: Screen, found: Reader | Writer) -> None:
    """Show a reader or writer: purpose, companion files, options."""
    kind = type(found).__name__
    screen.line(f"{kind} ", (found.name, "bold"), f": {found.title}")
    if getattr(found, "experimental", False):
        screen.line("Experimental: it was tried on no file from the field.")
    if found.suffixes:
        screen.line(f"Files: {', '.join(found.suffixes)}")
    for companion in getattr(found, "companions", ()):
        names = ", ".join(companion.patterns).replace("{stem}", "NAME")
        beside = f"found beside the data as {names}, or named" if names else "named"
        screen.line(f"Companion file: {companion.option}, {beside}")
    options = describe_options(found.options)
    if options:
        screen.table(
            {"Option": option.name, "Value": option.type, "Default": option.default, "Meaning": option.help}
            for option in options
        )
        screen.note(_HOW[kind].format(found.name))
