"""Files as ordered parts, by key."""

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from attrs import evolve

from capbuild.documents.toml import decode_toml
from capbuild.errors import CapbuildError
from capbuild.escaping import format_csv
from capbuild.workspace.records.folder_tables import TABLES
from capbuild.workspace.records.plain_tables import DateReader, decode_text, split_table
from capbuild.workspace.versions.three_way import Conflict, Key, Part, Parts, merge_parts

_HEADER = re.compile(r"^\s*(\[\[?[^\]\n]+\]\]?)\s*(#.*)?$")

#: Fields that distinguish tables of one array.
_IDENTITY = ("id", "country", "audience", "item", "date")

#: Field names for the comments above a table, and for its header.
ABOVE, HEAD = "#above", "#header"


def read_blocks(text: str) -> Parts | None:
    """Return a TOML file as parts; None if invalid.

    Args:
        text: Its text, without a byte order mark.
    """
    try:
        decode_toml(text)
    except ValueError:
        return None
    seen: Counter[Key] = Counter()
    parts: list[Part] = []
    for above, header, body in _split_blocks(text.splitlines(keepends=True)):
        fields = dict(_split_fields(body))
        key = _make_key(header, fields)
        seen[key] += 1
        key = key if seen[key] == 1 else (*key, f"({seen[key]})")
        parts.append(Part(key, {ABOVE: above, HEAD: header, **fields}))
    return Parts(opening="", names=(), parts=parts, closing="", write=_write_file)


