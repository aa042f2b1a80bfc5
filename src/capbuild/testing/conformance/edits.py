"""Edits of sample files: replaced cells, swapped or copied records."""

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Any
from xml.dom import minidom

from attrs import evolve, field, frozen

from capbuild.origin import Origin
from capbuild.testing.conformance.origins import JSON_STEP, decode_table, find_delimiter


class EditKind(StrEnum):
    """Kind of a change to a sample file."""

    REPLACE = "replace"
    REMOVE = "remove"
    SWAP = "swap"
    COPY = "copy"


@frozen(kw_only=True)
class Edit:
    r"""Change to a sample file.

    Attributes:
        kind: Replace the content of a cell, remove a cell with its key, swap two records, or add copies of a record.
        origin: The cell or record, as the reader gives it.
        text: New content of a replaced cell; empty to blank it.
        was: Previous text of the answer, for files with several answers in a line.
        other: The second record of a swap.
        id: Id of the copied record; copies get new ids if the file contains it.
        times: Number of copies, added after the last record.

    Example:
        >>> apply_edit("a.csv", b"id,q1\n1,yes\n", Edit(kind="replace", origin=Origin("a.csv", row=2, column=2)))
        b'id,q1\n1,\n'
    """

    kind: EditKind = field(converter=EditKind)
    origin: Origin
    text: str = ""
    was: str = ""
    other: Origin | None = None
    id: str = ""
    times: int = 1

    def new_id(self, number: int) -> str:
        """Return a new id for a copy, numbered from 1."""
        return str(int(self.id) + 90_000 + number) if self.id.isdecimal() else f"{self.id}k{number}"


#: First bytes of JSON; a section of an INI file also begins with a bracket.
_JSON = re.compile(rb"\{|\[\s*([\[\]{\"\d-]|true|false|null)")


class _Impossible(Exception):
    """Raised for an edit that the file does not allow."""


def is_json(data: bytes) -> bool:
    """True if a file is one JSON document."""
    try:
        json.loads(data.decode("utf-8-sig"))
    except ValueError:
        return False
    return True


def file_kind(name: str, data: bytes, origin: Origin | None = None) -> str:
    """Return the format of a file for editing.

    The format is zip, xlsx, json, xml, lines or table, or empty for others. JSON Lines count as lines if the origin
    names a line.

    Args:
        name: Name of the file.
        data: Its bytes.
        origin: A place in it.
    """
    if data.startswith(b"PK"):
        if origin is not None and origin.file != name:
            return ""
        return "xlsx" if name.lower().endswith((".xlsx", ".xlsm")) else "zip"
    if origin is not None and origin.file != name:
        return ""
    path = origin.path if origin is not None else None
    start = data.lstrip(b"\xef\xbb\xbf \r\n\t")
    if path is not None:
        return "json" if path.startswith("$") else "xml" if start.startswith(b"<") else ""
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ""
    if origin is not None:
        return "lines" if origin.column is None else "table"
    if _JSON.match(start):
        return "json" if is_json(data) else ""
    return "xml" if start.startswith(b"<") else "table"


def apply_edit(name: str, data: bytes, edit: Edit) -> bytes | None:
    """Return an edited copy of a file; None if impossible.

    Args:
        name: Name of the file.
        data: Its bytes.
        edit: The change.
    """
    kinds: dict[str, Callable[[str, bytes, Edit], bytes]] = {
        "zip": _edit_archive,
        "xlsx": _edit_workbook,
        "json": _edit_json,
        "xml": _edit_xml,
        "lines": _edit_lines,
        "table": _edit_table,
    }
    change = kinds.get(file_kind(name, data, edit.origin))
    try:
        return change(name, data, edit) if change is not None else None
    except (_Impossible, ValueError, LookupError, TypeError, AttributeError):
        return None  # not the format of its name, or no such place


def _edit_archive(_name: str, data: bytes, edit: Edit) -> bytes:
    member, inner = archive_member(data, edit.origin)
    other = None if edit.other is None else archive_member(data, edit.other)[1]
    changed = apply_edit(member, read_members(data)[member], evolve(edit, origin=inner, other=other))
    if changed is None:
        raise _Impossible
    return pack({**read_members(data), member: changed})


