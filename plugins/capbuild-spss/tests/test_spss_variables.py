"""Columns that a scan takes whole: the fixture holds both ways equal on texts that need a second look or none."""

import pytest

from capbuild.model import Missing, QuestionType

TRAPS = {
    "n/a": (Missing.NOT_APPLICABLE, "n/a"),
    " Refused": (Missing.REFUSED, " Refused"),
    "Don't  know": (Missing.DONT_KNOW, "Don't  know"),
    "NO SABE": (Missing.DONT_KNOW, "NO SABE"),
    "não sabe": (Missing.DONT_KNOW, "não sabe"),
    "": (Missing.NO_ANSWER, None),
    "\u00a0": (Missing.NO_ANSWER, None),
    "\u00a0a lab\u2003": ("a lab", "\u00a0a lab\u2003"),
    "Haïti, " + "x" * 60: ("Haïti, " + "x" * 60, None),
    "two\nlines of it": ("two\nlines of it", None),
    "Don't know" + "y" * 60: ("Don't know" + "y" * 60, None),
}


def test_texts_of_which_hardly_one_repeats_are_read_alike_in_columns(sav, read):
    texts = [*(f"the unit of place {number} asks for a laboratory" for number in range(1200)), *TRAPS]
    found = read(sav({"note": texts, "again": [*texts[300:], *texts[:300]]}))
    assert found.form["note"].type is QuestionType.TEXT
    assert found.column("note")[:2] == [(texts[0], None), (texts[1], None)]
    assert found.column("note")[1200:] == list(TRAPS.values())


@pytest.mark.parametrize("names", [["R1", " R2", "n/a", "R4"], ["R1"] * 3 + [""], ["anonymous"] * 4])
def test_respondents_are_named_alike_in_columns(sav, read, names):
    found = read(sav({"respondent_id": names, "q": [1.0, 2.0, 1.0, 2.0]}))
    expected = [name.strip() if name.strip() not in ("", "n/a") else f"row {row}" for row, name in enumerate(names, 1)]
    assert [response.respondent.pseudonym for response in found.responses] == expected


def test_wide_and_broken_codes_of_labelled_numbers_are_told_alike(sav, read):
    labels = {"near": {1.0: "a", 3.0: "b"}, "far": {1.0: "a", 1e12: "b"}, "half": {0.5: "a", 1.5: "b"}}
    data = {"near": [1.0, 3.0, -2.0], "far": [1.0, 1e12, 1.0], "half": [0.5, 1.5, float("nan")]}
    found = read(sav(data, variable_value_labels=labels))
    assert found.column("near") == [("1", None), ("3", None), ("-2", None)]
    assert [value for value, _ in found.column("far")] == ["1", "1000000000000", "1"]
    assert found.column("half") == [("0.5", None), ("1.5", None), (Missing.NO_ANSWER, None)]
