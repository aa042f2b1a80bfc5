"""Sheets as people make them: titles, two rows of headers, merged areas, one sheet a country, countries across."""

import datetime

import pytest

from capbuild.errors import ReadError
from capbuild.model import Missing, QuestionType, Severity

DAY = datetime.date(2016, 2, 10)


def visit(country, scores, day=DAY):
    """A visit checklist: a title, the day, two rows of headers, merged areas, a note below."""
    first, second, third = scores
    return [
        [f"Cyber visit - {country}"],
        ["Visit:", day],
        [],
        ["Area", "Question", "Baseline", None, "Endline"],
        [None, None, "Score (0-5)", "Evidence", "Score"],
        ["Legal", "Law in force?", first, "law no. 12", None],
        [None, "Procedural powers?", second, None, 4],
        ["Technical", "Forensic lab?", third, None, None],
        [],
        ["* n/a = not asked during the visit"],
    ]


MERGED = ["A1:E1", "A4:A5", "B4:B5", "C4:D4", "A6:A7"]


@pytest.fixture(scope="module")
def visits(make):
    names = {"St Kitts & Nevis": (3, "n/a", "2-3"), "Curaçao": (None, 0, "4 ")}
    sheets = {name: visit(name, scores) for name, scores in names.items()}
    sheets |= {"Notes": [["Prepared for the meeting"]], "lookup": [["scale", "text"], [1, "low"]]}
    return make(sheets, dict.fromkeys(names, MERGED), hidden=["lookup"])


def test_one_sheet_a_country(read, visits):
    reading = read(visits)
    assert [r.country.alpha_2 for r in reading.responses] == ["KN", "CW"]
    assert [r.date for r in reading.responses] == [DAY, DAY]
    first, second = reading.responses
    assert first["Law in force?"].value == 3
    assert first["Law in force?"].comment == "law no. 12"
    assert (first["Procedural powers?"].value, first["Procedural powers?"].raw) == (Missing.NOT_APPLICABLE, "n/a")
    assert first["Procedural powers? [Endline - Score]"].value == 4
    assert first["Forensic lab?"].value == "2-3"
    assert (second["Law in force?"].value, second["Procedural powers?"].value) == (Missing.NO_ANSWER, 0)
    assert (second["Forensic lab?"].value, second["Forensic lab?"].raw) == (4, "4 ")


AGENCIES = [
    ["Country", "Agency", "Staff"],
    ["Peru", "Police", 4],
    [None, "Courts", 3],
    ["Cuba", "Police", 1],
    [None, "Courts", 5],
]


def test_a_country_named_once_is_filled_down_where_agencies_come_again_or_it_is_said(read, make):
    (same,) = [i for i in read(make({"Staff": AGENCIES})).issues if i.code == "CB206"]
    assert same.severity is Severity.NOTE
    book = make({"Staff": [*AGENCIES[:-1], [None, "Prisons", 5]]})
    plain, filled = read(book), read(book, fill_country=True)
    assert [r.place for r in plain.responses] == ["Peru", None, "Cuba", None]
    assert [str(i.origin) for i in plain.issues if i.code == "CB206"] == ["x.xlsx!Staff:3", "x.xlsx!Staff:5"]
    assert [(r.place, r["Staff"].value) for r in filled.responses] == [
        ("Peru", 4), ("Peru", 3), ("Cuba", 1), ("Cuba", 5),
    ]  # fmt: skip
    assert [i.message[:28] for i in filled.issues if i.code == "CB206"] == ["2 rows name no country and h"]


def test_lines_of_a_csv_file_in_the_first_column_are_the_table_they_hold(read, make):
    lines = ["Country;P1;P2", "Peru;4;yes", 'Haiti;2;"yes; partly"', "Cuba;3;"]
    reading = read(make({"Returns": [[line] for line in lines], "Notes": [["In Peru, the law"], ["is new, I think"]]}))
    assert [(r.place, r["P1"].value, r["P2"].value) for r in reading.responses] == [
        ("Peru", 4, "yes"), ("Haiti", 2, "yes; partly"), ("Cuba", 3, Missing.NO_ANSWER),
    ]  # fmt: skip
    assert str(reading.responses[1]["P2"].origin) == "x.xlsx!Returns:A3"
    assert [str(i.origin) for i in reading.issues if i.code == "CB120"] == ["x.xlsx!Returns:A1"]
    assert reading.reconciliation.adds_up


