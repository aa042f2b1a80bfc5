"""Top and foot of tables, beside headers and data: codes, numbers of columns, notes, row names."""

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences

WORDS = "Country of respondent,Is there a law?,How many investigators?\n"
CODES = "country,q1,staff_n\n"
DATA = "Peru,yes,3\nCuba,no,4\n"


@pytest.mark.parametrize("text", [WORDS + CODES + DATA, "Survey of 2021,,\n" + WORDS + CODES + DATA])
def test_heads_in_words_above_codes_spell_them_out(read_text, text):
    found = read_text(text)
    assert [(r.place, r["q1"].value, r["staff_n"].value) for r in found.responses] == [
        ("Peru", "yes", 3),
        ("Cuba", "no", 4),
    ]
    assert [(q.id, q.text.source, q.type.value) for q in found.form.questions] == [
        ("q1", "Is there a law?", "text"),
        ("staff_n", "How many investigators?", "integer"),
    ]
    assert found.account.buckets["header"] == 6
    assert sum(found.account.rows_left_out.values()) == 1 + text.startswith("Survey")


@pytest.mark.parametrize(
    "text",
    [
        "Sample number,Run number\nS1,R1\nS2,R2\nS3,R3\n",
        "Country name,Is there a law?,Level in all\nPeru,q1,q2\nCuba,no,q2\nHaiti,q1,q3\n",
        "Case number,Name of unit\nA1,north\nA2,south\n",
    ],
)
def test_rows_of_codes_that_are_data_stay_data(read_text, text):
    assert len(read_text(text).responses) == text.count("\n") - 1


@pytest.mark.parametrize("row", ["(1),(2),(3)", "1,2,3", "[1],[2],[3]", "A,B,C", "(a),(b),(c)"])
def test_a_row_that_counts_the_columns_is_no_response(read_text, row):
    found = read_text(f"Country,Staff,Budget\n{row}\nPeru,3,5.5\nCuba,4,2\n")
    assert [r.place for r in found.responses] == ["Peru", "Cuba"]
    assert [q.type.value for q in found.form.questions] == ["integer", "decimal"]
    assert dict(found.account.rows_left_out) == {"numbers the columns": 1}


@pytest.mark.parametrize("text", ["id,q1,q2\n1,2,3\n2,5,4\n3,1,1\n", "Country,q1,q2\nPeru,2,3\nCuba,1,1\n"])
def test_answers_that_count_up_are_answers(read_text, text):
    assert len(read_text(text).responses) == text.count("\n") - 1


@pytest.mark.parametrize(
    "foot",
    [
        "\nData from the database of invented indicators\nLast updated: 12/18/2023\n",
        "\n\nNote: staff means full-time staff\n- means nil\n",
        "Source: ministries\nExtracted in May\n",
    ],
)
def test_lines_below_a_table_of_countries_are_notes(read_text, foot):
    found = read_text(f"Country,2019,2020,2021\nPeru,1,2,3\nCuba,4,5,6\n{foot}")
    assert [r.place for r in found.responses] == ["Peru", "Cuba"]
    assert found.account.rows_left_out["note below the table"] == 2


def test_a_country_without_answers_below_a_blank_row_is_no_note(read_text):
    found = read_text("Country,Q1,Q2\nPeru,1,2\n\nNote: as reported\nCuba,,\n")
    assert [r.place for r in found.responses] == ["Peru", "Cuba"]


def test_row_names_without_a_head_do_not_shift_the_columns(read_text):
    found = read_text('"country","q1","q2"\n"1","Peru",1,"a"\n"2","Cuba",2,"b"\n')
    assert [(r.place, r["q1"].value, r["q2"].value) for r in found.responses] == [
        ("Peru", 1, "a"),
        ("Cuba", 2, "b"),
    ]
    assert found.codes == {"CB114": 1}


@pytest.mark.parametrize("rows", ["Peru,1,x\nCuba,2,y\n", "Peru,1,\nCuba,2,y\n"])
def test_a_cell_too_many_is_an_answer_without_a_head(read_text, rows):
    found = read_text("country,q1\n" + rows)
    assert [(r.place, r["q1"].value) for r in found.responses] == [("Peru", 1), ("Cuba", 2)]
    assert found.answers(1)["column 3"] == "y"
    assert found.codes == {"CB114": 1}


