"""Tables as field teams send them, read as the same facts in a plain table. All answers are invented."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb

PLACES = ["Peru", "Kenya", "Jamaica", "Ghana"]
AGENCIES = ["National Police", "Public Prosecution", "High Court"]
NUMBERS = st.lists(st.lists(st.integers(2, 900), min_size=3, max_size=3), min_size=3, max_size=4)


def _read(rows, separator="\t"):
    return cb.read("\n".join(separator.join(map(str, row)) for row in rows).encode(), name="a.tsv")


def _facts(reading):
    return [(r.country and r.country.name, [(a.question, a.value) for a in r.answers]) for r in reading.responses]


@given(NUMBERS, st.booleans())
def test_countries_that_sum_the_rows_below_them_are_an_outline(numbers, indented):
    rows = [["Row Labels", "Sum of staff"]]
    for place, values in zip(PLACES, numbers, strict=False):
        rows.append([place, sum(values)])
        rows.extend(["  " * indented + agency, value] for agency, value in zip(AGENCIES, values, strict=True))
    rows.append(["Grand Total", sum(map(sum, numbers))])
    reading = _read(rows)
    found = [(r.country.name, a.value) for r in reading.responses for a in r.answers if a.question == "Sum of staff"]
    assert found == [(p, value) for p, values in zip(PLACES, numbers, strict=False) for value in values]
    assert reading.reconciliation.adds_up


@pytest.mark.parametrize("header", ["Quarter", "Trimestre", "Kwartaal", "Quartal", "Квартал", "季度"])
def test_a_column_of_quarters_is_not_the_question(header):
    rows = [[2023, f"Q{n}", place, 10 * n + i] for i, place in enumerate(PLACES) for n in (1, 2, 3, 4)]
    reading = _read([["Year", header, "Country", "Cases opened"], *rows])
    assert "Cases opened" in {question.id.partition(" [")[0] for question in reading.questions}
    assert {"Q1", "Q2"}.isdisjoint(question.id for question in reading.questions)


def test_years_below_a_country_heading_are_not_the_questions():
    rows = [[place] if not y else [2020 + y, y, 7 * y, 9 * y] for place in PLACES[:3] for y in range(4)]
    reading = _read([["Year", "Cases", "Judges", "Prisons"], *[[*row, "", "", ""][:4] for row in rows]])
    assert {r.country.name for r in reading.responses} == set(PLACES[:3])
    assert {"Cases", "Judges", "Prisons"} <= {question.id for question in reading.questions}


@given(st.lists(st.integers(2, 900), min_size=4, max_size=4))
def test_parts_of_a_question_may_be_indented_by_a_column(numbers):
    asked = iter(numbers)
    rows = [["Country", "Peru", "", ""], ["", "", "", ""]]
    for n, question in enumerate(["Is there a law?", "Is there a unit?"], 1):
        rows.append([n, question, "", "yes"])
        rows.extend(["", f"{letter})", part, next(asked)] for letter, part in (("a", "Staff"), ("b", "Budget")))
    ((country, facts),) = _facts(_read(rows))
    assert country == "Peru"
    assert [value for _, value in facts] == ["yes", *numbers[:2], "yes", *numbers[2:]]
    assert [name for name, _ in facts] == ["Is there a law?", "1a", "1b", "Is there a unit?", "2a", "2b"]


@given(st.lists(st.integers(0, 2), min_size=3, max_size=4), st.sampled_from("xX✓"))
def test_marks_beside_options_below_a_question_are_its_answer(chosen, mark):
    options, rows = ["Good", "Fair", "Poor"], [["Country", "Peru"], ["", ""]]
    for n, choice in enumerate(chosen, 1):
        rows.append([f"{n}. How is service {n}?", ""])
        rows.extend([option, mark if i == choice else ""] for i, option in enumerate(options))
        rows.append(["", ""])
    ((country, facts),) = _facts(_read(rows))
    assert country == "Peru"
    assert facts == [(f"{n}. How is service {n}?", options[choice]) for n, choice in enumerate(chosen, 1)]


def test_the_cover_of_a_workbook_may_have_a_single_line():
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    for row in (["Survey of capacities"], ["Country", "Peru"], ["Note: all figures are provisional."]):
        book.active.append(row)
    sheet = book.create_sheet("Questions")
    for row in (
        ["No", "Question", "Answer"],
        [1, "Is there a law?", "yes"],
        [2, "Is there a unit?", "no"],
        [3, "Staff", 7],
    ):
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    reading = cb.read(data.getvalue(), name="a.xlsx")
    assert [(country, [value for _, value in facts]) for country, facts in _facts(reading)] == [
        ("Peru", ["yes", "no", 7])
    ]


@given(NUMBERS)
def test_a_country_above_the_first_table_is_that_of_all(numbers):
    rows = [["Country", "Peru", "", ""], ["", "", "", ""]]
    for title, values in zip(["Staff", "Vehicles", "Budget", "Cases"], numbers, strict=False):
        rows += [[title, "n", "planned", "%"], *([word, *values] for word in ("Police", "Courts")), ["", "", "", ""]]
    reading = _read(rows)
    assert {r.country.name for r in reading.responses} == {"Peru"}
    assert sum(a.value in numbers[0] + numbers[-1] for r in reading.responses for a in r.answers) >= 12


@given(st.sampled_from(["{n:02} {p}", "{p} (final)", "{p} 2024", "{p} - v2"]))
def test_countries_are_found_among_other_words(template):
    rows = [[template.format(n=n, p=place), 5 * n, "yes"] for n, place in enumerate(PLACES, 1)]
    plain = [[place, *row[1:]] for place, row in zip(PLACES, rows, strict=True)]
    header = ["Country", "Staff", "Law"]
    assert _facts(_read([header, *rows])) == _facts(_read([header, *plain]))


def test_among_plain_names_more_words_are_not_cut_off():
    reading = _read([["Country", "Staff"], ["Peru", 1], ["Kenya", 2], ["Ireland - Northern", 3]])
    assert [r.country and r.country.name for r in reading.responses] == ["Peru", "Kenya", None]


@given(st.lists(st.tuples(st.integers(1000, 9999), st.integers(100_000, 900_000)), min_size=3, max_size=6))
def test_columns_of_a_file_share_their_thousands_separator(numbers):
    def grouped(number):
        return f"{number:,}".replace(",", ".")

    rows = [[2015 + n, grouped(a), grouped(b), 12] for n, (a, b) in enumerate(numbers)]
    rows += [[2030, "850", "1.204", 12], [2031, grouped(numbers[0][0]), "950", 12]]
    reading = _read([["Ano", "Juízes", "Casos", "Cursos"], *rows, [2032, "1.100", "2.200", 12]])
    values = {n: [a.value for a in r.answers if a.question == "Casos"] for n, r in enumerate(reading.responses)}
    assert [value for n in range(len(numbers)) for value in values[n]] == [b for _, b in numbers]


@given(st.sampled_from(["Answer: {}", "Answer - {}", "{}: Answer"]))
def test_words_beside_a_country_in_a_header_do_not_hide_it(template):
    rows = [["Question", *map(template.format, PLACES)], ["Any law?", *["yes"] * 4], ["Any unit?", *["no"] * 4]]
    assert [country for country, _ in _facts(_read([*rows, ["Staff", 1, 2, 3, 4]]))] == PLACES


def test_a_legend_right_of_the_countries_is_no_answer():
    rows = [["Country", "Level", "Staff"], *([place, "good", 3] for place in PLACES)]
    reading = _read([*rows, ["", "", ""], ["Legend", "", ""], ["", "good", ""], ["", "poor", ""]])
    assert [[a.value for a in r.answers] for r in reading.responses] == [["good", 3]] * 4
    assert reading.reconciliation.sheets[0].left_out == {"note below the table": 3}


def test_footnotes_with_their_numbers_end_a_table():
    rows = [[place, year, "Total", year - 2000, 1 if year == 2020 else ""] for place in PLACES for year in (2020, 2021)]
    rows = [
        ["Country", "Year", "Area", "Value", "Footnotes"],
        *rows,
        ["seqID", "Footnote"],
        [1, "Provisional figures."],
    ]
    reading = _read([[*row, "", "", ""][:5] for row in rows])
    assert {r.country.name for r in reading.responses} == set(PLACES)


@pytest.mark.parametrize("header", ["Name", "Nombre", "Nome"])
def test_countries_first_in_a_table_may_be_below_a_word_for_names(header):
    reading = _read([[header, "Staff"], *([place, n] for n, place in enumerate(PLACES))])
    assert [r.country and r.country.name for r in reading.responses] == PLACES
    persons = _read([["ID", header, "Staff"], *([f"P{n}", place, n] for n, place in enumerate(PLACES))])
    assert {r.country for r in persons.responses} == {None}


def test_signatures_below_a_table_are_no_answers():
    rows = [["Country", "Level", "Staff"], *([place, "good", 3] for place in PLACES)]
    reading = _read([*rows, ["", "", ""], ["Signature:", "A. Invented", ""], ["Date", "2024-06-30", ""]])
    assert [[a.value for a in r.answers] for r in reading.responses] == [["good", 3]] * 4
    assert not [issue for issue in reading.issues if issue.code == "CB401"]