def archive_member(data: bytes, origin: Origin) -> tuple[str, Origin]:
    """Return an origin's archive member, and the origin within it.

    Raises:
        LookupError: No member has this name.
    """
    path = origin.path or ""
    names = read_members(data)
    named = [member for member in names if path.startswith((f"{member}/", f"{member}$"))]
    member = origin.sheet or max(named, key=len, default="")
    if member not in names:
        raise LookupError(member)
    inner = path.removeprefix(member) if path.startswith(member) else path
    return member, Origin(member, row=origin.row, column=origin.column, path=inner or None)


def read_members(data: bytes) -> dict[str, bytes]:
    """Return the members of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def show_change(before: bytes, after: bytes) -> str:
    r"""Return the changed part of a file: what is there now, and what was.

    Example:
        >>> show_change(b"country,law\nPeru,yes\n", b"country,law\nPeru,no\n")
        "with b'no' in place of b'yes' at byte 17, line 2"
    """
    try:
        old, new = (read_members(data) for data in (before, after))
        name = next(name for name in old if old[name] != new.get(name))
        before, after, where = old[name], new.get(name, b""), f"{name} "
    except (OSError, ValueError, StopIteration, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        where = ""  # no archive, or a damaged one
    start = _count_common(before, after)
    rest = _count_common(before[start:][::-1], after[start:][::-1])
    was, now = (data[start : len(data) - rest] for data in (before, after))
    line = before.count(b"\n", 0, start) + 1
    shown = [f"{part[:40]!r}{'…' if len(part) > 40 else ''}" for part in (now, was)]
    return f"{where}with {shown[0]} in place of {shown[1]} at byte {start:,}, line {line:,}"


def _count_common(one: bytes, other: bytes) -> int:
    """Return the number of first bytes that are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))


