"""Two rows of headers without merged cells, and rows of units below the headers. All figures are invented."""

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import csv_bytes, xlsx_bytes


@pytest.fixture(params=["csv", "xlsx"])
def read(request):
    """Read rows as a table of text, then as a sheet; a scan gives the same answers."""

    def run(rows):
        texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
        data = csv_bytes(texts) if request.param == "csv" else xlsx_bytes({"S": rows})
        reading = cb.read(data, name=f"a.{request.param}")
        assert list(scan_differences(cb.scan(data, name=f"a.{request.param}"), reading.responses)) == []
        assert all(account.adds_up for account in reading.reconciliation.sheets)
        return reading

    return run


def said(reading):
    return [(r.place, {a.question: a.value for a in r.answers}) for r in reading.responses]


@pytest.mark.parametrize("title", [[], [["Officers trained"]], [["Officers trained"], []]])
def test_the_same_heads_below_each_group(read, title):
    rows = [
        ["País", "Policía", None, None, "Fiscalía", None, None],
        [None, "Hombres", "Mujeres", "Total", "Hombres", "Mujeres", "Total"],
        ["Perú", 10, 5, 15, 2, 3, 5],
        ["Cuba", 1, 2, 3, 4, 4, 8],
    ]
    reading = read(title + rows)
    assert said(reading)[0] == (
        "Perú",
        {"Policía - Hombres": 10, "Policía - Mujeres": 5, "Fiscalía - Hombres": 2, "Fiscalía - Mujeres": 3},
    )  # the totals add up
    assert reading.responses[1]["Fiscalía - Mujeres"].origin.row == len(title) + 4
    assert not any(issue.code in ("CB104", "CB113", "CB114", "CB206") for issue in reading.issues)


def test_years_reach_over_whatever_stands_below_them(read):
    rows = [
        ["Country", 2013, None, 2014, None],
        [None, "Officers", "Cars", "Officers", "Boats"],
        ["Peru", 1, 2, 3, 4],
        ["Cuba", 5, 6, 7, 8],
    ]
    assert list(said(read(rows))[1][1]) == ["2013 - Officers", "2013 - Cars", "2014 - Officers", "2014 - Boats"]


def test_a_group_reaches_over_blanks_below_which_a_head_stands(read):
    rows = [
        ["Country", "Law", None, "Unit", None],
        [None, "Exists?", "Year", "Exists?", "Since"],
        ["Peru", "yes", 2013, "no", None],
        ["Cuba", "yes", 2010, "yes", 2012],
    ]
    assert said(read(rows))[1] == (
        "Cuba",
        {"Law - Exists?": "yes", "Law - Year": 2010, "Unit - Exists?": "yes", "Unit - Since": 2012},
    )


def test_units_below_the_heads_are_part_of_these(read):
    rows = [
        ["Country", "Officers", "Budget", "Remarks"],
        [None, "number", "(USD m)", None],
        ["Peru", 10, 5.5, None],
        ["Cuba", 1, 2.1, "of 2014"],
        ["Haiti", 5, 6, None],
    ]
    reading = read(rows)
    assert [(place, answers["Officers - number"], answers["Budget - (USD m)"]) for place, answers in said(reading)] == [
        ("Peru", 10, 5.5), ("Cuba", 1, 2.1), ("Haiti", 5, 6),
    ]  # fmt: skip
    assert [question.id for question in reading.questionnaire.questions] == [
        "Officers - number", "Budget - (USD m)", "Remarks",
    ]  # fmt: skip
    assert {question.type.value for question in reading.questionnaire.questions[:2]} == {"integer", "decimal"}
    (account,) = reading.reconciliation.sheets
    assert (account.rows_left_out, account.buckets["header"]) == ({"part of the header": 1}, 6)


@pytest.mark.parametrize(
    ("top", "low", "below", "first"),
    [
        # a row without its country
        (["Country", "Unit", "Law"], [None, "Police", "yes"], ["Peru", "Courts", "no"], (None, ["Police", "yes"])),
        # a number among them
        (["Country", "Unit", None], [None, "Police", 3], ["Peru", "Courts", 4], (None, ["Police", 3])),
        # a title above them
        (["Table 1", None, None], [None, "Men", "Women"], ["Peru", 3, 4], ("Peru", [3, 4])),
        # a row of its own
        (["Country", 2013, None], ["Cuba", "Men", "Women"], ["Peru", 3, 4], ("Cuba", ["Men", "Women"])),
    ],
)
def test_rows_that_are_no_second_row_of_heads(read, top, low, below, first):
    reading = read([top, low, below])
    place, answers = said(reading)[0]
    assert (place, list(answers.values())) == first
    assert not any(" - " in name for name in answers)


def test_a_second_row_of_heads_may_stand_above_a_row_without_its_country(read):
    rows = [["Country", 2013, None], [None, "Men", "Women"], [None, 3, 4], ["Cuba", 5, 6]]
    assert said(read(rows)) == [
        (None, {"2013 - Men": 3, "2013 - Women": 4}),
        ("Cuba", {"2013 - Men": 5, "2013 - Women": 6}),
    ]


def test_a_row_without_its_country_stays_a_response(read):
    rows = [["Country", "Unit", "Law"], [None, "Police", "no"], ["Peru", "Courts", "yes"], ["Cuba", "Army", "no"]]
    assert [place for place, _ in said(read(rows))] == [None, "Peru", "Cuba"]
