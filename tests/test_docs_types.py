"""Python blocks of the README and the docs pass `mypy --strict` and pyright, one module a page."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_docs import PAGES, ROOT, blocks

#: Libraries whose own types are wrong or absent, as in the settings of mypy: names of them may be anything.
UNTYPED = ("pyreadstat",)


@pytest.fixture(scope="module")
def modules(tmp_path_factory) -> Path:
    """Return a folder with the blocks of each page as one module."""
    folder = tmp_path_factory.mktemp("blocks")
    for page in PAGES:
        name = "_".join(page.relative_to(ROOT).with_suffix("").parts).replace("-", "_")
        code = "\n".join(block for block, _ in blocks(page))
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
    return folder


def test_blocks_pass_mypy_strict(modules):
    # At the root, so that what `mypy` has found out about the library there is known here.
    command = [sys.executable, "-m", "mypy", "--strict", str(modules)]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert found.stdout.startswith("Success"), found.stdout + found.stderr


def test_blocks_pass_pyright(modules):
    for name in UNTYPED:
        stub = modules / "typings" / name / "__init__.pyi"
        stub.parent.mkdir(parents=True)
        stub.write_text("from typing import Any\ndef __getattr__(name: str) -> Any: ...\n", encoding="utf-8")
    settings = {"include": ["*.py"], "stubPath": "typings", "typeCheckingMode": "standard"}
    (modules / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "-p", str(modules)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
