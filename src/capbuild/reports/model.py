"""Report as data: built once, rendered by every writer."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

from attrs import evolve, field, frozen
from attrs.validators import min_len

from capbuild.checks import to_tuple
from capbuild.frozen import FrozenMap, freeze
from capbuild.reports.cells import Cell


@lru_cache(maxsize=16)
def _match_any(texts: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return a pattern of whole words, the longest first.

    The result is None without any text.
    """
    known = sorted({text.strip() for text in texts} - {""}, key=lambda text: (-len(text), text))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", re.IGNORECASE) if known else None


def _words(value: Mapping[str, str]) -> FrozenMap[str, str]:
    return freeze(value)


class ReportKind(StrEnum):
    """Kinds of report."""

    REGIONAL = "regional"
    COUNTRY = "country"
    SILENT = "silent"
    BRIEF = "brief"
    COUNTRY_BRIEF = "brief-country"
    ACTION_PLAN = "actions"
    LOGFRAME = "logframe"
    EVIDENCE = "evidence"
    DONOR = "donor"
    REDACTIONS = "redactions"
    EXPLORER = "explorer"
    LETTER = "letter"


@frozen(kw_only=True)
class Fact:
    """Figure in the report header.

    Attributes:
        label: Label.
        value: The figure.
        unit: Text after the value, such as `of 25`.
    """

    label: str
    value: str
    unit: str = ""


@frozen(kw_only=True)
class ListItem:
    """Entry of a short list: title, text and link."""

    title: str
    detail: str = ""
    link: str = ""


@frozen(kw_only=True)
class List:
    """Short list in the report header, such as strengths.

    Attributes:
        title: Its title.
        items: Its entries.
        empty: Text shown if there is none.
        warning: Whether it lists shortcomings and has the accent colour.
    """

    title: str
    items: tuple[ListItem, ...] = field(default=(), converter=to_tuple)
    empty: str = ""
    warning: bool = False


@frozen(kw_only=True)
class Paragraph:
    """Paragraph, plain or set off as a note.

    Attributes:
        text: The words.
        strong: Words before it in bold.
        note: Whether it is set off.
    """

    text: str
    strong: str = ""
    note: bool = False


@frozen(kw_only=True)
class Bullets:
    """Points, each with words in bold before it (or none)."""

    points: tuple[Paragraph, ...] = field(converter=to_tuple)


@frozen(kw_only=True)
class Definitions:
    """Terms and their descriptions."""

    entries: tuple[tuple[str, str], ...] = field(converter=to_tuple)


class FigureKind(StrEnum):
    """Layouts of a table, above all on phones."""

    LEVELS = "levels"
    HEAT = "heat"
    COUNTS = "counts"
    PLAIN = "plain"
    EVIDENCE = "evidence"
    CHANGE = "change"
    NEEDS = "needs"
    PLAN = "plan"
    RESULTS = "results"
    MONEY = "money"
    ACTIONS = "actions"

    @property
    def drawn(self) -> bool:
        """True if cells are drawn: a figure with a key."""
        return self not in (FigureKind.PLAIN, FigureKind.EVIDENCE)


@frozen(kw_only=True)
class Column:
    """Column of a table.

    Attributes:
        id: Name within the table, stable over languages.
        title: Header.
        group: Header over several neighbouring columns.
        code: Short form of the header, used if the title does not fit.
        ticks: Small labels in the header of a drawn column, such as the codes of levels.
        number: Whether it contains numbers.
    """

    id: str
    title: str
    group: str = ""
    code: str = ""
    ticks: tuple[str, ...] = field(default=(), converter=to_tuple)
    number: bool = False


@frozen(kw_only=True)
class Row:
    """Row of a table, whose first cell is its header.

    Attributes:
        cells: Its cells.
        anchor: Id that links lead to; empty for none.
    """

    cells: tuple[Cell, ...] = field(converter=to_tuple)
    anchor: str = ""

    @property
    def blank(self) -> bool:
        """True if the row is to be filled in."""
        return len(self.cells) > 1 and not any(cell.words for cell in self.cells[1:])


@frozen(kw_only=True)
class RowGroup:
    """Rows with a common header.

    Attributes:
        title: Header, empty for none.
        rows: The rows.
        summary: Text next to the header.
        code: Id of the node named by the header.
        anchor: Id that links lead to; empty for none.
        link: Target of the header's link.
    """

    title: str = ""
    rows: tuple[Row, ...] = field(default=(), converter=to_tuple)
    summary: str = ""
    code: str = ""
    anchor: str = ""
    link: str = ""


@frozen(kw_only=True)
class KeyItem:
    """Entry of a figure's key: drawn cell and text."""

    mark: str
    text: str
    code: str = ""
    shade: int | None = None


@frozen(kw_only=True)
class Figure:
    """Table, which some writers draw.

    Writers that do not draw it print its rows.

    Attributes:
        id: Name within the report.
        kind: How it is laid out.
        columns: Its columns.
        groups: Its rows, grouped.
        caption: Content of the figure and how to read it.
        key: Meaning of the marks.
        filter: Label of a filter box, empty for none.
        total: The line of totals under it, if there is one.
    """

    id: str
    kind: FigureKind = FigureKind.PLAIN
    columns: tuple[Column, ...] = field(converter=to_tuple)
    groups: tuple[RowGroup, ...] = field(converter=to_tuple)
    total: Row | None = None
    caption: str = ""
    key: tuple[KeyItem, ...] = field(default=(), converter=to_tuple)
    filter: str = ""

    @property
    def rows(self) -> Iterator[Row]:
        """All rows in order."""
        return (row for group in self.groups for row in group.rows)


