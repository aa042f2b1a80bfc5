"""Differences of golden results say file, question and change, and how to renew the results."""

from pathlib import Path

from tools.golden.comparing import differences, report
from tools.golden.structure import series


def test_the_golden_results_are_small():
    sizes = [path.stat().st_size for path in Path(__file__).parent.glob("*.json")]
    assert len(sizes) == 3
    assert sum(sizes) < 1_850_000


def test_a_difference_names_file_question_and_change():
    line = "3c34f9 3 0f7fcb integer: 12 | 0 | 4"
    before = {"reader": "csv", "issues": "CB132 warning 1", "questions": {"Staff": line}}
    after = {"reader": "csv", "questions": {"Staff": "3c34f9 2 5b7632 integer: 12 | 4", "Cost": "aaaaaa 0"}}
    assert list(differences({"a.csv": before, "b.csv": before}, {"a.csv": after})) == [
        "a.csv: issues: was 'CB132 warning 1', now ''",
        "a.csv: question 'Staff': answers 3 -> 2; digest 0f7fcb -> 5b7632; "
        "shown integer: 12 | 0 | 4 -> integer: 12 | 4",
        "a.csv: question 'Cost': new (aaaaaa 0)",
        "b.csv: was read by csv, now there is none",
    ]
    assert not report({"a.csv": before}, {"a.csv": before}, "readings")
    sheets = ({"sheets": {"Q1": f"rows 3: 3 used; {cells}; columns: country 1"}} for cells in ("cells 2", "cells 3"))
    assert list(differences({"a.csv": next(sheets)}, {"a.csv": next(sheets)})) == [
        "a.csv: sheets Q1: was 'cells 2', now 'cells 3'"
    ]


def test_questions_of_real_files_are_lines_that_begin_with_their_key():
    before, after = ({"reader": "csv", "questions": [f"365ec6 ed81bf 2 {made}"]} for made in ("ee940e", "255b5d"))
    found = report({"a": before}, {"a": after}, "corpus")
    assert "a: question '365ec6': digest ee940e -> 255b5d" in found
    assert "uv run python -m tools.golden corpus" in found


def test_words_of_a_report_may_change_and_its_numbers_and_tables_may_not():
    page = "# Report\n\n27 countries\n\n| a | b |\n|---|---|\n| Peru | 3 |\n"
    found = {"heading": ["h1"], "numbers": ["27", "3"], "rows of tables": ["1"]}
    assert series("a.md", page) == series("a.md", page.replace("Report", "Programme")) == found
    assert series("a.md", page.replace("| 3 |", "| 4 |")) != found
    html = "<h1>Report</h1><p>27</p><script>9</script><table><tr><td>Peru<td>3</table>"
    assert series("a.html", html) == found
