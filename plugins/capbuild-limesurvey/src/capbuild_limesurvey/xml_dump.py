"""LimeSurvey's XML table dumps, parsed within limits and without entities."""

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from capbuild.formats import iter_xml
from capbuild.plugins import InputFile


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


def _events(source: InputFile, content: bytes) -> Iterator[tuple[str, list[str], str | None]]:
    """Yield event, path of tags and text of each element."""
    path: list[str] = []
    for event, element in iter_xml(source, content):
        if event == "start":
            path.append(element.tag)
            yield event, path, None
        else:
            yield event, path, element.text
            path.pop()
            element.clear()


def read_dump(source: InputFile, member: str = "") -> TableDump:
    """Return the tables of a file.

    Args:
        source: The file.
        member: Name of its member, if it is an archive.

    Raises:
        ReadError: CB128, it is not XML, or declares entities; LIME1, it is not LimeSurvey's.
        LimitError: It nests too deep or has too many elements.
    """
    facts: dict[str, str] = {}
    languages: list[str] = []
    tables: dict[str, list[DumpRow]] = {}
    fields: dict[str, list[str]] = {}
    cells: dict[str, str] = {}
    for event, path, text in _events(source, source.member(member) if member else source.content):
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
        raise source.error("does not say that it is LimeSurvey's", "LIME1", "ask for the export again")
    return TableDump(
        name=f"{source.name}!{member}" if member else source.name,
        kind=facts["LimeSurveyDocType"],
        version=facts.get("DBVersion", ""),
        languages=tuple(language for language in languages if language),
        tables={table: tuple(rows) for table, rows in tables.items()},
        fields={table: tuple(names) for table, names in fields.items()},
    )
