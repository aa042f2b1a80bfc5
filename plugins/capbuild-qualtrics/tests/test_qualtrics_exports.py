"""Responses of made exports: answers, kinds of missing, status, dates, personal columns."""

import csv
import datetime
import io
import json

import pytest

import capbuild as cb
from capbuild.errors import ReadError
from capbuild.model import ColumnUse, Missing, PersonalData, ResponseStatus

NO, UNSEEN = Missing.NO_ANSWER, Missing.NOT_ASKED


@pytest.fixture(scope="module")
def text(export, made):
    columns, *rows = made
    return export(columns, *rows)


def test_a_response_has_its_own_attributes(read, text):
    full, left = read(text).responses
    assert (full.id, full.place, full.language, full.status) == ("R_1a", "JM", "es-419", ResponseStatus.SUBMITTED)
    assert full.submitted.isoformat() == "2016-03-01T09:20:00-05:00"
    assert (left.place, left.status, left.date) == ("PE", ResponseStatus.TEST, datetime.date(2016, 3, 1))


def test_a_draft_joins_ticks_and_keeps_rows_apart(read, text):
    found = read(text)
    answers = found.answers()
    assert answers["Q2"] == ("1", "3")
    assert answers["Q2_3_TEXT"] == "CERT,\nsectoral"
    assert (answers["forensics"], answers["online"]) == (5, NO)
    assert (answers["Q6", 1], answers["Q6", 2]) == ("Law", "Forensics")
    assert {q.id: q.parent for q in found.form.questions if q.parent} == {
        "Q2_3_TEXT": "Q2", "forensics": "QID3", "online": "QID3", "Q4_1_1": "Q4", "Q4_1_2": "Q4", "Q7_1": "Q7",
        "Q7_2": "Q7",
    }  # fmt: skip
    assert [(c.code, c.label.source) for c in found.form["Q2"].choices] == [
        ("1", "Cybercrime unit"), ("2", "Lab, forensic"), ("3", "Other"),
    ]  # fmt: skip
    assert found.form["Q2"].text.source == "Which units?"
    assert [(g.id, g.repeat) for g in found.form.groups] == [("loop", True)]


def test_a_definition_says_what_columns_mean(read, text, qsf):
    found = read(text, definition=qsf)
    full, answers = found.responses[0], found.answers()
    assert (full.place, answers["Q1"], answers["Q2"]) == ("Jamaica", "JM", ("1", "3"))
    assert (answers["forensics"], answers["online"]) == ("5", NO)
    assert (answers["Q4_1"], answers["Q5#1_1"], answers["Q5#2_1_1"]) == (("1", "2"), "2", "no budget")
    assert answers["Q7"] == ("2", "1")  # money first
    assert (answers["Q6", 1], answers["Q6", 2], answers["Q11_1"], answers["agency"]) == (
        "Law",
        "Forensics",
        40.5,
        "police",
    )
    assert found.form["agency"].inferred
    assert full.questionnaire == "SV_1"
    assert set(found.codes) == {"QUAL3", "CB132"}


def test_labels_are_read_as_codes_in_every_language(read, export, qsf):
    columns = [("Q1", "Country", "QID1"), ("Q2", "Which units? - Selected Choice", "QID2"), ("o", "Rate", "QID3_2")]
    text = export(
        columns, ["Perú", "Lab, forensic,Cybercrime unit", "High"], ["peru", "Don't know", "Huge"], ["JM", "3,1", "0"]
    )
    found = read(text, definition=qsf)
    assert [found.answers(n)["Q1"] for n in range(3)] == ["PE", "PE", "JM"]
    assert [found.answers(n)["Q2"] for n in range(3)] == [("2", "1"), Missing.DONT_KNOW, ("3", "1")]
    assert [found.answers(n)["online"] for n in range(3)] == ["5", "Huge", "0"]
    assert [i.message for i in found.issues if i.code == "CB201"] == ["'Huge' is not a choice of online (online)"]


def test_a_code_counts_before_a_label_of_another_choice(read, export, definition):
    """Choices of both questions have the codes 1 to 4 and the labels 0 to 3."""
    made = definition()
    shown = {str(code): {"Display": str(code - 1)} for code in range(1, 5)}
    for one in made["SurveyElements"]:
        if one.get("PrimaryAttribute") in ("QID2", "QID9"):
            one["Payload"] |= {"Choices": shown, "ChoiceOrder": list(shown)}
    made["SurveyElements"][0]["Payload"][1]["BlockElements"].append({"Type": "Question", "QuestionID": "QID9"})
    text = export([("Q9", "Laws", "QID9"), ("Q2", "Years", "QID2")], ["1", "2,3"], ["2", "0,4"])
    found = read(text, definition=json.dumps(made).encode())
    assert [(found.answers(n)["Q9"], found.answers(n)["Q2"]) for n in range(2)] == [
        ("1", ("2", "3")), ("2", ("1", "4"))
    ]  # fmt: skip


