"""Exports of form products, made by hand after their public descriptions."""

import datetime

import pytest
from capbuild_sheets.forms.dialect import split_known

from capbuild.model import Missing, PersonalData, QuestionType

ADDED = "recorded by the form"


def csv(*rows):
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode("utf-8")


def questions(reading):
    return {q.id: q.type for q in reading.questionnaire.questions if q.group != ADDED and q.parent is None}


MICROSOFT_HEADS = ["ID", "Start time", "Completion time", "Email", "Name", "Your country"]
MARCH = [datetime.datetime(2016, 3, day, 9) for day in range(1, 5)]
MICROSOFT = [
    [*MICROSOFT_HEADS, "Trainings received", "Rate.Lab", "Rate.Law"],
    [1, MARCH[0], MARCH[1], "anonymous", None, "Belize", "A;B, c;", 1, 2],
    [2, MARCH[2], MARCH[3], "a@example.org", "Ann", "Peru", "A;", 3, None],
]


def test_microsoft_forms(read, make):
    reading = read(make({"Sheet1": MICROSOFT}))
    assert reading.format == "microsoft-forms"
    first, second = reading.responses
    assert (first.country.alpha_2, first.date, first.respondent.pseudonym) == ("BZ", datetime.date(2016, 3, 2), "1")
    assert first["Trainings received"].value == ("A", "B, c")
    assert (first["Email"].value, second["Email"].value) == (Missing.CONFIDENTIAL, "a@example.org")
    assert (second["Rate [Lab]"].value, second["Rate [Law]"].value) == (3, Missing.NO_ANSWER)
    assert questions(reading)["Rate"] is QuestionType.NOTE
    assert reading.questionnaire["Rate [Lab]"].parent == "Rate"
    assert [c.code for c in reading.questionnaire["Trainings received"].choices] == ["A", "B, c"]
    assert reading.reconciliation.adds_up


def test_microsoft_forms_in_spanish(read, make):
    headers = ["Id", "Hora de inicio", "Hora de finalización", "Correo electrónico", "Nombre", "País"]
    reading = read(make({"Hoja1": [headers, *(row[:6] for row in MICROSOFT[1:])]}))
    assert (reading.format, reading.responses[1].country.alpha_2) == ("microsoft-forms", "PE")
    assert reading.questionnaire["Correo electrónico"].personal is PersonalData.EMAIL


def test_personal_columns_can_be_dropped(read, make):
    reading = read(make({"Sheet1": MICROSOFT}), drop_personal=True)
    assert all(response.get("Email") is None and response.get("Name") is None for response in reading.responses)
    assert dict(reading.reconciliation.sheets[0].left_out) == {
        "personal (e-mail), dropped, as set in the options": 2,
        "personal (name), dropped, as set in the options": 2,
    }
    assert reading.reconciliation.adds_up


GOOGLE = csv(
    ["Marca temporal", "País", "Unidades (marque todas)", "Califique [Ley]", "Califique [Lab]"],
    ["1/03/2016 9:00:05", "Perú", "Policía, Fiscalía", "3", ""],
    ["14/03/2016 10:00:05", "Cuba", "Policía", "2", "1"],
    ["15/03/2016 10:00:05", "Haití", "Fiscalía", "no sé", "1"],
)


def test_google_forms_in_spanish(read):
    reading = read(GOOGLE, "respuestas.csv")
    assert reading.format == "google-forms"
    assert [r.date for r in reading.responses] == [datetime.date(2016, 3, day) for day in (1, 14, 15)]
    assert reading.responses[0]["Unidades (marque todas)"].value == ("Policía", "Fiscalía")
    assert reading.responses[2]["Califique [Ley]"].value is Missing.DONT_KNOW
    assert reading.reconciliation.adds_up


