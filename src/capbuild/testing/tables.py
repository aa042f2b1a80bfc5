"""Test files in memory from Markdown tables."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from capbuild.origin import column_letters

Rows = Sequence[Sequence[str | int | float | None]]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml."


def table_rows(markdown: str) -> list[list[str]]:
    r"""Return the cells of a Markdown table, without the divider.

    `\n` in a cell is a line break, and `\|` is a bar.

    Example:
        >>> table_rows('''
        ... | country | TEC-1 |
        ... | ------- | ----- |
        ... | Jamaica | yes   |
        ... ''')
        [['country', 'TEC-1'], ['Jamaica', 'yes']]
    """
    rows = []
    for line in markdown.strip().splitlines():
        cells = line.strip().replace("\\|", "\0").removeprefix("|").removesuffix("|").split("|")
        if set(line) - set("|-: \t"):
            rows.append([cell.strip().replace("\\n", "\n").replace("\0", "|") for cell in cells])
    return rows


def _rows(table: str | Rows) -> Rows:
    return table_rows(table) if isinstance(table, str) else table


def csv_bytes(table: str | Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    r"""Return a table as CSV.

    Args:
        table: Rows of cells, or a Markdown table.
        delimiter: Cell delimiter.
        encoding: Name of the encoding.

    Example:
        >>> csv_bytes("country | note\nJamaica | one, two")
        b'country,note\nJamaica,"one, two"\n'
    """
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(_rows(table))
    return stream.getvalue().encode(encoding)


def xlsx_bytes(sheets: str | Rows | Mapping[str, str | Rows]) -> bytes:
    r"""Return tables as a reproducible workbook (XLSX).

    No spreadsheet library is needed.

    Args:
        sheets: Tables by the name of their sheet; one table makes one sheet, `Sheet1`. Numbers are written as numbers,
            None and empty text as no cell, everything else as text.

    Example:
        >>> data = xlsx_bytes({"Answers": "country | TEC-1\nJamaica | yes"})
        >>> zipfile.ZipFile(io.BytesIO(data)).namelist()[-1]
        'xl/worksheets/sheet1.xml'
    """
    named = sheets if isinstance(sheets, Mapping) else {"Sheet1": sheets}
    parts = _workbook_parts(list(named))
    for number, table in enumerate(named.values(), start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(_rows(table))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), _HEAD + text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _workbook_parts(names: list[str]) -> dict[str, str]:
    """Return the fixed parts of a workbook."""
    numbers = range(1, len(names) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KIND}worksheet+xml"/>' for n in numbers
    )
    tabs = "".join(
        f'<sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}sheet.main+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{tabs}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
    }


def _sheet(rows: Rows) -> str:
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            _cell(f"{column_letters(position)}{number}", value) for position, value in enumerate(row, start=1)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _cell(place: str, value: str | int | float | None) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'
