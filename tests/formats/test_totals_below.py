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


@given(levels=LEVELS.filter(lambda levels: len(set(levels.values())) > 1), totals=st.booleans())
def test_facts_above_and_signatures_below_a_form_change_no_answer(levels, totals):
    rows, sums = _tick_form(levels)
    around = [["Self-assessment"], ["Country: Ghana", "", "", "", "Date: 3 April 2026"], [], *rows]
    around += [["", "Total", *sums[1:]]] if totals else []
    around += [[], ["Signature: A. Invented"]]
    assert _answers(around, "ghana.csv") == _answers(rows, "ghana.csv")
