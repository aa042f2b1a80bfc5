"""Writing the results of a run: every report of every round beside `out/`, exchanged with it when all are there."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from capbuild.atomic import write_atomic
from capbuild.errors import WriteError
from capbuild.io import render_files
from capbuild.workspace.dossiers import reported
from capbuild.workspace.folder import Workspace
from capbuild.workspace.ledger import Ledger, RoundRecord, content_digest
from capbuild.workspace.plan_files import plan_jobs

__all__ = ["exchanged", "write_round"]

#: Writers whose files hold data, not sentences: one language is enough.
_DATA = ("json", "csv", "sqlite", "sdmx-csv", "sdmx-ml")
#: How many outputs are made at a time.
_THREADS = 2
#: Writers that make a folder.
_FOLDERS = ("csv", "sdmx-csv", "sdmx-ml")


@contextmanager
def exchanged(target: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of another when the block ends well; else the other stays whole.

    Raises:
        WriteError: CB702, the place cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".out-", dir=target.parent))
    except OSError as error:
        raise WriteError(f"{target} cannot be written: {error.strerror or error}", code="CB702") from error
    try:
        fresh.chmod(0o755)
        yield fresh
        _exchange(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _exchange(fresh: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}-old")
    try:
        if old.exists():
            shutil.rmtree(old)
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise WriteError(f"{target} cannot be replaced: {error.strerror or error}", code="CB702") from error


def _jobs(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield every writer a run uses with the language it writes in; a writer that is not installed is left out."""
    for writer in workspace.settings.formats:
        if writer in workspace.host.writers:
            languages = workspace.settings.report_languages
            yield from ((writer, language) for language in (languages[:1] if writer in _DATA else languages))


def write_round(
    workspace: Workspace, round_: str, folder: Path, earlier: Ledger, known: RoundRecord | None
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Write or take over every output of one round.

    Args:
        workspace: The programme's folder.
        round_: Id of the round.
        folder: Where to write.
        earlier: What the last run wrote.
        known: Its record of the round, when the round still rests on the same.

    Returns:
        Names and digests of the files by writer and language, and the names of those taken over.
    """
    made: dict[str, dict[str, str]] = {}
    reused: list[str] = []
    fresh: list[tuple[str, str, Callable[[], dict[str, str | bytes]]]] = []
    for job, base, render in _makers(workspace, round_, known):
        there = known.outputs.get(job, {}) if known is not None else {}
        if earlier.reuse(there, folder):
            made[job] = there
            reused += there
        else:
            made[job] = {}  # the order of jobs is kept
            fresh.append((job, base, render))
    if fresh:
        workspace.dossier(round_)  # made once, before outputs that are made at the same time ask for it
    # PDF is set by a library that needs no Python meanwhile: the next pages are made beside it.
    with ThreadPoolExecutor(_THREADS) as pool:
        rendered = [(job, base, pool.submit(render)) for job, base, render in fresh]
        try:
            for job, base, files in rendered:
                workspace.steps.begin(f"Write: {base}")
                made[job] = dict(_write(files.result(), folder, base))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return made, reused


def _kinds(workspace: Workspace, round_: str, known: RoundRecord | None) -> Iterator[tuple[str, str, str]]:
    """Yield the further reports of a round with their audience and what stands in their files' names.

    The programme report is written for the donor where the policy names the donor, with what it leaves out beside it.
    A round that rests on the same as in the last run has the kinds that it had then: nothing is scored to find out.
    """
    wanted = workspace.settings.report_kinds
    named = "donor" in workspace.programme.disclosure.audiences
    if known is not None and known.outputs:
        bases = {job.rsplit(" ", 1)[-1] for job in known.outputs}
        there = {kind for kind in ("brief", "donor") if any(f"-{kind}" in base for base in bases)}
    else:
        there = _kinds_with_something(workspace, round_)
    if "brief" in wanted and "brief" in there:
        yield "brief", "team", "brief"
    if "donor" in wanted and "donor" in there:
        yield "donor", "donor" if named else "team", "donor"
        if named:
            yield "redactions", "donor", "donor-redactions"


def _kinds_with_something(workspace: Workspace, round_: str) -> set[str]:
    """Return the further kinds of reports that have something to say of a round."""
    dossier = workspace.dossier(round_)
    programme = reported(workspace.programme, dossier)
    found = {"brief"} if dossier.needs is not None and len(dossier.needs) else set()
    return found | ({"donor"} if programme.results or programme.budgets or dossier.deliveries else set())


def _makers(
    workspace: Workspace, round_: str, known: RoundRecord | None
) -> Iterator[tuple[str, str, Callable[[], dict[str, str | bytes]]]]:
    """Yield every job of a round with the base of its files' names and what makes them."""
    for writer, language in _jobs(workspace):
        if "regional" in workspace.settings.report_kinds or not workspace.host.writers[writer].reports:
            base = _base(workspace, round_, writer, language)
            # The base is part of the job: the language that comes first is not in the name of its files.
            yield f"{writer} {language} {base}", base, partial(_render, workspace, round_, writer, language)
        if workspace.host.writers[writer].reports:
            for kind, audience, name in _kinds(workspace, round_, known):
                if kind == "redactions" and language != workspace.settings.report_languages[0]:
                    continue  # a list for the team, which has a language of its own
                base = _base(workspace, round_, writer, language, f"-{name}")
                make = partial(_render, workspace, round_, writer, language, kind=kind, audience=audience)
                yield f"{writer} {language} {base}", base, make
    yield from ((f"plan {name}", name, make) for name, make in plan_jobs(workspace, round_))


def _base(workspace: Workspace, round_: str, writer: str, language: str, name: str = "") -> str:
    first = language == workspace.settings.report_languages[0]
    stem = f"{round_}{name}" if first else f"{round_}{name}-{language}"
    return f"{stem}-{writer}" if writer in _FOLDERS else f"{stem}{workspace.host.writers[writer].suffixes[0]}"


def _render(
    workspace: Workspace, round_: str, writer: str, language: str, *, kind: str = "", audience: str = "team"
) -> dict[str, str | bytes]:
    dossier = workspace.dossier(round_)
    return render_files(
        workspace.assess(round_),
        writer,
        language=language,
        audience=audience,
        programme=reported(workspace.programme, dossier),
        dossier=dossier,
        kind=kind,
        host=workspace.host,
    )


def _write(files: dict[str, str | bytes], folder: Path, base: str) -> Iterator[tuple[str, str]]:
    """Write files; yield the name and digest of each."""
    for name, content in sorted(files.items()):
        place = f"{base}/{name}" if name else base
        write_atomic(folder / place, content)
        yield place, content_digest(content)
