"""Detection of text encodings.

A byte order mark decides, then valid UTF-8. Otherwise the code page is used that makes words of the bytes, and an issue
reports it.
"""

import codecs
import io
import re
from collections.abc import Iterable
from typing import IO

from attrs import frozen

from capbuild._garbage import text_cache
from capbuild.errors import LimitError
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.plugins import InputFile

#: The encodings that spreadsheets have saved text in: of Windows, of the older Macintosh, and of DOS.
CODE_PAGES = {
    "cp1252": "Windows-1252",
    "mac-roman": "Macintosh Roman",
    "cp850": "DOS code page 850",
    "cp1251": "Windows-1251",
    "cp1256": "Windows-1256",
    "gb18030": "GB 18030",
}

_SINGLE = tuple(name for name in CODE_PAGES if name != "gb18030")

#: Code pages of other scripts than Latin, with the first and last letter of the script.
_SCRIPTS = {"cp1251": ("\u0400", "\u04ff"), "cp1256": ("\u0600", "\u06ff")}

#: Characters of two bytes, the second one possibly ASCII, or a byte alone; first bytes of the more frequent half of
#: Chinese characters, and of punctuation.
_PAIRED, _COMMON = re.compile(rb"[\x80-\xff][\x40-\x7e\x80-\xff]?"), frozenset((*range(0xA1, 0xA4), *range(0xB0, 0xD8)))

#: Smallest number of characters that may be Chinese.
_LEAST = 5

_FOURFOLD = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]")

_LOWER = frozenset("áéíóúüñçàèìòùâêîôûäëïöÿãõåøßæý")

_UPPER = frozenset("ÁÉÍÓÚÜÑÇÀÈÌÒÙÂÊÎÔÛÄËÏÖÃÕÅØÆÝ")

#: Words of one letter at the beginning of a sentence.
_WORDS = frozenset("ÀÈÉÓ")

_LIGATURES = frozenset("œŒ")

#: Characters within words, within or beside words, and only beside words.
_WITHIN = frozenset("´·")

_QUOTES = frozenset("’‘“”")

_BESIDE = frozenset("–—…•°ºª«»¿¡\u00a0€£§©®™¹²³")

#: Nearly all such files are Windows-1252, so another encoding must fit clearly better.
_LEAD = 1.0

_LOOKED_AT = 4_000


def _spots(data: bytes) -> Iterable[tuple[bytes, bytes, bytes]]:
    """Yield each byte beyond ASCII with its neighbours."""
    count = 0
    for position, byte in enumerate(data):
        if byte < 0x80:
            continue
        yield data[max(position - 1, 0) : position], data[position : position + 1], data[position + 1 : position + 2]
        count += 1
        if count == _LOOKED_AT:
            return


def _score_script(page: str, before: str, letter: str, after: str) -> float:
    """Score a letter of another script, from -1 to 1."""
    first, last = _SCRIPTS[page]
    if not first <= letter <= last:
        return -1.0 if letter.isalpha() else 0.0
    if (before + after).isascii() and not (before + after).isalpha():
        return -0.2  # a letter alone
    beside = all(first <= letter <= last for letter in before + after if letter.isalpha())
    return 1.0 if beside and not (before.islower() and letter.isupper()) else -1.0


def _score_letter(before: str, letter: str, after: str) -> float:
    """Score a letter between its ASCII neighbours, -1 to 1."""
    inside = before.isalpha() and after.isalpha()
    if letter in _LOWER and after.isupper():
        return -1.0
    if letter in _LOWER:
        return 1.0 if before.isalpha() or after.isalpha() else -0.2
    if letter in _UPPER:
        capitals = (not before or before.isupper() or not before.isalpha()) and (before.isupper() or after.isalpha())
        mixed = before.isupper() and after.islower()
        word = letter in _WORDS and after == " " and not before.isalpha()
        return 0.5 if word else 0.8 if capitals and not mixed else -1.0
    if letter in _LIGATURES:
        return 1.0 if after.isalpha() and not before.isupper() else -1.0
    if letter in _WITHIN:
        return 0.5 if inside else -1.0
    if letter in _QUOTES:
        return 1.0 if inside and letter == "’" else 0.5
    if letter in _BESIDE:
        return -0.5 if inside else 0.4
    return -1.0


def _is_chinese(data: bytes) -> bool:
    """True if bytes beyond ASCII are Chinese characters.

    They must be pairs of bytes, nine tenths of them common characters. Rare characters, such as the marks of footnotes,
    have four bytes.
    """
    pairs: list[bytes] = _PAIRED.findall(_FOURFOLD.sub(b"", data))[:-1][:_LOOKED_AT]  # the last one may be cut
    if len(pairs) < _LEAST or any(len(pair) == 1 for pair in pairs):
        return False
    common = sum(lead in _COMMON and trail > 0xA0 for lead, trail in pairs)
    return 10 * common >= 9 * len(pairs)


@text_cache(4)  # the sniffers of several readers ask about the same beginning
def code_page(data: bytes) -> str:
    """Detect the code page of a text.

    It is the one in which bytes beyond ASCII make words with their neighbours.

    Args:
        data: The beginning of a text that is not UTF-8.

    Example:
        >>> [code_page("México, Perú, Sí".encode(name)) for name in ("cp1252", "mac-roman", "cp850")]
        ['cp1252', 'mac-roman', 'cp850']
        >>> code_page("Чад; Мали".encode("cp1251"))
        'cp1251'
    """
    if _is_chinese(data):
        return "gb18030"
    scores = dict.fromkeys(_SINGLE, 0.0)
    for before, byte, after in _spots(data):
        for name in scores:
            if name in _SCRIPTS:
                near = (part.decode(name, "replace") for part in (before, byte, after))
                scores[name] += _score_script(name, *near)
            else:
                ascii_only = (part.decode("ascii", "ignore") for part in (before, after))
                scores[name] += _score_letter(next(ascii_only), byte.decode(name, "replace"), next(ascii_only))
    scores["cp1252"] += _LEAD
    return max(scores, key=lambda name: scores[name])


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
    """Decode an undefined byte of Windows-1252.

    The five such bytes become control characters, as in browsers.
    """
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

    In a mostly Latin text every second byte is zero.
    """
    sample = head[: len(head[:4096]) // 2 * 2]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half < 2 or max(even, odd) < 0.7 * half or min(even, odd) > 0.02 * half:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def find_encoding(source: InputFile, given: str | None) -> Encoding:
    """Detect the encoding of a file from all its bytes.

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
        f"the text declares {name} and is not; bytes that do not fit are shown as numbers, such as \\x92",
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
    """Return position and line of the first undecodable byte.

    A file with an endless line is refused.
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
    """Open a file as text, with untranslated line ends."""
    raw: IO[bytes] = source.open()
    return io.TextIOWrapper(raw, encoding=encoding.name, errors=encoding.errors, newline="")


def sample_text(source: InputFile, given: str | None = None) -> str:
    """Decode the beginning of a file for format detection.

    Invalid bytes are replaced.
    """
    head = source.first_lines
    name = given or _mark(head) or _unmarked_utf16(head)
    if name is not None:
        return codecs.getincrementaldecoder(name)("replace").decode(head)
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode(code_page(head), "replace")
