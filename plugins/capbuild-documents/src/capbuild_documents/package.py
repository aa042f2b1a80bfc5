"""Parts of a Word file, parsed safely and within limits.

Macros and embedded objects are never opened.
"""

import re
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from capbuild.errors import LimitError, ReadError
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile
from capbuild_documents.slots import FORM_NAMESPACE

__all__ = ["SCANNED", "document_name", "find_form", "local", "parse_part", "refuse", "sniff"]

_DOCUMENT = re.compile(r"word/document\d*\.xml")
_CUSTOM = re.compile(r"customXml/item\d+\.xml")
_SUFFIXES = (".docx", ".docm")
#: Formats of other word processors, rejected with the same remedy.
_OTHERS = (".doc", ".rtf", ".odt")
#: Remedy for a scan.
SCANNED = "ask for the file that was scanned, or type the answers into the questionnaire"
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def sniff(source: InputFile) -> Claim | None:
    """Claim a Word document.

    Also other word processors' files by name, to reject them with a reason.
    """
    try:
        if any(map(_DOCUMENT.fullmatch, source.members)):
            return Claim(Confidence.SIGNATURE, "a Word document")
    except LimitError:
        pass  # raised when it is read
    if source.suffix in (*_SUFFIXES, *_OTHERS):
        return Claim(Confidence.NAME, f"a file named {source.suffix}")
    return None


def refuse(source: InputFile, reason: str, remedy: str, code: str = "DOC1") -> NoReturn:
    """Raise an error for an unreadable file.

    Raises:
        ReadError: Always.
    """
    raise ReadError(f"{source.name} {reason}", code=code, origin=Origin(source.name), remedy=remedy)


def document_name(source: InputFile) -> str:
    """Return the name of the main part of a Word file.

    Raises:
        ReadError: It has none: it is in another format, has a password, or is damaged.
    """
    found = next(filter(_DOCUMENT.fullmatch, source.members), None)
    if found is not None:
        return found
    if source.start.startswith(_OLE) and source.suffix in _SUFFIXES:
        locked = _ENCRYPTED in source.content
        refuse(source, "has a password" if locked else "is in the format of Word 97",
               "ask for it without a password" if locked else "save it as .docx in Word or LibreOffice")  # fmt: skip
    if source.suffix in _OTHERS:
        refuse(source, f"is a {source.suffix} file, which is not read", "save it as .docx in Word or LibreOffice")
    refuse(source, "is not a Word document, or is damaged", "ask for the file again")


class _BoundedBuilder(TreeBuilder):
    """Tree builder with a limit of depth."""

    def __init__(self, name: str, nesting: int) -> None:
        super().__init__()
        self._name, self._nesting, self._depth = name, nesting, 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._depth += 1
        if self._depth > self._nesting:
            raise LimitError(
                f"{self._name} nests deeper than {self._nesting} levels",
                code="CB118",
                origin=Origin(self._name),
                remedy="check that it is a form, or raise limits.nesting",
            )
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def parse_part(source: InputFile, name: str) -> Element:
    """Return the tree of one part, without document types and entities.

    Raises:
        ReadError: It is damaged.
        LimitError: It nests deeper than the limits allow.
    """
    parser = DefusedXMLParser(target=_BoundedBuilder(source.name, source.limits.nesting), forbid_dtd=True)
    try:
        parser.feed(source.member(name))
        root: Element = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ReadError(
            f"{source.name} is damaged: {name} cannot be parsed ({type(error).__name__}: {error})",
            code="DOC1",
            origin=Origin(source.name, path=name),
            remedy="open it in Word or LibreOffice, save it as .docx, or ask for it again",
        ) from error
    return root


def find_form(source: InputFile) -> tuple[str, str] | None:
    """Return the questionnaire embedded in a document, as text, and its language.

    None if there is none.
    """
    for name in filter(_CUSTOM.fullmatch, source.members):
        if FORM_NAMESPACE.encode() in source.member(name):
            root = parse_part(source, name)
            if root.tag == f"{{{FORM_NAMESPACE}}}form":
                return root.text or "", root.get("language", "")
    return None


def local(name: str) -> str:
    """Return an XML name without its namespace, for transitional and strict documents alike."""
    return name.rpartition("}")[2]
