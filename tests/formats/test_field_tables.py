"""Tables as country teams send them: marks, forms, codes of missing answers, totals, sheets named by codes."""

import pytest

import capbuild as cb
from capbuild.model import Missing
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import csv_bytes, xlsx_bytes


def read(rows, *, book=False, **options):
    """Read rows, as a sheet or a text; scans must say the same."""
    data, name = (xlsx_bytes({"Sheet": rows}), "a.xlsx") if book else (csv_bytes(rows), "a.csv")
    reading = cb.read(data, name=name, options=options)
    assert list(scan_differences(cb.scan(data, name=name, options=options), reading.responses)) == []
    assert reading.reconciliation.adds_up
    return reading


def answers(reading):
    """Values by country and question."""
    found = {}
    for response in reading.responses:
        country = response.country.alpha_2 if response.country else ""
        for answer in response.answers:
            found[country, answer.question] = answer.value
    return found


def codes(reading):
    return {issue.code for issue in reading.issues if issue.severity.value != "note"}


@pytest.mark.parametrize("names", [("KE", "JM"), ("ken", "jam")])
def test_sheets_named_by_codes_are_one_country_each(names):
    rows = [["Agency", "Is there a plan?", "Staff"], ["Police", "yes", 4], ["Courts", "no", 7]]
    reading = cb.read(xlsx_bytes(dict.fromkeys(names, rows)), name="a.xlsx")
    assert [response.country.alpha_2 for response in reading.responses] == ["KE", "KE", "JM", "JM"]


@pytest.mark.parametrize("names", [("ID", "Data"), ("NO", "OK"), ("me", "Notes"), ("IN", "OUT")])
def test_a_word_that_is_also_a_code_names_no_country(names):
    rows = [["Agency", "Is there a plan?", "Staff"], ["Police", "yes", 4], ["Courts", "no", 7]]
    reading = cb.read(xlsx_bytes(dict.fromkeys(names, rows)), name="a.xlsx")
    assert {response.country for response in reading.responses} == {None}


def test_codes_of_missing_answers_count_among_numbers_and_among_yes_and_no():
    rows = [["Country", "Plan in force", "Staff", "Site"], ["Peru", "yes", "DK", "DK"], ["Kenya", "NR", "12", "West"]]
    rows += [["Jamaica", "no", "NA", "ND"], ["Nepal", "NA", "5", "East"], ["Cuba", "no", "7", "North"]]
    found = answers(read(rows))
    assert (found["PE", "Staff"], found["JM", "Staff"]) == (Missing.DONT_KNOW, Missing.NO_ANSWER)
    assert (found["KE", "Plan in force"], found["NP", "Plan in force"]) == (Missing.NO_ANSWER, Missing.NOT_APPLICABLE)
    assert (found["PE", "Site"], found["JM", "Site"]) == ("DK", "ND")  # sites may be called so


@pytest.mark.parametrize("total", ["Total", "All", "Mean (3)", "Moyenne", "All countries", "Tous les pays", "全部"])
def test_totals_among_countries_are_left_out_though_they_do_not_add_up(total):
    rows = [["Country", "Staff", "Rooms"], ["Peru", 4, 2], ["Kenya", 9, 3], ["Nepal", 2, 1], [total, 99, 98]]
    reading = read(rows)
    assert [response.country.alpha_2 for response in reading.responses] == ["PE", "KE", "NP"]
    assert dict(reading.reconciliation.sheets[0].rows_left_out) == {"a total or mean of other rows": 1}
    assert not codes(reading)


def test_a_total_beside_countries_is_no_answer():
    rows = [["Indicator", "Peru", "Kenya", "Nepal", "Total"], ["Staff", 4, 9, 2, 15], ["Rooms", 2, 3, 1, 6]]
    reading = read([*rows, ["Cases", 5, 7, 9, 21]])
    assert len(answers(reading)) == 9
    assert reading.reconciliation.sheets[0].left_out == {"a total or mean of other columns": 3}


