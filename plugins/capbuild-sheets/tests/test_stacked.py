"""Tables below one another whose headers differ; all figures are invented."""

import pytest

LAWS = [["Country", "Law"], ["Peru", "yes"], ["Chile", "no"]]


def said(reading):
    return [
        (r.country.alpha_2 if r.country else "", {a.question: a.value for a in r.answers if not a.is_missing})
        for r in reading.responses
    ]


def test_tables_of_countries_with_other_heads(read, make):
    rows = [
        ["Table 1"],
        *LAWS,
        ["Source: the ministries"],
        [],
        ["Table 2"],
        ["State", "Men", "Women"],
        ["Peru", 3, 4],
        ["Chile", 5, 6],
    ]
    reading = read(make({"S": rows}))
    assert said(reading)[:2] == [("PE", {"Law": "yes"}), ("CL", {"Law": "no"})]
    assert said(reading)[-2:] == [("PE", {"Men": 3, "Women": 4}), ("CL", {"Men": 5, "Women": 6})]
    assert str(reading.responses[-1]["Women"].origin) == "x.xlsx!S:C10"
    assert reading.reconciliation.adds_up
    (account,) = reading.reconciliation.sheets
    assert [column.name for column in account.columns] == ["Country", "Law", "State", "Men", "Women"]
    assert account.rows_left_out == {"title or note above the header": 2, "blank": 1, "note below the table": 1}


def test_a_table_of_numbers_without_countries_above_or_below(read, make):
    units = [["Unit", "Men"], ["CERT", 3], ["Police", 5]]
    wanted = [("PE", {"Law": "yes"}), ("CL", {"Law": "no"})]
    below = read(make({"S": [*LAWS, [], ["Staff"], *units]}))
    above = read(make({"S": [*units, [], ["Laws"], *LAWS]}))
    assert said(below) == said(above) == wanted
    for reading, left in ((below, 7), (above, 6)):  # of no country, beside a table of countries
        assert reading.reconciliation.sheets[0].left_out == {"no part of a table": left}
        assert [(i.code, i.severity.value) for i in reading.issues] == [("CB123", "warning")]


def test_merged_heads_of_the_second_table(read, make):
    rows = [*LAWS, [], ["Country", "Staff", None], [None, "Men", "Women"], ["Peru", 3, 4], ["Chile", 5, 6]]
    reading = read(make({"S": rows}, {"S": ["A5:A6", "B5:C5"]}))
    assert said(reading)[2:] == [
        ("PE", {"Staff - Men": 3, "Staff - Women": 4}),
        ("CL", {"Staff - Men": 5, "Staff - Women": 6}),
    ]


def test_what_looks_like_a_table_of_texts_is_told_and_not_read_as_countries(read, make):
    rows = [
        ["Country", "Law", "Year"],
        ["Peru", "yes", 2010],
        ["Chile", "no", 2011],
        [],
        ["Contacts"],
        ["Name", "Role"],
        ["Ann", "Lead"],
        ["Bob", "Deputy"],
    ]
    reading = read(make({"S": rows}))
    assert [r.place for r in reading.responses] == ["Peru", "Chile"]
    assert [(i.code, i.severity.value, i.origin.row) for i in reading.issues] == [("CB123", "warning", 5)]
    assert reading.reconciliation.sheets[0].rows_left_out == {"blank": 1, "no part of a table": 4}


def test_tables_of_units_alone_keep_their_questions_and_are_told(read, make, told):
    reading = read(make({"S": [["Unit", "Men"], ["CERT", 3], [], ["Unit", "Women"], ["CERT", 4]]}))
    assert said(reading) == [("", {"Unit": "CERT", "Men": 3}), ("", {"Unit": "CERT", "Women": 4})]
    assert [where for where, _ in told(reading, "CB104")] == ["S:1", "S:4"]


PERU = [("PE", {"Law": "yes"}), ("CL", {"Law": "no"})]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (
            [*LAWS, [], ["Cuba", "no"], ["Belize", "yes"]],
            [*PERU, ("CU", {"Law": "no"}), ("BZ", {"Law": "yes"})],
        ),  # a gap
        ([*LAWS, [], *LAWS], PERU * 2),  # the next page
        ([*LAWS, [], ["1/", "preliminary"], ["2/", "estimated"]], PERU),
        (
            [["Country:", "Peru"], ["Year", "2016"], [], ["Question", "Answer"], ["Staff", 3], ["Budget", 5]],
            [("PE", {"Staff": 3, "Budget": 5})],
        ),
    ],
)
def test_sheets_that_do_not_show_tables_apart(read, make, rows, wanted):
    assert said(read(make({"S": rows}))) == wanted


def test_the_same_heads_below_a_title_of_their_own_are_another_table(read, make):
    rows = [
        ["Staff"], ["Country", 2013, 2014], ["Peru", 3, 4], ["Cuba", 5, 6], [],
        ["Budget"], ["Country", 2013, 2014], ["Peru", 30, 40], ["Cuba", 50, 60],
    ]  # fmt: skip
    reading = read(make({"S": rows}))
    found = [(r.country.alpha_2, r.respondent.pseudonym, {a.question: a.value for a in r}) for r in reading.responses]
    assert found == [
        ("PE", "row 3", {"Staff - 2013": 3, "Staff - 2014": 4}),
        ("CU", "row 4", {"Staff - 2013": 5, "Staff - 2014": 6}),
        ("PE", "row 8", {"Budget - 2013": 30, "Budget - 2014": 40}),
        ("CU", "row 9", {"Budget - 2013": 50, "Budget - 2014": 60}),
    ]  # fmt: skip
    assert reading.reconciliation.adds_up


def test_years_are_heads_of_a_further_table(read, make):
    rows = [
        ["Country", "Men", "Women"], ["Peru", 3, 4], ["Cuba", 5, 6], [],
        ["Country", 2013, 2014], ["Peru", 30, 40], ["Cuba", 50, 60],
    ]  # fmt: skip
    reading = read(make({"S": rows}))
    assert [{a.question: a.value for a in r.answers} for r in reading.responses] == [
        {"Men": 3, "Women": 4}, {"Men": 5, "Women": 6}, {"2013": 30, "2014": 40}, {"2013": 50, "2014": 60},
    ]  # fmt: skip


def test_titles_and_sheets_tell_apart_what_headers_of_years_do_not(read, make, said):
    law = [["Country", 2021, 2022], ["Peru", "no", "yes"], ["Cuba", "no", "no"]]
    staff = [["Country", 2021, 2022], ["Peru", 10, 20], ["Cuba", 5, 15]]
    together = {"S": [["1. Law in force"], *law, [], ["2. Staff trained"], *staff]}
    found = said(read(make(together)))
    assert found[0] == ("PE", {"1. Law in force - 2021": "no", "1. Law in force - 2022": "yes"})
    assert found[3] == ("CU", {"2. Staff trained - 2021": 5, "2. Staff trained - 2022": 15})
    found = said(read(make({"Law": law, "Staff": staff})))
    assert (found[0][1], found[3][1]) == (
        {"Law - 2021": "no", "Law - 2022": "yes"},
        {"Staff - 2021": 5, "Staff - 2022": 15},
    )
    # A table of other countries goes on with the one before, whatever its title.
    others = [law[0], ["Chad", "yes", "yes"], ["Mali", "no", "yes"]]
    goes_on = said(read(make({"America": law, "Africa": others})))
    goes_on += said(read(make({"S": [["America"], *law, [], ["Africa"], *others]})))
    assert {name for _, answers in goes_on for name in answers} == {"2021", "2022"}
