"""Files as field teams send them: no headers, guarded codes, short years, columns that are blank throughout."""

import datetime

import pytest

import capbuild as cb
from capbuild.formats.values.dates import DayOrder, day_order, read_date
from capbuild.model import Missing
from capbuild.testing.scan_comparison import scan_differences

D = datetime.date


@pytest.mark.parametrize(
    "text",
    [
        'country,code\nJamaica,="008"\nBelize,="012"\n',
        'country,code\nJamaica,"=""008"""\nBelize,"=""012"""\n',
        '="country",="code"\n="Jamaica",="008"\n="Belize",="012"\n',
    ],
)
def test_codes_that_are_guarded_from_spreadsheets_keep_their_zeros(read_text, text):
    found = read_text(text)
    assert [(r.place, r["code"].value, r["code"].raw) for r in found.responses] == [
        ("Jamaica", "008", None),
        ("Belize", "012", None),
    ]


def test_a_guard_may_hold_separators_and_quotes_and_other_formulas_stay(read_text):
    found = read_text('country,a,b,c\nJamaica,"=""x, y""","=""say """"no""""""","=""a""&""b"""\n')
    assert found.answers() == {"a": "x, y", "b": 'say "no"', "c": '="a"&"b"'}


def test_a_year_of_two_digits_is_read_where_the_column_shows_the_order(read_text):
    found = read_text("country,day,doubtful\nJamaica,03/04/16,03/04/16\nBelize,25/12/15,05/06/16\nCuba,01/02/99,\n")
    assert [r["day"].value for r in found.responses] == [D(2016, 4, 3), D(2015, 12, 25), D(1999, 2, 1)]
    assert found.responses[0]["day"].raw == "03/04/16"


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["25/12/15", "03/04/16"], DayOrder.DAY_FIRST),
        (["12/25/15", "03/04/16"], DayOrder.MONTH_FIRST),
        (["25.12.15"], DayOrder.DAY_FIRST),
        (["25-12-99", "25-11-98"], DayOrder.DAY_FIRST),
        (["03/04/16", "05/06/16"], None),
        # The year may come first: 28 April 2016 and 30 April 2016.
        (["16/04/28", "16/04/30"], None),
        # Numbers of sections.
        (["13.1.10", "2.2.15"], None),
    ],
)
def test_the_order_of_short_dates(texts, order):
    assert day_order(texts) is order


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01/02/49", D(2049, 2, 1)),
        ("01/02/50", D(1950, 2, 1)),
        ("31.01.16", D(2016, 1, 31)),
        ("31/02/16", None),
        ("01/02-16", None),
        ("1.2.16", None),
    ],
)
def test_short_years_lie_between_1950_and_2049(text, expected):
    assert read_date(text, DayOrder.DAY_FIRST) == expected
    assert read_date(text) is None


def test_a_first_row_of_data_is_no_head(read_text):
    found = read_text("Jamaica,3,yes\nBelize,2,no\nCuba,5,no\n", columns={"column 2": "staff"})
    assert [response.place for response in found.responses] == ["Jamaica", "Belize", "Cuba"]
    assert found.answers() == {"staff": 3, "column 3": "yes"}
    assert "no header" in found.issue("CB114").message
    assert str(found.responses[0]["staff"].origin) == "a.csv:B1"


@pytest.mark.parametrize(
    "text",
    [
        "Question,Jamaica,Belize\nLaw?,yes,no\n",
        "Title\nJamaica,3\nBelize,2\nCuba,1\n",
        "Jamaica,Law\nthe first,yes\nthe second,no\n",
    ],
)
def test_other_first_rows_with_a_country_are_heads(read_text, text):
    assert "no headers" not in " ".join(issue.message for issue in read_text(text).issues)


def test_columns_without_head_and_cells_are_no_questions(read_text):
    found = read_text("country,Q1,,Q2,,,\nBelize,1,,2,,x,\nGuyana,3,,4,,,\n,,,,,,\n")
    assert found.answers() == {"Q1": 1, "Q2": 2, "column 6": "x"}
    assert found.codes == {"CB114": 1}
    assert (dict(found.account.left_out), dict(found.account.rows_left_out)) == ({}, {"blank": 1})
    assert [c.column for c in found.account.columns] == [1, 2, 4, 6]


