"""Cells of report tables, and families of nodes.

Each cell has its text. Nodes are those of the framework.
"""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.model import Capacity, Framework, ScaleKind


class Style(StrEnum):
    """Text style, which writers may ignore.

    No fact is conveyed by the style alone.
    """

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    OPEN = "open"
    LACKING = "lacking"
    NUMBER = "number"


@frozen(kw_only=True)
class Words:
    """Text in a cell.

    Attributes:
        text: The words.
        style: How they are set.
        before: A short code that hangs before them, such as an indicator's id.
        after: A short remark after them.
        language: Language of the words, where it is not the report's: people's own words are not translated.
        link: Target of the link: `#` and an anchor of the report, `capbuild.reports.links.make_page_link`, or a web
            address; no other link is followed.
        refs: Codes after them, each with its link.
    """

    text: str
    style: Style = Style.PLAIN
    before: str = ""
    after: str = ""
    language: str = ""
    link: str = ""
    refs: tuple[tuple[str, str], ...] = field(default=(), converter=to_tuple)

    @property
    def words(self) -> str:
        """Cell as one text."""
        return " ".join(part for part in (self.before, self.text, self.after, *(text for text, _ in self.refs)) if part)


#: Cell without a value.
DASH = Words(text="–", style=Style.QUIET)


@frozen(kw_only=True)
class Lines:
    """Several lines in a cell."""

    lines: tuple[Words, ...] = field(converter=to_tuple)

    @property
    def words(self) -> str:
        """Cell as one text."""
        return "; ".join(line.words for line in self.lines)


@frozen(kw_only=True)
class Track:
    """Level on its scale: confirmed, or a range.

    Attributes:
        codes: Codes of the levels, lowest first.
        lowest: Lowest level that the evidence leaves open, counted from 1.
        highest: Highest one; the same as the lowest for a confirmed level.
        claimed: Level that sources claim beyond what is confirmed.
        target: Level aimed at.
        earlier: Level confirmed in the earlier round, where it was another one: a hollow mark.
        lifted: Level once every missing step is shown: a dashed mark, with a line from the level.
        note: Claim, target and earlier level in words; level and range are in the next cell.
    """

    codes: tuple[str, ...] = field(converter=to_tuple)
    lowest: int
    highest: int
    claimed: int | None = None
    target: int | None = None
    earlier: int | None = None
    lifted: int | None = None
    note: str = ""

    @property
    def settled(self) -> bool:
        """True if one level is confirmed."""
        return self.lowest == self.highest

    @property
    def words(self) -> str:
        """Cell as one text."""
        return self.note


@frozen(kw_only=True)
class Band:
    """Value on a scale with interval and target.

    All positions are shares of the scale, 0 to 1.

    Attributes:
        value: Place of the value; None if there is none.
        lower: Lower end of the interval, if there is one.
        upper: Upper end of the interval.
        target: Place of the target.
        earlier: Place of the value in the earlier round: a hollow mark.
        thin: Whether fewer than 7 in 10 of the questions behind it were answered.
        note: Target and earlier value in words; the value is in the next cell.
    """

    value: float | None
    lower: float | None = None
    upper: float | None = None
    target: float | None = None
    earlier: float | None = None
    thin: bool = False
    note: str = ""

    @property
    def words(self) -> str:
        """Cell as one text."""
        return self.note


@frozen(kw_only=True)
class Heat:
    """Cell of a heat map.

    Attributes:
        text: Printed text.
        shade: 1 (lightest) to 5 (darkest); None when the level is open or there is nothing to show.
        open: Whether it is a range that the evidence leaves open.
        spoken: Text for screen readers, if the printed text is not enough.
        value: The figure itself, for writers that keep numbers as numbers; None if there is no single one.
    """

    text: str
    shade: int | None = None
    open: bool = False
    spoken: str = ""
    value: float | None = None

    @property
    def words(self) -> str:
        """Cell as one text."""
        return self.spoken or self.text


@frozen(kw_only=True)
class Segment:
    """Part of a bar.

    Attributes:
        count: How many.
        label: Name of the counted group.
        shade: 1 to 5; None for open levels.
    """

    count: int
    label: str
    shade: int | None = None


@frozen(kw_only=True)
class Bar:
    """Counts laid end to end.

    Attributes:
        segments: Its parts in order; a part of 0 is left out.
        note: Text shown if the counts are withheld.
    """

    segments: tuple[Segment, ...] = field(default=(), converter=to_tuple)
    note: str = ""

    @property
    def words(self) -> str:
        """Cell as one text."""
        return ", ".join(f"{s.label} × {s.count}" for s in self.segments) or self.note


class MoveMark(StrEnum):
    """Kinds of change that a mark of a tally shows."""

    GAINED = "gained"
    LOST = "lost"


@frozen(kw_only=True)
class Tally:
    """Count drawn as marks, followed by its number.

    Attributes:
        mark: Meaning of each mark.
        marks: How many are drawn.
        text: The count.
    """

    mark: MoveMark
    marks: int
    text: str

    @property
    def words(self) -> str:
        """Cell as one text."""
        return self.text


@frozen(kw_only=True)
class Square:
    """Share of a need that one country has.

    Attributes:
        size: 0 (none found) to 3 (four criteria lacking or more).
        open: Whether the evidence does not settle whether there is a need.
        count: Criteria lacking, for a drawing that has room for a number only.
        text: The same in words: "2 lacking", "open"; empty if none was found.
    """

    size: int = 0
    open: bool = False
    count: int = 0
    text: str = ""

    @property
    def words(self) -> str:
        """Cell as one text."""
        return self.text