def pack(members: dict[str, bytes]) -> bytes:
    """Build an archive from its members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _edit_workbook(_name: str, data: bytes, edit: Edit) -> bytes:
    """Return a workbook with a changed cell."""
    openpyxl = __import__("openpyxl")
    if edit.kind is not EditKind.REPLACE or edit.origin.column is None:
        raise _Impossible
    book = openpyxl.load_workbook(io.BytesIO(data))
    cell = book[edit.origin.sheet].cell(edit.origin.row, edit.origin.column)
    numeric = isinstance(cell.value, int | float) and re.fullmatch(r"-?\d+(\.\d+)?", edit.text)
    cell.value = (float(edit.text) if "." in edit.text else int(edit.text)) if numeric else edit.text or None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@frozen
class TextTable:
    """Records of a delimited text with their first lines.

    Attributes:
        encoding: Encoding of the file.
        delimiter: Cell delimiter.
        starts: First line of each record.
        records: Each record as written, with its line end.
    """

    encoding: str
    delimiter: str
    starts: tuple[int, ...]
    records: tuple[str, ...]

    @classmethod
    def parse(cls, data: bytes) -> "TextTable":
        """Parse a file into records."""
        text, encoding = decode_table(data)
        lines = io.StringIO(text, newline="").readlines()
        delimiter = find_delimiter(text)
        reader = csv.reader(iter(lines), delimiter=delimiter)
        starts, records, done = [], [], 0
        for _ in reader:
            starts.append(done + 1)
            records.append("".join(lines[done : reader.line_num]))
            done = reader.line_num
        return cls(encoding, delimiter, tuple(starts), tuple(records))

    def find(self, row: int | None) -> int:
        """Return the index of the record on a line."""
        return self.starts.index(row or 0)

    def cells(self, place: int) -> list[str]:
        """Return the cells of a record."""
        record = self.records[place]
        return next(csv.reader(io.StringIO(record, newline=""), delimiter=self.delimiter), [])

    def write(self, place: int, cells: list[str]) -> str:
        """Format a record with new cells, quoted as before."""
        record = self.records[place]
        end = record[len(record.rstrip("\r\n")) :]
        out = io.StringIO()
        quoting: Any = csv.QUOTE_ALL if record.startswith('"') else csv.QUOTE_MINIMAL
        csv.writer(out, delimiter=self.delimiter, lineterminator=end, quoting=quoting).writerow(cells)
        return out.getvalue()

    def encode(self, records: list[str]) -> bytes:
        """Return the bytes of a file with new records."""
        return "".join(records).encode(self.encoding)


def _edit_table(_name: str, data: bytes, edit: Edit) -> bytes:
    table = TextTable.parse(data)
    place = table.find(edit.origin.row)
    records = list(table.records)
    if edit.kind is EditKind.SWAP:
        if edit.other is None:
            raise _Impossible
        _swap_lines(records, place, table.find(edit.other.row))
    elif edit.kind is EditKind.COPY:
        if not records[-1].endswith("\n"):
            records[-1] += "\n"
        for number in range(1, edit.times + 1):
            cells = [edit.new_id(number) if edit.id and cell == edit.id else cell for cell in table.cells(place)]
            new_row = records[place] if cells == table.cells(place) else table.write(place, cells)
            records.append(new_row if new_row.endswith("\n") else f"{new_row}\n")
    elif edit.kind is EditKind.REPLACE:
        cells, column = table.cells(place), edit.origin.column or 0
        if not 1 <= column <= len(cells):
            raise _Impossible
        cells[column - 1] = edit.text
        records[place] = table.write(place, cells)
    else:
        raise _Impossible
    return table.encode(records)


def _swap_lines(lines: list[str], one: int, other: int) -> None:
    """Swap two lines."""
    ends = [line[len(line.rstrip("\r\n")) :] for line in (lines[one], lines[other])]
    first, second = lines[one].rstrip("\r\n"), lines[other].rstrip("\r\n")
    lines[one], lines[other] = second + ends[0], first + ends[1]


def _edit_lines(_name: str, data: bytes, edit: Edit) -> bytes:
    """Return a text, such as JSON Lines, with edited lines."""
    text, encoding = decode_table(data)
    lines = text.splitlines(keepends=True)
    place = (edit.origin.row or 0) - 1
    if not 0 <= place < len(lines):
        raise _Impossible
    if edit.kind is EditKind.SWAP:
        if edit.other is None or edit.other.row is None:
            raise _Impossible
        _swap_lines(lines, place, edit.other.row - 1)
    elif edit.kind is EditKind.COPY:
        line = lines[place].rstrip("\r\n")
        lines[-1] = lines[-1].rstrip("\r\n") + "\n"
        once = bool(edit.id) and len(re.findall(rf"\b{re.escape(edit.id)}\b", line)) == 1
        for number in range(1, edit.times + 1):
            new_line = re.sub(rf"\b{re.escape(edit.id)}\b", edit.new_id(number), line) if once else line
            lines.append(f"{new_line}\n")
    else:
        lines[place] = _edit_line(lines[place], edit)
    return "".join(lines).encode(encoding)


def _edit_line(line: str, edit: Edit) -> str:
    """Return a line with one answer replaced."""
    was = edit.was or "\0"
    if line.lstrip().startswith("{"):
        tokens = [token for token in (json.dumps(was, ensure_ascii=False), was) if line.count(f": {token}") == 1]
        if edit.kind is not EditKind.REPLACE or not tokens:
            raise _Impossible
        return line.replace(f": {tokens[0]}", f": {_json_text(edit.text, plain=tokens[0] == was)}")
    if edit.kind is not EditKind.REPLACE or len(re.findall(rf"(?<!\w){re.escape(was)}(?!\w)", line)) != 1:
        raise _Impossible
    return re.sub(rf"(?<!\w){re.escape(was)}(?!\w)", lambda _: edit.text, line)


def _json_text(text: str, *, plain: bool) -> str:
    if plain and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    return "null" if plain and not text else json.dumps(text, ensure_ascii=False)


def _steps(path: str) -> list[str | int]:
    return [int(number) if number else quoted or plain for number, quoted, plain in JSON_STEP.findall(path[1:])]


def _at(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        value = value[step]
    return value


def _edit_json(_name: str, data: bytes, edit: Edit) -> bytes:
    tree = json.loads(data.decode("utf-8-sig"))
    steps = _steps(edit.origin.path or "$")
    if not steps:
        raise _Impossible
    above = _at(tree, steps[:-1])
    if edit.kind is EditKind.SWAP:
        if edit.other is None or edit.other.path is None:
            raise _Impossible
        others = _steps(edit.other.path)
        if others[:-1] != steps[:-1] or not isinstance(above, list):
            raise _Impossible
        place, other = int(steps[-1]), int(others[-1])
        above[place], above[other] = above[other], above[place]
    elif edit.kind is EditKind.COPY:
        if not isinstance(above, list):
            raise _Impossible
        record = above[int(steps[-1])]
        above.extend(_renamed_json(record, edit.id, edit.new_id(n)) for n in range(1, edit.times + 1))
    elif edit.kind is EditKind.REMOVE:
        if not isinstance(above, dict):
            raise _Impossible
        del above[steps[-1]]
    else:
        above[steps[-1]] = _json_leaf(above[steps[-1]], edit.text)
    return json_bytes(tree, data)


def json_bytes(tree: Any, like: bytes) -> bytes:
    """Serialise JSON, indented if the original is."""
    indent = 1 if b"\n" in like.strip() else None
    return json.dumps(tree, ensure_ascii=False, indent=indent).encode()


def with_key(data: bytes, origin: Origin, key: str) -> bytes:
    """Return JSON with a key added next to a value.

    A key equal to the value's own becomes a duplicate.

    Args:
        data: The file.
        origin: The value.
        key: The key, which comes first.

    Raises:
        LookupError: The value has no key.
    """
    tree = json.loads(data.decode("utf-8-sig"))
    steps = _steps(origin.path or "$")
    above = _at(tree, steps[:-1]) if steps else None
    if not isinstance(above, dict):
        raise LookupError(origin)
    mark = "zq key wq"
    own = dict(above)
    above.clear()
    above.update({mark: "Zq", **own})
    return json_bytes(tree, data).replace(json.dumps(mark).encode(), json.dumps(key, ensure_ascii=False).encode())


def with_element(data: bytes, origin: Origin) -> bytes:
    """Return XML with an unknown element added after another.

    Args:
        data: The file.
        origin: The element.

    Raises:
        LookupError: There is no such element, or it is the root.
    """
    document: Any = minidom.parseString(data)  # noqa: S318 - a sample of a test
    node, _ = _xml_node(document, origin.path or "")
    if node.parentNode is document:
        raise LookupError(origin)
    element = document.createElement("zq9wq")
    element.appendChild(document.createTextNode("Zq"))
    node.parentNode.insertBefore(element, node.nextSibling)
    written: bytes = document.toxml("utf-8")
    return written


def with_column(data: bytes, row: int, name: str) -> bytes:
    """Return a text table with a column added and filled.

    Args:
        data: The file.
        row: First line of the first record below the header.
        name: Name of the column.
    """
    table = TextTable.parse(data)
    width = len(table.cells(table.find(row)))
    records = []
    for position, start in enumerate(table.starts):
        cells = table.cells(position)
        whole = len(cells) == width
        records.append(
            table.write(position, [*cells, "Zq" if start >= row else name]) if whole else table.records[position]
        )
    return table.encode(records)


def _renamed_json(value: Any, old: str, new: str) -> Any:
    """Return a copy of a record with another id."""
    if isinstance(value, dict):
        return {key: _renamed_json(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed_json(item, old, new) for item in value]
    if old and value == old:
        return new
    if old.isdecimal() and value == int(old) and not isinstance(value, bool):
        return int(new)
    return value


def _json_leaf(old: Any, text: str) -> Any:
    """Convert a text to JSON of the old value's type."""
    if isinstance(old, dict):
        raise _Impossible
    if isinstance(old, list):
        return [text] if text else []
    if isinstance(old, bool) and text in ("true", "false"):
        return text == "true"
    if isinstance(old, int | float) and not isinstance(old, bool):
        if re.fullmatch(r"-?\d+", text):
            return int(text)
        if re.fullmatch(r"-?\d+\.\d+", text):
            return float(text)
    return text if text or isinstance(old, str) else None


