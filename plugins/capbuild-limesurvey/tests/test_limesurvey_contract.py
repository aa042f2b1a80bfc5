"""The writers of LimeSurvey surveys keep the writing contract."""

import csv
import io
import re
import zipfile
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


class TestArchive(WriterConformance):
    plugin = capbuild_limesurvey
    writer = "limesurvey-archive"

    def visible(self, name, content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(
                text if name.endswith(".lsr") else shown(text)  # answers are no HTML
                for name in archive.namelist()
                for text in ElementTree.fromstring(archive.read(name)).itertext()
            )


class TestVv(WriterConformance):
    plugin = capbuild_limesurvey
    writer = "limesurvey-vv"

    def visible(self, name, content):
        marks = {"{quote}": '"', "{tab}": "\t", "{cr}": "\r", "{newline}": "\n", "{rbrace}": "}", "{lbrace}": "{"}
        text = content.decode()
        for mark, plain in marks.items():
            text = text.replace(mark, plain)
        return text


class TestTab(WriterConformance):
    plugin = capbuild_limesurvey
    writer = "limesurvey-tab"

    def visible(self, name, content):
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        return "\n".join(shown(cell) for row in csv.reader(io.StringIO(text), delimiter="\t") for cell in row)
