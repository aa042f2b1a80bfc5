"""The texts of an XLSX file, which its cells share; read only as far as cells ask for them."""

import re
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from attrs import define, field

from capbuild_sheets.parsing import blocks, local, make_parser
from capbuild_sheets.sheets import Cell, CellError

__all__ = ["SharedStrings", "unescape"]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


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
    _blocks: Iterator[bytes] = field(init=False)
    _parser: expat.XMLParserType = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._blocks = blocks(self.stream) if self.stream is not None else iter(())
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
        while len(self._known) <= number:
            block = next(self._blocks, b"")
            if not block:
                return self._absent(index)
            self._parser.Parse(block, False)
        return self._known[number]

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
