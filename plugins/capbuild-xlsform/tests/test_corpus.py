"""No answer of the real submissions is lost, and what is hostile ends in an error; facts are compared elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from capbuild.errors import CODES, ReadError
from capbuild.formats import load_xml
from capbuild.io import read
from capbuild.plugins import InputFile

pytestmark = pytest.mark.corpus

OWN = ("xlsform", "odk-xform-xml", "kobo-odk-submissions")
MINE = {"xlsform", "odk-xform", "kobo-csv", "kobo-xlsx", "kobo-json", "openrosa-xml"}
#: Files of these folders that are not of these formats: SPSS files belong to the reader of SPSS files.
OTHERS = (".sav",)


@pytest.fixture(scope="module")
def expected(corpus: Path) -> dict[str, Any]:
    return json.loads((corpus / "expected.json").read_text(encoding="utf-8"))["files"]


def _own_files(expected: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, entry) for path, entry in expected.items() if entry["format"] in OWN and not path.endswith(OTHERS)]


def test_a_template_with_an_undeclared_prefix_is_refused(expected, corpus, host):
    path = next(path for path, entry in expected.items() if entry["format"] in OWN and "tool_error" in entry["facts"])
    with pytest.raises(ReadError, match="not well-formed"):
        read(corpus / path, host=host)


def test_no_answer_is_lost(expected, corpus, host):
    """Every text that an instance stores is in an answer, in a missing's raw text, or in the response itself."""
    for path, _ in _own_files(expected):
        if "openrosa_xml/" not in path or path.endswith("/submission.xml"):
            continue
        source = InputFile(path, path=corpus / path)
        response = read(source, host=host).responses[0]
        known = {str(part) for a in response for part in (a.value if isinstance(a.value, tuple) else (a.value, a.raw))}
        known |= {a.raw or "" for a in response} | {response.id, f"uuid:{response.id}"}
        for element in load_xml(source).iter():
            text = (element.text or "").strip()
            if text and len(element) == 0:
                shown = any(text == one or text in one for one in known) or _same(text, response)
                assert shown, (path, element.tag, text)


def _same(text: str, response: Any) -> bool:
    numbers = [part for a in response for part in (str(a.value),)]
    return any(text.split(" ")[0].rstrip("0").rstrip(".") in number for number in numbers)


def test_the_hostile_files_end_in_an_error_or_in_issues(corpus, host):
    refused: set[str] = set()
    for path in sorted((corpus / "synthetic" / "hostile").iterdir()):
        for reader in sorted(MINE):
            try:
                found = read(path, format=reader, host=host)
            except ReadError as error:
                refused.add(error.code)
                continue
            assert found.reconciliation.adds_up
            assert not any(len(str(answer.value)) > 10_000 for response in found.responses for answer in response)
    assert {"CB118", "CB128"} <= refused  # too deep, and entities
    assert refused <= {*CODES, "XF100", "XF111"}
