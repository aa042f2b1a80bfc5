"""The plugins of the tutorials, written as their pages say, pass their tests."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE = re.compile(r"^```\{code-block\} python\n:caption: (\S+)\n\n(.*?)^```\n", flags=re.MULTILINE | re.DOTALL)


def run(folder, *command):
    env = os.environ | {"PYTHONPATH": str(folder / "src")}
    where = folder if folder.is_dir() else folder.parent
    ran = subprocess.run(
        [sys.executable, "-m", *command], cwd=where, env=env, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]


@pytest.mark.parametrize(("page", "name"), [("reader", "jotform"), ("writer", "mapdata")])
def test_the_plugin_of_a_tutorial_passes_the_kit(tmp_path, page, name):
    folder = tmp_path / f"capbuild-{name}"
    run(folder, "capbuild", "new", "plugin", name, f"--{page}")
    files = FILE.findall((ROOT / "docs" / "tutorial" / f"{page}.md").read_text("utf-8"))
    assert len(files) == 2
    for path, text in files:
        assert (folder / path).is_file(), path  # the page changes files that are there
        (folder / path).write_text(text, "utf-8")
    run(folder, "mypy", "--strict", "src")
    run(folder, "pytest", "-q", "-p", "no:cacheprovider", ".")
