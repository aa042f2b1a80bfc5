"""Exports of form products in other languages, settings and editions; all answers are invented."""

import datetime

import pytest

from capbuild.model import Missing, QuestionType
from capbuild.testing.tables import csv_bytes

AT = datetime.datetime(2016, 3, 14, 9, 0)
ADDED = "recorded by the form"


def asked(reading):
    return [question.id for question in reading.questionnaire.questions if question.group != ADDED]


@pytest.mark.parametrize(
    "headers",
    [
        ["ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name"],
        ["ID", "Ora di inizio", "Ora di completamento", "Posta elettronica", "Nome"],
    ],
)
def test_microsoft_forms_in_german_and_italian(read, make, headers):
    rows = [
        [*headers, "Q1", "Q2"],
        [1, AT, AT, "anonymous", None, "Peru", "A;B;"],
        [2, AT, AT, "anonymous", None, "Cuba", "A;"],
    ]
    reading = read(make({"Sheet1": rows}))
    assert asked(reading) == ["Q1", "Q2"]
    assert [(r.date, r["Q2"].value) for r in reading.responses] == [(AT.date(), ("A", "B")), (AT.date(), ("A",))]
    assert reading.responses[0][headers[3]].value is Missing.CONFIDENTIAL


@pytest.mark.parametrize(
    ("points", "feedback"),
    [("Points - {}", "Feedback - {}"), ("Puntos: {}", "Comentarios: {}"), ("Points : {}", "Commentaires : {}")],
)
def test_points_of_a_quiz_are_no_questions(read, make, points, feedback):
    headers = ["Id", "Start time", "Completion time", "Email", "Name", "Total points", "Is there a law?"]
    headers += [
        points.format("Is there a law?"),
        feedback.format("Is there a law?"),
        points.format("nothing that was asked"),
    ]
    reading = read(make({"Sheet1": [headers, [1, AT, AT, "anonymous", None, 5, "yes", 5, "well done", "x"]]}))
    assert asked(reading) == ["Is there a law?", points.format("nothing that was asked")]
    assert reading.responses[0][feedback.format("Is there a law?")].value == "well done"


def test_points_of_a_quiz_of_google(read):
    headers = [
        "Timestamp",
        "Username",
        "Total score",
        "1. Law?",
        "1. Law? [Score]",
        "1. Law? [Feedback]",
        "Rate [Score]",
    ]
    rows = [["2016/03/14 9:00:05 AM AST", "a@example.org", "5.00 / 10", "yes", "5.00 / 5", "", "3"]]
    assert asked(read(csv_bytes([headers, *rows]), name="a.csv")) == ["1. Law?", "Rate", "Rate [Score]"]


@pytest.mark.parametrize(
    ("stamp", "head"),
    [
        ("14.03.2016 09:00:05", "Zeitstempel"),
        ("14/03/2016 9.00.05", "Informazioni cronologiche"),
        ("2016/03/14 9:00:05 a. m. AST", "Marca temporal"),
        ("2016-03-14 9:00:05", "Timestamp"),  # Google's for certain by the e-mail and the row of a grid
    ],
)
def test_time_stamps_of_google_in_other_places(read, stamp, head):
    rows = [[head, "Email Address", "Country", "Rate [Law]"], [stamp, "a@example.org", "Peru", "3"]]
    reading = read(csv_bytes(rows), name="a.csv")
    assert (reading.responses[0].date, asked(reading)) == (AT.date(), ["Country", "Rate", "Rate [Law]"])


def test_any_table_may_begin_with_a_plain_time_stamp(read, host, given):
    data = csv_bytes([["Timestamp", "Sensor"], ["2016-03-14 9:00:05", "3"]])
    assert host.readers["google-forms"].sniff(given(data, "a.csv")) is None


@pytest.mark.parametrize(
    ("head", "cells", "wanted"),
    [
        ("Units", ["CERT;Police, national", "CERT", "Police, national"], ("CERT", "Police, national")),
        ("Units (mark all that apply)", ["CERT;Police", "Army"], ("CERT", "Police")),
        ("Remark", ["no; not yet", "yes", "no"], "no; not yet"),
        ("Remark", ["one;two", "three", "four"], "one;two"),  # nothing comes again
    ],
)
def test_semicolons_in_the_text_files_of_google(read, head, cells, wanted):
    rows = [["Timestamp", head], *(["2016/03/14 9:00:05 AM AST", cell] for cell in cells)]
    assert read(csv_bytes(rows), name="a.csv").responses[0][head].value == wanted


