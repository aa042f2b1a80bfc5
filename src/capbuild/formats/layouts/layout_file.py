"""Layout files: editable TOML descriptions of how tables are read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import frozen

from capbuild.errors import ReadError, did_you_mean
from capbuild.formats.layouts.candidates import UNSURE, Candidate
from capbuild.formats.layouts.cell_grid import CellGrid
from capbuild.formats.layouts.header import Header, join_header
from capbuild.formats.layouts.regions import Box
from capbuild.formats.layouts.shapes import Across, Form, Long, Marks, Member, Records, Shape
from capbuild.formats.layouts.steps import Drop, FillDown, HeaderRows, Outline, Region, Sections, Step, Titles
from capbuild.formats.vocabulary import Role, fold_header
from capbuild.origin import Origin, column_letters
from capbuild.text import numbered_name

_HEAD = """\
# How the tables of this file are read. Correct it, and give it to the reader: layout = "this-file.toml".
# Rows count from 1. A column is named by its header, numbered where that comes again, else as "column D". The steps:
# region     rows and columns of the table; without = [...] leaves columns out; left tells tables side by side apart
# header     rows of the header; those above it are titles
# drop       leaves out repeated headers, totals and notes
# fill_down  repeats what a column says into the blank cells below
# sections   a row with one text is the heading, or with countries = true the country, of the rows below it
# outline    indented rows belong to the country above them
# The last step says what the cells are: records (a row a response), long (a row an answer), across (questions down,
# members = the columns of countries, periods or respondents), marks (a mark below one of the options), form.
# A [[table]] may also set country = "...", or read = false to leave it out.
"""


class _Kind(StrEnum):
    """Type of a key's value, as error messages describe it."""

    ROWS = "row numbers from 1, such as [1, 2]"
    SPAN = 'the first row and the last row or "end", such as [1, "end"]'
    COLUMN = "the header of a column"
    COLUMNS = "headers of columns"
    GROUPS = "lists of headers of columns"
    ROLES = "headers of columns by role: respondent, id, language or date"
    PAIRS = "names of columns, each with that of another"
    FLAG = "true or false"
    MEMBER = "country, period or respondent"
    LETTERS = "letters of a column"


_ASKS = {
    "question": _Kind.COLUMN,
    "texts": _Kind.COLUMNS,
    "sections": _Kind.COLUMNS,
    "unit": _Kind.COLUMN,
    "country": _Kind.COLUMN,
    "keys": _Kind.ROLES,
    "dimensions": _Kind.COLUMNS,
    "about_country": _Kind.COLUMNS,
    "attributes": _Kind.COLUMNS,
    "comments": _Kind.COLUMNS,
}
#: Keys of each step, in the order of writing. Titles are all rows above the header.
KEYS: Mapping[type[Step], Mapping[str, _Kind]] = {
    Region: {"rows": _Kind.SPAN, "columns": _Kind.COLUMNS, "left": _Kind.LETTERS, "without": _Kind.COLUMNS},
    HeaderRows: {"rows": _Kind.ROWS},
    Drop: {"keys": _Kind.COLUMNS, "sums_only": _Kind.FLAG, "asked": _Kind.COLUMNS},
    FillDown: {"columns": _Kind.COLUMNS},
    Sections: {"countries": _Kind.FLAG, "key": _Kind.COLUMN, "asked": _Kind.COLUMNS, "shared": _Kind.FLAG},
    Outline: {"column": _Kind.COLUMN},
    Records: {"country": _Kind.COLUMN, "groups": _Kind.GROUPS},
    Long: {**_ASKS, "values": _Kind.COLUMNS},
    Across: {**_ASKS, "members": _Kind.COLUMNS, "member": _Kind.MEMBER, "remarks": _Kind.PAIRS},
    Marks: {**_ASKS, "options": _Kind.COLUMNS},
    Form: {"label": _Kind.COLUMN, "value": _Kind.COLUMN, "further": _Kind.PAIRS, "options": _Kind.PAIRS},
}
_STEPS = {kind.name: kind for kind in KEYS}
_NEEDED = {
    Outline: ("column",),
    Long: ("values",),
    Across: ("members", "member"),
    Marks: ("options",),
    Form: ("label", "value"),
}
_ROLES = (Role.RESPONDENT, Role.ID, Role.LANGUAGE, Role.DATE)
_TABLE = ("sheet", "read", "country", "step")
_REMEDY = "correct it, or begin with the draft: capbuild inspect FILE --draft"
#: Confidence below which the runner-up is written too.
_SURE = UNSURE


