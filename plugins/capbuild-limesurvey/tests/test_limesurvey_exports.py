"""Exports of responses as people set them up: as a workbook, with dates and languages written out, other headers."""

import datetime

import pytest

from capbuild.model import Missing, QuestionType
from capbuild.testing.tables import csv_bytes, xlsx_bytes

HEADS = ("class", "type/scale", "name", "relevance", "text", "help", "language", "other")
STRUCTURE = [
    HEADS,
    ("S", "", "language", "", "en", "", "", ""),
    ("G", "", "All", "1", "", "", "en", ""),
    ("Q", "L", "country", "1", "Which country?", "", "en", "N"),
    ("A", "0", "PE", "", "Peru", "", "en", ""),
    ("A", "0", "CL", "", "Chile", "", "en", ""),
    ("Q", "M", "units", "1", "Which units?", "", "en", "N"),
    ("SQ", "", "cert", "1", "CERT", "", "en", ""),
    ("SQ", "", "lab", "1", "Laboratory", "", "en", ""),
    ("Q", "D", "day", "1", "Day of the visit", "", "en", "N"),
]
ABOUT = ["Response ID", "Date submitted", "Last page", "Start language"]


@pytest.fixture
def definition(tmp_path):
    path = tmp_path / "survey.txt"
    path.write_text("\n".join("\t".join(row) for row in STRUCTURE), "utf-8")
    return path


def test_a_workbook_is_read_as_the_table_of_text_is(read, definition):
    # LimeSurvey's workbooks have a dash in headers where the question has a question mark.
    headers = [*ABOUT, "Which country-", "Which units- [CERT]", "Which units- [Laboratory]", "Day of the visit"]
    rows = [
        headers,
        [7, "2016-03-14 10:00:00", 3, "en", "Chile", "Yes", "No", "2016-03-02 00:00:00"],
        [8, None, 1, "en", "Peru", "N/A", "N/A", None],
    ]
    found = read(xlsx_bytes({"Needs 2016": rows, "Other": [["a"]]}), name="results-survey1.xlsx", definition=definition)
    assert found.answers(0) == {"country": "CL", "units": ("cert",), "day": datetime.date(2016, 3, 2)}
    assert found.answers(1) == {"country": "PE", "units": Missing.NOT_ASKED, "day": Missing.NO_ANSWER}
    first, second = found.responses
    assert (first.id, first.date, first.place, first.status.value) == (
        "7",
        datetime.date(2016, 3, 14),
        "Chile",
        "submitted",
    )
    assert (second.status.value, str(first["country"].origin)) == ("partial", "results-survey1.xlsx!Needs 2016:E2")
    assert [account.skipped for account in found.accounts] == ["", "it contains no responses of LimeSurvey"]


@pytest.mark.parametrize(
    ("sent", "started", "day"),
    [
        ("01/03/2016 09:00", "13/02/2016 08:00", datetime.date(2016, 3, 1)),
        ("03.01.2016 09:00", "02.13.2016 08:00", datetime.date(2016, 3, 1)),
        ("01/03/2016 09:00", "02/02/2016 08:00", None),  # nothing shows which number is the day
    ],
)
def test_dates_that_are_written_out_are_read_where_the_dates_of_the_responses_show_the_order(
    read, definition, sent, started, day
):
    headers = [*ABOUT, "Date started", "Which country?", "Day of the visit"]
    visit = sent.partition(" ")[0]
    found = read(
        csv_bytes([headers, ["1", sent, "3", "English", started, "Peru", visit]]), name="r.csv", definition=definition
    )
    (response,) = found.responses
    assert (response.date, response.language) == (day, "en")
    assert response["day"].value == (day or visit)
    assert ("CB201" in found.codes) == (day is None)


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("Español", "es"),
        ("French - Français", "fr"),
        ("Portuguese (Brazilian)", "pt"),
        ("nl-informal", "nl-x-informal"),
    ],
)
def test_languages_that_are_written_out_are_known(read, written, tag):
    found = read(
        csv_bytes([["id", "submitdate", "lastpage", "startlanguage", "q"], ["1", "", "1", written, "x"]]), name="r.csv"
    )
    assert found.responses[0].language == tag


