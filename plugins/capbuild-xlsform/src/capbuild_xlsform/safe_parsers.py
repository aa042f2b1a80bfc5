"""JSON and XML parsers with a depth limit, without document types and entities."""

import codecs
import json
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from capbuild.errors import LimitError, ReadError
from capbuild.formats import DuplicateKeyDecoder
from capbuild.origin import Origin
from capbuild.plugins import InputFile

__all__ = ["archive_members", "local_name", "parse_json", "parse_xml", "text_start"]


def _too_deep(name: str, nesting: int) -> LimitError:
    return LimitError(
        f"{name} nests deeper than {nesting} levels",
        code="CB118",
        origin=Origin(name),
        remedy="check that it is a survey file, or raise limits.nesting",
    )


def parse_json(source: InputFile, keeper: DuplicateKeyDecoder | None = None) -> Any:
    """Return the value in a JSON file.

    Args:
        source: The file.
        keeper: Stores the values of duplicate keys.

    Raises:
        ReadError: It is not JSON (CB013).
        LimitError: It is nested too deeply.
    """
    source.limits.check_json_nesting(source.name, source.content)
    try:
        return (keeper or DuplicateKeyDecoder()).loads(source.content.decode(json.detect_encoding(source.content)))
    except (ValueError, RecursionError) as error:
        raise ReadError(
            f"{source.name} is not valid JSON: {error}",
            code="CB013",
            origin=Origin(source.name),
            remedy="ask for the file again",
        ) from error


def text_start(source: InputFile) -> bytes:
    """Return the start of a document in UTF-8.

    JSON and XML may be in UTF-16.

    Args:
        source: The file.

    Example:
        >>> text_start(InputFile("a.xml", data='<data id="a"/>'.encode("utf-16")))
        b'<data id="a"/>'
    """
    start = source.start
    little = start.startswith((codecs.BOM_UTF16_LE, b"<\0", b"{\0", b"[\0"))
    if little or start.startswith((codecs.BOM_UTF16_BE, b"\0<", b"\0{", b"\0[")):
        text = start.decode("utf-16-le" if little else "utf-16-be", "replace")
        return text.removeprefix("\ufeff").encode("utf-8", "replace")
    return start.removeprefix(codecs.BOM_UTF8)


class _DepthLimitedBuilder(TreeBuilder):
    """Tree builder with a depth limit."""

    def __init__(self, name: str, nesting: int) -> None:
        super().__init__()
        self._name, self._nesting, self._depth = name, nesting, 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._depth += 1
        if self._depth > self._nesting:
            raise _too_deep(self._name, self._nesting)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def parse_xml(content: bytes | str, name: str, nesting: int) -> Element:
    """Return the root of an XML document.

    Args:
        content: The document.
        name: Name of the file, for messages.
        nesting: Largest depth of elements.

    Raises:
        ReadError: It is not well formed, or declares a document type or entities (XF110).
        LimitError: It is nested too deeply.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=_DepthLimitedBuilder(name, nesting), forbid_dtd=True)
    try:
        parser.feed(content)
        root = parser.close()
    except DefusedXmlException as error:
        raise ReadError(
            f"{name} declares a document type or entities, which survey files never do",
            code="XF110",
            origin=Origin(name),
            remedy="do not open it; ask where it comes from",
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise ReadError(
            f"{name} is not well-formed XML: {error}",
            code="XF110",
            origin=Origin(name),
            remedy="ask for the file again",
        ) from error
    if not isinstance(root, Element):
        raise ReadError(f"{name} holds no XML element", code="XF110", origin=Origin(name))
    return root


def archive_members(source: InputFile) -> tuple[str, ...]:
    """Return the names inside a zip archive; empty for other files.

    Raises:
        ReadError: The archive is damaged.
        LimitError: It exceeds the limits.
    """
    try:
        return source.members
    except (ValueError, NotImplementedError, OSError, EOFError) as error:
        raise ReadError(
            f"{source.name} is a damaged archive: {error}",
            code="XF110",
            origin=Origin(source.name),
            remedy="ask for the file again",
        ) from error


def local_name(tag: object) -> str:
    """Return a tag without its namespace.

    Example:
        >>> local_name("{http://www.w3.org/2002/xforms}bind")
        'bind'
    """
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
