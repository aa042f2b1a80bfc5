"""Sheets that people arrange for the eye; all figures are invented."""

import datetime

import pytest
from capbuild_sheets import draft_layout, open_workbook
from capbuild_sheets.across import columns_below_countries, countries_across, head_of_countries
from capbuild_sheets.beside import tables_beside
from capbuild_sheets.headrows import Heads
from capbuild_sheets.pairs import is_filled_form
from capbuild_sheets.sheets import Sheet

from capbuild.errors import OptionError
from capbuild.io.scanning import scan
from capbuild.model import Missing
from capbuild.testing.scanning import scan_differences


def said(reading):
    return [
        (r.country.alpha_2, {a.question: a.value for a in r.answers if not a.is_missing}) for r in reading.responses
    ]


def test_countries_across_in_groups_with_areas_beside_the_questions(read, make):
    rows = [
        ["Review 2015"],
        [],
        ["Area", "Indicator", "Caribbean", None, "Central America", None],
        [None, None, "Jamaica", "Barbados", "Belize", "Panamá"],
        ["Legal", "Law in force?", "yes", "no", "n/a", "yes"],
        [None, "Staff", 12, 3, None, 7],
        ["Technical", "Lab?", "yes", "yes", "no", 0],
        ["Source: returns of the ministries"],
    ]
    reading = read(make({"Matrix": rows}, {"Matrix": ["C3:D3", "E3:F3", "A5:A6"]}))
    assert said(reading) == [
        ("JM", {"Law in force?": "yes", "Staff": 12, "Lab?": "yes"}),
        ("BB", {"Law in force?": "no", "Staff": 3, "Lab?": "yes"}),
        ("BZ", {"Lab?": "no"}),
        ("PA", {"Law in force?": "yes", "Staff": 7, "Lab?": 0}),
    ]
    assert {q.id: q.group for q in reading.questionnaire.questions} == {
        "Law in force?": "Legal",
        "Staff": "Legal",
        "Lab?": "Technical",
    }
    assert str(reading.responses[3]["Staff"].origin) == "x.xlsx!Matrix:F6"
    assert reading.reconciliation.adds_up


def test_codes_of_countries_across_and_codes_of_questions_down(read, make):
    rows = [
        ["Code", "Question", "JAM", "BRB", "BLZ"],
        ["L1", "Is there a law?", "yes", "no", None],
        ["O1", "Staff", 1, 2, 3],
    ]
    reading = read(make({"M": rows}))
    assert said(reading) == [("JM", {"L1": "yes", "O1": 1}), ("BB", {"L1": "no", "O1": 2}), ("BZ", {"O1": 3})]
    assert reading.questionnaire["L1"].text.source == "Is there a law?"


@pytest.mark.parametrize(
    "rows",
    [
        [["Country", "Partner", "Other partner"], ["Peru", "Chile", "Cuba"], ["Chile", "Peru", "Belize"]],
        [["From", "To"], ["Jamaica", "Belize"], ["Peru", "Chile"]],
    ],
)
def test_pairs_of_countries_are_no_heads(rows):
    assert head_of_countries([tuple(row) for row in rows]) is None


def test_half_of_the_heads_must_be_countries():
    assert countries_across(["Question", "Remark", "Source", "Note", "Jamaica", "Belize"]) == []


def test_tables_below_one_another_are_read_apart(read, make):
    rows = [
        ["Country", "Law"],
        ["Jamaica", "yes"],
        ["Belize", "no"],
        [],
        ["Table 2: staff"],
        ["Country", "Staff", "Budget"],
        ["Jamaica", 12, "1,000,000"],
        ["Peru", 4, "1,000"],
    ]
    reading = read(make({"S": rows}))
    assert said(reading) == [
        ("JM", {"Law": "yes"}),
        ("BZ", {"Law": "no"}),
        ("JM", {"Staff": 12, "Budget": 1_000_000}),
        ("PE", {"Staff": 4, "Budget": 1_000}),
    ]
    assert [(s.rows_in, s.rows_out) for s in reading.reconciliation.sheets] == [(3, 2), (3, 2)]
    assert str(reading.responses[3]["Staff"].origin) == "x.xlsx!S:B8"
    assert reading.reconciliation.adds_up


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


