"""Made samples: written by pyreadstat, the records it does not write put in by hand."""

import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import capbuild_spss
import pandas as pd
import pyreadstat
import pytest
from capbuild_spss import subprocess_parser

from capbuild.io.companions import prepare_options
from capbuild.plugins import InputFile, ReadLimits, child_environment
from capbuild.testing import read_items
from capbuild.testing.scan_comparison import scan_differences

SAMPLES = Path(__file__).parent / "samples"
READERS = {reader.name: reader for reader in capbuild_spss.register_readers()}
#: Forks itself for each request, so that a parser starts without importing pyreadstat again: 0.3 s of processor time.
SERVER = """
import contextlib, json, os, runpy, socket, sys
import numpy, pyreadstat
place = socket.socket(fileno=int(sys.argv[1]))
while True:
    request, (stdin, stdout, status), *_ = socket.recv_fds(place, 1 << 20, 3)
    if not request:
        break
    if os.fork():
        [os.close(each) for each in (stdin, stdout, status)]
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    elif child := os.fork():
        os.write(status, f"{child}\\n".encode())
        [os.close(each) for each in (stdin, stdout)]
        os.write(status, str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
        os._exit(0)
    else:
        os.dup2(stdin, 0), os.dup2(stdout, 1)
        [os.close(each) for each in (stdin, stdout, status, place.fileno())]
        sys.argv = json.loads(request)
        runpy.run_path(sys.argv[0], run_name="__main__")
"""


def hold_equal(reader, source, options, responses):
    """Hold the columns that a scan gives equal to the objects, for every sample of these tests."""
    table = reader.scan(source, prepare_options(reader, options, source).options)
    assert (table is None) == (not responses)
    if table is not None:
        assert list(scan_differences(table, responses)) == []


def read(data, reader="spss", name="a.sav", limits=None, **options):
    source = InputFile(name, data=data, limits=limits or ReadLimits())
    assert READERS[reader].sniff(source) is not None
    found = read_items(READERS[reader], data, name, limits=limits, **options)
    hold_equal(READERS[reader], source, options, found.responses)
    with pytest.MonkeyPatch.context() as patch:  # the parser gives what is read without it
        patch.setattr(subprocess_parser, "_read_directly", lambda *_: None)
        hold_equal(READERS[reader], source, options, found.responses)
    return found


@pytest.fixture(scope="session")
def _parsers():
    """Socket of a server of parsers."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server = subprocess.Popen(
        [sys.executable, "-P", "-c", SERVER, str(there.fileno())],
        pass_fds=[there.fileno()],
        stderr=subprocess.DEVNULL,
        env=child_environment(),
    )
    there.close()
    yield here
    here.close()
    server.wait()


@pytest.fixture(autouse=True)
def _parsers_are_forked(request, monkeypatch):
    """Parsers are forks of a server, but where the process itself is what a test looks at, and on Windows."""
    if request.node.originalname == "test_no_side_effects" or not hasattr(os, "fork"):
        return
    server = request.getfixturevalue("_parsers")

    class Forked:
        def __init__(self, command, stdin, **_):
            source, self.stdin = os.pipe() if stdin == subprocess.PIPE else (os.open(os.devnull, os.O_RDONLY), None)
            (answers, sink), (status, told) = os.pipe(), os.pipe()
            socket.send_fds(server, [json.dumps(command[2:]).encode()], [source, sink, told])
            for each in (source, sink, told):
                os.close(each)
            self.stdin = None if self.stdin is None else os.fdopen(self.stdin, "wb")
            self.stdout, self.status = os.fdopen(answers, "rb"), os.fdopen(status)
            self.pid, self.code = int(self.status.readline()), None

        def kill(self):
            if self.code is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)

        def wait(self):
            if self.code is None:
                self.code = int(self.status.read())
                self.status.close()
            return self.code

    forked = SimpleNamespace(Popen=Forked, PIPE=subprocess.PIPE, DEVNULL=subprocess.DEVNULL)
    monkeypatch.setattr(subprocess_parser, "subprocess", forked)


@pytest.fixture(name="read", scope="session")
def read_fixture():
    return read


@pytest.fixture
def sav(tmp_path):
    """Write columns as .sav and return the bytes."""

    def write(columns, **given):
        path = tmp_path / "made.sav"
        pyreadstat.write_sav(pd.DataFrame(columns), path, **given)
        return path.read_bytes()

    return write


@pytest.fixture
def dta(tmp_path):
    """Write columns as .dta and return the bytes."""

    def write(columns, **given):
        path = tmp_path / "made.dta"
        pyreadstat.write_dta(pd.DataFrame(columns), path, **given)
        return path.read_bytes()

    return write


@pytest.fixture(scope="session")
def with_sets():
    """Put multiple-response sets into the bytes of a .sav: extension record 7, subtype 7, before the data."""

    def put(data, definition):
        text = definition.encode("utf-8")
        record = struct.pack("<iiii", 7, 7, 1, len(text)) + text
        end = data.index(struct.pack("<ii", 999, 0))
        return data[:end] + record + data[end:]

    return put


@pytest.fixture(scope="session")
def sas():
    """A SAS data set of three invented rows, its catalogue, and the data set compressed.

    They were written by the writer of ReadStat, which pyreadstat does not offer.
    """
    names = {"data": "needs.sas7bdat", "catalogue": "needs.sas7bcat", "packed": "packed.sas7bdat"}
    return {kind: (SAMPLES / name).read_bytes() for kind, name in names.items()}


@pytest.fixture
def xpt(tmp_path):
    """Write columns as a SAS transport file and return the bytes."""

    def write(columns, **given):
        path = tmp_path / "made.xpt"
        pyreadstat.write_xport(pd.DataFrame(columns), path, **given)
        return path.read_bytes()

    return write
