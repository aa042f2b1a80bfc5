"""Questions with the same answers are scanned into one dictionary; each keeps what present in its own cells."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.formats.csv_files.table import CsvOptions, register_readers
from capbuild.formats.scans.columns import SplitColumn, dictionaries
from capbuild.formats.scans.csv_files import scan_csv
from capbuild.model import Response
from capbuild.plugins import InputFile
from capbuild.testing.scan_comparison import scan_differences

READER = register_readers()[0]
SCALES = (["yes", "no", "partly", "n/a", ""], ["1", "2", "3", "-88", "", "05"], ["a b", "b", "c d", " b", "12 %"])


def scanned(columns):
    """Scan a table of questions, and hold the scan equal to what `read` says."""
    count = len(columns[0]) - 1
    rows = zip(["country", *["Cuba"] * count], *columns, ["last", *["end"] * count], strict=True)
    source = InputFile("a.csv", data="".join(",".join(row) + "\n" for row in rows).encode())
    table = scan_csv(source, CsvOptions())
    assert table is not None
    read = [item for item in READER.read(source, CsvOptions()) if isinstance(item, Response)]
    assert list(scan_differences(table, read)) == []
    return table


def values_of(table):
    return {column.question: set(column.values) for column in table.codebook.columns if column.question != "last"}


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_whatever_columns_share_a_scan_says_what_read_says(data):
    rows = data.draw(st.integers(2, 30))
    columns = []
    for number in range(data.draw(st.integers(1, 6))):
        scale = data.draw(st.sampled_from(SCALES))
        cells = data.draw(st.lists(st.sampled_from(scale), min_size=rows, max_size=rows))
        columns.append([f"P{number}", *cells])
    scanned(columns)


def test_an_answer_of_another_question_is_none_of_this_one():
    table = scanned([["P1", *["yes", "no"] * 40], ["P2", *["yes", "partly"] * 40], ["P3", *["no"] * 80]])
    assert values_of(table) == {"P1": {"yes", "no"}, "P2": {"yes", "partly"}, "P3": {"no"}}


def test_values_stand_in_an_order_that_threads_do_not_change():
    table = scanned([["P1", *["yes", "partly", "n/a", "no"] * 20], ["P2", *["partly", "yes"] * 40]])
    assert [column.values for column in table.codebook.columns[:2]] == [("no", "partly", "yes"), ("partly", "yes")]


def test_a_question_with_a_few_answers_of_a_long_dictionary_holds_those_alone():
    names = [f"unit {number} of the police" for number in range(300)]
    table = scanned([["P1", *names, *names], ["P2", *[names[number % 3] for number in range(600)]]])
    assert values_of(table)["P2"] == set(names[:3])
    assert values_of(table)["P1"] == set(names)


def test_a_missing_word_of_another_question_brings_no_kind_of_missing():
    table = scanned([["P1", *["yes", "n/a", "refused", ""] * 20], ["P2", *["yes", ""] * 40]])
    first, second, _ = table.codebook.columns
    assert (first.absent, len(first.kinds) > 2, second.absent.value, second.kinds) == (None, True, "no answer", ())


def test_more_texts_than_a_short_dictionary_holds_are_all_there():
    shared = [f"word {number:05}" for number in range(100)]
    many = [[f"P{at}", *shared * 6, *(f"{at} text {number:05}" for number in range(34_000))] for at in range(2)]
    assert dictionaries([set(cells[1:500]) for cells in many]) == [0, 0]
    assert {name: len(values) for name, values in values_of(scanned(many)).items()} == {"P0": 34_100, "P1": 34_100}


def test_a_text_among_many_dates_is_told_in_a_scan_too():
    days = [f"2016-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    days += [day.replace("2016", "2017") for day in days]
    table = scanned([["P1", *days, "the unit was set up in the spring of that year by decree"]])
    assert [issue.code for issue in table.issues] == ["CB201"]


@pytest.mark.parametrize("alike", [True, False])
def test_what_columns_read_alike_is_read_once(monkeypatch, alike):
    made_cells = []
    whole = SplitColumn.scanned
    monkeypatch.setattr(SplitColumn, "scanned", lambda self: made_cells.append((made := whole(self)).distinct) or made)
    other = ["never", "always"] if not alike else ["yes", "no"]
    scanned([["P1", *["yes", "no"] * 20], ["P2", *other * 20]])
    assert len({id(distinct) for distinct in made_cells}) == (
        3 if alike else 4
    )  # one is of the countries, one of the last column
