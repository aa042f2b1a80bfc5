"""One content makes one file: in another process, with another hash seed, another clock, another time zone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "americas-2015"
SCRIPT = """
import hashlib, json, sys
from attrs import evolve
import capbuild as cb
from capbuild.frameworks import survey_questionnaire
from capbuild.io.writing import render_files
workspace = cb.open_workspace(sys.argv[1])
baseline = workspace.assess("baseline")
few = evolve(baseline, assessments=baseline.assessments[:4])
def digest(subject, name, **values):
    made = render_files(subject, name, programme=workspace.programme, **values)
    parts = [(key, text.encode() if isinstance(text, str) else text) for key, text in sorted(made.items())]
    return hashlib.sha256(b"".join(key.encode() + text for key, text in parts)).hexdigest()
found = {name: digest(few, name) for name in sys.argv[2].split()}
found["iati"] = digest(workspace.programme, "iati", options={"reference": "XM-DAC-1"})
found["xlsx-form"] = digest(few.framework, "xlsx-form")
found["docx-form"] = digest(survey_questionnaire(few.framework), "docx-form")
print(json.dumps(found))
"""
NAMES = "html pdf xlsx csv json md sqlite parquet arrow sdmx-csv sdmx-ml docx"


def _made(seed: str, zone: str) -> dict[str, str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(EXAMPLE), NAMES],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def twice() -> tuple[dict[str, str], dict[str, str]]:
    return _made("1", "UTC"), _made("4242", "Pacific/Kiritimati")


@pytest.mark.parametrize("name", [*NAMES.split(), "iati", "xlsx-form", "docx-form"])
def test_the_same_bytes(name, twice):
    first, second = twice
    assert first[name] == second[name]
