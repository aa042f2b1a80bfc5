"""The writer of pages keeps the writing contract."""

from html.parser import HTMLParser

import capbuild_html

from capbuild.testing import WriterConformance


class Reader(HTMLParser):
    """Collects what a person reads: no styles, no scripts."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.said, self.hidden = [], 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("style", "script")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("style", "script")
        if tag in ("td", "th", "span", "li", "dt", "dd"):
            self.said.append(" ")  # cells and marks stand apart on a page

    def handle_data(self, data):
        if not self.hidden:
            self.said.append(data)


class TestHtml(WriterConformance):
    plugin = capbuild_html
    writer = "html"

    def visible(self, name, content):
        reader = Reader()
        reader.feed(content)
        return "".join(reader.said)


class TestHtmlForm(TestHtml):
    writer = "html-form"
    waived = {"states losses": "no reader takes a page: what is filled in on it comes back as answers"}
