"""Built-in plugin: read JSON Lines and JSON lists.

Databases and services export lists of objects in this way.
"""

import io
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild._jsonpath import json_path
from capbuild.display import counted
from capbuild.errors import ReadError
from capbuild.formats.csv_files.encoding import Encoding, find_encoding, sample_text
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.grid_reader import bounded_rows, read_table
from capbuild.formats.json_files.json_file import (
    DuplicateKeyDecoder,
    is_json_list,
    is_json_object,
    json_list,
    json_object,
    json_origin,
    load_json,
)
from capbuild.formats.json_files.json_tables import (
    JsonTable,
    NestedColumns,
    find_inner_list,
    find_table,
    flatten,
    is_empty,
    json_cell,
    load_start,
    names_country,
)
from capbuild.formats.options import TableOptions, text_encoding
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.vocabulary import shorten
from capbuild.model import Answer, Issue, Response, Severity, SheetReconciliation
from capbuild.model.response import evolve_response
from capbuild.origin import Origin
from capbuild.plugins import Claim, Companion, Confidence, InputFile, Reader, ReadItem, hookimpl

_SUFFIXES = (".jsonl", ".ndjson", ".jsonlines")
_LIST = ".json"
#: Keys of the address of the next page.
_NEXT = re.compile(r"next[_-]?(?:page)?[_-]?(?:link|url|cursor|token)?", re.IGNORECASE)
#: Keys of the number of pages.
_PAGES = re.compile(r"(?:total|num|count)?[_-]?(?:of)?[_-]?pages|page[_-]?count", re.IGNORECASE)
#: Keys of whether there are more items.
_MORE = re.compile(r"has[_-]?(?:more|next)(?:[_-]?pages?)?", re.IGNORECASE)
#: Keys of the number of all items.
_TOTAL = re.compile(r"(?:total|num|count)(?:[_-]?(?:count|items|results|records|rows|responses|found))?", re.IGNORECASE)
#: Invalid lines that are reported one by one.
_SHOWN = 10


@frozen(kw_only=True)
class JsonLinesOptions(TableOptions):
    """Options of the reader `json-lines`, in addition to `TableOptions`.

    Attributes:
        encoding: Name of the encoding; detected if None.
    """

    encoding: str | None = field(default=None, validator=text_encoding)


def _sniff(source: InputFile) -> Claim | None:
    first = sample_text(source).lstrip("\ufeff \t\r\n") if source.suffix in (*_SUFFIXES, _LIST) else ""
    if source.suffix == _LIST:
        # Products that export lists of objects have known keys, and readers with higher confidence.
        start = load_start(first)
        return Claim(Confidence.NAME, "a table") if is_empty(start) or _is_tabular(start) else None
    is_line = source.suffix in _SUFFIXES and first[:1] in ("{", "")
    return Claim(Confidence.NAME, "an object a line") if is_line else None


def _is_tabular(value: object) -> bool:
    """True if a document is or has a table.

    The document is a list of objects, or has a table that names a country, or a flat one as its only content.
    """
    table = find_table(value)
    if table is None or not table.above or any(problem.severity is Severity.ERROR for problem in table.problems):
        return table is not None
    objects = json_list(table.items)
    flat = not any(is_json_object(part) or json_list(part) for record in objects for part in record.values())
    beside = [part for keys, part in flatten(json_object(value)) if keys != table.above and part != []]
    alone = len(table.above) == 1 and not any(map(is_json_list, beside))
    return names_country(objects) or (flat and alone)


#: Number of a line or item, its object (None if invalid), and its text; of a line nested too deeply None.
_Numbered = Iterator[tuple[int, dict[str, Any] | None, str | None]]


