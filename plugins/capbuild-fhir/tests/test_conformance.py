"""The reader of FHIR keeps the reading contract, on invented samples."""

import re
from pathlib import Path

import capbuild_fhir

from capbuild.plugins import ReadLimits
from capbuild.testing import ReaderConformance, Sample
from capbuild.testing.conformance.reader import ALIENS

SAMPLES = Path(__file__).parent / "samples"
OTHERS = {name: data for name, data in ALIENS.items() if name != "patients.json"}
NESTED = (ReadLimits(nesting=2),)
DEFINED = {"options": {"definition": (SAMPLES / "needs.json").read_bytes()}, "personal": ("email",)}

#: A display beside a code says the same again, and is read where the code is blank.
DISPLAYS = re.compile(
    rb'(?<="code": "y"),\s*"display": "Yes"(?=\s*\},\s*"item")|\s*<display value="Yes"/>(?=\s*</valueC)'
)
UNREAD = {
    "resource.status": "whether a Questionnaire is a draft does not matter; whether a response is does",
    "an element more": "a resource may have elements that are not read, such as extensions",
    "resourceType": "other resources of a bundle are not read",
    "_valueInteger": "an extension that is not known is not read",
    "repeats": "it matters for groups and choices; another question takes any number of answers",
}


def sample(name, file, responses, **more):
    data = DISPLAYS.sub(b"", (SAMPLES / file).read_bytes())
    return Sample(name=name, data=data, responses=responses, limits=NESTED, **more)


#: What is read of each sample, checked once.
GOLDEN = Path(__file__).parent / "golden"


class TestJson(ReaderConformance):
    plugin = capbuild_fhir
    golden = GOLDEN
    reader = "fhir"
    unread = UNREAD
    aliens = OTHERS
    samples = (
        sample("defined.json", "response.json", 1, **DEFINED),
        sample("bundle.json", "bundle.json", 2, personal=("email",)),
        sample("draft.json", "response.json", 1),
        sample("needs.json", "needs.json", 0),
        sample("scale.json", "scale.json", 2),
    )


class TestXml(ReaderConformance):
    plugin = capbuild_fhir
    golden = GOLDEN
    reader = "fhir"
    unread = UNREAD
    aliens = OTHERS
    samples = (
        sample("defined.xml", "response.xml", 1, **DEFINED),
        sample("draft.xml", "response.xml", 1),
        sample("needs.xml", "needs.xml", 0),
    )