@pytest.mark.parametrize(
    "words",
    [
        ["ID del encuestado", "ID del recopilador", "Fecha de inicio", "Fecha de finalización", "Respuesta"],
        ["ID du répondant", "ID du collecteur", "Date de début", "Date de fin", "Réponse"],
        ["ID do respondente", "ID do coletor", "Data de início", "Data de término", "Resposta"],
    ],
)
def test_surveymonkey_in_other_languages(read, words):
    *about, answer = words
    rows = [
        [*about, "Country", "Units", "", "Staff"],
        ["", "", "", "", answer, "CERT", "Lab", answer],
        ["10000000001", "2", "13/03/2016 09:00:05", "13/03/2016 09:20:00", "Peru", "CERT", "", "3"],
        ["10000000002", "2", "14/03/2016 09:00:05", "14/03/2016 09:20:00", "Cuba", "", "Lab", "4"],
    ]
    reading = read(csv_bytes(rows), name="a.csv")
    assert asked(reading) == ["Country", "Units", "Staff"]
    assert [(r.date.day, r["Units"].value, r["Staff"].value) for r in reading.responses] == [
        (13, ("CERT",), 3),
        (14, ("Lab",), 4),
    ]


def test_a_layer_of_an_organisations_own_server(read):
    headers = [
        "objectid",
        "globalid",
        "country",
        "units",
        "created_user",
        "created_date",
        "last_edited_user",
        "last_edited_date",
    ]
    rows = [
        ["1", "{A1}", "Peru", "cert,lab", "ann", "3/14/2016", "ann", "3/14/2016"],
        ["2", "{B2}", "Cuba", "lab", "", "3/15/2016", "", ""],
    ]
    reading = read(csv_bytes([headers, *rows]), name="a.csv")
    assert asked(reading) == ["country", "units"]
    first = reading.responses[0]
    assert (first.respondent.pseudonym, first.date) == ("{A1}", AT.date())


@pytest.mark.parametrize("text", ["#WERT!", "#NV", "#BEZUG!", "#RIF!", "#VALORE!", "#¡DESBORDAMIENTO!"])
def test_errors_that_a_spreadsheet_wrote_as_text(read, make, text):
    reading = read(make({"S": [["Country", "Staff"], ["Peru", 3], ["Cuba", text], ["Chile", 5], ["Belize", 4]]}))
    assert reading.responses[1]["Staff"].value is Missing.INVALID


@pytest.mark.parametrize(
    ("head", "cells", "kind"),
    [
        ("Rank the needs", ["A;B;C;", "C;A;B;"], QuestionType.RANKING),
        ("Ordene las necesidades", ["A;B;C;", "C;A;B;"], QuestionType.RANKING),
        ("Which needs?", ["A;B;C;", "C;A;B;"], QuestionType.SELECT_MULTIPLE),  # it asks for no order
        ("Rank the needs", ["A;B;C;", "C;A;"], QuestionType.SELECT_MULTIPLE),  # not all were given
        ("Rank the needs", ["A;B;C;", "A;B;C;"], QuestionType.SELECT_MULTIPLE),  # everyone in one order
    ],
)
def test_ranks_of_microsoft_forms(read, make, head, cells, kind):
    headers = ["ID", "Start time", "Completion time", "Email", "Name", head]
    reading = read(make({"Sheet1": [headers, *([n, AT, AT, "anonymous", None, cell] for n, cell in enumerate(cells))]}))
    assert reading.questionnaire[head].type is kind
    assert [r[head].value for r in reading.responses] == [tuple(cell.rstrip(";").split(";")) for cell in cells]


@pytest.mark.parametrize("header", ["Timestamp", "Marca temporal", "Carimbo de data/hora", "Horodateur", "Tijdstempel"])
@pytest.mark.parametrize(("last", "certain"), [("06/03/2026 9:30:00", False), ("26/03/2026 9:30:00", True)])
def test_time_stamps_that_give_no_certain_day_are_reported(read, header, last, certain):
    rows = [f"{header},Country,Wells", "02/03/2026 10:00:00,Angola,3", f"{last},Chile,4"]
    reading = read("\n".join(rows).encode(), name="a.csv")
    assert [response.date is not None for response in reading.responses] == [certain] * 2
    told = [issue for issue in reading.issues if "gives no certain day" in issue.message]
    assert [issue.origin.row for issue in told] == ([] if certain else [2, 3])
