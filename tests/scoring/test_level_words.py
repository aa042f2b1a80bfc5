"""Levels by number, percentage, share and name, and the programme's meaning of a number as written."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capbuild as cb
from capbuild.frameworks.structure_packs import load_pack
from capbuild.model import Answer, Capacity, Framework, Level, QuestionMapping, Round, RoundKind, Scale
from capbuild.scoring.findings import AnswerReader, UnreadAnswer

SPAR = load_pack("spar-2").framework


@pytest.mark.parametrize(
    ("value", "raw", "level"),
    [
        ("Level 4", "Level 4", 4),
        ("Niveau 1", "Niveau 1", 1),
        ("Level 6", "Level 6", None),
        (80, "80%", 4),
        (60, "60%", None),
    ],
)
def test_what_was_written_is_a_level(value, raw, level):
    reader = AnswerReader.make(SPAR, words={"80%": "4"})
    found = reader.read(Answer("C.1.1", value, raw=raw), QuestionMapping(question="C.1.1", target="C.1.1"))
    assert (None if isinstance(found, UnreadAnswer) else found) == level


LADDER = Scale(id="s", levels=[Level(code=f"L{n}", order=n, label=f"{20 * n} %") for n in range(1, 6)])
WATER = Framework(
    id="water", edition="1", title="Water (invented)", scales=[LADDER],
    roots=[Capacity(id=f"A{n}", title=f"Indicator {n}") for n in range(1, 5)],
)  # fmt: skip
FIRST = Round(id="first", kind=RoundKind.BASELINE, title="First", reference_date=datetime.date(2026, 3, 31))
#: How people write the level n of five.
WAYS = (
    str, lambda n: f"{20 * n}%", lambda n: f"{20 * n} %", lambda n: str(20 * n), lambda n: f"{n / 5:g}",
    lambda n: f"L{n}",
)  # fmt: skip


@given(st.lists(st.integers(1, 5), min_size=4, max_size=4), st.sampled_from(WAYS))
def test_a_ladder_of_percentages_is_read_in_any_one_way_of_writing(levels, way):
    if way(5) == "1" and {*levels} == {5}:
        return  # nothing but 1 may be levels or shares
    answers = [
        Answer(f"A{n}", float(way(level)) if way(1) == "0.2" else way(level)) for n, level in enumerate(levels, 1)
    ]
    reader = AnswerReader.make(WATER).with_shares(answers)
    assert [reader.read(one, QuestionMapping(question=one.question, target=one.question)) for one in answers] == levels


@pytest.mark.parametrize(
    ("cells", "levels"),
    [("0.4,1,3,60%", [2, None, 3, 3]), ("1,1,1,1", [None] * 4), ("1,100%,1,", [None, 5, None, None])],
)
def test_one_is_not_read_where_it_may_be_the_lowest_or_the_highest_level(cells, levels):
    survey = cb.read(f"country,A1,A2,A3,A4\nJamaica,{cells}\n".encode(), name="a.csv")
    with pytest.warns(UserWarning, match="'1' is off the scale of A.+: an answer must be 20 % or 100 %, since"):
        (jamaica,) = cb.assess(survey, WATER, round=FIRST)
    assert [score.level for score in jamaica.indicators] == levels


def test_a_name_of_two_levels_is_none_and_a_code_stays():
    scale = Scale(
        id="s", levels=[Level(code=f"L{n}", order=n, label=("Low", "Fair", "Fair")[n - 1]) for n in (1, 2, 3)]
    )
    framework = Framework(id="f", edition="1", title="F", scales=[scale], roots=[Capacity(id="A", title="A")])
    reader, mapping = AnswerReader.make(framework), QuestionMapping(question="A", target="A")
    found = [reader.read(Answer("A", text), mapping) for text in ("Low", "Fair", "L3", "2 Fair")]
    assert [None if isinstance(one, UnreadAnswer) else one for one in found] == [1, None, 3, 2]
