"""The writers of SDMX keep the writing contract."""

from xml.etree import ElementTree

import capbuild_sdmx

from capbuild.testing import WriterConformance


class TestCsv(WriterConformance):
    plugin = capbuild_sdmx
    writer = "sdmx-csv"

    def visible(self, name, content):
        if not name.endswith(".xml"):
            return super().visible(name, content)
        nodes = ElementTree.fromstring(content).iter()
        return "\n".join(text for node in nodes for text in (node.text or "", *node.attrib.values()))


class TestMl(TestCsv):
    writer = "sdmx-ml"