def test_a_merged_country_needs_no_option(read, make):
    reading = read(make({"Staff": AGENCIES}, {"Staff": ["A2:A3", "A4:A5"]}))
    assert [r.place for r in reading.responses] == ["Peru", "Peru", "Cuba", "Cuba"]
    assert "CB206" not in {i.code for i in reading.issues}


def test_merged_ranges_that_overlap_are_reported(read, make):
    """openpyxl writes them as they are given; Excel repairs such a file."""
    reading = read(make({"Staff": AGENCIES}, {"Staff": ["A2:A3", "A3:A4", "B2:B3"]}))
    assert [str(i.origin) for i in reading.issues if i.code == "CB124"] == ["x.xlsx!Staff:A3"]
    assert not [i for i in read(make({"Staff": AGENCIES}, {"Staff": ["A2:A3"]})).issues if i.code == "CB124"]


def test_every_answer_of_a_visit_has_its_cell(read, visits):
    answers = {a.question: str(a.origin) for a in read(visits).responses[0]}
    assert answers["Law in force?"] == "x.xlsx!St Kitts & Nevis:C6"
    assert answers["Procedural powers? [Endline - Score]"] == "x.xlsx!St Kitts & Nevis:E7"
    assert answers["Visit"] == "x.xlsx!St Kitts & Nevis:B2"


def test_areas_are_groups_by_merged_range(read, visits):
    form = read(visits).questionnaire
    groups = {q.id: q.group for q in form.questions}
    assert groups["Procedural powers?"] == "Legal"
    assert groups["Forensic lab?"] == "Technical"


def test_every_sheet_and_row_is_in_the_account(read, visits):
    reading = read(visits)
    assert reading.reconciliation.adds_up
    left = {s.sheet: dict(s.left_out) for s in reading.reconciliation.sheets[2:]}
    assert left == {"Notes": {"no part of a table": 1}, "lookup": {"on a hidden sheet": 4}}
    told = [(i.severity.value, i.origin.sheet) for i in reading.issues if i.origin.sheet in left]
    assert told == [("warning", "Notes"), ("warning", "lookup")]
    account = reading.reconciliation.sheets[0]
    assert account.rows_in == 10 - 1  # ten rows, one of them the header
    left_out = {"title or note above the header": 1, "part of the header": 1, "blank": 2, "note below the table": 1}
    assert dict(account.rows_left_out) == left_out


def test_countries_across_and_questions_down(read, make):
    rows = [
        ["Scores of 2016"],
        ["Question", "Jamaica", "Belize", "Haiti"],
        ["Legal"],
        ["Law in force?", 3, "n/a", None],
        ["Powers?", 2, 1, 0],
        ["Technical"],
        ["Lab?", "yes", "no", "#N/A"],
    ]
    reading = read(make({"Matrix": rows}))
    assert [r.country.alpha_2 for r in reading.responses] == ["JM", "BZ", "HT"]
    belize, haiti = reading.responses[1:]
    assert (belize["Law in force?"].value, str(belize["Law in force?"].origin)) == (
        Missing.NOT_APPLICABLE,
        "x.xlsx!Matrix:C4",
    )
    assert (haiti["Powers?"].value, haiti["Lab?"].value) == (0, Missing.INVALID)
    assert str(haiti["Lab?"].origin) == "x.xlsx!Matrix:D7"
    assert {q.id: q.group for q in reading.questionnaire.questions} == {
        "Law in force?": "Legal",
        "Powers?": "Legal",
        "Lab?": "Technical",
    }
    assert reading.reconciliation.adds_up


