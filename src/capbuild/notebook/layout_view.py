"""Drawings of layouts: reads the file again, and hides personal data."""

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
from capbuild.formats.values.cells import cell_text
from capbuild.formats.vocabulary import one_line, personal_by_head
from capbuild.io import read
from capbuild.io.format_detection import open_input
from capbuild.notebook.layout_html import DrawnSheet, to_fragment, to_page
from capbuild.origin import Origin

if TYPE_CHECKING:
    from capbuild.model import Layout, Survey

_MAIL = re.compile(r"\S@\S+\.\S")
_READ = (Bucket.ANSWER, Bucket.COMMENT)


def draw_layout(layout: "Layout", source: Any = None, options: Any = None) -> HtmlPage:
    """Return the drawing of a layout.

    Args:
        layout: The layout.
        source: The file; by default its original location.
        options: Reader options of the original reading.

    Raises:
        ReadError: The file is missing, has changed, or gets another layout with these options.
        OptionError: It has no tables to draw.
    """
    content = _read_content(layout, source)
    found, readers = _read_traced(layout, content, options, drop=layout.personal_dropped)
    if not readers:
        raise OptionError(
            f"{layout.file} has no layout to draw: the reader {layout.format!r} does not look for tables",
            remedy="`survey.questions` lists its questions, and `survey.reconciliation.sheets` the use of each column",
        )
    if found.layout.tables != layout.tables:
        raise ReadError(
            f"the tables of {layout.file} are not those that were read",
            origin=Origin(layout.file),
            remedy="give the options that it was read with: layout.show(options={...})",
        )
    hidden: Sequence[SheetReader] = readers
    if not layout.personal_dropped:  # hide what would be dropped as personal
        _, hidden = _read_traced(layout, content, options, drop=True)
    sheets = [
        DrawnSheet(reader, _find_personal_cells(found, reader, other, strict=layout.personal_dropped))
        for reader, other in zip(readers, hidden, strict=True)
    ]
    return HtmlPage(f"Layout of {layout.file}", to_page(layout, sheets), to_fragment(layout, sheets))


def _read_content(layout: "Layout", source: Any) -> bytes:
    """Return the bytes of a file, if unchanged since reading."""
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


def _find_personal_cells(
    found: "Survey", reader: SheetReader, dropped: SheetReader, *, strict: bool
) -> "_PersonalCells":
    """Return the hidden cells of a sheet."""
    grid = reader.grid
    sheets = (sheet for sheet in found.reconciliation.sheets if sheet.sheet == (grid.sheet or ""))
    numbers = {column.column for sheet in sheets for column in sheet.columns if column.personal is not None}
    columns = frozenset(column for column in range(grid.width) if grid.letters[column] in numbers)
    return _PersonalCells(reader, dropped, columns, strict)


@frozen(eq=False)
class _PersonalCells:
    """Hidden cells of a sheet.

    Attributes:
        reader: The reader of the sheet.
        dropped: The same reader, without personal data.
        columns: Columns that look personal.
        strict: True to hide all cells that were left out.
    """

    reader: SheetReader
    dropped: SheetReader
    columns: frozenset[int]
    strict: bool

    def __call__(self, row: int, column: int) -> bool:
        """True if a cell is hidden."""
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
        """True for a cell outside tables that follows, or begins with, a label such as `E-mail:`."""
        before = self.reader.grid.full(row, range(column))
        label, _, value = text.partition(":")
        labels = [self._text(row, before[-1]).rstrip(" :")] if before else []
        labels += [label] if value.strip() else []
        return any(personal_by_head(one) is not None for one in labels)