def test_scores_and_evidence_below_merged_countries_are_one_response_each(read, make):
    rows = [
        ["Visits of 2016"],
        ["Code", "Question", "Jamaica", None, "Belize", None],
        [None, None, "Score", "Evidence", "Score", "Evidence"],
        ["L1", "Law in force?", 1, "law no. 5", 3, None],
        ["L2", "Officers trained?", 5, None, "n/a", "no list"],
    ]
    reading = read(make({"S": rows}, {"S": ["A1:F1", "C2:D2", "E2:F2"]}))
    jamaica, belize = reading.responses
    assert [(a.question, a.value, a.comment) for a in jamaica] == [("L1", 1, "law no. 5"), ("L2", 5, None)]
    assert (belize["L2"].value, belize["L2"].comment) == (Missing.NOT_APPLICABLE, "no list")
    assert str(belize["L2"].origin) == "x.xlsx!S:E5"
    assert [q.text.source for q in reading.questionnaire.questions] == ["Law in force?", "Officers trained?"]
    assert reading.reconciliation.adds_up


@pytest.mark.parametrize("years", [("2015", "2016"), (2015, 2016)])
def test_years_below_countries_are_questions_of_one_response(read, make, years):
    rows = [
        ["Question", "Jamaica", None, "Belize", None],
        [None, *years, *years],
        ["Law?", 1, 2, 3, 4],
        ["Lab?", 5, 6, 7, None],
    ]
    reading = read(make({"S": rows}))
    assert [r.country.alpha_2 for r in reading.responses] == ["JM", "BZ"]
    assert [(a.question, a.value) for a in reading.responses[1]] == [
        ("Law? [2015]", 3),
        ("Law? [2016]", 4),
        ("Lab? [2015]", 7),
        ("Lab? [2016]", Missing.NO_ANSWER),
    ]
    assert [str(a.origin) for a in reading.responses[0]][1::2] == ["x.xlsx!S:C3", "x.xlsx!S:C4"]


@pytest.mark.parametrize(
    "below",
    [
        (None, "Score", "Evidence", "Score", "Remark"),  # not the same below both
        (None, "Score", "Score", "Score", "Score"),
        ("Law?", "yes", "no", "yes", "no"),  # a question
        (None, "Score", None, "Score", None),
    ],
)
def test_heads_below_countries_are_the_same_for_each(below):
    assert columns_below_countries([("Question", "Jamaica", None, "Belize", None), below], 0) == []


FORM = [
    ["Return for 2016"],
    ["Country:", "Jamaica"],
    ["Date of visit:", datetime.date(2016, 3, 1)],
    [],
    ["A. Law"],
    ["Law in force?", "yes"],
    ["Powers?"],
    ["Staff", "n/a"],
    [],
    ["B. Units"],
    ["Lead unit", "CERT"],
    ["Budget", 12.5],
]


def test_a_filled_in_form_is_one_response(read, make):
    reading = read(make({"Visit": FORM}))
    (response,) = reading.responses
    assert (response.country.alpha_2, response.date) == ("JM", datetime.date(2016, 3, 1))
    assert {a.question: a.value for a in response} == {
        "Date of visit": datetime.date(2016, 3, 1),
        "Law in force?": "yes",
        "Powers?": Missing.NO_ANSWER,
        "Staff": Missing.NOT_APPLICABLE,
        "Lead unit": "CERT",
        "Budget": 12.5,
    }
    assert str(response["Budget"].origin) == "x.xlsx!Visit:B12"
    groups = {q.id: q.group for q in reading.questionnaire.questions}
    assert (groups["Powers?"], groups["Budget"], groups["Date of visit"]) == ("A. Law", "B. Units", None)
    assert not list(reading.issues)
    (account,) = reading.reconciliation.sheets
    assert (account.rows_in, account.rows_out) == (12, 7)
    assert dict(account.rows_left_out) == {
        "title or note above the heads": 1,
        "blank": 2,
        "a heading without a question": 2,
    }


