"""The main job: from the raw files to `out/`. What rests on the same as in the last run is not done again."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from capbuild.documents.toml import load_toml
from capbuild.errors import WriteError
from capbuild.model import AssessmentSet, Issue, Issues
from capbuild.plugins import Progress, default_host
from capbuild.plugins.progress import StepCounter
from capbuild.workspace.attempts import attempt
from capbuild.workspace.digests import digest_of, input_digests, library_versions, sources_digest
from capbuild.workspace.folder import Workspace
from capbuild.workspace.ledger import Ledger, RoundRecord
from capbuild.workspace.outcome import Outcome, RoundSummary, Stage
from capbuild.workspace.outputs import write_round
from capbuild.workspace.planned import planned_round
from capbuild.workspace.sealed import seal_of
from capbuild.workspace.summary import summarise

if TYPE_CHECKING:
    from capbuild.plugins import Host

__all__ = ["RunResult", "run"]

#: Parts of programme.toml that decide which files are written, not what is in them.
_ONLY_CHOOSES = ("reports",)
#: Where files lie that never reach a result.
_PRIVATE = "private/"


@frozen(kw_only=True, slots=False)
class RunResult(Outcome):
    """What a run did, with the programme that it was done for.

    Attributes:
        workspace: The programme's folder.
    """

    workspace: Workspace = field(repr=False, eq=False)

    @cached_property
    def rounds(self) -> tuple[AssessmentSet, ...]:
        """The assessments, one set a round; computed when asked for, where the run itself did not need them."""
        return tuple(self.workspace.assess(one.id) for one in self.workspace.rounds)


#: What is said of a plan of the last run that still holds.
_AS_IT_WAS = "as it was"


@define
class _Clock:
    steps: StepCounter
    _timed: list[tuple[str, list[str], float]] = field(factory=list, init=False)

    @contextmanager
    def stage(self, name: str) -> Iterator[list[str]]:
        """Time a stage; its summary is what is appended, also later: a count may need the next stage."""
        self.steps.begin(name)
        words: list[str] = []
        start = time.perf_counter()
        yield words
        self._timed.append((name, words, time.perf_counter() - start))

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages so far."""
        return tuple(Stage(name=name, summary=", ".join(words), seconds=took) for name, words, took in self._timed)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' if number != 1 else ''}"


def _read_words(workspace: Workspace, rounds: Iterable[RoundSummary]) -> Iterator[str]:
    """Say what came in over all rounds."""
    every = list(rounds)
    heard = {code for one in every for code in one.heard}
    expected = len(workspace.programme.countries) or len({code for one in every for code in one.named})
    yield f"{len(heard)} of {_count(expected, 'participant')}"
    counts = {
        "survey file": sum(one.files for one in every),
        "visit": sum(one.visits for one in every),
        "meeting": sum(one.meetings for one in every),
    }
    yield from (_count(number, what) for what, number in counts.items() if number)


def _score_words(rounds: Iterable[RoundSummary]) -> Iterator[str]:
    every = list(rounds)
    yield f"{_count(sum(one.assessments for one in every), 'assessment')} in {_count(len(every), 'round')}"
    yield _count(sum(one.indicators for one in every), "indicator")


def run(
    workspace: Workspace,
    *,
    out: str | Path | None = None,
    fresh: bool = False,
    progress: Progress | None = None,
) -> RunResult:
    """Read, score and report; report all problems together, and write everything that can be written.

    Only what changed is done again: `run.json` beside the results holds a digest of everything that each round rests
    on (files, settings, code), and of every file that was written.

    Args:
        workspace: The programme's folder.
        out: Where to write; the programme's `out/` by default.
        fresh: Do everything again.
        progress: Told of each stage, each file that is read and each output as it begins; what it raises cancels the
            run, and `out/` stays as it was.

    Returns:
        What was done. `exit_code` is 1 when an error is open, and 2 when nothing could be made: programme.toml or the
        framework cannot be used at all, and `out/` stays as it was.

    Raises:
        WriteError: The outputs cannot be written; what was in `out/` is still there, whole.
    """
    target = Path(out) if out is not None else workspace.folder / "out"
    workspace.steps = StepCounter(progress)
    try:
        return _run(workspace, target, fresh=fresh)
    finally:
        workspace.steps = StepCounter()


