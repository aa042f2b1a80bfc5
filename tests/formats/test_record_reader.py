"""Columns are parsed at once, and answers made on demand: with the values of each cell by itself."""

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.formats.grid import Grid
from capbuild.formats.grid_reader import read_table
from capbuild.formats.options import TableOptions
from capbuild.formats.record_reader import parse_column
from capbuild.formats.values.cells import CellReader
from capbuild.formats.values.numbers import NumberStyle
from capbuild.formats.values.units import Quantity
from capbuild.model import Response
from capbuild.model.response import has_deferred_answers
from capbuild.plugins import ReadLimits

CELLS = st.one_of(
    st.sampled_from(
        ["yes", "n/a", " yes", "", None, 1, True, 1.0, 0.0, -0.0, False, 0, 2**53, float(2**53), ("a", "a")]
    ),
    st.builds(Quantity, st.just(1.0), st.sampled_from(["%", "kg"]), st.sampled_from(["100%", "1 kg"])),
    st.floats(),
    st.from_regex(r"-?[0-9]{1,17}([.,][0-9]{1,17})?", fullmatch=True),
)


@given(st.lists(CELLS, max_size=20), st.booleans(), st.booleans(), st.booleans())
def test_a_column_has_the_values_of_its_cells(cells, numeric, seen, programs):
    reader = CellReader(style=NumberStyle(seen=seen, programs=seen and programs), numeric=numeric)
    together = parse_column(cells, reader)
    alone = [evolve(reader)(cell) for cell in cells]
    assert list(map(repr, together)) == list(map(repr, alone))


@given(st.integers(0, 10**15 - 1), st.none() | st.from_regex(r"[0-9]{1,15}", fullmatch=True), st.booleans())
def test_plain_numbers_have_the_value_of_the_language(whole, part, seen):
    text = str(whole) if part is None else f"{whole}.{part}"
    value, raw, problem = CellReader(style=NumberStyle(seen=seen or part is not None), numeric=True)(text)
    expected = whole if part is None else float(text)
    assert (value, type(value), problem) == (expected, type(expected), "")
    assert raw == (None if str(expected) == text else text)


def test_reading_makes_no_answers_until_they_are_asked_for():
    data = b"country,respondent,P1,P1 comment\nCuba,R1,3,good\nHaiti,R2,n/a,\n"
    survey = cb.read(data, name="a.csv")
    assert all(map(has_deferred_answers, survey.responses))
    with pytest.raises(AttributeError):
        Response.__dict__["answers"].__get__(survey.responses[0])  # the slot is empty
    first, second = survey.responses
    assert [(a.value, a.comment, str(a.origin)) for a in first] == [(3, "good", "a.csv:C2")]
    assert first.answers is first.answers
    assert second["P1"].raw == "n/a"


def test_cells_that_are_no_values_are_checked_by_the_host():
    rows = [(1, ["Country", "P1"]), (2, ["Cuba", Decimal("1.5")]), (3, ["Haiti", Decimal("2.5")])]
    found = [one for one in read_table(Grid("a.csv", rows), TableOptions(), ReadLimits()) if isinstance(one, Response)]
    assert len(found) == 2
    assert not any(map(has_deferred_answers, found))
