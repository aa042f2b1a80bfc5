"""Tables as offices print them; all figures are invented."""

import io

import openpyxl
import pytest

import capbuild as cb
from capbuild.model import Missing, QuestionType
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import csv_bytes


def read(rows):
    data = csv_bytes(rows)
    found = cb.read(data, name="a.csv")
    assert found.reconciliation.adds_up
    assert list(scan_differences(cb.scan(data, name="a.csv"), found.responses)) == []
    return found


def answers(found):
    values = ((r.country and r.country.alpha_2, a.question, a.value) for r in found.responses for a in r.answers)
    return {(country, question): value for country, question, value in values}


def test_a_header_has_all_rows_of_its_merged_cells():
    sheet = (book := openpyxl.Workbook()).active
    for row in (["Country", "Labs", None], [None, "Public", None], [None, 2015, 2016], ["Kenya", 4, 5], ["Togo", 1, 2]):
        sheet.append(row)
    for area in ("A1:A3", "B1:C1", "B2:C2"):
        sheet.merge_cells(area)
    book.save(out := io.BytesIO())
    found = answers(cb.read(out.getvalue(), name="a.xlsx"))
    assert found == {
        ("KE", "Labs - Public - 2015"): 4, ("KE", "Labs - Public - 2016"): 5,
        ("TG", "Labs - Public - 2015"): 1, ("TG", "Labs - Public - 2016"): 2,
    }  # fmt: skip


def test_countries_below_a_region_keep_their_answers():
    rows = [["Country", "Labs"], ["Middle America", 12], ["  Guatemala", 5], ["  Honduras", 7], ["Islands", 6]]
    found = read([*rows, ["  Cuba", 4], ["  Haiti", 2]])
    assert answers(found) == {("GT", "Labs"): 5, ("HN", "Labs"): 7, ("CU", "Labs"): 4, ("HT", "Labs"): 2}


def test_sums_over_years_and_legends_are_no_answers():
    rows = [
        ["Country", "Year", "Labs", "Law"],
        ["Peru", 2017, 2, "A"],
        ["Peru", 2018, 3, "B"],
        ["Peru", "Total", 5, ""],
    ]
    rows += [
        ["Cuba", 2017, 4, "A"],
        ["Cuba", 2018, 1, "A"],
        ["Cuba", "Total", 5, ""],
        [],
        ["A = in force", "B = draft"],
    ]
    found = read(rows)
    labs = [r["Labs"].value for r in found.responses]
    assert labs == [2, 3, 4, 1]


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９"])
def test_digits_of_other_scripts_are_numbers(digits):
    shown = [str(n).translate({48 + d: digits[d] for d in range(10)}) for n in (45, 3, 120)]
    pairs = zip(["Peru", "Cuba", "Chile"], shown, strict=True)
    found = read([["Country", "Staff", "Text"], *([c, n, f"§a{n}"] for c, n in pairs)])
    assert [(r["Staff"].value, r["Staff"].raw, r["Text"].value) for r in found.responses] == [
        (number, text, f"§a{text}") for number, text in zip((45, 3, 120), shown, strict=True)
    ]


def test_types_of_columns_with_one_number_or_truth():
    rows = [["Country", "Staff", "Law", "Day"], ["Peru", "12", "true", "2016-03-01"], ["Cuba", "", "false", "n/a"]]
    form = read(rows).questionnaire
    assert [form[name].type for name in ("Staff", "Law")] == [QuestionType.INTEGER, QuestionType.BOOLEAN]


def test_a_column_with_several_units_stays_text_and_is_reported_once():
    rows = [["Country", "Budget"], ["Brazil", "R$ 1.200,00"], ["Portugal", "€ 350"], ["Spain", "€ 90"], ["Peru", "n/a"]]
    found = read(rows)
    assert [r["Budget"].value for r in found.responses] == ["R$ 1.200,00", "€ 350", "€ 90", Missing.NOT_APPLICABLE]
    assert [(i.code, i.origin.column) for i in found.issues] == [("CB201", 2)]


def test_flags_of_a_databank_are_noted_once_a_column():
    rows = "unit,geo\\TIME_PERIOD\t2014\t2015\nPC,DE\t12.3 b\t1 e\nPC,FR\t2.3 b\t4 bd\nPC,IT\t: \t3\nPC,ES\t3 p\t: z\n"
    found = cb.read(rows.encode(), name="a.tsv")
    assert [(str(i.severity.value), i.origin.column) for i in found.issues if i.code == "CB201"] == [
        ("note", 2),
        ("note", 3),
    ]
    assert found.responses[0]["PC [2014]"].value == 12.3
