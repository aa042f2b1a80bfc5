"""What the results of a round depend on, as one digest: every input file, every setting, and the code that is used."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capbuild.documents.toml import load_toml
from capbuild.workspace.digests import digest_of, library_versions, sources_digest

if TYPE_CHECKING:
    from capbuild.plugins import Host
    from capbuild.workspace.folder import Workspace

__all__ = ["homes_of", "round_digests"]

#: Parts of programme.toml that decide which files are written, not what is in them.
_ONLY_CHOOSES = ("reports",)
#: Where files lie that never reach a result.
_PRIVATE = "private/"


def _code(host: "Host") -> str:
    plugins = [(i.name, i.source, i.status) for i in host.plugin_infos]
    homes = [(home, sources_digest(home)) for home in homes_of(host)]
    return digest_of([sys.version_info[:2], plugins, library_versions(), homes])


def homes_of(host: "Host") -> list[str]:
    """Return the top packages of the code that plugins bring, this one among them."""
    modules = {getattr(plugin, "__name__", type(plugin).__module__) for plugin in host.manager.get_plugins()}
    return sorted({"capbuild", *(module.partition(".")[0] for module in modules)})


def _settings(folder: Path) -> dict[str, Any]:
    top = load_toml(folder / "programme.toml", "programme.toml", [])
    return {} if top is None else {key: value for key, value in top.data.items() if key not in _ONLY_CHOOSES}


def round_digests(workspace: "Workspace", held: Mapping[str, str]) -> dict[str, str]:
    """Return a digest for each round, by its id, of everything its results depend on.

    A round rests on its own returns and on those of earlier rounds, with which it is compared; on what is not bound
    to a round, such as visits and mappings; on the settings, without the choice of reports; and on the code.

    Args:
        workspace: The programme's folder.
        held: The digest of each file in there, by its name.
    """
    rounds = [one.id for one in workspace.programme.rounds]
    shared: list[tuple[str, str]] = []
    returns: dict[str, list[tuple[str, str]]] = {name: [] for name in rounds}
    for entry in held.items():
        name, _ = entry
        if name.startswith("returns/"):
            returns.setdefault(workspace.settings.rule_for(name).round or rounds[0], []).append(entry)
        elif name != "programme.toml" and not name.startswith(_PRIVATE):
            shared.append(entry)
    base = [_code(workspace.host), _settings(workspace.folder), shared]
    upto = {name: [returns[earlier] for earlier in rounds[: place + 1]] for place, name in enumerate(rounds)}
    return {name: digest_of([name, *base, upto[name]]) for name in rounds}
