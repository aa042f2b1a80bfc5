"""Sheets with levels below each other: transposed, or a block of rows for each indicator."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, takewhile

from attrs import define, evolve, field, frozen

from capbuild.frameworks.spreadsheets.drafts import DraftNotes
from capbuild.frameworks.spreadsheets.headers import (
    Column,
    Role,
    SheetRow,
    SheetView,
    fold,
    known_role,
    list_level_columns,
    main_language,
    read_headers,
    text_language,
    to_number,
)
from capbuild.frameworks.spreadsheets.plans import NAMING, SheetPlan
from capbuild.origin import Origin

#: Fewest levels below each other.
_LEAST = 3
_PERCENT = re.compile(r"\d{1,3}\s*%")
_DIGITS = re.compile(r"\d")
#: Kind of node, number and text of a heading such as `Indicator C1.1: Stations`.
_HEADING = re.compile(r"(?P<kind>[^\W\d]+)\s*(?P<id>[A-Za-z]{0,4}\d[\w.]*)?\s*[:.–—-]\s*(?P<text>\S.*)", re.DOTALL)
#: Roles of rows that describe the indicators in their columns.
_ATTRIBUTES = (Role.ID, Role.WEIGHT, Role.TARGET, Role.DEFINITION, Role.EVIDENCE, Role.WHY)
#: Roles of columns that show how a row is scored.
_SCORED = (Role.LEVEL_TEXT, Role.LEVEL, Role.POINTS, Role.ANSWERS, Role.CRITERION, Role.WEIGHT)
_BESIDE = (Role.EVIDENCE, Role.WHY)
#: Kinds of the nodes above indicators, from the outside.
_KINDS = ("dimension", "factor", "aspect", "component", "element")
#: Most headings of a block; two more kinds are for groups of columns.
_DEEPEST = 3
_LEVEL, _TEXT = "level", "text"


@frozen(kw_only=True)
class _Cell:
    text: str = ""
    origin: Origin | None = None


@define(eq=False)
class _Block:
    """Rows of levels with what is above them.

    Attributes:
        rows: A row for each level.
        levels: Their names.
        above: Rows between the block before and this one.
        label: Column of the names of levels.
        below: Rows after it that describe the indicators; all rows after the last block.
        texts: Columns with texts of levels.
    """

    rows: list[SheetRow]
    levels: list[str]
    above: list[SheetRow]
    label: int
    texts: list[int] = field(init=False)
    below: list[SheetRow] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        columns = {place for row in self.rows for place in row.filled if place > self.label}
        cells = {place: [text for row in self.rows if (text := row.cells[place])] for place in sorted(columns)}
        self.texts = [place for place, filled in cells.items() if 2 * len(filled) >= len(self.rows)]

    @property
    def is_plain(self) -> bool:
        """True if nothing is left of the levels, and most texts differ."""
        free = all(row.filled[0] == self.label for row in self.rows)
        varied = any(2 * len({row.cells[place] for row in self.rows}) > len(self.rows) for place in self.texts)
        named = any(len({row.cells[place] for row in self.rows}) == 1 for place in self.texts)
        return free and varied and not named

    @property
    def header(self) -> SheetRow | None:
        """Row that names the columns; None without one."""
        return next(reversed(self._wide()), None)

    @property
    def groups(self) -> list[SheetRow]:
        """Rows above the header that name groups of columns."""
        return self._wide()[:-1]

    def list_headings(self) -> list[_Cell]:
        """Return the names above the block, except those of columns."""
        aside = {row.number for row in (self.header, *self.groups) if row is not None}
        rows = [row for row in self.above if row.number not in aside and not self.is_attribute(row)]
        return [_name(row, row.filled[-1] if _is_pair(row) else row.filled[0]) for row in rows]

    def attributes(self) -> Iterator[tuple[SheetRow, Role]]:
        """Yield the rows that describe the indicators, and their roles."""
        for row in (*self.above, *self.below):
            role = known_role(row.cells[self.label])
            if role is not None and self.is_attribute(row):
                yield row, role

    def is_attribute(self, row: SheetRow) -> bool:
        """True for a row that describes the indicators, such as their weights."""
        return len(row.filled) > 1 and known_role(row.cells[self.label]) in _ATTRIBUTES

    def _wide(self) -> list[SheetRow]:
        """Return the rows above with names of columns."""
        filled = (row for row in self.above if any(row.cells[place] for place in self.texts))
        return [row for row in filled if not _is_pair(row) and not self.is_attribute(row)]


def _is_pair(row: SheetRow) -> bool:
    """True for a name beside the word for its kind: `Indicator`, `Stations`."""
    return len(row.filled) == 2 and known_role(row.cells[row.filled[0]]) in NAMING


def plan_blocks(view: SheetView, notes: DraftNotes, language: str = "") -> SheetPlan | None:
    """Return the layout of a sheet with levels below each other.

    Names of levels are recognised as in headers. A block of levels has either an indicator in each column, or one
    indicator, named above it. The cells are laid out as one row per level and indicator, and keep their origins. The
    result is None without two indicators.

    Args:
        view: The sheet.
        notes: Collects questions and issues.
        language: Language of its texts, if its name gives it.
    """
    blocks = _find_blocks(view)
    if not blocks or not all(block.is_plain for block in blocks):
        return None
    reader = _BlockReader(view, blocks, notes)
    reader.read()
    if len(reader.indicators) + len(notes.issues) < 2:
        return None
    _check_levels(blocks, notes)
    tag = language or text_language(cell for row in view.rows for cell in row.cells) or main_language(_list_words(view))
    return reader.plan(tag)


def _check_levels(blocks: Sequence[_Block], notes: DraftNotes) -> None:
    """Report levels outside the blocks, and levels with two names."""
    labels: dict[str, tuple[str, SheetRow]] = {}
    for block in blocks:
        for number, (row, level) in enumerate(zip(block.rows, block.levels, strict=True)):
            first, other = labels.setdefault(level.split(" ")[0], (level, row))
            if fold(first) != fold(level):
                here, there = row.cells[block.label], other.cells[block.label]
                what = f"{here!r} is {there!r} in row {other.number}, which is used"
                notes.add_warning(what, row.origin(block.label), "give the level one name")
                block.levels[number] = first
        _check_broken(block, notes)


def _check_broken(block: _Block, notes: DraftNotes) -> None:
    """Report the first cell of a table of levels that differs from the block's."""
    others = [*block.above, *block.below]
    named = (len(row.filled) > 1 and _is_level(row.cells[block.label]) for row in others)
    start = next((number for number, level in enumerate(named) if level), len(others))
    if start == len(others):
        return
    names = [fold(row.cells[block.label]) for row in block.rows]
    first = fold(others[start].cells[block.label])
    before = start - (names.index(first) if first in names else 0)
    if before > 0 and all(len(row.filled) > 1 for row in others[before - 1 : start]):  # below a header of its own
        start = before
    found = list(takewhile(lambda row: len(row.filled) > 1, others[start:]))
    remedy = "write the levels below each other, from the lowest to the highest, with the same names everywhere"
    for row, wanted in zip(found, block.rows, strict=False):
        cell, expected = row.cells[block.label], wanted.cells[block.label]
        if fold(cell) != fold(expected):
            what = f"{cell!r} is where {expected!r} should be, as in row {wanted.number}"
            notes.add_error(what, row.origin(block.label), remedy)
            return
    what = f"the levels of this table end with {found[-1].cells[block.label]!r}"
    notes.add_error(f"{what}, and those of others do not", found[-1].origin(block.label), remedy)


