"""What stands on every page: the label and the notice above, the disclaimer and the page number below."""

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm

from capbuild.reports import Report
from capbuild_docx.look import TLP
from capbuild_docx.styles import Styles
from capbuild_docx.tables import PAGE
from capbuild_docx.xml import field, paragraph, run, w

__all__ = ["set_margins", "set_page"]


def set_page(document: Document) -> None:
    """Make the pages A4 with the margins of the report's design."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(17)
    section.top_margin, section.bottom_margin = Mm(24), Mm(20)
    section.header_distance, section.footer_distance = Mm(11), Mm(9)


def set_margins(document: Document, report: Report, styles: Styles) -> None:
    """Add header and footer below what a template has there."""
    running = report.words.get("invented.running", report.invented) if report.invented else ""
    label = []
    if report.tlp:
        black = w("shd", val="clear", color="auto", fill="000000")
        label = [run(f" {report.tlp} ", bold=True, colour=TLP.get(report.tlp, "FFFFFF"), shading=black)]
    foot = ". ".join(part.rstrip(".") for part in (report.title, report.disclaimer) if part)
    number = [*field("PAGE"), run(" / "), *field("NUMPAGES")]
    header = [run(running, style=styles("invented")), w("r", w("tab")), *label]
    footer = [run(f"{foot}. {report.provenance}"), w("r", w("tab")), *number]
    for section in document.sections:
        for part, content in ((section.header, header), (section.footer, footer)):
            part.is_linked_to_previous = False
            _add(part._element, _line(content, styles))
        break


def _line(content: list[BaseOxmlElement], styles: Styles) -> BaseOxmlElement:
    tabs = w("tabs", w("tab", val="right", pos=PAGE))
    return paragraph(styles("margin"), *content, before=(tabs,))


def _add(part: BaseOxmlElement, line: BaseOxmlElement) -> None:
    """Put a line at the end; an empty first paragraph makes place for it."""
    found = part.findall(qn("w:p"))
    if len(found) == 1 and not found[0].findall(qn("w:r")):
        part.replace(found[0], line)
    else:
        part.append(line)
