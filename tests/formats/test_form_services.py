"""Exports of services that have no reader of their own; headers by their public descriptions, answers invented."""

import datetime
import json
import re

import pytest

import capbuild as cb
from capbuild.testing.scan_comparison import scan_differences

ALCHEMER = (
    "Response ID,Time Started,Date Submitted,Status,Language,SessionID,User Agent,Longitude,Latitude,Country,City,"
    "State/Region,IP Address,{asked},Is there a law?\n"
    "1,2016-03-01 10:00:00,2016-03-01 10:12:00,Complete,Spanish,1456_56,Mozilla,-77.0,-12.1,Peru,Lima,15,"
    "190.1.2.3,{a},Yes\n"
    "2,2016-03-02 10:00:00,2016-03-02 10:12:00,Partial,Spanish,1456_57,Mozilla,-80.2,25.7,United States,Miami,FL,"
    "190.1.2.4,{b},No\n"
    "3,2016-03-03 10:00:00,2016-03-03 10:12:00,Complete,English,1456_58,Mozilla,-70.6,-33.4,Chile,Santiago,RM,"
    "190.1.2.5,{c},Yes\n"
)


def alchemer(asked, *answers):
    return ALCHEMER.format(asked=asked, **dict(zip("abc", answers, strict=True)))


def personal(found):
    return {column.name: column.personal.value for column in found.account.columns if column.personal}


def test_where_an_address_was_located_is_not_the_country_that_answers(read_text):
    found = read_text(alchemer("Which country do you work in?", "Peru", "Cuba", "Chile"))
    assert [r.place for r in found.responses] == ["Peru", "Cuba", "Chile"]
    assert [r["Country"].value for r in found.responses] == ["Peru", "United States", "Chile"]
    assert [r.respondent.pseudonym for r in found.responses] == ["1", "2", "3"]
    assert found.responses[1].date == datetime.date(2016, 3, 2)
    assert set(personal(found)) == {"User Agent", "Longitude", "Latitude", "IP Address"}


def test_without_a_question_for_it_no_column_names_the_country(read_text):
    text = alchemer("Agency type", "police", "court", "police")
    found = read_text(text)
    assert [r.place for r in found.responses] == [None, None, None]
    assert "CB104" in found.codes
    told = read_text(text, columns={"Country": "country"})
    assert [r.place for r in told.responses] == ["Peru", "United States", "Chile"]


def test_a_country_among_other_columns_of_places_is_the_country(read_text):
    found = read_text("Country,City,Latitude,Longitude,Law?\nPeru,Lima,-12.1,-77,yes\nCuba,La Habana,23.1,-82.4,no\n")
    assert [r.place for r in found.responses] == ["Peru", "Cuba"]


def test_eu_survey(read_text):
    found = read_text(
        "Alias,Invitation number,Contribution ID,User name,Creation date,Last update,Languages,Country,Law?\n"
        "S1,,a1-c3,ana,01/03/2016 10:12,02/03/2016 10:12,EN,Peru,Yes\n"
        "S1,,a1-c4,bea,13/03/2016 10:12,14/03/2016 10:12,ES,Cuba,No\n"
    )
    assert [(r.place, r.respondent.pseudonym, r.date.day) for r in found.responses] == [
        ("Peru", "a1-c3", 1), ("Cuba", "a1-c4", 13),
    ]  # fmt: skip
    assert personal(found) == {"User name": "name"}


def test_zoho_forms(read_text):
    found = read_text(
        "Added Time,Referrer Name,IP Address,Country,Law?,Name [First Name],Email\n"
        "01-Mar-2016 10:12:33,,190.1.2.3,Peru,Yes,Ana,ana@example.org\n"
        "02-Mar-2016 10:12:33,,190.1.2.4,Cuba,No,Bea,bea@example.org\n"
    )
    assert [r.date for r in found.responses] == [datetime.date(2016, 3, 1), datetime.date(2016, 3, 2)]
    assert personal(found) == {"IP Address": "network address", "Name [First Name]": "name", "Email": "e-mail"}


def test_typeform_and_redcap_flag_what_stands_for_a_person(read_text):
    found = read_text(
        "#,Which country?,Law?,Submit Date (UTC),Network ID\n"
        "a1b2,Peru,1,2016-03-01 10:12:00,5f1a2b\nc1b2,Cuba,0,2016-03-02 10:12:00,6f1a2b\n"
    )
    assert personal(found) == {"Network ID": "network address"}
    assert found.responses[0].date == datetime.date(2016, 3, 1)
    found = read_text(
        "record_id,redcap_survey_identifier,country,units___1,units___2,baseline_complete\n"
        "1,ana@example.org,Peru,1,0,2\n2,,Cuba,1,1,2\n"
    )
    assert personal(found) == {"redcap_survey_identifier": "e-mail"}  # by its cells
    assert [(r.respondent.pseudonym, r["units___2"].value) for r in found.responses] == [("1", 0), ("2", 1)]


_ASKED = "In which country is your office?"
_KOBO = {"formhub/uuid": "x", "_submission_time": "2024-01-01T10:00:00", "_xform_id_string": "f"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.csv",
            f"id. Response ID,submitdate. Date,lastpage. Last page,Q1. {_ASKED}\n1,,3,{{}}\n2,,3,{{}}\n",
        ),
        ("a.csv", f"start;end;{_ASKED};_id;_uuid;_submission_time;_index\n;;{{}};1;a;;1\n;;{{}};2;b;;2\n"),
        ("a.json", json.dumps([{**_KOBO, "_uuid": str(n), "a/office_country": "{}"} for n in range(2)])),
    ],
)
def test_products_find_the_question_for_the_country_by_its_answers(name, text):
    for places, found in ((["Kenya", "Chad"], ["Kenya", "Chad"]), (["Not here", "Chad"], [None, None])):
        words = iter(places)
        data = re.sub(r"\{\}", lambda _: next(words), text).encode()  # noqa: B023 - it is used at once
        reading, table = cb.read(data, name=name), cb.scan(data, name=name)
        assert reading.format in {"limesurvey", "kobo-csv", "kobo-json"}
        assert [r.place for r in reading.responses] == found
        assert not list(scan_differences(table, reading.responses))
