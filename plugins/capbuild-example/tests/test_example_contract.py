"""The example plugin keeps the contracts of readers and writers."""

from pathlib import Path

import capbuild_example

from capbuild.testing import ReaderConformance, Sample, WriterConformance

GOLDEN = Path(__file__).parent / "golden"


class TestLines(ReaderConformance):
    plugin = capbuild_example
    golden = GOLDEN
    reader = "lines"
    samples = (Sample(name="a.answers", data=b"Jamaica | TEC-2.2a | yes\nBelize | TEC-2.2a | no\n"),)


class TestTabs(WriterConformance):
    plugin = capbuild_example
    golden = GOLDEN
    writer = "tsv"
