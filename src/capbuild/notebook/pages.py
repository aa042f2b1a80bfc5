"""Displays as data, rendered as HTML or plain text.

Sentences of the foot may have code in backticks; they are our own, so nothing from a file can pass for code.
"""

from collections.abc import Iterable

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.display import counted
from capbuild.reports.cells import Cell, Heat, Style, Words
from capbuild.reports.i18n import Translator, get_translator

#: Texts of displays, in English: a notebook does not give its reader's language.
SAY: Translator = get_translator("en")


@frozen(kw_only=True)
class HeatCells:
    """Cells of a heat map in a row.

    There is one cell per indicator.

    Attributes:
        cells: The cells.
        notes: Evidence of each cell, shown as tooltip.
        more: Number of cells not drawn.
    """

    cells: tuple[Heat, ...] = field(converter=to_tuple)
    notes: tuple[str, ...] = field(converter=to_tuple)
    more: int = 0

    @property
    def words(self) -> str:
        """Text of the cells."""
        cells = " ".join(cell.text for cell in self.cells)
        return f"{cells} +{self.more}" if self.more else cells


@frozen(kw_only=True)
class MonthBar:
    """Bar on a row of months.

    Attributes:
        label: Period as text.
        start: First month, from 0.
        length: Number of months.
        total: Months of the row.
    """

    label: str
    start: int
    length: int
    total: int

    @property
    def words(self) -> str:
        """Text of the cell."""
        return self.label


@frozen(kw_only=True)
class CodeText:
    """Command, or a file name."""

    text: str

    @property
    def words(self) -> str:
        """Text of the cell."""
        return self.text


Shown = Cell | HeatCells | MonthBar | CodeText
#: Cells of a row; text without style or marks is a plain string.
Row = tuple[Shown | str, ...]


@frozen(kw_only=True)
class Column:
    """Column of a grid.

    Attributes:
        head: Its header; empty for none.
        number: Whether it has numbers, aligned right.
    """

    head: str = ""
    number: bool = False


def list_columns(*headers: str, numbers: Iterable[str] = ()) -> list[Column]:
    """Return columns by their headers.

    Those with numbers come last.

    Example:
        >>> [column.number for column in list_columns("Country", numbers=["Seats", "Cost"])]
        [False, True, True]
    """
    return [*(Column(head=head) for head in headers), *(Column(head=head, number=True) for head in numbers)]


def count_more(count: int, call: str, *noun: str) -> str:
    """Return a text on how many are left out.

    It has the call that shows them; empty if none are.

    Args:
        count: How many are left out.
        call: The call, such as "with `.answers`".
        noun: Noun of the omitted items: the singular, and the plural unless it adds an `s`.

    Example:
        >>> count_more(1200, "with `.answers`"), count_more(2, "by iteration", "need"), count_more(0, "below")
        ('1,200 more with `.answers`', '2 more needs by iteration', '')
    """
    if count <= 0:
        return ""
    return f"{counted(count, *(f'more {one}' for one in noun)) if noun else f'{SAY.number(count)} more'} {call}"


def _to_rows(rows: Iterable[Iterable[Shown | str]]) -> tuple[tuple[Shown, ...], ...]:
    return tuple(tuple(Words(text=cell) if isinstance(cell, str) else cell for cell in row) for row in rows)


@frozen(kw_only=True)
class Grid:
    """Table of a display.

    Attributes:
        columns: Its columns; without headers, the first cell of each row is a row header.
        rows: Its rows; a cell may be given as text.
        more: Sentence on omissions; empty if complete.
    """

    columns: tuple[Column, ...] = field(converter=to_tuple)
    rows: tuple[tuple[Shown, ...], ...] = field(converter=_to_rows)
    more: str = ""


@frozen(kw_only=True)
class Lines:
    """Lines of text."""

    lines: tuple[Words, ...] = field(converter=to_tuple)


def _to_facts(facts: Iterable[Words | str]) -> tuple[Words, ...]:
    return tuple(Words(text=fact) if isinstance(fact, str) else fact for fact in facts if fact)


def _to_blocks(blocks: Iterable[Grid | Lines]) -> tuple[Grid | Lines, ...]:
    return tuple(block for block in blocks if (block.rows if isinstance(block, Grid) else block.lines))


@frozen(kw_only=True)
class Page:
    """Display of an object.

    Attributes:
        title: Short title.
        lead: First line, in large type.
        head: Items next to the lead: a drawing, the next step, the target.
        facts: Facts in one quiet line; empty texts are left out.
        blocks: Tables and lines; those without rows are left out.
        foot: Remarks; the last one names the call that shows more.
        invented: Whether the answers are invented.
    """

    title: str
    lead: Words | None = None
    head: tuple[Shown, ...] = field(default=(), converter=to_tuple)
    facts: tuple[Words, ...] = field(default=(), converter=_to_facts)
    blocks: tuple[Grid | Lines, ...] = field(default=(), converter=_to_blocks)
    foot: tuple[str, ...] = field(default=(), converter=to_tuple)
    invented: bool = False


def count_text(count: int | None) -> Words:
    """Return a count as a cell, a dash if unknown."""
    return Words(text="–" if count is None else SAY.number(count), style=Style.NUMBER)


def shorten(text: str, most: int = 150) -> str:
    """Return a text shortened with an ellipsis, on one line.

    Example:
        >>> shorten("one  two three", 8)
        'one two…'
    """
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
