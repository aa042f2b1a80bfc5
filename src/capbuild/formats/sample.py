"""Sample of a column's cells, for type detection; each distinct text is inspected once."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from operator import itemgetter

from attrs import field, frozen

from capbuild.formats.grid import GridRow
from capbuild.formats.values.cells import Cell, CellReader
from capbuild.formats.values.dates import DayOrder, day_order, may_name_month
from capbuild.formats.values.numbers import are_plain, ascii_digits, decimal_votes, is_number
from capbuild.formats.values.units import begins_with_money
from capbuild.model import AnswerValue, Missing

#: Rows that are sampled to detect number and date formats.
_ROWS = 500
#: First characters of all numbers, quantities and dates; last characters of those that follow a currency or month name.
_BEGINS, _ENDS = frozenset("0123456789-−+.,"), frozenset("0123456789Z., '\u00a0\u202f")


@frozen(eq=False)
class ColumnSample:
    """Sample of a column's cells, without blanks.

    Distinct texts are counted, because answers repeat.

    Attributes:
        texts: Counts of the stripped texts.
        typed: Cells that have a type in a workbook.
    """

    texts: Counter[str] = field(factory=Counter)
    typed: list[Cell] = field(factory=list)

    def __bool__(self) -> bool:
        return bool(self.texts or self.typed)

    @cached_property
    def together(self) -> str:
        """The texts concatenated, to search all characters at once."""
        return "".join(self.texts)

    @cached_property
    def are_words(self) -> bool:
        """Whether all cells are texts that cannot be numbers, quantities or dates."""
        if self.typed or not _BEGINS.isdisjoint(map(itemgetter(0), self.texts)):
            return False
        ending = [text for text in self.texts if text[-1] in _ENDS]
        return not any(begins_with_money(text) or may_name_month(text) for text in ending)

    @cached_property
    def are_plain(self) -> bool:
        """Whether all cells are texts of plain numbers, and not dates."""
        return not self.typed and are_plain(self.texts)

    @property
    def are_quantities(self) -> bool:
        """Whether there are at least two texts, all plain numbers, none possibly a missing code."""
        return self.are_plain and "-" not in self.together and self.texts.total() > 1

    @cached_property
    def votes(self) -> tuple[int, int]:
        """Number of texts that must have a decimal point, and a decimal comma."""
        return (0, 0) if self.are_words else decimal_votes(self.texts, plain=self.are_plain)

    @cached_property
    def order(self) -> DayOrder | None:
        """Order of day and month, if the texts show it."""
        return None if self.are_words or self.are_plain else day_order(self.texts)

    @property
    def counted(self) -> list[tuple[Cell, int]]:
        """Distinct cells with their counts."""
        return [*self.texts.items(), *((cell, 1) for cell in self.typed)]

    @property
    def are_codes(self) -> bool:
        """Whether digits are codes: equal length, and one has a leading zero."""
        if any(not isinstance(cell, int) or isinstance(cell, bool) for cell in self.typed):
            return False
        found = Counter(self.texts)
        found.update(map(str, self.typed))
        digits = Counter({text: count for text, count in found.items() if text.isdigit() and text.isascii()})
        zeros = any(text[0] == "0" and len(text) > 1 for text in digits)
        return zeros and digits.total() > 1 and len(set(map(len, digits))) == 1

    @property
    def lists(self) -> list[tuple[str, ...]]:
        """Cells that are lists."""
        return [cell for cell in self.typed if isinstance(cell, tuple)]

    @property
    def are_figures(self) -> bool:
        """Whether lists are figures: numbers only, with one that is repeated, missing or no integer. Codes are not."""
        lists = self.lists
        parts = {part for cell in lists for part in cell if part}
        repeated = any(len(set(cell)) < len(cell) or "" in cell for cell in lists)
        return (repeated or not all(map(str.isdigit, parts))) and bool(parts) and all(map(is_number, parts))

    def values(self, read: CellReader) -> list[tuple[AnswerValue, int]]:
        """Return the parsed values that are not missing, with their counts."""
        if self.are_plain and read.takes_plainly:
            told = [(_number(text, read), count) for text, count in self.texts.items()]
        else:
            told = [(read(cell)[0], count) for cell, count in self.counted]
        return [(value, count) for value, count in told if not isinstance(value, Missing)]


def _number(text: str, read: CellReader) -> AnswerValue:
    """Return a plain number; a negative one may be a missing code."""
    return read(text)[0] if text[0] == "-" else float(text) if "." in text else int(text)


def sample_columns(rows: Sequence[GridRow], width: int) -> list[ColumnSample]:
    """Return the sample of each column from the first rows below the header.

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
    """Return the sample of some cells of a column."""
    typed: list[Cell] = []
    if set(map(type, cells)) - {str}:
        typed = [cell for cell in cells if cell is not None and not isinstance(cell, str)]
        cells = [cell for cell in cells if isinstance(cell, str)]
    texts: Counter[str] = Counter(cells)  # type: ignore[arg-type]  # others were taken out
    if not all(map(str.isascii, texts)):
        texts = Counter(map(ascii_digits, texts.elements()))
    if list(texts) == list(map(str.strip, texts)):
        del texts[""]
        return ColumnSample(texts, typed)
    counts: Counter[str] = Counter()
    for text, count in texts.items():
        if kept := text.strip():
            counts[kept] += count
    return ColumnSample(counts, typed)
