"""The reader of FHIR keeps the reading contract, on invented samples."""

from pathlib import Path

import capbuild_fhir

from capbuild.plugins import ReadLimits
from capbuild.testing import ReaderConformance, Sample
from capbuild.testing.conformance.reader import ALIENS

SAMPLES = Path(__file__).parent / "samples"
OTHERS = {name: data for name, data in ALIENS.items() if name != "patients.json"}
NESTED = (ReadLimits(nesting=2),)
DEFINED = {"options": {"definition": (SAMPLES / "needs.json").read_bytes()}, "personal": ("email",)}


def sample(name, file, responses, **more):
    return Sample(name=name, data=(SAMPLES / file).read_bytes(), responses=responses, limits=NESTED, **more)


class TestJson(ReaderConformance):
    plugin = capbuild_fhir
    reader = "fhir"
    aliens = OTHERS
    samples = (
        sample("defined.json", "response.json", 1, **DEFINED),
        sample("bundle.json", "bundle.json", 2, personal=("email",)),
        sample("draft.json", "response.json", 1),
        sample("needs.json", "needs.json", 0),
    )


class TestXml(ReaderConformance):
    plugin = capbuild_fhir
    reader = "fhir"
    aliens = OTHERS
    samples = (
        sample("defined.xml", "response.xml", 1, **DEFINED),
        sample("draft.xml", "response.xml", 1),
        sample("needs.xml", "needs.xml", 0),
    )
