"""Displays as data, rendered as HTML or plain text.

Sentences of the foot may have code in backticks; they are our own, so nothing from a file can pass for code.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.display import counted, list_columns
from capbuild.reports.cells import Cell, Heat, Style, Words
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.model import Column

#: Texts of displays, in English: a notebook does not give its reader's language.
ENGLISH: Translator = get_translator("en")


@frozen(kw_only=True)
class HeatCells:
    """Heat map of a row, with a cell per indicator.

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
class CodeText:
    """Command, or a file name."""

    text: str

    @property
    def words(self) -> str:
        """Text of the cell."""
        return self.text


Shown: TypeAlias = Cell | HeatCells | CodeText
#: A cell, or a text, or a count; None is a dash.
Value: TypeAlias = Shown | str | int | None
#: Cells of a row by header, with `#` before that of a column of numbers, or by column.
Values: TypeAlias = Mapping[str | Column, Value]


def _to_cell(value: Value) -> Shown:
    if value is None or isinstance(value, int):
        return count_text(value)
    return Words(text=value) if isinstance(value, str) else value


@frozen(kw_only=True, eq=False)
class Grid:
    """Table of a display.

    Attributes:
        items: What its rows are of.
        make_row: Returns the row of an item; by default, the items are rows.
        most: Most rows shown; 0 for all.
        call: The call that shows the others, such as "with `.answers`".
        noun: Noun of the omitted items: the singular, and the plural unless it adds an `s`.
        headed: Whether it has headers; without, the first cell of each row is one.
    """

    items: tuple[Any, ...] = field(converter=to_tuple)
    make_row: Callable[[Any], Values] = dict
    most: int = 0
    call: str = ""
    noun: tuple[str, ...] = ()
    headed: bool = True

    def lay_out(self, most: int | None = None) -> tuple[list[Column], list[list[Shown]]]:
        """Return the columns, and the first rows.

        Columns without a value in any row are left out.

        Args:
            most: Most rows; 0 for all.

        Example:
            >>> columns, rows = Grid(items=[{"Country": "Cuba", "#Seats": 2, "Place": None}]).lay_out()
            >>> [(column.title, column.number) for column in columns], [cell.words for cell in rows[0]]
            ([('Country', False), ('Seats', True)], ['Cuba', '2'])
        """
        rows = list(map(self.make_row, self.items[: (self.most if most is None else most) or None]))
        names = list_columns(rows)
        columns = [name if isinstance(name, Column) else _make_column(name) for name in names]
        return columns, [[_to_cell(row.get(name)) for name in names] for row in rows]

    @property
    def more(self) -> str:
        """Number of rows left out, and the call for them.

        It is empty if no row is left out.

        Example:
            >>> Grid(items=range(1200), most=200, call="with `.answers`").more
            '1,000 more with `.answers`'
            >>> Grid(items=range(8), most=6, call="by iteration", noun=("need",)).more
            '2 more needs by iteration'
        """
        count = len(self.items) - self.most if self.most else 0
        if count <= 0:
            return ""
        what = counted(count, *(f"more {noun}" for noun in self.noun)) if self.noun else f"{ENGLISH.number(count)} more"
        return f"{what} {self.call}"


def _make_column(header: str) -> Column:
    return Column(id=header, title=header.removeprefix("#"), number=header.startswith("#"))


def make_facts_grid(facts: Iterable[tuple[str, Shown | str]]) -> Grid:
    """Return facts with a text as a table without headers."""
    return Grid(items=[{"fact": label, "value": text} for label, text in facts if text], headed=False)


@frozen(kw_only=True)
class Lines:
    """Lines of text."""

    lines: tuple[Words, ...] = field(converter=to_tuple)


def _to_facts(facts: Iterable[Words | str]) -> tuple[Words, ...]:
    return tuple(Words(text=fact) if isinstance(fact, str) else fact for fact in facts if fact)


def _to_blocks(blocks: Iterable[Grid | Lines]) -> tuple[Grid | Lines, ...]:
    return tuple(block for block in blocks if (block.items if isinstance(block, Grid) else block.lines))


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
    return Words(text="–" if count is None else ENGLISH.number(count), style=Style.NUMBER)


def shorten(text: str, most: int = 150) -> str:
    """Return a text shortened with an ellipsis, on one line.

    Example:
        >>> shorten("one  two three", 8)
        'one two…'
    """
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
