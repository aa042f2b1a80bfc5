"""Parts of a sheet that are unlike each other. All answers are invented."""

import pytest

import capbuild as cb


def _read(rows):
    width = max(map(len, rows))
    lines = (";".join(map(str, [*row, *[""] * (width - len(row))])) for row in rows)
    reading = cb.read("\n".join(lines).encode(), name="a.csv")
    return {(r.place, a.question, a.value) for r in reading.responses for a in r.answers}


def test_each_question_above_the_same_options_has_its_answer():
    options = ["Yes", "No", "Partly"]
    rows = [["Country", "Peru"], [], ["", "Is there a law?", "", "", "Is it used?"], ["Indicator", *options, *options]]
    rows += [[f"Topic {n}", *("x" if i in (n % 3, 3 + n % 2) else "" for i in range(6))] for n in range(5)]
    wanted = {(f"Topic {n} [{text}]", options[at]) for n in range(5)
              for text, at in (("Is there a law?", n % 3), ("Is it used?", n % 2))}  # fmt: skip
    assert {(question, value) for _, question, value in _read(rows)} == wanted


@pytest.mark.parametrize("dash", [" - ", " – ", ": ", " "])
def test_a_country_with_its_code_before_other_words_is_the_country_of_the_column(dash):
    places = ["Peru (PER)", "Kenya (KEN)", "Ghana (GHA)"]
    rows = [["Question", *(f"{place}{dash}Score" for place in places)]]
    rows += [[f"Is there {what}?", 1, 2, 3] for what in ("a law", "a unit", "a budget", "a plan")]
    found = _read(rows)
    assert {place for place, _, _ in found} == set(places)
    assert len(found) == 12


def test_pairs_below_a_table_that_explain_its_values_are_no_answers():
    places = ["Peru", "Kenya", "Ghana", "Mali", "Chile"]
    rows = [["Country", "Law", "Staff"], *([place, n % 3, (n + 1) % 3] for n, place in enumerate(places))]
    legend = [[], [0, "none"], [1, "draft"], [2, "in force"]]
    assert _read([*rows, *legend]) == _read(rows)