def test_options_with_commas_are_taken_apart_by_their_list_only(read):
    data = csv(
        ["Timestamp", "Units (check all)"],
        ["2016/03/01 9:00:05 AM AST", "Unit, national, Lab, national"],
        ["2016/03/02 9:00:05 AM AST", "Lab, national"],
    )
    plain = read(data, "g.csv", country="Peru")
    assert plain.responses[0]["Units (check all)"].value == "Unit, national, Lab, national"
    assert "CB201" in {issue.code for issue in plain.issues}
    known = read(data, "g.csv", country="Peru", choices={"Units (check all)": ["Unit, national", "Lab, national"]})
    assert known.responses[0]["Units (check all)"].value == ("Unit, national", "Lab, national")
    assert known.issues.count("warning") == 0


def test_known_options_leave_the_rest_as_one_answer():
    assert split_known("B, and more, A", ["A", "B", "B, and more"], ", ") == ("B, and more", "A")
    assert split_known("C, d", ["A"], ", ") == ("C, d",)


HEADS = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Country"]
SENT = ["03/04/2016 09:00:05 AM", "03/04/2016 09:20:00 PM", "10.0.0.1"]


@pytest.fixture(scope="module")
def monkey():
    """An expanded export with two rows of headers: ticks with a text beside, a matrix, ranks."""
    asked = ["Which units?", "", "", "Rate", "", "Rank", "", "", "Comments"]
    below = ["Unit", "Lab", "Other (please specify)", "Law", "Lab", "A", "B", "C", "Open-Ended Response"]
    return csv(
        [*HEADS, *asked],
        ["", "", "", "", "", "Response", *below],
        ["11111111", "1", *SENT, "Jamaica", "Unit", "", "CERT", "2", "3", "2", "1", "3", "fine"],
        ["11111112", "1", *SENT, "Belize", "", "Lab", "", "", "1", "1", "2", "3", ""],
        ["11111113", "1", *SENT, "Haiti", "", "", "", "4", "1", "3", "2", "1", ""],
    )


def test_surveymonkey_with_two_rows_of_heads(read, monkey):
    reading = read(monkey, "sm.csv")
    assert reading.format == "surveymonkey"
    assert questions(reading) == {
        "Country": QuestionType.TEXT,
        "Which units?": QuestionType.SELECT_MULTIPLE,
        "Rate": QuestionType.NOTE,
        "Rank": QuestionType.RANKING,
        "Comments": QuestionType.TEXT,
    }
    first, second, third = reading.responses
    assert first["Which units?"].value == ("Unit", "Other (please specify)")
    assert first["Which units? - Other (please specify)"].value == "CERT"
    assert (second["Which units?"].value, third["Which units?"].value) == (("Lab",), Missing.NO_ANSWER)
    assert (first["Rank"].value, third["Rank"].value) == (("B", "A", "C"), ("C", "B", "A"))
    assert first["Rate [Law]"].value == 2
    assert first.date == datetime.date(2016, 3, 4)  # beside a 12-hour clock the month comes first
    assert [c.other for c in reading.questionnaire["Which units?"].choices] == [False, False, True]
    assert reading.reconciliation.adds_up


def test_surveymonkey_with_heads_joined_in_one_row(read):
    headers = ["RespondentID", "Country", "Units - Unit", "Units - Lab", "Units - Other (please specify)", "A - b"]
    rows = [["3436139758", "Jamaica", "Unit", "Lab", "", "x"], ["3436139759", "Belize", "", "Lab", "CERT", "y"]]
    reading = read(csv(headers, *rows), "sm.csv")
    assert reading.format == "surveymonkey"
    assert [r["Units"].value for r in reading.responses] == [("Unit", "Lab"), ("Lab", "Other (please specify)")]
    assert reading.responses[0]["A - b"].value == "x"


def test_surveymonkey_with_codes(read):
    headers = [*HEADS, "Units", "", ""]
    below = ["", "", "", "", "", "Response", "Unit", "Lab", "Court"]
    rows = [["11111111", "1", *SENT, "Jamaica", "1", "", "3"], ["11111112", "1", *SENT, "Belize", "", "2", ""]]
    reading = read(csv(headers, below, *rows), "sm.csv")
    assert [r["Units"].value for r in reading.responses] == [("Unit", "Court"), ("Lab",)]


