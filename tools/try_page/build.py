"""Pages that read a survey in the browser.

They read a dropped file and run the notebooks; nothing is uploaded.

    npm install --prefix build/npm pyodide
    uv run python tools/try_page/build.py build/extra/try

The folder holds Pyodide, the library as one archive, the example of the notebooks, and the pages of `docs/try/`. It is
served as it is; no address outside of it is asked. The documentation takes it over from `build/extra` when it is there.
Pyodide from npm has no packages; where its full distribution is unpacked instead, notebooks have numpy and pandas.
"""

import importlib.metadata
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PYODIDE = ROOT / "build" / "npm" / "node_modules" / "pyodide"
#: What the browser loads of Pyodide.
_RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
#: Distributions of the archive: all pure Python.
_OURS = {
    "capbuild": "src",
    "capbuild-limesurvey": "plugins/capbuild-limesurvey/src",
    "capbuild-sheets": "plugins/capbuild-sheets/src",
    "capbuild-workbooks": "plugins/capbuild-workbooks/src",
    "capbuild-xlsform": "plugins/capbuild-xlsform/src",
}
_OTHERS = ("attrs", "babel", "cattrs", "defusedxml", "pluggy", "pycountry", "typing-extensions", "xlrd")
#: What reading never opens: translations of pycountry, shapes of charts; the page speaks English alone.
_LEFT_OUT = re.compile(r"/locales/|/charts/|__pycache__|/capbuild/testing/|/locale-data/(?!en|root)")


def members() -> Iterator[tuple[str, Path]]:
    """Yield the files that reading needs, with archive names."""
    for name, place in _OURS.items():
        source = ROOT / place
        yield from ((path.relative_to(source).as_posix(), path) for path in sorted(source.rglob("*")) if path.is_file())
        yield from _about(name)
    for name in _OTHERS:
        found = importlib.metadata.distribution(name)
        for file in sorted(found.files or [], key=str):
            if ".." not in file.parts and ".dist-info" not in file.parts[0]:
                yield file.as_posix(), Path(str(found.locate_file(file)))
        yield from _about(name)


def _about(name: str) -> Iterator[tuple[str, Path]]:
    """Yield a distribution's name, version and entry points."""
    found = importlib.metadata.distribution(name)
    for file in found.files or []:
        if file.name in ("METADATA", "entry_points.txt") and ".dist-info" in file.parts[0]:
            yield file.as_posix(), Path(str(found.locate_file(file)))


def _example() -> Iterator[tuple[str, Path]]:
    """Yield the files that notebooks read, with their names."""
    for path in sorted((EXAMPLES / "americas-2015").rglob("*")):
        place = path.relative_to(EXAMPLES)
        if path.is_file() and place.parts[1] != "out":
            yield place.as_posix(), path


def archive(target: Path, files: Iterable[tuple[str, Path]]) -> int:
    """Write files as one reproducible archive; return its size."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for name, path in sorted(files):
            if not _LEFT_OUT.search(f"/{name}"):
                made.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return target.stat().st_size


def build(target: Path, pyodide: Path = PYODIDE) -> None:
    """Write the page, Pyodide and the archive into a folder."""
    (target / "pyodide").mkdir(parents=True, exist_ok=True)
    for name in _RUNTIME:
        shutil.copyfile(pyodide / name, target / "pyodide" / name)
    for path in sorted((ROOT / "docs" / "try").iterdir()):
        shutil.copyfile(path, target / path.name)
    notebooks = sorted((EXAMPLES / "notebooks").glob("*.ipynb"))
    (target / "notebooks").mkdir(exist_ok=True)
    for path in notebooks:
        shutil.copyfile(path, target / "notebooks" / path.name)
    listed = {
        "notebooks": [{"file": path.name, "title": _title(path)} for path in notebooks],
        "packages": _copy_packages(pyodide, target / "pyodide"),
    }
    (target / "notebooks.json").write_text(json.dumps(listed), encoding="utf-8")
    archive(target / "examples.zip", _example())
    print(f"{target}: {archive(target / 'capbuild.zip', members()) / 1e6:.1f} MB of Python beside Pyodide")


def _copy_packages(pyodide: Path, target: Path) -> list[str]:
    """Copy the packages that notebooks use.

    Their requirements are included, where Pyodide has them; returns their names.
    """
    known = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))["packages"]
    wanted, files = ["numpy", "pandas"], {}
    for name in wanted:
        files[name] = pyodide / known[name]["file_name"]
        wanted += [other for other in known[name]["depends"] if other not in wanted]
    if not all(path.is_file() for path in files.values()):
        return []
    for path in files.values():
        shutil.copyfile(path, target / path.name)
    return list(files)


def _title(notebook: Path) -> str:
    """Return the first line of a notebook."""
    first = json.loads(notebook.read_text("utf-8"))["cells"][0]["source"]
    return "".join(first).splitlines()[0].lstrip("# ")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
