"""The real survey files, and what was counted in each by tools that are not ours."""

import json

import pytest


@pytest.fixture(scope="session")
def formats(corpus):
    """Folder of the real survey files."""
    return corpus / "formats"


@pytest.fixture(scope="session")
def expected(formats):
    """Format and facts of each file, by its path."""
    return json.loads((formats / "expected.json").read_text("utf-8"))["files"]
