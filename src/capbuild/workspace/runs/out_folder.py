"""Results folder.

It is replaced as a whole, never absent, and reused if unchanged.
"""

import datetime
import errno
import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path

from capbuild._atomic import make_folders, make_write_error, swap_folders
from capbuild.display import counted
from capbuild.errors import WorkspaceError
from capbuild.origin import Origin
from capbuild.workspace.paths import find_output
from capbuild.workspace.runs.run_record import (
    RECORD_FILE,
    SIGNATURE_FILE,
    Outcome,
    RunRecord,
    Stage,
    digest_inputs,
    digest_sources,
    digest_values,
    list_files,
    list_library_versions,
)
from capbuild.workspace.transactions import hold_lock, recover_folder


def find_target(folder: Path, out: Path | None) -> Path:
    """Return the results folder.

    Args:
        folder: The programme's folder.
        out: Folder chosen by the user; the programme's `out/` by default.

    Raises:
        WorkspaceError: CB620, `out/` is a link that leads outside, or the folder contains files other than results.
    """
    if out is None:
        return find_output(folder, "out")
    target, home = out.resolve(), folder.resolve()
    others = [] if target == home / "out" else _list_others(target)
    if home.is_relative_to(target) or others:
        named = f", such as {others[0]}," if others else ""
        raise WorkspaceError(
            f"{out} contains other files than results{named} and a run replaces its folder whole",
            code="CB620",
            origin=Origin(out.as_posix()),
            remedy="choose a folder that does not exist, or that an earlier run wrote",
        )
    return out


def _list_others(target: Path) -> list[str]:
    """Return the files that a run did not make."""
    if not target.is_dir():
        return [target.name] if target.exists() else []
    own_files = {RECORD_FILE, SIGNATURE_FILE, *RunRecord.load(target).written}
    return sorted(list_files(target, target) - own_files)


@contextmanager
def lock_target(target: Path) -> Iterator[None]:
    """Lock a results folder, and remove leftovers of interrupted runs.

    Raises:
        WorkspaceError: CB621, another run writes there.
        WriteError: CB702, the place cannot be written.
    """
    place = target.resolve()
    try:
        make_folders(place.parent)
    except OSError as error:
        raise make_write_error(target, error, "replaced") from error
    with hold_lock(place.with_name(f".out-{place.name}-lock"), target, wait=0):
        _sweep(place)
        yield


def recover_target(target: Path) -> None:
    """Restore results after an interrupted run, and remove unfinished ones.

    Raises:
        WorkspaceError: CB621, another run writes there.
    """
    if _list_drafts(target.resolve()):
        with lock_target(target):
            pass


@contextmanager
def replace_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder that replaces another on success.

    If the block fails, the other folder stays unchanged. Permissions follow the umask.

    Raises:
        WriteError: CB702, the place cannot be written.
    """
    place = target.resolve()
    fresh = place.with_name(f".out-{place.name}-{secrets.token_hex(4)}")
    try:
        if place.exists() and not place.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "it is a file, not a folder of results", str(place))
        fresh.mkdir()
    except OSError as error:
        raise make_write_error(target, error, "replaced") from error
    try:
        yield fresh
        _replace(fresh, place)
    except OSError as error:
        raise make_write_error(target, error, "replaced") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _replace(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.rename(target)
    elif not swap_folders(fresh, target):
        old = _find_old_folder(target)
        target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _find_old_folder(target: Path) -> Path:
    """Return the temporary place of old results."""
    return target.with_name(f".out-{target.name}-old")


def _list_drafts(target: Path) -> list[Path]:
    """Return leftovers of interrupted runs."""
    draft = re.compile(rf"\.out-{re.escape(target.name)}-([0-9a-f]{{8}}|old|lock)")
    return [path for path in target.parent.glob(".out-*") if draft.fullmatch(path.name)]


def _sweep(target: Path) -> None:
    if not target.exists() and _find_old_folder(target).is_dir():
        _find_old_folder(target).rename(target)
    for path in _list_drafts(target):
        shutil.rmtree(path, ignore_errors=True)


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

    The result is None if a new run is needed. An interrupted change or run is cleaned up first.

    Args:
        folder: The programme's folder.
        out: Results folder; the programme's `out/` by default.
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
        whole = last.is_unchanged(written) and list_files(target, target) == {RECORD_FILE, *written}
        if not whole or digest_run(folder, digest_inputs(folder, target), last.homes) != last.seal:
            return None
    except OSError:
        return None
    took = time.perf_counter() - start
    words = [*last.summaries.items(), ("Write", f"{counted(len(written), 'file')}, all unchanged")]
    return Outcome(
        summaries=[record.summary for record in last.rounds.values()],
        issues=last.issues,
        files=sorted(written),
        reused=sorted(written),
        stages=[Stage(name=n, summary=w, seconds=took if not at else 0.0) for at, (n, w) in enumerate(words)],
        out=target,
    )
