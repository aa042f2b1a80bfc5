"""Tables of statistics: a row a series, a column a year or a round. All figures are invented."""

import pytest

import capbuild as cb
from capbuild.model import Missing
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import csv_bytes, xlsx_bytes


@pytest.fixture(params=["csv", "xlsx"])
def read(request):
    """Read rows as a table of text, then as a sheet; a scan gives the same answers."""

    def run(rows, **options):
        texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
        data = csv_bytes(texts) if request.param == "csv" else xlsx_bytes({"Sheet1": rows})
        reading = cb.read(data, name=f"a.{request.param}", options=options or None)
        scanned = cb.scan(data, name=f"a.{request.param}", options=options or None)
        assert list(scan_differences(scanned, reading.responses)) == []
        assert all(account.adds_up for account in reading.reconciliation.sheets)
        return reading

    return run


def said(reading):
    """What each response says: its country, and its answers by question."""
    return [(r.place, {a.question: a.value for a in r.answers}) for r in reading.responses]


def test_years_across_are_answers_of_one_response(read):
    rows = [
        ["Indicator", "Unit", 2013, 2014, "Source"],
        ["Officers", "number", 250, 255, "Ministry"],
        ["Homicides", "per 100,000", 10.5, "n/a", None],
    ]
    reading = read(rows, country="Jamaica")
    ((place, answers),) = said(reading)
    assert place == "Jamaica"
    assert answers == {
        "Officers [2013]": 250, "Officers [2014]": 255,
        "Homicides [2013]": 10.5, "Homicides [2014]": Missing.NOT_APPLICABLE,
    }  # fmt: skip
    assert [a.comment for a in reading.responses[0].answers] == ["Ministry", None, None, None]
    form = reading.questionnaire
    assert [question.id for question in form.questions] == list(answers)
    assert [form[name].unit for name in ("Officers [2013]", "Homicides [2013]")] == ["number", "per 100,000"]
    found = reading.responses[0]["Homicides [2014]"]
    assert (found.origin.row, found.origin.column, found.raw) == (3, 4, "n/a")


def test_years_of_several_countries_belong_to_each(read):
    rows = [
        ["Country Name", "Indicator Name", "Indicator Code", "2013 [YR2013]", "2014 [YR2014]"],
        ["Peru", "Homicides", "VC.1", 6.6, 6.7],
        ["Peru", "Users", "IT.2", 39, 40],
        ["Chile", "Homicides", "VC.1", 3.1, ".."],
    ]
    reading = read(rows)
    assert said(reading)[0] == (
        "Peru",
        {
            "VC.1 [2013 [YR2013]]": 6.6, "VC.1 [2014 [YR2014]]": 6.7,
            "IT.2 [2013 [YR2013]]": 39, "IT.2 [2014 [YR2014]]": 40,
        },
    )  # fmt: skip
    assert said(reading)[1][1]["VC.1 [2014 [YR2014]]"] is Missing.NO_ANSWER
    assert str(reading.questionnaire["VC.1 [2013 [YR2013]]"].text) == "Homicides [2013 [YR2013]]"


def test_labels_without_a_word_for_them_and_headings_between(read):
    rows = [
        [None, "2013*", 2014, "Total"],
        ["Crimes against persons"],
        ["Homicidios", 260, 268, 528],
        ["Crimes against property"],
        ["Rapiñas", 16718, 19130, 35848],
    ]
    reading = read(rows, country="Uruguay")
    assert list(said(reading)[0][1].values()) == [260, 268, 528, 16718, 19130, 35848]
    (account,) = reading.reconciliation.sheets
    assert account.rows_left_out == {"a heading without a question": 2}


def test_a_code_of_missing_beside_a_word_is_a_number_where_years_run_across(read):
    reading = read([["Indicator", 2013, 2014], ["Judges", "don't know", 99]])
    assert list(said(reading)[0][1].values()) == [Missing.DONT_KNOW, 99]


