"""`python -m capbuild` is the command line, and loads what the command needs."""

import subprocess
import sys

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