def _run(workspace: Workspace, target: Path, *, fresh: bool) -> RunResult:
    """Do the main job, and tell of each step."""
    if not workspace.usable:
        return RunResult(workspace=workspace, issues=workspace.folder_issues, out=target)
    clock = _Clock(workspace.steps)
    names = [one.id for one in workspace.rounds]
    earlier = Ledger(target) if fresh else Ledger.load(target)
    if not fresh:
        workspace.planned.kept = target
    ledger = Ledger(target)
    with clock.stage("Read") as came_in:
        digests, known = _read(workspace, ledger, earlier)
    ledger.folder_issues = workspace.folder_issues
    with clock.stage("Score") as scored:
        for name in names:
            if known[name] is None:
                workspace.steps.begin(f"Score: {name}")
                attempt(partial(workspace.assess, name), name, [])  # what fails is told with the round's issues
    failed = [name for name in names if name not in {one.id for one in workspace.rounds}]
    names = [name for name in names if name not in failed]
    planned = planned_round(workspace)
    if planned is not None:
        with clock.stage("Plan") as plans:
            plans.extend(_plan_words(workspace, known.get(planned)))
    for name in names:
        ledger.rounds[name] = _record(workspace, name, digests[name], known[name])
    for name in failed:
        ledger.folder_issues += workspace.round_issues(name)
    summaries = [record.summary for record in ledger.rounds.values()]
    scored.extend(_score_words(summaries))
    came_in.extend(_read_words(workspace, summaries))
    ledger.said = {stage.name: stage.summary for stage in clock.stages} | ({"Plan": _AS_IT_WAS} if planned else {})
    with clock.stage("Write") as written, _exchanged(target) as folder:
        ledger.folder = folder
        reused = _write(workspace, ledger, earlier, same=None not in known.values())
        files = sorted(ledger.written)
        written.extend(_write_words(files, reused))
    return RunResult(
        workspace=workspace,
        summaries=summaries,
        issues=ledger.issues,
        files=files,
        reused=reused,
        stages=clock.stages,
        out=target,
    )


def _plan_words(workspace: Workspace, known: RoundRecord | None) -> Iterator[str]:
    """Say what was planned, in short; a plan of the last run that still holds is not made again."""
    if known is not None:
        yield _AS_IT_WAS
        return
    plan = workspace.plan()
    if plan is None:
        yield "no plan"
        return
    yield from (_count(len(plan.activities), "session"), f"{plan.cost} of {plan.limits.budget}", plan.stopped.value)


def _write_words(files: Sequence[str], reused: Sequence[str]) -> Iterator[str]:
    """Say what was written, in short."""
    yield _count(len(files), "file")
    if reused:
        yield "all as they were" if len(reused) == len(files) else f"{len(reused)} as they were"


def _read(
    workspace: Workspace, ledger: Ledger, earlier: Ledger
) -> tuple[dict[str, str], dict[str, RoundRecord | None]]:
    """Collect the rounds that rest on something new.

    Returns:
        The digest of what each round rests on, and its record of the last run where that still holds.
    """
    held = input_digests(workspace.folder, ledger.folder)  # of the files as they are before they are read
    _seal(ledger, workspace, held)
    digests = _round_digests(workspace, held)
    known = {one.id: earlier.known(one.id, digests[one.id]) for one in workspace.rounds}
    for name, record in known.items():
        if record is None:
            workspace.collect(name)
    return digests, known


def _record(workspace: Workspace, name: str, digest: str, known: RoundRecord | None) -> RoundRecord:
    """Return the record of a round: that of the last run, or a new one."""
    if known is not None:
        return RoundRecord(digest, known.summary, known.issues, kinds=known.kinds)
    plan = workspace.plan() if planned_round(workspace) == name else None
    problems: list[Issue] = []
    change = attempt(partial(workspace.change, name), f"{name}: comparison", problems)
    series = attempt(partial(workspace.series, name), f"{name}: comparison", problems)
    whole = None if series is None else series.whole
    summary = summarise(workspace.collect(name), workspace.assess(name), change, plan, whole=whole)
    return RoundRecord(digest, summary, Issues([*workspace.round_issues(name), *problems]))


def _seal(ledger: Ledger, workspace: Workspace, held: Mapping[str, str]) -> None:
    """Seal what is about to be done; with plugins that only this process was given, nobody else can know it again."""
    if workspace.host is default_host():
        ledger.homes = tuple(_homes_of(workspace.host))
        ledger.seal = seal_of(workspace.folder, held, ledger.homes)


def _write(workspace: Workspace, ledger: Ledger, earlier: Ledger, *, same: bool) -> list[str]:
    """Write or take over the outputs of all rounds; return the names of those taken over."""
    reused: list[str] = []
    for name, record in ledger.rounds.items():
        record.outputs, taken = write_round(workspace, name, ledger.folder, earlier, record, same=same)
        reused += taken
    ledger.save(ledger.folder)
    return sorted(reused)


def _code(host: "Host") -> str:
    plugins = [(i.name, i.source, i.status) for i in host.plugin_infos]
    homes = [(home, sources_digest(home)) for home in _homes_of(host)]
    return digest_of([sys.version_info[:2], plugins, library_versions(), homes])


def _homes_of(host: "Host") -> list[str]:
    """Return the top packages of the code that plugins bring, this one among them."""
    modules = {getattr(plugin, "__name__", type(plugin).__module__) for plugin in host.manager.get_plugins()}
    return sorted({"capbuild", *(module.partition(".")[0] for module in modules)})


def _settings(folder: Path) -> dict[str, Any]:
    top = load_toml(folder / "programme.toml", "programme.toml", [])
    return {} if top is None else {key: value for key, value in top.data.items() if key not in _ONLY_CHOOSES}


def _round_digests(workspace: "Workspace", held: Mapping[str, str]) -> dict[str, str]:
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


@contextmanager
def _exchanged(target: Path) -> Iterator[Path]:
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
