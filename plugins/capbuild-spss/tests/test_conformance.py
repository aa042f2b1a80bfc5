"""The readers of SPSS, Stata and SAS keep the reading contract, on files written by pyreadstat."""

import tempfile
from functools import lru_cache
from pathlib import Path

import capbuild_spss
import pandas as pd
import pyreadstat

from capbuild.plugins import ReadLimits
from capbuild.testing import ReaderConformance, Sample

COLUMNS = {
    "country": ["Jamaica", "Perú", "Cuba"],
    "email": ["a@example.org", "", "b@example.org"],
    "law": [1.0, 2.0, 9.0],
    "staff": [12.0, float("nan"), 0.0],
    "share": [0.25, 1.5, 100.0],
}
LABELS = {"law": {1: "Yes", 2: "No", 9: "Don't know"}}
ONE_CELL = (ReadLimits(cells=1),)
SAMPLES = Path(__file__).parent / "samples"
KNOWN = {"responses": 3, "personal": ("email",), "limits": ONE_CELL}


def _written(suffix, write, **given):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"made{suffix}")
        write(pd.DataFrame(COLUMNS), path, variable_value_labels=LABELS, **given)
        return path.read_bytes()


SAV = _written(".sav", pyreadstat.write_sav, missing_ranges={"law": [9]})
ZSAV = _written(".zsav", pyreadstat.write_sav, row_compress=False, compress=True)
DTA = _written(".dta", pyreadstat.write_dta)


def _transport():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.xpt")
        pyreadstat.write_xport(pd.DataFrame(COLUMNS), path)
        return path.read_bytes()


@lru_cache(maxsize=4)
def _cells(data, suffix):
    """The cells as pyreadstat gives them, without turning anything into labels, dates or absences."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"made{suffix}")
        path.write_bytes(data)
        kind = {".dta": "dta", ".sas7bdat": "sas7bdat", ".xpt": "xport"}.get(suffix, "sav")
        given = {} if kind == "xport" else {"user_missing": True}
        frame, _ = getattr(pyreadstat, f"read_{kind}")(path, disable_datetime_conversion=True, **given)
    return frame


class _Statistics(ReaderConformance):
    plugin = capbuild_spss
    uses = {"processes": "the parser is written in C, and may crash"}
    damages = 15  # each copy is parsed in a process of its own

    def text_at(self, sample, origin):
        value = _cells(sample.content, Path(sample.name).suffix).iloc[origin.row - 1, origin.column - 1]
        letter = isinstance(value, str) and len(value) == 1
        return "" if pd.isna(value) else f".{value}" if letter else str(value)


class TestSpss(_Statistics):
    reader = "spss"
    samples = (
        Sample(name="made.sav", data=SAV, responses=3, personal=("email",), limits=ONE_CELL),
        Sample(name="made.zsav", data=ZSAV, responses=3, personal=("email",), limits=ONE_CELL),
    )


class TestStata(_Statistics):
    reader = "stata"
    samples = (Sample(name="made.dta", data=DTA, responses=3, personal=("email",), limits=ONE_CELL),)


class TestSas(_Statistics):
    reader = "sas"
    samples = (
        Sample(name="made.sas7bdat", data=(SAMPLES / "needs.sas7bdat").read_bytes(), **KNOWN),
        Sample(name="packed.sas7bdat", data=(SAMPLES / "packed.sas7bdat").read_bytes(), **KNOWN),
        Sample(name="made.xpt", data=_transport(), **KNOWN),
    )
