"""Sheets that were saved as text are read by `csv` as sheets are; all answers are invented."""

import pytest

import capbuild as cb
from capbuild.errors import ReadError
from capbuild.io.format_detection import sniff
from capbuild.model import Missing
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import csv_bytes, xlsx_bytes


def read(rows, name="a.csv", *, delimiter=",", **options):
    data = csv_bytes(rows) if delimiter == "," else "\n".join(delimiter.join(row) for row in rows).encode()
    reading = cb.read(data, name=name, options=options or None)
    assert list(scan_differences(cb.scan(data, name=name, options=options or None), reading.responses)) == []
    assert all(account.adds_up for account in reading.reconciliation.sheets)
    return reading


def said(reading):
    return [
        (r.country.alpha_2, {a.question: a.value for a in r.answers if a.value is not Missing.NO_ANSWER})
        for r in reading.responses
    ]


STACKED = [
    ["Legal measures"],
    ["Country", "Law", "Since"],
    ["Jamaica", "yes", "2010"],
    ["Belize", "no", ""],
    [],
    ["Budget"],
    ["Country", "Staff", "Funds", "Unit head"],
    ["Jamaica", "12", "1.5", "yes"],
    ["Peru", "4", "", "no"],
]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_tables_below_one_another_are_read_apart(delimiter):
    reading = read(STACKED, delimiter=delimiter)
    assert said(reading) == [
        ("JM", {"Law": "yes", "Since": 2010}),
        ("BZ", {"Law": "no"}),
        ("JM", {"Staff": 12, "Funds": 1.5, "Unit head": "yes"}),
        ("PE", {"Staff": 4, "Unit head": "no"}),
    ]
    assert [r.respondent.pseudonym for r in reading.responses] == ["row 3", "row 4", "row 8", "row 9"]
    assert [q.id for q in reading.questionnaire.questions] == ["Law", "Since", "Staff", "Funds", "Unit head"]
    assert list(reading.issues) == []


def test_footnotes_below_a_table_are_no_table_of_answers():
    rows = [
        ["Country or Area", "Year", "Value", "Value Footnotes"],
        ["Peru", "2013", "10", "1"],
        ["Cuba", "2013", "20", ""],
        [],
        ["fnSeqID", "Fn Text"],
        ["1", "Data refer to the police only."],
        ["2", "Provisional."],
    ]
    reading = read(rows)
    assert [r.country.alpha_2 for r in reading.responses] == ["PE", "CU"]


def test_countries_across_and_a_question_of_two_lines():
    rows = [
        ["Question", "Jamaica", "Barbados"],
        ["Is there\na law?", "yes", "no"],
        ["Staff", "12", ""],
        ["Budget", "1.5", "0.25"],
    ]
    reading = read(rows)
    assert said(reading) == [
        ("JM", {"Is there a law?": "yes", "Staff": 12, "Budget": 1.5}),
        ("BB", {"Is there a law?": "no", "Budget": 0.25}),
    ]
    assert str(reading.responses[1]["Budget"].origin) == "a.csv:C5"  # the line, as an editor counts
    assert [response.id for response in reading.responses] == ["B", "C"]


def test_decimal_commas_between_semicolons():
    rows = [["Pregunta", "Perú", "Chile"], ["Personal", "1.200", "20"], ["Presupuesto", "1.500,5", "2,25"]]
    reading = read(rows, delimiter=";")
    assert said(reading) == [
        ("PE", {"Personal": 1200, "Presupuesto": 1500.5}),
        ("CL", {"Personal": 20, "Presupuesto": 2.25}),
    ]
    assert reading.responses[0]["Personal"].raw == "1.200"


def test_steps_of_a_scale():
    rows = [["Country", "Risk - High", "Risk - Low", "Staff"], ["Peru", "x", "", "3"], ["Cuba", "", "x", "4"]]
    reading = read([*rows, ["Chile", "x", "", "5"]])
    assert said(reading)[1] == ("CU", {"Risk": "Low", "Staff": 4})
    assert str(reading.responses[1]["Risk"].origin) == "a.csv:C3"
    assert reading.responses[1].id == "3"