@frozen(eq=False)
class StepText:
    """Step as written in a layout file.

    Attributes:
        kind: Class of the step.
        values: Values by key; columns by name.
    """

    kind: type[Step]
    values: Mapping[str, Any]

    def columns(self) -> Iterator[str]:
        """Yield the names of its columns."""
        for key, value in self.values.items():
            kind = KEYS[self.kind][key]
            if kind is _Kind.COLUMN:
                yield value
            elif kind is _Kind.COLUMNS:
                yield from value
            elif kind is _Kind.GROUPS:
                yield from (name for group in value for name in group)
            elif kind is _Kind.ROLES:
                yield from value.values()
            elif kind is _Kind.PAIRS:
                yield from (name for pair in value.items() for name in pair)

    def made(self, columns: Mapping[str, int]) -> Step:
        """Return the step with column indexes.

        Unknown columns in lists are dropped.
        """
        values_ = {key: self._made(KEYS[self.kind][key], value, columns) for key, value in self.values.items()}
        return self.kind(**values_)

    @staticmethod
    def _made(kind: _Kind, value: Any, columns: Mapping[str, int]) -> Any:
        if kind is _Kind.COLUMN:
            return columns[value]
        if kind is _Kind.COLUMNS:
            return tuple(columns[name] for name in value if name in columns)
        if kind is _Kind.GROUPS:
            groups = (tuple(columns[name] for name in group if name in columns) for group in value)
            return tuple(filter(None, groups))
        if kind is _Kind.ROLES:
            return tuple((Role(role), columns[name]) for role, name in value.items() if name in columns)
        if kind is _Kind.PAIRS:
            pairs = ((columns.get(remark), columns.get(about)) for remark, about in value.items())
            return tuple(pair for pair in pairs if None not in pair)
        return Member(value) if kind is _Kind.MEMBER else value

    def needed(self) -> Iterator[str]:
        """Yield the names of its required columns."""
        yield from (
            self.values[key] for key, kind in KEYS[self.kind].items() if kind is _Kind.COLUMN and key in self.values
        )


