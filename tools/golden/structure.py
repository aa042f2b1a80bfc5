"""Structure and figures of written files.

They are headings, tables, columns and numbers, without other words.
"""

import csv
import io
import json
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from math import fsum
from pathlib import Path, PurePath
from typing import Any

import attrs
from defusedxml import ElementTree

from capbuild import __version__
from tools.golden.digests import digest

__all__ = ["numbers", "series", "summary"]

#: Named lists of what stands in a file, such as the cells of a column.
Series = dict[str, list[str]]

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_FLOAT = re.compile(r"-?\d+\.\d{7,}(?:e[-+]?\d+)?|-?\d(?:\.\d+)?e[-+]?\d+")
#: A code or a number, and no prose.
_CODE = re.compile(r"\S{0,40}")
#: Names of series of documents that people read: of their texts only numbers are compared.
_HEADING, _ROWS, _NUMBERS = "heading", "rows of tables", "numbers"


def numbers(value: Any) -> Iterator[str]:
    """Yield the numbers in a value.

    It is a text or a part of a report; the version of the library is left out.
    """
    if isinstance(value, bool | int | float):
        yield _rounded(str(value))
    elif isinstance(value, str):
        yield from (_rounded(found) for found in _NUMBER.findall(value) if found != __version__)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from numbers(one)
    elif attrs.has(type(value)):
        for one in attrs.fields(type(value)):
            yield from numbers(getattr(value, one.name))


def _rounded(text: str) -> str:
    """Return a number without a float's last digits.

    They differ between machines.
    """
    return f"{float(text):.9g}" if _FLOAT.fullmatch(text) else text


def summary(values: list[str]) -> str:
    """Return count, distinct values, sum and digest.

    A short series is shown.
    """
    if len(values) <= 6 and sum(map(len, values)) <= 40:
        return f"{len(values)}: {' '.join(values)}".rstrip(": ")
    found = [float(value) for value in values if re.fullmatch(r"-?\d{1,15}(\.\d+)?", value)]
    total = f", sum {fsum(found):.10g}" if found else ""
    return f"{len(values)}, distinct {len(set(values))}{total}, {digest(values)}"


def series(name: str, content: str | bytes) -> Series:
    """Return the series of a file, by its suffix."""
    data = content.encode() if isinstance(content, str) else content
    suffix = PurePath(name).suffix.lower()
    if suffix not in _PARSERS:
        raise ValueError(f"{name}: add a parser for {suffix} files to tools/golden/structure.py")
    found: Series = {}
    for key, value in _PARSERS[suffix](data):
        found.setdefault(key, []).append(value)
    return found


def _bare(value: Any) -> str:
    """Return a code or number, or a prose's numbers."""
    text = "" if value is None else str(value)
    return _rounded(text) if _CODE.fullmatch(text) else " ".join(numbers(text))


Pairs = Iterator[tuple[str, str]]


def _columns(rows: Iterable[Iterable[Any]], prefix: str = "") -> Pairs:
    """Yield table cells by the names in row one."""
    headers: list[str] | None = None
    for row in rows:
        if headers is None:
            headers = [str(cell) for cell in row]
            continue
        for number, cell in enumerate(row):
            head = headers[number] if number < len(headers) else str(number)
            yield prefix + (head if _CODE.fullmatch(head) and head else f"column {number + 1}"), _bare(cell)


