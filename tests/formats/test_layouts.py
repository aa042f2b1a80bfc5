"""Layouts of small tables: what stands beside answers, above a table, and in a row that looks like a header."""

import pytest

import capbuild as cb
from capbuild.model import Missing


def answers(text):
    """Country, question, value and comment of each answer."""
    reading = cb.read(text.encode(), name="a.csv")
    assert reading.reconciliation.adds_up
    return [
        (response.country.alpha_2 if response.country else "", answer.question, answer.value, answer.comment or "")
        for response in reading.responses
        for answer in response.answers
    ]


@pytest.mark.parametrize("headers", ["Question,Jamaica,,Belize,", "Question,Jamaica,Remarks,Belize,Remarks"])
def test_remarks_between_countries_are_about_the_one_to_their_left(headers):
    table = f"{headers}\nLaw?,yes,Act of 2010,no,Bill drafted\nUnit?,no,None,yes,Unit of 4\nLab?,yes,Small,yes,Large\n"
    assert answers(table) == [
        ("JM", "Law?", "yes", "Act of 2010"),
        ("JM", "Unit?", "no", "None"),
        ("JM", "Lab?", "yes", "Small"),
        ("BZ", "Law?", "no", "Bill drafted"),
        ("BZ", "Unit?", "yes", "Unit of 4"),
        ("BZ", "Lab?", "yes", "Large"),
    ]


def test_a_remark_behind_all_countries_is_about_each():
    table = "Question,Jamaica,Belize,Remarks\nLaw?,yes,no,As of May\nUnit?,no,yes,\nLab?,yes,yes,\nPlan?,no,yes,Old\n"
    assert [found for found in answers(table) if found[3]] == [
        ("JM", "Law?", "yes", "As of May"),
        ("JM", "Plan?", "no", "Old"),
        ("BZ", "Law?", "no", "As of May"),
        ("BZ", "Plan?", "yes", "Old"),
    ]


def test_labels_above_a_table_of_countries_are_no_header_and_not_lost():
    table = "Agency:,CERT\nLead:,Ann\nQuestion,Jamaica,Belize\nLaw?,yes,no\nUnit?,no,no\nLab?,yes,yes\n"
    assert len(answers(table)) == 6
    (issue,) = cb.read(table.encode(), name="a.csv").issues
    assert (issue.code, issue.origin.row) == ("CB123", 1)
    assert "A1 'Agency:'; B1 'CERT'; A2 'Lead:'" in issue.message


@pytest.mark.parametrize("size", range(2, 12))
@pytest.mark.parametrize("kinds", ["numbers", "words"])
def test_a_name_that_is_not_known_changes_no_other_row(size, kinds):
    countries = ["Jamaica", "Belize", "Peru", "Chile", "Cuba", "Haiti", "Panama", "Brazil", "Guyana", "Mexico", "Spain"]
    values = [(n * 7 + 3, n % 5) if kinds == "numbers" else (["yes", "no"][n % 2], "yes") for n in range(size)]
    rows = [f"{place},{a},{b}" for place, (a, b) in zip(countries, values, strict=False)]
    known = cb.read("\n".join(["Country,Staff,Labs", *rows]).encode(), name="a.csv")
    for unknown in range(size):
        changed = [*rows[:unknown], rows[unknown].replace(countries[unknown], "Head Office"), *rows[unknown + 1 :]]
        reading = cb.read("\n".join(["Country,Staff,Labs", *changed]).encode(), name="a.csv")
        assert [r.place for r in reading.responses if r.place != "Head Office"] == [
            r.place for n, r in enumerate(known.responses) if n != unknown
        ]
        assert [[a.value for a in r.answers] for r in reading.responses] == [
            [a.value for a in r.answers] for r in known.responses
        ]
        assert "CB401" in {issue.code for issue in reading.issues}


def test_a_total_below_does_not_make_the_text_of_a_coded_question_a_remark():
    rows = "Code,Question,2016,2017\nA.1,Law?,yes,yes\nA.2,Staff,12,14\nA.3,Devices,40,31\nTotal,,52,45\n"
    (response,) = cb.read(f"Country:,Jamaica\n\n{rows}".encode(), name="a.csv").responses
    assert [(answer.question, answer.comment) for answer in response.answers][:2] == [
        ("A.1 [2016]", None),
        ("A.1 [2017]", None),
    ]
    form = cb.read(f"Country:,Jamaica\n\n{rows}".encode(), name="a.csv").questionnaire
    assert form["A.2 [2016]"].text.source == "Staff [2016]"


def test_a_question_among_questions_without_a_mark_has_no_answer():
    table = "Question,Yes,No\nIs there a lab?,x,\nIs there a cold chain?,,\nIs there a plan?,,x\nIs there a van?,,x\n"
    (response,) = cb.read(table.encode(), name="kenya.csv").responses
    found = {answer.question: answer.value for answer in response.answers}
    assert found == {
        "Is there a lab?": "Yes",
        "Is there a cold chain?": Missing.NO_ANSWER,
        "Is there a plan?": "No",
        "Is there a van?": "No",
    }


