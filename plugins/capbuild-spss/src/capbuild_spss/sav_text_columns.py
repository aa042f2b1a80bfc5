"""Columns of plain SPSS system files, read with numpy instead of the parser."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from capbuild.plugins import InputFile
from capbuild_spss.parser_process import LEVELS, number_facts
from capbuild_spss.sav_layout import Layout, Slot
from capbuild_spss.sav_rows import NeedsParserError, Words, iter_blocks
from capbuild_spss.variables import RawColumn

__all__ = ["NeedsParserError", "SavColumns", "is_plain", "read_columns"]

_SPACE = ord(" ")

_SPACES = np.uint64(int.from_bytes(b" " * 8, "little"))

#: Number of first texts sampled from a column, and the share of distinct texts from which a dictionary does not pay.
_SAMPLE, _NEARLY_ALL = 500, 0.97

#: Size of the hash table, as a power of two.
_BITS = 16

#: Hash multiplier: 2**64 divided by the golden ratio; odd, its powers spread words over the table.
_SPREAD = 0x9E3779B97F4A7C15

#: Bytes of a part of a very long text; the last one is padding.
_PART = 256


class TextColumn:
    """A column of texts.

    A hash table of the words of each distinct text gives its code. All words of a row are then compared with the text.
    Texts that collide are looked up one by one.
    """

    def __init__(self, slot: Slot, layout: Layout) -> None:
        self._width = slot.width
        self._rows = layout.rows
        self._joined: list[bytes] | None = None
        self._codes = np.empty(0, np.int32)
        self._table = np.empty(0, np.int32)
        self._factors = [np.uint64(pow(_SPREAD, word + 1, 1 << 64)) for word in range(slot.words)]
        self._kept: Words = np.empty((slot.words, 64), np.uint64)
        self._others: dict[bytes, int] = {}
        self._count = 0

    def take(self, part: Words, start: int) -> None:
        """Read some rows: words as lines, rows as columns."""
        if start == 0:
            self._begin(part)
        if self._joined is not None:
            self._joined.append(self._terminate(part))
        else:
            self._codes[start : start + part.shape[1]] = self._coded(part)

    def _begin(self, part: Words) -> None:
        sample = part[:, :_SAMPLE].T.tobytes()
        size = 8 * len(part)
        distinct = {sample[at : at + size] for at in range(0, len(sample), size)}
        if len(distinct) * size > _NEARLY_ALL * len(sample):
            self._joined = []
        else:
            self._codes = np.empty(self._rows, np.int32)
            self._table = np.full(1 << _BITS, -1, np.int32)

    def _coded(self, part: Words) -> npt.NDArray[np.int32]:
        """Return the code of the text of each row."""
        spread = part[0] * self._factors[0]
        for word, factor in zip(part[1:], self._factors[1:], strict=True):
            spread += word * factor
        places = (spread >> np.uint64(64 - _BITS)).astype(np.intp)
        codes: npt.NDArray[np.int32] = self._table[places]
        if codes.min() < 0:
            self._learn(part, places, np.flatnonzero(codes < 0))
            codes = self._table[places]
        differ = self._kept[0][codes] != part[0]
        for kept, word in zip(self._kept[1:], part[1:], strict=True):
            differ |= kept[codes] != word
        for row in np.flatnonzero(differ).tolist():
            codes[row] = self._code_collision(part[:, row])
        return codes

    def _learn(self, part: Words, places: npt.NDArray[np.intp], unknown: npt.NDArray[np.intp]) -> None:
        """Give a code to the first text in each free place."""
        rows = unknown[np.unique(places[unknown], return_index=True)[1]]
        rows.sort()
        self._table[places[rows]] = self._keep(part[:, rows])

    def _code_collision(self, words: Words) -> int:
        """Return the code of a text whose place another text has."""
        found = self._others.get(words.tobytes())
        if found is None:
            found = self._others[words.tobytes()] = int(self._keep(words[:, np.newaxis])[0])
        return found

    def _keep(self, texts: Words) -> npt.NDArray[np.int32]:
        """Add distinct texts; return their codes."""
        count = self._count + texts.shape[1]
        if count > self._kept.shape[1]:
            more = np.empty((len(texts), max(count, 2 * self._kept.shape[1])), np.uint64)
            more[:, : self._count] = self._kept[:, : self._count]
            self._kept = more
        self._kept[:, self._count : count] = texts
        codes = np.arange(self._count, count, dtype=np.int32)
        self._count = count
        return codes

    def _terminate(self, part: Words) -> bytes:
        """Strip the padding spaces of texts and end each with NUL."""
        letters = np.ascontiguousarray(part.T).view(np.uint8)
        filled = letters != _SPACE
        if filled[:, self._width :].any():
            raise NeedsParserError
        lengths = np.where(filled.any(axis=1), filled.shape[1] - filled[:, ::-1].argmax(axis=1), 0)
        ended = np.zeros((len(letters), self._width + 1), np.uint8)
        ended[:, :-1] = letters[:, : self._width]
        ended[np.arange(len(letters)), lengths] = 0
        return ended[np.arange(self._width + 1) <= lengths[:, np.newaxis]].tobytes()

    def finish(self, labelled: bool, codec: str) -> tuple[RawColumn, dict[str, Any]]:
        """Return the column and the facts about it.

        Args:
            labelled: True if its texts have labels.
            codec: Encoding of the texts.

        Raises:
            NeedsParserError: They are not in that encoding, or have letters that the parser drops.
        """
        try:
            return self._finish(labelled, codec)
        except UnicodeDecodeError as error:
            raise NeedsParserError from error

    def _finish(self, labelled: bool, codec: str) -> tuple[RawColumn, dict[str, Any]]:
        if self._joined is not None:
            joined = b"".join(self._joined)[:-1].decode(codec)
            if joined.count("\0") != self._rows - 1:
                raise NeedsParserError
            levels = list(dict.fromkeys(joined.split("\0"))) if labelled else []
            return RawColumn("t", (), joined.encode("utf-8")), _facts(labelled, levels)
        letters = np.ascontiguousarray(self._kept[:, : self._count].T).view(np.uint8)
        if (letters[:, self._width :] != _SPACE).any() or not letters.all():
            raise NeedsParserError
        texts = [text.tobytes().rstrip(b" ").decode(codec) for text in letters]
        return RawColumn("i", tuple(texts), self._codes.view(np.uint32)), _facts(labelled, texts)


class LongTextColumn:
    """Column of texts of more than 255 bytes, encoded by distinct text."""

    def __init__(self, slot: Slot, layout: Layout) -> None:
        self._width = slot.width
        self._codes = np.empty(layout.rows, np.uint32)
        self._known: dict[bytes, int] = {}
        self._numbered = np.arange(1, slot.words + 1, dtype=np.int32)[:, np.newaxis]

    def take(self, part: Words, start: int) -> None:
        """Read some rows: words as lines, rows as columns."""
        filled = np.where(part != _SPACES, self._numbered, 0).max(axis=0)  # words up to the last nonblank one
        data, size, known = part.T.tobytes(), 8 * len(part), self._known
        ends = zip(range(0, len(data), size), (8 * filled).tolist(), strict=True)
        texts = (data[at : at + end].rstrip(b" ") for at, end in ends)
        self._codes[start : start + part.shape[1]] = [known.setdefault(text, len(known)) for text in texts]

    def finish(self, labelled: bool, codec: str) -> tuple[RawColumn, dict[str, Any]]:
        """Return the column and the facts about it; see `TextColumn.finish`."""
        try:
            texts = [self._join_parts(parts).decode(codec) for parts in self._known]
        except UnicodeDecodeError as error:
            raise NeedsParserError from error
        facts = _facts(labelled, texts)
        if len(texts) > _NEARLY_ALL * len(self._codes):
            joined = "\0".join([texts[code] for code in self._codes.tolist()])
            return RawColumn("t", (), joined.encode("utf-8")), facts
        return RawColumn("i", tuple(texts), self._codes), facts

    def _join_parts(self, parts: bytes) -> bytes:
        """Join the parts of a text: 255 bytes each, followed by a space."""
        text = b"".join([parts[at : at + _PART - 1] for at in range(0, len(parts), _PART)])
        if parts[_PART - 1 :: _PART].strip(b" ") or len(text) > self._width or b"\0" in text:
            raise NeedsParserError
        return text


def _facts(labelled: bool, levels: list[str]) -> dict[str, Any]:
    return {"whole": True, "levels": levels if labelled and len(levels) <= LEVELS else None}


#: Encodings in which the parser gives the same texts as Python, by the parser's names.
_CODECS = {"utf-8": "utf-8", "windows-1252": "cp1252", "iso-8859-1": "latin-1"}

#: Bytes that unpacked rows may take, and additional bytes for each byte of the file.
_ROOM, _ROOM_FACTOR = 128 << 20, 16


class SavColumns:
    """Columns of a file, unparsed.

    Attributes:
        layout: Positions of its values.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._found = [_column(slot, layout) for slot in layout.slots]

    def take(self, source: InputFile) -> None:
        """Read the columns from the rows.

        Raises:
            NeedsParserError: Only the parser can interpret the content.
        """
        pairs = zip(self.layout.slots, self._found, strict=True)
        takers = [(found.take, slot.first, slot.first + slot.words) for slot, found in pairs]
        transposed: Words = np.empty((self.layout.words, 0), np.uint64)
        start = 0
        for block in iter_blocks(source, self.layout):
            if len(block) > transposed.shape[1]:
                transposed = np.empty((self.layout.words, len(block)), np.uint64)
            part = transposed[:, : len(block)]
            part[:] = block.T
            for take, first, last in takers:
                take(part[first:last], start)
            start += len(block)

    def finish(self, variables: Sequence[dict[str, Any]], encoding: str) -> list[RawColumn]:
        """Return the columns, and add facts about each to its variable.

        Args:
            variables: The parser's descriptions of the variables, updated here.
            encoding: Encoding of the texts.

        Raises:
            NeedsParserError: Only the parser can interpret the content.
        """
        codec = _CODECS.get(encoding.lower(), "")
        wanted = ["string" if slot.width else "double" for slot in self.layout.slots]
        if [variable["storage"] for variable in variables] != wanted or not (codec or "string" not in wanted):
            raise NeedsParserError
        columns = []
        for found, variable in zip(self._found, variables, strict=True):
            column, facts = found.finish(bool(variable["labels"]), codec)
            variable.update(facts)
            columns.append(column)
        return columns