def _is_level(cell: str) -> bool:
    return len(list_level_columns(["Level 0", "Level 9", cell])) > 2


def is_scored(plan: SheetPlan) -> bool:
    """True if a layout has a column that shows how rows are scored."""
    return any(plan.of(role) for role in _SCORED)


def _list_words(view: SheetView) -> Iterator[Column]:
    """Yield the first words of cells that are known headers."""
    for row in view.rows:
        for place in row.filled:
            yield from read_headers([_DIGITS.split(row.cells[place])[0].strip()])


def _read_levels(cells: Sequence[str]) -> list[str] | None:
    """Return the names of levels.

    The result is None if the cells are not all of them levels, from 0 or 1, upwards or downwards.

    Example:
        >>> _read_levels(["Level 0", "Level 1", "Level 2"]), _read_levels(["Strong - 3", "Fair - 2", "Weak - 1"])
        (['0', '1', '2'], ['3 Strong', '2 Fair', '1 Weak'])
        >>> _read_levels(["Initial", "Developing", "Defined"]), _read_levels(["Law", "Staff", "Money"])
        (['1 Initial', '2 Developing', '3 Defined'], None)
    """
    if len(cells) < _LEAST:
        return None
    if all(map(_PERCENT.fullmatch, cells)):
        shares = [to_number(cell) or 0 for cell in cells]
        return list(cells) if len({*shares}) == len(shares) and sorted(shares) in (shares, shares[::-1]) else None
    level_columns = list_level_columns(cells)
    orders = [column.order for column in level_columns if column.order is not None]
    if len(orders) < len(cells) or min(orders) > 1:
        return None
    upwards = sorted({*orders})
    return (
        [f"{column.order} {column.label}".strip() for column in level_columns]
        if orders in (upwards, upwards[::-1])
        else None
    )


