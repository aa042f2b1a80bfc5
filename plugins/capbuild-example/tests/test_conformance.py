"""The reader of lines keeps the reading contract."""

import capbuild_example

from capbuild.testing import ReaderConformance, Sample


class TestLines(ReaderConformance):
    plugin = capbuild_example
    reader = "lines"
    samples = (
        Sample(name="a.answers", data="Jamaica | TEC-2.2a | yes\n\nPerú | Q 2 | sí\n".encode(), responses=2),
        Sample(name="b.answers", data=b"Jamaica;Q1;3", options={"separator": ";"}, responses=1),
    )

    def text_at(self, sample, origin):
        line = sample.content.decode().splitlines()[origin.row - 1]
        return line.split(sample.options.get("separator", "|"))[2]
