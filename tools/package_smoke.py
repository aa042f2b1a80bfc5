"""Smoke test of an environment with installed wheels.

Installed parts work, and missing ones say how to get them.
"""

import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import capbuild as cb
from capbuild._doctor import diagnose
from capbuild.errors import CapbuildError
from capbuild.io.writing import render_files
from capbuild.plugins import Host
from capbuild.testing import invented_programme


def tried(name: str, subject: object, programme: object, host: Host) -> str:
    """Write something, and return what happened.

    A missing part must say how to get it.
    """
    try:
        files = render_files(subject, name, programme=programme, host=host)
    except (CapbuildError, ModuleNotFoundError) as error:
        # The sample has no publisher, which IATI insists on.
        if "pip install" in str(error) or name == "iati":
            return "asked for more"
        raise
    assert all(files.values()), name
    return "wrote"


def main() -> None:
    """Use everything that is installed.

    It reads, scores, runs a new programme and writes.
    """
    host = Host()
    found = diagnose(host=host)
    assert found.healthy, (found.plugins, found.checks)
    sample = invented_programme()
    assert cb.read(sample.survey, name="survey.csv", host=host).reconciliation.adds_up
    with TemporaryDirectory() as folder:
        cb.new_programme(Path(folder) / "programme", host.frameworks["police-cyber 1.0"])
        assert cb.run(cb.open_workspace(Path(folder) / "programme", host=host)).exit_code == 0
    subjects = (sample.baseline, sample.programme, sample.questionnaire, sample.catalogue)
    outcomes: dict[str, list[str]] = {"wrote": [], "asked for more": []}
    for name, writer in host.writers.items():
        subject = next((one for one in subjects if isinstance(one, writer.accepts)), None)
        if subject is not None:
            outcomes[tried(name, subject, sample.programme, host)].append(name)
    told = "; ".join(f"{what} {' '.join(names) or 'none'}" for what, names in outcomes.items())
    print(f"Python {sys.version.split()[0]}, attrs {version('attrs')}, numpy {version('numpy')}: {told}")


if __name__ == "__main__":
    main()
