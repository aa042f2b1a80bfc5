"""The packages of this repository, as the installer finds them."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_every_folder_taken_for_a_package_is_one_also_after_tests_ran():
    found = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["uv"]["workspace"]
    excluded = set(found["exclude"])
    for pattern in found["members"]:
        parent = ROOT / pattern.removesuffix("/*")
        # Python keeps what it compiles of a module there, such as conftest.py, beside the packages.
        assert f"{pattern.removesuffix('/*')}/__pycache__" in excluded
        for folder in parent.iterdir():
            if folder.is_dir() and folder.relative_to(ROOT).as_posix() not in excluded:
                assert (folder / "pyproject.toml").is_file(), folder


def test_plugins_are_bound_to_the_major_version_that_their_interface_holds_for():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    found = [*ROOT.glob("plugins/*/pyproject.toml"), *ROOT.glob("examples/plugins/*/pyproject.toml")]
    assert found
    for path in found:
        own = [one for one in tomllib.loads(path.read_text("utf-8"))["project"]["dependencies"] if "capbuild" in one]
        assert own, path
        for one in own:
            assert re.fullmatch(rf"capbuild(-\w+)?>=[\d.]+,<{int(version.split('.')[0]) + 1}", one), (path, one)
