"""A level by a word and its number on a scale of values, and the programme's meaning of a number as written."""

import pytest

from capbuild.frameworks.structure_packs import load_pack
from capbuild.model import Answer, QuestionMapping
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
