"""Made samples: written by pyreadstat, the records it does not write put in by hand."""

import struct
from pathlib import Path

import capbuild_spss
import pandas as pd
import pyreadstat
import pytest

from capbuild.io.companions import prepare_options
from capbuild.plugins import InputFile, ReadLimits
from capbuild.testing import read_items
from capbuild.testing.scan_comparison import scan_differences

SAMPLES = Path(__file__).parent / "samples"
READERS = {reader.name: reader for reader in capbuild_spss.register_readers()}


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
    return found


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