def test_not_shown_is_not_unanswered(read, export):
    columns = [("Q1", "Law", "QID1"), ("Q2", "Court", "QID2"), ("n", "n", "n")]
    marked = read(export(columns, ["yes", "-99", "1"], ["", "no", "2"]))
    assert (marked.answers(0)["Q2"], marked.answers(1)["Q1"]) == (NO, UNSEEN)
    plain = read(export(columns, ["yes", "", "1"]))
    assert plain.answers()["Q2"] is NO  # nothing tells
    other = read(export(columns, ["yes", "-1", "1"]), unanswered="-1")
    assert other.answers()["Q2"] is NO


@pytest.mark.parametrize(
    ("status", "finished", "wanted"),
    [
        ("0", "1", ResponseStatus.SUBMITTED),
        ("IP Address", "True", ResponseStatus.SUBMITTED),
        ("4", "1", ResponseStatus.SUBMITTED),
        ("16", "1", ResponseStatus.SUBMITTED),
        ("0", "False", ResponseStatus.PARTIAL),
        ("1", "1", ResponseStatus.TEST),
        ("Survey Preview", "0", ResponseStatus.TEST),
        ("8", "1", ResponseStatus.TEST),
        ("Spam", "1", ResponseStatus.TEST),
    ],
)
def test_previews_spam_and_partials_are_told_apart(read, export, status, finished, wanted):
    columns = [("Status", "Response Type", "status"), ("Finished", "Finished", "finished"), ("Q1", "Law", "QID1")]
    assert read(export(columns, [status, finished, "yes"])).responses[0].status is wanted


@pytest.mark.parametrize(
    ("dates", "wanted"),
    [
        (["31/03/2016 09:20", "02/03/2016 10:00"], ["2016-03-31", "2016-03-02"]),
        (["3/31/16 9:20", "3/2/16 10:00"], ["2016-03-31", "2016-03-02"]),
        (["3/2/2016", "4/2/2016"], ["None", "None"]),
        (["2016-03-31T09:20:00Z", "yesterday"], ["2016-03-31", "None"]),
    ],
)
def test_dates_are_read_where_they_mean_one_day(read, export, dates, wanted):
    found = read(export([("EndDate", "End Date", "endDate"), ("Q1", "Law", "QID1")], *([d, "yes"] for d in dates)))
    assert [str(response.date) for response in found.responses] == wanted
    assert found.codes.count("QUAL4") == wanted.count("None")


def test_personal_columns_are_flagged_and_dropped(read, text):
    found = read(text)
    flagged = {c.name: c.personal for c in found.account.columns if c.personal}
    assert flagged == {
        "IPAddress": PersonalData.NETWORK_ADDRESS, "RecipientLastName": PersonalData.NAME,
        "RecipientEmail": PersonalData.EMAIL, "LocationLatitude": PersonalData.LOCATION, "Q8_2": PersonalData.EMAIL,
    }  # fmt: skip
    dropped = read(text, drop_personal=True)
    assert not set(flagged) & set(dropped.answers())
    assert dict(dropped.account.left_out) == {"personal, dropped, as set in the options": 10}


def test_every_column_has_its_use(read, text):
    uses = {c.name: c.use for c in read(text).account.columns}
    assert (uses["Finished"], uses["Q1"], uses["Q2_1"]) == (ColumnUse.METADATA, ColumnUse.COUNTRY, ColumnUse.QUESTION)
    assert ColumnUse.IGNORED not in uses.values()


def test_legacy_exports_name_two_questions_alike(read):
    text = (
        "V1,V2,V10,row_1,row_2,row_1,row_2,\nResponseID,ResponseSet,Finished,One-A,One-B,Two-A,Two-B,\n"
        "R_1,Default,1,1,,,1,\nR_2,Default,0,,1,1,1,\n"
    )
    found = read(text)
    assert [q.id for q in found.form.questions] == ["ResponseSet", "row", "row (2)"]
    assert [(a["row"], a["row (2)"]) for a in (found.answers(0), found.answers(1))] == [
        (("1",), ("2",)), (("2",), ("1", "2")),
    ]  # fmt: skip
    assert found.responses[1].status is ResponseStatus.PARTIAL


def test_one_header_row_is_enough(read):
    text = "StartDate,Status,Finished,ResponseId,Q1\n2016-03-01,0,1,R_1,Peru\n"
    (response,) = read(text).responses
    assert (response.id, response["Q1"].value) == ("R_1", "Peru")


def test_json_lists_what_was_shown(read, responses):
    found = read(responses, "a.json")
    first, second = found.responses
    # Codes alone may be other answers.
    assert (first.id, first.place, str(first.submitted)) == ("R_1a", None, "2016-03-01 14:20:00+00:00")
    assert "CB104" in found.codes
    assert found.answers()["QID2"] == ("1", "3")
    assert (found.answers()["QID3_2"], found.answers(1)["QID2"], found.answers(1)["QID3_1"]) == (NO, UNSEEN, NO)
    assert second["QID3_2"].value == 0
    assert second["QID3_2"].origin.path == "$.responses[1].values.QID3_2"
    assert first["QID3_2"].origin.path == "$.responses[0].values"