@pytest.mark.parametrize("book", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_lines_above_a_table_give_country_date_and_person(book, together):
    lines = [["Country", "Kenya"], ["Date", "2019-03-20"], ["Filled in by", "A. Invented"]]
    lines = [[f"{label}: {value}"] for label, value in lines] if together else [[f"{a}:", b] for a, b in lines]
    rows = [["Question", "Answer", "Comments"], ["Is there a plan?", "yes", "new"], ["Is there a budget?", "no", "old"]]
    reading = read([*lines, [], *rows, ["Is there a lab?", "yes", "small"]], book=book)
    assert [response.country.alpha_2 for response in reading.responses] == ["KE"]
    found = answers(reading)
    assert [found["KE", f"Is there a {what}?"] for what in ("plan", "budget", "lab")] == ["yes", "no", "yes"]
    kept = {str(value) for value in found.values()} | {issue.message for issue in reading.issues}
    assert any("A. Invented" in text for text in kept)
    assert str(reading.responses[0].date) == "2019-03-20"


def test_a_date_above_records_is_the_date_of_each():
    rows = [["Country: Kenya"], ["Date: 2019-03-20"], ["Agency", "Staff", "Plan"], ["Police", 4, "yes"]]
    reading = read([*rows, ["Courts", 5, "no"], ["Customs", 6, "no"]])
    assert [(r.country.alpha_2, str(r.date)) for r in reading.responses] == [("KE", "2019-03-20")] * 3


def test_marks_below_options_of_several_countries():
    rows = [["", "Peru", "", "", "Kenya", "", ""], ["Question", *["Yes", "No", "Partly"] * 2]]
    rows += [["Is there a plan?", "x", "", "", "", "x", ""], ["Is there a lab?", "", "", "x", "x", "", ""]]
    found = answers(read([*rows, ["Is there a budget?", "", "x", "", "", "", "x"]]))
    assert {key: value for key, value in found.items() if "plan" in key[1]} == {
        ("PE", "Is there a plan?"): "Yes",
        ("KE", "Is there a plan?"): "No",
    }
    assert (found["PE", "Is there a lab?"], found["KE", "Is there a budget?"]) == ("Partly", "Partly")


def test_options_below_questions_with_a_country_in_each_column():
    rows = [["Question", "Peru", "Kenya"]]
    for question, *marks in (("Which channels?", "x", "", "", "", "", ""), ("Which staff?", "", "x", "", "", "x", "x")):
        rows += [[question, "", ""], ["Radio", *marks[:2]], ["Posters", *marks[2:4]], ["Visits", *marks[4:]]]
    found = answers(read(rows))
    given = {key: value for key, value in found.items() if not isinstance(value, Missing)}
    assert given == {
        ("PE", "Which channels? - Radio"): "x",
        ("KE", "Which staff? - Radio"): "x",
        ("PE", "Which staff? - Visits"): "x",
        ("KE", "Which staff? - Visits"): "x",
    }


def test_one_mark_of_a_question_with_several_is_a_list_too():
    rows = [["", "", "Which channels?", "", ""], ["Country", "Staff", "Radio", "Posters", "Visits"]]
    rows += [["Peru", 4, "x", "", ""], ["Kenya", 5, "x", "x", ""], ["Nepal", 6, "", "", "x"]]
    found = answers(read(rows))
    assert [found[code, "Which channels?"] for code in ("PE", "KE", "NP")] == [
        ("Radio",),
        ("Radio", "Posters"),
        ("Visits",),
    ]


@pytest.mark.parametrize(("mark", "joined"), [("x", True), ("✓", True), ("x", False), ("1", False)])
@pytest.mark.parametrize("odd", ["", "see note", "Schulung"])
def test_an_odd_cell_among_ticks_is_said_beside_its_option(mark, odd, joined):
    """Nine countries tick three channels; one of them may write something else below the second."""
    options = ["Radio", "Posters", "Visits"]
    names = ["Peru", "Chile", "Jamaica", "Belize", "Cuba", "Haiti", "Kenya", "Nepal", "Malta"]
    lists = [[option for place, option in enumerate(options) if (number + place) % 3] for number in range(9)]
    rows = [["", "Channels", "", "", ""], ["Country", *options, "Staff"]]
    rows = [["Country", *(f"Channels - {option}" for option in options), "Staff"]] if joined else rows
    rows += [[n, *(mark if o in chosen else "" for o in options), 3] for n, chosen in zip(names, lists, strict=True)]
    rows[-1][2] = odd or rows[-1][2]
    survey = read(rows)
    found = [answer.value for r in survey.responses for answer in r.answers if answer.question == "Channels"]
    assert lists[-1] == ["Radio", "Visits"]
    lists[-1] = ["Radio", f"Posters: {odd}", "Visits"] if odd else lists[-1]
    assert found == list(map(tuple, lists))


def test_groups_named_once_beside_questions_of_several_countries():
    """The corner names the agencies, whose questions are the same; a line for all of them has no question."""
    rows = [["", "Country", "Peru", "Kenya"], ["Office", "", "Lima", "Nairobi"]]
    rows += [["Police", "Staff", 4, 5], ["", "Budget", 40, 50], ["Customs", "Staff", 6, 7], ["", "Budget", 60, 70]]
    reading = read(rows)
    asked = {q.id: f"{q.group} {dict(q.dimensions or {})} {q.text}" for q in reading.questionnaire.questions}
    found = {(code, answer): asked[name] for (code, name), answer in answers(reading).items()}
    assert len(found) == 10
    for value, group in ((4, "Police"), (70, "Customs")):
        (text,) = (text for (_, answer), text in found.items() if answer == value)
        assert group in text or any(group in name for name in asked if asked[name] == text)


def test_a_form_of_two_columns_of_labels():
    rows = [["Country", "Kenya", "", "Date", "2019-03-20"], ["Is there a plan?", "yes", "", "Is there a lab?", "no"]]
    reading = read([*rows, ["Staff", 12, "", "Rooms", 4], ["Is there a law?", "no", "", "Is there a unit?", "yes"]])
    found = answers(reading)
    assert (found["KE", "Is there a lab?"], found["KE", "Rooms"], found["KE", "Is there a unit?"]) == ("no", 4, "yes")
    assert len(reading.responses) == 1


def test_a_remark_beside_the_values_of_a_form_stays_a_remark():
    rows = [["Country", "Kenya", ""], ["Is there a plan?", "yes", "since May"], ["Is there a lab?", "no", "in 2020"]]
    (response,) = read([*rows, ["Is there a law?", "no", ""]]).responses
    assert [answer.comment for answer in response.answers[-3:]] == ["since May", "in 2020", None]


def test_boxes_in_a_cell():
    rows = [["Country", "Plan", "Channels"], ["Peru", "☒ Yes ☐ No", "☒ Radio ☐ Posters ☒ Visits"]]
    rows += [["Kenya", "Yes ☐ No ☑", "☐ Radio ☐ Posters ☐ Visits"], ["Nepal", "☐ Yes ☐ No ☒ Don't know", "see ☐ below"]]
    found = answers(read(rows))
    assert (found["PE", "Plan"], found["KE", "Plan"], found["NP", "Plan"]) == ("Yes", "No", Missing.DONT_KNOW)
    assert found["PE", "Channels"] == "Radio; Visits"
    assert (found["KE", "Channels"], found["NP", "Channels"]) == (Missing.NO_ANSWER, "see ☐ below")


def test_a_country_named_once_holds_for_the_agencies_below_it():
    rows = [["Country", "Agency", "Staff"], ["Peru", "Police", 4], ["", "Courts", 5], ["Kenya", "Police", 6]]
    reading = read([*rows, ["", "Courts", 7], ["Nepal", "Police", 8], ["", "Courts", 9]])
    assert [response.country.alpha_2 for response in reading.responses] == ["PE", "PE", "KE", "KE", "NP", "NP"]
    assert [(i.code, i.severity.value) for i in reading.issues] == [("CB206", "note")]


def test_a_country_that_was_forgotten_is_not_made_up():
    rows = [["Country", "Name of site", "Staff"], ["Peru", "North", 4], ["", "West", 5], ["Kenya", "East", 6]]
    reading = read([*rows, ["Nepal", "South", 7]])
    assert [response.country and response.country.alpha_2 for response in reading.responses] == ["PE", None, "KE", "NP"]


def test_tables_side_by_side_have_countries_of_their_own():
    rows = [["Country", "Plan", "Staff", "", "Country", "Rooms", "Lab"], ["Peru", "yes", 4, "", "Chad", 3, "no"]]
    found = answers(read([*rows, ["Kenya", "no", 5, "", "Cuba", 2, "yes"], ["Nepal", "no", 6, "", "Mali", 1, "no"]]))
    assert (found["TD", "Rooms"], found["CU", "Lab"], found["KE", "Staff"]) == (3, "yes", 5)
    assert ("PE", "Rooms") not in found


@pytest.mark.parametrize(
    ("headers", "cells", "values"),
    [
        (["País", "Personal"], ["1.200", "350", "12.500"], [1200, 350, 12500]),
        (["Land", "Personal"], ["1.200", "2.350", "12.500"], [1200, 2350, 12500]),
        (["Country", "Staff"], ["1,200", "350", "12,500"], [1200, 350, 12500]),
        (["Which country are you from?", "Staff"], ["12", "350", "1,200"], [12, 350, 1200]),
        (["Country", "Rate"], ["1.200", "350", "12.500"], ["1.200", 350, "12.500"]),
        (["Pays", "Taux"], ["1.125", "2.5", "3.875"], [1.125, 2.5, 3.875]),
        (["Pays", "Taux"], ["1.125", "0.350", "3.875"], [1.125, 0.35, 3.875]),
    ],
)
def test_a_mark_before_three_digits_is_judged_by_the_column_and_the_language(headers, cells, values):
    reading = read([headers, *zip(["Peru", "Kenya", "Nepal"], cells, strict=True)])
    assert [response.answers[0].value for response in reading.responses] == values
    assert codes(reading) == (set() if {350, 12500}.isdisjoint(values) else {"CB201"})


def test_the_same_question_below_two_headings_is_two_questions():
    rows = [["Question", "Peru", "Kenya"], ["Police", "", ""], ["Staff", 4, 5], ["Rooms", 1, 2], ["Courts", "", ""]]
    found = answers(read([*rows, ["Staff", 6, 7], ["Rooms", 3, 4]]))
    assert (found["PE", "Police - Staff"], found["PE", "Courts - Staff"]) == (4, 6)
    assert len(found) == 8


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2)])
def test_neither_a_name_nor_a_code_that_do_not_fit_is_taken_and_the_other_codes_count(order):
    rows = [["ISO3", "Country", "Staff"], ["KEN", "Kenya", 4], ["NER", "Nigeria", 5], ["ZAF", "South Africa", 6]]
    rows = [[row[place] for place in order] for row in [*rows, ["COD", "Congo", 7], ["COG", "Congo", 8]]]
    reading = read(rows)
    countries = [response.country and response.country.alpha_3 for response in reading.responses]
    assert countries == ["KEN", None, "ZAF", "COD", "COG"]
    assert [(issue.code, issue.origin.row) for issue in reading.issues] == [("CB404", 3)]
    settled = cb.read(csv_bytes(rows), name="a.csv", overrides={"Nigeria (NER)": "NG"})
    assert settled.responses[1].country.alpha_3 == "NGA"
    assert list(settled.issues) == []
    with pytest.raises(cb.CapbuildError, match="of different countries"):
        cb.country("Nigeria (NER)", context=["NG", "KE"])


