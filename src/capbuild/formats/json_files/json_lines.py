"""Built-in plugin: read JSON Lines and JSON lists of objects, as databases and services export them."""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild._jsonpath import json_path
from capbuild.display import counted
from capbuild.formats.csv_files.encoding import Encoding, find_encoding, sample_text
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.grid_reader import read_table
from capbuild.formats.json_files.duplicate_keys import DuplicateKeyDecoder
from capbuild.formats.json_files.json_cells import json_cell
from capbuild.formats.json_files.json_file import (
    is_json_list,
    is_json_object,
    json_list,
    json_object,
    json_origin,
    load_json,
)
from capbuild.formats.json_files.json_tables import JsonTable, find_table, is_empty, load_start, names_country
from capbuild.formats.json_files.nested_columns import NestedColumns, find_inner_list, flatten
from capbuild.formats.normalisation import shorten
from capbuild.formats.options import TableOptions, text_encoding
from capbuild.model import Issue, Response, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Companion, Confidence, InputFile, Reader, ReadItem, hookimpl

_SUFFIXES = (".jsonl", ".ndjson", ".jsonlines")
_LIST = ".json"
#: Keys of the address of the next page.
_NEXT = re.compile(r"next[_-]?(?:page)?[_-]?(?:link|url|cursor|token)?", re.IGNORECASE)
#: Keys of the number of pages.
_PAGES = re.compile(r"(?:total|num|count)?[_-]?(?:of)?[_-]?pages|page[_-]?count", re.IGNORECASE)
#: Invalid lines that are reported one by one.
_SHOWN = 10


