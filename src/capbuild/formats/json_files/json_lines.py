"""Built-in plugin: read JSON Lines and JSON lists of objects, as databases and services export them."""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import evolve, field, frozen

from capbuild._jsonpath import json_path
from capbuild.display import counted
from capbuild.errors import ReadError
from capbuild.formats.csv_files.encoding import Encoding, find_encoding, sample_text
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.grid_reader import read_table
from capbuild.formats.json_files.duplicate_keys import DuplicateKeyDecoder
from capbuild.formats.json_files.json_cells import json_cell
from capbuild.formats.json_files.json_file import is_json_list, json_list, json_object, json_origin, load_json
from capbuild.formats.json_files.nested_columns import NestedColumns, flatten
from capbuild.formats.normalisation import shorten
from capbuild.formats.options import TableOptions, text_encoding
from capbuild.model import Issue, Response, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Companion, Confidence, InputFile, Reader, ReadItem, hookimpl

__all__ = ["JsonLinesOptions", "register_readers"]

_SUFFIXES = (".jsonl", ".ndjson", ".jsonlines")
_LIST = ".json"
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
    """True if a text begins with an object that has a list of objects, the first without lists of objects."""
    start = _WRAPPED_START.match(text)
    if start is None:
        return False
    try:
        first, _ = json.JSONDecoder().raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return False
    return not any(is_json_list(value) and json_list(value) for _, value in flatten(first))


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
            row = columns.row(found)
            yield number, [json_cell(row.get(key)) for key in known]


def _list_issues(source: InputFile, bad: Sequence[tuple[int, str]], above: tuple[str, ...]) -> Iterator[Issue]:
    """Yield the invalid items or lines: the first ones each, the rest counted."""
    what = "item" if source.suffix == _LIST else "line"
    make = partial(
        Issue, code="CB170", severity=Severity.ERROR,
        remedy=f"ask for the export again; each {what} must be one whole object",
    )  # fmt: skip
    for row, text in bad[:_SHOWN]:
        message = f"the {what} is no JSON object and was left out: {shorten(text)}"
        yield make(message=message, origin=_origin(source, row, above))
    if rest := bad[_SHOWN:]:
        message = f"{counted(len(rest), f'more {what} is no object and was', f'more {what}s are no objects and were')}"
        yield make(message=f"{message} left out", origin=_origin(source, rest[0][0], above))


def _beside(source: InputFile, whole: object, above: tuple[str, ...]) -> Iterator[Issue]:
    """Yield issues on the other content of an object with a list."""
    found = flatten(json_object(whole)) if above else ()
    others = {".".join(path): part for path, part in found if path != above and part not in (None, "", [])}
    if not others:
        return
    message = f"left out beside the list {'.'.join(above)!r}: {shorten(', '.join(others))}"
    yield Issue(code="CB123", severity=Severity.NOTE, message=message, origin=json_origin(source.name))
    for name, part in others.items():
        if "next" in name.rpartition(".")[2].casefold() and isinstance(part, str):
            message = f"the file is one page of several: {name!r} is {shorten(part)!r}"
            remedy = "download the other pages and read them too"
            origin = json_origin(source.name)
            yield Issue(code="CB123", severity=Severity.WARNING, message=message, origin=origin, remedy=remedy)


def _origin(source: InputFile, row: int, above: tuple[str, ...]) -> Origin:
    """Return the origin of an object: its line, or its path in the list."""
    return json_origin(source.name, *above, row - 1) if source.suffix == _LIST else Origin(source.name, row=row)


def _read(source: InputFile, options: JsonLinesOptions) -> Iterator[ReadItem]:
    columns = NestedColumns()
    bad: list[tuple[int, str]] = []
    encoding, keeper = find_encoding(source, options.encoding), DuplicateKeyDecoder()
    whole = load_json(source, keeper=keeper, encoding=encoding) if source.suffix == _LIST else None
    above, items = _listed(whole)

    def objects() -> _Numbered:
        return _items(items) if source.suffix == _LIST else _lines(source, encoding, DuplicateKeyDecoder())

    for number, found, text in _items(items) if source.suffix == _LIST else _lines(source, encoding, keeper):
        if found is None:
            bad.append((number, text))
        else:
            columns.row(found)
    if not columns.paths:
        raise ReadError(
            f"{source.name} holds no JSON object", code="CB103", origin=Origin(source.name), remedy="ask for the export"
        )
    yield from (encoding.issue,) if encoding.issue is not None else ()
    yield from _list_issues(source, bad, above)
    yield from _beside(source, whole, above)
    yield from keeper.issues(source.name)
    grid = Grid(source.name, _rows(objects, columns), heads=tuple(columns.paths))
    place = partial(_place, source, tuple(columns.paths.values()), keeper.moved, above)
    for item in read_table(grid, options, source.limits):
        if isinstance(item, SheetReconciliation):
            yield _with_bad(item, len(bad)) if bad else item
        elif isinstance(item, Response):
            answers = [evolve(answer, origin=place(answer.origin)) for answer in item.answers]
            yield evolve(item, origin=place(item.origin), answers=answers)
        else:
            yield evolve(item, origin=place(item.origin)) if isinstance(item, Issue) else item


def _place(
    source: InputFile,
    paths: Sequence[tuple[str, ...]],
    moved: Mapping[str, str],
    above: tuple[str, ...],
    origin: Origin | None,
) -> Origin | None:
    """Return the origin in the file of a table cell: objects have keys, not column numbers.

    Args:
        source: The file.
        paths: Keys of each column.
        moved: Path of a key in the file, by its path in the table.
        above: Keys above the list of objects.
        origin: Origin in the table.
    """
    if origin is None or origin.row is origin.column is None:
        return origin
    steps = () if origin.column is None else paths[origin.column - 1]
    if origin.row is None:  # an issue of a column
        every = f"{json_path(above)}[*]" if source.suffix == _LIST else "$"
        return Origin(source.name, path=every + json_path(steps)[1:])
    if source.suffix != _LIST:
        return evolve(origin, column=None)
    path = json_path((*above, origin.row - 1, *steps))
    return Origin(source.name, path=moved.get(path, path))


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
