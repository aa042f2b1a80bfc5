"""Columns taken out of a file without the parser are those that the parser gives, or the file is left to it."""

import io
import math
import struct
import tempfile
from pathlib import Path

import capbuild_spss
import numpy as np
import pandas as pd
import pyreadstat
import pytest
from capbuild_spss import sav_rows, subprocess_parser
from capbuild_spss.sav_dictionary import read_dictionary
from capbuild_spss.sav_rows import NeedsParserError
from capbuild_spss.sav_text_columns import is_plain, read_columns
from hypothesis import example, given, settings
from hypothesis import strategies as st

from capbuild.errors import LimitError, ReadError
from capbuild.model import Response
from capbuild.plugins import InputFile, ReadLimits
from capbuild.testing.scan_comparison import scan_differences

SPSS = capbuild_spss.register_readers()[0]
OPTIONS = capbuild_spss.StatisticsFileOptions()
NUMBERS = (
    st.sampled_from([0.0, -0.0, 1.0, 2.0, 99.0, 1e16, 2.0**53, 5e-324, -1.7976931348623157e308, 1e300, -math.inf])
    | st.floats(width=64)
    | st.integers(-150, 200).map(float)
)
TEXTS = st.text(st.sampled_from("ab zñ漢€\t\x85\xa0\U0001f600~"), max_size=60)
FEW = st.sampled_from(["", "yes", "no ", " no", "n/a", "a sentence of more than eight letters"])
LONG = st.builds(lambda start, unit, times: start + unit * times, TEXTS, st.sampled_from("xé "), st.integers(0, 900))
PACKINGS = ({}, {"row_compress": True}, {"compress": True})


def written(columns, **given_):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.sav")
        pyreadstat.write_sav(pd.DataFrame(columns), path, **given_)
        return path.read_bytes()


def by_parser(data, *, meta=False, **given_):
    """Columns as the parser gives them, or what it says of them."""
    return pyreadstat.read_sav(
        io.BytesIO(data),
        output_format="dict",
        user_missing=True,
        disable_datetime_conversion=True,
        metadataonly=meta,
        **given_,
    )[meta]


def quick(data):
    """Columns as they stand in the file; None where they are left to the parser."""
    source = InputFile("made.sav", data=data)
    layout, meta = read_dictionary(source).layout, by_parser(data, meta=True)
    if layout is None or not is_plain(source, layout) or layout.rows != meta.number_rows:
        return None
    found = read_columns(source, layout)
    variables = [
        {"storage": meta.readstat_variable_types[name], "labels": meta.variable_value_labels.get(name)}
        for name in meta.column_names
    ]
    try:
        told = None if found is None else found.finish(variables, meta.file_encoding or "")
    except NeedsParserError:
        return None
    return told and dict(zip(meta.column_names, map(values, told), strict=True))


def values(column):
    if column.form == "d":
        return np.frombuffer(column.data).tolist()
    if column.form == "t":
        return column.data.decode("utf-8").split("\0")
    return [column.cells[code] for code in np.frombuffer(column.data, np.uint32)]


def known(column):
    """One value for no value, whichever way it is told."""
    return [None if value is None or value != value or value == "" else value for value in column]


def hold_equal(data):
    wanted, found = by_parser(data), quick(data)
    assert found is not None
    assert {name: known(column) for name, column in found.items()} == {n: known(c) for n, c in wanted.items()}


@st.composite
def tables(draw):
    """Columns of one length, with labels for some."""
    length = draw(st.integers(1, 40))
    kinds = draw(
        st.lists(st.sampled_from([NUMBERS, TEXTS, FEW, LONG, st.integers(0, 5).map(float)]), min_size=1, max_size=5)
    )
    columns = {f"v{at}": draw(st.lists(kind, min_size=length, max_size=length)) for at, kind in enumerate(kinds)}
    numbers = [name for name, column in columns.items() if isinstance(column[0], float)]
    labelled = {name: {1.0: "Yes", 2.0: "No", 99.0: "Don't know"} for name in numbers if draw(st.booleans())}
    ranges = {name: [99.0, {"lo": 150, "hi": 200}] for name in numbers if draw(st.booleans())}
    return columns, {"variable_value_labels": labelled, "missing_ranges": ranges}