def test_what_differs_below_a_country_that_is_named_once_is_not_lost():
    rows = "Country,Indicator,Value,Source\nChile,Beds,1200,Ministry\n,Ambulances,540,\n,Minutes,14,SAMU\n"
    rows += "Uruguay,Beds,300,MSP\n,Ambulances,20,\n,Minutes,11,\n"
    reading = cb.read(rows.encode(), name="a.csv", options={"fill_country": True})
    kept = [str(answer.value) for r in reading.responses for answer in r.answers]
    kept += [answer.comment for r in reading.responses for answer in r.answers if answer.comment]
    assert {"Ministry", "SAMU", "MSP"} <= set(kept)


@pytest.mark.parametrize("code", ["LOCATION", "Code", "A3", ""])
def test_codes_beside_names_say_which_country_an_unclear_name_is(code):
    table = f"{code},Country,Staff\nISL,Island,12\nKOR,Korea,40\nPER,Peru,7\nCOD,Congo,9\n"
    told = [place for place, question, *_ in answers(table) if question == "Staff"]
    assert told == ["IS", "KR", "PE", "CD"]
    # One code that contradicts its name is refused with it, and the others count; three count for nothing.
    told = {place for place, *_ in answers(table.replace("PER", "CHL"))}
    assert told == {"IS", "KR", "", "CD"}
    wrong = table.replace("PER", "CHL").replace("COD", "CUB").replace("KOR", "FJI")
    assert {place for place, *_ in answers(wrong)} == {"", "PE"}


def test_a_question_without_an_answer_is_no_heading_among_countries():
    asked = ["Law?", "Rooms", "Computers", "Obstacle"]
    rows = [f"{q},{value}" for q, value in zip(asked, ("yes", "", 4, "low"), strict=True)]
    more = [f"{q},{value}" for q, value in zip(asked, ("no", 3, "", ""), strict=True)]
    table = "\n".join(["Question,Answer", "Belize,", *rows, "Peru,", *more])
    assert [found[:3] for found in answers(table) if found[2] is not Missing.NO_ANSWER] == [
        ("BZ", "Law?", "yes"), ("BZ", "Computers", 4), ("BZ", "Obstacle", "low"), ("PE", "Law?", "no"),
        ("PE", "Rooms", 3),
    ]  # fmt: skip


def test_rows_below_a_country_that_nobody_knows_are_not_of_the_one_above():
    asked = ["Law?,yes", "Rooms,3", "Computers,4"]
    for other in ("Ruritania", "Caribbean"):
        rows = ["Question,Answer", "Belize,", *asked, f"{other},", *asked, "Peru,", *asked, "Europe,", "Malta,", *asked]
        found = answers("\n".join(rows))
        assert [place for place, *_ in found] == ["BZ"] * 3 + [""] * 3 + ["PE"] * 3 + ["MT"] * 3


@pytest.mark.parametrize("head", ["Maelezo", "Comments", "Description"])
def test_a_text_that_comes_with_its_code_again_and_again_words_the_question(head):
    words = {"A.1": "Is there a unit", "A.2": "Computers", "A.3": "Main obstacle"}
    rows = [
        f"{place},{code},{text},{n}"
        for n, place in enumerate(("Peru", "Chile", "Cuba"))
        for code, text in words.items()
    ]
    found = cb.read("\n".join([f"Country,Code,{head},Answer", *rows]).encode(), name="a.csv")
    assert {question.id: question.text.source for question in found.questionnaire.questions} == words
    assert not any(answer.comment for response in found.responses for answer in response)


def test_an_option_that_nobody_chose_parts_no_question_of_ticks():
    table = ",Training,,,Equipment,,\nCountry,low,medium,high,low,medium,high\n"
    table += "Peru,x,,,,x,\nChile,,,x,,x,\nCuba,x,,,,,x\nHaiti,,,x,,x,\n"
    assert [found[:3] for found in answers(table)][:4] == [
        ("PE", "Training", "low"), ("PE", "Equipment", "medium"), ("CL", "Training", "high"),
        ("CL", "Equipment", "medium"),
    ]  # fmt: skip


def test_numbers_below_the_word_for_date_are_answers():
    assert answers("Country,Date,Law?\nPeru,170,yes\nChile,136,no\n") == [
        ("PE", "Date", 170, ""), ("PE", "Law?", "yes", ""), ("CL", "Date", 136, ""), ("CL", "Law?", "no", ""),
    ]  # fmt: skip


LEVELS = (("1", "2", "3", "4", "5"), ("Level 1", "Level 2", "Level 3"), ("0: None", "1: Some"), ("20%", "60%", "100%"))


@pytest.mark.parametrize("names", LEVELS)
@pytest.mark.parametrize("first", ["Aspect", "Thing", "Indicator"])
def test_one_mark_per_row_below_levels_is_an_answer(names, first):
    things = ["Fuel breaks", "Public awareness", "Burning permits", "Lookouts", "Ground crews"]
    chosen = [names[place % len(names)] for place in range(len(things))]
    rows = [[thing, *("x" if name == one else "" for name in names)] for thing, one in zip(things, chosen, strict=True)]
    text = "\n".join(",".join(row) for row in [["Country:", "Guyana"], [], [first, *names], *rows])
    (response,) = cb.read(text.encode(), name="a.csv").responses
    assert [answer.question for answer in response.answers] == things
    assert [answer.raw or str(answer.value) for answer in response.answers] == chosen
