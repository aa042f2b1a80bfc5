"""Other interpreters that run the tasks of a plugin.

They differ in hash seed, time zone, locale, home and working folder. Each is started once and runs every task in a fork
of itself, so that no task pays for the imports again or sees what another left behind. Where a system cannot fork, it
is started for each task.
"""

import atexit
import importlib
import os
import pickle
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from types import ModuleType
from typing import Any

from attrs import define, field

from capbuild.documents import dumps
from capbuild.io.companions import prepare_options
from capbuild.io.writing import render_files
from capbuild.model import Questionnaire
from capbuild.plugins import Host, InputFile
from capbuild.testing.conformance.side_effects import interpreter_state

#: Hash seed and time zone of the interpreters that a result must not differ in.
_ELSEWHERE = (("1", "Asia/Kolkata"), ("4", "America/Lima"))


@define(eq=False)
class _Interpreter:
    """Another interpreter.

    Attributes:
        seed: Its hash seed.
        zone: Its time zone.
        bare: Whether it has listed the built-in plugins only; others have read and written something.
    """

    seed: str
    zone: str
    bare: bool
    _process: "subprocess.Popen[str] | None" = field(default=None, init=False)

    def begin(self, job: bytes, folder: Path) -> None:
        """Begin a task, in a folder of its own."""
        if self._process is None or self._process.poll() is not None:
            self._process = self._start()
        folder.mkdir()
        (folder / "job").write_bytes(job)
        if self._process.stdin is not None:
            print(folder, file=self._process.stdin, flush=True)

    def wait(self) -> str:
        """Wait for the task, and return its exit code.

        The code is empty if the interpreter ended.
        """
        return self._process.stdout.readline().strip() if self._process and self._process.stdout else ""

    def _start(self) -> "subprocess.Popen[str]":
        path = [str(Path(entry).absolute()) for entry in sys.path if entry]
        code = f"import sys; sys.path[:0] = {path!r}; from {__name__} import serve; serve(bare={self.bare})"
        env = os.environ | {"PYTHONHASHSEED": self.seed, "TZ": self.zone, "LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}
        pipe = subprocess.PIPE
        process = subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, encoding="utf-8", env=env)  # noqa: S603 - this interpreter
        atexit.register(process.communicate)
        return process


@lru_cache
def _find_interpreter(_process: int, seed: str, zone: str, *, bare: bool) -> _Interpreter:
    return _Interpreter(seed, zone, bare)


def serve(*, bare: bool) -> None:
    """Run the tasks in folders.

    Folders are read from standard input, one per line, and the exit code of each is printed.
    """
    if bare:
        list_modules(None, "readers")
    else:
        _warm_up()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # output of a task is no answer
    for line in sys.stdin:
        if not hasattr(os, "fork"):
            code = _run(Path(line.rstrip("\n")))
            print(code, file=answers, flush=True)
            return
        child = os.fork()
        if not child:
            os._exit(_run(Path(line.rstrip("\n"))))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=answers, flush=True)


def _warm_up() -> None:
    """Read and write something, to import what most tasks need."""
    from capbuild.testing.sample_programme import invented_programme

    describe_readings(None, "csv", [("a.csv", b"country,L1\nPeru,1\n", {})])
    sample = invented_programme()
    describe_files(None, "md", {}, sample.programme, [(sample.baseline, sample.dossier)])
    for name in ("polars", "pyarrow"):  # they set variables of the environment when they are first imported
        with suppress(ImportError):
            importlib.import_module(name)


def _run(folder: Path) -> int:
    """Run a folder's task, and return its exit code.

    The result or the errors are written to the folder.
    """
    try:
        path, name, home, task, arguments = pickle.loads((folder / "job").read_bytes())  # noqa: S301 - of the parent
        sys.path[:0] = path
        os.chdir(folder)
        os.environ["HOME"] = str(folder)
        module = None if name is None else importlib.import_module(name)
        result = getattr(importlib.import_module(home), task)(module, *arguments)
        (folder / "result").write_bytes(result.encode("utf-8"))
    except BaseException:  # noqa: BLE001 - a plugin may raise anything
        (folder / "errors").write_text(traceback.format_exc().strip().splitlines()[-1], "utf-8")
        return 1
    return 0


def run_elsewhere(module: ModuleType | None, task: Callable[..., str], *arguments: Any) -> list[str] | None:
    """Run a task in two other interpreters.

    They differ from this one in hash seed and time zone. The result is None if the module cannot be imported by its
    name, or the task cannot be pickled.

    Args:
        module: Module of the plugin; None for a built-in one.
        task: A module-level function of the plugin and the arguments.
        arguments: Its arguments; must be picklable.

    Raises:
        RuntimeError: The task failed there.
    """
    if module is not None and getattr(module, "__file__", None) is None:
        return None
    try:
        job = _make_job(module, task, arguments)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    return _run_all([_find_interpreter(os.getpid(), seed, zone, bare=False) for seed, zone in _ELSEWHERE], job)