@frozen(kw_only=True)
class Tile:
    """One country on a tile map.

    Attributes:
        code: Alpha-2 code.
        name: Name in full.
        short: Name that fits.
        column: Column, from 0.
        row: Row, from 0.
        text: Printed text.
        spoken: The same in words, for screen readers.
        shade: 1 to 5; None when open or not shown.
        open: Whether it is a range.
    """

    code: str
    name: str
    short: str
    column: int
    row: int
    text: str
    spoken: str
    shade: int | None = None
    open: bool = False


@frozen(kw_only=True)
class TileMap:
    """Equal tiles, one per country, roughly where the countries lie.

    Attributes:
        id: Name within the report.
        tiles: The tiles in alphabetical order of the names.
        caption: Content of the figure and how to read it.
        header: Header of its two columns as a table: country and level.
        key: Meaning of the marks.
    """

    id: str
    tiles: tuple[Tile, ...] = field(converter=to_tuple)
    caption: str
    header: tuple[str, str] = field(converter=to_tuple)
    key: tuple[KeyItem, ...] = field(default=(), converter=to_tuple)

    @property
    def width(self) -> int:
        """Number of columns."""
        return 1 + max((tile.column for tile in self.tiles), default=0)


Block = Paragraph | Bullets | Definitions | Figure | TileMap


@frozen(kw_only=True)
class ReportSection:
    """Section of a report: heading, one sentence and blocks.

    Attributes:
        id: Name within the report, in kebab case.
        order: Position. Built-in sections use hundreds, to leave room for others between them.
        title: Heading.
        lead: One plain sentence.
        blocks: Figures, tables, points.
    """

    id: str = field(validator=min_len(1))
    order: int
    title: str
    lead: str = ""
    blocks: tuple[Block, ...] = field(default=(), converter=to_tuple)


@frozen(kw_only=True)
class Report:
    """Report: content, audience and provenance.

    Attributes:
        id: Name within a set: `region`, or the alpha-2 code of a country.
        kind: Regional report, country profile, page of a country without answers, needs brief, programme report.
        label: Kind in words, such as "Country profile".
        title: Title.
        subtitle: Round and the round compared with.
        programme: Title of the programme.
        lead: The answer first: one sentence or two.
        facts: Figures of the page header.
        lists: Two short lists of the page header.
        sections: Sections in order.
        language: Language of the report.
        audience: Whom it is for.
        audience_label: The same in words.
        tlp: Traffic-light label, such as `TLP:GREEN`.
        invented: Notice that answers are invented, empty if they are not.
        notices: Text at the top of every page.
        disclaimer: Text at the foot of every page.
        provenance: Sources of the report, in one line.
        words: Fixed words that writers need, by key.
        numbered: Whether its sections carry numbers.
        lists_last: Whether its short lists come after the sections.
        english: Texts in it that are in English without a translation.
    """

    id: str = field(validator=min_len(1))
    kind: ReportKind
    label: str
    title: str
    subtitle: str = ""
    programme: str = ""
    lead: str = ""
    facts: tuple[Fact, ...] = field(default=(), converter=to_tuple)
    lists: tuple[List, ...] = field(default=(), converter=to_tuple)
    sections: tuple[ReportSection, ...] = field(default=(), converter=to_tuple)
    language: str = "en"
    audience: str = "team"
    audience_label: str = ""
    tlp: str = ""
    invented: str = ""
    notices: tuple[str, ...] = field(default=(), converter=to_tuple)
    disclaimer: str = ""
    provenance: str = ""
    words: FrozenMap[str, str] = field(factory=FrozenMap, converter=_words)
    numbered: bool = True
    lists_last: bool = False
    english: tuple[str, ...] = field(default=(), converter=to_tuple)

    @property
    def figures(self) -> Iterator[Figure]:
        """All tables and figures of the report itself, in order."""
        return (block for section in self.sections for block in section.blocks if isinstance(block, Figure))

    def split_english(self, text: str) -> list[tuple[str, bool]]:
        """Split a text into English and other parts.

        Each part comes with True if it is untranslated English. A single word counts only if it is the whole text,
        since the language may have the same word.
        """
        any_ = _match_any(self.english)
        if any_ is None or not text:
            return [(text, False)]
        spans: list[tuple[int, int]] = []
        for start, end in map(re.Match.span, any_.finditer(text)):
            if " " not in text[start:end] and text[start:end] != text.strip():
                continue
            # Sentences of one passage keep their order.
            follows = bool(spans) and not text[spans[-1][1] : start].strip()
            spans.append((spans.pop()[0] if follows else start, end))
        edges = [0, *(edge for span in spans for edge in span), len(text)]
        parts = ((text[start:end], position % 2 == 1) for position, (start, end) in enumerate(pairwise(edges)))
        return [part for part in parts if part[0]]

    @property
    def anchors(self) -> frozenset[str]:
        """Ids of the rows and groups that links lead to."""
        groups = [group for figure in self.figures for group in figure.groups]
        rows = (row.anchor for group in groups for row in group.rows)
        return frozenset(filter(None, (*(group.anchor for group in groups), *rows)))

    def with_sections(self, sections: Any) -> "Report":
        """Return the report with further sections, by their `order`."""
        joined = (*self.sections, *sections)
        return evolve(self, sections=tuple(sorted(joined, key=lambda section: section.order)))
