"""Numbers of section heads: a real multi-level list, which begins anew after each title."""

from docx.document import Document
from docx.oxml.ns import qn

from capbuild_docx.styles import Styles
from capbuild_docx.xml import w

__all__ = ["number_headings"]


def number_headings(document: Document, styles: Styles) -> None:
    """Link the heads of sections to a list: titles (level 1) have no number, sections (level 2) have one."""
    numbering = document.part.numbering_part.element
    used = [int(one.get(qn("w:abstractNumId"))) for one in numbering.findall(qn("w:abstractNum"))]
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
    # All abstract lists stand before all lists.
    numbering.insert(numbering.index(nums[0]) if nums else len(numbering), abstract)
    number = max((int(one.get(qn("w:numId"))) for one in nums), default=0) + 1
    numbering.append(w("num", w("abstractNumId", val=name), numId=number))
    for level, role in enumerate(("heading1", "heading2")):
        style = next(one for one in document.styles if one.style_id == styles(role))
        properties = style.element.get_or_add_pPr()
        spacing = properties.find(qn("w:spacing"))
        properties.insert(properties.index(spacing), w("numPr", w("ilvl", val=level), w("numId", val=number)))
