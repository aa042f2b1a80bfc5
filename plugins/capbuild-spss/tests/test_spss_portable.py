"""Portable files: their numbers as another library writes and reads them, their other records put in by hand."""

import io
import math
import tempfile
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from capbuild_spss.portable import read_portable
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.errors import LimitError, ReadError
from capbuild.model import Missing, Response
from capbuild.plugins import InputFile, ReadLimits

FRAME = {"AGE": [12.0, 98.0, 99.0, None], "SEX": [1.0, 2.0, 9.0, -3.0], "CODE": ["ab", "NA", "", "n/a of b"]}


def written(columns, **given_):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.por")
        pyreadstat.write_por(pd.DataFrame(columns), path, **given_)
        return path.read_bytes()


def flat(data):
    return data.replace(b"\r\n", b"")


def lines(data, end=b"\r\n"):
    return end.join(data[at : at + 80] for at in range(0, len(data), 80)) + end


def text(letters):
    """Return a text as these files have it: its length in base 30, and itself."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRST"
    high, low = divmod(len(letters), 30)
    return ((digits[high] if high else "") + digits[low] + "/").encode() + letters


def told():
    """Return a file with missing values, labels and a weight: 98 is `38/` in base 30, 99 `39/`."""
    data = flat(written(FRAME, column_labels={"AGE": "Age", "SEX": "Sex", "CODE": "Code"}))
    for name, records in (
        ("Age", b"A38/"),
        ("Sex", b"9" + b"-1/" + b"89/"),
        ("Code", b"8" + text(b"NA")),
    ):
        label = b"C" + text(name.encode())
        assert data.count(label) == 1
        data = data.replace(label, records + label)
    labels = b"D1/" + text(b"AGE") + b"2/" + b"38/" + text(b"Refused") + b"39/" + text(b"Don't know")
    labels += b"D1/" + text(b"SEX") + b"3/" + b"1/" + text(b"Man") + b"2/" + text(b"Mujer \xf1") + b"-3/" + text(b"N/A")
    labels += b"D1/" + text(b"CODE") + b"1/" + text(b"ab") + text(b"A and B")
    at = data.index(b"F", data.index(b"Code"))
    return data[:at].replace(b"53/", b"53/6" + text(b"AGE")) + labels + data[at:]


def test_what_is_declared_missing_keeps_its_kind_and_its_code(read):
    found = read(lines(told()), name="a.por")
    no = Missing.NO_ANSWER
    assert found.column("AGE") == [(12, None), (Missing.REFUSED, "98"), (Missing.DONT_KNOW, "99"), (no, None)]
    assert found.column("SEX") == [("1", None), ("2", None), (no, "9"), (Missing.NOT_APPLICABLE, "-3")]
    assert found.column("CODE")[:3] == [("ab", None), (no, "NA"), (no, None)]
    assert [c.label.source for c in found.form["SEX"].choices] == ["Man", "Mujer ñ", "N/A"]
    assert "CB119" in found.codes


def test_the_encoding_of_texts_can_be_named(read):
    data = lines(flat(written({"Q": ["caf_", "b"]})).replace(b"caf_", b"caf\x82"))
    assert read(data, name="a.por").column("Q")[0] == ("caf‚", None)
    found = read(data, name="a.por", encoding="cp850")
    assert (found.column("Q")[0], "CB119" in found.codes) == (("café", None), False)
    with pytest.raises(ReadError, match="requested encoding"):
        read(data, name="a.por", encoding="ascii")


@pytest.mark.parametrize("change", [
    lambda data: lines(data, b"\n"),
    lambda data: b"\n".join(line.rstrip() for line in lines(data).split(b"\r\n")),
    lambda data: data,
    lambda data: data[:200] + data[200:].decode("latin-1").encode("cp037"),
])  # fmt: skip
def test_however_lines_end_and_whatever_byte_a_character_is(read, change):
    data = flat(written({"Q": ["two  words", "b" * 90], "N": [-1.5, 1e300]}))
    found = read(change(data), name="a.por")
    assert [value for value, _ in found.column("Q")] == ["two  words", "b" * 90]
    assert [value for value, _ in found.column("N")] == [-1.5, 1e300]


NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15).map(float)
TEXTS = st.text(st.sampled_from("ab Z0/*.9{}~\\<(+&[]!$);^-,%_>?:#@='\""), max_size=40)


@settings(max_examples=40)
@given(st.lists(st.tuples(NUMBERS, TEXTS), min_size=1, max_size=20))
def test_values_are_those_that_the_peer_reads(rows):
    frame = pd.DataFrame({"N": [math.nan if number is None else number for number, _ in rows]})
    data = written(frame.assign(T=[said for _, said in rows]))
    wanted = pyreadstat.read_por(io.BytesIO(data), output_format="dict", disable_datetime_conversion=True)[0]
    _, columns = read_portable(InputFile("a.por", data=data), None, lambda _: None)
    found = [[value for block in column.blocks() for value in block] for column in columns]
    assert found == [
        [None if value is None or value != value else value for value in wanted[name]] for name in ("N", "T")
    ]
    assert [math.nan if value is None else value for value in found[0]] == pytest.approx(
        frame["N"].tolist(), rel=1e-12, nan_ok=True
    )


@settings(max_examples=150)
@given(st.integers(456, 700), st.binary(max_size=3), st.integers(0, 4))
def test_mutated_bytes_end_in_an_error_or_in_responses(at, more, gone):
    import capbuild_spss

    reader, data = capbuild_spss.register_readers()[0], flat(told())
    source = InputFile("a.por", data=lines(data[:at] + more + data[at + gone :]))
    options = capbuild_spss.StatisticsFileOptions()
    try:
        responses = [item for item in reader.read(source, options) if isinstance(item, Response)]
    except ReadError:
        with pytest.raises(ReadError):
            reader.scan(source, options)
    else:
        table = reader.scan(source, options)
        assert (0 if table is None else len(table)) == len(responses)


def test_a_cut_file_and_the_limit_of_cells(read):
    data = flat(told())
    with pytest.raises(ReadError, match="cannot be parsed: it ends too soon"):
        read(lines(data[: data.rindex(b"n/a of") + 3]), name="a.por")
    with pytest.raises(LimitError, match="limit is 11"):
        read(lines(data), name="a.por", limits=ReadLimits(cells=11))


def test_labels_that_multiply_are_refused(read):
    data = flat(written({f"V{number}": [1.0] for number in range(2000)}))
    names = b"".join(text(b"V%d" % number) for number in range(2000))
    labels = b"D26K/" + names + b"K0/" + b"".join(b"%d/" % (1000 + number) + text(b"x") for number in range(600))
    at = data.rindex(b"F1/1/")
    with pytest.raises(ReadError, match="more labels than people give"):
        read(lines(data[:at] + labels + data[at:]), name="a.por")
