"""Positions of values in plain SPSS system files."""

import re
import struct
import sys
from collections.abc import Mapping, Sequence
from enum import Enum

from attrs import frozen

#: Extension records: the numbers that mean missing; texts of more than 255 bytes, kept in several variables.
FLOATS, VERY_LONG = 4, 14
#: Defaults of files without that record: missing, highest, lowest.
_NO_VALUE = (0xFFEFFFFFFFFFFFFF, 0x7FEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFE)
_LONGEST, _WORD, _BIAS = 255, 8, 100.0
#: Bytes of a very long text in each additional variable.
_PART = 252
_LENGTH = re.compile(rb"([^=\0\t]+)=(\d{1,6})\0\t")


class Packing(Enum):
    """Packing of the words of the rows."""

    NONE = 0
    CODES = 1  # a code of one byte represents a word
    ZLIB = 2  # and the codes are compressed


@frozen
class Slot:
    """Position of a variable's values in a row.

    Attributes:
        first: The first word of eight bytes, counted from 0.
        width: Bytes of its texts; 0 for a number.
        words: Number of words.
    """

    first: int
    width: int
    words: int

    @property
    def is_long(self) -> bool:
        """True if its texts are split into parts.

        A part has 255 bytes in 32 words, except the last.
        """
        return self.width > _LONGEST


@frozen(kw_only=True)
class Layout:
    """Positions of the values of all rows.

    Attributes:
        start: The first byte of the rows.
        rows: Number of rows.
        words: Words of eight bytes in one row.
        slots: The variables.
        packing: Packing of the words.
        missing: Numbers, as 64 bits, that mean missing; the first has a code.
    """

    start: int
    rows: int
    words: int
    slots: tuple[Slot, ...]
    packing: Packing
    missing: tuple[int, ...]

    def has_room_for(self, size: int) -> bool:
        """True if the file's size has room for rows.

        Without compression, the size must be exactly that of the rows.
        """
        room, wanted = size - self.start, self.rows * self.words * _WORD
        if self.packing is Packing.NONE:
            return room == wanted
        return self.packing is Packing.ZLIB or (room % _WORD == 0 and wanted <= _WORD * room)


def _count_words(width: int) -> int:
    return max(-(-width // _WORD), 1)


def _find_slots(widths: Sequence[int]) -> list[Slot] | None:
    """Return the variables, None if texts are inconsistent.

    The number of words of a text must match its length.
    """
    slots: list[Slot] = []
    at = 0
    while at < len(widths):
        slot = Slot(at, widths[at], _count_words(widths[at]))
        if not 0 <= slot.width <= _LONGEST or any(width != -1 for width in widths[at + 1 : at + slot.words]):
            return None
        slots.append(slot)
        at += slot.words
    return slots if at == len(widths) else None


def _join_long_texts(slots: Sequence[Slot], names: Sequence[bytes], lengths: bytes) -> list[Slot] | None:
    """Join the variables of very long texts.

    The result is None if they do not match the extension record.

    Args:
        slots: The variables.
        names: Their short names.
        lengths: The extension record with the lengths of such texts.
    """
    entries = dict(_LENGTH.findall(lengths))
    if b"".join(b"%b=%b\0\t" % entry for entry in entries.items()) != lengths:
        return None
    joined: list[Slot] = []
    at = 0
    while at < len(slots):
        width = int(entries.pop(names[at].rstrip(b" "), b"0"))
        more = (width - 1) // _PART
        parts = slots[at : at + more + 1]
        if width:
            wanted = [_LONGEST] * more + [width - _PART * more]
            if width <= _LONGEST or [part.width for part in parts] != wanted:
                return None
            joined.append(Slot(slots[at].first, width, sum(part.words for part in parts)))
        else:
            joined.append(slots[at])
        at += max(len(parts), 1)
    return None if entries else joined


def find_layout(
    head: bytes, start: int, variables: Sequence[tuple[bytes, int]], extensions: Mapping[int, bytes]
) -> Layout | None:
    """Return the layout of a plain file.

    The result is None for a swapped byte order or anything unusual.

    Args:
        head: The first record of the file.
        start: Position of the first row.
        variables: Variable records: a short name, and the width: 0 for a number, else the bytes of a text; -1 for eight
            more bytes of the previous text.
        extensions: Content of the extension records `FLOATS` and `VERY_LONG`.
    """
    order, _, packing, _, rows = struct.unpack("<iiiii", head[64:84])
    (bias,) = struct.unpack("<d", head[84:92])
    kinds = {(b"$FL2", 0): Packing.NONE, (b"$FL2", 1): Packing.CODES, (b"$FL3", 2): Packing.ZLIB}
    kind = kinds.get((head[:4], packing))
    if kind is None or order not in (2, 3) or sys.byteorder != "little" or (bias != _BIAS and packing):
        return None
    slots, floats = _find_slots([width for _, width in variables]), extensions.get(FLOATS)
    if slots and VERY_LONG in extensions:
        slots = _join_long_texts(slots, [name for name, width in variables if width >= 0], extensions[VERY_LONG])
    if not slots or rows <= 0 or (floats is not None and len(floats) != _WORD * len(_NO_VALUE)):
        return None
    missing = _NO_VALUE if floats is None else struct.unpack("<3Q", floats)
    return Layout(start=start, rows=rows, words=len(variables), slots=tuple(slots), packing=kind, missing=missing)
