"""Make the page on which a visitor drops a survey file and sees it read, in the browser, with nothing uploaded.

    npm install --prefix build/npm pyodide
    uv run python tools/try_page/build.py build/extra/try

The folder holds Pyodide, what reads survey files as one archive, and the page of `docs/try/`. It is served as it is; no
address outside of it is asked. The documentation takes it over from `build/extra` when it is there.
"""

import importlib.metadata
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYODIDE = ROOT / "build" / "npm" / "node_modules" / "pyodide"
#: What the browser loads of Pyodide.
_RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
#: Distributions of the archive: all pure Python.
_OURS = {
    "capbuild": "src",
    "capbuild-limesurvey": "plugins/capbuild-limesurvey/src",
    "capbuild-sheets": "plugins/capbuild-sheets/src",
    "capbuild-xlsform": "plugins/capbuild-xlsform/src",
}
_OTHERS = ("attrs", "babel", "cattrs", "defusedxml", "pluggy", "pycountry", "typing-extensions", "xlrd")
#: What reading never opens: translations of pycountry, shapes of charts; the page speaks English alone.
_LEFT_OUT = re.compile(r"/locales/|/charts/|__pycache__|/capbuild/testing/|/locale-data/(?!en|root)")


def members() -> Iterator[tuple[str, Path]]:
    """Yield the name in the archive and the file of everything that reading needs."""
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
    """What makes a distribution known: its name, version and entry points."""
    found = importlib.metadata.distribution(name)
    for file in found.files or []:
        if file.name in ("METADATA", "entry_points.txt") and ".dist-info" in file.parts[0]:
            yield file.as_posix(), Path(str(found.locate_file(file)))


def archive(target: Path) -> int:
    """Write what reading needs as one archive, the same bytes for the same files; return its size."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for name, path in sorted(members()):
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
    print(f"{target}: {archive(target / 'capbuild.zip') / 1e6:.1f} MB of Python beside Pyodide")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
