"""Rows of an SPSS system file, read as words."""

import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from capbuild.plugins import InputFile
from capbuild_spss.sav_layout import Layout, Packing

Words = npt.NDArray[np.uint64]

#: Bytes of rows processed at a time: few enough for the processor's cache.
_NEAR = 1 << 21
#: Words of packed rows processed at a time.
_CHUNK = 1 << 15
#: Codes of packed rows: no word, the end, a literal word, eight spaces, missing; the others are small numbers.
_NOTHING, _END, _AS_IT_STANDS, _SPACES, _NO_VALUE = 0, 252, 253, 254, 255
_BIAS = 100.0
#: Bytes of an entry in the list of compressed blocks, and of the header before the first block and the first entry.
_ENTRY = 24


class NeedsParserError(Exception):
    """Raised for content that only the parser can interpret."""


def read_blocks(source: InputFile, layout: Layout) -> Iterator[Words]:
    """Yield blocks of rows, a word in each column.

    A block is valid until the next one is yielded.

    Args:
        source: The file.
        layout: Positions of its values.

    Raises:
        NeedsParserError: It ends too soon.
    """
    near = max(1, _NEAR // (8 * layout.words))
    with source.open() as stream:
        stream.seek(layout.start)
        if layout.packing is not Packing.NONE:
            size = source.size - layout.start
            words = _inflate_blocks(stream, size, layout) if layout.packing is Packing.ZLIB else _read(stream, size)
            yield from _unpack_rows(words, layout, near)
            return
        block: Words = np.empty((near, layout.words), np.uint64)
        for start in range(0, layout.rows, near):
            part = block[: layout.rows - start]
            _fill(stream, part)
            yield part


def _fill(stream: Any, block: Words) -> None:
    left = block.reshape(-1).view(np.uint8).data
    while left:
        read = stream.readinto(left)
        if not read:
            raise NeedsParserError
        left = left[read:]


def _read(stream: IO[bytes], size: int) -> Words:
    words: Words = np.empty(size // 8, np.uint64)
    _fill(stream, words)
    return words


def _inflate_blocks(stream: IO[bytes], size: int, layout: Layout) -> Words:
    """Return the words of a file with compressed blocks.

    The list of blocks follows the last block.
    """
    start, behind, length = struct.unpack("<3Q", _read_bytes(stream, _ENTRY))
    count, rest = divmod(length - _ENTRY, _ENTRY)
    if start != layout.start or rest or count <= 0 or behind + length != layout.start + size:
        raise NeedsParserError
    stream.seek(behind)
    trailer = _read_bytes(stream, length)
    if struct.unpack_from("<i", trailer, 20) != (count,):
        raise NeedsParserError
    stream.seek(start + _ENTRY)
    parts = []
    # Size limit: a code and a word for each value, and padding of the codes of each row, as some writers add, and of a
    # block.
    place, left = start + _ENTRY, layout.rows * (9 * layout.words + 8) + 16 * count
    for at in range(1, count + 1):
        _, stands, full, packed = struct.unpack_from("<2q2i", trailer, _ENTRY * at)
        left -= full
        if stands != place or not 0 < packed <= behind - place or full <= 0 or full % 8 or left < 0:
            raise NeedsParserError
        parts.append(_read_block(_read_bytes(stream, packed), full))
        place += packed
    if place != behind:
        raise NeedsParserError
    return np.frombuffer(b"".join(parts), np.uint64)


def _read_block(data: bytes, size: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        block = unpacker.decompress(data, size + 1)
    except zlib.error as error:
        raise NeedsParserError from error
    if len(block) != size or not unpacker.eof or unpacker.unused_data:
        raise NeedsParserError
    return block


def _read_bytes(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise NeedsParserError
    return data


def _unpack_rows(words: Words, layout: Layout, near: int) -> Iterator[Words]:
    """Yield rows of unpacked words."""
    wanted = layout.rows * layout.words
    codes, literals = _split_codes(words, wanted)
    if len(codes) < wanted or _END in codes[:wanted]:
        raise NeedsParserError
    meant = _code_words(layout.missing[0])
    taken = 0
    for start in range(0, wanted, near * layout.words):
        some = codes[start : min(start + near * layout.words, wanted)]
        block, literal = meant[some], np.flatnonzero(some == _AS_IT_STANDS)
        if taken + len(literal) > len(literals):
            raise NeedsParserError
        block[literal] = literals[taken : taken + len(literal)]
        taken += len(literal)
        yield block.reshape(-1, layout.words)


def _code_words(no_value: int) -> Words:
    """Return the word of each code."""
    words: Words = (np.arange(256) - _BIAS).view(np.uint64)
    words[_SPACES], words[_NO_VALUE] = int.from_bytes(b" " * 8, "little"), no_value
    return words


def _split_codes(words: Words, wanted: int) -> tuple[npt.NDArray[np.uint8], Words]:
    """Return codes and literal words, in order, until codes suffice.

    A word of eight codes is followed by one word for each literal code among them, so each word of codes is found only
    from the one before.
    """
    codes: list[npt.NDArray[np.uint8]] = []
    literals: list[Words] = []
    at = total = 0
    for start in range(0, len(words), _CHUNK):
        chunk = words[start : start + _CHUNK]
        marks, at = _locate_words(chunk, at)
        of_codes = np.zeros(len(chunk), np.bool_)
        of_codes[marks] = True
        some = chunk[of_codes].view(np.uint8)
        codes.append(some if some.all() else some[some != _NOTHING])
        literals.append(chunk[~of_codes])
        total += len(codes[-1])
        if total >= wanted:
            break
    # The literals of the last codes may be in the next chunk.
    literals.append(words[start + _CHUNK : start + _CHUNK + 8] if codes else words[:0])
    return (np.concatenate(codes) if codes else words.view(np.uint8)), np.concatenate(literals)


def _locate_words(chunk: Words, at: int) -> tuple[npt.NDArray[np.intp], int]:
    """Return positions of the words of codes.

    The distance from the end of the chunk to the next such word follows.

    Args:
        chunk: Some words.
        at: Position of the first word of codes.
    """
    length = len(chunk)
    literal = (chunk.view(np.uint8) == _AS_IT_STANDS).view(np.uint64)
    counts = literal * np.uint64(0x0101010101010101) >> np.uint64(56)  # the sum of eight bytes
    steps, starts = (counts + np.uint64(1)).tolist(), []
    while at < length:
        starts.append(at)
        at += steps[at]
    return np.array(starts, np.intp), at - length