def test_one_form_a_sheet_makes_one_questionnaire(read, make):
    sheets = {"Return 1": [["Country", "Jamaica"], ["Law?", "yes"], ["Staff?", 3]]}
    sheets["Return 2"] = [["Country", "BLZ"], ["Staff?", 4], ["Law?", "no"]]
    reading = read(make(sheets))
    assert [(r.country.alpha_2, r["Law?"].value, r["Staff?"].value) for r in reading.responses] == [
        ("JM", "yes", 3),
        ("BZ", "no", 4),
    ]
    assert [r.respondent.pseudonym for r in reading.responses] == ["Return 1", "Return 2"]
    assert [q.id for q in reading.questionnaire.questions] == ["Law?", "Staff?"]


def test_a_form_on_a_sheet_named_for_its_country(read, make):
    rows = [["Law?", "yes"], ["Staff?", 3], ["E-mail:", "a@example.org"]]
    reading = read(make({"Curaçao": rows}), drop_personal=True)
    assert [(r.country.alpha_2, [a.question for a in r]) for r in reading.responses] == [("CW", ["Law?", "Staff?"])]
    assert "a@example.org" not in repr(reading)


@pytest.mark.parametrize(
    "rows",
    [
        [["Country", "Score"], ["Jamaica", 3], ["Belize", 5], ["Cuba", 4]],  # a table of countries
        [["Country", "Jamaica"], ["Belize", 5], ["Cuba", 4]],  # of pairs of countries
        [["Question", "Answer"], ["Country", "Jamaica"], ["Law?", "yes"]],  # a question a row, read as such
        [["Country", "Jamaica"], ["Law?", "yes", "no"], ["Lab?", "no"]],
        [["Unit", "Staff"], ["CERT", 3], ["Police", 4]],
    ],
)
def test_tables_in_two_columns_are_no_forms(make, given, rows):
    (sheet,) = open_workbook(given(make({"S": rows}))).sheets
    assert not is_filled_form(sheet, named=False)
    assert not is_filled_form(sheet, named=True)


@pytest.mark.parametrize("name", ["Visit", "Curaçao"])
def test_the_draft_of_a_form_reads_as_the_form(read, make, given, name):
    data = make({name: FORM})
    layout = draft_layout(given(data))
    assert "form = true" in layout
    assert [list(r) for r in read(data, layout=layout).responses] == [list(r) for r in read(data).responses]
    corrected = layout.replace('# "Lead unit" = ""', '"Lead unit" = "respondent"')
    assert read(data, layout=corrected).responses[0].respondent.pseudonym == "CERT"


def test_the_draft_of_tables_below_one_another_reads_as_they_do(read, make, given):
    rows = [["Country", "Law"], ["Jamaica", "yes"], [], ["Staff in 2016"], ["Country", "Staff"], ["Belize", 5]]
    data = make({"S": rows})
    layout = draft_layout(given(data))
    assert read(data, layout=layout).reconciliation == read(data).reconciliation


