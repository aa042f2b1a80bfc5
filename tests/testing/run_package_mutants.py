"""Run the conformance tests of packages over their planted faults.

python -m tests.testing.run_package_mutants            # all
python -m tests.testing.run_package_mutants 9 55       # some, by number

Prints a line a fault, with the test that finds it. It takes about a minute a fault, and is no part of the suite.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.testing.authors.package_mutants import PACKAGES, SUITES

__all__ = ["find_fault", "source_of"]

ROOT = Path(__file__).resolve().parents[2]


def source_of(module: str) -> Path:
    """Return the file of a module such as `redcap/records`."""
    package, _, inside = module.partition("/")
    folder = ROOT / SUITES[package][0]
    return (folder if package == "csv" else folder / f"capbuild_{package}") / f"{inside}.py"


def find_fault(number: int) -> str:
    """Return the first test that fails with a fault; empty if none does."""
    module, _, old, new = PACKAGES[number]
    package = module.partition("/")[0]
    home, suite = SUITES[package]
    path = source_of(module)
    with tempfile.TemporaryDirectory() as folder:
        top = path.relative_to(ROOT / home).parts[0]
        shutil.copytree(ROOT / home / top, Path(folder, top), ignore=shutil.ignore_patterns("__pycache__"))
        Path(folder, path.relative_to(ROOT / home)).write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        chosen = ["-k", "TestCsv or TestResponsesCsv"] if package == "csv" else ["-k", "not light_import"]
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", suite, *chosen],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": folder, "TMPDIR": folder},
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"^(?:FAILED|ERROR) \S+::(\S+)", ran.stdout, re.MULTILINE)
    return found[1] if found else ""


if __name__ == "__main__":
    for place in map(int, sys.argv[1:] or range(len(PACKAGES))):
        print(place, *PACKAGES[place][:2], "->", find_fault(place) or "NOT FOUND", sep=" ", flush=True)