@pytest.mark.parametrize(
    "head", ["ISO3", "iso2", "iso_a2", "country.code", "country_code", "country.iso3", "código de país"]
)
@pytest.mark.parametrize("rows", [1, 2])
def test_a_header_of_codes_is_believed_of_a_single_row(head, rows):
    """A file of one country is the usual case of an API: no other row shows what the column holds."""
    codes = ("TTO", "JAM") if "iso3" in head.lower() else ("TT", "JM")
    names = ("Jamaica", "Trinidad and Tobago")
    table = [["country", head, "law"], *([name, code, "yes"] for name, code in zip(names, codes, strict=True))]
    reading = read(table[: rows + 1])
    assert [response.country for response in reading.responses] == [None] * rows
    assert [issue.code for issue in reading.issues] == ["CB404"] * rows
    other = read([["country", "Partner country code", "law"], ["Mexico", "ES", "yes"]])
    assert [response.country.alpha_2 for response in other.responses] == ["MX"]


@pytest.mark.parametrize("book", [True, False])
def test_a_code_that_does_not_fit_is_found_in_every_row_of_a_scan(book):
    rows = [["Country", "Code", "Staff"], *(["Kenya", "KE", n] for n in range(900)), ["Peru", "CL", 7]]
    reading = read(rows, book=book)
    assert [(i.code, i.origin.row) for i in reading.issues if i.code.startswith("CB4")] == [("CB404", 902)]


