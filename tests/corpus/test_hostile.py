"""Hostile files end in a `ReadError` or in issues, in a process that may not take more than its share.

What is asserted is how the process ends. Its limits are the operating system's: 500 MB beyond what the library itself
needs, and 2 seconds of processor time beyond starting it.
"""

import resource
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.corpus

MEMORY, SECONDS = 500 * 1024 * 1024, 2
HOSTILE = {
    "deep.json": {"CB101"},
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
CODE = """
    import resource, sys
    from capbuild.errors import ReadError
    from capbuild.io import read
    from capbuild.plugins import Host
    path, name, memory, seconds = sys.argv[1], sys.argv[2] or None, int(sys.argv[3]), int(sys.argv[4])
    host = Host(block=frozenset({"capbuild-broken"}))
    read(b"country,Q1\\nPeru,3\\n", name="warm.csv", host=host)
    with open("/proc/self/statm") as statm:
        used = int(statm.read().split()[0]) * resource.getpagesize()
    spent = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent) + 1 + seconds, int(spent) + 2 + seconds))
    try:
        reading = read(path, format=name, host=host)
        print("read" if reading.reconciliation.adds_up else "does not add up")
    except ReadError as error:
        print(error.code)
"""


def ended(path, reader=""):
    """Read a file in a process of its own; return what it said, or how it died."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CODE), str(path), reader, str(MEMORY), str(SECONDS)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() if done.returncode == 0 else f"exit {done.returncode}: {done.stderr[-400:]}"


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_AS") or sys.platform != "linux", reason="needs /proc and RLIMIT_AS")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_an_error_or_in_issues(formats, name):
    path = formats / "synthetic" / "hostile" / name
    assert ended(path) in HOSTILE[name]
    forced = ended(path, FORCED[path.suffix])
    assert forced == "read" or (len(forced) < 8 and forced.isupper()), forced


def test_these_are_all_the_hostile_files(formats):
    assert {path.name for path in (formats / "synthetic" / "hostile").iterdir()} == set(HOSTILE)
