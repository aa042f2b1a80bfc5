"""A costing worksheet as people send it: read through the guarded reader, against sums made with another library."""

from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pytest
from capbuild_sheets.costing import read_costing


@pytest.mark.corpus
def test_a_real_worksheet_to_the_cent(corpus):
    path = corpus.parent / "domain" / "ihr" / "jee3_costing_worksheet.xlsx"
    book = openpyxl.load_workbook(path, read_only=True)

    def rows(name):
        head, *others = book[name].iter_rows(values_only=True)
        return [dict(zip(head, row, strict=True)) for row in others]

    price = {row["unit_cost"]: Decimal(str(row["value"])) for row in rows("Unit costs")}
    count = {row["observation"]: row["value"] for row in rows("Multipliers")}
    number = {
        "National": 1, "Intermediate": count["Intermediate area count"], "Local": count["Local area count"],
        "Health facility": count["Health facility count"], "PoE": count["Points of Entry Count"],
        "Population": count["Population"],
        "Additional healthcare workers (doctors, nurses, and midwives)":
            count["Additional doctors, nurses, and midwives"],
    }  # fmt: skip
    once, yearly = Decimal(0), Decimal(0)
    for row in rows("Line items (JEE 3)"):
        cost = price[row["unit_cost"]] * Decimal(str(number[row["administrative_level"]]))
        cost *= Decimal(str(row["custom_multiplier_1"])) * Decimal(str(row["custom_multiplier_2"]))
        once += cost if row["cost_type"] == "One-time" else 0
        yearly += cost if row["cost_type"] == "Recurring" else 0
    found = read_costing(path)
    assert len(found.lines) == 1386
    assert found.total.amount == (once + 5 * yearly).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert found.by_year[0].amount == (once + yearly).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_title_rows_are_passed_over(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, sheet in {
        "Read me": [["Enter your data"]],
        "S": [["Scores of the country"], ["metric_id", "country_score_numeric"], ["P1", 1]],
        "M": [["observation", "value"], ["Country name", "Nowhere"]],
        "U": [["unit_cost", "value", "currency"], ["Meeting", 500, "EUR"]],
        "L": [["line_item_id", "metric_id", "score_numeric", "unit_cost", "administrative_level", "cost_type"],
              ["a", "P1", 2, "Meeting", "National", "Recurring"]],
    }.items():  # fmt: skip
        page = book.create_sheet(name)
        for row in sheet:
            page.append(row)
    book.save(tmp_path / "costing.xlsx")
    found = read_costing(tmp_path / "costing.xlsx", years=2)
    assert (str(found.total), found.country) == ("EUR 1,000", "Nowhere")
