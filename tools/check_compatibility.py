"""Compatibility of released plugins with this capbuild.

Plugins of a released version run with their own conformance tests.

    uv run python -m tools.check_compatibility              # the last tag
    uv run python -m tools.check_compatibility v0.1.0       # any tag or commit

The plugins are built from that version and installed beside this folder's core, as for an author who does not follow a
new release: they have to be active and to pass. Public names that are gone since are listed; within one version of the
interface there may be none.
"""

import argparse
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from tools.check_packages import ROOT, run

_API = "docs/reference/public-api.txt"


def compare_names(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return public names removed and changed between listings."""
    now = _list_names(after)
    then = _list_names(before)
    return [name for name in then if name not in now], [
        name for name in then if now.get(name, then[name]) != then[name]
    ]


def _list_names(text: str) -> dict[str, str]:
    """Return a listing's lines by package, class and name."""
    found, package, owner = {}, "", ""
    for line in text.splitlines():
        if line.startswith("["):
            package = line.strip("[]")
        elif line.strip() and not line.startswith("#"):
            name = re.split(r"[ (:]", line.strip().removeprefix("."), maxsplit=1)[0]
            member = line[0] in " ."
            owner = owner if member else name
            found[f"{package}.{owner}.{name}" if member else f"{package}.{name}"] = line.strip()
    return found


def _unpack(version: str, place: Path) -> Path:
    """Unpack the sources of a version."""
    archive = place / "released.tar"
    run("git", "archive", "-o", archive, version, cwd=ROOT)
    with tarfile.open(archive) as files:
        files.extractall(place / "released", filter="data")
    return place / "released"


def _install(place: Path, released: Path, python: str) -> Path:
    """Install this core and a version's plugins.

    The environment is fresh; returns its interpreter.
    """
    run("uv", "build", "--wheel", "-q", "-o", place / "wheels", ROOT)
    for folder in sorted((released / "plugins").glob("capbuild-*")):
        run("uv", "build", "--wheel", "-q", "-o", place / "plugins", folder)
    run("uv", "venv", "-q", "--python", python, place / ".venv")
    interpreter = place / ".venv" / "bin" / "python"
    (core,) = (place / "wheels").glob("capbuild-*.whl")
    wheels = sorted((place / "plugins").glob("*.whl"))
    groups = tomllib.loads((released / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    oracles = [line for line in groups["dev"] if not line.startswith("capbuild")]
    needs = [f"capbuild[all,testing] @ {core.as_uri()}", *wheels, *oracles]
    run("uv", "pip", "install", "-q", "--python", interpreter, *needs)
    return interpreter


def main() -> None:
    """Compare, install, and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", nargs="?", help="tag or commit; the last tag by default")
    parser.add_argument("--only", default="", help="plugins whose name holds this text")
    parser.add_argument("--python", default=sys.executable)
    arguments = parser.parse_args()
    version = arguments.version or run("git", "describe", "--tags", "--abbrev=0", cwd=ROOT).strip()
    with tempfile.TemporaryDirectory(prefix="capbuild-compatibility-") as temporary:
        place = Path(temporary)
        released = _unpack(version, place)
        gone, changed = compare_names((released / _API).read_text("utf-8"), (ROOT / _API).read_text("utf-8"))
        print(f"public names of {version} that are gone ({len(gone)}): {', '.join(gone) or 'none'}")
        print(f"and that are written differently ({len(changed)}): {', '.join(changed) or 'none'}", flush=True)
        python = _install(place, released, arguments.python)
        listed = json.loads(run(python.with_name("capbuild"), "plugins", "--json", cwd=place))
        states = {one["name"]: one["status"] for one in listed}
        folders = sorted((released / "plugins").glob(f"capbuild-*{arguments.only}*"))
        results = [_test(python, folder, states) for folder in folders]
    sys.exit(bool(gone) or not all(results))


def _test(python: Path, folder: Path, states: dict[str, str]) -> bool:
    """Run a plugin's conformance tests; return whether they pass.

    The plugin must also be active. Both results are printed.
    """
    tests = [*folder.glob("tests/test_conformance.py"), *folder.glob("tests/test_*_contract.py")]
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", "--import-mode=importlib", *tests)
    line = "no conformance tests"
    passed = True
    if tests:
        call = [str(word) for word in (python, *words)]
        done = subprocess.run(call, cwd=folder.parent, capture_output=True, text=True, check=False)
        lines = (done.stdout + done.stderr).strip().splitlines()
        passed, line = done.returncode == 0, lines[-1] if lines else ""
    print(f"{folder.name:<24}{states.get(folder.name, ''):<10}{line}", flush=True)
    return passed and states.get(folder.name, "active") == "active"


if __name__ == "__main__":
    main()
