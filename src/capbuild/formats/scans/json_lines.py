"""Fast path of the reader `json-lines`, without an object per answer.

Keys are classified by the code of `read`, on the same sample. Lines are decoded in blocks and split by key, so that
memory grows with the columns only. Files with a line that is not an object, a blank line, or a row that may not be data
are left to `read`.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, cast

from attrs import define, evolve, field

from capbuild.formats.columns import Column
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.grid_reader import table_reader
from capbuild.formats.json_files.json_file import DuplicateKeyDecoder
from capbuild.formats.json_files.json_tables import NestedColumns, json_cell
from capbuild.formats.options import TableOptions
from capbuild.formats.scans.table import ScannedTable, may_have_totals
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.plugins import InputFile
from capbuild.tables import ResponseTable
from capbuild.tables.building import polars
from capbuild.tables.distinct_cells import DistinctCells
from capbuild.tables.scanned import ScannedColumn

#: Lines that are decoded together.
_BLOCK = 5_000
#: Objects on which the table is judged; more than the table engine inspects.
_SAMPLE = 600
#: Integers below it are exact as floats.
_EXACT = 2**53
_TEXTS = {str, type(None)}
_NUMBERS = {int, float, type(None)}
_MARK = b"\xef\xbb\xbf"


def _marked(value: Any) -> Any:
    """Return the dictionary key of a value.

    Texts are unchanged, other cells have their type, since True equals 1.
    """
    if value.__class__ is str:
        return value
    cell = json_cell(value)
    return cell if isinstance(cell, str) else (cell.__class__, cell)


def _numbers(values: Sequence[Any], kinds: set[type]) -> Any:
    """Return the numbers among values (polars), null elsewhere.

    Integers that a float cannot store exactly are null too.
    """
    pl = polars()
    if not kinds & {int, float}:
        return pl.Series([None], dtype=pl.Float64).new_from_index(0, len(values))
    if not kinds <= _NUMBERS:
        values = [value if value.__class__ in (int, float) else None for value in values]
    found = pl.Series(values, dtype=pl.Float64, strict=False)
    return found.zip_with(found.abs() < _EXACT, found.clear(len(found)))


@define(eq=False)
class _Key:
    """Values of one JSON key so far.

    Attributes:
        rows: Number of objects read.
        places: Dictionary position of each cell, by dictionary key; numbers are not in it.
        codes: Blocks of positions (polars, integers), null for numbers.
        numbers: Blocks of numbers (polars), null elsewhere.
    """

    rows: int = 0
    places: dict[Any, int] = field(factory=dict)
    codes: list[Any] = field(factory=list)
    numbers: list[Any] = field(factory=list)

    def add(self, values: Sequence[Any]) -> None:
        """Add the values of the next objects, None if the key is absent."""
        pl, kinds = polars(), set(map(type, values))
        numbers = _numbers(values, kinds)
        codes = pl.Series([None], dtype=pl.UInt32).new_from_index(0, len(values))
        others = numbers.is_null()
        if others.any():
            codes = self._coded(values, numbers, kinds).zip_with(others, codes)
        self.codes.append(codes)
        self.numbers.append(numbers)
        self.rows += len(values)

    def _coded(self, values: Sequence[Any], numbers: Any, kinds: set[type]) -> Any:
        """Return the dictionary position of each cell (polars); positions of numbers are to be ignored."""
        pl, place = polars(), self.places.setdefault
        if kinds <= _NUMBERS and values.count(None) == numbers.null_count():
            return pl.Series([place(None, len(self.places))], dtype=pl.UInt32).new_from_index(0, len(values))
        marks = values
        if not kinds <= _TEXTS:
            marks = [None if n is not None else _marked(v) for v, n in zip(values, numbers.to_list(), strict=True)]
        return pl.Series([place(mark, len(self.places)) for mark in marks], dtype=pl.UInt32)

    @property
    def cells(self) -> list[Cell]:
        """The dictionary."""
        return [mark[1] if isinstance(mark, tuple) else mark for mark in self.places]

    def filled(self) -> Any:
        """Return for each object whether its cell is not blank (polars)."""
        pl = polars()
        there = pl.Series([bool(cell_text(cell)) for cell in self.cells], dtype=pl.Boolean)
        return there.gather(pl.concat(self.codes)).fill_null(True)

    def scanned(self, column: Column) -> ScannedColumn:
        """Return the column. Objects have keys, so it has no column number."""
        pl = polars()
        numbers = pl.concat(self.numbers)
        direct = None if numbers.null_count() == len(numbers) else numbers
        reader = evolve(column.read, remember=0)
        return ScannedColumn(
            column.question, None, pl.concat(self.codes), DistinctCells(tuple(self.cells), reader), direct
        )


@define(eq=False)
class _Objects:
    """Objects of a file, split by key.

    Attributes:
        keys: Values of each column, in order of first occurrence.
        columns: Names of the columns.
        sample: The first objects.
        rows: Number of objects.
        keeper: Decoder that keeps values of duplicate keys.
    """

    keys: dict[str, _Key] = field(factory=dict)
    columns: NestedColumns = field(factory=NestedColumns)
    sample: list[dict[str, Any]] = field(factory=list)
    rows: int = 0
    keeper: DuplicateKeyDecoder = field(factory=DuplicateKeyDecoder)

    @classmethod
    def of(cls, source: InputFile) -> "_Objects | None":
        """Read the objects; None if a line is not an object.

        Raises:
            LimitError: They have more cells than the limits allow.
        """
        found = cls()
        for block in _blocks(source, found.keeper):
            if block is None:
                return None
            found.add(block, source)
        found.columns.drop_objects(lambda names: [name for name in names if found.keys[name].filled().any()])
        found.keys = {name: found.keys[name] for name in found.columns.paths}
        return found

    def add(self, block: Sequence[dict[str, Any]], source: InputFile) -> None:
        """Add the next objects.

        Raises:
            LimitError: The table of all keys and objects has more cells than the limits allow.
        """
        block, known = list(map(self.columns.row, block)), self.columns.paths
        source.limits.check_cells(source.name, len(known) * (self.rows + len(block)))
        for name in known:
            if name not in self.keys:
                self.keys[name] = _Key()
                self.keys[name].add([None] * self.rows)
        for name, key in self.keys.items():
            key.add([one.get(name) for one in block])
        self.sample += block[: max(0, _SAMPLE - len(self.sample))]
        self.rows += len(block)

    def first_rows(self) -> Iterator[GridRow]:
        """Yield the first objects as rows of a table."""
        for number, one in enumerate(self.sample, start=1):
            yield number, [json_cell(one.get(name)) for name in self.keys]

    def is_plain(self) -> bool:
        """True if every row has at least two filled cells and none repeats the header."""
        filled = sum(key.filled().cast(polars().UInt32) for key in self.keys.values())
        first = next(iter(self.keys), "")
        return bool((filled > 1).all()) and first not in self.keys[first].places


def _blocks(source: InputFile, keeper: DuplicateKeyDecoder) -> Iterator[list[dict[str, Any]] | None]:
    first = 1
    with source.open() as stream:
        if source.start.startswith(_MARK):
            stream.read(len(_MARK))
        while lines := list(islice(stream, _BLOCK)):
            yield _decoded(lines, first, keeper)
            first += len(lines)


def _decoded(lines: Sequence[bytes], first: int, keeper: DuplicateKeyDecoder) -> list[dict[str, Any]] | None:
    try:
        found = [keeper.loads(line.decode(), row) for row, line in enumerate(lines, start=first)]
    except (ValueError, RecursionError):
        return None
    return cast("list[dict[str, Any]]", found) if all(one.__class__ is dict for one in found) else None


def scan_json_lines(source: InputFile, options: TableOptions) -> ResponseTable | None:
    r"""Return a JSON Lines file as columns; None if it is left to `read`.

    Args:
        source: The file.
        options: Options in force.

    Raises:
        ReadError: CB116: the options have a layout.
        LimitError: It has more cells than the limits allow.

    Example:
        >>> lines = b'{"country": "Cuba", "P1": 3}\n{"country": "Haiti", "P1": "n/a"}\n'
        >>> table = scan_json_lines(InputFile("a.jsonl", data=lines), TableOptions())
        >>> [(row.place, row["P1"].value) for row in table][0], table[1]["P1"].raw
        (('Cuba', 3), 'n/a')
    """
    options.refuse_layout(source.name)
    objects = _Objects.of(source)
    if objects is None or len(objects.keys) < 2 or options.fill_country:
        return None
    grid = Grid(source.name, objects.first_rows(), heads=tuple(objects.keys))
    reader = table_reader(grid, options, source.limits)
    if reader is None or not objects.is_plain():
        return None
    reader.plan()
    plain = reader.plain_table()
    if plain is None:
        return None
    layout, keys = plain.work.layout, list(objects.keys.values())
    used = (*layout.answers, *layout.keys.values(), *layout.comments.values())
    scanned = {column.index: keys[column.index].scanned(column) for column in used}
    if may_have_totals(layout, scanned):
        return None
    whole = ScannedTable(plain.work, scanned, first=1, rows=objects.rows, codes=plain.codes)
    if whole.has_misfits:
        return None
    table = whole.table()
    return evolve(table, issues=[*objects.keeper.issues(source.name), *table.issues])
