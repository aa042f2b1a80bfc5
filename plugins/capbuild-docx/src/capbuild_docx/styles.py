"""Word styles: a template's are kept, missing ones added."""

from collections.abc import Mapping

from attrs import evolve, frozen
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.styles.style import BaseStyle

from capbuild_docx.xml import ACCENT, DEEP, HAIR, INK, RULE, SECOND, w

_FONT = "Calibri"


@frozen(kw_only=True)
class StyleSpec:
    """Letters and spaces of a paragraph or character style.

    Attributes:
        name: Name of the style, as offices see it.
        size: Size in half points; 0 to inherit.
        colour: Six hexadecimal digits; empty to inherit.
        bold: Whether it is bold.
        italic: Whether it is italic.
        before: Space before, in twentieths of a point; None for a character style.
        after: Space after.
        base: Name of the style that it is based on.
        level: Level of a heading in the outline, 0 for none.
        keep: Whether it stays with the next paragraph.
        line: Distance of its lines, in 240ths of a line.
    """

    name: str
    size: int = 0
    colour: str = ""
    bold: bool = False
    italic: bool = False
    before: int | None = 0
    after: int = 0
    base: str = "Normal"
    level: int = 0
    keep: bool = False
    line: int = 264

    @property
    def is_paragraph(self) -> bool:
        """True for paragraph styles."""
        return self.before is not None

    def scaled(self, share: float) -> "StyleSpec":
        """Return the style with smaller letters.

        Space above and below shrinks by the cube of `share`.
        """
        if share == 1:
            return self
        before = None if self.before is None else round(self.before * share * share * share)
        return evolve(self, size=round(self.size * share), before=before, after=round(self.after * share**3), line=240)

    def letters(self) -> BaseOxmlElement:
        """Return the run properties."""
        own_font = self.name == "Normal" or bool(self.level)
        return w(
            "rPr",
            w("rFonts", ascii=_FONT, hAnsi=_FONT, cs=_FONT) if own_font else None,
            w("b", val=int(self.bold)) if self.bold or self.level else None,
            w("i", val=int(self.italic)) if self.italic or self.level else None,
            w("color", val=self.colour) if self.colour else None,
            w("sz", val=self.size) if self.size else None,
            w("szCs", val=self.size) if self.size else None,
        )

    def spaces(self) -> BaseOxmlElement:
        """Return the paragraph properties."""
        return w(
            "pPr",
            w("keepNext") if self.keep else None,
            w("keepLines") if self.keep else None,
            w("spacing", before=self.before, after=self.after, line=self.line, lineRule="auto"),
            w("outlineLvl", val=self.level - 1) if self.level else None,
        )


_LOOKS = {
    "normal": StyleSpec(name="Normal", size=21, colour=INK, after=80, base=""),
    "heading1": StyleSpec(name="Heading 1", size=50, colour=INK, bold=True, before=320, after=80, level=1, keep=True),
    "heading2": StyleSpec(name="Heading 2", size=29, colour=INK, bold=True, before=320, after=60, level=2, keep=True),
    "heading3": StyleSpec(name="Heading 3", size=23, colour=INK, bold=True, before=200, after=60, level=3, keep=True),
    "small_head": StyleSpec(name="Capbuild Small Head", size=23, bold=True, before=200, after=60, keep=True),
    "subtitle": StyleSpec(name="Subtitle", size=24, colour=SECOND, after=160),
    "caption": StyleSpec(name="Caption", size=18, colour=SECOND, before=60, after=120),
    "bullet": StyleSpec(name="List Bullet", after=60),
    "toc2": StyleSpec(name="toc 2", size=20, after=20),
    "label": StyleSpec(name="Capbuild Label", size=20, colour=DEEP, bold=True),
    "quiet_line": StyleSpec(name="Capbuild Quiet Line", size=19, colour=SECOND),
    "notice": StyleSpec(name="Capbuild Notice", size=18, colour=ACCENT, before=60, after=60),
    "lead": StyleSpec(name="Capbuild Lead", size=25, before=80, after=160),
    "sentence": StyleSpec(name="Capbuild Sentence", after=80, keep=True),
    "note": StyleSpec(name="Capbuild Note", before=120, after=120),
    "key": StyleSpec(name="Capbuild Key", size=18, before=60, after=80, keep=True),
    "cell": StyleSpec(name="Capbuild Table Text", size=18, line=240),
    "head": StyleSpec(name="Capbuild Table Head", size=18, bold=True, keep=True),
    "mark": StyleSpec(name="Capbuild Mark", size=16, line=240),
    "tiny": StyleSpec(name="Capbuild Tiny Mark", size=15, line=240),
    "fact": StyleSpec(name="Capbuild Fact", size=30, bold=True),
    "margin": StyleSpec(name="Capbuild Margin", size=17, colour=SECOND),
    "code": StyleSpec(name="Capbuild Code", colour=SECOND, before=None),
    "strong": StyleSpec(name="Strong", bold=True, before=None),
    "quiet": StyleSpec(name="Capbuild Quiet", colour=SECOND, before=None),
    "open": StyleSpec(name="Capbuild Open", colour=SECOND, italic=True, before=None),
    "lacking": StyleSpec(name="Capbuild Lacking", colour=ACCENT, bold=True, before=None),
    "invented": StyleSpec(name="Capbuild Invented", colour=ACCENT, italic=True, before=None),
    "link": StyleSpec(name="Hyperlink", colour=RULE, before=None),
}
_TABLE = "Capbuild Table"


