"""A row of totals below a table, and lines with facts above and below it, change no answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb

#: Invented questions, countries and words for a total.
QUESTIONS = ("Policy", "Budget", "Staff trained", "Quality system", "Equipment", "Transport of samples", "Reporting")
PLACES = ("Ghana", "Togo", "Benin")
TOTALS = ("Total", "TOTAL", "Grand total", "Total général", "Totaal")


def _tick_form(levels):
    rows = [["", asked, *("x" if n == level else "" for n in range(1, 6))] for asked, level in levels.items()]
    totals = [sum(level == n for level in levels.values()) or "" for n in range(1, 6)]
    return [["Domain", "Indicator", 1, 2, 3, 4, 5], *rows], ["", *totals]


def _countries_beside(levels):
    rows = [[asked, *((level + n) % 6 for n in range(3))] for asked, level in levels.items()]
    return [["Indicator", *PLACES], *rows], [sum(column) for column in list(zip(*rows, strict=True))[1:]]


def _countries_below(levels):
    rows = [[place, *((level + n) % 6 for level in levels.values())] for n, place in enumerate(PLACES)]
    return [["Country", *levels], *rows], [sum(column) for column in list(zip(*rows, strict=True))[1:]]


def _answers(rows, name):
    text = "\n".join(",".join(map(str, row)) for row in rows) + "\n"
    survey = cb.read(text.encode(), name=name)
    assert survey.reconciliation.adds_up
    return [
        (response.country, answer.question, answer.value)
        for response in survey.responses
        for answer in response.answers
    ]


LEVELS = st.lists(st.integers(1, 5), min_size=4, max_size=7).map(lambda ns: dict(zip(QUESTIONS, ns, strict=False)))


@pytest.mark.parametrize("form", [_tick_form, _countries_beside, _countries_below])
@given(levels=LEVELS.filter(lambda levels: len(set(levels.values())) > 1), word=st.sampled_from(TOTALS))
def test_a_row_of_totals_below_changes_no_answer(form, levels, word):
    rows, totals = form(levels)
    first = ["", word] if form is _tick_form else [word]
    name = "ghana.csv" if form is _tick_form else "table.csv"
    ended = [*rows, [*first, *totals[1:]] if form is _tick_form else [*first, *totals]]
    assert _answers(ended, name) == _answers(rows, name)


@given(
    levels=LEVELS.filter(lambda levels: len(set(levels.values())) > 1),
    totals=st.booleans(),
    column=st.sampled_from((0, 2, 3, 6)),
)
def test_facts_above_and_signatures_below_a_form_change_no_answer(levels, totals, column):
    rows, sums = _tick_form(levels)
    around = [["Self-assessment"], ["Country: Ghana", "", "", "", "Date: 3 April 2026"], [], *rows]
    around += [["", "Total", *sums[1:]]] if totals else []
    signed = ("Done at Accra on 3 April 2026", "Signature: A. Invented", "The director")
    around += [[], *([*[""] * column, line] for line in signed)]
    assert _answers(around, "ghana.csv") == _answers(rows, "ghana.csv")


@given(
    levels=LEVELS,
    column=st.sampled_from((0, 2, 3)),
    lines=st.lists(st.sampled_from(("Signature and stamp", "Date: 3 April", "The director")), min_size=1, max_size=3),
)
def test_signatures_below_a_list_of_questions_are_no_answers(levels, column, lines):
    rows = [["No.", "Indicator", "Level (1 to 5)", "Remarks"]]
    rows += [[f"1.{n}", asked, level, ""] for n, (asked, level) in enumerate(levels.items(), 1)]
    signed = [*rows, [], *([*[""] * column, line] for line in lines)]
    assert _answers(signed, "ghana.csv") == _answers(rows, "ghana.csv")
