"""The cells of a column in a sample of rows: what it holds is judged by them, each distinct text once."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from operator import itemgetter

from attrs import field, frozen

from capbuild.formats.cells import Cell, CellReader
from capbuild.formats.days import DayOrder, day_order, may_name_month
from capbuild.formats.grid import GridRow
from capbuild.formats.numbers import are_plain, decimal_votes
from capbuild.formats.units import begins_with_money
from capbuild.model import AnswerValue, Missing

__all__ = ["ColumnSample", "column_sample", "sample_columns"]

#: Rows that are looked at to judge how columns write numbers and dates.
_ROWS = 500
#: Whatever is a number, a quantity or a date begins with one of these; or ends in one of those, behind a mark of money
#: or the name of a month.
_BEGINS, _ENDS = frozenset("0123456789-−+.,"), frozenset("0123456789Z., '\u00a0\u202f")


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
    def together(self) -> str:
        """The texts, one behind the other: it has all their characters."""
        return "".join(self.texts)

    @cached_property
    def are_words(self) -> bool:
        """Whether there are texts only, of which none can be a number, with a unit or without, or a date."""
        if self.typed or not _BEGINS.isdisjoint(map(itemgetter(0), self.texts)):
            return False
        ending = [text for text in self.texts if text[-1] in _ENDS]
        return not any(begins_with_money(text) or may_name_month(text) for text in ending)

    @cached_property
    def are_plain(self) -> bool:
        """Whether there are texts only, all of them numbers that can be written no plainer, which are no dates."""
        return not self.typed and are_plain(self.texts)

    @property
    def are_quantities(self) -> bool:
        """Whether there are several texts, all plain numbers, of which none can be a word for what is missing."""
        return self.are_plain and "-" not in self.together and self.texts.total() > 1

    @cached_property
    def votes(self) -> tuple[int, int]:
        """How many of the texts can only have a decimal point, and how many a decimal comma."""
        return (0, 0) if self.are_words else decimal_votes(self.texts, plain=self.are_plain)

    @cached_property
    def order(self) -> DayOrder | None:
        """Which number of a date is the day, where the texts show it."""
        return None if self.are_words or self.are_plain else day_order(self.texts)

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
        if self.are_plain and read.takes_plainly:
            told = [(_number(text, read), count) for text, count in self.texts.items()]
        else:
            told = [(read(cell)[0], count) for cell, count in self.counted]
        return [(value, count) for value, count in told if not isinstance(value, Missing)]


def _number(text: str, read: CellReader) -> AnswerValue:
    """Return a number that is written plainly; one below zero may be a word for what is missing."""
    return read(text)[0] if text[0] == "-" else float(text) if "." in text else int(text)


def sample_columns(rows: Sequence[GridRow], width: int) -> list[ColumnSample]:
    """Return the cells of each column in the first rows below the heads.

    Args:
        rows: The rows.
        width: Number of columns.

    Example:
        >>> sample_columns([(1, ["yes", 3]), (2, [" yes ", None])], 2)[0].texts["yes"]
        2
    """
    whole = [_filled(cells, width) for _, cells in rows[:_ROWS]]
    flat = list(chain.from_iterable(whole))
    return [column_sample(flat[index::width]) for index in range(width)]


def _filled(cells: Sequence[Cell], width: int) -> Sequence[Cell]:
    return cells if len(cells) == width else [*cells[:width], *[None] * (width - len(cells))]


def column_sample(cells: Sequence[Cell]) -> ColumnSample:
    """Return the sample that some cells of a column are."""
    typed: list[Cell] = []
    if set(map(type, cells)) - {str}:
        typed = [cell for cell in cells if cell is not None and not isinstance(cell, str)]
        cells = [cell for cell in cells if isinstance(cell, str)]
    texts: Counter[str] = Counter(cells)  # type: ignore[arg-type]  # others were taken out
    if list(texts) == list(map(str.strip, texts)):
        del texts[""]
        return ColumnSample(texts, typed)
    counts: Counter[str] = Counter()
    for text, count in texts.items():
        if kept := text.strip():
            counts[kept] += count
    return ColumnSample(counts, typed)
