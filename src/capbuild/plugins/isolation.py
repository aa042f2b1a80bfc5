"""Readers in a child process with limits and without network.

A plugin's module is still imported in this process when it registers. Only reading is isolated: a crash, an endless
loop, memory and connections end with the child. It is not a sandbox.
"""

import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from attrs import evolve

from capbuild.errors import CapbuildError, LimitError, PluginError, ReadError
from capbuild.model import Survey
from capbuild.origin import Origin
from capbuild.plugins.types import Claim, Confidence, InputFile, Reader, ReadItem

_MEBIBYTE = 1 << 20
#: Address space: base for the interpreter and its libraries, and a factor for each byte of the file.
_MEMORY_BASE, _MEMORY_FACTOR = 2048 * _MEBIBYTE, 64
#: Wall time allowed beyond the processor time.
_PATIENCE = 60
_REFUSED = 77
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TZ")


def child_environment() -> dict[str, str]:
    """Return the child's environment: import paths, no secrets."""
    places = os.pathsep.join(place for place in sys.path if place)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": places, "PYTHONIOENCODING": "utf-8"}


def isolate_reader(reader: Reader, plugin: str) -> Reader:
    """Return a reader that runs in a child process.

    It claims files by suffix alone, since `sniff` of the plugin would run in this process.

    Args:
        reader: The reader.
        plugin: Name of the installed plugin that registers it.
    """

    def sniff(source: InputFile) -> Claim | None:
        return Claim(Confidence.SHAPE, f"the suffix {source.suffix}") if source.suffix in reader.suffixes else None

    def read(source: InputFile, options: Any) -> Iterator[ReadItem]:
        survey = _read_in_child(source, options, reader.name, plugin)
        yield from (survey.questionnaire,) if survey.questionnaire is not None else ()
        yield from survey.responses
        yield from survey.issues
        yield from survey.reconciliation.sheets

    return evolve(reader, sniff=sniff, read=read, scan=None, draft=None, cells=None, facts=None)


def _read_in_child(source: InputFile, options: Any, reader: str, plugin: str) -> Survey:
    limits = evolve(source.limits, budget=None)
    path = None if source.path is None else source.path.resolve()
    request = pickle.dumps(
        {
            "source": (source.name, source.data, path, limits, source.folder),
            "options": options,
            "reader": reader,
            "plugin": plugin,
            "memory": _MEMORY_BASE + _MEMORY_FACTOR * source.size,
        }
    )
    status, answer = _run(request, limits.unpacked_size, 2 * limits.seconds + _PATIENCE)
    if status == 0 and answer[:1] == b"{":
        return _survey(source, answer)
    raise _failure(source, reader, plugin, status)


def _run(request: bytes, most: int, seconds: float) -> tuple[int, bytes]:
    """Run a child process, and return its status and output.

    The output is cut at a maximum size.
    """
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "capbuild.plugins.isolated"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
    )
    assert child.stdin is not None  # noqa: S101 - pipes were asked for
    assert child.stdout is not None  # noqa: S101
    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), child.kill)
    feeder = threading.Thread(target=_feed, args=(child.stdin, request), daemon=True)
    try:
        timer.start()
        feeder.start()
        answer = child.stdout.read(most + 1)
        if len(answer) > most:
            child.kill()
        return child.wait(), answer
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        feeder.join()
        timer.join()
        child.stdout.close()


def _feed(stream: Any, data: bytes) -> None:
    with suppress(OSError):  # if the child died before, its exit status shows it
        stream.write(data)
        stream.close()


def _survey(source: InputFile, answer: bytes) -> Survey:
    """Return the survey of a child process from JSON.

    It is never unpickled, since the child is not trusted.
    """
    from capbuild.documents import loads

    document = json.loads(answer)
    if "error" in document:
        error = document["error"]
        kind = LimitError if error["limit"] else ReadError
        place = None if error["origin"] is None else Origin(**error["origin"])
        raise kind(error["message"], code=error["code"], origin=place, remedy=error["remedy"])
    survey: Survey = loads(document["survey"], Survey, name=source.name)
    return survey


def _failure(source: InputFile, reader: str, plugin: str, status: int) -> CapbuildError:
    origin = Origin(source.name)
    if status == _REFUSED:
        return PluginError(
            f"reader {reader!r} is to be isolated, and this system gives a process no namespace without network",
            plugin=plugin,
            code="CB516",
            origin=origin,
            remedy="allow user namespaces, or take the reader out of isolation",
        )
    if status in (-24, -9):
        return LimitError(
            f"{source.name} is not read after {source.limits.seconds:,g} seconds of processor time",
            code="CB134",
            origin=origin,
            remedy="split the file, or raise limits.seconds",
        )
    return PluginError(
        f"reader {reader!r} stopped in its child process (status {status})",
        plugin=plugin,
        code="CB115",
        origin=origin,
        remedy=f"set CAPBUILD_BLOCK={plugin} to work without it, and report this to its authors",
    )