@frozen(eq=False)
class TableLayout:
    """Layout of one table in a layout file.

    Attributes:
        number: Position in the file, from 1.
        sheet: Name of the sheet; None for all sheets that no layout names.
        read: Whether the table is read.
        country: Country of the whole table.
        region: Values of the region step.
        header: Row numbers of the header.
        steps: Steps below the header; the last is the shape.
    """

    number: int
    sheet: str | None
    read: bool
    country: str
    region: Mapping[str, Any]
    header: tuple[int, ...]
    steps: tuple[StepText, ...]

    @property
    def first(self) -> int:
        """Number of its first row."""
        return int(self.region.get("rows", (1,))[0])

    @property
    def last(self) -> int | None:
        """Number of the last row; None for the sheet's last."""
        last = self.region.get("rows", (1, "end"))[-1]
        return None if last == "end" else int(last)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns in its region and steps."""
        named = (name for step in self.steps for name in step.columns())
        return tuple(dict.fromkeys((*self.region.get("columns", ()), *named)))


@frozen(eq=False)
class DraftTable:
    """Table with a layout to write.

    Attributes:
        grid: The grid that contains it.
        box: The table with its candidate layouts.
        left_out: Why it is not read; empty if it is.
    """

    grid: CellGrid
    box: Box
    left_out: str = ""


def column_names(grid: CellGrid, header: Header, columns: Iterable[int]) -> dict[int, str]:
    """Return column names for a layout file.

    They are headers, numbered if they repeat, or column letters.

    Example:
        >>> grid = CellGrid("a.csv", [["Staff", None, "Staff"], [1, 2, 3]])
        >>> column_names(grid, join_header(grid, [0], range(3)), range(3))
        {0: 'Staff', 1: 'column B', 2: 'Staff (2)'}
    """
    names: dict[int, str] = {}
    taken: set[str] = set()
    for column in columns:
        plain = header.name(column) or f"column {column_letters(grid.letters[column])}"
        name = numbered_name(plain, lambda made: fold_header(made) in taken)
        taken.add(fold_header(name))
        names[column] = name
    return names


# Writing --------------------------------------------------------------------------------------------------------------


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'


def _write_array(texts: Sequence[str]) -> str:
    line = f"[{', '.join(texts)}]"
    return line if len(line) <= 100 else "[\n" + "".join(f"  {text},\n" for text in texts) + "]"


def to_toml(tables: Iterable[DraftTable]) -> str:
    """Return a layout file for tables."""
    return "\n".join([_HEAD.rstrip(), *(line for table in tables for line in _written(table))]) + "\n"


def _written(table: DraftTable) -> Iterator[str]:
    """Yield the lines of a table."""
    grid, box = table.grid, table.box
    yield ""
    if not box.candidates:
        yield f"# {f'sheet {_quoted(grid.sheet)}' if grid.sheet else 'the file'} contains no table"
        return
    best, other, sure = box.candidates[0], box.runner_up, box.confidence(grid)
    yield f"# {best.shape.name}, confidence {sure:.2f}"
    if other is not None:
        rows = ", ".join(str(grid.numbers[row]) for row in other.header_rows) or "none"
        yield f"# runner-up: {other.shape.name}, header rows {rows}"
    yield from _table(table, best)
    if other is not None and sure < _SURE:
        yield "\n# The runner-up, to be taken instead of the table above:"
        yield from (f"# {line}".rstrip() for text in _table(table, other) for line in text.split("\n"))


def _table(table: DraftTable, layout: Candidate) -> Iterator[str]:
    grid, columns = table.grid, table.box.columns
    yield "[[table]]"
    if grid.sheet is not None:
        yield f"sheet = {_quoted(grid.sheet)}"
    if table.left_out:
        yield f"read = false  # {table.left_out}"
    names = column_names(grid, join_header(grid, layout.header_rows, columns), columns)
    for step in layout.steps:
        if isinstance(step, Titles):
            continue
        yield "[[table.step]]"
        yield f'do = "{step.name}"'
        if isinstance(step, Region):
            yield from _region(grid, table.box, names)
            continue
        for key, kind in KEYS[type(step)].items():
            value = getattr(step, key)
            if value is not None and value is not False and (value != () or kind is _Kind.ROWS):
                yield f"{key} = {_value(value, kind, names, grid)}"


def _region(grid: CellGrid, box: Box, names: Mapping[int, str]) -> Iterator[str]:
    above, below = range(box.rows[0]), range(box.rows[-1] + 1, len(grid.rows))
    first = grid.numbers[box.rows[0]] if any(grid.full(row, box.columns) for row in above) else 1
    last = str(grid.numbers[box.rows[-1]]) if any(grid.full(row, box.columns) for row in below) else '"end"'
    yield f"rows = [{first}, {last}]"
    yield f"columns = {_write_array([_quoted(names[column]) for column in box.columns])}"
    if box.columns[0] != grid.used_columns()[0]:
        yield f"left = {_quoted(column_letters(grid.letters[box.columns[0]]))}"


def _value(value: Any, kind: _Kind, names: Mapping[int, str], grid: CellGrid) -> str:
    """Return a value as TOML."""
    if kind is _Kind.COLUMN:
        return _quoted(names[value])
    if kind is _Kind.COLUMNS:
        return _write_array([_quoted(names[column]) for column in value])
    if kind is _Kind.GROUPS:
        return _write_array([_write_array([_quoted(names[column]) for column in group]) for group in value])
    if kind is _Kind.ROLES:
        return "{ " + ", ".join(f"{role.value} = {_quoted(names[column])}" for role, column in value) + " }"
    if kind is _Kind.PAIRS:
        pairs = (f"{_quoted(names[remark])} = {_quoted(names[about])}" for remark, about in value)
        return "{ " + ", ".join(pairs) + " }"
    if kind is _Kind.ROWS:
        return f"[{', '.join(str(grid.numbers[row]) for row in value)}]"
    return "true" if kind is _Kind.FLAG else _quoted(str(value))


# Reading --------------------------------------------------------------------------------------------------------------


def _refused(message: str) -> ReadError:
    return ReadError(message, code="CB116", remedy=_REMEDY)


def from_toml(layout: str) -> tuple[TableLayout, ...]:
    r"""Parse a layout file.

    Args:
        layout: TOML text.

    Raises:
        ReadError: CB116: it is not TOML, or not a valid layout; all errors are listed.

    Example:
        >>> text = '[[table]]\n[[table.step]]\ndo = "header"\nrows = [3]\n[[table.step]]\ndo = "records"'
        >>> from_toml(text)[0].header
        (3,)
    """
    from capbuild.documents.toml import decode_toml

    try:
        document = decode_toml(layout)
    except ValueError as error:
        raise _refused(f"the layout is not TOML: {error}") from error
    tables = document.get("table")
    if set(document) != {"table"} or not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise _refused("a layout holds [[table]] and nothing else")
    faults: list[str] = []
    layouts = [_layout(number, table, faults) for number, table in enumerate(tables, start=1)]
    if faults:
        raise _refused("the layout cannot be used:" + "".join(f"\n  {fault}" for fault in faults))
    return tuple(layouts)


def _layout(number: int, table: Mapping[str, Any], faults: list[str]) -> TableLayout:
    """Parse the layout of one table."""
    place = f"table {number}"
    faults += [
        f"{place}: unknown key {key!r}{did_you_mean(key, _TABLE)}; it has {', '.join(_TABLE)}"
        for key in table
        if key not in _TABLE
    ]
    for key, kind in (("sheet", str), ("read", bool), ("country", str)):
        if key in table and not isinstance(table[key], kind):
            faults.append(f"{place}: {key} must be {'true or false' if kind is bool else 'a text'}, not {table[key]!r}")
    given = table.get("step")
    if not isinstance(given, list) or not all(isinstance(step, dict) for step in given):
        faults.append(f"{place}: its steps must be [[table.step]]")
        given = []
    step_texts = [_step(f"{place}, step {n}", step, faults) for n, step in enumerate(given, start=1)]
    steps = [step for step in step_texts if step is not None]
    region = [step for step in steps if step.kind is Region]
    header = [step for step in steps if step.kind is HeaderRows]
    others = [step for step in steps if step.kind not in (Region, HeaderRows)]
    if len(steps) == len(given):
        faults += [f"{place}: {fault}" for fault in _order_faults(steps, [*region, *header], others)]
    rows = tuple(header[0].values.get("rows", ())) if header else ()
    layout = TableLayout(
        number,
        table.get("sheet"),
        table.get("read", True),
        table.get("country", ""),
        region[0].values if region else {},
        rows,
        tuple(others),
    )
    if rows and not layout.first <= rows[0] <= rows[-1] <= (layout.last or rows[-1]):
        faults.append(f"{place}: the header rows {list(rows)} lie outside its region")
    return layout


def _order_faults(steps: Sequence[StepText], first: Sequence[StepText], others: Sequence[StepText]) -> Iterator[str]:
    """Yield errors in the order of steps."""
    shapes = [step for step in others if issubclass(step.kind, Shape)]
    if len(shapes) != 1 or steps[-1] is not shapes[0]:
        names = ", ".join(name for name, kind in _STEPS.items() if issubclass(kind, Shape))
        yield f"its last step, and no other, must be one of {names}"
    if len({step.kind for step in first}) < len(first) or steps[: len(first)] != first:
        yield "a region and a header come first, in this order, and once"


def _step(place: str, step: Mapping[str, Any], faults: list[str]) -> StepText | None:
    """Parse a step; None if its kind is unknown."""
    name = step.get("do")
    kind = _STEPS.get(name) if isinstance(name, str) else None
    if kind is None:
        near = did_you_mean(name, _STEPS) if isinstance(name, str) else ""
        faults.append(f"{place}: do must be one of {', '.join(_STEPS)}, not {name!r}{near}")
        return None
    kinds, values = KEYS[kind], {}
    for key, value in step.items():
        if key == "do":
            continue
        if key not in kinds:
            faults.append(f"{place} ({name}): unknown key {key!r}{did_you_mean(key, kinds)}; it has {', '.join(kinds)}")
        elif not _is(kinds[key], value):
            faults.append(f"{place} ({name}): {key} must be {kinds[key].value}, not {value!r}")
        else:
            values[key] = value
    needed = (key for key in _NEEDED.get(kind, ()) if key not in step)
    faults += [f"{place} ({name}): it needs {key}, {kinds[key].value}" for key in needed]
    step_text = StepText(kind, values)
    faults += [f"{place} ({name}): the column {text!r} has two parts in it" for text in _repeated(step_text)]
    return step_text


def _repeated(step: StepText) -> Iterator[str]:
    """Yield columns that a shape uses more than once.

    Allowed repetitions are left out: a unit may also be a dimension, comment or attribute, and the column of values in
    a form may have options.
    """
    if not issubclass(step.kind, Shape):
        return
    shared = {"unit", "options" if step.kind is Form else ""}
    values = {key: value for key, value in step.values.items() if key not in shared}
    if "remarks" in values:
        values["remarks"] = dict.fromkeys(values["remarks"], "")
    names = Counter(fold_header(name) for name in StepText(step.kind, values).columns() if name)
    yield from dict.fromkeys(name for name in step.columns() if names[fold_header(name)] > 1)


def _is(kind: _Kind, value: Any) -> bool:
    """True if a value has the type of its key."""
    match kind:
        case _Kind.FLAG:
            fits = isinstance(value, bool)
        case _Kind.COLUMN:
            fits = isinstance(value, str)
        case _Kind.LETTERS:
            fits = isinstance(value, str) and value.isascii() and value.isalpha()
        case _Kind.MEMBER:
            fits = isinstance(value, str) and value in set(Member)
        case _Kind.COLUMNS:
            fits = isinstance(value, list) and all(isinstance(name, str) for name in value)
        case _Kind.GROUPS:
            fits = isinstance(value, list) and all(_is(_Kind.COLUMNS, group) for group in value)
        case _Kind.ROLES | _Kind.PAIRS:
            fits = isinstance(value, dict) and all(isinstance(name, str) for name in value.values())
            fits = fits and (kind is _Kind.PAIRS or set(value) <= set(_ROLES))
        case _Kind.SPAN:
            first, last = value if isinstance(value, list) and len(value) == 2 else (0, 0)
            fits = _is_row(first) and (last == "end" or (_is_row(last) and first <= last))
        case _Kind.ROWS:
            fits = isinstance(value, list) and all(map(_is_row, value)) and sorted(set(value)) == value
    return fits


def _is_row(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def assign_layouts(layout: str, file: str, sheets: Sequence[str | None]) -> Sequence[tuple[TableLayout, ...] | None]:
    """Return the layouts of each sheet.

    They are the layouts that name the sheet, else those without a sheet. A sheet without any has None.

    Args:
        layout: TOML text, path of a layout file, or empty.
        file: Name of the file.
        sheets: Names of its sheets; None for a text file.

    Raises:
        ReadError: CB116: the layout is not valid, or names a sheet that the file does not have.
    """
    if not layout:
        return [None] * len(sheets)
    layouts = from_toml(layout)
    absent = dict.fromkeys(
        repr(layout.sheet) for layout in layouts if layout.sheet is not None and layout.sheet not in sheets
    )
    if absent:
        known = ", ".join(repr(name) for name in sheets if name is not None)
        remedy = f"the sheets are: {known}" if known else "a text file has no sheets: take out the line sheet = ..."
        message = f"the layout names {', '.join(absent)}, and there is no such sheet"
        raise ReadError(message, code="CB116", origin=Origin(file), remedy=remedy)
    named = (tuple(table for table in layouts if table.sheet is not None and table.sheet == sheet) for sheet in sheets)
    shared = tuple(table for table in layouts if table.sheet is None)
    return [own or shared for own in named]
