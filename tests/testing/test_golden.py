"""Golden files: compared, written when asked, never in continuous integration."""

import pytest

from capbuild.testing import check_golden
from capbuild.testing.golden import UPDATE

pytest_plugins = ["pytester"]


@pytest.fixture
def kept(tmp_path):
    place = tmp_path / "kept.txt"
    place.write_bytes(b"one\r\ntwo\n")
    return place


def test_line_ends_do_not_count_and_words_do(kept):
    check_golden("one\ntwo", kept)
    with pytest.raises(AssertionError, match=r"kept.txt differs.*--golden-update") as caught:
        check_golden("one\nthree", kept)
    assert "-two\n+three" in str(caught.value)


def test_a_missing_file_says_how_to_make_it(tmp_path):
    with pytest.raises(AssertionError, match="make it with: pytest --golden-update"):
        check_golden("x", tmp_path / "none.txt")


def test_nobody_reads_four_hundred_and_one_lines(kept):
    with pytest.raises(AssertionError, match="more than 400 lines"):
        check_golden("x\n" * 401, kept)


def test_it_writes_when_asked_and_never_in_ci(kept, monkeypatch):
    monkeypatch.setenv(UPDATE, "1")
    monkeypatch.setenv("CI", "1")
    with pytest.raises(AssertionError, match="differs"):
        check_golden("new", kept)
    monkeypatch.delenv("CI")
    check_golden("new", kept)
    assert kept.read_bytes() == b"new\n"


def test_the_option_updates_and_is_refused_in_ci(pytester, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    pytester.makepyfile(
        "from capbuild.testing import check_golden\ndef test_it():\n    check_golden('made', 'g.txt')\n"
    )
    assert pytester.runpytest_inprocess("-q").ret == 1
    assert pytester.runpytest_inprocess("-q", "--golden-update").ret == 0
    assert (pytester.path / "g.txt").read_text() == "made\n"
    assert pytester.runpytest_inprocess("-q").ret == 0
    monkeypatch.setenv("CI", "true")
    refused = pytester.runpytest_inprocess("-q", "--golden-update")
    refused.stderr.fnmatch_lines(["*refused in CI*"])
    assert refused.ret != 0


def test_the_fixtures_come_by_entry_point(pytester):
    pytester.makepyfile(
        "def test_it(capbuild_host, capbuild_programme, capbuild_survey):\n"
        "    assert 'csv' in capbuild_host.readers and not any(\n"
        "        info.source.startswith('capbuild-') for info in capbuild_host.plugin_infos)\n"
        "    assert capbuild_programme.baseline.invented\n"
        "    assert len(capbuild_survey.responses) == 3\n"
    )
    pytester.runpytest_inprocess("-q").assert_outcomes(passed=1)
