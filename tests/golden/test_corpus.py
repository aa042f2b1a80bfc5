"""Real files are read as a person last reviewed it; their golden results hold digests and counts only."""

import os
from pathlib import Path

import pytest

from tools.golden.__main__ import corpus_results, kept
from tools.golden.comparing import report

pytestmark = pytest.mark.corpus

#: Folders of the corpus, each a test of its own: processes share them.
FOLDERS = ("countries/", "domain/", "formats/", "planner/", "stats/")


@pytest.fixture(scope="module")
def corpus():
    if "CAPBUILD_CORPUS" not in os.environ:
        pytest.skip("set CAPBUILD_CORPUS to compare the golden results of real files")
    return Path(os.environ["CAPBUILD_CORPUS"])


@pytest.mark.parametrize("folder", FOLDERS)
def test_real_files_are_read_as_before(corpus, folder):
    before = {name: result for name, result in kept("corpus").items() if name.startswith(folder)}
    if found := report(before, corpus_results(corpus, folder), "corpus"):
        pytest.fail(found, pytrace=False)


def test_every_folder_of_the_corpus_is_compared(corpus):
    assert {f"{path.name}/" for path in corpus.iterdir() if path.is_dir()} == set(FOLDERS)
    assert all(name.startswith(FOLDERS) for name in kept("corpus"))
