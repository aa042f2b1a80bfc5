"""WordprocessingML elements, runs, paragraphs, links and colours, from any text."""

import re
from collections.abc import Iterator
from functools import cache

from attrs import frozen
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.document import DocumentPart

from capbuild.reports import LinkTargets

#: Characters invalid in XML 1.0, and lone surrogates.
_NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")

#: Embeddings, overrides and isolates could turn round what others wrote in the same line.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")

_MAIN = {"w": nsmap["w"]}

_PIECES = re.compile(r"(\n|\t)")

_RIGHT_TO_LEFT = frozenset(("ar", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"))


def clean(text: str) -> str:
    r"""Remove characters that XML does not allow.

    Example:
        >>> clean("a\x00b\r\n\u202ec")
        'a\ufffdb\nc'
    """
    if text.isprintable():  # a mark that turns the line is not
        return text
    return _TURNING.sub("", _NOT_ALLOWED.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")))


def w(tag: str, /, *children: BaseOxmlElement | None, **values: object) -> BaseOxmlElement:
    """Return an element of the main namespace, skipping None children.

    Example:
        >>> w("shd", val="clear").values(), len(w("p", w("r"), None))
        (['clear'], 1)
    """
    # A report has a quarter of a million elements: they are made by the parser itself, with names looked up once.
    attributes = {_make_name(name): clean(str(value)) for name, value in values.items()}
    element: BaseOxmlElement = oxml_parser.makeelement(_make_name(tag), attributes, _MAIN)
    for child in children:
        if child is not None:
            element.append(child)
    return element


@cache
def _make_name(name: str) -> str:
    """Return an element's or attribute's name in the main namespace."""
    return qn(f"w:{name}")


def run(
    text: str,
    *,
    style: str = "",
    bold: bool = False,
    colour: str = "",
    shading: BaseOxmlElement | None = None,
    language: str = "",
) -> BaseOxmlElement:
    """Return a run of text.

    Args:
        text: The words; line breaks and tabs are kept.
        style: Id of a character style.
        bold: Whether it is bold beyond its style.
        colour: Six hexadecimal digits.
        shading: Background colour.
        language: BCP 47 tag, where it is not the document's.
    """
    turned = language.split("-", maxsplit=1)[0] in _RIGHT_TO_LEFT
    properties = w(
        "rPr",
        w("rStyle", val=style) if style else None,
        w("b") if bold else None,
        w("color", val=colour) if colour else None,
        shading,
        w("rtl") if turned else None,
        (w("lang", bidi=language) if turned else w("lang", val=language)) if language else None,
    )
    return w("r", properties if len(properties) else None, *_make_text(clean(text)))


def _make_text(text: str) -> Iterator[BaseOxmlElement]:
    for piece in (text,) if text.isprintable() else _PIECES.split(text):
        if piece == "\n":
            yield w("br")
        elif piece == "\t":
            yield w("tab")
        elif piece:
            element = w("t")
            element.text = piece
            element.set(qn("xml:space"), "preserve")
            yield element


def paragraph(
    style: str, *content: BaseOxmlElement | None, before: tuple[BaseOxmlElement, ...] = ()
) -> BaseOxmlElement:
    """Return a paragraph.

    Args:
        style: Id of its style; empty for the default.
        content: Its runs.
        before: Further properties, in the order of the schema.
    """
    properties = w("pPr", w("pStyle", val=style) if style else None, *before)
    return w("p", properties if len(properties) else None, *content)


def make_field(code: str) -> list[BaseOxmlElement]:
    """Return the runs of a field, such as page numbers."""
    instruction = w("instrText")
    instruction.text = f" {code} "
    instruction.set(qn("xml:space"), "preserve")
    return [
        w("r", w("fldChar", fldCharType="begin")),
        w("r", instruction),
        w("r", w("fldChar", fldCharType="separate")),
        run("1"),
        w("r", w("fldChar", fldCharType="end")),
    ]


class Links:
    """Links of a document to neighbours and the web.

    Args:
        part: Part with relations to external addresses.
        targets: Addresses of links.
    """

    def __init__(self, part: DocumentPart, targets: LinkTargets) -> None:
        self._part = part
        self._targets = targets

    def to(self, link: str, *content: BaseOxmlElement) -> list[BaseOxmlElement]:
        """Return content as a link, unchanged without a target."""
        address = self._targets(link)
        if not address:
            return list(content)
        element = w("hyperlink", *content)
        element.set(qn("r:id"), self._part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        return [element]


INK, SECOND, RULE, DEEP, ACCENT = "14212B", "4C5C68", "2B6F9C", "124064", "A64A18"

HAIR, ABSENT, SLOT, HATCH = "D3DBE1", "76848F", "EBF0F3", "B9C9D4"

#: Fills of the five levels, lowest first.
LEVELS = ("E8F2F7", "B2D5E9", "73AFD1", "2B6F9C", "124064")

#: Letters of the Traffic Light Protocol 2.0 on black.
TLP = {"TLP:RED": "FF2B2B", "TLP:AMBER": "FFC000", "TLP:AMBER+STRICT": "FFC000", "TLP:GREEN": "33FF00"}


@frozen(kw_only=True)
class CellColour:
    """Background of a drawn cell.

    Attributes:
        shade: 1 (lightest) to 5 (darkest); None for no level.
        open: Whether it is hatched: a range that the evidence leaves open.
        empty: Whether the step is empty.
    """

    shade: int | None = None
    open: bool = False
    empty: bool = False

    @property
    def letters(self) -> str:
        """Letter colour: white from the fourth level on, for contrast."""
        return "FFFFFF" if self.shade is not None and self.shade >= 4 else INK

    def shading(self) -> BaseOxmlElement | None:
        """Return Word's shading; None for plain paper."""
        if self.shade is not None:
            return w("shd", val="clear", color="auto", fill=LEVELS[self.shade - 1])
        if self.open:
            return w("shd", val="thinDiagStripe", color=HATCH, fill="FFFFFF")
        return w("shd", val="clear", color="auto", fill=SLOT) if self.empty else None
