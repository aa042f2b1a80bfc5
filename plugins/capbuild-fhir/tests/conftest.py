"""What tests share: how a sample is read. The samples are an invented Questionnaire and invented answers to it."""

import json
from pathlib import Path

import capbuild_fhir
import pytest
from attrs import frozen

from capbuild.io.companions import prepare_options
from capbuild.model import Issue, Questionnaire, Response, SheetReconciliation
from capbuild.plugins import InputFile, ReadLimits

(READER,) = capbuild_fhir.register_readers()
SAMPLES = Path(__file__).parent / "samples"


def load(name):
    return json.loads((SAMPLES / name).read_bytes())


@frozen
class Read:
    """What came out of a file, by kind."""

    form: Questionnaire
    responses: list
    issues: list
    account: SheetReconciliation

    @property
    def codes(self):
        return [issue.code for issue in self.issues]

    def answers(self, index=0):
        return {(a.question, a.repeat) if a.repeat else a.question: a.value for a in self.responses[index]}


def read(data, name="a.json", limits=None, **given):
    data = json.dumps(data).encode() if isinstance(data, dict) else data
    source = InputFile(name, data=data.encode() if isinstance(data, str) else data, limits=limits or ReadLimits())
    prepared = prepare_options(READER, given, source)
    items = [*prepared.issues, *READER.read(source, prepared.options)]
    (form,) = [item for item in items if isinstance(item, Questionnaire)]
    (account,) = [item for item in items if isinstance(item, SheetReconciliation)]
    responses = [item for item in items if isinstance(item, Response)]
    assert account.adds_up
    return Read(form, responses, [item for item in items if isinstance(item, Issue)], account)


@pytest.fixture(name="read", scope="session")
def read_fixture():
    return read


@pytest.fixture(scope="session")
def made():
    """The Questionnaire, its responses, a Bundle of them, and the Questionnaire as a file."""
    bundle = load("bundle.json")
    responses = [entry["resource"] for entry in bundle["entry"][1:]]
    definition = (SAMPLES / "needs.json").read_bytes()
    return {"form": json.loads(definition), "responses": responses, "bundle": bundle, "definition": definition}


@pytest.fixture(scope="session")
def in_xml():
    """The Questionnaire and the first response in XML."""
    return {kind: (SAMPLES / name).read_text("utf-8") for kind, name in
            {"form": "needs.xml", "response": "response.xml"}.items()}  # fmt: skip
