"""A new plugin is complete: installed into an environment of its own, it is found, tested and used."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from capbuild.errors import PluginError
from capbuild.plugins.new import PluginKind, new_plugin

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", list(PluginKind))
def test_nothing_is_left_to_fill_in(kind, tmp_path):
    files = new_plugin("ministry-form", kind, tmp_path / "p")
    names = {path.relative_to(tmp_path / "p").as_posix() for path in files}
    assert {"pyproject.toml", "README.md", "src/capbuild_ministry_form/__init__.py"} <= names
    for path in files:
        text = path.read_text("utf-8")
        assert "@" not in text.replace("@hookimpl", "")
        assert path.suffix != ".py" or max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("kind", list(PluginKind))
def test_its_own_code_has_fewer_than_forty_lines(kind, tmp_path):
    new_plugin("ministry-form", kind, tmp_path)
    text = (tmp_path / "src" / "capbuild_ministry_form" / "__init__.py").read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) < 40


@pytest.mark.parametrize("name", ["Ministry", "ministry_form", "", "-x", "x--y", "../x", "9lives"])
def test_a_name_that_is_no_name_is_refused(name, tmp_path):
    with pytest.raises(PluginError, match="is not a valid plugin name") as caught:
        new_plugin(name, "reader", tmp_path / "p")
    assert (caught.value.code, (tmp_path / "p").exists()) == ("CB505", False)


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(PluginError, match="is not empty") as caught:
        new_plugin("x", "reader", tmp_path)
    assert (caught.value.code, [path.name for path in tmp_path.iterdir()]) == ("CB506", ["mine.txt"])


def uv(*words, cwd):
    done = subprocess.run(["uv", *map(str, words)], cwd=cwd, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def installed(folder, *what):
    """Install into a fresh environment: from what is at hand if that suffices, else from the index."""
    code, said = uv("venv", "-q", "--python", sys.executable, folder / ".venv", cwd=folder)
    assert code == 0, said
    python = folder / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    for offline in (["--offline"], []):
        code, said = uv("pip", "install", "-q", *offline, "--python", python, *what, cwd=folder)
        if code == 0:
            return python
    assert code == 0, said
    return python


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("uv") is None, reason="uv makes the environment of this test, and is not installed")
def test_it_is_installed_found_tested_and_used(tmp_path):
    for kind in PluginKind:
        new_plugin(f"made-{kind.value}", kind, tmp_path / kind.value)
    python = installed(tmp_path, f"{ROOT}[cli,testing]", *(tmp_path / kind.value for kind in PluginKind))

    def run(program, *words):
        command = [str(python.with_name(program)), *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    listed = {one["name"]: one["status"] for one in json.loads(run("capbuild", "plugins", "--json"))}
    assert {listed.get(f"capbuild-made-{kind.value}") for kind in PluginKind} == {"active"}
    for kind in PluginKind:
        assert " passed" in run("pytest", "-q", str(tmp_path / kind.value), f"--rootdir={tmp_path / kind.value}")
    (tmp_path / "a.madereader").write_text("#made-reader\ncountry | TEAM-1.2\nJamaica | yes\n")
    assert "made-reader" in run("capbuild", "inspect", "a.madereader")
