"""Builds of all packages, installed into clean environments.

Environments have the core alone, the core with plugins, or everything.

    uv run python -m tools.check_packages                    # highest versions, and everything at its lower bounds
    uv run python -m tools.check_packages --python 3.13      # with another Python

Own packages come from the folder of wheels that is built here, never from an index. At the lower bounds every
requirement of every package is a direct one, so that a bound which is too low is found.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from capbuild.plugins.new import PluginKind, new_plugin

ROOT = Path(__file__).resolve().parents[1]
SMOKE = ROOT / "tools" / "package_smoke.py"


def run(*words: object, **options: object) -> str:
    """Run a command; return what it prints.

    Raises:
        SystemExit: It failed.
    """
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words[:8]))} ...\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def wheels(folder: Path) -> dict[str, tuple[Path, Message]]:
    """Return the wheels with their metadata, by name."""
    found = {}
    for path in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(path) as archive:
            (name,) = (one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
            data = message_from_bytes(archive.read(name))
        found[data["Name"]] = (path, data)
    return found


def metadata_problems(name: str, path: Path, data: Message) -> Iterator[str]:
    """Yield missing metadata of a published package."""
    for head in ("Summary", "License-Expression", "License-File", "Requires-Python", "Author"):
        if not data[head]:
            yield f"{name}: no {head}"
    if "Typing :: Typed" not in (data.get_all("Classifier") or ()):
        yield f"{name}: the classifiers do not say that it is typed"
    if not data.get_payload():
        yield f"{name}: no description"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if not any(one.endswith("/py.typed") for one in names):
        yield f"{name}: no py.typed"
    if any("/tests/" in f"/{one}" or one.endswith(".pyc") for one in names):
        yield f"{name}: tests or compiled files in the wheel"
    for line in data.get_all("Requires-Dist") or ():
        bounded = any(sign in line.split(";")[0] for sign in "<>=~")
        if not bounded and not line.startswith("capbuild"):
            yield f"{name}: {line} has no lower bound"


def own(found: dict[str, tuple[Path, Message]], names: list[str], extras: str = "") -> list[str]:
    """Return own packages as requirements that name their wheels."""
    return [f"{name}{extras if name == 'capbuild' else ''} @ {found[name][0].as_uri()}" for name in names]


def bounds(found: dict[str, tuple[Path, Message]], names: list[str]) -> list[str]:
    """Return the requirements of packages and their extras."""
    lines = {line for name in names for line in found[name][1].get_all("Requires-Dist") or ()}
    # pandas below 3 and pyspark belong to `spark`, which is tried by the tests of that name.
    chosen = [line for line in lines if "extra == 'spark'" not in line and not line.startswith("capbuild")]
    return sorted({_without_extra(line) for line in chosen})


def _without_extra(line: str) -> str:
    requirement, _, marker = line.partition(";")
    kept = [part.strip() for part in marker.split(" and ") if part.strip() and "extra ==" not in part]
    return requirement.strip() + (f"; {' and '.join(kept)}" if kept else "")


def tried(place: Path, title: str, requirements: list[str], arguments: argparse.Namespace, *more: str) -> None:
    """Install into a fresh environment and smoke-test it."""
    if arguments.only not in title:
        return
    begun = time.perf_counter()
    # Always the same place, so that what Python compiled of the same packages there is compiled once.
    folder, compiled = place / "environment", place / "-".join(["compiled", *more[1:]])
    run("uv", "venv", "-q", "--clear", "--python", arguments.python, folder)
    python = folder / "bin" / "python"
    listed = folder / "requirements.txt"
    listed.write_text("\n".join(requirements), encoding="utf-8")
    links = ("--find-links", place / "wheels")
    run("uv", "pip", "install", "-q", "--python", python, *links, *more, "-r", listed)
    options = ("-I", "-X", f"pycache_prefix={compiled}", "-W", "error::DeprecationWarning:capbuild")
    said = run(python, *options, SMOKE, cwd=folder).strip()
    print(f"{title:<28}{time.perf_counter() - begun:5.1f} s  {said}", flush=True)


def third_party(place: Path, found: dict[str, tuple[Path, Message]], arguments: argparse.Namespace) -> None:
    """Install, find, test and use new third-party plugins."""
    if arguments.only not in "plugins of others":
        return
    begun = time.perf_counter()
    folder, names = place / "others", [f"capbuild-made-{kind.value}" for kind in PluginKind]
    for kind, name in zip(PluginKind, names, strict=True):
        new_plugin(name, kind, folder / name, language="de")
        run("uv", "build", "--wheel", "-q", "-o", folder / "wheels", cwd=folder / name)
    run("uv", "venv", "-q", "--python", arguments.python, folder / ".venv")
    python = folder / ".venv" / "bin" / "python"
    links = ("--find-links", place / "wheels", "--find-links", folder / "wheels")
    run("uv", "pip", "install", "-q", "--python", python, *links, *own(found, ["capbuild"], "[cli,testing]"), *names)
    capbuild = python.with_name("capbuild")
    listed = {one["name"]: one["status"] for one in json.loads(run(capbuild, "plugins", "--json", cwd=folder))}
    if [listed.get(name) for name in names] != ["active"] * len(names):
        sys.exit(f"plugins of others are not active: {listed}")
    for name in names:
        run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder / name / "tests", cwd=folder)
    sample = folder / "a.madereader"
    sample.write_text("#made-reader\ncountry | TEAM-1.2\nJamaica | yes\n", encoding="utf-8")
    run(capbuild, "inspect", sample, "--format", "made-reader", cwd=folder)
    print(f"{'plugins of others':<28}{time.perf_counter() - begun:5.1f} s  found, tested and used", flush=True)


def main() -> None:
    """Build, check, install and test all packages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--only", default="", help="environments whose title holds this text")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="capbuild-packages-") as temporary:
        place = Path(temporary)
        run("uv", "build", "--all-packages", "-q", "-o", place / "wheels", cwd=ROOT)
        found = wheels(place / "wheels")
        problems = [said for name in found for said in metadata_problems(name, *found[name])]
        if problems:
            sys.exit("\n".join(problems))
        print(f"{len(found)} wheels built from their sdists; metadata complete")
        everything = ["capbuild", *(name for name in found if (ROOT / "plugins" / name).is_dir())]
        tried(place, "core alone", own(found, ["capbuild"]), arguments)
        third_party(place, found, arguments)
        for names in alike(found, everything[1:]):
            tried(place, f"core and {names[0]}", own(found, ["capbuild", *names]), arguments)
        tried(place, "capbuild[all]", own(found, ["capbuild"], "[all]"), arguments)
        lowest = ("--resolution", "lowest-direct")
        every = own(found, everything) + bounds(found, everything)
        tried(place, "everything, lowest", every, arguments, *lowest)
        tried(place, "core alone, lowest", own(found, ["capbuild"]) + core_bounds(found), arguments, *lowest)


def alike(found: dict[str, tuple[Path, Message]], names: list[str]) -> list[list[str]]:
    """Return packages grouped by equal requirements.

    A group shares an environment, which hides no missing requirement.
    """
    core = set(core_bounds(found))
    groups: dict[frozenset[str], list[str]] = {}
    for name in names:
        lines = found[name][1].get_all("Requires-Dist") or ()
        needs = {_without_extra(line) for line in lines if "extra ==" not in line and _name(line) != "capbuild"}
        groups.setdefault(frozenset(needs - core), []).append(name)
    return list(groups.values())


def _name(line: str) -> str:
    return re.split(r"[^\w-]", line, maxsplit=1)[0]


def core_bounds(found: dict[str, tuple[Path, Message]]) -> list[str]:
    """Return what the core requires without any extra."""
    lines = found["capbuild"][1].get_all("Requires-Dist") or ()
    return sorted(_without_extra(line) for line in lines if "extra ==" not in line)


if __name__ == "__main__":
    main()