@lru_cache(maxsize=1)
def _parse_once(data: bytes) -> Any:
    """Parse a sample's XML; cached, so edits must be undone."""
    return minidom.parseString(data)  # noqa: S318 - a sample of a test


def _replace_xml(data: bytes, edit: Edit) -> bytes:
    """Return XML with one text or attribute replaced."""
    document = _parse_once(data)
    node, attribute = _xml_node(document, edit.origin.path or "")
    had, before, children = node.hasAttribute(attribute), node.getAttribute(attribute), list(node.childNodes)
    try:
        _set_xml(node, attribute, edit.text)
        written: bytes = document.toxml("utf-8")
    finally:
        if had:
            node.setAttribute(attribute, before)
        elif attribute:
            node.removeAttribute(attribute)
        else:
            for child in list(node.childNodes):
                node.removeChild(child)
            for child in children:
                node.appendChild(child)
    return written


def _edit_xml(_name: str, data: bytes, edit: Edit) -> bytes:
    if edit.kind is EditKind.REPLACE:
        return _replace_xml(data, edit)
    document: Any = minidom.parseString(data)  # noqa: S318 - a sample of a test
    node, attribute = _xml_node(document, edit.origin.path or "")
    if edit.kind is EditKind.SWAP:
        other = _xml_node(document, (edit.other.path if edit.other else None) or "")[0]
        if node.parentNode is not other.parentNode or node is other:
            raise _Impossible
        marker = document.createTextNode("")
        other.parentNode.replaceChild(marker, other)
        node.parentNode.replaceChild(other, node)
        marker.parentNode.replaceChild(node, marker)
    elif edit.kind is EditKind.COPY:
        if node.parentNode is document:
            raise _Impossible
        for number in range(1, edit.times + 1):
            copied = node.cloneNode(deep=True)
            _rename_xml(copied, edit.id, edit.new_id(number))
            node.parentNode.appendChild(copied)
    elif attribute:
        node.removeAttribute(attribute)
    else:
        node.parentNode.removeChild(node)
    written: bytes = document.toxml("utf-8")
    return written


