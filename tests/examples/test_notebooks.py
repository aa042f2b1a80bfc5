"""The notebooks run from top to bottom, and show what they are kept with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))


def test_there_are_seven():
    assert [path.stem[0] for path in NOTEBOOKS] == ["1", "2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_it_is_kept_with(path):
    command = [sys.executable, str(ROOT / "tools" / "notebooks.py"), "--check", path.name]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, f"uv run python tools/notebooks.py\n{done.stdout[-4000:]}{done.stderr[-4000:]}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_that_its_answers_are_invented(path):
    notebook = json.loads(path.read_text("utf-8"))
    assert "invented" in "".join(notebook["cells"][0]["source"])
    outputs = json.dumps([cell.get("outputs", []) for cell in notebook["cells"]])
    assert "Traceback" not in outputs
    assert "/home/" not in outputs
