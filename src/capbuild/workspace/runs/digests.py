"""Digests of files, code and installed packages, without importing them."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from capbuild.workspace.paths import FolderPaths

#: Libraries whose release may change readings, last digits, messages or bytes of a page: all requirements of the core
#: and its plugins, except those for display in terminals and notebooks.
LIBRARIES = (
    "attrs",
    "babel",
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
    "pypdf",
    "pyreadstat",
    "python-pptx",
    "python-docx",
    "pyyaml",
    "rapidfuzz",
    "typst",
    "xlrd",
    "xlsxwriter",
)


#: Register of publications. Entries of the last run do not change the same run done again.
_REGISTER = "private/publications.json"


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_values(parts: Iterable[object]) -> str:
    """Return the SHA-256 of plain values."""
    return hashlib.sha256(json.dumps(list(parts), sort_keys=True, default=str).encode()).hexdigest()


@cache
def digest_sources(module: str) -> str:
    """Return a digest of a package's source code.

    An edited plugin gives new results, released or not.
    """
    place = _find_file(module)
    if place is None:
        return "no file"
    if place.name != "__init__.py":
        return digest_values([(place.name, digest_file(place))])
    home = place.parent
    files = sorted(
        Path(folder, name)
        for folder, inside, names in os.walk(home)
        if "__pycache__" not in Path(folder).parts
        for name in names
    )
    return digest_values((path.relative_to(home).as_posix(), digest_file(path)) for path in files)


def _find_file(module: str) -> Path | None:
    """Return the file of a top-level package, or None."""
    found = getattr(sys.modules.get(module), "__file__", None)
    if found is None:
        try:
            spec = find_spec(module)
        except (ImportError, ValueError):
            return None
        found = spec.origin if spec is not None and spec.has_location else None
    return Path(found) if found is not None else None


@cache
def list_library_versions() -> tuple[tuple[str, str], ...]:
    """Return versions of libraries that affect results; empty if not installed."""
    return tuple((name, _find_release(name)) for name in LIBRARIES)


def _find_release(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def digest_inputs(folder: Path, out: Path) -> dict[str, str]:
    """Return the digest of each input file by name.

    All files of the folder except results, and those under `shared_inputs`.

    Excludes the results and the register of publications, which a run writes itself. Includes files behind links, and
    those in `private/`. An unreadable file has an empty digest: the code that needs it reports it, and it counts as
    changed once readable.

    Args:
        folder: The programme's folder.
        out: Results folder, which is skipped, as is the folder's own `out/`.
    """
    inputs = FolderPaths.load(folder).iter_inputs(out)
    return {name: _digest_or_blank(path) for name, path in inputs if name != _REGISTER}


def _digest_or_blank(path: Path) -> str:
    try:
        return digest_file(path)
    except OSError:
        return ""