def _column(slot: Slot, layout: Layout) -> "_NumberColumn | TextColumn | LongTextColumn":
    if slot.width == 0:
        return _NumberColumn(layout)
    return LongTextColumn(slot, layout) if slot.is_long else TextColumn(slot, layout)


def is_plain(source: InputFile, layout: Layout) -> bool:
    """True if a file's values are at the declared positions and within the limits.

    Args:
        source: The file.
        layout: Positions of its values.
    """
    size, cells = layout.rows * layout.words * 8, layout.rows * len(layout.slots)
    room = min(source.limits.unpacked_size, _ROOM + _ROOM_FACTOR * source.size)
    return size <= room and cells <= source.limits.cells and layout.has_room_for(source.size)


def read_columns(source: InputFile, layout: Layout) -> SavColumns | None:
    """Return the columns of a plain file; None if it needs the parser.

    Args:
        source: The file.
        layout: Positions of its values.
    """
    columns = SavColumns(layout)
    try:
        columns.take(source)
    except (NeedsParserError, MemoryError):
        return None
    return columns


class _NumberColumn:
    """A column of numbers."""

    def __init__(self, layout: Layout) -> None:
        self._cells: Words = np.empty(layout.rows, np.uint64)
        self._missing = layout.missing

    def take(self, part: Words, start: int) -> None:
        """Read some rows: words as lines, rows as columns."""
        self._cells[start : start + part.shape[1]] = part[0]

    def finish(self, labelled: bool, codec: str) -> tuple[RawColumn, dict[str, Any]]:
        """Return the column and its facts; a few labelled integers become a dictionary."""
        numbers = self._cells.view(np.float64)
        for bits in self._missing:
            numbers[self._cells == np.uint64(bits)] = np.nan
        numbers[np.isnan(numbers)] = np.nan  # one NaN for all, on which arithmetic gives no warning
        facts = number_facts(numbers, labelled=labelled)
        levels = facts["levels"]
        if not levels or not facts["whole"] or levels[-1] - levels[0] > len(numbers) + LEVELS:
            return RawColumn("d", (), numbers), facts
        codes = np.zeros(int(levels[-1] - levels[0]) + 2, np.uint32)
        codes[[int(level - levels[0]) for level in levels]] = np.arange(len(levels))
        codes[-1] = len(levels)
        places = np.where(np.isnan(numbers), len(codes) - 1, numbers - levels[0]).astype(np.intp)
        return RawColumn("i", (*levels, None), codes[places]), facts
