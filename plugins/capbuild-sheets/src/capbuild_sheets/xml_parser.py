"""Streaming XML parser for workbooks, without entities, document types or external references."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO
from xml.parsers import expat

from capbuild.errors import ReadError
from capbuild.origin import Origin

_BLOCK = 1 << 18


class StopParsing(Exception):
    """Raised by a handler to stop parsing early."""


def local(name: str) -> str:
    """Return the local name of an element or attribute, without prefix.

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
    """Feed a stream to a parser until it ends or a handler raises `StopParsing`."""
    with suppress(StopParsing):  # Not an error: handlers stop expat this way.
        for block in blocks(stream):
            parser.Parse(block, False)
        parser.Parse(b"", True)
