"""Location of the tables of a layout file."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from attrs import define, field, frozen

from capbuild.errors import ReadError
from capbuild.formats.layouts.candidates import Candidate
from capbuild.formats.layouts.cell_grid import CellGrid, are_options, is_period
from capbuild.formats.layouts.cell_kinds import is_place_name
from capbuild.formats.layouts.header import join_header
from capbuild.formats.layouts.layout_file import StepText, TableLayout, column_names
from capbuild.formats.layouts.regions import Box
from capbuild.formats.layouts.shapes import Across, Form, Marks, Member, Records
from capbuild.formats.layouts.steps import HeaderRows, Region, Step, Titles
from capbuild.formats.values.cells import cell_text
from capbuild.formats.vocabulary import fold_header, one_line, shorten
from capbuild.origin import column_letters

#: Smallest share of header names that must be found.
_FOUND = 0.6
#: Rows that are searched for a header.
_ROWS = 2000
_LETTERS = re.compile(r"column [A-Z]{1,3}", re.ASCII)


@frozen
class Change:
    """New or missing column, compared with the layout.

    Attributes:
        message: Change.
        remedy: Action for the user.
        read: Whether the whole table is still read.
        row: Row number of the header.
        column: Column number; None if it is missing.
    """

    message: str
    remedy: str = ""
    read: bool = False
    row: int | None = None
    column: int | None = None


@frozen(eq=False)
class FoundTable:
    """Located table.

    Attributes:
        box: The table with its layout.
        changes: Differences from the layout.
        without: Rows with their cells that the layout leaves out.
    """

    box: Box
    changes: Sequence[Change] = ()
    without: Sequence[tuple[int, Sequence[int]]] = ()


def find_tables(layouts: Sequence[TableLayout], grid: CellGrid, columns: Sequence[int]) -> list[FoundTable]:
    """Locate the tables of a layout file in a grid.

    Args:
        layouts: Layouts of the tables.
        grid: The grid.
        columns: Columns of the grid to read.

    Raises:
        ReadError: CB116: a header or a required column is missing, or tables overlap.
    """
    tables: list[_Table] = []
    for layout in layouts if grid.count else ():
        table = _Table(layout, grid, columns, tables)
        table.find()
        tables.append(table)
    _put_in_order(tables)
    found_tables = [table.made(tables) for table in tables]
    for position, (found_table, table) in enumerate(zip(found_tables, tables, strict=True)):
        for other, beside in zip(found_tables[:position], tables, strict=False):
            both = set(found_table.box.rows) & set(other.box.rows)
            if both and set(found_table.box.columns) & set(other.box.columns):
                message = f"tables {beside.layout.number} and {table.layout.number} of the layout have cells in common"
                remedy = "correct the rows and columns of their regions"
                raise ReadError(message, code="CB116", origin=grid.origin(min(both)), remedy=remedy)
    return found_tables


def _put_in_order(tables: Sequence["_Table"]) -> None:
    """Assign stacked tables with equal headers in order."""
    alike: dict[tuple[frozenset[str], tuple[int, ...]], list[_Table]] = {}
    for table in tables:
        if table.header:
            alike.setdefault((frozenset(table.wanted), tuple(table.window)), []).append(table)
    for same in alike.values():
        headers = sorted(table.header for table in same)
        for table, header in zip(sorted(same, key=lambda t: t.layout.header[0]), headers, strict=True):
            table.header = header


@define(eq=False)
class _Table:
    """Table while it is being located."""

    layout: TableLayout
    grid: CellGrid
    every: Sequence[int]
    others: Sequence["_Table"]
    header: list[int] = field(factory=list, init=False)
    window: Sequence[int] = field(default=(), init=False)
    wanted: set[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.wanted = {fold_header(name) for name in self.layout.columns if not _LETTERS.fullmatch(name)}

    # Locating the header --------------------------------------------------------------------------------------------

    def find(self) -> None:
        """Find the header rows and their columns."""
        self.window = self.every
        if not self.layout.header:
            return
        stated = self._find_row(self.layout.header[0])
        exact = self._best([stated])
        best = exact if exact[0][:2] == (-1.0, 0) else self._best(self._rows(stated))
        (missing, *_), self.window, self.header = best
        if not self.header or (self.wanted and -missing < _FOUND):
            self._refuse(self.header[0] if self.header else stated)

    def claimed(self) -> set[tuple[int, int]]:
        """Return the header cells that were found."""
        names = self._names(self.header, self.window)
        columns = [names[name] for name in self.wanted & names.keys()]
        return {(row, column) for row in self.header[:1] for column in columns}

    @property
    def shift(self) -> int:
        """Number of rows by which the header moved."""
        return self.grid.numbers[self.header[0]] - self.layout.header[0] if self.header else 0

    def _find_row(self, number: int) -> int:
        """Return the row with a number, or the next one."""
        return next((r for r, n in enumerate(self.grid.numbers) if n >= number), len(self.grid.rows) - 1)

    def _rows(self, stated: int) -> Iterator[int]:
        """Yield rows where the header may begin.

        These are the stated row, and rows with part of a wanted name.
        """
        parts = {part for name in self.layout.columns for part in (name, *name.split(" - "))}
        folded = self.wanted | {fold_header(part) for part in parts}
        yield stated
        for row in range(min(len(self.grid.rows), _ROWS)):
            cells = self.grid.rows[row]
            if (
                row != stated
                and self.wanted
                and any(fold_header(one_line(cell_text(c))) in folded for c in cells if c is not None)
            ):
                yield row

    def _best(self, rows: Collection[int] | Iterator[int]) -> tuple[tuple[float, ...], Sequence[int], list[int]]:
        """Return rank, columns and header of the best match.

        It has the most names found, is not taken yet, has the fewest other names, and is nearest to the stated row.
        """
        left = str(self.layout.region.get("left", "")).upper()
        taken = {place for other in self.others for place in other.claimed()}
        windows = []
        for row in rows:
            for window in self._windows():
                header = self._header_at(row, window)
                names = self._names(header, window)
                share = len(self.wanted & names.keys()) / max(1, len(self.wanted))
                used = any((row, names[name]) in taken for name in self.wanted & names.keys())
                beside = 1 if left and column_letters(self.grid.letters[window[0]]) != left else 0
                named = sum(not _LETTERS.fullmatch(name) for name in names)
                far = abs(self.grid.numbers[row] - self.layout.header[0])
                windows.append(((-share, used, named, beside, far), window, header))
        return min(windows, key=lambda one: one[0])

    def _windows(self) -> list[Sequence[int]]:
        """Return runs of columns between blank ones."""
        runs: list[list[int]] = []
        for column in self.every:
            if not runs or column != runs[-1][-1] + 1:
                runs.append([])
            runs[-1].append(column)
        return [self.every, *(runs if len(runs) > 1 else ())]

    def _header_at(self, row: int, window: Sequence[int]) -> list[int]:
        """Return the header rows from a row on.

        As many rows with content are returned as the layout's header has.
        """
        rows = (r for r in range(row, len(self.grid.rows)) if self.grid.full(r, window))
        return [r for r, _ in zip(rows, self.layout.header, strict=False)]

    def _names(self, header: Sequence[int], columns: Sequence[int]) -> dict[str, int]:
        """Return columns by folded name."""
        names = column_names(self.grid, join_header(self.grid, header, columns), columns)
        return {fold_header(name): column for column, name in names.items()}

    def _refuse(self, row: int) -> None:
        names = self._names(self.header, self.window)
        absent = [repr(name) for name in self.layout.columns if fold_header(name) not in names]
        count = len(self.wanted)
        share = f"{count - len(self.wanted - names.keys())} of {count}"
        message = f"header of table {self.layout.number} of the layout not found: at best {share} column names, "
        message += f"in row {self.grid.numbers[row]}; missing: {', '.join(absent)}"
        remedy = "check that it is the right file, correct the names in the layout, or draft a new layout"
        raise ReadError(message, code="CB116", origin=self.grid.origin(row), remedy=remedy)

    # Applying the layout --------------------------------------------------------------------------------------------

    @property
    def first(self) -> int:
        """Number of the first row.

        It moves with the header unless the layout states 1.
        """
        return self.layout.first if self.layout.first == 1 else self.layout.first + self.shift

    def last(self, tables: Sequence["_Table"]) -> int | None:
        """Return the number of the last row.

        It moves with the table below.
        """
        last = self.layout.last
        if last is None:
            return None
        below = [t for t in tables if t.layout.first > last and set(t.window) & set(self.window)]
        nearest = min(below, key=lambda t: t.layout.first, default=self)
        return last + nearest.shift

    def made(self, tables: Sequence["_Table"]) -> FoundTable:
        """Return the table with its layout."""
        grid, layout, last = self.grid, self.layout, self.last(tables)
        span = [r for r, n in enumerate(grid.numbers) if n >= self.first and (last is None or n <= last)]
        known = {fold_header(name) for name in layout.columns}
        without = [fold_header(name) for name in layout.region.get("without", ())]
        names = self._names(self.header, self.window)
        start, end = (self.header or span or [0])[0] * grid.width, (span[-1] + 1 if span else 0) * grid.width
        used = {c for c in self.window if grid.filled[start + c : end : grid.width].find(1) >= 0}
        used |= {c for name, c in names.items() if name in known}
        if not self.header and layout.region.get("columns"):
            used = {c for name, c in names.items() if name in known}
        gone = {names[name] for name in without if name in names}
        columns = sorted(used - gone)
        return self._fitted(span, columns, sorted(gone), known)

    def _fitted(self, span: Sequence[int], columns: list[int], gone: Sequence[int], known: set[str]) -> FoundTable:
        grid, layout = self.grid, self.layout
        folded = self._names(self.header, columns)
        names = {name: folded[fold_header(name)] for name in layout.columns if fold_header(name) in folded}
        self._require(names, columns)
        row = grid.numbers[self.header[-1]] if self.header else None
        changes = [
            Change(f"no column is called {shorten(name)!r} any more", "correct the layout", row=row)
            for name in layout.columns
            if name not in names
        ]
        new = [c for name, c in folded.items() if name not in known] if layout.region.get("columns") else []
        steps, joined = self._steps(names, new)
        self._require_order(steps[-1])
        records = isinstance(steps[-1], Records)
        changes += [self._new(c, row, records=records, joined=c in joined) for c in new]
        kept = [c for c in columns if records or c not in new or c in joined]
        whole = len(kept) == len(grid.used_columns())
        rows = [r for r in span if not grid.is_blank(r) and (whole or grid.full(r, kept))]
        if not set(self.header) <= set(rows):
            message = f"the header of table {layout.number} of the layout lies outside the rows of its region"
            raise ReadError(message, code="CB116", origin=grid.origin(self.header[0]), remedy="correct its rows")
        above = [r for r in rows if self.header and r < self.header[0]]
        first: list[Step] = [Region(rows[0] if rows else 0, rows[-1] if rows else 0, kept)]
        first += [Titles(above)] if above else []
        candidate = Candidate((*first, HeaderRows(self.header), *steps), {"countries": 0.0}, 0.0)
        box = Box(rows, kept, [candidate] if rows else [], layout.country)
        return FoundTable(box, changes, [(r, gone) for r in rows] if gone else ())

    def _require(self, names: Mapping[str, int], columns: Sequence[int]) -> None:
        """Raise an error if a required column is missing."""
        needed = [name for step in self.layout.steps for name in step.needed() if name not in names]
        if needed:
            where = f"table {self.layout.number} of the layout needs"
            shown = columns or self.window
            header = join_header(self.grid, self.header, shown)
            known = ", ".join(map(repr, column_names(self.grid, header, shown).values()))
            raise ReadError(
                f"{where} {', '.join(map(repr, dict.fromkeys(needed)))}, and there is no such column",
                code="CB116",
                origin=self.grid.origin(self.header[0] if self.header else 0),
                remedy=f"correct the layout; the columns are: {known}",
            )

    def _require_order(self, form: Step) -> None:
        """Refuse a form with values left of labels."""
        if isinstance(form, Form) and form.value < form.label:
            message = f"table {self.layout.number} of the layout: the value of a form must be right of its label"
            raise ReadError(message, code="CB116", origin=self.grid.origin(0), remedy="exchange label and value")

    def _steps(self, names: Mapping[str, int], new: Sequence[int]) -> tuple[list[Step], list[int]]:
        """Return the steps, and the last one's new columns.

        New columns that fit the last step are added to its members or options.
        """
        *others, last = self.layout.steps
        header = join_header(self.grid, self.header, self.window)
        joined = [c for c in new if any(self._fits_shape(last, part) for part in header.parts.get(c, ()))]
        key = {Across: "members", Marks: "options"}.get(last.kind, "")
        if joined:
            more = {f"\0{column}": column for column in joined}  # never a header name
            names = {**names, **more}
            last = StepText(last.kind, {**last.values, key: (*last.values[key], *more)})
        return [*(step.made(names) for step in others), last.made(names)], joined

    @staticmethod
    def _fits_shape(shape: StepText, text: str) -> bool:
        """True if a new column fits a shape.

        Its header must be like those of the shape's members or options.
        """
        if shape.kind is Marks:
            return are_options(text)
        member = shape.values.get("member")
        return (member == Member.COUNTRY and is_place_name(text)) or (member == Member.PERIOD and is_period(text))

    def _new(self, column: int, row: int | None, *, records: bool, joined: bool) -> Change:
        name = join_header(self.grid, self.header, self.window).name(column)
        shown = repr(shorten(name)) if name else f"column {column_letters(self.grid.letters[column])}"
        at = self.grid.letters[column]
        if records or joined:
            what = "its cells are read as answers" if records else "it is taken as one more of those beside it"
            return Change(f"{shown} is not in the layout; {what}", read=True, row=row, column=at)
        remedy = "name it in the layout where it belongs, or in without"
        return Change(f"{shown} is not in the layout, and is left out", remedy, row=row, column=at)
