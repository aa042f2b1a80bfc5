"""Codes are documented, unique in meaning, and every error survives pickling."""

import pickle
import re
from pathlib import Path

import pytest

from capbuild import errors
from capbuild.origin import Origin

ROOT = Path(__file__).resolve().parents[1]


def test_the_codes_and_their_page_agree():
    page = (ROOT / "docs" / "reference" / "errors.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `(CB\d{3})` \| ([^|]+?) \|", page, flags=re.MULTILINE))
    assert listed == errors.CODES


def test_every_code_used_in_the_source_is_listed():
    used = {}
    for path in (ROOT / "src").rglob("*.py"):
        for code in re.findall(r'"(CB\d{3})"', path.read_text("utf-8")):
            used.setdefault(code, path.name)
    assert {code: place for code, place in used.items() if code not in errors.CODES} == {}


@pytest.mark.parametrize(
    "error",
    [
        errors.ModelError("Level.order", 0, "must be at least 1"),
        errors.DocumentError("bad", problems=[("$.a", "is missing")]),
        errors.PluginError("failed", plugin="x", origin=Origin("a.csv", row=3)),
        errors.UnknownCountry("no", text="Jamaca", candidates=["JM"], remedy="write JM"),
        errors.IssuesError("two", [1, 2]),
    ],
)
def test_an_error_survives_pickling(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.__dict__) == (type(error), str(error), error.__dict__)


def test_an_error_says_code_place_and_remedy():
    error = errors.ReadError("the file is empty", code="CB103", origin=Origin("a.csv", row=1), remedy="ask again")
    assert str(error) == "CB103 a.csv:1: the file is empty\n  remedy: ask again"
