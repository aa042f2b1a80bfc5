"""Twice the file costs at most 2.3 times the calls, in every reader; what makes more cells than it writes is refused.

Calls of Python and C functions are counted, and steps of loops, so that the figures are the same on every machine.
Processor time, which also shows loops within C, is in `benchmarks/bench_growth.py readers`.
"""

import cProfile
import io
import sys
import tarfile
import time
from contextlib import contextmanager

import pytest

import capbuild as cb
from benchmarks.growing_files import GROWING, REFUSED, zipped
from capbuild.errors import LimitError
from capbuild.io import ReadLimits
from capbuild.io.containers import expand
from capbuild.plugins import Host, InputFile

HOST = Host()
#: Readers of examples outside this distribution.
OTHERS = {"gdb"}
LARGEST = 2.3


def count_calls(function):
    """Return how many functions are called, and loops are repeated (from Python 3.12 on)."""
    profile, steps = cProfile.Profile(subcalls=False), []
    with counting_loops(steps):
        profile.runcall(function)
    return sum(entry.callcount for entry in profile.getstats()) + len(steps)


@contextmanager
def counting_loops(steps):
    """Add an item for each repetition of a loop; a comprehension calls nothing for an item that it leaves out."""
    watch = getattr(sys, "monitoring", None)
    if watch is None:
        yield
        return

    def count(_code, place, target):
        if target < place:
            steps.append(None)

    tool, event = 4, watch.events.JUMP
    watch.use_tool_id(tool, "growth")
    watch.register_callback(tool, event, count)
    watch.set_events(tool, event)
    try:
        yield
    finally:
        watch.set_events(tool, 0)
        watch.free_tool_id(tool)


def test_every_reader_is_among_them():
    assert {reader for reader, *_ in GROWING} == set(HOST.readers) - OTHERS


@pytest.mark.parametrize(("reader", "what", "name", "build"), GROWING, ids=[f"{one[0]}-{one[1]}" for one in GROWING])
def test_calls_grow_as_the_file_does(reader, what, name, build):
    def calls(count):
        data = build(count)
        return count_calls(lambda: cb.read(data, name=name, format=reader, host=HOST))

    cb.read(build(20), name=name, format=reader, host=HOST)  # what is loaded and kept at first use
    # What is small at first shows where columns are many.
    small = 1000 if what.startswith("columns of") else 150
    once, twice = calls(small), calls(2 * small)
    assert once < twice <= LARGEST * once, f"{what}: {once:,} calls, {twice:,} for twice as much"


@pytest.mark.parametrize(("reader", "what", "name", "build"), REFUSED, ids=[f"{one[0]}-{one[1]}" for one in REFUSED])
def test_more_cells_than_are_written_are_refused_in_little_work(reader, what, name, build):
    found = []
    for count in (500, 1000):
        data = build(count)

        def attempt(data=data):
            with pytest.raises(LimitError) as caught:
                cb.read(data, name=name, format=reader, host=HOST)
            assert caught.value.code == "CB133"
            assert "cells_per_byte" in caught.value.remedy

        found.append(count_calls(attempt))
    assert found[1] <= LARGEST * max(found[0], 100_000), what
    assert len(cb.read(build(20), name=name, format=reader, host=HOST)) > 1


def tarred(members):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_is_opened_once_for_all_its_members(pack):
    def calls(count):
        packed = InputFile("a", data=pack({f"{at}.csv": b"country,Q1\nPeru,yes\n" for at in range(count)}))
        return count_calls(lambda: list(expand(packed, HOST)))

    calls(5)
    once, twice = calls(150), calls(300)
    assert once < twice <= LARGEST * once


def test_the_limit_can_be_raised():
    build = REFUSED[0][3]
    assert len(cb.read(build(300), name="a.jsonl", host=HOST, limits=ReadLimits(cells_per_byte=1000))) == 300


def test_a_reader_that_takes_too_long_is_stopped():
    build = next(one[3] for one in GROWING if one[:2] == ("csv", "rows"))
    data = build(20_000)
    with pytest.raises(LimitError) as caught:
        cb.read(data, name="a.csv", host=HOST, limits=ReadLimits(seconds=0.001))
    assert (caught.value.code, "limits.seconds" in caught.value.remedy) == ("CB134", True)


def test_wide_files_are_stopped_while_their_layouts_are_planned():
    build = next(one[3] for one in GROWING if one[:2] == ("csv", "columns of one row"))
    data, begun = build(20_000), time.process_time()
    with pytest.raises(LimitError) as caught:
        cb.read(data, name="a.csv", host=HOST, format="csv", limits=ReadLimits(seconds=0.5))
    assert caught.value.code == "CB134"
    assert time.process_time() - begun < 3  # reading all of it takes several times as long


def test_wide_bytes_are_counted_as_they_are_written():
    data = b"".join(b'{"country":"Peru","k%d":1}\n' % at for at in range(500)).decode().encode("utf-16")
    with pytest.raises(LimitError, match="cells a byte"):
        cb.read(data, name="a.jsonl", format="json-lines", host=HOST)
