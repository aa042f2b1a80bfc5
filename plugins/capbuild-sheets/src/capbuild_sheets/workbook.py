"""Safe reader of XLSX, XLSM, XLS and ODS.

Workbooks become typed cells.

Sizes are checked before memory is allocated: a cell in the last column of the last row costs its row. Error cells,
formulas without a result, merged ranges and hidden sheets are kept. Document types and entities are rejected.
"""

import zipfile
import zlib
from weakref import WeakKeyDictionary
from xml.parsers import expat

from attrs import evolve

from capbuild.errors import ReadError
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild_sheets.ods import is_ods, read_ods
from capbuild_sheets.row_builder import protected
from capbuild_sheets.sheets import Workbook
from capbuild_sheets.xls import read_xls
from capbuild_sheets.xlsx import is_xlsx, read_xlsx

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: First bytes of BIFF records without an OLE container, as programs of the 1990s wrote them.
_BARE = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
_PEEK = 60
_peeked: "WeakKeyDictionary[InputFile, Workbook]" = WeakKeyDictionary()


def is_workbook(source: InputFile) -> bool:
    """True if a file's bytes are those of a workbook.

    Raises:
        LimitError: It is an archive beyond the limits.
    """
    if source.start.startswith(b"PK"):
        members = _members(source)
        return is_xlsx(members) or is_ods(members) or _is_xlsb(members)
    return source.start.startswith(_BARE) or (source.start.startswith(_OLE) and _is_ole_workbook(source))


def _members(source: InputFile) -> tuple[str, ...]:
    """Return the names in an archive.

    The result is empty if its directory is damaged, for which zipfile raises many kinds of errors.
    """
    try:
        return source.members
    except (ValueError, NotImplementedError, OSError):
        return ()


def _is_xlsb(members: tuple[str, ...]) -> bool:
    return any(name.lower().endswith("workbook.bin") for name in members)


def _is_ole_workbook(source: InputFile) -> bool:
    """True for an OLE workbook or encrypted package."""
    return any(_names_stream(source, name) for name in ("Workbook", "Book", "EncryptedPackage"))


def _names_stream(source: InputFile, name: str) -> bool:
    return name.encode("utf-16-le") + b"\0\0" in source.content


def open_workbook(source: InputFile, *, rows: int | None = None) -> Workbook:
    r"""Return the workbook in a file.

    Args:
        source: The file.
        rows: Number of rows to read of each sheet; None for all.

    Returns:
        Its sheets with all their rows, so that nothing in it can fail later.

    Raises:
        ReadError: It is not a workbook (SHEET1), is password-protected (SHEET2), or is damaged (SHEET1).
        LimitError: It exceeds the limits, or declares XML entities.

    Example:
        >>> open_workbook(InputFile("a.xlsx", data=b"PK\x03\x04"))
        Traceback (most recent call last):
        capbuild.errors.ReadError: SHEET1 a.xlsx: it is not a workbook, or damaged
          remedy: open it in a spreadsheet program and save it as .xlsx
    """
    if source.start.startswith(b"PK"):
        return _with_own_names(_open_archive(source, rows))
    if source.start.startswith(_OLE) and _names_stream(source, "EncryptedPackage"):
        raise protected(source)
    if source.start.startswith((_OLE, *_BARE)):
        return _with_own_names(read_xls(source, rows))
    raise _no_workbook(source)


def _with_own_names(book: Workbook) -> Workbook:
    """Return the workbook with unique sheet names.

    Damaged files may have duplicate names.
    """
    taken: set[str] = set()
    sheets = []
    for position, sheet in enumerate(book.sheets, start=1):
        name = sheet.name if sheet.name.strip() and sheet.name not in taken else f"{sheet.name} (sheet {position})"
        taken.add(name)
        sheets.append(sheet if name == sheet.name else evolve(sheet, name=name))
    return evolve(book, sheets=tuple(sheets))


def _no_workbook(source: InputFile) -> ReadError:
    start = source.head(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta")):
        what, remedy = "is a web page or XML under the name of a workbook", "open it and save it as .xlsx"
    elif _is_xlsb(_members(source)):
        what, remedy = "is a binary workbook (XLSB)", "save it as .xlsx"
    else:
        what = "is not a workbook, or damaged"
        remedy = "open it in a spreadsheet program and save it as .xlsx"
    return ReadError(f"it {what}", code="SHEET1", origin=Origin(source.name), remedy=remedy)


def _open_archive(source: InputFile, rows: int | None) -> Workbook:
    members = _members(source)
    if not (is_xlsx(members) or is_ods(members)):
        raise _no_workbook(source)
    read = read_xlsx if is_xlsx(members) else read_ods
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            return read(source, archive, rows)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _damaged(source, f"its archive is damaged ({error})") from error
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _damaged(source, f"its XML is damaged ({error})") from error


def _damaged(source: InputFile, what: str) -> ReadError:
    return ReadError(what, code="SHEET1", origin=Origin(source.name), remedy="ask for the file again")


def peek_workbook(source: InputFile) -> Workbook | None:
    """Return the first rows of each sheet, for sniffing.

    The result is None if the file is no workbook. The result is cached as long as the file object exists, since every
    reader sniffs.

    Raises:
        ReadError: It is a workbook that cannot be read.
    """
    workbook = _peeked.get(source)
    if workbook is not None:
        return workbook
    if not is_workbook(source):
        return None
    workbook = _peeked[source] = open_workbook(source, rows=_PEEK)
    return workbook