def test_tables_beside_one_another_are_read_apart(read, make, given):
    rows = [
        ["Police", None, None, "Prosecutors"],
        ["Country", "Staff", None, "Country", "Staff", "Labs"],
        ["Jamaica", 1, None, "Belize", 3, 4],
        ["Belize", 5, None, "Cuba", 7, 8],
        ["Source: visits", None, None, "Guyana", 9, None],
    ]
    data = make({"S": rows})
    reading = read(data)
    assert [(r.country.alpha_2, r.respondent.pseudonym, r["Staff"].value) for r in reading.responses] == [
        ("JM", "Police, row 3", 1),
        ("BZ", "Police, row 4", 5),
        ("BZ", "Prosecutors, row 3", 3),
        ("CU", "Prosecutors, row 4", 7),
        ("GY", "Prosecutors, row 5", 9),
    ]
    assert [r.id for r in reading.responses] == ["S:3", "S:4", "S:D3", "S:D4", "S:D5"]
    assert str(reading.responses[2]["Labs"].origin) == "x.xlsx!S:F3"
    first, second = reading.reconciliation.sheets
    assert (first.rows_in, first.rows_out, dict(first.rows_left_out)) == (
        4,
        2,
        {"title or note above the heads": 1, "note below the table": 1},
    )
    assert [column.column for column in second.columns] == [4, 5, 6]
    assert reading.reconciliation.adds_up
    layout = draft_layout(given(data))
    assert 'first_column = "D"' in layout
    assert read(data, layout=layout).reconciliation == reading.reconciliation


def test_questions_in_two_columns_of_tables(read, make):
    rows = [["Question", "Score", "Question", "Score"], ["Law?", 1, "Lab?", 3], ["Police?", 5, "Staff?", 7]]
    reading = read(make({"Jamaica": rows}))
    answers = {a.question: (r.country.alpha_2, a.value) for r in reading.responses for a in r}
    assert answers == {"Law?": ("JM", 1), "Police?": ("JM", 5), "Lab?": ("JM", 3), "Staff?": ("JM", 7)}


@pytest.mark.parametrize(
    "rows",
    [
        # The same countries in both: one table that repeats its key, also where it is a code.
        [["Country", "Staff", None, "Country", "Cost"], ["Jamaica", 1, None, "JAM", 2], ["Belize", 3, None, "BLZ", 4]],
        [["Country", "Staff", "Country"], ["Jamaica", 1, "Cuba"], ["Belize", 3, "Peru"]],
        [["Unit", "Staff", "Unit", "Cost"], ["CERT", 1, "hours", 2], ["Police", 3, "days", 4]],
    ],
)
def test_a_key_that_comes_again_is_no_second_table(rows):
    sheet = Sheet(name="S", rows=tuple(map(tuple, rows)))
    assert tables_beside(sheet, Heads(1, 1), [str(cell or "") for cell in rows[0]]) == []


def test_a_wrong_column_in_a_layout_is_said(read, make):
    layout = '[[sheet]]\nname = "S"\nheader_rows = 1\nfirst_column = "4"\n'
    with pytest.raises(OptionError, match="letters"):
        read(make({"S": [["Country", "Law"], ["Cuba", "yes"]]}), layout=layout)


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
    assert dict(reading.reconciliation.sheets[0].rows_left_out) == {
        "personal (name), dropped as the options say": 1,
        "personal (e-mail), dropped as the options say": 2,
    }
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
    corrected = draft_layout(given(data)).replace('# "column 2" = ""', '"column 2" = "Staff"')
    assert [r["Staff"].value for r in read(data, layout=corrected).responses] == [1, 3]


class Looked(tuple):
    """A row that counts how often it was asked for a cell, or how long it is."""

    times = 0

    def __iter__(self):
        Looked.times += super().__len__()
        return super().__iter__()

    def __len__(self):
        Looked.times += 1
        return super().__len__()

    def __getitem__(self, place):
        Looked.times += 1
        return super().__getitem__(place)


