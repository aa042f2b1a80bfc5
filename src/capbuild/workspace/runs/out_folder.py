"""The results folder: replaced whole by a run, and never absent."""

import errno
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from capbuild._atomic import make_folders, swap_folders
from capbuild.errors import WorkspaceError, WriteError
from capbuild.origin import Origin
from capbuild.workspace.locks import hold_lock
from capbuild.workspace.paths import find_output
from capbuild.workspace.runs.run_record import RECORD_FILE, SIGNATURE_FILE, RunRecord


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
            f"{out} holds other files than results{named} and a run replaces its folder whole",
            code="CB620",
            origin=Origin(out.as_posix()),
            remedy="choose a folder that does not exist, or that an earlier run wrote",
        )
    return out


def _list_others(target: Path) -> list[str]:
    """Return the files in a folder that its run record does not list."""
    if not target.is_dir():
        return [target.name] if target.exists() else []
    made = {RECORD_FILE, SIGNATURE_FILE, *RunRecord.load(target).written}
    files = (path for path in target.rglob("*") if not path.is_dir() or path.is_symlink())
    return sorted({path.relative_to(target).as_posix() for path in files} - made)


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
        raise _make_error(target, error) from error
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

    On failure the other stays unchanged. Permissions follow the umask.

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
        raise _make_error(target, error) from error
    try:
        yield fresh
        _replace(fresh, place)
    except OSError as error:
        raise _make_error(target, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _make_error(target: Path, error: OSError) -> WriteError:
    return WriteError(
        f"{target} cannot be replaced: {error.strerror or error}",
        code="CB702",
        origin=Origin(target.as_posix()),
        remedy="close programs that use its files, and check that the folder may be written",
    )


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
    """Return the temporary place of old results, if folders cannot be exchanged."""
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