def _split_blocks(lines: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each header with the lines before and after.

    The first block has no header.
    """
    above, header, body = "", "", list[str]()
    waiting: list[str] = []
    inside = ""
    for line in lines:
        inside = _find_open_string(inside, line)
        plain = not line.strip() or line.lstrip().startswith("#")
        if not inside and _HEADER.match(line):
            yield above, header, body
            above, header, body, waiting = "".join(waiting), line, [], []
        elif plain and not inside:
            waiting.append(line)
        else:
            body += [*waiting, line]
            waiting = []
    yield above, header, [*body, *waiting]


def _find_open_string(inside: str, line: str) -> str:
    """Return the quotes of a string left open."""
    for mark in ('"""', "'''"):
        if inside in ("", mark) and line.count(mark) % 2:
            return "" if inside else mark
    return inside


def _split_fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield every `key = value` with the comments above, unchanged."""
    chunk = ""
    for line in lines:
        chunk += line
        try:
            fields = decode_toml(chunk)
        except ValueError:
            continue  # a multi-line value is not yet complete
        if fields:
            first = next(line for line in chunk.splitlines() if line.strip() and not line.lstrip().startswith("#"))
            yield first.partition("=")[0].strip(), chunk
            chunk = ""
    if chunk:
        yield "#below", chunk


def _make_key(header: str, fields: dict[str, str]) -> Key:
    name = header.partition("#")[0].strip()
    if not name.startswith("[["):
        return (name,)
    return (name, *(str(next(iter(decode_toml(fields[part]).values()))) for part in _IDENTITY if part in fields))


def _write_file(file: Parts) -> str:
    texts: list[str] = []
    for part in file.parts:
        texts += [part.fields.get(ABOVE, ""), part.fields.get(HEAD, "")]
        texts += [text for name, text in part.fields.items() if name not in (ABOVE, HEAD)]
    # The last line of a file has no line end, and may now be elsewhere.
    return "".join(text if not text or text.endswith("\n") else f"{text}\n" for text in texts)


def remove_comments(part: Part) -> Part:
    """Return a part without comments, for comparison."""
    return evolve(part, fields={name: text for name, text in part.fields.items() if not name.startswith("#")})


#: Files that are not tables: pattern and content; `{}` is the name.
_OTHER_FILES = (
    ("programme.toml", "The programme and its reading rules"),
    ("visits/visits.toml", "Visits"),
    ("meetings/meetings.toml", "Meetings"),
    ("desk/desk.toml", "Desk reviews"),
    ("results.toml", "The results framework"),
    ("evidence/*", "A file of evidence: {}"),
    ("frameworks/*", "A framework: {}"),
    ("crosswalks/*", "A crosswalk: {}"),
    ("languages/*", "Texts of a language: {}"),
    ("external/*", "External series: {}"),
    ("returns/*", "A return as received: {}"),
)

#: Columns of dates.
_DATES = frozenset(column for table in TABLES for column in table.dates)

#: Folders of raw files, which are merged as a whole: two of one name are two files.
_RAW = ("returns",)


def describe_file(name: str) -> str:
    """Describe a file of a programme's folder.

    Example:
        >>> describe_file("visits/jamaica.csv"), describe_file("notes.txt")
        ('Findings of a visit: jamaica', 'notes.txt')
    """
    files = [*_OTHER_FILES, *((table.file, table.title) for table in TABLES)]
    title = next((title for pattern, title in files if fnmatchcase(name, pattern)), "")
    return title.format(PurePosixPath(name).stem) or name


def parse_parts(name: str, data: bytes) -> Parts | None:
    """Parse a file into parts.

    The result is None if the file can only be merged as a whole.
    """
    if name.split("/", maxsplit=1)[0] in _RAW or not name.endswith((".csv", ".toml")):
        return None
    try:
        text = decode_text(data, name)[0].replace("\r\n", "\n")
    except CapbuildError:
        return None
    return read_blocks(text) if name.endswith(".toml") else read_table(name, text)


def merge_file(name: str, versions: list[bytes | None], conflicts: list[Conflict]) -> Iterator[tuple[str, bytes]]:
    """Yield the merged file: one, none, or both versions.

    Args:
        name: Name below the programme's folder.
        versions: The common ancestor, the first and the second version; None if absent.
        conflicts: Collects conflicts.
    """
    base, first, second = versions
    if second in (first, base):
        if first is not None:
            yield name, first
        return
    if first == base:
        if second is not None:
            yield name, second
        return
    parts = [parse_parts(name, data) if data is not None else None for data in versions]
    if parts[1] is not None and parts[2] is not None:
        empty = Parts("", (), (), "", parts[1].write)
        merged, file_conflicts = merge_parts(name, parts[0] or empty, parts[1], parts[2])
        conflicts += file_conflicts
        # Line ends and byte order mark are those of the first copy.
        text, mark = merged.write(merged), codecs.BOM_UTF8 if (first or b"").startswith(codecs.BOM_UTF8) else b""
        yield name, mark + (text.replace("\n", "\r\n") if b"\r\n" in (first or b"") else text).encode("utf-8")
        return
    sizes = [None if data is None else f"{len(data):,} bytes" for data in versions]
    conflicts.append(Conflict(file=name, base=sizes[0], first=sizes[1], second=sizes[2]))
    yield name, first if first is not None else second or b""
    if first is not None and second is not None:
        stem, dot, suffix = name.rpartition(".")
        yield (f"{stem}.second.{suffix}" if dot else f"{name}.second"), second


def read_table(name: str, text: str) -> Parts | None:
    """Parse a CSV file into parts; None without a header.

    Args:
        name: Name of the file below the programme's folder.
        text: Its text, without a byte order mark.
    """
    wanted = next((table.key for table in TABLES if fnmatchcase(name, table.file)), ("id",))
    rows, table_delimiter, delimiter = split_table(text, [{column} for column in wanted])
    # An unknown table begins with a row without empty cells.
    full = (place for place, row in enumerate(rows) if len(row) > 1 and all(cell.strip() for cell in row))
    place = next(full, None) if table_delimiter is None else table_delimiter
    if place is None:
        return None
    header = [cell.strip() for cell in rows[place]]
    below = list(_normalise_dates(header, rows[place + 1 :], delimiter))
    last = max((n for n, row in enumerate(below) if row and not row[0].startswith("#")), default=-1)
    columns = [column for column in wanted if column in header] or header
    return Parts(
        opening=format_csv(rows[:place]),
        names=header,
        parts=_make_parts(header, columns, below[: last + 1]),
        closing=format_csv(below[last + 1 :]),
        write=_write_table,
        whole=columns == header,
    )


def _normalise_dates(header: Sequence[str], rows: Sequence[list[str]], delimiter: str) -> Iterable[list[str]]:
    """Yield rows with ISO dates.

    Spreadsheets change 2016-06-14 to 14/06/2016.
    """
    places = [place for place, column in enumerate(header) if column in _DATES]
    days = DateReader([row[place].strip() for row in rows for place in places if place < len(row)], delimiter)
    for row in rows:
        cells = list(row)
        for place in places:
            if place < len(cells) and ("/" in cells[place] or "." in cells[place]):
                parts = [part.strip() for part in cells[place].split(";")]
                cells[place] = "; ".join(days.day(part) or part for part in parts)
        yield cells


def _make_parts(header: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Part]:
    seen: Counter[Key] = Counter()
    parts = []
    for row in rows:
        if not any(row):
            continue
        # Cells beyond the header get names of their own.
        names = [*header, *(f"+{n}" for n in range(1, len(row) - len(header) + 1))]
        fields = dict(zip(names, row, strict=False))
        key = tuple(fields.get(column, "") for column in columns)
        seen[key] += 1
        parts.append(Part(key if seen[key] == 1 else (*key, f"({seen[key]})"), fields))
    return parts


def _write_table(table: Parts) -> str:
    extra = sorted({name for part in table.parts for name in part.fields if name not in table.names})
    rows = [[part.fields.get(name, "") for name in (*table.names, *extra)] for part in table.parts]
    return f"{table.opening}{format_csv([table.names, *rows])}{table.closing}"
