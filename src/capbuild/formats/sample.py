"""The cells of a column in a sample of rows: what it holds is judged by them, each distinct text once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from attrs import field, frozen

from capbuild.formats.cells import Cell, CellReader
from capbuild.formats.days import DayOrder, day_order
from capbuild.formats.grid import GridRow
from capbuild.formats.numbers import decimal_votes
from capbuild.model import AnswerValue, Missing

__all__ = ["ColumnSample", "sampled"]


@frozen(eq=False)
class ColumnSample:
    """The cells of one column in a sample, without blanks. Answers repeat, so each distinct text is looked at once.

    Attributes:
        texts: The texts, without white space at their ends, with how many there are of each.
        typed: The cells that a workbook gave a type.
    """

    texts: Counter[str] = field(factory=Counter)
    typed: list[Cell] = field(factory=list)

    def __bool__(self) -> bool:
        return bool(self.texts or self.typed)

    @cached_property
    def votes(self) -> tuple[int, int]:
        """How many of the texts can only have a decimal point, and how many a decimal comma."""
        return decimal_votes(self.texts)

    @cached_property
    def order(self) -> DayOrder | None:
        """Which number of a date is the day, where the texts show it."""
        return day_order(self.texts)

    @property
    def counted(self) -> list[tuple[Cell, int]]:
        """The cells, with how many there are of each."""
        return [*self.texts.items(), *((cell, 1) for cell in self.typed)]

    @property
    def are_codes(self) -> bool:
        """Whether digits are codes: all have the same length, and one begins with a zero, which no number does."""
        if any(not isinstance(cell, int) or isinstance(cell, bool) for cell in self.typed):
            return False
        found = Counter(self.texts)
        found.update(map(str, self.typed))
        digits = Counter({text: count for text, count in found.items() if text.isdigit() and text.isascii()})
        zeros = any(text[0] == "0" and len(text) > 1 for text in digits)
        return zeros and digits.total() > 1 and len(set(map(len, digits))) == 1

    def values(self, read: CellReader) -> list[tuple[AnswerValue, int]]:
        """Return what the cells say, without those that are missing, with how many there are of each."""
        told = [(read(cell)[0], count) for cell, count in self.counted]
        return [(value, count) for value, count in told if not isinstance(value, Missing)]


def sampled(rows: Sequence[GridRow], width: int) -> list[ColumnSample]:
    """Return the cells of each column in some rows.

    Args:
        rows: The rows.
        width: Number of columns.

    Example:
        >>> sampled([(1, ["yes", 3]), (2, [" yes ", None])], 2)[0].texts["yes"]
        2
    """
    texts: list[list[str]] = [[] for _ in range(width)]
    typed: list[list[Cell]] = [[] for _ in range(width)]
    for _, cells in rows:
        for at, cell in enumerate(cells[:width]):
            if isinstance(cell, str):
                texts[at].append(cell)
            elif cell is not None:
                typed[at].append(cell)
    return [ColumnSample(_stripped(column), kept) for column, kept in zip(texts, typed, strict=True)]


def _stripped(texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text, count in Counter(texts).items():
        if kept := text.strip():
            counts[kept] += count
    return counts
