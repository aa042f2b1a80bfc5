"""The plugins of the tutorials, written as their pages say, pass their tests."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from capbuild.cli import main

ROOT = Path(__file__).resolve().parents[2]
FILE = re.compile(r"^```\{code-block\} python\n:caption: (\S+)\n\n(.*?)^```\n", flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("page", "name", "kind"), [("reader", "jotform", "--reader"), ("writer", "mapdata", "--writer")]
)
def test_the_plugin_of_a_tutorial_passes_the_kit(tmp_path, monkeypatch, page, name, kind):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "plugin", name, kind]) == 0
    folder = tmp_path / f"capbuild-{name}"
    files = FILE.findall((ROOT / "docs" / "tutorial" / f"{page}.md").read_text("utf-8"))
    for path, text in files:
        assert (folder / path).is_file(), path  # the page changes files that are there
        (folder / path).write_text(text, "utf-8")
    assert len(files) == 2
    env = os.environ | {"PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]
    command = [sys.executable, "-m", "mypy", "--strict", "src"]
    ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