def test_titles_notes_and_repeated_heads_are_no_data(read, make):
    rows = [
        ["Regional survey", None, None],
        ["draft of May", None, "for comment"],
        ["Country", "Staff", "Has lab"],
        ["Jamaica", 12, True],
        ["Belize", 4, False],
        ["Country", "Staff", "Has lab"],
        ["Haiti", 7, True],
        [],
        [None, "Source: ministries"],
    ]
    reading = read(make({"Survey": rows}))
    assert [(r.place, r["Staff"].value) for r in reading.responses] == [("Jamaica", 12), ("Belize", 4), ("Haiti", 7)]
    assert reading.reconciliation.adds_up


def test_three_rows_of_heads_are_joined_by_merged_range(read, make):
    rows = [
        ["Country", "Capacity 1", None, "Capacity 2", None],
        [None, "Law", None, "Units", None],
        [None, "score", "text", "score", "text"],
        ["Jamaica", 1, "a", 2, "b"],
        ["Belize", 3, "c", 4, "d"],
    ]
    merged = ["A1:A3", "B1:C1", "D1:E1", "B2:C2", "D2:E2"]
    reading = read(make({"Scores": rows}, {"Scores": merged}))
    assert reading.responses[1]["Capacity 2 - Units - text"].value == "d"
    assert reading.responses[0]["Capacity 1 - Law - score"].value == 1


def test_duplicate_and_blank_heads_are_kept_apart(read, make):
    reading = read(make({"Q": [["Country", "Staff", "Staff", None], ["Jamaica", 1, 2, 3], ["Haiti", 4, 5, 6]]}))
    assert [a.value for a in reading.responses[0]] == [1, 2, 3]
    assert {issue.code for issue in reading.issues} == {"CB113", "CB114"}


def test_an_empty_column_is_no_question(read, make):
    reading = read(make({"Q": [[None, "Country", None, "Staff"], [None, "Jamaica", None, 3]]}))
    assert [q.id for q in reading.questionnaire.questions] == ["Staff"]
    assert [(c.name, c.column) for c in reading.reconciliation.sheets[0].columns] == [("Country", 2), ("Staff", 4)]
    assert reading.reconciliation.adds_up


def test_unreadable_cells_are_told_and_kept(read, make):
    reading = read(make({"Q": [["Country", "Staff"], ["Jamaica", "#REF!"], ["Haiti", "=A1"], ["Belize", 3]]}))
    values = [(r["Staff"].value, r["Staff"].raw) for r in reading.responses]
    assert values == [(Missing.INVALID, "#REF!"), (Missing.INVALID, "=A1"), (3, None)]
    assert [i.code for i in reading.issues] == ["CB201", "CB201"]


def test_a_column_of_countries_is_found_by_its_cells(read, make):
    rows = [["St Lucia", 1], ["Curaçao", 2], ["Haïti", 3]]
    reading = read(make({"Q": [["Duty station", "Staff"], *rows]}))
    assert [r.country.alpha_2 for r in reading.responses] == ["LC", "CW", "HT"]
    asked = read(make({"Q": [["Where did you train?", "Staff"], *rows]}))  # answers to a question, of whoever
    assert [(r.country, r["Where did you train?"].value) for r in asked.responses] == [
        (None, "St Lucia"), (None, "Curaçao"), (None, "Haïti"),
    ]  # fmt: skip
    assert [i.code for i in asked.issues] == ["CB104"]


def test_a_cut_sheet_name_is_still_a_country(read, make):
    name = "Saint Vincent and the Grenadine"
    assert len(name) == 31
    reading = read(make({name: [["Question", "Score"], ["Law?", 3], ["Lab?", 1]]}))
    assert [r.country.alpha_2 for r in reading.responses] == ["VC"]


def test_sheets_can_be_chosen_hidden_ones_too(read, visits):
    reading = read(visits, sheets=["lookup"])
    assert [a.value for r in reading.responses for a in r] == [1, "low"]
    with pytest.raises(ReadError, match="no sheet 'Lookup'"):
        read(visits, sheets=["Lookup"])


def test_own_instruments_are_claimed_above_the_name(read, make):
    reading = read(make({"Q": [["Country", "TEC-1.1a", "TEC-1.1b"], ["Jamaica", "yes", "no"]]}))
    assert reading.why == "a workbook with criteria as headers or questions"


