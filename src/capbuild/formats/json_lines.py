"""Built-in plugin: JSON, as databases and survey services export it: a response a line, or a list of objects."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from attrs import evolve

from capbuild.errors import ReadError
from capbuild.formats.build import read_table
from capbuild.formats.duplicate_keys import KeyKeeper
from capbuild.formats.encoding import Encoding, find_encoding, sample_text
from capbuild.formats.folding import shorten
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.json_cells import json_cell
from capbuild.formats.json_file import is_json_list, json_origin, load_json
from capbuild.formats.options import TableOptions
from capbuild.model import Issue, Response, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Companion, Confidence, InputFile, Reader, ReadItem, hookimpl

__all__ = ["register_readers"]

_SUFFIXES = (".jsonl", ".ndjson", ".jsonlines")
_LIST = ".json"
_LIST_START = re.compile(r"\[\s*\{")
#: Lines that are no object and are told one by one.
_SHOWN = 10


def _sniff(source: InputFile) -> Claim | None:
    first = sample_text(source).lstrip("\ufeff \t\r\n") if source.suffix in (*_SUFFIXES, _LIST) else ""
    if source.suffix == _LIST:
        # Products that export lists of objects have keys of their own, and readers that are surer.
        return Claim(Confidence.NAME, "a list of objects") if _LIST_START.match(first) else None
    return Claim(Confidence.NAME, "an object a line") if first.startswith("{") else None


def _objects(
    source: InputFile, encoding: Encoding, keeper: KeyKeeper
) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    """Yield the number of each line that is not blank, its object (None where it is none), and what stands there.

    Items of a list are numbered instead of lines.
    """
    if source.suffix == _LIST:
        value = load_json(source, keeper=keeper)
        for number, item in enumerate(value if is_json_list(value) else [value], start=1):
            yield (number, item, "") if isinstance(item, dict) else (number, None, str(item))
        return
    # A line ends at "\n" alone, as where bytes are cut into lines.
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


def _rows(source: InputFile, encoding: Encoding, keys: Iterable[str]) -> Iterator[GridRow]:
    known = tuple(keys)
    for number, found, _ in _objects(source, encoding, KeyKeeper()):
        if found is not None:
            yield number, [json_cell(found.get(key)) for key in known]


def _issue(source: InputFile, row: int, text: str) -> Issue:
    what = "item" if source.suffix == _LIST else "line"
    return Issue(
        code="CB170",
        severity=Severity.ERROR,
        message=f"the {what} is no JSON object and was left out: {shorten(text)!r}",
        origin=_origin(source, row),
        remedy=f"ask for the export again; each {what} must be one whole object",
    )


def _origin(source: InputFile, row: int) -> Origin:
    """Return the place of an object: its line, or its path in the list."""
    return json_origin(source.name, row - 1) if source.suffix == _LIST else Origin(source.name, row=row)


def _read(source: InputFile, options: TableOptions) -> Iterator[ReadItem]:
    keys: dict[str, None] = {}
    bad: list[tuple[int, str]] = []
    encoding, keeper = find_encoding(source, None), KeyKeeper()
    for number, found, text in _objects(source, encoding, keeper):
        if found is None:
            bad.append((number, text))
        else:
            keys.update(dict.fromkeys(found))
    if not keys:
        raise ReadError(
            f"{source.name} holds no JSON object", code="CB103", origin=Origin(source.name), remedy="ask for the export"
        )
    yield from (encoding.issue,) if encoding.issue is not None else ()
    yield from (_issue(source, number, text) for number, text in bad[:_SHOWN])
    if len(bad) > _SHOWN:
        yield _issue(source, bad[_SHOWN][0], f"{len(bad) - _SHOWN:,} more")
    yield from keeper.issues(source.name)
    grid = Grid(source.name, _rows(source, encoding, keys), heads=tuple(keys))
    place = partial(_place, source, tuple(keys))
    for item in read_table(grid, options, source.limits):
        if isinstance(item, SheetReconciliation):
            yield _with_bad(item, len(bad)) if bad else item
        elif isinstance(item, Response):
            answers = [evolve(answer, origin=place(answer.origin)) for answer in item.answers]
            yield evolve(item, origin=place(item.origin), answers=answers)
        else:
            yield evolve(item, origin=place(item.origin)) if isinstance(item, Issue) else item


def _place(source: InputFile, keys: Sequence[str], origin: Origin | None) -> Origin | None:
    """Return where a cell of the table stands in the file: an object has keys, and no columns to count."""
    if origin is None or origin.row is None:
        return origin
    if source.suffix != _LIST:
        return evolve(origin, column=None)
    steps = () if origin.column is None else (keys[origin.column - 1],)
    return json_origin(source.name, origin.row - 1, *steps)


def _with_bad(account: SheetReconciliation, bad: int) -> SheetReconciliation:
    left = {**account.rows_left_out, "no JSON object": bad}
    return evolve(account, rows_in=account.rows_in + bad, rows_left_out=left)


def _scan(source: InputFile, options: TableOptions) -> Any:
    # The engine of tables is loaded when it is used, not when plugins are.
    from capbuild.formats.scan_json_lines import scan_json_lines

    return None if source.suffix == _LIST else scan_json_lines(source, options)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of JSON lines and of lists of objects."""
    return [
        Reader(
            name="json-lines",
            title="JSON: an object a line, or a list of objects",
            sniff=_sniff,
            read=_read,
            scan=_scan,
            options=TableOptions,
            companions=(Companion(option="layout"),),
            suffixes=(*_SUFFIXES, _LIST),
        )
    ]