def test_a_long_file_keeps_columns_without_heads(read_text):
    """Rows below the sample may hold something, and nothing is known of them when the first response is made."""
    rows = "".join(f"Belize,{number},\n" for number in range(600))
    assert read_text(f"country,Q1,\n{rows}Cuba,1,x\n").responses[-1]["column 3"].value == "x"


def test_a_row_that_spells_the_heads_out_is_no_response(read_text):
    found = read_text("country,q1,q2\nPays,Avez-vous une loi?,Combien d'agents?\nHaiti,oui,3\nCuba,non,4\n")
    assert [(r.place, r["q1"].value, r["q2"].value) for r in found.responses] == [
        ("Haiti", "oui", 3),
        ("Cuba", "non", 4),
    ]
    assert [(q.id, q.text.source, q.type.value) for q in found.form.questions] == [
        ("q1", "Avez-vous une loi?", "text"),
        ("q2", "Combien d'agents?", "integer"),
    ]
    assert (dict(found.account.rows_left_out), found.account.buckets["header"]) == ({"part of the header": 1}, 6)


@pytest.mark.parametrize("first", ["Country A,no,yes", "Haiti,no,yes", "Country office,3,4"])
def test_other_first_rows_are_responses(read_text, first):
    assert len(read_text(f"country,q1,q2\n{first}\nCountry B,yes,no\nCuba,no,no\n").responses) == 3


def test_totals_are_left_out_whatever_they_are_called(read_text):
    found = read_text(
        "No.,Country,Staff\n1,Jamaica,1\n2,Belize,5\n,Caribbean total:,6\n3,Peru,3\n,Sub-total Andes,3\nTotal,,9\n,,4\n"
    )
    assert [r.place for r in found.responses] == ["Jamaica", "Belize", "Peru", None]
    assert dict(found.account.rows_left_out) == {"a total or mean of other rows": 3}
    assert found.codes == {"CB206": 1, "CB123": 1}
    assert (found.issue("CB123").severity.value, sum(found.account.left_out.values())) == ("note", 6)


@pytest.mark.parametrize(
    "text",
    [
        "No.,Country,Staff\n1,Jamaica,1\n2,Belize,5\nTotal,,9\n",
        "No.,Country,Staff\n1,Jamaica,1\n2,TOTAL CARIBBEAN,5\n",
        "country,q1,q2\nPays,Loi?,Combien?\nHaiti,oui,3\nCuba,non,4\n",
        "Jamaica,1,2\nBelize,3,4\n",
        "country,q1,,\nJamaica,1,,\nBelize,2,,\n",
        'country,q1\nJamaica,="008"\nBelize,="009"\n',
        "country,q1\nJamaica,25/12/15\nBelize,03/04/16\n",
    ],
)
def test_untidy_tables_are_scanned_as_they_are_read(text):
    reading, table = (way(text.encode(), name="a.csv") for way in (cb.read, cb.scan))
    assert list(scan_differences(table, reading.responses)) == []


def test_percentages_are_numbers_with_a_unit(read_text):
    text = 'country,share,growth,note\nJamaica,45 %,"1,5%",12 %\nBelize,12%,"-2,25 %",many\n'
    text += 'Cuba,7.5 %,n/a,few\nPeru,7,"3 %",\n'
    found = read_text(text)
    assert [(r["share"].value, r["share"].raw) for r in found.responses] == [
        (45, "45 %"),
        (12, "12%"),
        (7.5, "7.5 %"),
        (7, None),
    ]
    assert [r["growth"].value for r in found.responses] == [1.5, -2.25, Missing.NOT_APPLICABLE, 3]
    assert found.answers()["note"] == "12 %"
    assert [(q.id, q.type.value, q.unit) for q in found.form.questions] == [
        ("share", "decimal", "%"),
        ("growth", "decimal", "%"),
        ("note", "text", ""),
    ]
    assert (found.issue("CB201").origin.row, "without %" in found.issue("CB201").message) == (5, True)
    reading, table = (way(text.encode(), name="a.csv") for way in (cb.read, cb.scan))
    assert list(scan_differences(table, reading.responses)) == []
