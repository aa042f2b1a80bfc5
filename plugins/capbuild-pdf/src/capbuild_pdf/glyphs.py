"""Glyph coverage of fonts.

A PDF for archives and screen readers may not have a character without a glyph.
"""

import re
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from capbuild.errors import WriteError

#: Printed in place of a letter that no font has.
LOST = "\u25a1"

#: Letters without a glyph of their own that typesetting understands: soft hyphen, joiners, variation selectors.
_SILENT = frozenset((0x0A, 0xAD, *range(0x200B, 0x2010), 0x2060, *range(0xFE00, 0xFE10), 0xFEFF))
#: Embeddings, overrides and isolates could turn round what others wrote in the same line; the letters' own direction
#: is enough.
_TURNING = frozenset((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_SPACES = frozenset((0x09, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029))

#: A run that could be wider than its column, and after how many letters it may break.
_RUN = re.compile(r"\S{31,}")
_BREAK = re.compile(r"(\S{15})(?=\S)")


def read_characters(path: Path) -> frozenset[int]:
    """Return a font's code points, from `cmap` formats 4, 12.

    Raises:
        WriteError: The file is no such font.
    """
    data = path.read_bytes()
    try:
        tables = dict(_iter_tables(data))
        return frozenset(
            number for start in _iter_subtables(data, tables[b"cmap"]) for number in _iter_mapped(data, start)
        )
    except (KeyError, struct.error, UnicodeDecodeError) as error:
        raise WriteError(f"{path.name} is not a font that can be used", remedy="use .otf and .ttf files") from error


def _iter_tables(data: bytes) -> Iterator[tuple[bytes, int]]:
    (count,) = struct.unpack_from(">H", data, 4)
    for place in range(count):
        tag, _, start, _ = struct.unpack_from(">4sLLL", data, 12 + 16 * place)
        yield tag, start


def _iter_subtables(data: bytes, cmap: int) -> Iterator[int]:
    """Yield the positions of a font's Unicode tables.

    These have platform 0, or platform 3 with encoding 1 or 10.
    """
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for place in range(count):
        platform, encoding, start = struct.unpack_from(">HHL", data, cmap + 4 + 8 * place)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            yield cmap + start


def _iter_mapped(data: bytes, start: int) -> Iterator[int]:
    (kind,) = struct.unpack_from(">H", data, start)
    if kind == 4:
        yield from _iter_segments(data, start)
    elif kind == 12:
        (count,) = struct.unpack_from(">L", data, start + 12)
        for place in range(count):
            first, last, _ = struct.unpack_from(">LLL", data, start + 16 + 12 * place)
            yield from range(first, min(last, 0x10FFFF) + 1)


def _iter_segments(data: bytes, start: int) -> Iterator[int]:
    (double,) = struct.unpack_from(">H", data, start + 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", data, start + 14)
    base = start + 16 + double
    starts = struct.unpack_from(f">{count}H", data, base)
    deltas = struct.unpack_from(f">{count}H", data, base + double)
    offsets = struct.unpack_from(f">{count}H", data, base + 2 * double)
    for position, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for number in range(first, last + 1):
            glyph = number
            if offset:
                where = base + 2 * double + 2 * position + offset + 2 * (number - first)
                (glyph,) = struct.unpack_from(">H", data, where)
            if (glyph + delta) % 0x10000 and number != 0xFFFF:
                yield number


@lru_cache(maxsize=8)
def find_coverage(paths: tuple[Path, ...], faces: tuple[Path, ...] = ()) -> frozenset[int]:
    """Return the printable code points of font files and families.

    Args:
        paths: Font files, used for letters missing in another.
        faces: Faces of one family; a letter counts only when each has it.
    """
    characters = [read_characters(path) for path in faces]
    return frozenset().union(
        *(read_characters(path) for path in paths), frozenset.intersection(*characters) if characters else ()
    )


class GlyphFilter(dict[int, int | None]):
    r"""Replaces unprintable characters, and records them.

    Example:
        >>> letters = GlyphFilter(range(0x20, 0x7F))
        >>> letters.clean("a\x00b\u4e2d"), sorted(letters.lost)
        ('a□b□', ['\x00', '中'])
    """

    def __init__(self, covered: Iterable[int]) -> None:
        super().__init__({number: number for number in (*covered, *_SILENT)})
        self.update(dict.fromkeys(_TURNING, None))
        self.update(dict.fromkeys(_SPACES, 0x20))
        self.lost: set[str] = set()

    def __missing__(self, number: int) -> int:
        """Record a character without a glyph."""
        self.lost.add(chr(number))
        return ord(LOST)

    def clean(self, text: str) -> str:
        """Return a printable text, with breaks in long runs."""
        if text.isascii() and text.isprintable() and len(text) <= 30:
            return text
        printable = text.replace("\r\n", "\n").translate(self)
        return _RUN.sub(lambda run: _BREAK.sub("\\1\u200b", run[0]), printable)
