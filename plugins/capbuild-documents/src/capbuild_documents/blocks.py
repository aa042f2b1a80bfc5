"""Paragraphs, tables and form fields of a Word document."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from xml.etree.ElementTree import Element

from attrs import define, evolve, field, frozen

from capbuild.formats import load_xml, local_name
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild_documents.package import document_name
from capbuild_documents.slots import BOOKMARK, TAG

#: Wrapper elements; their content is read as part of their parent.
_SEEN_THROUGH = frozenset((
    "ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "bdo", "dir", "sdtContent",
))  # fmt: skip
_DELETED = frozenset(("del", "moveFrom"))
_MORE_THAN_ONE = frozenset(("sdt", "tbl", "tc", "tr", "fldChar"))
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
#: Boxes and check marks in symbol fonts.
_SYMBOLS = {
    "wingdings": {0x6F: "☐", 0x71: "☐", 0xA8: "☐", 0x78: "☒", 0xFB: "☒", 0xFC: "☑", 0xFD: "☒", 0xFE: "☑"},
    "wingdings 2": {0x2A: "☐", 0x30: "☐", 0xA3: "☐", 0x51: "☒", 0x54: "☒", 0x52: "☑", 0x53: "☒", 0x50: "☑"},
}
_OFF = frozenset(("0", "false", "off", "none"))
_HEADER = re.compile(r"word/(?:header|footer)\d*\.xml")
#: Parts with comments and notes, and the element that refers to each.
_REMARKS = {
    "word/comments.xml": "commentReference",
    "word/footnotes.xml": "footnoteReference",
    "word/endnotes.xml": "endnoteReference",
}


class FieldKind(StrEnum):
    """Kind of a form field."""

    TEXT = "text"
    TICK = "tick"
    LIST = "list"
    DATE = "date"


@frozen
class Field:
    """Content control or legacy form field.

    Attributes:
        kind: Its kind.
        tag: Its tag, or the name of a legacy field.
        title: Its title.
        text: Its displayed text.
        blank: True if the text is only its placeholder.
        ticked: True if it is ticked.
        options: Values and labels of a list.
        day: Its stored date, in ISO 8601.
    """

    kind: FieldKind
    tag: str = ""
    title: str = ""
    text: str = ""
    blank: bool = False
    ticked: bool = False
    options: tuple[tuple[str, str], ...] = ()
    day: str = ""

    @property
    def displayed(self) -> str:
        """Its displayed text; empty for a placeholder."""
        if self.kind is FieldKind.TICK:
            return "☒" if self.ticked else "☐"
        return "" if self.blank else self.text


@frozen
class Mark:
    """Start of a bookmark."""

    name: str


#: Texts, fields and bookmarks of a paragraph, in order.
Pieces = list[str | Field | Mark]


@define
class Paragraph:
    """Paragraph of a document.

    Attributes:
        origin: Its place.
        style: Id of its style.
        pieces: Its texts, fields and bookmarks in order.
        remarks: Comments on it.
    """

    origin: Origin
    style: str = ""
    pieces: Pieces = field(factory=list)
    remarks: list[str] = field(factory=list)

    @property
    def text(self) -> str:
        """Its text, with the text of fields."""
        return "".join(
            piece if isinstance(piece, str) else piece.displayed for piece in self.pieces if not isinstance(piece, Mark)
        )

    @property
    def fields(self) -> list[Field]:
        """Its fields."""
        return [piece for piece in self.pieces if isinstance(piece, Field)]


@define
class Cell:
    """Cell of a table.

    Attributes:
        place: Its first column in the grid, from 0.
        span: Number of columns.
        origin: Its place.
        blocks: Its paragraphs and tables.
    """

    place: int
    span: int
    origin: Origin
    blocks: "list[Paragraph | Table]" = field(factory=list)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """Its paragraphs, including those of nested tables."""
        return list(_flatten(self.blocks))

    @property
    def text(self) -> str:
        """Its text."""
        return "\n".join(text for paragraph in self.paragraphs if (text := paragraph.text.strip()))

    @property
    def fields(self) -> list[Field]:
        """Its fields."""
        return [field for paragraph in self.paragraphs for field in paragraph.fields]


Row = list[Cell]


@define
class Table:
    """Table of a document, as rows of cells."""

    rows: list[Row] = field(factory=list)


@define
class Document:
    """Content of a Word document.

    Attributes:
        blocks: Paragraphs and tables.
        deletions: Texts that were deleted under tracked changes.
        pictures: Pictures and embedded objects.
    """

    blocks: list[Paragraph | Table] = field(factory=list)
    deletions: int = 0
    pictures: int = 0

    @property
    def text(self) -> str:
        """Its text."""
        return "\n".join(text for paragraph in _flatten(self.blocks) if (text := paragraph.text.strip()))

    @property
    def is_printed(self) -> bool:
        """True if it has marks of a printed questionnaire."""
        pieces = [piece for paragraph in _flatten(self.blocks) for piece in paragraph.pieces]
        tagged = any(isinstance(piece, Field) and piece.tag.startswith(TAG) for piece in pieces)
        return tagged or any(isinstance(mark, Mark) and mark.name.startswith(BOOKMARK) for mark in pieces)


def _flatten(blocks: "list[Paragraph | Table]") -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            yield from (paragraph for row in block.rows for cell in row for paragraph in cell.paragraphs)


def _find(element: Element | None, *names: str) -> Element | None:
    for name in names:
        element = None if element is None else next((child for child in element if local_name(child) == name), None)
    return element


def _value(element: Element | None, name: str = "val", default: str = "") -> str:
    """Return an attribute by its local name."""
    if element is None:
        return default
    return next((text for key, text in element.attrib.items() if local_name(key) == name), default)


def _is_on(element: Element | None) -> bool:
    return element is not None and _value(element).casefold() not in _OFF


def read_document(source: InputFile) -> Document:
    """Return the content of a Word file.

    Raises:
        ReadError: It is not a Word document, or is damaged.
        LimitError: It exceeds the limits of size or nesting.
    """
    root = load_xml(source, source.member(document_name(source)))
    source.limits.check_cells(source.name, sum(local_name(element) in ("tc", "p") for element in root.iter()))
    remarks = {
        (mark, _value(remark, "id")): " ".join("".join(remark.itertext()).split())
        for part, mark in _REMARKS.items() if part in source.members for remark in load_xml(source, source.member(part))
    }  # fmt: skip
    walker = _Walker(source.name, remarks)
    body = _find(root, "body")
    blocks = walker.blocks(body if body is not None else root, Origin(source.name))
    for name in filter(_HEADER.fullmatch, source.members):
        above = walker.blocks(load_xml(source, source.member(name)), Origin(source.name))
        blocks[:0] = above if any(paragraph.fields for paragraph in _flatten(above)) else []
    return Document([*blocks, *walker.unclosed()], walker.deletions, walker.pictures)


@define
class _OpenField:
    """Legacy field without its end so far."""

    made: Field | None
    shows: bool = False
    text: str = ""


@define(eq=False)
class _Walker:
    """Walker of a document's XML tree.

    Attributes:
        file: Name of the file.
        remarks: Comments and notes, by the element that refers to them and their id.
        deletions: Texts that were deleted under tracked changes.
        pictures: Pictures and embedded objects.
    """

    file: str
    remarks: Mapping[tuple[str, str], str]
    deletions: int = 0
    pictures: int = 0
    _tables: int = 0
    _paragraphs: int = 0
    _open: list[_OpenField] = field(factory=list)
    _boxes: list[Element] = field(factory=list)

    def unclosed(self) -> Iterator[Paragraph]:
        """Yield legacy fields without an end."""
        for open_field in self._open:
            if open_field.made is not None:
                yield Paragraph(Origin(self.file), pieces=[_filled(open_field.made, open_field.text)])

    def blocks(self, parent: Element, origin: Origin) -> list[Paragraph | Table]:
        """Return the paragraphs and tables of an element."""
        blocks: list[Paragraph | Table] = []
        waiting: Pieces = []
        for child in parent:
            name = local_name(child)
            if name == "p":
                paragraph = self._paragraph(child, origin)
                paragraph.pieces[:0], waiting = waiting, []
                blocks += [paragraph, *self._text_boxes(origin)]
            elif name == "tbl":
                blocks.append(self._table(child))
            elif name == "sdt":
                blocks += self._block_control(child, origin)
            elif name in _SEEN_THROUGH:
                blocks += self.blocks(child, origin)
            elif name in _DELETED:
                self.deletions += 1
            elif name == "bookmarkStart":
                waiting.append(Mark(_value(child, "name")))
        return blocks

    def _block_control(self, sdt: Element, origin: Origin) -> list[Paragraph | Table]:
        content, properties = _find(sdt, "sdtContent"), _find(sdt, "sdtPr")
        if content is None or _find(properties, "docPartObj") is not None:
            return []  # a table of contents
        inner = self.blocks(content, origin)
        if any(local_name(element) in _MORE_THAN_ONE for element in content.iter()) or not inner:
            return inner
        whole = Paragraph(inner[0].origin if isinstance(inner[0], Paragraph) else origin)
        text = "\n".join(paragraph.text for paragraph in inner if isinstance(paragraph, Paragraph))
        marks = [mark for paragraph in _flatten(inner) for mark in paragraph.pieces if isinstance(mark, Mark)]
        whole.pieces = [*marks, _control(properties, text)]
        whole.remarks = [remark for paragraph in _flatten(inner) for remark in paragraph.remarks]
        return [whole]

    def _text_boxes(self, origin: Origin) -> list[Paragraph | Table]:
        boxes, self._boxes = self._boxes, []
        return [block for box in boxes for block in self.blocks(box, origin)]

    def _table(self, element: Element) -> Table:
        self._tables += 1
        table, sheet = Table(), f"table {self._tables}"
        for number, row in enumerate(_each(element, "tr"), start=1):
            grid = _find(row, "trPr", "gridBefore")
            place, cells = int(_value(grid) or 0) if _value(grid).isdecimal() else 0, Row()
            for cell in _each(row, "tc"):
                properties = _find(cell, "tcPr")
                span = _value(_find(properties, "gridSpan"))
                origin = Origin(self.file, sheet, number, len(cells) + 1)
                merged = _find(properties, "vMerge")
                table_cell = Cell(place, int(span) if span.isdecimal() and len(span) < 4 else 1, origin)
                table_cell.blocks = self.blocks(cell, origin)
                control = self._cell_control(row, cell)
                if control is not None:
                    table_cell.blocks = [Paragraph(origin, pieces=[_control(control, table_cell.text)])]
                place += table_cell.span
                if merged is None or _value(merged) == "restart" or table_cell.text:
                    cells.append(table_cell)
            table.rows.append(cells)
        return table

    @staticmethod
    def _cell_control(row: Element, cell: Element) -> Element | None:
        """Return the content control properties around a whole cell."""
        for sdt in row:
            content = _find(sdt, "sdtContent") if local_name(sdt) == "sdt" else None
            if (
                content is not None
                and cell in list(content)
                and not any(local_name(element) == "sdt" for element in cell.iter())
            ):
                return _find(sdt, "sdtPr")
        return None

    def _paragraph(self, element: Element, origin: Origin) -> Paragraph:
        self._paragraphs += 1
        here = origin if origin.row else Origin(self.file, path=f"paragraph {self._paragraphs}")
        paragraph = Paragraph(here, _value(_find(element, "pPr", "pStyle")))
        self._inline(element, paragraph)
        paragraph.pieces = _joined(paragraph.pieces)
        return paragraph

    def _inline(self, parent: Element, paragraph: Paragraph) -> None:
        for child in parent:
            name = local_name(child)
            if name == "r":
                self._run(child, paragraph)
            elif name == "sdt":
                self._inline_control(child, paragraph)
            elif name in _SEEN_THROUGH:
                self._inline(child, paragraph)
            elif name in _DELETED:
                self.deletions += 1
            elif name == "bookmarkStart":
                paragraph.pieces.append(Mark(_value(child, "name")))

    def _inline_control(self, sdt: Element, paragraph: Paragraph) -> None:
        content = _find(sdt, "sdtContent")
        if content is None:
            return
        if any(local_name(element) in _MORE_THAN_ONE for element in content.iter()):
            self._inline(content, paragraph)
            return
        inner = Paragraph(paragraph.origin)
        self._inline(content, inner)
        paragraph.pieces += [mark for mark in inner.pieces if isinstance(mark, Mark)]
        paragraph.pieces.append(_control(_find(sdt, "sdtPr"), inner.text))
        paragraph.remarks += inner.remarks

    def _run(self, run: Element, paragraph: Paragraph) -> None:
        for child in run:
            name = local_name(child)
            if name == "t":
                self._text(child.text or "", paragraph)
            elif name in _BREAKS:
                self._text(_BREAKS[name], paragraph)
            elif name == "sym":
                self._text(_symbol(child), paragraph)
            elif name == "fldChar":
                self._field_char(child, paragraph)
            elif name in _REMARKS.values():
                paragraph.remarks += filter(None, [self.remarks.get((name, _value(child, "id")))])
            elif name in ("AlternateContent", "pict", "drawing", "object"):
                boxes = list(_find_boxes(child))
                self._boxes += boxes
                self.pictures += not boxes

    def _text(self, text: str, paragraph: Paragraph) -> None:
        if self._open and not self._open[-1].shows:
            return  # the instruction of a field
        form = next((open_field for open_field in reversed(self._open) if open_field.made is not None), None)
        if form is not None:
            form.text += text
        else:
            paragraph.pieces.append(text)

    def _field_char(self, element: Element, paragraph: Paragraph) -> None:
        kind = _value(element, "fldCharType")
        if kind == "begin":
            self._open.append(_OpenField(_legacy_field(_find(element, "ffData"))))
        elif kind == "separate" and self._open:
            self._open[-1].shows = True
        elif kind == "end" and self._open:
            closed = self._open.pop()
            if closed.made is not None:
                paragraph.pieces.append(_filled(closed.made, closed.text))


def _joined(pieces: Pieces) -> Pieces:
    """Join neighbouring texts: Word splits them at every change."""
    merged: Pieces = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if isinstance(piece, str) and isinstance(last, str):
            merged[-1] = last + piece
        else:
            merged.append(piece)
    return merged


def _each(parent: Element, name: str) -> Iterator[Element]:
    """Yield rows or cells, also in controls and insertions."""
    for child in parent:
        if local_name(child) == name:
            yield child
        elif local_name(child) in _SEEN_THROUGH or local_name(child) == "sdt":
            yield from _each(child, name)


def _find_boxes(element: Element) -> Iterator[Element]:
    """Yield the contents of text boxes.

    A fallback that repeats the content of its choice is skipped.
    """
    for child in element:
        if local_name(child) == "txbxContent":
            yield child
        elif local_name(child) != "Fallback" or not any(local_name(inner) == "Choice" for inner in element):
            yield from _find_boxes(child)


def _symbol(element: Element) -> str:
    font = _SYMBOLS.get(_value(element, "font").casefold(), {})
    try:
        code = int(_value(element, "char"), 16)
    except ValueError:
        return "\ufffd"
    return font.get(code & 0xFF, "\ufffd")


def _control(properties: Element | None, text: str) -> Field:
    """Return a content control."""
    blank = _is_on(_find(properties, "showingPlcHdr"))
    field = Field(FieldKind.TEXT, _value(_find(properties, "tag")), _value(_find(properties, "alias")), text, blank)
    box = _find(properties, "checkbox")
    if box is not None:
        checked = _find(box, "checked")
        ticked = _is_on(checked) if checked is not None else text.strip() in ("☒", "☑", "✓", "✔")
        return evolve(field, kind=FieldKind.TICK, ticked=ticked, blank=False)
    for name in ("dropDownList", "comboBox"):
        listed = _find(properties, name)
        if listed is not None:
            items = [(_value(element, "value"), _value(element, "displayText")) for element in listed]
            options = tuple((value or label, label or value) for value, label in items if value or label)
            return evolve(field, kind=FieldKind.LIST, options=options)
    date = _find(properties, "date")
    if date is not None:
        return evolve(field, kind=FieldKind.DATE, day=_value(date, "fullDate")[:10])
    return field


def _legacy_field(data: Element | None) -> Field | None:
    """Return a legacy form field.

    The result is None for a field of another kind, such as a page number.
    """
    if data is None:
        return None
    name, title = _value(_find(data, "name")), _value(_find(data, "statusText"))
    box, listed, text = _find(data, "checkBox"), _find(data, "ddList"), _find(data, "textInput")
    if box is not None:
        checked = _find(box, "checked")
        return Field(
            FieldKind.TICK, name, title, ticked=_is_on(checked if checked is not None else _find(box, "default"))
        )
    if listed is not None:
        entries = [_value(element) for element in listed if local_name(element) == "listEntry"]
        chosen = _value(_find(listed, "result")) or _value(_find(listed, "default")) or "0"
        place = int(chosen) if chosen.isdecimal() and len(chosen) < 4 else 0
        shown = entries[place] if place < len(entries) else ""
        return Field(
            FieldKind.LIST, name, title, shown, options=tuple((entry, entry) for entry in entries if entry.strip())
        )
    dated = _value(_find(text, "type")) == "date"
    return Field(FieldKind.DATE if dated else FieldKind.TEXT, name, title)


def _filled(made: Field, text: str) -> Field:
    if made.kind in (FieldKind.TICK, FieldKind.LIST):
        return made
    return evolve(made, text=text.replace("\u2002", " ").strip())
