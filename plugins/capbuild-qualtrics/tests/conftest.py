"""Made samples: a survey of invented questions as Qualtrics defines it, and invented responses as it exports them."""

import csv
import io
import json

import capbuild_qualtrics
import pytest

from capbuild.testing import read_items

(READER,) = capbuild_qualtrics.register_readers()


def read(data, name="a.csv", **given):
    return read_items(READER, data, name, **given)


@pytest.fixture(name="read", scope="session")
def read_fixture():
    return read


def export(columns, *rows, quote='"', delimiter=",", headers=3):
    """An export: columns are (name, label, import id); each row is a list of cells."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    names, labels, fields = zip(*columns, strict=True)
    writer.writerow(names)
    if headers > 1:
        writer.writerow(labels)
    if headers > 2:
        writer.writerow(
            [f"{{{quote}ImportId{quote}:{quote}{name}{quote}}}" if name[0] != "{" else name for name in fields]
        )
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture(name="export", scope="session")
def export_fixture():
    return export


def question(qid, tag, kind, selector, text, below="", **more):
    payload = {
        "QuestionID": qid, "DataExportTag": tag, "QuestionType": kind, "Selector": selector, "QuestionText": text,
        "SubSelector": below or None, "Validation": {"Settings": {"ForceResponse": "OFF"}}, "Language": [], **more,
    }  # fmt: skip
    return {"Element": "SQ", "PrimaryAttribute": qid, "Payload": payload}


def shown(*labels, **more):
    return {str(key): {"Display": label, **more.get(f"c{key}", {})} for key, label in enumerate(labels, 1)}


SCALE = shown("Low", "High")
QUESTIONS = [
    question("QID1", "Q1", "MC", "DL", "<b>Country</b>", Choices=shown("Jamaica", "Peru"),
             RecodeValues={"1": "JM", "2": "PE"}, Validation={"Settings": {"ForceResponse": "ON"}},
             Language={"ES": {"QuestionText": "País", "Choices": {"2": {"Display": "Perú"}}}}),
    question("QID2", "Q2", "MC", "MAVR", "Which units?&nbsp;",
             Choices=shown("Cybercrime unit", "Lab, forensic", "Other", "Don't know",
                           c3={"TextEntry": "true"}, c4={"ExclusiveAnswer": True}),
             ChoiceOrder=[2, 1, 3, 4]),
    question("QID3", "Q3", "Matrix", "Likert", "Rate", "SingleAnswer", Choices=shown("Forensics", "Online"),
             ChoiceDataExportTags={"1": "forensics", "2": "online"}, Answers=SCALE, RecodeValues={"1": 0, "2": 5}),
    question("QID4", "Q4", "Matrix", "Likert", "Who", "MultipleAnswer", Choices=shown("Law", "Training"),
             Answers=SCALE),
    question("QID5", "Q5", "SBS", "SBSMatrix", "Both", Choices=shown("Now"), AdditionalQuestions={
        "1": {"QuestionText": "Level", "QuestionType": "Matrix", "Selector": "Likert", "SubSelector": "SingleAnswer",
              "Choices": shown("Now"), "Answers": [{"Display": "Bad"}, {"Display": "Good"}]},
        "2": {"QuestionText": "Why", "QuestionType": "Matrix", "Selector": "TE", "SubSelector": "Short",
              "Choices": shown("Now"), "Answers": shown("Reason")}}),
    question("QID6", "Q6", "TE", "SL", "Course held", DisplayLogic={"0": {"0": {
        "Description": "<span>If</span> Which units? Lab Is Selected", "QuestionID": "QID2"}, "Type": "If"}}),
    question("QID7", "Q7", "RO", "DND", "Rank", Choices=shown("People", "Money")),
    question("QID8", "Q8", "TE", "FORM", "Contact", Choices=shown("Name", "E-mail")),
    question("QID9", "Q9", "MC", "SAVR", "Thrown away", Choices=shown("Yes", "No")),
    question("QID10", "Q10", "DB", "TB", "Thank you"),
    question("QID11", "Q11", "Slider", "HSLIDER", "Share", Choices=shown("Police")),
]  # fmt: skip
BLOCKS = [
    {"ID": "BL_2", "Type": "Standard", "Description": "Courses", "Options": {"Looping": "Static"},
     "BlockElements": [{"Type": "Question", "QuestionID": "QID6"}]},
    {"ID": "BL_1", "Type": "Default", "Description": "Units", "BlockElements": [
        {"Type": "Question", "QuestionID": f"QID{n}"} if n else {"Type": "Page Break"} for n in (1, 2, 0, 3, 4, 5)]},
    {"ID": "BL_3", "Type": "Standard", "Description": "End", "BlockElements": [
        {"Type": "Question", "QuestionID": f"QID{n}"} for n in (7, 8, 10, 11)]},
    {"ID": "BL_T", "Type": "Trash", "Description": "Trash", "BlockElements": [
        {"Type": "Question", "QuestionID": "QID9"}]},
]  # fmt: skip


def survey(blocks=BLOCKS, questions=QUESTIONS):
    flow = {"Flow": [{"ID": "BL_1"}, {"Type": "Branch", "Flow": [{"ID": "BL_2"}]}, {"ID": "BL_3"}]}
    return {
        "SurveyEntry": {"SurveyID": "SV_1", "SurveyName": "Needs", "SurveyLanguage": "EN"},
        "SurveyElements": [
            {"Element": "BL", "Payload": blocks}, {"Element": "FL", "Payload": flow}, *questions
        ],
    }  # fmt: skip


@pytest.fixture(scope="session")
def definition():
    """The made survey as an object of JSON, which a test may change."""
    return lambda **parts: json.loads(json.dumps(survey(**parts)))


@pytest.fixture(scope="session")
def qsf():
    """The made survey as a file."""
    return json.dumps(survey()).encode()


ZONE = '{"ImportId":"endDate","timeZone":"America/Jamaica"}'
ABOUT = [
    ("StartDate", "Start Date", "startDate"), ("EndDate", "End Date", ZONE), ("Status", "Response Type", "status"),
    ("IPAddress", "IP Address", "ipAddress"), ("Progress", "Progress", "progress"),
    ("Duration (in seconds)", "Duration (in seconds)", "duration"), ("Finished", "Finished", "finished"),
    ("RecordedDate", "Recorded Date", "recordedDate"), ("ResponseId", "Response ID", "_recordId"),
    ("RecipientLastName", "Recipient Last Name", "recipientLastName"),
    ("RecipientEmail", "Recipient Email", "recipientEmail"),
    ("LocationLatitude", "Location Latitude", "locationLatitude"), ("UserLanguage", "User Language", "userLanguage"),
]  # fmt: skip
ASKED = [
    ("Q1", "Country", "QID1"),
    ("Q2_1", "Which units? - Selected Choice - Cybercrime unit", "QID2_1"),
    ("Q2_2", "Which units? - Selected Choice - Lab, forensic", "QID2_2"),
    ("Q2_3", "Which units? - Selected Choice - Other", "QID2_3"),
    ("Q2_3_TEXT", "Which units?\n- Other - Text", "QID2_3_TEXT"),
    ("forensics", "Rate - Forensics", "QID3_1"), ("online", "Rate - Online", "QID3_2"),
    ("Q4_1_1", "Who - Law - Low", "QID4_1_1"), ("Q4_1_2", "Who - Law - High", "QID4_1_2"),
    ("Q5#1_1", "Both - Level - Now", "QID5#1_1"), ("Q5#2_1_1", "Both - Why - Now - Reason", "QID5#2_1_1"),
    ("1_Q6", "Course held", "1_QID6_TEXT"), ("2_Q6", "Course held", "2_QID6_TEXT"),
    ("Q7_1", "Rank - People", "QID7_1"), ("Q7_2", "Rank - Money", "QID7_2"),
    ("Q8_2", "Contact - E-mail", "QID8_2"), ("Q11_1", "Share - Police", "QID11_1"), ("agency", "agency", "agency"),
]  # fmt: skip
COLUMNS = [*ABOUT, *ASKED]
SENT = ["2016-03-01 09:00:05", "2016-03-01 09:20:00", "0", "192.0.2.1", "100", "1195", "1", "2016-03-01 09:20:01",
        "R_1a", "Doe", "a@example.org", "18.01", "ES-419"]  # fmt: skip
FULL = [*SENT, "JM", "1", "", "1", "CERT,\nsectoral", "5", "-99", "1", "1", "2", "no budget", "Law", "Forensics", "2",
        "1", "b@example.org", "40.5", "police"]  # fmt: skip
LEFT = ["2016-03-01 10:00:00", "2016-03-01 10:00:30", "1", "", "20", "30", "0", "2016-03-08 10:00:31", "R_2b", "", "",
        "", "EN", "PE", *[""] * 17]  # fmt: skip
MADE = export(COLUMNS, FULL, LEFT)


@pytest.fixture(scope="session")
def made():
    """The made export: columns, a full row, and a partial preview."""
    return COLUMNS, FULL, LEFT


VALUES = [
    {
        "responseId": "R_1a",
        "values": {"startDate": "2016-03-01T14:00:05Z", "endDate": "2016-03-01T14:20:00Z", "status": 0, "finished": 1,
                   "_recordId": "R_1a", "ipAddress": "192.0.2.1", "userLanguage": "EN", "QID1": "JM",
                   "QID2": ["1", "3"], "QID2_3_TEXT": "CERT", "QID3_1": 5, "agency": "police"},
        "labels": {"QID1": "Jamaica"},
        "displayedFields": ["QID1", "QID2", "QID3_1", "QID3_2"],
    },
    {
        "responseId": "R_2b",
        "values": {"endDate": "2016-03-02T14:20:00Z", "status": 1, "finished": 0, "_recordId": "R_2b", "QID1": "PE",
                   "QID3_2": 0},
        "displayedFields": ["QID1", "QID3_1", "QID3_2"],
    },
]  # fmt: skip


@pytest.fixture(scope="session")
def responses():
    """The made responses as a file of JSON."""
    return json.dumps({"responses": VALUES}).encode()
