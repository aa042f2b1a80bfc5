"""First rows of each table of a file, for sniffing."""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from attrs import frozen

from capbuild.errors import ReadError
from capbuild.formats import Cell, cell_text, drop_edges, fold_header, one_line, read_first_rows
from capbuild.plugins import InputFile
from capbuild_sheets.workbook import peek_workbook

_TEXT = (".csv", ".tsv", ".tab", ".txt", "")
_ROWS = 60
_known: "WeakKeyDictionary[InputFile, tuple[Start, ...]]" = WeakKeyDictionary()


@frozen(eq=False)
class Start:
    """First rows of one table.

    Attributes:
        sheet: Name of its sheet, None for a text file.
        rows: Its first rows.
    """

    sheet: str | None
    rows: Sequence[Sequence[Cell]]

    @property
    def heads(self) -> list[str]:
        """Folded headers of the first row."""
        return [fold_header(one_line(cell_text(cell))) for cell in self.rows[0]] if self.rows else []

    def texts(self, column: int, first: int = 1) -> list[str]:
        """Return the non-blank texts below a column's header."""
        cells = [cell_text(row[column]) for row in self.rows[first:] if column < len(row)]
        return [text for text in cells if text]


def read_table_starts(source: InputFile) -> tuple[Start, ...]:
    """Return the first rows of each visible table of a file.

    Empty if it has none.
    """
    found = _known.get(source)
    if found is None:
        found = _known[source] = _starts(source)
    return found


def _starts(source: InputFile) -> tuple[Start, ...]:
    try:
        book = peek_workbook(source)
        if book is not None:
            return tuple(
                _start(sheet.name, [list(row) for row in sheet.rows])
                for sheet in book.sheets
                if not sheet.hidden and sheet.rows
            )
    except ReadError:
        return ()
    rows = read_first_rows(source)[:_ROWS] if source.suffix in _TEXT else ()
    return (_start(None, rows),) if rows else ()


def _start(sheet: str | None, rows: Sequence[Sequence[Cell]]) -> Start:
    return Start(sheet, [cells for _, cells in drop_edges(enumerate(rows), {})])
