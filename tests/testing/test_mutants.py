"""Faults planted in readers and writers: how many the kit finds."""

import importlib.util
import multiprocessing
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.testing.authors.blind_mutants import BLIND
from tests.testing.authors.desk_mutants import DESK
from tests.testing.authors.mutants import MUTANTS
from tests.testing.authors.package_mutants import PACKAGES
from tests.testing.authors.samples import CLASSES
from tests.testing.run_package_mutants import source_of

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
#: Clauses that take long, asked last.
LATE = (
    "test_cell_edit_changes_one_answer",
    "test_reads_all_siblings",
    "test_shows_each_status",
    "test_survives_damage",
    "test_large_files",
    "test_reproducible_elsewhere",
)
#: Faults that only another interpreter shows, which takes a second to start.
ELSEWHERE = ("hash", "set", "today", "time")


def load(name, source, folder):
    path = folder / f"{name}.py"
    path.write_text(source, "utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def clauses_of(case):
    names = sorted(name for name in dir(case) if name.startswith("test_"))
    return sorted(names, key=lambda name: (LATE.index(name) + 1) if name in LATE else 0)


def fault_of(kind, module, fault=""):
    """Return what the first test that fails says, or an empty text."""
    classes = CLASSES[kind]
    for cls in classes if isinstance(classes, tuple) else (classes,):
        found = fault_by(type("Case", (cls,), {"plugin": module, "damages": 25})(), fault)
        if found:
            return found
    return ""


def fault_by(case, fault):
    for name in clauses_of(case):
        if name == "test_light_import" or (
            name == "test_reproducible_elsewhere" and fault and not set(fault.split()) & {*ELSEWHERE}
        ):
            continue
        test = getattr(case, name)
        with pytest.MonkeyPatch.context() as patch:
            try:
                test(patch) if "monkeypatch" in test.__code__.co_varnames else test()
            except pytest.skip.Exception:
                continue
            except Exception as error:  # noqa: BLE001 - pytest would show any as a failure
                return f"{name}: {error}"
    return ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mutants")


def run_apart(task, *arguments):
    """Return what a task gives in a process of its own: some mutants change the folder, or replace `json.dumps`."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(task, *arguments).result()


def faults_of_what_is_right(folder):
    sys.path.insert(0, str(folder))
    sources = {kind: (HERE / "authors" / f"{kind}.py").read_text("utf-8") for kind in CLASSES}
    return {kind: fault_of(kind, load(f"right_{kind}", source, folder)) for kind, source in sources.items()}


def test_what_is_right_is_left_in_peace(folder):
    assert run_apart(faults_of_what_is_right, folder) == dict.fromkeys(CLASSES, "")


def find_missed(folder):
    """Return the mutants that no clause finds."""
    sys.path.insert(0, str(folder))
    found = []
    for number, (kind, fault, old, new) in enumerate(MUTANTS):
        source = (HERE / "authors" / f"{kind}.py").read_text("utf-8")
        if not fault_of(kind, load(f"mutant_{number}_{kind}", source.replace(old, new), folder), fault):
            found.append(f"{kind}: {fault}")
    return found


@pytest.fixture(scope="module")
def missed(folder):
    return run_apart(find_missed, folder)


@pytest.mark.parametrize("kind", CLASSES)
def test_each_fault_changes_the_source(kind):
    source = (HERE / "authors" / f"{kind}.py").read_text("utf-8")
    assert [
        fault for mutated, fault, old, _ in (*MUTANTS, *DESK, *BLIND) if mutated == kind and old not in source
    ] == []


def test_each_fault_of_a_package_changes_its_source_once():
    assert len({(module, fault) for module, fault, _, _ in PACKAGES}) == len(PACKAGES) >= 60
    counts = {(module, fault): source_of(module).read_text("utf-8").count(old) for module, fault, old, _ in PACKAGES}
    assert [name for name, count in counts.items() if count != 1] == []


def test_nearly_all_faults_are_found(missed):
    assert len(MUTANTS) >= 120
    assert len({(kind, fault) for kind, fault, _, _ in MUTANTS}) == len(MUTANTS)
    assert len(missed) <= 0.05 * len(MUTANTS), missed


def test_the_page_gives_the_figure(missed):
    page = (ROOT / "docs" / "reference" / "testing.md").read_text("utf-8")
    found = re.search(r"finds (\d+) of (\d+) planted faults", " ".join(page.split()))
    assert found.groups() == (str(len(MUTANTS) - len(missed)), str(len(MUTANTS)))
