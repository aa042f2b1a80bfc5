"""The same table in each version of Stata's format, written by another library than the one that reads it."""

import datetime
import io

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from capbuild_spss import parser_process

import capbuild as cb
from capbuild.model import Missing

CLOCKS = {"day": "td", "moment": "tc", "month": "tm", "quarter": "tq", "year": "ty", "week": "tw", "half": "th"}
WANTED = {
    "day": [datetime.date(2016, 2, 29), datetime.date(1959, 12, 1), Missing.NO_ANSWER],
    "moment": ["2016-02-29 10:11:12.345000", "1959-12-01 00:00:00", Missing.NO_ANSWER],
    "month": ["2016-02", "1959-12", Missing.NO_ANSWER],
    "quarter": ["2016-Q1", "1959-Q4", Missing.NO_ANSWER],
    "year": [2016, 1959, Missing.NO_ANSWER],
    "week": ["2016-W09", "1959-W48", Missing.NO_ANSWER],
    "half": ["2016-H1", "1959-H2", Missing.NO_ANSWER],
    "pick": ["1", "2", Missing.DONT_KNOW],
}


@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_clocks_labels_and_long_texts(read, version):
    moments = pd.to_datetime(["2016-02-29 10:11:12.345", "1959-12-01", None], format="mixed")
    frame = pd.DataFrame(dict.fromkeys(CLOCKS, moments))
    frame["pick"] = np.array([1, 2, 3], dtype="int8")
    text = "x" * 240 if version == 114 else "é" * 3000  # the older ones have no long texts
    frame["said"] = [text, "b", ""]
    stream = io.BytesIO()
    long = {} if version == 114 else {"convert_strl": ["said"]}
    frame.to_stata(
        stream, write_index=False, version=version, convert_dates=CLOCKS, variable_labels={"pick": "Which?"},
        value_labels={"pick": {1: "One", 2: "Two", 3: "Don't know"}}, **long,
    )  # fmt: skip
    found = read(stream.getvalue(), "stata", "a.dta")
    assert {name: [value for value, _ in found.column(name)] for name in WANTED} == WANTED
    assert [value for value, _ in found.column("said")] == [text, "b", Missing.NO_ANSWER]
    assert found.form["pick"].text.source == "Which?"


#: As typed: each is the shortest number that 32 bits tell from its neighbours. Invented.
TYPED = [2.1, 0.1, -3.3333333, 1e-7, 16777216.0, 123456792.0, 0.5, 1e-30, None]


@pytest.mark.parametrize("version", [114, 118])
def test_numbers_stored_in_32_bits_are_read_as_they_were_typed(read, version):
    typed = [np.nan if number is None else number for number in TYPED]
    frame = pd.DataFrame({"f": np.array(typed, dtype="float32"), "d": np.array(typed, dtype="float64")})
    stream = io.BytesIO()
    frame.to_stata(stream, write_index=False, version=version)
    found = read(stream.getvalue(), "stata", "a.dta")
    wanted = [Missing.NO_ANSWER if number is None else number for number in TYPED]
    for name in ("f", "d"):
        assert [value for value, _ in found.column(name)] == wanted
        assert [raw for _, raw in found.column(name)] == [None] * len(wanted)


def test_numbers_stored_in_32_bits_come_back_from_a_file_of_ours(tmp_path):
    stream = io.BytesIO()
    pd.DataFrame({"country": ["Cuba"] * 2, "f": np.array([2.1, 7.35], dtype="float32")}).to_stata(
        stream, write_index=False
    )
    first = cb.read(stream.getvalue(), name="a.dta")
    cb.write(first, tmp_path / "b.dta", format="stata")
    assert pyreadstat.read_dta(tmp_path / "b.dta")[0]["f"].tolist() == [2.1, 7.35]
    again = cb.read(tmp_path / "b.dta")
    assert [response["f"].value for response in again.responses] == [2.1, 7.35]
    assert [row["f"].value for row in cb.scan(tmp_path / "b.dta")] == [2.1, 7.35]


def test_every_number_of_32_bits_is_shortened_as_it_is_written():
    """The peer writes each number out, which takes twenty times as long."""
    bits = np.random.default_rng(3).integers(0, 2**32, 20_000, dtype=np.uint32)
    near = np.array([1e-12, 1e-13, 9.9999999e-8, 0.1, 0.99999994, 8388607.5, 2**-10, 2**-130, 1 / 3], np.float32)
    with np.errstate(invalid="ignore"):
        stored = np.concatenate([bits.view(np.float32), np.float32(1) / bits.astype(np.float32), near])
        numbers = stored[np.isfinite(stored)].astype(np.float64)
    found = parser_process._shortened(numbers)
    wanted = [n if n.is_integer() else float(str(np.float32(n))) for n in numbers.tolist()]
    assert found.tolist() == wanted
