"""A new plugin is complete: nothing is left to fill in, and its code passes its own checks.

So do the plugins of the tutorials, written as their pages say: they are here for what mypy has found out of capbuild.

`tools.check_packages` installs one of each kind as a wheel beside capbuild's, and finds, tests and uses it there.
"""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from capbuild.errors import PluginError
from capbuild.plugins.new import LICENSES, PluginKind, new_plugin

TUTORIALS = Path(__file__).resolve().parents[2] / "docs" / "tutorial"
FILE = re.compile(r"^```\{code-block\} python\n:caption: (\S+)\n\n(.*?)^```\n", flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("kind", list(PluginKind))
def test_nothing_is_left_to_fill_in(kind, tmp_path):
    files = new_plugin("ministry-form", kind, tmp_path / "p", language="de")
    names = {path.relative_to(tmp_path / "p").as_posix() for path in files}
    assert {"pyproject.toml", "README.md", "LICENSE", ".github/workflows/test.yml", "docs/index.md"} <= names
    assert {"src/capbuild_ministry_form/__init__.py", "src/capbuild_ministry_form/py.typed"} <= names
    for path in files:
        text = path.read_text("utf-8")
        assert not re.search(r"@[A-Z_]+@", text)
        assert path.suffix != ".py" or max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("kind", list(PluginKind))
def test_its_own_code_has_fewer_than_forty_lines(kind, tmp_path):
    new_plugin("ministry-form", kind, tmp_path, language="de")
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


@pytest.mark.parametrize("license_id", ["", *LICENSES])
def test_its_licence_is_the_one_chosen(license_id, tmp_path):
    new_plugin("ministry-form", "reader", tmp_path, license_id=license_id)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["project"]
    assert project.get("license", "") == license_id
    assert (tmp_path / "LICENSE").exists() is bool(license_id)


@pytest.fixture(scope="module")
def mypy_cache(tmp_path_factory):
    """Return a folder for what mypy knows of capbuild itself: each kind of plugin uses it again."""
    return str(tmp_path_factory.mktemp("mypy"))


def run(folder, *command):
    env = os.environ | {"PYTHONPATH": str(folder / "src")}
    ran = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]


@pytest.mark.parametrize("kind", list(PluginKind))
def test_its_code_passes_its_own_checks(kind, tmp_path, mypy_cache):
    new_plugin("ministry-form", kind, tmp_path, language="de")
    for words in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy", "--cache-dir", mypy_cache]):
        run(tmp_path, *words)


@pytest.mark.parametrize(("page", "name"), [("reader", "jotform"), ("writer", "mapdata")])
def test_the_plugin_of_a_tutorial_passes_the_kit(page, name, tmp_path, mypy_cache):
    folder = tmp_path / f"capbuild-{name}"
    run(tmp_path, "capbuild", "new", "plugin", name, f"--{page}")
    files = FILE.findall((TUTORIALS / f"{page}.md").read_text("utf-8"))
    assert len(files) == 2
    for path, text in files:
        assert (folder / path).is_file(), path  # the page changes files that are there
        (folder / path).write_text(text, "utf-8")
    run(folder, "mypy", "--strict", "--cache-dir", mypy_cache, "src")
    run(folder, "pytest", "-q", "-p", "no:cacheprovider", ".")
