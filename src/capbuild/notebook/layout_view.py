"""Drawings of layouts: the file is read again, and what is personal is hidden."""

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from capbuild.display import HtmlPage
from capbuild.errors import OptionError, ReadError
from capbuild.formats.layouts.engine import traced_readers
from capbuild.formats.layouts.ledger import Bucket
from capbuild.formats.layouts.sheet_reader import SheetReader
from capbuild.formats.normalisation import one_line
from capbuild.formats.personal import personal_by_head
from capbuild.formats.values.cells import cell_text
from capbuild.io import read
from capbuild.io.format_detection import open_input
from capbuild.notebook.layout_html import DrawnSheet, to_fragment, to_page
from capbuild.origin import Origin

if TYPE_CHECKING:
    from capbuild.model import Layout, Survey

__all__ = ["draw_layout"]

_MAIL = re.compile(r"\S@\S+\.\S")
_READ = (Bucket.ANSWER, Bucket.COMMENT)


def draw_layout(layout: "Layout", source: Any = None, options: Any = None) -> HtmlPage:
    """Return the drawing of a layout.

    Args:
        layout: The layout.
        source: The file; by default where it was read from.
        options: Options that it was read with.

    Raises:
        ReadError: The file is not there, has changed, or is laid out otherwise with these options.
        OptionError: It has no tables to draw.
    """
    content = _content(layout, source)
    found, readers = _read_traced(layout, content, options, drop=layout.personal_dropped)
    if not readers:
        raise OptionError(
            f"{layout.file} has no layout to draw: the reader {layout.format!r} does not look for tables",
            remedy="read a table of text with format='csv', or a workbook with format='sheets', to see one",
        )
    if found.layout.tables != layout.tables:
        raise ReadError(
            f"the tables of {layout.file} are not those that were read",
            origin=Origin(layout.file),
            remedy="give the options that it was read with: layout.show(options={...})",
        )
    hidden: Sequence[SheetReader] = readers
    if not layout.personal_dropped:  # what would be dropped as personal is not shown
        _, hidden = _read_traced(layout, content, options, drop=True)
    sheets = [
        DrawnSheet(reader, _personal_cells(found, reader, other, strict=layout.personal_dropped))
        for reader, other in zip(readers, hidden, strict=True)
    ]
    return HtmlPage(f"Layout of {layout.file}", to_page(layout, sheets), to_fragment(layout, sheets))


def _content(layout: "Layout", source: Any) -> bytes:
    """Return the bytes of a file, if they are those that were read."""
    try:
        content = open_input(layout.file if source is None else source, name=layout.file).content
    except ReadError as error:
        if source is not None:
            raise
        raise ReadError(
            f"{layout.file} is not there to be drawn: {error.message}",
            origin=Origin(layout.file),
            remedy="give the file, as a path or its bytes: layout.show(source)",
        ) from error
    if layout.sha256 and hashlib.sha256(content).hexdigest() != layout.sha256:
        raise ReadError(
            f"{layout.file} has changed since it was read", origin=Origin(layout.file), remedy="read it again"
        )
    return content


def _read_traced(layout: "Layout", content: bytes, options: Any, *, drop: bool) -> "tuple[Survey, list[SheetReader]]":
    """Return the file read again, with the readers of its grids."""
    with traced_readers() as readers:
        found = read(content, format=layout.format, name=layout.file, options=options, drop_personal=drop)
    return found, readers


def _personal_cells(found: "Survey", reader: SheetReader, dropped: SheetReader, *, strict: bool) -> "_PersonalCells":
    """Return the cells of a sheet that are not shown."""
    grid = reader.grid
    sheets = (sheet for sheet in found.reconciliation.sheets if sheet.sheet == (grid.sheet or ""))
    numbers = {column.column for sheet in sheets for column in sheet.columns if column.personal is not None}
    columns = frozenset(column for column in range(grid.width) if grid.letters[column] in numbers)
    return _PersonalCells(reader, dropped, columns, strict)


@frozen(eq=False)
class _PersonalCells:
    """Cells of a sheet whose content is not shown.

    Attributes:
        reader: The reader of the sheet.
        dropped: The same where personal data is left out.
        columns: Columns that look personal.
        strict: True to show nothing of what was left out.
    """

    reader: SheetReader
    dropped: SheetReader
    columns: frozenset[int]
    strict: bool

    def __call__(self, row: int, column: int) -> bool:
        """Tell whether a cell is not shown."""
        ledger = self.reader.ledger
        bucket, out = ledger.bucket(row, column), bool(ledger.why(row, column))
        if Bucket.PRIVATE in (bucket, self.dropped.ledger.bucket(row, column)) or (out and self.strict):
            return True
        if column in self.columns and (out or bucket in _READ):
            return True
        text = self._text(row, column)
        return bool(_MAIL.search(text)) or ((out or bucket == Bucket.TITLE) and self._is_labelled(row, column, text))

    def _text(self, row: int, column: int) -> str:
        return one_line(cell_text(self.reader.grid.rows[row][column]))

    def _is_labelled(self, row: int, column: int, text: str) -> bool:
        """Tell whether a cell outside of tables stands behind a label such as `E-mail:`, or begins with one."""
        before = self.reader.grid.full(row, range(column))
        label, _, value = text.partition(":")
        labels = [self._text(row, before[-1]).rstrip(" :")] if before else []
        labels += [label] if value.strip() else []
        return any(personal_by_head(one) is not None for one in labels)
