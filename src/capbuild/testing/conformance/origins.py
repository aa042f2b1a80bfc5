"""Content of a file at an origin, without the reader."""

import csv
import datetime
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape
from xml.etree import ElementTree

from capbuild.model import Answer, GeoPoint, Missing
from capbuild.origin import Origin

_TABLES = (".csv", ".tsv", ".txt", ".tab", ".dat")
_WORKBOOKS = (".xlsx", ".xlsm")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: One step of a JSON path: a number in brackets, a quoted key, or a plain key.
JSON_STEP = re.compile(r"\[(\d+)\]|\['([^']*)'\]|\.([^.\[]+)")
#: Stored values of a ticked box.
_TICKS = {"1", "true", "yes", "y", "x", "checked", "selected", "on"}
_EPOCHS = (datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1))


def text_at(name: str, data: bytes, origin: Origin) -> str | None:
    r"""Return the content at an origin.

    The file is a delimited text, workbook, JSON, XML, or an archive of these.

    Args:
        name: Name of the file; its suffix gives the format.
        data: Its bytes.
        origin: The origin.

    Returns:
        The text; empty for an empty cell; the whole line if the origin is a row. None if there is no such place.

    Raises:
        LookupError: It has none of these formats.

    Example:
        >>> text_at("a.csv", b"country,q1\nJamaica,yes\n", Origin("a.csv", row=2, column=2))
        'yes'
    """
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if data.startswith(b"PK") and suffix not in _WORKBOOKS:
        return _archive_text(data, origin)
    if origin.path is not None and origin.path.startswith("$"):
        return _in_json(data.decode("utf-8-sig"), origin.path)
    if origin.path is not None:
        return _in_xml(data.decode("utf-8-sig"), origin.path)
    if suffix in _WORKBOOKS:
        return _workbook(data).get(origin.sheet or "", {}).get((origin.row or 0, origin.column or 0), "")
    if origin.column is None:
        lines = data.decode("utf-8", "replace").splitlines()
        return lines[(origin.row or 0) - 1] if 0 < (origin.row or 0) <= len(lines) else None
    if suffix in _TABLES or b"\0" not in data:
        return _cell(_table(data), origin)
    raise LookupError(f"say in the class how to find a cell of {name}: override text_at(sample, origin)")


def _cell(rows: dict[int, list[str]], origin: Origin) -> str | None:
    row, column = rows.get(origin.row or 0), origin.column or 0
    return None if row is None else row[column - 1] if 0 < column <= len(row) else ""


def decode_table(data: bytes) -> tuple[str, str]:
    """Return the text of a file, and its encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), "utf-16"
    try:
        return data.decode("utf-8-sig"), "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252"), "cp1252"


def find_delimiter(text: str) -> str:
    """Return the delimiter of a table."""
    return max(",;\t|", key=text[:4096].count)


@lru_cache(maxsize=8)
def _table(data: bytes) -> dict[int, list[str]]:
    """Return the records of a text table."""
    text = decode_table(data)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text))
    rows: dict[int, list[str]] = {}
    start = 1
    for row in reader:
        rows[start], start = row, reader.line_num + 1
    return rows


@lru_cache(maxsize=8)
def _workbook(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Return the texts of all cells by sheet and position.

    It reads only workbooks that a test made.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        shared = []
        if "xl/sharedStrings.xml" in archive.namelist():
            strings = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314 - made by the test
            shared = ["".join(t.text or "" for t in item.iter(f"{_MAIN}t")) for item in strings]
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - made by the test
        targets = {link.get("Id"): str(link.get("Target")).removeprefix("/xl/") for link in links}
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - made by the test
        return {
            str(sheet.get("name")): dict(_cells(archive.read(f"xl/{targets[sheet.get(_LINK)]}"), shared))
            for sheet in book.iter(f"{_MAIN}sheet")
        }


def _cells(data: bytes, shared: list[str]) -> Iterator[tuple[tuple[int, int], str]]:
    for cell in ElementTree.fromstring(data).iter(f"{_MAIN}c"):  # noqa: S314 - made by the test
        letters, number = re.fullmatch(r"([A-Z]+)(\d+)", str(cell.get("r"))).groups()  # type: ignore[union-attr]  # A1
        column = 0
        for letter in letters:
            column = 26 * column + ord(letter) - 64
        value = cell.findtext(f"{_MAIN}v")
        if cell.get("t") == "inlineStr":
            value = "".join(part.text or "" for part in cell.iter(f"{_MAIN}t"))
        elif cell.get("t") == "s" and value is not None:
            value = shared[int(value)]
        yield (int(number), column), value or ""


def _archive_text(data: bytes, origin: Origin) -> str | None:
    """Return the content of an archive member.

    The member is the origin's sheet, or the start of its path.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = origin.path or ""
        named = [name for name in archive.namelist() if path.startswith((f"{name}/", f"{name}$"))]
        member = origin.sheet or max(named, key=len, default="")
        if member not in archive.namelist():
            return None
        content = archive.read(member)
        if not path and member[member.rfind(".") :].lower() in _TABLES:
            return _cell(_table(content), origin)
        inner = path.removeprefix(member)
        if inner.startswith("$"):
            return _in_json(content.decode("utf-8-sig"), inner)
        return _in_xml(content.decode("utf-8-sig"), inner)


