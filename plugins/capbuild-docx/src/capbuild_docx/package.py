"""Pages, properties and bytes of a Word document."""

import datetime
import io
import zipfile
from pathlib import Path
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm

from capbuild.errors import WriteError
from capbuild_docx.styles import Styles
from capbuild_docx.tables import PAGE
from capbuild_docx.xml import clean, paragraph, w

#: The earliest time that a zip archive can name.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def open_template(template: str) -> Document:
    """Return a document with a template's styles and content.

    The default template, used for an empty path, has no content.

    Raises:
        WriteError: The template cannot be read.
    """
    try:
        return docx.Document(template or None)
    except (OSError, PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise WriteError(
            f"the template {Path(template).name} cannot be read", remedy="use a .docx file (not .dotx, not .doc)"
        ) from error


def describe(document: Document, words: tuple[str, str, str], language: str, date: datetime.date) -> None:
    """Set language and properties, without clock times.

    Args:
        document: The document.
        words: Title, subject and comment.
        language: BCP 47 tag of its language.
        date: Date of making and change.
    """
    properties = document.core_properties
    properties.title, properties.subject, properties.comments = (clean(text)[:255] for text in words)
    properties.author = properties.last_modified_by = "capbuild"
    properties.language = clean(language)
    properties.revision = 1
    properties.created = properties.modified = datetime.datetime.combine(date, datetime.time())
    for defaults in document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr"):
        for old in defaults.findall(qn("w:lang")):
            defaults.remove(old)
        defaults.append(w("lang", val=language))


def save_document(document: Document) -> bytes:
    """Return the bytes of a document, the same each time."""
    buffer = io.BytesIO()
    document.save(buffer)
    return _remove_times(buffer.getvalue())


def _remove_times(data: bytes) -> bytes:
    """Return a zip archive with fixed times."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, date_time=_EPOCH)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            target.writestr(member, source.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def set_page(document: Document, *, close: bool = False) -> None:
    """Make the pages A4 with the report's margins.

    Args:
        document: The document.
        close: Whether there is less room above and below, for a report of one page.
    """
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(17)
    section.top_margin, section.bottom_margin = (Mm(17), Mm(14)) if close else (Mm(24), Mm(20))
    section.header_distance, section.footer_distance = (Mm(8), Mm(7)) if close else (Mm(11), Mm(9))


def set_margins(
    document: Document, header: list[BaseOxmlElement], footer: list[BaseOxmlElement], styles: Styles
) -> None:
    """Add a line to the first section's header and footer."""
    section = document.sections[0]
    for part, content in ((section.header, header), (section.footer, footer)):
        part.is_linked_to_previous = False
        _add(part._element, _make_line(content, styles))


def _make_line(content: list[BaseOxmlElement], styles: Styles) -> BaseOxmlElement:
    tabs = w("tabs", w("tab", val="right", pos=PAGE))
    return paragraph(styles("margin"), *content, before=(tabs,))


def _add(part: BaseOxmlElement, line: BaseOxmlElement) -> None:
    """Add a line at the end.

    A part that has only an empty paragraph gets the line in its place.
    """
    paragraphs = part.findall(qn("w:p"))
    if len(paragraphs) == 1 and not paragraphs[0].findall(qn("w:r")):
        part.replace(paragraphs[0], line)
    else:
        part.append(line)
