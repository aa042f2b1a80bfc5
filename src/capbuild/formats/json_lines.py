"""Built-in plugin: JSON lines, one response a line, as databases and survey services export them."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import evolve

from capbuild.errors import ReadError
from capbuild.formats.build import read_table
from capbuild.formats.duplicate_keys import KeyKeeper
from capbuild.formats.encoding import Encoding, find_encoding, sample_text
from capbuild.formats.folding import shorten
from capbuild.formats.grid import Grid, GridRow
from capbuild.formats.json_cells import json_cell
from capbuild.formats.options import TableOptions
from capbuild.model import Issue, Response, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Companion, Confidence, InputFile, Reader, ReadItem, hookimpl

__all__ = ["register_readers"]

_SUFFIXES = (".jsonl", ".ndjson", ".jsonlines")
#: Lines that are no object and are told one by one.
_SHOWN = 10


def _sniff(source: InputFile) -> Claim | None:
    if source.suffix not in _SUFFIXES:
        return None
    first = sample_text(source).lstrip("\ufeff \t\r\n")
    return Claim(Confidence.NAME, "an object a line") if first.startswith("{") else None


def _objects(
    source: InputFile, encoding: Encoding, keeper: KeyKeeper
) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    """Yield the number of each line that is not blank, its object (None where it is none), and what stands there."""
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
    return Issue(
        code="CB170",
        severity=Severity.ERROR,
        message=f"the line is no JSON object and was left out: {shorten(text)!r}",
        origin=Origin(source.name, row=row),
        remedy="ask for the export again; each line must be one whole object",
    )


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
    for item in read_table(grid, options, source.limits):
        if isinstance(item, Response):
            yield _on_its_line(item)
        else:
            yield _with_bad(item, len(bad)) if isinstance(item, SheetReconciliation) and bad else item


def _on_its_line(response: Response) -> Response:
    """Return a response whose answers stand on its line: an object has keys, and no columns to count."""
    answers = [evolve(answer, origin=response.origin) for answer in response.answers]
    return evolve(response, answers=answers)


def _with_bad(account: SheetReconciliation, bad: int) -> SheetReconciliation:
    left = {**account.rows_left_out, "no JSON object": bad}
    return evolve(account, rows_in=account.rows_in + bad, rows_left_out=left)


def _scan(source: InputFile, options: TableOptions) -> Any:
    # The engine of tables is loaded when it is used, not when plugins are.
    from capbuild.formats.scan_json_lines import scan_json_lines

    return scan_json_lines(source, options)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of JSON lines."""
    return [
        Reader(
            name="json-lines",
            title="JSON lines (an object a line)",
            sniff=_sniff,
            read=_read,
            scan=_scan,
            options=TableOptions,
            companions=(Companion(option="layout"),),
            suffixes=_SUFFIXES,
        )
    ]
