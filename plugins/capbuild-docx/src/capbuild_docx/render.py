"""From a report to a Word document."""

import datetime
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import BadZipFile

import docx
from attrs import evolve
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from capbuild.errors import WriteError
from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import File, RenderContext
from capbuild.reports import Report, build
from capbuild_docx.archive import without_clock
from capbuild_docx.cells import Pen
from capbuild_docx.links import Links
from capbuild_docx.margins import set_margins, set_page
from capbuild_docx.numbering import number_headings
from capbuild_docx.options import DocxOptions
from capbuild_docx.story import Story
from capbuild_docx.styles import make_styles
from capbuild_docx.xml import clean, w

__all__ = ["DocxOptions", "render_report", "write"]


def write(
    subject: AssessmentSet | Assessment, context: RenderContext, options: DocxOptions
) -> Iterable[bytes] | Iterable[File]:
    """Yield one document as bytes, or with `single=False` the files of a set.

    Raises:
        WriteError: The disclosure policy refuses the report (code CB703), or the template cannot be read.
    """
    report = build(subject, context)
    one = not report.profiles
    shown = report if options.evidence else report.without_evidence()
    # A region says nothing of it: none of its writers prints the evidence of all countries by itself.
    note = report.words["evidence.elsewhere"] if one and shown.sections != report.sections else ""
    date = subject.round.reference_date
    if options.single or one:
        return [render_report(shown, date, options, note)]
    return _files(shown, date, options)


def _files(report: Report, date: datetime.date, options: DocxOptions) -> Iterator[File]:
    """One file for the region and one a country."""
    yield File("regional.docx", [render_report(evolve(report, profiles=()), date, options)])
    for profile in report.profiles:
        yield File(f"countries/{profile.id}.docx", [render_report(profile, date, options)])


def render_report(report: Report, date: datetime.date, options: DocxOptions, note: str = "") -> bytes:
    """Return a report as a document; the same report gives the same bytes.

    Args:
        report: The report.
        date: Date in the document's properties: the day that the report speaks of, not the day of writing.
        options: Options of the writer.
        note: Said at the end; empty for nothing.

    Raises:
        WriteError: The template cannot be read.
    """
    document = _open(options.template)
    own = bool(options.template)
    styles = make_styles(document, own)
    if not own:
        set_page(document)
        if report.numbered:
            number_headings(document, styles)
    set_margins(document, report, styles)
    pages = (report.id, *(profile.id for profile in report.profiles))
    story = Story(pen=Pen(styles=styles, links=Links(document.part, pages), language=report.language))
    body = document.element.body
    end = body.find(qn("w:sectPr"))
    for element in list(body):
        if element is not end:
            body.remove(element)
    at = len(body) - (end is not None)
    body[at:at] = [*story.report(report), *story.end(note)]
    _describe(document, report, date)
    made = io.BytesIO()
    document.save(made)
    return without_clock(made.getvalue())


def _open(template: str) -> Document:
    try:
        return docx.Document(template or None)
    except (OSError, PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise WriteError(
            f"the template {Path(template).name} cannot be read", remedy="use a .docx file (not .dotx, not .doc)"
        ) from error


def _describe(document: Document, report: Report, date: datetime.date) -> None:
    """Set language and properties; none of them comes from a clock."""
    properties = document.core_properties
    properties.title = clean(report.title)[:255]
    properties.subject = clean(report.label)[:255]
    properties.author = properties.last_modified_by = "capbuild"
    properties.comments = clean(report.provenance)[:255]
    properties.language = report.language
    properties.revision = 1
    properties.created = properties.modified = datetime.datetime.combine(date, datetime.time())
    for defaults in document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr"):
        for old in defaults.findall(qn("w:lang")):
            defaults.remove(old)
        defaults.append(w("lang", val=report.language))
