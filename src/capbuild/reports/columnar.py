"""The tidy set as Parquet and as Arrow: one typed file a table, for frames of any kind."""

import io
from collections.abc import Callable, Iterator
from typing import Any

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, OutputFile, RenderContext
from capbuild.reports.tidy import TidyTable, tidy_tables

__all__ = ["arrow_files", "parquet_files"]


def _frame(table: TidyTable) -> Any:
    """Return a table as a polars frame of its columns' types; a column of two kinds of cell is text."""
    from capbuild.tables.building import polars

    pl = polars()
    types = {str: pl.String, bool: pl.Boolean, int: pl.Int64, float: pl.Float64}
    rows = list(table.rows)
    return pl.DataFrame(
        [
            pl.Series(column.name, [_cell(row[place], column.type) for row in rows], dtype=types[column.type])
            for place, column in enumerate(table.columns)
        ]
    )


def _cell(value: Any, kind: type) -> Any:
    if value is None:
        return None
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else kind(value)


def _files(
    subject: AssessmentSet | Assessment, context: RenderContext, suffix: str, save: Callable[[Any, io.BytesIO], None]
) -> Iterator[OutputFile]:
    for table in tidy_tables(subject, context):
        stream = io.BytesIO()
        save(_frame(table), stream)
        yield OutputFile(f"{table.name}.{suffix}", [stream.getvalue()])


def parquet_files(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[OutputFile]:
    """Yield the tidy set as Parquet, one file a table.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
        CapbuildError: The extra `tables` is not installed. Code CB501.
    """
    return _files(subject, context, "parquet", lambda frame, stream: frame.write_parquet(stream))


def arrow_files(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[OutputFile]:
    """Yield the tidy set as Arrow IPC files (Feather), one a table.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
        CapbuildError: The extra `tables` is not installed. Code CB501.
    """
    return _files(subject, context, "arrow", lambda frame, stream: frame.write_ipc(stream))