def _csv(data: bytes) -> Pairs:
    text = data.decode("utf-8-sig")
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    yield from _columns(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _json(data: bytes) -> Pairs:
    def walk(value: Any, path: str) -> Pairs:
        if isinstance(value, dict) and {"source", "language"} <= value.keys():
            return  # a text in several languages
        if isinstance(value, dict):
            coded = all(re.fullmatch(r"[A-Z][A-Za-z0-9.-]*|\d.*|\S+[/ ].*", key) for key in value)
            for key, one in value.items():
                if coded:
                    yield f"{path}.*", _bare(key)
                yield from walk(one, f"{path}.*" if coded else f"{path}.{key}")
        elif isinstance(value, list):
            for one in value:
                yield from walk(one, f"{path}[]")
        else:
            yield path, _bare(value)

    yield from walk(json.loads(data), "$")


def _xml(data: bytes) -> Pairs:
    def local(tag: str) -> str:
        return tag.rpartition("}")[2]

    def walk(node: Any, path: str) -> Pairs:
        yield path, _bare((node.text or "").strip())
        for name, value in node.attrib.items():
            yield f"{path}@{local(name)}", _bare(value)
        for child in node:
            yield from walk(child, f"{path.rpartition('/')[2]}/{local(child.tag)}")

    root = ElementTree.fromstring(data)
    yield from walk(root, local(root.tag))


def _sheets(data: bytes) -> Pairs:
    import openpyxl

    for sheet in openpyxl.load_workbook(io.BytesIO(data), read_only=False).worksheets:
        name = sheet.title if _CODE.fullmatch(sheet.title) else f"sheet {sheet.parent.index(sheet) + 1}"
        yield f"{name} size", f"{sheet.max_row}x{sheet.max_column}"
        for column in sheet.iter_cols():
            for cell in column:
                if cell.value is not None:
                    yield f"{name} {cell.column_letter}", _bare(cell.value)


def _docx(data: bytes) -> Pairs:
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
    for style in root.iter(f"{word}pStyle"):
        yield "style", style.get(f"{word}val", "")
    for table in root.iter(f"{word}tbl"):
        yield _ROWS, str(len(table.findall(f"{word}tr")))
    for paragraph in root.iter(f"{word}p"):
        for found in numbers("".join(text.text or "" for text in paragraph.iter(f"{word}t"))):
            yield _NUMBERS, found


def _slides(data: bytes) -> Pairs:
    import pptx

    for slide in pptx.Presentation(io.BytesIO(data)).slides:
        yield _HEADING, slide.slide_layout.name
        for shape in (*slide.shapes, *(slide.notes_slide.shapes if slide.has_notes_slide else ())):
            if shape.has_table:
                yield _ROWS, str(len(shape.table.rows))
                texts = [cell.text for row in shape.table.rows for cell in row.cells]
            else:
                texts = [shape.text_frame.text] if shape.has_text_frame else []
            yield from ((_NUMBERS, found) for found in numbers(texts))
            if shape.has_chart:
                values = [_bare(value) for one in shape.chart.series for value in one.values]
                yield "chart", " ".join([shape.chart.chart_type.name, *values])


class _Page(HTMLParser):
    """Headings, table rows and numbers of a page.

    Scripts and styles are left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.rows: list[int] = []
        self.silent = 0

    def handle_starttag(self, tag: str, _attrs: Any) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self.found.append((_HEADING, tag))
        self.silent += tag in ("script", "style")
        if tag == "table":
            self.rows.append(0)
        elif tag == "tr" and self.rows:
            self.rows[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")
        if tag == "table" and self.rows:
            self.found.append((_ROWS, str(self.rows.pop())))

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found += ((_NUMBERS, found) for found in numbers(data))


def _html(data: bytes) -> Pairs:
    page = _Page()
    page.feed(data.decode())
    yield from page.found


def _markdown(data: bytes) -> Pairs:
    rows = 0
    for line in (*data.decode().splitlines(), ""):
        if mark := re.match(r"#+", line):
            yield _HEADING, f"h{len(mark[0])}"
        yield from ((_NUMBERS, found) for found in numbers(line))
        if line.startswith("|"):
            rows += 1
        elif rows:
            yield _ROWS, str(rows - 2)  # without its header and the line below
            rows = 0


def _pdf(data: bytes) -> Pairs:
    """Yield the outline of a PDF.

    The text of pages breaks as fonts have it.
    """
    import pypdf

    def walk(entries: Any, level: int) -> Pairs:
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, level + 1)
            else:
                yield _HEADING, f"h{level}"

    yield from walk(pypdf.PdfReader(io.BytesIO(data)).outline, 1)


def _sqlite(data: bytes) -> Pairs:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.sqlite")
        path.write_bytes(data)
        base = sqlite3.connect(path)
        tables = base.execute("select type, name from sqlite_master where type != 'index' order by name").fetchall()
        for kind, table in tables:
            yield kind, table
            rows = base.execute(f'select * from "{table}"')
            yield from ((f"{table} rows", "|".join(map(_bare, row))) for row in rows)
        base.close()


def _frame(read: Callable[[Any], Any]) -> Callable[[bytes], Pairs]:
    def parse(data: bytes) -> Pairs:
        table = read(data)
        for column in table.column_names:
            yield from ((column, _bare(value)) for value in table[column].to_pylist())

    return parse


def _parquet(data: bytes) -> Any:
    import pyarrow.parquet

    return pyarrow.parquet.read_table(io.BytesIO(data))


def _arrow(data: bytes) -> Any:
    import pyarrow

    return pyarrow.ipc.open_file(io.BytesIO(data)).read_all()


def _statistics(suffix: str) -> Callable[[bytes], Pairs]:
    def parse(data: bytes) -> Pairs:
        import pyreadstat

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"made{suffix}")
            path.write_bytes(data)
            rows, about = getattr(pyreadstat, f"read_{suffix[1:]}")(str(path))
        yield from _columns([list(rows.columns), *rows.itertuples(index=False)])
        for name, labels in sorted(about.variable_value_labels.items()):
            yield "labels", f"{name} {len(labels)}"

    return parse


def _zip(data: bytes) -> Pairs:
    archive = zipfile.ZipFile(io.BytesIO(data))
    for name in sorted(archive.namelist()):
        member = archive.read(name)
        parse = _xml if member.lstrip().startswith(b"<") else _csv
        yield from ((f"{PurePath(name).suffix} {key}", value) for key, value in parse(member))


def _calendar(data: bytes) -> Pairs:
    for line in data.decode().replace("\r\n ", "").splitlines():
        name, _, value = line.partition(":")
        yield name, _bare(value)


_PARSERS: dict[str, Callable[[bytes], Pairs]] = {
    ".arrow": _frame(_arrow), ".csv": _csv, ".docx": _docx, ".dta": _statistics(".dta"), ".html": _html,
    ".ics": _calendar, ".json": _json, ".lsa": _zip, ".lss": _xml, ".md": _markdown, ".parquet": _frame(_parquet),
    ".pdf": _pdf, ".pptx": _slides, ".sav": _statistics(".sav"), ".sqlite": _sqlite, ".tsv": _csv, ".txt": _csv,
    ".vv": _csv, ".xlsx": _sheets, ".xml": _xml,
}  # fmt: skip
