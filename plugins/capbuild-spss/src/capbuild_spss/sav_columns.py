"""Columns of plain SPSS system files, read with numpy instead of the parser.

Numbers and short texts stand in the file as they are, so numpy takes them out of the rows; the parser, which makes an
object of each value, takes many times as long. Nothing is judged here: a file with anything of which one can be in
doubt is left to the parser as a whole.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from capbuild.plugins import InputFile
from capbuild_spss.parser_process import LEVELS, number_facts
from capbuild_spss.sav_layout import Layout, Slot
from capbuild_spss.sav_rows import NeedsParserError, Words, iter_blocks
from capbuild_spss.sav_text_columns import LongTextColumn, TextColumn
from capbuild_spss.variables import WholeColumn

__all__ = ["NeedsParserError", "SavColumns", "is_plain", "read_columns"]

#: Encodings in which the parser gives the same texts as Python, by the names the parser has for them.
_CODECS = {"utf-8": "utf-8", "windows-1252": "cp1252", "iso-8859-1": "latin-1"}

#: Bytes that unpacked rows may take, and how many more for each byte of the file.
_ROOM, _ROOM_FACTOR = 128 << 20, 16


class SavColumns:
    """Columns of a file, unparsed.

    Attributes:
        layout: Where its values stand.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._found = [_column(slot, layout) for slot in layout.slots]

    def take(self, source: InputFile) -> None:
        """Take the columns out of the rows.

        Raises:
            NeedsParserError: Something that only the parser can judge.
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

    def finish(self, variables: Sequence[dict[str, Any]], encoding: str) -> list[WholeColumn]:
        """Return the columns, and put the facts about each into what is said of its variable.

        Args:
            variables: What the parser says of the variables.
            encoding: Encoding of the texts.

        Raises:
            NeedsParserError: Something that only the parser can judge.
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
    """Tell whether a file's values are at the declared positions and within the limits.

    Args:
        source: The file.
        layout: Where its values stand.
    """
    size, cells = layout.rows * layout.words * 8, layout.rows * len(layout.slots)
    room = min(source.limits.unpacked_size, _ROOM + _ROOM_FACTOR * source.size)
    return size <= room and cells <= source.limits.cells and layout.has_room_for(source.size)


def read_columns(source: InputFile, layout: Layout) -> SavColumns | None:
    """Return the columns of a plain file; None if it needs the parser.

    Args:
        source: The file.
        layout: Where its values stand.
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
        """Take some rows: a word a line, a row a column."""
        self._cells[start : start + part.shape[1]] = part[0]

    def finish(self, labelled: bool, codec: str) -> tuple[WholeColumn, dict[str, Any]]:
        """Return the column and the facts about it; as a dictionary where labels are given to a few whole numbers."""
        numbers = self._cells.view(np.float64)
        for bits in self._missing:
            numbers[self._cells == np.uint64(bits)] = np.nan
        numbers[np.isnan(numbers)] = np.nan  # of all that are none, the one that no arithmetic warns of
        facts = number_facts(numbers, labelled=labelled)
        levels = facts["levels"]
        if not levels or not facts["whole"] or levels[-1] - levels[0] > len(numbers) + LEVELS:
            return WholeColumn("d", (), numbers), facts
        codes = np.zeros(int(levels[-1] - levels[0]) + 2, np.uint32)
        codes[[int(level - levels[0]) for level in levels]] = np.arange(len(levels))
        codes[-1] = len(levels)
        places = np.where(np.isnan(numbers), len(codes) - 1, numbers - levels[0]).astype(np.intp)
        return WholeColumn("i", (*levels, None), codes[places]), facts
