"""Sheets made for print: columns that are counted, codes below words, units beside indicators; figures are invented."""


def test_a_row_that_counts_the_columns_is_no_response(read, make, said):
    rows = [["Sl. No.", "Country", "Cases", "Rate"], [1, 2, 3, 4], [1, "India", 100, 3.4], [2, "Nepal", 20, 1.2]]
    reading = read(make({"S": rows}))
    assert said(reading) == [
        ("IN", {"Sl. No.": 1, "Cases": 100, "Rate": 3.4}),
        ("NP", {"Sl. No.": 2, "Cases": 20, "Rate": 1.2}),
    ]
    assert reading.reconciliation.sheets[0].rows_left_out == {"numbers the columns": 1}


def test_heads_in_words_above_codes_spell_them_out(read, make, said):
    rows = [
        ["Country of respondent", "Is there a law on cybercrime?", "How many investigators?"],
        ["country", "q1", "q2"],
        ["Jamaica", "yes", 3],
        ["Belize", "no", 4],
    ]
    reading = read(make({"S": rows}))
    assert said(reading) == [("JM", {"q1": "yes", "q2": 3}), ("BZ", {"q1": "no", "q2": 4})]
    assert reading.questionnaire["q2"].text.source == "How many investigators?"
    assert str(reading.responses[0]["q1"].origin) == "x.xlsx!S:B3"


def test_units_beside_indicators_are_units_of_their_numbers(read, make):
    rows = [
        ["Indicator", "Unit", "Jamaica", "Belize", "Guyana"],
        ["Law in force", "yes/no", "yes", "no", "yes"],
        ["Staff", "persons", 12, 7, 3],
        ["Budget", "USD", 1000, "n/a", 300],
    ]
    reading = read(make({"S": rows}))
    assert [(q.id, q.text.source, q.unit) for q in reading.questionnaire.questions] == [
        ("Law in force", "Law in force", ""),
        ("Staff", "Staff", "persons"),
        ("Budget", "Budget", "USD"),
    ]


def test_headings_with_a_letter_are_no_questions(read, make):
    rows = [
        ["No.", "Question", "Answer"], ["A", "Laws"], ["A.1", "Is there a law?", "Yes"], ["B", "Units"],
        ["B.1", "Staff", 12], ["B.2", "Is there a CERT?", "No"],
    ]  # fmt: skip
    reading = read(make({"Jamaica": rows}))
    assert [a.question for a in reading.responses[0]] == ["Is there a law?", "Staff", "Is there a CERT?"]
    assert reading.reconciliation.sheets[0].rows_left_out == {"a heading without a question": 2}


def test_a_sheet_of_labels_is_no_table_of_answers(read, make, said):
    data, labels = [["Country", "Q1"], ["Peru", 1], ["Cuba", 0]], [["Variable", "Label"], ["Q1", "Law"], ["Q2", "CERT"]]
    reading = read(make({"Data": data, "Labels": labels}))
    assert said(reading) == [("PE", {"Q1": 1}), ("CU", {"Q1": 0})]
    assert reading.reconciliation.sheets[1].left_out == {"no part of a table": 6}
    assert [(i.code, str(i.origin)) for i in reading.issues] == [("CB123", "x.xlsx!Labels:A1")]