def test_a_workbook_of_surveymonkey_reads_like_its_text(read, make, monkey):
    rows = [[cell.strip('"') or None for cell in line.split(",")] for line in monkey.decode().splitlines()]
    reading, text = read(make({"Sheet": rows})), read(monkey, "sm.csv")
    values = [[answer.value for answer in response] for response in reading.responses]
    assert values == [[answer.value for answer in response] for response in text.responses]


def test_survey123_with_a_repeated_block(read, make):
    added = ["ObjectID", "GlobalID"]
    edit = ["CreationDate", "Creator", "EditDate", "Editor"]
    stamp = datetime.datetime(2016, 3, 1, 9)
    stamps = [stamp, "ann", stamp, "ann"]
    main = [
        [*added, "Country", "Units present", *edit, "x", "y"],
        [1, "{a}", "Jamaica", "unit,lab", *stamps, -76.8, 18.0],
        [2, "{b}", "Belize", "unit", *stamps, -88.7, 17.2],
    ]
    staff = [
        [*added, "Role", "Years", "ParentGlobalID", *edit],
        [1, "{c}", "analyst", 3, "{a}", *stamps],
        [2, "{d}", "head", 9, "{a}", *stamps],
        [3, "{e}", "head", 1, "{x}", *stamps],
    ]
    reading = read(make({"survey_0": main, "staff_1": staff}))
    assert reading.format == "survey123"
    jamaica, belize, orphan = reading.responses
    assert [(a.value, str(a.origin)) for a in orphan if a.question == "staff_1/Years"] == [(1, "x.xlsx!staff_1:D4")]
    assert (jamaica["Units present"].value, belize["Units present"].value) == (("unit", "lab"), ("unit",))
    years = [(a.value, a.repeat, str(a.origin)) for a in jamaica if a.question == "staff_1/Years"]
    assert years == [(3, 1, "x.xlsx!staff_1:D2"), (9, 2, "x.xlsx!staff_1:D3")]
    assert belize.get("staff_1/Years") is None
    assert [i.code for i in reading.issues if i.severity.value == "error"] == ["SHEET5"]
    assert reading.questionnaire["x"].personal is PersonalData.LOCATION
    assert reading.reconciliation.adds_up


KEYS = ["formdef_version", "KEY"]


def test_surveycto_wide(read):
    data = csv(
        [
            "SubmissionDate",
            "deviceid",
            "country",
            "units",
            "units_1",
            "units_2",
            "age_1",
            "age_2",
            "formdef_version",
            "KEY",
        ],
        ["Mar 1, 2016 9:00:05 AM", "d1", "Jamaica", "1 2", "1", "1", "30", "41", "2016030101", "uuid:a"],
        ["Mar 2, 2016 9:00:05 AM", "d2", "Belize", "1", "1", "0", "25", "", "2016030101", "uuid:b"],
    )
    reading = read(data, "cto.csv")
    assert reading.format == "surveycto"
    first, second = reading.responses
    assert (first.version, first.respondent.pseudonym, first.date) == (
        "2016030101",
        "uuid:a",
        datetime.date(2016, 3, 1),
    )
    assert (first["units"].value, second["units"].value) == (("1", "2"), ("1",))
    ages = [[(a.value, a.repeat) for a in response if a.question == "age"] for response in reading.responses]
    assert ages == [[(30, 1), (41, 2)], [(25, 1), (Missing.NOT_ASKED, 2)]]
    assert reading.questionnaire["deviceid"].personal is PersonalData.DEVICE
    assert dict(reading.reconciliation.sheets[0].left_out) == {"repeats what units holds": 4}
    assert reading.reconciliation.adds_up


def test_a_second_response_of_one_number_is_told(read):
    row = ["11111111", "1", *SENT, "Jamaica"]
    reading = read(csv(HEADS, row, row), "sm.csv")
    assert [issue.code for issue in reading.issues if issue.code == "CB204"] == ["CB204"]


def test_plain_tables_are_left_to_others(read):
    assert read(csv(["Country", "Staff"], ["Jamaica", "3"]), "a.csv").format == "csv"
    assert read(csv(["Timestamp", "Staff"], ["noon", "3"]), "a.csv").format == "csv"
    assert read(csv(["RespondentID", "Staff"], ["bb-01", "3"]), "a.csv").format == "csv"


