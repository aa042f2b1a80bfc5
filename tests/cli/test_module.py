"""`python -m capbuild` is the command line, and loads what the command needs."""

import json
import os
import subprocess
import sys

import pytest

from capbuild import __version__

# Imports of rich fail as they do where it is not installed.
WITHOUT_RICH = """
import sys
class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name == "rich":
            raise ModuleNotFoundError("No module named 'rich'", name="rich")
sys.meta_path.insert(0, Refusing())
sys.argv = ["capbuild", "country", "JM"]
from capbuild.cli import main
main()
"""


def python(*arguments):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def test_the_package_runs_as_its_script_does():
    assert python("-m", "capbuild", "--version").stdout.split() == ["capbuild,", "version", __version__]


def test_the_version_loads_neither_the_model_nor_the_screen():
    timed = python("-X", "importtime", "-m", "capbuild", "--version").stderr
    loaded = {line.rpartition("|")[2].strip() for line in timed.splitlines()}
    assert "click" in loaded
    assert not {"attrs", "rich", "capbuild.model"} & loaded


def test_where_rich_is_missing_the_command_line_says_what_to_install():
    done = python("-c", WITHOUT_RICH)
    assert (done.returncode, done.stderr) == (1, 'The command line needs click and rich: pip install "capbuild[cli]"\n')


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp850"])
def test_output_that_lacks_a_character_gets_its_escape(tmp_path, encoding):
    """As a pipe on Windows does, or a terminal in the locale C; documents are in UTF-8 everywhere."""
    source = tmp_path / "a.csv"
    source.write_text("country,Ação 法律?\nPeru,yes\nBrazil,não ▲\n", "utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    for words in (["inspect", source], ["inspect", source, "--json"], ["validate", tmp_path / "nowhere"]):
        told = [sys.executable, "-m", "capbuild", *words]
        done = subprocess.run(told, capture_output=True, env=environment, check=False)
        assert b"Traceback" not in done.stderr, done.stderr.decode(encoding, "replace")
        if "--json" in words:
            assert "法律" in str(json.loads(done.stdout.decode("utf-8")))
        done.stdout.decode("utf-8" if "--json" in words else encoding)
