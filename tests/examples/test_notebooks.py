"""The notebooks run from top to bottom, and show what they are kept with."""

import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from tools.notebooks import shown

ROOT = Path(__file__).resolve().parents[2]
FIRST, *OTHERS = NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))


def test_there_are_seven() -> None:
    assert [path.stem[0] for path in NOTEBOOKS] == ["1", "2", "3", "4", "5", "6", "7"]


def test_a_notebook_shows_the_same_in_a_kernel_of_its_own() -> None:
    command = [sys.executable, str(ROOT / "tools" / "notebooks.py"), "--check", FIRST.name]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, f"uv run python tools/notebooks.py\n{done.stdout[-4000:]}{done.stderr[-4000:]}"


class PlainHook(DisplayHook):
    """Prints the text of a result as a notebook keeps it, without a prompt."""

    def write_output_prompt(self) -> None: ...

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        print("\0", format_dict["text/plain"], sep="", end="")


class Shell(InteractiveShell):
    displayhook_class = PlainHook


@pytest.fixture
def shell() -> Iterator[Shell]:
    """A shell of this process, in which the example is scored once for all notebooks."""
    main = sys.modules["__main__"]  # a shell puts its own in its place
    made = Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    yield made
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # temporary folders go with the names of the notebook
        made.reset()
    Shell.clear_instance()
    sys.modules["__main__"] = main


@pytest.mark.usefixtures("unchanged_folders_scored_once")
@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_it_is_kept_with(
    path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(path.parent)
    notebook = nbformat.read(path, as_version=4)
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shell.run_cell(cell.source).raise_error()
            found += [text for one in capsys.readouterr() for text in one.split("\0") if text]
    assert found == shown(notebook), "uv run python tools/notebooks.py"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_that_its_answers_are_invented(path: Path) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    assert "invented" in "".join(notebook["cells"][0]["source"])
    outputs = json.dumps([cell.get("outputs", []) for cell in notebook["cells"]])
    assert "Traceback" not in outputs
    assert "/home/" not in outputs
