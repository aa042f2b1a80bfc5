"""The writers of LimeSurvey surveys keep the writing contract."""

import csv
import io
import re
from html import unescape
from xml.etree import ElementTree

import capbuild_limesurvey

from capbuild.testing import WriterConformance


def shown(text):
    """What LimeSurvey shows of a text: it takes texts as HTML, and braces that touch a letter as expressions."""
    return unescape(re.sub(r"<[^>]*>", "", text))


class TestLss(WriterConformance):
    plugin = capbuild_limesurvey
    writer = "limesurvey"

    def visible(self, name, content):
        return "\n".join(shown(text) for text in ElementTree.fromstring(content).itertext())


class TestTab(WriterConformance):
    plugin = capbuild_limesurvey
    writer = "limesurvey-tab"

    def visible(self, name, content):
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        return "\n".join(shown(cell) for row in csv.reader(io.StringIO(text), delimiter="\t") for cell in row)
