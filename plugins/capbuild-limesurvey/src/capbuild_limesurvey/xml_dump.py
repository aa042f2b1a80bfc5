"""LimeSurvey's XML table dumps, parsed within limits and without entities."""

import io
from collections.abc import Iterator, Mapping

from attrs import field, frozen
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from capbuild.errors import LimitError, ReadError
from capbuild.origin import Origin
from capbuild.plugins import ReadLimits

__all__ = ["DumpRow", "TableDump", "read_dump"]


@frozen
class DumpRow:
    """One row of a dumped table.

    Attributes:
        number: Its position in the table, from 1.
        cells: Its cells by field; a field that is NULL in the database is absent.
    """

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@frozen(kw_only=True)
class TableDump:
    """Tables of one file.

    Attributes:
        name: Name of the file, as origins print it.
        kind: Document type: `Survey`, `Group`, `Question`, `Responses`.
        version: Version of the database.
        languages: Languages it lists.
        tables: Rows by table.
        fields: Fields that each table declares, in order.
    """

    name: str
    kind: str = ""
    version: str = ""
    languages: tuple[str, ...] = ()
    tables: Mapping[str, tuple[DumpRow, ...]] = field(factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(factory=dict)

    def rows(self, table: str) -> tuple[DumpRow, ...]:
        """Return the rows of a table; empty if the file does not have it."""
        return self.tables.get(table, ())

    def path(self, table: str, row: DumpRow) -> str:
        """Return the path of a row."""
        return f"/document/{table}/rows/row[{row.number}]"


def _refusal(name: str, why: str) -> ReadError:
    return ReadError(
        f"{name} is no readable XML: {why}",
        code="LIME1",
        origin=Origin(name),
        remedy="ask for the export again",
    )


def _events(name: str, data: bytes, limits: ReadLimits) -> Iterator[tuple[str, list[str], str | None]]:
    """Yield event, path of tags and text of each element.

    Raise an error beyond the limits.
    """
    path: list[str] = []
    cells = 0
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                path.append(element.tag)
                cells += 1
                if len(path) > limits.nesting:
                    raise LimitError(f"{name} nests deeper than {limits.nesting}", code="CB112", origin=Origin(name))
                limits.check_cells(name, cells)
                yield "start", path, None
                continue
            yield "end", path, element.text
            path.pop()
            element.clear()
    except DefusedXmlException as error:
        raise _refusal(name, f"it declares entities or a document type ({type(error).__name__})") from error
    except (ParseError, ValueError, LookupError) as error:
        raise _refusal(name, str(error)) from error


def read_dump(name: str, data: bytes, limits: ReadLimits) -> TableDump:
    """Return the tables of a file.

    Args:
        name: Name of the file, for origins.
        data: Its bytes.
        limits: Limits in force.

    Raises:
        ReadError: LIME1, it is not XML, declares entities, or is not LimeSurvey's.
        LimitError: It nests too deep or has too many elements.
    """
    facts: dict[str, str] = {}
    languages: list[str] = []
    tables: dict[str, list[DumpRow]] = {}
    fields: dict[str, list[str]] = {}
    cells: dict[str, str] = {}
    for event, path, text in _events(name, data, limits):
        match path, event:
            case [_, "languages", "language"], "end":
                languages.append((text or "").strip())
            case [_, fact], "end" if fact not in tables:
                facts[fact] = (text or "").strip()
            case [_, table, "fields", "fieldname"], "end":
                fields.setdefault(table, []).append((text or "").strip())
            case [_, table, "rows", "row"], "start":
                cells = {}
            case [_, table, "rows", "row", cell], "end":
                cells[cell] = text or ""
            case [_, table, "rows", "row"], "end":
                rows = tables.setdefault(table, [])
                rows.append(DumpRow(len(rows) + 1, cells))
            case _:
                pass
    if "LimeSurveyDocType" not in facts:
        raise _refusal(name, "it does not say that it is LimeSurvey's")
    return TableDump(
        name=name,
        kind=facts["LimeSurveyDocType"],
        version=facts.get("DBVersion", ""),
        languages=tuple(language for language in languages if language),
        tables={table: tuple(rows) for table, rows in tables.items()},
        fields={table: tuple(names) for table, names in fields.items()},
    )
