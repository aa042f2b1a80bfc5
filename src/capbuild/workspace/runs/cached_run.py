"""Outcome of the last run, reused if nothing changed.

A run seals its results with a digest of its whole environment: the folder's files, the code, installed packages,
environment variables and the date. If the seal still fits, and every written file is unchanged, there is nothing to do,
and none of the libraries of a run are loaded.
"""

import datetime
import os
import sys
import time
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path

from capbuild.workspace.runs.digests import digest_inputs, digest_sources, digest_values, list_library_versions
from capbuild.workspace.runs.out_folder import recover_target
from capbuild.workspace.runs.outcome import Outcome, Stage
from capbuild.workspace.runs.run_record import RECORD_FILE, RunRecord
from capbuild.workspace.transactions import recover_folder

#: Environment variables that decide which plugins are used.
_VARIABLES = ("CAPBUILD_PLUGINS", "CAPBUILD_BLOCK")


def digest_run(folder: Path, digests: Mapping[str, str], homes: Iterable[str]) -> str:
    """Return a digest of everything that affects a run.

    Args:
        folder: The programme's folder.
        digests: Digest of each file, by name.
        homes: Top-level packages of the code in use.
    """
    points = entry_points(group="capbuild")
    private = folder / "private"
    return digest_values(
        [
            sys.version_info[:3],
            datetime.datetime.now().astimezone().date(),
            [(name, os.environ.get(name)) for name in _VARIABLES],
            sorted((p.name, p.value, p.dist.version if p.dist is not None else "") for p in points),
            list_library_versions(),
            [(home, digest_sources(home)) for home in homes],
            private.exists() and private.stat().st_mode & 0o077 != 0,  # a run may create it
            list(digests.items()),
        ]
    )


def load_last_run(folder: Path, out: Path | None = None) -> Outcome | None:
    """Return the last run's outcome, if still valid.

    None if a run is needed. First cleans up after an interrupted change or run.

    Args:
        folder: The programme's folder.
        out: Results folder;the programme's `out/` by default.
    """
    start = time.perf_counter()
    target = out if out is not None else folder / "out"
    recover_folder(folder)
    recover_target(target)
    last = RunRecord.load(target)
    if not last.seal or not (folder / "programme.toml").is_file():
        return None
    written = last.written
    try:
        whole = last.is_unchanged(written) and _list_files(target) == {RECORD_FILE, *written}
        if not whole or digest_run(folder, digest_inputs(folder, target), last.homes) != last.seal:
            return None
    except OSError:
        return None
    took = time.perf_counter() - start
    words = [*last.summaries.items(), ("Write", f"{len(written):,} files, all unchanged")]
    return Outcome(
        summaries=[record.summary for record in last.rounds.values()],
        issues=last.issues,
        files=sorted(written),
        reused=sorted(written),
        stages=[Stage(name=n, summary=w, seconds=took if not at else 0.0) for at, (n, w) in enumerate(words)],
        out=target,
    )


def _list_files(folder: Path) -> set[str]:
    """Return the names of all files below a folder."""
    return {Path(place, name).relative_to(folder).as_posix() for place, _, names in os.walk(folder) for name in names}