def _set_xml(node: Any, attribute: str, text: str) -> None:
    if attribute:
        node.setAttribute(attribute, text)
        return
    if any(child.nodeType == child.ELEMENT_NODE for child in node.childNodes):
        raise _Impossible
    while node.firstChild is not None:
        node.removeChild(node.firstChild)
    if text:
        node.appendChild(node.ownerDocument.createTextNode(text))


def _xml_node(document: Any, path: str) -> tuple[Any, str]:
    """Return the element of a path, and its attribute.

    The name of the attribute is empty if the path names none.

    Raises:
        LookupError: There is no such element.
    """
    node, steps = document.documentElement, path.strip("/").split("/")
    for step in steps[1:]:
        if step.startswith("@"):
            return node, step[1:]
        name, _, number = step.rstrip("]").partition("[")
        local = name.rpartition(":")[2].rpartition("}")[2]
        matching = [
            child
            for child in node.childNodes
            if child.nodeType == child.ELEMENT_NODE and child.tagName.rpartition(":")[2] == local
        ]
        node = matching[int(number or 1) - 1]
    return node, ""


def _rename_xml(node: Any, old: str, new: str) -> None:
    """Change the id of a copied element."""
    if not old:
        return
    for name, value in (node.attributes or {}).items():
        if value == old:
            node.setAttribute(name, new)
    for child in node.childNodes:
        if child.nodeType in (child.TEXT_NODE, child.CDATA_SECTION_NODE) and child.data.strip() == old:
            child.data = new
        elif child.nodeType == child.ELEMENT_NODE:
            _rename_xml(child, old, new)


def leaves(name: str, data: bytes) -> Iterator[tuple[Origin, str]]:
    """Yield the cells, scalars and texts of a file.

    Each comes with its origin.

    Args:
        name: Name of the file.
        data: Its bytes.
    """
    kind = file_kind(name, data)
    if kind == "zip":
        for member, content in read_members(data).items():
            for origin, text in leaves(member, content):
                path = f"{member}{origin.path}" if origin.path else None
                yield Origin(name, sheet=member, row=origin.row, column=origin.column, path=path), text
    elif kind == "json":
        yield from _json_leaves(name, json.loads(data.decode("utf-8-sig")), "$")
    elif kind == "xml":
        root: Any = minidom.parseString(data).documentElement  # noqa: S318 - a sample of a test
        yield from _xml_leaves(name, root, f"/{root.tagName}")
    elif kind == "table":
        table = TextTable.parse(data)
        for position, start in enumerate(table.starts):
            for column, cell in enumerate(table.cells(position), start=1):
                yield Origin(name, row=start, column=column), cell


