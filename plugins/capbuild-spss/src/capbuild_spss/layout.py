"""Where the values of the rows of an SPSS system file stand, as far as that is plain."""

import struct
import sys
from collections.abc import Mapping, Sequence

from attrs import frozen

__all__ = ["FLOATS", "VERY_LONG", "Layout", "Slot", "layout_of"]

#: Extension records: the numbers that stand for no value; texts of more than 255 bytes, kept in several variables.
FLOATS, VERY_LONG = 4, 14
#: As files say it that say nothing of it: no value, the highest, the lowest.
_NO_VALUE = (0xFFEFFFFFFFFFFFFF, 0x7FEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFE)
_LONGEST, _WORD, _BIAS = 255, 8, 100.0


@frozen
class Slot:
    """Where the values of one variable stand in a row.

    Attributes:
        first: The first word of eight bytes, counted from 0.
        width: Bytes of its texts; 0 for a number.
    """

    first: int
    width: int

    @property
    def words(self) -> int:
        """Words it takes."""
        return max(-(-self.width // _WORD), 1)


@frozen(kw_only=True)
class Layout:
    """Where the values of all rows stand.

    Attributes:
        start: The first byte of the rows.
        rows: Number of rows.
        words: Words of eight bytes of one row.
        slots: The variables.
        packed: Whether codes of one byte stand for words.
        missing: Numbers, as 64 bits, that are no value; the first is the one that a code stands for.
    """

    start: int
    rows: int
    words: int
    slots: tuple[Slot, ...]
    packed: bool
    missing: tuple[int, ...]

    def holds(self, size: int) -> bool:
        """Tell whether a file of so many bytes has room for the rows, and nothing to spare if they are not packed."""
        room, wanted = size - self.start, self.rows * self.words * _WORD
        return room % _WORD == 0 and (wanted <= _WORD * room if self.packed else wanted == room)


def _slots(widths: Sequence[int]) -> tuple[Slot, ...] | None:
    """Return the variables; None where a text has more or fewer words than its length takes."""
    slots: list[Slot] = []
    at = 0
    while at < len(widths):
        slot = Slot(at, widths[at])
        if not 0 <= slot.width <= _LONGEST or any(width != -1 for width in widths[at + 1 : at + slot.words]):
            return None
        slots.append(slot)
        at += slot.words
    return tuple(slots) if at == len(widths) else None


def layout_of(head: bytes, start: int, widths: Sequence[int], extensions: Mapping[int, bytes]) -> Layout | None:
    """Return where values stand; None where numbers are turned round, texts are very long, or something is odd.

    Args:
        head: The first record of the file.
        start: Where its rows start.
        widths: What its variable records say: 0 a number, else the bytes of a text; -1 eight more of the text before.
        extensions: Content of the extension records `FLOATS` and `VERY_LONG`.
    """
    order, _, packing, _, rows = struct.unpack("<iiiii", head[64:84])
    (bias,) = struct.unpack("<d", head[84:92])
    slots, floats = _slots(widths), extensions.get(FLOATS)
    packed = packing == 1 and bias == _BIAS
    if head[:4] != b"$FL2" or order not in (2, 3) or sys.byteorder != "little" or not (packed or packing == 0):
        return None
    if not slots or rows <= 0 or VERY_LONG in extensions or (floats is not None and len(floats) != _WORD * 3):
        return None
    missing = _NO_VALUE if floats is None else struct.unpack("<3Q", floats)
    return Layout(start=start, rows=rows, words=len(widths), slots=slots, packed=packed, missing=missing)
