"""Parts of a Word file, parsed safely and within limits.

Macros and embedded objects are never opened.
"""

import re

from capbuild.errors import LimitError
from capbuild.formats import load_xml
from capbuild.plugins import Claim, Confidence, InputFile
from capbuild_documents.slots import FORM_NAMESPACE

_DOCUMENT = re.compile(r"word/document\d*\.xml")
_CUSTOM = re.compile(r"customXml/item\d+\.xml")
_SUFFIXES = (".docx", ".docm")
#: Formats of other word processors, rejected with the same remedy.
_OTHERS = (".doc", ".rtf", ".odt")
#: Remedy for a scan.
SCANNED = "ask for the file that was scanned, or type the answers into the questionnaire"
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
#: Size limit of files that are searched for a form before reading.
_SEARCHED = 1 << 26


def sniff_word(source: InputFile) -> Claim | None:
    """Claim a Word document.

    Files of other word processors are claimed by name, so that reading rejects them with a reason.
    """
    try:
        if any(map(_DOCUMENT.fullmatch, source.members)):
            return Claim(Confidence.SIGNATURE, "a Word document")
    except LimitError:
        pass  # raised when it is read
    if source.suffix in (*_SUFFIXES, *_OTHERS):
        return Claim(Confidence.NAME, f"a file named {source.suffix}")
    return None


def sniff_pdf(source: InputFile) -> Claim | None:
    """Claim a PDF with form fields by signature.

    Any other PDF is claimed by name only.
    """
    if b"%PDF-" not in source.head(1024):
        return None
    if source.size <= _SEARCHED and b"/AcroForm" in source.content:
        return Claim(Confidence.SIGNATURE, "a PDF with form fields")
    return Claim(Confidence.NAME, "a PDF")


def document_name(source: InputFile) -> str:
    """Return the name of a Word file's main part.

    Raises:
        ReadError: It has none: it is in another format, has a password, or is damaged.
    """
    name = next(filter(_DOCUMENT.fullmatch, source.members), None)
    if name is not None:
        return name
    remedy = "save it as .docx in Word or LibreOffice"
    if source.start.startswith(_OLE) and source.suffix in _SUFFIXES:
        if _ENCRYPTED in source.content:
            raise source.error("has a password", "DOC1", "ask for it without a password")
        raise source.error("is in the format of Word 97", "DOC1", remedy)
    if source.suffix in _OTHERS:
        raise source.error(f"is a {source.suffix} file, which is not read", "DOC1", remedy)
    raise source.error("is not a Word document, or is damaged", "DOC1", "ask for the file again")


def find_form(source: InputFile) -> tuple[str, str] | None:
    """Return the embedded questionnaire and its language, or None."""
    for name in filter(_CUSTOM.fullmatch, source.members):
        if FORM_NAMESPACE.encode() in source.member(name):
            root = load_xml(source, source.member(name))
            if root.tag == f"{{{FORM_NAMESPACE}}}form":
                return root.text or "", root.get("language", "")
    return None