@pytest.mark.parametrize(
    "rows",
    [
        [["Country", "2013", "2014"], ["Peru", 5, 7], ["Cuba", 2, 3]],  # a row a country
        [["Institution", "2013", "2014"], ["Police", 5, 7], ["Courts", 2, 3]],  # a row a respondent
        [["Nombre", "2013", "2014"], ["Ana", 5, 7], ["Eva", 2, 3]],  # a row a person
        [[None, "2013", "2014"], ["Jamaica", 5, 7], ["Cuba", 2, 3]],  # countries, under no head
        [["Indicator", "Law 2013", "Law 2014"], ["Kept", 5, 7], ["Held", 2, 3]],  # no years
        [["Indicator", "2013", "Law", "Unit", "Staff"], ["Kept", 5, 7, 1, 2], ["Held", 2, 3, 1, 1]],  # one year
        [["Score", "Q1", "Q2"], ["Kept", 5, 7], ["Held", 2, 3]],  # questions
    ],
)
def test_tables_that_are_no_series(read, rows):
    headers = [head or "column 1" for head in rows[0]]
    owner = 1 if rows[0][0] in ("Country", None) else 0
    for (place, answers), row in zip(said(read(rows)), rows[1:], strict=True):
        assert place == (row[0] if owner else None)
        assert list(answers.items()) == list(zip(headers, row, strict=True))[owner:]


def test_rows_of_marks_and_of_towns_are_series_of_years(read):
    marks = [["Course", "2013", "2014"], ["Forensics", "x", None], ["Law", "x", "x"]]
    ((_, answers),) = said(read(marks))
    assert answers == {
        "Forensics [2013]": "x", "Forensics [2014]": Missing.NO_ANSWER, "Law [2013]": "x", "Law [2014]": "x",
    }  # fmt: skip
    towns = [["Parish", "Town", "2013", "2014"], ["Portland", "Buff Bay", 5, 7], ["Portland", "Hope Bay", 2, 3]]
    towns += [["St Mary", "Port Maria", 4, 4], ["St Mary", "Oracabessa", 6, 1]]
    reading = read(towns)
    ((_, answers),) = said(reading)
    assert answers["Hope Bay [2014]"] == 3
    assert len(answers) == 8
    assert reading.questionnaire["Hope Bay [2014]"].group == "Portland"


def test_what_the_options_say_of_a_column_stands(read):
    reading = read([["Indicator", 2013, 2014], ["Judges", 5, 7]], columns={"2013": "P1"})
    assert said(reading)[0][1] == {"Indicator": "Judges", "P1": 5, "2014": 7}


def test_what_was_planned_and_achieved_is_no_respondent(read):
    rows = [["Indicator", "Baseline", "Target 2016", "Actual 2016"], ["Laws", 0, 1, 1], ["Officers", 5, 50, 42]]
    ((_, answers),) = said(read(rows))
    assert answers == {
        "Laws [Baseline]": 0, "Laws [Target 2016]": 1, "Laws [Actual 2016]": 1,
        "Officers [Baseline]": 5, "Officers [Target 2016]": 50, "Officers [Actual 2016]": 42,
    }  # fmt: skip


@pytest.mark.parametrize("headers", [["Code", "Country"], ["Country", "Code"]])
@pytest.mark.parametrize("codes", [["PER", "CUB", "CHL"], ["SA", "CAR", "SA"]])
def test_codes_of_countries_are_no_indicators(read, headers, codes):
    names = {"Code": codes, "Country": ["Peru", "Cuba", "Chile"]}
    rows = [[names[head][n] for head in headers] + [3 + n, 4 + n] for n in range(3)]
    reading = read([[*headers, 2013, 2014], *rows])
    assert said(reading)[1] == ("Cuba", {"Code": codes[1], "2013": 4, "2014": 5})
    assert len(reading.responses) == 3


def test_groups_of_heads_are_periods_and_numbers_before_them_values(read):
    rows = [["Indicator", "Weight", "2013 - M", "2013 - F", "2014 - M", "2014 - F"], ["Judges", 0.5, 1, 2, 3, 4]]
    assert said(read(rows))[0][1] == {
        "Judges [Weight]": 0.5, "Judges [2013 - M]": 1, "Judges [2013 - F]": 2,
        "Judges [2014 - M]": 3, "Judges [2014 - F]": 4,
    }  # fmt: skip


def test_months_across(read):
    rows = [["Delito", "Ene", "Feb", "Mar", "Total"], ["Estafa", 3, 4, 5, 12], ["Acceso", 1, 2, 0, 3]]
    assert said(read(rows))[0][1]["Acceso [Mar]"] == 0


@pytest.mark.parametrize("above", ["Units, 2015-2017\n", "Table 3\nUnits, 2015-2017\n(number)\n\n"])
def test_years_under_a_title_are_years_of_what_the_title_names(read_text, above):
    quoted = "".join(f'"{line}"\n' if line else "\n" for line in above.splitlines())
    found = read_text(f"{quoted}Country,2015,2016\nPeru,1,2\nCuba,3,4\n")
    assert [q.id for q in found.form.questions] == ["Units, 2015-2017 - 2015", "Units, 2015-2017 - 2016"]
