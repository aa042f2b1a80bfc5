"""Quick looks at a column of a table: what they rule out, the close look never finds."""

import datetime
from collections import Counter

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.formats.columns import ColumnSample, sample_columns
from capbuild.formats.values.cells import CellReader
from capbuild.formats.values.dates import DayOrder, day_order
from capbuild.formats.values.missing import missing_words
from capbuild.formats.values.multi_select import find_multi_select, may_list
from capbuild.formats.values.numbers import NumberStyle
from capbuild.formats.values.units import may_have_unit, split_unit
from capbuild.model import Missing

_ALPHABET = "0123456789 -−+.,'%$€/eEZTQ:UuSDxabº\u00a0\u202f٣²"
_TYPED = st.text(_ALPHABET, min_size=1, max_size=12).map(str.strip).filter(bool)
_DAYS = st.dates().map(lambda day: day.strftime("%d/%m/%Y"))
_AMOUNTS = st.builds("{}{}{}".format, st.sampled_from(["", "US$ ", "Q", "EUR ", "-$", "S/"]), st.integers(0, 9999),
                     st.sampled_from(["", " %", " USD", "€"]))  # fmt: skip
_TEXTS = st.one_of(_TYPED, _DAYS, _AMOUNTS, st.text(min_size=1, max_size=8).map(str.strip).filter(bool))


@given(_TEXTS, st.sampled_from([".", ","]), st.booleans(), st.sampled_from([None, *DayOrder]))
@example("March 14, 2016", ".", False, None)
@example("US$ 5", ".", True, None)
@example("2016-03-14T10:00Z", ".", False, None)
def test_words_are_neither_numbers_nor_dates_however_a_column_is_read(text, decimal, unit, order):
    sample = sample_columns([(2, [text])], 1)[0]
    read = CellReader(style=NumberStyle(decimal, True), order=order, numeric=True, any_unit=unit)
    for reader in (read, evolve(read, unit="%"), evolve(read, numeric=False), evolve(read, codes=True)):
        value = reader(text)[0]
        counts = isinstance(value, int | float | datetime.date) and not isinstance(value, bool)
        assert not (sample.are_words and counts)


@given(_TEXTS)
def test_a_text_with_a_unit_has_a_character_of_one(text):
    assert split_unit(text) is None or may_have_unit(text)


@pytest.mark.parametrize("text", ["12 años", "3 hrs", "1 an", "2 km", "40 ANS", "1.200 personas", "5 yr."])
def test_so_has_one_with_a_word_that_it_counts(text):
    assert split_unit(text, words=True) is not None
    assert may_have_unit(text)


@given(st.lists(st.sampled_from(["police", "judge", "army; judge", "police, judge", "a|b", "army\nnavy"]), max_size=9))
def test_what_may_list_no_options_has_none_taken_apart(texts):
    assert find_multi_select("Who? (tick all)", texts) is None or may_list("".join(texts))


def test_words_have_no_votes_and_no_order_of_days():
    words = ColumnSample(texts=sample_columns([(2, ["none of 3 units"]), (3, ["a/b"])], 1)[0].texts)
    assert (words.are_words, words.votes, words.order) == (True, (0, 0), None)


@pytest.mark.parametrize("day", ["13/03/2016", "25/12/15", "31.12.2015", "14.03.16", "13-1-1999"])
def test_a_date_of_numbers_still_shows_its_order_among_words(day):
    assert day_order(["unknown", day]) is DayOrder.DAY_FIRST


def test_cells_of_ragged_rows_stand_in_their_columns():
    first, second, third = sample_columns([(2, [" yes ", 3, "x"]), (3, ["yes"]), (4, ["no", None, "", "beyond"])], 3)
    assert (first.texts, second.typed, third.texts) == ({"yes": 2, "no": 1}, [3], {"x": 1})


_PLAIN = st.one_of(
    st.integers(-(10**15) + 1, 10**15 - 1).map(str),
    st.decimals(-(10**9), 10**9, places=3, allow_nan=False, allow_infinity=False).map(str),
    st.sampled_from(["-99", "-88", "99", "0", "-0", "0.5", "1.234", "-1.234", "12.000"]),
)


_STYLES = st.builds(NumberStyle, st.sampled_from([".", ","]), st.booleans(), st.booleans(), st.booleans())


@given(st.lists(_PLAIN, min_size=1, max_size=5), _STYLES, st.sampled_from([{}, {"99": Missing.REFUSED}]))
def test_plain_numbers_are_what_the_reader_of_cells_says(texts, style, words):
    sample = sample_columns([(row, [text]) for row, text in enumerate(texts)], 1)[0]
    read = CellReader(style=style, numeric=True, missing=missing_words(words, numeric=True))
    told = [(read(text)[0], count) for text, count in Counter(texts).items()]
    assert [(value, type(value), n) for value, n in sample.values(read)] == [
        (value, type(value), n) for value, n in told if not isinstance(value, Missing)
    ]
    if sample.are_plain:
        assert (day_order(texts), may_have_unit("".join(texts)), sample.are_codes) == (None, False, False)


def test_numbers_on_lines_of_one_cell_are_a_text():
    table = b'country,Q\nCuba,"1\n2"\nHaiti,"3\n4"\nPeru,"5\n6"\n'
    found = cb.read(table, name="a.csv")
    assert [response["Q"].value for response in found.responses] == ["1\n2", "3\n4", "5\n6"]
    assert [row["Q"].value for row in cb.scan(table, name="a.csv")] == ["1\n2", "3\n4", "5\n6"]
