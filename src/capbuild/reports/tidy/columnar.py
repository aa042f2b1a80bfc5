"""The tidy set as Parquet and Arrow files, one per table."""

import datetime
import io
from collections.abc import Callable, Iterator
from typing import Any

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import NoOptions, OutputFile, RenderContext
from capbuild.reports.tidy.table import split_lists
from capbuild.reports.tidy.tables import TidyTable, tidy_tables


def _make_frame(table: TidyTable) -> Any:
    """Convert a table to a typed polars frame; mixed columns become text."""
    from capbuild.tables.building import polars

    pl = polars()
    types = {str: pl.String, bool: pl.Boolean, int: pl.Int64, float: pl.Float64, datetime.date: pl.Date}
    rows = list(table.rows)
    return pl.DataFrame(
        [
            pl.Series(column.name, [_convert_cell(row[place], column.type) for row in rows], dtype=types[column.type])
            for place, column in enumerate(table.columns)
        ]
    )


def _convert_cell(value: Any, kind: type) -> Any:
    if value is None or isinstance(value, datetime.date):
        return value
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else kind(value)


def _write_files(
    subject: AssessmentSet | Assessment, context: RenderContext, suffix: str, save: Callable[[Any, io.BytesIO], None]
) -> Iterator[OutputFile]:
    for table in (part for whole in tidy_tables(subject, context) for part in split_lists(whole)):
        stream = io.BytesIO()
        save(_make_frame(table), stream)
        yield OutputFile(f"{table.name}.{suffix}", [stream.getvalue()])


def write_parquet_files(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[OutputFile]:
    """Yield the tidy set as Parquet, one file a table.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
        CapbuildError: The extra `tables` is not installed. Code CB501.
    """
    return _write_files(subject, context, "parquet", lambda frame, stream: frame.write_parquet(stream))


def write_arrow_files(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[OutputFile]:
    """Yield the tidy set as Arrow IPC (Feather), one file a table.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
        CapbuildError: The extra `tables` is not installed. Code CB501.
    """
    return _write_files(subject, context, "arrow", lambda frame, stream: frame.write_ipc(stream))
