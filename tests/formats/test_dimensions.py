"""Long tables of statistics, whose answers differ by year, sex or unit. All figures are invented."""

import itertools

import pytest

HEADS = ["Country", "Region", "Indicator", "Category", "Sex", "Year", "Unit of measurement", "VALUE", "Source"]
KINDS = list(itertools.product(["Male", "Female"], ["2013", "2014"], ["Counts", "Rate"]))


def rows():
    number = itertools.count(1)
    for country in ("Peru", "Chile", "Cuba"):
        for sex, year, unit in KINDS:
            yield [country, "Americas", "Homicide", "Total", sex, year, unit, str(next(number)), "Office"]


def test_what_tells_answers_apart_becomes_part_of_the_question(read_text, csv_of):
    found = read_text(csv_of([HEADS, *rows()]))
    assert len(found.responses) == 3
    assert found.answers(1) == {
        f"Homicide [{sex}, {year}, {unit}]": number for number, (sex, year, unit) in enumerate(KINDS, start=9)
    }
    assert "CB203" not in found.codes
    assert found.form["Homicide [Male, 2013, Counts]"].unit == "Counts"
    reasons = {column.name: column.reason for column in found.account.columns}
    assert reasons["Year"] == reasons["Sex"] == "part of the question"
    assert reasons["Source"] == reasons["Region"] == "describes a dimension or the table"
    assert found.form["Homicide [Male, 2013, Counts]"].dimensions == {
        "Region": "Americas", "Category": "Total", "Source": "Office",
        "Sex": "Male", "Year": "2013", "Unit of measurement": "Counts",
    }  # fmt: skip


def test_series_of_several_kinds_have_them_in_their_questions(read_text, csv_of):
    table = [["Country", "Indicator", "Sex", "2013", "2014"]]
    table += [[c, "Judges", sex, "3", "4"] for c in ("Peru", "Cuba") for sex in ("Male", "Female")]
    assert list(read_text(csv_of(table)).answers()) == [
        "Judges [Male, 2013]", "Judges [Male, 2014]", "Judges [Female, 2013]", "Judges [Female, 2014]",
    ]  # fmt: skip


def test_an_answer_given_twice_is_told_as_ever(read_text, csv_of):
    table = [["country", "question", "answer", "source"], ["Peru", "Law?", "yes", "A"], ["Peru", "Law?", "no", "B"]]
    table += [[c, q, "no", s] for c, s in (("Cuba", "A"), ("Chile", "B")) for q in ("Law?", "Unit?")]
    found = read_text(csv_of(table))
    assert found.codes["CB203"] == 1
    assert {q for n in range(3) for q in found.answers(n)} == {"Law?", "Unit?"}


def test_criteria_are_asked_as_they_are(read_text, csv_of):
    table = [["country", "criterion", "answer", "Year"]]
    table += [[c, "TEC-2.2a", "yes", y] for c in ("Peru", "Cuba") for y in ("2013", "2014")]
    assert list(read_text(csv_of(table)).answers()) == ["TEC-2.2a"]


@pytest.mark.parametrize(
    ("column", "kept"),
    [
        (["1.5", "2.5", "1.5", "2.5"], "Law? [More]"),  # numbers are answers of their own
        (["a" * 70, "b", "a" * 70, "b"], "Law?"),  # remarks go with the answers
        (["x", "x", "x", "x"], "Law? [More]"),  # one word tells nothing apart
    ],
)
def test_columns_that_hold_no_categories(read_text, csv_of, column, kept):
    keys = ["Peru", "Peru", "Cuba", "Cuba"]
    table = [["Country", "Question", "Answer", "More"]]
    table += [[key, "Law?", "yes", cell] for key, cell in zip(keys, column, strict=True)]
    found = read_text(csv_of(table))
    assert list(found.answers()) == list(dict.fromkeys(["Law?", kept]))
    assert found.codes["CB203"]
    comments = [answer.comment for response in found.responses for answer in response.answers]
    assert set(comments) - {None} == (set(column) if kept == "Law?" else set())


def test_a_word_for_each_answer_tells_them_apart(read_text, csv_of):
    keys = [("Peru", "a"), ("Peru", "b"), ("Cuba", "c"), ("Cuba", "d")]
    table = [["Country", "Question", "Answer", "More"]]
    table += [[place, question, "yes", word] for place, word in keys for question in ("Law?", "Lab?")]
    found = read_text(csv_of(table))
    assert list(found.answers(1)) == ["Law? [c]", "Lab? [c]", "Law? [d]", "Lab? [d]"]
    assert "CB203" not in found.codes
