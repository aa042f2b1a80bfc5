"""Streaming XML parser for workbooks.

Shared strings are parsed only as far as needed.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import IO
from xml.parsers import expat

from attrs import define, field

from capbuild.errors import ReadError
from capbuild.formats import Cell
from capbuild.origin import Origin
from capbuild_sheets.sheets import error_cell

_BLOCK = 1 << 18


class StopParsing(Exception):
    """Raised by a handler to stop parsing early."""


def local(name: str) -> str:
    """Return an element's or attribute's name without prefix.

    Example:
        >>> local("x:row"), local("row")
        ('row', 'row')
    """
    return name.rpartition(":")[2] if ":" in name else name


def make_parser(
    file: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
) -> expat.XMLParserType:
    """Return an expat parser that rejects document types and entities.

    Args:
        file: Name of the file, for the error.
        start: Called with the name and attributes of each element.
        end: Called with the name of each element at its end.
        text: Called with character data.
    """

    def refuse(*_: object) -> None:
        raise ReadError(
            "it declares a document type or entities in its XML, which no spreadsheet program does",
            code="CB112",
            origin=Origin(file),
            remedy="ask for the file again, saved by a spreadsheet program",
        )

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    return parser


def blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the blocks of a stream."""
    while block := stream.read(_BLOCK):
        yield block


def parse(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    """Feed a stream to a parser until `StopParsing` is raised."""
    with suppress(StopParsing):  # Not an error: handlers stop expat this way.
        for block in blocks(stream):
            parser.Parse(block, False)
        parser.Parse(b"", True)


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

_ITEM = re.compile('<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')

#: Bytes that an XML parser would interpret or reject.
_MARKS = re.compile(rb"[&\r\x00-\x08\x0b\x0c\x0e-\x1f]|\]\]>|\xef\xbf[\xbe\xbf]")


def unescape(text: str) -> str:
    r"""Return a text without the `_xHHHH_` escapes of control characters.

    Line ends become `\n`.

    Example:
        >>> unescape("one_x000D_\ntwo"), unescape("_x005F_x000D_")
        ('one\ntwo', '_x000D_')
    """
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: _character(match[1]), text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _character(code: str) -> str:
    number = int(code, 16)
    # A lone surrogate is invalid Unicode and could not be written to any file.
    return "\ufffd" if 0xD800 <= number < 0xE000 else chr(number)


@define(eq=False)
class SharedStrings:
    """Shared strings, parsed lazily.

    Attributes:
        file: Name of the file, for errors.
        stream: Their XML; None if the file has none.
    """

    file: str
    stream: IO[bytes] | None = None
    _known: list[str] = field(factory=list, init=False)
    _parts: list[str] = field(factory=list, init=False)
    _take: bool = field(default=False, init=False)
    _phonetic: bool = field(default=False, init=False)
    _blocks: Iterator[tuple[bytes, bool]] = field(init=False)
    _parser: expat.XMLParserType = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._blocks = _pieces(self.stream) if self.stream is not None else iter(())
        self._parser = make_parser(self.file, self._start, self._end, self._data)

    def at(self, index: str) -> Cell:
        """Return the string at an index, else an error cell."""
        try:
            number = int(index)
            return self._known[number] if number >= 0 else self._absent(index)
        except (IndexError, ValueError):
            return self._later(index)

    def _later(self, index: str) -> Cell:
        if not index.strip().isdecimal() or len(index) > 12:
            return self._absent(index)
        number = int(index)
        return self._known[number] if self._reaches(number) else self._absent(index)

    def many(self, numbers: Sequence[int]) -> list[Cell]:
        """Return the strings at some indexes.

        Indexes must be sorted and not negative. A missing string becomes an error cell.
        """
        if numbers and self._reaches(numbers[-1]):
            known = self._known
            return [known[number] for number in numbers]
        return [self.at(str(number)) for number in numbers]

    def _reaches(self, number: int) -> bool:
        """Parse up to an index; return True if it exists."""
        while len(self._known) <= number:
            block, whole = next(self._blocks, (b"", False))
            if not block:
                return False
            items = _plain_items(block) if whole else None
            if items is None:
                self._parser.Parse(block, False)
            else:
                self._known.extend(items)
        return True

    def _absent(self, index: str) -> Cell:
        return error_cell(f"#TEXT {index[:20]} IS MISSING")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "si":
            self._parts.clear()
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "t":
            self._take = not self._phonetic

    def _end(self, name: str) -> None:
        tag = local(name)
        if tag == "si":
            self._known.append(unescape("".join(self._parts)))
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "t":
            self._take = False

    def _data(self, text: str) -> None:
        if self._take:
            self._parts.append(text)


def _pieces(stream: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield XML pieces, and whether each is whole strings."""
    rest, inside = b"", False
    for block in blocks(stream):
        rest += block
        if not inside:
            head, mark, items = rest.partition(b"<si>")
            if not mark or not _is_plain_head(head):
                yield rest, False
                break
            yield head, False
            rest, inside = mark + items, True
        if b"<!" in rest or b"<?" in rest:  # A comment may contain what looks like a string.
            break
        cut = rest.rfind(b"</si>") + len("</si>")
        if cut >= len("</si>"):
            yield rest[:cut], True
            rest = rest[cut:]
    if inside and rest:
        yield rest, False
    for block in blocks(stream):
        yield block, False


def _is_plain_head(head: bytes) -> bool:
    """True if the XML before the strings is plain UTF-8.

    UTF-8 may be declared, or be the default.
    """
    declared = head[:200].lower()
    utf8 = b"encoding" not in declared or b'"utf-8"' in declared
    return utf8 and b"<sst" in head and b"\0" not in head and b"<!" not in head


def _plain_items(block: bytes) -> list[str] | None:
    """Return the strings of a block, None if not plain."""
    if _MARKS.search(block):
        return None
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        return None
    texts = _ITEM.findall(text)
    if 4 * len(texts) != text.count("<"):
        return None
    return [unescape(text) for text in texts] if "_x" in text else texts
