"""Invented samples: a project on needs of police units, its dictionary, records and XML."""

from pathlib import Path

import capbuild_redcap
import pytest
from attrs import frozen

from capbuild.io.companions import prepare_options
from capbuild.model import Issue, Questionnaire, Response, SheetReconciliation
from capbuild.plugins import InputFile, ReadLimits

(READER,) = capbuild_redcap.register_readers()

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


def read(data, name="a.csv", limits=None, path=None, **options):
    data = data.encode() if isinstance(data, str) else data
    source = InputFile(name, data=None if path else data, path=path, limits=limits or ReadLimits())
    prepared = prepare_options(READER, options, source)
    items = [*prepared.issues, *READER.read(source, prepared.options)]
    (form,) = [item for item in items if isinstance(item, Questionnaire)]
    (account,) = [item for item in items if isinstance(item, SheetReconciliation)]
    assert account.adds_up
    responses = [item for item in items if isinstance(item, Response)]
    return Read(form, responses, [item for item in items if isinstance(item, Issue)], account)


@pytest.fixture(name="read", scope="session")
def read_fixture():
    return read


@pytest.fixture(scope="session")
def samples():
    return {path.stem: path.read_text("utf-8") for path in SAMPLES.glob("*.*")}
