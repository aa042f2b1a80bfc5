"""Columns of plain SPSS system files, read with numpy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from capbuild.plugins import InputFile
from capbuild.tables import polars
from capbuild_spss.parser_process import LEVELS, collect_number_facts
from capbuild_spss.sav_layout import Layout, Slot
from capbuild_spss.sav_rows import NeedsParserError, Words, read_blocks
from capbuild_spss.variables import RawColumn

#: The share of distinct texts from which a dictionary does not pay.
_NEARLY_ALL = 0.97

#: Bytes of a part of a text of more than 255 bytes; the last one is padding.
_PART = 256


class TextColumn:
    """A column of texts, encoded by distinct text."""

    def __init__(self, slot: Slot, layout: Layout) -> None:
        self._slot = slot
        self._cells: Words = np.empty((slot.words, layout.rows), np.uint64)

    def take(self, part: Words, start: int) -> None:
        """Read some rows: words as lines, rows as columns."""
        self._cells[:, start : start + part.shape[1]] = part

    def finish(self, labelled: bool, codec: str) -> tuple[RawColumn, dict[str, Any]]:
        """Return the column and the facts about it.

        Args:
            labelled: True if its texts have labels.
            codec: Encoding of the texts.

        Raises:
            NeedsParserError: They are not in that encoding, or have letters that the parser drops.
        """
        firsts, codes = _find_distinct(self._cells)
        try:
            texts = [self._decode_text(self._cells[:, row].tobytes()).decode(codec) for row in firsts]
        except UnicodeDecodeError as error:
            raise NeedsParserError from error
        facts = {"whole": True, "levels": texts if labelled and len(texts) <= LEVELS else None}
        if len(texts) > _NEARLY_ALL * len(codes):
            joined = "\0".join([texts[code] for code in codes.tolist()])
            return RawColumn("t", (), joined.encode("utf-8")), facts
        return RawColumn("i", tuple(texts), codes), facts

    def _decode_text(self, cell: bytes) -> bytes:
        """Return a text without its padding.

        A long text has parts of 255 bytes, each followed by a space.
        """
        padding = b""
        if self._slot.is_long:
            padding = cell[_PART - 1 :: _PART]
            cell = b"".join([cell[at : at + _PART - 1] for at in range(0, len(cell), _PART)])
        text = cell.rstrip(b" ")
        if padding.strip(b" ") or len(text) > self._slot.width or b"\0" in text:
            raise NeedsParserError
        return text


def _find_distinct(cells: Words) -> tuple[list[int], npt.NDArray[np.uint32]]:
    """Return distinct texts and each row's text.

    A distinct text is given by the index of its first row, the text of a row by its position among the distinct ones.
    """
    words = polars().DataFrame({str(at): word for at, word in enumerate(cells)})
    rows = words.with_row_index("row").group_by(words.columns, maintain_order=True).agg("row").get_column("row")
    codes = np.empty(len(words), np.uint32)
    codes[rows.explode().to_numpy()] = np.repeat(np.arange(len(rows), dtype=np.uint32), rows.list.len().to_numpy())
    return rows.list.first().to_list(), codes


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
        self._found = [TextColumn(slot, layout) if slot.width else _NumberColumn(layout) for slot in layout.slots]

    def take(self, source: InputFile) -> None:
        """Read the columns from the rows.

        Raises:
            NeedsParserError: Only the parser can interpret the content.
        """
        pairs = zip(self.layout.slots, self._found, strict=True)
        takers = [(column.take, slot.first, slot.first + slot.words) for slot, column in pairs]
        transposed: Words = np.empty((self.layout.words, 0), np.uint64)
        start = 0
        for block in read_blocks(source, self.layout):
            if len(block) > transposed.shape[1]:
                transposed = np.empty((self.layout.words, len(block)), np.uint64)
            part = transposed[:, : len(block)]
            part[:] = block.T
            for take, first, last in takers:
                take(part[first:last], start)
            start += len(block)

    def finish(self, variables: Sequence[dict[str, Any]], encoding: str) -> list[RawColumn]:
        """Return the columns, adding facts to their variables.

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
        for text_column, variable in zip(self._found, variables, strict=True):
            column, facts = text_column.finish(bool(variable["labels"]), codec)
            variable.update(facts)
            columns.append(column)
        return columns


def is_plain(source: InputFile, layout: Layout) -> bool:
    """True if values are where declared, within the limits.

    Args:
        source: The file.
        layout: Positions of its values.
    """
    size, cells = layout.rows * layout.words * 8, layout.rows * len(layout.slots)
    room = min(source.limits.unpacked_size, _ROOM + _ROOM_FACTOR * source.size)
    return size <= room and cells <= source.limits.cells and layout.has_room_for(source.size)


def read_columns(source: InputFile, layout: Layout) -> SavColumns | None:
    """Return a plain file's columns, None if not plain.

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

    def finish(self, labelled: bool, _codec: str) -> tuple[RawColumn, dict[str, Any]]:
        """Return the column and its facts.

        Labelled integers with few distinct values become a dictionary.
        """
        numbers = self._cells.view(np.float64)
        for bits in self._missing:
            numbers[self._cells == np.uint64(bits)] = np.nan
        numbers[np.isnan(numbers)] = np.nan  # one NaN for all, on which arithmetic gives no warning
        facts = collect_number_facts(numbers, labelled=labelled)
        levels = facts["levels"]
        if not levels or not facts["whole"] or levels[-1] - levels[0] > len(numbers) + LEVELS:
            return RawColumn("d", (), numbers), facts
        codes = np.zeros(int(levels[-1] - levels[0]) + 2, np.uint32)
        codes[[int(level - levels[0]) for level in levels]] = np.arange(len(levels))
        codes[-1] = len(levels)
        places = np.where(np.isnan(numbers), len(codes) - 1, numbers - levels[0]).astype(np.intp)
        return RawColumn("i", (*levels, None), codes[places]), facts
