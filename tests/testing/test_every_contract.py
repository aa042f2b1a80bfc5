"""Every registered reader and writer has a class that holds it to its contract, and pytest runs that class."""

import importlib.util
import inspect
from pathlib import Path

import pytest

from capbuild.plugins import default_host
from capbuild.testing import ReaderConformance, WriterConformance

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("tests", "plugins/*/tests", "examples/plugins/*/tests")


def modules():
    for place in PLACES:
        for folder in ROOT.glob(place):
            for path in sorted(folder.rglob("test_*.py")):
                if "Conformance" in path.read_text("utf-8") and path != Path(__file__):
                    yield path


@pytest.fixture(scope="module")
def held():
    """Names of what the collected conformance classes are about, by the class they inherit."""
    found = {ReaderConformance: set(), WriterConformance: set()}
    for number, path in enumerate(modules()):
        spec = importlib.util.spec_from_file_location(f"contract_{number}_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, cls in inspect.getmembers(module, inspect.isclass):
            if name.startswith("Test") and getattr(cls, "__test__", True):
                for base in found:
                    if issubclass(cls, base) and cls is not base:
                        found[base].add(cls.reader if base is ReaderConformance else cls.writer)
    return found


@pytest.mark.parametrize(
    ("base", "kind"), [(ReaderConformance, "readers"), (WriterConformance, "writers")], ids=["readers", "writers"]
)
def test_none_is_without_a_contract(held, base, kind):
    assert {*getattr(default_host(), kind)} - held[base] == set()
    assert held[base]