def _json_leaves(name: str, value: Any, path: str) -> Iterator[tuple[Origin, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            plain = re.fullmatch(r"[^.\[\]']+", key)
            yield from _json_leaves(name, item, f"{path}.{key}" if plain else f"{path}['{key}']")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _json_leaves(name, item, f"{path}[{position}]")
    elif value is not None:
        yield Origin(name, path=path), value if isinstance(value, str) else json.dumps(value)


def _xml_leaves(name: str, node: Any, path: str) -> Iterator[tuple[Origin, str]]:
    for attribute, value in (node.attributes or {}).items():
        if not attribute.startswith("xmlns"):
            yield Origin(name, path=f"{path}/@{attribute}"), value
    children = [child for child in node.childNodes if child.nodeType == child.ELEMENT_NODE]
    counts: dict[str, int] = {}
    for child in children:
        local = child.tagName.rpartition(":")[2]
        counts[local] = counts.get(local, 0) + 1
        yield from _xml_leaves(name, child, f"{path}/{child.tagName}[{counts[local]}]")
    if not children:
        yield Origin(name, path=path), "".join(child.data for child in node.childNodes if hasattr(child, "data"))


def rewritten(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield equivalent copies of a file, each with a description.

    Args:
        name: Name of the file.
        data: Its bytes.
    """
    kind = file_kind(name, data)
    if kind == "json":
        tree = json.loads(data.decode("utf-8-sig"))
        yield "JSON without spaces", json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
        if not name.lower().endswith((".jsonl", ".ndjson", ".jsonlines")):  # there each line is a value
            yield "JSON with indents and escapes", json.dumps(tree, indent=4).encode()
    elif kind == "xml":
        document = minidom.parseString(data)  # noqa: S318 - a sample of a test
        yield "XML with a comment at its end", document.toxml("utf-8") + b"\n<!-- end -->\n"
        if data.isascii() and b"encoding=" not in data[:80] and b"<?xml" not in data[:80]:
            yield "XML with a declaration", b'<?xml version="1.0" encoding="UTF-8"?>\n' + data
    elif kind == "zip":
        members = read_members(data)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        yield "an archive that is compressed", out.getvalue()
    elif kind == "table":
        yield from _rewritten_tables(data)


def _rewritten_tables(data: bytes) -> Iterator[tuple[str, bytes]]:
    table = TextTable.parse(data)
    plain = "".join(table.records)
    if plain.endswith("\n"):
        yield "a text whose last line has no end", plain.rstrip("\r\n").encode(table.encoding)
    if "\r" not in plain:
        ends = [record.removesuffix("\n") + "\r\n" for record in table.records]
        yield "CSV with line ends of Windows", "".join(ends).encode(table.encoding)
    if table.encoding == "utf-8":
        yield "CSV with a byte order mark", plain.encode("utf-8-sig")
    if len(table.records) > 1 and table.cells(0)[1:] and not any(record.startswith("#") for record in table.records):
        out = io.StringIO()
        rows = [table.cells(place) for place in range(len(table.records))]
        csv.writer(out, delimiter=table.delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
        if table.delimiter != "|":
            yield "CSV with every cell in quotes", out.getvalue().encode(table.encoding)


#: Damage after which a table may still be read, if no answer is lost.
SILENT = ("a quote that is not closed",)


def _damaged_tables(data: bytes) -> Iterator[tuple[str, bytes]]:
    table = TextTable.parse(data)
    if len(table.records) > 2 and table.delimiter != "|":
        middle = len(table.records) // 2
        record = table.records[middle]
        place = record.find(table.delimiter) + 1
        broken = [*table.records[:middle], f'{record[:place]}"{record[place:]}', *table.records[middle + 1 :]]
        if '"' not in "".join(table.records[middle:]):
            yield SILENT[0], table.encode(broken)


def _flip_member(data: bytes) -> bytes:
    """Change a byte in an archive's largest member."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = max(archive.infolist(), key=lambda info: info.compress_size)
    names = int.from_bytes(data[member.header_offset + 26 : member.header_offset + 28], "little")
    extra = int.from_bytes(data[member.header_offset + 28 : member.header_offset + 30], "little")
    place = member.header_offset + 30 + names + extra + member.compress_size // 2
    return data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]


def damage_kinds(name: str, data: bytes, members: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Yield damaged copies of a file, each with a description.

    Args:
        name: Name of the file.
        data: Its bytes.
        members: Archive members with answers.
    """
    kind = file_kind(name, data)
    if kind in ("json", "xml", "zip", "xlsx", ""):
        for share in (0.3, 0.6, 0.9, 0.99):
            yield f"cut off after {share:.0%}", data[: int(len(data.rstrip()) * share)]
    if kind == "json":
        yield "an unclosed quote", data.replace(b'":', b":", 1)
        yield "a comma too many", re.sub(rb"([}\]]\s*)$", rb",,\1", data)
    elif kind == "xml":
        yield "an entity that is not defined", re.sub(rb"(.*)</", rb"\1&nothing;</", data, count=1, flags=re.DOTALL)
        yield "an element that is not closed", re.sub(rb"(.*)</", rb"\1<open></", data, count=1, flags=re.DOTALL)
    elif kind == "zip":
        all_members = read_members(data)
        for member in members:
            for what, broken in damage_kinds(member, all_members[member]):
                yield f"{member}: {what}", pack({**all_members, member: broken})
        yield "a changed byte", _flip_member(data)
    elif kind == "table":
        yield from _damaged_tables(data)
    yield "no content", b""
    yield "only spaces", b" \n"
