"""Detect text encodings: byte order mark, then UTF-8, else a code page with an issue."""

import codecs
import io
from typing import IO

from attrs import frozen

from capbuild.errors import LimitError
from capbuild.formats.csv_files.codepages import CODE_PAGES, code_page
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.plugins import InputFile

_BLOCK = 1 << 20
#: Blocks without a line break after which the file is not a text table.
_LONGEST_LINE = 16

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (
    (b"PK\x03\x04", "a zip archive or a workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Office file or an encrypted workbook"),
    (b"%PDF", "a PDF"),
    (b"$FL2", "an SPSS file"),
    (b"$FL3", "an SPSS file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"PAR1", "a Parquet file"),
)
#: Control characters that never occur in text; tab, line ends, form feed, end of file (26) and escape do.
_CONTROL = bytes(code for code in range(32) if code not in (9, 10, 11, 12, 13, 26, 27))
_HANDLER = "capbuild-cp1252"


def _undefined_byte(error: UnicodeError) -> tuple[str, int]:
    """Decode the five undefined bytes of Windows-1252 as control characters, as browsers do."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(_HANDLER, _undefined_byte)


@frozen
class Encoding:
    """Text encoding of a file.

    Attributes:
        name: Name of the codec.
        errors: Error handler for bytes that do not fit.
        issue: Issue to report.
    """

    name: str
    errors: str = "strict"
    issue: Issue | None = None


def refuse_binary(source: InputFile, given: str | None = None) -> None:
    """Raise an error if a file is binary.

    Args:
        source: The file.
        given: Encoding named by the options; only known file signatures are then refused.

    Raises:
        ReadError: CB111; names the likely file type.
    """
    head = source.start
    kind = next((what for mark, what in _BINARY if head.startswith(mark)), "")
    if not kind and given is None and _mark(head) is None and _unmarked_utf16(head) is None:
        control = len(head) - len(head.translate(None, _CONTROL))
        binary = b"\0" in head[:4096] or control > max(8, len(head) // 20)
        kind = "bytes that are no text" if binary else ""
    if kind:
        raise source.error(
            f"is not text: it looks like {kind}", "CB111", "name the reader with format=, or save the table as CSV"
        )


def _mark(head: bytes) -> str | None:
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def _unmarked_utf16(head: bytes) -> str | None:
    """Detect UTF-16 without a byte order mark.

    Every second byte of a mostly Latin text is zero.
    """
    sample = head[: len(head[:4096]) // 2 * 2]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half < 2 or max(even, odd) < 0.7 * half or min(even, odd) > 0.02 * half:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def find_encoding(source: InputFile, given: str | None) -> Encoding:
    """Detect the encoding of a file; all bytes are checked, in blocks.

    Args:
        source: The file.
        given: Encoding named by the options.

    Raises:
        LimitError: CB105, a line is longer than 16 MiB.
        ReadError: CB119, the text cannot be decoded at all, such as UTF-16 without a byte order mark.
    """
    declared = given or _mark(source.start) or _unmarked_utf16(source.start)
    name = declared or "utf-8"
    try:
        codecs.getincrementaldecoder(name)("replace").decode(source.start)  # unmarked UTF-16 cannot be repaired
        fault = _first_fault(source, name)
    except UnicodeError as error:
        raise source.error(f"cannot be read as {name}: {error}", "CB119", "name another encoding, or none") from error
    if fault is None:
        return Encoding(name)
    byte, line = fault
    if declared is None:
        page = code_page(_sample(source))
        return Encoding(page, _HANDLER, _not_utf8(source, byte, line, CODE_PAGES[page]))
    issue = Issue.warning(
        "CB119",
        f"the text says it is {name} and is not; bytes that do not fit are shown as numbers, such as \\x92",
        Origin(source.name, row=line),
        "ask for the file again, or name its encoding",
    )
    return Encoding(name, "backslashreplace", issue)


def _sample(source: InputFile) -> bytes:
    with source.open() as stream:
        return stream.read(_BLOCK)


def _not_utf8(source: InputFile, byte: int, line: int, page: str) -> Issue:
    # Never the encoding just tried; one of Latin letters is no alternative for another script.
    latin = {CODE_PAGES["cp1252"]: "mac-roman", CODE_PAGES["mac-roman"]: "cp1252", CODE_PAGES["cp850"]: "cp1252"}
    hint = f', such as "{latin[page]}"' if page in latin else ""
    return Issue.warning(
        "CB106",
        f"the text is not UTF-8 (first at byte 0x{byte:02x}) and was read as {page}",
        Origin(source.name, row=line),
        f"check letters{' with accents' if hint else ''}; name another encoding where they are wrong{hint}",
    )


def _first_fault(source: InputFile, name: str) -> tuple[int, int] | None:
    """Return the first byte that does not fit an encoding, and its line.

    Endless lines are refused.
    """
    decoder = codecs.getincrementaldecoder(name)()
    lines, without_break = 1, 0
    fault: tuple[int, int] | None = None
    with source.open() as stream:
        while block := stream.read(_BLOCK):
            has_break = b"\n" in block or b"\r" in block
            without_break = 0 if has_break else without_break + 1
            if without_break >= _LONGEST_LINE:
                raise LimitError(
                    f"{source.name} has a line of more than {_LONGEST_LINE} MiB",
                    origin=Origin(source.name, row=lines),
                    remedy="it may not be a table of text; name the reader with format=",
                )
            if fault is None:
                fault = _fault_in(decoder, block, lines)
                lines += block.count(b"\n")
    return fault or _fault_in(decoder, b"", lines, final=True)


def _fault_in(
    decoder: codecs.IncrementalDecoder, block: bytes, lines: int, *, final: bool = False
) -> tuple[int, int] | None:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError as error:
        bad = error.object[error.start]
        return bad, lines + error.object[: error.start].count(b"\n")
    return None


def open_text(source: InputFile, encoding: Encoding) -> io.TextIOWrapper:
    """Open a file as a text stream; line ends are not translated."""
    raw: IO[bytes] = source.open()
    return io.TextIOWrapper(raw, encoding=encoding.name, errors=encoding.errors, newline="")


def sample_text(source: InputFile, given: str | None = None) -> str:
    """Decode the beginning of a file for format detection; invalid bytes are replaced."""
    head = source.first_lines
    name = given or _mark(head) or _unmarked_utf16(head)
    if name is not None:
        return codecs.getincrementaldecoder(name)("replace").decode(head)
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode(code_page(head), "replace")