def test_json_and_csv_of_one_survey_have_the_same_questions(read, responses, text, qsf):
    one, two = read(responses, "a.json", definition=qsf), read(text, definition=qsf)
    assert {a.question for a in one.responses[0]} & set(one.form.by_id) >= {"Q1", "Q2", "Q2_3_TEXT", "forensics"}
    for name in ("Q1", "Q2", "forensics"):
        assert one.answers()[name] == two.answers()[name]
    assert one.responses[0].place == "Jamaica"


def test_duplicate_ids_are_made_unique(read, export):
    columns = [("ResponseId", "Response ID", "_recordId"), ("Q1", "Law", "QID1")]
    found = read(export(columns, ["R_1", "yes"], ["R_1", "no"]))
    assert [r.id for r in found.responses] == ["R_1", "R_1 (2)"]
    assert "CB212" in found.codes


def test_the_country_can_be_named(read, export):
    text = export([("post", "post", "post"), ("Q1", "Law", "QID1")], ["Cuba", "yes"])  # one country shows little
    assert "CB104" in read(text).codes
    assert read(text, country_question="post").responses[0].place == "Cuba"
    assert read(text, country="Peru").responses[0].place == "Peru"
    with pytest.raises(ReadError, match="has no question 'Q9'"):
        read(text, country_question="Q9")


def test_a_row_that_is_too_long_is_an_issue(read, export):
    text = export([("Q1", "Law", "QID1")], ["yes", "more"], [""])
    found = read(text)
    assert "QUAL2" in found.codes
    assert dict(found.account.rows_left_out) == {"blank": 1}


def test_the_host_reads_exports_by_itself(text, tmp_path, qsf):
    path, survey = tmp_path / "a.csv", tmp_path / "a.qsf"
    path.write_text(text, "utf-8")
    survey.write_bytes(qsf)
    reading = cb.read(path, options={"definition": str(survey)})
    rows = list(csv.reader(io.StringIO(text)))
    assert (reading.format, len(reading.responses)) == ("qualtrics", len(rows) - 3)
    assert [r.country.name if r.country else None for r in reading.responses] == ["Jamaica", "Peru"]
    assert cb.read(survey).questionnaire.id == "SV_1"
    with pytest.raises(ReadError, match="does not exist"):
        cb.read(path, options={"definition": "none.qsf"})


@pytest.mark.parametrize(
    "label",
    ["Which country do you work in?", "¿En qué país trabaja?", "Where is the unit based?", "Country - Selected Choice"],
)
def test_the_country_is_found_under_other_headers(read, export, label):
    columns = [("Q1", "Law", "QID1"), ("Q2", label, "QID2"), ("Q3", "Remarks", "QID3_TEXT")]
    found = read(export(columns, ["yes", "Cuba", "none"], ["no", "JM", "Peru"], ["no", "-99", ""]))
    assert [response.place for response in found.responses] == ["Cuba", "JM", None]
    assert "CB104" not in found.codes


def test_two_columns_of_countries_are_not_guessed_between(read, export):
    columns = [("Q1", "Visited", "QID1"), ("Q2", "Invited", "QID2")]
    found = read(export(columns, ["Cuba", "Peru"], ["Peru", "Cuba"]))
    assert [response.place for response in found.responses] == [None, None]


@pytest.mark.parametrize("defined", [True, False])
def test_columns_of_one_tag_are_all_read_and_reported(read, export, qsf, defined):
    columns = [("Q1", "Country", "QID1"), ("online", "Rate", "QID3_2"), ("online", "Rate", "QID3_2")]
    found = read(export(columns, ["JM", "0", "5"]), **({"definition": qsf} if defined else {}))
    assert [str(found.answers()[name]) for name in ("online", "online (2)")] == ["0", "5"]
    assert [i.origin.column for i in found.issues if i.code == "CB113"] == [3]


def test_what_the_definition_does_not_declare_is_reported(read, export, qsf):
    """Choices of Q2 with another one have their text in a column of its own."""
    columns = [("Q1", "Country", "QID1"), ("Q2", "Which units?", "QID2"), ("Q4_1_9", "Who", "QID4_1_9")]
    columns.append(("Finished", "Finished", "finished"))
    text = export(columns, ["JM", "1,9", "1", "True"], ["PE", "1", "", "maybe"])
    found = [(i.code, i.origin.row, i.origin.column) for i in read(text, definition=qsf).issues if i.code != "CB132"]
    assert sorted(found) == [("CB131", 1, 3), ("CB201", 4, 2), ("QUAL5", 5, None)]