@pytest.mark.parametrize(
    ("name", "others", "code"),
    [("Guiana", ["Brasil", "Peru"], "GY"), ("Island", ["Deutschland", "Peru"], "IS"),
     ("Guiana", ["Guyana", "Peru"], None),
     ("Island", ["Germany", "Peru"], None)],
)  # fmt: skip
def test_a_name_counts_in_the_language_of_its_column(name, others, code):
    reading = read([["Country", "Law", "Staff"], *([one, "yes", 3] for one in (name, *others))])
    assert (reading.responses[0].country and reading.responses[0].country.alpha_2) == code


def test_a_short_form_and_numbers_before_countries_are_no_countries():
    (form,) = read([["Country", "Peru"], ["Law", "yes"], ["Staff", 3], ["Units", "no"]]).responses
    assert (form.country.alpha_2, form["Law"].value, form["Staff"].value) == ("PE", "yes", 3)
    rows = [["#", "Item", "Weight", "Jamaica", "Barbados"], ["1.1", "Law", 0.4, 3, 2], ["1.2", "Academy", 0.6, 1, 4]]
    assert [response.country.alpha_2 for response in read(rows).responses] == ["JM", "BB"]


def test_words_for_missing_in_two_languages_are_one_kind():
    rows = [["Country", "CSIRT?"], ["Peru", "No sabe / Don't know"], ["Chile", "No aplica / Not applicable"]]
    found = read([*rows, ["Cuba", "Sí / Yes"], ["Haiti", "No sabe / Not applicable"]])
    values = [response["CSIRT?"].value for response in found.responses]
    assert values[:2] == [Missing.DONT_KNOW, Missing.NOT_APPLICABLE]
    assert values[2:] == ["Sí / Yes", "No sabe / Not applicable"]


def test_the_country_is_asked_in_words_below_ids_and_named_in_a_part_of_the_name_of_a_file():
    rows = [["Id", "Q1", "Q2"], ["Response", "In which country is your agency?", "How many requests?"]]
    reading = read([*rows, ["R_1", "Ghana", 12], ["R_2", "Kenya", 30], ["R_3", "Kenya", 4]])
    assert [response.country.alpha_2 for response in reading.responses] == ["GH", "KE", "KE"]
    rows = csv_bytes([["Question", "Answer"], ["Is there a law?", "yes"], ["How many staff?", "3"]])
    for name, country in (("Panama - questionnaire.csv", "PA"), ("2024_Chad_v2.csv", "TD"), ("Peru_Chile.csv", None)):
        (response,) = cb.read(rows, name=name).responses
        assert (response.country.alpha_2 if response.country else None) == country
