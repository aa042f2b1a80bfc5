"""What tests share: how a sample is read. The samples are a dictionary of invented questions, and invented answers."""

import sqlite3
from contextlib import closing
from pathlib import Path

import capbuild_cspro
import pytest

from capbuild.testing import read_items

(READER,) = capbuild_cspro.register_readers()


SAMPLES = Path(__file__).parent / "samples"


def read(data, name="a.dat", **given):
    return read_items(READER, data, name, **given)


@pytest.fixture(name="read", scope="session")
def read_fixture():
    return read


@pytest.fixture(scope="session")
def both():
    """The dictionary in both syntaxes."""
    return {"json": (SAMPLES / "needs.dcf").read_bytes(), "ini": (SAMPLES / "old.dcf").read_bytes()}


@pytest.fixture(scope="session")
def data():
    return (SAMPLES / "needs.dat").read_text("utf-8")


@pytest.fixture
def database(tmp_path):
    """Copies the database, changed by a script."""

    def make(change=""):
        path = tmp_path / "needs.csdb"
        path.write_bytes((SAMPLES / "needs.csdb").read_bytes())
        with closing(sqlite3.connect(path)) as base:
            base.executescript(change)
        return path

    return make