def test_whatever_stands_between_code_and_text_heads_are_known_by_their_code(read, definition):
    about = zip(("id", "submitdate", "lastpage", "startlanguage"), ABOUT, strict=True)
    headers = [f"{code} - {text}" for code, text in about]
    headers += ["country - Which country?", "units[lab] - Which units? [Laboratory]"]
    found = read(
        csv_bytes([headers, ["1", "2016-03-14 10:00:00", "3", "en", "Peru", "Yes"]]),
        name="r.csv",
        definition=definition,
    )
    assert found.answers() == {"country": "PE", "units": ("lab",)}


def test_a_scale_whose_values_are_1_and_2_is_no_multiple_choice(read):
    rows = [["id", "submitdate", "lastpage", "startlanguage", "rate[law]", "rate[lab]"], ["1", "", "1", "en", "1", "2"]]
    found = read(csv_bytes(rows), name="r.csv")
    assert found.answers() == {"rate_law": 1, "rate_lab": 2}
    assert found.form["rate"].type is QuestionType.NOTE


def test_cells_with_two_words_for_yes_are_answers_and_no_ticks(read):
    rows = [
        ["id", "submitdate", "lastpage", "startlanguage", "duo[law][1]", "duo[law][2]"],
        ["1", "", "1", "en", "1", "x"],
    ]
    found = read(csv_bytes(rows), name="r.csv")
    assert found.answers() == {"duo_law_1": 1, "duo_law_2": "x"}


def test_texts_with_codes_and_names_of_languages_are_understood(read, tmp_path):
    path = tmp_path / "a.txt"
    headers = ["class", "type/scale", "name", "relevance", "text", "help", "language"]
    rows = [
        ("S", "", "language", "", "en", "", ""),
        ("S", "", "additional_languages", "", "es", "", ""),
        ("G", "1", "All", "1", "", "", "en"),
        ("Q", "M", "tools", "1", "Tools?", "", "en"),
        ("SQ", "0", "lap", "1", "Laptops", "", "en"),
        ("SQ", "0", "pho", "1", "Phones", "", "en"),
        ("Q", "Y", "sure", "1", "Sure?", "", "en"),
        ("Q", "I", "tongue", "1", "Language?", "", "en"),
    ]
    path.write_text("".join("\t".join(row) + "\n" for row in (headers, *rows)))
    text = "id,submitdate,lastpage,startlanguage,tools[lap],tools[pho],sure,tongue\n1,2016-01-02,1,en,{}\n"
    for cells in ("Yes [Y],No [],No [N],Spanish", "Y,,N,es", "Ja [Y],Nein [],Nein [N],Spanish [es]"):
        found = read(text.format(cells), "r.csv", definition=path)
        assert found.answers() == {"tools": ("lap",), "sure": False, "tongue": "es"}
        assert "CB201" not in found.codes


def test_columns_of_one_head_are_all_kept(read, tmp_path):
    """Exports with texts as headers repeat them: `Remarks` may be asked in every section."""
    head = "Response ID,Date submitted,Last page,Start language"
    text = f"{head},Staff,Remarks,Rate [Law],Remarks,Rate [Law]\n1,2016-01-02,1,en,12,one,low,two,high\n"
    found = read(text, "r.csv")
    assert found.answers() == {
        "Staff": 12,
        "Remarks": "one",
        "Rate_Law": "low",
        "Remarks (2)": "two",
        "Rate (2)_Law": "high",
    }
    assert [(i.origin.column, "(2)" in i.message) for i in found.issues if i.code == "CB203"] == [(8, True), (9, True)]
    path = tmp_path / "a.txt"
    headers = ("class", "type/scale", "name", "relevance", "text", "help", "language")
    rows = [("S", "", "language", "", "en", "", ""), ("G", "1", "All", "1", "", "", "en")]
    rows.append(("Q", "S", "q1", "1", "Staff", "", "en"))
    path.write_text("".join("\t".join(row) + "\n" for row in (headers, *rows)))
    again = read("id,submitdate,lastpage,startlanguage,q1,q1\n1,2016-01-02,1,en,a,b\n", "r.csv", definition=path)
    assert again.answers() == {"q1": "a", "q1 (2)": "b"}


def test_participants_exported_with_their_responses_are_personal(read):
    text = "id,submitdate,lastpage,startlanguage,token,firstname,lastname,email\n1,2016-01-02,1,en,t,Ann,Lee,a@b.org\n"
    found = read(text, "r.csv")
    named = {c.name: c.personal.value for c in found.account.columns if c.personal is not None}
    assert named == {"token": "identifier", "firstname": "name", "lastname": "name", "email": "e-mail"}
    assert not read(text, "r.csv", drop_personal=True).answers()
