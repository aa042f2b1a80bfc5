"""Hostile files end in a `ReadError` or in issues, in a process that may not take more than its share.

What is asserted is how the process ends. Its limits are the operating system's: 500 MB beyond what the library itself
needs, and 2 seconds of processor time beyond starting it.
"""

import json
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.corpus

MEMORY, SECONDS = 500 * 1024 * 1024, 2
HOSTILE = {
    "deep.json": {"CB118"},
    "entity_expansion.xml": {"CB101"},
    "external_entity.xml": {"CB101"},
    "lsa_path_traversal.lsa": {"CB112"},
    "xlsx_entity_expansion.xlsx": {"CB112"},
    "xlsx_external_entity.xlsx": {"CB112"},
    "xlsx_far_cell.xlsx": {"read"},
    "xlsx_wrong_dimension.xlsx": {"read"},
    "xlsx_zip_bomb_200MB.xlsx": {"CB112"},
    "yaml_alias_bomb.yaml": {"CB101"},
}
#: The readers that would parse what a file pretends to be, asked by name.
FORCED = {".json": "kobo-json", ".xml": "openrosa-xml", ".lsa": "limesurvey", ".xlsx": "sheets", ".yaml": "csv"}
#: Starts the library once, and forks for each file: every reading has a process with limits of its own.
CODE = """
    import json, os, resource, sys, tempfile, traceback
    from capbuild.errors import ReadError
    from capbuild.io import read
    from capbuild.plugins import Host
    host = Host()
    read(b"country,Q1\\nPeru,3\\n", name="warm.csv", host=host)

    def limited(path, name, memory, seconds):
        with open("/proc/self/statm") as statm:
            used = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 2))  # one for what loads at first use
        try:
            reading = read(path, format=name or None, host=host)
            print("read" if reading.reconciliation.adds_up else "does not add up")
        except ReadError as error:
            print(error.code)

    for arguments in json.load(sys.stdin):
        with tempfile.TemporaryFile() as said:
            child = os.fork()
            if not child:
                os.dup2(said.fileno(), 1), os.dup2(said.fileno(), 2)
                try:
                    limited(*arguments)
                    sys.stdout.flush()
                    os._exit(0)
                except BaseException:
                    traceback.print_exc()
                    os._exit(1)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            said.seek(0)
            text = said.read().decode()
        print(json.dumps(text.strip() if status == 0 else f"exit {status}: {text[-400:]}"), flush=True)
"""


@pytest.fixture(scope="module")
def endings(formats):
    """What the reading of each file said, or how it died: as it is recognised, and by the reader that is asked for."""
    folder = formats / "synthetic" / "hostile"
    cases = [(name, reader) for name in HOSTILE for reader in ("", FORCED[Path(name).suffix])]
    asked = [(str(folder / name), reader, MEMORY, SECONDS) for name, reader in cases]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CODE)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-400:]
    return dict(zip(cases, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_AS") or sys.platform != "linux", reason="needs /proc and RLIMIT_AS")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_an_error_or_in_issues(endings, name):
    assert endings[name, ""] in HOSTILE[name]
    forced = endings[name, FORCED[Path(name).suffix]]
    assert forced == "read" or (len(forced) < 8 and forced.isupper()), forced


def test_these_are_all_the_hostile_files(formats):
    assert {path.name for path in (formats / "synthetic" / "hostile").iterdir()} == set(HOSTILE)