def _in_json(text: str, path: str) -> str | None:
    value = json.loads(text)
    steps = JSON_STEP.findall(path[1:])
    for position, (number, quoted, plain) in enumerate(steps, start=1):
        key = int(number) if number else quoted or plain
        try:
            value = value[key]
        except KeyError:
            return "" if position == len(steps) else None  # a missing key is an empty cell
        except (IndexError, TypeError):
            return None
    if isinstance(value, str):
        return value
    empty = (not value and value not in (0, False)) or isinstance(value, dict)
    return "" if empty else json.dumps(value, ensure_ascii=False)


def _in_xml(text: str, path: str) -> str | None:
    node = ElementTree.fromstring(text)  # noqa: S314 - made by the test
    steps = path.strip("/").split("/")
    for depth, step in enumerate(steps[1:], start=2):
        if step.startswith("@"):
            wanted = step.removeprefix("@").rpartition(":")[2]
            return next((text for name, text in node.items() if name.rpartition("}")[2] == wanted), "")
        name, _, number = step.rstrip("]").partition("[")
        elements = [child for child in node if child.tag.rpartition("}")[2] == name.rpartition(":")[2]]
        if len(elements) < int(number or 1):
            return "" if depth == len(steps) else None  # a missing element is an empty cell
        node = elements[int(number or 1) - 1]
    return "" if len(node) else node.text or ""


def _folded(text: object) -> str:
    """Return a text without markup and with single spaces."""
    return " ".join(unescape(re.sub(r"<[^<>]+>", " ", str(text).replace("\xa0", " "))).split())


def _number(text: str) -> float | None:
    plain = text.strip().replace("\xa0", "").replace(" ", "")
    for candidate in (plain, plain.replace(".", "").replace(",", "."), plain.replace(",", "")):
        try:
            return float(candidate)
        except ValueError:
            continue
    return None


def _same(cell: object, text: str) -> bool:
    folded, two = _folded(cell), _folded(text)
    if folded == two:
        return True
    numbers = _number(folded), _number(two)
    return numbers[0] is not None and numbers[1] is not None and abs(numbers[0] - numbers[1]) < 1e-9


def _is_date(value: datetime.date, text: str) -> bool:
    shown = value.isoformat()
    if _folded(text).replace("T", " ").startswith(shown.replace("T", " ")):
        return True
    days, moment = _number(text), datetime.datetime.fromisoformat(shown).replace(tzinfo=None)
    return days is not None and any(
        abs((moment - epoch) / datetime.timedelta(days=1) - days) < 1e-4 for epoch in _EPOCHS
    )


def _is_multi_select(value: tuple[str, ...], text: str) -> bool:
    """True if the chosen codes come from a cell.

    The cell joins the codes, or is the ticked box of the first one.
    """
    shown = _folded(text)
    return not value or all(_folded(code) in shown for code in value) or _is_tick(value[0], shown)


def _is_tick(code: str, shown: str) -> bool:
    return shown.lower() in _TICKS or _folded(code) == shown or (_number(shown) or 0) > 0


_WAYS: tuple[tuple[type, Callable[..., bool]], ...] = (
    (tuple, _is_multi_select),
    (bool, lambda value, text: value == (_folded(text).lower() in _TICKS)),
    (datetime.date, _is_date),
    (GeoPoint, lambda value, text: f"{value.latitude:g}"[:6] in text),
)


def is_made_from(answer: Answer, text: str | None, *, line: bool = False) -> bool:
    """True if an answer was made from a text.

    Args:
        answer: The answer.
        text: Content at its origin; None if there is no such place.
        line: True if the text is a whole line that contains the answer.

    Example:
        >>> is_made_from(Answer("q1", 4.5, raw="4,5"), "4,5"), is_made_from(Answer("q1", 4.5), "5.4")
        (True, False)
    """
    if text is None:
        return False
    if line:
        shown = answer.raw if answer.raw is not None else "" if answer.is_missing else answer.value
        return _folded(shown) in _folded(text)
    if answer.is_missing and answer.raw in ("[]", "{}"):
        return not text.strip()
    if answer.raw is not None:
        return _same(answer.raw, text) or (isinstance(answer.value, tuple) and _is_multi_select(answer.value, text))
    if isinstance(answer.value, Missing):
        return not text.strip()
    for kind, fits in _WAYS:
        if isinstance(answer.value, kind):
            return fits(answer.value, text)
    return _same(answer.value, text) or _is_same_moment(answer.value, text)


def _is_same_moment(value: object, text: str) -> bool:
    """True if a datetime text equals a workbook's date number."""
    try:
        return _is_date(datetime.datetime.fromisoformat(str(value)), text)
    except ValueError:
        return False
