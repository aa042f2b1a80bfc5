"""Links of reports in Word documents."""

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.document import DocumentPart

from capbuild.reports import LinkTargets
from capbuild_docx.xml import w


class Links:
    """Links of a document to documents beside it and the web.

    Args:
        part: The part that holds relations to addresses outside.
        targets: Addresses of links.
    """

    def __init__(self, part: DocumentPart, targets: LinkTargets) -> None:
        self._part = part
        self._targets = targets

    def to(self, link: str, *content: BaseOxmlElement) -> list[BaseOxmlElement]:
        """Return content as a link, or unchanged if it leads nowhere."""
        address = self._targets(link)
        if not address:
            return list(content)
        element = w("hyperlink", *content)
        element.set(qn("r:id"), self._part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        return [element]
