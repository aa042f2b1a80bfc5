"""Built-in formats (tables of text, native JSON) and the table engine that workbook readers reuse.

A format makes a `Grid`, `read_table` makes responses of it:

    yield from read_table(Grid(file.name, rows, sheet="Barbados"), options, file.limits)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from capbuild.formats.build import TablePlan, plan_table, read_table
    from capbuild.formats.cells import Cell, CellReader, CellValue, Unreadable, cell_text
    from capbuild.formats.columns import Column
    from capbuild.formats.csv_table import CsvOptions
    from capbuild.formats.grid import Grid, GridRow
    from capbuild.formats.header import find_header
    from capbuild.formats.heads import Role, head_meaning
    from capbuild.formats.layout import Layout
    from capbuild.formats.log import IssueLog
    from capbuild.formats.options import Shape, TableOptions
    from capbuild.formats.personal import personal_by_head
    from capbuild.formats.text import TextTable
    from capbuild.formats.words import MISSING_WORDS

__all__ = [
    "MISSING_WORDS",
    "Cell",
    "CellReader",
    "CellValue",
    "Column",
    "CsvOptions",
    "Grid",
    "GridRow",
    "IssueLog",
    "Layout",
    "Role",
    "Shape",
    "TableOptions",
    "TablePlan",
    "TextTable",
    "Unreadable",
    "cell_text",
    "find_header",
    "head_meaning",
    "personal_by_head",
    "plan_table",
    "read_table",
]

_HOME = {
    "MISSING_WORDS": "words",
    "Cell": "cells",
    "CellReader": "cells",
    "CellValue": "cells",
    "Column": "columns",
    "CsvOptions": "csv_table",
    "Grid": "grid",
    "GridRow": "grid",
    "IssueLog": "log",
    "Layout": "layout",
    "Role": "heads",
    "Shape": "options",
    "TableOptions": "options",
    "TablePlan": "build",
    "TextTable": "text",
    "Unreadable": "cells",
    "cell_text": "cells",
    "find_header": "header",
    "head_meaning": "heads",
    "personal_by_head": "personal",
    "plan_table": "build",
    "read_table": "build",
}


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
