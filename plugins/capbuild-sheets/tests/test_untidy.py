"""Totals, notes, legends, codes and odd cells in sheets that people arrange for the eye; all figures are invented."""

import datetime

import pytest
from capbuild_sheets import draft_layout

from capbuild.io.scanning import scan
from capbuild.model import Missing
from capbuild.testing.scan_comparison import scan_differences


def test_totals_are_left_out_and_counted(read, make):
    data = make({"S": [["Country", "Staff"], ["Jamaica", 12], ["Belize", 4], ["Total", 16], ["Promedio:", 8]]})
    reading = read(data)
    assert [r.place for r in reading.responses] == ["Jamaica", "Belize"]
    assert reading.reconciliation.sheets[0].rows_left_out == {"a total or mean of other rows": 2}
    assert list(scan_differences(scan(data, name="x.xlsx"), reading.responses)) == []


def test_one_sheet_shows_the_order_of_day_and_month_for_all(read, make):
    def sheet(day):
        return [["Visit", day], ["Question", "Answer"], ["Law?", "yes"], ["Staff?", "12"]]

    reading = read(make({"Peru": sheet("12/03/2016"), "Chile": sheet("13/03/2016")}))
    assert [r.date for r in reading.responses] == [datetime.date(2016, 3, 12), datetime.date(2016, 3, 13)]


def test_a_sheet_whose_first_row_is_data_has_no_heads(read, make):
    reading = read(make({"S": [[1, "JAM", "yes"], [2, "BLZ", "no"], [3, "CUB", "no"]]}))
    assert [r.country.alpha_2 for r in reading.responses] == ["JM", "BZ", "CU"]
    assert [r["column 3"].value for r in reading.responses] == ["yes", "no", "no"]
    assert str(reading.responses[0]["column 3"].origin) == "x.xlsx!S:C1"
    assert {issue.code for issue in reading.issues} == {"CB114"}


def test_short_years_of_one_sheet_settle_the_order_for_all(read, make):
    sheets = {"Belize": "25/12/15", "Jamaica": "03/04/16"}
    reading = read(
        make({name: [["Question", "Answer"], ["Visited on", day], ["Law", "yes"]] for name, day in sheets.items()})
    )
    days = [r["Visited on"].value for r in reading.responses]
    assert days == [datetime.date(2015, 12, 25), datetime.date(2016, 4, 3)]


def test_personal_lines_above_a_table_and_in_it_are_dropped(read, make):
    rows = [
        ["Visit:", datetime.date(2016, 2, 10)],
        ["Your name:", "Ann"],
        ["Contact:", "ann@example.org"],
        ["Question", "Score", "Remarks"],
        ["Law?", 2, "good"],
        ["E-mail", "bob@example.org", None],
    ]
    data = make({"Jamaica": rows})
    kept = read(data)
    assert [i.message for i in kept.issues if i.code == "CB132"] == [
        "'Your name' looks personal (name)",
        "'Contact' looks personal (e-mail)",
        "'E-mail' looks personal (e-mail)",
    ]
    reading = read(data, drop_personal=True)
    assert [a.question for a in reading.responses[0]] == ["Visit", "Law?"]
    account = reading.reconciliation.sheets[0]
    assert (account.buckets["private"], account.buckets["answer"], account.left_out) == (3, 2, {})
    assert reading.reconciliation.adds_up
    assert not any(word in repr(reading) for word in ("Ann", "ann@", "bob@"))


def test_a_number_without_the_percent_sign_of_its_column_is_told(read, make):
    reading = read(make({"S": [["Country", "Share"], ["Cuba", "45 %"], ["Peru", "12%"], ["Haiti", 0.5]]}))
    assert [r["Share"].value for r in reading.responses] == [45, 12, 0.5]
    (issue,) = reading.issues
    assert (issue.code, str(issue.origin)) == ("CB201", "x.xlsx!S:B4")


def test_a_sheet_of_numbers_beside_countries_has_no_heads(read, make, given):
    data = make({"S": [[None], ["Jamaica", 1, 2], ["Belize", 3, 4]]})
    reading = read(data)
    assert [(r.country.alpha_2, r["column 2"].value, r["column 3"].value) for r in reading.responses] == [
        ("JM", 1, 2),
        ("BZ", 3, 4),
    ]
    named = read(data, layout=draft_layout(given(data)), columns={"column 2": "Staff"})
    assert [r["Staff"].value for r in named.responses] == [1, 3]


