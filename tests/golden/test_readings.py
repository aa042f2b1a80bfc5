"""Samples of readers and files of examples are read as a person last reviewed it; `tools/golden` makes the results."""

import pytest

from tools.golden.__main__ import kept, reading_results
from tools.golden.comparing import report


def test_samples_and_examples_are_read_as_before():
    if found := report(kept("readings"), reading_results(), "readings"):
        pytest.fail(found, pytrace=False)