def _lines(source: InputFile, encoding: Encoding, keeper: DuplicateKeyDecoder) -> _Numbered:
    """Yield the lines that are not blank."""
    # Lines end at "\n" only, as when bytes are split into lines.
    with io.TextIOWrapper(source.open(), encoding.name, encoding.errors, newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            text = line.lstrip("\ufeff").strip() if number == 1 else line.strip()
            if not text:
                continue
            try:
                record = keeper.loads(text, number)
            except ValueError:
                record = None
            except RecursionError:
                yield number, None, None
                continue
            yield number, record if isinstance(record, dict) else None, text


def _items(items: Iterable[object]) -> _Numbered:
    """Yield the items of a list."""
    for number, item in enumerate(items, start=1):
        yield (number, item, "") if isinstance(item, dict) else (number, None, json.dumps(item, ensure_ascii=False))


@define(eq=False)
class _Places:
    """Places in the file of the rows of its table.

    Attributes:
        file: Name of the file.
        table: The table of a document; None if each line is an object.
        columns: Names of the columns.
        moved: Path of a key in the file, by its path in the table.
        spots: Position in the list of each row, and in the inner list of the item.
        names: Names of the columns in their order, once all are known.
    """

    file: str
    table: JsonTable | None
    columns: NestedColumns
    moved: Mapping[str, str]
    spots: dict[int, tuple[int, int]] = field(factory=dict)
    names: tuple[str, ...] = ()

    def rows(self, numbered: _Numbered) -> _Numbered:
        """Yield the rows of numbered objects, by column."""
        count = 0
        for number, record, text in numbered:
            for at, row in self.columns.rows(record) if record is not None else [(0, None)]:
                count += 1
                if self.table is not None:
                    self.spots[count] = (number - 1, at)
                yield (number if self.table is None else count), row, text

    def of_row(self, row: int) -> Origin:
        """Return the origin of a row: line or path."""
        if self.table is None:
            return Origin(self.file, row=row)
        item, at = self.spots[row]
        inner: tuple[str | int, ...] = (*self.columns.inner, at) if self.columns.inner else ()
        return json_origin(self.file, *self.table.place(item, inner))

    def moved_to_file(self, origin: Origin | None) -> Origin | None:
        """Return the origin of a table cell in the file.

        The column becomes a key, since objects have no column numbers.
        """
        if origin is None or origin.row is origin.column is None:
            return origin
        name = None if origin.column is None else self.names[origin.column - 1]
        if origin.row is None:  # an issue of a column
            keys = self.columns.paths[name or ""]
            return Origin(self.file, path=json_path(keys) if self.table is None else self.table.column_place(keys))
        if self.table is None:
            return evolve(origin, column=None)
        if name is None:
            return self.of_row(origin.row)
        item, at = self.spots[origin.row]
        path = json_path(self.table.place(item, self.columns.place(name, at)))
        return Origin(self.file, path=self.moved.get(path, path))

    def moved_issue(self, issue: Issue) -> Issue:
        """Return an issue with its origin in the file."""
        return evolve(issue, origin=self.moved_to_file(issue.origin))

    def moved_answers(self, answers: Iterable[Answer]) -> list[Answer]:
        """Return answers with their origins in the file."""
        return [evolve(answer, origin=self.moved_to_file(answer.origin)) for answer in answers]


def _list_issues(bad: Sequence[tuple[int, str | None]], places: _Places) -> Iterator[Issue]:
    """Report invalid items or lines.

    Each of the first ones has an issue; the others are counted in one.
    """
    what = "line" if places.table is None else "item"
    make = partial(
        Issue, code="CB170", severity=Severity.ERROR,
        remedy=f"ask for the export again; each {what} must be one whole object",
    )  # fmt: skip
    for row, text in bad[:_SHOWN]:
        message = f"the {what} is no JSON object and was left out: {shorten(text or '')}"
        if text is None:
            message = f"the {what} is nested too deeply to be read and was left out"
        yield make(message=message, origin=places.of_row(row))
    if rest := bad[_SHOWN:]:
        message = f"{counted(len(rest), f'more {what} is no object and was', f'more {what}s are no objects and were')}"
        yield make(message=f"{message} left out", origin=places.of_row(rest[0][0]))


def _make_invalid_error(source: InputFile, bad: Sequence[tuple[int, str | None]]) -> ReadError:
    """Return the error for a file without valid records."""
    if all(text is None for _, text in bad):
        return source.error("has lines that are nested too deeply to be read only", "CB118", "ask for the export")
    return source.error("contains no JSON object", "CB103", "ask for the export")


def _contradictions(file: str, table: JsonTable | None) -> Iterator[Issue]:
    """Yield the problems of a table as issues."""
    for issue in table.problems if table is not None else ():
        origin = json_origin(file, *issue.path)
        yield Issue(code=issue.code, severity=issue.severity, message=issue.message, origin=origin, remedy=issue.remedy)


def _other_content_issues(source: InputFile, whole: object, table: JsonTable) -> Iterator[Issue]:
    """Report other content of a document with a table."""
    above, used = tuple(map(str, table.above)), {tuple(map(str, path)) for path in table.used}
    content = {str(at): part for at, part in enumerate(whole)} if is_json_list(whole) else json_object(whole)
    others = {
        keys: part
        for keys, part in (flatten(content) if above else ())
        if keys[: len(above)] != above and part not in (None, "", [])
        if used.isdisjoint(keys[:depth] for depth in range(1, len(keys) + 1))
    }
    if not others:
        return
    message = f"left out beside the table {'.'.join(above)!r}: {shorten(', '.join(map('.'.join, others)))}"
    yield Issue.note("CB123", message, json_origin(source.name))
    for keys, part in others.items():
        more = _more_items(keys, part, len(table.items))
        if more is not None:
            message = f"the file is one page of several: {'.'.join(keys)!r} is {shorten(str(part))!r}{more}"
            remedy = "download the other pages and read them too"
            yield Issue.warning("CB123", message, json_origin(source.name, *keys), remedy)
            return


def _more_items(keys: Sequence[str], value: object, rows: int) -> str | None:
    """Return the remedy if a value counts more rows.

    Such a value, next to the table, shows that the file is one page of several. The result is None for other values.
    """
    key = keys[-1]
    if isinstance(value, bool) or not isinstance(value, str | int):
        return "" if value is True and _MORE.fullmatch(key) else None
    if isinstance(value, str):
        return "" if any(map(_NEXT.fullmatch, keys)) else None
    if _TOTAL.fullmatch(key) and value > rows:
        return f", and the table has {counted(rows, 'row', 'rows')}"
    return "" if value > 1 and _PAGES.fullmatch(key) else None


@define(eq=False)
class _Objects:
    """Objects of a file, as the rows of a table.

    Attributes:
        source: The file.
        encoding: Its encoding.
        whole: Its document; None if each line is an object.
        table: The table in the document; None if each line is an object.
        places: Places of the rows.
        keeper: Decoder that keeps values of duplicate keys.
        rows: Its rows, as long as the columns known by then.
        kept: Positions of the columns of the table.
        bad: Number and text of each line or item that is not an object.
    """

    source: InputFile
    encoding: Encoding
    whole: object
    table: JsonTable | None
    places: _Places
    keeper: DuplicateKeyDecoder
    rows: list[GridRow] = field(factory=list)
    kept: Sequence[int] = ()
    bad: list[tuple[int, str | None]] = field(factory=list)

    @classmethod
    def open(cls, source: InputFile, options: JsonLinesOptions) -> "_Objects":
        """Read the objects of a file.

        Raises:
            LimitError: They have more cells than the limits allow.
        """
        encoding, keeper = find_encoding(source, options.encoding), DuplicateKeyDecoder()
        listed = source.suffix == _LIST
        whole = load_json(source, keeper=keeper, encoding=encoding) if listed else None
        table = (find_table(whole) or JsonTable.of_records([] if is_empty(whole) else [whole])) if listed else None
        items = _items(table.items) if table is not None else _lines(source, encoding, keeper)
        columns = NestedColumns(find_inner_list(table.items if table is not None else ()))
        places = _Places(source.name, table, columns, keeper.moved)
        objects = cls(source, encoding, whole, table, places, keeper)
        objects.rows = list(bounded_rows(objects._rows(places.rows(items)), source.name, source.limits))
        names = list(columns.paths)
        columns.drop_objects(lambda asked: objects._find_filled(names, asked))
        objects.places.names = tuple(columns.paths)
        objects.kept = [position for position, name in enumerate(names) if name in columns.paths]
        return objects

    def _rows(self, numbered: _Numbered) -> Iterator[GridRow]:
        """Yield the rows of objects.

        A row has the columns known when it is read.
        """
        seen: dict[Cell, Cell] = {}  # texts recur, and the decoder makes each anew
        for number, record, text in numbered:
            if record is None:
                self.bad.append((number, text))
            else:
                cells = map(record.get, self.places.columns.paths)
                yield number, [seen.setdefault(c, c) if c.__class__ is str else json_cell(c) for c in cells]

    def _find_filled(self, names: Sequence[str], asked: Collection[str]) -> set[str]:
        pairs = (pair for _, row in self.rows for pair in zip(names, row, strict=False))
        return {name for name, cell in pairs if name in asked and cell_text(cell)}

    @property
    def grid(self) -> Grid:
        """Grid of the table."""
        kept = self.kept
        width = kept[-1] + 1 if kept else 0
        whole = ((number, (*row, *[None] * (width - len(row)))) for number, row in self.rows)
        return Grid(
            self.source.name, ((number, [row[at] for at in kept]) for number, row in whole), headers=self.places.names
        )

    def issues(self) -> Iterator[Issue]:
        """Yield the issues of the file around its table."""
        yield from (self.encoding.issue,) if self.encoding.issue is not None else ()
        yield from _list_issues(self.bad, self.places)
        yield from _other_content_issues(self.source, self.whole, self.table) if self.table is not None else ()
        yield from self.keeper.issues(self.source.name)


def _read(source: InputFile, options: JsonLinesOptions) -> Iterator[ReadItem]:
    objects = _Objects.open(source, options)
    places, bad = objects.places, objects.bad
    yield from _contradictions(source.name, objects.table)
    if bad and not places.names:
        raise _make_invalid_error(source, bad)
    if not places.names:
        message, remedy = "the file contains no response", "ask for the export again"
        yield Issue.error("CB117", message, Origin(source.name), remedy)
        return
    yield from objects.issues()
    for item in read_table(objects.grid, options, source.limits):
        if isinstance(item, SheetReconciliation):
            yield _with_bad(item, len(bad)) if bad else item
        elif isinstance(item, Response):
            yield evolve_response(item, places.moved_answers, origin=places.moved_to_file(item.origin))
        else:
            yield places.moved_issue(item) if isinstance(item, Issue) else item


def _with_bad(account: SheetReconciliation, bad: int) -> SheetReconciliation:
    left = {**account.rows_left_out, "no JSON object": bad}
    return evolve(account, rows_in=account.rows_in + bad, rows_left_out=left)


def _scan(source: InputFile, options: JsonLinesOptions) -> Any:
    # Load the table engine on use, not with the plugins.
    from capbuild.formats.scans.table import scan_grid

    objects = _Objects.open(source, options) if source.suffix != _LIST else None
    if objects is None or objects.bad or not objects.places.names:
        return None
    table = scan_grid(objects.grid, options, source.limits)
    if table is None:
        return None
    issues = map(objects.places.moved_issue, table.issues)
    return evolve(table, issues=[*objects.issues(), *issues])


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of JSON Lines and lists of objects."""
    return [
        Reader(
            name="json-lines",
            title="JSON: an object a line, or a list of objects",
            sniff=_sniff,
            read=_read,
            scan=_scan,
            options=JsonLinesOptions,
            companions=(Companion(option="layout"),),
            suffixes=(*_SUFFIXES, _LIST),
        )
    ]