def test_a_date_that_a_spreadsheet_made_of_a_range_is_told(read, make, told):
    rows = [["Country", "Score"], ["Peru", datetime.date(2016, 3, 2)], ["Chile", 3], ["Cuba", 4], ["Haiti", 2]]
    ((place, message),) = told(read(make({"S": rows})))
    assert (place, message.partition(";")[0]) == ("S:B2", "2016-03-02 is a date in a column of numbers")
    assert "2-3" in message


def test_what_may_be_another_day_or_a_bare_number_is_told_in_a_column_of_dates(read, make, told):
    days = [datetime.date(2016, 3, day) for day in range(1, 7)]
    rows = [["Country", "Opened"], *(["Peru", day] for day in days), ["Chile", "3/4/2016"], ["Cuba", 42430]]
    assert [place for place, _ in told(read(make({"S": rows})))] == ["S:B8", "S:B9"]


def test_a_number_typed_as_text_with_a_point_may_be_a_thousand_and_is_told(read, make, said, told):
    rows = [["País", "Casos"], ["Perú", 12], ["Chile", "1.200"], ["Cuba", 7]]
    reading = read(make({"S": rows}))
    assert said(reading)[1] == ("CL", {"Casos": "1.200"})
    assert [place for place, _ in told(reading)] == ["S:B3"]


def test_footnotes_right_below_a_table_are_no_responses(read, make):
    rows = [["Country", "Law (1)", "Staff (2)"], ["Jamaica*", "Yes", 12], ["Belize", "No", 7]]
    notes = [["* preliminary"], ["1/ Law of 2007"], ["(2) full time"], ["Elaborado por: la Secretaría"]]
    reading = read(make({"S": [*rows, *notes]}))
    assert [r.country.alpha_2 for r in reading.responses] == ["JM", "BZ"]
    assert reading.reconciliation.sheets[0].rows_left_out == {"note below the table": 4}


@pytest.mark.parametrize("word", ["S/I", "sin información", "No hay datos", "n.c.", "não informado", "sem informação"])
def test_words_of_ministries_for_data_that_were_not_given(read, make, word):
    reading = read(make({"S": [["Country", "Staff"], ["Peru", word], ["Chile", 3], ["Cuba", 4]]}))
    assert reading.responses[0]["Staff"].value is Missing.NOT_COLLECTED


def test_a_row_below_codes_is_part_of_the_header(read, make):
    rows = [
        ["Country", "Q1", "Q2"],
        [None, "Is there a law?", "Staff (persons)"],
        ["Peru", "yes", 3],
        ["Chile", "no", 4],
    ]
    reading = read(make({"S": rows}))
    assert [r.country.alpha_2 for r in reading.responses] == ["PE", "CL"]
    assert [q.id for q in reading.questionnaire.questions] == ["Q1 - Is there a law?", "Q2 - Staff (persons)"]


def test_a_sheet_of_codes_in_spanish_is_no_table_of_answers(read, make):
    answers, codes = [["País", "P1"], ["Perú", 1], ["Chile", 2]], [["Código", "Significado"], [1, "Sí"], [2, "No"]]
    reading = read(make({"Datos": answers, "Códigos": codes}))
    assert [r.country.alpha_2 for r in reading.responses] == ["PE", "CL"]
    assert reading.reconciliation.sheets[1].left_out == {"no part of a table": 6}
    assert [(i.code, str(i.origin)) for i in reading.issues] == [("CB123", "x.xlsx!Códigos:A1")]


@pytest.mark.parametrize("word", ["Legend", "LEYENDA:", "Légende", "Legenda"])
def test_a_legend_beside_a_table_is_no_question(read, make, word, said):
    rows = [
        ["Country", "Level", None, word, None], ["Peru", 2, None, 0, "none"], ["Chile", 3, None, 1, "partly"],
        ["Cuba", 1, None, 2, "mostly"], [None, None, None, 3, "fully"],
    ]  # fmt: skip
    reading = read(make({"S": rows}))
    assert said(reading) == [("PE", {"Level": 2}), ("CL", {"Level": 3}), ("CU", {"Level": 1})]
    account = reading.reconciliation.sheets[0]
    assert [c.column for c in account.columns] == [1, 2]
    assert account.left_out == {"no part of a table": 9}
    assert [(i.code, i.severity.value, str(i.origin)) for i in reading.issues] == [("CB123", "warning", "x.xlsx!S:D1")]
    assert reading.reconciliation.adds_up


def test_a_question_that_is_called_as_legends_are_is_read(read, make, said):
    rows = [["Country", "Law?", "Level", "Scale"], ["Peru", "yes", 2, 3], ["Chile", "no", 3, 3]]
    assert said(read(make({"S": rows})))[0] == ("PE", {"Law?": "yes", "Level": 2, "Scale": 3})
