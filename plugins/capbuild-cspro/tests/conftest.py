"""What tests share: how a sample is read. The samples are a dictionary of invented questions, and invented answers."""

import sqlite3
from contextlib import closing
from pathlib import Path

import capbuild_cspro
import pytest
from attrs import frozen

from capbuild.io.companions import prepare_options
from capbuild.model import Issue, Questionnaire, Response, SheetReconciliation
from capbuild.plugins import InputFile, ReadLimits

(READER,) = capbuild_cspro.register_readers()


SAMPLES = Path(__file__).parent / "samples"


@frozen
class Read:
    """What came out of a file, by kind."""

    form: Questionnaire
    responses: list
    issues: list
    account: SheetReconciliation

    @property
    def codes(self):
        return [issue.code for issue in self.issues]

    def answers(self, index=0):
        return {(a.question, a.repeat) if a.repeat else a.question: a.value for a in self.responses[index]}


def read(data, name="a.dat", limits=None, **options):
    given = {"path": data} if hasattr(data, "open") else {"data": data.encode() if isinstance(data, str) else data}
    source = InputFile(name, **given, limits=limits or ReadLimits())
    prepared = prepare_options(READER, options, source)
    items = [*prepared.issues, *READER.read(source, prepared.options)]
    (form,) = [item for item in items if isinstance(item, Questionnaire)]
    (account,) = [item for item in items if isinstance(item, SheetReconciliation)]
    responses = [item for item in items if isinstance(item, Response)]
    assert account.adds_up
    return Read(form, responses, [item for item in items if isinstance(item, Issue)], account)


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