def run_bare(module: ModuleType | None, task: Callable[..., str], *arguments: Any) -> str:
    """Run a task where only built-in plugins were listed.

    Args:
        module: Module of the plugin; None for a built-in one.
        task: A module-level function of the plugin and the arguments.
        arguments: Its arguments; must be picklable.

    Raises:
        RuntimeError: The task failed there.
    """
    bare = _find_interpreter(os.getpid(), "random", os.environ.get("TZ", ""), bare=True)
    return _run_all([bare], _make_job(module, task, arguments))[0]


def _make_job(module: ModuleType | None, task: Callable[..., str], arguments: tuple[Any, ...]) -> bytes:
    path = [str(Path(entry).absolute()) for entry in sys.path if entry]
    name = None if module is None else module.__name__
    return pickle.dumps((path, name, task.__module__, task.__name__, arguments))


def _run_all(interpreters: list[_Interpreter], job: bytes) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder).resolve() / str(number) for number in range(len(interpreters))]
        for interpreter, place in zip(interpreters, places, strict=True):
            interpreter.begin(job, place)
        codes = [
            interpreter.wait() for interpreter in interpreters
        ]  # of all, before any error: each answers once a task
        return [_read_result(place, code) for place, code in zip(places, codes, strict=True)]


def _read_result(folder: Path, code: str) -> str:
    if code == "0":
        return (folder / "result").read_bytes().decode("utf-8")
    errors = folder / "errors"
    raise RuntimeError(errors.read_text("utf-8") if errors.exists() else f"ended with {code or 'no answer'}")


def list_modules(plugin: ModuleType | None, kind: str) -> str:
    """Return the modules imported by listing a plugin's objects."""
    from capbuild.plugins import Host

    getattr(Host(plugins={} if plugin is None else {"mine": plugin}, discover=False), kind)
    return " ".join(sys.modules)


def describe_readings(plugin: ModuleType | None, reader: str, samples: Sequence[tuple[str, bytes, Any]]) -> str:
    """Return a reader's items for samples, one per line.

    Args:
        plugin: The module that registers the reader; None for a built-in one.
        reader: Its name.
        samples: Name, data and options of each sample.
    """
    host = Host(plugins={} if plugin is None else {plugin.__name__: plugin}, discover=False)
    descriptor = host.readers[reader]
    lines = []
    for name, data, options in samples:
        source = InputFile(name, data=data)
        prepared = prepare_options(descriptor, options, source).options
        lines += [describe_item(item) for item in descriptor.read(source, prepared)]
    return "\n".join(lines)


def list_traces(plugin: ModuleType | None, reader: str, samples: Sequence[tuple[str, bytes, Any]]) -> str:
    """Return the shared state that a first reading changes.

    Each changed name has a line.

    Args:
        plugin: The module that registers the reader; None for a built-in one.
        reader: Its name.
        samples: Name, data and options of each sample.
    """
    return _changed_state(partial(describe_readings, plugin, reader, samples))


def list_traces_of_files(
    plugin: ModuleType | None, writer: str, options: Any, programme: Any, subjects: Sequence[tuple[object, Any]]
) -> str:
    """Return the shared state that a first writing changes.

    Each changed name has a line.
    """
    return _changed_state(partial(describe_files, plugin, writer, options, programme, subjects))


def _changed_state(run: Callable[[], object]) -> str:
    before = interpreter_state()
    run()
    after = interpreter_state()
    return "\n".join(name for name in before if name in after and before[name] != after[name])


def describe_item(item: Any) -> str:
    """Describe an item in one line."""
    if isinstance(item, Questionnaire):
        return dumps(item).strip()
    return repr(item).replace("\n", " ").replace("_DateTime(", "datetime.datetime(")


def first_difference(one: str, other: str) -> str:
    """Describe the first difference between two texts."""
    for left, right in zip_longest(one.split("\n"), other.split("\n"), fillvalue=""):
        if left != right:
            start = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 0)
            return f"{right[max(start - 30, 0) : start + 60]!r} instead of {left[max(start - 30, 0) : start + 60]!r}"
    return "nothing differs"


def describe_files(
    plugin: ModuleType | None, writer: str, options: Any, programme: Any, subjects: Sequence[tuple[object, Any]]
) -> str:
    """Return the names and digests of a writer's files.

    Args:
        plugin: The module that registers the writer; None for a built-in one.
        writer: Its name.
        options: Its options.
        programme: The programme of all subjects.
        subjects: Subjects, each with its dossier.
    """
    host = Host(plugins={} if plugin is None else {plugin.__name__: plugin}, discover=False)
    lines = []
    for subject, dossier in subjects:
        files = render_files(subject, writer, programme=programme, dossier=dossier, options=options, host=host)
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            lines.append(f"{type(subject).__name__} {name} {sha256(data).hexdigest()}")
            lines += content.split("\n") if isinstance(content, str) else []
    return "\n".join(lines)