def test_a_form_and_rows_that_name_the_country():
    form = [["País:", "Paraguay"], ["Institución:", "Fiscalía"], ["¿Ley?", "Sí"], ["¿Personal?", "12"]]
    reading = read(form)
    assert said(reading) == [("PY", {"Institución": "Fiscalía", "¿Ley?": "Sí", "¿Personal?": 12})]
    assert reading.responses[0].respondent.pseudonym == "Fiscalía"
    rows = [
        ["Item", "Value"],
        ["Belize", ""],
        ["Staff", "3"],
        ["Cars", "4"],
        ["Guyana", ""],
        ["Staff", "5"],
        ["Cars", "6"],
    ]
    assert said(read(rows)) == [("BZ", {"Staff": 3, "Cars": 4}), ("GY", {"Staff": 5, "Cars": 6})]


def test_the_country_of_a_list_of_questions_stands_above_it_or_names_the_file():
    rows = [["Question", "Yes", "No"], ["Law?", "X", ""], ["Unit?", "", "X"], ["Training?", "X", ""]]
    expected = [("BR", {"Law?": "Yes", "Unit?": "No", "Training?": "Yes"})]
    assert said(read([["Country: Brazil", "", ""], *rows])) == expected
    assert said(read(rows, name="brazil.csv")) == expected
    series = [["Indicator", "2013", "2014"], ["Staff", "3", "4"], ["Cars", "4", "7"]]
    assert said(read(series, name="Jamaica.csv"))[0][0] == "JM"


@pytest.mark.parametrize(
    "rows",
    [
        [["Country", "Q1", "Q2"], ["Peru", "yes", "3"], ["Cuba", "no", "4"]],
        [["Question", "Jamaica", "Barbados"], ["Law?", "yes", "no"]],
        [["Country:", "Peru"], ["Law?", "yes"], ["Staff", "3"]],
        [["country", "question", "answer"], ["Peru", "Jamaica", "3"], ["Cuba", "Barbados", "4"]],
        [["Name", "Agree - Yes", "Agree - No"], ["Ann", "1", "0"], ["Bob", "0", "1"]],
        [["record_id", "q1___1", "q1___2"], ["1", "1", "0"], ["2", "0", "1"]],
    ],
)
def test_tables_of_text_are_those_of_one_reader(rows):
    assert sniff(csv_bytes(rows), name="a.csv")[0].reader.name == "csv"


def test_what_the_options_say_of_heads_and_rows_stands():
    rows = [["Question", "Jamaica", "Barbados"], ["Law?", "yes", "no"]]
    reading = read(rows, header_row=1, country="Cuba")
    assert said(reading) == [("CU", {"Law?": "yes"}), ("CU", {"Law?": "no"})]
    assert [r.respondent.pseudonym for r in reading.responses] == ["Jamaica", "Barbados"]
    rows = read(rows, header_row=1, shape="respondent", country="Cuba")
    assert said(rows) == [("CU", {"Question": "Law?", "Jamaica": "yes", "Barbados": "no"})]


@pytest.mark.parametrize("name", ["report.xls", "report.xlsx"])
def test_a_table_of_text_under_the_name_of_a_workbook(name):
    reading = cb.read(b"Country\tQ1\r\nPeru\t3\r\nCuba\t4\r\n", name=name)
    assert said(reading) == [("PE", {"Q1": 3}), ("CU", {"Q1": 4})]


def test_a_workbook_under_the_name_of_a_table_of_text():
    data = xlsx_bytes({"S": [["Country", "Q1"], ["Peru", 3]]})
    assert said(cb.read(data, name="report.csv")) == [("PE", {"Q1": 3})]


@pytest.mark.parametrize("data", [b"<html><table><tr><td>Country</td></tr></table></html>", b"only a line of text"])
def test_other_files_under_the_name_of_a_workbook_are_refused(data):
    with pytest.raises(ReadError) as caught:
        cb.read(data, name="report.xls")
    assert caught.value.code == "SHEET1"
