"""From a report to a Word document."""

import datetime
from collections.abc import Iterable, Mapping
from copy import deepcopy

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import RenderContext
from capbuild.reports import LinkTargets, Report, ReportKind, build
from capbuild_docx.body import BodyWriter
from capbuild_docx.cells import TextWriter
from capbuild_docx.options import DocxOptions
from capbuild_docx.package import describe, open_template, save_document, set_margins, set_page
from capbuild_docx.styles import Styles, make_styles
from capbuild_docx.xml import TLP, Links, make_field, run, w

#: Share of the usual sizes at which a country brief fits one page, a profile five, a region eight, a letter two.
_SCALES = {
    ReportKind.COUNTRY_BRIEF: 0.76,
    ReportKind.COUNTRY: 0.9,
    ReportKind.REGIONAL: 0.9,
    ReportKind.LETTER: 0.88,
}


def write(subject: AssessmentSet | Assessment, context: RenderContext, options: DocxOptions) -> Iterable[bytes]:
    """Yield one document.

    Raises:
        WriteError: The disclosure policy refuses the report (code CB703), or the template cannot be read.
    """
    return [render_report(build(subject, context), subject.round.reference_date, options, context.pages)]


def render_report(
    report: Report, date: datetime.date, options: DocxOptions, pages: Mapping[str, str] | None = None
) -> bytes:
    """Return a report as a document, with reproducible bytes.

    Args:
        report: The report.
        date: Date in the document's properties: the reference date of the report, not the day of writing.
        options: Options of the writer.
        pages: Addresses of the documents beside it by kind of report.

    Raises:
        WriteError: The template cannot be read.
    """
    document = open_template(options.template)
    own = bool(options.template)
    close = report.kind is ReportKind.COUNTRY_BRIEF
    styles = make_styles(document, own_template=own, scale=_SCALES.get(report.kind, 1.0))
    if not own:
        set_page(document, close=close)
        if report.numbered:
            _number_headings(document, styles)
    _set_margins(document, report, styles)
    links = Links(document.part, LinkTargets(pages=pages or {}))
    story = BodyWriter(pen=TextWriter(styles=styles, links=links, language=report.language))
    body = document.element.body
    end = body.find(qn("w:sectPr"))
    for element in list(body):
        if element is not end:
            body.remove(element)
    at = len(body) - (end is not None)
    body[at:at] = list(story.report(report))
    if report.english:
        _mark_english(body, report)
    describe(document, (report.title, report.label, report.provenance), report.language, date)
    return save_document(document)


def _mark_english(body: BaseOxmlElement, report: Report) -> None:
    """Mark passages left in English as English text.

    Each passage becomes a run of its own.
    """
    for given in list(body.iter(qn("w:t"))):
        parts, old = report.split_english(given.text or ""), given.getparent()
        if not any(english for _, english in parts) or len(old.findall(qn("w:t"))) > 1:
            continue
        for text, english in parts:
            new = deepcopy(old)
            new.find(qn("w:t")).text = text
            if english:
                properties = new.get_or_add_rPr()
                for name in ("w:rtl", "w:lang"):
                    properties.remove_all(name)
                properties.append(w("lang", val="en"))
            old.addprevious(new)
        old.getparent().remove(old)


def _set_margins(document: Document, report: Report, styles: Styles) -> None:
    """Add header and footer below the template's."""
    running = report.words.get("invented.running", report.invented) if report.invented else ""
    label = []
    if report.tlp:
        black = w("shd", val="clear", color="auto", fill="000000")
        label = [run(f" {report.tlp} ", bold=True, colour=TLP.get(report.tlp, "FFFFFF"), shading=black)]
    foot = ". ".join(part.rstrip(".") for part in (report.title, report.disclaimer) if part)
    number = [*make_field("PAGE"), run(" / "), *make_field("NUMPAGES")]
    header = [run(running, style=styles("invented")), w("r", w("tab")), *label]
    footer = [run(f"{foot}. {report.provenance}"), w("r", w("tab")), *number]
    set_margins(document, header, footer, styles)


def _number_headings(document: Document, styles: Styles) -> None:
    """Number sections (level 2) but not titles (level 1)."""
    numbering = document.part.numbering_part.element
    used = [int(list_.get(qn("w:abstractNumId"))) for list_ in numbering.findall(qn("w:abstractNum"))]
    name = max(used, default=-1) + 1
    abstract = w(
        "abstractNum",
        w("multiLevelType", val="multilevel"),
        w(
            "lvl",
            w("start", val=1),
            w("numFmt", val="none"),
            w("pStyle", val=styles("heading1")),
            w("suff", val="nothing"),
            w("lvlText", val=""),
            ilvl=0,
        ),
        w(
            "lvl",
            w("start", val=1),
            w("numFmt", val="decimal"),
            w("pStyle", val=styles("heading2")),
            w("suff", val="space"),
            w("lvlText", val="%2 "),
            ilvl=1,
        ),
        abstractNumId=name,
    )
    nums = numbering.findall(qn("w:num"))
    # All abstract lists come before all lists.
    numbering.insert(numbering.index(nums[0]) if nums else len(numbering), abstract)
    number = max((int(num.get(qn("w:numId"))) for num in nums), default=0) + 1
    numbering.append(w("num", w("abstractNumId", val=name), numId=number))
    for level, role in enumerate(("heading1", "heading2")):
        style = next(known for known in document.styles if known.style_id == styles(role))
        properties = style.element.get_or_add_pPr()
        spacing = properties.find(qn("w:spacing"))
        properties.insert(properties.index(spacing), w("numPr", w("ilvl", val=level), w("numId", val=number)))
