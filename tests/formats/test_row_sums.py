"""Row sums and means of tables. All answers are invented."""

from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb

#: How spreadsheet programs name the totals of a pivot table.
GRAND = [
    "Grand Total", "Total general", "Total général", "Eindtotaal", "Total Geral", "Totale complessivo",
    "Gesamtergebnis", "الإجمالي الكلي", "Общий итог", "总计", "Total keseluruhan", "Jumla kuu",
]  # fmt: skip
PLACES = ["Peru", "Kenya", "Jamaica", "Ghana"]
NUMBERS = st.lists(st.lists(st.integers(1, 500), min_size=3, max_size=3), min_size=3, max_size=4)


def _read(rows, headers):
    return cb.read("\n".join(";".join(map(str, row)) for row in [headers, *rows]).encode(), name="a.csv")


def _questions(reading):
    return [answer.question for answer in reading.responses[0].answers]


@given(st.sampled_from(GRAND), NUMBERS)
def test_both_margins_of_a_pivot_table_are_left_out(grand, numbers):
    rows = [[place, *values, sum(values)] for place, values in zip(PLACES, numbers, strict=False)]
    totals = [grand, *map(sum, zip(*(row[1:] for row in rows), strict=True))]
    reading = _read([*rows, totals], ["Country", "Police", "Courts", "Customs", grand])
    assert [[a.value for a in response.answers] for response in reading.responses] == numbers
    left = reading.reconciliation.sheets[0].left_out
    assert left == {"a total or mean of other rows": 5, "a total or mean of other columns": len(numbers)}


@given(st.sampled_from(["Total", "Grand total", "Average"]), NUMBERS, st.integers(1, 2))
def test_sums_and_means_under_spanning_headers_need_no_row_of_totals(head, numbers, groups):
    def with_total(values):
        return [*values, sum(values) / (3 if head == "Average" else 1)]

    rows = [[place, *with_total(values) * groups] for place, values in zip(PLACES, numbers, strict=False)]
    names = ["Country", *["Police", "Courts", "Customs", head] * groups]
    above = ["", *(text for group in ["Staff", "Vehicles"][:groups] for text in (group, "", "", ""))]
    reading = _read([names, *rows], above)
    assert [[a.value for a in response.answers] for response in reading.responses] == [one * groups for one in numbers]
    assert reading.reconciliation.sheets[0].left_out == {"a total or mean of other columns": groups * len(rows)}


def test_a_total_that_does_not_add_up_is_an_answer():
    rows = [[place, 3, 4, 9] for place in PLACES]
    reading = _read([*rows, ["Total", 12, 16, 36]], ["Country", "Men", "Women", "Total"])
    assert _questions(reading) == ["Men", "Women", "Total"]


@given(NUMBERS, st.data())
def test_a_total_may_include_numbers_that_are_not_given(numbers, data):
    rows = [[place, *values, sum(values)] for place, values in zip(PLACES, numbers, strict=False)]
    row, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(1, 3))
    rows[row][column] = ""
    reading = _read(rows, ["Country", "Men", "Women", "Children", "Total"])
    assert _questions(reading) == ["Men", "Women", "Children"]
    assert sum(reading.reconciliation.sheets[0].left_out.values()) == len(rows)


@given(st.sampled_from(GRAND), NUMBERS)
def test_the_corner_of_a_pivot_table_names_what_is_counted(grand, numbers):
    rows = [[place, *values, sum(values)] for place, values in zip(PLACES, numbers, strict=False)]
    totals = [grand, *map(sum, zip(*(row[1:] for row in rows), strict=True))]
    reading = _read(
        [["Country", "Police", "Courts", "Customs", grand], *rows, totals], ["Staff", "Authority", "", "", ""]
    )
    assert _questions(reading) == ["Staff - Police", "Staff - Courts", "Staff - Customs"]


@given(st.sampled_from(["Northern group", "Верхний округ", "第一组"]), NUMBERS, st.booleans())
def test_a_row_that_sums_the_countries_beside_it_is_left_out_whatever_its_name(name, numbers, below):
    rows = [[place, *values] for place, values in zip(PLACES, numbers, strict=False)]
    sums = [name, *map(sum, zip(*numbers, strict=True))]
    reading = _read([*rows, sums] if below else [sums, *rows], ["Country", "Men", "Women", "Children"])
    assert [[a.value for a in response.answers] for response in reading.responses] == numbers
    assert reading.reconciliation.sheets[0].left_out == {"a total or mean of other rows": 4}
