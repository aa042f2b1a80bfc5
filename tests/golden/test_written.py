"""Reports and files of the example are what a person last reviewed; `tools/golden` makes the results."""

import pytest

from tools.golden.__main__ import kept, written_results
from tools.golden.comparing import report


def test_reports_and_files_are_written_as_before():
    if found := report(kept("written"), written_results(), "written"):
        pytest.fail(found, pytrace=False)