@frozen(kw_only=True)
class JsonLinesOptions(TableOptions):
    """Options of the reader `json-lines`, besides those of `TableOptions`.

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
    """True if a document is a list of objects or has a table: one that names a country, or flat with nothing beside."""
    table = find_table(value)
    if table is None or not table.above:
        return table is not None
    objects = json_list(table.items)
    flat = not any(is_json_object(part) or json_list(part) for one in objects for part in one.values())
    beside = [part for keys, part in flatten(json_object(value)) if keys != table.above and part != []]
    alone = len(table.above) == 1 and not any(map(is_json_list, beside))
    return names_country(objects) or (flat and alone)


#: Number of a line or item, its object (None if invalid), and its text.
_Numbered = Iterator[tuple[int, dict[str, Any] | None, str]]


def _lines(source: InputFile, encoding: Encoding, keeper: DuplicateKeyDecoder) -> _Numbered:
    """Yield the lines that are not blank."""
    # Lines end at "\n" only, as when bytes are split into lines.
    with io.TextIOWrapper(source.open(), encoding.name, encoding.errors, newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            text = line.lstrip("\ufeff").strip() if number == 1 else line.strip()
            if not text:
                continue
            try:
                found = keeper.loads(text, number)
            except (ValueError, RecursionError):
                found = None
            yield number, found if isinstance(found, dict) else None, text


def _items(items: Iterable[object]) -> _Numbered:
    """Yield the items of a list."""
    for number, item in enumerate(items, start=1):
        yield (number, item, "") if isinstance(item, dict) else (number, None, json.dumps(item, ensure_ascii=False))


def _rows(objects: Callable[[], _Numbered], columns: NestedColumns) -> Iterator[GridRow]:
    known = tuple(columns.paths)
    for number, found, _ in objects():
        if found is not None:
            yield number, [json_cell(found.get(name)) for name in known]


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
        for number, found, text in numbered:
            for at, row in self.columns.rows(found) if found is not None else [(0, None)]:
                count += 1
                if self.table is not None:
                    self.spots[count] = (number - 1, at)
                yield (number if self.table is None else count), row, text

    def of_row(self, row: int) -> Origin:
        """Return the origin of a row: its line, or its path in the list."""
        if self.table is None:
            return Origin(self.file, row=row)
        item, at = self.spots[row]
        inner: tuple[str | int, ...] = (*self.columns.inner, at) if self.columns.inner else ()
        return json_origin(self.file, *self.table.place(item, inner))

    def moved_to_file(self, origin: Origin | None) -> Origin | None:
        """Return the origin in the file of a table cell: objects have keys, not column numbers."""
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


def _list_issues(bad: Sequence[tuple[int, str]], places: _Places) -> Iterator[Issue]:
    """Yield the invalid items or lines: the first ones each, the rest counted."""
    what = "line" if places.table is None else "item"
    make = partial(
        Issue, code="CB170", severity=Severity.ERROR,
        remedy=f"ask for the export again; each {what} must be one whole object",
    )  # fmt: skip
    for row, text in bad[:_SHOWN]:
        message = f"the {what} is no JSON object and was left out: {shorten(text)}"
        yield make(message=message, origin=places.of_row(row))
    if rest := bad[_SHOWN:]:
        message = f"{counted(len(rest), f'more {what} is no object and was', f'more {what}s are no objects and were')}"
        yield make(message=f"{message} left out", origin=places.of_row(rest[0][0]))


def _beside(source: InputFile, whole: object, table: JsonTable) -> Iterator[Issue]:
    """Yield issues on the other content of a document with a table."""
    above, header = tuple(map(str, table.above)), table.header
    content = {str(at): part for at, part in enumerate(whole)} if is_json_list(whole) else json_object(whole)
    others = {
        ".".join(keys): part
        for keys, part in (flatten(content) if above else ())
        if keys[: len(above)] != above and keys != header and part not in (None, "", [])
    }
    if not others:
        return
    message = f"left out beside the table {'.'.join(above)!r}: {shorten(', '.join(others))}"
    yield Issue.note("CB123", message, json_origin(source.name))
    for name, part in others.items():
        link = isinstance(part, str) and any(map(_NEXT.fullmatch, name.split(".")))
        if link or (isinstance(part, int) and part > 1 and _PAGES.fullmatch(name.rpartition(".")[2])):
            message = f"the file is one page of several: {name!r} is {shorten(str(part))!r}"
            remedy = "download the other pages and read them too"
            origin = json_origin(source.name)
            yield Issue.warning("CB123", message, origin, remedy)


def _read(source: InputFile, options: JsonLinesOptions) -> Iterator[ReadItem]:
    bad: list[tuple[int, str]] = []
    encoding, keeper = find_encoding(source, options.encoding), DuplicateKeyDecoder()
    listed = source.suffix == _LIST
    whole = load_json(source, keeper=keeper, encoding=encoding) if listed else None
    table = (find_table(whole) or JsonTable.of_records([] if is_empty(whole) else [whole])) if listed else None
    items = table.items if table is not None else ()
    columns = NestedColumns(find_inner_list(items))
    places = _Places(source.name, table, columns, keeper.moved)

    def objects(keeper: DuplicateKeyDecoder) -> _Numbered:
        return places.rows(_items(items) if listed else _lines(source, encoding, keeper))

    for number, found, text in objects(keeper):
        if found is None:
            bad.append((number, text))
    if bad and not columns.paths:
        raise source.error("holds no JSON object", "CB103", "ask for the export")
    if not columns.paths:
        message, remedy = "the file holds no response", "ask for the export again"
        yield Issue.error("CB117", message, Origin(source.name), remedy)
        return

    def is_blank(name: str) -> bool:
        return all(one is None or one.get(name) is None for _, one, _ in objects(DuplicateKeyDecoder()))

    columns.drop_objects(is_blank)
    yield from (encoding.issue,) if encoding.issue is not None else ()
    yield from _list_issues(bad, places)
    yield from _beside(source, whole, table) if table is not None else ()
    yield from keeper.issues(source.name)
    places.names = tuple(columns.paths)
    rows = _rows(lambda: objects(DuplicateKeyDecoder()), columns)
    for item in read_table(Grid(source.name, rows, heads=tuple(columns.paths)), options, source.limits):
        if isinstance(item, SheetReconciliation):
            yield _with_bad(item, len(bad)) if bad else item
        elif isinstance(item, Response):
            answers = [evolve(answer, origin=places.moved_to_file(answer.origin)) for answer in item.answers]
            yield evolve(item, origin=places.moved_to_file(item.origin), answers=answers)
        else:
            yield evolve(item, origin=places.moved_to_file(item.origin)) if isinstance(item, Issue) else item


def _with_bad(account: SheetReconciliation, bad: int) -> SheetReconciliation:
    left = {**account.rows_left_out, "no JSON object": bad}
    return evolve(account, rows_in=account.rows_in + bad, rows_left_out=left)


def _scan(source: InputFile, options: JsonLinesOptions) -> Any:
    # Load the table engine on use, not with the plugins.
    from capbuild.formats.scans.json_lines import scan_json_lines

    return None if source.suffix == _LIST or options.encoding else scan_json_lines(source, options)


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
