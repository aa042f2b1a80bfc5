"""The reader of SurveyJS keeps the reading contract, on invented samples."""

from pathlib import Path

import capbuild_surveyjs

from capbuild.plugins import Confidence, ReadLimits
from capbuild.testing import ReaderConformance, Sample
from capbuild.testing.conformance.reader import ALIENS

SAMPLES = Path(__file__).parent / "samples"
#: A document of the library itself, which has questions with types too.
OWN = b'{"capbuild": "1", "kind": "questionnaire", "questions": [{"type": "text", "name": "q"}]}'
OTHERS = {**{name: data for name, data in ALIENS.items() if name != "survey.json"}, "own.json": OWN}
NEEDS, RESPONSES = ((SAMPLES / name).read_bytes() for name in ("needs.json", "needs_responses.json"))
DEFINED = {"options": {"definition": NEEDS}, "personal": ("contact",)}
NESTED = (ReadLimits(nesting=2),)

#: What SurveyJS shows where a definition has no texts.
OWN_TEXTS = ("None", "Other", "Don't know")
#: What is read of each sample, checked once.
GOLDEN = Path(__file__).parent / "golden"


class TestDefinition(ReaderConformance):
    plugin = capbuild_surveyjs
    golden = GOLDEN
    own_texts = OWN_TEXTS
    reader = "surveyjs"
    aliens = OTHERS
    samples = (Sample(name="needs.json", data=NEEDS, responses=0, limits=NESTED),)


class TestResponses(ReaderConformance):
    golden = GOLDEN
    unread = {"valueName": "under a key that no response has, nobody answered"}
    plugin = capbuild_surveyjs
    own_texts = OWN_TEXTS
    uses = {"files": "responses have no mark of SurveyJS: they are claimed by the definition beside them"}
    reader = "surveyjs"
    aliens = OTHERS
    samples = (
        Sample(name="defined.json", data=RESPONSES, responses=3, limits=NESTED, **DEFINED),
        Sample(name="service.json", data=b'{"Data": ' + RESPONSES + b"}", responses=3, **DEFINED),
        Sample(name="one.json", data=b'{"country": "JM", "law": true}', responses=1),
    )

    def test_claims_its_own(self, tmp_path):
        """Responses have no mark of SurveyJS: they are claimed by the definition beside them."""
        reader = self.descriptor
        assert all(reader.sniff(sample.source()) is None for sample in self.samples)
        (tmp_path / "needs.json").write_bytes(NEEDS)
        (tmp_path / "needs_responses.json").write_bytes(RESPONSES)
        source = self.samples[0].source()
        beside = type(source)("needs_responses.json", path=tmp_path / "needs_responses.json")
        assert reader.sniff(beside).confidence is Confidence.SHAPE


class TestDraft(TestResponses):
    infers = True  # without a definition, the question for the country is found by all answers
    samples = (Sample(name="draft.json", data=RESPONSES, responses=3, limits=NESTED),)
