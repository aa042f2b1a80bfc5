"""What the dictionary of an SPSS file says beside what its parser passes on: weights, and what is counted in sets."""

import struct

import pytest
from capbuild_spss.sav_dictionary import read_dictionary
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.model import Missing
from capbuild.plugins import InputFile

LABELS = {"a": {1.0: "Laptops", 0.0: "none"}, "b": {1.0: "Phones", 0.0: "none"}}
NAMES = {"a": "A name", "b": "B name", "s1": "First", "s2": "Second"}


@pytest.fixture
def data(sav):
    columns = {
        "a": [1.0, 0.0, 0.0], "b": [1.0, 1.0, 0.0], "s1": ["yes", "no", ""], "s2": ["no", "yes", ""],
        "long": ["x" * 600, "y", "z"], "theWeightOfTheRow": [1.5, 0.5, 1.0],
    }  # fmt: skip
    return sav(columns, column_labels=NAMES, variable_value_labels=LABELS)


def weighted(data, index):
    """The same file with the place of its weight put into the head: counted in pieces of eight bytes, from 1."""
    return data[:76] + struct.pack("<i", index) + data[80:]


def test_a_set_of_texts_keeps_its_answers(data, read, with_sets):
    found = read(with_sets(data, "$said=D3 yes 4 Said s1 s2\n"))
    assert [value for value, _ in found.column("said")] == [("s1",), ("s2",), Missing.NO_ANSWER]
    assert [choice.label.source for choice in found.form["said"].choices] == ["First", "Second"]


@pytest.mark.parametrize(
    ("definition", "text", "labels"),
    [
        ("$tools=D1 1 5 Tools a b\n", "Tools", ["A name", "B name"]),
        ("$tools=E 1 1 1 5 Tools a b\n", "Tools", ["Laptops", "Phones"]),
        ("$tools=E 11 1 1 0  a b\n", "A name", ["Laptops", "Phones"]),
    ],
)
def test_the_choices_of_a_set_are_called_as_the_set_says(data, read, with_sets, definition, text, labels):
    found = read(with_sets(data, definition))
    question = found.form["tools"]
    assert (question.text.source, [choice.label.source for choice in question.choices]) == (text, labels)
    assert [value for value, _ in found.column("tools")] == [("a", "b"), ("b",), ()]


def test_the_weight_is_told_by_its_long_name(data, read):
    # A text takes a piece for each eight bytes, one of 600 in three variables: of 255, 255 and the rest.
    place = 1 + 1 + 1 + 1 + 32 + 32 + 12 + 1
    found = read(weighted(data, place))
    (note,) = [issue for issue in found.issues if issue.code == "SPSS2"]
    assert "'theWeightOfTheRow'" in note.message
    assert 'weight="theWeightOfTheRow"' in note.remedy
    assert [value for value, _ in found.column("theWeightOfTheRow")] == [1.5, 0.5, 1]
    assert "SPSS2" not in read(data).codes


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_stops_it(drawn):
    head = b"$FL2" + bytes(60) + struct.pack("<iiii", 2, 1, 0, 1) + bytes(96)
    body = drawn.draw(st.lists(st.sampled_from([2, 3, 4, 6, 7, 19, 13, 999, -1, 2**31 - 1, 1, 8, 0]), max_size=40))
    data = head + struct.pack(f"<{len(body)}i", *body) + drawn.draw(st.binary(max_size=64))
    found = read_dictionary(InputFile("a.sav", data=data[: drawn.draw(st.integers(0, len(data)))]))
    assert (found.weight, found.sets) == ("", {})  # no record here is long enough to name one


def test_a_set_whose_record_is_cut_off_stays_what_it_was():
    assert read_dictionary(InputFile("a.sav", data=b"$FL2")).sets == {}