def _find_blocks(view: SheetView) -> list[_Block]:
    """Find the runs of rows whose first cells name consecutive levels."""
    label = min((row.filled[0] for row in view.rows), default=0)
    first = [row.cells[label] for row in view.rows]
    blocks: list[_Block] = []
    start = end = 0
    while start < len(first):
        size = _measure_run(first, start)
        if size:
            rows = view.rows[start : start + size]
            levels = _read_levels(first[start : start + size]) or []
            blocks.append(_Block(rows, levels, view.rows[end:start], label))
            start = end = start + size
        else:
            start += 1
    if blocks:
        blocks[-1].below = view.rows[end:]
    for block, after in pairwise(blocks):
        block.below = list(takewhile(after.is_attribute, after.above))
        after.above = after.above[len(block.below) :]
    return blocks


def _measure_run(cells: Sequence[str], start: int) -> int:
    """Return the number of levels from a row on; 0 if too few."""
    size = 0
    while start + size < len(cells) and cells[start + size] and cells[start + size] not in cells[start : start + size]:
        size += 1
    return next((n for n in range(min(size, 11), _LEAST - 1, -1) if _read_levels(cells[start : start + n])), 0)


@frozen(kw_only=True)
class _Indicator:
    """Indicator of a block.

    Attributes:
        title: Its name.
        path: Names of the nodes above it, from the outside.
        place: Column of its level texts.
        block: The block.
        about: Its attributes, by role.
        beside: Columns with attributes of its levels, and their roles.
    """

    title: _Cell
    path: Sequence[_Cell]
    place: int
    block: _Block
    about: Mapping[Role, _Cell]
    beside: Mapping[int, Role] = field(factory=dict)

    def rows(self) -> Iterator[tuple[SheetRow, dict[str, _Cell]]]:
        """Yield the cells of each level with a text, by column."""
        above = {**dict(zip(_KINDS, self.path, strict=False)), "indicator": self.title}
        for number, (row, level) in enumerate(zip(self.block.rows, self.block.levels, strict=True)):
            if row.cells[self.place]:
                about = self.about if number == 0 else {}
                beside = {role: _take(row, place) for place, role in self.beside.items() if row.cells[place]}
                cells = {_LEVEL: evolve(_take(row, self.block.label), text=level), _TEXT: _take(row, self.place)}
                yield row, {**above, **cells, **{role.value: cell for role, cell in {**about, **beside}.items()}}


