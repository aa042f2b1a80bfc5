"""The clauses and their page agree, and a broken one is told by its name."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild import testing
from capbuild.testing.conformance.edits import show_change
from capbuild.testing.conformance.sample import expected_differences
from capbuild.testing.conformance.writer_content import _show_states
from capbuild.testing.contract import CLAUSES, require_clause

ROOT = Path(__file__).resolve().parents[2]


def test_the_clauses_and_their_page_agree():
    page = (ROOT / "docs" / "reference" / "testing.md").read_text("utf-8").split("## The contract")[1]
    assert dict(re.findall(r"^\| ([a-z ]+?) \| (.+) \|$", page, flags=re.MULTILINE)) == {
        "clause": "what it demands",
        **CLAUSES,
    }


def test_a_broken_clause_is_told_by_its_name():
    require_clause(1, "adds up", "")
    with pytest.raises(AssertionError, match=r"clause 'adds up': the reconciliation accounts .*\n  found: 4 rows in"):
        require_clause(0, "adds up", "4 rows in, 3 out")


def test_every_name_of_the_package_is_there():
    assert list(testing.__all__) == sorted(testing.__all__) == dir(testing)
    for name in testing.__all__:
        assert getattr(testing, name).__doc__, name


@given(before=st.binary(max_size=60), start=st.integers(0, 60), length=st.integers(0, 10), new=st.binary(max_size=10))
def test_a_change_of_bytes_is_shown_with_what_was_there(before, start, length, new):
    after = before[:start] + new + before[start + length :]
    shown = show_change(before, after)
    found = re.fullmatch(r"with (b.*?) in place of (b.*) at byte (\d+), line (\d+)", shown)
    now, was, place = ast.literal_eval(found[1]), ast.literal_eval(found[2]), int(found[3])
    assert before[:place] + now + before[place + len(was) :] == after
    assert int(found[4]) == before[:place].count(b"\n") + 1


def test_what_was_expected_is_shown_above_what_came():
    expected = {"1": {"law": "yes", "staff": 3}, "2": {}}
    shown = list(expected_differences(expected, {"1": {"law": "no", "staff": 3}, "2": {"more": 1}}))
    assert shown == [
        "1: law\n    expected 'yes'\n    came     'no'",
        "2: more\n    expected 'nothing'\n    came     1",
    ]


def test_each_state_of_a_level_is_shown_where_it_differs():
    shown = _show_states({"L1": "Law\nlevel 1", "L2": "Law\nlevel 2", "not verified": "Law\nlevel 2"})
    assert shown.splitlines()[2:] == ["    L1: level 1", "    L2: level 2", "    not verified: level 2"]