@settings(max_examples=60)
@given(
    tables(),
    st.sampled_from(PACKINGS),
    st.sampled_from([64, 1 << 21]),
    st.sampled_from([1, 3, 1 << 15]),
)
@example(({"v0": ["a"] * 39 + ["b"], "v1": [1.0] * 40}, {}), {"row_compress": True}, 64, 1)
def test_what_is_written_comes_back_as_the_parser_gives_it(table, packing, near, chunk):
    columns, given_ = table
    data = written(columns, **packing, **given_)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sav_rows, "_NEAR", near)
        patch.setattr(sav_rows, "_CHUNK", chunk)
        hold_equal(data)


@pytest.mark.parametrize("length", [256, 504, 505, 511, 512, 757, 2000])
def test_texts_that_are_kept_in_parts(length):
    hold_equal(written({"t": ["x" * length, "é" * (length // 2), "y" * 255 + " z"], "n": [1.0, 2.0, 3.0]}))


@pytest.mark.parametrize(
    ("code", "name"), [(65001, "UTF-8"), (1252, "windows-1252"), (28591, "ISO-8859-1"), (437, "CP437")]
)
@pytest.mark.parametrize("text", ["x{}abc", "xabc{}"])
def test_any_byte_in_a_text_in_any_encoding_is_that_of_the_parser_or_left_to_it(code, name, text):
    data = written({"t": ["xxabc", "other"], "n": [1.0, 2.0]})
    place = data.index(struct.pack("<iiii", 7, 3, 4, 8)) + 16 + 28
    data = data[:place] + struct.pack("<i", code) + data[place + 4 :]
    told = struct.pack("<iiii", 7, 20, 1, 5) + b"UTF-8"
    data = data.replace(told, struct.pack("<iiii", 7, 20, 1, len(name)) + name.encode())
    taken = 0
    for byte in range(1, 256):
        cell = b"".join(bytes([byte]) if letter == "\0" else letter.encode() for letter in text.format("\0"))
        changed = data.replace(b"xxabc", cell)
        taken += quick(changed) is not None
        if quick(changed) is not None:
            hold_equal(changed)
    assert taken == {"UTF-8": 127, "windows-1252": 250, "ISO-8859-1": 255, "CP437": 0}[name]


def test_what_stands_behind_a_text_is_left_to_the_parser():
    data = written({"t": ["abc", "xyz"]})
    (at,) = [at for at in range(len(data)) if data[at : at + 8] == b"abc     "]
    odd = data[: at + 7] + b"!" + data[at + 8 :]
    assert (by_parser(odd), quick(odd)) == ({"t": ["abc", "xyz"]}, None)


def test_records_that_say_nothing_here_are_passed_over():
    data = written({"t": ["abc", "xyz"], "n": [1.0, 2.0]})
    end = data.index(struct.pack("<ii", 999, 0))
    hold_equal(data[:end] + struct.pack("<iiii", 7, 0, 1, 8) + bytes(8) + data[end:])


def test_numbers_that_are_none_are_told_without_a_warning(recwarn):
    signalling = struct.pack("<Q", 0x7FF0000000000001)
    data = written({"n": [1.0, 2.0, 7.5]}, variable_value_labels={"n": {1.0: "Yes"}})
    hold_equal(data.replace(struct.pack("<d", 7.5), signalling))
    assert not recwarn


def wants(monkeypatch):
    """What is asked of the parser, gathered."""
    asked, request = [], subprocess_parser._request

    def told(*arguments, **named):
        asked.append(arguments[-1])
        return request(*arguments, **named)

    monkeypatch.setattr(subprocess_parser, "_request", told)
    return asked


@pytest.mark.parametrize(
    ("columns", "given_", "wanted"),
    [
        ({"q": [1.0, 2.0], "t": ["yes", "no"]}, {}, ["about"]),
        ({"q": [1.0, 2.0], "t": ["yes", "no"]}, {"row_compress": True}, ["about"]),
        ({"q": [1.0, 2.0], "t": ["yes", "no"]}, {"compress": True}, ["about"]),
        ({"q": [1.0, 2.0], "t": ["yes" * 100, "no"]}, {}, ["about"]),
    ],
)
def test_the_parser_is_asked_for_values_only_where_they_are_not_plain(monkeypatch, columns, given_, wanted):
    asked = wants(monkeypatch)
    table = SPSS.scan(InputFile("a.sav", data=written(columns, **given_)), OPTIONS)
    assert asked == wanted
    assert [row["t"].value for row in table] == columns["t"]
    assert [row["q"].value for row in table] == columns["q"]


def test_blocks_that_unpack_to_more_than_they_say_are_left_to_the_parser():
    data = written({"q": [1.0, 2.0]}, compress=True)
    layout = read_dictionary(InputFile("a.zsav", data=data)).layout
    behind = struct.unpack_from("<Q", data, layout.start + 8)[0]
    size = struct.unpack_from("<i", data, behind + 24 + 16)[0]
    short = data[: behind + 40] + struct.pack("<i", size - 8) + data[behind + 44 :]
    assert read_columns(InputFile("a.zsav", data=data), layout) is not None
    assert read_columns(InputFile("a.zsav", data=short), layout) is None


def test_few_bytes_that_announce_many_rows_are_left_to_the_parser():
    data = written({"q": [1.0, 2.0]}, compress=True)
    many = data[:80] + struct.pack("<i", 50_000_000) + data[84:]
    source = InputFile("a.zsav", data=many)
    assert not is_plain(source, read_dictionary(source).layout)
    assert outcome(lambda: SPSS.scan(source, OPTIONS)) == "SPSS1"


def test_a_text_that_is_cut_within_a_letter_is_read_by_the_parser(monkeypatch):
    asked = wants(monkeypatch)
    data = written({"t": ["abcé", "xyz"]})
    shortened = data.replace("abcé".encode(), "abcé".encode()[:-1] + b" ")
    assert [row["t"].value for row in SPSS.scan(InputFile("a.sav", data=shortened), OPTIONS)] == ["abc", "xyz"]
    assert asked == ["about", "columns"]


def test_the_limit_of_cells_holds_for_a_scan():
    source = InputFile("a.sav", data=written({"q": [1.0] * 50}), limits=ReadLimits(cells=40))
    with pytest.raises(LimitError, match="50 cells"):
        SPSS.scan(source, OPTIONS)


def outcome(work):
    """What comes of it, or the code of the error it ends in."""
    try:
        return work()
    except ReadError as error:
        return error.code


@pytest.mark.parametrize("packing", PACKINGS)
def test_mutated_bytes_are_scanned_as_they_are_read(packing):
    columns = {"q": [1.0, 2.0, 1.5], "t": ["a", "bcd", "a"], "u": ["long enough for two words", "", "x"]}
    data = written(columns, variable_value_labels={"q": {1.0: "Yes", 2.0: "No"}}, **packing)
    layout = read_dictionary(InputFile("a.sav", data=data)).layout

    @settings(max_examples=10)  # each is parsed in processes of their own
    @given(
        st.lists(st.tuples(st.integers(0, len(data) - layout.start - 1), st.integers(0, 255)), min_size=1, max_size=4)
    )
    def mutate(changes):
        changed = bytearray(data)
        for place, byte in changes:
            changed[layout.start + place] = byte
        source = InputFile("a.sav", data=bytes(changed))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(subprocess_parser, "_read_directly", lambda *_: None)
            read = outcome(lambda: [item for item in SPSS.read(source, OPTIONS) if isinstance(item, Response)])
        table = outcome(lambda: SPSS.scan(source, OPTIONS))
        assert table == read if isinstance(read, str) else list(scan_differences(table, read)) == []

    mutate()
