"""Row sums of pivot tables. All answers are invented."""

import pytest
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


@pytest.mark.parametrize("head", ["Total", "Grand Total"])
def test_a_total_without_a_row_of_totals_is_an_answer(head):
    rows = [[place, 3, 4, 7] for place in PLACES]
    assert _questions(_read(rows, ["Country", "Men", "Women", head])) == ["Men", "Women", head]


def test_a_total_that_does_not_add_up_is_an_answer():
    rows = [[place, 3, 4, 9] for place in PLACES]
    reading = _read([*rows, ["Total", 12, 16, 36]], ["Country", "Men", "Women", "Total"])
    assert _questions(reading) == ["Men", "Women", "Total"]
