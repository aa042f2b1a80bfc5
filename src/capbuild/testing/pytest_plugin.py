"""pytest plugin `capbuild`: one option and a few fixtures.

It imports only pytest until a fixture is used. `pytest -p no:capbuild` disables it.
"""

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from capbuild.model import Survey
    from capbuild.plugins import Host
    from capbuild.testing.sample_programme import InventedProgramme


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--golden-update`."""
    group = parser.getgroup("capbuild")
    group.addoption("--golden-update", action="store_true", help="write golden files instead of comparing with them")


def pytest_configure(config: pytest.Config) -> None:
    """Pass the option `--golden-update` to `check_golden`.

    Raises:
        pytest.UsageError: It is used in continuous integration.
    """
    if not config.getoption("golden_update"):
        return
    if os.environ.get("CI"):
        raise pytest.UsageError("--golden-update is refused in CI: golden files are made and read by a person")
    os.environ["CAPBUILD_GOLDEN_UPDATE"] = "1"
    config.add_cleanup(_forget)


def _forget() -> None:
    os.environ.pop("CAPBUILD_GOLDEN_UPDATE", None)


@pytest.fixture(scope="session")
def capbuild_host() -> "Host":
    """Host with built-in plugins only."""
    from capbuild.plugins import Host

    return Host(discover=False)


@pytest.fixture(scope="session")
def capbuild_programme() -> "InventedProgramme":
    """Provide an invented programme in memory.

    It has a framework, questionnaire, catalogue and assessments.
    """
    from capbuild.testing.sample_programme import invented_programme

    return invented_programme()


@pytest.fixture(scope="session")
def capbuild_survey(capbuild_host: "Host", capbuild_programme: "InventedProgramme") -> "Survey":
    """Provide the survey of `capbuild_programme`, read from memory."""
    from capbuild.io import read

    return read(capbuild_programme.survey, name="survey.csv", host=capbuild_host)
