"""Long work says how far it has come, and what its callback raises cancels it, with nothing half written."""

import logging
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from threading import Barrier
from time import sleep
from types import SimpleNamespace

import pytest

from capbuild.errors import ReadError
from capbuild.frameworks import load_bundled
from capbuild.io import iter_read, read, render, write
from capbuild.plugins import Claim, Confidence, Host, Reader, hookimpl
from capbuild.workspace import new_programme, open_workspace, run

HOST = Host(discover=False)
ROWS = 2_500
TABLE = ("country,P1\n" + "Jamaica,yes\n" * ROWS).encode()


class Cancelled(Exception):
    """Raised by the callback of these tests."""


def after(calls):
    """A callback that cancels at a number of calls, and what it was told."""
    told = []

    def progress(done, total, what):
        told.append((done, total, what))
        if len(told) > calls:
            raise Cancelled(what)

    return told, progress


def test_reading_tells_every_thousand_items_and_at_last_all_of_them():
    told, progress = after(99)
    reading = read(TABLE, name="t.csv", host=HOST, progress=progress)
    items = len(list(iter_read(TABLE, name="t.csv", host=HOST)))
    assert told == [(0, None, "t.csv"), (1000, None, "t.csv"), (2000, None, "t.csv"), (items, items, "t.csv")]
    assert len(reading.responses) == ROWS


def test_a_cancelled_reading_closes_its_reader_and_comes_through_as_it_is():
    closed = []

    def opened(source, options):
        try:
            yield from iter_read(TABLE, name="t.csv", host=HOST)
        finally:
            closed.append(True)

    reader = Reader(name="x", title="X", sniff=lambda s: Claim(Confidence.SIGNATURE, "mine"), read=opened)
    host = Host(plugins={"mine": SimpleNamespace(register_readers=hookimpl(lambda: [reader]))}, discover=False)
    _, progress = after(1)
    with pytest.raises(Cancelled, match=r"^t\.x$"):
        read(b"x", name="t.x", host=host, progress=progress)
    assert closed == [True]


def test_a_cancelled_writing_writes_nothing(capbuild_programme, tmp_path):
    told, progress = after(1)
    with pytest.raises(Cancelled):
        write(capbuild_programme.baseline, tmp_path / "t", format="csv", host=HOST, progress=progress)
    assert (list(tmp_path.iterdir()), told[0]) == ([], (0, None, "csv scores.csv"))
    told, progress = after(1_000_000)
    assert render(capbuild_programme.baseline, "md", host=HOST, progress=progress)
    assert {what for _, _, what in told} == {"md"}


def test_a_cancelled_run_leaves_what_was_there(tmp_path):
    folder = tmp_path / "p"
    new_programme(folder, load_bundled("police_cyber"))
    workspace = open_workspace(folder, host=HOST)
    told, progress = after(99)
    run(workspace, progress=progress)
    steps = [what for _, _, what in told]
    assert "Read: returns/sample.csv" in steps
    assert [what for what in steps if ":" not in what][:2] == ["Read", "Score"]
    assert [done for done, _, _ in told] == list(range(len(told)))
    before = {path: path.read_bytes() for path in sorted((folder / "out").rglob("*")) if path.is_file()}
    (folder / "returns" / "more.csv").write_text("country,question,answer\nBelize,COO-1.2a,yes\n")
    for calls in range(1, len(told), 3):
        _, progress = after(calls)
        with pytest.raises(Cancelled):
            run(open_workspace(folder, host=HOST), fresh=True, progress=progress)
        assert {path: path.read_bytes() for path in before} == before
        assert {path.name for path in folder.iterdir() if path.name.startswith(".out")} == set()


def test_threads_share_a_host_and_a_plugin_is_asked_once():
    asked, together = [], Barrier(8)

    def register_readers():
        asked.append(1)
        sleep(0.05)
        return []

    host = Host(plugins={"slow": SimpleNamespace(register_readers=hookimpl(register_readers))}, discover=False)

    def work(_):
        together.wait()
        return len(read(b"country,P1\nJamaica,yes\n", name="a.csv", host=host).responses)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [1] * 8
    assert asked == [1]


def test_processes_give_readings_and_errors_back():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        reading = pool.submit(read, b"country,P1\nJamaica,yes\n", name="a.csv").result()
        failed = pool.submit(read, b"", name="a.csv")
        with pytest.raises(ReadError, match="is empty"):
            failed.result()
    assert reading == read(b"country,P1\nJamaica,yes\n", name="a.csv", host=HOST)


def test_the_library_is_silent_until_somebody_listens(caplog, capsys):
    assert any(isinstance(handler, logging.NullHandler) for handler in logging.getLogger("capbuild").handlers)
    broken = SimpleNamespace(register_raeders=hookimpl(lambda: ()))
    with caplog.at_level(logging.INFO, logger="capbuild"):
        read(b"country,P1\nJamaica,yes\n", name="a.csv", host=Host(plugins={"typo": broken}, discover=False))
    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert said[0][0] == "WARNING"
    assert "plugin 'typo' (given) raised PluginValidationError" in said[0][1]
    assert said[-1] == ("INFO", "read a.csv: 1 response, 1 question, no issues (csv)")
    assert capsys.readouterr().err == ""
