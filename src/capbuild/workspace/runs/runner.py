"""Main job: from raw files to `out/`.

Unchanged results are reused.
"""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import cached_property, partial
from pathlib import Path

from attrs import define, field, frozen

from capbuild._atomic import write_atomic
from capbuild.display import counted
from capbuild.documents.toml import load_toml
from capbuild.model import AssessmentSet, Issue, Issues
from capbuild.plugins import Host, Progress, default_host
from capbuild.plugins.types import StepCounter
from capbuild.workspace.folder_functions import attempt, in_own_languages, takes_folder
from capbuild.workspace.paths import find_output
from capbuild.workspace.rounds.plans import find_planned_round
from capbuild.workspace.rounds.summary import summarise
from capbuild.workspace.runs.jobs import Files, Job, list_jobs, list_report_kinds, register_audiences
from capbuild.workspace.runs.out_folder import digest_run, find_target, lock_target, replace_folder
from capbuild.workspace.runs.run_record import (
    Outcome,
    RoundRecord,
    RoundSummary,
    RunRecord,
    Stage,
    digest_content,
    digest_inputs,
    digest_sources,
    digest_values,
    list_library_versions,
)
from capbuild.workspace.workspace import Workspace

#: Parts of programme.toml that select files to write, without affecting their content.
_ONLY_CHOOSES = ("reports",)
#: Folder of files that never appear in results.
_PRIVATE = "private/"


@frozen(kw_only=True, slots=False)
class RunResult(Outcome):
    """Outcome of a run, with its workspace.

    Attributes:
        workspace: The programme's folder.
    """

    workspace: Workspace = field(repr=False, eq=False)

    @cached_property
    def rounds(self) -> tuple[AssessmentSet, ...]:
        """Assessments by round; computed on demand if results were reused."""
        return tuple(self.workspace.assess(round_.id) for round_ in self.workspace.rounds)


#: Summary of a plan of the last run that is still valid.
_AS_IT_WAS = "as it was"


