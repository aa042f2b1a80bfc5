"""Invented samples: a project on needs of police units, its dictionary, records and XML."""

from pathlib import Path

import capbuild_redcap
import pytest

from capbuild.testing import read_items

(READER,) = capbuild_redcap.register_readers()

SAMPLES = Path(__file__).parent / "samples"


def read(data, name="a.csv", **given):
    return read_items(READER, data, name, **given)


@pytest.fixture(name="read", scope="session")
def read_fixture():
    return read


@pytest.fixture(scope="session")
def samples():
    return {path.stem: path.read_text("utf-8") for path in SAMPLES.glob("*.*")}