def test_a_sheet_of_numbers_alone_is_read_and_told(read, make):
    data = make({"Numbers": [[1, 2.5], [3, 4.5], [5, 6.5]]})
    reading = read(data)
    assert [(i.code, i.severity.value) for i in reading.issues] == [("CB104", "warning")]
    assert [[a.value for a in r] for r in reading.responses] == [[1, 2.5], [3, 4.5], [5, 6.5]]


def test_questions_of_several_sheets_make_one_form(read, make):
    sheets = {
        "Jamaica": [["Question", "Score"], ["Law?", 3], ["Lab?", 1]],
        "Haiti": [["Question", "Score"], ["Law?", 2.5], ["Unit?", 0.5]],
    }
    form = read(make(sheets)).questionnaire
    assert [(q.id, q.type) for q in form.questions] == [
        ("Law?", QuestionType.DECIMAL),
        ("Lab?", QuestionType.INTEGER),
        ("Unit?", QuestionType.DECIMAL),
    ]
    assert form.inferred


def test_respondents_across_on_a_sheet_that_is_one_country(read, make):
    rows = [["Question", "Police", "Prosecutor"], ["Law?", "yes", "no"], ["Lab?", None, "yes"]]
    reading = read(make({"Jamaica": rows, "Haiti": rows}))
    found = [(r.country.alpha_2, r.respondent.pseudonym, r["Law?"].value) for r in reading.responses]
    said = {"Police": "yes", "Prosecutor": "no"}
    assert found == [(code, *pair) for code in ("JM", "HT") for pair in said.items()]
    assert str(reading.responses[1]["Lab?"].origin) == "x.xlsx!Jamaica:C3"
    assert reading.reconciliation.adds_up


def test_one_column_of_answers_under_any_head(read, make):
    headers = ["Pregunta", "Situación en 2016", "Observaciones"]
    reading = read(make({"Perú": [headers, ["¿Ley?", "sí", "art. 12"], ["¿Laboratorio?", "no", None]]}))
    assert [(a.question, a.value, a.comment) for a in reading.responses[0]] == [
        ("¿Ley?", "sí", "art. 12"),
        ("¿Laboratorio?", "no", None),
    ]


def test_codes_of_countries_across(read, make):
    rows = [["Indicator", "JAM", "BRB", "HTI"], ["Law", 1, 2, 3], ["Lab", 4, 5, 6]]
    reading = read(make({"Scores": rows}))
    assert [(r.country.alpha_2, r["Lab"].value) for r in reading.responses] == [("JM", 4), ("BB", 5), ("HT", 6)]


def test_a_long_table_with_the_country_merged_down(read, make):
    rows = [
        ["Country", "Question", "Answer"],
        ["Jamaica", "Law?", "yes"],
        [None, "Lab?", "no"],
        ["Haiti", "Law?", "no"],
        [None, "Lab?", "n/a"],
    ]
    reading = read(make({"Long": rows}, {"Long": ["A2:A3", "A4:A5"]}))
    assert reading.why == "a workbook with headers for country, question and answer"
    assert [(r.country.alpha_2, r["Lab?"].value) for r in reading.responses] == [
        ("JM", "no"),
        ("HT", Missing.NOT_APPLICABLE),
    ]


def test_a_merged_answer_is_that_of_each_cell_below_it(read, make):
    across = [["Question", "Kenya", "Uganda"], ["Hub", "Nairobi"], ["Labs", 3, 4], ["Centre", "Yes", "No"]]
    down = [["Country", "Labs", "Hub"], ["Kenya", 3, "Nairobi"], ["Uganda", 4], ["Rwanda", 2, "Kigali"]]
    for rows, area in ((across, "B2:C2"), (down, "C2:C3")):
        reading = read(make({"Q": rows}, merged={"Q": [area]}))
        hubs = {response.country.alpha_2: response["Hub"].value for response in reading.responses}
        assert (hubs["KE"], hubs["UG"]) == ("Nairobi", "Nairobi")
        assert reading.reconciliation.adds_up
