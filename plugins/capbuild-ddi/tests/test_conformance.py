"""The reader of DDI keeps the reading contract, on invented samples."""

from pathlib import Path

import capbuild_ddi

from capbuild.plugins import ReadLimits
from capbuild.testing import ReaderConformance, Sample
from capbuild.testing.conformance.reader import ALIENS

SAMPLES = Path(__file__).parent / "samples"
CODEBOOK, LIFECYCLE = ((SAMPLES / name).read_bytes() for name in ("codebook.xml", "lifecycle.xml"))
KNOWN = {"responses": 0, "limits": (ReadLimits(nesting=2), ReadLimits(cells=5))}
#: What is read of each sample, checked once.
GOLDEN = Path(__file__).parent / "golden"


class TestDdi(ReaderConformance):
    plugin = capbuild_ddi
    golden = GOLDEN
    reader = "ddi"
    unread = {"intrvl": "it matters for a variable with categories, unless its question takes several of them"}
    aliens = {name: data for name, data in ALIENS.items() if name != "codebook.xml"}
    samples = (
        Sample(name="codebook.xml", data=CODEBOOK, **KNOWN),
        Sample(name="bare.xml", data=CODEBOOK.replace(b' xmlns="ddi:codebook:2_5"', b""), **KNOWN),
        Sample(name="lifecycle.xml", data=LIFECYCLE, **KNOWN),
    )
