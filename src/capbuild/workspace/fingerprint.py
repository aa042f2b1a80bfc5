"""What the results of a round depend on, as one digest: every input file, every setting, and the code that is used."""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capbuild.workspace.toml import load_toml

if TYPE_CHECKING:
    from capbuild.plugins import Host
    from capbuild.workspace.folder import Workspace

__all__ = ["LIBRARIES", "file_digest", "round_digests"]

#: Parts of programme.toml that decide which files are written, not what is in them.
_ONLY_CHOOSES = ("reports",)
#: Libraries whose release may change what is read, a last digit, a word of an issue, or a byte of a page: all that
#: the core and its plugins require, but those that only show things in a terminal or a notebook.
LIBRARIES = (
    "attrs",
    "cattrs",
    "defusedxml",
    "highspy",
    "jinja2",
    "msgspec",
    "narwhals",
    "numpy",
    "pluggy",
    "polars",
    "pycountry",
    "pyreadstat",
    "python-docx",
    "rapidfuzz",
    "typst",
    "xlrd",
    "xlsxwriter",
)
#: Folders that no result depends on. What lies in `private/` never reaches one.
_NO_INPUT = ("out", "private")


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _digest(parts: Iterable[object]) -> str:
    return hashlib.sha256(json.dumps(list(parts), sort_keys=True, default=str).encode()).hexdigest()


@cache
def _sources(module: str) -> str:
    """Return a digest of the code of a package: an edited plugin makes new results, released or not."""
    try:
        place = getattr(import_module(module), "__file__", None)
    except Exception:  # noqa: BLE001 - a plugin that fails is listed as broken; here it is code like any other
        return "broken"
    if place is None:
        return "no file"
    home = Path(place).parent if Path(place).name == "__init__.py" else Path(place)
    files = (
        sorted(p for p in home.rglob("*") if p.is_file() and "__pycache__" not in p.parts) if home.is_dir() else [home]
    )
    return _digest((p.relative_to(home).as_posix() if p != home else p.name, file_digest(p)) for p in files)


def _library(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _code(host: "Host") -> str:
    plugins = [(i.name, i.source, i.status) for i in host.plugin_infos]
    return _digest(
        [
            sys.version_info[:2],
            plugins,
            [(name, _library(name)) for name in LIBRARIES],
            [(home, _sources(home)) for home in sorted(_homes(host))],
        ]
    )


def _homes(host: "Host") -> set[str]:
    """Top packages of the code that plugins bring, this one among them."""
    modules = {getattr(plugin, "__name__", type(plugin).__module__) for plugin in host.manager.get_plugins()}
    return {"capbuild", *(module.partition(".")[0] for module in modules)}


def _files(place: Path, above: frozenset[Path]) -> Iterator[Path]:
    """Yield the files below a folder, those behind links too; a link that leads back to where it lies ends there."""
    real = place.resolve()
    if real in above:
        return
    try:
        inside = sorted(place.iterdir())
    except PermissionError:
        return  # what nobody can read is no input
    for path in inside:
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _files(path, above | {real})
        elif path.is_file():
            yield path


def _inputs(folder: Path, out: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file that results may depend on, by its name below the folder."""
    home = folder.resolve()
    aside = {out, *((home / name).resolve() for name in _NO_INPUT)}
    for path in _files(home, frozenset(aside)):
        yield path.relative_to(home).as_posix(), path


def _settings(folder: Path) -> dict[str, Any]:
    top = load_toml(folder / "programme.toml", "programme.toml", [])
    return {} if top is None else {key: value for key, value in top.data.items() if key not in _ONLY_CHOOSES}


def round_digests(workspace: "Workspace", out: Path) -> dict[str, str]:
    """Return a digest for each round, by its id, of everything its results depend on.

    A round rests on its own returns and on those of earlier rounds, with which it is compared; on what is not bound
    to a round, such as visits and mappings; on the settings, without the choice of reports; and on the code.

    Args:
        workspace: The programme's folder.
        out: Where results are written; nothing in there is an input.
    """
    rounds = [one.id for one in workspace.programme.rounds]
    shared: list[tuple[str, str]] = []
    returns: dict[str, list[tuple[str, str]]] = {name: [] for name in rounds}
    for name, path in _inputs(workspace.folder, out.resolve()):
        entry = (name, file_digest(path))
        if name.startswith("returns/"):
            returns.setdefault(workspace.settings.rule_for(name).round or rounds[0], []).append(entry)
        elif name != "programme.toml":
            shared.append(entry)
    base = [_code(workspace.host), _settings(workspace.folder), shared]
    upto = {name: [returns[earlier] for earlier in rounds[: place + 1]] for place, name in enumerate(rounds)}
    return {name: _digest([name, *base, upto[name]]) for name in rounds}
