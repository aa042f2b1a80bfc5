"""Response exports as tables.

CSV and TSV have header rows; JSON has values.
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from attrs import field, frozen

from capbuild.errors import LimitError, ReadError
from capbuild.formats import TextTable, cell_text, foreign_items
from capbuild.formats import load_json as load_any_json
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile

_IMPORT = re.compile(r"""\{\s*['"]+ImportId['"]+\s*:\s*['"]+([^'"]+)""")
_ZONE = re.compile(r"""['"]+timeZone['"]+\s*:\s*['"]+([^'"]+)""")
_MARKS = re.compile(rb"ImportId|Response ?I[dD]")
_BLANK = b"\xef\xbb\xbf \t\r\n"
_CODE = re.compile(r"V\d+")
_RECORD = re.compile(r"F?R_\w+")
#: Names of Qualtrics columns about the response, folded by `plain_name`.
_SYSTEM = frozenset(
    (
        *("startdate", "enddate", "status", "ipaddress", "progress", "durationinseconds", "finished", "recordeddate"),
        *("recipientlastname", "recipientfirstname", "recipientemail", "externalreference", "externaldatareference"),
        *("distributionchannel", "userlanguage", "locationlatitude", "locationlongitude", "responseset"),
    )
)


@frozen
class Head:
    """Column of an export.

    Attributes:
        name: Name in the first header row, or the key in JSON.
        label: Text of the question, in the second header row.
        field: Import id, such as `QID2_1`; empty for none.
        zone: Time zone of its dates.
    """

    name: str
    label: str = ""
    field: str = ""
    zone: str = ""


@frozen
class Row:
    """Row of an export.

    Attributes:
        number: Line in the file, or position in the JSON list, from 1.
        cells: Text of each cell.
        shown: Import ids of the questions shown; None if not listed.
        absent: Columns that the row lacks.
    """

    number: int
    cells: Sequence[str]
    shown: frozenset[str] | None = None
    absent: frozenset[int] = frozenset()


@frozen(eq=False)
class Export:
    """Response export.

    Attributes:
        file: Name of the file.
        headers: Its columns.
        rows: Its responses.
        header_rows: Number of header rows.
        issues: Problems of the text.
        is_json: Whether it is JSON.
    """

    file: str
    headers: tuple[Head, ...]
    rows: tuple[Row, ...]
    header_rows: int
    issues: list[Issue] = field(factory=list)
    is_json: bool = False

    def origin(self, row: Row, column: int | None = None) -> Origin:
        """Return the origin of a row or cell."""
        if not self.is_json:
            return Origin(self.file, None, row.number, None if column is None else column + 1)
        path = f"$.responses[{row.number - 1}]"
        if column is not None:
            name = self.headers[column].name
            step = f".{name}" if name.isidentifier() else f"[{name!r}]"
            path += ".values" + ("" if column in row.absent else step)
        return Origin(self.file, path=path)


def plain_name(name: str) -> str:
    """Return a system name without spelling variants.

    Example:
        >>> plain_name("Duration (in seconds)"), plain_name("panel-RecipientEmail"), plain_name("_recordId")
        ('durationinseconds', 'recipientemail', 'recordid')
    """
    return re.sub(r"[^a-z]", "", re.sub(r"^(panel|location)[-_]", "", name.strip().lower()))


def _is_import_row(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and 2 * sum(_IMPORT.match(cell.strip()) is not None for cell in filled) >= len(filled)


def find_headers(rows: Sequence[Sequence[str]]) -> tuple[tuple[Head, ...], int, str]:
    """Return an export's columns, header rows and evidence.

    Columns are empty for a table that is no export.

    Args:
        rows: The first three rows of the table.

    Example:
        >>> rows = [["Q1"], ["Country"], ["{'ImportId': 'QID1'}"]]
        >>> find_headers(rows)
        ((Head(name='Q1', label='Country', field='QID1', zone=''),), 3, 'a row of import ids')
    """
    if not rows:
        return (), 0, ""
    names = [cell.strip() for cell in rows[0]]
    for place in (1, 2):
        if len(rows) > place and _is_import_row(rows[place]):
            labels = rows[1] if place == 2 else names
            return tuple(_read_headers(names, labels, rows[place])), place + 1, "a row of import ids"
    below = [cell.strip() for cell in rows[1]] if len(rows) > 1 else []
    coded = [label for name, label in zip(names, below, strict=False) if _CODE.fullmatch(name)]
    if any(plain_name(label) == "responseid" for label in coded):
        names = [below[i] if i < len(below) and _CODE.fullmatch(name) else name for i, name in enumerate(names)]
        return tuple(_read_headers(names, below, ())), 2, "V1, V2 and the names of response columns below"
    folded = [plain_name(name) for name in names]
    if "responseid" in folded and len(_SYSTEM.intersection(folded)) >= 3:
        place = folded.index("responseid")
        labelled = len(below) > place and _RECORD.fullmatch(below[place]) is None and below[place] != ""
        return tuple(_read_headers(names, below if labelled else names, ())), 1 + labelled, "names of response columns"
    return (), 0, ""


def _read_headers(names: Sequence[str], labels: Sequence[str], fields: Sequence[str]) -> Iterator[Head]:
    for place in range(max(len(names), len(fields))):
        name, label, field_text = (row[place] if place < len(row) else "" for row in (names, labels, fields))
        match, zone = _IMPORT.match(field_text.strip()), _ZONE.search(field_text)
        text = " ".join(label.split())
        yield Head(name, text or name, match[1] if match else "", zone[1] if zone else "")


def is_survey(source: InputFile) -> bool:
    """True for a survey definition."""
    start = source.first_lines
    return start.lstrip(_BLANK).startswith(b"{") and b'"SurveyEntry"' in start and b'"SurveyElements"' in start


def sniff(source: InputFile) -> Claim | None:
    """Claim Qualtrics files by structure."""
    start = source.first_lines.replace(b"\0", b"")
    if start.lstrip(_BLANK).startswith(b"{"):
        if is_survey(source):
            return Claim(Confidence.SIGNATURE, "a Qualtrics survey: SurveyEntry and SurveyElements")
        if b'"responses"' in start and b'"values"' in start and b'"_recordId"' in start:
            return Claim(Confidence.SIGNATURE, "Qualtrics responses in JSON: values with _recordId")
        return None
    if _MARKS.search(start) is None or start.startswith((b"PK", b"<", b"%PDF")):
        return None
    why = find_headers([list(map(cell_text, row)) for _, row in islice(TextTable.open(source).rows(), 3)])[2]
    return Claim(Confidence.SIGNATURE, f"a Qualtrics export: {why}") if why else None


def load_json(source: InputFile, issues: list[Issue] | None = None) -> dict[str, Any]:
    """Return the object in a JSON file.

    Args:
        source: The file.
        issues: Collects issues of keys, texts and numbers.

    Raises:
        ReadError: It has none.
        LimitError: It nests too deeply.
    """
    try:
        value = load_any_json(source, issues)
    except LimitError:
        raise
    except ReadError as error:
        raise _make_damage_error(source.name, error.message.removeprefix(f"{source.name} ")) from error
    if not isinstance(value, dict):
        raise _make_damage_error(source.name, "it contains no object")
    return value


def _make_damage_error(name: str, why: str) -> ReadError:
    return ReadError(
        f"{name} is no Qualtrics file that can be read: {why}",
        code="QUAL1",
        origin=Origin(name),
        remedy="ask for the export again, or name another reader with format=",
    )


def open_export(source: InputFile) -> Export:
    """Return a response export as a table.

    Raises:
        ReadError: It is not an export.
        LimitError: It exceeds the limit on cells.
    """
    if source.start.lstrip(_BLANK).startswith(b"{"):
        return _open_json(source)
    table = TextTable.open(source)
    rows: list[tuple[int, list[str]]] = []
    count = 0
    for number, row in table.rows():
        count += len(row)
        source.limits.check_cells(source.name, count)
        rows.append((number, list(map(cell_text, row))))
    headers, depth, _ = find_headers([row for _, row in rows[:3]])
    if not headers:
        raise _make_damage_error(source.name, "it has neither import ids nor the columns of a response export")
    return Export(source.name, headers, tuple(Row(*row) for row in rows[depth:]), depth, table.issues)


def _open_json(source: InputFile) -> Export:
    issues: list[Issue] = []
    listed = load_json(source, issues).get("responses")
    if not isinstance(listed, list):
        raise _make_damage_error(source.name, "it contains neither a survey nor a list of responses")
    issues += foreign_items(source.name, listed, "$.responses")
    responses = [response if isinstance(response, dict) else {} for response in listed]
    values: list[dict[str, Any]] = [
        response["values"] if isinstance(response.get("values"), dict) else {} for response in responses
    ]
    names = list(dict.fromkeys(name for value in values for name in value))
    source.limits.check_cells(source.name, len(names) * len(values))
    rows = []
    for number, (response_, cells) in enumerate(zip(responses, values, strict=True), start=1):
        shown = response_.get("displayedFields")
        rows.append(
            Row(
                number,
                [_format_json_text(cells.get(name)) for name in names],
                frozenset(map(str, shown)) if isinstance(shown, list) else None,
                frozenset(position for position, name in enumerate(names) if name not in cells),
            )
        )
    headers = tuple(Head(name, name, name, "UTC" if name.endswith("Date") else "") for name in names)
    return Export(source.name, headers, tuple(rows), 0, issues=issues, is_json=True)


def _format_json_text(value: Any) -> str:
    """Return a value as in a text export.

    Codes of a multi-select question are joined by commas.
    """
    if isinstance(value, list):
        return ",".join(map(_format_json_text, value))
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
    return text.encode("utf-8", "replace").decode()  # half a surrogate pair is not valid text
