"""Writes every report of a run, two at a time."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

from capbuild._atomic import write_atomic
from capbuild.model import Issue, Issues
from capbuild.workspace.folder import Workspace
from capbuild.workspace.paths import find_output
from capbuild.workspace.runs.attempts import attempt
from capbuild.workspace.runs.jobs import Files, Job, list_jobs, list_report_kinds, register_audiences
from capbuild.workspace.runs.run_record import RoundRecord, RunRecord, digest_content

__all__ = ["write_round"]

#: Number of outputs made at a time.
_THREADS = 2


def write_round(
    workspace: Workspace, round_: str, folder: Path, earlier: RunRecord, record: RoundRecord, *, same: bool
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Write or reuse every output of one round.

    Args:
        workspace: The programme's folder.
        round_: Id of the round.
        folder: Folder to write to.
        earlier: Record of the last run.
        record: Record of the round in this run.
        same: Whether the inputs of every round are unchanged since the last run.

    Returns:
        Names and digests of the files by writer and language, and the names of those taken over. An output that
        cannot be made is left out, and an issue of the record says why.
    """
    known = earlier.known(round_, record.digest)
    made: dict[str, dict[str, str]] = {}
    reused: list[str] = []
    fresh: list[Job] = []
    if record.kinds is None:
        record.kinds = list_report_kinds(workspace, round_)[0]
    for job in list_jobs(workspace, round_, record.kinds):
        there = known.outputs.get(job.name, {}) if known is not None else {}
        nothing = known is not None and job.optional and job.name in known.outputs
        if (same or not job.together) and (there or nothing) and earlier.reuse(there, folder):
            made[job.name] = there
            reused += there
        else:
            made[job.name] = {}  # keep the order of jobs
            fresh.append(job)
    left_out: list[Issue] = []
    if fresh:
        # Made once, before outputs in parallel need it.
        attempt(lambda: workspace.dossier(round_), round_, [])
        register_audiences(workspace, fresh)
    for name, base, render in _prepare_jobs(workspace, fresh):
        files = attempt(render, base, left_out, workspace.settings.origin("reports"))
        if files is None:
            del made[name]  # the next run tries again
        else:
            made[name] = dict(_write_files(files, folder, base))
    record.left_out = Issues([*left_out, *workspace.host.hook_issues("report_sections")])
    return made, reused


def _prepare_jobs(workspace: Workspace, jobs: list[Job]) -> Iterator[tuple[str, str, Callable[[], Files]]]:
    """Yield name, base and files of jobs, and release shared data at the end.

    A function returns the files, or raises the error.
    """
    # Jobs of one language follow each other. PDF is rendered by a library outside Python, while other files of the
    # language are made in parallel.
    jobs.sort(key=lambda job: (job.language, job.writer != "pdf"))
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting = deque((job.name, job.base, pool.submit(copy_context().run, _render_job, job)) for job in jobs)
        jobs.clear()
        try:
            while waiting:
                name, base, made = waiting.popleft()
                workspace.steps.begin(f"Write: {base}")
                yield name, base, made.result
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _render_job(job: Job) -> Files:
    job.check()
    return job.render()


def _write_files(files: Files, folder: Path, base: str) -> Iterator[tuple[str, str]]:
    """Write files; yield the name and digest of each."""
    for name, content in sorted(files.items()):
        place = f"{base}/{name}" if name else base
        write_atomic(find_output(folder, place), content)
        yield place, digest_content(content)
