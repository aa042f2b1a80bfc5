"""`python -m capbuild` is the command line."""

import subprocess
import sys

from capbuild import __version__


def test_the_package_runs_as_its_script_does():
    done = subprocess.run([sys.executable, "-m", "capbuild", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["capbuild,", "version", __version__]
