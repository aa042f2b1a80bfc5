"""What tests share: how a sample is read. The samples are files of invented questions."""

from pathlib import Path

import capbuild_ddi
import pytest

from capbuild.testing import read_items

(READER,) = capbuild_ddi.register_readers()

SAMPLES = Path(__file__).parent / "samples"


def read(data, name="a.xml", **given):
    return read_items(READER, data, name, **given)


@pytest.fixture(name="read", scope="session")
def read_fixture():
    return read


@pytest.fixture(scope="session")
def codebook():
    return (SAMPLES / "codebook.xml").read_text("utf-8")


@pytest.fixture(scope="session")
def lifecycle():
    return (SAMPLES / "lifecycle.xml").read_text("utf-8")
