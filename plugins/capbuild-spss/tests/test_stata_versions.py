"""The same table in each version of Stata's format, written by another library than the one that reads it."""

import datetime
import io

import numpy as np
import pandas as pd
import pytest

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
