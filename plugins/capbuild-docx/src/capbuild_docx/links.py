"""Links of reports in Word documents."""

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.document import DocumentPart

from capbuild.reports import is_web_address
from capbuild_docx.xml import w

__all__ = ["Links"]


class Links:
    """Bookmarks of a document, and links to these and the web.

    Args:
        part: The part that holds relations to addresses outside.
        pages: Ids of the reports in the document.
    """

    def __init__(self, part: DocumentPart, pages: tuple[str, ...]) -> None:
        self._part = part
        self._names = {page: f"page_{number}" for number, page in enumerate(pages, start=1)}
        self._count = 0

    def page(self, report: str) -> str:
        """Return the name of the bookmark of a report."""
        return self._names[report]

    def bookmark(self, name: str, *content: BaseOxmlElement) -> list[BaseOxmlElement]:
        """Return content with a bookmark round it."""
        self._count += 1
        start = w("bookmarkStart", id=self._count, name=name)
        return [start, *content, w("bookmarkEnd", id=self._count)]

    def to(self, link: str, *content: BaseOxmlElement) -> list[BaseOxmlElement]:
        """Return content as a link, or unchanged if not allowed."""
        if link.startswith("#") and link[1:] in self._names:
            return [self.inside(self._names[link[1:]], *content)]
        if not is_web_address(link):
            return list(content)
        element = w("hyperlink", *content)
        element.set(qn("r:id"), self._part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        return [element]

    def inside(self, name: str, *content: BaseOxmlElement) -> BaseOxmlElement:
        """Return a link to a bookmark."""
        return w("hyperlink", *content, anchor=name, history="1")