@define
class _Clock:
    steps: StepCounter
    _timed: list[tuple[str, list[str], float]] = field(factory=list, init=False)

    @contextmanager
    def stage(self, name: str) -> Iterator[list[str]]:
        """Time a stage, and yield its summary to extend."""
        self.steps.begin(name)
        words: list[str] = []
        start = time.perf_counter()
        yield words
        self._timed.append((name, words, time.perf_counter() - start))

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Finished stages."""
        return tuple(Stage(name=name, summary=", ".join(words), seconds=took) for name, words, took in self._timed)


def _describe_reading(workspace: Workspace, rounds: Iterable[RoundSummary]) -> Iterator[str]:
    """Describe the responses of all rounds."""
    summaries = list(rounds)
    answered = {code for summary in summaries for code in summary.heard}
    expected = {place.alpha_2 for place in workspace.programme.countries}
    if workspace.settings.open:
        expected |= {code for summary in summaries for code in summary.named}
    yield f"{len(answered)} of {counted(len(expected), 'participant')}"
    counts = {
        "survey file": sum(summary.files for summary in summaries),
        "judgement table": sum(summary.tables for summary in summaries),
        "visit": sum(summary.visits for summary in summaries),
        "meeting": sum(summary.meetings for summary in summaries),
        "desk review": sum(summary.reviews for summary in summaries),
    }
    yield from (counted(number, what) for what, number in counts.items() if number)


@takes_folder
def run(
    workspace: Workspace,
    *,
    out: str | Path | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> RunResult:
    """Read, score and report a programme's folder.

    All problems are reported together, and everything that is possible is written. Only what changed is computed
    again: `run.json` in the results folder has a digest of the inputs of each round (files, settings, code), and of
    every written file.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        out: Where to write; the programme's `out/` by default.
        fresh: Repeat everything.
        progress: Progress callback for each stage, file and output as it begins; an exception in it cancels the run,
            and `out/` stays unchanged.

    Returns:
        The outcome. `exit_code` is 1 if an error is open, and 2 without results: programme.toml or the framework is
        unusable, and `out/` stays unchanged.

    Raises:
        WriteError: The outputs cannot be written; the previous content of `out/` is unchanged.
        WorkspaceError: CB620, `out` has other files than results, or is a link out of the folder. CB621, another run
            writes there.
    """
    target = find_target(workspace.folder, None if out is None else Path(out))
    workspace.steps = StepCounter(progress)
    try:
        if not workspace.usable:
            return RunResult(workspace=workspace, issues=workspace.folder_issues, out=target)
        with lock_target(target):
            return _run_job(workspace, target, fresh=fresh)
    finally:
        workspace.steps = StepCounter()


@in_own_languages
def _run_job(workspace: Workspace, target: Path, *, fresh: bool) -> RunResult:
    """Run the main job, reporting progress."""
    clock = _Clock(workspace.steps)
    names = [round_.id for round_ in workspace.rounds]
    earlier = RunRecord(target) if fresh else RunRecord.load(target)
    if not fresh:
        workspace.planned.kept = target
    current = RunRecord(target)
    with clock.stage("Read") as came_in:
        digests, records = _read_rounds(workspace, current, earlier)
    current.folder_issues = workspace.folder_issues
    with clock.stage("Score") as scored:
        for name in names:
            if records[name] is None:
                workspace.steps.begin(f"Score: {name}")
                attempt(partial(workspace.assess, name), name, [])  # errors are reported with the round's issues
    failed = [name for name in names if name not in {round_.id for round_ in workspace.rounds}]
    names = [name for name in names if name not in failed]
    planned = find_planned_round(workspace)
    if planned is not None:
        with clock.stage("Plan") as plans:
            plans.extend(_describe_plan(workspace, records.get(planned)))
    with clock.stage("Check") as checked:
        last = earlier.summaries.get("Check") if None not in records.values() else None
        checked.append(last or _describe_check(workspace))
    for name in names:
        current.rounds[name] = _make_record(workspace, name, digests[name], records[name])
    for name in failed:
        current.folder_issues += workspace.round_issues(name)
    summaries = [record.summary for record in current.rounds.values()]
    assessments = counted(sum(summary.assessments for summary in summaries), "assessment")
    scored.append(f"{assessments} in {counted(len(summaries), 'round')}")
    scored.append(counted(sum(summary.indicators for summary in summaries), "indicator"))
    came_in.extend(_describe_reading(workspace, summaries))
    current.summaries = {stage.name: stage.summary for stage in clock.stages} | (
        {"Plan": _AS_IT_WAS} if planned else {}
    )
    with clock.stage("Write") as written, replace_folder(target) as folder:
        current.folder = folder
        reused = _write_outputs(workspace, current, earlier, same=None not in records.values())
        files = sorted(current.written)
        written.append(counted(len(files), "file"))
        if reused:
            written.append("all unchanged" if len(reused) == len(files) else f"{len(reused)} unchanged")
    return RunResult(
        workspace=workspace,
        summaries=summaries,
        issues=current.issues,
        files=files,
        reused=reused,
        stages=clock.stages,
        out=target,
    )


def _describe_plan(workspace: Workspace, record: RoundRecord | None) -> Iterator[str]:
    """Describe the plan, or that it was reused."""
    if record is not None:
        yield _AS_IT_WAS
        return
    plan = workspace.plan()
    if plan is None:
        yield "no plan"
        return
    yield from (
        counted(len(plan.activities), "session"),
        f"{plan.cost} of {plan.limits.budget}",
        plan.stopped.value,
    )


def _describe_check(workspace: Workspace) -> str:
    """Describe the number of doubtful records."""
    result = attempt(workspace.check, "the check", [])
    if result is None:
        return "not made"
    findings = counted(len(result.issues), "finding")
    return f"{findings}: capbuild check {workspace.folder.as_posix()}" if result.issues else "no findings"


def _read_rounds(
    workspace: Workspace, current: RunRecord, earlier: RunRecord
) -> tuple[dict[str, str], dict[str, RoundRecord | None]]:
    """Collect rounds with changed inputs.

    Returns:
        The digest of each round's inputs, and its record of the last run if still valid.
    """
    inputs = digest_inputs(workspace.folder, current.folder)  # digests of the files before they are read
    if workspace.host is default_host():  # else plugins exist in this process only
        current.homes = tuple(_list_packages(workspace.host))
        current.seal = digest_run(workspace.folder, inputs, current.homes)
    digests = _digest_rounds(workspace, inputs)
    records = {round_.id: earlier.known(round_.id, digests[round_.id]) for round_ in workspace.rounds}
    for name, record in records.items():
        if record is None:
            workspace.collect(name)
    return digests, records


def _make_record(workspace: Workspace, name: str, digest: str, record: RoundRecord | None) -> RoundRecord:
    """Return the record of a round, new or reused."""
    if record is not None:
        return RoundRecord(digest, record.summary, record.issues, kinds=record.kinds)
    plan = workspace.plan() if find_planned_round(workspace) == name else None
    problems: list[Issue] = []
    change = attempt(partial(workspace.change, name), f"{name}: comparison", problems)
    series = attempt(partial(workspace.series, name), f"{name}: comparison", problems)
    whole = None if series is None else series.whole
    summary = summarise(workspace.collect(name), workspace.assess(name), change, plan, whole=whole)
    return RoundRecord(digest, summary, Issues([*workspace.round_issues(name), *problems]))


def _write_outputs(workspace: Workspace, current: RunRecord, earlier: RunRecord, *, same: bool) -> list[str]:
    """Write or reuse the outputs, and return reused names."""
    reused: list[str] = []
    for name, record in current.rounds.items():
        record.outputs, same_files = _write_round(workspace, name, current.folder, earlier, record, same=same)
        reused += same_files
    workspace.publications.save()  # before anybody can read the reports
    current.save(current.folder)
    return sorted(reused)


def _list_packages(host: Host) -> list[str]:
    """Return the top-level packages of plugins and of capbuild."""
    plugins = [plugin for _, plugin in host.manager.list_name_plugin() if plugin is not None]
    modules = {str(getattr(plugin, "__name__", type(plugin).__module__)) for plugin in plugins}
    return sorted({"capbuild", *(module.partition(".")[0] for module in modules)})


def _digest_rounds(workspace: Workspace, inputs: Mapping[str, str]) -> dict[str, str]:
    """Return a digest of everything that affects each round's results.

    A round depends on its own returns, and for comparison on those of earlier rounds; on files of all rounds, such as
    visits and mappings; on the settings, except the choice of reports; and on the code.

    Args:
        workspace: The programme's folder.
        inputs: Digest of each file, by name.
    """
    rounds = [round_.id for round_ in workspace.programme.rounds]
    shared: list[tuple[str, str]] = []
    returns: dict[str, list[tuple[str, str]]] = {name: [] for name in rounds}
    for entry in inputs.items():
        name, _ = entry
        if name.startswith("returns/"):
            returns.setdefault(workspace.settings.rule_for(name).round or rounds[0], []).append(entry)
        elif name != "programme.toml" and not name.startswith(_PRIVATE):
            shared.append(entry)
    host, top = workspace.host, load_toml(workspace.folder / "programme.toml", "programme.toml", [])
    settings = {} if top is None else {key: value for key, value in top.data.items() if key not in _ONLY_CHOOSES}
    plugins = [host.prefer, *((i.name, i.source, i.hooks) for i in host.plugin_infos)]
    homes = [(home, digest_sources(home)) for home in _list_packages(host)]
    code = digest_values([sys.version_info[:2], plugins, list_library_versions(), homes])
    base = [code, settings, shared]
    upto = {name: [returns[earlier] for earlier in rounds[: position + 1]] for position, name in enumerate(rounds)}
    return {name: digest_values([name, *base, upto[name]]) for name in rounds}


# Writes every report of a run, two at a time


#: Number of outputs made at a time.
_THREADS = 2


def _write_round(
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
        cannot be made is left out, and an issue of the record gives the reason.
    """
    round_record = earlier.known(round_, record.digest)
    written: dict[str, dict[str, str]] = {}
    reused: list[str] = []
    fresh: list[Job] = []
    if record.kinds is None:
        record.kinds = list_report_kinds(workspace, round_)[0]
    for job in list_jobs(workspace, round_, record.kinds):
        there = round_record.outputs.get(job.name, {}) if round_record is not None else {}
        nothing = round_record is not None and job.optional and job.name in round_record.outputs
        if (same or not job.together) and (there or nothing) and earlier.reuse(there, folder):
            written[job.name] = there
            reused += there
        else:
            written[job.name] = {}  # keep the order of jobs
            fresh.append(job)
    left_out: list[Issue] = []
    if fresh:
        # Made once, before outputs in parallel need it.
        attempt(lambda: workspace.dossier(round_), round_, [])
        register_audiences(workspace, fresh)
    for name, base, render in _prepare_jobs(workspace, fresh):
        files = attempt(render, base, left_out, workspace.settings.origin("reports"))
        if files is None:
            del written[name]  # the next run tries again
        else:
            for part, content in sorted(files.items()):
                place = f"{base}/{part}" if part else base
                write_atomic(find_output(folder, place), content)
                written[name][place] = digest_content(content)
    record.left_out = Issues([*left_out, *workspace.host.hook_issues("report_sections")])
    return written, reused


def _prepare_jobs(workspace: Workspace, jobs: list[Job]) -> Iterator[tuple[str, str, Callable[[], Files]]]:
    """Yield name, base and a function for each job.

    The function returns the files of the job, or raises its error. Shared data are released at the end.
    """
    # Jobs of one language follow each other. PDF is rendered by a library outside Python, while other files of the
    # language are made in parallel.
    jobs.sort(key=lambda job: (job.language, job.writer != "pdf"))
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting = deque((job.name, job.base, pool.submit(copy_context().run, job.make)) for job in jobs)
        jobs.clear()
        try:
            while waiting:
                name, base, future = waiting.popleft()
                workspace.steps.begin(f"Write: {base}")
                yield name, base, future.result
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