@pytest.mark.parametrize("rows", ["Mazda,21,6\nFiat,32,4\n", "Peru,21,6\nCuba,32,4\n", "1,21,6\n2,32,4\n"])
def test_names_of_rows_stand_before_the_first_head(read_text, rows):
    assert [(r["mpg"].value, r["cyl"].value) for r in read_text("mpg,cyl\n" + rows).responses] == [(21, 6), (32, 4)]


def test_a_blank_cell_too_many_shifts_no_head(read_text):
    found = read_text("mpg,cyl\n21,6,\n32,4,\n")
    assert [(r["mpg"].value, r["cyl"].value) for r in found.responses] == [(21, 6), (32, 4)]


@pytest.mark.parametrize("head", ["Member", "Location", "States", "", "Entity", "GeoAreaName"])
def test_a_column_of_names_of_countries_is_the_country(read_text, head):
    found = read_text(f"{head},Signed,Level\nPeru,yes,1\nCuba,no,2\nHaiti,yes,3\n")
    assert [r.place for r in found.responses] == ["Peru", "Cuba", "Haiti"]
    assert "CB104" not in found.codes


@pytest.mark.parametrize(
    "text",
    [
        "id,Nationality,q\n1,Peru,a\n2,Cuba,b\n3,Haiti,c\n",
        "id,Where did you work last year?,q\n1,Peru,a\n2,Cuba,b\n3,Haiti,c\n",
        "id,Code,q\n1,IN,a\n2,NO,b\n3,IT,c\n",
        "id,Member,q\n1,Jordan,a\n2,Ann,b\n3,Chad,c\n4,Georgia,d\n5,Bob,e\n",
    ],
)
def test_other_columns_with_countries_are_questions(read_text, text):
    assert read_text(text).codes["CB104"] == 1


def test_questions_with_answers_of_nobody_are_one_response(read_text):
    text = "No.,Question,Response,Comments\n1,Is there a law?,Yes,of 2012\n2,Year,2014,\n3,Staff,25,\n"
    (response,) = read_text(text).responses
    assert [(a.question, a.value, a.comment) for a in response] == [
        ("Is there a law?", "Yes", "of 2012"),
        ("Year", 2014, None),
        ("Staff", 25, None),
    ]


def test_answers_of_numbered_respondents_are_put_together(read_text):
    found = read_text("respondent_id,question,answer\n1,Q1,yes\n1,Q2,12\n2,Q1,no\n2,Q2,7\n")
    assert [{a.question: a.value for a in r} for r in found.responses] == [
        {"Q1": "yes", "Q2": 12},
        {"Q1": "no", "Q2": 7},
    ]


@pytest.mark.parametrize(
    "text", ["Question,Answer\nlaw,yes\nlaw,no\nlaw,yes\n", "id,question,answer\n1,a,yes\n2,b,no\n3,c,no\n"]
)
def test_other_questions_and_answers_stay_a_row_a_response(read_text, text):
    assert len(read_text(text).responses) == 3


QUALTRICS = (
    'StartDate,Finished,ResponseId,Q1,Q2_1\nStart Date,Finished,Response ID,Country,"Which? - Selected Choice - CERT"\n'
    '"{""ImportId"":""startDate""}","{""ImportId"":""finished""}","{""ImportId"":""_recordId""}",'
    '"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\n2023-01-01 10:00:00,1,R_1,Peru,CERT\n'
    "2023-01-02 10:00:00,0,R_2,Cuba,\n"
)


def test_rows_of_ids_of_qualtrics_are_no_responses(read_text):
    found = read_text(QUALTRICS)
    assert [(r.place, r["Finished"].value) for r in found.responses] == [("Peru", 1), ("Cuba", 0)]
    assert found.form["Q2_1"].text.source == "Which? - Selected Choice - CERT"
    assert (dict(found.account.rows_left_out), found.account.buckets["header"]) == ({"part of the header": 2}, 15)


def test_labels_that_come_again_group_the_heads_below_them(read_text):
    found = read_text(",,Legal,Legal,Technical\nCountry,Region,Law,Court,CERT\nPeru,AMS,1,2,3.5\nCuba,CAR,0,1,2\n")
    assert found.answers() == {"Region": "AMS", "Legal - Law": 1, "Legal - Court": 2, "Technical - CERT": 3.5}
    assert dict(found.account.rows_left_out) == {"part of the header": 1}