@define(eq=False)
class _BlockReader:
    """Reader of the indicators of blocks.

    Attributes:
        view: The sheet.
        blocks: Its blocks.
        notes: Collects questions and issues.
    """

    view: SheetView
    blocks: Sequence[_Block]
    notes: DraftNotes
    indicators: list[_Indicator] = field(factory=list, init=False)
    _title: tuple[str, Origin] | None = field(default=None, init=False)

    def read(self) -> None:
        """Read the indicators of all blocks."""
        headers = [block.header for block in self.blocks]
        words = Counter(tuple(map(fold, header.cells)) for header in headers if header is not None)
        across = [
            header is not None
            and words[tuple(map(fold, header.cells))] == 1
            and not any(known_role(header.cells[place]) for place in block.texts)
            for block, header in zip(self.blocks, headers, strict=True)
        ]
        headings = [block.list_headings() for block in self.blocks]
        names = [None if wide or not rows else rows.pop() for wide, rows in zip(across, headings, strict=True)]
        depth = min(max(map(len, headings[1:]), default=0), _DEEPEST)
        self._name_sheet(headings[0][: max(0, len(headings[0]) - depth)])
        path: list[_Cell] = [_Cell()] * depth
        for number, block in enumerate(self.blocks):
            own = headings[number][-depth:] if depth else []
            self._leave_out(headings[number][: max(0, len(headings[number]) - depth)] if number else [])
            path = [*path[: depth - len(own)], *own]
            header, name = headers[number], names[number]
            if across[number] and header is not None:
                self._read_across(block, header, path)
            elif name is None:
                what, remedy = "the levels have no indicator", "name it in a row above them"
                self.notes.add_error(what, block.rows[0].origin(), remedy)
            else:
                self._read_below(block, header, name, path)

    def _name_sheet(self, headings: Sequence[_Cell]) -> None:
        """Take the title of the sheet from the rows above the first block."""
        for cell in headings[:1]:
            self._title = cell.text, cell.origin or self.blocks[0].rows[0].origin()
        self._leave_out(headings[1:])

    def _leave_out(self, headings: Sequence[_Cell]) -> None:
        for cell in headings:
            remedy = "nothing, if it is a note; else name an indicator beside it or below"
            self.notes.add_warning(f"{cell.text[:60]!r} has nothing below it and is left out", cell.origin, remedy)

    def _read_across(self, block: _Block, header: SheetRow, path: Sequence[_Cell]) -> None:
        """Read a block with an indicator in each column."""
        groups = [_Cell() for _ in block.groups]
        for place in block.texts:
            for number, row in enumerate(block.groups):
                groups[number] = _name(row, place) if row.cells[place] else groups[number]
            if header.cells[place]:
                about = {role: _take(row, place) for row, role in block.attributes() if row.cells[place]}
                title = _name(header, place)
                self._add(_Indicator(title=title, path=[*path, *groups], place=place, block=block, about=about))
            else:
                what = "the column of level texts has no header"
                self.notes.add_error(what, header.origin(place), "name the indicator above it")

    def _read_below(self, block: _Block, header: SheetRow | None, title: _Cell, path: Sequence[_Cell]) -> None:
        """Read a block of one indicator, named above it."""
        roles = {place: None if header is None else known_role(header.cells[place]) for place in block.texts}
        beside = {place: role for place, role in roles.items() if role in _BESIDE}
        texts = [place for place in block.texts if place not in beside]
        place = next((text_place for text_place in texts if roles[text_place] is not None), next(iter(texts), None))
        if place is None:
            self.notes.add_error("the levels have no texts", block.rows[0].origin(), "write them beside the levels")
            return
        for text_place in texts:
            if text_place != place and header is not None:
                what = f"The column {header.cells[text_place]!r} was not read"
                self.notes.ask(
                    what, "give it a header that the page on own frameworks lists", header.origin(text_place)
                )
        about = {role: _take(row, row.filled[1]) for row, role in block.attributes()}
        self._add(_Indicator(title=title, path=path, place=place, block=block, about=about, beside=beside))

    def _add(self, one: _Indicator) -> None:
        same = [other for other in self.indicators if (other.title.text, *other.path) == (one.title.text, *one.path)]
        if same:
            what = f"{one.title.text[:60]!r} is also the name of the indicator in {same[0].title.origin}"
            self.notes.add_error(what, one.title.origin, "rename one of the two")
        else:
            self.indicators.append(one)

    def plan(self, language: str) -> SheetPlan:
        """Return the layout of the rows of all indicators."""
        pairs = [pair for indicator in self.indicators for pair in indicator.rows()]
        used = {name for _, cells in pairs for name, cell in cells.items() if cell.text}
        names = [name for name in (*_KINDS, "indicator", _LEVEL, _TEXT, *_ATTRIBUTES) if name in used]
        first = min(row.number for row in (self.blocks[0].header, self.blocks[0].rows[0]) if row is not None)
        view = evolve(self.view, rows=[row for row in self.view.rows if row.number < first], places={}, indents={})
        header = SheetRow(view, min(first, self.blocks[0].rows[0].number - 1), names)
        for row, cells in pairs:
            shown = [cells.get(name, _Cell()) for name in names]
            origins = {position: cell.origin for position, cell in enumerate(shown) if cell.origin is not None}
            view.rows.append(SheetRow(view, row.number, [cell.text for cell in shown], origins))
        roles = {_LEVEL: Role.LEVEL, _TEXT: Role.DEFINITION, **{role.value: role for role in _ATTRIBUTES}}
        columns = [
            Column(place=position, header=name, role=roles.get(name, Role.NODE), kind="" if name in roles else name)
            for position, name in enumerate(names)
        ]
        what = f"Levels are below each other, and the names of {len(self.indicators)} indicators above them"
        otherwise = "write a row for each indicator, with a column for each level"
        self.notes.ask(what, otherwise, self.indicators[0].title.origin)
        return SheetPlan(view=view, header=header, columns=columns, language=language, title=self._title)


def _take(row: SheetRow, place: int) -> _Cell:
    return _Cell(text=row.cells[place], origin=row.origin(place))


def _name(row: SheetRow, place: int) -> _Cell:
    """Return a heading without the word for its kind.

    `Indicator C1.1: Stations` is `C1.1 Stations`.
    """
    cell = _take(row, place)
    match = _HEADING.fullmatch(cell.text)
    if match is None or known_role(match["kind"]) not in NAMING:
        return cell
    return evolve(cell, text=f"{match['id'] or ''} {match['text']}".strip())
