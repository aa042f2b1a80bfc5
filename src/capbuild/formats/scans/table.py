"""Build a `ResponseTable` from scanned columns of a wide table.

The table equals the result of `read`: metadata, answers, comments and issues. The code is independent of the file
format.
"""

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from attrs import define, evolve, field

from capbuild.display import counted
from capbuild.formats.columns import Column as TextColumn
from capbuild.formats.grid import Grid
from capbuild.formats.grid_reader import table_reader
from capbuild.formats.joined_forms import draft_form
from capbuild.formats.layout import Layout
from capbuild.formats.layouts.cell_grid import is_total, role_score
from capbuild.formats.layouts.table_view import is_misfit
from capbuild.formats.options import Shape, TableOptions
from capbuild.formats.record_reader import as_text_question, questions_of_columns
from capbuild.formats.table_state import CORRECT_CELL, WRITE_DAY, TableWork, describe_problem, language_tag
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.values.response_dates import parse_sent
from capbuild.formats.vocabulary import Role
from capbuild.model import Issue, Missing, ResponseStatus, Severity
from capbuild.plugins import ReadLimits
from capbuild.tables import Codebook, Coding, Column, ResponseTable
from capbuild.tables.building import ColumnNames, polars
from capbuild.tables.distinct_cells import DistinctCells
from capbuild.tables.scanned import ScannedColumn, column_fact, constant_fact, row_fact, row_numbers

#: Lower-case and upper-case letters; non-ASCII letters count as both.
_EITHER_CASE = (r"[a-z\x{80}-\x{10FFFF}]", r"[A-Z\x{80}-\x{10FFFF}]")
#: Number of rows from which columns are built by several threads.
_MANY_ROWS = 200_000


def scan_grid(grid: Grid, options: TableOptions, limits: ReadLimits) -> ResponseTable | None:
    """Return a grid with named columns as a table.

    The result is None unless the grid is one table of records without gaps.

    Args:
        grid: The grid.
        options: Options in force.
        limits: Limits in force.

    Raises:
        ReadError: CB116: the options have a layout.
        LimitError: It has more cells than the limits allow.

    Example:
        >>> grid = Grid("a.jsonl", [(1, ["Cuba", 3]), (2, ["Haiti", "n/a"])], headers=("country", "P1"))
        >>> table = scan_grid(grid, TableOptions(), ReadLimits())
        >>> [(row.place, row["P1"].value) for row in table][0], table[1]["P1"].raw
        (('Cuba', 3), 'n/a')
    """
    options.refuse_layout(grid.file)
    reader = table_reader(grid, options, limits)
    if reader is None:
        return None
    reader.plan()
    plain = reader.plain_table()
    if plain is None or not plain.rows or plain.rows[-1][0] - plain.rows[0][0] != len(plain.rows) - 1:
        return None
    layout = plain.work.layout
    used = (*layout.answers, *layout.keys.values(), *layout.comments.values())
    columns = {column.index: _scan_column(column, [cells[column.index] for _, cells in plain.rows]) for column in used}
    return ScannedTable(plain.work, columns, first=plain.rows[0][0], rows=len(plain.rows)).table()


def _scan_column(column: TextColumn, cells: Sequence[Cell]) -> ScannedColumn:
    """Return a column of named values; it has no number."""
    places: dict[type, dict[Cell, int]] = {}
    distinct: list[Cell] = []
    for kind in dict.fromkeys(map(type, cells)):  # True equals 1
        own = dict.fromkeys(cell for cell in cells if cell.__class__ is kind)
        places[kind] = dict(zip(own, itertools.count(len(distinct)), strict=False))
        distinct.extend(own)
    codes = polars().Series([places[cell.__class__][cell] for cell in cells], dtype=polars().UInt32)
    return ScannedColumn(column.question, None, codes, DistinctCells(tuple(distinct), evolve(column.read, remember=0)))


def may_have_totals(layout: Layout, scanned: Mapping[int, ScannedColumn]) -> bool:
    """True if a row may be a total or header.

    The header is that of another table below. A row is identified by its country, else by its first cell that is not
    blank.

    Args:
        layout: Layout of the columns.
        scanned: Columns by index.
    """
    country = layout.keys.get(Role.COUNTRY)
    for index in dict.fromkeys((*(() if country is None else (country.index,)), *range(layout.width))):
        column = scanned.get(index)
        texts = [] if column is None else [cell for cell in column.cells if isinstance(cell, str)]
        sums = any(is_total(text, alone=country is None) for text in texts)
        if column is None or sums or (country is not None and any(role_score(text, Role.COUNTRY) for text in texts)):
            return True
        if not any(count and not cell_text(cell) for cell, count in zip(column.cells, column.counts, strict=True)):
            return False
    return False