def test_a_title_above_heads_groups_nothing(read_text):
    found = read_text(",Scores of 2021,\nCountry,Law,Court\nPeru,1,2\nCuba,0,1\n")
    assert found.answers() == {"Law": 1, "Court": 2}
    assert dict(found.account.rows_left_out) == {"title or note above the header": 1}


def test_observations_of_indicators_are_a_long_table(read_text):
    rows = "".join(
        f"A,{area},{code},{year},{value}\n"
        for value, (area, code, year) in enumerate(
            (area, code, year) for area in ("PE", "CU") for code in ("NET", "MOB") for year in (2019, 2020)
        )
    )
    found = read_text(f"FREQ,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE\n{rows}")
    assert [r.place for r in found.responses] == ["PE", "CU"]
    assert found.answers() == {"NET [2019]": 0, "NET [2020]": 1, "MOB [2019]": 2, "MOB [2020]": 3}


def test_a_colon_alone_is_no_answer(read_text):
    found = read_text("Country,2019,2020\nPeru,:,3\nCuba,4,:\nHaiti,5,6\n")
    assert [q.type.value for q in found.form.questions] == ["integer", "integer"]
    assert dict(found.account.absent) == {"no answer": 2}


def test_series_of_a_databank_are_questions_of_each_year(read_text):
    found = read_text(
        "Country Name,Country Code,Series Name,Series Code,2019 [YR2019],2020 [YR2020]\n"
        "Peru,PER,Invented servers,SRV,1,..\nCuba,CUB,Invented servers,SRV,3,4\n\n\n"
        "Data from database: invented\nLast Updated: 12/18/2023\n"
    )
    assert [r.place for r in found.responses] == ["Peru", "Cuba"]
    assert [q.text.source for q in found.form.questions][:1] == ["Invented servers [2019 [YR2019]]"]
    assert found.answers(1) == {"SRV [2019 [YR2019]]": 3, "SRV [2020 [YR2020]]": 4}


def test_names_of_countries_in_a_table_of_one_country_are_answers(read_text):
    found = read_text("Partner,Level\nPeru,1\nCuba,2\nHaiti,3\n", country="Belize")
    assert [r["Partner"].value for r in found.responses] == ["Peru", "Cuba", "Haiti"]


UNDATA = (
    '"Country or Area","Year","Value","Value Footnotes"\n"Peru","2019","55.1","1"\n"Cuba","2019","47.0",""\n\n'
    '"footnoteSeqID","Footnote"\n"1","An invented estimate."\n"2","Another one."\n'
)


def test_a_table_of_footnotes_below_is_no_data(read_text):
    found = read_text(UNDATA)
    assert [r.place for r in found.responses] == ["Peru", "Cuba"]
    assert dict(found.account.rows_left_out) == {"blank": 1, "no part of a table": 3}
    assert (dict(found.account.left_out), found.codes) == ({"no part of a table": 6}, {"CB123": 1})
    assert found.issue("CB123").severity.value == "warning"


def test_one_short_row_below_a_blank_one_at_the_end_is_data(read_text):
    found = read_text("Country,Law,Staff\nPeru,yes,1\nCuba,no,3\n\nAtlantis,no\nNote: preliminary,,\n")
    assert [r.place for r in found.responses] == ["Peru", "Cuba", "Atlantis"]


@pytest.mark.parametrize("row", ["Haiti,no", "HTI,no", "Atlantis,2018"])
def test_a_short_row_below_a_blank_one_is_data(read_text, row):
    found = read_text(f"Country,Law,Staff,Level\nPeru,yes,1,2\n\n{row}\nCuba,no,3,4\n")
    assert [r.place for r in found.responses] == ["Peru", row.split(",")[0], "Cuba"]


@pytest.mark.parametrize(
    "text",
    [
        WORDS + CODES + DATA,
        "Country,Staff,Budget\n(1),(2),(3)\nPeru,3,5.5\nCuba,4,2\n",
        "Country,2019,2020\nPeru,1,2\n\nData from a database,,\n",
        "country,q1,q2\n1,Peru,1,a\n2,Cuba,2,b\n",
        "Member,Level\nPeru,1\nCuba,2\nHaiti,3\n",
        "Question,Answer\nLaw?,Yes\nStaff?,4\n",
        UNDATA,
        QUALTRICS,
    ],
)
def test_such_tables_are_scanned_as_they_are_read(text):
    reading, table = (way(text.encode(), name="a.csv") for way in (cb.read, cb.scan))
    assert list(scan_differences(table, reading.responses)) == []
