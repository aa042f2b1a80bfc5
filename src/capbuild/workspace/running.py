"""The main job: from the raw files to `out/`. Written whole or not at all."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import define, field, frozen

from capbuild.atomic import write_atomic
from capbuild.errors import WriteError
from capbuild.io import render_files
from capbuild.model import AssessmentSet, Issues, Missing
from capbuild.model._checks import to_tuple
from capbuild.workspace.folder import Workspace

__all__ = ["RunResult", "Stage", "run"]

#: Writers whose files hold data, not sentences: one language is enough.
_DATA = ("json", "csv", "sqlite", "sdmx-csv", "sdmx-ml")
#: Writers that make a folder, and suffixes that differ from the writer's name.
_FOLDERS = ("csv", "sdmx-csv", "sdmx-ml")


@frozen(kw_only=True)
class Stage:
    """One stage of a run.

    Attributes:
        name: `Read`, `Score` or `Write`.
        summary: What came out, in words.
        seconds: How long it took.
    """

    name: str
    summary: str
    seconds: float


@frozen(kw_only=True)
class RunResult:
    """What a run did.

    Attributes:
        rounds: The assessments, one set a round.
        issues: Every problem found.
        files: Files written, below the programme's folder.
        stages: What was done, with times.
        out: Where the files are.
    """

    rounds: tuple[AssessmentSet, ...] = field(default=(), converter=to_tuple)
    issues: Issues = Issues()
    files: tuple[str, ...] = field(default=(), converter=to_tuple)
    stages: tuple[Stage, ...] = field(default=(), converter=to_tuple)
    out: Path

    @property
    def exit_code(self) -> int:
        """0 without errors; 1 when an error is open, though the rest was written."""
        return 1 if self.issues.count("error") else 0


@define
class _Clock:
    stages: list[Stage] = field(factory=list)
    progress: Callable[[str], None] | None = None

    @contextmanager
    def stage(self, name: str) -> Iterator[list[str]]:
        """Time a stage; its summary is what the block appends."""
        if self.progress is not None:
            self.progress(name)
        words: list[str] = []
        start = time.perf_counter()
        yield words
        self.stages.append(Stage(name=name, summary=", ".join(words), seconds=time.perf_counter() - start))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' if number != 1 else ''}"


def _read_words(workspace: Workspace) -> list[str]:
    """Collect every round, and say what came in."""
    collections = [workspace.collect(one.id) for one in workspace.programme.rounds]
    named = {f.country for c in collections for f in c.findings}
    heard = {f.country for c in collections for f in c.findings if not isinstance(f.value, Missing)}
    expected = len(workspace.programme.countries) or len(named)
    counts = {
        "survey file": sum(len(c.readings) for c in collections),
        "visit": sum(len(c.visits) for c in collections),
        "meeting": sum(len(c.meetings) for c in collections),
    }
    told = [_count(number, what) for what, number in counts.items() if number]
    return [f"{len(heard)} of {_count(expected, 'participant')}", *told]


def _score_words(sets: list[AssessmentSet]) -> list[str]:
    countries = sum(len(one) for one in sets)
    judged = sum(len(assessment.indicators) for one in sets for assessment in one)
    return [f"{_count(countries, 'assessment')} in {_count(len(sets), 'round')}", _count(judged, "indicator")]


def run(
    workspace: Workspace, *, out: str | Path | None = None, progress: Callable[[str], None] | None = None
) -> RunResult:
    """Read, score and report; report all problems together, and go on where it can.

    Args:
        workspace: The programme's folder.
        out: Where to write; the programme's `out/` by default.
        progress: Called with the name of each stage as it begins.

    Returns:
        What was done. `exit_code` is 1 when an error is open.

    Raises:
        WorkspaceError: programme.toml or the framework cannot be used at all.
        WriteError: The outputs cannot be written; what was in `out/` is still there, whole.
    """
    target = Path(out) if out is not None else workspace.folder / "out"
    clock = _Clock(progress=progress)
    rounds = workspace.programme.rounds
    with clock.stage("Read") as came_in:
        came_in.extend(_read_words(workspace))
    with clock.stage("Score") as scored:
        sets = [workspace.assess(one.id) for one in rounds]
        scored.extend(_score_words(sets))
    with clock.stage("Write") as written:
        files = _write_all(workspace, sets, target)
        written.append(_count(len(files), "file"))
    return RunResult(rounds=sets, issues=workspace.validate(), files=files, stages=clock.stages, out=target)


def _write_all(workspace: Workspace, sets: list[AssessmentSet], target: Path) -> list[str]:
    """Write everything beside `out/`, then exchange the two, so that a failure leaves the earlier one whole."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".out-", dir=target.parent))
    except OSError as error:
        raise WriteError(f"{target} cannot be written: {error.strerror or error}", code="CB702") from error
    try:
        fresh.chmod(0o755)
        names = [name for one in sets for name in _write_round(workspace, one, fresh)]
        _exchange(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return sorted(names)


def _jobs(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield every writer a run uses with the language it writes in; a writer that is not installed is left out."""
    for writer in workspace.settings.formats:
        if writer in workspace.host.writers:
            languages = workspace.settings.report_languages
            yield from ((writer, language) for language in (languages[:1] if writer in _DATA else languages))


def _write_round(workspace: Workspace, assessed: AssessmentSet, folder: Path) -> Iterator[str]:
    """Write every output of one round; yield the names."""
    first = workspace.settings.report_languages[0]
    for writer, language in _jobs(workspace):
        made = render_files(
            assessed, writer, language=language, audience="team", programme=workspace.programme, host=workspace.host
        )
        stem = assessed.round.id if language == first else f"{assessed.round.id}-{language}"
        base = f"{stem}-{writer}" if writer in _FOLDERS else f"{stem}{workspace.host.writers[writer].suffixes[0]}"
        for name, content in sorted(made.items()):
            place = f"{base}/{name}" if name else base
            write_atomic(folder / place, content)
            yield place


def _exchange(fresh: Path, target: Path) -> None:
    """Put the fresh folder in the place of the old one."""
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
