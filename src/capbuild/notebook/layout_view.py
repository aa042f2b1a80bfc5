"""Drawings of layouts: the file is read again, and what is personal is hidden."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from capbuild.display import HtmlPage
from capbuild.errors import OptionError, ReadError
from capbuild.formats.cells import cell_text
from capbuild.formats.folding import one_line
from capbuild.formats.layouts.engine import SheetReader, traced_readers
from capbuild.formats.layouts.ledger import Bucket
from capbuild.formats.personal import personal_by_head
from capbuild.io import read
from capbuild.io.format_detection import open_input
from capbuild.notebook.layout_html import DrawnSheet, to_fragment, to_page
from capbuild.origin import Origin

if TYPE_CHECKING:
    from capbuild.model import Layout, Reading

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
        remedy = "tables of text and sheets of workbooks can be drawn"
        raise OptionError(f"the reader {layout.format!r} finds no tables in {layout.file}", remedy=remedy)
    if found.layout.tables != layout.tables:
        raise ReadError(
            f"the tables of {layout.file} are not those that were read",
            origin=Origin(layout.file),
            remedy="give the options that it was read with: layout.show(options={...})",
        )
    hidden: Sequence[SheetReader] = readers
    if not layout.personal_dropped:  # what would be dropped as personal is not shown
        _, hidden = _read_traced(layout, content, options, drop=True)
    named = {
        (sheet.sheet, column.column)
        for sheet in found.reconciliation.sheets
        for column in sheet.columns
        if column.personal is not None
    }
    sheets = [
        DrawnSheet(reader, frozenset(_hidden_cells(reader, other, named, strict=layout.personal_dropped)))
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


def _read_traced(layout: "Layout", content: bytes, options: Any, *, drop: bool) -> "tuple[Reading, list[SheetReader]]":
    """Return the file read again, with the readers of its grids."""
    with traced_readers() as readers:
        found = read(content, format=layout.format, name=layout.file, options=options, drop_personal=drop)
    return found, readers


def _hidden_cells(
    reader: SheetReader, dropped: SheetReader, named: set[tuple[str, int]], *, strict: bool
) -> Iterator[int]:
    """Yield the places of cells whose content is not shown.

    Args:
        reader: The reader of the sheet.
        dropped: The same without personal data.
        named: Sheets and numbers of columns that look personal.
        strict: True to show nothing of what was left out.
    """
    grid, ledger = reader.grid, reader.ledger
    columns = {c for c in range(grid.width) if (grid.sheet or "", grid.letters[c]) in named}
    for row in range(len(grid.rows)):
        left = ""
        for column in range(grid.width):
            text = one_line(cell_text(grid.rows[row][column]))
            if not text:
                continue
            bucket = ledger.bucket(row, column)
            out = bool(ledger.why(row, column))
            if (
                Bucket.PRIVATE in (bucket, dropped.ledger.bucket(row, column))
                or (out and strict)
                or (column in columns and (out or bucket in _READ))
                or _is_personal(text, left, table=not out and bucket != Bucket.TITLE)
            ):
                yield row * grid.width + column
            left = text


def _is_personal(text: str, left: str, *, table: bool) -> bool:
    """Tell whether a text has an e-mail address, or outside of tables stands behind a label such as `Contact:`."""
    if _MAIL.search(text):
        return True
    label, colon, value = text.partition(":")
    inner = bool(colon and value.strip()) and personal_by_head(label) is not None
    return not table and (inner or personal_by_head(left.rstrip(" :")) is not None)
