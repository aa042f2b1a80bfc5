"""Text columns of an SPSS system file, with a dictionary if texts recur."""

from typing import Any

import numpy as np
import numpy.typing as npt

from capbuild_spss.parser_process import LEVELS
from capbuild_spss.sav_layout import Layout, Slot
from capbuild_spss.sav_rows import NeedsParserError, Words
from capbuild_spss.variables import RawColumn

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
