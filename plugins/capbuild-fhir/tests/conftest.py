"""What tests share: how a sample is read. The samples are an invented Questionnaire and invented answers to it."""

import json
from pathlib import Path

import capbuild_fhir
import pytest

from capbuild.testing import read_items

(READER,) = capbuild_fhir.register_readers()
SAMPLES = Path(__file__).parent / "samples"


def load(name):
    return json.loads((SAMPLES / name).read_bytes())


def read(data, name="a.json", **given):
    return read_items(READER, json.dumps(data) if isinstance(data, dict) else data, name, **given)


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
