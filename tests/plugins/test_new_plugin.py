"""A new plugin is complete: nothing is left to fill in, and its code passes its own checks.

`tools.check_packages` installs one of each kind as a wheel beside capbuild's, and finds, tests and uses it there.
"""

import ast
import re
import subprocess
import sys
import tomllib

import pytest

from capbuild.errors import PluginError
from capbuild.plugins.new import LICENSES, PluginKind, new_plugin


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


@pytest.mark.parametrize("kind", list(PluginKind))
def test_its_code_passes_its_own_checks(kind, tmp_path, mypy_cache):
    new_plugin("ministry-form", kind, tmp_path, language="de")
    for words in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy", "--cache-dir", mypy_cache]):
        done = subprocess.run([sys.executable, "-m", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
