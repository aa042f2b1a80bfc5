"""Files that lie, are cut, or make the parser stop: each ends in a `ReadError` or in responses."""

import random
import struct

import capbuild_spss
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.errors import CODES, LimitError, ReadError
from capbuild.model import Response, SheetReconciliation
from capbuild.plugins import InputFile, ReadLimits

#: Codes of the library and of the plugin.
KNOWN = {*CODES, "SPSS1"}
SPSS = capbuild_spss.register_readers()[0]


def outcome(data, name="a.sav"):
    """Read everything: a `ReadError` that says what it is, or responses in an account that adds up."""
    source = InputFile(name, data=data)
    reader = next((r for r in capbuild_spss.register_readers() if r.sniff(source)), SPSS)
    refused = None
    try:
        items = list(reader.read(source, capbuild_spss.StatisticsFileOptions()))
    except ReadError as error:
        refused = error
    if refused is not None:
        assert refused.code in KNOWN
        return refused
    (account,) = [item for item in items if isinstance(item, SheetReconciliation)]
    assert account.adds_up
    assert account.rows_out == sum(isinstance(item, Response) for item in items)
    return items


@pytest.fixture
def sample(sav):
    labels = {"q": {1.0: "Yes", 2.0: "No"}}
    return sav({"q": [1.0, 2.0, 1.0], "t": ["a", "b", "c"]}, variable_value_labels=labels)


def test_mutated_bytes_end_in_a_read_error_or_in_responses(sample):
    @settings(max_examples=15)  # each is parsed in a process of its own, and the reading contract tries others
    @given(st.lists(st.tuples(st.integers(0, len(sample) - 1), st.integers(0, 255)), min_size=1, max_size=6))
    def mutate(changes):
        data = bytearray(sample)
        for place, byte in changes:
            data[place] = byte
        outcome(bytes(data))

    mutate()


def test_a_variable_without_a_name_is_an_error(sample):
    place = sample.index(b"Q       ")
    refused = outcome(sample[:place] + b"\0" + sample[place + 1 :])
    assert "variable 1 has no name" in refused.message


def test_a_crash_of_the_parser_is_an_error_here(sample):
    """Segmentation faults were found by mutating the label records; a few seeds of that kind."""
    seed, found = random.Random(4), []
    for _ in range(15):
        data = bytearray(sample)
        for _ in range(4):
            data[seed.randrange(176, len(data))] = seed.choice((0, 127, 128, 255))
        found.append(outcome(bytes(data)))
    assert any(isinstance(one, ReadError) for one in found)


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.9, 0.99])
def test_a_cut_file(sample, share):
    error = outcome(sample[: int(len(sample) * share)])
    assert isinstance(error, ReadError)
    assert error.code == "SPSS1"


@pytest.mark.parametrize(
    "data", [b"$FL2", b"$FL3" + bytes(300), b"<stata_dta>", b"\x71\x02\x01\x00\x05\x00" + bytes(200)]
)
def test_a_mark_and_nothing_else(data):
    assert isinstance(outcome(data), ReadError)


def test_more_rows_announced_than_there_are(sav):
    data = sav({"q": [1.0, 2.0, 1.0]}, row_compress=True)
    long = data.index(struct.pack("<iiii", 7, 16, 8, 2))
    data = (
        data[:80]
        + struct.pack("<i", 2_000_000)
        + data[84 : long + 24]
        + struct.pack("<q", 2_000_000)
        + data[long + 32 :]
    )
    assert isinstance(outcome(data), ReadError)


def test_a_row_that_is_missing_at_the_end_is_not_lost_in_silence(sample):
    assert isinstance(outcome(sample[:-16]), ReadError)


def test_the_limit_of_cells(sav):
    source = InputFile("a.sav", data=sav({"q": [1.0] * 50}), limits=ReadLimits(cells=40))
    with pytest.raises(LimitError, match="50 cells"):
        list(SPSS.read(source, capbuild_spss.StatisticsFileOptions()))


def test_a_file_of_another_kind():
    error = outcome(b"country,q\nJamaica,1\n")
    assert "no SPSS, Stata or SAS file" in error.message


def test_labels_in_another_encoding_than_declared(sav, read):
    data = sav({"q": [1.0]}, column_labels={"q": "Año"}, variable_value_labels={"q": {1.0: "sí"}})
    latin = data.replace("Año".encode(), "Año".encode("cp1252") + b" ").replace(
        "sí".encode(), "sí".encode("cp1252") + b" "
    )
    found = read(latin)
    assert (found.form["q"].text.source, found.form["q"].choices[0].label.source) == ("Año", "sí")
    assert "CB119" in found.codes


def test_labels_that_are_utf_8_in_a_file_that_declares_another(sav, read):
    data = sav({"q": [1.0]}, column_labels={"q": "Año"})
    encoding = struct.pack("<iiii", 7, 20, 1, 5) + b"UTF-8"
    assert encoding in data
    found = read(data.replace(encoding, struct.pack("<iiii", 7, 20, 1, 12) + b"windows-1252"))
    assert found.form["q"].text.source == "Año"
    assert [issue.message for issue in found.issues if issue.code == "CB119"] == [
        "the file declares windows-1252, but its texts are UTF-8 and were read as that"
    ]
