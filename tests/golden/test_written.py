"""Reports and files of the example are what a person last reviewed; `tools/golden` makes the results."""

import pytest

from tools.golden.__main__ import kept, written_results
from tools.golden.comparing import report
from tools.golden.readings import HOST


@pytest.mark.usefixtures("unchanged_folders_scored_once")
def test_reports_and_files_are_written_as_before():
    if found := report(kept("written"), written_results(), "written"):
        pytest.fail(found, pytrace=False)


def test_every_writer_has_a_golden_result():
    names = list(kept("written"))
    own = {name.split()[0] for name in names}
    suffixes = {name.rpartition(".")[2] for name in names} | {"iati", "csv"}  # a run writes .xml, and a folder
    assert {writer for writer in HOST.writers if writer not in own | suffixes} == set()
