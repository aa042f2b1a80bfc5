"""A scan tells of bytes, can be cancelled, and is the same table; bars stand where somebody watches."""

import sys
import types

import pytest

import capbuild as cb
from capbuild import _progress_bars as progress_bars
from capbuild.plugins import Host

HOST = Host(discover=False)
ROWS = 200_000
CSV = b"country,P1,P2\n" + b"Jamaica,yes,3\n" * ROWS
LINES = b'{"country": "Jamaica", "P1": "yes"}\n' * 2_500
TITLED = b"Survey 2016,\ncountry,P1\n" + b"Jamaica,yes\n" * 2_500


class Stopped(Exception):
    """The user has had enough."""


@pytest.mark.parametrize("on_disk", [True, False])
def test_bytes_are_told_in_order_to_the_end(tmp_path, on_disk):
    source = tmp_path / "large.csv"
    source.write_bytes(CSV)
    told = []
    way = {"name": "large.csv", "host": HOST, "progress": lambda *told_of: told.append(told_of)}
    table = cb.scan(source if on_disk else CSV, **way)
    done = [one[0] for one in told]
    assert {one[1:] for one in told} == {(len(CSV), "large.csv")}
    assert done == sorted(done)
    assert done[-1] == len(CSV)
    assert len(done) >= len(CSV) // (1 << 20)
    assert len(table) == ROWS
    assert table.frame.equals(cb.scan(CSV, name="large.csv", host=HOST).frame)


def test_a_file_that_is_left_to_reading_tells_of_items():
    told = []
    cb.scan(TITLED, name="a.csv", host=HOST, progress=lambda done, total, what: told.append((done, what)))
    assert {what for _, what in told} == {"a.csv"}
    assert {0, 1_000, 2_000} <= {done for done, _ in told}


@pytest.mark.parametrize(("data", "name"), [(CSV, "a.csv"), (LINES, "a.jsonl"), (TITLED, "b.csv")])
def test_what_the_callback_raises_cancels_and_comes_through(data, name):
    def stop(done, total, what):
        if done >= 1_000:
            raise Stopped(what)

    with pytest.raises(Stopped, match=name):
        cb.scan(data, name=name, host=HOST, progress=stop)


def test_nobody_watches_and_nothing_is_shown(capsys):
    with cb.progress_bar() as progress:
        cb.scan(CSV, name="a.csv", host=HOST, progress=progress)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_has_a_bar_of_rich(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with cb.progress_bar() as progress:
        cb.scan(CSV, name="large.csv", host=HOST, progress=progress)
    out, err = capsys.readouterr()
    assert out == ""
    assert "large.csv" in err
    assert "100%" in err


def test_a_notebook_has_a_bar_of_tqdm(monkeypatch, capsys):
    notebook = types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: notebook))
    with cb.progress_bar() as progress:
        cb.scan(CSV, name="large.csv", host=HOST, progress=progress)
    assert "large.csv: 100%" in capsys.readouterr().err


def test_without_the_library_that_draws_it_there_is_no_bar(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    with progress_bars.progress_bar() as progress:
        progress(1, 2, "a.csv")
    assert capsys.readouterr() == ("", "")
