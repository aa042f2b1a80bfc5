"""Count of special characters in a text file.

The counts decide which parser may split the file.
"""

from collections.abc import Iterator

from attrs import define

from capbuild.plugins import InputFile

#: Block size; the same memory is reused, so that it stays in the processor cache.
_BLOCK = 1 << 18
_LINE = ord("\n")


def _blocks(source: InputFile) -> Iterator[memoryview]:
    """Yield the bytes of a file in blocks.

    All blocks share one buffer, so each overwrites the last.
    """
    memory = bytearray(_BLOCK)
    whole = memoryview(memory)
    with source.open() as stream:
        while size := stream.readinto(memory):  # type: ignore[attr-defined]  # files and in-memory bytes have it
            yield whole[:size]


def count_byte(source: InputFile, byte: int) -> int:
    """Count a byte in a file."""
    return sum(_count(block, byte) for block in _blocks(source))


def has_byte(source: InputFile, byte: bytes) -> bool:
    """True if a file has a byte; faster than counting."""
    return any(_memory(block).find(byte, 0, len(block)) >= 0 for block in _blocks(source))


def _memory(block: memoryview) -> bytearray:
    """Return the buffer of a block for searching without copying."""
    assert isinstance(block.obj, bytearray)  # noqa: S101 - `_blocks` makes it
    return block.obj


def has_padded_cells(source: InputFile, delimiter: int) -> bool:
    r"""True if a cell starts with white space.

    Args:
        source: The file.
        delimiter: The delimiter byte.

    Example:
        >>> has_padded_cells(InputFile("a.csv", data=b"country,P1\nCuba, \n"), ord(","))
        True
    """
    import numpy as np

    last = b"\n"
    for block in _blocks(source):
        codes = np.frombuffer(last + block, np.uint8)
        starts = (codes[:-1] == delimiter) | (codes[:-1] == _LINE)
        if (starts & ((codes[1:] == ord(" ")) | (codes[1:] == ord("\t")))).any():
            return True
        last = bytes(block[-1:])
    return False


def _count(block: memoryview, byte: int) -> int:
    import numpy as np

    return int(np.count_nonzero(np.frombuffer(block, np.uint8) == byte))


@define
class TextMarks:
    r"""Counts of special characters in a text file.

    Attributes:
        lines: Lines; the last may lack its end.
        returns: Carriage returns.
        pairs: Carriage returns followed by a line feed.
        quotes: Quotation marks.
        opening: Quotation marks at the start of a cell.
        closing: Quotation marks at the end of a cell.
        doubled: Whether two quotation marks are adjacent.
        null: Whether there is a null byte.
        wide: Whether the file starts with a UTF-16 byte order mark.

    Example:
        >>> marks = TextMarks.of(InputFile("a.csv", data=b'country,P1\r\nCuba,"yes"'), ",")
        >>> marks.lines, marks.pairs, marks.quotes, marks.are_plain, marks.end_lines_alike
        (2, 1, 2, True, True)
    """

    lines: int = 0
    returns: int = 0
    pairs: int = 0
    quotes: int = 0
    opening: int = 0
    closing: int = 0
    doubled: bool = False
    null: bool = False
    wide: bool = False

    @classmethod
    def of(cls, source: InputFile, delimiter: str) -> "TextMarks":
        """Count the special characters of a file.

        Blocks overlap by the longest mark.

        Args:
            source: The file.
            delimiter: Character between cells.
        """
        start = source.start[:2]
        marks = cls(wide=start in (b"\xff\xfe", b"\xfe\xff"), opening=int(start.startswith(b'"')))
        mark, last = delimiter.encode(), b""
        for block in _blocks(source):
            marks.lines += _count(block, _LINE)
            marks._look_closer(_memory(block), len(block), last, mark)
            last = bytes(block[-1:])
        marks.lines += bool(last) and last != b"\n"
        marks.closing += last == b'"'
        return marks

    def _look_closer(self, memory: bytearray, size: int, last: bytes, mark: bytes) -> None:
        """Count characters that most files do not have."""
        self.null = self.null or memory.find(b"\0", 0, size) >= 0
        if memory.find(b"\r", 0, size) >= 0 or last == b"\r":
            block = last + memory[:size]
            self.returns += memory.count(b"\r", 0, size)
            self.pairs += block.count(b"\r\n")
        if memory.find(b'"', 0, size) >= 0 or last == b'"':
            block = last + memory[:size]
            self.quotes += memory.count(b'"', 0, size)
            self.doubled = self.doubled or b'""' in block
            self.opening += block.count(mark + b'"') + block.count(b'\n"')
            self.closing += block.count(b'"' + mark) + block.count(b'"\n') + block.count(b'"\r')

    @property
    def are_plain(self) -> bool:
        """True if every quote opens or closes a cell.

        All parsers then agree on the cells.
        """
        return not self.doubled and self.quotes == self.opening + self.closing and self.opening == self.closing

    @property
    def end_lines_alike(self) -> bool:
        """True if there are no lone carriage returns."""
        return self.returns == self.pairs