@frozen(kw_only=True)
class Styles:
    """Style ids of a document, by role."""

    ids: Mapping[str, str]

    def __call__(self, role: str) -> str:
        """Return the id of a style."""
        return self.ids[role]


def make_styles(document: Document, *, own_template: bool, scale: float = 1.0) -> Styles:
    """Return a document's styles, adding missing ones.

    Args:
        document: The document.
        own_template: Whether the office supplied the template: its styles are then unchanged.
        scale: Share of the usual sizes and spaces, for a report that must fit one page.
    """
    index = _StyleIndex(document)
    ids = {role: _add_style(index, look.scaled(scale), keep=own_template) for role, look in _LOOKS.items()}
    return Styles(ids={**ids, "table": _add_table_style(index)})


class _StyleIndex:
    """Index of a document's styles, parsed once."""

    def __init__(self, document: Document) -> None:
        self._styles = document.styles
        self._named: dict[str, BaseStyle] = {}
        for style in document.styles:
            self._named.setdefault((style.name or "").casefold(), style)

    def find(self, name: str) -> BaseStyle | None:
        # Word writes names of built-in styles in small letters; the library finds them by either.
        return self._named.get(name.casefold())

    def add(self, name: str, kind: WD_STYLE_TYPE) -> BaseStyle:
        style: BaseStyle = self._styles.add_style(name, kind)
        self._named.setdefault((style.name or "").casefold(), style)
        return style


def _add_style(index: _StyleIndex, look: StyleSpec, *, keep: bool) -> str:
    known_style = index.find(look.name)
    if known_style is not None and keep:
        return str(known_style.style_id)
    kind = WD_STYLE_TYPE.PARAGRAPH if look.is_paragraph else WD_STYLE_TYPE.CHARACTER
    style = known_style if known_style is not None else index.add(look.name, kind)
    element = style.element
    numbering = element.xpath("w:pPr/w:numPr")
    for old in (*element.findall(qn("w:pPr")), *element.findall(qn("w:rPr"))):
        element.remove(old)
    if look.is_paragraph:
        spaces = look.spaces()
        if numbering:
            # Numbering comes after `keepLines` and before `spacing`.
            spaces.insert(spaces.index(spaces.find(qn("w:spacing"))), numbering[0])
        element.append(spaces)
        base = index.find(look.base) if look.base and look.name != "Normal" else None
        if base is not None and known_style is None:
            element.basedOn_val = base.style_id
    element.append(look.letters())
    return str(style.style_id)


def _add_table_style(index: _StyleIndex) -> str:
    known_style = index.find(_TABLE)
    if known_style is not None:
        return str(known_style.style_id)
    style = index.add(_TABLE, WD_STYLE_TYPE.TABLE)
    line = {"val": "single", "sz": "4", "space": "0", "color": HAIR}
    margins = (w(side, w=size, type="dxa") for side, size in (("top", 35), ("left", 60), ("bottom", 35), ("right", 60)))
    style.element.append(
        w("tblPr", w("tblBorders", w("bottom", **line), w("insideH", **line)), w("tblCellMar", *margins))
    )
    head = w("tblStylePr", type="firstRow")
    border = w("bottom", val="single", sz="12", space="0", color=DEEP)
    head.append(w("tcPr", w("tcBorders", border)))
    style.element.append(head)
    return str(style.style_id)
