"""Lists and nested objects of JSON, and cells that look like more than they are: nothing is lost or multiplied."""

import io
import json

import openpyxl
import pytest

import capbuild as cb
from capbuild.model import Missing


def read(records):
    return cb.read(json.dumps(records).encode(), name="a.json")


def values(survey, question):
    return [answer.value for response in survey.responses for answer in response.answers if answer.question == question]


def table(column):
    return [
        {"country": name, "q": cell} for name, cell in zip(("Peru", "Chile", "Cuba", "Haiti"), column, strict=False)
    ]


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(
    ("column", "found"),
    [
        ([[3, 3, 4], [0, 0], [1, 2, 5]], ["[3, 3, 4]", "[0, 0]", "[1, 2, 5]"]),
        ([[3, None, 4], [1, 2], 5], ["[3, null, 4]", "[1, 2]", 5]),
        ([["a", "b"], [""], ["a", "b", "a"], ["a", None]], [("a", "b"), (), ("a", "b"), ("a",)]),
        ([[1, 2], 12345678901234567], [("1", "2"), ("12345678901234567",)]),
    ],
)
def test_lists_of_a_column_are_figures_or_choices(column, found, long):
    """Figures of three years are no choices: each of them counts. A choice counts once."""
    rows = table(column)
    if long:
        rows = [{"country": row["country"], "question": "q", "answer": row["q"]} for row in rows]
    survey = read(rows)
    assert values(survey, "q") == found
    text = "\n".join(map(json.dumps, rows)).encode()
    scanned = cb.scan(text, name="a.jsonl")
    assert [row["q"].value for row in scanned] == found


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ([["don't know"], ["a", "b"], ["n/a"], []], [Missing.DONT_KNOW, ("a", "b"), Missing.NOT_APPLICABLE, ()]),
        ([5, [9], 7], [("5",), ("9",), ("7",)]),
        (["We need x; then c", ["a", "b"], "a;b"], [("We need x; then c",), ("a", "b"), ("a;b",)]),
        ([[], [], []], [Missing.NO_ANSWER] * 3),
    ],
)
def test_what_stands_beside_lists_is_one_option(column, found):
    assert values(read(table(column)), "q") == found


def test_partners_of_a_country_are_no_countries_of_their_own():
    donors = [{"country": "Chile", "amount": 3}, {"country": "Brazil", "amount": 4}]
    survey = read([{"country": "Peru", "law": "yes", "donors": donors}, {"country": "Cuba", "law": "no", "donors": []}])
    assert [response.country.alpha_2 for response in survey.responses] == ["PE", "CU"]
    assert json.loads(values(survey, "donors")[0]) == donors


def test_an_empty_inner_list_asks_nothing():
    rows = [{"question": "law", "answer": "yes"}, {"question": "lab", "answer": "no"}]
    survey = read([{"country": "Peru", "answers": rows}, {"country": "Cuba", "answers": []}])
    assert [one.id for one in survey.questions] == ["law", "lab"]


def test_brackets_in_texts_and_addresses_of_pages():
    survey = read({"title": "x [a] {b}", "results": [{"q1": "yes"}, {"q1": "no"}]})
    assert values(survey, "q1") == ["yes", "no"]
    for extra, warned in (
        ({"next_steps": "publish"}, False),
        ({"links": {"next": {"href": "https://a.example"}}}, True),
    ):
        issues = read({**extra, "results": table(["yes", "no"])}).issues
        assert any("one page of several" in issue.message for issue in issues) is warned


@pytest.mark.parametrize(
    "column",
    [
        ["5 or more", "10 or more", "5 or more"],
        ["3 million", "5 million", "2 million"],
        ["10 am", "11 am", "9 am"],
        ["1 not yet", "2 not yet", "1 not yet"],
    ],
)
def test_words_that_change_a_number_are_no_unit(column):
    assert values(read(table(column)), "q") == column


def test_the_arabic_thousands_mark_means_thousands_only():
    assert values(read(table(["١٬٢٣٤", "12,5", "7,25"])), "q") == [1234, 12.5, 7.25]


@pytest.mark.parametrize("merged", [["B1:B2"], ["D1:D4"], ["D1:D3"], ["A1:A2", "B1:B2", "C1:C2"]])
def test_a_merged_cell_that_reaches_into_the_rows_costs_no_header(merged):
    """Excel keeps the first cell of a merged range, and the others are blank."""
    book = openpyxl.Workbook()
    sheet = book.active
    rows = [["Country", "Law", "Staff"], ["Peru", "yes", 3], ["Chile", "no", 4], ["Cuba", "no", 5]]
    for row in [rows[0], *([[None] * 3] if len(merged) == 3 else []), *rows[1:]]:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    data = io.BytesIO()
    book.save(data)
    survey = cb.read(data.getvalue(), name="a.xlsx")
    assert [response.country.alpha_2 for response in survey.responses] == ["PE", "CL", "CU"]
    assert values(survey, "Staff") == [3, 4, 5]


@pytest.mark.parametrize(
    ("name", "code", "country", "codes"),
    [
        ("Hong Kong", "CN", "HK", []),
        ("Netherlands", "AW", "AW", ["CB404"]),
        ("Jamaica", "TT", None, ["CB404"]),
    ],
)
def test_what_a_contradiction_says_is_what_is_done(name, code, country, codes):
    survey = cb.read(f"country,iso2,law\n{name},{code},yes\n".encode(), name="a.csv")
    (response,) = survey.responses
    assert (response.country and response.country.alpha_2) == country
    assert [issue.code for issue in survey.issues] == codes
    if codes:
        taken = response.country.name if country else "its name and its code are of different countries"
        assert taken in next(iter(survey.issues)).message


@pytest.mark.parametrize("text", ["Refused/don't know", "No answer / don't know", "No contesta / no sabe"])
def test_joined_words_in_either_order(text):
    assert values(read(table(["yes", "no", text, "yes"])), "q")[2] is Missing.DONT_KNOW