def test_own_criteria_in_an_export_are_no_tie(read):
    data = csv(["Timestamp", "Country", "TEC-1.1a", "TEC-1.1b"], ["2016/03/01 9:00:05 AM AST", "Peru", "yes", "no"])
    reading = read(data, "g.csv")
    assert reading.format == "google-forms"
    assert reading.responses[0]["TEC-1.1b"].value == "no"


def test_roles_given_by_the_options_are_taken(read):
    data = csv([*HEADS, "Lang", "Unit of"], ["11111111", "1", *SENT, "Peru", "es", "Lima"])
    reading = read(data, "sm.csv", columns={"Lang": "language", "Unit of": "respondent", "Collector ID": "ignore"})
    response = reading.responses[0]
    assert (response.language, response.get("Collector ID")) == ("es", None)
    assert reading.reconciliation.adds_up


def test_a_text_in_a_column_of_ticks_is_kept(read):
    headers = [*HEADS, "Units", ""]
    rows = [["11111111", "1", *SENT, "Peru", "Unit", "Lab"] for _ in range(520)]
    late = ["11111112", "1", *SENT, "Peru", "Unit", "Lab, in 2017"]
    reading = read(csv(headers, ["", "", "", "", "", "Response", "Unit", "Lab"], *rows, late), "sm.csv")
    answer = reading.responses[-1]["Units"]
    assert (answer.value, answer.raw) == (("Unit", "Lab"), "Lab: Lab, in 2017")


_UNITS = ["Police", "Courts", "Customs"]
_CHOSEN = ["Police", "Police, Courts", "Police, Courts, Customs", "Customs", "Police, Customs", "Police, Courts"]


def _google(stamp, chosen):
    rows = [[stamp, "Country", "Which units?"], *(["3/26/2023 16:31:28", "Peru", text] for text in chosen)]
    return csv(*rows)


@pytest.mark.parametrize("stamp", ["Timestamp", "Отметка времени", "طابع زمني", "时间戳记", "Stempel waktu"])
def test_google_forms_lists_in_the_order_of_the_form(read, stamp):
    reading = read(_google(stamp, _CHOSEN), name="a.csv")
    assert reading.format == "google-forms"
    assert [r["Which units?"].value for r in reading.responses] == [tuple(text.split(", ")) for text in _CHOSEN]


def test_google_forms_lists_with_other_texts_are_kept_and_told(read):
    chosen = [*_CHOSEN, "Police, the navy"]
    reading = read(_google("Timestamp", chosen), name="a.csv")
    assert [r["Which units?"].value for r in reading.responses] == chosen
    told = [issue.origin.row for issue in reading.issues if issue.code == "CB201"]
    assert told == [n for n, text in enumerate(chosen, 2) if ", " in text]


@pytest.mark.parametrize("texts", [["Lima, Peru", "Cusco, Peru", "Lima, Peru"], ["Yes", "No", "Yes, partly", "Yes"]])
def test_google_forms_commas_of_one_answer(read, texts):
    reading = read(_google("Timestamp", texts), name="a.csv")
    assert [r["Which units?"].value for r in reading.responses] == texts
    assert not [issue for issue in reading.issues if issue.code == "CB201"]


def test_one_cell_that_is_no_tick_leaves_options_one_question_and_is_reported(read):
    headers = [*HEADS, "Units", ""]
    options = [("Unit", "Lab"), ("Unit", ""), ("", "Lab"), ("Unit", "perhaps"), ("", "Lab")]
    rows = [[str(n), "1", *SENT, "Peru", *chosen] for n, chosen in enumerate(options)]
    reading = read(csv(headers, ["", "", "", "", "", "Response", "Unit", "Lab"], *rows), "sm.csv")
    answers = [response["Units"] for response in reading.responses]
    assert [len(answer.value) for answer in answers] == [2, 1, 1, 2, 1]
    assert answers[3].raw == "Lab: perhaps"
    assert any(issue.message.startswith("'perhaps' is no tick") for issue in reading.issues)
