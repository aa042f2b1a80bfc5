"""What tests share: how a sample is read. The samples are files of invented questions."""

from pathlib import Path

import capbuild_ddi
import pytest
from attrs import frozen

from capbuild.model import Issue, Questionnaire, SheetReconciliation
from capbuild.plugins import InputFile, NoOptions, ReadLimits

(READER,) = capbuild_ddi.register_readers()

SAMPLES = Path(__file__).parent / "samples"


@frozen
class Read:
    """What came out of a file, by kind."""

    form: Questionnaire
    issues: list

    @property
    def codes(self):
        return [issue.code for issue in self.issues]


def read(data, name="a.xml", limits=None):
    source = InputFile(name, data=data.encode() if isinstance(data, str) else data, limits=limits or ReadLimits())
    items = list(READER.read(source, NoOptions()))
    (form,) = [item for item in items if isinstance(item, Questionnaire)]
    assert [item.adds_up for item in items if isinstance(item, SheetReconciliation)] == [True]
    return Read(form, [item for item in items if isinstance(item, Issue)])


@pytest.fixture(name="read", scope="session")
def read_fixture():
    return read


@pytest.fixture(scope="session")
def codebook():
    return (SAMPLES / "codebook.xml").read_text("utf-8")


@pytest.fixture(scope="session")
def lifecycle():
    return (SAMPLES / "lifecycle.xml").read_text("utf-8")
