"""Planning and reading of all sheets of a file.

Lists of values are left out, and tables with equal headers are distinguished by topics.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import frozen

from capbuild.formats.answer_table import read_answers
from capbuild.formats.joined_forms import Draft, join_parts
from capbuild.formats.layouts.candidates import UNSURE
from capbuild.formats.layouts.cell_grid import CellGrid, header_role, is_bare_total, is_note, is_period, role_score
from capbuild.formats.layouts.cell_kinds import is_place_name, kind_of
from capbuild.formats.layouts.layout_file import DraftTable, to_toml
from capbuild.formats.layouts.ledger import StepTrace
from capbuild.formats.layouts.regions import Box
from capbuild.formats.layouts.shapes import Across, Member, QuestionRows, Records
from capbuild.formats.layouts.sheet_reader import SheetReader
from capbuild.formats.layouts.sibling_tables import describe_sibling, settle_by_siblings
from capbuild.formats.layouts.steps import Sections, Titles
from capbuild.formats.values.cells import cell_text
from capbuild.formats.vocabulary import Role, fold_header, one_line
from capbuild.model import (
    Issue,
    Questionnaire,
    Response,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.plugins import ReadItem
from capbuild.plugins.shared_layouts import shared_layouts

#: Largest probability that answers look like lists by chance.
_CHANCE = 0.05

#: A table with its grid.
_Table = tuple[CellGrid, Box]


def find_lists(tables: Sequence[_Table]) -> list[Box]:
    """Return the tables that list values of other tables.

    Their columns have each value once, from the top on and without gaps, and end in different rows. At least two
    columns have all values (more than one) of a column of another table, and no other table has their header.
    """
    headers = Counter(_header(*table) for table in tables)
    lists = [table for table in tables if headers[_header(*table)] == 1 and _looks_like_lists(*table)]
    others = [table for table in tables if table not in lists] if lists else []
    known = [set(filter(None, texts)) for table in others for texts in _list_columns(*table)]
    known = [values for values in known if len(values) > 1]

    def explains(listed: set[str]) -> bool:
        return any(values <= listed for values in known)

    return [box for grid, box in lists if sum(explains(set(texts)) for texts in _list_columns(grid, box)) > 1]


def _looks_like_lists(grid: CellGrid, box: Box) -> bool:
    """True if cells look like lists, not answers.

    Answers of records would rarely be in these cells by chance. In `n` rows, `k` answers are in the first rows once in
    `comb(n, k)` cases, and of `k` options or more, each is chosen once in `k! / k ** k` cases or fewer.
    """
    if not box.candidates or not isinstance(box.candidates[0].shape, Records) or not box.candidates[0].header_rows:
        return False
    chance = 0.0  # a logarithm
    for texts in _list_columns(grid, box):
        listed = [text for text in texts if text]
        if texts[: len(listed)] != listed or len(set(listed)) < len(listed):
            return False
        if 0 < (k := len(listed)) < (n := len(texts)):
            chance += 2 * math.lgamma(k + 1) + math.lgamma(n - k + 1) - math.lgamma(n + 1) - k * math.log(k)
    return chance < math.log(_CHANCE)


def _header(grid: CellGrid, box: Box) -> tuple[str, ...]:
    """Return the texts of the header."""
    rows = box.candidates[0].header_rows if box.candidates else ()
    return tuple(cell_text(grid.rows[row][column]) for row in rows for column in box.columns)


def _list_columns(grid: CellGrid, box: Box) -> Iterator[list[str]]:
    """Yield the texts of each column below the header."""
    header = box.candidates[0].header_rows[-1] if box.candidates and box.candidates[0].header_rows else -1
    rows = [row for row in box.rows if row > header]
    while rows and _is_note_line(grid, rows[-1], box.columns):
        rows.pop()
    for column in box.columns:
        yield [cell_text(grid.rows[row][column]) for row in rows]


def _is_note_line(grid: CellGrid, row: int, columns: Sequence[int]) -> bool:
    full = grid.full(row, columns)
    text = cell_text(grid.rows[row][full[0]]) if len(full) == 1 else ""
    return is_note(text) or kind_of(text) == "u"


#: Headers of answers and remarks that name no question.
_ANSWERED = ((Role.ANSWER, 1.0), (Role.COMMENT, 1.0))


@frozen
class _TopicTable:
    """Table with countries in rows or columns.

    Attributes:
        place: Positions of its sheet, and of the table in the sheet.
        header: Texts of its header, and of the questions in its rows.
        title: The line above its header, without lines in brackets; empty for none.
        name: Name of its sheet, if its header asks nothing.
        dated: Whether the name of its sheet is a period.
        asks: Whether its header, headings or questions have more than periods and words such as `Answer`.
        countries: Its countries as written.
    """

    place: tuple[int, int]
    header: tuple[str, ...]
    title: str
    name: str
    dated: bool
    asks: bool
    countries: frozenset[str]

    def topic(self, group: Sequence["_TopicTable"]) -> str:
        """Return the topic of a table.

        The topic completes its header, or distinguishes it from tables with the same header. It is empty if none is
        needed.
        """
        others = [other for other in group if other is not self and other.countries & self.countries]
        here = {other.title for other in others if other.place[0] == self.place[0]}
        apart = {other.title for other in others if other.place[0] != self.place[0] and not self.dated}
        name = self.name if apart else ""
        titles = here or apart
        if titles and self.title and titles.isdisjoint(("", self.title)):
            named = fold_header(name) in fold_header(self.title)
            return self.title if named else f"{name} - {self.title}"
        return name or (self.title if not self.asks and len(group) == 1 else "")


def find_topics(sheets: Sequence[tuple[CellGrid, Sequence[Box]]]) -> Mapping[tuple[int, int], str]:
    """Return the topics of tables: titles, or names of sheets.

    A table of periods or answers that is alone has the topic of its title. Tables that share a header and countries
    have topics if each has its own title; a table with other countries continues the one before, whatever its title. If
    the headers of tables on several sheets ask nothing, the name of the sheet is part of the topic.

    Args:
        sheets: Sheets with their tables.

    Returns:
        Topics by number of the sheet and of its table.
    """
    groups: dict[tuple[str, ...], list[_TopicTable]] = {}
    for number, (grid, boxes) in enumerate(sheets):
        for table in _tables(number, grid, boxes):
            groups.setdefault(table.header, []).append(table)
    return {table.place: topic for group in groups.values() for table in group if (topic := table.topic(group))}


def _tables(number: int, grid: CellGrid, boxes: Sequence[Box]) -> Iterator[_TopicTable]:
    for position, box in enumerate(boxes):
        best = box.candidates[0] if box.candidates else None
        if best is None or not best.header_rows:
            continue
        header, shape, name = best.header_rows, best.shape, grid.sheet or ""
        texts = [text for row in header for c in box.columns if (text := one_line(cell_text(grid.rows[row][c])))]
        body = [row for row in box.rows if row > header[-1]]
        if isinstance(shape, Records) and shape.country is not None:
            countries = {cell_text(grid.rows[row][shape.country]) for row in body} - {""}
            asked = texts
        elif isinstance(shape, Across) and shape.member is Member.COUNTRY and shape.question is not None:
            countries = set(filter(is_place_name, texts))
            rows = [row for row in body if grid.full(row, shape.members)]
            asked = [text for row in rows if (text := cell_text(grid.rows[row][shape.question]))]
        else:
            continue
        above = [row for step in best.steps if isinstance(step, Titles) for row in step.rows]
        lines = [[one_line(cell_text(grid.rows[row][c])) for c in grid.full(row, box.columns)] for row in above]
        lines = [line for line in lines if not line[0].startswith("(")]
        # The corner of a pivot table is beside the name of what is across.
        corner = bool(lines) and len(lines[-1]) == 2 and above[-1] == header[0] - 1 and _is_pivot(grid, box, header[-1])
        title = lines[-1][0] if corner or (lines and len(lines[-1]) == 1) else ""
        headed = isinstance(shape, Records) and any(isinstance(step, Sections) for step in best.steps)
        # Of the countries, and codes beside them, nothing is asked.
        plain = all(
            is_period(text) or header_role(text) in _ANSWERED or role_score(text, Role.COUNTRY) for text in asked
        )
        asks = headed or not (plain or corner)
        yield _TopicTable(
            (number, position),
            (*texts, *(asked if asks and asked is not texts else ())),
            title,
            "" if asks or is_period(name) else name,
            is_period(name),
            asks,
            frozenset(countries),
        )


def _is_pivot(grid: CellGrid, box: Box, header: int) -> bool:
    """True if a table has the margins of a pivot table.

    The same word for a total ends the last row of its header and begins a row.
    """
    last = cell_text(grid.rows[header][box.columns[-1]])
    firsts = (cell_text(grid.rows[row][box.columns[0]]) for row in reversed(box.rows))
    return is_bare_total(last) and last in firsts


#: Readers in use, if a trace of layout steps was requested.
_TRACED: ContextVar["list[SheetReader] | None"] = ContextVar("_TRACED", default=None)


def plan_grids(readers: Sequence[SheetReader]) -> None:
    """Find the tables of all sheets of a file.

    Uncertain layouts are settled by sheets of other countries, or files of the folder, with the same labels. Tables
    without a country are dropped if others have one, and so are lists of values of other tables.
    """
    for reader in readers:
        reader.plan()
    _settle([reader for reader in readers if reader.layouts is None and not reader.skipped])
    _share_country([reader for reader in readers if not reader.skipped])
    if any(reader.names_countries for reader in readers):  # never true with a layout file
        for reader in readers:
            reader.set_aside()
        lists = _lists(readers)
        for reader in readers:
            reader.boxes = [box for box in reader.boxes if box not in lists]
    several = sum(bool(reader.boxes) and not reader.skipped for reader in readers) > 1
    for reader in readers:
        reader.several_sheets = several


def _settle(readers: Sequence[SheetReader]) -> None:
    """Settle uncertain layouts by other sheets and files."""
    shared = shared_layouts()
    single = [r for r in readers if r.country and len(r.boxes) == 1 and r.boxes[0].candidates]
    named = readers if shared is not None else single if len(single) > 1 else ()
    described = [(r, place, describe_sibling(r.grid, b)) for r in named for place, b in enumerate(r.boxes) if b.columns]
    beside = []
    if shared is not None and readers:
        file, tables = readers[0].grid.file, [table for *_, table in described]
        shared.add(file, tables, uncertain=any(table.confidence < UNSURE for table in tables))
        beside = shared.list_siblings(file)
    for reader, place, own in described:
        sheets = [table for other, _, table in described if other in single and other is not reader]
        others = [*(sheets if reader in single else ()), *beside]
        reader.boxes[place] = settle_by_siblings(reader.grid, reader.boxes[place], own, others)


def _share_country(readers: Sequence[SheetReader]) -> None:
    """Give a form's country to tables without one.

    This is done only if no other table names a country. Forms, and tables with questions in rows, get the country of
    the cover of a workbook that one country filled in, or of the lines above the questions or the first of its tables.
    """
    boxes = [box for reader in readers for box in reader.boxes if box.candidates]
    if not all(box.is_form or box.is_titled for box in boxes if box.names_country):
        return
    places = {place for reader in readers for place in reader.form_countries()}
    if len(places) == 1:
        for reader in readers:
            reader.set_country(next(iter(places)))


def _lists(readers: Sequence[SheetReader]) -> list[Box]:
    """Return the tables that list values of others."""
    return find_lists([(reader.grid, box) for reader in readers if not reader.skipped for box in reader.boxes])


@contextmanager
def traced_readers() -> Iterator[list[SheetReader]]:
    """Collect traced readers of all grids read within the context.

    Example:
        >>> from capbuild.formats.layouts.cell_grid import CellGrid
        >>> from capbuild.formats.options import TableOptions
        >>> from capbuild.plugins import ReadLimits
        >>> reader = SheetReader(CellGrid("a.csv", [["Country", "Law"], ["Peru", "yes"]]), TableOptions(), ReadLimits())
        >>> with traced_readers() as found:
        ...     items = list(read_grids([reader], "a.csv"))
        >>> found[0].trace.places(2)
        ((0,), (0, 1))
    """
    readers: list[SheetReader] = []
    token = _TRACED.set(readers)
    try:
        yield readers
    finally:
        _TRACED.reset(token)


def draft_grids(readers: Sequence[SheetReader]) -> str:
    """Return a layout file for the tables of a file.

    Args:
        readers: A reader for each sheet.
    """
    for reader in readers:
        reader.draft()
    owned = any(reader.names_countries for reader in readers if not reader.skipped)
    lists = _lists(readers) if owned else []
    tables = []
    for reader in readers:
        for box in reader.boxes or [Box((), (), ())]:
            no_country = owned and box.candidates and not box.candidates[0].terms["countries"] > 0
            why = "names no country, as other tables do" if no_country else ""
            why = reader.skipped or why or ("lists the values of other tables" if box in lists else "")
            tables.append(DraftTable(reader.grid, box, why))
    return to_toml(tables)


def _tell_apart(readers: Sequence[SheetReader]) -> None:
    """Distinguish tables with equal questions.

    Sheet names and titles give them a period or topic.
    """
    sheets = {reader.grid.sheet or "": reader for reader in readers if reader.boxes}
    periods = [name for name in sheets if is_period(name) and any(map(str.isdigit, name))]
    for name in periods if len(periods) > 1 else ():
        sheets[name].period = name.strip()
    for (sheet, table), topic in find_topics([(reader.grid, reader.boxes) for reader in readers]).items():
        readers[sheet].topics[table] = topic


def _may_be_parts(readers: Sequence[SheetReader]) -> bool:
    """True if sheets may be parts of one return.

    They must be forms, or tables with questions in rows. Sheets named by a period are separate returns.
    """
    boxes = [box for reader in readers if not reader.skipped for box in reader.boxes if box.candidates]
    asking = all(isinstance(box.candidates[0].shape, QuestionRows) or box.is_form for box in boxes)
    several = sum(bool(reader.boxes) and not reader.skipped for reader in readers) > 1
    return several and asking and not any(reader.period for reader in readers)


def read_grids(readers: Sequence[SheetReader], file: str) -> Iterator[ReadItem]:
    """Yield the content and questionnaire of a file's sheets.

    If some tables have a country, those without one are not responses, and are dropped with a warning.

    Args:
        readers: A reader for each sheet.
        file: Name of the file.
    """
    if len(readers) == 1 and readers[0].is_long_form:
        grid = readers[0].grid
        numbered = list(zip(grid.numbers, map(tuple, grid.rows), strict=True))
        yield from read_answers(file, numbered, grid.sheet, drop_personal=readers[0].options.drop_personal)
        return
    plan_grids(readers)
    _tell_apart([reader for reader in readers if not reader.skipped])
    if (traced := _TRACED.get()) is not None:
        traced.extend(readers)
        for reader in readers:
            reader.trace = StepTrace(reader.ledger)
    draft = Draft(file)
    has_response = False
    accounts: list[SheetReconciliation] = []
    items = (item for reader in readers for item in reader.read())
    for item in join_parts(items) if _may_be_parts(readers) else items:
        has_response = has_response or isinstance(item, Response)
        if isinstance(item, Questionnaire) and len(readers) > 1:
            draft.add(item)
        elif isinstance(item, SheetReconciliation):
            accounts.append(item)
        else:
            yield item
    if draft.form is not None:
        yield draft.form
    if not has_response:
        yield Issue.error("CB117", "no row below the header has a response", Origin(file), "check header_row and shape")
    yield from accounts
