"""The `[reports]` table of programme.toml: formats, languages, kinds, options."""

from collections.abc import Iterable, Mapping
from typing import Any

from capbuild.documents.toml import TomlTable
from capbuild.errors import OptionError, WorkspaceError, did_you_mean
from capbuild.plugins import Host, make_options
from capbuild.plugins.options import list_path_options
from capbuild.workspace.paths import FolderPaths
from capbuild.workspace.settings.languages import check_languages

#: Default kinds of report of a run, and further kinds to be named.
RUN_KINDS = ("regional", "profile", "brief", "brief-country", "evidence", "donor")
_KINDS = (*RUN_KINDS, "actions", "letter", "logframe", "explorer")


def load_report_settings(top: TomlTable, languages: tuple[str, ...], host: Host, paths: FolderPaths) -> dict[str, Any]:
    """Load the report settings, by field names of `Settings`.

    Args:
        top: The top of programme.toml.
        languages: Languages of the programme; the first is the default.
        host: Plugin host with the writers.
        paths: The permitted inputs.
    """
    table = top.table("reports")
    formats, wanted, kinds = table.names("formats"), check_languages(table), table.names("kinds")
    for kind in kinds:
        if kind not in _KINDS:
            message = f"{kind!r} is not a kind of report that a run writes{did_you_mean(kind, _KINDS)}"
            table.add_error("kinds", message, f"kinds are: {', '.join(_KINDS)}")
    options = _load_writer_options(table.table("options"), host, paths)
    chosen = {
        "report_languages": wanted or languages[:1],
        "report_kinds": kinds or RUN_KINDS,
        "report_options": options,
        "sensitivity": table.get("sensitivity", bool, False),
    }
    table.report_unknown()
    return {**chosen, "formats": [host.writer_name(name) for name in formats]} if "formats" in table.data else chosen


def _load_writer_options(table: TomlTable, host: Host, paths: FolderPaths) -> dict[str, dict[str, Any]]:
    """Return valid options by writer; refused ones are issues.

    Ignores options of writers that are not installed, like their formats.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in table.data:
        given = table.table(name).remaining()
        known = host.writer_name(name)
        writer = host.writers.get(known)
        if writer is not None:
            try:
                make_options(writer.options, given, name)
                found[known] = given | _find_files(table.table(name), given, list_path_options(writer.options), paths)
            except OptionError as error:
                place, key = table, name
                for step in filter(None, error.option.split(".")):
                    place, key = place.table(key), step
                place.add_error(key, error.message, error.remedy or "", code=error.code)
        elif hint := did_you_mean(name, host.writers):
            table.add_error(name, f"there is no writer {name!r}{hint}", "correct the name")
    return found


def _find_files(table: TomlTable, given: Mapping[str, Any], names: Iterable[str], paths: FolderPaths) -> dict[str, str]:
    """Return the paths of files in options; refused ones are issues, and empty."""
    found: dict[str, str] = {}
    for name in names:
        if given.get(name):
            try:
                found[name] = str(paths.find_input(str(given[name]), origin=table.origin(name))[1])
            except WorkspaceError as error:
                table.add_error(name, error.message, error.remedy or "", error.code)
                found[name] = ""
    return found
