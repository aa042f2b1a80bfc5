"""The example plugin keeps the contracts of readers and writers."""

import capbuild_example

from capbuild.testing import ReaderConformance, Sample, WriterConformance


class TestLines(ReaderConformance):
    plugin = capbuild_example
    reader = "lines"
    samples = (Sample(name="a.answers", data=b"Jamaica | TEC-2.2a | yes\nBelize | TEC-2.2a | no\n"),)


class TestTabs(WriterConformance):
    plugin = capbuild_example
    writer = "tsv"
