"""Text tables from CSV files and workbooks, with row numbers."""

import datetime
from collections.abc import Iterator, Sequence

from attrs import evolve, field, frozen
from capbuild_sheets.hidden_cells import unseen_issues
from capbuild_sheets.workbook import is_workbook, open_workbook

from capbuild.formats import Cell, ErrorCell, TextTable
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.plugins import InputFile


@frozen(eq=False)
class Table:
    """One sheet, or the one table of a text file.

    Attributes:
        file: Name of the file.
        sheet: Name of the sheet; None for a text file.
        rows: Non-blank rows with their numbers; cells are texts without leading or trailing white space.
        issues: Issues found on opening.
        blank: Number of rows without text.
    """

    file: str
    sheet: str | None
    rows: list[tuple[int, tuple[str, ...]]] = field(factory=list)
    issues: list[Issue] = field(factory=list)
    blank: int = 0

    def origin(self, row: int | None = None, column: int | None = None) -> Origin:
        """Return the origin of a cell; both count from 1."""
        return Origin(self.file, self.sheet, row, column)


def cell_text(cell: Cell) -> str:
    """Return a cell as text in form notation.

    1.0 becomes `1`, true becomes `TRUE`, and a datetime at midnight a date.

    Example:
        >>> cell_text(1.0), cell_text(True), cell_text(None), cell_text(datetime.datetime(2016, 3, 1))
        ('1', 'TRUE', '', '2016-03-01')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.replace("_x000D_", "").strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time(0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def read_csv_rows(
    source: InputFile, issues: list[Issue], *, delimiter: str | None = None, encoding: str | None = None
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield a text file's rows with their line numbers.

    The number is that of the line where a row starts.

    Args:
        source: The file.
        issues: Receives issues with encoding and quotes.
        delimiter: Cell separator; inferred if None.
        encoding: Name of the encoding; inferred if None.

    Raises:
        ReadError: It is not text.
        LimitError: It has more cells than the limits allow, or an endless line.
    """
    table = TextTable.open(source, delimiter=delimiter, encoding=encoding)
    cells = 0
    for number, row in table.rows():
        cells += len(row)
        if cells > source.limits.cells:
            source.limits.check_cells(source.name, cells)
        yield number, tuple((cell.text if isinstance(cell, ErrorCell) else str(cell)).strip() for cell in row)
    issues.extend(table.issues)


def _make_table(
    file: str, sheet: str | None, rows: Sequence[tuple[int, tuple[str, ...]]], issues: list[Issue]
) -> Table:
    filled = [row for row in rows if any(row[1])]
    return Table(file, sheet, filled, issues, len(rows) - len(filled))


def read_csv_table(source: InputFile) -> Table:
    """Return the one table of a text file, read whole."""
    issues: list[Issue] = []
    return _make_table(source.name, None, list(read_csv_rows(source, issues)), issues)


def list_csv_members(source: InputFile) -> tuple[str, ...]:
    """Return the tables in an archive, without attached files.

    Raises:
        ReadError: The archive is damaged.
        LimitError: It exceeds the limits.
    """
    names = source.members
    tables = (name for name in names if name.lower().endswith(".csv"))
    return tuple(name for name in tables if "media" not in name.lower().split("/")[:-1])


def read_archived_table(source: InputFile, name: str) -> Table:
    """Return one table of an archive, under its name there.

    Raises:
        ReadError: It cannot be unpacked, or is not text.
        LimitError: It is larger than the limits allow.
    """
    table = read_csv_table(InputFile(source.name, data=source.member(name), limits=source.limits))
    return evolve(table, sheet=name)


def list_tables(source: InputFile) -> list[Table]:
    """Return a workbook's sheets, or a text file's table.

    Raises:
        ReadError: It is neither, or damaged.
        LimitError: It is larger than the limits allow.
    """
    if not is_workbook(source):
        return [read_csv_table(source)]
    book = open_workbook(source)
    tables = []
    for position, sheet in enumerate(book.sheets):
        texts = [(number, tuple(cell_text(cell) for cell in row)) for number, row in enumerate(sheet.rows, start=1)]
        issues = [*(book.issues if position == 0 else ()), *unseen_issues(source.name, sheet)]
        tables.append(_make_table(source.name, sheet.name, texts, issues))
    return tables
