"""Importing the package costs next to nothing, and its data stays small."""

import subprocess
import sys
import zlib
from importlib.resources import files
from pathlib import Path

HEAVY = ["pycountry", "babel", "rapidfuzz", "numpy", "cattrs", "pluggy", "attrs"]


def test_import_loads_nothing_heavy():
    code = f"import capbuild.countries, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_resolving_needs_no_optional_library():
    code = (
        "import sys; sys.modules['rapidfuzz'] = None; sys.modules['pycountry'] = None; sys.modules['babel'] = None\n"
        "from capbuild.countries import index, resolve\n"
        "index.has_rapidfuzz = lambda: False\n"
        "assert resolve('Curazao').country.alpha_2 == 'CW'\n"
        "print(index.suggest_countries('jamacia')[0], index.find_typo('jamacia'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["JM", "None"]


def test_data_stays_under_a_megabyte():
    data = files("capbuild.countries") / "data"
    assert sum(len(path.read_bytes()) for path in data.iterdir()) < 1_000_000


def test_the_index_is_the_text_beside_the_build_scripts():
    source = Path(__file__).parents[2] / "tools/countries/index.txt"
    packed = files("capbuild.countries") / "data/index.txt.z"
    assert zlib.decompress(packed.read_bytes()).decode() == source.read_text("utf-8")


def test_every_data_file_has_a_licence():
    data = files("capbuild.countries") / "data"
    licences = (data / "LICENCES.md").read_text(encoding="utf-8")
    assert [path.name for path in data.iterdir() if f"`{path.name}`" not in licences] == ["LICENCES.md"]


def test_every_public_name_is_there():
    import capbuild.countries as package

    assert all(getattr(package, name) is not None for name in package.__all__)
    assert set(package.__all__) <= set(dir(package))
