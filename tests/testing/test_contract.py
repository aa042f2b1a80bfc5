"""The clauses and their page agree, and a broken one is told by its name."""

import re
from pathlib import Path

import pytest

from capbuild import testing
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
