"""Sheets of one country with years across; all figures are invented."""


def test_a_sheet_named_for_its_country_has_a_question_for_each_year(read, make, said):
    rows = [
        ["Police statistics"],
        ["Contact:", "Planning unit"],
        [],
        ["Indicator", 2013, 2014],
        ["Officers", 250, 255],
        ["Vehicles", 10, 12],
        [],
        ["Source: annual report of the force"],
    ]
    reading = read(make({"Jamaica": rows}))
    assert said(reading) == [
        (
            "JM",
            {
                "Contact": "Planning unit",
                "Officers [2013]": 250, "Officers [2014]": 255, "Vehicles [2013]": 10, "Vehicles [2014]": 12,
            },
        )
    ]  # fmt: skip
    assert reading.responses[0].respondent.pseudonym == "row 2"  # a lone sheet names no respondent
    assert str(reading.responses[0]["Vehicles [2014]"].origin) == "x.xlsx!Jamaica:C6"


def test_rounds_across_and_a_comment(read, make, said):
    rows = [["Question", "Baseline", "Endline", "Comments"], ["Law?", "No", "Yes", "of 2015"], ["Unit?", "No", "No"]]
    reading = read(make({"Barbados": rows}))
    ((country, answers),) = said(reading)
    assert country == "BB"
    assert answers == {
        "Law? [Baseline]": "No", "Law? [Endline]": "Yes", "Unit? [Baseline]": "No", "Unit? [Endline]": "No",
    }  # fmt: skip
    assert reading.responses[0]["Law? [Baseline]"].comment == "of 2015"


def test_respondents_across_stay_respondents(read, make, said):
    reading = read(make({"Barbados": [["Question", "Police", "Courts"], ["Law?", "No", "Yes"], ["Unit?", "No", "No"]]}))
    assert [r.respondent.pseudonym for r in reading.responses] == ["Police", "Courts"]


def test_several_things_about_each_item_are_no_respondents(read, make, said):
    rows = [
        ["HEALTH FACILITY ASSESSMENT"],
        ["Facility name", "Hospital A"],
        ["Country", "Jamaica"],
        [],
        ["Item", "Available", "Number", "Remarks"],
        ["Doctors", "yes", 12],
        ["Nurses", "yes", 40, "shortage"],
        [],
        ["Item", "Available", "Number", "Remarks"],
        ["X-ray", "no", 0],
    ]
    reading = read(make({"Assessment": rows}))
    ((country, answers),) = said(reading)
    assert country == "JM"
    assert answers == {
        "Doctors": "yes", "Doctors [Number]": 12, "Nurses": "yes", "Nurses [Number]": 40, "X-ray": "no",
        "X-ray [Number]": 0,
    }  # fmt: skip
    assert reading.responses[0]["Nurses"].comment == "shortage"
    assert reading.reconciliation.sheets[0].buckets["title"] == 4
    assert reading.reconciliation.adds_up


def test_a_row_of_answers_above_numbers_is_no_row_of_heads(read, make, said):
    rows = [["Question", "Police", "Courts", "Unit"], ["Law?", "Yes", "No", "Yes"], ["Staff", 4, 5, 6]]
    reading = read(make({"Belize": rows}))
    assert [(r.respondent.pseudonym, r["Law?"].value, r["Staff"].value) for r in reading.responses] == [
        ("Police", "Yes", 4), ("Courts", "No", 5), ("Unit", "Yes", 6),
    ]  # fmt: skip
