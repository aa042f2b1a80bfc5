"""Displays as data, rendered as HTML or plain text.

Sentences of the foot may hold code between backticks; they are ours, so nothing that was read can pass for code.
"""

from collections.abc import Iterable
from typing import Any

from attrs import field, frozen

from capbuild.reports.cells import Cell, Heat, Style, Words
from capbuild.reports.i18n import Translator, get_translator

__all__ = [
    "SAY",
    "CodeText",
    "Column",
    "Grid",
    "HeatCells",
    "Lines",
    "MonthBar",
    "Page",
    "Shown",
    "count_text",
    "is_invented",
    "shorten",
]

#: Words of the displays. A notebook does not say which language its reader wants.
SAY: Translator = get_translator("en")


def to_tuple(value: Iterable[Any]) -> tuple[Any, ...]:
    """Convert any iterable to a tuple.

    Not generic: mypy lets its type variable leak into the class.
    """
    return tuple(value)


@frozen(kw_only=True)
class HeatCells:
    """Cells of a heat map side by side, one an indicator.

    Attributes:
        cells: The cells.
        notes: What stands behind each cell, shown where the pointer rests on it.
        more: How many there are beyond those drawn.
    """

    cells: tuple[Heat, ...] = field(converter=to_tuple)
    notes: tuple[str, ...] = field(converter=to_tuple)
    more: int = 0

    @property
    def words(self) -> str:
        """Return the cells as one text."""
        cells = " ".join(cell.text for cell in self.cells)
        return f"{cells} +{self.more}" if self.more else cells


@frozen(kw_only=True)
class MonthBar:
    """Bar on a row of months.

    Attributes:
        label: When, in words.
        start: Month it begins in, counted from 0.
        length: Months it takes.
        total: Months of the row.
    """

    label: str
    start: int
    length: int
    total: int

    @property
    def words(self) -> str:
        """Return the cell as one text."""
        return self.label


@frozen(kw_only=True)
class CodeText:
    """Command to type, or the name of a file."""

    text: str

    @property
    def words(self) -> str:
        """Return the cell as one text."""
        return self.text


Shown = Cell | HeatCells | MonthBar | CodeText


@frozen(kw_only=True)
class Column:
    """Column of a grid.

    Attributes:
        head: Its head; empty for none.
        number: Whether it holds numbers, set to the right.
    """

    head: str = ""
    number: bool = False


@frozen(kw_only=True)
class Grid:
    """Table of a display.

    Attributes:
        columns: Its columns; where none has a head, the first cell of each row is one.
        rows: Its rows.
        more: What is not in it, as a sentence; empty when it is whole.
    """

    columns: tuple[Column, ...] = field(converter=to_tuple)
    rows: tuple[tuple[Shown, ...], ...] = field(converter=to_tuple)
    more: str = ""


@frozen(kw_only=True)
class Lines:
    """Lines of text."""

    lines: tuple[Words, ...] = field(converter=to_tuple)


@frozen(kw_only=True)
class Page:
    """Display of an object.

    Attributes:
        title: What it is, in a few words.
        lead: What is said first, set large.
        head: What stands beside it: a drawing, the next step, the target.
        facts: Facts in one quiet line.
        blocks: Tables and lines.
        foot: Remarks; the last one names the call that shows more.
        invented: Whether the answers are invented.
    """

    title: str
    lead: Words | None = None
    head: tuple[Shown, ...] = field(default=(), converter=to_tuple)
    facts: tuple[Words, ...] = field(default=(), converter=to_tuple)
    blocks: tuple[Grid | Lines, ...] = field(default=(), converter=to_tuple)
    foot: tuple[str, ...] = field(default=(), converter=to_tuple)
    invented: bool = False


def is_invented(subject: object) -> bool:
    """True if an object has invented answers."""
    return bool(getattr(subject, "invented", False))


def count_text(count: int | None) -> Words:
    """Return a count as a cell, or a dash if unknown."""
    return Words(text="–" if count is None else SAY.number(count), style=Style.NUMBER)


def shorten(text: str, most: int = 150) -> str:
    """Return a text shortened with an ellipsis, on one line.

    Example:
        >>> shorten("one  two three", 8)
        'one two…'
    """
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
