"""The texts of an XLSX file, which its cells share; read only as far as cells ask for them.

Nearly all are written in one plain way, without runs of letters in several styles: those are taken as they stand, in
whole blocks. A block with anything else in it is parsed as XML. Both ways end between two texts and so may take turns.
"""

import re
from collections.abc import Iterator, Sequence
from typing import IO
from xml.parsers import expat

from attrs import define, field

from capbuild_sheets.parsing import blocks, local, make_parser
from capbuild_sheets.sheets import Cell, CellError

__all__ = ["SharedStrings", "unescape"]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ITEM = re.compile('<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
#: What a parser of XML would take for something else than letters, or refuse.
_MARKS = re.compile(rb"[&\r\x00-\x08\x0b\x0c\x0e-\x1f]|\]\]>|\xef\xbf[\xbe\xbf]")


def unescape(text: str) -> str:
    r"""Return a text without the escapes that spreadsheets write for control characters; line ends become `\n`.

    Example:
        >>> unescape("one_x000D_\ntwo"), unescape("_x005F_x000D_")
        ('one\ntwo', '_x000D_')
    """
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: _character(match[1]), text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _character(code: str) -> str:
    number = int(code, 16)
    # Half of a surrogate pair is no character: it could not be written to any file.
    return "\ufffd" if 0xD800 <= number < 0xE000 else chr(number)


@define(eq=False)
class SharedStrings:
    """The shared texts, parsed as far as they were asked for.

    Attributes:
        file: Name of the file, for errors.
        stream: The XML they stand in; None where the file has none.
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
        """Return the text with a number; an error cell where there is none of that number."""
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
        """Return the texts with some numbers, none below zero, in rising order; error cells where there are none."""
        if numbers and self._reaches(numbers[-1]):
            known = self._known
            return [known[number] for number in numbers]
        return [self.at(str(number)) for number in numbers]

    def _reaches(self, number: int) -> bool:
        """Read on until the text with a number is known; tell whether there is one."""
        while len(self._known) <= number:
            block, whole = next(self._blocks, (b"", False))
            if not block:
                return False
            found = _plain_items(block) if whole else None
            if found is None:
                self._parser.Parse(block, False)
            else:
                self._known.extend(found)
        return True

    def _absent(self, index: str) -> CellError:
        return CellError(f"#TEXT {index[:20]} IS MISSING")

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
    """Yield the XML of the shared texts in pieces, and whether each is whole texts and nothing but texts."""
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
        if b"<!" in rest or b"<?" in rest:  # what looks like a text may stand in a comment
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
    """Tell whether what stands before the first text says that it is UTF-8, or says nothing."""
    declared = head[:200].lower()
    utf8 = b"encoding" not in declared or b'"utf-8"' in declared
    return utf8 and b"<sst" in head and b"\0" not in head and b"<!" not in head


def _plain_items(block: bytes) -> list[str] | None:
    """Return the texts of a block; None where it has anything but texts in the plain way."""
    if _MARKS.search(block):
        return None
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        return None
    found = _ITEM.findall(text)
    if 4 * len(found) != text.count("<"):
        return None
    return [unescape(one) for one in found] if "_x" in text else found
