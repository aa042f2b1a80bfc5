"""Runs of the notebooks in `examples/notebooks`.

Their outputs are stored, the same file for the same results.

uv run python tools/notebooks.py                 # write them
uv run python tools/notebooks.py --check NAME    # say what one would show otherwise than it does
"""

import difflib
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "examples" / "notebooks"


def executed(path: Path) -> Any:
    """Return a notebook after a run.

    It runs from its own folder; times and counters are removed.
    """
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    # What is printed comes in as many parts as the machine's load makes of it: they are put together.
    place = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=600, coalesce_streams=True, resources=place).execute()
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                for kind in [kind for kind in output.get("data", {}) if "vegalite" in kind]:
                    del output.data[kind]  # the picture beside it says the same
                if output.output_type == "execute_result":
                    output.execution_count = None
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return notebook


def shown(notebook: Any) -> list[str]:
    """Return the text of every output, in order."""
    found = []
    for cell in notebook.cells:
        for output in getattr(cell, "outputs", []):
            data = output.get("data", {})
            found.append(output.get("text", "") or data.get("text/plain", ""))
    return found


def check(path: Path) -> int:
    """Print the differences of a run from the notebook.

    Returns 1 if outputs differ, otherwise 0.
    """
    kept, made = shown(nbformat.read(path, as_version=4)), shown(executed(path))
    for line in difflib.unified_diff(
        "\n".join(kept).splitlines(), "\n".join(made).splitlines(), "kept", "now", lineterm=""
    ):
        print(line)
    return int(kept != made)


def main(arguments: list[str]) -> int:
    """Write all notebooks, or check one."""
    if arguments[:1] == ["--check"]:
        return check(FOLDER / arguments[1])
    for path in sorted(FOLDER.glob("*.ipynb")):
        nbformat.write(executed(path), path)
        print(path.name, f"{path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
