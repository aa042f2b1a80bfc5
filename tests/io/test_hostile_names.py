"""File names and texts with control characters and changes of direction, wherever they are printed."""

import gc
import logging
import os
import re
import sys
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.errors import ReadError
from capbuild.escaping import isolate_direction, source_hash, terminal_text
from capbuild.io.reading import file_facts

NAME = "a\x1b[2J\x1b]0;owned\x07\u202e.csv"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
CSV = "country,Q\x1b[31m1\nPer\x1b[2Ju,\u202eyes\nChile,no\n"


@pytest.fixture
def hostile(tmp_path):
    path = tmp_path / NAME
    path.write_text(CSV, encoding="utf-8")
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="such names are not possible")
@pytest.mark.parametrize("command", ["inspect", "convert", "map", "validate", "check"])
def test_no_command_prints_control_characters(hostile, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    further = {"convert": ["out.jsonl"], "map": []}.get(command, [])
    for target in (str(hostile), str(hostile) + "-missing"):
        done = CliRunner().invoke(app, [command, target, *further])
        assert not CONTROL.search(done.output), done.output


def test_commands_print_through_one_gate():
    folder = Path(cb.__file__).parent / "cli"
    direct = re.compile(r"\b(print|click\.echo|click\.secho|Console)\(|sys\.std(out|err)\.write")
    for path in folder.rglob("*.py"):
        found = [line for line in path.read_text("utf-8").splitlines() if direct.search(line)]
        assert [line for line in found if "SafeConsole(" not in line and ".print(" not in line] == [], path.name


def test_errors_issues_and_readings_print_none(hostile):
    with pytest.raises(ReadError) as caught:
        cb.read(hostile.with_name(NAME + "x"))
    reading = cb.read(hostile)
    for text in (str(caught.value), str(reading), repr(reading), *map(str, reading.issues)):
        assert not CONTROL.search(text), text
    assert "\\x1b[2J" in str(caught.value)


def test_the_log_has_none(hostile, caplog):
    with caplog.at_level(logging.INFO, logger="capbuild"):
        cb.read(hostile)
    assert caplog.messages
    assert not any(CONTROL.search(message) for message in caplog.messages)


def test_a_terminal_gets_escapes_for_what_it_would_act_on():
    every = "".join(map(chr, [*range(0xA0), 0x2028, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xD800]))
    shown = terminal_text(every)
    assert not CONTROL.search(shown)
    assert "\n" in shown
    assert "\t" in shown
    assert "\\ud800" in shown


@pytest.mark.parametrize("text", ["\u202e", "a\u2069\u202eb", "\u2067\u2067x", "\u2069" * 5, "\u2066a\u2069\u2069b"])
def test_no_change_of_direction_leaves_its_text(text):
    depth, lowest = 0, 1
    shown = isolate_direction(text)
    for place, letter in enumerate(shown):
        depth += (letter in "\u2066\u2067\u2068") - (letter == "\u2069")
        lowest = min(lowest, depth if place < len(shown) - 1 else 1)
    assert (depth, lowest) == (0, 1)
    assert shown[0] == "\u2068"


class Page(HTMLParser):
    """Policy, styles, scripts and inline styles of a page."""

    def __init__(self, text):
        super().__init__()
        self.policy, self.sources, self.inline, self.within = "", {"style": [], "script": []}, [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.within = tag
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"]
        self.inline += [name for name in found if name == "style" or name.startswith("on")]

    def handle_data(self, data):
        if self.within in self.sources:
            self.sources[self.within].append(data)
            self.within = ""


def test_pages_allow_their_own_style_alone(hostile, tmp_path):
    survey = cb.read(hostile)
    survey.write_codebook(tmp_path / "codebook.html")
    pages = [(tmp_path / "codebook.html").read_text("utf-8"), survey.layout.show(hostile).html]
    for text in pages:
        page = Page(text)
        assert "unsafe-inline" not in page.policy
        assert not page.inline
        assert page.sources["style"]
        assert not page.sources["script"]
        for style in page.sources["style"]:
            assert f"style-src {source_hash(style)}" in page.policy
        outside = re.sub("\u2068[^\u2068\u2069]*\u2069", "", text)
        assert "\u202e" not in outside


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_pipes_and_devices_are_refused_by_what_they_are(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    for path in (tmp_path / "a.csv", "/dev/null", "/dev/zero"):
        with pytest.raises(ReadError, match="is a pipe or a device"):
            cb.read(path)


def test_a_file_without_the_right_to_read_says_so(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("country,Q1\nPeru,3\n")
    real = type(path).open

    def refuse(self, *arguments, **options):
        if self.name == "a.csv":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *arguments, **options)

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(ReadError, match="Permission denied") as caught:
        cb.read(path)
    assert caught.value.code == "CB108"
    assert "right to read" in caught.value.remedy


MARK = "Qzconfidential"


def list_caches_with(mark):
    """Return the caches of capbuild and its plugins that hold a text."""
    kind = type(lru_cache(str))
    caches = [
        one for one in gc.get_objects() if isinstance(one, kind) and (one.__module__ or "").startswith("capbuild")
    ]
    return {one.__qualname__ for one in caches for held in gc.get_referents(one) if mark in repr(held)}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "sav", "dta"])
@pytest.mark.parametrize("call", [cb.read, cb.scan, cb.iter_read, file_facts])
def test_no_cache_holds_what_a_file_said_once_it_is_read(ending, call, tmp_path):
    path = tmp_path / f"a.{ending}"
    rows = [f"Peru,{MARK} {place} yes,Total {MARK} {place},3,yes" for place in range(6)]
    source = "\n".join([f"country,Law {MARK},note {MARK},staff,{MARK}", *rows]).encode("utf-8")
    cb.write(cb.read(source, name="a.csv"), path)
    found = call(path)
    if call is cb.iter_read:
        found = list(found)
    del found
    assert not list_caches_with(MARK)