@pytest.mark.parametrize("key", ["Country", "Law"])
def test_each_cell_is_looked_at_a_few_times_however_many_tables_there_may_be(key):
    width, far = 900, 3_000
    heads = (key, "Q", None) * (width // 3)
    short, full = [("Cuba", "yes")] * far, [("Cuba", "yes", None) * (width // 3)] * 20
    rows = tuple(map(Looked, [heads, *short, *full]))
    cells = sum(map(len, rows))
    Looked.times = 0
    assert tables_beside(Sheet(name="S", rows=rows), Heads(1, 1), [cell or "" for cell in heads]) == []
    assert Looked.times < 3 * cells


def test_a_far_cell_costs_no_more_than_its_row():
    far = Looked([*(None for _ in range(16_383)), "x"])
    rows = (("Country", "Law"), ("Cuba", "yes"), *(Looked() for _ in range(200_000)), far)
    Looked.times = 0
    names = ["Country", "Law", *("" for _ in range(16_382))]
    assert tables_beside(Sheet(name="S", rows=rows), Heads(1, 1), names) == []
    assert Looked.times <= 2 * (16_384 + 200_000)


def told(reading, code="CB201"):
    return [(str(issue.origin).partition("!")[2], issue.message) for issue in reading.issues if issue.code == code]


def test_a_date_that_a_spreadsheet_made_of_a_range_is_told(read, make):
    rows = [["Country", "Score"], ["Peru", datetime.date(2016, 3, 2)], ["Chile", 3], ["Cuba", 4], ["Haiti", 2]]
    ((place, message),) = told(read(make({"S": rows})))
    assert (place, message.partition(";")[0]) == ("S:B2", "2016-03-02 is a date in a column of numbers")
    assert "2-3" in message


def test_what_may_be_another_day_or_a_bare_number_is_told_in_a_column_of_dates(read, make):
    days = [datetime.date(2016, 3, day) for day in range(1, 7)]
    rows = [["Country", "Opened"], *(["Peru", day] for day in days), ["Chile", "3/4/2016"], ["Cuba", 42430]]
    assert [place for place, _ in told(read(make({"S": rows})))] == ["S:B8", "S:B9"]


def test_a_number_typed_as_text_with_a_point_may_be_a_thousand_and_is_told(read, make):
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


OPTIONS = ["Nº", "Pregunta", "Sí", "No", "N/S", "Comentario"]


def test_a_mark_below_an_option_is_the_answer(read, make):
    sheets = {
        "Bolivia": [
            OPTIONS,
            [1, "¿Ley?", "X", None, None, "2007"],
            [2, "¿Unidad?", None, "X"],
            [3, "¿Lab?", None, None, "X"],
        ],
        "Perú": [OPTIONS, [1, "¿Ley?", "✓"], [2, "¿Unidad?", "✓", "✓"], [3, "¿Lab?", None, None, None, "en estudio"]],
    }
    reading = read(make(sheets))
    assert said(reading) == [
        ("BO", {"¿Ley?": "Sí", "¿Unidad?": "No", "¿Lab?": "N/S"}),
        ("PE", {"¿Ley?": "Sí", "¿Unidad?": "Sí; No"}),
    ]
    bolivia, peru = reading.responses
    assert [str(a.origin).partition("!")[2] for a in bolivia.answers] == ["Bolivia:C2", "Bolivia:D3", "Bolivia:E4"]
    assert (bolivia["¿Ley?"].comment, peru["¿Lab?"].value) == ("2007", Missing.NO_ANSWER)
    assert told(reading) == [("Perú:C3", "several options are marked: Sí; No; all are kept in one text")]
    assert reading.reconciliation.adds_up


def test_options_across_beside_a_column_of_countries_and_by_a_layout(read, make, given):
    heads = ["Country", "Question", "Yes", "Partly", "No"]
    rows = [
        ["Cuba", "Law?", "x"],
        ["Cuba", "Unit?", None, "x"],
        ["Haiti", "Law?", None, None, "x"],
        ["Haiti", "Unit?", "x"],
    ]
    data = make({"S": [heads, *rows]})
    wanted = [("CU", {"Law?": "Yes", "Unit?": "Partly"}), ("HT", {"Law?": "No", "Unit?": "Yes"})]
    assert said(read(data)) == wanted
    layout = draft_layout(given(data))
    assert '"Partly" = "option"' in layout
    assert said(read(data, layout=layout)) == wanted


def test_marks_of_several_respondents_are_no_options(read, make):
    rows = [
        ["Question", "Police", "Army"],
        ["Law?", "x", "x"],
        ["Unit?", "x", None],
        ["Lab?", "x", "x"],
        ["Cars?", "x", "x"],
    ]
    reading = read(make({"Belize": rows}))
    assert [r.respondent.pseudonym for r in reading.responses] == ["Police", "Army"]


def test_a_small_first_table_above_a_wider_one_is_read_too(read, make):
    rows = [
        ["Tabla 1. Leyes"], ["País", "Ley de ciberdelito"], ["Perú", "sí"], ["Chile", "no"], [],
        ["Tabla 2. Personal"], ["País", "Hombres", "Mujeres"], ["Perú", 10, 5], ["Chile", 8, 9], [],
        ["Fuente: ministerios"],
    ]  # fmt: skip
    reading = read(make({"Datos": rows}))
    assert said(reading) == [
        ("PE", {"Ley de ciberdelito": "sí"}),
        ("CL", {"Ley de ciberdelito": "no"}),
        ("PE", {"Hombres": 10, "Mujeres": 5}),
        ("CL", {"Hombres": 8, "Mujeres": 9}),
    ]
    assert reading.reconciliation.adds_up


def test_check_marks_say_yes_and_crosses_beside_them_no(read, make):
    rows = [
        ["País", "Ley", "Unidad", "Nivel"],
        ["Guatemala", "✓", "X", "x"], ["Nicaragua", "✗", "x", "B"],
        ["Panamá", "✔", None, "A"], ["Belize", "☐", "☑", "A"],
    ]  # fmt: skip
    reading = read(make({"M": rows}))
    assert said(reading) == [
        ("GT", {"Ley": True, "Unidad": False, "Nivel": "x"}),
        ("NI", {"Ley": False, "Unidad": False, "Nivel": "B"}),
        ("PA", {"Ley": True, "Nivel": "A"}),
        ("BZ", {"Ley": False, "Unidad": True, "Nivel": "A"}),
    ]
    assert [a.raw for a in reading.responses[0].answers] == ["✓", "X", None]


def test_a_cross_alone_may_say_yes_or_no_and_stays_as_it_is(read, make):
    assert said(read(make({"M": [["Country", "Police"], ["Belize", "x"], ["Guyana", None]]}))) == [
        ("BZ", {"Police": "x"}),
        ("GY", {}),
    ]


def blocks(heads, first, second):
    return [
        ["Evaluación 2015"],
        [],
        heads,
        ["Honduras"],
        *first,
        ["El Salvador:"],
        *second,
        [],
        ["Leyenda: P = parcial"],
    ]


def test_rows_of_their_own_name_the_country_of_the_questions_below(read, make, given):
    heads = ["País / Indicador", "Valor", "Observaciones"]
    first = [["Personal", "12", "parcial"], ["Presupuesto", "4,5"]]
    second = [["Personal", "7"], ["Presupuesto", "3,25", "estimado"]]
    data = make({"Hoja1": blocks(heads, first, second)}, {"Hoja1": ["A4:C4"]})
    wanted = [("HN", {"Personal": 12, "Presupuesto": 4.5}), ("SV", {"Personal": 7, "Presupuesto": 3.25})]
    reading = read(data)
    assert said(reading) == wanted
    honduras, salvador = reading.responses
    assert (honduras["Personal"].comment, salvador["Presupuesto"].comment) == ("parcial", "estimado")
    assert str(salvador["Presupuesto"].origin) == "x.xlsx!Hoja1:B9"
    left = reading.reconciliation.sheets[0].rows_left_out
    assert (left["names the country of the rows below"], left["note below the table"]) == (2, 1)
    assert reading.reconciliation.adds_up
    layout = draft_layout(given(data))
    assert "country_rows = true" in layout
    assert said(read(data, layout=layout)) == wanted


def test_rows_of_their_own_name_the_country_of_the_respondents_below(read, make):
    first, second = [["Police", "yes", 3], ["Army", "no", 4]], [["Ministry", "yes", 5]]
    reading = read(make({"S": blocks(["Institution", "Law?", "Staff"], first, second)}))
    assert [(r.country.alpha_2, r.respondent.pseudonym, r["Staff"].value) for r in reading.responses] == [
        ("HN", "Police", 3),
        ("HN", "Army", 4),
        ("SV", "Ministry", 5),
    ]


def test_countries_without_data_in_a_column_of_countries_are_no_such_rows(read, make):
    rows = [["Country", "Law?", "Staff"], ["Belize"], ["Guyana"], ["Cuba", "yes", 3], ["Peru", "no", 4], ["Chile"]]
    assert [r.country.alpha_2 for r in read(make({"S": rows})).responses] == ["BZ", "GY", "CU", "PE", "CL"]


def test_a_total_is_no_respondent_where_no_column_names_a_country(read, make):
    rows = [["Institution", "Staff"], ["Police", 3], ["Media", 4], ["TOTAL", 7]]
    reading = read(make({"Jamaica": rows}))
    assert [r.respondent.pseudonym for r in reading.responses] == ["Police", "Media"]
    assert reading.reconciliation.sheets[0].rows_left_out == {"a total or mean of other rows": 1}
    text = "Institution,Staff\nPolice,3\nTotal Energies,4\nTOTAL,7\n"
    assert [r.respondent.pseudonym for r in read(text.encode(), "x.csv").responses] == ["Police", "Total Energies"]


def test_a_row_below_codes_spells_them_out(read, make):
    rows = [
        ["Country", "Q1", "Q2"],
        [None, "Is there a law?", "Staff (persons)"],
        ["Peru", "yes", 3],
        ["Chile", "no", 4],
    ]
    reading = read(make({"S": rows}))
    assert [r.country.alpha_2 for r in reading.responses] == ["PE", "CL"]
    assert reading.questionnaire["Q1"].text.source == "Is there a law?"


def test_a_sheet_of_codes_in_spanish_is_no_table_of_answers(read, make):
    answers, codes = [["País", "P1"], ["Perú", 1], ["Chile", 2]], [["Código", "Significado"], [1, "Sí"], [2, "No"]]
    reading = read(make({"Datos": answers, "Códigos": codes}))
    assert [r.country.alpha_2 for r in reading.responses] == ["PE", "CL"]
    assert reading.reconciliation.sheets[1].skipped == "its name says that it holds notes or lists"


@pytest.mark.parametrize("word", ["Legend", "LEYENDA:", "Légende", "Legenda"])
def test_a_legend_beside_a_table_is_no_question(read, make, word):
    rows = [
        ["Country", "Level", None, word, None], ["Peru", 2, None, 0, "none"], ["Chile", 3, None, 1, "partly"],
        ["Cuba", 1, None, 2, "mostly"], [None, None, None, 3, "fully"],
    ]  # fmt: skip
    reading = read(make({"S": rows}))
    assert said(reading) == [("PE", {"Level": 2}), ("CL", {"Level": 3}), ("CU", {"Level": 1})]
    account = reading.reconciliation.sheets[0]
    assert [(c.column, c.reason) for c in account.columns][-2:] == [
        (4, "a legend beside the table"),
        (5, "a legend beside the table"),
    ]
    assert reading.reconciliation.adds_up


def test_a_question_that_is_called_as_legends_are_is_read(read, make):
    rows = [["Country", "Law?", "Level", "Scale"], ["Peru", "yes", 2, 3], ["Chile", "no", 3, 3]]
    assert said(read(make({"S": rows})))[0] == ("PE", {"Law?": "yes", "Level": 2, "Scale": 3})