@frozen(kw_only=True)
class Timeline:
    """Stretches of months on a calendar.

    Attributes:
        bars: First step, from 0, and number of steps of each stretch, in order and apart.
        total: How many steps the calendar has.
        label: Text next to the bar, such as the place.
        spoken: Months in words, for screen readers.
    """

    bars: tuple[tuple[int, int], ...] = field(converter=to_tuple)
    total: int
    label: str = ""
    spoken: str = ""

    @property
    def words(self) -> str:
        """Cell as one text."""
        return ", ".join(part for part in (self.spoken, self.label) if part)

    @property
    def first(self) -> int:
        """First step of the first bar."""
        return self.bars[0][0]

    @property
    def end(self) -> int:
        """Step after the last one."""
        return sum(self.bars[-1])

    @property
    def late(self) -> bool:
        """True if the label is placed before the bars.

        Bars that end late leave no room for a label after them.
        """
        return self.end / self.total > 0.6 and self.first / self.total > 0.25


@frozen(kw_only=True)
class Spread:
    """Progress of a result from its baseline to its target.

    Positions are shares of the line, 0 to 1.

    Attributes:
        baseline: Baseline value.
        value: Current value.
        target: Target value.
    """

    baseline: float | None = None
    value: float | None = None
    target: float | None = None

    @property
    def words(self) -> str:
        """Empty: the next cells have the numbers."""
        return ""


@frozen(kw_only=True)
class Gauge:
    """Spending against its budget.

    All lengths are shares of the budget, 0 to 1.

    Attributes:
        spent: Paid.
        committed: Committed, not yet paid.
        elapsed: Share of the time that has gone.
    """

    spent: float
    committed: float = 0.0
    elapsed: float | None = None

    @property
    def words(self) -> str:
        """Empty: the next cells have the sums."""
        return ""


Cell = Words | Lines | Track | Band | Heat | Bar | Tally | Square | Timeline | Spread | Gauge


@frozen(kw_only=True)
class Family:
    """Adjacent nodes with a common parent.

    Attributes:
        parent: The node they belong to; None for nodes at the top.
        nodes: The nodes.
        above: Nodes above the parent that have no row of their own, the highest first.
    """

    parent: Capacity | None
    nodes: tuple[Capacity, ...] = field(converter=to_tuple)
    above: tuple[Capacity, ...] = field(default=(), converter=to_tuple)

    def heading(self, title: Callable[[Capacity], str]) -> str:
        """Return parent and ancestors in one line, possibly empty."""
        return " · ".join(map(title, (*self.above, *([self.parent] if self.parent is not None else []))))


def list_families(framework: Framework, *, counts: bool = True) -> list[Family]:
    """Return all nodes of a table, in the framework's order.

    Nodes above other parents, such as a total or a pillar, come before them without a header if they have a figure.
    Every other parent follows with its indicators.

    Args:
        framework: Their framework.
        counts: Whether numbers, such as of people or cases, are among the indicators: they have no place on a scale.
            A framework without other nodes keeps them.
    """
    numbers = {node.id for node in framework.indicators if framework.scale_of(node).kind is ScaleKind.COUNT}
    left_out = frozenset() if counts or len(numbers) == len(framework.indicators) else numbers
    families: list[Family] = []

    def visit(node: Capacity, path: tuple[Capacity, ...]) -> None:
        parent = path[-1] if path else None
        if node.id in left_out:
            return
        if not node.children:
            if families and families[-1].parent is parent and not families[-1].nodes[-1].children:
                families[-1] = evolve(families[-1], nodes=(*families[-1].nodes, node))
            else:
                bare = [capacity for capacity in path[:-1] if framework.method_of(capacity).name == "profile"]
                families.append(Family(parent=parent, nodes=[node], above=bare))
            return
        if any(child.children for child in node.children) and framework.method_of(node).name != "profile":
            if families and families[-1].nodes[-1].children:
                families[-1] = evolve(families[-1], nodes=(*families[-1].nodes, node))
            else:
                families.append(Family(parent=None, nodes=[node]))
        for child in node.children:
            visit(child, (*path, node))

    for root in framework.roots:
        visit(root, ())
    return families


#: Columns of a heat map that fit beside the names.
_COLUMNS = 26


def split_tables(tree: Sequence[Family], framework: Framework) -> list[list[Family]]:
    """Split families into tables that fit the page and have levels of one scale."""
    pieces = [
        evolve(family, nodes=family.nodes[start : start + _COLUMNS])
        for family in tree
        for start in range(0, len(family.nodes), _COLUMNS)
    ]
    tables: list[list[Family]] = []
    for piece in pieces:
        room = _COLUMNS - len(piece.nodes)
        levels = framework.scale_of(piece.nodes[0]).levels
        if (
            not tables
            or sum(len(family.nodes) for family in tables[-1]) > room
            or framework.scale_of(tables[-1][0].nodes[0]).levels != levels
        ):
            tables.append([])
        tables[-1].append(piece)
    return tables


def make_short_header(node: Capacity, parent: Capacity | None) -> str:
    """Return a short header for a node.

    This is the number at the end of its id, or else the first three letters of its id without its parent's.

    Example:
        >>> make_short_header(Capacity(id="TEC-2", title=""), Capacity(id="TEC", title=""))
        '2'
        >>> [make_short_header(Capacity(id=name, title=""), None) for name in ("C.10", "total")]
        ['10', 'tot']
    """
    short = node.id.removeprefix(parent.id).lstrip("-._ ") if parent is not None else node.id
    last = re.split(r"[-._ ]", short)[-1]
    if last.isdigit():
        return last
    return short[:3] if short else node.id[:3]
