"""The reader of REDCap keeps the reading contract, on invented samples."""

from pathlib import Path

import capbuild_redcap

from capbuild.plugins import ReadLimits
from capbuild.testing import ReaderConformance, Sample
from capbuild.testing.conformance.reader import ALIENS

SAMPLES = Path(__file__).parent / "samples"
OTHERS = {name: data for name, data in ALIENS.items() if name != "dictionary.csv"}
ONE_CELL = (ReadLimits(cells=1),)
DEFINED = {"options": {"definition": (SAMPLES / "dictionary.csv").read_bytes()}, "personal": ("contact",)}


def sample(name, file, responses, limits=ONE_CELL, **more):
    return Sample(name=name, data=(SAMPLES / file).read_bytes(), responses=responses, limits=limits, **more)


#: What REDCap calls the states of a form.
STATES = ("Incomplete", "Unverified", "Complete")
#: What is read of each sample, checked once.
GOLDEN = Path(__file__).parent / "golden"


class TestRecords(ReaderConformance):
    plugin = capbuild_redcap
    golden = GOLDEN
    own_texts = STATES
    reader = "redcap"
    aliens = OTHERS
    samples = (
        sample("raw.csv", "records.csv", 3, **DEFINED),
        sample("raw_draft.csv", "records.csv", 3),
        sample("labelled.csv", "labelled.csv", 3, **DEFINED),
        sample("labelled_draft.csv", "labelled.csv", 3),
    )


class TestDictionary(ReaderConformance):
    plugin = capbuild_redcap
    golden = GOLDEN
    reader = "redcap"
    aliens = OTHERS
    samples = (sample("dictionary.csv", "dictionary.csv", 0),)


class TestProject(ReaderConformance):
    plugin = capbuild_redcap
    golden = GOLDEN
    own_texts = STATES
    unread = {
        **dict.fromkeys(("@redcap:Variable", "@redcap:FieldType"), "the state of a form is known by its OID"),
        "an element more": "ODM may have elements that are not read, such as signatures",
        "@FormRepeatKey": "a key that is no number is that of a form that does not repeat",
    }
    reader = "redcap"
    aliens = OTHERS
    samples = (sample("project.xml", "project.xml", 3, limits=(ReadLimits(nesting=3), ReadLimits(cells=5))),)
