"""Detection of LimeSurvey files by their content."""

import csv
import io
import re
from enum import Enum

from capbuild_sheets.workbook import Sheet, Workbook, peek_workbook

from capbuild.formats import cell_text, declared_delimiter, sample_text
from capbuild.plugins import Claim, Confidence, InputFile
from capbuild_limesurvey.response_table import is_response_header
from capbuild_limesurvey.structure import is_structure

_MARK = re.compile(rb"<LimeSurveyDocType>\s*(?:<!\[CDATA\[)?\s*(\w+)")
#: Start of a JSON object. It has no header row; its one long line would become thousands of headers.
_JSON = re.compile(rb'\s*+(?:\[\s*+)?\{\s*+"[^"\n]*"\s*+:')
#: First bytes of workbooks: archives, or containers of old formats.
_WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")
_MEMBER = re.compile(rb"\.ls[sr]")


class Variant(Enum):
    """File formats that LimeSurvey exports, with the evidence for each."""

    XML = "the mark of a LimeSurvey XML export"
    ARCHIVE = "a LimeSurvey archive: a zip file that holds a survey"
    STRUCTURE = "the heads of a tab-separated LimeSurvey structure"
    VV = "two rows of heads of a LimeSurvey VV file"
    RESPONSES = "heads of a LimeSurvey response export"
    WORKBOOK = "heads of a LimeSurvey response export in a workbook"


def _header_rows(text: str) -> tuple[list[str], list[str], str]:
    """Return the first two rows of a text table, and its delimiter."""
    lines = text.lstrip("\ufeff")
    if declared_delimiter(lines.split("\n", 1)[0]) is not None:
        lines = lines.partition("\n")[2]
    delimiter = max("\t;,", key=lines.split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter)
    try:
        return next(reader, []), next(reader, []), delimiter
    except csv.Error:
        return [], [], delimiter


def find_variant(source: InputFile) -> Variant | None:
    """Return the export format of a file; None if it is not from LimeSurvey.

    Raises:
        ReadError: It is a workbook that cannot be read.
    """
    return _find_marked(source) or _in_workbook(source)


def _find_marked(source: InputFile) -> Variant | None:
    """Return the format of an export that is not a workbook."""
    head = source.head(4096)
    if head.startswith(b"PK"):
        names = _MEMBER.search(source.start) is not None or source.suffix == ".lsa"
        found = names and any(name.lower().endswith((".lss", ".lsr")) for name in source.members)
        return Variant.ARCHIVE if found else None
    if b"\0" in head[:256] and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return None
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Variant.XML if _MARK.search(head) is not None else None
    if _JSON.match(head.removeprefix(b"\xef\xbb\xbf")):
        return None
    first, second, delimiter = _header_rows(sample_text(source))
    if is_structure(first):
        return Variant.STRUCTURE
    if delimiter == "\t" and is_response_header(second) and "startlanguage" in second:
        return Variant.VV
    return Variant.RESPONSES if is_response_header(first) else None


def _in_workbook(source: InputFile) -> Variant | None:
    if not source.start.startswith(_WORKBOOKS):
        return None
    book = peek_workbook(source)
    return Variant.WORKBOOK if book is not None and response_sheet(book) is not None else None


def response_sheet(book: Workbook) -> Sheet | None:
    """Return the first visible sheet with LimeSurvey's response headers."""
    for sheet in book.sheets:
        headers = [cell_text(cell) for cell in sheet.rows[0] if isinstance(cell, str)] if sheet.rows else []
        if not sheet.hidden and is_response_header(headers):
            return sheet
    return None


def sniff(source: InputFile) -> Claim | None:
    """Claim LimeSurvey exports by their signature or by their response headers."""
    variant = _find_marked(source) or _in_workbook(source)
    if variant is None:
        return None
    sure = Confidence.SHAPE if variant in (Variant.RESPONSES, Variant.WORKBOOK) else Confidence.SIGNATURE
    return Claim(sure, variant.value)
