"""Lists of chosen options in one cell of a plain table, and texts that only look like them; all of it is invented."""

import io
import random

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.formats.values.multi_select import find_multi_select
from capbuild.model import QuestionType
from capbuild.testing.scan_comparison import scan_differences

PLACES = ["Cuba", "Haiti", "Peru", "Chile", "Belize", "Panama", "Guyana", "Brazil", "Mexico", "Canada"]


def table(head, cells):
    quoted = ('"{}"'.format(cell.replace('"', '""')) for cell in cells)
    return "".join([f'Country,"{head}"\n', *(f"{PLACES[i % 10]},{cell}\n" for i, cell in enumerate(quoted))]).encode()


def read(head, cells):
    found = cb.read(table(head, cells), name="x.csv")
    scanned = cb.scan(table(head, cells), name="x.csv")
    assert list(scan_differences(scanned, found.responses)) == []
    assert found.reconciliation.adds_up
    return found.questionnaire.questions[0], [r.answers[0].value for r in found.responses]


ATTENDED = ["police; prosecutor", "police", "judge; police", "prosecutor; judge", "police; judge; army", "army"]


def test_options_joined_by_semicolons_become_a_choice_of_several():
    question, values = read("Who attended?", ATTENDED)
    assert (question.type, question.inferred) == (QuestionType.SELECT_MULTIPLE, True)
    assert [choice.code for choice in question.choices] == ["police", "prosecutor", "judge", "army"]
    assert values[:3] == [("police", "prosecutor"), ("police",), ("judge", "police")]
    found = cb.read(table("Who attended?", ATTENDED), name="x.csv")
    assert found.responses[0].answers[0].raw == "police; prosecutor"


@pytest.mark.parametrize(
    "cells",
    [
        ["Police, Prosecutor", "Police", "Judge, Police", "Prosecutor, Judge", "Police, Judge, Army", "Army"],
        ["Police;Judge;", "Police;", "Judge;", "Police;Judge;"],
        ["Policía|Fiscalía", "Fiscalía|Jueces", "Policía", "Policía|Jueces|Ejército", "Ejército"],
        ["• Police\n• Judge", "• Judge\n• Army", "Police", "• Army\n• Police", "• Police\n• Judge\n• Army"],
        ["police,judge", "judge,army", "police", "police,judge,army", "army,police"],
    ],
)
def test_separators_people_and_products_use(cells):
    question, values = read("Who attended?", cells)
    assert question.type is QuestionType.SELECT_MULTIPLE
    assert len(values[0]) == 2


def test_the_head_may_say_it():
    cells = ["CERT, Police", "Police, CERT"]
    assert read("Which units? (marque todas las que apliquen)", cells)[0].type is QuestionType.SELECT_MULTIPLE
    assert read("Which units?", cells)[0].type is QuestionType.TEXT


def test_an_answer_of_ones_own_stays_whole_beside_the_options():
    cells = [*ATTENDED * 4, "police; the mayor"]
    later = [*cells * 30, "judge; a clerk; as far as we know", "Army; POLICE", "nobody; see the note"]
    _, values = read("Who attended?", later)
    assert values[-3:] == [("judge", "a clerk; as far as we know"), ("army", "police"), ("nobody; see the note",)]


SINGLE = {
    "places": ["Kingston, Jamaica", "Lima, Peru", "Kingston, Jamaica", "Cusco, Peru", "Lima, Peru", "Peru"],
    "names": ["García, Ana", "Pérez, Luis", "García, Luis", "Pérez, Ana", "García, Ana"],
    "scales": ["Yes, partly", "Yes, fully", "No", "Yes, partly", "No", "Yes, fully", "No, never", "No, never"],
    "capitals": ["YES, PARTLY", "YES, FULLY", "NO", "YES, PARTLY", "NO", "YES, FULLY"],
    "sentences": ["We have a law, but no budget.", "No law.", "No law, no budget.", "No law.", "We have a law."],
    "remarks": ["none so far; see annex 3", "see annex 3", "none so far", "ask the ministry; see annex 3"],
    "options that hold a comma": ["Police, national", "Army", "Police, national, Army", "Army", "Police, national"],
    "decimals": ["1,5", "2,5", "1,2,3", "2", "high"],
    "lists that never come again": ["a lab, a car", "two desks, one phone", "a radio", "a boat, fuel"],
    "dates": ["March 3, 2016", "April 4, 2016", "March 5, 2016", "April 4, 2016"],
    "brackets": ["Unit (police, army)", "Unit (police)", "Unit (police, army)", "Unit (army)", "army"],
    "tiny": ["police; judge", "police"],
}


@pytest.mark.parametrize("cells", SINGLE.values(), ids=SINGLE)
def test_texts_that_are_one_answer_are_never_torn(cells):
    question, values = read("Answer", cells)
    assert question.type is not QuestionType.SELECT_MULTIPLE
    assert [v for v in values if isinstance(v, tuple)] == []


def test_a_workbook_says_the_same():
    book = openpyxl.Workbook()
    for row in [["Country", "Who attended?"], *zip(PLACES, ATTENDED, strict=False)]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    found = cb.read(out.getvalue(), name="x.xlsx")
    assert [r.answers[0].value for r in found.responses] == read("Who attended?", ATTENDED)[1]


OPTIONS = ["Police", "Prosecutor", "Judge", "Army", "Customs", "Coast guard", "CERT"]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["; ", ";", ", ", "|", "\n"]))
def test_whatever_is_joined_is_told_apart_as_it_was_joined(seed, joint):
    chance = random.Random(seed)
    chosen = [chance.sample(OPTIONS, chance.randint(1, 5)) for _ in range(60)]
    several = find_multi_select("Who?", [joint.join(options) for options in chosen])
    assert several is not None
    assert [list(several.chosen(joint.join(options))) for options in chosen] == chosen


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("ab ,;|\n.AB1", max_size=12), max_size=12))
def test_nothing_of_a_text_is_lost(texts):
    several = find_multi_select("Who?", [text.strip() for text in texts if text.strip()])
    for text in texts:
        if several is not None and text.strip():
            letters = sorted(set("".join(several.chosen(text.strip())).casefold()) & set("ab1"))
            assert letters == sorted(set(text.casefold()) & set("ab1"))


@pytest.mark.parametrize(
    "header",
    ["Units? [{}]", "Units? - {}", "{}:Units?"],
)
def test_options_that_their_own_columns_repeat_are_one_question(header):
    options = ["CERT", "Laboratory", "Court"]
    headers = ",".join(header.format(option) for option in options)
    data = f"Country,{headers},Staff\nPeru,CERT,,,4\nChile,CERT,Laboratory,,5\nCuba,,Laboratory,,6\n"
    reading = cb.read(data.encode(), name="a.csv")
    assert [r["Units?"].value for r in reading.responses] == [("CERT",), ("CERT", "Laboratory"), ("Laboratory",)]
    asked = reading.questionnaire["Units?"]
    assert (asked.type.value, [choice.code for choice in asked.choices]) == ("select multiple", options)
    assert reading.reconciliation.adds_up


@pytest.mark.parametrize("joint", [";", "|", "\n"])
def test_options_joined_by_a_program_may_come_in_one_order(joint):
    cells = [["Police", "Army"], ["Police"], ["Police", "Army", "Court"], ["Army", "Court"]]
    found = find_multi_select("Who?", [joint.join(cell) for cell in cells])
    assert [found.chosen(joint.join(cell)) for cell in cells] == [tuple(cell) for cell in cells]
