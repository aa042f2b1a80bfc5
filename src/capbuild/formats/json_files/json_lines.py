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
from capbuild.formats.headers import Role, header_meaning
from capbuild.formats.json_files.duplicate_keys import DuplicateKeyDecoder
from capbuild.formats.json_files.json_cells import json_cell
from capbuild.formats.json_files.json_file import is_json_list, json_list, json_object, json_origin, load_json
from capbuild.formats.json_files.nested_columns import NestedColumns, find_inner_list, flatten
from capbuild.formats.normalisation import shorten
from capbuild.formats.options import TableOptions, text_encoding
from capbuild.model import Issue, Response, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Companion, Confidence, InputFile, Reader, ReadItem, hookimpl

__all__ = ["JsonLinesOptions", "register_readers"]

_SUFFIXES = (".jsonl", ".ndjson", ".jsonlines")
_LIST = ".json"
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
#: Keys of the address of the next page.
_NEXT = re.compile(r"next[_-]?(?:page)?[_-]?(?:link|url|cursor|token)?", re.IGNORECASE)
#: Anything but objects may precede the first object.
_LIST_START = re.compile(r"\[\s*(?:[^\[\]{}]*,\s*)?\{")
#: The first list of objects in an object.
_WRAPPED_START = re.compile(r'\{(?:[^"\[]|"(?:[^"\\]|\\.)*+"|\[(?!\s*\{))*+\[\s*(?=\{)')
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
        listed = _LIST_START.match(first) is not None or _wraps_list(first)
        return Claim(Confidence.NAME, "a list of objects") if listed else None
    return Claim(Confidence.NAME, "an object a line") if first.startswith("{") else None


def _wraps_list(text: str) -> bool:
    """True if a text begins with an object that has a list of objects: flat ones, or such as name a country."""
    start = _WRAPPED_START.match(text)
    if start is None:
        return False
    try:
        first, _ = json.JSONDecoder().raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return False
    nested = any(isinstance(value, dict) or json_list(value) for value in first.values())
    meanings = (header_meaning(".".join(keys)) for keys, _ in flatten(first))
    named = any(meaning is not None and meaning.role is Role.COUNTRY for meaning in meanings)
    before = _STRING.sub("", text[1 : start.end()]).replace("[]", "")
    return named or not (nested or "{" in before or before.count("[") > 1)


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


def _listed(value: object) -> tuple[tuple[str, ...], Sequence[object]]:
    """Return the items of a list, or of the only list of objects in an object, with the keys above the list.

    Example:
        >>> _listed({"count": 1, "data": {"items": [{"a": 1}]}}), _listed([1])
        ((('data', 'items'), [{'a': 1}]), ((), [1]))
    """
    if is_json_list(value):
        return (), value
    found = [(keys, part) for keys, part in flatten(json_object(value)) if is_json_list(part) and json_list(part)]
    return found[0] if len(found) == 1 else ((), [value])


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
        above: Keys above the list; None if each line is an object.
        columns: Names of the columns.
        moved: Path of a key in the file, by its path in the table.
        spots: Position in the list of each row, and in the inner list of the item.
        names: Names of the columns in their order, once all are known.
    """

    file: str
    above: tuple[str, ...] | None
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
                if self.above is not None:
                    self.spots[count] = (number - 1, at)
                yield (number if self.above is None else count), row, text

    def of_row(self, row: int) -> Origin:
        """Return the origin of a row: its line, or its path in the list."""
        if self.above is None:
            return Origin(self.file, row=row)
        item, at = self.spots[row]
        inner: tuple[str | int, ...] = (*self.columns.inner, at) if self.columns.inner else ()
        return json_origin(self.file, *self.above, item, *inner)

    def moved_to_file(self, origin: Origin | None) -> Origin | None:
        """Return the origin in the file of a table cell: objects have keys, not column numbers."""
        if origin is None or origin.row is origin.column is None:
            return origin
        name = None if origin.column is None else self.names[origin.column - 1]
        if origin.row is None:  # an issue of a column
            every = "$" if self.above is None else f"{json_path(self.above)}[*]"
            return Origin(self.file, path=every + json_path(self.columns.paths[name or ""])[1:])
        if self.above is None:
            return evolve(origin, column=None)
        if name is None:
            return self.of_row(origin.row)
        item, at = self.spots[origin.row]
        path = json_path((*self.above, item, *self.columns.place(name, at)))
        return Origin(self.file, path=self.moved.get(path, path))


def _list_issues(bad: Sequence[tuple[int, str]], places: _Places) -> Iterator[Issue]:
    """Yield the invalid items or lines: the first ones each, the rest counted."""
    what = "line" if places.above is None else "item"
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


def _beside(source: InputFile, whole: object, above: tuple[str, ...]) -> Iterator[Issue]:
    """Yield issues on the other content of an object with a list."""
    found = flatten(json_object(whole)) if above else ()
    others = {".".join(path): part for path, part in found if path != above and part not in (None, "", [])}
    if not others:
        return
    message = f"left out beside the list {'.'.join(above)!r}: {shorten(', '.join(others))}"
    yield Issue(code="CB123", severity=Severity.NOTE, message=message, origin=json_origin(source.name))
    for name, part in others.items():
        if isinstance(part, str) and any(map(_NEXT.fullmatch, name.split("."))):
            message = f"the file is one page of several: {name!r} is {shorten(part)!r}"
            remedy = "download the other pages and read them too"
            origin = json_origin(source.name)
            yield Issue(code="CB123", severity=Severity.WARNING, message=message, origin=origin, remedy=remedy)


def _read(source: InputFile, options: JsonLinesOptions) -> Iterator[ReadItem]:
    bad: list[tuple[int, str]] = []
    encoding, keeper = find_encoding(source, options.encoding), DuplicateKeyDecoder()
    listed = source.suffix == _LIST
    whole = load_json(source, keeper=keeper, encoding=encoding) if listed else None
    above, items = _listed(whole)
    columns = NestedColumns(find_inner_list(items) if listed else ())
    places = _Places(source.name, above if listed else None, columns, keeper.moved)

    def objects(keeper: DuplicateKeyDecoder) -> _Numbered:
        return places.rows(_items(items) if listed else _lines(source, encoding, keeper))

    for number, found, text in objects(keeper):
        if found is None:
            bad.append((number, text))
    if not columns.paths:
        raise source.error("holds no JSON object", "CB103", "ask for the export")
    yield from (encoding.issue,) if encoding.issue is not None else ()
    yield from _list_issues(bad, places)
    yield from _beside(source, whole, above)
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
