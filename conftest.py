"""What all tests share, those of plugins too: where the corpus of real files lies, and where examples lie."""

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
