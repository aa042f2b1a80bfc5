"""What all tests share, those of plugins too: where the corpus of real files lies, and where examples lie."""

import functools
import gc
import hashlib
import os
import sys
from pathlib import Path

import pytest
from hypothesis import Phase, settings

# No deadline: a test never asserts a time. Derandomised, so that a run says the same twice. A failure is shrunk, but
# not explained, which can take minutes. `pytest --hypothesis-profile thorough` draws more where examples are costly.
PHASES = [phase for phase in Phase if phase is not Phase.explain]
settings.register_profile("capbuild", deadline=None, derandomize=True, phases=PHASES)
settings.register_profile("thorough", settings.get_profile("capbuild"))
settings.load_profile("capbuild")

ROOT = Path(__file__).resolve().parent

# Tests start many processes, and each would compile all that it imports where Python is told to keep no compiled code.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_collection_finish():
    """Spare the garbage collector what stays to the end, and most of its passes, which take a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def corpus():
    """Folder of the real files beside the project; the test is skipped where it is absent."""
    place = Path(os.environ.get("CAPBUILD_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not place.is_dir():
        pytest.skip(f"no corpus at {place}: set CAPBUILD_CORPUS to run on real files")
    return place


@pytest.fixture(scope="session")
def examples():
    """Folder of the example programmes."""
    return ROOT / "examples"


@pytest.fixture(scope="session")
def example_programme(examples):
    """The folder of the example, opened once: what is assessed and planned in one test is there in the next."""
    from capbuild.workspace import open_workspace

    return open_workspace(examples / "americas-2015")


@pytest.fixture(scope="module")
def unchanged_returns_read_once():
    """Reads a return again only where a file below `returns/` or the way to read it is another.

    Readings with options are not kept: an option may name a file elsewhere.
    """
    from capbuild.workspace.rounds import collection

    read, known = collection.read, {}

    def read_once(file, *, host, options, **given):
        if options or file.path is None:
            return read(file, host=host, options=options, **given)
        key = (file.name, hash_folder(file.folder, "returns"), repr(sorted(given.items())), host)
        if key not in known:
            known[key] = read(file, host=host, options=options, **given)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collection, "read", read_once)
        yield


#: What lies in a programme's folder and is neither collected nor scored.
UNSCORED = ("out", "actions.csv", "budget.csv", "external", "network", "results.toml", "training")


@pytest.fixture(scope="module")
def unchanged_folders_scored_once(unchanged_returns_read_once, example_programme):
    """Collects, scores and compares rounds again only where a file that counts for it, or the host, is another.

    Copies of the example take what was computed of the example itself, in this module or another.
    """
    from capbuild.workspace.rounds.scores import ScoredRounds

    known = {}
    example = (hash_folder(example_programme.folder, without=(*UNSCORED, "private")), example_programme.host)

    def once(method):
        def compute(workspace, *names):
            # Inputs are read on demand and never changed: what the folder holds at first is what counts.
            if "_hash" not in vars(workspace):
                workspace._hash = hash_folder(workspace.folder, without=UNSCORED)
            if (workspace._hash, workspace.host) == example:
                return method(example_programme, *names)
            key = (method.__name__, names, workspace._hash, workspace.host)
            if key not in known:
                known[key] = method(workspace, *names)
            return known[key]

        return compute

    with pytest.MonkeyPatch.context() as patch:
        for name in ("collect", "assess", "_compare_rounds", "sensitivity"):
            patch.setattr(ScoredRounds, name, once(getattr(ScoredRounds, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def _plans_solved_once():
    """A plan is solved again only where its problem is another, also where many others were solved in between."""
    from capbuild.workspace.rounds import plans

    plans._solve_once = functools.lru_cache(maxsize=64)(plans._solve_once.__wrapped__)


def hash_folder(folder, within="", without=("out",)):
    """Return a digest of names and contents of all files below a folder, or below one of its folders, but some."""
    found = hashlib.sha256()
    for path in sorted((folder / within).rglob("*")):
        name = path.relative_to(folder)
        if name.parts[0] not in without and path.is_file():
            found.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.digest()


@pytest.fixture
def broken_plugin(tmp_path, monkeypatch):
    """Name of an installed plugin that fails on import."""
    place = tmp_path / "installed"
    metadata = place / "broken_on_purpose-1.0.dist-info"
    metadata.mkdir(parents=True)
    (place / "broken_on_purpose.py").write_text('raise RuntimeError("this plugin is broken on purpose")', "utf-8")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-on-purpose\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[capbuild]\nbroken-on-purpose = broken_on_purpose\n", "utf-8")
    monkeypatch.syspath_prepend(place)
    return "broken-on-purpose"


@pytest.fixture(scope="module")
def _chromium():
    """One browser a module: its event loop would be in the way of other tests. In CI its absence is a failure."""
    reason = "Playwright is not installed: uv sync --group browser"
    sync_playwright = pytest.importorskip("playwright.sync_api", reason=reason).sync_playwright

    from tools import browser

    place = browser.chromium()
    if place is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: .ci/run installs it")
        pytest.skip("no Chromium on this machine: install it, or set CAPBUILD_CHROMIUM")
    with sync_playwright() as play:
        driver = play.chromium.launch(executable_path=place, args=[*browser.FLAGS])
        yield driver
        driver.close()


@pytest.fixture
def browser(_chromium):
    """Opens pages in Chromium."""
    from tools.browser import Browser

    made = Browser(_chromium)
    yield made
    made.close()