@define
class ScannedTable:
    """Wide table with scanned columns.

    Attributes:
        work: Layout, options and log of the table.
        columns: Columns by index; respondent columns may be in `names` instead.
        first: Number of the first row of answers; the others follow without gaps.
        rows: Number of rows.
        names: Respondent names read by polars (texts), by column index.
        codes: Columns of country names and of the codes next to them.
    """

    work: TableWork
    columns: Mapping[int, ScannedColumn]
    first: int
    rows: int
    names: Mapping[int, Any] = field(factory=dict)
    codes: Sequence[tuple[int, int]] = ()
    _physical: dict[str, Any] = field(factory=dict, init=False)
    _names: ColumnNames = field(factory=ColumnNames, init=False)

    @property
    def has_misfits(self) -> bool:
        """True if country name and code may differ."""
        for pair in self.codes:
            if not self.columns.keys() >= set(pair):
                return True
            names, codes = (self.columns[index].as_dictionary() for index in pair)
            pairs = polars().DataFrame({"name": names.codes, "code": codes.codes}).unique().drop_nulls()
            for name, code in pairs.iter_rows():  # an index past the end means the last cell
                texts = names.cells[min(name, len(names.cells) - 1)], codes.cells[min(code, len(codes.cells) - 1)]
                if is_misfit(*map(cell_text, texts)):
                    return True
        return False

    def table(self) -> ResponseTable:
        """Return the response table."""
        facts = self._facts()
        with ThreadPoolExecutor(1) as aside:  # runs in parallel with polars
            again = aside.submit(self._second_returns)
            rest = self._rest()
            answers = [*self._answers(), *rest]
            layout, grid = self.work.layout, self.work.grid
            dates = [as_text_question(layout.keys[Role.DATE])] if rest else []
            asked = questions_of_columns((*layout.answers, *dates))
            form = draft_form(grid.file, grid.sheet, asked, language=self.work.options.language)
            codebook = Codebook(questionnaire=form, columns=answers, facts=facts, file=self.work.grid.file)
            issues = self._issues(again.result())
        return ResponseTable(codebook=codebook, frame=polars().DataFrame(self._physical), issues=issues)

    # --- answers ---------------------------------------------------------------------------------------------------

    def _answers(self) -> list[Column]:
        """Return the answer columns."""
        asked = self.work.layout.answers
        names = [self._names.make(self.columns[column.index].question) for column in asked]
        if self.rows < _MANY_ROWS:
            columns = list(map(self._answered, asked, names))
        else:
            with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
                columns = list(pool.map(self._answered, asked, names))
        for _, physical in columns:
            self._physical |= physical
        return [column for column, _ in columns]

    def _answered(self, asked: TextColumn, name: str) -> tuple[Column, dict[str, Any]]:
        column, physical = self.columns[asked.index].answers(name)
        comment = self.work.layout.comments.get(asked.index)
        if comment is not None:
            coded, codes = self.columns[comment.index].mapped(lambda cell: cell_text(cell) or None)
            if coded.coding is Coding.CODED and coded.values:
                column = evolve(column, comments=coded.values)
                physical[column.comment_name] = codes
        return column, physical

    def _rest(self) -> list[Column]:
        """Return a column for date cells that are texts."""
        day = self.work.layout.keys.get(Role.DATE)
        if day is None:
            return []
        coded, codes = self.columns[day.index].mapped(lambda cell: parse_sent(day, cell).rest)
        if not coded.values:
            return []
        name = self._names.make(day.question)
        self._physical[name] = codes
        return [
            Column(
                name=name,
                question=day.question,
                coding=coded.coding,
                values=coded.values,
                absent=None,
                place=self.columns[day.index].place,
            )
        ]

    # --- metadata --------------------------------------------------------------------------------------------------

    def _facts(self) -> dict[str, Column]:
        keys, options, sheet = self.work.layout.keys, self.work.options, self.work.grid.sheet
        number = "{}" if sheet is None else f"{sheet.strip().replace('{', '{{').replace('}', '}}')}:{{}}"
        row, self._physical = row_numbers(self.first, self.rows)
        facts: dict[str, Column | None] = {
            "row": row,
            "id": row_fact("id", number),
            "status": constant_fact("status", ResponseStatus.SUBMITTED),
            "sheet": constant_fact("sheet", sheet) if sheet is not None else None,
            "place": constant_fact("place", options.country) if options.country else None,
            "language": constant_fact("language", options.language) if options.language else None,
            "respondent": row_fact("respondent", "row {}"),
        }
        if Role.COUNTRY in keys:
            facts["place"] = self._fact("place", Role.COUNTRY, lambda cell: cell_text(cell) or options.country or None)
        if Role.LANGUAGE in keys:
            facts["language"] = self._fact(
                "language", Role.LANGUAGE, lambda cell: language_tag(cell_text(cell)) or options.language
            )
        if Role.DATE in keys:
            day = keys[Role.DATE]
            facts["date"] = self._fact("date", Role.DATE, lambda cell: parse_sent(day, cell).date)
            facts["submitted"] = self._fact("submitted", Role.DATE, lambda cell: parse_sent(day, cell).moment)
        if Role.RESPONDENT in keys or Role.ID in keys:
            facts["respondent"] = self._respondents()
        return {name: column for name, column in facts.items() if column is not None}

    def _fact(self, name: str, role: Role, change: Callable[[Cell], Any]) -> Column | None:
        column, physical = column_fact(name, self.columns[self.work.layout.keys[role].index], change)
        self._physical |= physical
        return column

    def _respondents(self) -> Column:
        """Return the respondent column.

        A row's respondent is the text in the respondent column, else the response name, else the row number.
        """
        pl, keys = polars(), self.work.layout.keys
        named = pl.Series([None], dtype=pl.String).new_from_index(0, self.rows)
        for role in (Role.RESPONDENT, Role.ID):
            if role in keys:
                named = named.zip_with(named.is_not_null(), self._texts(role))
        if named.null_count():
            rows = range(self.first, self.first + self.rows)
            named = named.zip_with(named.is_not_null(), pl.Series([f"row {row}" for row in rows]))
        self._physical["response_respondent"] = named
        return Column(name="response_respondent", question="respondent", coding=Coding.TEXT)

    def _texts(self, role: Role) -> Any:
        """Return a role's texts as column, null if blank."""
        index = self.work.layout.keys[role].index
        named_texts = self.names.get(index)
        return (
            named_texts if named_texts is not None else self.columns[index].texts(lambda cell: cell_text(cell) or None)
        )

    # --- issues ----------------------------------------------------------------------------------------------------

    def _issues(self, again: int) -> list[Issue]:
        log, layout = self.work.log, self.work.layout
        problems = [
            (answer, *pair, CORRECT_CELL) for answer in layout.answers for pair in self.columns[answer.index].problems
        ]
        day = layout.keys.get(Role.DATE)
        if day is not None:
            sent = self.columns[day.index].texts(lambda cell: parse_sent(day, cell).problem or None)
            problems += [(day, *pair, WRITE_DAY) for pair in sorted(sent.drop_nulls().value_counts().rows())]
        for column, problem, count, remedy in problems:
            severity, message = describe_problem(problem, column.question, counted(count, "cell"))
            shown_remedy = "" if severity is Severity.NOTE else remedy
            log.add("CB201", severity, message, column=column.number, remedy=shown_remedy, subject=column.question)
        place = layout.keys.get(Role.COUNTRY)
        blank = 0 if place is None else self.columns[place.index].count_missing(Missing.NO_ANSWER)
        if blank and not self.work.options.country:
            remedy = "fill in the country, or take the rows out; fill_country = true gives them that of the row above"
            log.add("CB206", Severity.WARNING, f"{blank:,} rows name no country", remedy=remedy)
        if again:
            remedy = "both are kept; take the one out that does not count"
            log.add("CB204", Severity.WARNING, f"{again:,} rows are of one who answered before", remedy=remedy)
        return list(log.close())

    def _second_returns(self) -> int:
        """Count rows that repeat an earlier return.

        Such a row has the respondent (with its country), response name or country of an earlier row, ignoring case.
        """
        layout = self.work.layout
        roles = [role for role in (Role.RESPONDENT, Role.ID) if role in layout.keys][:1]
        if not roles and layout.shape is not Shape.COUNTRY:
            return 0
        if Role.COUNTRY in layout.keys and roles != [Role.ID]:
            roles.append(Role.COUNTRY)
        key_texts = [self._texts(role) for role in roles]
        if not key_texts or _all_differ(key_texts[0]):
            return 0
        key_texts = [texts.str.to_lowercase() for texts in key_texts]
        pl = polars()
        rows = pl.DataFrame({f"key{at}": texts for at, texts in enumerate(key_texts)}).filter(
            pl.col("key0").is_not_null()
        )
        return int(rows.height - rows.unique().height)


def _all_differ(texts: Any) -> bool:
    """True if all texts certainly differ."""
    if texts.null_count():
        return False
    if all(texts.str.contains(letters).any() for letters in _EITHER_CASE):
        texts = texts.str.to_lowercase()  # texts in one case need no folding
    return bool(texts.hash().n_unique() == len(texts))
